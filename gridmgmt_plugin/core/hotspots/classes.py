"""Hot-spot classes for the map: how sure we are, and whether hot or cold."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.resources import load_json


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
