"""The question with which day, and why, posts end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QFormLayout, QLabel, QVBoxLayout

from gridmgmt_plugin.core.posts.end_reasons import end_reasons
from gridmgmt_plugin.core.value_lists import ROLE, value_label
from gridmgmt_plugin.gui.frame.dialog_buttons import answer_buttons
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.lanes.choices import day_box, day_in, show_day_in
from gridmgmt_plugin.project.i18n import language, tr

_NAMED = 8


def named_post(person: str, role: str, place: str) -> str:
    """Return who holds which post where, as the question names it. ``role``: as it is stored, "" for none."""
    post = " ".join(filter(None, (place, value_label(ROLE, role, language()) if role else "")))
    return tr("{post}: {person}").format(post=post, person=person or tr("nobody"))


class EndDialog(QDialog):
    """Asks for the last day and the reason. ``posts``: those that end, as :func:`named_post` tells of each. ``day``:
    ISO text that is proposed. ``page``: of the manual.
    """

    def __init__(self, posts: Sequence[str], day: str, page: str, parent: Any) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_end_dialog")
        self.setWindowTitle(tr("End posts"))
        self.day, self.reason = day_box(self), QComboBox(self)
        self.day.setObjectName("gridmgmt_end_day")
        show_day_in(self.day, day)
        self.reason.setObjectName("gridmgmt_end_reason")
        self.reason.setEditable(True)
        for stored, shown in end_reasons(language()).items():
            self.reason.addItem(shown, stored)
        explain(self.day, tr("The last day in the post"))
        explain(self.reason, tr("Why the posts end: one of the list, or your own words"))
        told = tr("{count} {count:post ends|posts end}; they stay on record.", count=len(posts))
        lines = [told, *posts[:_NAMED]]
        if len(posts) > _NAMED:
            lines.append(tr("and {count} more", count=len(posts) - _NAMED))
        text = QLabel("\n".join(lines), self)
        text.setObjectName("gridmgmt_end_posts")
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        form = QFormLayout()
        form.addRow(tr("Last day"), self.day)
        form.addRow(tr("Reason"), self.reason)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addLayout(form)
        buttons, _ = answer_buttons(self, tr("End"), "gridmgmt_end_accept", page)
        layout.addWidget(buttons)

    def agreed(self) -> bool:
        """Show the dialog; return whether the planner wants it so."""
        return bool(self.exec() == QDialog.DialogCode.Accepted)

    def chosen(self) -> tuple[str, str]:
        """Return the last day as ISO text, and the reason as it is stored."""
        at = self.reason.findText(self.reason.currentText())
        reason = self.reason.itemData(at) if at >= 0 else self.reason.currentText().strip()
        return day_in(self.day), str(reason)
