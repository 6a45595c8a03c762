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

    :param passing: int64, positions in ``posts``. ``changes``: for each of them the columns that change.
    :param taken_ids: ids that posts have; new ones are entered.
    """
    begins = days(posts, "valid_from")[passing]
    begun = np.isnat(begins) | (begins < day)
    new = []
    for at, change in zip(passing[begun].tolist(), [c for c, b in zip(changes, begun) if b]):
        record = {name: posts[name][at] for name in posts.columns if name not in ("row_version", *_SIGNED)}
        record.update({**change, "id": next_post_id(taken_ids), "valid_from": str(day), "end_reason": None})
        new.append(record)
    eve = str(day - np.timedelta64(1, "D"))
    columns = [name for name in posts.columns if name != "row_version"]
    rows = Rows({name: as_column(record.get(name) for record in new) for name in columns})
    return Succession(passing[begun], eve, passing[~begun], rows)


def held_already(
    posts: Rows, passing: np.ndarray, changes: Mapping[str, np.ndarray], day: np.datetime64
) -> np.ndarray:
    """Tell which posts, once they are changed, would be held twice by one person: bool (k,).

    Another post like it stands beside it as long as it would, or one that passes before it becomes the same.

    :param passing: int64 (k,), positions in ``posts``. ``changes``: column → object array (k,), the new values.
    """
    first, last = days(posts, "valid_from"), days(posts, "valid_to")
    columns = {name: texts(posts, name) for name in _SAME}
    stands = posts_in_or_after(posts, day)
    stands[passing] = False
    terms: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at in np.flatnonzero(stands).tolist():
        terms[tuple(str(column[at]) for column in columns.values())].append(at)
    held = np.zeros(len(passing), dtype=bool)
    for number, at in enumerate(passing.tolist()):
        key = tuple(str(changes[name][number] if name in changes else column[at]) for name, column in columns.items())
        begins = day if np.isnat(first[at]) else max(first[at], day)
        held[number] = any(
            (np.isnat(first[other]) or first[other] <= begins)
            and (np.isnat(last[other]) or (not np.isnat(last[at]) and last[other] >= last[at]))
            for other in terms[key]
        )
        if not held[number]:
            terms[key].append(at)
    return held


def next_post_id(taken: set[str]) -> str:
    """Return the next free id of a post and enter it."""
    number = len(taken) + 1
    while f"G{number:05d}" in taken:
        number += 1
    taken.add(f"G{number:05d}")
    return f"G{number:05d}"
