"""Lanes that people drew, split, merged, lengthened or abolished on the map otherwise than a file: they stay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.parts import as_multi
from gridmgmt_plugin.core.lanes.lane_edit import gone_states
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.changes.hand_edits import first_states, hand_edits
from gridmgmt_plugin.workspace.changes.table_change import GEOMETRY
from gridmgmt_plugin.workspace.workspace import Workspace

# Lines with more than this in common are drawn on each other; a newer file may draw a line anew beside the old one.
_SHARED_M, _BESIDE_M, _SHARE = 1.0, 8.0, 0.5


@dataclass(frozen=True, eq=False)
class HandEdited:
    """bool (n,): ``cut``: the lane has the line, or the end, that somebody saved for it. ``turned``: somebody let it
    run the other way and did nothing else to its line.
    """

    cut: np.ndarray
    turned: np.ndarray


def edited_by_hand(workspace: Workspace, lanes: Rows) -> HandEdited:
    """Tell what people did to the lines of lanes on the map."""
    edits, gone = hand_edits(workspace, "lane"), gone_states()
    first = first_states(workspace, "lane", GEOMETRY)
    cut: np.ndarray = np.zeros(len(lanes), dtype=bool)
    turned: np.ndarray = np.zeros(len(lanes), dtype=bool)
    for at, code in enumerate(lanes["code"].tolist()):
        values = edits.get(str(code), {})
        drawn, before = values.get(GEOMETRY), first.get(str(code))
        turned[at] = bool(drawn and before) and _same_ground(str(drawn), str(before))
        cut[at] = (GEOMETRY in values and not turned[at]) or values.get("state") in gone
    return HandEdited(cut, turned & ~cut)


def _same_ground(one: str, two: str) -> bool:
    lines = shapely.normalize(as_multi(shapely.from_wkb([one, two])))
    return bool(shapely.equals_exact(lines[0], lines[1], 0.0))


def running_on(lines: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Tell which lines run the other way than those that were there: bool (n,); rings and loops never do."""
    ways = [_way(lines), _way(before)]
    return np.asarray((ways[0] * ways[1]).sum(axis=1) < 0.0)


def _way(lines: np.ndarray) -> np.ndarray:
    """Return the way from the first point of each line to its last one, float (n, 2)."""
    found: np.ndarray = np.zeros((len(lines), 2))
    points, which = shapely.get_coordinates(lines, return_index=True)
    if len(points):
        numbers, first = np.unique(which, return_index=True)
        last = np.append(first[1:], len(points)) - 1
        found[numbers] = points[last] - points[first]
    return found


def lying_on(lines: np.ndarray, lanes: np.ndarray) -> list[list[int]]:
    """Return for each line the positions of the lanes on whose ground it lies, none for a line that only meets them.

    :param lines, lanes: object arrays of lines in metres.
    """
    found: list[list[int]] = [[] for _ in lines]
    one, two = shapely.STRtree(lanes).query(lines, predicate="dwithin", distance=_BESIDE_M)
    drawn_on = shapely.length(shapely.intersection(lines[one], lanes[two])) > _SHARED_M
    beside_m = shapely.length(shapely.intersection(lines[one], shapely.buffer(lanes[two], _BESIDE_M)))
    covered_m = np.bincount(one, weights=beside_m, minlength=len(lines))
    beside = (covered_m >= _SHARE * shapely.length(lines))[one] & (beside_m > 2.0 * _BESIDE_M)
    for at in np.flatnonzero(drawn_on | beside).tolist():
        found[one[at]].append(int(two[at]))
    return [sorted(positions) for positions in found]
