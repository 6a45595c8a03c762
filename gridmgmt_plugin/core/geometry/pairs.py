"""Pairs of numbered things as a graph: connected groups, figures added up per pair, in numpy."""

from __future__ import annotations

import numpy as np


def connected_groups(count: int, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return for each of ``count`` nodes the number of its group (int64, 0 … groups − 1, by smallest member).

    ``first``, ``second``: int64 arrays of equal length, the edges. Method: every node takes the smallest
    label around it, with pointer jumping, until nothing changes.
    """
    label: np.ndarray = np.arange(count, dtype=np.int64)
    while True:
        low = np.minimum(label[first], label[second])
        before = label.copy()
        np.minimum.at(label, label[first], low)
        np.minimum.at(label, label[second], low)
        np.minimum.at(label, first, low)
        np.minimum.at(label, second, low)
        label = label[label]
        if np.array_equal(before, label):
            break
    return np.asarray(np.unique(label, return_inverse=True)[1].reshape(-1), dtype=np.int64)


def summed_pairs(one: np.ndarray, two: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ``(low, high, total)``: each pair once (int64, low < high, sorted) and its values added up (float64).

    ``one``, ``two``: int64 (n,) ≥ 0, a pair in any order; ``value``: float64 (n,). Pairs with itself are left out.
    """
    low, high = np.minimum(one, two), np.maximum(one, two)
    apart = low != high
    low, high, value = low[apart], high[apart], value[apart]
    span = int(high.max(initial=0)) + 1
    key, which = np.unique(low * span + high, return_inverse=True)
    return key // span, key % span, np.bincount(which.reshape(-1), weights=value, minlength=len(key))
