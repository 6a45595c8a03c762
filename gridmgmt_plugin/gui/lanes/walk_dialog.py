"""The question who walked lanes on which day, and what was found on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import QDate
from qgis.PyQt.QtWidgets import QDialog, QFormLayout, QLabel, QLineEdit, QVBoxLayout

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.gui.frame.dialog_buttons import answer_buttons
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.lanes.choices import PersonBox, day_box, day_in, show_day_in
from gridmgmt_plugin.jobs.lanes.walk_entry import RoundWalked
from gridmgmt_plugin.project.i18n import tr


class WalkDialog(QDialog):
    """``lanes``: (code, name) of those that were walked. ``day``: ISO text, proposed unless it is still to come.
    ``persons``: (id, name) to choose from.
    """

    def __init__(
        self, lanes: Sequence[tuple[str, str]], day: str, persons: Sequence[tuple[str, str]], parent: Any
    ) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_walk_dialog")
        self.setWindowTitle(tr("Enter walks"))
        self._lanes = tuple(code for code, _ in lanes)
        self.person, self.day, self.finding = PersonBox(self), day_box(self), QLineEdit(self)
        today = QDate(clock.today()).toString("yyyy-MM-dd")
        self.day.setMaximumDate(QDate(clock.today()))
        show_day_in(self.day, min(day, today))
        self.person.offer(persons)
        self.person.lineEdit().setPlaceholderText(tr("whoever the rota has"))
        rows = (
            (tr("Person"), self.person, "person", tr("Who walked them; empty = lane by lane whoever was planned")),
            (tr("Day"), self.day, "day", tr("The day of the walk; not one that is still to come")),
            (tr("Finding"), self.finding, "finding", tr("What was found on the way; it goes to each of the walks")),
        )
        form = QFormLayout()
        for label, field, name, tip in rows:
            field.setObjectName(f"gridmgmt_walk_{name}")
            explain(field, tip)
            form.addRow(label, field)
        text = QLabel(
            tr(
                "{count} {count:lane was|lanes were} walked: {lanes}",
                count=len(lanes),
                lanes=listing(name or code for code, name in lanes),
            ),
            self,
        )
        text.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addLayout(form)
        buttons, _ = answer_buttons(self, tr("Enter"), "gridmgmt_walk_accept", "lane_officers")
        layout.addWidget(buttons)

    def agreed(self) -> bool:
        """Show the dialog; return whether the planner wants it so."""
        return bool(self.exec() == QDialog.DialogCode.Accepted)

    def chosen(self) -> RoundWalked:
        """Return who walked the lanes on which day."""
        return RoundWalked(self._lanes, self.person.chosen(), day_in(self.day), self.finding.text().strip())
