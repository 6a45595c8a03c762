"""A large layer in a GeoPackage of its own is read by other programs as any: columns, places, index, extent."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import fiona
import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import Cancelled, WorkspaceError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.gpkg.large_layers import write_large_layer

FRAMES = {"epsg": Frame("epsg", 4548, "x"), "local": Frame.local("示例地方坐标系")}
TYPES = {"名称": str, "数": int, "值": float, "fid": str}


def _rows(count=300):
    xy = np.random.default_rng(3).uniform(0, 1000, (count, 2))
    columns = {
        "名称": as_column([f"点{n}" for n in range(count - 1)] + [None]),
        "数": as_column(range(count)),
        "值": as_column([0.5] * (count - 1) + [float("nan")]),
        "fid": as_column(["a"] * count),
    }
    shapes = as_column(shapely.points(xy).tolist())
    shapes[5] = None
    return Rows(columns, shapes)


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_it_is_read_back_as_it_was_written(tmp_path, frame):
    path, rows = tmp_path / "查责 结果.gpkg", _rows()
    write_large_layer(rows, TYPES, "Point", frame, path, Progress())
    with fiona.open(path) as source:
        assert len(source) == 300
        features = list(source)
        assert source.bounds == pytest.approx(shapely.total_bounds(rows.geometry))
        assert (source.crs.to_epsg() == 4548) == (frame.epsg is not None)
        near = list(source.filter(bbox=(0, 0, 200, 200)))
    assert [feature["properties"]["名称"] for feature in features] == rows["名称"].tolist()
    assert [feature["properties"]["数"] for feature in features] == list(range(300))
    assert features[-1]["properties"]["值"] is None
    assert features[5]["geometry"] is None
    assert features[0]["geometry"]["coordinates"] == pytest.approx(rows.geometry[0].coords[0])
    expected = sum(shape is not None and shape.x <= 200 and shape.y <= 200 for shape in rows.geometry)
    assert len(near) == expected
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_its_index_is_sound_and_its_triggers_are_back(tmp_path):
    path = tmp_path / "a.gpkg"
    write_large_layer(_rows(), TYPES, "Point", FRAMES["epsg"], path, Progress())
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT rtreecheck('rtree_a_geom')").fetchone() == ("ok",)
        triggers = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
        assert any(name.startswith("rtree_a_geom_insert") for name in triggers)
        assert connection.execute("SELECT feature_count FROM gpkg_ogr_contents").fetchone() == (300,)


def test_cancelled_nothing_is_left_and_what_stood_there_stays(tmp_path):
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"before")
    with pytest.raises(Cancelled):
        write_large_layer(_rows(), TYPES, "Point", FRAMES["epsg"], path, Progress(None, lambda: True))
    assert path.read_bytes() == b"before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.gpkg"]


def test_where_nothing_can_be_written_that_is_told(tmp_path):
    with pytest.raises(WorkspaceError) as caught:
        write_large_layer(_rows(), TYPES, "Point", FRAMES["epsg"], tmp_path / "没有" / "a.gpkg", Progress())
    assert caught.value.code == "layer_not_written"
