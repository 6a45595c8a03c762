"""A workspace file: made whole or not at all, read back as written, changed in one transaction."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import shapely
from osgeo import ogr

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.gpkg.connection import probe_lock
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.workspace.conftest import EPSG_FRAME, unit_rows


def _state(path):
    connection = sqlite3.connect(path)
    dump = list(connection.iterdump())
    connection.close()
    return dump


def _gdal_count(path, table):
    dataset = ogr.Open(str(path))
    return dataset.GetLayerByName(table).GetFeatureCount()


def test_every_table_of_the_contract_is_there_even_when_empty(workspace):
    dataset = ogr.Open(str(workspace.path))
    found = {dataset.GetLayer(i).GetName() for i in range(dataset.GetLayerCount())}
    assert found == set(tables())
    for name, definition in tables().items():
        fields = [f.GetName() for f in dataset.GetLayerByName(name).schema]
        assert set(definition.column_names) <= set(fields)
        assert ("row_version" in fields) == definition.versioned


def test_the_file_is_a_geopackage_1_2(workspace):
    connection = sqlite3.connect(workspace.path)
    assert connection.execute("PRAGMA user_version").fetchone() == (10200,)
    connection.close()


def test_what_a_workspace_says_about_itself_is_read_back(workspace, frame):
    assert workspace.info == WorkspaceInfo(frame, "990101", "示例区")


def test_a_local_frame_is_stored_without_any_datum(workspace, frame):
    connection = sqlite3.connect(workspace.path)
    ids = {row[0] for row in connection.execute("SELECT srs_id FROM gpkg_geometry_columns")}
    connection.close()
    assert ids == ({-1} if frame.kind == "local" else {4548})


def test_rows_come_back_as_they_were_written(workspace):
    rows = workspace.read("unit_grid")
    assert rows["code"].tolist() == unit_rows()["code"].tolist()
    assert shapely.equals_exact(rows.geometry, unit_rows().geometry).all()
    assert rows["row_version"].tolist() == [1, 1, 1, 1]
    assert rows["name"].tolist() == [None] * 4
    assert workspace.count("unit_grid") == 4
    assert workspace.count("unit_grid", {"code": "990101001001002"}) == 1


def test_reading_can_be_narrowed_to_columns_and_equal_rows(workspace):
    rows = workspace.read("unit_grid", ["code"], {"code": ["990101001001001", "990101001001003"]}, geometry=False)
    assert list(rows.columns) == ["code"]
    assert rows["code"].tolist() == ["990101001001001", "990101001001003"]
    assert rows.geometry is None


def test_gdal_finds_rows_through_the_spatial_index_after_our_writing(workspace):
    dataset = ogr.Open(str(workspace.path))
    layer = dataset.GetLayerByName("unit_grid")
    layer.SetSpatialFilterRect(210, 10, 220, 20)
    assert [f["code"] for f in layer] == ["990101001001003"]
    assert layer.GetExtent() == (0.0, 400.0, 0.0, 100.0)


def test_counts_and_index_follow_update_and_delete(workspace):
    rows = workspace.read("unit_grid")
    moved = rows.take([0]).with_geometry(np.array([shapely.box(0, 500, 100, 600)], dtype=object))
    with workspace.transaction("测试员", "test") as transaction:
        transaction.update("unit_grid", Rows({"name": as_column(["甲"])}, moved.geometry, moved.fid))
        transaction.delete("unit_grid", rows.fid[1:2])
    assert _gdal_count(workspace.path, "unit_grid") == 3
    dataset = ogr.Open(str(workspace.path))
    layer = dataset.GetLayerByName("unit_grid")
    layer.SetSpatialFilterRect(0, 400, 50, 700)
    assert [f["name"] for f in layer] == ["甲"]


def test_qgis_and_gdal_can_still_edit_the_file_afterwards(workspace):
    dataset = ogr.Open(str(workspace.path), 1)
    layer = dataset.GetLayerByName("unit_grid")
    feature = layer.GetFeature(1)
    feature.SetField("name", "改名")
    feature.SetGeometry(ogr.CreateGeometryFromWkt("POLYGON ((0 0,0 50,50 50,50 0,0 0))"))
    assert layer.SetFeature(feature) == 0
    del feature, layer, dataset
    assert workspace.read("unit_grid")["name"][0] == "改名"


def test_a_failing_transaction_leaves_the_file_as_it_was(workspace):
    before = _state(workspace.path)
    with pytest.raises(RuntimeError), workspace.transaction("测试员", "test") as transaction:
        transaction.clear("unit_grid")
        transaction.set_info("county_name", "别的区")
        transaction.add_column("unit_grid", "rg_cg", "text")
        raise RuntimeError
    assert _state(workspace.path) == before


def test_two_rows_may_swap_their_codes(workspace):
    rows = workspace.read("unit_grid", ["code", "row_version"], geometry=False).take([0, 1])
    with workspace.transaction("测试员", "test") as transaction:
        transaction.update("unit_grid", rows.with_columns(code=rows["code"][::-1]))
    assert workspace.read("unit_grid")["code"][:2].tolist() == ["990101001001002", "990101001001001"]


def test_a_code_that_exists_already_is_refused(workspace):
    before = _state(workspace.path)
    with pytest.raises(WorkspaceError) as caught, workspace.transaction("测试员", "test") as transaction:
        transaction.insert("unit_grid", unit_rows(1))
    assert caught.value.code == "workspace_duplicate_key"
    assert _state(workspace.path) == before


def test_the_second_of_two_planners_is_told_instead_of_overwriting(workspace):
    first = workspace.read("unit_grid", ["name", "row_version"], geometry=False).take([0])
    second = first
    with workspace.transaction("甲", "test") as transaction:
        transaction.update("unit_grid", first.with_columns(name=["甲改的"]))
    with pytest.raises(WorkspaceError) as caught, workspace.transaction("乙", "test") as transaction:
        transaction.update("unit_grid", second.with_columns(name=["乙改的"]))
    assert caught.value.code == "row_changed_meanwhile"
    assert workspace.read("unit_grid")["name"][0] == "甲改的"


def test_one_column_of_many_rows_is_written_in_one_pass(workspace):
    fids = workspace.read("unit_grid").fid
    with workspace.transaction("测试员", "test") as transaction:
        assert transaction.add_column("unit_grid", "rg_cg", "text")
        assert not transaction.add_column("unit_grid", "rg_cg", "text")
        transaction.set_column("unit_grid", "rg_cg", fids[1:], ["a", "b", None])
    rows = workspace.read("unit_grid")
    assert rows["rg_cg"].tolist() == [None, "a", "b", None]
    assert rows["row_version"].tolist() == [1, 1, 1, 1]


def test_single_parts_are_promoted_where_the_table_holds_several(workspace):
    area = Rows({"code": as_column(["990101"]), "name": as_column(["示例区"])}, np.array([shapely.box(0, 0, 9, 9)]))
    with workspace.transaction("测试员", "test") as transaction:
        transaction.insert("area", area)
    assert workspace.read("area").geometry[0].geom_type == "MultiPolygon"


def test_a_gesture_is_logged_with_who_and_when(workspace):
    with workspace.transaction("王示例", "rename") as transaction:
        transaction.log("unit_grid", "990101001001001", None, '{"name": "甲"}')
    (line,) = workspace.read("change_log").records()
    assert (line["changed_by"], line["gesture"], line["table_name"]) == ("王示例", "rename", "unit_grid")
    assert line["changed_at"].startswith("20")


class TestCreating:
    def test_a_name_that_is_taken_is_never_overwritten(self, workspace):
        before = _state(workspace.path)
        with pytest.raises(WorkspaceError) as caught, Workspace.create(workspace.path, workspace.info):
            pass
        assert caught.value.code == "workspace_exists"
        assert _state(workspace.path) == before

    def test_a_failure_while_filling_leaves_no_file(self, tmp_path):
        path = tmp_path / "a.gpkg"
        with pytest.raises(RuntimeError), Workspace.create(path, WorkspaceInfo(EPSG_FRAME, "990101")):
            raise RuntimeError
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_that_cannot_be_written_is_told(self, tmp_path):
        (tmp_path / "file").write_text("not a folder")
        info = WorkspaceInfo(EPSG_FRAME, "990101")
        with pytest.raises(WorkspaceError) as caught, Workspace.create(tmp_path / "file" / "a.gpkg", info):
            pass
        assert caught.value.code == "workspace_not_created"


class TestOpening:
    def test_a_missing_file_is_told(self, tmp_path):
        with pytest.raises(WorkspaceError) as caught:
            Workspace.open(tmp_path / "没有.gpkg")
        assert caught.value.code == "workspace_missing"
        assert "没有.gpkg" in caught.value.text("zh")

    def test_another_kind_of_file_is_told(self, tmp_path):
        path = tmp_path / "a.gpkg"
        path.write_bytes(b"not a database at all, but long enough to be looked at" * 20)
        with pytest.raises(WorkspaceError) as caught:
            Workspace.open(path)
        assert caught.value.code == "workspace_unreadable"

    def test_a_foreign_geopackage_is_told(self, tmp_path):
        path = tmp_path / "a.gpkg"
        foreign = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
        foreign.CreateLayer("x")
        del foreign
        with pytest.raises(WorkspaceError) as caught:
            Workspace.open(path)
        assert caught.value.code == "workspace_not_ours"

    def test_a_newer_schema_is_not_touched(self, workspace):
        with workspace.transaction("", "test") as transaction:
            transaction.set_info("schema_version", "99")
        with pytest.raises(WorkspaceError) as caught:
            Workspace.open(workspace.path)
        assert caught.value.code == "workspace_too_new"

    @pytest.mark.parametrize("location", ["postgresql://u:secret@host/db", "a.shp"])
    def test_what_is_no_workspace_file_is_refused_without_showing_a_password(self, location):
        with pytest.raises(WorkspaceError) as caught:
            Workspace.open(location)
        assert "secret" not in caught.value.text("zh")


class TestLocks:
    def test_a_lock_of_another_program_is_told_and_nothing_is_written(self, workspace):
        before = _state(workspace.path)
        other = sqlite3.connect(workspace.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorkspaceError) as probed:
            probe_lock(workspace.path)
        with pytest.raises(WorkspaceError) as caught, workspace.transaction("", "test") as transaction:
            transaction.clear("unit_grid")
        other.execute("ROLLBACK")
        other.close()
        assert probed.value.code == caught.value.code == "workspace_locked"
        assert _state(workspace.path) == before

    def test_a_free_file_may_be_written(self, workspace):
        probe_lock(workspace.path)

    def test_a_process_killed_in_the_middle_leaves_the_state_before(self, workspace):
        before = _state(workspace.path)
        script = textwrap.dedent(f"""
            import os, signal
            from gridmgmt_plugin.workspace.workspace import Workspace
            with Workspace.open({str(workspace.path)!r}).transaction("", "test") as transaction:
                transaction.clear("unit_grid")
                transaction.set_info("county_name", "x")
                os.kill(os.getpid(), signal.SIGKILL)
        """)
        assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
        assert _state(workspace.path) == before


class TestReadingWithinBounds:
    def test_only_rows_whose_box_meets_the_bounds_come_back(self, workspace):
        assert workspace.read("unit_grid", bounds=(110, 10, 190, 90)).fid.tolist() == [2]

    def test_touching_counts_and_conditions_hold_as_well(self, workspace):
        bounds = (100, 0, 200, 100)
        assert workspace.read("unit_grid", bounds=bounds).fid.tolist() == [1, 2, 3]
        assert workspace.read("unit_grid", where={"fid": [1, 4]}, bounds=bounds).fid.tolist() == [1]

    def test_nothing_there_is_an_empty_table(self, workspace):
        assert len(workspace.read("unit_grid", bounds=(5000, 5000, 6000, 6000))) == 0
