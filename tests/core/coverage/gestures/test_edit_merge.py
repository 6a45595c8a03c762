"""Merging cells and dissolving slivers."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.coverage.gestures.edit import Cells, EditTolerance, apply_edit
from gridmgmt_plugin.core.coverage.gestures.merging import absorb, merge
from gridmgmt_plugin.core.coverage.gestures.splitting import split
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.linework import union_of_coverage
from tests.core.coverage.edit_cases import (
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


def refused(call, *arguments: object) -> str:
    with pytest.raises(InputError) as error:
        call(*arguments)
    assert error.value.text("zh")
    assert error.value.text("en")
    return error.value.code


def test_the_largest_keeps_the_identity_unless_another_is_chosen():
    cells = cells_of(shapely.box([0, 40, 140], 0, [40, 140, 200], 100))
    edit = merge(cells, np.array([0, 1, 2]), TOLERANCE)
    assert edit.changed.tolist() == [1]
    assert edit.removed.tolist() == [0, 2]
    assert_sound(cells, apply_edit(cells, edit), edit)
    chosen = merge(cells, np.array([1, 0]), TOLERANCE, keeper=0)
    assert chosen.changed.tolist() == [0]
    assert chosen.removed.tolist() == [1]
    assert chosen.flows.source.tolist() == [0, 1]
    assert chosen.flows.target.tolist() == [0, 0]


def test_vertices_of_third_cells_stay_in_the_merged_outline():
    cells = cells_of(np.array([*shapely.box([0, 100], 0, [100, 200], 100), shapely.box(0, 100, 200, 200)]))
    cells = cells_of(np.array([*cells.geometry[:2], shapely.Polygon([(0, 100), (100, 100), (200, 100), (200, 200)])]))
    edit = merge(cells, np.array([0, 1]), TOLERANCE)
    assert [100.0, 100.0] in shapely.get_coordinates(edit.changed_geometry[0]).tolist()


def test_a_ring_of_cells_becomes_a_cell_around_the_one_in_the_middle():
    cells = squares(3, 3)
    around = np.delete(np.arange(9), 4)
    edit = merge(cells, around, TOLERANCE)
    assert shapely.get_num_interior_rings(edit.changed_geometry[0]) == 1
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_a_merged_cell_encloses_no_gap_but_what_lies_outside_its_area():
    gap = without(squares(3, 3), 4)
    assert refused(merge, gap, np.arange(8), TOLERANCE) == "merge_encloses_gap"
    foreign = Cells(gap.geometry, gap.group, {0: union_of_coverage(gap.geometry)})
    for cells in (foreign, Cells(gap.geometry, gap.group, {})):
        edit = merge(cells, np.arange(8), TOLERANCE)
        assert_sound(cells, apply_edit(cells, edit), edit)


def test_a_cell_that_surrounds_a_gap_already_may_be_merged():
    gap = without(squares(4, 3), 5)
    ring = merge(Cells(gap.geometry, gap.group, {}), np.array([0, 1, 2, 4, 5, 7, 8, 9]), TOLERANCE)
    cells = apply_edit(gap, ring)
    edit = merge(cells, np.arange(2), TOLERANCE)
    assert_sound(cells, apply_edit(cells, edit), edit)


def test_a_merged_cell_that_would_meet_itself_in_a_corner_is_refused():
    # 0 and 4 would both lie outside it and meet in one of its corners
    assert refused(merge, squares(3, 3), np.array([1, 2, 5, 8, 7, 6, 3]), TOLERANCE) == "edit_pinched"


@pytest.mark.parametrize(
    ("members", "code"),
    [([0], "merge_too_few"), ([], "merge_too_few"), ([3, 3], "merge_too_few"), ([0, 4], "merge_apart"),
     ([0, 2], "merge_apart"), ([0, 1, 7, 8], "merge_apart")],
)  # fmt: skip
def test_cells_that_cannot_be_merged_are_refused_with_the_reason(members: list[int], code: str):
    assert refused(merge, squares(3, 3), np.array(members, dtype=np.int64), TOLERANCE) == code


def test_cells_of_two_areas_are_not_merged_and_the_sentence_names_what_to_do():
    cells = cells_of(squares(2, 1).geometry, np.array([0, 1]))
    assert refused(merge, cells, np.array([0, 1]), TOLERANCE) == "merge_two_areas"
    with pytest.raises(InputError, match="change the areas first"):
        merge(cells, np.array([0, 1]), TOLERANCE)


def test_a_sliver_goes_to_the_neighbour_with_the_longest_border():
    cells = cells_of(shapely.box([0, 100, 0], [0, 0, 50], [100, 101, 100], [50, 80, 100]))
    cells = cells_of(
        np.array(
            [
                shapely.box(0, 0, 100, 50),
                shapely.Polygon([(100, 0), (101, 0), (101, 80), (100, 80), (100, 50)]),
                shapely.Polygon([(0, 50), (100, 50), (100, 80), (100, 100), (0, 100)]),
            ],
            dtype=object,
        )
    )
    edit = absorb(cells, 1, TOLERANCE)
    assert edit.kind == "absorb"
    assert edit.changed.tolist() == [0]
    assert edit.removed.tolist() == [1]
    assert_sound(cells, apply_edit(cells, edit), edit)
    assert absorb(cells, 1, TOLERANCE, into=2).changed.tolist() == [2]


def test_a_sliver_goes_to_no_other_area():
    cells = cells_of(squares(3, 1).geometry, np.array([0, 1, 0]))
    assert refused(absorb, cells, 1, TOLERANCE) == "absorb_alone"
    assert refused(absorb, cells, 1, TOLERANCE, 0) == "give_other_area"
    assert refused(absorb, cells, 0, TOLERANCE, 2) == "give_apart"
    assert refused(absorb, cells, 0, TOLERANCE, 0) == "give_to_itself"


@tries(60)
@given(neighbourhoods(), st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_any_merge_is_sound_or_refused(cells: Cells, chosen: list[int]):
    try:
        edit = merge(cells, np.array(chosen) % len(cells), TOLERANCE)
    except InputError as error:
        if error.code not in {"merge_too_few", "merge_two_areas", "merge_apart", "edit_pinched"}:
            raise
        return
    assert_sound(cells, apply_edit(cells, edit), edit)


@tries(30)
@given(neighbourhoods(), seeds())
def test_merging_what_was_split_restores_the_ground_of_the_cell(cells: Cells, seed: int):
    try:
        edit = split(cells, random_line(cells, seed), TOLERANCE)
    except InputError:
        return
    cell = int(edit.added_from[0])
    parts = edit.parts_of(cell)
    stays_before = np.searchsorted(edit.removed, parts, side="right")
    after = apply_edit(cells, edit)
    again = merge(after, parts - stays_before, TOLERANCE)
    assert_sound(after, apply_edit(after, again), again)
    assert abs(shapely.area(again.changed_geometry[0]) - shapely.area(cells.geometry[cell])) < 1e-6
