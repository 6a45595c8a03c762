"""Reshaping a shared border: what the line encloses changes hands, and every neighbour follows."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given

from gridmgmt_plugin.core.coverage.gestures.edit import Cells, CoverageEdit, EditTolerance, apply_edit
from gridmgmt_plugin.core.coverage.gestures.reshaping import reshape
from gridmgmt_plugin.core.coverage.health.soundness import blocking, check_neighbourhood
from gridmgmt_plugin.core.errors import InputError
from tests.core.coverage.edit_cases import (
    REAL_ORIGIN,
    assert_sound,
    cells_of,
    neighbourhoods,
    random_line,
    seeds,
    squares,
    without,
)
from tests.tries import tries

TOLERANCE = EditTolerance()


def reshaped(cells: Cells, line, cell: int | None = None) -> tuple[Cells, CoverageEdit]:
    edit = reshape(cells, shapely.LineString(line), TOLERANCE, cell)
    after = apply_edit(cells, edit)
    assert edit.kind == "reshape"
    assert_sound(cells, after, edit)
    return after, edit


def refused(code: str, cells: Cells, line, cell: int | None = None) -> None:
    with pytest.raises(InputError) as caught:
        reshape(cells, shapely.LineString(line), TOLERANCE, cell)
    assert caught.value.code == code
    assert caught.value.text("zh") != caught.value.text("en")


def given_away(edit: CoverageEdit) -> dict[tuple[int, int], float]:
    flows = edit.flows
    return {(s, t): a for s, t, a in zip(flows.source, flows.target, flows.area_m2) if s != t}


def test_a_line_out_of_a_cell_and_back_makes_it_grow():
    after, edit = reshaped(squares(2, 1), [(90, 30), (130, 30), (130, 70), (90, 70)])
    assert given_away(edit) == {(1, 0): pytest.approx(1200)}
    assert shapely.equals(after.geometry[0], shapely.box(0, 0, 100, 100).union(shapely.box(100, 30, 130, 70)))


def test_a_line_from_outside_through_a_cell_makes_it_shrink():
    # From the neighbour's side it is the neighbour that grows: the same exchange.
    _, edit = reshaped(squares(2, 1), [(110, 30), (70, 30), (70, 70), (110, 70)])
    assert given_away(edit) == {(0, 1): pytest.approx(1200)}
    _, named = reshaped(squares(2, 1), [(110, 30), (70, 30), (70, 70), (110, 70)], cell=0)
    assert given_away(named) == given_away(edit)


def test_a_line_that_goes_out_and_in_does_both():
    _, edit = reshaped(squares(2, 1), [(90, 20), (120, 30), (120, 40), (80, 60), (80, 70), (110, 80), (95, 90)])
    assert set(given_away(edit)) == {(0, 1), (1, 0)}


def test_a_bay_of_more_than_half_of_a_cell_still_goes_to_the_side_that_the_line_came_from():
    _, edit = reshaped(squares(2, 1), [(110, 5), (5, 5), (5, 95), (110, 95)])
    assert given_away(edit) == {(0, 1): pytest.approx(90 * 95)}


def test_a_line_from_border_to_border_outside_a_cell_makes_it_grow():
    _, edit = reshaped(squares(2, 1), [(100, 20), (140, 50), (100, 80)])
    assert given_away(edit) == {(1, 0): pytest.approx(60 * 40 / 2)}


def test_growth_over_several_neighbours_takes_from_each():
    after, edit = reshaped(squares(2, 2), [(90, 50), (130, 50), (130, 130), (50, 130), (50, 90)])
    assert set(given_away(edit)) == {(1, 0), (3, 0), (2, 0)}
    assert len(after) == 4


def test_what_is_cut_off_is_divided_where_the_neighbours_own_border_meets_it():
    # Cell 4 in the middle of 3 × 3 loses a strip in the east along 5, and the corners to nobody else.
    _, edit = reshaped(squares(3, 3), [(170, 60), (170, 240)], cell=4)
    assert given_away(edit) == {(4, 5): pytest.approx(3000)}
    tall = np.array([shapely.box(0, 0, 100, 200), shapely.box(100, 0, 200, 80), shapely.box(100, 80, 200, 200)])
    tall[0] = shapely.Polygon([(0, 0), (100, 0), (100, 80), (100, 200), (0, 200)])
    _, edit = reshaped(cells_of(tall), [(110, 20), (80, 20), (80, 180), (110, 180)], cell=0)
    assert given_away(edit) == {(0, 1): pytest.approx(20 * 60), (0, 2): pytest.approx(20 * 100)}


def test_an_island_shrinks_and_grows_within_the_cell_around_it():
    outer, island = shapely.box(0, 0, 100, 100), shapely.box(40, 40, 60, 60)
    cells = cells_of(np.array([outer - island, island]))
    _, edit = reshaped(cells, [(70, 30), (55, 35), (55, 70)])
    assert given_away(edit) == {(1, 0): pytest.approx(100)}
    _, edit = reshaped(cells, [(50, 45), (80, 45), (80, 55), (50, 55)])
    assert given_away(edit) == {(0, 1): pytest.approx(200)}


def test_the_border_of_the_area_stays_and_may_be_begun_from():
    _, edit = reshaped(squares(2, 1), [(120, -10), (120, 110)])
    assert given_away(edit) == {(1, 0): pytest.approx(2000)}


def test_a_line_near_a_vertex_takes_it_over():
    after, _ = reshaped(squares(2, 1), [(100.03, 0.02), (130, 50), (99.98, 99.99)])
    corners = shapely.get_coordinates(after.geometry)
    assert len(np.unique(corners, axis=0)) == 7


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("reshape_misses", [(500, 500), (600, 600)]),
        ("reshape_misses", [(20, 20), (40, 40)]),
        ("reshape_touches", [(50, 50), (150, 50)]),
        ("reshape_runs_along", [(100, 20), (100, 80)]),
        ("reshape_runs_along", [(100.01, 20), (100.02, 80)]),
        ("line_crosses_itself", [(90, 20), (130, 80), (130, 20), (90, 80)]),
        ("reshape_leaves_area", [(50, 90), (50, 130), (70, 130), (70, 90)]),
        ("reshape_leaves_area", [(50, 110), (50, 80), (70, 80), (70, 110)]),
    ],
)
def test_what_cannot_be_reshaped_is_told(code, line):
    refused(code, squares(2, 1), line)


def test_a_named_cell_that_the_line_does_not_meet_is_told():
    refused("reshape_misses", squares(4, 1), [(90, 30), (130, 30), (130, 70), (90, 70)], cell=3)


def test_a_neighbour_is_never_swallowed():
    cells = cells_of(
        np.array(
            [
                shapely.box(0, 0, 100, 100) - shapely.box(90, 40, 100, 60),
                shapely.box(90, 40, 100, 60),
                shapely.box(100, 0, 200, 100),
            ]
        )
    )
    cells = cells_of(
        np.array(
            [
                cells.geometry[0],
                cells.geometry[1],
                shapely.Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (100, 60), (100, 40)]),
            ]
        )
    )
    refused("reshape_swallows", cells, [(110, 30), (80, 30), (80, 70), (110, 70)], cell=2)


def test_a_neighbour_is_never_cut_in_two():
    refused("reshape_detaches", squares(3, 1), [(90, 30), (210, 30), (210, 70), (90, 70)], cell=0)


def test_strips_that_are_left_of_a_neighbour_go_to_the_longest_border():
    geometry = np.array([shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)])
    _, edit = reshaped(cells_of(geometry), [(90, 0.5), (150, 0.5), (150, 60), (90, 60)], cell=0)
    assert set(given_away(edit)) == {(1, 0)}


def test_another_area_gives_no_ground():
    cells = cells_of(squares(2, 1).geometry, np.array([0, 1]))
    refused("reshape_leaves_area", cells, [(90, 30), (130, 30), (130, 70), (90, 70)])


def test_a_cell_grows_over_bare_ground_of_its_own_area_only():
    cells = without(squares(2, 1), 1)
    after, edit = reshaped(cells, [(90, 30), (130, 30), (130, 70), (90, 70)])
    assert given_away(edit) == {(-1, 0): pytest.approx(1200)}
    assert after.geometry[0].area == pytest.approx(11_200)
    refused("reshape_leaves_area", cells, [(90, 30), (230, 30), (230, 70), (90, 70)])
    refused("reshape_leaves_area", Cells(cells.geometry, cells.group, {}), [(90, 30), (130, 30), (130, 70), (90, 70)])


def test_at_real_coordinates_area_is_conserved_over_many_gestures():
    cells = squares(2, 2, origin=REAL_ORIGIN)
    rng = np.random.default_rng(8)
    done = 0
    for _ in range(80):
        x, y = np.array(REAL_ORIGIN) + 100 + rng.uniform(-60, 60, 2)
        bend = rng.uniform(-30, 30, (3, 2)) + np.array([x, y])
        try:
            edit = reshape(cells, shapely.LineString(bend), TOLERANCE)
        except InputError:
            continue
        after = apply_edit(cells, edit)
        assert_sound(cells, after, edit)
        cells, done = after, done + 1
    assert done > 5
    assert shapely.area(cells.geometry).sum() == pytest.approx(40_000, abs=1e-5)


@tries(80)
@given(neighbourhoods(), seeds())
def test_a_random_line_reshapes_soundly_or_is_refused(cells, seed):
    try:
        edit = reshape(cells, random_line(cells, seed), TOLERANCE)
    except InputError:
        return
    after = apply_edit(cells, edit)
    assert_sound(cells, after, edit)
    assert len(after) == len(cells)
    assert len(blocking(check_neighbourhood(cells, after, edit.changed, edit.changed, 0.001))) == 0
