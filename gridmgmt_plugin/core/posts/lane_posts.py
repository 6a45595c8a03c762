"""Officers of lanes that end or are split: who goes on where, so that nobody is left with a lane that is no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.columns import days
from gridmgmt_plugin.core.posts.succession import next_post_id, posts_in_or_after
from gridmgmt_plugin.core.rows import Rows, as_column

# What belongs to one person's signature under one post: for another lane he signs anew.
_SIGNED = ("task_letter_no", "signed_on")


@dataclass(frozen=True)
class LaneHeirs:
    """``passing``: code of a lane that ended → lanes on its ground, the longest stretch first, none where nobody has
    it. ``copied``: code of a lane that stays → new lanes on what was its ground.
    """

    passing: Mapping[str, tuple[str, ...]]
    copied: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Inherited:
    """``after``: all posts as they are afterwards. ``changed``: int64, positions of those that end. ``new``: posts
    that begin.
    """

    after: Rows
    changed: np.ndarray
    new: Rows


def inherited_posts(posts: Rows, heirs: LaneHeirs, day: str, reason: str, taken_ids: set[str]) -> Inherited:
    """Return what becomes of the posts of lanes that change on a day.

    A post ends on the eve of the day, one that has not begun by then on its first day, and is followed by one like it
    that begins on the day; who is there already gets no second one.

    :param posts: posts of the lanes concerned and of their heirs. ``day``: ISO date. ``reason``: why posts end.
    :param taken_ids: ids that posts have; new ones are entered.
    """
    today = np.datetime64(day)
    standing = np.flatnonzero(posts_in_or_after(posts, today))
    held = {_key(posts, at, posts["target_code"][at]) for at in standing.tolist()}
    ended = [at for at in standing.tolist() if posts["target_code"][at] in heirs.passing]
    new: list[dict[str, Any]] = []
    for at in standing.tolist():
        code = posts["target_code"][at]
        for heir in (*heirs.passing.get(code, ()), *heirs.copied.get(code, ())):
            if _key(posts, at, heir) in held:
                continue
            held.add(_key(posts, at, heir))
            record = {name: posts[name][at] for name in posts.columns if name not in ("row_version", *_SIGNED)}
            begins = max(str(posts["valid_from"][at] or day), day)
            record.update({"id": next_post_id(taken_ids), "target_code": heir, "valid_from": begins})
            new.append(record)
    last, why = posts["valid_to"].copy(), posts["end_reason"].copy()
    eve = today - np.timedelta64(1, "D")
    first = days(posts, "valid_from")
    for at in ended:
        last[at] = str(eve if np.isnat(first[at]) else max(first[at], eve))
        why[at] = reason
    columns = [name for name in posts.columns if name != "row_version"]
    rows = Rows({name: as_column(record.get(name) for record in new) for name in columns})
    return Inherited(posts.with_columns(valid_to=last, end_reason=why), np.array(ended, dtype=np.int64), rows)


def _key(posts: Rows, at: int, lane: Any) -> tuple[Any, ...]:
    return (lane, posts["person_id"][at], posts["role"][at], posts["turn"][at], posts["section_from"][at])
