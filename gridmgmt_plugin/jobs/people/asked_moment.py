"""The time that is asked about: who is on duty depends on it."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.errors import InputError


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
