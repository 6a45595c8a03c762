"""A file of points alone is read by its numbers; what comes of it is what comes of each shape by itself."""

from __future__ import annotations

import struct

import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.exchange.wkb_shapes import shapes_of_wkb
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
