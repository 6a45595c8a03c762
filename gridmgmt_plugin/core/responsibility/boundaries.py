"""Which areas a responsibility grid may not leave: the one rule, for painting, for saves and for what they tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

# Digits of the codes of communities, street offices and counties.
_DIGITS = (12, 9, 6)


def lie_within(area_codes: np.ndarray, grid_area: str | None) -> np.ndarray:
    """Return which unit grids lie in the area that a responsibility grid belongs to, bool (n,).

    :param area_codes: object array of n texts or ``None``. ``grid_area``: the grid's ``area_code``; without one the
        grid may lie anywhere.
    """
    if not grid_area:
        return np.ones(len(area_codes), dtype=bool)
    return np.array([str(code or "").startswith(grid_area) for code in area_codes], dtype=bool)


def usual_digits(grid_areas: Iterable[str | None]) -> int:
    """Return how many digits the area codes of a scheme's grids have, most of them: 12, 9 or 6; 12 without grids."""
    found = Counter(len(area) for area in grid_areas if area and len(area) in _DIGITS)
    return min(found, key=lambda digits: (-found[digits], -digits), default=_DIGITS[0])
