"""Troubles that came back: closed, and reported anew at the same place within some days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_NEVER = np.iinfo(np.int64).max // 4


@dataclass(frozen=True)
class Returns:
    """What came back at each of p places.

    ``times``: int64 (p,), how often the trouble was there in the runs in which it came back (a run of one closing
    that did not hold counts 2); ``not_held``: int64 (p,), closings after which it came back in time; ``first``,
    ``last``: datetime64[s] (p,), when it was reported for the first and last time in these runs, NaT where nothing
    came back.
    """

    times: np.ndarray
    not_held: np.ndarray
    first: np.ndarray
    last: np.ndarray


def find_returns(
    place: np.ndarray, reported: np.ndarray, closed: np.ndarray, days: float, place_count: int
) -> Returns:
    """Return where a trouble was reported again within ``days`` after everything known there had been closed.

    ``place``: int (c,), 0 or more; ``reported``, ``closed``: datetime64[s] (c,), ``closed`` NaT while a case is open,
    never before ``reported``. Cases that are reported while an earlier one of the place is open are the same trouble
    and count once.
    """
    order = np.lexsort((reported, place))
    where = place[order].astype(np.int64)
    begins = reported[order].astype("datetime64[s]").astype(np.int64)
    ends = np.where(np.isnat(closed[order]), _NEVER, closed[order].astype("datetime64[s]").astype(np.int64))
    starts_place = np.diff(where, prepend=-1) != 0
    done = _closed_before(ends, starts_place)
    is_anew = starts_place | (begins > done)
    came_back = is_anew & ~starts_place & (begins - done <= days * 86400)
    anew = np.flatnonzero(is_anew)
    back = came_back[anew]
    is_followed = np.append(back[1:], False)
    involved = back | is_followed
    at = where[anew]
    moment = begins[anew].astype("datetime64[s]")
    times = np.bincount(at[involved], minlength=place_count)
    not_held = np.bincount(at[back], minlength=place_count)
    first = np.full(place_count, np.datetime64("NaT", "s"))
    last = first.copy()
    rows = np.flatnonzero(involved)
    first[at[rows[::-1]]] = moment[rows[::-1]]
    last[at[rows]] = moment[rows]
    return Returns(times.astype(np.int64), not_held.astype(np.int64), first, last)


def _closed_before(ends: np.ndarray, starts_place: np.ndarray) -> np.ndarray:
    """Return for each case when the last of the earlier cases of its place was closed; anything for the first one.

    A running maximum that begins anew with each place: the ends are ranked, and a place's ranks lie above those of
    the places before it.
    """
    distinct, rank = np.unique(ends, return_inverse=True)
    number = np.cumsum(starts_place) - 1
    highest = np.maximum.accumulate(number * len(distinct) + rank.reshape(-1))
    before = np.concatenate([[0], highest[:-1]]) if len(highest) else highest
    return np.asarray(distinct[before % max(len(distinct), 1)]) if len(distinct) else ends
