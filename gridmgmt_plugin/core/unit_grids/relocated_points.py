"""Which points lie in another cell after cells have changed: one rule for saves, imports and repairs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.rows import differs, pick_or_none


@dataclass(frozen=True)
class RelocatedPoints:
    """``moving``: bool (n,), which of n points follow. ``codes``: object array (n,), the cell of each or ``None``."""

    moving: np.ndarray
    codes: np.ndarray


def relocated_points(
    x: np.ndarray,
    y: np.ndarray,
    named: np.ndarray,
    cells: np.ndarray,
    codes: np.ndarray,
    own: np.ndarray,
    codes_before: Collection[str],
) -> RelocatedPoints:
    """Tell which points follow a change of cells.

    Only points in cells of the change, or that name one of them, follow; what was odd elsewhere stays as somebody
    left it.

    :param x, y: float64 (n,) in metres. ``named``: object array (n,), the cell that each point names.
    :param cells, codes: object arrays (m,), the cells after the change and around it.
    :param own: int64, positions in ``cells`` of those that the change is about. ``codes_before``: codes that cells of
        the change had before.
    """
    at = locate_points(x, y, cells, codes)
    now = pick_or_none(codes, at)
    inside = np.zeros(len(cells) + 1, dtype=bool)  # the last one answers for points in no cell
    inside[own] = True
    known = set(codes_before)
    leaving = np.fromiter((code in known for code in named), dtype=bool, count=len(named))
    other = differs(now, named)
    return RelocatedPoints((inside[at] | leaving) & other, now)
