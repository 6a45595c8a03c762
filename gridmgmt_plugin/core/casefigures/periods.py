"""Periods that managers ask for: assessment months that begin on any day, quarters, years, and what precedes them."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

#: What can be asked for by name, in the order in which it is offered.
PRESETS = ("this_month", "last_month", "this_quarter", "this_year")
#: Every month has this day, so that a month can begin on it.
LATEST_START = 28
_MONTHS, _MONTHS_OF_QUARTER = 12, 3


@dataclass(frozen=True)
class Period:
    """Days from ``first`` to ``last``, both included.

    :raises ValueError: for a last day before the first, which is a mistake of ours.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse what has no day."""
        if self.last < self.first:
            raise ValueError(f"{self.first} to {self.last} has no day")

    @property
    def days(self) -> int:
        """Return how many days there are."""
        return (self.last - self.first).days + 1

    def until(self, day: date) -> Period:
        """Return the part that has passed by the end of a day; the first day at least."""
        return Period(self.first, min(self.last, max(day, self.first)))


def preset_period(preset: str, today: date, start_day: int = 1) -> Period:
    """Return a period by its name in :data:`PRESETS`, as of ``today``.

    ``start_day`` (1 to :data:`LATEST_START`) is the day on which months begin. A month that does not begin on the 1st
    is named after the month in which it ends, as offices do: with the 26th, January goes from 26 December to 25
    January, and so the year and its first quarter begin on 26 December.

    :raises ValueError: for another name or day, which is a mistake of ours.
    """
    if not 1 <= start_day <= LATEST_START:
        raise ValueError(f"a month cannot begin on day {start_day}")
    month = _month_of(today, start_day)
    if preset == "this_month":
        return _months(month, 1, start_day)
    if preset == "last_month":
        return _months(month - 1, 1, start_day)
    if preset == "this_quarter":
        return _months(month - month % _MONTHS_OF_QUARTER, _MONTHS_OF_QUARTER, start_day)
    if preset == "this_year":
        return _months(month - month % _MONTHS, _MONTHS, start_day)
    raise ValueError(f"no period is called {preset}")


def period_before(period: Period, start_day: int = 1) -> Period:
    """Return what lies right before a period and is as long: so many months where it is made of whole months (which
    begin on ``start_day``), else so many days.
    """
    first, after = _month_of(period.first, start_day), _month_of(period.last + timedelta(1), start_day)
    if _begin(first, start_day) == period.first and _begin(after, start_day) == period.last + timedelta(1):
        return _months(2 * first - after, after - first, start_day)
    return Period(period.first - timedelta(period.days), period.first - timedelta(1))


def year_before(period: Period) -> Period:
    """Return the same days a year before; 29 February becomes the 28th, and a last day of February stays one."""
    last = _a_year_earlier(period.last)
    if (period.last + timedelta(1)).day == 1:
        last = date(last.year, last.month, monthrange(last.year, last.month)[1])
    return Period(_a_year_earlier(period.first), last)


def compared_periods(period: Period, today: date, start_day: int = 1) -> tuple[Period, Period]:
    """Return what a period is compared with: the period before, and the year before.

    A period that has not ended by ``today`` is compared with as many days of the others as have passed of it, so that
    the first week of a month is not set against a whole month. One that is still to come is compared as a whole.
    """
    before, earlier = period_before(period, start_day), year_before(period)
    if not period.first <= today < period.last:
        return before, earlier
    passed = timedelta(period.until(today).days - 1)
    return before.until(before.first + passed), earlier.until(earlier.first + passed)


def _month_of(day: date, start_day: int) -> int:
    """Return the number of the month that a day belongs to, counted from year 0."""
    number = day.year * _MONTHS + day.month - 1
    return number + 1 if start_day > 1 and day.day >= start_day else number


def _begin(month: int, start_day: int) -> date:
    year, zero_based = divmod(month if start_day == 1 else month - 1, _MONTHS)
    return date(year, zero_based + 1, start_day)


def _months(first: int, count: int, start_day: int) -> Period:
    return Period(_begin(first, start_day), _begin(first + count, start_day) - timedelta(1))


def _a_year_earlier(day: date) -> date:
    return date(day.year - 1, day.month, min(day.day, monthrange(day.year - 1, day.month)[1]))
