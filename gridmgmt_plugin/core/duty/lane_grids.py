"""Schemes over lanes (一路一格): the responsibility grid of a place is the lane that the place belongs to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gridmgmt_plugin.core.columns import in_force, positions, table, texts
from gridmgmt_plugin.core.duty.times import days
from gridmgmt_plugin.core.rows import Rows

LANE = "lane"


def is_over_lanes(schemes: Rows, scheme: str) -> bool:
    """Tell whether the grids of a scheme (its key) are lanes; ``schemes`` is the table."""
    return bool(scheme) and bool((texts(schemes, "base")[texts(schemes, "key") == scheme] == LANE).any())


def grids_on_lanes(tables: Mapping[str, Rows], scheme: str, lane_code: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return the grid of each place in a scheme over lanes: a grid bears the code of its lane; "" = none.

    As with grids of unit grids today's division answers for any day; a grid that has ended by then does not.

    :param tables: ``responsibility_grid``. :param lane_code: n texts, "" where no lane is near.
    :param day: datetime64[D] of n.
    """
    grids = table(tables, "responsibility_grid")
    grids = grids.take(np.flatnonzero(texts(grids, "scheme") == scheme))
    row = positions(texts(grids, "code"), lane_code)
    known = np.flatnonzero((row >= 0) & (lane_code != ""))
    ends = days(grids, "responsibility_grid", "valid_to")[row[known]]
    known = known[in_force(np.full(len(known), "NaT", "datetime64[D]"), ends, day[known])]
    found = np.full(len(lane_code), "", dtype=object)
    found[known] = lane_code[known]
    return found
