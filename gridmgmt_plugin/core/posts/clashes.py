"""Posts that do not go together: one entered twice, two first holders (A角) of one post at the same hours, and one
person who is first holder in two places at the same hours.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.duty.roster import Roster
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.value_lists import ROLES

FIRST = "A角"
TWICE, TWO_FIRST, TWO_PLACES = "twice", "two_first", "two_places"
# Who shares a post with nobody is its first holder.
_FIRST_TURNS = (FIRST, "")


@dataclass(frozen=True)
class Clash:
    """Two posts by position in the table, the earlier first. ``kind``: :data:`TWICE`, :data:`TWO_FIRST` or
    :data:`TWO_PLACES`.
    """

    one: int
    other: int
    kind: str


def find_clashes(posts: Rows, roster: Roster, among: np.ndarray) -> list[Clash]:
    """Return the posts that clash, in the order of the table.

    Twice: the same person in the same place, role and section, at hours and in periods that overlap. Two first
    holders: two persons who are both A角 of one role in one place and section, at hours and in periods that overlap.
    Two places: one person who is first holder in two places of one kind (of one scheme, for grids), at stated hours
    and in periods that overlap; each post is told with the first that it clashes with. Posts of several schemes go
    together (一岗多责), posts without hours are titles, and roles that lead (in :data:`ROLES`) stand at no place.

    :param among: bool (n,), the posts to look at.
    """
    section = texts(posts, "section_from") + "–" + texts(posts, "section_to")
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at in np.flatnonzero(among & (roster.person_id != "")).tolist():
        key = (roster.target[at], roster.scheme[at], roster.target_code[at], roster.role[at], section[at])
        groups[key].append(at)
    found = []
    for members in groups.values():
        for one, other in combinations(members, 2):
            same_person = roster.person_id[one] == roster.person_id[other]
            both_first = roster.turn[one] == FIRST == roster.turn[other]
            if (same_person or both_first) and _meet(roster, one, other):
                found.append(Clash(one, other, TWICE if same_person else TWO_FIRST))
    found += _in_two_places(posts, roster, among)
    return sorted(found, key=lambda clash: (clash.one, clash.other))


def _in_two_places(posts: Rows, roster: Roster, among: np.ndarray) -> list[Clash]:
    leading: list[Any] = load_json(ROLES)["leading"]
    stated = (texts(posts, "start_time") != "") | (texts(posts, "end_time") != "")
    there = among & stated & (roster.person_id != "") & np.isin(roster.turn.astype(str), _FIRST_TURNS)
    there &= ~np.isin(roster.role.astype(str), leading)
    held: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at in np.flatnonzero(there).tolist():
        held[(roster.person_id[at], roster.target[at], roster.scheme[at])].append(at)
    found = []
    for members in held.values():
        for number, other in enumerate(members):
            elsewhere = (at for at in members[:number] if roster.target_code[at] != roster.target_code[other])
            first = next((at for at in elsewhere if _meet(roster, at, other)), None)
            if first is not None:
                found.append(Clash(first, other, TWO_PLACES))
    return found


def _meet(roster: Roster, one: int, other: int) -> bool:
    """Tell whether there is a moment at which both posts are held; an open period has no end."""
    from_, to = roster.valid_from, roster.valid_to
    apart = to[one] < from_[other] or to[other] < from_[one]  # a missing day compares as false
    return not apart and bool((roster.week(one) & roster.week(other)).any())
