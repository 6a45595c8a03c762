"""People follow the ground: where posts should go when their places are divided anew, split, merged or renamed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.posts.succession import posts_in_or_after
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.unit_grids.assignments import GroundShare, heirs_of_groups

#: What a proposal does: the post goes to another place, or its holder gets a second one there.
MOVES, ALSO = "moves", "also"


@dataclass(frozen=True)
class Proposal:
    """One proposal. ``post``: id; ``kind``: :data:`MOVES` or :data:`ALSO`; ``old`` and ``new``: codes of places of
    ``target`` (and ``scheme``). ``share``: of the old place's ground that lies in the new one (moves), or of the new
    one's that came from the old (also), 0 to 1; not-a-number where only codes tell.
    """

    post: str
    kind: str
    target: str
    scheme: str
    old: str
    new: str
    share: float

    @property
    def id(self) -> str:
        """Return what the proposal is named by."""
        return f"{self.post}>{self.new}"


@dataclass(frozen=True)
class Ground:
    """Where ground went between two moments. ``heirs``: old code → where its ground lies now, the most first;
    ``origins``: new code → where its ground came from, the most first.
    """

    heirs: Mapping[str, Sequence[GroundShare]]
    origins: Mapping[str, Sequence[GroundShare]]


def ground_of_grids(units: Rows, column: str, log: Iterable[Mapping[str, object]]) -> Ground:
    """Return where the ground of responsibility grids went, from what the change log says of unit grids.

    :param units: the unit grids (``code``, ``area_m2``, ``column``). ``log``: lines of the change log on them since
        the earlier moment, in order; a unit grid without a line was always where it is.
    """
    now = texts(units, column)
    earlier: dict[str, str] = {}
    for line in log:
        code, before = str(line["row_key"]), line["before"]
        attributes = json.loads(str(before)).get("attributes") if before is not None else None
        if attributes is not None and column in attributes:
            earlier.setdefault(code, str(attributes[column] or ""))
    codes = texts(units, "code")
    before = np.array([earlier.get(code, held) for code, held in zip(codes, now)], dtype=object)
    one, two = (np.array([value or None for value in column_], dtype=object) for column_ in (before, now))
    return Ground(heirs_of_groups(one, two, units["area_m2"]), heirs_of_groups(two, one, units["area_m2"]))


def proposals(
    posts: Rows, target: str, scheme: str, present: Iterable[str], ground: Ground, day: np.datetime64
) -> list[Proposal]:
    """Return what to propose for posts of one kind of places that are held on ``day`` or later.

    A post whose place is no more goes to the place with most of its ground. A place that nobody holds gets those who
    hold the one that most of its ground came from, if that is not itself.

    :param present: codes of the places that are in force on the day.
    """
    here = (texts(posts, "target") == target) & (texts(posts, "scheme") == scheme)
    held = np.flatnonzero(here & posts_in_or_after(posts, day) & (texts(posts, "person_id") != ""))
    codes, ids, there = texts(posts, "target_code"), texts(posts, "id"), set(present)
    found = []
    for at in held.tolist():
        heirs = [heir for heir in ground.heirs.get(codes[at], ()) if heir.code in there]
        if codes[at] not in there and heirs:
            found.append(Proposal(ids[at], MOVES, target, scheme, codes[at], heirs[0].code, heirs[0].share))
    taken = {codes[at] for at in held.tolist()} | {proposal.new for proposal in found}
    for code in sorted(there - taken):
        origins = [origin for origin in ground.origins.get(code, ()) if origin.code != code]
        for at in held.tolist():
            if origins and codes[at] == origins[0].code:
                found.append(Proposal(ids[at], ALSO, target, scheme, codes[at], code, origins[0].share))
    return found
