"""Units change grids: who may, who stays, what it does to the grids involved."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.assignment.figures import figures_of
from gridmgmt_plugin.core.assignment.model import NOBODY, Grid
from gridmgmt_plugin.core.assignment.pieces import open_pieces
from gridmgmt_plugin.core.assignment.splitting import far_side, grid_to_split
from gridmgmt_plugin.core.assignment.stroke_reach import StrokeReach, pushed
from gridmgmt_plugin.core.errors import InputError


def test_painted_units_leave_their_grid_and_join_the_other(lattice):
    town = lattice(4, 2, grids=2)
    town.apply(town.move([1, 5], 1))
    assert town.members(0).tolist() == [0, 4]
    assert town.members(1).tolist() == [1, 2, 3, 5, 6, 7]
    assert town.grid_of.tolist() == [0, 1, 1, 1, 0, 1, 1, 1]


def test_units_that_are_there_already_are_no_part_of_a_stroke(lattice):
    town = lattice(4, 2, grids=2)
    move = town.move([1, 2, 3, 2], 1)
    assert move.units.tolist() == [1]
    assert not town.move([2, 3], 1)


def test_nothing_leaves_or_enters_a_locked_grid(lattice):
    town = lattice(4, 1, grids=2)
    town.locked.add(0)
    leaving, entering = town.move([0, 1, 2], 1), town.move([2, 3], 0)
    assert not leaving
    assert leaving.locked == 2
    assert not entering
    assert entering.locked == 2


def test_units_of_another_community_stay_and_are_counted(lattice):
    town = lattice(8, 1, grids=4, parent_columns=4)
    move = town.move([2, 3, 4, 5], 0)
    assert move.units.tolist() == [2, 3]
    assert move.across == 2


def test_a_grid_stays_in_its_zone(lattice):
    town = lattice(4, 1)
    town.units.zone[2:] = 1
    grid = town.add_grid(Grid("A", zone=1))
    move = town.move(range(4), grid)
    assert (move.units.tolist(), move.across) == ([2, 3], 2)


def test_a_grid_of_a_street_office_takes_units_of_any_of_its_communities(lattice):
    town = lattice(8, 1, parent_columns=4)
    grid = town.add_grid(Grid("A", "990101001"))
    assert town.move(range(8), grid).across == 0


def test_erased_units_belong_to_nobody(lattice):
    town = lattice(4, 1, grids=2)
    town.apply(town.move([1, 2], NOBODY))
    assert np.flatnonzero(town.grid_of == NOBODY).tolist() == [1, 2]


def test_a_move_of_units_that_moved_meanwhile_is_not_made(lattice):
    town = lattice(4, 1, grids=2)
    move = town.move([1], 1)
    town.apply(move)
    with pytest.raises(ValueError, match="meanwhile"):
        town.apply(move)
    assert town.members(1).tolist() == [1, 2, 3]


def test_figures_say_old_and_new_of_every_grid_involved(lattice):
    town = lattice(6, 1, grids=3)
    gaining, losing = figures_of(town, town.move([1], 1))
    assert (gaining.grid, losing.grid) == (1, 0)
    assert (gaining.units.before, gaining.units.after) == (2, 3)
    assert (losing.loads["area"].before, losing.loads["area"].after) == (20_000, 10_000)
    assert (gaining.loads["cases"].before, gaining.loads["cases"].after) == (5, 6)


def test_a_figure_with_units_of_which_nothing_is_known_says_so(lattice):
    town = lattice(4, 1, grids=2)
    town.units.loads["cases"][1] = np.nan
    gaining, _ = figures_of(town, town.move([1], 1))
    assert gaining.loads["cases"].is_partial
    assert not gaining.loads["area"].is_partial
    assert gaining.loads["cases"].after == 5


def test_a_grid_that_would_fall_apart_is_told_with_what_comes_off(lattice):
    town = lattice(6, 1, grids=1)
    town.apply(town.move(range(6), 0))
    new = town.add_grid(Grid("N"))
    _, losing = figures_of(town, town.move([4], new))
    assert losing.is_torn
    assert losing.parts.after == 2
    assert losing.detached.tolist() == [5]


def test_a_grid_that_is_expected_to_be_in_two_parts_is_not_torn(lattice):
    town = lattice(6, 1)
    grid = town.add_grid(Grid("A", expected_parts=2))
    town.apply(town.move([0, 1, 5], grid))
    assert not any(figures.is_torn for figures in figures_of(town, town.move([4], grid)))


def test_what_only_touches_at_a_corner_does_not_hang_together(lattice):
    town = lattice(2, 2)
    grid = town.add_grid(Grid("A"))
    (figures,) = figures_of(town, town.move([0, 3], grid))
    assert figures.is_torn


def test_open_pieces_are_unassigned_units_and_parts_that_came_off(lattice):
    town = lattice(8, 1, grids=3)
    town.apply(town.move([0], 2))
    pieces = [(piece.grid, piece.units.tolist()) for piece in open_pieces(town)]
    assert pieces == [(NOBODY, [6, 7]), (2, [0])]


# What a gesture of the hand means.


def test_a_brush_takes_what_it_comes_across_and_a_wider_one_takes_more(lattice):
    reach = StrokeReach(lattice(4, 3).units.shapes)
    way = shapely.LineString([(50, 50), (150, 50)])
    assert reach.under_brush(way, 0).tolist() == [0, 1]
    assert reach.under_brush(way, 60).tolist() == [0, 1, 2, 4, 5]


def test_an_outline_takes_the_units_whose_inside_lies_in_it(lattice):
    reach = StrokeReach(lattice(4, 3).units.shapes)
    assert reach.inside(shapely.box(20, 20, 260, 90)).tolist() == [0, 1, 2]


def test_the_grid_across_the_nearest_border_is_found(lattice):
    town = lattice(6, 1, grids=3)
    reach = StrokeReach(town.units.shapes)
    assert reach.across_border(town, 2, 210, 50) == 0
    assert reach.across_border(town, 3, 390, 50) == 2


def test_a_border_to_a_grid_that_cannot_take_the_unit_is_none(lattice):
    town = lattice(8, 1, grids=4, parent_columns=4)
    reach = StrokeReach(town.units.shapes)
    assert reach.across_border(town, 3, 399, 50) is None  # beyond lies another community
    assert reach.across_border(town, 2, 201, 50) == 0


def test_a_unit_amid_its_own_grid_has_no_border_to_push(lattice):
    town = lattice(3, 3)
    grid = town.add_grid(Grid("A"))
    town.apply(town.move(range(9), grid))
    assert StrokeReach(town.units.shapes).across_border(town, 4, 150, 150) is None


def test_a_pushed_border_makes_no_islands_and_takes_from_one_grid_only(lattice):
    town = lattice(6, 2, grids=3)
    swept = np.array([1, 3, 5, 7])
    assert pushed(town, swept, source=0, taker=1).tolist() == [1, 7]
    town.apply(town.move([1], 1))
    assert pushed(town, np.array([0, 6]), source=0, taker=1).tolist() == [0, 6]


def test_a_line_cuts_off_the_smaller_side_of_the_grid_that_it_runs_through(lattice):
    town = lattice(6, 2)
    grid = town.add_grid(Grid("A"))
    town.apply(town.move(range(12), grid))
    reach, line = StrokeReach(town.units.shapes), shapely.LineString([(190, -50), (210, 250)])
    assert grid_to_split(town, reach, line) == grid
    assert far_side(town, reach, grid, line).tolist() == [0, 1, 6, 7]


def test_a_line_that_winds_through_a_grid_makes_two_sides(lattice):
    town = lattice(6, 3)
    grid = town.add_grid(Grid("A"))
    town.apply(town.move(range(18), grid))
    line = shapely.LineString([(110, -50), (110, 110), (390, 110), (390, -50)])
    assert far_side(town, StrokeReach(town.units.shapes), grid, line).tolist() == [1, 2, 3]


def test_a_line_that_leaves_everything_on_one_side_is_refused(lattice):
    town = lattice(6, 2, grids=3)
    reach = StrokeReach(town.units.shapes)
    with pytest.raises(InputError) as one_side:
        far_side(town, reach, 0, shapely.LineString([(10, -50), (12, 30)]))
    with pytest.raises(InputError) as nowhere:
        grid_to_split(town, reach, shapely.LineString([(-90, -90), (-80, -80)]))
    assert (one_side.value.code, nowhere.value.code) == ("paint_split_does_not_part", "paint_split_nowhere")
