"""编辑节点: a shared vertex moves in every cell that has it; vertices are added and deleted likewise."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely
from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import Qt

from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit
from gridmgmt_plugin.core.coverage.gestures.vertices import add_vertex, delete_vertex, edge_at, move_vertex, vertex_at
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
from gridmgmt_plugin.gui.editing.base_tool import GridTool
from gridmgmt_plugin.gui.editing.desk import Desk
from gridmgmt_plugin.gui.editing.rubber import Area, Look
from gridmgmt_plugin.project.i18n import tr

Place = tuple[float, float]
_REACH_PX = 10.0
# A vertex put down this close to where it was stays there: nobody means such a move, or he zooms in.
_STAYS_PX = 3.0
_HELD, _FREE = "#d97614", "#d92b2b"


class VertexTool(GridTool):
    """Holds a vertex from one click to the next, or for the length of a drag."""

    key = "vertex"
    desk: Desk
    #: Whether borders that no two cells share may move, as those of duty zones may.
    frees = False

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        #: The vertex that was picked up, and the one under the mouse; places of the layer.
        self.held: Place | None = None
        self.hovered: Place | None = None

    def title(self) -> str:
        """Return the name of the tool."""
        return tr("Vertex")

    def hint(self) -> str:
        """Return what the planner can do next."""
        if self.held is not None:
            return tr("Click where the vertex shall go; Delete deletes it, Esc cancels")
        return tr(
            "Drag a vertex, or click it and click its new place; double click on an edge adds one, Delete deletes"
        )

    def is_busy(self) -> bool:
        """Tell whether a vertex is held."""
        return self.held is not None

    def keys(self) -> tuple[int, ...]:
        """Return the key that deletes, while there is something to delete."""
        return (Qt.Key.Key_Delete,) if self.held is not None or self.hovered is not None else ()

    def key_pressed(self, key: int) -> bool:  # noqa: ARG002  it is Delete
        """Delete the vertex that is held or under the mouse.

        :raises InputError: why it cannot be deleted.
        """
        place = self.held or self.hovered
        if place is not None:
            near = self._near(place)
            self._make(near, delete_vertex(near.cells, place, self.desk.tolerance, frees=self.frees))
        return True

    def pressed(self, point: QgsPointXY) -> None:
        """Take hold of the vertex under the mouse, if none is held: a drag may begin."""
        if self.held is None:
            self._pick_up(self._vertex_at(self.on_layer(point)))
            self._was_held = False
        else:
            self._was_held = True

    def clicked(self, point: QgsPointXY, event: Any) -> None:  # noqa: ARG002
        """Put the vertex down where the mouse is; the click that picked it up moves nothing."""
        if self.held is not None and self._was_held:
            self._put_down(self.held, point)

    def dragged(self, stroke: list[QgsPointXY]) -> None:
        """Put the vertex down where the drag ended."""
        if self.held is not None:
            self._put_down(self.held, stroke[-1])

    def double_clicked(self) -> None:
        """Add a vertex on the edge under the mouse; a vertex that the first click picked up stays where it is."""
        if self.held is not None:
            self.cancel()
        elif self.cursor is not None:
            place = self.on_layer(self.cursor)
            near = self._near(place)
            found = edge_at(near.cells, *place, self.within_m(_REACH_PX))
            if found is not None:
                self._make(near, add_vertex(near.cells, found, self.desk.tolerance))

    def finish(self) -> None:
        """Put the vertex down where the mouse is."""
        if self.held is not None and self.cursor is not None:
            self._put_down(self.held, self.cursor)

    def step_back(self) -> None:
        """Let go of the vertex."""
        self.cancel()

    def reset(self) -> None:
        """Let go of the vertex."""
        self._pick_up(None)
        self.hovered = None
        super().reset()

    def preview(self) -> None:
        """Show the vertex under the mouse, or the outlines as they would be."""
        if self.cursor is None:
            return
        if self.held is None:
            self._show_hovered(self.on_layer(self.cursor))
            return
        self.rubber.draw_vertices([self.cursor], _HELD)
        place = self.on_layer(self.cursor)
        near = self._near(self.held, place)
        try:
            edit = move_vertex(near.cells, self.held, place, self.desk.tolerance, frees=self.frees)
        except InputError as error:
            if error.code == "vertex_stays":
                self._show_owners(near, self.held)
            else:
                self.show_refusal(error)
            return
        areas, rows = self.desk.preview(near, edit)
        self.rubber.draw_areas(areas, self.desk.layer)
        self.desk.panel.show_rows(rows)

    def _show_hovered(self, place: Place) -> None:
        self.hovered = self._vertex_at(place)
        self.desk.panel.show_rows(())
        if self.hovered is None:
            self.rubber.draw_vertices([])
            self.rubber.draw_areas([], self.desk.layer)
            return
        at = self.toMapCoordinates(self.desk.layer, QgsPointXY(*self.hovered))
        self.rubber.draw_vertices([at], _FREE)
        self._show_owners(self._near(self.hovered), self.hovered)

    def _show_owners(self, near: Neighbourhood, place: Place) -> None:
        """Show which cells have the vertex: they will all follow."""
        corners, cell = shapely.get_coordinates(near.cells.geometry, return_index=True)
        owners = np.unique(cell[(corners == np.array(place)).all(axis=1)])
        self.rubber.draw_areas([Area(near.cells.geometry[i], Look.BEFORE) for i in owners], self.desk.layer)
        self.desk.panel.show_rows(())

    def _put_down(self, held: Place, point: QgsPointXY) -> None:
        place = self.on_layer(point)
        if math.dist(place, held) < self.within_m(_STAYS_PX):
            self.cancel()
            return
        near = self._near(held, place)
        try:
            edit = move_vertex(near.cells, held, place, self.desk.tolerance, frees=self.frees)
        except InputError as error:
            self.cancel()
            if error.code != "vertex_stays":
                raise
            return
        self._make(near, edit)

    def _make(self, near: Neighbourhood, edit: CoverageEdit) -> None:
        self.desk.apply(near, edit)
        self.reset()

    def _pick_up(self, place: Place | None) -> None:
        if (place is None) != (self.held is None) and self.isActive():
            # A vertex that is held must not snap back to where it came from, but streets still attract it.
            self.desk.snap(to_cells=place is None)
        self.held = place

    def _vertex_at(self, place: Place) -> Place | None:
        return vertex_at(self._near(place).cells, *place, self.within_m(_REACH_PX))

    def _near(self, place: Place, goal: Place | None = None) -> Neighbourhood:
        """Return the cells around a vertex and, where its border is free to go anywhere, those where it shall go."""
        reach_m = self.within_m(_REACH_PX)
        x, y = place
        to_x, to_y = goal if goal is not None and self.frees else place
        return self.desk.near(
            (min(x, to_x) - reach_m, min(y, to_y) - reach_m, max(x, to_x) + reach_m, max(y, to_y) + reach_m)
        )
