"""Shows who has a workspace open that is going to be upgraded, and counts down."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QProgressBar,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.gui.frame.dialog_buttons import fit
from gridmgmt_plugin.gui.frame.manual import add_help
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import language, tr

if TYPE_CHECKING:
    from gridmgmt_plugin.workspace.upgrading.notice import Answers

_WIDTH_PX = 560


class UpgradeWindow(QObject):
    """A dialog that stands while others are waited for. ``wanted_now``: the planner does not want to wait for those
    who are shown; ``rejected``: he does not want the upgrade. :meth:`leave` takes it away without a word.
    """

    wanted_now = pyqtSignal()
    rejected = pyqtSignal()

    def __init__(self, place: str, parent: QWidget) -> None:
        super().__init__()
        self.dialog = QDialog(parent)
        self.dialog.setObjectName("gridmgmt_upgrade_dialog")
        self.dialog.setWindowTitle(tr("Upgrading {place}").format(place=place))
        self._text = QLabel(tr("Looking for who has the workspace open …"), self.dialog)
        self._text.setObjectName("gridmgmt_upgrade_text")
        self._text.setWordWrap(True)
        self._people = QTreeWidget(self.dialog)
        self._people.setObjectName("gridmgmt_upgrade_people")
        self._people.setRootIsDecorated(False)
        self._people.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self._people.setHeaderLabels([tr("At work"), tr("Since"), tr("Waited for")])
        explain(self._people, tr("Who has the workspace open with a plugin that answers, and which jobs run."))
        bar = QProgressBar(self.dialog)
        bar.setRange(0, 0)
        layout = QVBoxLayout(self.dialog)
        for widget in (self._text, self._people, bar, self._buttons()):
            layout.addWidget(widget)
        self.dialog.rejected.connect(self.rejected)
        fit(self.dialog, _WIDTH_PX)

    def _buttons(self) -> QDialogButtonBox:
        """Return the row; Enter presses none of them: it is easily pressed once more after the question before."""
        row = QDialogButtonBox(self.dialog)
        now = row.addButton(tr("Upgrade now"), QDialogButtonBox.ButtonRole.ActionRole)
        now.setObjectName("gridmgmt_upgrade_now")
        explain(now, tr("Does not wait: what they have not saved they save once their plugin is updated."))
        cancel = row.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        explain(cancel, tr("Closes the dialog, and nothing is done. Esc does the same."))
        add_help(row, "open_postgis")
        for button in (now, cancel):
            button.setAutoDefault(False)
        now.clicked.connect(lambda *_: self.wanted_now.emit())
        row.rejected.connect(self.dialog.reject)
        return row

    def show_answers(self, answers: Answers) -> None:
        """Show who has answered so far, and how long is waited at most."""
        self._people.clear()
        for one in answers.people:
            waits = tr("Unsaved edits") if one.has_edits else tr("Nothing")
            QTreeWidgetItem(self._people, [one.who, one.since, waits])
        for job in answers.jobs:
            QTreeWidgetItem(self._people, [job.message().text(language()), job.since, tr("The end of the job")])
        for column in range(self._people.columnCount()):
            self._people.resizeColumnToContents(column)
        left = max(0, math.ceil(answers.seconds_left))
        if answers.people or answers.jobs:
            told = tr(
                "They have been told and can save. The upgrade begins when nobody has unsaved edits or a job that"
                " runs, in {count} {count:second|seconds} at the latest.",
                count=left,
            )
        else:
            told = tr("Looking for who has the workspace open … Nobody has answered yet.")
        self._text.setText(told)

    def leave(self) -> None:
        """Take it away: what is shown is over."""
        self.dialog.hide()
        self.dialog.deleteLater()
