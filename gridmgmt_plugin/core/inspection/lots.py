"""Lanes drawn by lot for a round: every kind of lane in proportion, and the same draw again from the same seed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np


def draw(strata: Sequence[tuple[str, ...]], codes: Sequence[str], count: int, seed: int) -> np.ndarray:
    """Return the positions of the lanes drawn, int64, in the order of strata and codes.

    Every stratum gets its share of ``count`` by largest remainders, and one lane at least where ``count`` allows it.
    The draw depends on seed, strata and codes alone, not on the order in which the lanes come.

    :param strata: what kind of lane each is. :param codes: unique, one each.
    :param count: how many; all of them where there are no more.
    """
    members: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at in sorted(range(len(codes)), key=lambda at: codes[at]):
        members[strata[at]].append(at)
    keys = sorted(members)
    shares = _shares([len(members[key]) for key in keys], count)
    lots = np.random.default_rng(seed)
    drawn: list[int] = []
    for key, share in zip(keys, shares):
        picked = lots.permutation(len(members[key]))[:share]
        drawn += [members[key][place] for place in sorted(picked.tolist())]
    return np.array(drawn, dtype=np.int64)


def _shares(sizes: Sequence[int], count: int) -> list[int]:
    total = sum(sizes)
    count = min(count, total)
    if total == 0:
        return []
    shares = [size * count // total for size in sizes]
    rest = [size * count % total for size in sizes]
    order = sorted(range(len(sizes)), key=lambda at: (shares[at] > 0, -rest[at], -sizes[at], at))
    if count < len(sizes):  # not one for each: the largest remainders win
        order = sorted(range(len(sizes)), key=lambda at: (-rest[at], -sizes[at], at))
    for at in order:
        if sum(shares) < count and shares[at] < sizes[at]:
            shares[at] += 1
    return _fair(shares, sizes) if count >= len(sizes) else shares


def _fair(shares: list[int], sizes: Sequence[int]) -> list[int]:
    """Give a lane to every stratum that has none, out of the one that has most."""
    for at, size in enumerate(sizes):
        if size and shares[at] == 0:
            shares[max(range(len(shares)), key=lambda other: shares[other])] -= 1
            shares[at] = 1
    return shares
