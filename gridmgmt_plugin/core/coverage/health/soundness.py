"""What the guard of a save asks: did any edit, ours or a tool's of QGIS itself, leave something unsound?"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import Cells
from gridmgmt_plugin.core.coverage.graph.edges import edge_table
from gridmgmt_plugin.core.coverage.graph.faces import is_thin
from gridmgmt_plugin.core.coverage.health.faults import OUTLINE, CoverageFaults, faults, joined
from gridmgmt_plugin.core.coverage.health.near_misses import near_misses
from gridmgmt_plugin.core.coverage.health.shape_faults import (
    empty_faults,
    part_faults,
    polygonal,
    polygons_only,
    ring_faults,
    sliver_faults,
)
from gridmgmt_plugin.core.geometry.measures import mean_width_m
from gridmgmt_plugin.core.geometry.parts import one_polygon

# Told, but no reason to refuse a save: the partition is exact all the same.
INFORMATION = ("sliver",)
SLIVER_WIDTH_M = 1.0  # mean width, as in a full examination
GAP_WIDTH_M = 0.5  # uncovered ground up to this width is a gap, wider a hole
# A vertex off its edge by d leaves a wedge with a mean width of d / 2. Two precisions or more show as ground; what is
# nearer shows as a near miss, with room to spare.
NEAR_IN_PRECISIONS = 5.0
_MARGIN_M = 1.0


def blocking(found: CoverageFaults) -> CoverageFaults:
    """Return the faults that make a coverage unsound: all but :data:`INFORMATION`."""
    return found.of(*(kind for kind in set(found.kind.tolist()) if kind not in INFORMATION))


def check_neighbourhood(
    before: Cells,
    after: Cells,
    touched_before: np.ndarray,
    touched_after: np.ndarray,
    precision_m: float,
) -> CoverageFaults:
    """Return the faults in which a touched cell takes part; ``first`` and ``second`` are positions in ``after``.

    :param before: the neighbourhood as it was: at least the cells that were changed or removed.
    :param after: the neighbourhood as it is, whatever it became: at least the touched cells and every cell that meets
        one of them, or met one of those before.
    :param touched_before: int64, positions in ``before`` of the cells that were changed or removed.
    :param touched_after: int64, positions in ``after`` of the cells that were changed or added.
    :param precision_m: what is narrower than this is rounding, and no ground.

    Kinds: ``empty``, ``invalid_ring``, ``multipart``, ``sliver`` (information only) of touched cells; ``overlap`` and
    ``duplicate`` of a touched cell with any; ``gap`` and ``hole``: ground that touched cells covered before and
    nobody covers now, as far as it lies inside the outline of their group; ``overshoot``: ground of a touched cell
    beyond the outline of its group or, where that is not known, ground that was another group's; ``near_miss`` and
    ``missing_vertex`` between a touched cell and its neighbours. Ground that was bare before may stay so. What was
    wrong before between cells that nobody touched is not looked at. An invalid ring takes part in all other checks
    with the ground that it has when made valid. An empty result, but for slivers, means that the partition is sound.
    """
    touched_before = np.asarray(touched_before, dtype=np.int64)
    touched = np.unique(np.asarray(touched_after, dtype=np.int64))
    found = [_placed(kind(after.geometry[touched]), touched) for kind in (empty_faults, ring_faults, part_faults)]
    found.append(_placed(sliver_faults(after.geometry[touched], SLIVER_WIDTH_M), touched))
    near = _Near.of(after, touched, NEAR_IN_PRECISIONS * precision_m)
    found += [
        _overlaps(near, precision_m),
        _bare(before, touched_before, near, after, precision_m),
        _overshoots(before, touched_before, near, after, precision_m),
        _one_sided(near, precision_m),
    ]
    return joined(found)


@dataclass(frozen=True)
class _Near:
    """The touched cells and those that meet them, made valid. ``position``: int64, theirs in ``after``, ascending;
    ``cell``: object array of Polygons and MultiPolygons; ``is_touched``: bool; all of one length.
    """

    position: np.ndarray
    cell: np.ndarray
    is_touched: np.ndarray

    @classmethod
    def of(cls, after: Cells, touched: np.ndarray, reach_m: float) -> _Near:
        bounds = shapely.bounds(after.geometry)
        near = np.zeros(len(after), dtype=bool)
        near[touched] = True
        for west, south, east, north in bounds[touched] + (-reach_m, -reach_m, reach_m, reach_m):
            near |= (
                (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
            )
        position = np.flatnonzero(near)
        return cls(position, polygonal(after.geometry[position]), np.isin(position, touched))

    def touched_cells(self) -> np.ndarray:
        return np.asarray(self.cell[self.is_touched])


def _placed(found: CoverageFaults, position: np.ndarray) -> CoverageFaults:
    """Return faults whose numbers count within a selection with the positions that the selection has."""
    parts = {field.name: getattr(found, field.name) for field in fields(found)}
    for side in ("first", "second"):
        number = parts[side].copy()
        number[number != OUTLINE] = position[number[number != OUTLINE]]
        parts[side] = number
    return CoverageFaults(**parts)


def _ground(pieces: np.ndarray, precision_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the polygons in results of an overlay that are wider than rounding, and which result each is from."""
    parts, of = shapely.get_parts(polygons_only(pieces), return_index=True)
    wide = mean_width_m(parts) > precision_m
    return parts[wide], of[wide]


def _overlaps(near: _Near, precision_m: float) -> CoverageFaults:
    touched = np.flatnonzero(near.is_touched)
    one, two = shapely.STRtree(near.cell).query(near.cell[touched])
    one = touched[one]
    once = (one != two) & (~near.is_touched[two] | (one < two))
    one, two = one[once], two[once]
    meet = shapely.relate_pattern(near.cell[one], near.cell[two], "T********")
    first, second = np.minimum(one, two)[meet], np.maximum(one, two)[meet]
    order = np.lexsort((second, first))
    first, second = first[order], second[order]
    common, of = _ground(shapely.intersection(near.cell[first], near.cell[second]), precision_m)
    pairs, inverse = np.unique(of, return_inverse=True)
    area = np.bincount(inverse, weights=shapely.area(common), minlength=len(pairs))
    place = np.array([one_polygon(common[inverse == k]) for k in range(len(pairs))], dtype=object)
    first, second = first[pairs], second[pairs]
    perimeter = np.maximum(shapely.length(near.cell[first]), shapely.length(near.cell[second]))
    larger = np.maximum(shapely.area(near.cell[first]), shapely.area(near.cell[second]))
    same = area + precision_m * perimeter >= larger
    return _placed(
        joined(
            [faults(k, place[m], first[m], second[m], area[m]) for k, m in (("duplicate", same), ("overlap", ~same))]
        ),
        near.position,
    )


def _bare(before: Cells, touched_before: np.ndarray, near: _Near, after: Cells, precision_m: float) -> CoverageFaults:
    """Return the ground that touched cells covered and nobody covers, group by group."""
    found = []
    now = _union(near.touched_cells())
    for group in np.unique(before.group[touched_before]).tolist():
        had = _union(polygonal(before.geometry[touched_before[before.group[touched_before] == group]]))
        left = _ground(np.array([shapely.difference(had, now)]), precision_m)[0]
        if len(left) == 0:
            continue
        others = np.setdiff1d(shapely.STRtree(after.geometry).query(shapely.multipolygons(left)), near.position)
        rest = np.concatenate([near.cell[~near.is_touched], polygonal(after.geometry[others])])
        bare = shapely.difference(left, _union(rest))
        if group in before.outlines:
            bare = shapely.intersection(bare, before.outlines[group])
        bare = _ground(bare, precision_m)[0]
        beside = _beside(bare, near)
        thin = is_thin(bare, GAP_WIDTH_M)
        area = shapely.area(bare)
        found += [
            faults(kind, bare[mask], beside[mask], measure=area[mask])
            for kind, mask in (("gap", thin), ("hole", ~thin))
        ]
    return joined([faults("gap", np.empty(0, dtype=object), np.zeros(0, dtype=np.int64)), *found])


def _beside(bare: np.ndarray, near: _Near) -> np.ndarray:
    """Return for each bare polygon the touched cell nearest to it, else the nearest of all, −1 for none."""
    usable = ~shapely.is_empty(near.cell)
    chosen = usable & near.is_touched if (usable & near.is_touched).any() else usable
    if not chosen.any() or len(bare) == 0:
        return np.full(len(bare), OUTLINE, dtype=np.int64)
    nearest = shapely.STRtree(near.cell[chosen]).nearest(bare)
    return np.asarray(near.position[chosen][nearest], dtype=np.int64)


def _overshoots(
    before: Cells, touched_before: np.ndarray, near: _Near, after: Cells, precision_m: float
) -> CoverageFaults:
    found = []
    groups = after.group[near.position]
    for group in np.unique(groups[near.is_touched]).tolist():
        mine = np.flatnonzero(near.is_touched & (groups == group))
        beyond = _beyond(near.cell[mine], before, touched_before, after, group, precision_m)
        pieces, of = _ground(beyond, precision_m)
        found.append(faults("overshoot", pieces, near.position[mine[of]], measure=shapely.area(pieces)))
    return joined([faults("overshoot", np.empty(0, dtype=object), np.zeros(0, dtype=np.int64)), *found])


def _beyond(
    cells: np.ndarray, before: Cells, touched_before: np.ndarray, after: Cells, group: int, precision_m: float
) -> np.ndarray:
    outline = after.outlines.get(group)
    if outline is not None:
        # An outline has thousands of vertices; beyond the cells' own bounds it says nothing about them.
        low, high = shapely.total_bounds(cells)[:2] - _MARGIN_M, shapely.total_bounds(cells)[2:] + _MARGIN_M
        if not np.isnan(low).any():
            outline = polygons_only(np.array([shapely.intersection(outline, shapely.box(*low, *high))]))[0]
        shapely.prepare(outline)
        beyond = np.full(len(cells), shapely.Polygon(), dtype=object)
        out = ~shapely.covers(outline, cells)
        # A vertex on a slanting outline lies beside it by some last digits; one look at all of these is enough.
        if out.any() and len(_ground(np.array([shapely.difference(_union(cells[out]), outline)]), precision_m)[0]):
            beyond[out] = shapely.difference(cells[out], outline)
        return beyond
    foreign = touched_before[before.group[touched_before] != group]
    return np.asarray(shapely.intersection(cells, _union(polygonal(before.geometry[foreign]))), dtype=object)


def _one_sided(near: _Near, precision_m: float) -> CoverageFaults:
    """Return vertices that only one of two neighbours has.

    Vertices tell most of it. What they cannot tell, such as a vertex on a neighbour's edge but close to the end of
    that edge, the edges do: in a sound coverage an edge is shared, or nobody is on its other side.
    """
    close = near_misses(near.cell, shapely.Polygon(), NEAR_IN_PRECISIONS * precision_m, precision_m)
    table = edge_table(near.cell)
    loose = ~table.shared & near.is_touched[table.owner]
    owner = table.owner[loose]
    place = (table.start[loose] + table.end[loose]) / 2
    middle = shapely.points(place)
    edge, other = shapely.STRtree(near.cell).query(shapely.box(*(place - precision_m).T, *(place + precision_m).T))
    edge, other = edge[owner[edge] != other], other[owner[edge] != other]
    reach = np.minimum(precision_m, table.length[loose] / 4)
    beside = shapely.distance(middle[edge], near.cell[other]) <= reach[edge]
    edge, other = edge[beside], other[beside]
    pair = np.column_stack([np.minimum(owner[edge], other), np.maximum(owner[edge], other)])
    told = np.column_stack([np.minimum(close.first, close.second), np.maximum(close.first, close.second)])
    span = len(near.cell) + 1
    key, first = np.unique(pair[:, 0] * span + pair[:, 1], return_index=True)
    new = first[~np.isin(key, told[:, 0] * span + told[:, 1])]
    unmatched = faults("missing_vertex", middle[edge[new]], owner[edge[new]], other[new])
    found = joined([close, unmatched])
    mine = near.is_touched[found.first] | near.is_touched[found.second]
    return _placed(_where(found, mine), near.position)


def _where(found: CoverageFaults, mask: np.ndarray) -> CoverageFaults:
    return CoverageFaults(*(getattr(found, field.name)[mask] for field in fields(found)))


def _union(polygons: np.ndarray) -> shapely.Geometry:
    return shapely.union_all(polygons)
