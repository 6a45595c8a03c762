"""Duty zones of one kind on the same ground, where two managing bodies would answer; kinds may overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal
from gridmgmt_plugin.core.rows import Rows

# What rounding leaves along a shared border is no ground, and neither is a strip narrower than this.
_LEAST_M2, _LEAST_WIDTH_M = 0.01, 0.01
_ENDLESS = "9999-12-31"


@dataclass(frozen=True)
class ZoneOverlaps:
    """k pairs of zones. ``one``, ``other``: int64, rows of the table, the smaller first unless only ``one`` was asked
    about; ``shared``: object, the ground of both.
    """

    one: np.ndarray
    other: np.ndarray
    shared: np.ndarray


def overlapping_zones(zones: Rows, asked: np.ndarray) -> ZoneOverlaps:
    """Return pairs of zones of one kind that share ground on some day; those without a kind overlap none.

    :param zones: columns ``kind``, ``valid_from``, ``valid_to`` and shapes in a metric frame.
    :param asked: bool per row; one of each pair is among these.
    """
    shapes, kinds = polygonal(zones.shapes), texts(zones, "kind")
    begins = np.array([text or "" for text in texts(zones, "valid_from")], dtype=object)
    ends = np.array([text or _ENDLESS for text in texts(zones, "valid_to")], dtype=object)
    mine, other = shapely.STRtree(shapes).query(shapes[asked], predicate="intersects")
    mine = np.flatnonzero(asked)[mine]
    once = (mine != other) & ~(asked[other] & (other < mine)) & (kinds[mine] == kinds[other]) & (kinds[mine] != "")
    mine, other = mine[once], other[once]
    together = (begins[mine] <= ends[other]) & (begins[other] <= ends[mine])
    mine, other = mine[together], other[together]
    shared = shapely.intersection(shapes[mine], shapes[other])
    area_m2 = shapely.area(shared)
    wide = area_m2 > np.maximum(_LEAST_M2, _LEAST_WIDTH_M * shapely.length(shared) / 2)
    return ZoneOverlaps(mine[wide], other[wide], shared[wide])
