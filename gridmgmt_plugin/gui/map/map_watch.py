"""Keeps the map true while people work: labels after undo, no heat map while editing, no "?" in the layer tree."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsApplication, QgsLayerTreeLayer, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QSize, QTimer
from qgis.PyQt.QtGui import QIcon, QImage

from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.project.map.clusters import CLUSTERS, PROPERTY
from gridmgmt_plugin.project.map.scheme import hide_stored_outlines
from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY, shown_layer, shown_layers

_HEAT = "heatmapRenderer"
# QGIS hangs its marks on the layer tree a moment after the layers are there.
_MARKS_MS = (0, 300, 1500)
_MARK_PX = 16
# "No reference system", and "would be lost": the discs of the cases are made anew each time.
_NO_SYSTEM, _LOST = "/mIndicatorNoCRS.svg", "/mIndicatorMemory.svg"


class MapWatch:
    """Lives as long as the window and follows the layers of the open workspace."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._layers: list[QgsVectorLayer] = []
        self._changed: set[str] = set()
        self._hid_heat_map = self._is_new = False
        self._repaint = QTimer()
        self._repaint.setSingleShot(True)
        self._repaint.timeout.connect(self._repaint_changed)
        self._marks = [self._timer(delay_ms) for delay_ms in _MARKS_MS]
        shell.session.changed.connect(self._follow)
        QgsProject.instance().layerTreeRoot().addedChildren.connect(self._marks_soon)
        self._follow()

    def trigger(self, key: str, checked: bool) -> None:  # noqa: FBT001  it answers no action
        """Do nothing: no action asks for it."""

    def close(self) -> None:
        """Follow nothing any more."""
        self._shell.session.changed.disconnect(self._follow)
        QgsProject.instance().layerTreeRoot().addedChildren.disconnect(self._marks_soon)
        for timer in (self._repaint, *self._marks):
            timer.stop()
        self._unfollow()

    def _follow(self) -> None:
        self._unfollow()
        self._layers = [layer for layer in shown_layers(QgsProject.instance()).values() if layer.isSpatial()]
        for layer in self._layers:
            layer.undoStack().indexChanged.connect(self._edited)
            layer.editingStarted.connect(self._editing_started)
            layer.editingStopped.connect(self._editing_stopped)
        hide_stored_outlines(QgsProject.instance(), ())  # a project that was saved in the middle of painting
        self._is_new = True
        self._marks_soon()

    def _unfollow(self) -> None:
        for layer in self._layers:
            if is_alive(layer):
                layer.undoStack().indexChanged.disconnect(self._edited)
                layer.editingStarted.disconnect(self._editing_started)
                layer.editingStopped.disconnect(self._editing_stopped)
        self._layers, self._hid_heat_map = [], False
        self._changed.clear()

    # Labels: QGIS keeps the picture of all labels until a layer says that it has changed, and undo does not say so.

    def _edited(self, *_: object) -> None:
        self._changed.update(layer.id() for layer in self._layers if is_alive(layer) and layer.isEditable())
        self._repaint.start(0)

    def _repaint_changed(self) -> None:
        changed, self._changed = self._changed, set()
        for layer in self._layers:
            if is_alive(layer) and layer.id() in changed:
                layer.triggerRepaint()

    # The heat map covers what is edited.

    def _editing_started(self) -> None:
        node = _heat_map_node()
        if node is not None and node.isVisible():
            node.setItemVisibilityChecked(False)
            self._hid_heat_map = True

    def _editing_stopped(self) -> None:
        if not self._hid_heat_map or any(is_alive(layer) and layer.isEditable() for layer in self._layers):
            return
        self._hid_heat_map = False
        node = _heat_map_node()
        if node is not None:
            node.setItemVisibilityChecked(True)

    # A local frame has no reference system, and that is as it should be: QGIS's question mark would ask for one.

    def _timer(self, delay_ms: int) -> QTimer:
        timer = QTimer()
        timer.setSingleShot(True)
        timer.setInterval(delay_ms)
        timer.timeout.connect(self._take_marks_off)
        return timer

    def _marks_soon(self, *_: object) -> None:
        for timer in self._marks:
            timer.start()

    def _take_marks_off(self) -> None:
        if not self._layers:
            return
        view: Any = self._shell.iface.layerTreeView()
        is_local = not any(layer.crs().isValid() for layer in self._layers if is_alive(layer))
        no_system, lost = (_picture(QgsApplication.getThemeIcon(name)) for name in (_NO_SYSTEM, _LOST))
        for node in QgsProject.instance().layerTreeRoot().findLayers():
            layer = node.layer()
            if layer is None:
                continue
            if self._is_new and layer.customProperty(TABLE_PROPERTY):
                node.setExpanded(True)  # QGIS has opened long legends without noting it
                node.setExpanded(False)
            for indicator in view.indicators(node):
                picture = _picture(indicator.icon())
                is_asked = picture == no_system and is_local and not layer.crs().isValid()
                if is_asked or (picture == lost and layer.customProperty(PROPERTY) == CLUSTERS):
                    view.removeIndicator(node, indicator)
        self._is_new = self._is_new and self._marks[-1].isActive()


def _picture(icon: QIcon) -> QImage:
    return icon.pixmap(QSize(_MARK_PX, _MARK_PX)).toImage()


def _heat_map_node() -> QgsLayerTreeLayer | None:
    """Return the entry of the cases in the layer tree while they are drawn as a heat map."""
    cases = shown_layer(QgsProject.instance(), "cases")
    if cases is None or cases.renderer().type() != _HEAT:
        return None
    return QgsProject.instance().layerTreeRoot().findLayer(cases)
