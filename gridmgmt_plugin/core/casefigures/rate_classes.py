"""Classes of rates for a map: as many places in each as can be, with limits that people can say."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, Decimal

import numpy as np

_DIGITS = 2


def rate_limits(rates: np.ndarray, most: int) -> tuple[float, ...]:
    """Return the upper limits of at most ``most`` classes of rates above 0, ascending; none where there is none.

    ``rates``: float64 (n,), not-a-number for places without one. Places are shared out evenly; limits are rounded up
    to two digits, so that the last one holds the highest rate.
    """
    some = np.sort(rates[rates > 0])
    if not len(some):
        return ()
    cuts = some[[-(-len(some) * (step + 1) // most) - 1 for step in range(most)]]
    return tuple(sorted({_rounded_up(float(cut)) for cut in cuts}))


def _rounded_up(value: float) -> float:
    digits = _DIGITS - 1 - math.floor(math.log10(value))
    step = Decimal(1).scaleb(-digits)
    return float(Decimal(value).quantize(step, rounding=ROUND_CEILING))
