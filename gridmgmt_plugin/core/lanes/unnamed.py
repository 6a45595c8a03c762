"""Pieces of street without a name that fill a gap in a lane: offered to the planner, never guessed."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import shapely

from gridmgmt_plugin.core.lanes.network import end_points
from gridmgmt_plugin.core.rows import Rows, as_column

# An end that lies this near to another is drawn on it.
_MEETS_M = 0.05


def filling_names(geometry: np.ndarray, unnamed: np.ndarray, lanes: Rows) -> np.ndarray:
    """Return for each row the name of the lanes whose loose ends it ties together, ``None`` for most.

    A piece, or a chain of pieces that nothing else without a name joins, counts when it leads from one loose end of a
    name to another of the same: of one lane that is interrupted, or of two lanes that it would make one.

    :param geometry: object array of n lines in metres. ``unnamed``: bool (n,), those to look at, all drawn.
    :param lanes: rows with ``name`` and lines.
    """
    found = np.full(len(geometry), None, dtype=object)
    lines, row = shapely.get_parts(geometry[unnamed], return_index=True)
    if len(lines) == 0 or len(lanes) == 0:
        return found
    chains = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines)))
    fills = _tied(chains, lanes)
    middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    line, chain = shapely.STRtree(chains).query(middle, predicate="dwithin", distance=_MEETS_M)
    tied = np.array([name is not None for name in fills], dtype=bool)[chain]
    found[np.flatnonzero(unnamed)[row[line[tied]]]] = fills[chain[tied]]
    return found


def _tied(chains: np.ndarray, lanes: Rows) -> np.ndarray:
    """Return for each chain the name of which it ties two loose ends together, ``None`` for none."""
    ends, lane = shapely.get_parts(shapely.boundary(lanes.shapes), return_index=True)
    found = np.full(len(chains), None, dtype=object)
    if len(ends) == 0:
        return found
    tree = shapely.STRtree(ends)
    met: list[dict[int, dict[str, set[int]]]] = []
    for side in end_points(chains):
        at: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        chain, end = tree.query(shapely.points(side), predicate="dwithin", distance=_MEETS_M)
        for one, two in zip(chain.tolist(), end.tolist()):
            at[one][str(lanes["name"][lane[two]] or "")].add(two)
        met.append(at)
    first, last = met
    for chain in sorted(first.keys() & last.keys()):
        names = sorted(name for name in first[chain] if name and last[chain][name] - first[chain][name])
        found[chain] = names[0] if names else None
    return as_column(found)
