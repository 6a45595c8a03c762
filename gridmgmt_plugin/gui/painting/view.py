"""What painting draws over the map: the stroke under way, the one that is not redrawn yet, borders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from qgis.core import QgsPointXY, QgsVectorLayer

from gridmgmt_plugin.core.assignment.figures import GridFigures
from gridmgmt_plugin.core.assignment.model import Assignment
from gridmgmt_plugin.core.geometry.linework import dissolve
from gridmgmt_plugin.gui.editing.rubber import Area, Look, Rubber
from gridmgmt_plugin.gui.painting.painter import Plan


class PaintView:
    """Areas over one map canvas; shapes come in the frame of the layer that is painted."""

    def __init__(self, canvas: Any, layer: QgsVectorLayer) -> None:
        self._canvas, self._layer = canvas, layer
        self._now, self._made, self._borders, self._piece = (Rubber(canvas) for _ in range(4))
        canvas.mapCanvasRefreshed.connect(self._made.clear)

    def close(self) -> None:
        """Take everything off the map."""
        self._canvas.mapCanvasRefreshed.disconnect(self._made.clear)
        self.hide()
        self.clear_borders()

    def hide(self) -> None:
        """Leave the map to another tool; borders that are not saved yet stay, for the map has no others."""
        for rubber in (self._now, self._made, self._piece):
            rubber.clear()

    def clear_borders(self) -> None:
        """Take the borders away: the map draws them itself."""
        self._borders.clear()

    def show_plan(self, assignment: Assignment, plan: Plan, figures: Sequence[GridFigures]) -> None:
        """Draw what a plan would move, and what would lie apart from its grid afterwards."""
        self._now.draw_areas(_areas(assignment, plan, figures), self._layer)

    def keep(self, assignment: Assignment, plan: Plan) -> None:
        """Leave a stroke on the map that was just made, until the map has drawn it itself."""
        self._made.draw_areas(_areas(assignment, plan, ()), self._layer)
        self._piece.clear()

    def clear_plan(self) -> None:
        """Take the plan away; the brush stays."""
        self._now.draw_areas([], self._layer)

    def show_piece(self, assignment: Assignment, units: np.ndarray) -> None:
        """Draw unit grids that the planner is to look at, until something is painted."""
        self._piece.draw_areas(_patch(assignment, units, Look.DOOMED), self._layer)

    def show_borders(self, assignment: Assignment, grids: Iterable[int]) -> None:
        """Draw the outlines of grids as they are now: those on the map are of the last save."""
        shown = [grid for grid in grids if assignment.size(grid)]
        members = [assignment.members(grid) for grid in shown]
        if not shown:
            self._borders.draw_areas([], self._layer)
            return
        label = np.repeat(np.arange(len(shown)), [len(part) for part in members])
        outlines = dissolve(assignment.units.shapes[np.concatenate(members)], label, len(shown))
        parts = shapely.get_parts(outlines[~shapely.is_missing(outlines)])
        self._borders.draw_areas([Area(shapely.multipolygons(parts), Look.BORDER)], self._layer)

    def show_line(self, points: Sequence[QgsPointXY], *, closed: bool) -> None:
        """Draw a line or an outline that is being drawn, or the brush."""
        self._now.draw_line(points, closed=closed)

    def clear(self) -> None:
        """Take the stroke under way off the map."""
        self._now.clear()


def _areas(assignment: Assignment, plan: Plan, figures: Sequence[GridFigures]) -> list[Area]:
    torn = [one.detached for one in figures if one.is_torn]
    return [
        *_patch(assignment, plan.move.units, Look.CHOSEN),
        *(_patch(assignment, np.concatenate(torn), Look.TROUBLE) if torn else []),
    ]


def _patch(assignment: Assignment, units: np.ndarray, look: Look) -> list[Area]:
    """Return unit grids as one area: a band per unit grid would take longer to draw than the map."""
    parts = shapely.get_parts(assignment.units.shapes[units])
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return [Area(shapely.multipolygons(parts), look)] if len(parts) else []
