"""The day on which something about people begins, as a planner writes it."""

from __future__ import annotations

from datetime import date

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.errors import InputError


def day_of(value: str | date | None) -> np.datetime64:
    """Return the day (datetime64[D]) that is written in any form of offices, today for nothing.

    :raises InputError: ``day_unclear``.
    """
    if value in (None, ""):
        return np.datetime64(clock.today(), "D")
    parsed = parse_dates([value])
    if parsed.iso[0] is None:
        raise InputError("day_unclear", value=value)
    return np.datetime64(parsed.iso[0][:10], "D")
