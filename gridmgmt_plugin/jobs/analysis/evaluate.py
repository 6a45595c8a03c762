"""Evaluation (评价): what the recorded cases prove of each place, department or person, scored and ranked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock, columns
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.evaluation.case_facts import CASE_COLUMNS, CaseTimes, case_facts, case_times
from gridmgmt_plugin.core.evaluation.limits import LIMIT_COLUMNS, due_by_class
from gridmgmt_plugin.core.evaluation.rates import CasesBehind, PlaceRates, indicators, median_by_place, place_rates
from gridmgmt_plugin.core.evaluation.scores import (
    case_score,
    difficulty,
    grades,
    joined_score,
    panel_score,
    ranks,
    weakest_indicator,
)
from gridmgmt_plugin.core.evaluation.working_time import WorkingTime, working_time
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column, numbers_or_none
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.analysis.evaluated_places import (
    AREAS,
    CASE_PLACES,
    REPORTED,
    CasePlaces,
    area_of_cases,
    places_of_cases,
)
from gridmgmt_plugin.jobs.analysis.evaluated_slices import COUNTS, HOURS, hours_taken, place_series
from gridmgmt_plugin.jobs.analysis.hotspot_cases import CountedCases, counted_cases, counted_period
from gridmgmt_plugin.jobs.analysis.panel_scores import PanelScores, read_panel_scores
from gridmgmt_plugin.workspace.workspace import Workspace

#: How much panel scores weigh beside the cases, and how much registration counts, where nothing is said.
PANEL_SHARE, DIFFICULTY = 0.4, 0.0
_LONGEST_LIMIT = np.timedelta64(400, "D")
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, eq=False)
class Evaluation:
    """``rows``: one per place with :func:`evaluation_columns` and its geometry; ``first``, ``after``: the period,
    datetime64[s]; ``behind``: the cases behind each figure; ``report``: figures and notes. ``overall``: of all cases
    together, those in none of the places too, one row; of the period, and then of each that was to be compared.
    ``series``: the same slice after slice, with :func:`.evaluated_slices.series_columns`; ``None`` where it was not
    asked for."""

    rows: Rows
    first: np.datetime64
    after: np.datetime64
    behind: CasesBehind
    report: Report
    overall: tuple[PlaceRates, ...]
    series: Rows | None = None


def evaluation_columns() -> dict[str, type]:
    """Return the columns of the result and their types: counts, rates in percent, hours of working time, scores."""
    found: dict[str, type] = {"code": str, "name": str, **dict.fromkeys(COUNTS, int)}
    found.update({one.key: float for one in indicators()})
    found.update({**dict.fromkeys(HOURS, float), "case_score": float, "panel_score": float})
    return {
        **found,
        "weak_indicator": str,
        "difficulty": float,
        "total_score": float,
        "grade": str,
        "rank": int,
        "rank_before": int,
    }


def evaluate(
    workspace: Workspace,
    *,
    start: str | None = None,
    end: str | None = None,
    level: str = "street_office",
    by: str = REPORTED,
    scheme: str | None = None,
    class_prefix: str = "",
    case_kind: str = "",
    scores: Source | None = None,
    panel_share: float = PANEL_SHARE,
    difficulty_strength: float = DIFFICULTY,
    compared: Sequence[tuple[str, str]] = (),
    slice_kind: str = "",
    month_start: int = 1,
    progress: Progress | None = None,
) -> Evaluation:
    """Judge the places of a level by the cases of a period; nothing is written.

    What counts as filed, due, in time: :mod:`gridmgmt_plugin.core.evaluation.case_facts`. Where a case has no limit
    of its own, that of its class among the duties holds. Hours are medians of working time. The rank before is that
    of the period of the same length before this one; with panel scores only where these say when they were given.

    :param start, end: dates, both inclusive; the first and the last case where one is open.
    :param level, by, scheme: see :func:`~gridmgmt_plugin.jobs.analysis.evaluated_places.places_of_cases`.
    :param scores: a table of panel scores, see :mod:`gridmgmt_plugin.jobs.analysis.panel_scores`.
    :param panel_share: how much they weigh, 0 to 1. :param difficulty_strength: see
        :func:`~gridmgmt_plugin.core.evaluation.scores.difficulty`; areas only, 0 = not at all.
    :param compared: first and last days of other periods, for ``overall``.
    :param slice_kind: what the period is cut into for ``series``, day, week, month, quarter or year; "" = nothing.
        ``month_start``: the day on which months of assessment begin.
    :raises InputError: ``evaluation_share_unknown``, ``evaluation_slices_too_many``, and what periods, places, cases
        and scores raise.
    :raises WorkspaceError: ``workspace_without_cases``.
    """
    progress = progress or Progress()
    for share in (panel_share, difficulty_strength):
        if not 0.0 <= share <= 1.0:
            raise InputError("evaluation_share_unknown", value=share)
    also = (*CASE_COLUMNS, *CASE_PLACES)
    counted = counted_cases(workspace, None, None, class_prefix, case_kind, also=also, located=False)
    times = case_times(counted.rows)
    progress.report(0.3)
    first, after = _period(times, start, end)
    now = np.datetime64(clock.now(), "s")
    time = _working_time(times, now)
    times, notes = _with_limits(workspace, times, time, scheme or "")
    places = places_of_cases(workspace, counted.rows, times.reported, level, by, scheme)
    progress.report(0.6)
    panel = None if scores is None else read_panel_scores(scores, places.rows)
    before = _period_before(first, after)
    factor = _factor(workspace, places, level, difficulty_strength)
    judged = _judge(times, places, first, min(after, now), panel, panel_share, factor)
    earlier = _judge(times, places, *before, panel, panel_share, factor)
    comparable = panel is None or panel_share == 0 or (panel.is_dated and bool(panel.within(*before)))
    rank_before = ranks(earlier.score) if comparable else np.zeros(len(places), dtype=np.int64)
    progress.report(0.8)
    ran = (first, max(first, min(after, now)))
    series = None
    if slice_kind:
        series = place_series(times, time, places, ran, slice_kind, month_start, progress.part(0.8, 0.95))
    hours = hours_taken(times, time, first, min(after, now))
    rows = _rows(places, hours, judged, factor, rank_before)
    notes += _notes(times, places, judged, time, (first, after), now)
    progress.report(1.0)
    report = _report(rows, judged, counted, panel, notes, first, after)
    overall = tuple(_overall(times, *one) for one in ((first, min(after, now)), *map(_span, compared)))
    known = {name: ~np.isnan(values) for name, values in hours.items()}
    behind = CasesBehind({**judged.facts, **known}, places.place, counted.rows.fids)
    return Evaluation(rows, first, after, behind, report, overall, series)


def evaluate_at_once(workspace: Workspace, **asked: Any) -> Evaluation:
    """Return what :func:`evaluate` does, of one state of the workspace, whoever writes meanwhile."""
    with workspace.reading() as state:
        return evaluate(state, **asked)


@dataclass(frozen=True, eq=False)
class _Judged:
    found: PlaceRates
    facts: Mapping[str, np.ndarray]
    case: np.ndarray
    panel: np.ndarray
    weak: np.ndarray
    score: np.ndarray


def _judge(
    times: CaseTimes,
    places: CasePlaces,
    first: np.datetime64,
    after: np.datetime64,
    panel: PanelScores | None,
    panel_share: float,
    factor: np.ndarray,
) -> _Judged:
    facts = case_facts(times, first, after)
    found = place_rates(facts, places.place, len(places))
    case = case_score(found)
    scores = () if panel is None else panel.within(first, after)
    given, weak = panel_score(scores, len(places)), weakest_indicator(scores, len(places))
    return _Judged(found, facts, case, given, weak, joined_score(case, given, panel_share, factor))


def _span(days: tuple[str, str]) -> tuple[np.datetime64, np.datetime64]:
    first, after = counted_period(*days)
    assert first is not None, days
    assert after is not None, days
    return first, after


def _overall(times: CaseTimes, first: np.datetime64, after: np.datetime64) -> PlaceRates:
    return place_rates(case_facts(times, first, after), np.zeros(len(times), dtype=np.int64), 1)


def _period(times: CaseTimes, start: str | None, end: str | None) -> tuple[np.datetime64, np.datetime64]:
    first, after = counted_period(start, end)
    known = times.reported[~np.isnat(times.reported)]
    if first is None:
        first = known.min().astype("datetime64[D]").astype("datetime64[s]") if len(known) else after
    if after is None:
        after = (known.max().astype("datetime64[D]") + _DAY).astype("datetime64[s]") if len(known) else first
    if first is None or after is None:
        first = after = np.datetime64("1970-01-01", "s")
    after = max(after, first)
    return first, after


def _period_before(first: np.datetime64, after: np.datetime64) -> tuple[np.datetime64, np.datetime64]:
    """Return the period of the same length before: of whole months the months before, else as many days."""
    month, last_month = first.astype("datetime64[M]"), after.astype("datetime64[M]")
    day = first - month.astype("datetime64[s]")
    months = (last_month - month).astype(np.int64)
    if months > 0 and after - last_month.astype("datetime64[s]") == day and day < np.timedelta64(28, "D"):
        return (month - months).astype("datetime64[s]") + day, first
    return first - (after - first), first


def _working_time(times: CaseTimes, now: np.datetime64) -> WorkingTime:
    moments = np.concatenate([times.filed, times.dispatched, times.handled, times.closed, [now]])
    moments = moments[~np.isnat(moments)]
    return working_time(moments.min().astype("datetime64[D]"), moments.max().astype("datetime64[D]") + _LONGEST_LIMIT)


def _with_limits(
    workspace: Workspace, times: CaseTimes, time: WorkingTime, scheme: str
) -> tuple[CaseTimes, list[Message]]:
    """Give the cases that have no limit that of their class."""
    missing = np.flatnonzero(np.isnat(times.due) & ~np.isnat(times.filed))
    rules = workspace.read("duty_rule", LIMIT_COLUMNS, geometry=False)
    if not len(missing) or not len(rules):
        return times, []
    cases = times.rows.take(missing)
    cases = cases.with_columns(area_code=area_of_cases(workspace, cases))
    areas = AreaTree(workspace.read("area", ["code", "level", "parent_code"], geometry=False))
    limits = due_by_class(rules, cases, times.filed[missing], time, areas, scheme)
    due = times.due.copy()
    due[missing] = limits.due
    notes = []
    given = int((~np.isnat(limits.due)).sum())
    if given:
        notes.append(Message("evaluation_limits_of_classes", {"count": given}))
    if limits.disputed:
        notes.append(Message("evaluation_limits_disputed", {"count": limits.disputed}))
    if limits.units_unknown:
        notes.append(Message("evaluation_limit_units", {"units": listing(limits.units_unknown)}))
    return replace(times, due=due), notes


def _factor(workspace: Workspace, places: CasePlaces, level: str, strength: float) -> np.ndarray:
    if level not in AREAS or strength == 0:
        return np.ones(len(places))
    areas = workspace.read("area", ["code", "population", "registered_population"], geometry=False)
    at = columns.positions(columns.texts(areas, "code"), columns.texts(places.rows, "code"))
    people, registered = (
        np.append(columns.numbers(areas, name), np.nan)[at] for name in ("population", "registered_population")
    )
    return difficulty(np.nan_to_num(people), np.nan_to_num(registered, nan=-1.0), strength)


def _rows(
    places: CasePlaces,
    hours: Mapping[str, np.ndarray],
    judged: _Judged,
    factor: np.ndarray,
    rank_before: np.ndarray,
) -> Rows:
    made: dict[str, np.ndarray] = {name: as_column(judged.found.counts[name].tolist()) for name in COUNTS}
    made.update({key: _rounded(rate) for key, rate in judged.found.rates.items()})
    for name, of_case in hours.items():
        made[name] = _rounded(median_by_place(of_case, places.place, len(places)))
    made["case_score"], made["panel_score"] = _rounded(judged.case), _rounded(judged.panel)
    made["weak_indicator"] = judged.weak
    made["difficulty"], made["total_score"] = _rounded(factor, 4), _rounded(judged.score)
    made["grade"] = grades(judged.score)
    made["rank"], made["rank_before"] = _rank(ranks(judged.score)), _rank(rank_before)
    return Rows({"code": places.rows["code"], "name": places.rows["name"], **made}, places.rows.geometry)


def _rounded(values: np.ndarray, digits: int = 2) -> np.ndarray:
    return numbers_or_none(np.round(values, digits))


def _rank(values: np.ndarray) -> np.ndarray:
    return as_column(value or None for value in values.tolist())


def _notes(
    times: CaseTimes,
    places: CasePlaces,
    judged: _Judged,
    time: WorkingTime,
    period: tuple[np.datetime64, np.datetime64],
    now: np.datetime64,
) -> list[Message]:
    """Return what a reader should know before believing the figures."""
    found = []
    nowhere = int(((places.place < 0) & (judged.facts["filed"] | judged.facts["should_close"])).sum())
    backward = int((times.closed < times.reported).sum())
    unlimited = int((judged.facts["should_close"] & ~judged.facts["should_close_with_limit"]).sum())
    unranked = int((np.isnan(judged.score) & (judged.found.counts["filed"] > 0)).sum())
    for code, count in (
        ("evaluation_cases_nowhere", nowhere),
        ("evaluation_closed_before_reported", backward),
        ("evaluation_closed_some_day", int(judged.facts["closed_some_day"].sum())),
        ("evaluation_without_limit", unlimited),
        ("evaluation_not_ranked", unranked),
        ("evaluation_in_the_future", int((times.reported > now).sum())),
    ):
        if count:
            found.append(Message(code, {"count": count}))
    if not judged.facts["filed"].any() and not judged.facts["should_close"].any():
        found.insert(0, Message("evaluation_no_cases"))
    if period[1] > now:
        found.append(Message("evaluation_period_running", {"day": str(now.astype("datetime64[D]"))}))
    years = period[0].astype("datetime64[Y]"), (period[1] - np.timedelta64(1, "s")).astype("datetime64[Y]")
    unknown = [year for year in time.unannounced if int(str(years[0])) <= year <= int(str(years[1]))]
    if unknown:
        found.append(Message("evaluation_holidays_unknown", {"years": listing(map(str, unknown))}))
    return found


def _report(
    rows: Rows,
    judged: _Judged,
    counted: CountedCases,
    panel: PanelScores | None,
    notes: list[Message],
    first: np.datetime64,
    after: np.datetime64,
) -> Report:
    totals = {name: int(judged.facts[name].sum()) for name in COUNTS}
    figures = {
        "first_day": str(first.astype("datetime64[D]")),
        "last_day": str((after - np.timedelta64(1, "s")).astype("datetime64[D]")),
        "places": len(rows),
        "ranked": int((~np.isnan(judged.score)).sum()),
        **totals,
    }
    more = () if panel is None else panel.notes
    return Report(
        "evaluate",
        accepted=totals["filed"],
        rejected=0 if panel is None else len(panel.rejected),
        reasons={} if panel is None else panel.reasons,
        rejected_rows=() if panel is None else panel.rejected,
        figures=figures,
        notes=(*counted.notes, *notes, *more),
    )
