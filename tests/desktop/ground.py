"""Where the drivers work: the layer of a table, and a unit grid that is good to cut."""

from __future__ import annotations

from qgis.core import QgsGeometry, QgsProject


def layer_of(table="unit_grid"):
    """Return the layer that shows a table of the workspace, ``None`` before there is one."""
    layers = QgsProject.instance().mapLayers().values()
    return next((layer for layer in layers if layer.customProperty("gridmgmt/table") == table), None)


def roomy_cell(layer):
    """Return a cell of about the target area far from the rim of the district, compact, with many neighbours."""
    middle = QgsGeometry.fromPointXY(layer.extent().center())
    cells = [f for f in layer.getFeatures() if 6_000 < f.geometry().area() < 16_000]
    return min(cells, key=lambda f: f.geometry().distance(middle) + f.geometry().length() ** 2 / f.geometry().area())
