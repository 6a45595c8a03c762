"""The heavy computations beside what QGIS or a library offers for the same thing.

Peers read layers in memory with a spatial index, which is the fastest that QGIS offers.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely
from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

from gridmgmt_plugin.core.coverage.health.examine import examine
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.geometry.adjacency import rook_adjacency
from gridmgmt_plugin.core.geometry.linework import dissolve
from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.project.result_layers import memory_layer, write_layer
from tests.bench.cells import irregular_cells, points_in
from tests.bench.contest import Contest, Work
from tests.bench.qgis_peers import run_algorithm, start_qgis

POINTS = 100_000
FRAME = Frame("epsg", 4548, "bench")


def codes_of(cells: np.ndarray) -> np.ndarray:
    """Return a code for each cell."""
    return as_column(f"{number:06d}" for number in range(len(cells)))


def groups_of(side: int) -> np.ndarray:
    """Return int64 (side²,): squares of three by three cells."""
    number = np.arange(side * side)
    return np.asarray((number // side // 3) * side + number % side // 3)


def cell_layer(side: int) -> QgsVectorLayer:
    """Return the cells as a layer in memory with a spatial index, with code and group."""
    start_qgis()
    cells = irregular_cells(side)
    rows = Rows({"code": codes_of(cells), "rg": as_column(groups_of(side).tolist())}, cells)
    layer = memory_layer(rows, "cells", FRAME)
    layer.dataProvider().createSpatialIndex()
    return layer


def _locate(side: int) -> Work:
    cells = irregular_cells(side)
    x, y = points_in(side, POINTS)
    codes = codes_of(cells)
    return lambda: locate_points(x, y, cells, codes)


def _join_by_location(side: int) -> Work:
    layer = cell_layer(side)
    x, y = points_in(side, POINTS)
    points = memory_layer(Rows({"id": as_column(range(POINTS))}, shapely.points(x, y)), "points", FRAME)
    points.dataProvider().createSpatialIndex()
    return run_algorithm("native:joinattributesbylocation", INPUT=points, JOIN=layer, PREDICATE=[0], METHOD=1)


def _outlines(side: int) -> Work:
    cells = irregular_cells(side)
    groups = np.unique(groups_of(side), return_inverse=True)[1]
    return lambda: dissolve(cells, groups, int(groups.max()) + 1)


def _examine(side: int) -> Work:
    cells = irregular_cells(side)
    return lambda: examine(cells)


def check_validity(side: int) -> Work:
    """QGIS's own check of rings, by GEOS."""
    outputs = dict.fromkeys(("VALID_OUTPUT", "INVALID_OUTPUT", "ERROR_OUTPUT"), "TEMPORARY_OUTPUT")
    return run_algorithm("qgis:checkvalidity", INPUT_LAYER=cell_layer(side), METHOD=2, **outputs)


def _neighbours(side: int) -> Work:
    cells = irregular_cells(side)
    return lambda: rook_adjacency(cells)


def _neighbours_by_intersection(side: int) -> Work:
    """Candidates from an index, then the length of each intersection: the usual way."""
    cells = irregular_cells(side)

    def work() -> np.ndarray:
        first, second = shapely.STRtree(cells).query(cells, predicate="touches")
        keep = first < second
        shared: np.ndarray = shapely.length(shapely.intersection(cells[first[keep]], cells[second[keep]]))
        return shared

    return work


def _written(side: int) -> Path:
    """Return a GeoPackage with the cells; whoever started this process clears its temporary folder away."""
    return write_layer(cell_layer(side), Path(tempfile.mkdtemp()) / "cells.gpkg")


def _read(side: int) -> Work:
    path = _written(side)
    return lambda: read_source(path)


def _read_features(side: int) -> Work:
    """Return a loop over QGIS features that fetches geometry and attributes."""
    path = _written(side)

    def one(feature: QgsFeature) -> tuple[QgsGeometry, list[object]]:
        return feature.geometry(), feature.attributes()

    return lambda: [one(feature) for feature in QgsVectorLayer(str(path), "cells", "ogr").getFeatures()]


def _dissolve(side: int) -> Callable[[], object]:
    return run_algorithm("native:dissolve", INPUT=cell_layer(side), FIELD=["rg"])


CONTESTS = (
    Contest("locate", "points → cells", {"ours": _locate, "native:joinattributesbylocation": _join_by_location}),
    Contest("outlines", "outlines of groups", {"ours": _outlines, "native:dissolve": _dissolve}),
    Contest("examine", "faults of a coverage", {"ours": _examine, "qgis:checkvalidity (rings only)": check_validity}),
    Contest(
        "neighbours", "neighbours by border", {"ours": _neighbours, "shapely touches": _neighbours_by_intersection}
    ),
    Contest("read", "reading a GeoPackage", {"ours": _read, "QgsVectorLayer loop": _read_features}),
)
