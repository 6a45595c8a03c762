"""One step in the undo stack of a layer, or none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qgis.core import QgsVectorLayer


@contextmanager
def edit_command(layer: QgsVectorLayer, text: str) -> Iterator[None]:
    """Make what the block changes in a layer one step of undo; what fails leaves neither change nor step."""
    layer.beginEditCommand(text)
    try:
        yield
    except BaseException:
        drop_command(layer)
        raise
    layer.endEditCommand()


def drop_command(layer: QgsVectorLayer) -> None:
    """Take back the step that was begun, and everything that could be done again.

    QGIS deletes both without a word to its buttons, which went on offering to do again what is no more there.
    """
    layer.destroyEditCommand()
    stack = layer.undoStack()
    stack.canRedoChanged.emit(stack.canRedo())
    stack.redoTextChanged.emit(stack.redoText())
    stack.indexChanged.emit(stack.index())
