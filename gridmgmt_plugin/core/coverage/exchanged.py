"""How much ground polygons win and give up when they are repaired."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.health.shape_faults import polygons_only
from gridmgmt_plugin.core.geometry.measures import mean_width_m


def exchanged_m2(before: np.ndarray, after: np.ndarray, precision_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the m² that each polygon gained and lost (two float64 arrays).

    ``before``, ``after``: object arrays of n valid polygons. Strips narrower than ``precision_m`` are rounding:
    counted, they would add up to hectares over a district where nothing really moved.
    """
    gained_lost = []
    for one, two in ((after, before), (before, after)):
        pieces, of = shapely.get_parts(polygons_only(shapely.difference(one, two)), return_index=True)
        real = mean_width_m(pieces) > precision_m
        gained_lost.append(np.bincount(of[real], weights=shapely.area(pieces[real]), minlength=len(before)))
    return gained_lost[0], gained_lost[1]
