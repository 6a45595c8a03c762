"""Keeps the map true while people work: labels after undo, no heat map while editing, no "?" in the layer tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsApplication, QgsLayerTreeLayer, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QEvent, QObject, QSize, QTimer
from qgis.PyQt.QtGui import QIcon, QImage
from qgis.PyQt.QtWidgets import QAbstractScrollArea

from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.map.late_pictures import LatePictures
from gridmgmt_plugin.project.map.scheme import hide_stored_outlines
from gridmgmt_plugin.project.shown_workspace import (
    CLUSTERS,
    DERIVED_PROPERTY,
    TABLE_PROPERTY,
    placed_layer,
    shown_layers,
)

_HEAT = "heatmapRenderer"
_LANES, _OFFICERS = "lane", "officers"
# QGIS opens long legends of new layers within this time.
_OPENING_MS = 1500
_MARK_PX = 16
# "No reference system", and "would be lost": the discs of the cases are made anew each time.
_NO_SYSTEM, _LOST = "/mIndicatorNoCRS.svg", "/mIndicatorMemory.svg"


class MapWatch:
    """Lives as long as the window and follows the layers of the open workspace."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._layers: list[QgsVectorLayer] = []
        self._changed: set[str] = set()
        self._hid_heat_map = False
        self._repaint = QTimer()
        self._repaint.setSingleShot(True)
        self._repaint.timeout.connect(self._repaint_changed)
        self._restyled = QTimer()  # forms that are made anew go through all styles, and end with that of before
        self._restyled.setSingleShot(True)
        self._restyled.setInterval(0)
        self._restyled.timeout.connect(self._look_for_officers)
        self._opening = QTimer()
        self._opening.setSingleShot(True)
        self._opening.setInterval(_OPENING_MS)
        self._opening.timeout.connect(self._fold_legends)
        self._painted: _Painted | None = None
        self._late: LatePictures | None = None
        shell.session.changed.connect(self._follow)
        self._follow()

    def trigger(self, key: str, checked: bool) -> None:  # noqa: FBT001  it answers no action
        """Do nothing: no action asks for it."""

    def close(self) -> None:
        """Follow nothing any more."""
        self._shell.session.changed.disconnect(self._follow)
        for timer in (self._repaint, self._restyled, self._opening):
            timer.stop()
        self._unfollow()

    def _follow(self) -> None:
        self._unfollow()
        self._layers = [layer for layer in shown_layers(QgsProject.instance()).values() if layer.isSpatial()]
        if self._layers:
            self._late = LatePictures(self._shell.iface.mapCanvas())
            self._late.follow(self._layers)
        for layer in self._layers:
            layer.undoStack().indexChanged.connect(self._edited)
            layer.editingStarted.connect(self._editing_started)
            layer.editingStopped.connect(self._editing_stopped)
        lanes = placed_layer(QgsProject.instance(), _LANES)
        if lanes is not None:
            lanes.styleManager().currentStyleChanged.connect(self._restyled.start)
            self._restyled.start()
        if self._layers:
            self._painted = _Painted(self._shell.iface.layerTreeView(), self._take_marks_off)
        hide_stored_outlines(QgsProject.instance(), ())  # a project that was saved in the middle of painting
        self._fold_legends()
        self._opening.start()

    def _unfollow(self) -> None:
        for layer in self._layers:
            if is_alive(layer):
                layer.undoStack().indexChanged.disconnect(self._edited)
                layer.editingStarted.disconnect(self._editing_started)
                layer.editingStopped.disconnect(self._editing_stopped)
                if layer.customProperty(TABLE_PROPERTY) == _LANES:
                    layer.styleManager().currentStyleChanged.disconnect(self._restyled.start)
        if self._painted is not None:
            self._painted.leave()
            self._painted = None
        if self._late is not None:
            self._late.follow(())
            self._late = None
        self._layers, self._hid_heat_map = [], False
        self._changed.clear()

    # The officers of lanes are read when somebody sees them, and a theme or a project may show them without the dock.

    def _look_for_officers(self) -> None:
        from gridmgmt_plugin.project.map.styles import shows_style  # noqa: PLC0415  QGIS starts without the styles

        lanes = placed_layer(QgsProject.instance(), _LANES)
        if lanes is not None and shows_style(lanes, _OFFICERS):
            officers = self._shell.wake("lane_officers")
            if officers is not None:
                officers.refresh()

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

    def _fold_legends(self) -> None:
        """Fold the legends of the workspace: QGIS has opened long ones without noting it."""
        for node in QgsProject.instance().layerTreeRoot().findLayers():
            if node.layer() is None or not node.layer().customProperty(TABLE_PROPERTY):
                continue
            view: Any = self._shell.iface.layerTreeView()
            if node.isExpanded() or view.isExpanded(view.node2index(node)):  # to fold all costs more than to look
                node.setExpanded(True)
                node.setExpanded(False)

    # A local frame has no reference system, and that is as it should be: QGIS's question mark would ask for one. QGIS
    # hangs its marks on layers whenever it likes, and has the tree drawn then: who draws it is watched.

    def _take_marks_off(self) -> None:
        layers = [layer for layer in self._layers if is_alive(layer)]
        if not layers:
            return
        view: Any = self._shell.iface.layerTreeView()
        is_local = not any(layer.crs().isValid() for layer in layers)
        no_system, lost = (_picture(QgsApplication.getThemeIcon(name)) for name in (_NO_SYSTEM, _LOST))
        for node in QgsProject.instance().layerTreeRoot().findLayers():
            layer = node.layer()
            for indicator in view.indicators(node) if layer is not None else ():
                picture = _picture(indicator.icon())
                is_asked = picture == no_system and is_local and not layer.crs().isValid()
                if is_asked or (picture == lost and layer.customProperty(DERIVED_PROPERTY) == CLUSTERS):
                    view.removeIndicator(node, indicator)
                    view.viewport().update()


class _Painted(QObject):
    """Calls ``deed`` after a view or what it shows was drawn: not in the middle, and once for many times."""

    def __init__(self, view: QAbstractScrollArea, deed: Callable[[], None]) -> None:
        super().__init__()
        self._widgets = (view, view.viewport())
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(deed)
        for widget in self._widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802  Qt calls it
        """See that a widget is about to be drawn."""
        if event.type() == QEvent.Type.Paint and not self._soon.isActive():
            self._soon.start(0)
        return bool(super().eventFilter(watched, event))

    def leave(self) -> None:
        """Watch no longer."""
        self._soon.stop()
        for widget in self._widgets:
            if is_alive(widget):
                widget.removeEventFilter(self)


def _picture(icon: QIcon) -> QImage:
    return icon.pixmap(QSize(_MARK_PX, _MARK_PX)).toImage()


def _heat_map_node() -> QgsLayerTreeLayer | None:
    """Return the entry of the cases in the layer tree while they are drawn as a heat map."""
    cases = placed_layer(QgsProject.instance(), "cases")
    if cases is None or cases.renderer().type() != _HEAT:
        return None
    return QgsProject.instance().layerTreeRoot().findLayer(cases)
