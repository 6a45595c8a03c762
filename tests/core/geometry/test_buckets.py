"""Buckets of ground find what asking every shape would find, whatever the shapes are like."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.geometry import buckets
from gridmgmt_plugin.core.geometry.buckets import Buckets


def _pairs(geometry, x, y):
    point, shape = Buckets(np.array(geometry, dtype=object)).pairs(np.asarray(x, float), np.asarray(y, float))
    return sorted(zip(point.tolist(), shape.tolist()))


def _plainly(geometry, x, y):
    return [(p, s) for p in range(len(x)) for s, g in enumerate(geometry) if shapely.intersects_xy(g, x[p], y[p])]


ROAD = shapely.LineString([(0, 0), (1000, 1000)]).buffer(1.0)
ODD = {
    "one shape": [shapely.box(0, 0, 10, 10)],
    "a long one across many small ones": [
        ROAD,
        *shapely.box(*np.mgrid[0:1000:100, 0:1000:100].reshape(2, -1), 50, 50),
    ],
    "missing, empty and hollow ones": [
        None,
        shapely.Polygon(),
        shapely.box(0, 0, 9, 9).difference(shapely.box(3, 3, 6, 6)),
    ],
    "shapes over one another": [
        shapely.box(0, 0, 900, 900),
        shapely.box(100, 100, 700, 700),
        shapely.box(0, 0, 900, 900),
    ],
    "one without any width": [shapely.box(5, 0, 5, 1000)],
    "a point": [shapely.Point(500, 500)],
    "nothing": [],
}


@pytest.mark.daily(3)
@pytest.mark.parametrize("geometry", ODD.values(), ids=ODD)
@pytest.mark.parametrize("most", [1 << 23, 3])
def test_every_shape_is_found_at_every_place(geometry, most, monkeypatch):
    monkeypatch.setattr(buckets, "_MOST_ENTRIES", most)
    x, y = np.random.default_rng(1).uniform(-50, 1050, (2, 300))
    corners = shapely.get_coordinates(np.array(geometry, dtype=object))
    x, y = np.append(x, [500, *corners[:, 0]]), np.append(y, [500, *corners[:, 1]])
    assert _pairs(geometry, x, y) == _plainly(geometry, x, y)


def test_what_is_no_number_lies_nowhere():
    assert _pairs([shapely.box(0, 0, 10, 10)], [np.nan, 5, np.inf, 5], [5, np.nan, 5, 5]) == [(3, 0)]
