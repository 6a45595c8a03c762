"""The staffing board of a workspace, and a person put on a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.duty.roster import read_roster
from gridmgmt_plugin.core.duty.times import clock_minutes, weekday_mask
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.posts.board import GRID, TABLES, Board, board_places, staffing_board
from gridmgmt_plugin.core.posts.clashes import TWICE, find_clashes
from gridmgmt_plugin.core.posts.known_people import person_at_work
from gridmgmt_plugin.core.posts.succession import next_post_id
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.responsibility.scheme_rules import ENTRY, alternatives, read_scheme_rules
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.reads.asked import asked
from gridmgmt_plugin.workspace.reads.worked_out import as_it_is_now, work_out
from gridmgmt_plugin.workspace.workspace import Workspace

ASSIGN = "assign_person"


@dataclass(frozen=True)
class NewPost:
    """A person put on a place: ``target`` and ``code`` name it, ``scheme`` of a grid; ``role``, ``turn`` (or ""),
    ``weekdays`` and hours as offices write them; ``valid_from``: today for "".
    """

    person: str
    target: str
    code: str
    scheme: str = ""
    role: str = ""
    turn: str = ""
    weekdays: str = ""
    start_time: str = ""
    end_time: str = ""
    valid_from: str = ""


def read_board(workspace: Workspace, day: str | date | None = None, office: str = "") -> Board:
    """Return the staffing of a street office ("" for the whole district) on a day, today when not given.

    :raises InputError: ``day_unclear``, and what reading hours and dates of posts raises.
    """
    proposed = alternatives(read_scheme_rules(workspace.info.more.get(ENTRY)))
    return staffing_board(_tables(workspace), day_of(day), office=office, without=proposed)


def assign_person(workspace: Workspace, new: NewPost, author: str = "", progress: Progress | None = None) -> Report:
    """Give a person a post; one act, to be taken back.

    :raises InputError: ``person_not_known``, ``person_ambiguous``, ``assign_place_unknown``, ``assign_twice``,
        ``hand_over_to_gone``, ``choice_unknown`` for a role or turn, ``weekdays_unclear``, ``clock_unclear``,
        ``day_unclear``.
    """
    progress = progress or Progress()
    progress.report(0.0)
    day = day_of(new.valid_from)
    for name, given in (("role", new.role), ("turn", new.turn)):
        known = [key for key, _ in value_list(name)]
        if given and given not in known:
            raise InputError("choice_unknown", name=name.upper(), value=given, known=", ".join(known))
    weekday_mask(new.weekdays)
    clock_minutes(new.start_time, 0)
    clock_minutes(new.end_time, 0)
    how = partial(_added, new=new, day=day)
    with workspace.reading() as read:
        before = work_out(read, how)
        with read.transaction(author, ASSIGN) as transaction:
            # Nobody shall remove the person or the place meanwhile.
            hold = partial(transaction.hold_parts, (), ("person", new.target), ("post",))
            post = as_it_is_now(transaction, read, how, hold, before)
            write_rows(transaction, [TableChange("post", inserted=post)], Act.now(ASSIGN, author))
            progress.report(1.0)  # the last moment to cancel: what follows is written
    return Report("assignperson", 1, figures={"post": post["id"][0]})


def _added(workspace: Workspace, new: NewPost, day: np.datetime64) -> Rows:
    """Return the new post.

    :raises InputError: see :func:`assign_person`.
    """
    tables = dict(zip(TABLES, workspace.read_together([asked(name, geometry=False) for name in TABLES])))
    record = _record(tables, new, day)
    added = Rows.from_records([record])
    posts = tables["post"]
    both = Rows({name: np.concatenate([posts[name], added[name]]) for name in added.columns})
    roster, mine = read_roster(both, tables["person"]), len(posts)
    near = (roster.target_code == new.code) & (roster.person_id == record["person_id"])
    if any(clash.kind == TWICE and clash.other == mine for clash in find_clashes(both, roster, near)):
        raise InputError("assign_twice", person=new.person, code=new.code)
    return added


def _record(tables: Mapping[str, Rows], new: NewPost, day: np.datetime64) -> dict[str, str | None]:
    people = tables["person"]
    at = person_at_work(people, new.person, day)
    scheme = new.scheme if new.target == GRID else ""
    if (new.target, scheme, new.code) not in board_places(tables, day):
        raise InputError("assign_place_unknown", code=new.code)
    return {
        "id": next_post_id(set(texts(tables["post"], "id").tolist())),
        "target": new.target,
        "target_code": new.code,
        "scheme": scheme or None,
        "person_id": str(people["id"][at]),
        "role": new.role or None,
        "turn": new.turn or None,
        "weekdays": new.weekdays or None,
        "start_time": new.start_time or None,
        "end_time": new.end_time or None,
        "section_from": None,
        "section_to": None,
        "valid_from": str(day),
        "valid_to": None,
    }


def _tables(workspace: Workspace) -> dict[str, Rows]:
    with workspace.reading() as read:
        return {name: read.read(name, geometry=False) for name in TABLES}
