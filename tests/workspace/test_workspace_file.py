"""A workspace file: made whole or not at all, read back as written, changed in one transaction."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest
import shapely
from osgeo import ogr

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.gpkg import backend
from gridmgmt_plugin.workspace.gpkg.connection import connect, probe_lock
from gridmgmt_plugin.workspace.gpkg.create import create_file
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.stored_content import content_of
from tests.workspace.conftest import EPSG_FRAME


def _state(path):
    return content_of(path)


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


def test_a_local_frame_is_stored_without_any_datum(workspace, frame):
    connection = sqlite3.connect(workspace.path)
    ids = {row[0] for row in connection.execute("SELECT srs_id FROM gpkg_geometry_columns")}
    connection.close()
    assert ids == ({-1} if frame.kind == "local" else {4548})


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


@pytest.mark.daily(1)
def test_many_points_are_found_through_the_index_whatever_was_there_and_what_goes_again(workspace):
    places = np.random.default_rng(3).uniform(0, 9_000, (14_010, 2))

    def points(first, after):
        keys = as_column(f"990101-{number}" for number in range(first, after))
        return Rows({"id": keys}, shapely.points(places[first:after]))

    with workspace.transaction("t", "t") as transaction:
        transaction.insert("cases", points(0, 10))
    with workspace.transaction("t", "t") as transaction:
        transaction.insert("cases", points(10, 6_000))
        transaction.insert("cases", points(6_000, 14_000))
        transaction.delete("cases", np.array([1, 11, 7_000]))
        transaction.insert("cases", points(14_000, 14_010))
    kept = np.delete(np.arange(14_010), [0, 10, 6_999])
    for box in ((0, 0, 9_000, 9_000), (1_000, 2_000, 1_400, 2_300)):
        found = workspace.read("cases", ["id"], bounds=box, geometry=False)
        inside = (places[kept] >= box[:2]).all(axis=1) & (places[kept] <= box[2:]).all(axis=1)
        assert {f"990101-{number}" for number in kept[inside]} <= set(found["id"])
    with sqlite3.connect(workspace.path) as connection:
        assert connection.execute("SELECT rtreecheck('rtree_cases_geom')").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM rtree_cases_geom").fetchone() == (14_007,)


def test_qgis_and_gdal_can_still_edit_the_file_afterwards(workspace):
    dataset = ogr.Open(str(workspace.path), 1)
    layer = dataset.GetLayerByName("unit_grid")
    feature = layer.GetFeature(1)
    feature.SetField("name", "改名")
    feature.SetGeometry(ogr.CreateGeometryFromWkt("POLYGON ((0 0,0 50,50 50,50 0,0 0))"))
    assert layer.SetFeature(feature) == 0
    del feature, layer, dataset
    assert workspace.read("unit_grid")["name"][0] == "改名"


class TestCreating:
    def test_the_disk_is_waited_for_a_few_times_and_not_for_every_table(self, tmp_path, frame):
        create_file(tmp_path / "示例.gpkg", frame)
        written = int.from_bytes(
            (tmp_path / "示例.gpkg").read_bytes()[24:28], "big"
        )  # SQLite counts transactions there
        assert 0 < written < 8 < len(tables())

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


class TestLocks:
    @pytest.mark.daily(1)
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


@pytest.mark.parametrize("shape", [None, shapely.Point()])
def test_a_table_is_all_placed_until_a_row_has_no_shape(workspace, shape):
    def add(code: str, at: shapely.Geometry | None) -> None:
        with workspace.transaction("我", "test") as transaction:
            transaction.insert("component", Rows.from_records([{"code": code}], as_column([at])))

    add("1", shapely.Point(500_010, 4_400_010))
    assert workspace.all_placed("component")
    add("2", shape)
    assert not workspace.all_placed("component")
    assert not workspace.all_placed("department"), "rows of a table without shapes have no place"


def test_what_is_read_in_a_transaction_is_what_was_saved_last_however_often_it_is_read(workspace):
    before = workspace.count("unit_grid")
    with workspace.transaction("我", "test") as transaction:
        assert workspace.count("unit_grid") == before
        assert len(workspace.read("unit_grid")) == before
        transaction.clear("unit_grid")
        assert workspace.count("unit_grid") == before
    assert workspace.count("unit_grid") == 0
    workspace.path.rename(workspace.path.with_name("elsewhere.gpkg"))  # nothing holds the file any more


def test_all_tables_are_read_over_one_connection(workspace, monkeypatch):
    opened = []
    monkeypatch.setattr(backend, "connect", lambda path, **how: opened.append(path) or connect(path, **how))
    assert set(workspace.read_all()) == set(tables())
    assert opened == [workspace.path]
