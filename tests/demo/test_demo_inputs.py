"""What the demo does with files whose columns bear other names than usual, or are not there."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import areas, four_communities, lines

pytest.importorskip("qgis.core")
from tools.demo.chain import run_chain
from tools.demo.inputs import Inputs, TableInput, field_names
from tools.demo.table import Table

CRS = 4548
EAST, NORTH = 448_000.0, 4_418_000.0


def _streets(column, names=True):
    shapes, said = [], []
    for number in range(1, 8):
        shapes += [[(EAST + number * 100, NORTH), (EAST + number * 100, NORTH + 800)]]
        shapes += [[(EAST, NORTH + number * 100), (EAST + 800, NORTH + number * 100)]]
        said += [f"南北{number}巷", f"东西{number}巷"] if names else [f"{number}", f"{number}0"]
    source = lines(shapes, crs=CRS, **{column: said})
    return TableInput(source)


def _points(folder, name, head, *rows, fields=None, xy=(None, None)):
    path = folder / name
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return TableInput(read_source(path), fields or {}, xy)


def _run(folder, **inputs):
    table = Table("en")
    district = TableInput(areas(four_communities(400.0, EAST, NORTH), crs=CRS))
    folder.mkdir(exist_ok=True)
    return run_chain(Inputs((district,), **inputs), folder, table), table


def _line(table, step):
    return next(line for line in table.lines if line.step == step)


@pytest.fixture(scope="module")
def ordinary(qgis_app, tmp_path_factory):
    """The chain on files with the column names of real layers."""
    folder = tmp_path_factory.mktemp("ordinary")
    trees = _points(folder, "trees.csv", "treeid,部件类型,X,Y", "1,0601,448050,4418050", "2,0601,448150,4418050")
    places = [f"{i},noise,2025-03-07 08:05,{EAST + 10 + i},{NORTH + 50}" for i in range(40)]
    cases = _points(folder, "cases.csv", "Unique Key,Complaint Type,Created Date,X,Y", *places)
    return _run(folder / "out", streets=_streets("dlmc"), components=(trees,), cases=(cases,))


def test_the_target_asked_for_is_that_of_the_cells(qgis_app, tmp_path):
    district = TableInput(areas(four_communities(400.0, EAST, NORTH), crs=CRS))
    workspace = run_chain(Inputs((district,)), tmp_path, Table("en"), target_area_m2=40_000.0, hand_over=False)
    assert workspace.count("unit_grid") == 16


@pytest.mark.proof
def test_ordinary_column_names_lead_to_a_package(ordinary):
    workspace, table = ordinary
    assert _line(table, "street-lanes").accepted == "14"
    assert _line(table, "cases").accepted == "40"
    assert workspace.count("cases") == 40
    assert _line(table, "package").accepted != "–"


@pytest.mark.proof
def test_a_step_without_its_column_is_left_out_with_a_note_and_the_chain_goes_on(qgis_app, tmp_path):
    cases = _points(tmp_path, "cases.csv", "编号,上报时间,上报人经度,上报人纬度", "1,2025-03-07,116.39,39.9")
    trees = _points(tmp_path, "trees.csv", "treeid,species", "1,oak")
    workspace, table = _run(
        tmp_path / "out", streets=_streets("f7", names=False), components=(trees,), cases=(cases,)
    )
    for step in ("street-lanes", "components", "cases"):
        line = _line(table, step)
        assert line.accepted == "–", step
        assert line.figures == "a column is missing, left out"
        assert line.notes, step
    assert _line(table, "package").accepted != "–"
    assert isinstance(workspace, Workspace)
    assert "left out" in table.text()


@pytest.mark.proof
def test_columns_that_are_named_are_taken(qgis_app, tmp_path):
    cases = _points(
        tmp_path,
        "cases.csv",
        "k,when told,east,north",
        "a,2025-03-07 08:05,448050,4418050",
        fields={"id": "k", "reported_at": "when told"},
        xy=("east", "north"),
    )
    streets = _streets("f7", names=False)
    named = TableInput(streets.source, {"name": "f7"})
    workspace, table = _run(tmp_path / "out", streets=named, cases=(cases,))
    assert workspace.read("cases")["id"].tolist() == ["990101-a"]
    assert _line(table, "street-lanes").accepted != "–"


def test_names_of_columns_are_read_as_they_are_typed():
    typed = "id=Unique Key, reported_at=Created Date，x=经度(°)"
    assert field_names(typed) == {"id": "Unique Key", "reported_at": "Created Date", "x": "经度(°)"}
    assert field_names("") == {}
    for wrong in ("id", "id=", "=k"):
        with pytest.raises(InputError) as refused:
            field_names(wrong)
        assert refused.value.code == "demo_fields_unreadable"
