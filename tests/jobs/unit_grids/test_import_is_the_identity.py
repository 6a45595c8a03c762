"""What a workspace gave out and takes back in unchanged is unchanged: no cell more, no bit of a shape, no version."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.jobs.unit_grids.import_unit_grids import import_unit_grids
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import drawn_town, sample_workspace

OFFICES = ("320115010", "320115003")


@pytest.fixture(
    scope="module", params=[1, pytest.param(2, marks=pytest.mark.proof)], ids=["one office", "two offices"]
)
def jiangning(request, shared, tmp_path_factory):
    """Return communities of a real district in which noding once more moves cells: offices of Jiangning."""
    areas = read_source(shared("nanjing_jiangning_east/jiangning_east.gpkg"), layer="community")
    chosen = np.array([str(code)[:9] in OFFICES[: request.param] for code in areas.rows["comm_code"]])
    rows = areas.rows.take(chosen)
    source = Source(rows, areas.name, areas.path, areas.crs_wkt, "utf-8", row_numbers=areas.row_numbers[chosen])
    path = tmp_path_factory.mktemp("jiangning") / "江宁.gpkg"
    create_workspace([source], path)
    workspace = Workspace.open(path)
    generate_unit_grids(workspace, None, target_area_m2=40_000)
    return workspace


def given_out(geometry: np.ndarray, epsg: int, decimals: int) -> np.ndarray:
    """Return shapes in degrees with so many decimals."""
    change = Transformer.from_crs(epsg, 4326, always_xy=True)
    return shapely.transform(geometry, lambda c: np.column_stack(change.transform(*c.T)).round(decimals))


def assert_comes_back(workspace: Workspace, mode: str, decimals: int | None = None) -> None:
    __tracebackhide__ = True
    before, areas = workspace.read("unit_grid"), workspace.read("area")
    shapes, crs = before.geometry, None
    if decimals is not None:
        shapes, crs = given_out(shapes, workspace.info.frame.epsg, decimals), CRS.from_epsg(4326).to_wkt()
    rows = Rows({"code": before["code"]}, shapes)
    source = Source(rows, "网格", "网格.gpkg", crs, "utf-8", row_numbers=np.arange(1, len(rows) + 1))
    scope = workspace.info.county_code if mode == "replace" else None
    report = import_unit_grids(workspace, source, code_field="code", mode=mode, scope=scope)
    after = workspace.read("unit_grid")
    assert (report.figures["added"], report.figures["withdrawn"], report.figures["reshaped"]) == (0, 0, 0)
    for name in before.columns:
        assert after[name].tolist() == before[name].tolist(), name
    assert [shape.wkb for shape in after.geometry] == [shape.wkb for shape in before.geometry]
    assert [shape.wkb for shape in workspace.read("area").geometry] == [shape.wkb for shape in areas.geometry]


@pytest.mark.parametrize("mode", ["update", "replace"])
def test_a_town_comes_back_to_the_last_bit(tmp_path, mode):
    assert_comes_back(drawn_town(tmp_path), mode)


@pytest.mark.daily(1)
@pytest.mark.parametrize("mode", ["update", "replace"])
def test_the_sample_comes_back_to_the_last_bit(tmp_path, mode):
    assert_comes_back(sample_workspace(tmp_path), mode)


@pytest.mark.daily(1)
@pytest.mark.parametrize("mode", ["update", "replace"])
@pytest.mark.proof
def test_a_real_district_comes_back_to_the_last_bit(jiangning, mode):
    assert_comes_back(jiangning, mode)


@pytest.mark.daily(1)
@pytest.mark.parametrize("mode", ["update", "replace"])
@pytest.mark.proof
def test_a_real_district_given_out_in_degrees_comes_back_to_the_last_bit(jiangning, mode):
    # As many decimals as the GeoJSON of a package has.
    assert_comes_back(jiangning, mode, decimals=11)
