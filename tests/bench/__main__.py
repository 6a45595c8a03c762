"""Measure the heavy computations beside what QGIS or a library offers for the same thing, in the same run.

Prints the median of several runs for ours and for the peer, and the ratio; times depend on the machine, ratios less
so. Peers read layers in memory with a spatial index, which is the fastest that QGIS offers.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely
from qgis.core import Qgis, QgsApplication, QgsFeature, QgsGeometry, QgsVectorLayer

from gridmgmt_plugin.core.adjacency import rook_adjacency
from gridmgmt_plugin.core.coverage.examine import examine
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.geometry.noding import dissolve
from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.source import read_source
from gridmgmt_plugin.workspace.result_layers import memory_layer, write_layer
from tests.bench.cells import irregular_cells, points_in

SIDE = 141  # 19 881 cells
POINTS = 100_000
RUNS = 3
FRAME = Frame("epsg", 4548, "bench")


def median_s(work: Callable[[], object]) -> float:
    """Return the median time of a few runs in seconds."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    application = QgsApplication([], True)
    application.initQgis()
    sys.path.append(str(Path(application.pkgDataPath()) / "python" / "plugins"))
    import processing
    from processing.core.Processing import Processing

    Processing.initialize()
    cells = irregular_cells(SIDE)
    codes = as_column(f"{i:05d}" for i in range(len(cells)))
    groups = (np.arange(len(cells)) // SIDE // 3) * SIDE + np.arange(len(cells)) % SIDE // 3
    x, y = points_in(SIDE, POINTS)
    layer = memory_layer(Rows({"code": codes, "rg": as_column(groups.tolist())}, cells), "cells", FRAME)
    points = memory_layer(Rows({"id": as_column(range(POINTS))}, shapely.points(x, y)), "points", FRAME)

    for indexed in (layer, points):
        indexed.dataProvider().createSpatialIndex()

    def peer(algorithm: str, **parameters: object) -> Callable[[], object]:
        return lambda: processing.run(algorithm, {**parameters, "OUTPUT": "TEMPORARY_OUTPUT"})

    say(f"QGIS {Qgis.QGIS_VERSION}, shapely {shapely.__version__}, {platform.machine()}, {os.cpu_count()} cores")
    vertices = shapely.get_num_coordinates(cells).mean()
    say(f"{len(cells)} cells, {vertices:.0f} vertices each; {POINTS} points; median of {RUNS}")
    say(f"{'':34}{'ours s':>9}{'peer s':>9}{'peer/ours':>11}  peer")
    with tempfile.TemporaryDirectory() as folder:
        path = write_layer(layer, Path(folder) / "cells.gpkg")
        compare(
            "points → cells",
            lambda: locate_points(x, y, cells, codes),
            peer("native:joinattributesbylocation", INPUT=points, JOIN=layer, PREDICATE=[0], METHOD=1),
            "native:joinattributesbylocation",
        )
        compare(
            "outlines of groups",
            lambda: dissolve(cells, np.unique(groups, return_inverse=True)[1], len(np.unique(groups))),
            peer("native:dissolve", INPUT=layer, FIELD=["rg"]),
            "native:dissolve",
        )
        compare(
            "all faults of a coverage",
            lambda: examine(cells),
            peer_validity(processing, layer),
            "qgis:checkvalidity (rings only)",
        )
        compare(
            "neighbours by shared border", lambda: rook_adjacency(cells), strtree_neighbours(cells), "shapely touches"
        )
        compare("reading a GeoPackage", lambda: read_source(path), qgis_reading(path), "QgsVectorLayer loop")
    sys.stdout.flush()
    os._exit(0)


def compare(title: str, ours: Callable[[], object], peer: Callable[[], object], name: str) -> None:
    """Time both and print one line."""
    own, other = median_s(ours), median_s(peer)
    say(f"{title:34}{own:9.3f}{other:9.3f}{other / own:11.1f}  {name}")


def peer_validity(processing: object, layer: QgsVectorLayer) -> Callable[[], object]:
    """Return QGIS's own check of rings."""
    parameters = {"INPUT_LAYER": layer, "METHOD": 2}
    outputs = dict.fromkeys(("VALID_OUTPUT", "INVALID_OUTPUT", "ERROR_OUTPUT"), "TEMPORARY_OUTPUT")
    return lambda: processing.run("qgis:checkvalidity", {**parameters, **outputs})  # type: ignore[attr-defined]


def strtree_neighbours(cells: np.ndarray) -> Callable[[], object]:
    """Return the usual way: candidates from an index, then the length of each intersection."""

    def work() -> np.ndarray:
        first, second = shapely.STRtree(cells).query(cells, predicate="touches")
        keep = first < second
        shared: np.ndarray = shapely.length(shapely.intersection(cells[first[keep]], cells[second[keep]]))
        return shared

    return work


def qgis_reading(path: Path) -> Callable[[], object]:
    """Return a loop over QGIS features that fetches geometry and attributes."""

    def one(feature: QgsFeature) -> tuple[QgsGeometry, list[object]]:
        return feature.geometry(), feature.attributes()

    return lambda: [one(feature) for feature in QgsVectorLayer(str(path), "cells", "ogr").getFeatures()]


def say(text: str) -> None:
    """Print one line."""
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
