"""Posts on grids that are no more or were drawn anew: they go with the ground, and nobody holds one twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.columns import days, texts
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.succession import TermsLeft, pass_beside, posts_in_or_after, terms_left
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.unit_grids.assignments import GroundShare
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.workspace import Workspace

_TARGET = "responsibility_grid"
_REASON = "随地调整"
# The one column that changes where a post goes as it is.
_MOVES = "target_code"
# Before the first day of any post.
_EVER = np.datetime64("0001-01-01", "D")


@dataclass(frozen=True)
class MovedPost:
    """A post that follows the ground: ``share`` of the old grid's ground lies in the new one, 0 to 1."""

    post: str
    role: str
    old: str
    new: str
    share: float


@dataclass(frozen=True, eq=False)
class FollowedPosts:
    """What becomes of posts, not written yet.

    ``moved``: those that go to another grid. ``left``: ids of posts whose ground no grid holds any more. ``ended``:
    ids of posts whose holder has the same post in the grid that they would go to.
    """

    change: TableChange
    moved: tuple[MovedPost, ...] = ()
    left: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()

    @property
    def notes(self) -> list[Message]:
        """Return what to tell a planner."""
        notes = []
        if self.moved:
            notes.append(Message("responsibility_posts_followed", {"count": len(self.moved)}))
        for code, posts in (("responsibility_posts_left", self.left), ("responsibility_posts_doubled", self.ended)):
            if posts:
                notes.append(Message(code, {"count": len(posts), "posts": listing(sorted(posts))}))
        return notes


def following_posts(
    workspace: Workspace, scheme: str, old_codes: Collection[str], shares: Mapping[str, tuple[GroundShare, ...]]
) -> FollowedPosts:
    """Return what becomes of the posts of old grids: they go to the grid that holds most of the ground.

    Posts that ended stay: they are what was. Where the same person has the same post there already, the one that
    would come ends on the eve of today, and for days on which they have it not another one begins there; one that has
    not begun by then goes, or is for those days.

    :param shares: old code → who holds its ground now.
    """
    if not old_codes:
        return FollowedPosts(TableChange("post"))
    today = np.datetime64(clock.today(), "D")
    posts = workspace.read("post", where={"target": _TARGET, "scheme": scheme}, geometry=False)
    target = texts(posts, "target_code")
    left, rows, heirs = [], [], []
    for at in np.flatnonzero(np.isin(target.astype(str), list(old_codes)) & posts_in_or_after(posts, today)).tolist():
        held_by = shares.get(target[at], ())
        if not held_by:
            left.append(str(posts["id"][at]))
        elif held_by[0].code != target[at]:
            rows.append(at)
            heirs.append(held_by[0])
    if not rows:
        return FollowedPosts(TableChange("post"), left=tuple(left))
    passing, targets = np.array(rows, dtype=np.int64), as_column(heir.code for heir in heirs)
    left_over = terms_left(posts, passing, {"target_code": targets}, today)
    doubled = left_over.held
    moved = tuple(
        MovedPost(str(posts["id"][at]), str(posts["role"][at] or ""), target[at], heir.code, heir.share)
        for at, heir, is_held in zip(rows, heirs, doubled.tolist())
        if not is_held
    )
    ended = tuple(str(post) for post in posts["id"][passing[doubled]])
    taken = set(texts(workspace.read("post", ["id"], geometry=False), "id").tolist())
    return FollowedPosts(_change(posts, passing, targets, left_over, today, taken), moved, tuple(left), ended)


def _change(
    posts: Rows, passing: np.ndarray, targets: np.ndarray, left: TermsLeft, today: np.datetime64, taken: set[str]
) -> TableChange:
    """Return what is written: whole posts go as they are, the others end here and go on there for the days left.

    :param taken: ids of all posts.
    """
    whole = _whole(posts, passing, targets)
    going, parted = passing[whole], np.flatnonzero(~whole)
    rest = TermsLeft(tuple(left.terms[at] for at in parted.tolist()))
    passed = pass_beside(posts, passing[parted], {_MOVES: targets[parted]}, rest, today, taken)
    ended, later = passed.ended, passed.changes
    before = posts.take(np.concatenate([going, ended, passed.changed]))
    begins, ends = ([one[name] for one in later] for name in ("valid_from", "valid_to"))
    updated = {
        _MOVES: [*targets[whole], *posts[_MOVES][ended], *(one[_MOVES] for one in later)],
        "valid_from": [*posts["valid_from"][going], *posts["valid_from"][ended], *begins],
        "valid_to": [*posts["valid_to"][going], *[passed.last_day] * len(ended), *ends],
        "end_reason": [*posts["end_reason"][going], *[_REASON] * len(ended), *posts["end_reason"][passed.changed]],
    }
    columns = {name: as_column(values) for name, values in updated.items() if len(ended) or later or name == _MOVES}
    columns["row_version"] = before["row_version"]
    updates = Rows(columns, None, before.fid)
    return TableChange("post", before, updates, posts.take(passed.removed), passed.new)


def _whole(posts: Rows, passing: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Tell which posts have none like them at their new grid on any day of their term, the past included: bool."""
    ever = terms_left(posts, passing, {"target_code": targets}, _EVER)
    first, last = days(posts, "valid_from")[passing], days(posts, "valid_to")[passing]
    return np.array(
        [
            len(terms) == 1 and terms[0][0] == (_EVER if np.isnat(begins) else begins) and _same(terms[0][1], ends)
            for terms, begins, ends in zip(ever.terms, first, last)
        ],
        dtype=bool,
    )


def _same(one: Any, two: Any) -> bool:
    return bool(np.isnat(one) and np.isnat(two)) or bool(one == two)
