"""Drawing new cells: taking from neighbours, filling bare ground, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.coverage.gestures.drawing import draw
from gridmgmt_plugin.core.coverage.gestures.edit import NOBODY, Cells, EditTolerance, apply_edit
from gridmgmt_plugin.core.errors import InputError
from tests.core.coverage.edit_cases import (
    REAL_ORIGIN,
    assert_sound,
    cells_of,
    irregular,
    neighbourhoods,
    random_polygon,
    seeds,
    squares,
    without,
)
from tests.tries import tries

TOLERANCE = EditTolerance()
CAN_BE_SAID = {
    "draw_unusable",
    "draw_crosses_itself",
    "draw_outside",
    "draw_nothing_new",
    "draw_too_thin",
    "draw_falls_apart",
    "fill_nothing_bare",
    "edit_pinched",
}


def refused(cells: Cells, polygon: shapely.Geometry | None, **options: object) -> str:
    with pytest.raises(InputError) as error:
        draw(cells, polygon, TOLERANCE, **options)
    assert error.value.text("zh")
    assert error.value.text("en")
    return error.value.code


def drawn(cells: Cells, polygon: shapely.Polygon, **options: object):
    edit = draw(cells, polygon, TOLERANCE, **options)
    assert_sound(cells, apply_edit(cells, edit), edit)
    return edit


def test_a_new_cell_takes_from_its_four_neighbours():
    edit = drawn(squares(2, 2), shapely.box(60, 60, 140, 140))
    assert edit.kind == "draw"
    assert edit.changed.tolist() == [0, 1, 2, 3]
    assert shapely.area(edit.added_geometry) == pytest.approx([6400])
    assert edit.flows.area_m2[edit.flows.target == 4] == pytest.approx([1600] * 4)


def test_it_inherits_from_the_cell_that_gave_the_most():
    edit = drawn(squares(2, 1), shapely.box(80, -20, 150, 120))
    assert edit.added_from.tolist() == [1]


def test_a_cell_that_loses_everything_is_removed():
    edit = drawn(squares(3, 1), shapely.box(80, -20, 220, 120))
    assert edit.removed.tolist() == [1]
    assert edit.changed.tolist() == [0, 2]


def test_a_cell_cut_in_pieces_keeps_the_larger_and_the_other_becomes_a_cell():
    edit = drawn(squares(1, 3), shapely.box(30, 100, 60, 200))
    assert edit.changed.tolist() == [0, 1, 2]
    assert shapely.area(edit.added_geometry) == pytest.approx([3000, 3000])
    assert edit.added_from.tolist() == [1, 1]
    assert shapely.area(edit.changed_geometry[1]) == pytest.approx(4000)


def test_a_thin_rest_joins_the_neighbour_with_the_longest_border():
    edit = drawn(squares(3, 1), shapely.box(100.5, -20, 220, 120))
    assert edit.removed.tolist() == [1]
    gave = edit.flows.source == 1
    assert edit.flows.target[gave].tolist() == [0, 3]
    assert edit.flows.area_m2[gave] == pytest.approx([50, 9950])


def test_ground_of_another_area_stays_there():
    cells = cells_of(squares(2, 1).geometry, np.array([0, 1]))
    edit = drawn(cells, shapely.box(40, 20, 120, 80))
    assert edit.added_group.tolist() == [0]
    assert shapely.area(edit.added_geometry) == pytest.approx([3600])
    other = drawn(cells, shapely.box(40, 20, 120, 80), group=1)
    assert other.added_group.tolist() == [1]
    assert shapely.area(other.added_geometry) == pytest.approx([1200])


def test_what_lies_outside_every_area_is_left_out():
    edit = drawn(squares(2, 1), shapely.box(-50, -50, 50, 50))
    assert shapely.area(edit.added_geometry) == pytest.approx([2500])
    assert not (edit.flows.source == NOBODY).any()


def test_bare_ground_under_the_polygon_is_taken_too():
    cells = without(squares(3, 1), 1)
    edit = drawn(cells, shapely.box(80, 20, 150, 80))
    assert edit.flows.source.tolist() == [-1, 0, 0]
    assert shapely.area(edit.added_geometry) == pytest.approx([70 * 60])
    assert edit.added_from.tolist() == [0]


def test_filling_takes_bare_ground_only_and_reaches_the_outline():
    cells = without(squares(3, 1), 1)
    edit = drawn(cells, shapely.box(50, -50, 250, 150), fill_only=True)
    assert edit.added_from.tolist() == [NOBODY]
    assert shapely.area(edit.added_geometry) == pytest.approx([10000])
    assert len(edit.changed) == 0
    part = drawn(cells, shapely.box(50, 30, 150, 150), fill_only=True)
    assert shapely.area(part.added_geometry) == pytest.approx([50 * 70])


def test_filling_where_the_outline_has_more_vertices_than_the_cells():
    cells = without(squares(3, 1), 1)
    outline = shapely.segmentize(cells.outlines[0], 30)
    edit = drawn(Cells(cells.geometry, cells.group, {0: outline}), shapely.box(50, -50, 250, 150), fill_only=True)
    assert shapely.area(edit.added_geometry) == pytest.approx([10000])


def test_every_bare_place_becomes_a_cell_of_its_own():
    cells = without(without(squares(5, 1), 3), 1)
    edit = drawn(cells, shapely.box(-10, -10, 510, 110), fill_only=True)
    assert shapely.area(edit.added_geometry) == pytest.approx([10000, 10000])


def test_a_thin_gap_joins_the_neighbour_with_the_longest_border():
    cells = cells_of(shapely.box([0, 100.4], 0, [100, 200], [100, 100]))
    cells = Cells(cells.geometry, cells.group, {0: shapely.box(0, 0, 200, 100)})
    edit = drawn(cells, shapely.box(90, -10, 110, 110), fill_only=True)
    assert len(edit.added_geometry) == 0
    assert len(edit.changed) == 1
    assert edit.flows.area_m2[edit.flows.source == NOBODY] == pytest.approx([40])


def test_the_first_cell_of_an_empty_area_can_be_drawn():
    empty = Cells(np.empty(0, dtype=object), np.empty(0, dtype=np.int64), {3: shapely.box(0, 0, 100, 100)})
    for fill_only in (False, True):
        edit = drawn(empty, shapely.box(50, 50, 150, 150), fill_only=fill_only)
        assert edit.added_group.tolist() == [3]
        assert shapely.area(edit.added_geometry) == pytest.approx([2500])


def test_a_polygon_with_a_hole_leaves_an_island():
    ring = shapely.Polygon(shapely.box(20, 20, 80, 80).exterior, [shapely.box(40, 40, 60, 60).exterior])
    edit = drawn(squares(1, 1), ring)
    assert shapely.area(edit.added_geometry) == pytest.approx([3200, 400])
    assert edit.added_from.tolist() == [0, 0]


def test_corners_near_vertices_and_edges_take_them():
    cells = irregular(7, origin=REAL_ORIGIN)
    target = cells.geometry[6]
    corners = shapely.get_coordinates(target)[:-1]
    nearly = shapely.Polygon(corners + np.random.default_rng(1).uniform(-0.02, 0.02, corners.shape))
    assert refused(cells, nearly) == "draw_nothing_new"
    merged = shapely.union_all(cells.geometry[shapely.intersects(cells.geometry, target)])
    edit = drawn(cells, shapely.buffer(merged, 0.02, join_style="mitre"))
    assert shapely.area(edit.added_geometry[0]) == pytest.approx(shapely.area(merged), abs=1e-6)


@pytest.mark.parametrize(
    ("polygon", "options", "code"),
    [
        (shapely.box(500, 500, 600, 600), {}, "draw_outside"),
        (shapely.box(-100, 0, 0, 100), {}, "draw_outside"),
        (shapely.box(20, 20, 40, 40), {"group": 7}, "draw_outside"),
        (shapely.box(0, 0, 100, 100), {}, "draw_nothing_new"),
        (shapely.box(-50, -50, 100, 100.04), {}, "draw_nothing_new"),
        (shapely.box(20, 20, 90, 20.5), {}, "draw_too_thin"),
        (shapely.Polygon([(10, 10), (90, 90), (90, 10), (10, 90)]), {}, "draw_crosses_itself"),
        (shapely.Polygon([(10, 10), (90, 90), (50, 50)]), {}, "draw_unusable"),
        (shapely.Polygon([(10, 10), (10, 10), (10, 10)]), {}, "draw_unusable"),
        (shapely.Polygon(), {}, "draw_unusable"),
        (shapely.LineString([(0, 0), (1, 1)]), {}, "draw_unusable"),
        (None, {}, "draw_unusable"),
        (shapely.box(20, 20, 90, 90), {"fill_only": True}, "fill_nothing_bare"),
        (shapely.box(500, 500, 600, 600), {"fill_only": True}, "draw_outside"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_reason(polygon, options: dict, code: str):
    assert refused(squares(2, 2), polygon, **options) == code


def test_covered_ground_of_any_area_is_told_to_be_covered():
    cells = cells_of(squares(3, 1).geometry, np.array([0, 0, 1]))
    assert refused(cells, shapely.box(220, 20, 280, 80), fill_only=True) == "fill_nothing_bare"


def test_a_polygon_that_its_area_parts_in_two_is_refused():
    cells = cells_of(squares(3, 1).geometry, np.array([0, 1, 0]))
    assert refused(cells, shapely.box(20, 20, 280, 80)) == "draw_falls_apart"


def test_a_cell_that_would_hang_together_by_a_point_is_refused():
    polygon = shapely.Polygon([(100, 50), (140, 30), (140, 70)])
    cells = cells_of(np.array([shapely.box(0, 0, 100, 50), shapely.box(0, 50, 100, 100), shapely.Polygon(
        [(100, 0), (200, 0), (200, 100), (100, 100), (100, 50)])], dtype=object))  # fmt: skip
    assert refused(cells, polygon) == "edit_pinched"


@tries(150)
@given(neighbourhoods(groups=3), seeds())
def test_any_polygon_is_drawn_soundly_or_refused_with_a_sentence(cells: Cells, seed: int):
    try:
        edit = draw(cells, random_polygon(cells, seed), TOLERANCE)
    except InputError as error:
        if error.code not in CAN_BE_SAID:
            raise
        return
    assert_sound(cells, apply_edit(cells, edit), edit)


@tries(80)
@given(neighbourhoods(groups=2), seeds(), st.booleans(), st.lists(st.integers(0, 50), min_size=1, max_size=3))
def test_bare_ground_is_filled_soundly_or_refused(cells: Cells, seed: int, fill_only: bool, gaps: list[int]):
    for gap in gaps:
        cells = without(cells, gap % len(cells))
    try:
        edit = draw(cells, random_polygon(cells, seed), TOLERANCE, fill_only=fill_only)
    except InputError as error:
        if error.code not in CAN_BE_SAID:
            raise
        return
    assert_sound(cells, apply_edit(cells, edit), edit)
    if fill_only:
        assert (edit.flows.area_m2[edit.flows.source == NOBODY] > 0).any()
