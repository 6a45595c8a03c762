"""geopandas, run by a Python of its own: points counted per cell; seconds and memory out.

python counting_peers.py memory|files POINTS.gpkg CELLS.gpkg

Ends with code 3 where geopandas is not installed. Nothing of ours is imported here: the peer needs other versions of
numpy than QGIS.
"""

from __future__ import annotations

import json
import resource
import sys
import time


def main(kind: str, points_path: str, cells_path: str) -> int:
    """Count once and print what it took, reading included for ``files``."""
    try:
        import geopandas
    except ImportError:
        return 3
    start, used = time.perf_counter(), time.process_time()
    points, cells = geopandas.read_file(points_path), geopandas.read_file(cells_path)
    if kind == "memory":
        cells.sindex.query(cells.geometry.iloc[:1])  # the index is made once, as in QGIS
        start, used = time.perf_counter(), time.process_time()
    joined = points.sjoin(cells[["code", "geometry"]], how="inner", predicate="intersects")
    joined.groupby("code").size()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"seconds": time.perf_counter() - start, "cpu_s": time.process_time() - used, "peak_mib": peak}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
