"""How many of a million points lie in each of 20 000 cells: arrays, QGIS's own count and a spatial join."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from qgis.core import QgsVectorLayer

from gridmgmt_plugin.core.casefigures.periods import Period
from gridmgmt_plugin.core.hotspots.counts import UnitCounts, count_cases
from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.analysis.case_counts import count_where_stored
from gridmgmt_plugin.jobs.analysis.case_figures import CaseFigures, Question
from gridmgmt_plugin.jobs.analysis.case_overview import CaseOverviews
from gridmgmt_plugin.jobs.analysis.find_hotspots import hotspots_of
from gridmgmt_plugin.jobs.analysis.hotspot_places import hotspot_places
from gridmgmt_plugin.project.result_layers import memory_layer
from gridmgmt_plugin.workspace.gpkg.large_layers import write_large_layer
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.bench.analysing import FRAME, cell_layer, codes_of
from tests.bench.cells import irregular_cells, points_in
from tests.bench.contest import Contest, Outside, Unavailable, Work
from tests.bench.district import bench_workspace
from tests.bench.grouping import PEERS_PYTHON
from tests.bench.postgis_peers import count_by_place, started
from tests.bench.qgis_peers import run_algorithm

_PEER = Path(__file__).with_name("counting_peers.py")
POINTS = 1_000_000


def _counted(x: np.ndarray, y: np.ndarray, cells: np.ndarray, codes: np.ndarray) -> UnitCounts:
    return count_cases(locate_points(x, y, cells, codes), len(cells))


def _ours(side: int) -> Work:
    cells = irregular_cells(side)
    x, y = points_in(side, POINTS)
    codes = codes_of(cells)
    return lambda: _counted(x, y, cells, codes)


def _files(side: int) -> tuple[Path, Path]:
    """Return GeoPackages of the points and of the cells."""
    folder = Path(tempfile.mkdtemp())
    cells = irregular_cells(side)
    points, polygons = folder / "points.gpkg", folder / "cells.gpkg"
    places = shapely.points(*points_in(side, POINTS))
    numbers = Rows({"id": as_column(range(POINTS))}, places)
    write_large_layer(numbers, {"id": int}, "Point", FRAME, points, Progress())
    write_large_layer(Rows({"code": codes_of(cells)}, cells), {"code": str}, "Polygon", FRAME, polygons, Progress())
    return points, polygons


def _ours_from_files(side: int) -> Work:
    points, polygons = _files(side)

    def work() -> UnitCounts:
        places, cells = read_source(points).rows, read_source(polygons).rows
        return _counted(*places.xy(), cells.shapes, cells["code"])

    return work


def _qgis(side: int) -> Work:
    x, y = points_in(side, POINTS)
    points = memory_layer(Rows({"id": as_column(range(POINTS))}, shapely.points(x, y)), "points", FRAME)
    points.dataProvider().createSpatialIndex()
    return run_algorithm("native:countpointsinpolygon", POLYGONS=cell_layer(side), POINTS=points)


def _qgis_from_files(side: int) -> Work:
    points, polygons = _files(side)
    layers = (QgsVectorLayer(str(path), path.stem, "ogr") for path in (polygons, points))
    cells, places = layers
    return run_algorithm("native:countpointsinpolygon", POLYGONS=cells, POINTS=places)


def _geopandas(kind: str) -> Callable[[int], Work]:
    """Return the peer, in a process of its own: once read (``memory``), or with reading (``files``)."""

    def prepare(side: int) -> Work:
        if not PEERS_PYTHON.exists():
            raise Unavailable("geopandas is not installed (make bench does it)")
        points, polygons = _files(side)
        command = [str(PEERS_PYTHON), str(_PEER), kind, str(points), str(polygons)]

        def work() -> Outside:
            ended = subprocess.run(command, capture_output=True, text=True, check=False)
            if ended.returncode:
                raise RuntimeError((ended.stderr.strip().splitlines() or ["geopandas is not installed"])[-1])
            return Outside(**json.loads(ended.stdout.splitlines()[-1]))

        return work

    return prepare


def _another_question(side: int) -> Work:
    """Return counts and Gi* of another month, class and source over cases that have been read."""
    workspace = bench_workspace(Path(tempfile.mkdtemp()) / "workspace.gpkg", side)
    _fill_cases(workspace, side)
    figures = CaseFigures(workspace)
    figures.at("unit_grid").neighbours  # noqa: B018  worked out once, at the first question
    asked = Question("2026-03-01", "2026-03-31", "01", "event", sources=("12345", "视频"))
    return lambda: hotspots_of(workspace, figures, asked)


def _a_click(days: Period | None) -> Callable[[int], Work]:
    """Return all figures of a manager's dock for some days, over cases that have been read."""

    def prepare(side: int) -> Work:
        workspace = bench_workspace(Path(tempfile.mkdtemp()) / "workspace.gpkg", side)
        _fill_cases(workspace, side)
        overviews = CaseOverviews(workspace, "unit_grid", None)
        return lambda: overviews.answer(Question(), days, datetime(2026, 6, 30))

    return prepare


def _fill_cases(workspace: Workspace, side: int) -> None:
    units = workspace.read("unit_grid", ["code"])
    shift = shapely.bounds(units.shapes)[:, :2].min(axis=0)
    x, y = points_in(side, POINTS)
    x, y = x + shift[0], y + shift[1]
    days = np.datetime64("2025-07-01T00:00:00") + np.arange(POINTS) * 30
    held = units.pick_or_none("code", locate_points(x, y, units.shapes, units["code"]))
    columns = {
        "id": [f"C{number:08d}" for number in range(POINTS)],
        "kind": ["event"] * POINTS,
        "class_code": [f"{number % 6 + 1:02d}{number % 25:02d}" for number in range(POINTS)],
        "source": [("监督员", "12345", "视频")[number % 3] for number in range(POINTS)],
        "status": ["closed"] * POINTS,
        "reported_at": days.astype(str).tolist(),
        "unit_grid": held.tolist(),
    }
    with workspace.transaction("bench", "bench") as transaction:
        rows = Rows({name: as_column(values) for name, values in columns.items()}, shapely.points(x, y))
        transaction.insert("cases", rows)


def _filled_database(side: int) -> tuple[Workspace, Any]:
    """Return a database with a million cases in its cells, and a cursor of its own in its schema."""
    cluster = started()
    workspace = bench_workspace(cluster.location("counts"), side)
    _fill_cases(workspace, side)
    connection = cluster.connect()
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("SET search_path TO counts, public")
    cursor.execute("VACUUM ANALYZE")
    return workspace, cursor


def _ours_in_database(side: int) -> Work:
    workspace, _ = _filled_database(side)
    places = hotspot_places(workspace, "unit_grid", None)
    return lambda: count_where_stored(workspace, places, Question())


def _postgis(side: int) -> Work:
    return count_by_place(_filled_database(side)[1])


CONTESTS = (
    Contest(
        "counts",
        "a million points counted",
        {
            "ours": _ours,
            "native:countpointsinpolygon": _qgis,
            "geopandas sjoin": _geopandas("memory"),
        },
    ),
    Contest(
        "counts_from_files",
        "the same out of GeoPackages",
        {
            "ours": _ours_from_files,
            "native:countpointsinpolygon": _qgis_from_files,
            "geopandas sjoin": _geopandas("files"),
        },
    ),
    Contest(
        "counts_in_database",
        "a million cases counted in PostGIS",
        {"ours, by the code that each has": _ours_in_database, "PostGIS by place": _postgis},
    ),
    Contest("another_question", "a million cases, asked again", {"ours": _another_question}),
    Contest(
        "case_figures",
        "a click in the case figures",
        {
            "a month": _a_click(Period(date(2026, 3, 1), date(2026, 3, 31))),
            "a quarter": _a_click(Period(date(2026, 1, 1), date(2026, 3, 31))),
            "all": _a_click(None),
        },
    ),
)
