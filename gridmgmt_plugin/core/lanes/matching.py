"""Which lane of a newer file is which lane that is there: by office, name and ground."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.rows import Rows

# A line drawn anew lies within this distance of the old one.
_BESIDE_M = 8.0
# Lanes of one name in one office that have no ground in common are one lane up to this distance.
_NEAR_M = 50.0
# Under another name it is the same lane when this share of both lies on common ground.
_RENAMED_SHARE = 0.8


def matched_lanes(old: Rows, new: Rows) -> np.ndarray:
    """Return for each new lane the old one that it is, int64, −1 for none; no old lane twice.

    Lanes of one office and name are matched first, those with most ground in common before others; then those of one
    office that lie on the same ground under another name.

    :param old, new: rows with ``name``, ``street_code`` and lines in metres.
    """
    found = np.full(len(new), -1, dtype=np.int64)
    one, two = _near_pairs(old.shapes, new.shapes)
    same_office = old["street_code"][one] == new["street_code"][two]
    one, two = one[same_office], two[same_office]
    if len(one) == 0:
        return found
    common_m = shapely.length(shapely.intersection(shapely.buffer(old.shapes[one], _BESIDE_M), new.shapes[two]))
    same_name = old["name"][one] == new["name"][two]
    longer_m = np.maximum(shapely.length(old.shapes[one]), shapely.length(new.shapes[two]))
    renamed = ~same_name & (common_m >= _RENAMED_SHARE * longer_m)
    distance_m = shapely.distance(old.shapes[one], new.shapes[two])
    order = np.lexsort((two, one, distance_m, -common_m, ~same_name))
    taken = np.zeros(len(old), dtype=bool)
    for at in order[(same_name | renamed)[order]].tolist():
        if found[two[at]] < 0 and not taken[one[at]]:
            found[two[at]], taken[one[at]] = one[at], True
    return found


def _near_pairs(old: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    drawn = ~(shapely.is_missing(old) | shapely.is_empty(old))
    if not drawn.any() or len(new) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    two, one = shapely.STRtree(old[drawn]).query(new, predicate="dwithin", distance=_NEAR_M)
    return np.flatnonzero(drawn)[one], two.astype(np.int64)
