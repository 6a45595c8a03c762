"""Points on their way in: the district they must lie in, the unit grid and lane of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.areas import LEVELS
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.geometry.buckets import Buckets
from gridmgmt_plugin.core.geometry.finite import xy_of_points
from gridmgmt_plugin.core.geometry.plain_points import PlainPoints
from gridmgmt_plugin.core.lanes.address_ties import NAMING, LaneFinder
from gridmgmt_plugin.core.lanes.lane_edit import lanes_in_use
from gridmgmt_plugin.core.locate import PointSet, cell_of
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.points import pair_of_source
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.unchanged import is_unchanged
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

#: What is told of where points lie.
PLACE_NOTES = frozenset(
    {"lane_cases_settled", "points_without_unit_grids", "points_in_no_unit_grid", "points_far_from_lanes"}
)


@dataclass(frozen=True)
class Places:
    """``unit_grid``, ``lane_code``: object arrays of codes, ``None`` where there is none. ``notes``: points in the
    district that no unit grid covers, or that have no lane near. ``seen``: the tables that they were found in, by
    name, with the versions that their rows had.
    """

    unit_grid: np.ndarray
    lane_code: np.ndarray
    notes: tuple[Message, ...]
    seen: Mapping[str, Rows]


def no_places() -> Places:
    """Return the places of no points."""
    nothing: np.ndarray = np.empty(0, dtype=object)
    return Places(nothing, nothing, (), {})


def district_outline(workspace: Workspace) -> shapely.Geometry | None:
    """Return the county, or all areas together where there is no county; ``None`` without areas."""
    areas = workspace.read("area", ["code", "level"])
    if len(areas) == 0:
        return None
    counties = areas.shapes[areas["level"] == LEVELS[0]]
    return counties[0] if len(counties) == 1 else shapely.union_all(areas.shapes)


def coordinate_fields(
    source: Source, x_field: str | None, y_field: str | None, coordinates: str, frame: Frame
) -> tuple[str, ...]:
    """Return the headings of the coordinates, none for a layer whose own geometry is used.

    :raises InputError: as :func:`gridmgmt_plugin.exchange.coordinate_pairs.choose_pair`.
    """
    if source.rows.is_spatial and not (x_field or y_field):
        return ()
    pair = pair_of_source(source, x_field, y_field, coordinates, frame)
    return pair.x, pair.y


class PlaceFinder:
    """The unit grids and lanes of a workspace as they were when this was made, for any number of questions.

    :param named: points come with addresses, which may name a lane.
    """

    def __init__(self, workspace: Workspace, *, named: bool) -> None:
        self._units = workspace.read("unit_grid", ["code", "row_version"])
        stored = workspace.read("lane", ["code", *(NAMING if named else ()), "state", "valid_to", "row_version"])
        self._lanes = stored.take(lanes_in_use(stored))
        self._buckets: Buckets | None = None
        self._nearest = LaneFinder(self._lanes)
        self.seen: Mapping[str, Rows] = {
            "unit_grid": self._units.with_geometry(None),
            "lane": stored.with_geometry(None),
        }

    def find(self, spots: PlainPoints, addresses: np.ndarray | None, progress: Progress) -> Places:
        """Return unit grid and lane of n points in metres of the frame, and neither where one is missing; the lane
        as :func:`.lanes_of_points` says.

        :param addresses: texts, object (n,); ``None`` where points have none.
        """
        there = np.isfinite(spots.x)
        units, lanes = self._units, self._lanes
        locating = progress.part(0.0, 0.5)
        if self._buckets is None:
            self._buckets = Buckets(units.shapes)
        points, codes = PointSet(spots.x, spots.y), units["code"]
        cell = cell_of(points, units.shapes, codes, progress=locating, buckets=self._buckets)
        limit_m = float(load_json("catalogues/duty.json")["lane_distance_m"])
        lane, named = self._nearest.find(points, addresses, progress.part(0.5, 1.0))
        notes = []
        if named.any():
            notes.append(Message("lane_cases_settled", {"count": int(named.sum())}))
        if len(units) == 0 and there.any():
            notes.append(Message("points_without_unit_grids"))
        elif (there & (cell < 0)).any():
            notes.append(Message("points_in_no_unit_grid", {"count": int((there & (cell < 0)).sum())}))
        far = there & (lane < 0)
        if len(lanes) and far.any():
            notes.append(Message("points_far_from_lanes", {"count": int(far.sum()), "distance_m": limit_m}))
        found = units.pick_or_none("code", cell), lanes.pick_or_none("code", lane)
        return Places(*found, tuple(notes), self.seen)


def find_places(workspace: Workspace, spots: np.ndarray, addresses: np.ndarray | None, progress: Progress) -> Places:
    """Return unit grid and lane of n shapely points; see :meth:`PlaceFinder.find`."""
    finder = PlaceFinder(workspace, named=addresses is not None)
    return finder.find(PlainPoints(*xy_of_points(spots)), addresses, progress)


def still_holds(workspace: Workspace, transaction: Transaction, seen: Mapping[str, Rows]) -> bool:
    """Tell whether tables are as they were ``seen``; nobody changes them until the transaction ends.

    :raises WorkspaceError: ``workspace_table_held`` when somebody is writing to one of them.
    """
    transaction.hold(*seen)
    return all(is_unchanged(workspace, table, read) for table, read in seen.items())


def places_that_hold(
    workspace: Workspace, transaction: Transaction, spots: np.ndarray, addresses: np.ndarray | None, found: Places
) -> Places:
    """Return the places of points as they are now; nobody moves cells or lanes until the transaction ends.

    Finding places takes longer than a lock may be held, so it is done before; what was changed meanwhile is found
    again under the lock.

    :raises WorkspaceError: ``workspace_table_held`` when somebody is writing to unit grids or lanes.
    """
    if still_holds(workspace, transaction, found.seen):
        return found
    return find_places(workspace, spots, addresses, Progress())
