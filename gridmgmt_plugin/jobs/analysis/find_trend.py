"""Which places have become hot spots, which have long been, and which fade: by unit grid, grid, community or lane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.hotspots.patterns import TRENDS
from gridmgmt_plugin.core.hotspots.slices import TimeSlices, sliced_counts, time_slices
from gridmgmt_plugin.core.hotspots.trend import TrendResult
from gridmgmt_plugin.core.hotspots.trend import find_trend as analyse
from gridmgmt_plugin.core.lanes.worded_places import BY_LANE
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column, numbers_or_none
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.analysis.case_counts import SlicedCases, slice_where_stored
from gridmgmt_plugin.jobs.analysis.case_figures import Question, wanted_of
from gridmgmt_plugin.jobs.analysis.hotspot_cases import counted_cases
from gridmgmt_plugin.jobs.analysis.hotspot_places import HotspotPlaces, hotspot_places, place_sizes
from gridmgmt_plugin.jobs.areas.listed_places import listed_notes, listed_places
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.workspace import Workspace

_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class HotspotTrend:
    """``rows``: one per listed place with ``code``, ``name``, ``count``, ``rate``, ``trend`` (new, persistent,
    fading, cold or none), ``pattern`` (the emerging class), ``trend_z``, ``trend_p``, ``slices_hot``, ``hotspot`` (of
    the last slice) and its geometry; ``slices``: the time slices; ``report``: figures and notes."""

    rows: Rows
    slices: TimeSlices
    report: Report


def find_trend(
    workspace: Workspace,
    *,
    slice_kind: str = "month",
    month_start: int = 1,
    level: str = "unit_grid",
    scheme: str | None = None,
    start: str | None = None,
    end: str | None = None,
    class_prefix: str = "",
    case_kind: str = "",
    normalise: str = "none",
    listed: Source | None = None,
    progress: Progress | None = None,
) -> HotspotTrend:
    """Follow the hot spots through the time slices of a period; nothing is written.

    The period is that from ``start`` to ``end``, or from the first to the last case where one of them is open. The
    first and the last slice count only when the period covers (nearly) all of them. Which cases count, places, sizes
    and what is listed: as for :func:`~gridmgmt_plugin.jobs.analysis.find_hotspots.find_hotspots`.

    :param slice_kind: week, month or quarter. :param month_start: the day on which a month of assessment begins.
    :raises InputError: ``hotspot_slice_unknown``, ``hotspot_month_start_unknown``, ``hotspot_too_many_slices``, and
        what places, sizes and cases raise.
    :raises WorkspaceError: ``workspace_without_cases``, ``hotspot_no_places``, ``scheme_key_malformed``.
    """
    progress = progress or Progress()
    places = hotspot_places(workspace, level, scheme)
    shown = listed_places(listed, places.rows, workspace.info.frame)
    asked = Question(start, end, class_prefix, case_kind)
    if isinstance(workspace.location, PostgresLocation) and start and end and places.place_of_code is not None:
        slices = _slices(*_ends(asked), slice_kind, month_start)
        cases = slice_where_stored(workspace, places, asked, slices)
    else:
        slices, cases = slice_read(workspace, places, asked, slice_kind, month_start)
    progress.report(0.4)
    sizes = place_sizes(workspace, places, normalise)
    progress.report(0.6)
    result = analyse(cases.counts, places.neighbours(workspace.info.precision_m), sizes, normalise)
    progress.report(1.0)
    report = _report(result, slices, cases, shown)
    return HotspotTrend(_rows(places.rows, result).take(shown), slices, report)


def slice_read(
    workspace: Workspace, places: HotspotPlaces, asked: Question, kind: str, month_start: int
) -> tuple[TimeSlices, SlicedCases]:
    """Return the slices of a question's period, and how many cases lie in each place and slice, of cases that are
    read here: what :func:`.slice_where_stored` has counted where they are stored.

    :raises: what :func:`find_trend` raises of slices and cases.
    """
    located = places.place_of_code is None
    chosen = (asked.start, asked.end, asked.class_prefix, asked.case_kind)
    cases = counted_cases(workspace, *chosen, dated=True, located=located)
    first, after = _ends(asked)
    if first is None:
        first = cases.moment.min() if len(cases.moment) else after
    if after is None:
        after = cases.moment.max() + _DAY if len(cases.moment) else first
    slices = _slices(first, after, kind, month_start)
    place = places.of(cases.rows, workspace.info.precision_m)
    middle = (place >= 0) & (cases.rows["placed_by"] == BY_LANE) & (places.level != "lane")
    place[middle] = -1
    when = slices.of(cases.moment) if len(slices) else np.full(len(place), -1)
    counts = sliced_counts(place, when, len(places), len(slices))
    nowhere, between = int(((place < 0) & ~middle).sum()), int(((when < 0) & (place >= 0)).sum())
    return slices, SlicedCases(counts, nowhere, int(middle.sum()), between, len(cases.rows), cases.notes)


def _ends(asked: Question) -> tuple[np.datetime64 | None, np.datetime64 | None]:
    wanted = wanted_of(asked)
    return wanted.first, wanted.after


def _slices(first: np.datetime64 | None, after: np.datetime64 | None, kind: str, month_start: int) -> TimeSlices:
    if first is None or after is None:
        first = after = np.datetime64("1970-01-01", "s")
    slices = time_slices(kind, first, after, month_start)
    most = int(load_json("statistics/hotspots.json")["trend"]["most_slices"])
    if len(slices) > most:
        raise InputError("hotspot_too_many_slices", count=len(slices), most=most, first=str(slices.edges[0]))
    return slices


def _rows(places: Rows, result: TrendResult) -> Rows:
    last = result.hotspot[:, -1] if result.hotspot.shape[1] else np.zeros(len(places), dtype=np.int64)
    columns = {
        "code": places["code"],
        "name": places["name"],
        "count": as_column(result.count.tolist()),
        "rate": numbers_or_none(result.rate),
        "trend": result.trend,
        "pattern": result.pattern,
        "trend_z": numbers_or_none(result.trend_z),
        "trend_p": numbers_or_none(result.trend_p),
        "slices_hot": as_column(result.slices_hot.tolist()),
        "hotspot": as_column(last.tolist()),
    }
    return Rows(columns, places.geometry)


def _report(result: TrendResult, slices: TimeSlices, cases: SlicedCases, shown: np.ndarray) -> Report:
    notes: list[Message] = [] if result.refusal is None else [result.refusal]
    notes += [*result.notes, *cases.notes]
    nowhere, middle, between = cases.nowhere, cases.middle, cases.between
    if nowhere:
        notes.append(Message("hotspot_cases_nowhere", {"count": nowhere}))
    if middle:
        notes.append(Message("hotspot_cases_at_lane_middle", {"count": middle}))
    if between:
        notes.append(Message("hotspot_cases_between_slices", {"count": between}))
    notes += listed_notes(shown)
    figures: dict[str, object] = {
        "cases": cases.asked,
        "cases_nowhere": nowhere,
        "places": int(shown.sum()),
        "slices": len(slices),
        "first_day": str(slices.edges[0]) if len(slices) else None,
        "last_day": str(slices.edges[-1] - _DAY) if len(slices) else None,
    }
    figures.update({word: int((result.trend[shown] == word).sum()) for word in TRENDS})
    return Report("hotspottrend", accepted=int(result.count[shown].sum()), figures=figures, notes=tuple(notes))
