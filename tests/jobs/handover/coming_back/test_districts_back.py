"""Whole districts through a package and back: every field, on both back ends, to the same content hash."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.handover.coming_back.import_package import import_package
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import dongcheng, layer, sample_workspace
from tests.jobs.handover.coming_back.test_redrawn_cells import edit_at_random, state_of
from tests.jobs.handover.exports import export
from tests.workspace.places import KINDS, place_of

#: Columns that a package delivers, and what a district of ours has in them where nobody filled them in.
_UNIT = {
    "name": "第{}格", "land_use": "居住用地", "grade": "一级", "households": 12, "population": 30,
    "fallback_code": "D2", "mapped_scale": "1:500", "prior_code": "旧{}", "note": "示例备注{}",
}  # fmt: skip
_GROUP = {
    "name": "网格{}", "alias": "片{}", "kind": "城管", "operator_code": "D2", "contract_no": "合同{}",
    "contract_from": "2026-01-01", "contract_to": "2026-12-31", "valid_from": "2026-01-01", "note": "备注{}",
}  # fmt: skip
_LANE = {
    "alias": "别名{}", "old_name": "旧名{}", "width_m": 4.5, "house_no_min": "1", "house_no_max": "9号",
    "standing": "达标", "valid_from": "2020-01-01",
}  # fmt: skip

# What a package does not deliver of a table, or delivers as handed over.
_NOT_CARRIED = {
    "unit_grid": ("state",),
    "responsibility_grid": ("state",),
    "lane": ("custody", "courtyards", "households", "shops"),
}


def fill(workspace: Workspace) -> None:
    """Give the grids and lanes of a district people, departments, duties, zones and a value in every field."""
    units, groups = workspace.read("unit_grid"), workspace.read("responsibility_grid")
    lanes, areas = workspace.read("lane"), workspace.read("area")
    with workspace.transaction("王示例", "test") as transaction:
        for table, rows, values in (
            ("unit_grid", units, _UNIT),
            ("lane", lanes, _LANE),
            ("responsibility_grid", groups, _GROUP),
        ):
            columns = {
                column: as_column(value.format(at) if isinstance(value, str) else value for at in range(len(rows)))
                for column, value in values.items()
            }
            if table == "unit_grid":
                columns["responsible_code"] = as_column(["D1"] * len(rows))
            transaction.update(table, Rows({**columns, "row_version": rows["row_version"]}, None, rows.fid))
        zoned = areas.take(areas["level"] == "street_office")
        transaction.update(
            "area",
            Rows({"zone": as_column(["东片"] * len(zoned)), "row_version": zoned["row_version"]}, None, zoned.fid),
        )
        departments = [{"code": "D1", "name": "示例街道办", "kind": "街镇"}, {"code": "D2", "name": "示例环卫"}]
        transaction.insert("department", Rows.from_records(departments))
        people = [{"id": f"R{at}", "name": f"人{at}", "department_code": "D1", "state": "在岗"} for at in range(9)]
        transaction.insert("person", Rows.from_records(people))
        transaction.insert("post", Rows.from_records(_posts(groups, lanes)))
        rules = [
            {"id": str(at), "class_kind": kind, "class_prefix": f"0{at}", "department_code": "D2", "priority": at,
             "state": "明确", "time_limit": 1.5, "time_unit": "天", "basis": "示例文件"}
            for at, kind in enumerate(("component", "event"), start=1)
        ]  # fmt: skip
        transaction.insert("duty_rule", Rows.from_records(rules))
        zone = {"code": "Z1", "kind": "工地", "name": "示例工地", "manager_code": "D2", "valid_from": "2026-01-01"}
        ground = shapely.multipolygons([units.shapes[0]])
        transaction.insert("duty_zone", Rows.from_records([zone], as_column([ground])))
        gone = {"kind": "unit_grid", "old_code": units["code"][0][:-3] + "998", "new_code": units["code"][0]}
        transaction.insert("code_map", Rows.from_records([{**gone, "share": 0.25, "cause": "split"}]))


def _posts(groups: Rows, lanes: Rows) -> list[dict]:
    at_groups = [
        {"id": f"P{at}", "target": "responsibility_grid", "target_code": code, "scheme": "cg", "role": "grid_worker",
         "person_id": f"R{at % 9}", "turn": "A角", "weekdays": "1-5", "start_time": "08:30", "end_time": "17:30"}
        for at, code in enumerate(groups["code"].tolist())
    ]  # fmt: skip
    at_lanes = [
        {"id": f"L{at}", "target": "lane", "target_code": code, "role": "lane_chief", "person_id": f"R{at % 9}",
         "turn": "A角", "section_from": "东口", "section_to": "西口", "valid_from": "2026-01-01"}
        for at, code in enumerate(lanes["code"].tolist())
    ]  # fmt: skip
    return at_groups + at_lanes


def gridded_there_and_back(workspace, within, kind, tmp_path, request):
    """Draw unit grids in all areas, group them within those of a level, and take what that gives there and back."""
    generate_unit_grids(workspace, None, target_area_m2=400_000.0)
    build_responsibility_grids(workspace, scheme="cg", title="城管", units_per_grid=10, within=within)
    fill(workspace)
    with place_of(kind, tmp_path, request) as place:
        there_and_back(workspace, tmp_path, place.another())


def there_and_back(workspace: Workspace, tmp_path, location) -> None:
    """Export, take into an empty workspace, export again: the same hash, and the second import changes nothing."""
    folders = [tmp_path / name for name in ("去", "回")]
    for folder in folders:
        folder.mkdir()
    sent = export(workspace, folders[0], formats=("gpkg",))
    info = workspace.info
    with Workspace.create(location, WorkspaceInfo(info.frame, info.county_code, info.county_name)):
        pass
    empty = Workspace.open(location)
    report = import_package(empty, sent.package)
    assert (report.rejected, report.figures["missing"]) == (0, [])
    assert export(empty, folders[1], formats=("gpkg",)).content_hash == sent.content_hash
    twice = import_package(empty, sent.package)
    assert (twice.figures["added"], twice.figures["updated"]) == (0, 0)
    for name in ("unit_grid", "responsibility_grid", "lane"):
        before, after = (one.read(name) for one in (workspace, empty))
        at = np.argsort(before["code"].astype(str)), np.argsort(after["code"].astype(str))
        for column in before.columns:
            if column not in ("row_version", *_NOT_CARRIED[name]):
                assert before[column][at[0]].tolist() == after[column][at[1]].tolist(), (name, column)


@pytest.mark.proof
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", KINDS)
def test_dongcheng_comes_back_to_the_same_hash(kind, shared, tmp_path, tmp_path_factory, request):
    path = tmp_path / "东城.gpkg"
    shutil.copy(dongcheng(shared, tmp_path_factory), path)
    workspace = Workspace.open(path)
    import_lanes(workspace, read_source(shared("beijing_dongcheng/dongcheng.gpkg"), "streets"))
    build_responsibility_grids(workspace, scheme="cg", title="城管", units_per_grid=20, within="street_office")
    fill(workspace)
    with place_of(kind, tmp_path, request) as place:
        there_and_back(workspace, tmp_path, place.another())


@pytest.mark.proof
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", KINDS)
def test_jiangning_with_its_communities_and_rivers_comes_back_to_the_same_hash(kind, shared, tmp_path, request):
    source = shared("nanjing_jiangning_east/jiangning_east.gpkg")
    path = tmp_path / "江宁.gpkg"
    create_workspace([read_source(source, name) for name in ("subdistrict", "community")], path)
    workspace = Workspace.open(path)
    gridded_there_and_back(workspace, "community", kind, tmp_path, request)


@pytest.mark.proof
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", KINDS)
def test_washington_in_a_system_of_another_country_comes_back_to_the_same_hash(kind, shared, tmp_path, request):
    wards = read_source(shared("washington_dc/dc_polygons.gpkg"), "ward_2012")
    path = tmp_path / "dc.gpkg"
    codes = [f"99010100{number}" for number in range(1, len(wards) + 1)]
    named = layer({"code": codes, "name": [f"第{code[-1]}区" for code in codes]}, wards.rows.geometry, wards.crs_wkt)
    create_workspace([named], path, crs="32618")
    workspace = Workspace.open(path)
    gridded_there_and_back(workspace, "street_office", kind, tmp_path, request)


@pytest.mark.proof
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", KINDS)
def test_the_sample_district_in_a_local_frame_comes_back_to_the_same_hash(kind, tmp_path, request):
    workspace = sample_workspace(tmp_path)
    build_responsibility_grids(workspace, scheme="cg", title="城管", units_per_grid=10)
    fill(workspace)
    with place_of(kind, tmp_path, request) as place:
        there_and_back(workspace, tmp_path, place.another())


@pytest.mark.proof
@pytest.mark.timeout(1800)
def test_dongcheng_drawn_anew_since_its_release_comes_back_whole_and_that_is_taken_back(
    shared, tmp_path, tmp_path_factory
):
    path = tmp_path / "东城.gpkg"
    shutil.copy(dongcheng(shared, tmp_path_factory), path)
    workspace = Workspace.open(path)
    build_responsibility_grids(workspace, scheme="cg", title="城管", units_per_grid=20, within="street_office")
    fill(workspace)
    sent = export(workspace, tmp_path, formats=("gpkg",))
    import_package(workspace, sent.package)  # the register learns which code the map of codes ended
    before = state_of(workspace)
    for seed in range(5):
        edit_at_random(workspace, seed)
    community = workspace.read("unit_grid")["area_code"][0]
    generate_unit_grids(workspace, None, target_area_m2=20_000, scope=community, mode="replace")
    edited = state_of(workspace)
    import_package(workspace, sent.package, redraw=True)
    after = state_of(workspace)
    for table, rows in before.items():
        assert after[table] == rows, table
    take_back_last(workspace, "王示例")
    assert state_of(workspace) == edited
