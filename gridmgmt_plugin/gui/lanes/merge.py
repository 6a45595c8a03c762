"""合并街巷: lanes are collected one by one or by a stroke, and become one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.lanes.gestures import merge
from gridmgmt_plugin.core.lanes.lane_edit import LaneEdit
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.gui.editing.collecting_tool import CollectingTool, Row
from gridmgmt_plugin.gui.editing.desk import bounds_around
from gridmgmt_plugin.gui.editing.place_tool import Place
from gridmgmt_plugin.gui.editing.rubber import Area, Look
from gridmgmt_plugin.gui.lanes.lane_desk import LaneDesk
from gridmgmt_plugin.project.i18n import tr


class MergeLanesTool(CollectingTool):
    """Merges the lanes that were collected; one may be named as the one that keeps code and name."""

    key = "lane_merge"
    desk: LaneDesk

    def title(self) -> str:
        """Return the name of the tool."""
        return tr("Merge lanes")

    def hint(self) -> str:
        """Return what the planner can do next."""
        if len(self.members) > 1:
            return tr("Enter or double click merges; Ctrl+click names the lane that keeps its code, Esc cancels")
        return tr("Click the lanes to merge one by one, or drag across them")

    def preview(self) -> None:
        """Show the chosen lanes, and why they cannot be one where they cannot."""
        look = Look.CHOSEN
        if len(self.members) > 1:
            try:
                self.plan()
                self.desk.panel.show_rows(())
            except InputError as error:
                self.show_refusal(error)
                look = Look.TROUBLE
        lane = self.hovered()
        shown = [
            Area(self.desk.band(shape), Look.KEEPER if fid == self.keeper else look)
            for fid, shape in self.members.items()
        ]
        if lane is not None and lane[0] not in self.members:
            shown.append(Area(self.desk.band(lane[1]), Look.BEFORE))
        self.rubber.draw_areas(shown, self.desk.layer)

    def offer(self, keys: Sequence[Sequence[str]], shapes: Sequence[Any]) -> None:
        """Choose the lanes with these codes."""
        self.reset()
        codes = {code for some in keys for code in some}
        lanes = self.desk.editor.near(bounds_around([shape for shape in shapes if shape is not None]))
        for at in np.flatnonzero(np.isin(lanes["code"].astype(str), list(codes))).tolist():
            self.members[int(lanes.fids[at])] = lanes.shapes[at]
        self.show_soon()

    def plan(self) -> tuple[Rows, LaneEdit]:
        """Return the merge.

        :raises InputError: ``lane_merge_too_few``, ``lane_pieces_apart``.
        """
        if len(self.members) < 2:
            raise InputError("lane_merge_too_few")
        lanes = self.desk.editor.near(bounds_around(list(self.members.values())))
        place = {fid: at for at, fid in enumerate(lanes.fids.tolist())}
        self.members = {fid: shape for fid, shape in self.members.items() if fid in place}
        keeper = None if self.keeper is None else place.get(self.keeper)
        return lanes, merge(lanes, [place[fid] for fid in self.members], self.desk.editor.options, keeper)

    def row_at(self, place: Place) -> Row | None:
        """Return the lane at a place."""
        within = self.within_m()
        lanes = self.desk.editor.near((place[0] - within, place[1] - within, place[0] + within, place[1] + within))
        at = self.desk.lane_at(lanes, place, within)
        return None if at is None else (int(lanes.fids[at]), lanes.shapes[at])

    def rows_along(self, line: shapely.LineString) -> Iterator[Row]:
        """Return the lanes that a line comes across."""
        lanes = self.desk.editor.near(bounds_around([line]))
        for at in np.flatnonzero(shapely.intersects(lanes.shapes, line)).tolist():
            yield int(lanes.fids[at]), lanes.shapes[at]
