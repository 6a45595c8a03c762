"""How sure we are of a spot: q values under the false discovery rate, and the classes of the map made of them."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.geometry.adjacency import Adjacency
from gridmgmt_plugin.core.resources import load_json


def q_values(p: np.ndarray) -> np.ndarray:
    """Return Benjamini-Hochberg q values, float64 (n,), in the order of ``p``; NaN (not tested) stays NaN.

    ``q <= a`` holds exactly for the tests that the step-up procedure rejects at level ``a``; q is never
    below p and keeps its order. Only tested values count in the family.
    Source: Y. Benjamini and Y. Hochberg, Controlling the false discovery rate, JRSS B 57 (1995).
    """
    probability = np.asarray(p, dtype=np.float64)
    q = np.full(len(probability), np.nan)
    tested = np.flatnonzero(~np.isnan(probability))
    order = tested[np.argsort(probability[tested], kind="stable")]
    rank = np.arange(1, len(order) + 1)
    scaled = probability[order] * (len(order) / rank)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q


def hotspot_class(z: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Return the class per unit, int64 (n,): 3, 2, 1 hot at 99, 95, 90 %, negative for cold, 0 not significant.

    ``q``: the q values (after the correction for many tests); NaN, i.e. not tested, is 0.
    """
    level = np.zeros(len(q), dtype=np.int64)
    for step in sorted(load_json("statistics/hotspots.json")["confidence"], key=lambda s: int(s["class"])):
        level[np.asarray(q) <= step["q_at_most"]] = step["class"]
    cold = np.asarray(z) < 0
    level[cold] = -level[cold]
    return level


def place_count(members: np.ndarray, adjacency: Adjacency) -> int:
    """Return how many places the units of ``members`` (bool, (n,)) make up: those that touch are one place."""
    groups = adjacency.components(np.asarray(members, dtype=np.int64))
    return len(np.unique(groups[np.asarray(members, dtype=bool)]))
