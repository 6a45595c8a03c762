"""A colleague saves the same unit grids from a program of his own: refused, seen side by side, settled, saved."""

from __future__ import annotations

import json
import os
import subprocess

from ground import layer_of, roomy_cell
from hand import Hand
from inside import click, drive, note, picture, screenshot, spoken, wait_until, when_shown
from qgis.core import QgsRectangle, QgsSettings
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QApplication, QDialog, QPushButton, QRadioButton, QTableWidget, QToolBar

COLLEAGUE = spoken("李工", "Li")


def steps(iface, arguments):
    window, name = iface.mainWindow(), arguments["name"]
    QgsSettings().setValue("gridmgmt/author", spoken("示例员", "Sample"))
    when_shown(
        "gridmgmt_sample_dialog", lambda dialog: click(dialog.findChild(QPushButton, "gridmgmt_sample_accept"))
    )
    window.findChild(QAction, "gridmgmt_open_sample").trigger()
    yield from wait_until(lambda: layer_of() is not None and layer_of().featureCount() > 0)
    yield from _drawn(iface)
    layer, cell = layer_of(), roomy_cell(layer_of())
    code, other = cell["code"], next(f["code"] for f in layer.getFeatures() if f["code"] != cell["code"])
    was = {row["code"]: row["name"] for row in layer.getFeatures()}
    yield from _split(iface, layer, cell)
    mine = spoken(("东院", "商业服务业设施用地", "我改"), ("East yard", "Shops", "mine"))
    _edit(layer, code, name=mine[0], land_use=mine[1])
    _edit(layer, other, note=mine[2])
    theirs = spoken(("西院", "居住用地", "他改"), ("West yard", "Housing", "theirs"))
    _colleague(layer, arguments, {code: {"name": theirs[0], "land_use": theirs[1]}, other: {"note": theirs[2]}})

    yield from _save(iface, layer)
    note("refused", [layer.isModified(), iface.messageBar().currentItem().text()])
    screenshot(f"overtaken-refused-{name}")
    QApplication.setActiveWindow(window)  # there is no window manager that would
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    yield
    note("by_keyboard", _shown(window) is not None)
    if _shown(window) is not None:
        QTest.keyClick(_shown(window), Qt.Key.Key_Escape)
    yield
    note("closed", [_shown(window) is None, _value(layer, code, "name")])
    click(iface.messageBar().currentItem().findChild(QPushButton, "gridmgmt_compare"))
    yield
    yield from _choose(window, layer, name)
    screenshot(f"overtaken-settled-{name}")
    yield from _save(iface, layer)
    note("saved", [layer.isModified(), iface.messageBar().currentItem().text()])
    stored = {row["code"]: row for row in layer.getFeatures()}
    note("values", [stored[code]["name"], stored[code]["land_use"], stored[other]["note"]])
    note("expected", [theirs[0], mine[1], theirs[2]])
    note("split", [len(stored) - len(was), stored[code].geometry().area() < cell.geometry().area()])


def _choose(window, layer, name):
    """Mix the values of the first row and keep its outline; take the colleague's of the second."""
    dialog = _shown(window)
    rows = dialog.findChild(QTableWidget, "gridmgmt_overtaken_rows")
    note("rows", rows.rowCount())
    note("heading", dialog.findChild(QTableWidget, "gridmgmt_side_table").horizontalHeaderItem(2).text())
    at = next(at for at in range(rows.rowCount()) if _is_split(dialog, at))
    _choose_row(rows, at)
    yield
    for part in ("mine_geometry", "theirs_name", "mine_land_use"):
        button = dialog.findChild(QRadioButton, f"gridmgmt_{part}")
        click(button, QPoint(8, button.height() // 2))
        yield
    picture(dialog, f"window-overtaken-{name}")
    _choose_row(rows, 1 - at)
    yield
    click(dialog.findChild(QPushButton, "gridmgmt_overtaken_theirs"))
    yield
    note("choices", sorted(rows.item(row, 1).text() for row in range(rows.rowCount())))
    click(dialog.findChild(QPushButton, "gridmgmt_overtaken_apply"))
    yield


def _is_split(dialog, at):
    return dialog.choosing.sides.rows[at].ground is not None


def _choose_row(rows, at):
    click(rows.viewport(), rows.visualItemRect(rows.item(at, 0)).center())


def _shown(window):
    dialogs = window.findChildren(QDialog, "gridmgmt_overtaken_window")
    return next((dialog for dialog in dialogs if dialog.isVisible()), None)


def _colleague(layer, arguments, edits):
    """Have another program save."""
    place = layer.source().split("|")[0]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": arguments["root"]}
    command = [arguments["python"], "-m", "tests.desktop.colleague", place, COLLEAGUE, json.dumps(edits)]
    done = subprocess.run(
        command, env=environment, cwd=arguments["root"], capture_output=True, text=True, check=False
    )
    note("colleague", [done.returncode, done.stderr[-2000:]])


def _save(iface, layer):
    iface.setActiveLayer(layer)
    iface.mainWindow().findChild(QAction, "mActionSaveLayerEdits").trigger()
    yield from _drawn(iface)


def _split(iface, layer, cell):
    box, canvas = cell.geometry().boundingBox(), iface.mapCanvas()
    centre = cell.geometry().poleOfInaccessibility(1.0)[0].asPoint()
    view = QgsRectangle(box)
    view.scale(4.0)
    canvas.setExtent(view)
    canvas.refresh()
    yield from _drawn(iface)
    toolbar = iface.mainWindow().findChild(QToolBar, "gridmgmt_editing_toolbar")
    click(toolbar.widgetForAction(iface.mainWindow().findChild(QAction, "gridmgmt_split")))
    yield
    hand = Hand(canvas)
    hand.click(centre.x() - 5, box.yMinimum() - 4)
    hand.double_click(centre.x() + 5, box.yMaximum() + 4)
    yield from _drawn(iface)


def _edit(layer, code, **values):
    fid = next(f.id() for f in layer.getFeatures() if f["code"] == code)
    layer.beginEditCommand("form")
    for name, value in values.items():
        layer.changeAttributeValue(fid, layer.fields().lookupField(name), value)
    layer.endEditCommand()


def _value(layer, code, name):
    return next(f[name] for f in layer.getFeatures() if f["code"] == code)


def _drawn(iface):
    yield
    yield from wait_until(lambda: not iface.mapCanvas().isDrawing())
    yield


drive(steps)
