"""Walks of street-lanes that somebody has done (巡查登记): entered by hand, each once, where they were planned."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from gridmgmt_plugin.core.columns import days, texts
from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.lanes.lane_edit import lanes_on
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.people.days import day_of
from gridmgmt_plugin.jobs.people.known_people import person_row
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

    Lanes that were not there on the day are told and left out, and those without a rota where it is to say who.

    :raises InputError: ``officer_no_lanes``, ``day_unclear``, ``patrol_in_future``, ``person_not_known`` …
    """
    progress = progress or Progress()
    progress.report(0.0)
    day = day_of(walked.on)
    if not walked.lanes:
        raise InputError("officer_no_lanes")
    if str(day) > date.today().isoformat():
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
        change, twice = walks_written(present, walks)
        write_rows(transaction, [change], Act.now(ENTER, author))
        progress.report(1.0)  # the last moment to cancel: what follows is written
    rows = tuple(
        RejectedRow(number, lane, reason, "", {"lane": lane, "day": str(day)})
        for number, (lane, reason) in enumerate(left, start=1)
    )
    count = len(change.updated) + len(change.inserted)
    told = {"count": count, "planned": len(change.updated), "twice": twice}
    reasons = dict(Counter(reason for _, reason in left))
    return Report("enterpatrols", count, len(rows), reasons, rows, told, (Message("patrols_taken_in", told),))


def _rota(patrols: Rows, day: np.datetime64) -> Mapping[str, tuple[str, ...]]:
    """Return lane → who is planned there on a day, in the order of the ids."""
    mine = (texts(patrols, "target") == LANE) & (days(patrols, "planned_on") == day)
    found: dict[str, set[str]] = defaultdict(set)
    for lane, person in zip(texts(patrols, "target_code")[mine].tolist(), texts(patrols, "person_id")[mine].tolist()):
        if person:
            found[lane].add(person)
    return {lane: tuple(sorted(people)) for lane, people in found.items()}


class _Walked:
    """The walks that are there already. A walk without a time is any of the same lane, person and day; one with a
    time is that of the same time, or one without a time that no other was taken for.
    """

    def __init__(self) -> None:
        self._times: dict[tuple[str, str, str], list[str]] = defaultdict(list)

    def add(self, lane: str, person: str, at: str) -> None:
        """Know a walk."""
        self._times[lane, person, at[:10]].append(at[10:])

    def has(self, lane: str, person: str, at: str) -> bool:
        """Tell whether a walk is there already."""
        times, time = self._times[lane, person, at[:10]], at[10:]
        if time in times or (times and time == NO_TIME):
            return True
        if NO_TIME in times:
            times[times.index(NO_TIME)] = time
            return True
        return False


def walks_written(present: Rows, walks: Sequence[Mapping[str, Any]]) -> tuple[TableChange, int]:
    """Return what is written of walks, and how many of them are there already.

    :param present: the table. :param walks: ``lane``, ``person`` (id), ``at`` (ISO, :data:`NO_TIME` where nobody
        wrote the time down) and ``finding``; one that was planned is entered there.
    """
    of_lane = texts(present, "target") == LANE
    codes, people = texts(present, "target_code"), texts(present, "person_id")
    planned, walked = days(present, "planned_on"), parse_dates(texts(present, "patrolled_at")).iso
    plan: dict[tuple[str, str], list[int]] = {}
    known = _Walked()
    for at in np.flatnonzero(of_lane).tolist():
        if walked[at] is not None:
            known.add(codes[at], people[at], walked[at] if "T" in walked[at] else walked[at] + NO_TIME)
        elif not np.isnat(planned[at]):
            plan.setdefault((codes[at], str(planned[at])), []).append(at)
    updated, inserted, twice = {}, [], 0
    for walk in walks:
        if known.has(walk["lane"], walk["person"], walk["at"]):
            twice += 1
            continue
        known.add(walk["lane"], walk["person"], walk["at"])
        open_rows = plan.get((walk["lane"], walk["at"][:10]), [])
        own = next((at for at in open_rows if people[at] == walk["person"]), None)
        if own is not None:
            open_rows.remove(own)
            updated[own] = walk
        else:
            inserted.append(walk)
    rows = sorted(updated)
    before = present.take(np.array(rows, dtype=np.int64))
    values = {
        "patrolled_at": as_column([updated[at]["at"] for at in rows]),
        "finding": as_column([updated[at]["finding"] or present["finding"][at] for at in rows]),
        "row_version": before["row_version"],
    }
    records = [
        {
            "target": LANE,
            "target_code": walk["lane"],
            "person_id": walk["person"],
            "patrolled_at": walk["at"],
            "finding": walk["finding"],
        }
        for walk in inserted
    ]
    change = TableChange(
        TABLE,
        before=before if rows else no_rows(),
        updated=Rows(values, None, before.fid) if rows else no_rows(),
        inserted=Rows.from_records(records) if records else no_rows(),
    )
    return change, twice
