"""esda, run by a Python of its own: Gi* of every cell by permutation; seconds and memory out.

python hotspot_peers.py VALUES.npz PERMUTATIONS

``VALUES.npz`` holds ``values`` (n,) and ``pairs`` (m, 2), the neighbours. The weights are made before the clock
starts. Nothing of ours is imported here: the peer needs other versions of numpy than QGIS.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import defaultdict


def main(path: str, permutations: str) -> int:
    """Work once and print what it took; ends with code 3 where esda is not installed."""
    try:
        import esda
        import libpysal
        import numpy as np
    except ImportError:
        return 3
    given = np.load(path)
    near = defaultdict(list)
    for one, other in given["pairs"].tolist():
        near[one].append(other)
        near[other].append(one)
    weights = libpysal.weights.W(dict(near), silence_warnings=True)
    start, used = time.perf_counter(), time.process_time()
    esda.G_Local(given["values"], weights, transform="B", star=True, permutations=int(permutations), seed=1, n_jobs=1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"seconds": time.perf_counter() - start, "cpu_s": time.process_time() - used, "peak_mib": peak}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
