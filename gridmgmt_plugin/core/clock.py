"""What day and what time it is, by the clock of the office.

Whoever wants to know asks here: windows, jobs and what they write name the same day, and tests can say which it is.
Needs the standard library alone.
"""

from __future__ import annotations

from datetime import date, datetime


def now() -> datetime:
    """Return day and time as the clock on the wall shows them, without a time zone."""
    return datetime.now()


def today() -> date:
    """Return the day of :func:`now`."""
    return now().date()
