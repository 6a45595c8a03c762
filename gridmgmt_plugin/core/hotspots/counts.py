"""How many cases each unit has, which of them count, and how many that is for its size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows

NORMALISATIONS = ("none", "area", "components", "length", "population")
VOID = "void"


@dataclass(frozen=True)
class UnitCounts:
    """``count``: int64 (n,), cases per unit. ``outside``: cases that lie in no unit, never dropped in silence."""

    count: np.ndarray
    outside: int


def count_cases(unit: np.ndarray, unit_count: int) -> UnitCounts:
    """Count cases per unit; ``unit``: int (c,), the row of each case's unit, negative where it lies in none.

    :raises ValueError: when a row is beyond the units.
    """
    rows = np.asarray(unit, dtype=np.int64)
    if rows.size and rows.max() >= unit_count:
        raise ValueError("a case names a unit that does not exist")
    inside = rows[rows >= 0]
    return UnitCounts(np.bincount(inside, minlength=unit_count).astype(np.int64), len(rows) - len(inside))


def rates(count: np.ndarray, base: np.ndarray | None, normalise: str) -> np.ndarray:
    """Return cases per hectare (``area``), per 100 components, per 100 m of lane (``length``) or per 1 000 people
    (``population``), float64 (n,).

    ``base``: per unit the area in m², components, the length in m or people; ignored for ``none``, where the rate is
    the count itself. NaN where the base is 0 or missing: such a unit has no rate, which is not a rate of 0.

    :raises InputError: ``hotspot_normalise_unknown``, ``hotspot_base_missing``.
    """
    if normalise not in NORMALISATIONS:
        raise InputError("hotspot_normalise_unknown", value=normalise, known=", ".join(NORMALISATIONS))
    cases = np.asarray(count, dtype=np.float64)
    if normalise == "none":
        return cases
    if base is None:
        raise InputError("hotspot_base_missing", normalise=normalise)
    size = np.asarray(base, dtype=np.float64)
    per = float(load_json("statistics/hotspots.json")["rate_unit"][normalise])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size > 0, cases * per / size, np.nan)


def counting(cases: Rows) -> np.ndarray:
    """Return the mask of the cases that count; ``cases`` holds ``status`` and ``duplicate_of``."""
    pairs = zip(cases["status"], cases["duplicate_of"])
    return np.array([status != VOID and not duplicate for status, duplicate in pairs], dtype=bool)
