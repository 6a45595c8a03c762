"""An attribute table of the unit grids is open while cells are split, saved and taken back."""

from __future__ import annotations

from ground import layer_of
from inside import click, drive, note, screenshot, wait_until, when_shown
from qgis.core import QgsSettings
from qgis.PyQt.QtWidgets import QAction, QApplication, QPushButton, QTableView
from qgis.utils import plugins


def steps(iface, arguments):
    window = iface.mainWindow()
    QgsSettings().setValue("gridmgmt/author", "示例员")
    when_shown("gridmgmt_sample_dialog", lambda d: click(d.findChild(QPushButton, "gridmgmt_sample_accept")))
    window.findChild(QAction, "gridmgmt_open_sample").trigger()
    yield from wait_until(lambda: layer_of() is not None)
    yield
    layer, before = layer_of(), layer_of().featureCount()
    iface.showAttributeTable(layer)
    yield from wait_until(lambda: _shown() == before)
    window.findChild(QAction, "gridmgmt_split").trigger()
    yield
    for _ in range(3):
        _split(layer)
    yield
    note("title_before", _title())
    note("split", [layer.featureCount() - before, _shown() - before])
    iface.setActiveLayer(layer)
    window.findChild(QAction, "mActionSaveLayerEdits").trigger()
    yield from wait_until(lambda: not layer.isModified())
    yield
    note("modified", layer.isModified())
    note("saved", [layer.featureCount() - before, _shown() - before])
    note("title", _title())
    screenshot("table-after-save")
    layer.rollBack()
    when_shown(
        "gridmgmt_take_back_question", lambda q: click(q.findChild(QPushButton, "gridmgmt_take_back_question_yes"))
    )
    window.findChild(QAction, "gridmgmt_take_back").trigger()
    yield from wait_until(lambda: layer.featureCount() == before)
    yield
    note("taken_back", [layer.featureCount() - before, _shown() - before])


def _title():
    """Return the title of the table's window, which tells how many rows there are."""
    windows = QApplication.topLevelWidgets()
    return next((w.windowTitle() for w in windows if w.metaObject().className() == "QgsAttributeTableDialog"), "")


def _shown():
    """Return how many rows the attribute table shows."""
    for widget in QApplication.allWidgets():
        if isinstance(widget, QTableView) and widget.metaObject().className() == "QgsAttributeTableView":
            return widget.model().rowCount()
    return -1


def _split(layer):
    """Split the largest cell from west to east, as the tool does."""
    import shapely  # once the plugin has loaded it in its own way

    from gridmgmt_plugin.core.coverage.gestures.splitting import split

    desk = plugins["gridmgmt_plugin"]._shell.controller("split").desk
    largest = max(layer.getFeatures(), key=lambda feature: feature.geometry().area())
    box, place = largest.geometry().boundingBox(), largest.geometry().poleOfInaccessibility(1.0)[0].asPoint()
    near = desk.near((box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()))
    line = shapely.LineString([(box.xMinimum() - 1, place.y()), (box.xMaximum() + 1, place.y())])
    desk.apply(near, split(near.cells, line, desk.tolerance))


drive(steps)
