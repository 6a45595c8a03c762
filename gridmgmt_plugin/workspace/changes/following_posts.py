"""Posts on grids that are no more or were drawn anew: they go with the ground, and nobody holds one twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.succession import pass_on, posts_in_or_after, terms_left
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.unit_grids.assignments import GroundShare
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.workspace import Workspace

_TARGET = "responsibility_grid"
_REASON = "随地调整"


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
    would come ends on the eve of today; one that has not begun by then goes.

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
    doubled = terms_left(posts, passing, {"target_code": targets}, today).held
    moved = tuple(
        MovedPost(str(posts["id"][at]), str(posts["role"][at] or ""), target[at], heir.code, heir.share)
        for at, heir, is_held in zip(rows, heirs, doubled.tolist())
        if not is_held
    )
    ended = tuple(str(post) for post in posts["id"][passing[doubled]])
    return FollowedPosts(_change(posts, passing, targets, doubled, today), moved, tuple(left), ended)


def _change(
    posts: Rows, passing: np.ndarray, targets: np.ndarray, doubled: np.ndarray, today: np.datetime64
) -> TableChange:
    going = passing[~doubled]
    alone = pass_on(posts, passing[doubled], [{}] * int(doubled.sum()), today, set(texts(posts, "id").tolist()))
    before = posts.take(np.concatenate([going, alone.ended]))
    updated = {"target_code": as_column([*targets[~doubled], *posts["target_code"][alone.ended]])}
    if len(alone.ended):
        count = len(alone.ended)
        updated["valid_to"] = as_column([*posts["valid_to"][going], *[alone.last_day] * count])
        updated["end_reason"] = as_column([*posts["end_reason"][going], *[_REASON] * count])
    updated["row_version"] = before["row_version"]
    return TableChange(
        "post", before=before, updated=Rows(updated, None, before.fid), deleted=posts.take(alone.replaced)
    )
