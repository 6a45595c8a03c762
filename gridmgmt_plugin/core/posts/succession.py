"""Posts that pass from one holder, or one place, to another on a day: what was stays as it was until the eve."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.columns import days, texts
from gridmgmt_plugin.core.rows import Rows, as_column

# What makes one post of a person the same as another.
_SAME = (
    "target", "target_code", "scheme", "person_id", "role", "turn", "section_from", "section_to", "weekdays",
    "start_time",
)  # fmt: skip
# What belongs to one person's signature under one post: the next one signs anew.
_SIGNED = ("task_letter_no", "signed_on")
# First and last day, datetime64[D].
Term = tuple[Any, Any]


@dataclass(frozen=True)
class Succession:
    """What becomes of posts, positions in the table that was given.

    ``ended``: those that end on ``last_day`` (ISO text), the eve of the day; ``replaced``: those that have not begun
    by then and only change; ``new``: the posts that follow the ended ones, in their order, with ids.
    """

    ended: np.ndarray
    last_day: str
    replaced: np.ndarray
    new: Rows


def posts_in_or_after(posts: Rows, day: np.datetime64) -> np.ndarray:
    """Tell which posts are in force on a day or begin after it: bool (n,)."""
    last = days(posts, "valid_to")
    return np.asarray(np.isnat(last) | (last >= day))


def pass_on(
    posts: Rows, passing: np.ndarray, changes: Sequence[Mapping[str, Any]], day: np.datetime64, taken_ids: set[str]
) -> Succession:
    """Return what becomes of posts that change on ``day``.

    A post that has begun by then ends on the eve and another one like it begins on the day with the changes; what
    was signed for the old one (letter number, day) does not pass. One that begins on the day or later just changes.

    :param passing: int64, positions in ``posts``. ``changes``: for each of them the columns that change, another term
        (``valid_from``, ``valid_to``) among them.
    :param taken_ids: ids that posts have; new ones are entered.
    """
    begins = days(posts, "valid_from")[passing]
    begun = np.isnat(begins) | (begins < day)
    new = []
    for at, change in zip(passing[begun].tolist(), [c for c, b in zip(changes, begun) if b]):
        record = {name: posts[name][at] for name in posts.columns if name not in ("row_version", *_SIGNED)}
        record.update({"valid_from": str(day), **change, "id": next_post_id(taken_ids), "end_reason": None})
        new.append(record)
    eve = str(day - np.timedelta64(1, "D"))
    columns = [name for name in posts.columns if name != "row_version"]
    rows = Rows({name: as_column(record.get(name) for record in new) for name in columns})
    return Succession(passing[begun], eve, passing[~begun], rows)


@dataclass(frozen=True)
class TermsLeft:
    """What is left of the terms of posts that pass, k of them, so that nobody holds one twice on a day.

    ``terms``: for each of them first and last days in their order, datetime64[D]; a last day that is not a time is
    open. None where its new holder has such a post all the time, several where that is so in between.
    """

    terms: tuple[tuple[Term, ...], ...]

    @property
    def held(self) -> np.ndarray:
        """Tell of which posts nothing is left: bool (k,)."""
        return np.array([not left for left in self.terms], dtype=bool)

    def changed(self, number: int) -> dict[str, str | None]:
        """Return the columns of the first term of one of them."""
        return _columns(self.terms[number][0])

    def further(self, number: int) -> list[dict[str, str | None]]:
        """Return the columns of the terms after the first one of one of them."""
        return [_columns(term) for term in self.terms[number][1:]]


def _columns(term: Term) -> dict[str, str | None]:
    first, last = term
    return {"valid_from": str(first), "valid_to": None if np.isnat(last) else str(last)}


def terms_left(posts: Rows, passing: np.ndarray, changes: Mapping[str, np.ndarray], day: np.datetime64) -> TermsLeft:
    """Return how long each post is held by its new holder from a day on: not while they have a post like it already.
    Of several that become the same the earlier one goes first.

    :param passing: int64 (k,), positions in ``posts``. ``changes``: column → object array (k,), the new values.
    """
    first, last = days(posts, "valid_from"), days(posts, "valid_to")
    columns = {name: texts(posts, name) for name in _SAME}
    stands = posts_in_or_after(posts, day)
    stands[passing] = False
    terms: dict[tuple[str, ...], list[Term]] = defaultdict(list)
    for at in np.flatnonzero(stands).tolist():
        terms[tuple(str(column[at]) for column in columns.values())].append((first[at], last[at]))
    begins = np.where(np.isnat(first[passing]), day, np.maximum(first[passing], day))
    found = []
    for number, at in enumerate(passing.tolist()):
        key = tuple(str(changes[name][number] if name in changes else column[at]) for name, column in columns.items())
        left = _beside((begins[number], last[at]), terms[key])
        terms[key] += left
        found.append(tuple(left))
    return TermsLeft(tuple(found))


def _beside(term: Term, held: Sequence[Term]) -> list[Term]:
    """Return what is left of a term beside those that are held, in order."""
    one_day = np.timedelta64(1, "D")
    begins, ends = term
    left = []
    for first, last in sorted(held, key=lambda one: (not np.isnat(one[0]), one[0])):
        if not np.isnat(last) and (last < begins or last < first):
            continue
        if not np.isnat(ends) and not np.isnat(first) and first > ends:
            break
        if not np.isnat(first) and first > begins:
            left.append((begins, first - one_day))
        if np.isnat(last) or (not np.isnat(ends) and last >= ends):
            return left
        begins = last + one_day
    return [*left, (begins, ends)]


@dataclass(frozen=True)
class Passage:
    """What becomes of posts that pass beside those that their new holders have; positions in the table given.

    ``ended``: those that end on ``last_day`` (ISO text); ``changed``: those that only change, ``changes`` for each;
    ``removed``: those that would only begin later and are held already; ``new``: the posts that follow, with ids, and
    ``followed``: those that they follow, one for each.
    """

    ended: np.ndarray
    last_day: str
    changed: np.ndarray
    changes: Sequence[Mapping[str, Any]]
    removed: np.ndarray
    new: Rows
    followed: np.ndarray


def pass_beside(
    posts: Rows,
    passing: np.ndarray,
    changes: Mapping[str, np.ndarray],
    left: TermsLeft,
    day: np.datetime64,
    taken_ids: set[str],
) -> Passage:
    """Return what becomes of posts of which ``left`` is left on a day; see :func:`pass_on`.

    A post of which nothing is left ends without a follower; one of which several terms are left is followed by as
    many posts.

    :param changes: column → object array (k,), what becomes of each.
    """
    kept = np.flatnonzero(~left.held).tolist()
    each = {at: {**{name: column[at] for name, column in changes.items()}, **left.changed(at)} for at in kept}
    passed = pass_on(posts, passing[kept], list(each.values()), day, taken_ids)
    later = [change for at, change in each.items() if passing[at] in passed.replaced]  # in their order
    alone = pass_on(posts, passing[left.held], [{}] * int(left.held.sum()), day, set(taken_ids))
    going = [(int(passing[at]), each[at], term) for at in kept for term in left.further(at)]
    records = [
        {**{name: posts[name][at] for name in posts.columns if name not in _SIGNED}, **change, **term}
        for at, change, term in going
    ]
    for record in records:
        record.update(id=next_post_id(taken_ids), end_reason=None)
    new = passed.new
    return Passage(
        np.concatenate([passed.ended, alone.ended]),
        passed.last_day,
        passed.replaced,
        later,
        alone.replaced,
        Rows({name: as_column([*new[name], *(one.get(name) for one in records)]) for name in new.columns}),
        np.concatenate([passed.ended, np.array([at for at, _, _ in going], dtype=np.int64)]),
    )


def next_post_id(taken: set[str]) -> str:
    """Return the next free id of a post and enter it."""
    number = len(taken) + 1
    while f"G{number:05d}" in taken:
        number += 1
    taken.add(f"G{number:05d}")
    return f"G{number:05d}"
