"""What is asked about an act on a release: when, by which letter and means, and what the receiver says."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QDate
from qgis.PyQt.QtWidgets import QDateEdit, QDialog, QFormLayout, QLabel, QLineEdit, QVBoxLayout

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.release.life import ACCEPT, PUT_IN_FORCE, REJECT, REOPEN
from gridmgmt_plugin.gui.frame.dialog_buttons import answer_buttons, fit
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.jobs.handover.release_acts import Particulars
from gridmgmt_plugin.jobs.handover.release_desk import ListedRelease
from gridmgmt_plugin.project.i18n import tr, translatable

_WIDTH_PX = 440
_YES = {
    ACCEPT: translatable("Enter the acceptance"),
    REJECT: translatable("Enter the rejection"),
    PUT_IN_FORCE: translatable("Put in force"),
    REOPEN: translatable("Withdraw the answer"),
}
_FOLLOWS = {
    ACCEPT: translatable("Its receiver has it then: the changes of the next release are told from it."),
    REJECT: translatable("The changes of the next release are told from what the receiver had before."),
    PUT_IN_FORCE: translatable("What was in force of this scheme for this receiver is superseded."),
    REOPEN: translatable("The release waits for an answer again."),
}


class ReleaseActDialog(QDialog):
    """:meth:`said` holds what was entered after :meth:`agreed`; a rejection cannot be entered without a reason."""

    def __init__(self, act: str, release: ListedRelease, parent: Any) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_release_dialog")
        self.setWindowTitle(tr("Release {number}", number=release.number))
        self.day = QDateEdit(QDate(clock.today()), self)
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setMaximumDate(QDate(clock.today()))
        self.document_no, self.means, self.note = (QLineEdit(self) for _ in range(3))
        for widget, name, tip in (
            (self.day, "day", tr("The day on which it was done")),
            (self.document_no, "document", tr("Number of the letter that says so")),
            (self.means, "means", tr("How the word came: by letter, in a meeting, through the platform")),
            (self.note, "note", tr("What else is to be remembered; of a rejection, the reason")),
        ):
            widget.setObjectName(f"gridmgmt_release_{name}")
            explain(widget, tip)
        about = " · ".join(part for part in (release.number, release.scheme_title, release.receiver) if part)
        text = QLabel(f"{about}\n{tr(_FOLLOWS[act])}", self)
        text.setWordWrap(True)
        form = QFormLayout()
        form.addRow(tr("Day"), self.day)
        form.addRow(tr("Document number"), self.document_no)
        form.addRow(tr("Means"), self.means)
        form.addRow(tr("Reason") if act == REJECT else tr("Remarks"), self.note)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addLayout(form)
        row, accept = answer_buttons(self, tr(_YES[act]), "gridmgmt_release_accept", "releases")
        if act == REJECT:
            accept.setEnabled(False)
            self.note.textChanged.connect(lambda reason: accept.setEnabled(bool(reason.strip())))
        layout.addWidget(row)
        fit(self, _WIDTH_PX)

    def agreed(self) -> bool:
        """Show the dialog; return whether the planner wants it so."""
        return bool(self.exec() == QDialog.DialogCode.Accepted)

    def said(self) -> Particulars:
        """Return what is noted with the act."""
        return Particulars(
            self.day.date().toString("yyyy-MM-dd"), self.document_no.text(), self.means.text(), self.note.text()
        )
