"""In which order groups are numbered: as cells are, west to east in bands from north to south, zone by zone."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.codes.numbering import default_band_height_m, sequence_order


def spatial_order(label: np.ndarray, points: np.ndarray, areas_m2: np.ndarray, zones: np.ndarray) -> np.ndarray:
    """Return the new number of each group, int64 (k,): zones ascending, inside a zone by place.

    ``label``: int64 (n,), group 0 … k-1 of each unit, every group inside one zone. A group stands at the centre
    of its units, weighted by area, so that the order depends on where the groups are and not on how they were
    found. ``points``: float (n, 2), metres. ``areas_m2``: float (n,), positive. ``zones``: int64 (n,).
    """
    area = np.bincount(label, weights=areas_m2)
    centre = np.column_stack([np.bincount(label, weights=areas_m2 * points[:, axis]) / area for axis in (0, 1)])
    zone = zones[np.unique(label, return_index=True)[1]]
    place = sequence_order(centre, default_band_height_m(area, zone), zone)
    number = np.empty(len(area), dtype=np.int64)
    number[np.lexsort((place, zone))] = np.arange(len(area))
    return number
