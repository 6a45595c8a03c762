"""Who answers for a million points out of a GeoPackage, beside a spatial join that finds their cells alone."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.stored import VALID
from gridmgmt_plugin.core.geometry.linework import dissolve
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.people.who_is_responsible import who_is_responsible
from gridmgmt_plugin.workspace.gpkg.large_layers import write_large_layer
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.bench.cells import points_in
from tests.bench.contest import Contest, Outside, Unavailable, Work
from tests.bench.district import COMMUNITY_SIDE, COUNTY, EAST, NORTH, made_apart
from tests.bench.grouping import PEERS_PYTHON

_PEER = Path(__file__).with_name("answering_peers.py")
POINTS = 1_000_000
CLASSES, RULES, POSTS_OF_LANES = 150, 120, 600
AT = "2026-01-15 09:30"
SCHEME = "cg"
_BLOCK = 3


def _prepared(side: int) -> tuple[Workspace, Path]:
    """Return a district with grids, posts, lanes and a duty list, and a GeoPackage with the points."""
    folder = Path(tempfile.mkdtemp())
    workspace = made_apart(folder / "workspace.gpkg", side)
    fill(workspace, side)
    return workspace, _points_file(folder / "points.gpkg", side)


def fill(workspace: Workspace, side: int) -> None:
    """Give a district grids of nine cells, lanes, people on duty and a duty list: all that a package is made of."""
    units = workspace.read("unit_grid", ["area_code"])
    grids = grid_codes(units["area_code"], side)
    names, grid = np.unique(grids, return_inverse=True)
    names = names.tolist()
    codes = [f"{number % 6 + 1:02d}{number // 6 + 1:02d}" for number in range(RULES)]
    lanes = [f"L{number}" for number in range(POSTS_OF_LANES)]
    ends = np.random.default_rng(5).uniform(0, side * 100.0, (len(lanes), 2)) + np.array([EAST, NORTH])
    lines = [shapely.MultiLineString([[end, end + np.array([400.0, 30.0])]]) for end in ends]
    with workspace.transaction("bench", "bench") as transaction:
        transaction.add_column("unit_grid", f"rg_{SCHEME}", "text")
        transaction.set_column("unit_grid", f"rg_{SCHEME}", units.fids, grids)
        transaction.insert("scheme", _rows(key=[SCHEME], title=["城管巡查"]))
        transaction.insert("responsibility_grid", _grids(names, dissolve(units.geometry, grid, len(names))))
        transaction.insert(
            "code_register", _rows(code=names, kind=[f"rg_{SCHEME}"] * len(names), state=[VALID] * len(names))
        )
        transaction.insert("lane", Rows(_rows(code=lanes, name=lanes).columns, as_column(lines)))
        transaction.insert("department", _rows(code=["D1", "D2"], name=["甲", "乙"]))
        places = [*names, *lanes]
        persons = [f"P{number}" for number in range(len(places))]
        transaction.insert("person", _rows(id=persons, name=persons))
        targets = ["responsibility_grid"] * len(names) + ["lane"] * len(lanes)
        transaction.insert(
            "post",
            _rows(id=persons, target=targets, target_code=places, person_id=persons, weekdays=["1-5"] * len(places)),
        )
        departments = [f"D{number % 2 + 1}" for number in range(RULES)]
        transaction.insert(
            "duty_rule", _rows(id=codes, class_prefix=codes, area_code=[COUNTY] * RULES, department_code=departments)
        )


def grid_codes(community: np.ndarray, side: int) -> list[str]:
    """Return the code of the grid of each cell: blocks of three by three within a community."""
    east, north = np.divmod(np.arange(side * side), side)
    block = (east % COMMUNITY_SIDE) // _BLOCK * COMMUNITY_SIDE + (north % COMMUNITY_SIDE) // _BLOCK
    return [f"{code}{number + 1:03d}" for code, number in zip(community.tolist(), block.tolist())]


def _grids(names: list[str], outlines: np.ndarray) -> Rows:
    columns = _rows(
        scheme=[SCHEME] * len(names), code=names, area_code=[n[:12] for n in names], state=[VALID] * len(names)
    )
    return Rows({**columns.columns, "area_m2": as_column(shapely.area(outlines).tolist())}, outlines)


def _points_file(path: Path, side: int) -> Path:
    from osgeo import ogr, osr

    x, y = points_in(side, POINTS)
    system = osr.SpatialReference()
    system.ImportFromEPSG(4548)
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(str(path), ["VERSION=1.2"])
    layer = dataset.CreateLayer("points", system, ogr.wkbPoint, ["SPATIAL_INDEX=NO"])
    layer.CreateField(ogr.FieldDefn("class_code", ogr.OFTString))
    layer.StartTransaction()
    for row, wkb in enumerate(shapely.to_wkb(shapely.points(x + EAST, y + NORTH))):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField(0, f"{row % 6 + 1:02d}{row % CLASSES // 6 + 1:02d}")
        feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(wkb))
        layer.CreateFeature(feature)
    layer.CommitTransaction()
    return path


def _rows(**columns: list[str]) -> Rows:
    return Rows({name: as_column(values) for name, values in columns.items()})


def _who(side: int) -> Work:
    workspace, path = _prepared(side)
    return lambda: who_is_responsible(workspace, read_source(path), class_field="class_code", scheme=SCHEME, at=AT)


def _who_written(side: int) -> Work:
    """Return what the algorithm does from file to file: read, answer, write."""
    workspace, path = _prepared(side)

    def work() -> object:
        found = who_is_responsible(workspace, read_source(path), class_field="class_code", scheme=SCHEME, at=AT)
        types = dict.fromkeys(found.rows.columns, str)
        return write_large_layer(
            found.rows, types, "Point", workspace.info.frame, path.with_name("answers.gpkg"), Progress()
        )

    return work


def _geopandas(name: str) -> Callable[[int], Work]:
    """Return the peer: cells alone by ``sjoin``, those written, or nearest lanes, in a process of its own."""

    def prepare(side: int) -> Work:
        if not PEERS_PYTHON.exists():
            raise Unavailable("geopandas is not installed (make bench does it)")
        workspace, path = _prepared(side)
        command = [
            str(PEERS_PYTHON),
            str(_PEER),
            name,
            str(path),
            str(workspace.path),
            str(path.with_name("joined.gpkg")),
        ]

        def work() -> Outside:
            ended = subprocess.run(command, capture_output=True, text=True, check=False)
            if ended.returncode:
                raise RuntimeError((ended.stderr.strip().splitlines() or ["geopandas is not installed"])[-1])
            return Outside(**json.loads(ended.stdout.splitlines()[-1]))

        return work

    return prepare


CONTESTS = (
    Contest(
        "who_answers",
        "a million points: who?",
        {
            "ours": _who,
            "ours, written to a GeoPackage": _who_written,
            "geopandas sjoin (cells only)": _geopandas("cells"),
            "the same, written to a GeoPackage": _geopandas("written"),
            "geopandas nearest lane": _geopandas("lanes"),
        },
        sides=(64,),
        runs=1,
    ),
)
