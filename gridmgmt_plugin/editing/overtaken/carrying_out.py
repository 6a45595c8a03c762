"""Choices about overtaken rows, carried out in QGIS's edit buffer: one step that undo takes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import shapely
from qgis.core import (
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsVectorLayer,
    QgsVectorLayerUndoCommandDeleteFeature,
    QgsWkbTypes,
)
from qgis.PyQt import sip

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.editing.edit_command import edit_command
from gridmgmt_plugin.editing.gestures.attributes import plain, stored
from gridmgmt_plugin.editing.gestures.buffer import PendingEdits
from gridmgmt_plugin.editing.overtaken.choosing import Choosing, Settled
from gridmgmt_plugin.editing.overtaken.sides import CELLS, Sides, read_sides
from gridmgmt_plugin.editing.saving.guard import SaveGuard
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.workspace.changes.gestures import CellState, Gesture

SETTLE = "settle_overtaken"
# Numbers of rows in the text of the undo step.
_NAMED = 3


def carry_out(guard: SaveGuard, choosing: Choosing) -> None:
    """Do what was chosen: one command in the layer, after which the versions that were shown count as read.

    :raises WorkspaceError: ``overtaken_edits_moved`` when the edits are others than those that were looked at,
        ``editing_refused`` when QGIS refuses a change; the edits are as before.
    """
    guard.sweep()
    layer, sides, settled = guard.layer, choosing.sides, choosing.settled
    _refuse_other_edits(sides, guard.pending())
    text = Message("gesture_settle_overtaken", {"codes": listing(settled.keys, _NAMED) or "–"}).text(language())
    before = _states(layer, sides, settled) if sides.table == CELLS else ()
    with edit_command(layer, text):
        _Writing(layer, sides.pending).write(settled)
    guard.accepted.record(settled.accepted)
    if sides.table == CELLS:
        at = clock.now().isoformat(timespec="seconds")
        guard.journal.record(Gesture(SETTLE, text, at, before, _states(layer, sides, settled)))
    layer.triggerRepaint()


def look_at(guard: SaveGuard, author: str) -> Sides:
    """Read what stands now where the edits of a layer would be written.

    :raises GridError: what keeps the workspace from being read.
    """
    guard.sweep()
    pending, gestures = guard.pending(), guard.journal.done()
    return read_sides(guard.workspace, guard.table, pending, guard.versions, gestures, author)


def _refuse_other_edits(sides: Sides, now: PendingEdits) -> None:
    """Do nothing when the edits are still those that were looked at.

    :raises WorkspaceError: ``overtaken_edits_moved``.
    """
    then = sides.pending
    same = (dict(then.values), then.deleted) == (dict(now.values), now.deleted)
    same = same and [row.fid for row in then.added] == [row.fid for row in now.added]
    if not same or then.shapes.keys() != now.shapes.keys():
        raise WorkspaceError("overtaken_edits_moved")
    if any(not shapely.equals_exact(shape, now.shapes[fid], 0.0) for fid, shape in then.shapes.items()):
        raise WorkspaceError("overtaken_edits_moved")


class _Returned(QgsVectorLayerUndoCommandDeleteFeature):
    """Takes a deletion out of the edit buffer, as the undo of QGIS's own command does; there is no other way."""

    def redo(self) -> None:
        """Have the row back."""
        super().undo()

    def undo(self) -> None:
        """Delete it again."""
        super().redo()


class _Writing:
    """Writes into the buffer of one layer, within the command that is open."""

    def __init__(self, layer: QgsVectorLayer, pending: PendingEdits) -> None:
        self._layer, self._pending = layer, pending

    def write(self, settled: Settled) -> None:
        for fid in settled.dropped:
            self._accept(self._layer.deleteFeature(fid))
        for fid in settled.ghosts:
            self._accept(self._layer.deleteFeature(self._pending.numbers[fid]))
        for fid in settled.returned:
            self._return(self._pending.numbers[fid])
        for fid, values in settled.values.items():
            for name, value in values.items():
                self._set(self._pending.numbers[fid], name, value)
        for fid, shape in settled.shapes.items():
            self._accept(self._layer.changeGeometry(self._pending.numbers[fid], self._geometry(shape), True))
        for values, shape in settled.added:
            self._add(values, shape)

    def _return(self, number: int) -> None:
        """Have a row back as it is stored: what was changed before it was deleted goes too."""
        layer = self._layer
        returned = _Returned(layer.editBuffer(), number)
        layer.undoStack().push(returned)
        sip.transferto(returned, returned)  # Python would let go of it else, and undo do nothing
        buffer = layer.editBuffer()
        typed, is_drawn = buffer.changedAttributeValues().get(number, {}), number in buffer.changedGeometries()
        if not typed and not is_drawn:
            return
        kept = next(layer.dataProvider().getFeatures(QgsFeatureRequest(number)))
        for at in typed:
            self._accept(layer.changeAttributeValue(number, at, kept[at]))
        if is_drawn:
            self._accept(layer.changeGeometry(number, kept.geometry(), True))

    def _set(self, number: int, name: str, value: Any) -> None:
        at = self._layer.fields().lookupField(name)
        self._accept(self._layer.changeAttributeValue(number, at, stored(self._layer.fields()[at], value)))

    def _add(self, values: Mapping[str, Any], shape: Any) -> None:
        fields = self._layer.fields()
        feature = QgsFeature(fields)
        if shape is not None:
            feature.setGeometry(self._geometry(shape))
        for name, value in values.items():
            at = fields.lookupField(name)
            if at >= 0 and name not in ("fid", "row_version"):
                feature.setAttribute(at, stored(fields[at], value))
        self._accept(self._layer.addFeature(feature))

    def _geometry(self, shape: Any) -> QgsGeometry:
        geometry = QgsGeometry()
        geometry.fromWkb(shapely.to_wkb(shape, byte_order=1))
        if QgsWkbTypes.isMultiType(self._layer.wkbType()):
            geometry.convertToMultiType()
        return geometry

    def _accept(self, done: Any) -> None:
        if not done:
            raise WorkspaceError("editing_refused", layer=self._layer.name())


def _states(layer: QgsVectorLayer, sides: Sides, settled: Settled) -> tuple[CellState, ...]:
    """Return the cells whose ground the choices are about, as they are in the buffer now."""
    numbers = [sides.pending.numbers[fid] for fid in {*settled.shapes, *settled.returned}] + list(settled.dropped)
    states = []
    for number in sorted(numbers):
        feature = layer.getFeature(number)
        if feature.isValid():
            shape = feature.geometry().asWkb().data()
            states.append(
                CellState(number, plain(feature["code"]), float(plain(feature["area_m2"]) or 0.0), shape.hex())
            )
    return tuple(states)
