"""Walks of street-lanes that somebody has done (巡查登记): entered by hand, each once, where they were planned."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.columns import days, texts
from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.lanes.lane_edit import lanes_on
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.known_people import person_row
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange, no_rows
from gridmgmt_plugin.workspace.workspace import Workspace

ENTER = "enter_patrols"
TABLE, LANE = "patrol", "lane"
#: A walk at a time nobody wrote down.
NO_TIME = "T00:00:00"


@dataclass(frozen=True)
class RoundWalked:
    """Lanes (codes) that were walked on a day. ``person``: id, employee number or a name of one; "" for whoever the
    rota has on that day, lane by lane. ``finding``: what was found on the way.
    """

    lanes: tuple[str, ...]
    person: str = ""
    on: str | date | None = ""
    finding: str = ""


def enter_patrols(
    workspace: Workspace, walked: RoundWalked, author: str = "", progress: Progress | None = None
) -> Report:
    """Enter who walked lanes on a day: in the plan where it was planned, none twice. One act, to be taken back.

    Lanes that were not there on the day are told and left out, and those without a rota where it is to say who. The
    finding of a walk that is there without one is added to it; a walk that is there with another one is left out.

    :raises InputError: ``officer_no_lanes``, ``day_unclear``, ``patrol_in_future``, ``person_not_known`` …
    """
    progress = progress or Progress()
    progress.report(0.0)
    day = day_of(walked.on)
    if not walked.lanes:
        raise InputError("officer_no_lanes")
    if str(day) > clock.today().isoformat():
        raise InputError("patrol_in_future", day=str(day))
    with workspace.transaction(author, ENTER) as transaction:
        transaction.hold(TABLE)
        lanes, persons = (workspace.read(name, geometry=False) for name in (LANE, "person"))
        present = workspace.read(TABLE, geometry=False)
        person = str(persons["id"][person_row(persons, walked.person)]) if walked.person else ""
        there = set(texts(lanes, "code")[lanes_on(lanes, day)].tolist())
        rota = _rota(present, day)
        walks, left = [], []
        for lane in dict.fromkeys(walked.lanes):
            people = (person,) if person else rota.get(lane, ())
            if lane not in there:
                left.append((lane, "patrol_no_lane"))
            elif not people:
                left.append((lane, "patrol_not_planned"))
            else:
                shared = {"lane": lane, "at": f"{day}{NO_TIME}", "finding": walked.finding or None}
                walks += [{**shared, "person": one} for one in people]
        written = walks_written(present, walks)
        write_rows(transaction, [written.change], Act.now(ENTER, author))
        progress.report(1.0)  # the last moment to cancel: what follows is written
    rows = [
        RejectedRow(number, lane, reason, "", {"lane": lane, "day": str(day)})
        for number, (lane, reason) in enumerate(left, start=1)
    ]
    rows += [unlike_row(walks[at], number, there) for number, (at, there) in enumerate(written.unlike, len(rows) + 1)]
    reasons = dict(Counter(row.reason for row in rows))
    return Report(
        "enterpatrols", written.change.rows, len(rows), reasons, tuple(rows), written.figures, written.notes
    )


def _rota(patrols: Rows, day: np.datetime64) -> Mapping[str, tuple[str, ...]]:
    """Return lane → who is planned there on a day, in the order of the ids."""
    mine = (texts(patrols, "target") == LANE) & (days(patrols, "planned_on") == day)
    found: dict[str, set[str]] = defaultdict(set)
    for lane, person in zip(texts(patrols, "target_code")[mine].tolist(), texts(patrols, "person_id")[mine].tolist()):
        if person:
            found[lane].add(person)
    return {lane: tuple(sorted(people)) for lane, people in found.items()}


@dataclass(eq=False)
class _Walk:
    """A walk that is known. ``time``: "T09:30:00"; ``row``: where it is in the table, ``None`` for one to insert;
    ``stored``: as walked, not only as planned.
    """

    lane: str
    person: str
    at: str
    finding: str
    row: int | None
    time: str
    stored: bool = False


class _Walked:
    """The walks that are there already. A walk without a time is any of the same lane, person and day; one with a
    time is that of the same time, or one without a time that no other was taken for.
    """

    def __init__(self) -> None:
        self._walks: dict[tuple[str, str, str], list[_Walk]] = defaultdict(list)

    def add(self, walk: _Walk) -> None:
        """Know a walk."""
        self._walks[walk.lane, walk.person, walk.at[:10]].append(walk)

    def same(self, walk: Mapping[str, Any]) -> _Walk | None:
        """Return the walk that is there already: of several one with the same finding, else one without any."""
        there, time = self._walks[walk["lane"], walk["person"], walk["at"][:10]], walk["at"][10:]
        found = [one for one in there if time in (NO_TIME, one.time)]
        found = found or [one for one in there if one.time == NO_TIME]
        if not found:
            return None
        known = min(found, key=lambda one: (one.finding != (walk["finding"] or ""), one.finding != ""))
        if known.time == NO_TIME:
            known.time = time
        return known


@dataclass(frozen=True, eq=False)
class WalksWritten:
    """``change``: what is written. Of it ``planned`` walks are entered where they were planned, ``noted`` are
    findings of walks that were there without one. ``twice``: how many were there already. ``unlike``: positions of
    walks that are there with another finding, and that one; nothing is written of them.
    """

    change: TableChange
    planned: int
    noted: int
    twice: int
    unlike: tuple[tuple[int, str], ...]

    @property
    def figures(self) -> dict[str, int]:
        """Return what a report counts; ``count``: walks that are new."""
        return {"count": self.change.rows - self.noted, "planned": self.planned, "twice": self.twice}

    @property
    def notes(self) -> tuple[Message, ...]:
        """Return what a report says."""
        added = (Message("patrol_findings_added", {"count": self.noted}),) if self.noted else ()
        return Message("patrols_taken_in", self.figures), *added


def unlike_row(walk: Mapping[str, Any], number: int, present: str) -> RejectedRow:
    """Return what lists a walk that is there with another finding, ``present``."""
    told = {"lane": walk["lane"], "day": walk["at"][:10], "finding": walk["finding"], "present": present}
    return RejectedRow(number, walk["lane"], "patrol_other_finding", walk["finding"], told)


def walks_written(present: Rows, walks: Sequence[Mapping[str, Any]]) -> WalksWritten:
    """Return what is written of walks; the finding of one that is there without any is added to it.

    :param present: the table. :param walks: ``lane``, ``person`` (id), ``at`` (ISO, :data:`NO_TIME` where nobody
        wrote the time down) and ``finding``; one that was planned is entered there.
    """
    known, plan = _there(present)
    written: list[_Walk] = []
    unlike: list[tuple[int, str]] = []
    twice = 0
    for number, walk in enumerate(walks):
        same, finding = known.same(walk), walk["finding"] or ""
        if same is None:
            lane, person, at = walk["lane"], walk["person"], walk["at"]
            rows = plan.get((lane, person, at[:10]))
            row = rows.pop(0) if rows else None
            before = "" if row is None else str(present["finding"][row] or "")
            same = _Walk(lane, person, at, finding or before, row, at[10:])
            known.add(same)
            written.append(same)
        elif finding in ("", same.finding):
            twice += 1
        elif same.finding:
            unlike.append((number, same.finding))
        else:
            same.finding = finding
            if same.stored:
                written.append(same)
            else:
                twice += 1
    noted = sum(walk.stored for walk in written)
    planned = sum(walk.row is not None and not walk.stored for walk in written)
    return WalksWritten(_change(present, written), planned, noted, twice, tuple(unlike))


def _there(present: Rows) -> tuple[_Walked, dict[tuple[str, str, str], list[int]]]:
    """Return the walks that are there, and lane, person and day → rows that are planned and not walked."""
    codes, people = texts(present, "target_code").tolist(), texts(present, "person_id").tolist()
    planned, walked = days(present, "planned_on"), parse_dates(texts(present, "patrolled_at")).iso
    findings = texts(present, "finding").tolist()
    known, plan = _Walked(), defaultdict(list)
    for row in np.flatnonzero(texts(present, "target") == LANE).tolist():
        moment = walked[row]
        if moment is not None:
            at = moment if "T" in moment else moment + NO_TIME
            known.add(_Walk(codes[row], people[row], at, findings[row], row, at[10:], stored=True))
        elif not np.isnat(planned[row]):
            plan[codes[row], people[row], str(planned[row])].append(row)
    return known, plan


def _change(present: Rows, written: Sequence[_Walk]) -> TableChange:
    updated = sorted((walk.row, walk) for walk in written if walk.row is not None)
    before = present.take(np.array([row for row, _ in updated], dtype=np.int64))
    values = {
        "patrolled_at": as_column(present["patrolled_at"][row] if walk.stored else walk.at for row, walk in updated),
        "finding": as_column(walk.finding or None for _, walk in updated),
        "row_version": before["row_version"],
    }
    records = [
        {
            "target": LANE,
            "target_code": walk.lane,
            "person_id": walk.person,
            "patrolled_at": walk.at,
            "finding": walk.finding or None,
        }
        for walk in written
        if walk.row is None
    ]
    return TableChange(
        TABLE,
        before=before if updated else no_rows(),
        updated=Rows(values, None, before.fid) if updated else no_rows(),
        inserted=Rows.from_records(records) if records else no_rows(),
    )
