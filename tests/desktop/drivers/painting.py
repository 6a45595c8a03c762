"""A planner paints responsibility grids in a real window: brush, pick, push, lock, new, split, undo, save."""

from __future__ import annotations

import time

from hand import Hand
from inside import Moment, click, drive, note, screenshot, spoken, wait_until, when_shown
from qgis.core import QgsProject, QgsRectangle, QgsSettings
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractButton, QAction, QApplication, QDockWidget, QLabel, QPushButton, QToolBar

ALT = Qt.KeyboardModifier.AltModifier


def layer_of(table):
    for layer in QgsProject.instance().mapLayers().values():
        if layer.customProperty("gridmgmt/table") == table:
            return layer
    raise LookupError(table)


def stack(layer):
    return [layer.undoStack().text(i) for i in range(layer.undoStack().index())]


def dock(iface):
    return iface.mainWindow().findChild(QDockWidget, "gridmgmt_paint_dock")


def said(iface):
    """Return what the dock says."""
    labels = dock(iface).findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible() and label.text())


def messages(iface):
    item = iface.messageBar().currentItem()
    return [] if item is None else [item.text()]


def drawn(iface):
    yield 0.3
    yield from wait_until(lambda: not iface.mapCanvas().isDrawing())


def press(iface, name):
    click(dock(iface).findChild(QAbstractButton, f"gridmgmt_paint_{name}"))
    QApplication.processEvents()


def steps(iface, arguments):
    window, name = iface.mainWindow(), arguments["name"]
    QgsSettings().setValue("gridmgmt/author", spoken("示例员", "Sample"))
    window.setGeometry(0, 0, *arguments["size"])
    note("size", arguments["size"])
    window.findChild(QAction, "gridmgmt_tree").trigger()
    yield 1
    when_shown("gridmgmt_sample_dialog", lambda d: click(d.findChild(QPushButton, "gridmgmt_sample_accept")))
    window.findChild(QAction, "gridmgmt_open_sample").trigger()
    yield from wait_until(lambda: QgsProject.instance().mapLayers() and layer_of("unit_grid").featureCount() > 0)
    yield from drawn(iface)
    layer, canvas = layer_of("unit_grid"), iface.mapCanvas()
    hand = Hand(canvas)
    community = _community(layer)
    box = QgsRectangle(community["box"])
    box.scale(1.25)
    toolbar = window.findChild(QToolBar, "gridmgmt_editing_toolbar")
    click(toolbar.widgetForAction(window.findChild(QAction, "gridmgmt_paint")))
    yield 0.5
    yield from wait_until(lambda: dock(iface) is not None and dock(iface).isVisible())
    note("editing", layer.isEditable())
    canvas.setExtent(box)
    canvas.refresh()
    yield from drawn(iface)
    one, two = community["grids"][:2]
    yield from _brush(iface, hand, layer, one, two, name)
    yield from _undo(iface, layer)
    yield from _others(iface, hand, layer, one, two, name)
    yield from _split(iface, hand, layer, max(community["grids"][2:], key=lambda grid: len(grid[1])), name)
    yield from _save(iface, layer, name)
    layer.rollBack()


def _community(layer):
    """Return a community with two grids or more: its box, and its grids with places inside their units."""
    column = next(n for n in layer.fields().names() if n.startswith("rg_"))
    found = {}
    for f in layer.getFeatures():
        if f[column]:
            entry = found.setdefault(f["area_code"], {"grids": {}, "box": QgsRectangle()})
            entry["box"].combineExtentWith(f.geometry().boundingBox())
            place = f.geometry().poleOfInaccessibility(1.0)[0].asPoint()
            entry["grids"].setdefault(f[column], []).append((f["code"], place.x(), place.y()))
    best = max(found.values(), key=lambda e: (len(e["grids"]) >= 2, min(map(len, e["grids"].values()))))
    return {"box": best["box"], "grids": [(code, best["grids"][code]) for code in sorted(best["grids"])]}


def _grid_of(layer, unit):
    column = next(n for n in layer.fields().names() if n.startswith("rg_"))
    return next(f[column] for f in layer.getFeatures() if f["code"] == unit)


def _near(places, x, y):
    return min(places, key=lambda p: (p[1] - x) ** 2 + (p[2] - y) ** 2)


def _brush(iface, hand, layer, one, two, name):
    """Pick the first grid up and paint from its heart into the second one."""
    centre = (sum(p[1] for p in one[1]) / len(one[1]), sum(p[2] for p in one[1]) / len(one[1]))
    heart = _near(one[1], *centre)
    hand.click(heart[1], heart[2], modifiers=ALT)
    yield Moment(0.2)
    note("picked", said(iface))
    ways = sorted(two[1], key=lambda p: (p[1] - centre[0]) ** 2 + (p[2] - centre[1]) ** 2)[:4]
    hand.press(heart[1], heart[2])
    for _, x, y in ways:
        hand.move(x, y)
        yield Moment(0.1)
    yield Moment(0.5)
    note("live", said(iface))
    note("beside", _beside(iface))
    screenshot(f"paint-brush-{name}")
    start = time.perf_counter()
    hand.release(ways[-1][1], ways[-1][2])
    note("stroke_s", time.perf_counter() - start)
    yield from wait_until(lambda: not iface.mapCanvas().isDrawing())
    note("painted", [_grid_of(layer, unit) == one[0] for unit, _, _ in ways])
    note("stack", stack(layer))
    yield from drawn(iface)
    screenshot(f"paint-done-{name}")


def _beside(iface):
    label = iface.mapCanvas().findChild(QLabel, "gridmgmt_paint_note_text")
    return label.text() if label is not None and label.isVisible() else ""


def _undo(iface, layer):
    window = iface.mainWindow()
    window.findChild(QAction, "mActionUndo").trigger()
    yield 0.3
    note("undone", stack(layer))
    window.findChild(QAction, "mActionRedo").trigger()
    yield 0.3
    note("redone", stack(layer))


def _others(iface, hand, layer, one, two, name):
    press(iface, "push")
    x, y = one[1][0][1:]
    target = _near(two[1], x, y)
    hand.move(target[1], target[2])
    yield 0.4
    screenshot(f"paint-push-{name}")
    press(iface, "click")
    hand.click(one[1][0][1], one[1][0][2], modifiers=ALT)
    far = max(two[1], key=lambda p: (p[1] - x) ** 2 + (p[2] - y) ** 2)
    hand.move(far[1], far[2])
    yield 0.4
    note("torn", [said(iface), _beside(iface)])
    screenshot(f"paint-torn-{name}")
    QTest.keyClick(iface.mapCanvas(), Qt.Key.Key_L)
    yield 0.2
    hand.click(far[1], far[2])
    yield 0.3
    note("locked", [len(stack(layer)), messages(iface)])
    QTest.keyClick(iface.mapCanvas(), Qt.Key.Key_L)
    iface.messageBar().clearWidgets()
    press(iface, "new")
    hand.click(far[1], far[2])
    yield from drawn(iface)
    note("new", stack(layer))
    QTest.keyClick(iface.mapCanvas(), Qt.Key.Key_Period)
    yield from drawn(iface)
    screenshot(f"paint-left-{name}")


def _split(iface, hand, layer, grid, name):
    """Cut a grid that nobody has touched through its middle, across its longer side."""
    box = QgsRectangle()
    for _, x, y in grid[1]:
        box.combineExtentWith(x, y)
    wide = QgsRectangle(box)
    wide.scale(2.0)
    iface.mapCanvas().setExtent(wide)
    iface.mapCanvas().refresh()
    yield from drawn(iface)
    press(iface, "split")
    middle, across, along = box.center(), box.width() * 0.7, box.height() * 0.7
    ends = [(middle.x() - 3, middle.y() - along), (middle.x() + 3, middle.y() + along)]
    if box.height() > box.width():
        ends = [(middle.x() - across, middle.y() - 3), (middle.x() + across, middle.y() + 3)]
    hand.click(*ends[0])
    hand.move(middle.x(), middle.y())
    yield 0.2
    hand.move(*ends[1])
    yield 0.4
    note("split_live", said(iface))
    screenshot(f"paint-split-{name}")
    hand.double_click(*ends[1])
    yield from drawn(iface)
    note("split", stack(layer))


def _save(iface, layer, name):
    iface.setActiveLayer(layer)
    iface.mainWindow().findChild(QAction, "mActionSaveLayerEdits").trigger()
    yield from drawn(iface)
    note("saved", [layer.isModified(), layer.isEditable(), messages(iface)])
    screenshot(f"paint-saved-{name}")


drive(steps)
