"""How often chance alone gives a place neighbours with as much, or as little: conditional permutation of Gi*.

The value of a place stays where it is and its neighbours' values are drawn without replacement from all others, as in
PySAL's esda (``G_Local``) and L. Anselin, Local indicators of spatial association, Geographical Analysis 27 (1995).
No normal distribution is assumed, which counts with many zeros and rates with small denominators do not have.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.adjacency import Adjacency
from gridmgmt_plugin.core.hotspots.getis_ord import neighbour_sum
from gridmgmt_plugin.core.progress import Progress

#: How many permutations may be asked for; beyond, nothing is learnt that a map shows.
MOST_PERMUTATIONS = 99_999
# Permutations that are in memory at once: places have up to some hundred neighbours.
_AT_ONCE = 10_000
# Sums that differ by less than this share of their size are equal: they were added in another order.
_SAME = 1e-12


@dataclass(frozen=True, eq=False)
class Permuted:
    """Of n places: ``p``, float64 (n,), two-sided pseudo probabilities, not-a-number for places without neighbours;
    ``sign``, int64 (n,): 1 where the neighbours have more than chance gives, −1 where they have less, 0 for neither.
    """

    p: np.ndarray
    sign: np.ndarray


def permuted_p(
    values: np.ndarray, adjacency: Adjacency, permutations: int, seed: int, progress: Progress | None = None
) -> Permuted:
    """Return the pseudo probability of each place's neighbourhood, the same for the same ``seed``.

    With R permutations, p = 2 · (min(above, below) + 1) / (R + 1), at most 1: ``above`` and ``below`` count the
    permutations whose sum over the neighbours is at least, at most, that of the place. Ties count for both, so that p
    is never too small. One half of it is the ``p_sim`` of esda where there are no ties; the smallest is 1 / (R + 1).

    ``values``: float (n,), finite. ``progress`` is told from 0 to 1.

    :raises InputError: ``hotspot_permutations_unknown``.
    """
    if not 1 <= permutations <= MOST_PERMUTATIONS:
        raise InputError("hotspot_permutations_unknown", value=permutations, most=MOST_PERMUTATIONS)
    x, degree = np.asarray(values, dtype=np.float64), adjacency.degree()
    n, progress = len(x), progress or Progress()
    p, sign = np.full(n, np.nan), np.zeros(n, dtype=np.int64)
    asked = np.flatnonzero((degree > 0) & (degree < n))
    if not len(asked):
        return Permuted(p, sign)
    random, found = np.random.default_rng(seed), neighbour_sum(x, adjacency)
    above, below = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for first in range(0, permutations, _AT_ONCE):
        progress.report(first / permutations)
        rows = min(_AT_ONCE, permutations - first)
        _compare(x, found, degree, _draws(random, rows, int(degree[asked].max()), n - 1), above, below)
    p[asked] = np.minimum(2.0 * (np.minimum(above, below)[asked] + 1.0) / (permutations + 1.0), 1.0)
    sign[asked] = np.sign(below - above)[asked]
    return Permuted(p, sign)


def _draws(random: np.random.Generator, rows: int, length: int, among: int) -> np.ndarray:
    """Return int64 (rows, length): in each row so many different numbers below ``among``, every order as likely."""
    drawn = np.empty((rows, length), dtype=np.int64)
    for at in range(length):
        todo = np.arange(rows)
        while len(todo):
            drawn[todo, at] = random.integers(0, among, len(todo))
            todo = todo[(drawn[todo, :at] == drawn[todo, at, np.newaxis]).any(axis=1)]
    return drawn


def _compare(
    x: np.ndarray, found: np.ndarray, degree: np.ndarray, drawn: np.ndarray, above: np.ndarray, below: np.ndarray
) -> None:
    """Add to ``above`` and ``below`` how many draws give each place at least, at most, what its neighbours have.

    Draws are of all places but the last, and every place takes the last one where it would draw itself: which maps
    them one to one onto draws of all but the place. So the sums are sorted once for all places, and put right for the
    few draws that have the place itself.
    """
    last, sums = x[-1], np.zeros(len(drawn))
    slack = _SAME * max(float(np.abs(x).max()), 1e-300)
    for size in range(1, drawn.shape[1] + 1):
        sums = sums + x[drawn[:, size - 1]]
        places = np.flatnonzero(degree == size)
        if not len(places):
            continue
        ordered, room = np.sort(sums), slack * size
        above[places] += len(sums) - np.searchsorted(ordered, found[places] - room, side="left")
        below[places] += np.searchsorted(ordered, found[places] + room, side="right")
        own, draw = drawn[:, :size].ravel(), np.repeat(np.arange(len(drawn)), size)
        hit = degree[own] == size
        own, before = own[hit], sums[draw[hit]]
        after = before - x[own] + last
        low, high = found[own] - room, found[own] + room
        np.add.at(above, own, (after >= low).astype(np.int64) - (before >= low))
        np.add.at(below, own, (after <= high).astype(np.int64) - (before <= high))
