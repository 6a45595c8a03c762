"""Boxes that dock and dialogs of officers share: a day, and a person to choose by part of a name or number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.gui import QgsDateTimeEdit
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime
from qgis.PyQt.QtWidgets import QComboBox, QCompleter

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.gui.forms.empty_dates import EmptyDate, show_no_date
from gridmgmt_plugin.gui.frame.qt import QAction
from gridmgmt_plugin.project.i18n import tr

_ISO = "yyyy-MM-dd"


def day_box(parent: Any, *, may_be_empty: bool = False) -> QgsDateTimeEdit:
    """Return a box for a day without a time. ``may_be_empty``: it says nothing until a day is chosen."""
    box = QgsDateTimeEdit(parent)
    box.setDisplayFormat(_ISO)
    box.setCalendarPopup(True)
    box.setAllowNull(may_be_empty)
    for button in box.findChildren(QAction):  # QGIS's own name of the one that empties the box may be English
        button.setText(tr("Empty the box"))
        button.setToolTip(tr("Empty the box"))
    if may_be_empty:
        box.setNullRepresentation(tr("not given"))
        show_no_date(box)
    else:
        show_day_in(box, QDate(clock.today()).toString(_ISO))
    EmptyDate(box)
    return box


def show_day_in(box: QgsDateTimeEdit, day: str) -> None:
    """Show a day (ISO text)."""
    box.setDateTime(QDateTime(QDate.fromString(day, _ISO), QTime(0, 0)))


def day_in(box: QgsDateTimeEdit) -> str:
    """Return the day as ISO text, "" for none."""
    return "" if box.isNull() else str(box.date().toString(_ISO))


class PersonBox(QComboBox):
    """Persons to choose from, or a name that was typed."""

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.completer().setFilterMode(Qt.MatchFlag.MatchContains)

    def offer(self, persons: Sequence[tuple[str, str]]) -> None:
        """Offer persons (id, name); who is chosen, and what was typed, stays."""
        typed, chosen = self.currentText(), self.chosen()
        was_blocked = self.blockSignals(True)
        self.clear()
        for key, name in persons:
            self.addItem(f"{name}  {key}", key)
        self.setCurrentIndex(self.findData(chosen) if chosen else -1)
        if self.currentIndex() < 0:
            self.setEditText(typed)
        self.blockSignals(was_blocked)

    def chosen(self) -> str:
        """Return the id of the person, or what was typed."""
        text = self.currentText()
        at = self.findText(text)
        return str(self.itemData(at) if at >= 0 else text.strip())
