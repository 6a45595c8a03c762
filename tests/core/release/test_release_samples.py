"""Acceptance points lie where they say they do, and the same seed gives the same points."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.release.samples import INSIDE, NEAR_EDGE, ON_EDGE, sample_points


def _cells(columns=6, rows=4, size=100.0):
    x, y = np.meshgrid(np.arange(columns) * size, np.arange(rows) * size)
    boxes = shapely.box(x.ravel(), y.ravel(), x.ravel() + size, y.ravel() + size)
    return boxes, [f"{i:03d}" for i in range(len(boxes))]


def _sample(count=40, seed=7, cells=None):
    boxes, codes = _cells() if cells is None else cells
    return boxes, sample_points(boxes, codes, count, near_m=0.05, precision_m=0.001, seed=seed)


def test_half_lie_inside_a_quarter_near_and_a_quarter_on_edges():
    _, points = _sample()
    names, counts = np.unique(points.place.astype(str), return_counts=True)
    assert dict(zip(names, counts)) == {INSIDE: 20, NEAR_EDGE: 10, ON_EDGE: 10}


def test_points_on_edges_lie_exactly_on_two_cells_or_more():
    boxes, points = _sample()
    for x, y in zip(points.x[points.place == ON_EDGE], points.y[points.place == ON_EDGE]):
        assert shapely.intersects(boxes, shapely.Point(x, y)).sum() >= 2


def test_points_inside_and_near_lie_in_exactly_one_cell():
    boxes, points = _sample()
    single = points.place != ON_EDGE
    for x, y in zip(points.x[single], points.y[single]):
        assert shapely.contains_properly(boxes, shapely.Point(x, y)).sum() == 1


def test_points_near_edges_are_centimetres_from_one():
    boxes, points = _sample()
    edges = shapely.union_all(shapely.boundary(boxes))
    near = points.place == NEAR_EDGE
    distances = shapely.distance(shapely.points(points.x[near], points.y[near]), edges)
    assert ((distances > 0.03) & (distances < 0.07)).all()


def test_the_same_seed_gives_the_same_points_and_another_one_others():
    _, first = _sample(seed=1)
    _, again = _sample(seed=1)
    _, other = _sample(seed=2)
    assert first.x.tolist() == again.x.tolist()
    assert first.y.tolist() == again.y.tolist()
    assert first.x.tolist() != other.x.tolist()


def test_a_single_cell_has_no_shared_edge():
    _, points = _sample(cells=(np.array([shapely.box(0, 0, 50, 50)]), ["1"]))
    assert ON_EDGE not in points.place
    assert INSIDE in points.place


def test_no_cells_no_points():
    assert len(sample_points(np.empty(0, dtype=object), [], 40, near_m=0.05, precision_m=0.001, seed=1)) == 0
