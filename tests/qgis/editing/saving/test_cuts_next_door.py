"""A colleague cuts next door while a cell is edited: vertices in shared edges are no reason to refuse anybody."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.coverage.gestures.vertices import add_vertex
from gridmgmt_plugin.core.coverage.shared_vertices import with_vertices
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.saving import town as towns
from tests.qgis.editing.saving.town import AREAS, TOLERANCE, box, code, place, refused, rows_of

IN_BOTH = True
CUT = [(0.3, -1), (0.3, 1.5)]


@pytest.fixture
def desk(town, open_desk):
    return open_desk(town)


@pytest.fixture
def other(town, open_desk):
    return open_desk(Workspace.open(town.location), author="李工")


def seamless(workspace: Workspace) -> None:
    """Make sure that every cell has the vertices of all others that lie in its edges, and that no ground is lost."""
    cells = workspace.read("unit_grid")
    corners = np.unique(shapely.get_coordinates(cells.shapes), axis=0)
    assert [with_vertices(shape, corners) is shape for shape in cells.shapes] == [True] * len(cells)
    assert shapely.union_all(cells.shapes).equals(box(0, 0, len(AREAS) * towns.SIDE, towns.SIDE))
    assert float(shapely.area(cells.shapes).sum()) == pytest.approx(len(AREAS) * towns.SIDE**2 * 1e4, abs=1e-6)
    assert len(set(cells["code"])) == len(cells)


def corners_of(workspace: Workspace, number: int) -> set[tuple[float, float]]:
    shape = rows_of(workspace, "unit_grid")[code(number)]["geometry"]
    return set(map(tuple, shapely.get_coordinates(shape).tolist()))


def test_the_cell_between_two_cuts_gets_the_vertices_of_both(town, desk, other):
    desk.split(1, CUT)
    other.split(9, [(0.6, 1.5), (0.6, 3.5)])
    assert other.save(), other.refusals
    assert desk.save(), desk.refusals
    seamless(town)
    assert {place(0.3, 1), place(0.6, 2)} <= corners_of(town, 5)
    desk.merge(1, 18)
    assert desk.save(), desk.refusals
    seamless(town)


def test_two_cuts_that_end_on_the_same_edge_are_both_saved(town, desk, other):
    desk.split(1, CUT)
    other.split(5, [(0.6, 0.5), (0.6, 2.5)])
    assert other.save(), other.refusals
    assert desk.save(), desk.refusals
    seamless(town)
    assert len(rows_of(town, "unit_grid")) == 34


def test_a_vertex_goes_into_what_a_colleague_made_of_the_cell(town, desk, other):
    desk.split(1, CUT)
    other.merge(5, 6)
    assert other.save(), other.refusals
    assert desk.save(), desk.refusals
    seamless(town)


def test_a_value_is_saved_with_the_vertices_that_a_colleague_put_into_the_cell(town, desk, other):
    desk.set(code(5), note="x")
    other.split(1, CUT)
    assert other.save(), other.refusals
    other.split(9, [(0.6, 1.5), (0.6, 3.5)])
    assert other.save(), other.refusals
    assert desk.save(), desk.refusals
    assert rows_of(town, "unit_grid")[code(5)]["note"] == "x"
    assert {place(0.3, 1), place(0.6, 2)} <= corners_of(town, 5)
    seamless(town)


def test_a_cell_is_merged_away_whose_edge_got_a_vertex(town, desk, other):
    desk.merge(5, 6)
    other.split(1, CUT)
    other.split(2, [(1.4, -1), (1.4, 1.5)])
    assert other.save(), other.refusals
    assert desk.save(), desk.refusals
    seamless(town)


def test_a_colleague_s_note_is_kept_where_only_a_vertex_is_ours(town, desk, other):
    desk.split(1, CUT)
    other.set(code(5), note="李工改")
    assert other.save(), other.refusals
    assert desk.save(), desk.refusals
    assert rows_of(town, "unit_grid")[code(5)]["note"] == "李工改"
    seamless(town)


def test_cells_that_both_cut_are_refused(town, desk, other):
    desk.split(1, CUT)
    other.split(1, [(-1, 0.4), (1.5, 0.4)])
    assert other.save(), other.refusals
    assert refused(desk).code == "save_rows_overtaken"
    seamless(town)


def test_a_cell_that_a_colleague_cut_and_whose_edge_we_moved_is_refused(town, desk, other):
    near, _ = desk.near(code(1))
    desk.editor.apply(near, add_vertex(near.cells, place(0.5, 1), TOLERANCE, place(0.5, 1.1)))
    other.split(5, [(0.6, 0.5), (0.6, 2.5)])
    assert other.save(), other.refusals
    assert refused(desk).code == "save_rows_overtaken"
    seamless(town)


def test_a_cut_in_a_cell_that_got_a_note_is_refused(town, desk, other):
    desk.split(5, [(0.6, 0.5), (0.6, 2.5)])
    other.set(code(5), note="李工改")
    other.split(1, CUT)
    assert other.save(), other.refusals
    assert refused(desk).code == "save_rows_overtaken"
    assert rows_of(town, "unit_grid")[code(5)]["note"] == "李工改"


def test_a_number_that_the_cell_next_door_was_given_meanwhile_stays_there(town, desk, other):
    desk.split(1, [(-1, 0.4), (1.5, 0.4)])
    other.split(2, [(1.6, -1), (1.6, 1.5)])
    assert other.save(), other.refusals
    theirs = rows_of(town, "unit_grid")[code(17)]["geometry"]
    assert desk.save(), desk.refusals
    assert desk.reports[-1].recoded == ((code(17), code(18)),)
    assert shapely.equals(rows_of(town, "unit_grid")[code(17)]["geometry"], theirs)
    seamless(town)


def test_a_corner_that_was_moved_before_the_cut_next_door_is_not_dropped_for_a_colleague_s_note(town, desk, other):
    desk.move_vertex(code(13), (0, 4), (0.1, 3.9))
    desk.split(9, [(0.3, 1.5), (0.3, 3.5)])
    other.set(code(13), note="李工改")
    assert other.save(), other.refusals
    assert refused(desk).code == "save_rows_overtaken"


def test_a_note_of_ours_elsewhere_hinders_no_vertex_from_giving_way_to_a_colleague_s_note(town, desk, other):
    desk.set(code(16), note="别处")
    desk.split(1, CUT)
    other.set(code(5), note="李工改")
    assert other.save(), other.refusals
    assert desk.save(), desk.refusals
    assert rows_of(town, "unit_grid")[code(5)]["note"] == "李工改"
    seamless(town)
