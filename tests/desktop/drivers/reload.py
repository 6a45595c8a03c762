"""Unload and load the plugin again and again in the middle of work: a workspace just opened, a tool in hand."""

from __future__ import annotations

import gc

from inside import click, click_action, drive, figures_shown, note, wait_until, when_shown
from qgis import utils
from qgis.core import QgsProject, QgsSettings
from qgis.PyQt.QtWidgets import QAction, QPushButton, QToolBar, QWidget

NAME = "gridmgmt_plugin"


def steps(iface, arguments):
    window = iface.mainWindow()
    QgsSettings().setValue("gridmgmt/author", "示例员")
    yield
    window.findChild(QAction, "gridmgmt_tree").trigger()
    yield
    toolbar = window.findChild(QToolBar, "gridmgmt_toolbar")
    when_shown("gridmgmt_sample_dialog", lambda d: click(d.findChild(QPushButton, "gridmgmt_sample_accept")))
    click_action(toolbar, window.findChild(QAction, "gridmgmt_open_sample"))
    yield from wait_until(lambda: _grids() is not None)
    rounds = []
    for number in range(arguments["rounds"]):
        yield from wait_until(lambda: window.findChild(QAction, "gridmgmt_split").isEnabled())
        window.findChild(QAction, "gridmgmt_split").trigger()
        yield
        rounds.append([_grids().isEditable(), figures_shown() is not None])
        utils.unloadPlugin(NAME)
        gc.collect()
        window.resize(1200 + 20 * number, 800)  # the map tells its size to whoever still listens
        yield
        gc.collect()
        rounds[-1].append([w.objectName() for w in window.findChildren(QWidget) if w.objectName()[:8] == "gridmgmt"])
        utils.loadPlugin(NAME)
        utils.startPlugin(NAME)
        yield
    note("rounds", rounds)
    yield 3.5  # what was begun for a few seconds has ended
    if _grids().isEditable():
        _grids().rollBack()
    note("bar", [item.text() for item in iface.messageBar().items()])


def _grids():
    layers = QgsProject.instance().mapLayers().values()
    return next((layer for layer in layers if layer.customProperty("gridmgmt/table") == "unit_grid"), None)


drive(steps)
