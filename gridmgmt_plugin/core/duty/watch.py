"""Every hour has somebody, or says which duty phone: the week of each place, and the phone that answers in its gaps.

Who is on duty is known to :class:`~gridmgmt_plugin.core.duty.roster.Roster` alone; here its weeks are put together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.columns import table, texts
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.offices import Offices
from gridmgmt_plugin.core.duty.roster import Roster
from gridmgmt_plugin.core.duty.successors import Successors
from gridmgmt_plugin.core.duty.times import MINUTES_A_DAY
from gridmgmt_plugin.core.rows import Rows

MINUTES_A_WEEK = 7 * MINUTES_A_DAY
STATION, DEPARTMENT = "station", "department"


@dataclass(frozen=True)
class DutyPhone:
    """A phone that is answered when nobody is on duty; ``table``, ``code`` and ``name`` say whose it is."""

    number: str
    table: str
    code: str
    name: str


@dataclass(frozen=True)
class Gap:
    """A time of the week without anybody on duty, in minutes after Monday 00:00; ``end`` is the first minute after it
    and may lie beyond the week's end (up to two weeks): Sunday night runs into Monday morning.
    """

    start: int
    end: int


class DutyPhones:
    """The duty phones of a workspace, found from the smallest area upward.

    Of an area the station there answers first (the smaller code of several), at a street office then its department;
    above all areas the county's centre.
    """

    def __init__(self, tables: Mapping[str, Rows]) -> None:
        """Take ``station``, ``department`` and ``area``; a missing table is empty."""
        stations, departments, areas = (table(tables, name) for name in ("station", "department", "area"))
        self._tree = AreaTree(areas)
        self._offices = Offices(areas, departments, self._tree)
        self._successors = Successors(departments)
        self._of_station = _phones(stations, STATION)
        self._of_department = _phones(departments, DEPARTMENT)
        self._at: dict[str, str] = {}
        for code, area in sorted(zip(texts(stations, "code"), texts(stations, "area_code"))):
            if code in self._of_station:
                self._at.setdefault(area, code)

    def of_area(self, code: str, day: np.datetime64) -> DutyPhone | None:
        """Return the phone that answers for an area on a day, ``None`` where none is recorded up to the county."""
        street_office = self._tree.street_office(code)
        for area in self._tree.chain(code):
            if area in self._at:
                return self._of_station[self._at[area]]
            office = self._successors.of(self._offices.office(area, day), day) if area == street_office else ""
            if office in self._of_department:
                return self._of_department[office]
        return None

    def of_station(self, code: str, area_code: str, day: np.datetime64) -> DutyPhone | None:
        """Return a station's own phone, else that of its area on a day."""
        return self._of_station.get(code) or self.of_area(area_code, day)


def _phones(rows: Rows, name: str) -> dict[str, DutyPhone]:
    columns = (texts(rows, column) for column in ("code", "duty_phone", "name"))
    return {code: DutyPhone(phone, name, code, title) for code, phone, title in zip(*columns) if code and phone}


def week_gaps(
    roster: Roster, target: str, codes: Sequence[str], day: np.datetime64, *, scheme: str = ""
) -> list[tuple[Gap, ...]]:
    """Return for each place the times of a week in which nobody is on duty, by the posts that are held on ``day``.

    :param scheme: posts of another scheme do not count; posts of none do.
    """
    posts_of: dict[str, list[int]] = {code: [] for code in codes}
    usable = (roster.target == target) & ((roster.scheme == "") | (roster.scheme == scheme)) & roster.present(day)
    for post in np.flatnonzero(usable).tolist():
        if roster.target_code[post] in posts_of:
            posts_of[roster.target_code[post]].append(post)
    weeks_of = [[roster.week(post) for post in posts_of[code]] for code in codes]
    hours = [frozenset(map(id, weeks)) for weeks in weeks_of]  # equal hours are one array
    known = {of: gaps_of(weeks) for of, weeks in dict(zip(hours, weeks_of)).items()}
    return [known[of] for of in hours]


def gaps_of(weeks: Sequence[np.ndarray]) -> tuple[Gap, ...]:
    """Return the times that none of the weeks, bool (10080,) each, covers; a week without anybody is one gap."""
    empty = ~np.logical_or.reduce(weeks) if len(weeks) else np.ones(MINUTES_A_WEEK, dtype=bool)
    if empty.all():
        return (Gap(0, MINUTES_A_WEEK),)
    before = np.roll(empty, 1)
    starts, ends = np.flatnonzero(empty & ~before), np.flatnonzero(~empty & before)
    following = np.append(ends, ends[:1] + MINUTES_A_WEEK)[np.searchsorted(ends, starts)] if len(ends) else ends
    return tuple(Gap(start, end) for start, end in zip(starts.tolist(), following.tolist()))
