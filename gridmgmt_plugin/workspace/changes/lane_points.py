"""Components and cases follow the street-lane that they lie on when lanes change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.duty.times import CATALOGUE as DUTY
from gridmgmt_plugin.core.geometry.finite import xy_of_points
from gridmgmt_plugin.core.lanes.lane_edit import lanes_in_use
from gridmgmt_plugin.core.locate import nearest_lane
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.workspace.changes.row_reading import joined_rows, places_of, read_any, read_around
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.reads.asked import Asked, asked
from gridmgmt_plugin.workspace.workspace import Workspace

#: Tables whose rows lie on a lane, and what their rows are known by.
LANE_POINTS: Mapping[str, str] = {"component": "code", "cases": "id"}
# What lay on a lane from afar, because somebody said so, goes on doing so.
_ROUNDING_M = 0.01


@dataclass(frozen=True, eq=False)
class LaneLines:
    """Lanes that change, code → line in metres (``None`` = not drawn), those in use ``before`` and ``after``.
    ``heirs``: code of a lane before → lanes that have some of its ground now, besides itself.
    """

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    heirs: Mapping[str, Sequence[str]]


def following_points(workspace: Workspace, lines: LaneLines) -> list[TableChange]:
    """Return the points that lie on another lane after the change, table by table; nothing is written.

    A point stays with its lane and with what has that lane's ground now, whichever is nearest; where none of them is
    near any more, it goes to the nearest lane within the catalogue's distance. A point on no lane gets one that was
    drawn beside it. Who was told to lie on a lane further away is asked again only when that lane ends.
    """
    found = (_following(workspace, lines, table, key) for table, key in LANE_POINTS.items())
    return [change for change in found if change]


def point_reads(lines: LaneLines) -> list[Asked]:
    """Return the reads of :func:`following_points`, as far as they are known before."""
    near, changed = places_of(_drawn(lines)[1], _limit_m()), _changed(lines)
    reads = []
    for table, key in LANE_POINTS.items():
        columns = [key, "lane_code"]
        reads.append(asked(table, columns, {"lane_code": changed}))
        reads += [asked(table, columns, bounds=place) for place in near]
    return reads


def _changed(lines: LaneLines) -> list[str]:
    return sorted(code for code, line in lines.before.items() if not _is_same(line, lines.after.get(code)))


def _drawn(lines: LaneLines) -> tuple[list[str], np.ndarray]:
    codes = [code for code, line in lines.after.items() if line and not _is_same(line, lines.before.get(code))]
    return codes, as_column(lines.after[code] for code in codes)


def _limit_m() -> float:
    return float(load_json(DUTY)["lane_distance_m"])


def _following(workspace: Workspace, lines: LaneLines, table: str, key: str) -> TableChange:
    columns, limit_m = [key, "lane_code"], _limit_m()
    held = read_any(workspace, table, "lane_code", _changed(lines), columns)
    drawn, shapes = _drawn(lines)
    free = read_around(workspace, table, places_of(shapes, limit_m), columns)
    free = free.take(is_null(free["lane_code"]))
    free = free.take(~np.isin(free.fids, held.fids))
    parts = [
        part for part in (_passed_on(workspace, lines, held, limit_m), _taken(free, drawn, shapes, limit_m)) if part
    ]
    if not parts:
        return TableChange(table)
    rows = joined_rows(parts)
    rows = rows.take(np.argsort(rows.fids))
    before = Rows({name: rows[name] for name in columns}, None, rows.fid)
    return TableChange(table, before, Rows({"lane_code": rows["_after"]}, None, rows.fid), derived=True)


def _taken(free: Rows, codes: Sequence[str], shapes: np.ndarray, limit_m: float) -> Rows | None:
    """Return the points on no lane that lie by one of these, with its code as ``_after``."""
    at = _nearest(free.shapes, shapes, codes, limit_m)
    taken = free.with_columns(_after=as_column([*codes, None])[at]).with_geometry(None).take(at >= 0)
    return taken if len(taken) else None


def _passed_on(workspace: Workspace, lines: LaneLines, held: Rows, limit_m: float) -> Rows | None:
    """Return the points of lanes that changed and lie on another one now, with its code as ``_after``."""
    after = held["lane_code"].copy()
    homeless = np.zeros(len(held), dtype=bool)
    for code in sorted(set(after.tolist())):
        mine = np.flatnonzero(held["lane_code"] == code)
        shapes, old = held.shapes[mine], lines.before[code]
        drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        heirs = [heir for heir in (code, *lines.heirs.get(code, ())) if lines.after.get(heir) is not None]
        if not heirs:
            after[mine] = None
            homeless[mine[drawn]] = True
            continue
        after[mine[~drawn]] = heirs[0]
        mine, shapes = mine[drawn], shapes[drawn]
        reach_m = np.full(len(mine), limit_m)
        if old is not None:
            reach_m = np.maximum(reach_m, shapely.distance(shapes, old) + _ROUNDING_M)
        at = _nearest(shapes, as_column(lines.after[heir] for heir in heirs), heirs, float(reach_m.max(initial=0.0)))
        near = at >= 0
        distance_m = shapely.distance(
            shapes[near], as_column(lines.after[heirs[which]] for which in at[near].tolist())
        )
        near[near] = distance_m <= reach_m[near]
        after[mine] = as_column([*heirs, None])[np.where(near, at, -1)]
        homeless[mine[~near]] = True
    if homeless.any():
        after[homeless] = _elsewhere(workspace, lines, held.shapes[homeless], limit_m)
    moved = held["lane_code"] != after
    return held.with_columns(_after=after).with_geometry(None).take(moved) if moved.any() else None


def _elsewhere(workspace: Workspace, lines: LaneLines, shapes: np.ndarray, limit_m: float) -> np.ndarray:
    """Return the nearest lane in use after the change, ``None`` where none is near."""
    near = read_around(workspace, "lane", places_of(shapes, limit_m), ["code", "state", "valid_to"])
    if len(near):
        near = near.take(lanes_in_use(near))
        near = near.take(~np.isin(near["code"].astype(str), [*lines.before, *lines.after]))
    codes = [*near["code"].tolist(), *lines.after]
    at = _nearest(shapes, as_column([*near.shapes, *lines.after.values()]), codes, limit_m)
    return np.asarray(as_column([*codes, None])[at], dtype=object)


def _is_same(one: Any, two: Any) -> bool:
    return one is two or bool(one is not None and two is not None and shapely.equals_exact(one, two, 0.0))


def _nearest(shapes: np.ndarray, lines: np.ndarray, codes: Sequence[str], limit_m: float) -> np.ndarray:
    x, y = xy_of_points(shapely.point_on_surface(shapes))
    return nearest_lane(x, y, lines, codes, limit_m)[0]
