"""Lanes that people drew, split, merged, lengthened or abolished on the map otherwise than a file: they stay."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.lanes.lane_edit import gone_states
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.changes.hand_edits import hand_edits
from gridmgmt_plugin.workspace.changes.table_change import GEOMETRY
from gridmgmt_plugin.workspace.workspace import Workspace

# Lines with more than this in common are drawn on each other; a newer file may draw a line anew beside the old one.
_SHARED_M, _BESIDE_M, _SHARE = 1.0, 8.0, 0.5


def cut_by_hand(workspace: Workspace, lanes: Rows) -> np.ndarray:
    """Tell which lanes have the line, or the end, that somebody saved for them: bool (n,)."""
    edits, gone = hand_edits(workspace, "lane"), gone_states()

    def is_cut(code: object) -> bool:
        values = edits.get(str(code), {})
        return GEOMETRY in values or values.get("state") in gone

    return np.array([is_cut(code) for code in lanes["code"]], dtype=bool)


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
