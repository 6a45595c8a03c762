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
    """``after``: all posts as they are afterwards. ``changed``: int64, positions of those that end, or that have not
    begun and are for another lane now. ``gone``: int64, those that would have begun on a lane that is no more.
    ``new``: posts that begin.
    """

    after: Rows
    changed: np.ndarray
    gone: np.ndarray
    new: Rows


def inherited_posts(posts: Rows, heirs: LaneHeirs, day: str, reason: str, taken_ids: set[str]) -> Inherited:
    """Return what becomes of the posts of lanes that change on a day.

    A post ends on the eve of the day and is followed by one like it that begins on the day; one that has not begun by
    then passes on itself. Who is there already gets no second one; who will be there later gets one until then.

    :param posts: posts of the lanes concerned and of their heirs. ``day``: ISO date. ``reason``: why posts end.
    :param taken_ids: ids that posts have; new ones are entered.
    """
    today = np.datetime64(day)
    standing = np.flatnonzero(posts_in_or_after(posts, today)).tolist()
    first = days(posts, "valid_from")
    begun = np.isnat(first) | (first < today)
    begins = np.where(begun, today, first)
    held: dict[tuple[Any, ...], np.datetime64] = {}
    for at in standing:
        key = _key(posts, at, posts["target_code"][at])
        held[key] = min(held.get(key, begins[at]), begins[at])
    columns = {name: posts[name].copy() for name in ("target_code", "valid_to", "end_reason", *_SIGNED)}
    changed: list[int] = []
    gone: list[int] = []
    new: list[dict[str, Any]] = []
    for at in standing:
        code = posts["target_code"][at]
        ends = code in heirs.passing
        free: list[tuple[str, np.datetime64 | None]] = []
        for heir in (*heirs.passing.get(code, ()), *heirs.copied.get(code, ())):
            key = _key(posts, at, heir)
            later = held.get(key)
            if later is None or later > begins[at]:
                held[key] = begins[at]
                free.append((heir, later))
        if ends and begun[at]:
            columns["valid_to"][at], columns["end_reason"][at] = str(today - np.timedelta64(1, "D")), reason
            changed.append(at)
        elif ends and free:
            columns["target_code"][at], later = free.pop(0)
            columns["valid_to"][at] = _until(posts, at, later)
            for name in _SIGNED:
                columns[name][at] = None
            changed.append(at)
        elif ends:
            gone.append(at)
        new += [_follower(posts, at, heir, day, later, taken_ids) for heir, later in free]
    names = [name for name in posts.columns if name != "row_version"]
    rows = Rows({name: as_column(record.get(name) for record in new) for name in names})
    there = np.array(changed, dtype=np.int64), np.array(gone, dtype=np.int64)
    return Inherited(posts.with_columns(**columns), *there, rows)


def _until(posts: Rows, at: int, later: np.datetime64 | None) -> str | None:
    """Return the last day of a post where the same one begins anew on the day ``later``."""
    last = None if posts["valid_to"][at] is None else str(posts["valid_to"][at])
    if later is None:
        return last
    eve = str(later - np.timedelta64(1, "D"))
    return eve if last is None else min(last, eve)


def _follower(
    posts: Rows, at: int, lane: str, day: str, later: np.datetime64 | None, taken_ids: set[str]
) -> dict[str, Any]:
    record = {name: posts[name][at] for name in posts.columns if name not in ("row_version", *_SIGNED)}
    begins = max(str(posts["valid_from"][at] or day), day)
    own = {"target_code": lane, "valid_from": begins, "valid_to": _until(posts, at, later)}
    return {**record, "id": next_post_id(taken_ids), **own}


def _key(posts: Rows, at: int, lane: Any) -> tuple[Any, ...]:
    return (lane, posts["person_id"][at], posts["role"][at], posts["turn"][at], posts["section_from"][at])
