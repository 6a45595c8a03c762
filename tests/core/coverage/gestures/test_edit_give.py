"""Giving a cell or a part of it to a neighbour."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.coverage.gestures.edit import Cells, EditTolerance, apply_edit
from gridmgmt_plugin.core.coverage.gestures.giving import give
from gridmgmt_plugin.core.errors import InputError
from tests.core.coverage.edit_cases import assert_sound, cells_of, neighbourhoods, random_polygon, seeds, squares
from tests.tries import tries

TOLERANCE = EditTolerance()


def given_part(cells: Cells, source: int, target: int, part: shapely.Polygon | None = None):
    edit = give(cells, source, target, TOLERANCE, part)
    assert_sound(cells, apply_edit(cells, edit), edit)
    return edit


def test_a_whole_cell_goes_to_its_neighbour():
    edit = given_part(squares(2, 1), 0, 1)
    assert edit.kind == "give"
    assert edit.changed.tolist() == [1]
    assert edit.removed.tolist() == [0]


def test_a_part_goes_to_the_neighbour_and_the_rest_stays():
    edit = given_part(squares(2, 1), 0, 1, shapely.box(70, -10, 100, 50))
    assert edit.changed.tolist() == [0, 1]
    assert edit.flows.source.tolist() == [0, 0, 1]
    assert edit.flows.area_m2 == pytest.approx([8500, 1500, 10000])


def test_a_strip_of_half_a_metre_moves_the_border():
    edit = given_part(squares(2, 1), 0, 1, shapely.box(99.5, -10, 101, 110))
    assert shapely.area(edit.changed_geometry) == pytest.approx([9950, 10050])


def test_a_part_that_covers_the_cell_is_the_cell():
    edit = given_part(squares(2, 1), 0, 1, shapely.box(-10, -10, 150, 110))
    assert edit.removed.tolist() == [0]
    assert shapely.area(edit.changed_geometry) == pytest.approx([20000])


def test_only_ground_of_the_giving_cell_goes():
    edit = given_part(squares(2, 2), 0, 1, shapely.box(50, 50, 150, 150))
    assert edit.flows.area_m2[(edit.flows.source == 0) & (edit.flows.target == 1)] == pytest.approx([2500])
    assert edit.changed.tolist() == [0, 1, 2]  # the northern neighbour has one vertex more


def test_a_rest_that_falls_apart_gives_a_new_cell():
    edit = given_part(squares(2, 1), 0, 1, shapely.box(-10, 30, 110, 60))
    assert shapely.area(edit.added_geometry) == pytest.approx([3000])
    assert edit.added_from.tolist() == [0]


def test_a_rest_that_is_a_sliver_joins_a_neighbour():
    edit = given_part(squares(2, 1), 0, 1, shapely.box(0.5, -10, 110, 110))
    assert edit.removed.tolist() == [0]


@pytest.mark.parametrize(
    ("source", "target", "part", "code"),
    [
        (0, 0, None, "give_to_itself"),
        (0, 0, shapely.box(0, 0, 10, 10), "give_to_itself"),
        (0, 3, None, "give_apart"),
        (0, 3, shapely.box(50, 50, 100, 100), "give_apart"),
        (1, 2, None, "give_apart"),
        (0, 1, shapely.box(120, 20, 150, 40), "give_nothing"),
        (0, 1, shapely.box(20, 20, 60, 60), "give_part_apart"),
        (0, 1, shapely.Polygon([(10, 10), (90, 90), (90, 10), (10, 90)]), "draw_crosses_itself"),
        (0, 1, shapely.Polygon(), "draw_unusable"),
    ],
)
def test_what_cannot_be_given_is_refused_with_the_reason(source: int, target: int, part, code: str):
    with pytest.raises(InputError) as error:
        give(squares(2, 2), source, target, TOLERANCE, part)
    assert error.value.code == code
    assert error.value.text("zh")


@pytest.mark.parametrize("part", [None, shapely.box(50, -10, 110, 110)])
def test_no_ground_goes_to_another_area(part):
    cells = cells_of(squares(2, 1).geometry, np.array([0, 1]))
    with pytest.raises(InputError, match="another community"):
        give(cells, 0, 1, TOLERANCE, part)


@tries(120)
@given(neighbourhoods(), seeds(), st.integers(0, 50), st.integers(0, 50))
def test_any_part_is_given_soundly_or_refused(cells: Cells, seed: int, one: int, other: int):
    source = one % len(cells)
    near = np.flatnonzero(shapely.intersects(cells.geometry, cells.geometry[source]))
    target = int(near[other % len(near)])
    part = random_polygon(cells, seed)
    from_middle = shapely.get_coordinates([cells.geometry[source], part]).mean(axis=0)
    shift = shapely.get_coordinates(shapely.centroid([cells.geometry[source], part]))
    assert np.isfinite(from_middle).all()
    if seed % 2:
        part = shapely.transform(part, lambda xy: xy + (shift[0] - shift[1]))
    try:
        edit = give(cells, source, target, TOLERANCE, part)
    except InputError as error:
        if not error.code.startswith(("give_", "draw_unusable", "draw_crosses_itself", "edit_pinched")):
            raise
        return
    assert_sound(cells, apply_edit(cells, edit), edit)
