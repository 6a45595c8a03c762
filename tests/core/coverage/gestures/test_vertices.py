"""Moving, adding and deleting a vertex: neighbours follow to the last bit, borders of areas stay."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.coverage.gestures.edit import Cells, EditTolerance, apply_edit
from gridmgmt_plugin.core.coverage.gestures.vertices import add_vertex, delete_vertex, edge_at, move_vertex, vertex_at
from gridmgmt_plugin.core.coverage.graph.edges import edge_table
from gridmgmt_plugin.core.errors import InputError
from tests.core.coverage.edit_cases import REAL_ORIGIN, assert_sound, cells_of, neighbourhoods, seeds, squares
from tests.tries import tries

TOLERANCE = EditTolerance()


def has_vertex(polygon: shapely.Polygon, place: tuple[float, float]) -> bool:
    return bool((shapely.get_coordinates(polygon) == place).all(axis=1).any())


def refused(code: str, gesture, *arguments, **options) -> InputError:
    with pytest.raises(InputError) as caught:
        gesture(*arguments, **options)
    assert caught.value.code == code
    assert caught.value.text("zh") != caught.value.text("en")
    return caught.value


def test_the_nearest_vertex_within_reach_is_found_to_the_last_bit():
    cells = squares(2, 2)
    assert vertex_at(cells, 100.3, 99.8, 1.0) == (100.0, 100.0)
    assert vertex_at(cells, 150.0, 150.0, 1.0) is None
    assert vertex_at(Cells(np.empty(0, dtype=object), np.zeros(0, dtype=np.int64), {}), 0, 0, 1) is None


def test_the_nearest_place_on_an_edge_within_reach_is_found():
    cells = squares(2, 2)
    assert edge_at(cells, 130.0, 100.4, 1.0) == (130.0, 100.0)
    assert edge_at(cells, 150.0, 150.0, 1.0) is None
    assert edge_at(Cells(np.empty(0, dtype=object), np.zeros(0, dtype=np.int64), {}), 0, 0, 1) is None


def test_a_shared_vertex_moves_in_every_cell_that_has_it():
    cells = squares(2, 2)
    edit = move_vertex(cells, (100.0, 100.0), (110.0, 90.0004), TOLERANCE)
    assert edit.kind == "vertex"
    assert edit.changed.tolist() == [0, 1, 2, 3]
    assert all(has_vertex(cell, (110.0, 90.0)) for cell in edit.changed_geometry)
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_the_flows_of_a_move_say_who_gave_ground_to_whom():
    cells = squares(2, 2)
    edit = move_vertex(cells, (100.0, 100.0), (110.0, 100.0), TOLERANCE)
    given_away = {(s, t): a for s, t, a in zip(edit.flows.source, edit.flows.target, edit.flows.area_m2) if s != t}
    assert set(given_away) == {(1, 0), (3, 2)}
    assert given_away[1, 0] == pytest.approx(500.0, abs=1e-6)


def test_a_place_without_a_vertex_is_told():
    refused("vertex_not_found", move_vertex, squares(2, 2), (101.0, 100.0), (110.0, 100.0), TOLERANCE)
    refused("vertex_not_found", delete_vertex, squares(2, 2), (101.0, 100.0), TOLERANCE)


def test_a_vertex_that_would_not_move_is_told():
    refused("vertex_stays", move_vertex, squares(2, 2), (100.0, 100.0), (100.0004, 100.0), TOLERANCE)


@pytest.mark.parametrize("to", [(100.0, 199.96), (199.97, 100.0), (150.0, 199.99)])
def test_a_move_onto_another_vertex_or_edge_is_refused_with_the_distance(to):
    error = refused("vertex_too_close", move_vertex, squares(2, 2), (100.0, 100.0), to, TOLERANCE)
    assert "0.0" in error.text("en")


@pytest.mark.parametrize("to", [(100.0, 250.0), (250.0, 250.0), (-10.0, 50.0)])
def test_a_move_that_would_tangle_the_borders_is_refused(to):
    refused("vertex_tangles", move_vertex, squares(2, 2), (100.0, 100.0), to, TOLERANCE)


def test_a_moved_edge_may_not_graze_another_vertex():
    left = shapely.Polygon([(0, 0), (100, 0), (100, 100), (0, 100)])
    right = shapely.Polygon([(100, 0), (200, 0), (200, 100), (100, 100)])
    upper = shapely.Polygon([(0, 100), (100, 100), (200, 100), (200, 200), (150, 130), (0, 200)])
    top = shapely.Polygon([(0, 200), (150, 130), (200, 200)])
    cells = cells_of(np.array([left, right, upper, top]))
    # from (0, 200) to the moved (150, 130) the edge would pass 0.03 m from the junction (100, 100)
    passing = move_vertex(cells, (150.0, 130.0), (140.0, 120.0), TOLERANCE)
    assert_sound(cells, apply_edit(cells, passing), passing)
    refused("vertex_too_close", move_vertex, cells, (150.0, 130.0), (100.02, 100.05), TOLERANCE)


def test_the_corner_of_an_area_does_not_move():
    refused("vertex_on_border", move_vertex, squares(2, 2), (0.0, 0.0), (10.0, 10.0), TOLERANCE)


def test_a_vertex_of_the_border_that_is_no_junction_does_not_move():
    square = shapely.Polygon([(0, 0), (50, 0), (100, 0), (100, 100), (0, 100)])
    refused("vertex_on_border", move_vertex, cells_of([square]), (50.0, 0.0), (60.0, 0.0), TOLERANCE)


def test_a_junction_slides_along_the_border_of_its_area():
    cells = squares(2, 2)
    edit = move_vertex(cells, (100.0, 0.0), (120.0, 7.0), TOLERANCE)
    assert edit.changed.tolist() == [0, 1]
    assert has_vertex(edit.changed_geometry[0], (120.0, 0.0))
    assert has_vertex(edit.changed_geometry[1], (120.0, 0.0))
    assert not has_vertex(edit.changed_geometry[0], (100.0, 0.0)), "a straight border keeps no corner there"
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_a_junction_on_a_border_between_areas_slides_and_the_other_side_follows():
    geometry = np.concatenate(
        [squares(2, 1).geometry, [shapely.Polygon([(0, 100), (100, 100), (200, 100), (100, 200)])]]
    )
    cells = cells_of(geometry, np.array([0, 0, 1]))
    edit = move_vertex(cells, (100.0, 100.0), (70.0, 120.0), TOLERANCE)
    assert edit.changed.tolist() == [0, 1, 2]
    assert all(has_vertex(cell, (70.0, 100.0)) for cell in edit.changed_geometry)
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_a_crossing_of_borders_slides_with_the_junctions_on_both_sides():
    cells = squares(2, 2)
    cells = cells_of(cells.geometry, np.array([0, 0, 1, 1]))
    edit = move_vertex(cells, (100.0, 100.0), (150.0, 120.0), TOLERANCE)
    assert edit.changed.tolist() == [0, 1, 2, 3]
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_a_junction_where_four_areas_meet_does_not_move():
    cells = cells_of(squares(2, 2).geometry, np.arange(4))
    refused("vertex_on_border", move_vertex, cells, (100.0, 100.0), (120.0, 100.0), TOLERANCE)


def test_a_junction_on_a_bend_within_the_precision_slides_and_the_bend_stays():
    bend = (100.0, 0.0006)
    left = shapely.Polygon([(0, 0), bend, (100, 100), (0, 100)])
    right = shapely.Polygon([bend, (200, 0), (200, 100), (100, 100)])
    cells = cells_of(np.array([left, right]))
    edit = move_vertex(cells, bend, (150.0, 5.0), TOLERANCE)
    assert has_vertex(edit.changed_geometry[0], bend)
    assert_sound(cells, apply_edit(cells, edit), edit)
    refused("vertex_too_close", move_vertex, cells, bend, (100.03, 5.0), TOLERANCE)


def test_a_junction_does_not_slide_beyond_the_next_vertex_of_the_border():
    refused("vertex_too_close", move_vertex, squares(2, 2), (100.0, 0.0), (250.0, 0.0), TOLERANCE)


def test_a_vertex_comes_exactly_onto_the_edge_of_both_cells():
    cells = squares(2, 2, origin=REAL_ORIGIN)
    place = (REAL_ORIGIN[0] + 100.01, REAL_ORIGIN[1] + 33.3333)
    edit = add_vertex(cells, place, TOLERANCE)
    assert edit.changed.tolist() == [0, 1]
    expected = (REAL_ORIGIN[0] + 100.0, place[1])
    assert all(has_vertex(cell, expected) for cell in edit.changed_geometry)
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_a_vertex_is_added_and_moved_in_one_gesture():
    cells = squares(2, 2)
    edit = add_vertex(cells, (100.0, 50.0), TOLERANCE, to=(115.0, 55.0))
    assert edit.changed.tolist() == [0, 1]
    assert all(has_vertex(cell, (115.0, 55.0)) for cell in edit.changed_geometry)
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_a_vertex_may_be_added_to_the_border_but_not_moved_off_it():
    cells = squares(2, 2)
    edit = add_vertex(cells, (50.0, 0.0), TOLERANCE)
    assert edit.changed.tolist() == [0]
    assert_sound(cells, apply_edit(cells, edit), edit)
    refused("vertex_on_border", add_vertex, cells, (50.0, 0.0), TOLERANCE, to=(50.0, 10.0))


def test_a_vertex_needs_an_edge_and_room():
    refused("vertex_no_edge", add_vertex, squares(2, 2), (50.0, 50.0), TOLERANCE)
    refused("vertex_too_close", add_vertex, squares(2, 2), (100.0, 99.97), TOLERANCE)
    nothing = Cells(np.empty(0, dtype=object), np.zeros(0, dtype=np.int64), {})
    refused("vertex_no_edge", add_vertex, nothing, (0.0, 0.0), TOLERANCE)


def test_a_vertex_is_deleted_from_all_cells_and_adding_undoes_it():
    cells = squares(2, 2)
    added = apply_edit(cells, add_vertex(cells, (100.0, 50.0), TOLERANCE, to=(110.0, 50.0)))
    edit = delete_vertex(added, (110.0, 50.0), TOLERANCE)
    assert edit.changed.tolist() == [0, 1]
    assert_sound(added, apply_edit(added, edit), edit)
    assert shapely.equals_exact(shapely.normalize(edit.changed_geometry), shapely.normalize(cells.geometry[:2])).all()


def test_a_junction_and_a_corner_of_the_border_are_not_deleted():
    refused("vertex_is_junction", delete_vertex, squares(2, 2), (100.0, 100.0), TOLERANCE)
    refused("vertex_is_junction", delete_vertex, squares(2, 2), (100.0, 0.0), TOLERANCE)
    refused("vertex_on_border", delete_vertex, squares(2, 2), (0.0, 0.0), TOLERANCE)


def test_a_vertex_on_a_straight_stretch_of_border_is_deleted():
    square = shapely.Polygon([(0, 0), (50, 0), (100, 0), (100, 100), (0, 100)])
    cells = cells_of([square])
    edit = delete_vertex(cells, (50.0, 0.0), TOLERANCE)
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_a_ring_keeps_three_corners():
    outer, lake = shapely.box(0, 0, 100, 100), shapely.Polygon([(40, 40), (60, 40), (50, 60)])
    cells = cells_of(np.array([outer - lake, lake]))
    refused("vertex_needed", delete_vertex, cells, (50.0, 60.0), TOLERANCE)


def test_a_vertex_whose_deletion_would_cut_through_a_neighbour_is_kept():
    notch = shapely.Polygon([(40, 100), (50, 20), (60, 100)])
    wedge = shapely.Polygon([(48, 100), (50, 40), (52, 100)])
    big = shapely.box(0, 0, 100, 100) - notch
    cells = cells_of(np.array([big, notch - wedge, wedge]))
    refused("vertex_tangles", delete_vertex, cells, (50.0, 20.0), TOLERANCE)


def test_a_hole_follows_what_fills_it():
    outer, lake = shapely.box(0, 0, 100, 100), shapely.box(40, 40, 60, 60)
    cells = cells_of(np.array([outer - lake, lake]))
    edit = move_vertex(cells, (40.0, 40.0), (20.0, 20.0), TOLERANCE)
    assert_sound(cells, apply_edit(cells, edit), edit)
    refused("vertex_tangles", move_vertex, cells, (40.0, 40.0), (-20.0, 20.0), TOLERANCE)


@tries(60)
@given(neighbourhoods(), seeds())
def test_a_random_move_is_sound_or_refused(cells, seed):
    rng = np.random.default_rng(seed)
    corners = shapely.get_coordinates(cells.geometry)
    at = corners[rng.integers(len(corners))]
    to = at + rng.normal(0, rng.choice([0.02, 3, 20, 80]), 2)
    _sound_or_refused(cells, move_vertex, tuple(at), tuple(to), TOLERANCE)


@tries(60)
@given(neighbourhoods(), seeds(), st.booleans())
def test_a_random_addition_is_sound_or_refused(cells, seed, moved):
    rng = np.random.default_rng(seed)
    table = edge_table(cells.geometry)
    edge = rng.integers(len(table.owner))
    at = table.start[edge] + rng.random() * (table.end[edge] - table.start[edge])
    to = tuple(at + rng.normal(0, rng.choice([0.02, 3, 20, 80]), 2)) if moved else None
    _sound_or_refused(cells, add_vertex, tuple(at), TOLERANCE, to)


@tries(60)
@given(neighbourhoods(), seeds())
def test_a_random_deletion_is_sound_or_refused(cells, seed):
    rng = np.random.default_rng(seed)
    corners = shapely.get_coordinates(cells.geometry)
    _sound_or_refused(cells, delete_vertex, tuple(corners[rng.integers(len(corners))]), TOLERANCE)


def _sound_or_refused(cells: Cells, gesture, *arguments) -> None:
    try:
        edit = gesture(cells, *arguments)
    except InputError:
        return
    assert_sound(cells, apply_edit(cells, edit), edit)
