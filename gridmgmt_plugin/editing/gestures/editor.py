"""Gestures on the unit-grid layer: the cells around a place, one edit command per gesture, live figures."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer, QgsWkbTypes
from qgis.PyQt import sip

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit, EditTolerance
from gridmgmt_plugin.core.coverage.gestures.tracing import reach_m
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.edit_command import edit_command
from gridmgmt_plugin.editing.gestures.attributes import stored
from gridmgmt_plugin.editing.gestures.figures import POINT_TABLES, Figures, PartFigures
from gridmgmt_plugin.editing.gestures.journal import GridJournal
from gridmgmt_plugin.editing.gestures.neighbourhood import (
    Neighbourhood,
    outdated,
    read_neighbourhood,
)
from gridmgmt_plugin.editing.gestures.plan import LayerChange, area_m2, by_policy, gesture_text, planned
from gridmgmt_plugin.editing.gestures.provisional_codes import ProvisionalCodes
from gridmgmt_plugin.editing.gestures.readiness import refuse_unready
from gridmgmt_plugin.editing.unanswered_reads import refuse_unanswered_layer
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.workspace.changes.gestures import CellState, CellStates, Gesture, joined_states
from gridmgmt_plugin.workspace.changes.outlines import AreaOutlines
from gridmgmt_plugin.workspace.changes.row_reading import Bounds
from gridmgmt_plugin.workspace.workspace import Workspace

# Tables from which the outlines of areas and the points beneath a gesture are read.
_OF_OUTLINES, _OF_FIGURES = frozenset(("area", "covered_extent")), frozenset(POINT_TABLES)
# So many gestures back a split that undo makes the last one again can be swapped.
_CUTS_KEPT = 20
_FRESH_FOR_S = 60.0


@dataclass(frozen=True, eq=False)
class _Applied:
    gesture: Gesture
    near: Neighbourhood
    edit: CoverageEdit


class GridEditor:
    """Our gestures on one unit-grid layer. Undo and redo are QGIS's own; nothing has to be told about them.

    ``before_gesture``: called before the layer is read or changed by a gesture (the guard clears up after a refused
    save there).
    """

    def __init__(self, layer: QgsVectorLayer, workspace: Workspace) -> None:
        self.layer = layer
        self.workspace = workspace
        self.tolerance = EditTolerance(precision_m=workspace.info.precision_m)
        self.journal = GridJournal(layer)
        self.before_gesture: list[Callable[[], None]] = []
        #: Called with what :meth:`learn` was told of unit grids.
        self.learned: list[Callable[[Rows | None], None]] = []
        self._codes = ProvisionalCodes(layer, workspace, self.journal)
        self._outlines = AreaOutlines(workspace)
        self._figures = Figures(workspace)
        self._cuts: deque[_Applied] = deque(maxlen=_CUTS_KEPT)
        self._fresh: tuple[Neighbourhood, float] | None = None
        layer.afterCommitChanges.connect(self.invalidate)
        layer.editingStarted.connect(self.invalidate)
        layer.dataChanged.connect(self._outdate)
        layer.undoStack().indexChanged.connect(self._outdate)

    def close(self) -> None:
        """Let go of the layer; one that is gone already has let go by itself."""
        if sip.isdeleted(self.layer):
            return
        self.layer.afterCommitChanges.disconnect(self.invalidate)
        self.layer.editingStarted.disconnect(self.invalidate)
        self.layer.dataChanged.disconnect(self._outdate)
        self.layer.undoStack().indexChanged.disconnect(self._outdate)

    def invalidate(self) -> None:
        """Read codes, outlines of areas and points anew: something was saved, here or in another layer."""
        self._codes.forget()
        self._outlines.forget()
        self._figures.forget()
        self.journal.row_numbers.clear()
        self._outdate()

    def _outdate(self, *_: object) -> None:
        """Look at the layer before the next gesture: something has changed it."""
        self._fresh = None

    def learn(self, tables: Collection[str], cells: Rows | None) -> None:
        """Take note of what a colleague wrote.

        :param tables: which; ``cells``: the rows of unit grids that were told, ``None`` where they were not read.
        """
        if "unit_grid" in tables:
            self._outdate()
            self._codes.learn([str(code) for code in cells["code"] if code] if cells is not None else [])
            for learn in self.learned:
                learn(cells)
        if not _OF_OUTLINES.isdisjoint(tables):
            self._outlines.forget()
        if not _OF_FIGURES.isdisjoint(tables):
            self._figures.forget()

    @property
    def split_policy(self) -> str:
        """Return which part of a split cell is the old one, as ``core.codes.parts`` has it."""
        return self.workspace.info.split_policy

    def whole(self, near: Neighbourhood, edit: CoverageEdit) -> CoverageEdit:  # noqa: ARG002
        """Return an edit of cells as one of whole rows: a unit grid has one part."""
        return edit

    def planned(self, near: Neighbourhood, edit: CoverageEdit) -> LayerChange:
        """Return what a settled edit does to the layer.

        :raises InputError: as :func:`~gridmgmt_plugin.editing.gestures.plan.planned`.
        """
        return planned(near, edit, self._codes)

    def refuse_unready(self) -> None:
        """Do nothing when the layer can be edited by our tools.

        :raises WorkspaceError: see :func:`~gridmgmt_plugin.editing.gestures.readiness.refuse_unready`.
        """
        refuse_unready(self.layer, self.workspace)

    def start(self) -> None:
        """Begin editing, or go on with it.

        :raises WorkspaceError: as :meth:`refuse_unready`, or ``editing_not_started`` when QGIS refuses.
        """
        self.refuse_unready()
        if not self.layer.isEditable() and not self.layer.startEditing():
            raise WorkspaceError("editing_not_started", layer=self.layer.name())
        self.prepare()

    def prepare(self) -> None:
        """Read what the first gesture would otherwise wait for."""
        outlines, codes = self._outlines.missing(), self._codes.missing()
        found = self.workspace.read_together((*outlines, *codes))
        self._outlines.take(found[: len(outlines)])
        self._codes.take(found[len(outlines) :])

    def neighbourhood(self, bounds: Bounds) -> Neighbourhood:
        """Return the cells that meet ``bounds`` (minx, miny, maxx, maxy) and all that touch these, as they are in
        the edit buffer, with the outlines of their areas.
        """
        self.clear_up()
        if self.layer.providerType() == "postgres":
            refuse_unanswered_layer(self.layer)
            self.prepare()  # with one message what a gesture after a save would ask for with two
        near = read_neighbourhood(self.layer, self._outlines, bounds, reach_m(self.tolerance))
        self._fresh = None
        if self.layer.providerType() == "postgres":
            self._fresh = near, time.monotonic()
            stored = near.fid >= 0
            self.journal.row_numbers.update(zip(near.fid[stored].tolist(), near.rows["fid"][stored].tolist()))
        return near

    def figures(self, near: Neighbourhood, edit: CoverageEdit, *, keep: int | None = None) -> tuple[PartFigures, ...]:
        """Return the figures of every cell that the edit would change or make; cheap enough for a mouse move."""
        return self._figures.of(near, self.whole(near, by_policy(near, edit, self.split_policy, keep)))

    def apply(
        self,
        near: Neighbourhood,
        edit: CoverageEdit,
        *,
        keep: int | None = None,
        also: Callable[[], CellStates] | None = None,
    ) -> Gesture:
        """Make the edit: one command on the layer, one undo.

        :param near: the neighbourhood that the edit was made from, read since the last change.
        :param keep: index of the added cell that shall be the old one, instead of the part that the edit says.
        :param also: changes more cells within the same command, once the edit is in the buffer, and returns them
            before and after; what it raises leaves the layer untouched.
        :raises InputError: with the layer untouched: ``code_sequence_full``, ``editing_nothing_changes``,
            ``editing_cells_changed_meanwhile``, ``editing_cell_in_parts``, ``editing_cell_invalid``.
        :raises WorkspaceError: ``editing_not_editable``, or ``editing_refused`` when QGIS refuses a change; the
            layer is as before.
        """
        self.clear_up()
        if not self.layer.isEditable():
            raise WorkspaceError("editing_not_editable", layer=self.layer.name())
        self._refuse_outdated(near, edit)
        settled = by_policy(near, edit, self.split_policy, keep)
        change = self.planned(near, settled)
        text = gesture_text(near, settled, change, language())
        before = _states_before(near, change)
        with edit_command(self.layer, text):
            after = self._write(near, change)
            if also is not None:
                before, after = joined_states((before, after), also())
        at = clock.now().isoformat(timespec="seconds")
        gesture = Gesture(edit.kind, text, at, before, after)
        self.journal.record(gesture)
        if settled.kind == "split" and len(settled.changed):
            self._cuts.append(_Applied(gesture, near, settled))
        self.layer.triggerRepaint()
        return gesture

    def swap_last(self, part: int) -> Gesture:
        """Let another part of the last split keep the code: undo and redo with it, still one undo step.

        :param part: index of the added cell that shall be the old one; the same again swaps back.
        :raises InputError: ``editing_nothing_to_swap`` unless the last thing that stands is a split.
        """
        self.clear_up()
        standing = self.journal.last()
        last = next((cut for cut in self._cuts if cut.gesture is standing), None)
        if last is None or not 0 <= part < len(last.edit.added_from):
            raise InputError("editing_nothing_to_swap")
        self.layer.undoStack().undo()
        try:
            return self.apply(last.near, last.edit, keep=part)
        except BaseException:
            self.layer.undoStack().redo()
            raise

    def clear_up(self) -> None:
        """Do what has to be done before the layer is read or changed."""
        for action in self.before_gesture:
            action()

    def _refuse_outdated(self, near: Neighbourhood, edit: CoverageEdit) -> None:
        """Refuse a neighbourhood that is no longer what the layer holds: undo, another tool, another save.

        One that was just read from a server is not read again where nothing has been edited here since: what somebody
        else saved in between is found by the save, as what he saves a moment later.
        """
        if self._fresh is not None:
            read, at = self._fresh
            if read is near and time.monotonic() - at < _FRESH_FOR_S:
                return
        positions = np.concatenate([edit.changed, edit.removed]).tolist()
        changed = outdated(self.layer, near, positions)
        if changed is not None:
            raise InputError("editing_cells_changed_meanwhile", unit_grid=near.code[changed] or "–")

    def _write(self, near: Neighbourhood, change: LayerChange) -> tuple[CellState, ...]:
        after = []
        fields = self.layer.fields()
        for position, shape, values in zip(change.position, change.geometry, change.values):
            fid = int(near.fid[position])
            if shape is not None:
                self._accept(self.layer.changeGeometry(fid, self._geometry(shape), True))
            for name, value in values.items():
                index = fields.lookupField(name)
                old = near.rows[name][position]
                self._accept(self.layer.changeAttributeValue(fid, index, stored(fields[index], value), old, True))
            whole = near.rows.shapes[position] if shape is None else shape
            area = values.get("area_m2", _stored_area(near, position, whole))
            after.append(CellState(fid, near.code[position], area, shapely.to_wkb(whole, hex=True)))
        for shape, values in change.added:
            feature = QgsFeature(fields)
            feature.setGeometry(self._geometry(shape))
            for name, value in values.items():
                index = fields.lookupField(name)
                feature.setAttribute(index, stored(fields[index], value))
            self._accept(self.layer.addFeature(feature))
            area = values.get("area_m2", area_m2(shape))
            after.append(CellState(feature.id(), values["code"], area, shapely.to_wkb(shape, hex=True)))
        if change.removed:
            self._accept(self.layer.deleteFeatures([int(near.fid[position]) for position in change.removed]))
        return tuple(after)

    def _geometry(self, shape: shapely.Geometry) -> QgsGeometry:
        """Return a shape as the layer holds it: a part of its own where it takes several."""
        geometry = QgsGeometry()
        geometry.fromWkb(shapely.to_wkb(shape, byte_order=1))
        if QgsWkbTypes.isMultiType(self.layer.wkbType()):
            geometry.convertToMultiType()
        return geometry

    def _accept(self, done: Any) -> None:
        if not done:
            raise WorkspaceError("editing_refused", layer=self.layer.name())


def _states_before(near: Neighbourhood, change: LayerChange) -> tuple[CellState, ...]:
    positions: Sequence[int] = sorted({*change.position, *change.removed})
    return tuple(
        CellState(
            int(near.fid[position]),
            near.code[position],
            _stored_area(near, position, near.rows.shapes[position]),
            shapely.to_wkb(near.rows.shapes[position], hex=True) or "",
        )
        for position in positions
    )


def _stored_area(near: Neighbourhood, position: int, shape: shapely.Geometry | None) -> float:
    """Return the area of a cell in its own column, by its shape where that is empty or there is none."""
    value = near.rows["area_m2"][position] if "area_m2" in near.rows else None
    if value is not None:
        return float(value)
    return 0.0 if shape is None else area_m2(shape)
