"""A file of points alone is read by its numbers; what comes of it is what comes of each shape by itself."""

from __future__ import annotations

import struct

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.wkb_shapes import plain_coordinates, shapes_of_pieces, shapes_of_wkb
from tests.tries import tries

LINE = shapely.to_wkb(shapely.LineString([(0, 0), (1, 1)]))
AXIS = st.one_of(st.floats(-1e7, 1e7), st.sampled_from([float("nan"), float("inf")]))


def point(x, y):
    return struct.pack("<bIdd", 1, 1, x, y)


@given(st.lists(st.one_of(st.none(), st.just(b""), st.builds(point, AXIS, AXIS)), max_size=8))
@tries(100)
def test_points_alone_and_points_beside_a_line_are_read_alike(wkb):
    alone, beside = shapes_of_wkb(wkb), shapes_of_wkb([*wkb, LINE])
    assert shapely.equals_exact(alone.geometry, beside.geometry[:-1]).tolist() == [
        shape is not None for shape in alone.geometry
    ]
    assert [shape is None for shape in alone.geometry] == [shape is None for shape in beside.geometry[:-1]]
    assert alone.endless.tolist() == beside.endless.tolist()
    assert alone.unreadable.tolist() == beside.unreadable.tolist() == []


@given(st.lists(st.lists(st.one_of(st.none(), st.builds(point, AXIS, AXIS)), min_size=1, max_size=4), max_size=4))
@tries(100)
def test_points_that_come_in_packets_are_those_that_come_one_by_one(batches):
    wkb = [shape for batch in batches for shape in batch]
    slow = shapes_of_wkb([*wkb, LINE])
    pieces = [
        plain_coordinates(
            np.array([shape or b"junk" for shape in batch], dtype="V21"), np.array([shape is None for shape in batch])
        )
        for batch in batches
    ]
    for found, count in ((shapes_of_pieces(pieces), len(wkb)), (shapes_of_pieces([*pieces, [LINE]]), len(wkb) + 1)):
        assert found.geometry.tolist() == slow.geometry[:count].tolist()
        assert found.endless.tolist() == slow.endless.tolist()
        assert found.unreadable.tolist() == []
        assert found.problems().rows.tolist() == [row for row in slow.problems().rows.tolist() if row < count]


@pytest.mark.parametrize(
    "wkb",
    [
        shapely.to_wkb(shapely.Point(1, 2), byte_order=0),
        shapely.to_wkb(shapely.MultiPoint([(1, 2)])),
        shapely.to_wkb(shapely.Point(1, 2, 3)),
        struct.pack("<bIdd", 1, 1001, 1, 2),
        struct.pack("<bIdd", 1, 2, 1, 2),
    ],
)
def test_other_bytes_are_no_plain_points(wkb):
    packets = np.array([wkb], dtype=f"V{len(wkb)}")
    assert plain_coordinates(packets, None) is None
    assert plain_coordinates(packets, np.array([False])) is None


@pytest.mark.parametrize("driver", ["GPKG", "ESRI Shapefile"])
def test_a_layer_of_points_keeps_its_places_whatever_else_lies_in_it(tmp_path, driver):
    ogr = pytest.importorskip("osgeo.ogr")
    path = tmp_path / ("points.gpkg" if driver == "GPKG" else "points.shp")
    texts = ["POINT (1 2)", None, "POINT (3 4)", "POINT EMPTY" if driver == "GPKG" else None]
    dataset = ogr.GetDriverByName(driver).CreateDataSource(str(path))
    layer = dataset.CreateLayer("points", geom_type=ogr.wkbPoint)
    for text in texts:
        feature = ogr.Feature(layer.GetLayerDefn())
        if text:
            feature.SetGeometry(ogr.CreateGeometryFromWkt(text))
        layer.CreateFeature(feature)
    del feature, layer, dataset
    read = read_source(path)
    assert np.array_equal(read.rows.xy()[0], [1, np.nan, 3, np.nan], equal_nan=True)
    assert read.rows.shapes.tolist() == [shapely.Point(1, 2), None, shapely.Point(3, 4), None]
    assert read.problems.rows.tolist() == [1, 3]
