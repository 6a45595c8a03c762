"""A planner is splitting a cell of the office's database when a colleague saves the one beside it."""

from __future__ import annotations

from pathlib import Path

from ground import layer_of, roomy_cell
from hand import Hand
from inside import click, drive, note, screenshot, wait_until
from qgis.core import QgsRectangle, QgsSettings
from qgis.PyQt.QtWidgets import QAction, QDialog, QLineEdit, QToolBar
from qgis.utils import plugins


def steps(iface, arguments):
    QgsSettings().setValue("gridmgmt/author", "示例员")
    window, canvas = iface.mainWindow(), iface.mapCanvas()
    plugins["gridmgmt_plugin"]._shell.session.open(arguments["place"])
    yield from wait_until(lambda: layer_of() is not None and layer_of().providerType() == "postgres")
    layer, hand = layer_of(), Hand(canvas)
    cell = roomy_cell(layer)
    box = cell.geometry().boundingBox()
    centre = cell.geometry().poleOfInaccessibility(1.0)[0].asPoint()
    view = QgsRectangle(box)
    view.scale(4.0)
    canvas.setExtent(view)
    canvas.refresh()
    yield from wait_until(lambda: not canvas.isDrawing())
    iface.openFeatureForm(layer, cell, False, False)
    yield from wait_until(lambda: _form() is not None)
    toolbar = window.findChild(QToolBar, "gridmgmt_editing_toolbar")
    click(toolbar.widgetForAction(window.findChild(QAction, "gridmgmt_split")))
    yield
    tool = canvas.mapTool()
    hand.click(centre.x() - 5, box.yMinimum() - 4)
    hand.move(centre.x(), centre.y())
    yield
    drawn = []
    layer.repaintRequested.connect(lambda *_: drawn.append(1))
    Path(arguments["wanted"]).write_text(f"{cell['code']}\n{_neighbour(layer, cell)['code']}", encoding="utf-8")
    yield from wait_until(lambda: drawn and Path(arguments["saved"]).exists())
    yield from wait_until(lambda: _note(layer, _neighbour(layer, cell)["code"]) == "同事的备注")
    yield from wait_until(lambda: "同事起的名" in _names())
    note("form", _names())
    note("same_tool", canvas.mapTool() is tool)
    note("steps", layer.undoStack().index())
    hand.move(centre.x() + 5, box.yMaximum() + 4)
    yield
    screenshot("beside-a-colleague")
    before = layer.featureCount()
    hand.double_click(centre.x() + 5, box.yMaximum() + 4)
    yield from wait_until(lambda: layer.undoStack().index() == 1)
    note("split", layer.featureCount() - before)
    iface.setActiveLayer(layer)
    window.findChild(QAction, "mActionSaveLayerEdits").trigger()
    yield from wait_until(lambda: not layer.isModified())
    yield
    note("message", [item.text() for item in iface.messageBar().items()])
    note("kept", _note(layer, _neighbour(layer, cell)["code"]))
    layer.rollBack()


def _neighbour(layer, cell):
    others = (f for f in layer.getFeatures(cell.geometry().boundingBox()) if f["fid"] != cell["fid"])
    return min((f for f in others if f.geometry().touches(cell.geometry())), key=lambda f: f["fid"])


def _note(layer, code):
    return next(feature["note"] for feature in layer.getFeatures(f"\"code\" = '{code}'"))


def _form():
    from qgis.PyQt.QtWidgets import QApplication

    windows = QApplication.topLevelWidgets()
    return next((w for w in windows if w.metaObject().className() == "QgsAttributeDialog" and w.isVisible()), None)


def _names():
    form = _form()
    assert isinstance(form, QDialog)
    return [line.text() for line in form.findChildren(QLineEdit)]


drive(steps)
