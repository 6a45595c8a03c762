"""Results as QGIS layers: every row, every value and every shape arrives; files appear complete or not at all."""

from __future__ import annotations

import json
import sqlite3

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.project.result_layers import memory_layer, write_layer
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace

LOCAL = Frame.local("测试地方坐标系")
BEIJING = Frame.of_epsg(4548)
SQUARE = shapely.box(448_000, 4_418_000, 448_100, 4_418_100)
FAR_SQUARE = shapely.box(448_200, 4_418_000, 448_300, 4_418_100)


def layer_of(shapes, frame=BEIJING, **columns):
    return memory_layer(Rows({k: as_column(v) for k, v in columns.items()}, as_column(shapes)), "高发区域", frame)


def values(layer):
    return [[None if v is None or str(v) == "NULL" else v for v in f.attributes()] for f in layer.getFeatures()]


def shapes(layer):
    return [
        None if f.geometry().isNull() else shapely.from_wkb(bytes(f.geometry().asWkb())) for f in layer.getFeatures()
    ]


class TestMemory:
    @pytest.mark.parametrize(
        ("given", "kind"),
        [
            ([SQUARE, FAR_SQUARE], "Polygon"),
            ([SQUARE, shapely.MultiPolygon([SQUARE, FAR_SQUARE])], "MultiPolygon"),
            ([shapely.MultiPolygon([SQUARE]), None], "MultiPolygon"),
            ([shapely.LineString([(0, 0), (1, 1)]), shapely.MultiLineString([[(0, 0), (2, 1)]])], "MultiLineString"),
            ([shapely.Point(1, 2), shapely.MultiPoint([(1, 2), (3, 4)])], "MultiPoint"),
            ([shapely.Point(1, 2), None], "Point"),
        ],
    )
    def test_every_row_arrives_whatever_mixture_of_single_and_multipart(self, given, kind):
        from qgis.core import QgsWkbTypes

        layer = layer_of(given, code=["a", "b"])
        assert QgsWkbTypes.displayString(layer.wkbType()) == kind
        assert layer.featureCount() == 2
        for found, shape in zip(shapes(layer), given):
            assert found is None if shape is None else shapely.equals(found, shape)

    @pytest.mark.parametrize(
        ("given", "kind"),
        [
            (["a", None], str),
            ([None, None], str),
            ([1, None], int),
            ([1, 2.5], float),
            ([np.int64(3), np.float64(0.5)], float),
            ([np.float64("nan"), 1.0], float),
            ([True, None], bool),
            ([1, "x"], str),
        ],
    )
    def test_columns_are_typed_by_all_their_values(self, given, kind):
        from gridmgmt_plugin.project.attributes import field

        layer = layer_of([SQUARE, SQUARE], value=given)
        assert layer.fields()[0].type() == field("", kind).type()
        expected = [None if v is None or v != v else str(v) if kind is str else v for v in given]
        assert [row[0] for row in values(layer)] == expected

    def test_a_known_frame_is_set_and_a_local_one_is_not(self):
        assert layer_of([SQUARE]).crs().authid() == "EPSG:4548"
        assert not layer_of([SQUARE], LOCAL).crs().isValid()

    def test_a_layer_without_columns_or_rows_is_a_layer(self):
        assert layer_of([SQUARE]).featureCount() == 1
        assert layer_of([], code=[]).isValid()

    def test_mixed_families_and_tables_are_a_mistake_of_ours(self):
        with pytest.raises(ValueError):
            layer_of([SQUARE, shapely.Point(0, 0)])
        with pytest.raises(ValueError):
            memory_layer(Rows({"a": as_column([1])}), "x", LOCAL)

    def test_twenty_thousand_rows_come_in_order(self):
        boxes = shapely.box(np.arange(20_000), 0, np.arange(20_000) + 1, 1)
        layer = layer_of(boxes, n=range(20_000))
        assert [row[0] for row in values(layer)] == list(range(20_000))


class TestFile:
    def test_a_geopackage_holds_what_the_layer_held(self, tmp_path):
        from qgis.core import QgsVectorLayer

        path = write_layer(
            layer_of([SQUARE, None], name=["夜市 一带", None], n=[3, None]), tmp_path / "高发 区域.gpkg"
        )
        back = QgsVectorLayer(str(path), "x", "ogr")
        assert back.crs().authid() == "EPSG:4548"
        assert [row[1:] for row in values(back)] == [["夜市 一带", 3], [None, None]]
        assert shapely.equals(shapes(back)[0], SQUARE)
        assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone() == (10200,)

    def test_a_local_frame_is_plain_metres_in_the_file(self, tmp_path):
        path = write_layer(layer_of([SQUARE], LOCAL), tmp_path / "a.gpkg")
        assert sqlite3.connect(path).execute("SELECT srs_id FROM gpkg_geometry_columns").fetchall() == [(-1,)]
        assert sqlite3.connect(path).execute("SELECT srs_id FROM gpkg_contents").fetchall() == [(-1,)]

    @pytest.mark.parametrize("suffix", [".geojson", ".JSON"])
    def test_geojson_is_in_longitude_and_latitude(self, tmp_path, suffix):
        path = write_layer(layer_of([SQUARE], name=["夜市"]), tmp_path / f"热点{suffix}")
        content = json.loads(path.read_text(encoding="utf-8"))
        lon, lat = content["features"][0]["geometry"]["coordinates"][0][0]
        assert (lon, lat) == (pytest.approx(116.39, abs=0.01), pytest.approx(39.89, abs=0.01))
        assert "crs" not in content
        assert content["features"][0]["properties"]["name"] == "夜市"

    def test_geojson_of_a_local_frame_is_refused(self, tmp_path):
        self.refused(layer_of([SQUARE], LOCAL), tmp_path / "a.geojson", "geojson_needs_lonlat")

    def test_an_unknown_format_is_refused(self, tmp_path):
        self.refused(layer_of([SQUARE]), tmp_path / "a.shp", "layer_format_unknown")

    def test_a_folder_that_is_not_there_is_told(self, tmp_path):
        self.refused(layer_of([SQUARE]), tmp_path / "没有" / "a.gpkg", "layer_not_written")

    def test_an_earlier_result_is_replaced(self, tmp_path):
        write_layer(layer_of([SQUARE, SQUARE]), tmp_path / "a.gpkg")
        write_layer(layer_of([SQUARE]), tmp_path / "a.gpkg")
        assert sqlite3.connect(tmp_path / "a.gpkg").execute("SELECT count(*) FROM a").fetchone() == (1,)
        assert [p.name for p in tmp_path.iterdir()] == ["a.gpkg"]

    def test_a_workspace_is_never_replaced(self, tmp_path):
        path = tmp_path / "库.gpkg"
        with Workspace.create(path, WorkspaceInfo(LOCAL, "990101")):
            pass
        before = path.read_bytes()
        self.refused(layer_of([SQUARE]), path, "layer_would_replace_workspace")
        assert path.read_bytes() == before

    def refused(self, layer, path, code):
        before = sorted(p.name for p in path.parent.iterdir()) if path.parent.is_dir() else None
        with pytest.raises(WorkspaceError) as caught:
            write_layer(layer, path)
        assert caught.value.code == code
        assert caught.value.text("zh_CN")
        if before is not None:
            assert sorted(p.name for p in path.parent.iterdir()) == before
