"""Where surplus should flow: a height per group, from which loads run downhill to groups that lack, however far away.

Neighbours that are equally wrong see no reason to trade, so a region that has too much keeps it. With the heights of
the groups as voltages, the surpluses as currents and borders as wires of equal resistance, every pair of neighbours
knows what should pass between them: the difference of their heights, the flow of least effort that balances all.
"""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.grouping.frontier import Moves

# Conjugate gradients start from the heights of the sweep before, so a few steps suffice.
STEPS = 12


def potential(moves: Moves, surplus: np.ndarray, part: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return the height of every group, float64 (k,), in loads: what should flow from a to b is a's less b's height.

    ``surplus``: float64 (k,). ``part``: int64 (k,), part of each group; no load leaves a part. ``before``: float64
    (k,), heights to start from.
    Method: some steps of conjugate gradients on the Laplacian of the graph of neighbouring groups.
    """
    count = len(surplus)
    key = np.unique(np.minimum(moves.own, moves.group) * count + np.maximum(moves.own, moves.group))
    one, two = key // count, key % count
    both = np.concatenate([one, two]), np.concatenate([two, one])
    degree = np.bincount(both[0], minlength=count)

    def laplacian(height: np.ndarray) -> np.ndarray:
        return np.asarray(degree * height - np.bincount(both[0], weights=height[both[1]], minlength=count))

    mean = np.bincount(part, weights=surplus) / np.maximum(np.bincount(part), 1)
    height = before.copy()
    rest = (surplus - mean[part]) * (degree > 0) - laplacian(height)
    way, now = rest.copy(), float(rest @ rest)
    for _ in range(STEPS):
        image = laplacian(way)
        effort = float(way @ image)
        if now <= 1e-12 or effort <= 1e-9 * float(way @ way):
            break  # done, or all that is left is a surplus that has nowhere to go
        step = now / effort
        height += step * way
        rest -= step * image
        now, then = float(rest @ rest), now
        way = rest + now / then * way
    return height
