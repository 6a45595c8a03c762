"""Bytes that make no shape cost their own row: the others are read, and the row says why it has none."""

from __future__ import annotations

import json
import sqlite3
import struct

import numpy as np
import pytest
import shapely
from osgeo import ogr, osr

from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.wkb_shapes import shapes_of_wkb

GOOD = [shapely.box(448_000 + 50 * i, 4_418_000, 448_050 + 50 * i, 4_418_100) for i in range(3)]
TRIANGLE = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]


def _polygon(*vertices):
    return struct.pack("<BIII", 1, 3, 1, len(vertices)) + b"".join(struct.pack("<2d", *vertex) for vertex in vertices)


def _curve(*vertices):
    head = struct.pack("<BIIBII", 1, 10, 1, 1, 8, len(vertices))
    return head + b"".join(struct.pack("<2d", *vertex) for vertex in vertices)


BAD = {
    "nothing": (b"", "geometry_missing"),
    "cut": (_polygon(*TRIANGLE)[:40], "geometry_unreadable"),
    "too many rings": (struct.pack("<BII", 1, 3, 2**31), "geometry_unreadable"),
    "open ring": (_polygon(*TRIANGLE[:3], (5.0, 5.0)), "geometry_unreadable"),
    "unknown type": (struct.pack("<BII", 1, 77, 1), "geometry_unreadable"),
    "surface of triangles": (struct.pack("<BIIBIII", 1, 16, 1, 1, 17, 1, 0), "geometry_unreadable"),
    "infinite": (_polygon((0.0, 0.0), (np.inf, 0.0), (1.0, 1.0), (0.0, 0.0)), "geometry_not_finite"),
    "nan": (_polygon((0.0, 0.0), (1.0, np.nan), (1.0, 1.0), (0.0, 0.0)), "geometry_not_finite"),
    "infinite arc": (
        _curve((0.0, 0.0), (np.inf, 0.0), (1.0, 1.0), (2.0, np.nan), (0.0, 0.0)),
        "geometry_unreadable",
    ),
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("declared", [ogr.wkbPolygon, ogr.wkbCurvePolygon], ids=["polygons", "curves"])
def test_a_blob_that_is_no_shape_costs_its_own_row(tmp_path, declared, kind):
    blob, reason = BAD[kind]
    path = tmp_path / "网格.gpkg"
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4548)
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = dataset.CreateLayer("cells", reference, declared)
    for shape in (*GOOD, GOOD[0]):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkb(shapely.to_wkb(shape)))
        layer.CreateFeature(feature)
    del feature, layer, dataset
    with sqlite3.connect(path) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        header = b"GP\0\1" + struct.pack("<i", 4548)
        connection.execute("UPDATE cells SET geom = ? WHERE fid = 4", (header + blob,))
    connection.close()
    source = read_source(path)
    assert shapely.equals(source.rows.geometry[:3], GOOD).all()
    assert source.rows.geometry[3] is None
    assert source.problems.rows.tolist() == [3]
    assert source.problems.reasons[0] in {reason, "geometry_missing", "geometry_unreadable", "geometry_not_finite"}


@pytest.mark.parametrize("kind", BAD)
def test_the_reason_says_what_is_wrong_with_the_bytes(kind):
    blob, reason = BAD[kind]
    found = shapes_of_wkb([shapely.to_wkb(GOOD[0]), blob, None])
    assert found.geometry[0] == GOOD[0]
    assert found.geometry[1:].tolist() == [None, None]
    assert found.problems().reasons.tolist() == [reason, "geometry_missing"]


def test_points_are_read_in_either_byte_order():
    point = shapely.Point(448_000.5, 4_418_000.25)
    for order in (0, 1):
        shapes = [shapely.to_wkb(point, byte_order=order), shapely.to_wkb(shapely.Point(), byte_order=order)]
        assert shapes_of_wkb(shapes).geometry.tolist() == [point, None]


def test_a_file_of_ours_that_is_compared_anyway_is_read_without_a_judgement_of_its_shapes(tmp_path):
    path = tmp_path / "网格.geojson"
    bow_tie = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    feature = {"type": "Feature", "properties": {"code": "1.1E+14"}, "geometry": bow_tie}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    told, untold = (read_source(path, as_written=True, judged=judged) for judged in (True, False))
    assert (set(told.problems.reasons), len(untold.problems.rows)) == ({"geometry_invalid", "damage_scientific"}, 0)
    assert shapely.equals_exact(told.rows.geometry, untold.rows.geometry).all()
    assert untold.rows["code"].tolist() == ["1.1E+14"]
