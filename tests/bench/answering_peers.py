"""geopandas, run by a Python of its own: the same points joined with cells or lanes; seconds and memory out.

python answering_peers.py cells|written|lanes POINTS.gpkg WORKSPACE.gpkg JOINED.gpkg

Ends with code 3 where geopandas is not installed. Nothing of ours is imported here: the peer needs other versions of
numpy than QGIS.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any


def join(geopandas: Any, kind: str, points_path: str, workspace: str, joined_path: str) -> None:
    """Read the points and find their cell, or (``lanes``) the nearest lane; ``written``: write the cells found."""
    points = geopandas.read_file(points_path)
    if kind == "lanes":
        lanes = geopandas.read_file(workspace, layer="lane")
        points.sjoin_nearest(lanes[["code", "geometry"]], how="left", max_distance=50)
        return
    cells = geopandas.read_file(workspace, layer="unit_grid")
    joined = points.sjoin(cells[["code", "geometry"]], how="left", predicate="intersects")
    if kind == "written":
        joined.to_file(joined_path, driver="GPKG")


def main(kind: str, points: str, workspace: str, joined: str) -> int:
    """Do one join and print what it took."""
    try:
        import geopandas
    except ImportError:
        return 3
    start, used = time.perf_counter(), time.process_time()
    join(geopandas, kind, points, workspace, joined)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"seconds": time.perf_counter() - start, "cpu_s": time.process_time() - used, "peak_mib": peak}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
