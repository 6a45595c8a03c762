"""The page of the dock of officers on which a role is given: to whom, with what paper, and where."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QLineEdit, QPushButton, QSizePolicy, QWidget

from gridmgmt_plugin.gui.frame.flow import Column, flow_row, titled
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.lanes.choices import PersonBox, day_box
from gridmgmt_plugin.gui.lanes.patrol_page import deed_button
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.settings import remember, remembered

#: What brushes and clicks on the map are for.
BRUSH, SECTION, WALK = "brush", "section", "walk"
_LETTERS, _LETTERS_MARGIN, _RULE = 8, 2, "task_letter_rule"


class AssignPage(QWidget):
    """``tool_wanted``: the tool on the map, "" to lay it down. ``deed_wanted``: key of a button, area or list."""

    tool_wanted = pyqtSignal(str)
    deed_wanted = pyqtSignal(str)

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self.person, self.until, self.signed = (
            PersonBox(self), day_box(self, may_be_empty=True), day_box(self, may_be_empty=True),
        )  # fmt: skip
        self.letters = QLineEdit(self)
        self.brush, self.section = QPushButton(tr("Brush"), self), QPushButton(tr("Section"), self)
        self.walk = QPushButton(tr("Walked"), self)
        column = Column(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(flow_row(*self._fields(), *self._buttons()))
        column.addStretch(1)

    def show_tool(self, kind: str) -> None:
        """Show which tool is in hand, "" for none."""
        for key, button in self._tools():
            button.blockSignals(True)
            button.setChecked(key == kind)
            button.blockSignals(False)

    # Building.

    def _fields(self) -> list[QWidget]:
        self.letters.setText(str(remembered(_RULE, "") or ""))
        self.letters.setPlaceholderText(tr("like T{year}-{n:04}"))
        example = self.letters.fontMetrics().horizontalAdvance(self.letters.placeholderText())
        self.letters.setMinimumWidth(example + _LETTERS_MARGIN * self.letters.fontMetrics().averageCharWidth())
        self.letters.editingFinished.connect(lambda: remember(_RULE, self.letters.text().strip()))
        rule = tr("Rule by which task letters are numbered; empty = without numbers")
        signed = tr("The day on which the task letters were signed, if they were")
        tips = (
            ("person", tr("Person"), self.person, tr("Who gets it; type part of the name or number")),
            ("until", tr("Last day"), self.until, tr("The last day of the role that is given; empty = open")),
            ("letters", tr("Task letters"), self.letters, rule),
            ("signed", tr("Signed on"), self.signed, signed),
        )
        return explained_fields(tips)

    def _buttons(self) -> list[QWidget]:
        walk = tr("Drag over lanes on the map that somebody has walked, or click one, and enter who and when")
        tips = {
            BRUSH: tr("Drag over lanes on the map, or click one: the person gets the role there"),
            SECTION: tr("Click a lane twice: the person gets the role between the two places"),
            WALK: walk,
        }
        for key, button in self._tools():
            button.setObjectName(f"gridmgmt_officers_{key}_button")
            button.setAutoDefault(False)
            explain(button, tips[key])
            button.setCheckable(True)
            button.toggled.connect(lambda on, key=key: self.tool_wanted.emit(key if on else ""))
        area = deed_button(self, "area", tr("Whole area…"), tr("Give the person the role at all lanes of the area"))
        area.setObjectName("gridmgmt_officers_area_button")
        from_list = tr("Take lanes, persons and roles in from a table (csv, xlsx)")
        listed = deed_button(self, "list", tr("From a list…"), from_list)
        return [self.brush, self.section, area, listed, self.walk]

    def _tools(self) -> tuple[tuple[str, QPushButton], ...]:
        return (BRUSH, self.brush), (SECTION, self.section), (WALK, self.walk)


def explained_fields(fields: tuple[tuple[str, str, QWidget, str], ...]) -> list[QWidget]:
    """Return fields of the dock, (key, title, field, tip), each with its title."""
    for key, _, widget, tip in fields:
        widget.setObjectName(f"gridmgmt_officers_{key}")
        explain(widget, tip)
        if isinstance(widget, QComboBox):
            # Names may be long: the box gives way in a narrow dock, and its list shows them whole.
            widget.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            widget.setMinimumContentsLength(_LETTERS)
            widget.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
    return [titled(title, widget) for _, title, widget, _ in fields]
