"""From counts per place and time slice to what is new, what persists and what fades."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from gridmgmt_plugin.core.geometry.adjacency import Adjacency
from gridmgmt_plugin.core.hotspots.analysis import spread_out, too_little, what_to_know
from gridmgmt_plugin.core.hotspots.counts import rates
from gridmgmt_plugin.core.hotspots.getis_ord import gi_star_in_time, p_two_sided
from gridmgmt_plugin.core.hotspots.mann_kendall import mann_kendall
from gridmgmt_plugin.core.hotspots.patterns import NO_PATTERN, patterns_of, trend_words
from gridmgmt_plugin.core.hotspots.significance import hotspot_class, q_values
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import load_json


@dataclass(frozen=True)
class TrendResult:
    """The trends of n places over t slices, in their order.

    ``count``: int64 (n,), cases of all slices. ``rate``: float64 (n,), their mean per slice for the place's size, see
    ``counts.rates``. ``gi_z``: float64 (n, t), Gi* of every slice; ``hotspot``: int64 (n, t), −3 … 3.
    ``pattern``, ``trend``: object (n,), see ``patterns``. ``trend_z``, ``trend_p``: float64 (n,), Mann-Kendall of
    ``gi_z``. ``slices_hot``: int64 (n,), slices in which the place is a hot spot. ``refusal``: why nothing can be
    said of any place, else None. ``notes``: what the planner should know besides.
    """

    count: np.ndarray
    rate: np.ndarray
    gi_z: np.ndarray
    hotspot: np.ndarray
    pattern: np.ndarray
    trend: np.ndarray
    trend_z: np.ndarray
    trend_p: np.ndarray
    slices_hot: np.ndarray
    refusal: Optional[Message]
    notes: tuple[Message, ...]


def find_trend(
    counts: np.ndarray, adjacency: Adjacency, base: np.ndarray | None = None, normalise: str = "none"
) -> TrendResult:
    """Return how each place's standing as hot or cold spot developed.

    ``counts``: int (n, t), cases per place and slice; ``adjacency``: of the same places; ``base``, ``normalise``: see
    :func:`~gridmgmt_plugin.core.hotspots.counts.rates`. Gi* is computed for all slices together (see
    :func:`~gridmgmt_plugin.core.hotspots.getis_ord.gi_star_in_time`) and corrected for testing every place in every
    slice. Places without a base or without neighbours take part as in
    :func:`~gridmgmt_plugin.core.hotspots.analysis.find_hotspots`. With too little data nothing is said of any place,
    see ``refusal``.

    :raises InputError: ``hotspot_normalise_unknown``, ``hotspot_base_missing``.
    """
    cube = np.asarray(counts, dtype=np.int64)
    count, slices = cube.sum(axis=1), cube.shape[1]
    per_slice = np.column_stack([rates(column, base, normalise) for column in cube.T]) if slices else cube * 1.0
    usable = np.asarray(~np.isnan(per_slice).any(axis=1))
    graph = adjacency.among(usable)
    degree = graph.degree()
    refusal = _refusal(cube[usable], per_slice[usable], degree)
    z, q = np.full(cube.shape, np.nan), np.full(cube.shape, np.nan)
    if slices:
        z_usable = gi_star_in_time(per_slice[usable], graph)
        z_usable[degree == 0] = np.nan
        z = spread_out(z_usable, usable)
    if refusal is None:
        q = q_values(p_two_sided(z).ravel()).reshape(z.shape)
    trend_z, trend_p = mann_kendall(z)
    pattern = patterns_of(z, q, trend_z, trend_p) if slices else np.full(len(cube), NO_PATTERN, dtype=object)
    level = hotspot_class(z.ravel(), q.ravel()).reshape(z.shape)
    rate = per_slice.mean(axis=1) if slices else np.full(len(cube), np.nan)
    notes = what_to_know(usable, degree, adjacency)
    hot = (level > 0).sum(axis=1)
    if refusal is not None:
        trend_z, trend_p = np.full(len(cube), np.nan), np.full(len(cube), np.nan)
    return TrendResult(count, rate, z, level, pattern, trend_words(pattern), trend_z, trend_p, hot, refusal, notes)


def _refusal(cube: np.ndarray, values: np.ndarray, degree: np.ndarray) -> Message | None:
    needed = int(load_json("statistics/hotspots.json")["trend"]["minimum_slices"])
    if cube.shape[1] < needed:
        return Message("hotspot_too_few_slices", {"count": cube.shape[1], "needed": needed})
    return too_little(cube.sum(axis=1), values, degree)
