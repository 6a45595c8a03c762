"""Geometries travel through GeoPackage blobs unchanged, and GDAL reads what we write."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.geometry.plain_points import PlainPoints
from gridmgmt_plugin.workspace.gpkg.blob import decode, encode, encode_points, envelope, shapes_of
from tests.tries import tries

COORDINATE = st.floats(-1e7, 1e7, allow_nan=False)


def _column(*geometries):
    column = np.empty(len(geometries), dtype=object)
    column[:] = geometries
    return column


@tries(60)
@given(st.lists(st.tuples(COORDINATE, COORDINATE), min_size=2, max_size=6))
def test_lines_and_points_round_trip_bit_for_bit(points):
    column = _column(shapely.LineString(points), shapely.Point(points[0]), None)
    back = decode(encode(column, 4548))
    assert shapely.to_wkb(back[:2]).tolist() == shapely.to_wkb(column[:2]).tolist()
    assert back[2] is None


def test_the_envelope_is_written_and_read():
    blobs = encode(_column(shapely.box(1, 2, 3, 5), shapely.Point(7, 8), shapely.Polygon(), None), -1)
    assert envelope(blobs[0]) == (1, 3, 2, 5)
    assert envelope(blobs[1]) == (7, 7, 8, 8)
    assert envelope(blobs[2]) is None
    assert envelope(blobs[3]) is None


def test_an_empty_column_stays_empty():
    assert encode(_column(), 4548) == []
    assert len(decode([])) == 0


def test_points_alone_and_points_among_others_become_the_same_blobs():
    points = shapely.points([500000.125, -1.0, 0.0], [4400000.25, 2.0, 0.0])
    among = np.append(points, [shapely.Point(), None, shapely.box(0, 0, 1, 1)])
    assert encode(points, 4548) == encode(among, 4548)[:3]
    assert shapely.equals(decode(encode(points, -1)), points).all()


def test_points_of_which_no_shape_was_made_become_the_same_blobs():
    plain = PlainPoints(np.array([500000.125, np.nan, 0.0]), np.array([4400000.25, np.nan, 0.0]))
    assert encode_points(plain, 4548) == encode(plain.shapes(), 4548)
    assert encode_points(plain.take(np.zeros(0, dtype=np.int64)), 4548) == []


def test_a_column_of_points_is_read_as_places_and_one_with_other_shapes_as_shapes():
    points = _column(shapely.Point(500000.125, 4400000.25), None, shapely.Point(0, -1))
    read = shapes_of(encode(points, 4548))
    assert isinstance(read, PlainPoints)
    assert shapely.to_wkb(read.shapes()).tolist() == shapely.to_wkb(points).tolist()
    for more in (shapely.Point(), shapely.Point(1, 2, 3), shapely.box(0, 0, 1, 1)):
        others = _column(*points, more)
        assert shapely.to_wkb(shapes_of(encode(others, 4548))).tolist() == shapely.to_wkb(others).tolist()
    assert len(shapes_of([])) == 0
