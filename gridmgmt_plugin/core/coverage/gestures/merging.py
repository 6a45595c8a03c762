"""Merging cells, and dissolving one into a neighbour."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import Cells, CoverageEdit, EditTolerance
from gridmgmt_plugin.core.coverage.gestures.pieces import Pieces, connected_parts, edit_of, whole_pieces
from gridmgmt_plugin.core.coverage.graph.edges import edge_table
from gridmgmt_plugin.core.coverage.graph.network import network_of
from gridmgmt_plugin.core.errors import InputError

_NONE = np.empty(0, dtype=np.int64)


def merge(cells: Cells, members: np.ndarray, tolerance: EditTolerance, keeper: int | None = None) -> CoverageEdit:
    """Merge cells of one area into one of them.

    The merged cell may surround others, as a Polygon with holes, but no bare ground of its area: once enclosed, a gap
    is easily overlooked.

    :param members: int64, positions of two cells or more that hang together along borders.
    :param keeper: the member that stays; None: the largest.
    :raises InputError: ``merge_too_few``, ``merge_two_areas``, ``merge_apart``, ``merge_encloses_gap``,
        ``edit_unsound``, ``edit_pinched``.
    """
    chosen = np.unique(np.asarray(members, dtype=np.int64))
    if len(chosen) < 2:
        raise InputError("merge_too_few")
    if len(np.unique(cells.group[chosen])) > 1:
        raise InputError("merge_two_areas")
    pieces = _as_pieces(cells, chosen)
    parts = len(np.unique(connected_parts(pieces, np.zeros(len(chosen), dtype=np.int64))))
    if parts > 1:
        raise InputError("merge_apart", count=len(chosen), parts=parts)
    if keeper is None:
        keeper = int(chosen[np.argmax(shapely.area(cells.geometry[chosen]))])
    if keeper not in chosen:
        raise ValueError(f"cell {keeper} is none of those merged")
    edit = edit_of(cells, pieces, np.full(len(chosen), keeper, dtype=np.int64), "merge", _NONE, _NONE)
    _refuse_enclosed_gap(cells, chosen, edit.changed_geometry[0], tolerance.precision_m)
    return edit


def absorb(cells: Cells, position: int, tolerance: EditTolerance, into: int | None = None) -> CoverageEdit:  # noqa: ARG001
    """Dissolve a cell into a neighbour of its area.

    :param into: the neighbour; None: the one with the longest shared border.
    :raises InputError: ``absorb_alone`` without a neighbour in its area, ``give_other_area``, ``give_apart``,
        ``edit_unsound``, ``edit_pinched``.
    """
    if into is None:
        meets = shapely.intersects(cells.geometry, cells.geometry[position])
        pieces = _as_pieces(cells, np.flatnonzero(meets & (cells.group == cells.group[position])))
        first, second, length_m = pieces.borders()
        mine = (pieces.owner[first] == position) | (pieces.owner[second] == position)
        if not mine.any():
            raise InputError("absorb_alone")
        pairs = np.column_stack([pieces.owner[first[mine]], pieces.owner[second[mine]]])
        longest = pairs[np.argmax(length_m[mine])]
        into = int(longest[longest != position][0])
    return hand_over(cells, position, into, "absorb")


def hand_over(cells: Cells, source: int, target: int, kind: str) -> CoverageEdit:
    """Return the edit by which a whole cell goes to a neighbour of its area.

    :raises InputError: ``give_to_itself``, ``give_other_area``, ``give_apart``, ``edit_unsound``, ``edit_pinched``.
    """
    if source == target:
        raise InputError("give_to_itself")
    if cells.group[source] != cells.group[target]:
        raise InputError("give_other_area")
    pieces = _as_pieces(cells, np.unique([source, target]))
    if len(pieces.borders()[0]) == 0:
        raise InputError("give_apart")
    return edit_of(cells, pieces, np.full(2, target, dtype=np.int64), kind, _NONE, _NONE)


def _as_pieces(cells: Cells, position: np.ndarray) -> Pieces:
    return whole_pieces(cells, position, network_of(cells.geometry, position))


def _refuse_enclosed_gap(cells: Cells, members: np.ndarray, merged: shapely.Polygon, precision_m: float) -> None:
    """Refuse a merged cell with bare ground of its area beside an inner ring where no member had one.

    :raises InputError: ``merge_encloses_gap``.
    """
    outline = cells.outlines.get(int(cells.group[members[0]]))
    holes = shapely.get_rings(merged)[1:]
    if outline is None or len(holes) == 0:
        return
    known = np.concatenate([shapely.get_rings(member)[1:] for member in cells.geometry[members]])
    holes = holes[~np.isin(shapely.to_wkb(shapely.normalize(holes)), shapely.to_wkb(shapely.normalize(known)))]
    others = np.setdiff1d(np.flatnonzero(shapely.intersects(cells.geometry, merged)), members)
    table = edge_table(np.concatenate([shapely.polygons(holes), cells.geometry[others]]))
    lonely = np.bincount(table.edge_id)[table.edge_id] == 1
    middles = shapely.points((table.start + table.end)[lonely & (table.owner < len(holes))] / 2)
    bare = middles[shapely.contains_properly(outline, middles)]
    bare = bare[shapely.distance(shapely.boundary(outline), bare) > precision_m]
    if len(bare):
        raise InputError("merge_encloses_gap", x=f"{bare[0].x:.1f}", y=f"{bare[0].y:.1f}")
