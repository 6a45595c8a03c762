"""分割: a line cuts every cell that it runs right through."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDoubleSpinBox, QWidget

from gridmgmt_plugin.core.coverage.gestures.blocks import cut_off_area
from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit
from gridmgmt_plugin.core.coverage.gestures.splitting import split
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
from gridmgmt_plugin.gui.editing.base_tool import GridTool, option_row
from gridmgmt_plugin.gui.editing.desk import Desk
from gridmgmt_plugin.gui.editing.line_tool import Coordinates, LineTool, as_line, bounds_of
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.workspace.changes.gestures import Gesture

_MOST_M2, _BUTTONS = 100_000_000.0, 4


class SplitTool(LineTool):
    """Splits cells; afterwards one click gives the code to another part."""

    key = "split"
    desk: Desk

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._done: tuple[Neighbourhood, CoverageEdit] | None = None
        self._options, self._cut_off_m2 = _cut_off_field(self)

    def title(self) -> str:
        """Return the name of the tool."""
        return tr("Split")

    def hint(self) -> str:
        """Return what the planner can do next."""
        if self.points:
            return tr("Next point; double click or Enter splits, Backspace takes a point back, Esc cancels")
        return tr("Draw a line right through one or more cells: click point by point, or drag")

    def options(self) -> QWidget:
        """Return the field for a part of exactly so many square metres."""
        return self._options

    def plan(self, places: Coordinates) -> tuple[Neighbourhood, CoverageEdit]:
        """Return what the line cuts, or the line beside it that cuts off exactly what was typed in."""
        near = self.desk.near(bounds_of(places))
        wanted_m2 = self._cut_off_m2.value()
        line, targets = as_line(places), None
        if wanted_m2 > 0:
            start, end = places[0], places[-1]
            middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
            cell = self.desk.position_at(near, middle)
            if cell is None:
                raise InputError("cut_off_no_cell")
            direction = (end[0] - start[0], end[1] - start[1])
            line = cut_off_area(near.cells.geometry[cell], direction, wanted_m2)
            targets = np.array([cell])
        return near, split(near.cells, line, self.desk.tolerance, targets)

    def begin(self) -> None:
        """Begin a new line: the split before is settled."""
        self._done = None
        super().begin()

    def applied(self, gesture: Gesture, near: Neighbourhood, edit: CoverageEdit) -> None:
        """Show what came out, and offer to swap."""
        settled = self.desk.settled(near, edit)
        self._done = (near, settled)
        self._show_done(near, settled, gesture)

    def reset(self) -> None:
        """Forget the line; the offer to swap goes with it."""
        self._done = None
        super().reset()

    def _show_done(self, near: Neighbourhood, edit: CoverageEdit, gesture: Gesture) -> None:
        self.desk.panel.show_rows(self.desk.done_rows(near, edit, gesture))
        parts = [i for i, source in enumerate(edit.added_from) if source in edit.changed]
        shown = [(state.code or "–")[-3:] for state in gesture.after[len(gesture.after) - len(edit.added_from) :]]
        if len(parts) == 1:
            buttons = [("gridmgmt_swap", tr("Swap codes"), self._swapper(parts[0]))]
        else:
            buttons = [
                (f"gridmgmt_swap_{part}", tr("Swap with {code}").format(code=shown[part]), self._swapper(part))
                for part in parts[:_BUTTONS]
            ]
        self.desk.panel.show_buttons(buttons)

    def _swapper(self, part: int) -> Callable[[], None]:
        return lambda: self._swap(part)

    def _swap(self, part: int) -> None:
        done = self._done
        if done is None:
            return

        def swap() -> None:
            gesture = self.desk.editor.swap_last(part)
            near, edit = done
            swapped = edit.kept_by(int(edit.added_from[part]), part, len(near))
            self._done = (near, swapped)
            self._show_done(near, swapped, gesture)

        self.desk.attempt(swap)


def _cut_off_field(tool: GridTool) -> tuple[QWidget, QDoubleSpinBox]:
    field = QDoubleSpinBox()
    field.setObjectName("gridmgmt_cut_off_m2")
    field.setRange(0.0, _MOST_M2)
    field.setDecimals(2)
    field.setGroupSeparatorShown(True)
    field.setSpecialValueText(tr("as drawn"))
    field.setSuffix(tr("{area} m²").format(area=""))
    field.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
    field.setAlignment(Qt.AlignmentFlag.AlignRight)
    explain(field, tr("Cut off exactly this area, parallel to the line that you draw; empty = where you draw it"))
    field.valueChanged.connect(lambda _: tool.show_soon())
    return option_row(tool, tr("Area to cut off"), field), field
