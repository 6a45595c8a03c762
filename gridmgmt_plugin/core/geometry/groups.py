"""Connected groups of a graph, in numpy."""

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
