"""Officers of street-lanes (街巷长): who they are on a day, somebody put on lanes, posts that end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np

from gridmgmt_plugin.core.columns import days, texts
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.hotspots.counts import counting
from gridmgmt_plugin.core.lanes.lane_edit import lanes_on
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.board import LANE
from gridmgmt_plugin.core.posts.known_people import person_at_work
from gridmgmt_plugin.core.posts.lane_staff import TABLES, LaneStaff, lane_staff, lanes_held_by_area
from gridmgmt_plugin.core.posts.officer_acts import NewOfficer, OfficerChange, put_on_lanes
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.titles import ValueTitle
from gridmgmt_plugin.core.value_lists import lane_roles
from gridmgmt_plugin.jobs.people.end_posts import end_posts, written_change
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.workspace import Workspace

ASSIGN, END = "assign_officers", "end_officers"
CATALOGUE = "catalogues/lane_officers.json"
_CASE_COLUMNS = ("lane_code", "reported_at", "status", "duplicate_of")


@dataclass(frozen=True)
class OfficersWanted:
    """Who is put on which lanes. ``person``: id, employee number, or a name of one; ``lanes``: codes; ``area``: all
    lanes of it too; ``on``: today for ""; ``until``: last day, "" for open; ``replaces``: ``None`` for what is usual
    for the role; ``reason``: why those who are replaced go.
    """

    person: str
    role: str
    lanes: tuple[str, ...] = ()
    area: str = ""
    section: tuple[str, str] = ("", "")
    on: str | date | None = ""
    until: str | date | None = ""
    replaces: bool | None = None
    letter_rule: str = ""
    signed_on: str | date | None = ""
    reason: str = ""


def single_roles() -> frozenset[str]:
    """Return the roles that one person holds at a lane: a new one takes the place of the old."""
    return frozenset(load_json(CATALOGUE)["single"])


def read_officers(
    workspace: Workspace,
    day: str | date | None = None,
    area: str = "",
    period: tuple[str, str] | None = None,
) -> LaneStaff:
    """Return the officers of an area's lanes ("" for all) on a day, today when not given.

    :param period: first and last day of the cases that are counted; none are without it. Void cases and duplicates
        do not count.
    :raises InputError: ``scope_unknown``, ``day_unclear``, ``dates_reversed``, and what reading hours and dates of
        posts raises.
    """
    counted = None if period is None else _period(*period)
    with workspace.reading() as read:
        tables = {name: read.read(name, geometry=False) for name in TABLES}
        cases = None if period is None else read.read("cases", _CASE_COLUMNS, geometry=False)
    if cases is not None:
        cases = cases.take(counting(cases))
    return lane_staff(tables, day_of(day), area=area, cases=cases, period=counted)


def assign_officers(
    workspace: Workspace, wanted: OfficersWanted, author: str = "", progress: Progress | None = None
) -> Report:
    """Give a person one role at lanes: one act, to be taken back.

    Lanes that are not there on the day are told and left out, and so are those where the person has that post. Nobody
    serves at a lane beyond its own last day.

    :raises InputError: ``person_not_known`` …, ``hand_over_to_gone``, ``officer_role_unknown``, ``officer_no_lanes``,
        ``scope_unknown``, ``dates_reversed``, ``day_unclear``, ``letter_rule_unclear``.
    :raises WorkspaceError: ``row_changed_meanwhile`` and what keeps the workspace from being written.
    """
    progress = progress or Progress()
    progress.report(0.0)
    first, last = _period(wanted.on, wanted.until) if wanted.until else (day_of(wanted.on), None)
    if wanted.role not in lane_roles():
        raise InputError("officer_role_unknown", role=wanted.role or "–", known=listing(lane_roles()))
    signed = str(day_of(wanted.signed_on)) if wanted.signed_on else ""
    act = Act.now(ASSIGN, author)
    with workspace.transaction(author, ASSIGN) as transaction:
        transaction.hold("post")
        tables = {name: workspace.read(name, geometry=False) for name in TABLES}
        at = person_at_work(tables["person"], wanted.person, first)
        of_area = lanes_held_by_area(tables, wanted.area, first) if wanted.area else ()
        asked = dict.fromkeys((*wanted.lanes, *of_area))
        ends = dict(zip(texts(tables["lane"], "code").tolist(), days(tables["lane"], "valid_to")))
        there = set(texts(tables["lane"], "code")[lanes_on(tables["lane"], first)].tolist())
        lanes = tuple(code for code in asked if code in there)
        if not asked:
            raise InputError("officer_no_lanes")
        new = NewOfficer(
            str(tables["person"]["id"][at]),
            wanted.role,
            lanes,
            first,
            last,
            wanted.section,
            wanted.role in single_roles() if wanted.replaces is None else wanted.replaces,
            wanted.letter_rule,
            signed,
            {code: day for code, day in ends.items() if not np.isnat(day)},
        )
        change = put_on_lanes(tables["post"], tables["person"], new)
        reason = wanted.reason or str(load_json(CATALOGUE)["replaced_reason"])
        write_rows(transaction, [written_change(tables["post"], change, reason)], act)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    person = str(tables["person"]["name"][at] or new.person_id)
    return _assigned(tables, new, change, [code for code in asked if code not in there], person)


def end_officers(
    workspace: Workspace,
    posts: Collection[str],
    on: str | date | None = None,
    reason: str = "",
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """End posts at lanes with a day, as :func:`~.end_posts.end_posts` does; posts elsewhere are unknown.

    :raises InputError: ``day_unclear``, ``officer_posts_unknown``, ``officer_nothing_ends``.
    """
    return end_posts(workspace, posts, on, reason, author, progress, target=LANE, gesture=END)


def _period(first: str | date | None, last: str | date | None) -> tuple[np.datetime64, np.datetime64]:
    one, other = day_of(first), day_of(last)
    if other < one:
        raise InputError("dates_reversed", first=str(one), last=str(other))
    return one, other


def _assigned(
    tables: dict[str, Rows], new: NewOfficer, change: OfficerChange, missing: list[str], person: str
) -> Report:
    names = dict(zip(texts(tables["lane"], "code").tolist(), texts(tables["lane"], "name").tolist()))
    role, day = ValueTitle(f"role.{new.role}"), str(new.first)
    left = [(code, "officer_holds_already") for code in change.held] + [(code, "officer_no_lane") for code in missing]
    rows = [
        RejectedRow(number, code, reason, names.get(code) or "–", {"person": person, "role": role, "day": day})
        for number, (code, reason) in enumerate(left, start=1)
    ]
    count, ended = len(change.new), len(change.ended) + len(change.dropped)
    told = {"person": person, "role": role, "count": count or len(rows), "day": day}
    notes = [Message("officers_assigned" if count else "officers_none_assigned", told)]
    if ended:
        notes.append(Message("officers_replaced", {"count": ended, "day": change.last_day}))
    if rows:
        notes.append(Message("officers_left_out", {"count": len(rows), "lanes": listing(row.key for row in rows)}))
    reasons = {reason: sum(row.reason == reason for row in rows) for _, reason in left}
    figures = {"replaced": ended, "letters": [one for one in change.new["task_letter_no"] if one] if count else []}
    return Report("assignofficers", count, len(rows), reasons, tuple(rows), figures, tuple(notes))
