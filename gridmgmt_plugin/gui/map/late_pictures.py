"""No layer stays on the map as it was before its last change.

A map that is being drawn when a layer changes is given up and drawn anew; but QGIS 3.22 keeps of the one given up
what was ready, also of a layer that has another style or other rows by then, and takes that for its picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import QObject

from gridmgmt_plugin.gui.frame.qt import is_alive


class LatePictures:
    """Has a layer that changed while the map was being drawn drawn once more when the map is ready."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._followed: list[_Followed] = []

    def follow(self, layers: Sequence[QgsVectorLayer]) -> None:
        """Follow these layers on the canvas, and those of before no longer; none: leave the canvas alone."""
        if self._followed:
            self._canvas.mapCanvasRefreshed.disconnect(self._draw_again)
        for followed in self._followed:
            followed.leave()
        self._followed = [_Followed(layer, self._canvas) for layer in layers]
        if self._followed:
            self._canvas.mapCanvasRefreshed.connect(self._draw_again)

    def _draw_again(self) -> None:
        for followed in self._followed:
            followed.draw_again()


class _Followed(QObject):
    def __init__(self, layer: QgsVectorLayer, canvas: Any) -> None:
        super().__init__()
        self._layer, self._canvas, self._is_late = layer, canvas, False
        layer.repaintRequested.connect(self._changed)

    def leave(self) -> None:
        if is_alive(self._layer):
            self._layer.repaintRequested.disconnect(self._changed)

    def draw_again(self) -> None:
        was_late, self._is_late = self._is_late, False
        if was_late and is_alive(self._layer):
            self._layer.triggerRepaint()  # nothing is being drawn now, so that this is the last time

    def _changed(self, *_: object) -> None:
        self._is_late = self._is_late or bool(self._canvas.isDrawing())
