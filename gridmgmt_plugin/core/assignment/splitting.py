"""A responsibility grid cut in two by a line: whole unit grids go to one side or the other."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.assignment.contiguity import neighbour_pairs, parts_of
from gridmgmt_plugin.core.assignment.model import NOBODY, Assignment
from gridmgmt_plugin.core.assignment.stroke_reach import StrokeReach
from gridmgmt_plugin.core.errors import InputError


def grid_to_split(assignment: Assignment, reach: StrokeReach, line: shapely.Geometry) -> int:
    """Return the grid that the largest stretch of a line (or of several in one) lies in.

    :raises InputError: ``paint_split_nowhere`` where it meets none.
    """
    met = reach.under_brush(line, 0.0)
    met = met[assignment.grid_of[met] != NOBODY]
    if len(met) == 0:
        raise InputError("paint_split_nowhere")
    metres = shapely.length(shapely.intersection(assignment.units.shapes[met], line))
    per_grid = np.bincount(assignment.grid_of[met], weights=metres)
    return int(np.argmax(per_grid))


def far_side(assignment: Assignment, reach: StrokeReach, grid: int, line: shapely.Geometry) -> np.ndarray:
    """Return the units of a grid that a line cuts off: the smaller side by area, int64, ascending.

    Two neighbours are on different sides when the line passes between their inner points an odd number of times; so
    a line that winds through a grid, or crosses it more than once, still makes two sides.

    :raises InputError: ``paint_split_does_not_part`` when the line leaves all units on one side.
    """
    members = assignment.members(grid)
    parts, first, second = _pieces(assignment, reach, members, line)
    side = _sides(int(parts.max(initial=-1)) + 1, first, second)[parts]
    area_m2 = np.array(shapely.area(assignment.units.shapes[members]))
    sizes = np.bincount(side, weights=area_m2, minlength=2)
    if not (side == 0).any() or not (side == 1).any():
        raise InputError("paint_split_does_not_part", grid=assignment.grids[grid].code)
    return np.asarray(members[side == (1 if sizes[1] <= sizes[0] else 0)])


def _pieces(
    assignment: Assignment, reach: StrokeReach, members: np.ndarray, line: shapely.Geometry
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the piece of each member once the line has cut, and the pairs of pieces that face each other over it."""
    graph = assignment.units.graph
    which, neighbour = neighbour_pairs(graph, members)
    place = np.minimum(np.searchsorted(members, neighbour), len(members) - 1)
    inside = (members[place] == neighbour) & (which < place)
    which, place = which[inside], place[inside]
    points = shapely.get_coordinates(reach.points(members))
    steps = shapely.linestrings(np.stack([points[which], points[place]], axis=1))
    met = shapely.intersection(steps, line)
    crossed = (shapely.get_num_geometries(met) % 2 == 1) & ~shapely.is_empty(met)
    cut = graph.from_pairs(len(members), np.column_stack([which, place])[~crossed])
    parts = parts_of(cut, np.arange(len(members)))
    return parts, parts[which[crossed]], parts[place[crossed]]


def _sides(count: int, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the side, 0 or 1, of each piece: pieces that face each other over the line are on different sides."""
    side = np.full(count, -1, dtype=np.int64)
    facing: dict[int, set[int]] = {}
    for one, two in zip(first.tolist(), second.tolist()):
        if one != two:
            facing.setdefault(one, set()).add(two)
            facing.setdefault(two, set()).add(one)
    for start in sorted(facing):
        if side[start] >= 0:
            continue
        side[start], open_set = 0, [start]
        while open_set:
            at = open_set.pop()
            for other in facing[at]:
                if side[other] < 0:
                    side[other] = 1 - side[at]
                    open_set.append(other)
    side[side < 0] = 0
    return side
