"""Numbers inside sentences as people write them: thousands apart, and no more digits than anybody would say."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any

# Four digits are read at a glance, and most of them are years.
_APART_FROM = 10_000
# From here on nobody says what stands behind the point.
_WHOLE_FROM = 100.0
_DIGITS = 2


def number(value: Any) -> str:
    """Return a number as a sentence says it: 68,320 for 68320.48, 12.5, 0.04; what is no number as it is.

    Whole numbers keep all digits; others have none behind the point from 100 on and two at most below, and what
    would be nothing then has its first two.
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        return str(value)
    if isinstance(value, Integral):
        whole = int(value)
        return f"{whole:,}" if abs(whole) >= _APART_FROM else str(whole)
    told = float(value)
    if abs(told) >= _WHOLE_FROM or told == int(told):
        return number(round(told))
    text = f"{told:.{_DIGITS}f}"
    if not text.strip("-0."):
        text = f"{told:.{_DIGITS - 1 - math.floor(math.log10(abs(told)))}f}"
    return text.rstrip("0").rstrip(".")
