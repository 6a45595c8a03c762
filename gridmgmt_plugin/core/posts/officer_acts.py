"""What becomes of posts when an officer is put on lanes, or posts end: nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from gridmgmt_plugin.core.columns import days, texts
from gridmgmt_plugin.core.duty.roster import read_roster
from gridmgmt_plugin.core.posts.board import LANE
from gridmgmt_plugin.core.posts.clashes import TWICE, find_clashes
from gridmgmt_plugin.core.posts.letters import letter_numbers
from gridmgmt_plugin.core.posts.succession import next_post_id, posts_in_or_after
from gridmgmt_plugin.core.rows import Rows, as_column


@dataclass(frozen=True)
class NewOfficer:
    """Somebody who gets one role at lanes. ``section``: where it begins and ends, "" for the whole lane. ``last``:
    last day, ``None`` for open. ``replaces``: who held the role there goes. ``letter_rule``: gives each post a number
    of a task letter, "" for none; ``signed_on``: ISO date or "". ``ends``: lane → its own last day, of lanes that
    have one: nobody serves there any longer.
    """

    person_id: str
    role: str
    lanes: tuple[str, ...]
    first: np.datetime64
    last: np.datetime64 | None = None
    section: tuple[str, str] = ("", "")
    replaces: bool = False
    letter_rule: str = ""
    signed_on: str = ""
    ends: Mapping[str, np.datetime64] = field(default_factory=dict)

    def last_at(self, lane: str) -> np.datetime64 | None:
        """Return the last day at a lane, ``None`` for open."""
        return min((day for day in (self.last, self.ends.get(lane)) if day is not None), default=None)


@dataclass(frozen=True, eq=False)
class OfficerChange:
    """``new``: posts that begin. ``ended``: int64, positions of those that end on ``last_day`` (ISO). ``dropped``:
    int64, those that would have begun later and never will. ``held``: lanes where the person has that post already.
    """

    new: Rows
    ended: np.ndarray
    dropped: np.ndarray
    last_day: str
    held: tuple[str, ...] = ()


def put_on_lanes(posts: Rows, persons: Rows, new: NewOfficer) -> OfficerChange:
    """Return what becomes of all posts when somebody gets a role at lanes.

    Where the person has the same post at an overlapping time already, it stays as it is. Of those who are replaced,
    posts that have begun end on the eve of the first day; a post for another section is not in the way.

    :raises InputError: ``letter_rule_unclear``, and what reading hours and dates of posts raises.
    """
    taken = set(texts(posts, "id").tolist())
    records = [_record(new, lane, next_post_id(taken)) for lane in new.lanes]
    added = Rows.from_records(records) if records else Rows()
    held = _held(posts, added, persons, new) if records else set()
    wanted = [record for record in records if record["target_code"] not in held]
    if new.letter_rule and wanted:
        known = texts(posts, "task_letter_no").tolist()
        year = int(str(new.first)[:4])
        for record, number in zip(wanted, letter_numbers(new.letter_rule, known, year, len(wanted))):
            record["task_letter_no"] = number
    lanes = [str(record["target_code"]) for record in wanted]
    gone = _in_the_way(posts, new, [*lanes, *_served_throughout(posts, new, held)])
    ended, dropped = _ended(posts, gone, new.first)
    eve = str(new.first - np.timedelta64(1, "D"))
    rows = Rows.from_records(wanted) if wanted else Rows()
    return OfficerChange(rows, ended, dropped, eve, tuple(lane for lane in new.lanes if lane in held))


def end_posts(posts: Rows, ending: np.ndarray, last: np.datetime64) -> OfficerChange:
    """Return what becomes of posts that end with a day: those that begin later never begin.

    :param ending: int64, positions in ``posts``; those that end with that day or before are left alone.
    """
    after = last + np.timedelta64(1, "D")
    ended, dropped = _ended(posts, ending[posts_in_or_after(posts, after)[ending]], after)
    return OfficerChange(Rows(), ended, dropped, str(last))


def _record(new: NewOfficer, lane: str, key: str) -> dict[str, str | None]:
    return {
        "id": key,
        "target": LANE,
        "target_code": lane,
        "scheme": None,
        "person_id": new.person_id,
        "role": new.role,
        "turn": None,
        "weekdays": None,
        "start_time": None,
        "end_time": None,
        "section_from": new.section[0] or None,
        "section_to": new.section[1] or None,
        "task_letter_no": None,
        "signed_on": new.signed_on or None,
        "valid_from": str(new.first),
        "valid_to": None if new.last_at(lane) is None else str(new.last_at(lane)),
    }


def _held(posts: Rows, added: Rows, persons: Rows, new: NewOfficer) -> set[str]:
    """Return the lanes at which the person has the same post at an overlapping time."""
    both = Rows({name: as_column([*_column(posts, name), *added[name]]) for name in added.columns})
    roster = read_roster(both, persons)
    near = (roster.person_id == new.person_id) & (roster.role == new.role) & (roster.target == LANE)
    near &= np.isin(roster.target_code.astype(str), list(new.lanes))
    clashes = find_clashes(both, roster, near)
    return {str(roster.target_code[one.other]) for one in clashes if one.kind == TWICE and one.other >= len(posts)}


def _served_throughout(posts: Rows, new: NewOfficer, held: set[str]) -> list[str]:
    """Return the lanes where the post that the person has lasts from the first day to the end of the new one."""
    if not held:
        return []
    mine = (texts(posts, "person_id") == new.person_id) & (texts(posts, "role") == new.role)
    mine &= np.isin(texts(posts, "target_code").astype(str), list(held)) & (texts(posts, "target") == LANE)
    begins, ends = days(posts, "valid_from"), days(posts, "valid_to")
    lasts = np.isnat(ends) if new.last is None else np.isnat(ends) | (ends >= new.last)
    mine &= (np.isnat(begins) | (begins <= new.first)) & lasts
    return sorted(set(texts(posts, "target_code")[mine].tolist()))


def _column(posts: Rows, name: str) -> Sequence[object]:
    return posts[name].tolist() if name in posts else [None] * len(posts)


def _in_the_way(posts: Rows, new: NewOfficer, lanes: Sequence[str]) -> np.ndarray:
    """Return the positions of the posts that give way to the new ones, int64."""
    if not new.replaces or not lanes or not len(posts):
        return np.empty(0, dtype=np.int64)
    same = (texts(posts, "target") == LANE) & (texts(posts, "role") == new.role)
    same &= np.isin(texts(posts, "target_code").astype(str), list(lanes)) & posts_in_or_after(posts, new.first)
    same &= texts(posts, "person_id") != new.person_id
    if any(new.section):
        same &= (texts(posts, "section_from") == new.section[0]) & (texts(posts, "section_to") == new.section[1])
    if new.last is not None:
        begins = days(posts, "valid_from")
        same &= np.isnat(begins) | (begins <= new.last)
    return np.flatnonzero(same)


def _ended(posts: Rows, going: np.ndarray, day: np.datetime64) -> tuple[np.ndarray, np.ndarray]:
    """Part posts into those that have begun before a day, and those that have not."""
    begins = days(posts, "valid_from")[going]
    begun = np.isnat(begins) | (begins < day)
    return going[begun], going[~begun]
