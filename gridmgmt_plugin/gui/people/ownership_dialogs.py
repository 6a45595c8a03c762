"""What the planner says about a disputed component: who claims it and acts meanwhile, or how it was ruled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import QDate, Qt
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QCompleter,
    QDateEdit,
    QDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.gui.frame.dialog_buttons import answer_buttons
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr

_WIDTH_PX, _TEXT_PX = 460, 80
_BETWEEN = "；"


class CaseDialog(QDialog):
    """Opens a case: ``claims``, ``interim`` and ``day`` hold what was said after :meth:`agreed`.

    :param about: what the component is called. :param departments: (code, name). :param claims: of the case so far.
    """

    def __init__(
        self, about: str, departments: Sequence[tuple[str, str]], claims: str, interim: str, parent: Any
    ) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_case_dialog")
        self.setWindowTitle(tr("Whose is it? Open a case"))
        self.claims = QPlainTextEdit("\n".join(filter(None, claims.split(_BETWEEN))), self)
        self.claims.setObjectName("gridmgmt_case_claims")
        self.claims.setFixedHeight(_TEXT_PX)
        self.claims.setTabChangesFocus(True)
        self.claims.setPlaceholderText(tr("One body per line"))
        self._adder = department_box(departments, tr("Add a department to the list"), self)
        self._adder.setObjectName("gridmgmt_case_add")
        self._adder.activated.connect(self._add)
        self.interim = department_box(departments, tr("nobody in particular"), self)
        self.interim.setObjectName("gridmgmt_case_interim")
        self.interim.setCurrentIndex(max(self.interim.findData(interim), 0))
        self.day = _today(self)
        explain(self.claims, tr("Every body that claims the component or is named as its owner, one per line"))
        explain(self._adder, tr("Puts a department of the workspace into the list above; typing searches"))
        explain(self.interim, tr("The department that acts until the ownership is settled; typing searches"))
        explain(self.day, tr("The day on which the case was opened"))
        form = QFormLayout()
        form.addRow(tr("Who claims it, or is named"), self.claims)
        form.addRow("", self._adder)
        form.addRow(tr("Who acts meanwhile"), self.interim)
        form.addRow(tr("Opened on"), self.day)
        buttons, _ = answer_buttons(self, tr("Open the case"), "gridmgmt_case_accept", "ownership")
        _lay_out(self, about, form, buttons)

    def agreed(self) -> bool:
        """Show the dialog; return whether the planner wants it so."""
        return bool(self.exec() == QDialog.DialogCode.Accepted)

    def named(self) -> list[str]:
        """Return the bodies, one per line that says something."""
        return [line.strip() for line in self.claims.toPlainText().splitlines() if line.strip()]

    def _add(self, at: int) -> None:
        if at > 0:
            name = self._adder.itemText(at).split("  ")[0]
            self.claims.appendPlainText(name)
            self._adder.setCurrentIndex(0)


class RulingDialog(QDialog):
    """Takes a ruling down: ``owner``, ``document``, ``ruling``, ``day`` hold what was said after :meth:`agreed`."""

    def __init__(self, about: str, departments: Sequence[tuple[str, str]], parent: Any) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_ruling_dialog")
        self.setWindowTitle(tr("Whose is it? Write down the ruling"))
        self.owner = department_box(departments, "", self)
        self.owner.setObjectName("gridmgmt_ruling_owner")
        self.document, self.ruling = QLineEdit(self), QPlainTextEdit(self)
        self.document.setObjectName("gridmgmt_ruling_document")
        self.ruling.setObjectName("gridmgmt_ruling_text")
        self.ruling.setFixedHeight(_TEXT_PX)
        self.ruling.setTabChangesFocus(True)
        self.day = _today(self)
        explain(self.owner, tr("The department that the component belongs to from now on; typing searches"))
        explain(self.document, tr("Number of the minutes or the letter that says so; this or a text is needed"))
        explain(self.ruling, tr("What was decided, and why; this or a document number is needed"))
        explain(self.day, tr("The day of the ruling"))
        form = QFormLayout()
        form.addRow(tr("Owner"), self.owner)
        form.addRow(tr("Document number"), self.document)
        form.addRow(tr("What was decided"), self.ruling)
        form.addRow(tr("Ruled on"), self.day)
        buttons, self._accept = answer_buttons(self, tr("Write the ruling"), "gridmgmt_ruling_accept", "ownership")
        for signal in (self.owner.currentIndexChanged, self.document.textChanged, self.ruling.textChanged):
            signal.connect(self._follow)
        _lay_out(self, about, form, buttons)
        self._follow()

    def agreed(self) -> bool:
        """Show the dialog; return whether the planner wants it so."""
        return bool(self.exec() == QDialog.DialogCode.Accepted)

    def _follow(self, *_: object) -> None:
        """A ruling needs an owner and a basis."""
        has_basis = bool(self.document.text().strip() or self.ruling.toPlainText().strip())
        self._accept.setEnabled(bool(self.owner.currentData()) and has_basis)


def department_box(departments: Sequence[tuple[str, str]], nobody: str, parent: QWidget) -> QComboBox:
    """Return a list of departments that typing searches; its first choice stands for none."""
    box = QComboBox(parent)
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.completer().setFilterMode(Qt.MatchFlag.MatchContains)
    box.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    box.addItem(nobody, "")
    for code, name in departments:
        box.addItem(f"{name}  {code}", code)
    return box


def _today(parent: QWidget) -> QDateEdit:
    edit = QDateEdit(QDate(clock.today()), parent)
    edit.setCalendarPopup(True)
    edit.setDisplayFormat("yyyy-MM-dd")
    return edit


def _lay_out(dialog: QDialog, about: str, form: QFormLayout, buttons: QWidget) -> None:
    head = QLabel(about, dialog)
    head.setWordWrap(True)
    layout = QVBoxLayout(dialog)
    layout.addWidget(head)
    layout.addLayout(form)
    layout.addWidget(buttons)
    dialog.resize(_WIDTH_PX, dialog.sizeHint().height())
