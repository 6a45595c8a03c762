"""Splitting cells by a line: what a planner sees, what is refused, and that the coverage stays sound."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given

from gridmgmt_plugin.core.coverage.gestures.edit import Cells, EditTolerance, apply_edit
from gridmgmt_plugin.core.coverage.gestures.splitting import split
from gridmgmt_plugin.core.errors import InputError
from tests.core.coverage.edit_cases import (
    REAL_ORIGIN,
    assert_sound,
    cells_of,
    irregular,
    many_vertices,
    neighbourhoods,
    random_line,
    seeds,
    squares,
)
from tests.tries import tries

TOLERANCE = EditTolerance()
CAN_BE_SAID = {
    "line_crosses_itself",
    "split_misses",
    "split_touches",
    "split_ends_inside",
    "split_runs_along",
    "split_too_thin",
    "edit_pinched",
}


def line(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(points)


def refused(cells: Cells, drawn: shapely.LineString, **options: object) -> str:
    with pytest.raises(InputError) as error:
        split(cells, drawn, TOLERANCE, **options)
    assert error.value.text("zh")
    assert error.value.text("en")
    return error.value.code


def test_the_larger_part_stays_the_cell_and_the_other_is_new():
    cells = squares(1, 1)
    edit = split(cells, line((30, -10), (30, 110)), TOLERANCE)
    assert edit.kind == "split"
    assert edit.changed.tolist() == [0]
    assert shapely.area(edit.changed_geometry[0]) == pytest.approx(7000)
    assert shapely.area(edit.added_geometry[0]) == pytest.approx(3000)
    assert edit.added_from.tolist() == [0]
    assert edit.flows.source.tolist() == [0, 0]
    assert edit.flows.target.tolist() == [0, 1]
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_a_line_over_three_cells_splits_the_three():
    cells = squares(3, 2)
    edit = split(cells, line((-10, 40), (310, 45)), TOLERANCE)
    assert len(edit.added_geometry) == 3
    assert edit.added_from.tolist() == [0, 1, 2]
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_the_neighbour_gets_the_vertex_where_the_line_ends_on_its_edge():
    cells = squares(2, 1)
    edit = split(cells, line((-10, 50), (100, 50)), TOLERANCE)
    assert edit.changed.tolist() == [0, 1]
    assert [100.0, 50.0] in shapely.get_coordinates(edit.changed_geometry[1]).tolist()
    assert edit.flows.source.tolist() == [0, 0, 1]
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_a_cell_of_another_area_gets_the_vertex_too_and_no_ground():
    cells = cells_of(squares(2, 1).geometry, np.array([0, 1]))
    edit = split(cells, line((-10, 50), (100.01, 50)), TOLERANCE)
    assert edit.changed.tolist() == [0, 1]
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_only_the_targets_are_split_and_no_vertex_stays_where_nothing_was_cut():
    cells = squares(3, 1)
    edit = split(cells, line((-10, 50), (310, 50)), TOLERANCE, np.array([0]))
    assert edit.changed.tolist() == [0, 1]
    assert len(edit.added_geometry) == 1
    assert shapely.get_num_coordinates(edit.changed_geometry[1]) == 6
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_both_new_removes_the_old_cell_and_adds_all_parts():
    cells = squares(2, 1)
    edit = split(cells, line((30, -10), (30, 110)), TOLERANCE, all_new=True)
    assert edit.removed.tolist() == [0]
    assert len(edit.changed) == 0
    assert [round(a) for a in shapely.area(edit.added_geometry)] == [7000, 3000]
    assert edit.added_from.tolist() == [0, 0]
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_the_swap_gives_the_old_cell_to_the_other_part():
    cells = squares(1, 1)
    edit = split(cells, line((30, -10), (30, 110)), TOLERANCE).kept_by(0, 0, 1)
    assert shapely.area(edit.changed_geometry[0]) == pytest.approx(3000)
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_a_crossing_near_a_vertex_takes_the_vertex():
    cells = squares(2, 2)
    edit = split(cells, line((-10, -9.98), (110, 110.02)), TOLERANCE)
    assert len(edit.added_geometry) == 1
    assert shapely.get_num_coordinates(edit.added_geometry[0]) == 4
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_edges_keep_their_vertices_and_new_ones_inside_lie_on_the_grid():
    cells = irregular(3, origin=REAL_ORIGIN)
    middle = shapely.centroid(cells.geometry[5])
    drawn = line((middle.x - 500, middle.y - 3), (middle.x + 0.00037, middle.y + 0.00049), (middle.x + 500, middle.y))
    after = apply_edit(cells, split(cells, drawn, TOLERANCE))
    old = set(map(tuple, shapely.get_coordinates(cells.geometry).tolist()))
    new = set(map(tuple, shapely.get_coordinates(after.geometry).tolist()))
    assert old <= new
    assert (round(middle.x + 0.00037, 3), round(middle.y + 0.00049, 3)) in new


def test_a_closed_line_inside_a_cell_cuts_out_an_island():
    cells = squares(2, 1)
    edit = split(cells, line((20, 20), (60, 20), (60, 60), (20, 60), (20, 20)), TOLERANCE)
    assert shapely.area(edit.added_geometry[0]) == pytest.approx(1600)
    assert shapely.get_num_interior_rings(edit.changed_geometry[0]) == 1
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_a_cell_around_another_is_split_and_the_inner_one_stays():
    outer, inner = shapely.box(0, 0, 100, 100), shapely.box(40, 40, 60, 60)
    cells = cells_of(np.array([shapely.difference(outer, inner), inner], dtype=object))
    edit = split(cells, line((-5, 50), (105, 50)), TOLERANCE, np.array([0]))
    assert len(edit.added_geometry) == 1
    assert edit.changed.tolist() == [0, 1]
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_a_line_that_nicks_a_border_cuts_no_sliver_off():
    cells = squares(1, 1)
    drawn = line((-5, 50), (3, 50), (3, 99.9), (50, 100.3), (52, 99.9), (60, 99), (60, -5))
    edit = split(cells, drawn, TOLERANCE)
    assert (shapely.area(edit.added_geometry) > 100).all()
    assert_sound(cells, apply_edit(cells, edit), edit)


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        (line((300, 300), (400, 400)), "split_misses"),
        (line((-30, 120), (230, 130)), "split_misses"),
        (line((-50, 50), (50, 150)), "split_touches"),
        (line((-50, 50), (0, 50)), "split_touches"),
        (line((-50, 50), (30, 50)), "split_ends_inside"),
        (line((20, 50), (40, 50)), "split_ends_inside"),
        (line((-50, 0), (250, 0)), "split_runs_along"),
        (line((-50, 0.03), (250, -0.03)), "split_runs_along"),
        (line((100, 10), (100, 90)), "split_runs_along"),
        (line((-50, 0.6), (250, 0.6)), "split_too_thin"),
        (line((-10, 50), (60, 50), (60, 70), (50, 70), (50, -10)), "line_crosses_itself"),
        (line((5, 5), (5, 5)), "line_unusable"),
        (line((np.inf, 5), (5, 5)), "line_unusable"),
        (shapely.LineString(), "line_unusable"),
        (shapely.Point(1, 1), "line_unusable"),
        (None, "line_unusable"),
    ],
)
def test_a_line_that_cannot_split_is_refused_with_the_reason(drawn, code: str):
    assert refused(squares(2, 1), drawn) == code


def test_a_line_beside_the_targets_misses_them():
    cells = squares(3, 1)
    assert refused(cells, line((250, -10), (250, 110)), targets=np.array([0])) == "split_misses"
    assert refused(squares(0, 0), line((0, 0), (1, 1))) == "split_misses"


def test_the_order_of_a_split_is_that_of_the_cells_and_does_not_depend_on_the_way_the_line_runs():
    cells = many_vertices(4, side=4)
    drawn = line((-20, 130), (420, 260))
    one, two = split(cells, drawn, TOLERANCE), split(cells, shapely.reverse(drawn), TOLERANCE)
    assert one.added_from.tolist() == two.added_from.tolist() == sorted(one.added_from.tolist())
    assert shapely.area(one.added_geometry) == pytest.approx(shapely.area(two.added_geometry))


@tries(120)
@given(neighbourhoods(), seeds())
def test_any_line_splits_soundly_or_is_refused_with_a_sentence(cells: Cells, seed: int):
    try:
        edit = split(cells, random_line(cells, seed), TOLERANCE, all_new=seed % 3 == 0)
    except InputError as error:
        if error.code not in CAN_BE_SAID:
            raise
        return
    assert_sound(cells, apply_edit(cells, edit), edit)


@tries(25)
@given(neighbourhoods(), seeds())
def test_many_splits_one_after_the_other_stay_sound(cells: Cells, seed: int):
    for turn in range(6):
        try:
            edit = split(cells, random_line(cells, seed + turn), TOLERANCE)
        except InputError as error:
            if error.code not in CAN_BE_SAID:
                raise
            continue
        after = apply_edit(cells, edit)
        assert_sound(cells, after, edit)
        cells = after
