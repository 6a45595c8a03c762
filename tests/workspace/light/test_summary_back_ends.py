"""The tree of a workspace is the same whether it lies in a file or in a database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gridmgmt_plugin.core.errors import CapabilityError, WorkspaceError
from gridmgmt_plugin.core.lanes.lane_edit import lanes_that_are
from gridmgmt_plugin.core.lanes.lane_homes import lanes_through_areas
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.light.opening import read_entries
from gridmgmt_plugin.workspace.light.places import AREA_LEVELS
from gridmgmt_plugin.workspace.light.summary import read_summary
from gridmgmt_plugin.workspace.postgis.light_reading import list_workspaces
from gridmgmt_plugin.workspace.schema import SCHEMA_VERSION
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.copied_workspace import copy_workspace
from tests.desktop.district import WORKSPACE, build_district
from tests.made_once import made_once
from tests.qgis.workspace_window import build_workspace


@pytest.fixture
def small(tmp_path, database_location):
    path = build_workspace(tmp_path / "小 库.gpkg")
    return path, copy_workspace(Workspace.open(path), database_location).location


@pytest.mark.daily(1)
@pytest.mark.parametrize("scheme", ["cg", "hw", None, "gone"])
def test_a_small_workspace_reads_alike(small, scheme):
    path, place = small
    assert read_summary(place, scheme) == read_summary(path, scheme)


def test_the_sample_district_reads_alike(tmp_path_factory, database_location):
    path = made_once(tmp_path_factory, "sample", build_district) / WORKSPACE
    copy = copy_workspace(Workspace.open(path), database_location)
    in_file, in_database = read_summary(path), read_summary(copy.location)
    assert in_database == in_file
    assert len(in_file.places) > 600
    assert in_file.places[0].figures.cases > 0


def test_odd_rows_read_alike(tmp_path, small):
    path, place = small
    for workspace in (Workspace.open(path), Workspace.open(place)):
        with workspace.transaction("测试", "test") as transaction:
            fids = workspace.read("unit_grid", ["code"], geometry=False).fid
            transaction.set_column("unit_grid", "area_code", fids[:3], [None, "", "999999999999"])
            transaction.set_column("post", "valid_to", workspace.read("post", ["id"]).fid[:1], ["2000-01-01"])
            transaction.clear("responsibility_grid", {"code": "990101001001001"})
    assert read_summary(place, "cg") == read_summary(path, "cg")


def test_a_schema_without_a_workspace_is_not_ours(postgis):
    with pytest.raises(WorkspaceError) as caught:
        read_summary(postgis.location("nothing_here"))
    assert caught.value.code == "workspace_not_ours"
    assert "nothing_here" in caught.value.text("zh")


def test_another_version_is_told(small, postgis):
    _, place = small
    for version, code in ((99, "workspace_too_new"), (0, "workspace_too_old")):
        with Workspace.open(place).transaction("测试", "test") as transaction:
            transaction.set_info("schema_version", str(version))
        with pytest.raises(WorkspaceError) as caught:
            read_entries(place)
        assert caught.value.code == code
        current = f"value = '{SCHEMA_VERSION}' WHERE key = 'schema_version'"
        postgis.run(f"UPDATE {place.schema}.workspace_info SET {current}")


def test_the_workspaces_of_a_database_are_listed_with_their_counties(small, postgis):
    _, place = small
    other = postgis.location("another_district")
    copy_workspace(Workspace.open(place), other)
    postgis.run("CREATE SCHEMA IF NOT EXISTS decoy")
    postgis.run("CREATE TABLE IF NOT EXISTS decoy.workspace_info (a integer)")
    postgis.run('CREATE SCHEMA IF NOT EXISTS "Odd Name"')
    postgis.run('CREATE TABLE IF NOT EXISTS "Odd Name".workspace_info (key text, value text)')
    try:
        found = {one.location.schema: one for one in list_workspaces(replace(place, schema="public"))}
    finally:
        for schema in ("another_district", "decoy", "Odd Name"):
            postgis.drop(schema)
    assert set(found) >= {place.schema, "another_district"}
    assert not {"decoy", "Odd Name"} & set(found)
    assert (found[place.schema].county_code, found[place.schema].county_name) == ("990101", "示例区")
    assert found[place.schema].location == place


def test_a_user_sees_only_what_he_may_read(small, postgis):
    _, place = small
    postgis.run("DROP ROLE IF EXISTS stranger")
    postgis.run("CREATE ROLE stranger LOGIN")
    assert place.schema not in {one.location.schema for one in list_workspaces(replace(place, user="stranger"))}


def test_without_psycopg2_the_library_is_named(small, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "psycopg2", None)
    with pytest.raises(CapabilityError) as caught:
        read_summary(small[1])
    assert caught.value.code == "psycopg2_missing"
    assert "psycopg2" in caught.value.text("zh")
    assert read_summary(small[0]).places


def test_the_tree_counts_the_lanes_that_everybody_counts_for_an_area(small):
    path, place = small
    for workspace in (Workspace.open(path), Workspace.open(place)):
        lanes = [
            {"code": "L8", "name": "边界路", "street_code": "990101001", "managing_street_code": "990101002"},
            {"code": "L9", "name": "旧路", "street_code": "990101001", "state": "撤销"},
        ]
        areas = [{"lane_code": "L9", "area_code": "990101001002", "length_m": 9.0}]
        with workspace.transaction("测试", "test") as transaction:
            transaction.insert("lane", Rows.from_records(lanes, as_column([None] * 2)))
            transaction.insert("lane_area", Rows.from_records(areas))
            rows = [{"code": "990101002", "name": "西街道", "level": "street_office", "parent_code": "990101"}]
            transaction.insert("area", Rows.from_records(rows, as_column([None])))
        stored = workspace.read("lane", geometry=False)
        asked = (
            stored.take(lanes_that_are(stored)),
            workspace.read("lane_area"),
            workspace.read("area", geometry=False),
        )
        counted = {code: len(lanes) for code, lanes in lanes_through_areas(*asked).items()}
        places = read_summary(workspace.location, "cg").places
        assert {place.code: place.figures.lanes for place in places if place.level in AREA_LEVELS} == counted
        assert (counted["990101"], counted["990101002"], counted["990101001002"]) == (2, 1, 1)
