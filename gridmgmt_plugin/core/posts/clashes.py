"""Posts that do not go together: one entered twice, and two first holders (A角) of one post at the same hours."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.duty.roster import Roster
from gridmgmt_plugin.core.rows import Rows

FIRST = "A角"
TWICE, TWO_FIRST = "twice", "two_first"


@dataclass(frozen=True)
class Clash:
    """Two posts by position in the table, the earlier first. ``kind``: :data:`TWICE` or :data:`TWO_FIRST`."""

    one: int
    other: int
    kind: str


def find_clashes(posts: Rows, roster: Roster, among: np.ndarray) -> list[Clash]:
    """Return the posts that clash, in the order of the table.

    Twice: the same person in the same place, role and section, at hours and in periods that overlap. Two first
    holders: two persons who are both A角 of one role in one place and section, at hours and in periods that overlap.

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
    return sorted(found, key=lambda clash: (clash.one, clash.other))


def _meet(roster: Roster, one: int, other: int) -> bool:
    """Tell whether there is a moment at which both posts are held; an open period has no end."""
    from_, to = roster.valid_from, roster.valid_to
    apart = to[one] < from_[other] or to[other] < from_[one]  # a missing day compares as false
    return not apart and bool((roster.week(one) & roster.week(other)).any())
