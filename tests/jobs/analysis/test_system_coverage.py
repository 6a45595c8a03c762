"""How far the system reaches per street office: ground, staff, lanes, fresh ledgers, liaisons, and what is odd."""

from __future__ import annotations

from typing import Any

import openpyxl
import pytest
import shapely

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.analysis.system_coverage import COVERAGE_COLUMNS, SystemCoverage, system_coverage
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import COUNTY, drawn_town, dump, grid_streets, town
from tests.jobs.refusals import refused_by

DAY = "2027-03-01"
WEST, EAST = COUNTY + "001", COUNTY + "002"
refused = refused_by(system_coverage)


def _insert(workspace: Workspace, table: str, records: list[dict[str, Any]], shapes: Any = None) -> None:
    names = sorted({name for record in records for name in record})
    rows = {name: as_column(record.get(name) for record in records) for name in names}
    geometry = None if shapes is None else as_column(shapes)
    with workspace.transaction("", "test") as transaction:
        transaction.insert(table, Rows(rows, geometry))


def _by_office(found: SystemCoverage) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in found.rows.records()}


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Eight grids of which three are held in the west, lanes of which one has an officer, ledgers of two ages."""
    workspace = drawn_town(tmp_path_factory.mktemp("库"))
    build_responsibility_grids(workspace, scheme="cg", count=8)
    import_lanes(workspace, grid_streets(800, 800, 100))
    grids = workspace.read("responsibility_grid", ["code", "area_code"], geometry=False).records()
    west = [grid["code"] for grid in grids if grid["area_code"].startswith(WEST)]
    lane = workspace.read("lane", ["code", "street_code"], geometry=False).records()[0]
    people = [{"id": f"P{n}", "name": f"张{n}", "state": "在岗"} for n in range(6)]
    people += [{"id": "P9", "name": "李九", "state": "请假"}, {"id": "P8", "name": "李八", "left_on": "2027-02-01"}]
    _insert(workspace, "person", people)
    grid = {"target": "responsibility_grid", "scheme": "cg", "role": "grid_leader"}
    office = {"target": "area", "role": "liaison"}
    posts = [
        {**grid, "target_code": west[0], "person_id": "P0"},
        {**grid, "target_code": west[0], "person_id": "P1"},
        {**grid, "target_code": west[1], "person_id": "P2", "valid_to": "2027-12-31"},
        {**grid, "target_code": west[2], "person_id": "P9"},
        {**grid, "target_code": west[3], "person_id": "P8"},
        {**grid, "target_code": west[3], "person_id": "P3", "valid_to": "2027-02-28"},
        {"target": "lane", "target_code": lane["code"], "role": "street_chief", "person_id": "P4"},
        {**office, "target_code": WEST, "person_id": "P4"},
        {**office, "target_code": WEST + "001", "person_id": "P4"},
        {**office, "target_code": WEST + "002", "person_id": "P5"},
    ]
    _insert(workspace, "post", [{"id": f"T{n}", **post} for n, post in enumerate(posts)])
    units = workspace.read("unit_grid", ["code", "area_code"], geometry=False).records()
    cell = {side: next(u["code"] for u in units if u["area_code"].startswith(side)) for side in (WEST, EAST)}
    parts = [(WEST, "2027-01-15"), (WEST, "2020-01-01"), (WEST, None), (WEST, "2030-01-01"), (EAST, "2019-05-05")]
    components = [
        {"code": f"{n:016d}", "unit_grid": cell[side], "surveyed_on": day} for n, (side, day) in enumerate(parts)
    ]
    components.append({"code": "9" * 16, "unit_grid": "没有的网格", "surveyed_on": DAY})
    _insert(workspace, "component", components, [shapely.Point(1, 1)] * len(components))
    items = [{"ledger": "cam", "key": "1", "name": "摄像头", "unit_grid": cell[EAST], "changed_on": "2027-02-27"}]
    _insert(workspace, "ledger_item", items, [shapely.Point(700, 1)])
    return workspace


def test_each_office_is_told_by_what_is_there_and_nothing_is_written(staffed: Workspace) -> None:
    before = dump(staffed.path)
    found = system_coverage(staffed, scheme="cg", on=DAY)
    west, east = (_by_office(found)[code] for code in (WEST, EAST))
    assert list(found.rows.columns) == list(COVERAGE_COLUMNS)
    assert (west["area_ha"], west["gridded_share"], east["gridded_share"]) == (32.0, 100.0, 100.0)
    assert west["unit_grids"] + east["unit_grids"] == staffed.count("unit_grid")
    assert west["grids"] + east["grids"] == 8
    assert (west["staffed_grids"], east["staffed_grids"], east["staffed_share"]) == (2, 0, 0.0)
    assert west["lanes_staffed"] + east["lanes_staffed"] == 1
    assert west["lanes"] + east["lanes"] == staffed.count("lane")
    assert (west["components"], west["surveyed_on"], west["surveyed_share"]) == (4, "2027-01-15", 25.0)
    assert (east["components"], east["surveyed_on"], east["surveyed_share"]) == (1, "2019-05-05", 0.0)
    assert (west["ledger_items"], west["ledger_changed_on"], west["ledger_share"]) == (0, None, None)
    assert (east["ledger_changed_on"], east["ledger_share"]) == ("2027-02-27", 100.0)
    assert (west["liaisons"], west["liaisons_fit"]) == (2, 1)
    assert (east["liaisons"], east["liaisons_fit"]) == (0, 0)
    assert [note.code for note in found.report.notes] == ["coverage_nowhere_component"]
    assert dump(staffed.path) == before


def test_the_day_decides_who_counts(staffed: Workspace) -> None:
    earlier = _by_office(system_coverage(staffed, scheme="cg", on="2027-01-10"))[WEST]
    assert earlier["staffed_grids"] == 3
    later = _by_office(system_coverage(staffed, on="2028年1月10日"))[WEST]
    assert later["staffed_grids"] == 1


def test_the_table_comes_as_a_workbook_too(staffed: Workspace, tmp_path: Any) -> None:
    found = system_coverage(staffed, on=DAY, folder=tmp_path, language="zh")
    (path,) = tmp_path.glob("*.xlsx")
    head, *body = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    assert "网格覆盖率%" in head
    written = {str(row[head.index("编码")]): row for row in body}
    for row in found.rows.records():
        assert written[row["code"]][head.index("有人的责任网格数")] == row["staffed_grids"]
        assert written[row["code"]][head.index("网格覆盖率%")] == pytest.approx(row["gridded_share"])


def test_only_the_covered_extent_is_to_be_gridded(tmp_path: Any) -> None:
    workspace = drawn_town(tmp_path)
    _insert(workspace, "covered_extent", [{"code": "1"}], [shapely.MultiPolygon([shapely.box(0, 0, 200, 800)])])
    found = _by_office(system_coverage(workspace))
    assert (found[WEST]["area_ha"], found[EAST]["area_ha"]) == (16.0, 0.0)
    assert found[EAST]["gridded_share"] is None


def test_a_new_district_has_nothing_yet_and_says_so_in_numbers(tmp_path: Any) -> None:
    for row in system_coverage(town(tmp_path)).rows.records():
        assert (row["unit_grids"], row["grids"], row["lanes"], row["liaisons"]) == (0, 0, 0, 0)
        assert (row["gridded_share"], row["staffed_share"], row["lanes_share"]) == (0.0, None, None)


@pytest.mark.parametrize(
    ("options", "code"), [({"scheme": "hw"}, "scheme_not_there"), ({"on": "去年"}, "day_unclear")]
)
def test_impossible_wishes_are_refused(staffed: Workspace, options: dict[str, Any], code: str) -> None:
    refused(staffed, code, **options)
