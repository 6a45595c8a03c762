"""What the repair of polygons that come in promises."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from gridmgmt_plugin.core.coverage.health.doctor import REPAIRABLE, diagnose, repair
from gridmgmt_plugin.core.coverage.health.examine import is_coverage
from gridmgmt_plugin.core.errors import Cancelled, InputError
from gridmgmt_plugin.core.progress import Progress
from tests.core.coverage.coverage_builders import irregular, moved_vertex, same_coverage, squares
from tests.languages import LANGUAGES
from tests.tries import tries

BLOCK = shapely.box(0, 0, 300, 300)


def assert_covers(cells: np.ndarray, outline: shapely.Geometry) -> None:
    """Assert that cells are single valid polygons, edge-matched, and their union is the outline."""
    assert shapely.is_valid(cells).all()
    assert set(shapely.get_type_id(cells).tolist()) <= {3}
    assert is_coverage(cells)
    union = shapely.union_all(cells)
    assert shapely.area(shapely.symmetric_difference(union, outline)) <= 0.001 * shapely.length(outline)
    assert shapely.area(cells).sum() == pytest.approx(shapely.area(outline), abs=0.001 * shapely.length(outline))


def damage_of(damaged: np.ndarray, sound: np.ndarray) -> float:
    return float(shapely.area(shapely.symmetric_difference(shapely.make_valid(damaged), sound)).sum())


@tries(10)
@given(st.integers(0, 10_000))
def test_a_sound_coverage_comes_back_unchanged_to_the_bit(seed):
    cells, outline = irregular(30, seed)
    result = repair(cells, outline)
    assert not result.changed
    assert all(one is two for one, two in zip(result.geometry, cells))
    assert result.moved_m2 == 0
    assert result.source.tolist() == list(range(len(cells)))


@tries(30)
@given(st.integers(0, 10_000), st.integers(1, 12))
@example(seed=1387, count=2)  # two cells moved the same corner away from the third's, which is the one to keep
@example(seed=222, count=2)
def test_shifted_vertices_are_drawn_together_again(seed, count):
    rng = np.random.default_rng(seed)
    sound, outline = irregular(30, seed)
    damaged = sound.copy()
    for at in rng.choice(len(sound), count, replace=False):
        damaged[at] = moved_vertex(damaged[at], int(rng.integers(9)), tuple(rng.uniform(-0.03, 0.03, 2)))
    result = repair(damaged, outline)
    assert_covers(result.geometry, outline)
    assert result.moved_m2 <= damage_of(damaged, sound) + 0.1
    assert result.largest_move_m <= 0.05 + 1e-9
    assert result.remaining.of(*REPAIRABLE).counts() == {}


def test_of_a_corner_drawn_three_times_the_place_between_the_others_is_kept():
    cells = np.array([shapely.box(0, 0, 200, 100), shapely.box(0, 100, 100, 200), shapely.box(100, 100, 200, 200)])
    cells[0] = shapely.Polygon([(0, 0), (200, 0), (200, 100), (100, 100), (0, 100)])
    damaged = cells.copy()
    damaged[1] = shapely.Polygon([(0, 100), (99.97, 100.02), (100, 200), (0, 200)])
    damaged[2] = shapely.Polygon([(100.02, 100.03), (200, 100), (200, 200), (100, 200)])
    result = repair(damaged, shapely.box(0, 0, 200, 200))
    assert same_coverage(shapely.normalize(result.geometry), shapely.normalize(cells))


@tries(30)
@given(st.integers(0, 10_000), st.floats(0.1, 3.0))
def test_larger_overlaps_and_thin_gaps_are_resolved_and_accounted_for(seed, reach):
    rng = np.random.default_rng(seed)
    sound, outline = irregular(25, seed)
    damaged = sound.copy()
    for at in rng.choice(len(sound), 4, replace=False):
        damaged[at] = moved_vertex(damaged[at], int(rng.integers(9)), tuple(rng.uniform(-reach, reach, 2)))
    result = repair(damaged, outline, gap_width_m=10)
    assert_covers(result.geometry, outline)
    assert result.moved_m2 <= 2 * damage_of(damaged, sound) + 0.1
    before = np.zeros(len(damaged))
    before[:] = shapely.area(shapely.make_valid(damaged))
    after = np.bincount(result.source, weights=shapely.area(result.geometry), minlength=len(damaged))
    assert after - before == pytest.approx(result.gained_m2 - result.lost_m2, abs=0.8)


@tries(15)
@given(st.integers(0, 10_000))
def test_vertices_that_one_neighbour_dropped_are_put_back(seed):
    rng = np.random.default_rng(seed)
    sound, outline = irregular(25, seed)
    middle = shapely.line_interpolate_point(shapely.get_exterior_ring(sound), 0.5, normalized=True)
    damaged = sound.copy()
    for at in rng.choice(len(sound), 5, replace=False):
        damaged[at] = shapely.segmentize(damaged[at], 40)  # vertices that no neighbour has
    result = repair(damaged, outline)
    assert_covers(result.geometry, outline)
    assert result.moved_m2 == pytest.approx(0, abs=0.5)
    assert shapely.intersects(shapely.buffer(result.geometry, 0.01)[result.source.argsort()], middle).all()


def _damaged_in_many_ways(cells: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    damaged = cells.copy()
    for at in rng.choice(len(cells), int(rng.integers(1, len(cells) // 2)), replace=False):
        way = rng.integers(5)
        if way == 0:
            reach = rng.choice([0.01, 0.05, 0.5, 5, 50])
            damaged[at] = moved_vertex(cells[at], int(rng.integers(9)), tuple(rng.uniform(-reach, reach, 2)))
        elif way == 1:
            damaged[at] = shapely.buffer(cells[at], rng.uniform(-0.5, 0.5), join_style="mitre")
        elif way == 2:
            damaged[at] = shapely.segmentize(cells[at], 30)
        elif way == 3:
            by = rng.uniform(-0.2, 0.2, 2)
            damaged[at] = shapely.transform(cells[at], lambda c, by=by: c + by)
        else:
            ring = shapely.get_coordinates(cells[at])[:-1]
            damaged[at] = shapely.Polygon(np.delete(ring, rng.integers(len(ring)), axis=0)) if len(ring) > 3 else None
    return damaged


@tries(40)
@given(st.integers(0, 100_000), st.sampled_from([0.01, 0.05, 0.5]), st.sampled_from([0.5, 2.0, 20.0]), st.booleans())
def test_whatever_comes_in_a_valid_coverage_comes_out(seed, snap_m, gap_width_m, far_and_turned):
    rng = np.random.default_rng(seed)
    cells, outline = irregular(25, seed)
    if far_and_turned:  # a projected frame with large numbers, no edge along an axis, no vertex on the grid
        turn = np.array([[0.8, 0.6], [-0.6, 0.8]])
        cells = shapely.transform(cells, lambda c: c @ turn + [5e5, 4.4e6])
        outline = shapely.transform(outline, lambda c: c @ turn + [5e5, 4.4e6])
    result = repair(_damaged_in_many_ways(cells, rng), outline, snap_m=snap_m, gap_width_m=gap_width_m)
    assert is_coverage(result.geometry)
    assert shapely.is_valid(result.geometry).all()
    assert set(shapely.get_type_id(result.geometry).tolist()) == {3}
    assert (
        result.remaining.of("empty", "invalid_ring", "multipart", "duplicate", "overlap", "overshoot").counts() == {}
    )
    bare = result.remaining.total("hole") + result.remaining.total("uncovered")
    assert shapely.area(result.geometry).sum() + bare == pytest.approx(outline.area, abs=0.002 * outline.length)
    assert shapely.hausdorff_distance(result.outline, outline) <= 0.0015, "the outline is frozen"


def test_repairing_twice_changes_nothing_more():
    sound, outline = irregular(60, 5)
    damaged = sound.copy()
    damaged[3] = shapely.buffer(damaged[3], 2, join_style="mitre")
    damaged[9] = shapely.buffer(damaged[9], -0.2, join_style="mitre")
    once = repair(damaged, outline)
    twice = repair(once.geometry, once.outline)
    assert once.changed
    assert not twice.changed
    assert same_coverage(once.geometry, twice.geometry)


def test_the_order_of_the_polygons_does_not_matter():
    sound, outline = irregular(40, 11)
    damaged = sound.copy()
    damaged[5] = moved_vertex(damaged[5], 2, (1.5, 0.4))
    damaged[20] = moved_vertex(damaged[20], 1, (-0.03, 0.02))
    order = np.random.default_rng(3).permutation(len(damaged))
    one = repair(damaged, outline)
    two = repair(damaged[order], outline)
    again = np.argsort(order[two.source])
    assert (shapely.normalize(one.geometry) == shapely.normalize(two.geometry[again])).all()


def test_an_overlap_goes_to_the_polygon_with_the_longer_edge_and_the_loss_is_told():
    cells = squares(3, 1)
    cells[0] = shapely.Polygon([(0, 0), (100, 0), (101, 50), (100, 100), (0, 100)])
    result = repair(cells, shapely.box(0, 0, 300, 100))
    assert_covers(result.geometry, shapely.box(0, 0, 300, 100))
    assert result.moved_m2 == pytest.approx(50)
    assert result.lost_m2.sum() == pytest.approx(50)
    assert result.gained_m2.sum() == 0


def test_a_polygon_inside_another_keeps_its_ground():
    yard = shapely.box(120, 120, 160, 160)
    result = repair(np.append(squares(3, 3), [yard]), BLOCK)
    assert_covers(result.geometry, BLOCK)
    assert result.geometry[result.source == 9][0].equals(yard)
    assert result.lost_m2[4] == pytest.approx(1600)


def test_a_duplicate_vanishes_and_is_told():
    result = repair(np.append(squares(3, 3), [shapely.box(100, 100, 200, 200)]), BLOCK)
    assert result.vanished.tolist() == [9]
    assert [note.code for note in result.notes] == ["coverage_polygons_vanished"]
    assert_covers(result.geometry, BLOCK)


def test_a_near_duplicate_leaves_no_rim():
    result = repair(np.append(squares(3, 3), [shapely.box(100.2, 100.2, 200.2, 200.2)]), BLOCK)
    assert len(result.geometry) == 9
    assert_covers(result.geometry, BLOCK)


def test_a_thin_gap_is_closed_and_a_wide_one_is_left_and_told():
    cells = squares(3, 3)
    cells[4] = shapely.box(100.3, 100, 200, 200)
    result = repair(cells, BLOCK)
    assert_covers(result.geometry, BLOCK)
    assert result.moved_m2 == pytest.approx(30)
    assert sorted(result.gained_m2[[3, 4]].round(6).tolist()) == [0, 30]
    wide = squares(3, 3)
    wide[4] = shapely.box(103, 100, 200, 200)
    left = repair(wide, BLOCK)
    assert left.remaining.of("hole").measure.tolist() == [pytest.approx(300)]
    assert left.moved_m2 == 0, "only the corner that the neighbours lack is put in"
    wide[0] = shapely.box(0, 0, 101, 100)
    both = repair(wide, BLOCK)
    assert both.remaining.of("hole").counts() == {"hole": 1}
    assert [note.code for note in both.notes] == ["coverage_ground_left_bare"]


def test_the_outline_stays_where_it_is_and_cells_come_to_it():
    outline = shapely.Polygon([(0, 0), (300, 30), (300, 130), (0, 130)])
    left = shapely.Polygon([(0, 0), (100, 10.03), (100, 130), (0, 130)])
    right = shapely.Polygon([(100, 10.03), (300, 30), (300, 130.04), (100, 130)])
    result = repair(np.array([left, right]), outline)
    assert shapely.hausdorff_distance(result.outline, outline) <= 0.001
    assert_covers(result.geometry, outline)
    assert is_coverage(np.append(result.geometry, [shapely.box(-200, -200, -100, -100)]))


def test_what_overshoots_the_outline_is_cut_off():
    cells = squares(3, 3)
    cells[5] = shapely.box(200, 100, 320, 200)
    result = repair(cells, BLOCK)
    assert_covers(result.geometry, BLOCK)
    assert result.lost_m2[5] == pytest.approx(2000)
    outside = repair(np.append(squares(3, 3), [shapely.box(400, 0, 500, 100)]), BLOCK)
    assert outside.vanished.tolist() == [9]


def test_parts_become_polygons_of_their_own_with_their_source():
    cells = squares(3, 1)
    pair = np.array([shapely.union_all(cells[[0, 2]]), cells[1]])
    result = repair(pair, shapely.box(0, 0, 300, 100))
    assert result.source.tolist() == [0, 0, 1]
    assert_covers(result.geometry, shapely.box(0, 0, 300, 100))
    assert [note.code for note in result.notes] == ["coverage_parts_separated"]
    assert result.moved_m2 == 0


def test_a_piece_cut_off_by_a_stronger_neighbour_goes_to_the_longest_edge():
    road = shapely.box(0, 140, 300, 160)
    cells = np.array([shapely.box(0, 0, 300, 300), road])
    result = repair(cells, BLOCK)
    assert_covers(result.geometry, BLOCK)
    assert len(result.geometry) == 2
    assert "coverage_pieces_handed_over" in [note.code for note in result.notes]


def test_a_self_crossing_ring_is_made_valid():
    cells = squares(3, 1)
    cells[1] = shapely.Polygon(
        [(100, 0), (200, 0), (200, 100), (150, 100), (150.2, 100.1), (149.8, 100.1), (150, 100), (100, 100)]
    )
    bow = shapely.Polygon([(300, 0), (400, 100), (400, 0), (300, 100)])
    result = repair(np.append(cells, [bow]))
    assert shapely.is_valid(result.geometry).all()
    assert (result.source == 3).sum() == 2


@pytest.mark.parametrize("snap_m", [0.02, 0.5])
def test_cells_drawn_a_little_too_small_all_around_are_closed_everywhere(snap_m):
    sound, outline = irregular(30, 8)
    shrunk = shapely.buffer(sound, -0.1, join_style="mitre")
    result = repair(shrunk, outline, snap_m=snap_m, gap_width_m=1.0)
    assert_covers(result.geometry, outline)
    assert result.remaining.of("sliver").counts() == {}
    grown = shapely.area(result.geometry) - shapely.area(shrunk)[result.source]
    assert (grown < shapely.length(shrunk)[result.source] * 0.5).all(), "no cell swallows the whole network of gaps"


def test_polygons_without_an_outline_are_repaired_among_themselves():
    cells = squares(2, 2)
    cells[0] = moved_vertex(cells[0], 1, (0.02, 0.03))
    result = repair(cells)
    assert is_coverage(result.geometry)
    assert result.outline is None


def test_missing_geometries_vanish_and_nothing_else():
    result = repair(np.append(squares(2, 1), [None]))
    assert result.vanished.tolist() == [2]
    assert len(result.geometry) == 2
    nothing = repair(np.array([None, None]), BLOCK)
    assert len(nothing.geometry) == 0
    assert nothing.vanished.tolist() == [0, 1]


def test_a_diagnosis_tells_what_a_repair_would_do():
    cells = squares(3, 1)
    cells[0] = shapely.box(0, 0, 102, 100)
    found = diagnose(cells, shapely.box(0, 0, 300, 100))
    assert found.counts["overlap"] == 1
    assert found.repair.moved_m2 == pytest.approx(200)
    assert found.faults.total("overlap") == pytest.approx(200)


@pytest.mark.parametrize("wrong", [{"precision_m": 0}, {"snap_m": 0}, {"gap_width_m": -1}, {"snap_m": float("nan")}])
def test_tolerances_that_make_no_sense_are_refused(wrong):
    with pytest.raises(InputError) as caught:
        repair(squares(2, 1), None, **wrong)
    assert caught.value.code == "coverage_tolerance"
    assert all(caught.value.text(language) for language in LANGUAGES)


def test_a_repair_can_be_cancelled():
    cells = squares(3, 1)
    cells[0] = shapely.box(0, 0, 102, 100)
    with pytest.raises(Cancelled):
        repair(cells, progress=Progress(is_cancelled=lambda: True))


@pytest.mark.proof
@pytest.mark.parametrize("most", [1_000, pytest.param(None, marks=pytest.mark.proof)])
def test_real_parcels_that_overlap_become_a_coverage(metric_layer, most):
    parcels = metric_layer("beijing_dongcheng/dongcheng.gpkg", "landuse")[:most]
    assert not is_coverage(parcels)
    result = repair(parcels)
    assert is_coverage(result.geometry)
    assert shapely.is_valid(result.geometry).all()
    assert result.remaining.of("overlap", "duplicate", "near_miss").counts() == {}
