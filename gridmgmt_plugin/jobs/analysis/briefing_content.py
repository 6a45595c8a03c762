"""What a briefing says, read from a workspace: each figure by the job that knows it, none counted anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

import numpy as np

from gridmgmt_plugin.core.briefing.content import (
    AreaLine,
    Briefing,
    ComeBack,
    Figure,
    HotSpot,
    MapPlaces,
    Name,
    Rate,
    Share,
    Spot,
    name_of,
)
from gridmgmt_plugin.core.briefing.words import briefing_data
from gridmgmt_plugin.core.casefigures.cases import COLUMNS as FIGURE_COLUMNS
from gridmgmt_plugin.core.casefigures.periods import Period, compared_periods
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.evaluation.case_facts import CASE_COLUMNS
from gridmgmt_plugin.core.evaluation.rates import PlaceRates, indicators
from gridmgmt_plugin.core.listing import told
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.jobs.analysis.briefed_cases import CaseFilter, with_cases
from gridmgmt_plugin.jobs.analysis.case_figures import Question
from gridmgmt_plugin.jobs.analysis.case_overview import CaseOverviews, Overview
from gridmgmt_plugin.jobs.analysis.evaluate import Evaluation, evaluate
from gridmgmt_plugin.jobs.analysis.evaluated_places import CASE_PLACES
from gridmgmt_plugin.jobs.analysis.find_hotspots import Hotspots, hotspots_of, told_of_places
from gridmgmt_plugin.jobs.analysis.find_recurrence import RETURN_COLUMNS, Recurrence, find_recurrence
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace

_EVALUATED = ("filed", "should_close", "closed", "closed_in_time", "overdue", "returned", "reworked")
#: What of a case the jobs below ask for.
BRIEFED_COLUMNS = (*FIGURE_COLUMNS, *CASE_COLUMNS, *CASE_PLACES, *RETURN_COLUMNS)
_T = TypeVar("_T")
_OFFICES, _COMMUNITIES, _FEW = "street_office", "community", 4


@dataclass(frozen=True)
class BriefingQuestion:
    """What a briefing is about: cases from ``first`` to ``last``, both included, ``None`` = from the first case or to
    the last. ``level``: unit_grid, responsibility_grid (of ``scheme``), community or lane;
    ``class_prefix``, ``case_kind``: see :class:`~gridmgmt_plugin.jobs.analysis.case_figures.Question`; ``cases``:
    which of them besides; ``month_start``: the day on which months begin.
    """

    first: date | None = None
    last: date | None = None
    level: str = "unit_grid"
    scheme: str | None = None
    class_prefix: str = ""
    case_kind: str = ""
    cases: CaseFilter = field(default_factory=CaseFilter)
    month_start: int = 1


def read_briefing(
    whole: Workspace, asked: BriefingQuestion, now: datetime, progress: Progress | None = None
) -> Briefing:
    """Return the briefing of a period as of ``now``; nothing is written.

    A period without cases has a briefing too, which says so.

    :raises InputError: ``briefing_period_missing`` where a day is open and no case says when it was reported,
        ``hotspot_period_backwards``, ``class_catalogue_unknown``, what levels, schemes and kinds raise.
    :raises WorkspaceError: ``workspace_without_cases``, ``hotspot_no_places``.
    """
    progress = progress or Progress()
    workspace = with_cases(whole, asked.cases, BRIEFED_COLUMNS)
    overviews = CaseOverviews(workspace, asked.level, asked.scheme)
    question = Question(class_prefix=asked.class_prefix, case_kind=asked.case_kind)
    period = _period(asked, overviews.span)
    overview = overviews.answer(question, period, now, start_day=asked.month_start)
    compared = compared_periods(period, now.date(), asked.month_start)
    before = overviews.answer(question, compared[0], now, start_day=asked.month_start)
    progress.report(0.3)
    start, end = period.first.isoformat(), period.last.isoformat()
    judged = evaluate(
        workspace,
        start=start,
        end=end,
        level=_area_level(workspace),
        scheme=asked.scheme,
        class_prefix=asked.class_prefix,
        case_kind=asked.case_kind,
        compared=[(one.first.isoformat(), one.last.isoformat()) for one in compared],
    )
    progress.report(0.5)
    of_period, level = replace(question, start=start, end=end), (asked.level, asked.scheme)
    hot = hotspots_of(workspace, overviews.figures, of_period, *level)
    hot = told_of_places(workspace, overviews.figures, of_period, hot, *level)
    progress.report(0.6)
    usual = load_json("statistics/recurrence.json")
    back = find_recurrence(
        workspace,
        days=usual["days"],
        distance_m=usual["distance_m"],
        start=start,
        end=end,
        class_prefix=asked.class_prefix,
        case_kind=asked.case_kind,
        permutations=usual["permutations"],
        progress=progress.part(0.6, 1.0),
    )
    read = _Read(overviews, overview, before, period, compared, judged, hot, back)
    return _content(workspace.info, asked, now, read)


def _area_level(workspace: Workspace) -> str:
    """Return the areas that are told apart: street offices, communities where there are few of those."""
    offices, communities = (workspace.count("area", {"level": level}) for level in (_OFFICES, _COMMUNITIES))
    return _OFFICES if offices >= _FEW or not communities else _COMMUNITIES


def _period(asked: BriefingQuestion, span: Period | None) -> Period:
    first = asked.first if asked.first or span is None else span.first
    last = asked.last if asked.last or span is None else span.last
    if first is None or last is None:
        raise InputError("briefing_period_missing")
    if last < first:
        if asked.first and asked.last:
            raise InputError("hotspot_period_backwards", start=first.isoformat(), end=last.isoformat())
        return Period(first, first) if asked.first else Period(last, last)
    return Period(first, last)


@dataclass(frozen=True, eq=False)
class _Read:
    """What the jobs found: the figures of the period and of the one ``before``, rates, hot spots, what came back."""

    names: CaseOverviews
    overview: Overview
    before: Overview
    period: Period
    compared: tuple[Period, Period]
    judged: Evaluation
    hot: Hotspots
    back: Recurrence

    @property
    def begin(self) -> date | None:
        """Return the first day of the records where they do not reach all that is compared."""
        span = self.names.span
        return None if span is None or all(map(self.reaches, self.compared)) else span.first

    def reaches(self, period: Period) -> bool:
        """Tell whether there are records as old as a period's first day: a part of it is nothing to compare with."""
        span = self.names.span
        return span is not None and period.first >= span.first

    def of_before(self, value: _T | None) -> _T | None:
        """Return a value of the period before, ``None`` where the records do not reach it."""
        return value if self.reaches(self.compared[0]) else None


def _content(info: WorkspaceInfo, asked: BriefingQuestion, now: datetime, read: _Read) -> Briefing:
    overview, names = read.overview, read.names.class_names
    states = {key: Name(titles["zh"], titles["en"]) for key, titles in value_list("case_status")}
    departments = {code: Name(_public(name), _public(name)) for code, name in read.names.department_names.items()}
    kept = briefing_data()["places"]
    return Briefing(
        district=_public(info.county_name) or info.county_code,
        classification=info.classification,
        made_on=now.date(),
        level=asked.level,
        period=read.period,
        compared=read.compared,
        figures=_figures(read),
        rates=_rates(read),
        moments=overview.moments,
        per_moment=overview.per_moment,
        by_hour=overview.by_hour,
        ages=overview.still_open,
        classes=_classes(read, names),
        states=_shares("status", read, states),
        sources=_shares("source", read, {}),
        departments=_shares("department_code", read, departments),
        areas=_areas(read),
        places=tuple(
            Spot(
                one.code,
                "" if one.name == one.code else _public(one.name),
                one.count,
                read.of_before(one.before),
                _class_name(names, one.main_class),
            )
            for one in overview.places[:kept]
        ),
        hot=_hot(read.hot, names)[:kept],
        come_back=_come_back(read.back.rows, names)[:kept],
        map=_map(read.hot.rows, read.judged.rows),
        notes=_notes(asked, read),
    )


def _figures(read: _Read) -> tuple[Figure, ...]:
    """Return the figures; they are compared with those periods that the records reach."""
    shown = read.overview
    counted = {"reported": (shown.count, shown.before or 0, shown.earlier or 0)}
    for key in _EVALUATED:
        now, before, earlier = (int(one.counts[key][0]) for one in read.judged.overall)
        counted[key] = now, before, earlier
    reach = [read.reaches(one) for one in read.compared]
    return tuple(
        Figure(key, now, before if reach[0] else None, earlier if reach[1] else None)
        for key, (now, before, earlier) in counted.items()
    )


def _rates(read: _Read) -> tuple[Rate, ...]:
    now, before = read.judged.overall[:2]

    def percent(rates: PlaceRates, key: str) -> float | None:
        value = float(rates.rates[key][0])
        return None if np.isnan(value) else round(value, 2)

    return tuple(
        Rate(
            one.key,
            percent(now, one.key),
            int(now.counts[one.of][0]),
            int(now.counts[one.among][0]),
            read.of_before(percent(before, one.key)),
        )
        for one in indicators()
    )


def _classes(read: _Read, names: Mapping[tuple[str, str], Mapping[str, str]]) -> tuple[Share, ...]:
    earlier = read.before.classes
    return tuple(
        Share(key[1], _class_name(names, key), count, read.of_before(earlier.get(key, 0)), key[0])
        for key, count in read.overview.classes.items()
    )


def _class_name(names: Mapping[tuple[str, str], Mapping[str, str]], key: tuple[str, str] | None) -> Name:
    return Name("", "") if key is None else name_of(names.get(key, {}), key[1])


def _shares(column: str, read: _Read, names: Mapping[str, Name]) -> tuple[Share, ...]:
    earlier = read.before.words[column]

    def before(word: str) -> int | None:
        return read.of_before(earlier.get(word, 0))

    return tuple(
        Share(word, names.get(word, Name(_public(word), _public(word))), count, before(word))
        for word, count in read.overview.words[column].items()
    )


def _areas(read: _Read) -> tuple[AreaLine, ...]:
    lines = [
        AreaLine(
            str(one["code"]),
            _public(one["name"] or one["code"]),
            one["filed"],
            one["closed"],
            one["overdue"],
            one["closing_rate"],
            one["closing_in_time_rate"],
            one["closing_hours"],
            one["rank"],
            read.of_before(one["rank_before"]),
        )
        for one in read.judged.rows.records()
    ]
    return tuple(sorted(lines, key=lambda line: (line.rank is None, line.rank or 0, -line.filed, line.code)))


def _hot(found: Hotspots, names: Mapping[tuple[str, str], Mapping[str, str]]) -> tuple[HotSpot, ...]:
    of_place = {one["place_no"]: one for one in found.rows.records()}
    told = []
    for number, name in enumerate(found.places, start=1):
        facts = of_place[number]
        mainly = (facts["kind"] or "", facts["class_code"]) if facts["class_code"] else None
        lane, grid = _public(facts["lane_name"] or ""), str(facts["responsibility_grid"] or "")
        told.append(HotSpot(name, _class_name(names, mainly), lane, grid))
    return tuple(told)


def _come_back(rows: Rows, names: Mapping[tuple[str, str], Mapping[str, str]]) -> tuple[ComeBack, ...]:
    return tuple(
        ComeBack(
            _public(one["place"]),
            _class_name(names, (one["kind"], one["class_code"]) if one["class_code"] else None),
            str(one["unit_grid"] or ""),
            one["times"],
            one["not_held"],
            str(one["last"])[:10],
            one["p"],
        )
        for one in rows.records()
    )


def _public(text: object) -> str:
    """Return a name or another text that people wrote without what belongs to people."""
    return told(str(text), "zh")


def _map(places: Rows, areas: Rows) -> MapPlaces:
    """Return what is drawn; areas are those that are judged, without those that only cases name."""
    outlined = np.array([shape is not None and not shape.is_empty for shape in areas.shapes], dtype=bool)
    drawn = areas.take(outlined)
    return MapPlaces(
        texts(places, "code"),
        as_column(_public(name) if name else "" for name in texts(places, "name")),
        np.array(places["count"].tolist(), dtype=np.int64),
        np.array([value > 0 for value in places["hotspot"]], dtype=bool),
        places.shapes,
        as_column(_public(name or code) for name, code in zip(drawn["name"], drawn["code"])),
        drawn.shapes,
    )


def _notes(asked: BriefingQuestion, read: _Read) -> tuple[Message, ...]:
    """Return what to know before believing the figures, each once, as it is told first."""
    found: list[Message] = []
    if not read.overview.count:
        found.append(Message("briefing_no_cases"))
    elif len(read.overview.classes) == 1:
        found.append(Message("briefing_one_class"))
    if read.begin is not None:
        found.append(Message("briefing_begins", {"day": read.begin.isoformat()}))
    if not asked.cases.sensitive:
        found.append(Message("briefing_without_sensitive"))
    if asked.class_prefix or asked.case_kind or asked.cases.is_narrow:
        found.append(Message("briefing_narrowed"))
    # An evaluation counts what is left out of all periods.
    of_rates = [note for note in read.judged.report.notes if note.code != "hotspot_cases_left_out"]
    notes = (*found, *read.overview.notes, *read.hot.report.notes, *of_rates, *read.back.report.notes)
    return tuple({note.code: note for note in reversed(notes)}.values())[::-1]
