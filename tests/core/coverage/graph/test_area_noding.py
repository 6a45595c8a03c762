"""Areas of one or more levels get equal vertices on their shared edges."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.coverage.graph import tips
from gridmgmt_plugin.core.coverage.graph.area_noding import node_coverage
from gridmgmt_plugin.core.coverage.graph.tips import TIP_WIDTH_M
from gridmgmt_plugin.core.coverage.health.examine import examine, is_coverage
from gridmgmt_plugin.core.errors import Cancelled, InputError
from gridmgmt_plugin.core.progress import Progress
from tests.core.coverage.coverage_builders import irregular, squares
from tests.tries import tries


def by_cell(cells: np.ndarray, seed: int, reach: float) -> np.ndarray:
    """Return cells each shifted as a whole by up to ``reach``: what conversions do to neighbours."""
    rng = np.random.default_rng(seed)
    return np.array([shapely.transform(cell, lambda c: c + rng.uniform(-reach, reach, 2)) for cell in cells])


@tries(15)
@given(st.integers(0, 10_000), st.sampled_from([1e-9, 1e-6, 1e-3, 0.01]))
def test_neighbours_that_a_conversion_drew_apart_match_again(seed, reach):
    sound, _ = irregular(15, seed)
    noded = node_coverage(by_cell(sound, seed, reach))
    assert is_coverage(noded.geometry)
    assert shapely.area(noded.geometry) == pytest.approx(shapely.area(sound), abs=max(reach, 0.001) * 1500)
    assert noded.overlap_m2 == 0


@tries(15)
@given(st.integers(0, 10_000))
def test_levels_nest_exactly_after_a_conversion(seed):
    low, _ = irregular(30, seed)
    middle = shapely.get_coordinates(shapely.centroid(low))[:, 0] < 250
    high = np.array([shapely.union_all(low[middle]), shapely.union_all(low[~middle])])
    areas = by_cell(np.concatenate([high, low]), seed, 0.005)
    level = np.r_[0, 0, np.ones(len(low), dtype=int)]
    noded = node_coverage(areas, level=level)
    upper, lower = noded.geometry[:2], noded.geometry[2:]
    assert is_coverage(upper)
    assert is_coverage(lower)
    for side, mask in ((0, middle), (1, ~middle)):
        assert shapely.symmetric_difference(shapely.union_all(lower[mask]), upper[side]).area < 1e-6


def test_a_vertex_of_the_lower_level_appears_on_the_edge_of_the_higher():
    low = squares(2, 1)
    high = shapely.box(0, 0, 200, 100)
    noded = node_coverage(np.append(low, [high]), level=np.array([1, 1, 0]))
    corners = {tuple(c) for c in shapely.get_coordinates(noded.geometry[2]).tolist()}
    assert {(100.0, 0.0), (100.0, 100.0)} <= corners
    assert noded.gained_m2.sum() == noded.lost_m2.sum() == 0


def test_what_is_too_wide_to_be_rounding_is_left_and_measured():
    areas = np.array([shapely.box(0, 0, 105, 100), shapely.box(100, 0, 200, 100), shapely.box(207, 0, 300, 100)])
    noded = node_coverage(areas)
    assert noded.overlap_m2 == pytest.approx(500)
    assert shapely.area(noded.geometry).tolist() == pytest.approx([10500, 10000, 9300])


def test_thin_overlaps_and_enclosed_thin_gaps_are_settled():
    cells = squares(3, 3)
    cells[4] = shapely.box(100.2, 100, 200.3, 200)
    noded = node_coverage(cells)
    assert is_coverage(noded.geometry)
    assert examine(noded.geometry).of("hole", "gap").counts() == {}
    assert noded.gained_m2.sum() == pytest.approx(20)
    assert noded.lost_m2.sum() == pytest.approx(30)


def test_an_exclave_stays_with_its_area():
    areas = squares(3, 1)
    pair = np.array([shapely.union_all(areas[[0, 2]]), areas[1]])
    noded = node_coverage(pair)
    assert shapely.get_num_geometries(noded.geometry).tolist() == [2, 1]


def test_missing_areas_come_back_empty_in_their_place():
    noded = node_coverage(np.append(squares(2, 1), [None]))
    assert shapely.is_empty(noded.geometry).tolist() == [False, False, True]


def test_tolerances_below_the_precision_are_refused_and_work_can_be_cancelled():
    with pytest.raises(InputError):
        node_coverage(squares(2, 1), precision_m=0.1, snap_m=0.05)
    with pytest.raises(Cancelled):
        node_coverage(squares(2, 1), progress=Progress(is_cancelled=lambda: True))


def test_real_street_offices_with_slivers_of_a_conversion_become_a_coverage(metric_layer):
    offices = metric_layer("beijing_dongcheng/dongcheng.gpkg", "subdistrict")
    noded = node_coverage(offices)
    assert is_coverage(noded.geometry, TIP_WIDTH_M)
    assert examine(noded.geometry).of("gap", "hole", "overlap", "near_miss", "missing_vertex").counts() == {}
    assert set(shapely.get_type_id(noded.geometry).tolist()) == {3}
    assert shapely.area(noded.geometry) == pytest.approx(shapely.area(offices), abs=20)


@pytest.mark.proof
def test_real_areas_of_two_levels_share_their_vertices(metric_layer, monkeypatch):
    # The two layers come from different digitisings: their borders cross each other thousands of times.
    path = "nanjing_jiangning_east/jiangning_east.gpkg"
    offices, communities = metric_layer(path, "subdistrict"), metric_layer(path, "community")
    level = np.repeat([0, 1], [len(offices), len(communities)])
    noded = node_coverage(np.concatenate([offices, communities]), level=level)
    upper, lower = noded.geometry[: len(offices)], noded.geometry[len(offices) :]
    assert is_coverage(upper, TIP_WIDTH_M)
    assert is_coverage(lower, TIP_WIDTH_M), (
        "the border of two communities ends a millimetre inside their street office"
    )
    crossings = shapely.get_coordinates(shapely.intersection(shapely.boundary(upper[0]), shapely.boundary(lower)))
    vertices = shapely.points(np.unique(shapely.get_coordinates(lower), axis=0))
    missing = shapely.STRtree(vertices).query_nearest(shapely.points(crossings), return_distance=True)[1]
    assert missing.max() == 0, "wherever borders of two levels cross, both have a vertex"
    assert noded.lost_m2.sum() < 1
    with monkeypatch.context() as patch:
        patch.setattr(tips, "_ROUNDS", 0)
        hairy = node_coverage(np.concatenate([offices, communities]), level=level).geometry
    changed = ~shapely.equals_exact(shapely.normalize(hairy), shapely.normalize(noded.geometry), 0.0)
    assert changed.sum() == 2, "the community with the tip and its street office"
    assert shapely.area(shapely.symmetric_difference(hairy[changed], noded.geometry[changed])).max() < 0.001
