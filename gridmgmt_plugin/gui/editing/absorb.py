"""消除碎面: a click dissolves a sliver into the neighbour with which it shares the longest border."""

from __future__ import annotations

import numpy as np
import shapely
from qgis.PyQt.QtCore import Qt

from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit
from gridmgmt_plugin.core.coverage.gestures.merging import absorb
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
from gridmgmt_plugin.gui.editing.desk import Desk, bounds_around
from gridmgmt_plugin.gui.editing.figures_panel import square_metres
from gridmgmt_plugin.gui.editing.place_tool import Place, PlaceTool
from gridmgmt_plugin.gui.editing.rubber import Area, Look
from gridmgmt_plugin.gui.frame.dialog_buttons import is_wanted
from gridmgmt_plugin.project.i18n import tr


class AbsorbTool(PlaceTool):
    """Shows which neighbour takes the cell under the mouse; Tab offers the next one."""

    key = "absorb"
    desk: Desk

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._fid: int | None = None
        self._choice = 0

    def title(self) -> str:
        """Return the name of the tool."""
        return tr("Absorb sliver")

    def hint(self) -> str:
        """Return what the planner can do next."""
        return tr("Click the sliver to dissolve (red); Tab chooses another neighbour to take it")

    def keys(self) -> tuple[int, ...]:
        """Return the key for the next neighbour."""
        return (Qt.Key.Key_Tab,)

    def key_pressed(self, key: int) -> bool:  # noqa: ARG002  it is Tab
        """Offer the next neighbour."""
        self._choice += 1
        return True

    def plan(self, place: Place) -> tuple[Neighbourhood, CoverageEdit] | None:
        """Return what becomes of the cell at a place."""
        near = self.desk.near((*place, *place))
        position = self.desk.position_at(near, place)
        if position is None:
            return None
        near = self.desk.near(bounds_around([near.cells.geometry[position]]))
        position = self.desk.position_at(near, place)
        if position is None:
            return None
        fid = int(near.fid[position])
        if fid != self._fid:
            self._fid, self._choice = fid, 0
        takers = _takers(near, position)
        into = int(takers[self._choice % len(takers)]) if len(takers) else None
        return near, absorb(near.cells, position, self.desk.tolerance, into)

    def is_agreed(self, near: Neighbourhood, edit: CoverageEdit) -> bool:
        """Ask before a cell of some size goes, or ground passes to another responsibility grid."""
        gained_m2 = shapely.area(edit.changed_geometry) - shapely.area(near.cells.geometry[edit.changed])
        gone, taker = int(edit.removed[0]), int(edit.changed[np.argmax(gained_m2)])
        reasons = []
        if not self.desk.is_sliver(near, gone):
            area_m2 = float(near.cells.geometry[gone].area)
            reasons.append(tr("It is no sliver: it has {area} m².").format(area=square_metres(area_m2)))
        crossed = self.desk.crossed_schemes(near, gone, taker)
        if crossed:
            said = tr("Its ground passes to another responsibility grid: {schemes}.", schemes=listing(crossed))
            reasons.append(said)
        if not reasons:
            return True
        codes = {"code": near.code[gone] or "–", "taker": near.code[taker] or "–"}
        text = tr("Dissolve {code} into {taker}?").format(**codes)
        window = self.desk.iface.mainWindow()
        return is_wanted("gridmgmt_absorb_question", "\n".join([text, *reasons]), tr("Dissolve"), window)

    def areas_before(self, near: Neighbourhood, edit: CoverageEdit) -> list[Area]:
        """Return the cell that goes."""
        return [Area(near.cells.geometry[position], Look.DOOMED) for position in edit.removed]

    def reset(self) -> None:
        """Forget the choice of a neighbour."""
        self._fid, self._choice = None, 0
        super().reset()


def _takers(near: Neighbourhood, position: int) -> np.ndarray:
    """Return the neighbours of the same area that share a border, the longest border first."""
    cells = near.cells
    mine = np.flatnonzero((cells.group == cells.group[position]) & (np.arange(len(cells)) != position))
    border = shapely.boundary(cells.geometry[position])
    length_m = shapely.length(shapely.intersection(shapely.boundary(cells.geometry[mine]), border))
    order = np.argsort(-length_m, kind="stable")
    return np.asarray(mine[order][length_m[order] > 0])
