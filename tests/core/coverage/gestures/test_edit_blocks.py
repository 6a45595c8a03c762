"""The block between streets, and lines that cut off an area."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from gridmgmt_plugin.core.coverage.gestures.blocks import clear_of, cut_off_area, enclosed_block
from gridmgmt_plugin.core.coverage.gestures.edit import EditTolerance
from gridmgmt_plugin.core.coverage.gestures.splitting import split
from gridmgmt_plugin.core.errors import InputError
from tests.core.coverage.edit_cases import REAL_ORIGIN, cells_of, irregular
from tests.tries import tries

BOUNDARY = shapely.box(0, 0, 1000, 1000)


def lines(*points: list[tuple[float, float]]) -> np.ndarray:
    return np.array([shapely.LineString(p) for p in points], dtype=object)


GRID = lines(*[[(x, -50), (x, 1050)] for x in (200, 400, 600)], *[[(-50, y), (1050, y)] for y in (300, 700)])


def refused(call, *arguments: object) -> str:
    with pytest.raises(InputError) as error:
        call(*arguments)
    assert error.value.text("zh")
    assert error.value.text("en")
    return error.value.code


def test_the_block_between_four_streets():
    assert enclosed_block(GRID, None, 300, 500).equals(shapely.box(200, 300, 400, 700))


def test_the_edge_of_the_area_closes_a_block():
    assert enclosed_block(GRID, BOUNDARY, 800, 900).equals(shapely.box(600, 700, 1000, 1000))


def test_dead_ends_inside_are_no_border():
    block = enclosed_block(np.append(GRID, lines([(200, 500), (350, 500)])), BOUNDARY, 300, 500)
    assert block.equals(shapely.box(200, 300, 400, 700))


def test_a_block_larger_than_the_first_window_is_found_whole():
    far = lines([(0, 0), (9000, 0)], [(9000, 0), (9000, 7000)], [(9000, 7000), (0, 7000)], [(0, 7000), (0, 0)])
    assert shapely.area(enclosed_block(far, None, 100, 100)) == pytest.approx(63e6)


def test_the_answer_does_not_depend_on_streets_far_away():
    rng = np.random.default_rng(5)
    far = shapely.linestrings(rng.uniform(2000, 90000, (400, 2, 2)))
    assert enclosed_block(np.append(GRID, far), None, 300, 500).equals(shapely.box(200, 300, 400, 700))


def test_multilines_and_missing_lines_are_read():
    several = np.array([shapely.MultiLineString(GRID.tolist()), None, shapely.LineString()], dtype=object)
    assert enclosed_block(several, BOUNDARY, 300, 500).equals(shapely.box(200, 300, 400, 700))


@pytest.mark.parametrize(
    ("streets", "boundary", "x", "y", "code"),
    [
        (GRID, BOUNDARY, 1200, 500, "block_outside"),
        (GRID, BOUNDARY, 200, 500, "block_on_street"),
        (GRID, None, 800, 500, "block_not_closed"),
        (GRID[:0], BOUNDARY, 300, 500, "block_not_closed"),
        (lines([(200, 500), (350, 500)]), BOUNDARY, 300, 600, "block_not_closed"),
        (lines([(0, 500), (350, 500)]), BOUNDARY, 300, 600, "block_not_closed"),
        (GRID[:0], None, 300, 500, "block_not_closed"),
    ],
)
def test_where_no_block_is_closed_the_reason_is_told(streets, boundary, x: float, y: float, code: str):
    assert refused(enclosed_block, streets, boundary, x, y) == code


@tries(60)
@given(st.integers(0, 200), st.floats(0, 6.28), st.floats(0.02, 0.98), st.booleans())
def test_the_line_cuts_off_the_area_asked_for_on_its_left(seed: int, angle: float, share: float, near_origin: bool):
    cells = irregular(seed, origin=(0.0, 0.0) if near_origin else REAL_ORIGIN)
    cell = cells.geometry[seed % len(cells)]
    assume(shapely.area(cell) > 500)
    area_m2 = share * shapely.area(cell)
    direction = (np.cos(angle), np.sin(angle))
    line = cut_off_area(cell, direction, area_m2)
    start, end = shapely.get_coordinates(line)
    assert not shapely.intersects(cell, shapely.points([start, end])).any()
    assert np.dot(end - start, direction) == pytest.approx(np.hypot(*(end - start)))
    parts = shapely.get_parts(shapely.polygonize([shapely.union(shapely.boundary(cell), line)]))
    inside = shapely.get_coordinates(shapely.centroid(parts))
    left = (end[0] - start[0]) * (inside[:, 1] - start[1]) - (end[1] - start[1]) * (inside[:, 0] - start[0]) > 0
    assert shapely.area(parts[left]).sum() == pytest.approx(area_m2, abs=1e-5)


def test_splitting_by_the_line_gives_that_area():
    cells = cells_of(np.array([shapely.Polygon([(3, 2), (130, 17), (110, 90), (15, 71)])]))
    edit = split(cells, cut_off_area(cells.geometry[0], (1, 0.3), 2500), EditTolerance())
    assert shapely.area(edit.added_geometry[0]) == pytest.approx(2500, abs=1e-6)


def test_a_cell_with_a_hole_counts_its_ground_only():
    ring = shapely.difference(shapely.box(0, 0, 100, 100), shapely.box(40, 70, 60, 90))
    line = cut_off_area(ring, (1, 0), 4600)
    assert shapely.get_coordinates(line)[:, 1] == pytest.approx([50, 50])


@pytest.mark.parametrize(
    ("direction", "area_m2", "code"),
    [
        ((1, 0), 0, "cut_area_out_of_range"),
        ((1, 0), -5, "cut_area_out_of_range"),
        ((1, 0), 10000, "cut_area_out_of_range"),
        ((1, 0), float("nan"), "cut_area_out_of_range"),
        ((0, 0), 500, "cut_no_direction"),
        ((float("nan"), 0), 500, "cut_no_direction"),
    ],
)
def test_an_area_that_cannot_be_cut_off_is_refused(direction, area_m2: float, code: str):
    assert refused(cut_off_area, shapely.box(0, 0, 100, 100), direction, area_m2) == code


def test_a_cut_through_two_arms_of_a_cell_is_refused():
    fork = shapely.Polygon([(0, 0), (100, 0), (100, 100), (70, 100), (70, 30), (30, 30), (30, 100), (0, 100)])
    assert refused(cut_off_area, fork, (1, 0), 1000) == "cut_falls_apart"
    assert shapely.area(fork) > 0
    assert cut_off_area(fork, (0, 1), 1000) is not None


class TestClearOfRoads:
    BLOCK = shapely.box(0, 0, 100, 100)
    ROADS = np.array([shapely.box(0, 0, 100, 10), shapely.box(45, 0, 55, 100)], dtype=object)

    def test_the_part_around_the_point_is_left(self):
        assert clear_of(self.BLOCK, self.ROADS, 20, 50).equals(shapely.box(0, 10, 45, 100))
        assert clear_of(self.BLOCK, self.ROADS, 80, 50).equals(shapely.box(55, 10, 100, 100))

    def test_a_click_on_the_road_itself_means_the_whole_block(self):
        assert clear_of(self.BLOCK, self.ROADS, 50, 50) is self.BLOCK

    def test_without_roads_the_block_stays(self):
        assert clear_of(self.BLOCK, self.ROADS[:0], 50, 50) is self.BLOCK
        assert clear_of(self.BLOCK, np.array([shapely.box(500, 500, 510, 510)], dtype=object), 5, 5) is self.BLOCK
