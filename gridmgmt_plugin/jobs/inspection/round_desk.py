"""A round of inspections entered lane by lane: the lanes with what is known of them, and one round written."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock, columns
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.hotspots.counts import counting
from gridmgmt_plugin.core.inspection.checklists import Checklist, chosen_checklist, known_checklists
from gridmgmt_plugin.core.inspection.lane_views import LaneRecord
from gridmgmt_plugin.core.inspection.rounds import FULL, Rounds, rounds_of
from gridmgmt_plugin.core.inspection.standing import deciding, monthly, standing_of
from gridmgmt_plugin.core.lanes.lane_edit import lanes_that_are
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.jobs.inspection.import_inspections import KEY
from gridmgmt_plugin.jobs.inspection.inspection_table import TABLE
from gridmgmt_plugin.jobs.intake.upsert import upsert
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.values import Days
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "enter_inspection"
_CASE_COLUMNS = ("lane_code", "kind", "class_code", "reported_at", "status", "duplicate_of")
_A_YEAR = timedelta(days=365)
_LANE_COLUMNS = ("code", "name", "street_code", "standing", "state", "valid_to", "target_date")
_NOTHING = np.empty(0, dtype="datetime64[M]"), np.empty(0)


@dataclass(frozen=True)
class StoredRound:
    """What is stored of a round: item → passed, and item → points where some are given."""

    results: Mapping[str, bool] = field(default_factory=dict)
    points: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class LaneToInspect:
    """A lane in use: ``office`` is its street office's name; ``last_day`` (ISO) and ``last_score`` of its last round
    with a score, "" and ``None`` for none; ``now``: what is there of the round that is being entered;
    ``record``: what inspections and cases say by the day.
    """

    code: str
    name: str
    office: str
    standing: str
    last_day: str = ""
    last_score: float | None = None
    now: StoredRound = field(default_factory=StoredRound)
    record: LaneRecord = field(default_factory=LaneRecord)

    @property
    def results(self) -> Mapping[str, bool]:
        """Return item → passed of the round that is being entered."""
        return self.now.results


@dataclass(frozen=True)
class RoundDesk:
    """``lanes`` by office and name; ``checklist``: what is asked."""

    lanes: tuple[LaneToInspect, ...]
    checklist: Checklist


@dataclass(frozen=True)
class ScoreSoFar:
    """``points`` of the ``possible`` ones of the items that are judged; ``score`` of 100, ``None`` while an item is
    open.
    """

    points: float
    possible: float
    open: int
    score: float | None


def score_so_far(checklist: Checklist, results: Mapping[str, bool], there: StoredRound) -> ScoreSoFar:
    """Return what the results of a round give, as :func:`enter_round` writes them.

    :param results: item → passed; items of other lists are left alone. :param there: what is stored of the round.
    """
    points = points_of(checklist, results, there)
    judged = [item for item in checklist.items if item.code in points]
    given = math.fsum(min(max(points[item.code], 0.0), item.weight) for item in judged)
    left = len(checklist.items) - len(judged)
    score = None if left else FULL * given / checklist.full_score
    return ScoreSoFar(given, math.fsum(item.weight for item in judged), left, score)


def points_of(checklist: Checklist, results: Mapping[str, bool], there: StoredRound) -> dict[str, float]:
    """Return the points of each judged item: those stored where its verdict stays, else its weight or nothing."""
    found = {}
    for item in checklist.items:
        passed = results.get(item.code)
        if passed is None:
            continue
        stays = item.code in there.points and there.results.get(item.code) == passed
        found[item.code] = there.points[item.code] if stays else item.weight if passed else 0.0
    return found


def read_round(workspace: Workspace, day: str, kind: str) -> RoundDesk:
    """Return the lanes in use with what was found of them, and what the round of a day and kind holds already.

    :param day: ISO.
    """
    checklist = chosen_checklist(workspace.info.more, workspace.info.checklist)
    with workspace.reading() as read:
        lanes = read.read("lane", list(_LANE_COLUMNS), geometry=False)
        lanes = lanes.take(lanes_that_are(lanes))
        areas = read.read("area", ["code", "name"], geometry=False)
        inspections = read.read(TABLE, geometry=False)
        # Of a city's cases most lie on no lane, and those on lanes are of many years.
        year, day_more = (
            _year_before(day),
            timedelta(days=1),
        )  # a moment of another time zone may be of the day beside
        reported = Days(year.first - day_more, year.last + day_more)
        counted = {"lane_code": columns.texts(lanes, "code").tolist(), "reported_at": reported}
        cases = read.read("cases", _CASE_COLUMNS, counted, geometry=False)
    office = dict(zip(areas["code"].tolist(), columns.texts(areas, "name").tolist()))
    rounds = rounds_of(inspections, known_checklists(workspace.info.more), checklist.key)
    last: dict[str, tuple[str, float]] = {}
    for lane, on, score in zip(rounds.lanes, rounds.days, rounds.scores.tolist()):
        if not np.isnan(score):  # in the order of the days
            last[lane] = (str(on), score)
    same = (columns.days(inspections, "inspected_on") == np.datetime64(day, "D")) & (
        columns.texts(inspections, "kind") == kind
    )
    same &= columns.texts(inspections, "checklist") == checklist.key
    now: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in inspections.take(same).records():
        now[str(one["lane_code"] or "")].append(one)
    records = _records(lanes, rounds, cases, checklist, np.datetime64(day, "D"))
    found = []
    for record in lanes.records():
        code = str(record["code"] or "")
        last_day, score = last.get(code, ("", None))
        place = office.get(record["street_code"], record["street_code"] or "")
        standing = str(record["standing"] or "")
        found.append(
            LaneToInspect(
                code,
                str(record["name"] or ""),
                place,
                standing,
                last_day,
                score,
                _stored(checklist, now[code]),
                records[code],
            )
        )
    return RoundDesk(tuple(sorted(found, key=lambda lane: (lane.office, lane.name, lane.code))), checklist)


def _records(
    lanes: Rows, rounds: Rounds, cases: Rows, checklist: Checklist, day: np.datetime64
) -> dict[str, LaneRecord]:
    """Return lane → what inspections by a day say, and the cases of the year before it by item."""
    by_then = rounds.take(rounds.days <= day)
    deciding_months = monthly(by_then.take(deciding(by_then, checklist.standing)))
    items: dict[str, dict[str, bool]] = {}
    for at in np.flatnonzero(by_then.judged.any(axis=1)).tolist():  # in the order of the days
        judged = np.flatnonzero(by_then.judged[at]).tolist()
        items[by_then.lanes[at]] = {checklist.items[n].code: not by_then.failed[at, n] for n in judged}
    against = _cases_by_item(cases, checklist, day)
    found = {}
    for code, target in zip(columns.texts(lanes, "code").tolist(), columns.days(lanes, "target_date")):
        months, scores = deciding_months.get(code, _NOTHING)
        state = standing_of("", months, scores, checklist.standing, None if np.isnat(target) else target)
        told = tuple((str(month), float(score)) for month, score in zip(months, scores))
        found[code] = LaneRecord(items.get(code, {}), against.get(code, {}), told, len(state.fell), state.relapses)
    return found


def _year_before(day: str) -> Days:
    """Return the year that ends with a day."""
    last = date.fromisoformat(day)
    return Days(last - _A_YEAR + timedelta(days=1), last)


def _cases_by_item(cases: Rows, checklist: Checklist, day: np.datetime64) -> Mapping[str, Mapping[str, int]]:
    """Return lane → item → cases of the year up to a day that count against it."""
    cases = cases.take(counting(cases))
    reported, year = columns.days(cases, "reported_at"), _year_before(str(day))
    in_year = (reported >= np.datetime64(year.first)) & (reported <= np.datetime64(year.last))
    mine = cases.take(in_year & (columns.texts(cases, "lane_code") != ""))
    kinds = list(zip(columns.texts(mine, "kind").tolist(), columns.texts(mine, "class_code").tolist()))
    item_of = {(kind, code): checklist.item_of_case(kind or None, code) for kind, code in set(kinds)}
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for lane, kind in zip(columns.texts(mine, "lane_code").tolist(), kinds):
        if item_of[kind] >= 0:
            found[lane][checklist.items[item_of[kind]].code] += 1
    return {lane: dict(counts) for lane, counts in found.items()}


def enter_round(
    workspace: Workspace,
    lane: str,
    results: Mapping[str, bool],
    *,
    checklist: Checklist,
    day: str,
    kind: str,
    inspector: str = "",
    note: str = "",
    author: str = "",
) -> Report:
    """Write one round of one lane in one act; the same lane, day, list and kind is brought up to date.

    :param results: item code → passed; items that are left out stay as they are, and so do the points of an item
        whose verdict is the one that is there. ``day``: in any form of offices.
    :raises InputError: ``inspection_nothing_judged``, ``inspection_kind_unknown``, ``inspection_in_future``,
        ``day_unclear``.
    """
    if not results:
        raise InputError("inspection_nothing_judged")
    if kind and kind not in [key for key, _ in value_list("inspection_kind")]:
        raise InputError("inspection_kind_unknown", value=kind)
    on = str(day_of(day))
    if on > clock.today().isoformat():
        raise InputError("inspection_in_future", value=on)
    with workspace.transaction(author, GESTURE) as transaction:
        transaction.hold(TABLE)  # no key of the table keeps two people from adding the same result
        mine = {"lane_code": lane, "checklist": checklist.key, "inspected_on": on, "kind": kind or None}
        rows = workspace.read(TABLE, ["item_code", "passed", "score"], mine, geometry=False)
        there, called = _stored(checklist, rows.records()), _called(workspace, lane)
        points = points_of(checklist, results, there)
        records = [
            {
                "lane_code": lane,
                "checklist": checklist.key,
                "item_code": code,
                "inspected_on": on,
                "kind": kind or None,
                "passed": int(passed),
                "score": points[code],
                "inspector": inspector or None,
                "note": (note or None) if not passed else None,
            }
            for code, passed in results.items()
        ]
        merged = upsert(workspace, TABLE, Rows.from_records(records), KEY)
        if merged.writes:
            change = merged.change
            parts = (TableChange(TABLE, before=change.before, updated=change.updated, inserted=merged.added),)
            write_rows(transaction, parts, Act.now(GESTURE, author))
    whole = score_so_far(checklist, {**there.results, **results}, there)
    told = {"lane": called, "score": f"{whole.score or 0.0:g}", "open": whole.open}
    message = Message("inspection_entered_in_part" if whole.open else "inspection_entered", told)
    return Report("enterinspection", len(records), figures=merged.figures, notes=(message,))


def _called(workspace: Workspace, lane: str) -> str:
    """Return name and code of a lane, as messages call it."""
    names = workspace.read("lane", ["name"], {"code": lane}, geometry=False)["name"]
    return " ".join(str(part) for part in (*names, lane) if part)


def _stored(checklist: Checklist, rows: Iterable[Mapping[str, Any]]) -> StoredRound:
    """Return what rows of one round hold of the items of the list."""
    results, points = {}, {}
    for row in rows:
        item = checklist.item(str(row["item_code"] or ""))
        passed, score = row["passed"], row["score"]
        if item is None or (passed is None and score is None):
            continue
        results[item.code] = score >= item.weight if passed is None else bool(passed)
        if score is not None:
            points[item.code] = float(score)
    return StoredRound(results, points)
