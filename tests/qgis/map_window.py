"""A window with a map and docks, which needs none of the libraries that compute."""

from __future__ import annotations

from functools import cache

from qgis.core import QgsLayerTreeModel, QgsProject
from qgis.gui import QgsLayerTreeView, QgsMapCanvas, QgsMapToolPan

from gridmgmt_plugin.gui.frame.qt import QAction
from tests.qgis.fake_window import FakeIface


@cache
def layer_tree_model() -> QgsLayerTreeModel:
    """Return what the lists of layers of all windows show; to draw the legends anew costs more than a window."""
    return QgsLayerTreeModel(QgsProject.instance().layerTreeRoot())


class MapIface(FakeIface):
    """The window with a map, docks and forms."""

    def __init__(self):
        super().__init__()
        self._canvas = QgsMapCanvas(self._window)
        self._pan, self._panning = QAction(self._window), QgsMapToolPan(self._canvas)
        self._pan.triggered.connect(lambda: self._canvas.setMapTool(self._panning))
        self._window.setCentralWidget(self._canvas)
        self.forms, self.active, self.locators = [], None, []
        self._tree_view = QgsLayerTreeView(self._window)
        self._tree_view.setModel(layer_tree_model())
        self.new_project_allowed = True

    def registerLocatorFilter(self, locator):
        self.locators.append(locator)

    def deregisterLocatorFilter(self, locator):
        self.locators.remove(locator)

    def layerTreeView(self):
        return self._tree_view

    def mapCanvas(self):
        return self._canvas

    def actionPan(self):
        return self._pan

    def addDockWidget(self, area, dock):
        self._window.addDockWidget(area, dock)

    def removeDockWidget(self, dock):
        self._window.removeDockWidget(dock)

    def setActiveLayer(self, layer):
        self.active = layer

    def activeLayer(self):
        return self.active

    def openFeatureForm(self, layer, feature, update_only, show_modal):
        self.forms.append((layer.customProperty("gridmgmt/table"), feature["code"]))

    def newProject(self, ask):
        if self.new_project_allowed:
            QgsProject.instance().clear()
        return self.new_project_allowed

    def addProject(self, path):
        return QgsProject.instance().read(path)
