"""From counts per unit to hot spots, with the reasons where nothing can be said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.adjacency import Adjacency
from gridmgmt_plugin.core.hotspots.counts import rates
from gridmgmt_plugin.core.hotspots.getis_ord import gi_star, p_two_sided
from gridmgmt_plugin.core.hotspots.permutation import permuted_p
from gridmgmt_plugin.core.hotspots.significance import hotspot_class, q_values
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.resources import load_json

ANALYTIC, PERMUTATION = "analytic", "permutation"
DECIDING = (ANALYTIC, PERMUTATION)


@dataclass(frozen=True)
class Chance:
    """How it is told from chance that cases pile up.

    ``deciding``: whose probability is corrected and makes the classes: ``analytic``, of the normal distribution, or
    ``permutation``. ``permutations``: how many are made beside, 0 for none; the same ones for the same ``seed``.
    """

    deciding: str = ANALYTIC
    permutations: int = 0
    seed: int = 0


BY_NORMAL = Chance()


@dataclass(frozen=True)
class HotspotResult:
    """Hot spots of n units, in their order.

    ``count``: int64. ``rate``: float64, the analysed value (see ``counts.rates``), NaN without a base.
    ``gi_z``: float64, Gi* z; ``gi_p``: two-sided p; ``gi_p_sim``: two-sided p by permutation, NaN for all where none
    were made; ``gi_q``: Benjamini-Hochberg q of the p that decides; NaN where none is given.
    ``hotspot``: int64, −3 … 3. ``neighbours_mean``: mean number of neighbours of the units that have any.
    ``refusal``: why no significance is given for any unit, else None;
    counts, rates and, where defined, z are still there. ``notes``: what the planner should know besides.
    """

    count: np.ndarray
    rate: np.ndarray
    gi_z: np.ndarray
    gi_p: np.ndarray
    gi_p_sim: np.ndarray
    gi_q: np.ndarray
    hotspot: np.ndarray
    neighbours_mean: float
    refusal: Optional[Message]
    notes: tuple[Message, ...]


def find_hotspots(
    count: np.ndarray,
    adjacency: Adjacency,
    base: np.ndarray | None = None,
    normalise: str = "none",
    chance: Chance = BY_NORMAL,
    progress: Progress | None = None,
) -> HotspotResult:
    """Return where cases are clustered: Gi* of count or rate, corrected for testing every unit.

    ``count``: int (n,), cases per unit; ``adjacency``: of the same n units; ``base`` and ``normalise``: see
    :func:`~gridmgmt_plugin.core.hotspots.counts.rates`. Units without a base take no part, neither in the mean
    nor as neighbours. Units without neighbours (islands) count in the mean but get no z and no significance.
    With too little data (``resources/statistics/hotspots.json``) significance is refused for all, see ``refusal``.
    Where permutations decide, a unit is hot or cold only where its own value, which they leave alone, does not turn
    the sign of Gi* against that of its neighbours.

    :raises InputError: ``hotspot_normalise_unknown``, ``hotspot_base_missing``, ``hotspot_significance_unknown``,
        ``hotspot_permutations_unknown``.
    """
    if chance.deciding not in DECIDING:
        raise InputError("hotspot_significance_unknown", value=chance.deciding, known=", ".join(DECIDING))
    cases = np.asarray(count, dtype=np.int64)
    rate = rates(cases, base, normalise)
    usable = ~np.isnan(rate)
    graph = adjacency.among(usable)
    degree = graph.degree()
    z_usable = gi_star(rate[usable], graph)
    z_usable[degree == 0] = np.nan
    refusal = too_little(cases[usable], rate[usable], degree)
    tested_usable = ~np.isnan(z_usable) & (refusal is None)
    z = spread_out(z_usable, usable)
    tested = np.zeros(len(cases), dtype=bool)
    tested[usable] = tested_usable
    p = np.where(tested, p_two_sided(z), np.nan)
    p_sim: np.ndarray = np.full(len(cases), np.nan)
    sign: np.ndarray = np.sign(z)
    if chance.permutations or chance.deciding == PERMUTATION:
        permuted = permuted_p(rate[usable], graph, chance.permutations, chance.seed, progress)
        p_sim = np.where(tested, spread_out(permuted.p, usable), np.nan)
        if chance.deciding == PERMUTATION:
            sign = spread_out(permuted.sign.astype(np.float64), usable)
    q = q_values(p if chance.deciding == ANALYTIC else p_sim)
    mean = float(degree[degree > 0].mean()) if (degree > 0).any() else 0.0
    notes = what_to_know(usable, degree, adjacency)
    if chance.deciding == PERMUTATION and tested.any():
        notes += _too_few_permutations(chance.permutations, q)
    level = np.where(np.sign(z) == sign, hotspot_class(z, q), 0)
    return HotspotResult(cases, rate, z, p, p_sim, q, level, mean, refusal, notes)


def spread_out(values: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """Put the values (float (u, …)) of the usable units at their places among all (bool (n,)), NaN at the others."""
    full = np.full((len(usable), *values.shape[1:]), np.nan)
    full[usable] = values
    return full


def too_little(cases: np.ndarray, rate: np.ndarray, degree: np.ndarray) -> Message | None:
    """Tell why no significance can be given: the first reason that applies, the plainest first.

    ``cases``: int (n,); ``rate``: float (n,) or (n, t), the analysed values; ``degree``: int (n,), neighbours.
    """
    limits = load_json("statistics/hotspots.json")
    total = int(cases.sum())
    if total < limits["minimum_cases"]:
        return Message("hotspot_too_few_cases", {"count": total, "needed": limits["minimum_cases"]})
    if len(cases) < limits["minimum_units"]:
        return Message("hotspot_too_few_units", {"count": len(cases), "needed": limits["minimum_units"]})
    if rate.min() == rate.max():
        return Message("hotspot_all_equal", {"count": len(cases)})
    if not (degree > 0).any():
        return Message("hotspot_no_neighbours", {"count": len(cases)})
    return None


def what_to_know(usable: np.ndarray, degree: np.ndarray, adjacency: Adjacency) -> tuple[Message, ...]:
    """Return what took no part, and why, for units of which only the ``usable`` (bool (n,)) have a rate."""
    notes = []
    without_base = int((~usable).sum())
    if without_base:
        notes.append(Message("hotspot_without_base", {"count": without_base}))
    islands = int((degree == 0).sum())
    if islands:
        notes.append(Message("hotspot_islands", {"count": islands}))
    if not adjacency.noded:
        notes.append(Message("hotspot_borders_not_matched", {"length_m": round(adjacency.unnoded_m)}))
    return tuple(notes)


def _too_few_permutations(permutations: int, q: np.ndarray) -> tuple[Message, ...]:
    """Tell that the best class is out of reach: chance has not been asked often enough for so many units."""
    limits = load_json("statistics/hotspots.json")
    best = min(float(step["q_at_most"]) for step in limits["confidence"])
    if float(np.nanmin(q)) <= best:
        return ()
    units = int((~np.isnan(q)).sum())
    smallest = 2.0 * units / (permutations + 1.0)
    return (Message("hotspot_permutations_few", {"count": permutations, "units": units}),) if smallest > best else ()
