"""Judge the lanes by what inspections gave: the standing month by month, and ``lane.standing`` as it is now."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock, columns
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.inspection.checklists import Checklist, known_checklists
from gridmgmt_plugin.core.inspection.rounds import Rounds, rounds_of
from gridmgmt_plugin.core.inspection.standing import UP_TO_STANDARD, LaneStanding, deciding, standings
from gridmgmt_plugin.core.lanes.lane_edit import lanes_that_are, named
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message, listing_in
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.inspection.import_inspections import resolve_checklist
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "judge_lanes"


@dataclass(frozen=True, eq=False)
class JudgedLanes:
    """``rows``: the lanes in use with what was found, with geometry; the columns of :func:`standing_columns`."""

    report: Report
    rows: Rows
    checklist: Checklist


def standing_columns(checklist: Checklist) -> dict[str, type]:
    """Return the columns of the result and their types; a column per item: 1 passed, 0 failed, nothing not judged."""
    found: dict[str, type] = {
        "code": str,
        "name": str,
        "street_code": str,
        "standing": str,
        "standing_before": str,
        "since": str,
        "score": float,
        "inspected_on": str,
        "good_months": int,
        "times_fell": int,
        "relapses": int,
        "failed_items": str,
        "trend": str,
    }
    return {**found, **{f"item_{item.code}": int for item in checklist.items}}


def judge_lanes(
    workspace: Workspace,
    *,
    checklist: str | None = None,
    until: str | None = None,
    kinds: Collection[str] = (),
    writes: bool = True,
    language: str = "zh",
    author: str = "",
    progress: Progress | None = None,
    before_writing: Callable[[JudgedLanes], None] = lambda _: None,
) -> JudgedLanes:
    """Work out every lane's standing from its inspections and write those that change, in one act.

    Rounds of every list count by their own score; the rule is that of ``checklist``, and so are the items that failed
    last. What is decided where the rule is silent stands in :mod:`gridmgmt_plugin.core.inspection.standing`; every
    case of it is told.

    :param checklist: key of a list or JSON; that of the workspace when ``None``.
    :param until: the last day that counts; today when ``None``.
    :param kinds: kinds of inspections that decide; those of the list when empty.
    :param writes: whether ``lane.standing`` is written.
    :param language: of the item titles in the result.
    :param before_writing: called with the result before the workspace is written, also when nothing will be; what
        it raises leaves the workspace as it was.
    :raises InputError: ``checklist_unknown``, ``checklist_invalid``, ``day_unclear``.
    :raises WorkspaceError: ``row_changed_meanwhile`` and what keeps the workspace from being written.
    """
    progress = progress or Progress()
    chosen, _ = resolve_checklist(workspace, checklist)
    rule = replace(chosen.standing, kinds=tuple(kinds)) if kinds else chosen.standing
    last = day_of(until)
    lanes = workspace.read("lane")
    lanes = lanes.take(lanes_that_are(lanes))
    known = {**known_checklists(workspace.info.more), chosen.key: chosen}
    inspections = workspace.read("lane_inspection")
    progress.report(0.3)
    rounds = rounds_of(inspections, known, chosen.key)
    rounds = rounds.take(rounds.days <= last)
    targets = columns.days(lanes, "target_date")
    before = columns.texts(lanes, "standing").tolist()
    found = standings(lanes, rounds, rule)
    progress.report(0.7)
    changed = np.flatnonzero([lane.standing != state for lane, state in zip(found, before)])
    rows = _rows(lanes, found, before, rounds, chosen, language)
    notes = _notes(lanes, found, targets, last, int((~deciding(rounds, rule)).sum()))
    report = Report(
        "judgelanes",
        accepted=len(changed),
        figures=_figures(found, len(rounds)),
        notes=notes,
        to_confirm=tuple(_told(lanes, found, before, at, number) for number, at in enumerate(changed.tolist(), 1)),
    )
    judged = JudgedLanes(report, rows, chosen)
    before_writing(judged)
    if writes and len(changed):
        _write(workspace, lanes, changed, found, author, progress)
    return judged


def _write(
    workspace: Workspace, lanes: Rows, changed: np.ndarray, found: list[LaneStanding], author: str, progress: Progress
) -> None:
    before = lanes.take(changed)
    standings = as_column(found[at].standing for at in changed.tolist())
    updated = Rows({"standing": standings, "row_version": before["row_version"]}, None, before.fid)
    with workspace.transaction(author, GESTURE) as transaction:
        write_rows(transaction, (TableChange("lane", before=before, updated=updated),), Act.now(GESTURE, author))
        progress.report(1.0)  # the last moment to cancel: what follows is written


def _rows(
    lanes: Rows, found: list[LaneStanding], before: list[str], rounds: Rounds, checklist: Checklist, language: str
) -> Rows:
    last = _last_judged(lanes, rounds)
    titles = [item.title(language) for item in checklist.items]
    result: dict[str, Any] = {
        "code": lanes["code"],
        "name": lanes["name"],
        "street_code": lanes["street_code"],
        "standing": [lane.standing or None for lane in found],
        "standing_before": [state or None for state in before],
        "since": [None if lane.since is None else str(lane.since) for lane in found],
        "score": [lane.last_score for lane in found],
        "inspected_on": [None if at < 0 else str(rounds.days[at]) for at in last],
        "good_months": [lane.good_months for lane in found],
        "times_fell": [len(lane.fell) for lane in found],
        "relapses": [lane.relapses for lane in found],
        "failed_items": [
            None if at < 0 else listing_in((t for t, bad in zip(titles, rounds.failed[at]) if bad), language) or None
            for at in last
        ],
        "trend": [_trend(lane) for lane in found],
    }
    for number, item in enumerate(checklist.items):
        result[f"item_{item.code}"] = [
            None if at < 0 or not rounds.judged[at, number] else int(not rounds.failed[at, number]) for at in last
        ]
    return Rows({name: as_column(values) for name, values in result.items()}, lanes.shapes)


def _last_judged(lanes: Rows, rounds: Rounds) -> list[int]:
    """Return for each lane the position of its last round in which items were judged, −1 for none."""
    place: dict[str, int] = {}
    for at in np.flatnonzero(rounds.judged.any(axis=1)).tolist():  # in the order of the days
        place[rounds.lanes[at]] = at
    return [place.get(str(code), -1) for code in lanes["code"]]


def _trend(lane: LaneStanding) -> str | None:
    """Return the scores month by month: 2025-01 95, 2025-02 –."""
    texts = [f"{month.month} {'–' if month.score is None else f'{month.score:g}'}" for month in lane.months]
    return ", ".join(texts) or None


def _told(lanes: Rows, found: list[LaneStanding], before: list[str], at: int, number: int) -> RejectedRow:
    lane = found[at]
    details = {
        "name": named(lanes, at),
        "before": before[at] or "–",
        "after": lane.standing or "–",
        "month": "–" if lane.since is None else str(lane.since),
        "score": "–" if lane.last_score is None else f"{lane.last_score:g}",
    }
    return RejectedRow(number, str(lanes["code"][at]), "standing_changes", lane.standing, details)


def _figures(found: list[LaneStanding], rounds: int) -> dict[str, int]:
    states = [lane.standing for lane in found]
    counted = {f"standing_{state}": states.count(state) for state in dict.fromkeys(sorted(filter(None, states)))}
    return {"lanes": len(found), "rounds": rounds, "relapses": sum(lane.relapses > 0 for lane in found), **counted}


def _notes(
    lanes: Rows, found: list[LaneStanding], targets: np.ndarray, last: np.datetime64, undeciding: int
) -> tuple[Message, ...]:
    today = min(last, np.datetime64(clock.today(), "D"))
    told = {
        "standing_gaps": [at for at, lane in enumerate(found) if lane.empty_months],
        "standing_relapses": [at for at, lane in enumerate(found) if lane.relapses],
        "standing_overdue": [
            at for at, lane in enumerate(found) if targets[at] < today and lane.standing != UP_TO_STANDARD
        ],
    }
    notes = [
        Message(code, {"count": len(which), "lanes": listing(named(lanes, at) for at in which)})
        for code, which in told.items()
        if which
    ]
    uninspected = sum(not lane.months for lane in found)
    if uninspected:
        notes.append(Message("standing_uninspected", {"count": uninspected}))
    if undeciding:
        notes.append(Message("standing_not_deciding", {"count": undeciding}))
    return tuple(notes)
