"""What was saved by us is taken out of QGIS's edit buffer again: QGIS must find nothing left to write."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from qgis.core import QgsVectorLayer, QgsVectorLayerEditBuffer, QgsVectorLayerUndoCommandDeleteFeature


def empty_buffer(layer: QgsVectorLayer) -> None:
    """Undo every edit of a layer; what is shown of it is read anew by who calls this.

    QGIS reads each row whose shape is undone, three messages to a server one after the other, to tell its new shape.
    A row that counts as deleted is not read: so they do, unheard, until all is undone.
    """
    buffer = layer.editBuffer()
    if buffer is None or layer.providerType() != "postgres":
        layer.undoStack().setIndex(0)
        return
    reshaped = buffer.changedGeometries().keys() - set(buffer.deletedFeatureIds())
    commands = [QgsVectorLayerUndoCommandDeleteFeature(buffer, fid) for fid in reshaped]
    _unheard(buffer, (command.redo for command in commands))
    try:
        layer.undoStack().setIndex(0)
    finally:
        _unheard(buffer, (command.undo for command in commands))


def _unheard(buffer: QgsVectorLayerEditBuffer, deeds: Iterable[Callable[[], object]]) -> None:
    was_blocked = buffer.blockSignals(True)
    try:
        for deed in deeds:
            deed()
    finally:
        buffer.blockSignals(was_blocked)
