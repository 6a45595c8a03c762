"""Mending what a tool left unsound: the neighbours keep their ground, and what changes hands is told to the m²."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.coverage.gestures.edit import Cells, CoverageEdit, EditTolerance, apply_edit
from gridmgmt_plugin.core.coverage.health.examine import is_coverage
from gridmgmt_plugin.core.coverage.health.mending import gains_and_losses, mend
from gridmgmt_plugin.core.coverage.health.soundness import blocking, check_neighbourhood
from gridmgmt_plugin.core.errors import InputError
from tests.core.coverage.edit_cases import REAL_ORIGIN, cells_of, neighbourhoods, seeds, squares, without
from tests.core.coverage.native_damage import DAMAGES, damaged, replaced
from tests.tries import tries

TOLERANCE = EditTolerance()
PRECISION_M = TOLERANCE.precision_m


def found_in(before: Cells, after: Cells, touched_before, touched_after):
    old, new = np.array(touched_before, dtype=np.int64), np.array(touched_after, dtype=np.int64)
    return check_neighbourhood(before, after, old, new, PRECISION_M)


def mended(before: Cells, after: Cells, touched_before, touched_after) -> tuple[Cells, CoverageEdit]:
    """Mend, and prove that the result is sound by other means than the check that the mending itself uses."""
    edit = mend(before, after, found_in(before, after, touched_before, touched_after), TOLERANCE)
    result = apply_edit(after, edit)
    assert edit.kind == "repair"
    assert (shapely.get_type_id(result.geometry) == shapely.GeometryType.POLYGON).all()
    assert shapely.is_valid(result.geometry).all()
    assert is_coverage(result.geometry)
    target = np.concatenate([edit.changed, len(after) + np.arange(len(edit.added_geometry))])
    for number, shape in zip(target, np.concatenate([edit.changed_geometry, edit.added_geometry])):
        assert edit.flows.area_m2[edit.flows.target == number].sum() == pytest.approx(shape.area, abs=1e-6)
    gained, lost = gains_and_losses(after, edit)
    assert (gained >= 0).all()
    assert (lost >= 0).all()
    return result, edit


def assert_partition_as_before(before: Cells, result: Cells) -> None:
    for group in np.unique(before.group):
        old = shapely.union_all(before.geometry[before.group == group])
        new = shapely.union_all(result.geometry[result.group == group])
        assert shapely.symmetric_difference(old, new).area < 1e-5
    assert shapely.area(result.geometry).sum() == pytest.approx(shapely.area(before.geometry).sum(), abs=1e-5)


def test_a_sound_neighbourhood_needs_no_mending():
    cells = squares(2, 2)
    with pytest.raises(InputError) as caught:
        mend(cells, cells, found_in(cells, cells, [0], [0]), TOLERANCE)
    assert caught.value.code == "mend_nothing"


def test_a_vertex_that_only_one_cell_has_comes_into_the_other():
    cells = squares(2, 1)
    ring = [(0, 0), (100, 0), (100, 40), (100, 100), (0, 100)]
    result, edit = mended(cells, replaced(cells, 0, shapely.Polygon(ring)), [0], [0])
    assert edit.changed.tolist() == [1]
    assert (shapely.get_coordinates(result.geometry[1]) == (100, 40)).all(axis=1).any()
    gained, lost = gains_and_losses(cells, edit)
    assert gained.sum() == pytest.approx(0, abs=1e-6)
    assert lost.sum() == pytest.approx(0, abs=1e-6)


def test_an_overlap_goes_back_to_the_cell_that_was_not_edited():
    cells = squares(2, 1)
    after = replaced(cells, 0, shapely.box(0, 0, 130, 100))
    result, edit = mended(cells, after, [0], [0])
    assert edit.changed.tolist() == [0]
    assert shapely.equals(result.geometry, cells.geometry).all()
    gained, lost = gains_and_losses(after, edit)
    assert gained.tolist() == pytest.approx([0, 0], abs=1e-6)
    assert lost.tolist() == pytest.approx([3000, 0], abs=1e-6)


def test_an_overlap_of_two_edited_cells_goes_to_the_one_that_had_the_ground():
    cells = squares(2, 1)
    geometry = np.array([shapely.box(0, 0, 130, 100), shapely.box(100.5, 0, 200, 100)])
    result, _ = mended(cells, Cells(geometry, cells.group, cells.outlines), [0, 1], [0, 1])
    # The strip that both gave up or only the first still covers is the first one's now; nobody else wants it.
    assert shapely.area(result.geometry).tolist() == pytest.approx([10_050, 9_950])
    assert_partition_as_before(cells, result)


def test_a_gap_goes_to_the_longest_border_of_the_same_area():
    cells = squares(3, 1)
    after = replaced(cells, 1, shapely.Polygon([(100, 0), (200, 0), (170, 50), (200, 100), (100, 100)]))
    result, edit = mended(cells, after, [1], [1])
    gained, _ = gains_and_losses(after, edit)
    assert gained.sum() == pytest.approx(1500)
    assert np.flatnonzero(gained).tolist() == [1], "two slanting edges are longer than the straight one"
    assert_partition_as_before(cells, result)


def test_ground_of_a_deleted_cell_goes_to_one_neighbour_of_its_own_area():
    cells = cells_of(squares(3, 1).geometry, np.array([0, 1, 1]))
    after = without(cells, 1)
    result, edit = mended(cells, after, [1], [])
    assert edit.changed.tolist() == [1]
    assert result.geometry[1].area == pytest.approx(20_000)
    assert edit.flows.source.tolist() == [-1, 1]


def test_ground_of_the_only_cell_of_an_area_finds_nobody():
    cells = cells_of(squares(2, 1).geometry, np.array([0, 1]))
    after = without(cells, 1)
    with pytest.raises(InputError) as caught:
        mend(cells, after, found_in(cells, after, [1], []), TOLERANCE)
    assert caught.value.code == "mend_by_hand"
    assert caught.value.text("zh") != caught.value.text("en")


def test_a_duplicate_vanishes():
    cells = squares(2, 1)
    after = Cells(np.append(cells.geometry, cells.geometry[:1]), np.append(cells.group, 0), cells.outlines)
    result, edit = mended(cells, after, [], [2])
    assert edit.removed.tolist() == [2]
    assert len(edit.changed) == 0
    assert len(result) == 2


def test_what_lies_beyond_the_outline_is_given_up():
    cells = squares(2, 1)
    result, edit = mended(cells, replaced(cells, 1, shapely.box(100, 0, 230, 100)), [1], [1])
    assert edit.changed.tolist() == [1]
    assert_partition_as_before(cells, result)


@pytest.mark.parametrize("known", [True, False])
def test_ground_of_another_area_is_given_back_whether_outlines_are_known_or_not(known):
    cells = cells_of(squares(2, 1).geometry, np.array([0, 1]), outlines=known)
    geometry = np.array([shapely.box(0, 0, 120, 100), shapely.box(120, 0, 200, 100)])
    result, _ = mended(cells, Cells(geometry, cells.group, cells.outlines), [0, 1], [0, 1])
    assert shapely.equals(result.geometry, cells.geometry).all()


def test_wide_parts_become_cells_and_inherit_from_the_largest():
    cells = squares(2, 1)
    two = shapely.MultiPolygon([shapely.box(0, 0, 40, 100), shapely.box(60, 0, 100, 100)])
    middle = Cells(
        np.append(replaced(cells, 0, two).geometry, [shapely.box(40, 0, 60, 100)]),
        np.zeros(3, dtype=np.int64),
        cells.outlines,
    )
    result, edit = mended(cells, middle, [0], [0, 2])
    assert edit.added_from.tolist() == [0]
    assert len(result) == 4
    assert_partition_as_before(cells, result)


def test_a_thin_part_goes_to_the_neighbour_with_the_longest_border():
    cells = squares(2, 1)
    two = shapely.MultiPolygon([shapely.box(0, 0, 60, 100), shapely.box(99.5, 0, 100, 100)])
    middle = Cells(
        np.append(replaced(cells, 0, two).geometry, [shapely.box(60, 0, 99.5, 100)]),
        np.zeros(3, dtype=np.int64),
        cells.outlines,
    )
    result, edit = mended(cells, middle, [0], [0, 2])
    assert len(edit.added_geometry) == 0
    assert len(result) == 3
    assert_partition_as_before(cells, result)


def test_a_ring_that_crosses_itself_is_made_valid_and_its_ground_given_out():
    cells = squares(2, 2)
    bow = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    result, _ = mended(cells, replaced(cells, 0, bow), [0], [0])
    assert_partition_as_before(cells, result)


@pytest.mark.parametrize("nothing", [None, shapely.Polygon()])
def test_a_cell_without_ground_vanishes_and_its_ground_finds_an_owner(nothing):
    cells = squares(2, 1)
    result, edit = mended(cells, replaced(cells, 0, nothing), [0], [0])
    assert edit.removed.tolist() == [0]
    assert result.geometry[0].area == pytest.approx(20_000)


def test_vertices_a_hair_apart_become_one():
    cells = squares(3, 3, origin=REAL_ORIGIN)
    corner = np.array(REAL_ORIGIN) + 100
    moved = shapely.transform(
        cells.geometry[4], lambda c: np.where((c == corner).all(axis=1)[:, None], corner + 0.003, c)
    )
    result, edit = mended(cells, replaced(cells, 4, moved), [4], [4])
    assert edit.changed.tolist() == [4]
    assert shapely.equals_exact(shapely.normalize(result.geometry[4]), shapely.normalize(cells.geometry[4]), 0.0)


def test_a_split_that_neighbours_do_not_know_of_stays_a_split():
    cells = squares(3, 3)
    geometry = np.append(cells.geometry, [shapely.box(100, 150.5, 200, 200)])
    geometry[4] = shapely.box(100, 100, 200, 150.5)
    after = Cells(geometry, np.zeros(10, dtype=np.int64), cells.outlines)
    result, edit = mended(cells, after, [4], [4, 9])
    assert edit.changed.tolist() == [3, 5]
    assert len(edit.removed) == len(edit.added_geometry) == 0
    assert_partition_as_before(cells, result)


def test_old_faults_between_cells_that_nobody_edited_are_mended_when_asked():
    cells = squares(2, 1)
    broken = replaced(cells, 0, shapely.box(0, 0, 110, 100))
    result, _ = mended(broken, broken, [0], [0])
    assert shapely.area(result.geometry).sum() == pytest.approx(20_000)


@tries(50)
@given(neighbourhoods(), seeds(), st.sampled_from(sorted(DAMAGES)))
def test_what_is_mended_is_sound_and_the_partition_is_as_before(cells, seed, kind):
    broken = damaged(cells, seed, kind)
    if broken is None:
        return
    after, touched_before, touched_after = broken
    try:
        result, edit = mended(cells, after, touched_before, touched_after)
    except InputError as error:
        if error.code != "mend_by_hand":
            raise
        return
    assert_partition_as_before(cells, result)
    everyone = np.arange(len(result))
    assert len(blocking(check_neighbourhood(cells, result, np.arange(len(cells)), everyone, PRECISION_M))) == 0
    unedited = np.setdiff1d(np.arange(len(after)), np.concatenate([touched_after, edit.removed]))
    _, lost = gains_and_losses(after, edit)
    assert lost[unedited].max(initial=0.0) < 1e-6, "who was not edited loses nothing"
