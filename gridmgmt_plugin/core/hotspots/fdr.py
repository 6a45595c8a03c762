"""The false discovery rate: how many of the spots that are called hot may be chance."""

from __future__ import annotations

import numpy as np


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
