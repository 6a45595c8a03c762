"""Hairs of ground in which borders fold back on themselves are taken off, and nothing else moves."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.coverage.graph import tips
from gridmgmt_plugin.core.coverage.graph.area_noding import node_coverage
from gridmgmt_plugin.core.coverage.graph.tips import TIP_WIDTH_M, tip_sides
from gridmgmt_plugin.core.coverage.health.doctor import repair
from gridmgmt_plugin.core.coverage.health.examine import is_coverage
from gridmgmt_plugin.core.geometry.ring_edges import ring_edges, runs
from tests.core.coverage.coverage_builders import irregular, same_coverage, squares
from tests.core.coverage.health.test_repair_coverage import BLOCK, _damaged_in_many_ways
from tests.tries import tries

PRECISION_M = 0.001


def hair_beside_a_border(cells: np.ndarray, rng: np.random.Generator) -> tuple[int, int, shapely.Polygon] | None:
    """Return who gets and who gives a hair, pointed or blunt, along a border: a third cell at the border's end, or
    the cell on its other side, which reaches round its own corner then.
    """
    edges = ring_edges(cells, 0.0)
    order, heads = runs(edges.key)
    long = np.flatnonzero((np.diff(np.r_[heads, len(order)]) == 2) & (edges.length[order[heads]] > 5))
    one, two = order[heads[rng.choice(long)] + np.array([0, 1])]
    giver = int(edges.owner[one])
    # The hair lies in the giver, to the left of its own edge, from the junction at one end of it.
    start, end = edges.start[one], edges.end[one]
    if shapely.Polygon(edges.rings[edges.ring[one]]).exterior.is_ccw is False:
        return None
    along = (end - start) / np.hypot(*(end - start))
    inward = np.array([-along[1], along[0]])
    length, width = rng.uniform(0.1, 4.0), rng.uniform(0.001, 0.008)
    tip = start + length * along
    corners = [start, tip, tip + width * inward, start + width * inward][: 3 + int(rng.integers(2))]
    if rng.integers(2) and len(corners) == 3:
        corners = [start, tip, start + width * inward]
    at_start = (edges.start == start).all(axis=1)
    others = np.setdiff1d(edges.owner[at_start], [giver, edges.owner[two]])
    getter = int(others[0]) if len(others) and rng.integers(2) else int(edges.owner[two])
    return getter, giver, shapely.Polygon(corners)


def with_hairs(cells: np.ndarray, count: int, rng: np.random.Generator) -> tuple[np.ndarray, list[shapely.Polygon]]:
    """Return the cells with hairs given from one to another; each was whole before and stays so."""
    cells, hairs = cells.copy(), []
    for _ in range(count):
        found = hair_beside_a_border(cells, rng)
        if found is None:
            continue
        getter, giver, hair = found
        pair = np.array([shapely.union(cells[getter], hair), shapely.difference(cells[giver], hair)])
        if (shapely.get_type_id(pair) == shapely.GeometryType.POLYGON).all():
            cells[[getter, giver]] = pair
            hairs.append(hair)
    return cells, hairs


def tips_in(*levels: np.ndarray) -> int:
    return sum(len(tip_sides(polygons, TIP_WIDTH_M)) for polygons in levels)


def assert_borders_stay(before: np.ndarray, after: np.ndarray, width_m: float) -> None:
    """Assert that no border lies farther than the width from where one was."""
    borders = shapely.union_all(shapely.boundary(before))
    assert shapely.distance(borders, shapely.points(shapely.get_coordinates(after))).max() <= width_m + 1e-9
    moved = shapely.area(shapely.symmetric_difference(before, after))
    assert (moved <= width_m * shapely.length(before)).all()


@tries(40)
@given(st.integers(0, 100_000), st.integers(1, 8))
def test_hairs_along_any_border_are_taken_off_in_every_level(seed, count):
    rng = np.random.default_rng(seed)
    sound, _ = irregular(25, seed)
    low, hairs = with_hairs(sound, count, rng)
    west = shapely.get_coordinates(shapely.centroid(sound))[:, 0] < 250
    high = np.array([shapely.union_all(low[west]), shapely.union_all(low[~west])])
    level = np.r_[0, 0, np.ones(len(low), dtype=int)]
    noded = node_coverage(np.concatenate([high, low]), PRECISION_M, level)
    upper, lower = noded.geometry[:2], noded.geometry[2:]
    assert tips_in(upper, lower) == 0
    for polygons in (upper, lower):
        assert is_coverage(polygons, TIP_WIDTH_M)
        assert (shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON).all()
    for side, mask in ((0, west), (1, ~west)):
        assert shapely.area(shapely.symmetric_difference(shapely.union_all(lower[mask]), upper[side])) < 1e-6
    assert_borders_stay(sound, lower, TIP_WIDTH_M)
    far = shapely.distance(sound, shapely.union_all(hairs)) > 1 if hairs else np.ones(len(sound), dtype=bool)
    assert same_coverage(shapely.normalize(sound[far]), shapely.normalize(lower[far])), "what has no hair stays"


def from_other_lines(seed: int, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Return two levels of areas and their level: the upper one drawn from other lines than the lower."""
    rng = np.random.default_rng(seed)
    low, _ = irregular(25, seed)
    west = shapely.get_coordinates(shapely.centroid(low))[:, 0] < 250
    ring = shapely.get_coordinates(shapely.segmentize(shapely.union_all(low[west]), 10.0))[:-1]
    other = shapely.make_valid(shapely.Polygon(ring + rng.normal(0, reach, ring.shape)))
    areas = np.array([other, shapely.difference(shapely.union_all(low), other), *low])
    return areas, np.r_[0, 0, np.ones(len(low), dtype=int)]


def hairy(monkeypatch, draw):
    """Return what is drawn when no tip is taken off."""
    with monkeypatch.context() as patch:
        patch.setattr(tips, "_ROUNDS", 0)
        return draw()


@tries(30)
@given(st.integers(0, 100_000), st.sampled_from([0.02, 0.2, 1.0]))
def test_whatever_the_lines_no_border_moves_farther_than_two_hairs_are_wide(monkeypatch, seed, reach):
    areas, level = from_other_lines(seed, reach)
    noded = node_coverage(areas, PRECISION_M, level).geometry
    before = hairy(monkeypatch, lambda: node_coverage(areas, PRECISION_M, level)).geometry
    assert tips_in(noded[level == 0], noded[level == 1]) <= tips_in(before[level == 0], before[level == 1])
    for number in (0, 1):
        assert is_coverage(noded[level == number])
        assert_borders_stay(before[level == number], noded[level == number], 2 * TIP_WIDTH_M)


@pytest.mark.parametrize("seeds", [range(21), pytest.param(range(21, 60), marks=pytest.mark.proof)])
def test_a_level_drawn_from_other_lines_leaves_no_hair(monkeypatch, seeds):
    had = 0
    for seed in seeds:
        areas, level = from_other_lines(seed, (0.02, 0.05, 0.2)[seed % 3])
        noded = node_coverage(areas, PRECISION_M, level).geometry
        before = hairy(monkeypatch, lambda: node_coverage(areas, PRECISION_M, level)).geometry  # noqa: B023  used at once
        had += tips_in(before[level == 0], before[level == 1]) > 0
        assert tips_in(noded[level == 0], noded[level == 1]) == 0
        assert is_coverage(noded[level == 0], TIP_WIDTH_M)
        assert is_coverage(noded[level == 1], TIP_WIDTH_M)
    assert had > 5, "these districts would have hairs"


def far_and_turned(place: np.ndarray) -> np.ndarray:
    """Return places in a projected frame: large numbers, no edge along an axis, no vertex on the grid."""
    return place @ np.array([[0.8, 0.6], [-0.6, 0.8]]) + [5e5, 4.4e6]


@pytest.mark.parametrize("seeds", [range(30, 50), [*range(30), *range(50, 80)]])
@pytest.mark.proof
def test_a_repair_leaves_no_hair_behind(monkeypatch, seeds):
    had = 0
    for seed in seeds:
        cells, outline = irregular(25, seed)
        if seed % 2:
            cells, outline = shapely.transform(cells, far_and_turned), shapely.transform(outline, far_and_turned)
        damaged = _damaged_in_many_ways(cells, np.random.default_rng(seed))
        width = {"snap_m": (0.01, 0.05, 0.5)[seed % 3], "gap_width_m": (0.5, 2.0)[seed % 2]}
        result = repair(damaged, outline, **width)
        had += tips_in(hairy(monkeypatch, lambda: repair(damaged, outline, **width)).geometry) > 0  # noqa: B023  used at once
        assert tips_in(result.geometry) == 0
        assert is_coverage(result.geometry, TIP_WIDTH_M)
        assert shapely.hausdorff_distance(result.outline, outline) <= 0.0015, "the outline is frozen"
    assert had > 0, "these repairs would leave hairs"


def test_the_hair_that_a_border_leaves_beside_a_junction_goes():
    # Taken from two levels of a real district: the border of two communities ends 1.3 mm inside their street office.
    left = shapely.Polygon([(0, 0), (0.162, -0.011), (-0.66, -1.656), (-10, -1.656), (-10, 0.7)])
    right = shapely.Polygon([(0, 0), (0.52, -0.031), (10, -0.5), (10, -1.656), (-0.66, -1.656), (0.162, -0.011)])
    noded = node_coverage(np.array([left, right]))
    assert tips_in(noded.geometry) == 0
    assert is_coverage(noded.geometry, TIP_WIDTH_M)
    assert noded.lost_m2.sum() < 0.001
    assert (0.162, -0.011) in map(tuple, shapely.get_coordinates(noded.geometry[0]).tolist())
    assert shapely.get_num_coordinates(noded.geometry).sum() == 6 + 6


def test_what_is_as_wide_as_the_tolerance_and_what_is_no_tip_stays_to_the_bit():
    wide = squares(2, 1)
    wide[0] = shapely.union(wide[0], shapely.box(100, 40, 103, 40.02))
    wide[1] = shapely.difference(wide[1], shapely.box(100, 40, 103, 40.02))
    notch = squares(2, 1)
    notch[0] = shapely.union(notch[0], shapely.box(100, 40, 100.008, 40.008))
    notch[1] = shapely.difference(notch[1], shapely.box(100, 40, 100.008, 40.008))
    for cells in (wide, notch):
        noded = node_coverage(cells)
        assert same_coverage(shapely.normalize(noded.geometry), shapely.normalize(cells))


def test_an_area_that_is_nothing_but_a_hair_is_kept():
    strip = shapely.box(100, 0, 100.006, 100)
    cells = np.array([shapely.box(0, 0, 100, 100), strip, shapely.box(100.006, 0, 200, 100)])
    noded = node_coverage(cells)
    assert shapely.area(noded.geometry) == pytest.approx(shapely.area(cells), abs=1e-9)


def test_an_area_that_hangs_together_by_a_hair_keeps_it_and_others_lose_theirs():
    neck = shapely.box(100, 50, 200, 50.006)
    west, east = shapely.box(0, 0, 100, 100), shapely.box(200, 0, 300, 100)
    middle = shapely.difference(shapely.box(100, 0, 200, 100), neck)
    bound = shapely.union_all([west, neck, east])
    far = shapely.transform(squares(2, 1), lambda c: c + np.array([1000, 0]))
    hair = shapely.Polygon([(1100, 30), (1104, 30), (1100, 30.004)])
    far = np.array([shapely.union(far[0], hair), shapely.difference(far[1], hair)])
    noded = node_coverage(np.array([bound, *shapely.get_parts(middle), *far]))
    assert shapely.equals(noded.geometry[0], bound)
    assert tips_in(noded.geometry[3:]) == 0
    assert is_coverage(noded.geometry[3:], TIP_WIDTH_M)


def test_an_outline_does_not_give_way_to_a_tip_beside_it():
    cells = squares(3, 3)
    cells[0] = shapely.Polygon([(0, 0), (100, 0), (100.02, 50), (100, 100), (0, 100)])
    cells[4] = shapely.union(cells[4], shapely.Polygon([(100, 100), (100, 96), (99.995, 100)]))
    result = repair(cells, BLOCK)
    assert tips_in(result.geometry) == 0
    assert shapely.equals(result.outline, BLOCK)
