"""What a manager looks at (高发): the cases of a period in figures, against the period and the year before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from gridmgmt_plugin.core.casefigures.choice import Chosen, those
from gridmgmt_plugin.core.casefigures.figures import (
    by_age,
    by_class,
    by_hour_of_week,
    by_word,
    days_open,
    over_time,
)
from gridmgmt_plugin.core.casefigures.periods import Period, compared_periods
from gridmgmt_plugin.core.class_catalogues import ClassGroup, class_catalogues, class_groups, classes_of
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.jobs.analysis.case_figures import CaseFigures, PlacedFigures, Question
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace

#: How many places are listed.
RANKED = 10
#: A longer series is told by months: more days than a chart has room for.
_MOST_DAYS = 124
# Moments are read from this year on.
_EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True)
class RankedPlace:
    """A place among those with most cases: ``before`` is its count in the period before, ``None`` where the figures
    have no period; ``main_class`` the kind and code of its most frequent class, ``None`` where no case has one.
    """

    code: str
    name: str
    count: int
    before: int | None
    main_class: tuple[str, str] | None


@dataclass(frozen=True, eq=False)
class Overview:
    """The figures of one question.

    ``before``, ``earlier``: cases of the period before and of the year before, as far as the period has run, ``None``
    where no period was asked for; ``period``, ``compared``: the days that were asked for, and those two periods.
    ``still_open``: cases that are not closed by now, whenever they were reported, by age as :func:`.figures.by_age`
    has them. ``moments``: datetime64[D] or [M] (s,), the days or months of the
    period, with their cases in ``per_moment`` int64 (s,). ``by_hour``: int64 (7, 24), Monday first. ``classes``: by
    kind and code; ``words``: of the columns ``status``, ``source`` and ``department_code``; the most frequent first.
    ``placed``: how many cases lie in a place of the level. ``notes``: which cases do not count, and why.
    """

    count: int
    before: int | None
    earlier: int | None
    period: Period | None
    compared: tuple[Period, Period] | None
    still_open: tuple[int, ...]
    moments: np.ndarray
    per_moment: np.ndarray
    by_hour: np.ndarray
    classes: Mapping[tuple[str, str], int]
    words: Mapping[str, Mapping[str, int]]
    placed: int
    places: tuple[RankedPlace, ...]
    notes: tuple[Message, ...]


@dataclass(frozen=True, eq=False)
class CasesAsked:
    """The cases that figures are of: ``fid``, int64 (n,), their row numbers; ``x``, ``y``: float64 (n,), metres of
    the frame, NaN where a case has no place."""

    fid: np.ndarray
    x: np.ndarray
    y: np.ndarray

    def __len__(self) -> int:
        return len(self.fid)


class CaseOverviews:
    """The cases of a workspace, read once; every question after that is answered without reading.

    ``figures``: the cases; ``class_names``: kind and code → names by language; ``department_names``: code → name.
    """

    def __init__(self, workspace: Workspace, level: str, scheme: str | None) -> None:
        """Read cases, places and names.

        :raises WorkspaceError: ``workspace_without_cases``, ``hotspot_no_places``.
        :raises InputError: what :func:`.hotspot_places.hotspot_places` raises.
        """
        self.figures: CaseFigures = CaseFigures(workspace)
        departments = workspace.read("department", ["code", "name"])
        self.department_names = {code: name or code for code, name in zip(departments["code"], departments["name"])}
        self.class_names = class_names(workspace.info)
        self._info = workspace.info
        self.move_to(level, scheme)

    def move_to(self, level: str, scheme: str | None) -> None:
        """Rank the places of another level; its places are read when they are asked for first.

        :raises InputError: what :func:`.hotspot_places.hotspot_places` raises.
        :raises WorkspaceError: ``hotspot_no_places``.
        """
        self._placed: PlacedFigures = self.figures.at(level, scheme)
        self.level, self.scheme = level, scheme

    @property
    def span(self) -> Period | None:
        """Return the days from the first to the last report, ``None`` where no case says when."""
        cases = self.figures.cases
        if not cases.dated:
            return None
        first, last = (cases.reported[at].astype("datetime64[D]").item() for at in (0, cases.dated - 1))
        return Period(first, last)

    def words(self, column: str) -> tuple[str, ...]:
        """Return the words that a column of the cases has, sorted."""
        return tuple(sorted(self.figures.cases.columns[column].words))

    def classes(self) -> tuple[tuple[str, str], ...]:
        """Return kind and code of every class that cases have."""
        return tuple(sorted(by_class(self.figures.cases, self.figures.choose(Question()).chosen)))

    def class_groups(self) -> tuple[ClassGroup, ...]:
        """Return the classes that cases have, by the major classes of the catalogues of the workspace."""
        catalogues = {"component": self._info.component_catalogue, "event": self._info.event_catalogue}
        return class_groups(catalogues, self.classes())

    def class_counts(
        self, asked: Question, period: Period | None, only: frozenset[str] | None = None
    ) -> Mapping[tuple[str, str], int]:
        """Return how many cases of each class there would be, whichever classes are asked for."""
        chosen = self._chosen(replace(asked, classes=()), period, self._inside(only))[0]
        return by_class(self.figures.cases, chosen)

    def cases(self, asked: Question, period: Period | None, only: frozenset[str] | None = None) -> CasesAsked:
        """Return the cases that :meth:`answer` counts, in the order of their report."""
        cases = self.figures.cases
        at = self._chosen(asked, period, self._inside(only))[0].at
        return CasesAsked(cases.fid[at], cases.x[at], cases.y[at])

    def answer(
        self,
        asked: Question,
        period: Period | None,
        now: datetime,
        *,
        start_day: int = 1,
        only: frozenset[str] | None = None,
    ) -> Overview:
        """Return the figures of a question.

        :param asked: its ``start`` and ``end`` do not matter: ``period`` says which days, ``None`` = all.
        :param start_day: the day on which months begin. :param only: codes of the places to look at, ``None`` = all.
        :raises InputError: ``hotspot_kind_unknown``.
        """
        inside = self._inside(only)
        chosen, notes = self._chosen(asked, period, inside)
        compared = compared_periods(period, now.date(), start_day) if period is not None else None
        others = [self._chosen(asked, other, inside)[0] for other in compared] if compared is not None else []
        cases = self.figures.cases
        ever = chosen if period is None else self._chosen(asked, None, inside)[0]
        moments, per_moment = self._series(chosen, period, now.date())
        placed = int((self._placed.place[chosen.at] >= 0).sum())
        return Overview(
            count=len(chosen),
            before=len(others[0]) if others else None,
            earlier=len(others[1]) if others else None,
            period=period,
            compared=compared,
            still_open=by_age(days_open(cases, ever, np.datetime64(now.replace(tzinfo=None), "s"))),
            moments=moments,
            per_moment=per_moment,
            by_hour=by_hour_of_week(cases, chosen),
            classes=by_class(cases, chosen),
            words={column: by_word(cases, chosen, column) for column in ("status", "source", "department_code")},
            placed=placed,
            places=self._ranked(chosen, others[0] if others else None),
            notes=notes,
        )

    def _inside(self, only: frozenset[str] | None) -> np.ndarray | None:
        """Return which cases lie in some of the places, bool (n,); ``None`` = wherever."""
        if only is None:
            return None
        kept = np.array([code in only for code in self._placed.places.rows["code"]] + [False], dtype=bool)
        return np.asarray(kept[self._placed.place])

    def _chosen(
        self, asked: Question, period: Period | None, inside: np.ndarray | None
    ) -> tuple[Chosen, tuple[Message, ...]]:
        start, end = None, None
        if period is not None:  # the years before the first that a case can have are left out
            start, end = (max(day, _EARLIEST).isoformat() for day in (period.first, period.last))
        found = self.figures.choose(replace(asked, start=start, end=end))
        if inside is None:
            return found.chosen, found.notes
        return those(found.chosen, inside), ()  # what is told of others is of the whole district

    def _series(self, chosen: Chosen, period: Period | None, today: date) -> tuple[np.ndarray, np.ndarray]:
        """Count by days, or by months where there are too many; days without cases are there as well."""
        moments, counts = over_time(self.figures.cases, chosen, "D")
        first, last = (moments[0], moments[-1]) if len(moments) else (None, None)
        if period is not None:
            first = np.datetime64(period.first, "D")
            last = max(np.datetime64(period.until(today).last, "D"), last if last is not None else first)
        if first is None or last is None:
            return moments, counts
        if int((last - first).astype(np.int64)) < _MOST_DAYS:
            return _spread(moments, counts, first, last)
        moments, counts = over_time(self.figures.cases, chosen, "M")
        return _spread(moments, counts, first.astype("datetime64[M]"), last.astype("datetime64[M]"))

    def _ranked(self, chosen: Chosen, before: Chosen | None) -> tuple[RankedPlace, ...]:
        rows, place = self._placed.places.rows, self._placed.place
        counts = np.bincount(place[chosen.at][place[chosen.at] >= 0], minlength=len(rows))
        order = np.argsort(-counts, kind="stable")[:RANKED]
        ranked = []
        for at in order[counts[order] > 0].tolist():
            classes = by_class(self.figures.cases, those(chosen, place == at))
            earlier = int((place[before.at] == at).sum()) if before is not None else None
            code, name = str(rows["code"][at]), rows["name"][at] if "name" in rows else None
            ranked.append(RankedPlace(code, str(name or code), int(counts[at]), earlier, next(iter(classes), None)))
        return tuple(ranked)


def class_names(info: WorkspaceInfo) -> dict[tuple[str, str], Mapping[str, str]]:
    """Return the names of classes; those of a catalogue that this computer lacks go by their codes."""
    names: dict[tuple[str, str], Mapping[str, str]] = {}
    for kind, catalogue in (("component", info.component_catalogue), ("event", info.event_catalogue)):
        if catalogue in class_catalogues():
            for entry in classes_of(catalogue):
                names[kind, str(entry["code"])] = {"zh": str(entry["zh"]), "en": str(entry["en"])}
    return names


def _spread(
    moments: np.ndarray, counts: np.ndarray, first: np.datetime64, last: np.datetime64
) -> tuple[np.ndarray, np.ndarray]:
    """Return the moments from first to last, with 0 where none was counted."""
    steps = first + np.arange(int((last - first).astype(np.int64)) + 1)
    full = np.zeros(len(steps), dtype=np.int64)
    if len(moments):
        full[(moments - first).astype(np.int64)] = counts
    return steps, full
