"""Tools that collect rows one by one or by a stroke before they do something with all of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

import shapely
from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import Qt

from gridmgmt_plugin.gui.editing.base_tool import GridTool
from gridmgmt_plugin.gui.editing.place_tool import Place
from gridmgmt_plugin.gui.editing.workplace import Workplace

Row = tuple[int, shapely.Geometry]


class CollectingTool(GridTool):
    """``members``: the numbers of the rows that are chosen, with their shapes, the one chosen last behind the others.
    ``keeper``: the one that was named to keep its code.
    """

    def __init__(self, desk: Workplace) -> None:
        super().__init__(desk)
        self.members: dict[int, shapely.Geometry] = {}
        self.keeper: int | None = None

    # What a subclass says.

    @abstractmethod
    def plan(self) -> tuple[Any, Any]:
        """Return what becomes of the rows that are chosen: what lies around them, and the edit.

        :raises InputError: why nothing does; they stay chosen.
        """

    @abstractmethod
    def row_at(self, place: Place) -> Row | None:
        """Return the row at a place of the layer, ``None`` where there is none."""

    @abstractmethod
    def rows_along(self, line: shapely.LineString) -> Iterable[Row]:
        """Return the rows that a line comes across."""

    # What the planner does.

    def is_busy(self) -> bool:
        """Tell whether a row is chosen."""
        return bool(self.members)

    def clicked(self, point: QgsPointXY, event: Any) -> None:
        """Choose a row or leave it out again; with Ctrl: let it keep its code."""
        row = self.row_at(self.on_layer(point))
        if row is None:
            return
        fid, shape = row
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.members[fid], self.keeper = shape, fid
        elif self.members.pop(fid, None) is None:
            self.members[fid] = shape
        if self.keeper not in self.members:
            self.keeper = None

    def stroke_moved(self, stroke: list[QgsPointXY]) -> None:
        """Choose what the stroke comes across."""
        self.dragged(stroke[-2:])

    def dragged(self, stroke: list[QgsPointXY]) -> None:
        """Choose all that the stroke came across."""
        places = [self.on_layer(point) for point in stroke]
        for fid, shape in self.rows_along(shapely.LineString(places if len(places) > 1 else [*places, *places])):
            self.members.setdefault(fid, shape)

    def double_clicked(self) -> None:
        """Go ahead, with the row that was clicked twice among the others."""
        row = self.hovered()
        if row is not None:
            self.members.setdefault(*row)
        self.finish()

    def finish(self) -> None:
        """Do it with the rows that are chosen.

        :raises InputError: why it cannot be done; they stay chosen.
        """
        self.desk.apply(*self.plan())
        self.reset()

    def step_back(self) -> None:
        """Leave out the row that was chosen last."""
        if self.members:
            fid, _ = self.members.popitem()
            self.keeper = None if self.keeper == fid else self.keeper

    def reset(self) -> None:
        """Forget the choice."""
        self.members, self.keeper = {}, None
        super().reset()

    def hovered(self) -> Row | None:
        """Return the row under the mouse."""
        return None if self.cursor is None else self.row_at(self.on_layer(self.cursor))
