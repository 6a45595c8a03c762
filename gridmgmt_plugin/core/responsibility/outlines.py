"""Responsibility grids as the sum of their unit grids: outline, count and area; nowhere is an outline drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.linework import dissolve
from gridmgmt_plugin.core.rows import as_column

_AREA_DIGITS = 3


@dataclass(frozen=True, eq=False)
class SummedGrids:
    """k grids. ``outline``: object array of geometries, ``None`` where a grid has no unit grid. ``unit_count``,
    ``area_m2``: object arrays of int and float, as the table stores them.
    """

    outline: np.ndarray
    unit_count: np.ndarray
    area_m2: np.ndarray


def summed_grids(shapes: np.ndarray, assigned: np.ndarray, codes: Sequence[str]) -> SummedGrids:
    """Return the grids with these codes, in this order.

    :param shapes: object array of n polygons in metres. ``assigned``: object array of n codes, ``None`` or "" for no
        grid; codes that are not asked for do no harm.
    """
    position = {code: place for place, code in enumerate(codes)}
    label = np.array([position.get(code, -1) for code in assigned], dtype=np.int64)
    outlines = dissolve(shapes, label, len(codes))
    count = np.bincount(label[label >= 0], minlength=len(codes))
    outlines[count == 0] = None
    area_m2 = np.round(np.nan_to_num(shapely.area(outlines)), _AREA_DIGITS)
    return SummedGrids(outlines, as_column(count.tolist()), as_column(area_m2.tolist()))
