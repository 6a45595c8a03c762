"""A million rows of cases out of a csv file into a GeoPackage, with grid, lane and class, beside programs that only
copy them.
"""

from __future__ import annotations

import csv
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.parts import as_multi
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_batches
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.bench.cells import CELL_M, points_in
from tests.bench.contest import Contest, Outside, Unavailable, Work
from tests.bench.district import COUNTY, EAST, NORTH, made_apart
from tests.bench.grouping import PEERS_PYTHON

ROWS = 1_000_000
_LANE_CELLS = 10
_HEAD = (
    "案件编号",
    "案件类型",
    "类别代码",
    "问题来源",
    "案件状态",
    "上报时间",
    "立案时间",
    "结案时间",
    "地址",
    "问题描述",
    "X坐标",
    "Y坐标",
)
_PYOGRIO = """
import sys, pandas, geopandas
table = pandas.read_csv(sys.argv[1], dtype=str)
places = geopandas.points_from_xy(table["X坐标"].astype(float), table["Y坐标"].astype(float), crs=4548)
geopandas.GeoDataFrame(table, geometry=places).to_file(sys.argv[2], driver="GPKG", engine="pyogrio")
"""


def write_cases(path: Path, side: int, rows: int = ROWS) -> Path:
    """Write the cases of a year, a million or so many ``rows`` of it, twelve columns, some of them not closed yet."""
    x, y = points_in(side, rows)
    reported = np.datetime64("2025-01-01T00:00:00") + np.arange(rows) * 31
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerow(_HEAD)
        for row in range(rows):
            moment, closed = str(reported[row]), str(reported[row] + 172_800) if row % 10 else ""
            lines.writerow(
                (
                    f"2025{row:08d}",
                    "事件",
                    f"{row % 6 + 1:02d}{row // 6 % 20 + 1:02d}",
                    ("监督员", "12345", "视频")[row % 3],
                    "已结案" if closed else "处置中",
                    moment,
                    moment,
                    closed,
                    f"解放路{row % 997}号院{row % 13}门前",
                    f"巡查发现第{row}处暴露垃圾堆放在门口影响通行",
                    f"{x[row] + EAST:.2f}",
                    f"{y[row] + NORTH:.2f}",
                )
            )
    return path


def _ours(side: int, *, again: bool) -> Work:
    """Return the import into a workspace without cases, or with the same cases: they are there, and none differs."""
    folder = Path(tempfile.mkdtemp())
    workspace, path = made_apart(folder / "workspace.gpkg", side), _written_apart(folder / "cases.csv", side)
    _apart(lambda: add_lanes(workspace, side))
    if again:
        _apart(lambda: import_cases(workspace, read_batches(path)))
    return lambda: import_cases(workspace, read_batches(path))


def add_lanes(workspace: Workspace, side: int) -> None:
    """Write a lane along every border between cells, each ten cells long, under names that addresses may hold."""
    starts, ends = [], []
    for way in range(1, side):
        for start in range(0, side, _LANE_CELLS):
            end = min(start + _LANE_CELLS, side)
            starts += [(start, way), (way, start)]
            ends += [(end, way), (way, end)]
    lines = shapely.linestrings(np.stack([starts, ends], axis=1) * CELL_M + np.array([EAST, NORTH]))
    columns = {
        "code": [f"{COUNTY}L{number:05d}" for number in range(len(lines))],
        "name": [f"解放路{number % 997}号" for number in range(len(lines))],
        "state": ["valid"] * len(lines),
    }
    with workspace.transaction("bench", "add_lanes") as transaction:
        transaction.insert(
            "lane", Rows({name: as_column(column) for name, column in columns.items()}, as_multi(lines))
        )


def _written_apart(path: Path, side: int) -> Path:
    _apart(lambda: write_cases(path, side))
    return path


def _apart(work: Callable[[], object]) -> None:
    """Do it in a child process, so that it does not count as memory of this one."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        raise RuntimeError("what comes before the work failed")


def _outside(command: Callable[[Path, Path], list[str]]) -> Callable[[int], Work]:
    """Return a peer that another program is: file in, GeoPackage out, nothing assigned."""

    def prepare(side: int) -> Work:
        folder = Path(tempfile.mkdtemp())
        path = _written_apart(folder / "cases.csv", side)
        line = command(path, folder / "copied.gpkg")
        if shutil.which(line[0]) is None:
            raise Unavailable(f"{Path(line[0]).name} is not installed")

        def work() -> Outside:
            start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(line, check=True, capture_output=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            return Outside(time.perf_counter() - start, used, after.ru_maxrss / 1024)

        return work

    return prepare


def _ogr2ogr(path: Path, target: Path) -> list[str]:
    places = ("-oo", "X_POSSIBLE_NAMES=X坐标", "-oo", "Y_POSSIBLE_NAMES=Y坐标", "-a_srs", "EPSG:4548")
    return ["ogr2ogr", "-f", "GPKG", str(target), str(path), *places]


def _pyogrio(path: Path, target: Path) -> list[str]:
    return [str(PEERS_PYTHON), "-c", _PYOGRIO, str(path), str(target)]


CONTESTS = (
    Contest(
        "taking_in",
        "a million cases taken in",
        {
            "ours": lambda side: _ours(side, again=False),
            "ours, the same file again": lambda side: _ours(side, again=True),
            "ogr2ogr (copies)": _outside(_ogr2ogr),
            "pandas and pyogrio (copies)": _outside(_pyogrio),
        },
        runs=1,
    ),
)
