"""Small districts made on the spot, and what every job must keep: nothing written unless everything is."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import Cancelled
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.made_once import made_once

LABEL = "测试地方坐标系"
LOCAL_CS = f'LOCAL_CS["{LABEL}",UNIT["metre",1],AXIS["Easting",EAST],AXIS["Northing",NORTH]]'
COUNTY = "990101"
# A place in the 3-degree zone around 117° E (EPSG:4548), in Beijing.
EAST_M, NORTH_M = 448_000.0, 4_418_000.0


def layer(columns, geometry, crs=LOCAL_CS, path="区划 图层.gpkg", name="layer") -> Source:
    """Return a layer in memory; ``crs`` is WKT, an EPSG number or ``None`` (a missing .prj)."""
    if isinstance(crs, int):
        from pyproj import CRS

        crs = CRS.from_epsg(crs).to_wkt("WKT1_GDAL")
    shapes = as_column(geometry)
    rows = Rows({key: as_column(values) for key, values in columns.items()}, shapes)
    return Source(rows, name, path, crs, "utf-8", row_numbers=np.arange(1, len(shapes) + 1))


def areas(shapes, crs=LOCAL_CS, **more) -> Source:
    """Return an area layer from code → polygon; ``more`` are further columns."""
    names = [f"区划{code[-3:]}" for code in map(str, shapes)]
    return layer({"code": list(shapes), "name": names, **more}, shapes.values(), crs)


def lines(coordinates, names=None, crs=LOCAL_CS, **more) -> Source:
    """Return a street layer from lists of points (or geometries)."""
    shapes = [c if c is None or isinstance(c, shapely.Geometry) else shapely.LineString(c) for c in coordinates]
    return layer({"name": names or [None] * len(shapes), **more}, shapes, crs, path="道路.gpkg")


def block(column, row, side=400.0, east=0.0, north=0.0):
    return shapely.box(east + column * side, north + row * side, east + (column + 1) * side, north + (row + 1) * side)


def four_communities(side=400.0, east=0.0, north=0.0):
    """Return two street offices side by side, each with a southern and a northern community."""
    return {
        f"{COUNTY}00{office + 1}00{row + 1}": block(office, row, side, east, north)
        for office in range(2)
        for row in range(2)
    }


def grid_streets(width, height, step, east=0.0, north=0.0, crs=LOCAL_CS):
    """Return named streets every ``step`` metres, through all of a rectangle."""
    found, names = [], []
    for number, x in enumerate(np.arange(step, width, step)):
        found.append([(east + x, north - 5), (east + x, north + height + 5)])
        names.append(f"南北{number + 1}巷")
    for number, y in enumerate(np.arange(step, height, step)):
        found.append([(east - 5, north + y), (east + width + 5, north + y)])
        names.append(f"东西{number + 1}巷")
    return lines(found, names, crs)


def town(folder: Path, side=400.0, shapes=None, **more) -> Workspace:
    """Return a workspace with areas and nothing else, by default of four communities."""

    def make(path: Path) -> None:
        create_workspace([areas(shapes or four_communities(side), **more)], path)

    return _made_once(folder, ("town", side, shapes, more), make)


def drawn_town(folder: Path, side=400.0, step=100.0, **more) -> Workspace:
    """Return a workspace of four communities with their unit grids, squares of ``step``."""

    def make(path: Path) -> None:
        create_workspace([areas(four_communities(side), **more)], path)
        streets = grid_streets(2 * side, 2 * side, step)
        generate_unit_grids(Workspace.open(path), streets, target_area_m2=step * step)

    return _made_once(folder, ("drawn", side, step, more), make)


def town_with_a_lane(folder: Path) -> Workspace:
    """Return two street offices, four communities of 400 m, unit grids of 100 m, one lane at x = 150."""
    workspace = drawn_town(folder)
    lane = Rows(
        {"code": as_column(["9901010010001"]), "name": as_column(["中巷"])},
        as_column([shapely.LineString([(150, 0), (150, 400)])]),
    )
    with workspace.transaction("", "test") as transaction:
        transaction.insert("lane", lane)
    return workspace


_MADE: dict[str, bytes] = {}


def _made_once(folder: Path, key: tuple, make) -> Workspace:
    """Return a workspace of its own in ``folder``; making it takes time only the first time it is asked for."""
    folder.mkdir(exist_ok=True)
    path = folder / "网格 库.gpkg"
    if repr(key) not in _MADE:
        make(path)
        _MADE[repr(key)] = path.read_bytes()
    path.write_bytes(_MADE[repr(key)])
    return Workspace.open(path)


def names_in(folder: Path) -> list[str]:
    """Return what lies in a folder."""
    return sorted(found.name for found in folder.iterdir())


def dump(path: Path) -> dict:
    """Return everything that stands in a GeoPackage: every table, view, index and trigger, row by row."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    with contextlib.closing(connection):
        listed = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()
        tables = [name for kind, name, _ in listed if kind == "table"]
        return {"": listed, **{name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}}


class CancelAt:
    """A user who presses cancel at the ``n``-th time that the job asks; ``asked`` counts."""

    def __init__(self, n: int | None = None) -> None:
        self.n = n
        self.asked = 0

    def __call__(self) -> bool:
        self.asked += 1
        return self.n is not None and self.asked >= self.n

    @property
    def progress(self) -> Progress:
        return Progress(is_cancelled=self)


def meddling(change) -> Progress:
    """Return a progress during which somebody else calls ``change()`` once, half-way through the job."""
    done = []

    def on_fraction(fraction: float) -> None:
        if fraction > 0.5 and not done:
            done.append(fraction)
            change()

    return Progress(on_fraction)


def assert_cancel_leaves_nothing(job, path: Path) -> None:
    """Fail unless cancelling ``job(workspace, progress)`` at any moment, the very last included, changes nothing."""
    __tracebackhide__ = True
    copy = path.with_name("done.gpkg")
    shutil.copy(path, copy)
    user = CancelAt()
    job(Workspace.open(copy), user.progress)
    before = dump(path)
    assert dump(copy) != before, "the job does something"
    copy.unlink()
    moments = user.asked
    assert moments > 2
    for moment in sorted({1, 2, moments // 3, 2 * moments // 3, moments - 1, moments} - {0}):
        with pytest.raises(Cancelled):
            job(Workspace.open(path), CancelAt(moment).progress)
        assert dump(path) == before, f"cancelled at moment {moment} of {moments}"
    assert names_in(path.parent) == [path.name]


def assert_covers(workspace: Workspace, ground, tolerance_m2=1.0) -> None:
    """Fail unless the unit grids cover ``ground`` once and completely, and their codes are unique."""
    __tracebackhide__ = True
    units = workspace.read("unit_grid")
    cells = units.geometry
    assert shapely.is_valid(cells).all()
    assert (shapely.get_type_id(cells) == 3).all()
    union = shapely.union_all(cells)
    assert abs(shapely.area(cells).sum() - union.area) < 1e-3  # no overlap
    assert shapely.symmetric_difference(union, ground).area < tolerance_m2
    assert len(set(units["code"])) == len(units)


def codes_of(workspace: Workspace, kind: str) -> list[str]:
    """Return the codes that the register holds for a kind, sorted."""
    rows = workspace.read("code_register", ["code"], {"kind": kind}, geometry=False)
    return sorted(rows["code"])


def sample_workspace(folder: Path) -> Workspace:
    """Return a workspace of the sample district with its unit grids, made from its raw files."""
    manifest = json.loads(resource_path("sample/sample.json").read_text(encoding="utf-8"))

    def first(name: str) -> Source:
        return read_source(resource_path(f"sample/{name}.shp"))

    path = folder / "示例 网格库.gpkg"
    sources = [first(name) for name in ("county", "street_offices", "communities")]
    create_workspace(sources, path, local_frame=manifest["frame"]["label"])
    workspace = Workspace.open(path)
    generate_unit_grids(workspace, first("streets"), compounds=first("compounds"), road_areas=first("road_areas"))
    return workspace


def dongcheng(shared, factory: pytest.TempPathFactory) -> Path:
    """Return the workspace of Dongcheng's street offices, cells drawn from its streets: made once, only copied.

    Beside it lies ``accepted``: how many cells the report of the drawing told.
    """
    raw = shared("beijing_dongcheng/dongcheng_raw_gcj02.gpkg")

    def make(folder: Path) -> None:
        report = draw_dongcheng(raw, folder / "东城.gpkg")
        (folder / "accepted").write_text(str(report.accepted), encoding="utf-8")

    return made_once(factory, "dongcheng", make) / "东城.gpkg"


def draw_dongcheng(raw: Path, path: Path) -> Report:
    """Make that workspace; ``raw``: the file of the shared data."""
    create_workspace([read_source(raw, "subdistrict")], path, coordinates="gcj02")
    return generate_unit_grids(Workspace.open(path), read_source(raw, "streets"), coordinates="gcj02")
