"""The question which post a person gets at a place: role, turn, weekdays, hours, from when on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.gui import QgsDateTimeEdit
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime
from qgis.PyQt.QtWidgets import QComboBox, QCompleter, QDialog, QFormLayout, QLabel, QLineEdit, QVBoxLayout

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.value_lists import ROLES, value_label, value_list
from gridmgmt_plugin.gui.frame.dialog_buttons import answer_buttons
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import language, tr

_WIDTH_PX = 420


class AssignDialog(QDialog):
    """One person, one place; what the planner says is read from the fields after :meth:`agreed`.

    :param place: what the place is called. ``target``: its table; its usual roles come first.
    :param persons: (id, name) to choose from; ``person`` is chosen.
    """

    def __init__(self, place: str, target: str, persons: Sequence[tuple[str, str]], person: str, parent: Any) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_assign_dialog")
        self.setWindowTitle(tr("A post at {place}").format(place=place))
        self.person, self.role, self.turn = QComboBox(self), QComboBox(self), QComboBox(self)
        self.weekdays, self.start, self.end = QLineEdit(self), QLineEdit(self), QLineEdit(self)
        self.day = QgsDateTimeEdit(self)
        self._fill(target, persons, person)
        form = QFormLayout()
        for title, widget in (
            (tr("Person"), self.person),
            (tr("Role"), self.role),
            (tr("Turn"), self.turn),
            (tr("Weekdays"), self.weekdays),
            (tr("On duty from"), self.start),
            (tr("On duty until"), self.end),
            (tr("In post from"), self.day),
        ):
            form.addRow(title, widget)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        hint = QLabel(tr("Hours left empty mean round the clock. An end before the start is on the next day."), self)
        hint.setWordWrap(True)
        layout.addWidget(hint)
        buttons, self._accept = answer_buttons(self, tr("Assign"), "gridmgmt_assign_accept", "staff")
        layout.addWidget(buttons)
        self.resize(_WIDTH_PX, self.sizeHint().height())

    def agreed(self) -> bool:
        """Show the dialog; return whether the planner wants it so."""
        return bool(self.exec() == QDialog.DialogCode.Accepted)

    def chosen_person(self) -> str:
        """Return the id of the person, or what was typed."""
        at = self.person.findText(self.person.currentText())
        return str(self.person.itemData(at) if at >= 0 else self.person.currentText().strip())

    def chosen_day(self) -> str:
        """Return the first day as ISO text."""
        return str(self.day.date().toString("yyyy-MM-dd"))

    def _fill(self, target: str, persons: Sequence[tuple[str, str]], person: str) -> None:
        self.person.setObjectName("gridmgmt_assign_person")
        self.person.setEditable(True)
        self.person.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.person.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.person.completer().setFilterMode(Qt.MatchFlag.MatchContains)
        for key, name in persons:
            self.person.addItem(f"{name}  {key}", key)
        self.person.setCurrentIndex(self.person.findData(person))
        self.role.setObjectName("gridmgmt_assign_role")
        usual = load_json(ROLES)["answering_order"].get(target, [])
        others = [key for key, _ in value_list("role") if key not in usual]
        for key in (*usual, *others):
            self.role.addItem(value_label("role", key, language()), key)
        self.turn.setObjectName("gridmgmt_assign_turn")
        self.turn.addItem(tr("none in particular"), "")
        for key, _ in value_list("turn"):
            self.turn.addItem(value_label("turn", key, language()), key)
        for name, line, example in (
            ("weekdays", self.weekdays, tr("every day; or 1-5, 6-7")),
            ("start", self.start, "08:00"),
            ("end", self.end, "18:00"),
        ):
            line.setObjectName(f"gridmgmt_assign_{name}")
            line.setPlaceholderText(example)
        for control, tip in (
            (self.person, tr("Who gets the post; type part of the name or number")),
            (self.role, tr("What the person is there; the usual roles of such a place come first")),
            (self.turn, tr("First, second or stand-in, where several share a post")),
            (self.weekdays, tr("The days of the week, like 1-5 or 1,3,5")),
            (self.start, tr("When the duty begins, like 08:00")),
            (self.end, tr("When the duty ends, like 18:00")),
            (self.day, tr("The first day in the post")),
        ):
            explain(control, tip)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setCalendarPopup(True)
        self.day.setAllowNull(False)
        self.day.setDateTime(QDateTime(QDate(clock.today()), QTime(0, 0)))
