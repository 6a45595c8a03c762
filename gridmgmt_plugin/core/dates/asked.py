"""The day or the time that a planner asks about, or on which something begins: today and now for nothing."""

from __future__ import annotations

from datetime import date

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.dates.parsing import parse_dates
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


def moment_of(at: str | None) -> np.datetime64:
    """Return the time asked about, datetime64[s]; the office's clock says what "now" is, as its people read it.

    :raises InputError: ``moment_unreadable``.
    """
    if not at:
        return np.datetime64(clock.now().replace(microsecond=0), "s")
    iso = parse_dates([at]).iso[0]
    if iso is None:
        raise InputError("moment_unreadable", value=at)
    return np.datetime64(iso, "s")
