"""What the doctor sees in polygons that should tile an area."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core._compat import has_coverage_validation
from gridmgmt_plugin.core.coverage.health import examine as examine_module
from gridmgmt_plugin.core.coverage.health.examine import examine, is_coverage, is_coverage_by_edges
from gridmgmt_plugin.core.coverage.health.faults import KINDS
from gridmgmt_plugin.core.errors import Cancelled
from gridmgmt_plugin.core.progress import Progress
from tests.core.coverage.coverage_builders import irregular, moved_vertex, squares
from tests.tries import tries

BLOCK = shapely.box(0, 0, 300, 300)


def test_squares_that_tile_their_outline_have_no_fault():
    assert len(examine(squares(3, 3), BLOCK)) == 0
    assert len(examine(squares(3, 3))) == 0


@tries(10)
@given(st.integers(0, 10_000))
def test_an_exact_irregular_coverage_has_no_coverage_fault(seed):
    cells, outline = irregular(40, seed)
    found = examine(cells, outline, sliver_width_m=0, spike_angle_deg=0, min_edge_m=0)
    assert found.counts() == {}


def test_no_polygons_at_all_leave_the_outline_uncovered():
    found = examine(np.empty(0, dtype=object), BLOCK)
    assert found.counts() == {"uncovered": 1}
    assert found.measure[0] == 90000
    assert len(examine(np.empty(0, dtype=object))) == 0


def test_an_overlap_names_the_pair_and_its_area():
    cells = squares(3, 1)
    cells[0] = shapely.box(0, 0, 102, 100)
    found = examine(cells, shapely.box(0, 0, 300, 100)).of("overlap")
    assert (found.first[0], found.second[0], found.measure[0]) == (0, 1, pytest.approx(200))
    assert found.geometry[0].equals(shapely.box(100, 0, 102, 100))


def test_an_overlap_of_polygons_none_of_whose_own_edges_is_loose_is_still_found():
    # A second, finer coverage lies over the middle: only its border is loose, its inner cells are not.
    fine = shapely.transform(squares(6, 6, 10), lambda c: c + 120)
    cells = np.concatenate([squares(3, 3), fine])
    found = examine(cells, BLOCK).of("overlap")
    assert set(zip(found.first.tolist(), found.second.tolist())) == {(4, 9 + i) for i in range(36)}
    assert found.total("overlap") == pytest.approx(3600)


def test_two_equal_polygons_are_duplicates_not_an_overlap():
    cells = np.append(squares(3, 3), [shapely.box(100, 100, 200, 200)])
    found = examine(cells, BLOCK)
    assert found.counts() == {"duplicate": 1}
    assert (found.first[0], found.second[0]) == (4, 9)


def test_uncovered_ground_is_a_gap_a_hole_or_open_by_width_and_place():
    hole = np.delete(squares(3, 3), 4)
    assert examine(hole, BLOCK).counts() == {"hole": 1}
    assert examine(hole).counts() == {"hole": 1}, "an enclosed hole shows without an outline too"
    border = np.delete(squares(3, 3), 1)
    assert examine(border, BLOCK).counts() == {"uncovered": 1}
    assert examine(border).counts() == {}, "without an outline nobody knows that the border cell is missing"
    thin = squares(3, 3)
    thin[4] = shapely.box(100.3, 100, 200, 200)
    found = examine(thin, BLOCK).of("gap")
    assert found.measure.tolist() == [pytest.approx(30)]
    assert found.first[0] in (3, 4)


def test_the_gap_width_decides_what_is_thin():
    cells = squares(3, 3)
    cells[4] = shapely.box(103, 100, 200, 200)
    assert examine(cells, BLOCK, gap_width_m=0.5).of("gap", "hole").counts() == {"hole": 1}
    assert examine(cells, BLOCK, gap_width_m=4).of("gap", "hole").counts() == {"gap": 1}


def test_what_lies_beyond_the_outline_overshoots():
    cells = squares(4, 3)
    found = examine(cells, BLOCK)
    assert found.counts() == {"overshoot": 3}
    assert found.measure.tolist() == [10000] * 3
    wide = squares(3, 3)
    wide[5] = shapely.box(200, 100, 301, 200)
    assert examine(wide, BLOCK).of("overshoot").measure.tolist() == [pytest.approx(100)]


def test_an_outline_with_a_lake_lets_the_lake_be_bare():
    lake = shapely.Polygon(BLOCK.exterior.coords, [shapely.box(100, 100, 200, 200).exterior.coords])
    assert examine(np.delete(squares(3, 3), 4), lake).counts() == {}
    assert examine(squares(3, 3), lake).counts() == {"overshoot": 1}


def test_a_vertex_that_only_one_neighbour_has_is_missing_in_the_other():
    cells = squares(2, 1)
    cells[1] = shapely.Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (100, 50)])
    found = examine(cells)
    assert found.counts() == {"missing_vertex": 1}
    assert (found.first[0], found.second[0], found.measure[0]) == (1, 0, 0)
    assert found.geometry[0].equals(shapely.Point(100, 50))


def test_vertices_a_hair_apart_are_near_misses():
    cells = squares(2, 1)
    cells[1] = shapely.Polygon([(100 + 1e-9, 0), (200, 0), (200, 100), (100, 100)])
    found = examine(cells)
    assert found.counts() == {"near_miss": 1}
    assert found.measure[0] == pytest.approx(1e-9, rel=1e-3)


def test_a_cell_corner_on_the_outline_needs_no_vertex_there_but_one_beside_it_is_told():
    outline = shapely.Polygon([(0, 0), (300, 30), (300, 130), (0, 130)])
    left = shapely.Polygon([(0, 0), (100, 10), (100, 130), (0, 130)])
    right = shapely.Polygon([(100, 10), (300, 30), (300, 130), (100, 130)])
    assert examine(np.array([left, right]), outline).counts() == {}
    shifted = np.array([moved_vertex(left, 1, (0, 0.02)), moved_vertex(right, 0, (0, 0.02))])
    found = examine(shifted, outline).of("missing_vertex")
    assert set(found.second.tolist()) == {-1}


def test_a_corner_rounded_off_the_outline_by_a_few_millimetres_misses_nothing():
    outline = shapely.Polygon([(0, 0), (300, 30), (300, 130), (0, 130)])
    left = shapely.Polygon([(0, 0), (100, 10.002), (100, 130), (0, 130)])
    right = shapely.Polygon([(100, 10.002), (300, 30), (300, 130), (100, 130)])
    assert examine(np.array([left, right]), outline).counts() == {}
    assert examine(np.array([left, right]), outline, precision_m=0.0005).of("missing_vertex").counts()


def test_a_narrow_notch_in_the_border_is_the_outlines_own_detail():
    notch = [(0, 0), (300, 0), (300, 100), (150.02, 100), (150.01, 60), (150, 100), (0, 100)]
    cell = shapely.Polygon([*notch[:4], (150.015, 80), *notch[4:]])  # a vertex where something ends at the border
    assert examine(np.array([cell]), shapely.Polygon(notch), spike_angle_deg=0, min_edge_m=0).counts() == {}


def test_sides_that_face_each_other_across_the_end_of_a_wide_hole_are_no_near_miss():
    high = shapely.Polygon([(0, 50), (300, 50), (300, 100), (0, 100)])
    wedge = shapely.Polygon([(0, 0), (300, 0), (300, 50), (299.5, 49.98), (150, 40), (0, 50)])
    assert examine(np.array([wedge, high]), spike_angle_deg=0).counts() == {"hole": 1}


def test_a_ring_that_crosses_itself_is_told_with_place_and_reason():
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    found = examine(np.array([bow_tie])).of("invalid_ring")
    assert found.reason.tolist() == ["self_intersection"]
    assert found.geometry[0].equals(shapely.Point(50, 50))


def test_missing_empty_and_line_geometries_are_told_and_harm_nothing_else():
    cells = np.append(squares(3, 3), [None, shapely.Polygon(), shapely.LineString([(0, 0), (1, 1)])])
    found = examine(cells, BLOCK)
    assert found.counts() == {"empty": 3}
    assert found.first.tolist() == [9, 10, 11]


def test_parts_slivers_spikes_and_close_vertices_are_told():
    parts = shapely.union_all([shapely.box(0, 0, 10, 10), shapely.box(20, 0, 30, 10)])
    sliver = shapely.box(0, 50, 100, 50.5)
    spike = shapely.Polygon([(0, 100), (100, 100), (100, 149), (200, 150), (100, 151), (100, 200), (0, 200)])
    dense = shapely.Polygon([(0, 300), (50, 300), (50.01, 300), (100, 300), (100, 400), (0, 400)])
    found = examine(np.array([parts, sliver, spike, dense]))
    assert found.of("multipart").first.tolist() == [0]
    assert found.of("multipart").measure.tolist() == [2]
    assert found.of("sliver").first.tolist() == [1]
    assert found.of("spike").first.tolist() == [2]
    assert found.of("spike").geometry[0].equals(shapely.Point(200, 150))
    assert found.of("close_vertices").first.tolist() == [3]
    assert found.of("close_vertices").measure[0] == pytest.approx(0.01)


def test_a_short_edge_that_two_cells_share_is_told_once():
    left = shapely.Polygon([(0, 0), (100, 0), (100, 50), (100.01, 50), (100.01, 100), (0, 100)])
    right = shapely.Polygon([(100, 0), (200, 0), (200, 100), (100.01, 100), (100.01, 50), (100, 50)])
    found = examine(np.array([left, right]))
    assert found.counts() == {"close_vertices": 1}
    assert (found.first[0], found.second[0]) == (0, 1)


def _reference_cases(shared):
    path = shared("reference/coverage/geos_coverage_validator.json")
    return json.loads(path.read_text(encoding="utf-8"))["cases"]


def test_the_answers_agree_with_the_validator_of_geos_with_and_without_it(shared, monkeypatch):
    cases = _reference_cases(shared)
    assert len(cases) == 12
    for case in cases:
        polygons = shapely.from_wkt(case["coverage"])
        width = case.get("gap_width", 0.0)
        assert is_coverage(polygons, width) is case["expected_valid"], case["name"]
        assert is_coverage_by_edges(polygons, width) is case["expected_valid"], case["name"]
    monkeypatch.setattr(examine_module, "has_coverage_validation", lambda: False)
    assert [is_coverage(shapely.from_wkt(c["coverage"]), c.get("gap_width", 0.0)) for c in cases] == [
        c["expected_valid"] for c in cases
    ]


def test_nothing_at_all_is_a_coverage(monkeypatch):
    nothing = np.empty(0, dtype=object)
    assert is_coverage(nothing)
    assert is_coverage_by_edges(nothing)


@pytest.mark.skipif(not has_coverage_validation(), reason="this GEOS has no coverage validation to compare with")
@tries(25)
@given(st.integers(0, 10_000), st.floats(0.1, 3), st.floats(0, 6.28))
def test_with_and_without_geos_a_damaged_coverage_is_judged_alike(seed, reach, angle):
    cells, _ = irregular(12, seed)
    cells[0] = moved_vertex(cells[0], seed, (reach * np.cos(angle), reach * np.sin(angle)))
    assert is_coverage_by_edges(cells) == shapely.coverage_is_valid(shapely.make_valid(cells))


@tries(15)
@given(st.integers(0, 10_000))
def test_areas_of_gaps_and_overlaps_agree_with_an_overlay_of_everything(seed):
    rng = np.random.default_rng(seed)
    cells, outline = irregular(25, seed)
    for at in rng.choice(len(cells), 4, replace=False):
        cells[at] = moved_vertex(cells[at], int(rng.integers(9)), tuple(rng.uniform(-8, 8, 2)))
    sound = shapely.make_valid(cells)
    found = examine(cells, outline)
    bare = shapely.area(shapely.difference(outline, shapely.union_all(sound)))
    beyond = shapely.area(shapely.difference(sound, outline)).sum()
    assert found.total("gap") + found.total("hole") + found.total("uncovered") == pytest.approx(bare, abs=0.6)
    assert found.total("overshoot") == pytest.approx(beyond, abs=0.6)


def test_every_fault_has_a_known_kind_and_the_order_is_fixed():
    cells = np.append(squares(3, 3), [shapely.box(50, 50, 150, 150), None])
    one, two = examine(cells, BLOCK), examine(cells, BLOCK)
    assert set(one.kind) <= set(KINDS)
    assert one.first.tolist() == two.first.tolist()
    assert one.counts() == two.counts()


def test_the_examination_can_be_cancelled():
    with pytest.raises(Cancelled):
        examine(squares(3, 3), BLOCK, progress=Progress(is_cancelled=lambda: True))


def test_real_communities_are_an_exact_coverage_and_real_street_offices_are_not(metric_layer):
    communities = metric_layer("nanjing_jiangning_east/jiangning_east.gpkg", "community")
    found = examine(communities)
    assert found.of("overlap", "duplicate", "gap").counts() == {}
    offices = metric_layer("beijing_dongcheng/dongcheng.gpkg", "subdistrict")
    assert examine(offices).of("near_miss", "missing_vertex", "overlap").counts()
