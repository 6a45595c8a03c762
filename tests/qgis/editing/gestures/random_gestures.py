"""Random gestures on an open unit-grid layer, as wild as a planner's hand, and what must hold after each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.drawing import draw
from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit
from gridmgmt_plugin.core.coverage.gestures.giving import give
from gridmgmt_plugin.core.coverage.gestures.merging import absorb, merge
from gridmgmt_plugin.core.coverage.gestures.reshaping import reshape
from gridmgmt_plugin.core.coverage.gestures.splitting import split
from gridmgmt_plugin.core.coverage.gestures.vertices import add_vertex, delete_vertex, move_vertex
from gridmgmt_plugin.core.coverage.graph.edges import edge_table
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood

AREA_TOLERANCE_M2 = 1e-6
_GROWTH_M = 30.0


class Hand:
    """Makes one random gesture after the other on a layer; everything follows from the seed."""

    def __init__(self, editor: GridEditor, seed: int) -> None:
        self.editor = editor
        self.random = np.random.default_rng(seed)
        self.fids = [feature.id() for feature in editor.layer.getFeatures()]
        self.refused = 0
        self.done: dict[str, int] = {}

    def gesture(self) -> bool:
        """Try one gesture of ours somewhere; return whether it was done. What is refused leaves no trace."""
        near, at = self._somewhere()
        make = self.random.choice(np.array(list(_GESTURES), dtype=object))
        stack = self.editor.layer.undoStack()
        index = stack.index()
        try:
            edit = _GESTURES[make](self, near, at)
            made = self.editor.apply(near, edit)
        except InputError as error:
            refusal = error
        else:
            refusal = None
        if refusal is not None:
            assert refusal.text("zh_CN") != refusal.text("en")
            assert stack.index() == index
            self.refused += 1
            return False
        assert stack.index() == index + 1
        added = [state.fid for state in made.after if near.position(state.fid) is None]
        assert_sound_around(self.editor, near, edit, added)
        self.fids += added
        self.done[make] = self.done.get(make, 0) + 1
        return True

    def undo_or_redo(self) -> None:
        """Go some steps back, and perhaps some of them forth again."""
        stack = self.editor.layer.undoStack()
        for _ in range(int(self.random.integers(1, 6))):
            (stack.undo if self.random.random() < 0.6 else stack.redo)()

    def box(self, cell: shapely.Polygon) -> np.ndarray:
        """Return two corners somewhere around a cell, float64 (2, 2)."""
        west, south, east, north = cell.bounds
        low, high = (west - _GROWTH_M, south - _GROWTH_M), (east + _GROWTH_M, north + _GROWTH_M)
        return self.random.uniform(low, high, (2, 2))

    def inside(self, cell: shapely.Polygon) -> np.ndarray:
        """Return a place inside a cell."""
        place = shapely.point_on_surface(cell)
        return np.array([place.x, place.y])

    def vertex(self, cell: shapely.Polygon) -> tuple[float, float]:
        """Return one of a cell's vertices."""
        x, y = shapely.get_coordinates(cell)[self.random.integers(shapely.get_num_coordinates(cell) - 1)]
        return float(x), float(y)

    def neighbour(self, near: Neighbourhood, at: int) -> int:
        """Return a cell that touches another one, or the next best."""
        beside = np.flatnonzero(shapely.touches(near.cells.geometry, near.cells.geometry[at]))
        return int(self.random.choice(beside)) if len(beside) else (at + 1) % len(near)

    def _somewhere(self) -> tuple[Neighbourhood, int]:
        while True:
            fid = self.fids[self.random.integers(len(self.fids))]
            box = self.editor.layer.getGeometry(fid).boundingBox()
            if box.isEmpty():  # gone by a merge or an undo
                self.fids.remove(fid)
                continue
            box.grow(_GROWTH_M)
            near = self.editor.neighbourhood((box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()))
            at = near.position(fid)
            assert at is not None
            return near, at


def _split(hand: Hand, near: Neighbourhood, at: int) -> CoverageEdit:
    cell = near.cells.geometry[at]
    start, end = hand.box(cell)
    middle = [hand.inside(cell)] if hand.random.random() < 0.7 else []
    targets = np.array([at]) if hand.random.random() < 0.5 else None
    return split(near.cells, shapely.LineString([start, *middle, end]), hand.editor.tolerance, targets)


def _merge(hand: Hand, near: Neighbourhood, at: int) -> CoverageEdit:
    members = {at, hand.neighbour(near, at), *([hand.neighbour(near, at)] if hand.random.random() < 0.2 else [])}
    return merge(near.cells, np.array(sorted(members)), hand.editor.tolerance)


def _absorb(hand: Hand, near: Neighbourhood, at: int) -> CoverageEdit:
    return absorb(near.cells, at, hand.editor.tolerance)


def _reshape(hand: Hand, near: Neighbourhood, at: int) -> CoverageEdit:
    cell = near.cells.geometry[at]
    start = hand.inside(cell)
    way = hand.box(cell)
    end = start + hand.random.uniform(-8, 8, 2)
    points = [start, *way, end] if hand.random.random() < 0.6 else [way[0], start, way[1]]
    return reshape(near.cells, shapely.LineString(points), hand.editor.tolerance)


def _move(hand: Hand, near: Neighbourhood, at: int) -> CoverageEdit:
    place = hand.vertex(near.cells.geometry[at])
    reach = hand.random.choice([0.01, 1.0, 8.0])
    to = np.array(place) + hand.random.uniform(-reach, reach, 2)
    return move_vertex(near.cells, place, (float(to[0]), float(to[1])), hand.editor.tolerance)


def _add(hand: Hand, near: Neighbourhood, at: int) -> CoverageEdit:
    ring = near.cells.geometry[at].exterior
    place = ring.interpolate(hand.random.uniform(0, ring.length))
    to = None
    if hand.random.random() < 0.5:
        x, y = np.array([place.x, place.y]) + hand.random.uniform(-4, 4, 2)
        to = (float(x), float(y))
    return add_vertex(near.cells, (place.x, place.y), hand.editor.tolerance, to)


def _delete(hand: Hand, near: Neighbourhood, at: int) -> CoverageEdit:
    return delete_vertex(near.cells, hand.vertex(near.cells.geometry[at]), hand.editor.tolerance)


def _draw(hand: Hand, near: Neighbourhood, at: int) -> CoverageEdit:
    return draw(near.cells, _polygon(hand, near.cells.geometry[at]), hand.editor.tolerance)


def _give(hand: Hand, near: Neighbourhood, at: int) -> CoverageEdit:
    part = _polygon(hand, near.cells.geometry[at]) if hand.random.random() < 0.7 else None
    return give(near.cells, at, hand.neighbour(near, at), hand.editor.tolerance, part)


def _polygon(hand: Hand, cell: shapely.Polygon) -> shapely.Polygon:
    corners = np.concatenate([hand.box(cell) for _ in range(int(hand.random.integers(2, 4)))])
    middle = corners.mean(axis=0)
    order = np.argsort(np.arctan2(*(corners - middle).T))
    return shapely.Polygon(corners[order])


_GESTURES: dict[str, Callable[[Hand, Neighbourhood, int], CoverageEdit]] = {
    "split": _split,
    "merge": _merge,
    "absorb": _absorb,
    "reshape": _reshape,
    "move": _move,
    "add": _add,
    "delete": _delete,
    "draw": _draw,
    "give": _give,
}


def assert_sound_around(editor: GridEditor, near: Neighbourhood, edit: CoverageEdit, added: list[int]) -> None:
    """Assert on the layer itself, read anew: the ground is the same, and every shared edge stands in both cells."""
    gone = set(near.fid[edit.removed].tolist())
    fids = [fid for fid in near.fid.tolist() if fid not in gone] + added
    cells = shapely.from_wkb([editor.layer.getGeometry(fid).asWkb().data() for fid in fids])
    assert len(added) == len(edit.added_geometry)
    assert shapely.is_valid(cells).all()
    assert (shapely.get_type_id(cells) == shapely.GeometryType.POLYGON).all()
    assert abs(shapely.area(cells).sum() - shapely.area(near.cells.geometry).sum()) <= AREA_TOLERANCE_M2
    assert_same_border(near.cells.geometry, cells)


def assert_same_border(old: np.ndarray, new: np.ndarray) -> None:
    """Assert that two sets of cells cover the same ground edge-matched: the loose edges are the same line.

    With equal areas and all inner edges shared, an overlap or a gap inside would show as a loose edge.
    """
    first, second = loose_line(old), loose_line(new)
    assert shapely.hausdorff_distance(first, second) < 1e-6


def loose_line(cells: np.ndarray) -> shapely.Geometry:
    """Return the edges that only one cell has: of a sound coverage its outer border."""
    table = edge_table(cells)
    return shapely.union_all(table.lines(~table.shared))
