"""Dates and times as offices and their systems write them, in one column or in two."""

from __future__ import annotations

from gridmgmt_plugin.core.dates.parsing import (
    AMBIGUOUS,
    IMPOSSIBLE,
    UNREADABLE,
    ParsedDates,
    ends_in_the_year,
    parse_dates,
)
from gridmgmt_plugin.core.dates.stored import moments_of

__all__ = ["AMBIGUOUS", "IMPOSSIBLE", "UNREADABLE", "ParsedDates", "ends_in_the_year", "moments_of", "parse_dates"]
