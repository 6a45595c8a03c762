"""Responsibility grids as they are drawn up: what unit grids were given to them, as rows of the table."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.responsibility.outlines import summed_grids
from gridmgmt_plugin.core.rows import Rows, as_column


def drafted_grids(
    units: Rows, assigned: np.ndarray, codes: np.ndarray, titles: np.ndarray, area_code: np.ndarray, scheme: str
) -> Rows:
    """Return the rows of new grids, drafts that are in force from today.

    :param units: the unit grids with their shapes; ``assigned``: object array, the code of the grid of each,
        ``None`` = none. ``codes``, ``titles``, ``area_code``: object arrays, one entry for each grid.
    """
    summed = summed_grids(units.shapes, assigned, codes.tolist())
    columns = {
        "scheme": as_column([scheme] * len(codes)),
        "code": codes,
        "name": titles,
        "area_code": area_code,
        "expected_parts": as_column(shapely.get_num_geometries(summed.outline).tolist()),
        "unit_count": summed.unit_count,
        "area_m2": summed.area_m2,
        "state": as_column(["draft"] * len(codes)),
        "valid_from": as_column([clock.today().isoformat()] * len(codes)),
    }
    return Rows(columns, summed.outline)
