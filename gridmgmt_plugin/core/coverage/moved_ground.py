"""Where ground goes in a gesture or a repair, measured by laying the cells after it over the cells before."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import NOBODY, Flows
from gridmgmt_plugin.core.coverage.health.shape_faults import polygons_only
from gridmgmt_plugin.core.geometry.measures import mean_width_m

# Cells that meet along an edge share strips some last digits of a coordinate wide; nothing moved there.
NOISE_M2 = 1e-7


def flows_between(
    before: np.ndarray, sources: np.ndarray, after: np.ndarray, targets: np.ndarray, noise_m2: float = NOISE_M2
) -> Flows:
    """Return the ground that each polygon after has from each polygon before.

    :param before: object array of the polygons that gave ground, with their numbers ``sources`` (int64).
    :param after: object array of the polygons that got it, with their numbers ``targets`` (int64).
    :param noise_m2: exchanges up to this are rounding and left out.

    What a polygon has from none of them comes from :data:`NOBODY`.
    """
    here, there = shapely.STRtree(before).query(after)
    area = shapely.area(shapely.intersection(before[there], after[here]))
    real = area > noise_m2
    here, there, area = here[real], there[real], area[real]
    fresh = shapely.area(after) - np.bincount(here, weights=area, minlength=len(after))
    new = np.flatnonzero(fresh > 10 * noise_m2)
    source = np.concatenate([sources[there], np.full(len(new), NOBODY)]).astype(np.int64)
    target = np.concatenate([targets[here], targets[new]]).astype(np.int64)
    area = np.concatenate([area, fresh[new]])
    order = np.lexsort((target, source))
    return Flows(source[order], target[order], area[order])


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
