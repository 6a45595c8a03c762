"""Which polygons have the ground of others: overlaid, the largest share first."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely

from gridmgmt_plugin.core.rows import Rows, as_column

# A successor holds at least this much of the cell it follows; less is a boundary redrawn.
_SUCCESSOR_SHARE = 0.01


def overlaps(old: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pairs (old, new) of polygons that share ground, and the m², ordered by old, then largest first."""
    old, new = _sound(old), _sound(new)
    one, two = shapely.STRtree(new).query(old, predicate="intersects")
    shared_m2 = shapely.area(shapely.intersection(old[one], new[two]))
    real = shared_m2 > 0
    one, two, shared_m2 = one[real], two[real], shared_m2[real]
    order = np.lexsort((two, -shared_m2, one))
    return one[order], two[order], shared_m2[order]


def successors_of(old: np.ndarray, new: np.ndarray, codes: np.ndarray) -> list[list[str]]:
    """Return for each old polygon the codes of the new ones on its ground, the largest share first."""
    found: list[list[str]] = [[] for _ in old]
    if len(old) == 0 or len(new) == 0:
        return found
    size_m2 = shapely.area(old)
    for one, two, shared_m2 in zip(*overlaps(old, new)):
        if shared_m2 >= _SUCCESSOR_SHARE * size_m2[one]:
            found[one].append(codes[two])
    return found


def _sound(shapes: np.ndarray) -> np.ndarray:
    broken = ~(shapely.is_valid(shapes) | shapely.is_missing(shapes))
    if not broken.any():
        return shapes
    sound: np.ndarray = shapes.copy()
    sound[broken] = shapely.make_valid(shapes[broken])
    return sound


def taken_over(new: np.ndarray, old: Rows, names: Iterable[str]) -> dict[str, np.ndarray]:
    """Return columns for new polygons with what the row that held most of their ground says; else ``None``."""
    columns = {name: as_column([None] * len(new)) for name in names}
    one, two, _ = overlaps(new, old.shapes)
    top = np.r_[True, one[1:] != one[:-1]] if len(one) else np.zeros(0, dtype=bool)
    for name, column in columns.items():
        column[one[top]] = old[name][two[top]]
    return columns
