"""What follows a cell on its ground, and what a new one takes over from it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.overlaps import SUCCESSOR_SHARE, overlaps
from gridmgmt_plugin.core.rows import Rows, as_column


def successors_of(old: np.ndarray, new: np.ndarray, codes: np.ndarray) -> list[list[str]]:
    """Return for each old polygon the codes of the new ones on its ground, the largest share first."""
    found: list[list[str]] = [[] for _ in old]
    if len(old) == 0 or len(new) == 0:
        return found
    size_m2 = shapely.area(old)
    for one, two, shared_m2 in zip(*overlaps(old, new)):
        if shared_m2 >= SUCCESSOR_SHARE * size_m2[one]:
            found[one].append(codes[two])
    return found


def taken_over(new: np.ndarray, old: Rows, names: Iterable[str]) -> dict[str, np.ndarray]:
    """Return columns for new polygons with what the row that held most of their ground says; else ``None``."""
    columns = {name: as_column([None] * len(new)) for name in names}
    one, two, _ = overlaps(new, old.shapes)
    top = np.r_[True, one[1:] != one[:-1]] if len(one) else np.zeros(0, dtype=bool)
    for name, column in columns.items():
        column[one[top]] = old[name][two[top]]
    return columns
