"""Today's assignment: which of the new groups stands for which group of today, and which group continues which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def homes(
    part: np.ndarray, group_part: np.ndarray, weight: np.ndarray, before: np.ndarray, seeds: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the new group that stands for each unit's group of today, and the seed of each new group, −1 = none.

    In every part the heaviest groups of today are kept, as many as the part gets; those with a seed before others. A
    seed stands for its group of today; a second one there for a new group.

    :param part: int64 (n,). ``group_part``: int64 (k,), ascending. ``weight``: float64 (n,).
    :param before: int64 (n,), group of today, −1 = none. ``seeds``: units that shall be in groups of their own, in a
        part at most as many as it has groups.
    """
    home = np.full(len(part), -1, dtype=np.int64)
    seed_of = np.full(len(group_part), -1, dtype=np.int64)
    first = np.searchsorted(group_part, np.arange(int(part.max()) + 2))
    seed_part = part[np.asarray(seeds, dtype=np.int64)] if len(seeds) else np.empty(0, dtype=np.int64)
    for number in np.unique(np.concatenate([part[before >= 0], seed_part])).tolist():
        slots = list(range(int(first[number]), int(first[number + 1])))
        mine = [seed for seed, where in zip(seeds, seed_part.tolist()) if where == number]
        units = np.flatnonzero((part == number) & (before >= 0))
        groups, which = np.unique(before[units], return_inverse=True)
        load = np.bincount(which.reshape(-1), weights=weight[units], minlength=len(groups))
        seeded = np.isin(groups, before[mine]) if mine else np.zeros(len(groups), dtype=bool)
        kept = np.lexsort((groups, -load, ~seeded))[: len(slots)]
        for slot, group in zip(slots, kept.tolist()):
            home[units[which.reshape(-1) == group]] = slot
        for seed in mine:
            own = int(home[seed])
            free = [slot for slot in slots if seed_of[slot] < 0]
            seed_of[own if own in free else free[-1]] = seed
    return home, seed_of


def continued(label: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return which group of today each group continues, int64 (k,), −1 = a new one; none continues two, or twice.

    By common units, the largest number first. ``label``, ``before``: int64 (n,), the latter −1 = none.
    """
    groups = int(label.max()) + 1
    found = np.full(groups, -1, dtype=np.int64)
    known = before >= 0
    if not known.any():
        return found
    span = int(before.max()) + 1
    key, common = np.unique(label[known] * span + before[known], return_counts=True)
    taken: set[int] = set()
    for at in np.lexsort((key, -common)).tolist():
        group, old = divmod(int(key[at]), span)
        if found[group] < 0 and old not in taken:
            found[group] = old
            taken.add(old)
    return found
