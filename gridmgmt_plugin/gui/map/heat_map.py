"""The cases as a heat map or as points: a switch between the two styles that the case layer brings."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProject, QgsVectorLayer

from gridmgmt_plugin.gui.frame.map_focus import bring_into_view
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.project.map.clusters import cluster_layer
from gridmgmt_plugin.project.shown_workspace import placed_layer, shown_layer

#: What QGIS calls the renderer of heat maps.
HEAT = "heatmapRenderer"


class HeatMap:
    """Answers ``heat_map``; its check mark says whether the heat map is on the map."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        shell.session.changed.connect(self._follow)
        QgsProject.instance().layerTreeRoot().visibilityChanged.connect(self.update)
        self._layer: Any = None
        self._follow()

    def trigger(self, key: str, checked: bool) -> None:  # noqa: ARG002, FBT001  serves one action
        """Show the cases in the wanted style."""
        layer = shown_layer(QgsProject.instance(), "cases")
        if layer is not None:
            show_cases(layer, as_heat_map=checked)
        self.update()

    def close(self) -> None:
        """Follow the layer no longer."""
        self._shell.session.changed.disconnect(self._follow)
        QgsProject.instance().layerTreeRoot().visibilityChanged.disconnect(self.update)
        self._unfollow()

    def update(self, *_: object) -> None:
        """Set the check mark by what the map shows."""
        layer = placed_layer(QgsProject.instance(), "cases")
        is_heat = layer is not None and layer.renderer().type() == HEAT
        node = QgsProject.instance().layerTreeRoot().findLayer(layer) if is_heat else None
        self._shell.action("heat_map").setChecked(node is not None and node.isVisible())

    def _follow(self) -> None:
        self._unfollow()
        self._layer = placed_layer(QgsProject.instance(), "cases")
        if self._layer is not None:
            self._layer.styleChanged.connect(self.update)
        self.update()

    def _unfollow(self) -> None:
        if is_alive(self._layer):
            self._layer.styleChanged.disconnect(self.update)
        self._layer = None


def show_cases(layer: QgsVectorLayer, *, as_heat_map: bool) -> None:
    """Make the case layer visible in one of its two styles; styles of the planner's own are left alone.

    Points are drawn at large scales only; before, the prepared clusters stand for them.
    """
    manager = layer.styleManager()
    for name in manager.styles():
        manager_style = manager.style(name) if name != manager.currentStyle() else None
        is_heat = HEAT in manager_style.xmlData() if manager_style else layer.renderer().type() == HEAT
        if is_heat == as_heat_map:
            manager.setCurrentStyle(name)
            break
    root, clusters = QgsProject.instance().layerTreeRoot(), cluster_layer(QgsProject.instance())
    cluster_node = root.findLayer(clusters) if clusters is not None else None
    bring_into_view(layer)
    if cluster_node is not None:
        cluster_node.setItemVisibilityChecked(not as_heat_map)
    layer.triggerRepaint()
