"""A planner edits grids in a real window: every tool by mouse and keys, undo, save, a refused save."""

from __future__ import annotations

from ground import roomy_cell
from hand import Hand
from inside import click, drive, figures_shown, note, screenshot, spoken, wait_until, when_shown
from qgis.core import QgsGeometry, QgsProject, QgsRectangle, QgsSettings
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QMenu, QPushButton, QShortcut, QToolBar

SAMPLE_DIALOG = "gridmgmt_sample_dialog"


def layer_of(table):
    for layer in QgsProject.instance().mapLayers().values():
        if layer.customProperty("gridmgmt/table") == table:
            return layer
    raise LookupError(table)


def drawn(iface):
    yield
    yield from wait_until(lambda: not iface.mapCanvas().isDrawing())
    yield


def stack(layer):
    return [layer.undoStack().text(i) for i in range(layer.undoStack().index())]


def messages(iface):
    item = iface.messageBar().currentItem()
    return [] if item is None else [item.text()]


def choose(iface, key):
    toolbar = iface.mainWindow().findChild(QToolBar, "gridmgmt_editing_toolbar")
    action = iface.mainWindow().findChild(QAction, f"gridmgmt_{key}")
    click(toolbar.widgetForAction(action))
    yield


def steps(iface, arguments):
    window, name = iface.mainWindow(), arguments["name"]
    QgsSettings().setValue("gridmgmt/author", spoken("示例员", "Sample"))
    iface.mapCanvas().setCachingEnabled(True)
    window.findChild(QAction, "gridmgmt_tree").trigger()
    yield
    when_shown(SAMPLE_DIALOG, lambda dialog: click(dialog.findChild(QPushButton, "gridmgmt_sample_accept")))
    window.findChild(QAction, "gridmgmt_open_sample").trigger()
    yield from wait_until(lambda: QgsProject.instance().mapLayers() and layer_of("unit_grid").featureCount() > 0)
    yield from drawn(iface)
    layer, canvas = layer_of("unit_grid"), iface.mapCanvas()
    hand = Hand(canvas)
    cell = roomy_cell(layer)
    box = cell.geometry().boundingBox()
    centre = cell.geometry().poleOfInaccessibility(1.0)[0].asPoint()
    view = QgsRectangle(box)
    view.scale(4.0)
    canvas.setExtent(view)
    canvas.refresh()
    yield from drawn(iface)
    note("toolbar", window.findChild(QToolBar, "gridmgmt_editing_toolbar").isVisible())
    note("code", cell["code"])
    note("shortcuts", _shortcuts(window))

    yield from _split(iface, hand, layer, box, centre, name)
    yield from _merge(iface, hand, layer, box, centre, name)
    yield from _reshape(iface, hand, layer, centre, name)
    yield from _vertex(iface, hand, layer, centre, name)
    yield from _draw(iface, hand, layer, box, centre, name)
    yield from _absorb(iface, hand, layer, centre, name)
    yield from _enclose(iface, hand, layer, centre, name)
    yield from _save(iface, layer, name)
    yield from _refused(iface, layer, centre, name)
    yield from _take_back(iface, layer, name)
    layer.rollBack()
    yield from _lanes(iface, hand, name)


def _shortcuts(window):
    """Return each shortcut of the editing tools with everybody in the window who has it too."""
    menu = window.findChild(QMenu, "gridmgmt_editing_menu")
    ours = {a.shortcut().toString() for a in menu.actions()} - {""}
    actions = [(a.shortcut().toString(), a.objectName()) for a in window.findChildren(QAction)]
    others = [(s.key().toString(), s.objectName()) for s in window.findChildren(QShortcut)]
    return {keys: [name for key, name in (*actions, *others) if key == keys] for keys in sorted(ours)}


def _split(iface, hand, layer, box, centre, name):
    before = layer.featureCount()
    yield from choose(iface, "split")
    note("editing", layer.isEditable())
    hand.click(centre.x() - 5, box.yMinimum() - 4)
    hand.move(centre.x(), centre.y())
    yield
    hand.move(centre.x() + 5, box.yMaximum() + 4)
    yield
    note("split_panel", figures_shown().text())
    screenshot(f"tool-split-{name}")
    hand.double_click(centre.x() + 5, box.yMaximum() + 4)
    yield from drawn(iface)
    note("split", [layer.featureCount() - before, stack(layer)])
    screenshot(f"tool-split-done-{name}")
    swap = figures_shown().findChild(QPushButton, "gridmgmt_swap")
    note("swap", swap is not None)
    if swap is not None:
        click(swap)
    yield
    note("swapped", stack(layer))
    window = iface.mainWindow()
    window.findChild(QAction, "mActionUndo").trigger()
    yield
    note("undone", [layer.featureCount() - before, stack(layer)])
    window.findChild(QAction, "mActionRedo").trigger()
    yield
    note("redone", layer.featureCount() - before)
    hand.click(centre.x() - 40, centre.y())
    hand.move(centre.x() + 40, centre.y() + 20)
    yield
    QTest.keyClick(iface.mapCanvas(), Qt.Key.Key_Escape)
    yield
    note("cancelled", stack(layer) and len(stack(layer)))


def _merge(iface, hand, layer, box, centre, name):
    yield from choose(iface, "merge")
    hand.click(centre.x() - 15, centre.y())
    hand.click(centre.x() + 20, centre.y(), modifiers=Qt.KeyboardModifier.ControlModifier)
    yield
    screenshot(f"tool-merge-{name}")
    QTest.keyClick(iface.mapCanvas(), Qt.Key.Key_Return)
    yield
    note("merge", [stack(layer), messages(iface)])


def _lanes(iface, hand, name):
    """Merge two street-lanes that meet, take it back, and split one of them."""
    layer, window = layer_of("lane"), iface.mainWindow()
    one, other = _meeting_lanes(layer)
    view = QgsRectangle(one.geometry().boundingBox())
    view.combineExtentWith(other.geometry().boundingBox())
    view.scale(1.8)
    iface.mapCanvas().setExtent(view)
    window.findChild(QAction, "gridmgmt_lane_merge").trigger()
    yield from drawn(iface)
    for lane, modifiers in ((one, Qt.KeyboardModifier.NoModifier), (other, Qt.KeyboardModifier.ControlModifier)):
        place = lane.geometry().interpolate(lane.geometry().length() / 2).asPoint()
        hand.click(place.x(), place.y(), modifiers=modifiers)
        yield
    screenshot(f"tool-lane-merge-{name}")
    QTest.keyClick(iface.mapCanvas(), Qt.Key.Key_Return)
    yield
    note("lane_merge", [stack(layer), layer.getFeature(one.id())["state"]])
    window.findChild(QAction, "mActionUndo").trigger()
    yield
    note("lane_undone", [stack(layer), layer.getFeature(one.id())["state"]])
    count = layer.featureCount()
    window.findChild(QAction, "gridmgmt_lane_split").trigger()
    yield from drawn(iface)
    place = one.geometry().interpolate(one.geometry().length() / 2).asPoint()
    hand.move(place.x(), place.y())
    yield
    screenshot(f"tool-lane-split-{name}")
    hand.click(place.x(), place.y())
    yield
    note("lane_split", [stack(layer), layer.featureCount() - count])
    layer.rollBack()
    yield


def _meeting_lanes(layer):
    """Return two lanes of some length near the middle of the district that meet at an end, and stay apart else."""
    middle = QgsGeometry.fromPointXY(layer.extent().center())
    lanes = [f for f in layer.getFeatures() if 80 < f.geometry().length() < 400]
    lanes.sort(key=lambda f: f.geometry().distance(middle))
    for at, one in enumerate(lanes):
        for other in lanes[at + 1 : at + 40]:
            if one.geometry().touches(other.geometry()):
                return one, other
    raise LookupError("no lanes that meet")


def _cell_at(layer, point):
    return next(f for f in layer.getFeatures() if f.geometry().contains(point))


def _shared_edge(layer, place):
    """Return the middle of the longest edge that a cell shares with another of its area, and its direction."""
    cell = _cell_at(layer, place)
    shape, best = cell.geometry(), None
    for other in layer.getFeatures(shape.boundingBox()):
        if other["code"] == cell["code"] or other["area_code"] != cell["area_code"]:
            continue
        shared = other.geometry().intersection(shape)
        if shared.length() > (best.length() if best else 0):
            best = shared
    line = best.mergeLines() if best.isMultipart() else best
    middle = line.interpolate(line.length() / 2).asPoint()
    ahead = line.interpolate(line.length() / 2 + 1).asPoint()
    return middle, ahead.x() - middle.x(), ahead.y() - middle.y()


def _reshape(iface, hand, layer, centre, name):
    middle, dx, dy = _shared_edge(layer, centre)
    yield from choose(iface, "reshape")
    hand.click(middle.x() - 25 * dx + 12 * dy, middle.y() - 25 * dy - 12 * dx)
    hand.click(middle.x() - 15 * dx - 14 * dy, middle.y() - 15 * dy + 14 * dx)
    hand.click(middle.x() + 15 * dx - 14 * dy, middle.y() + 15 * dy + 14 * dx)
    hand.move(middle.x() + 25 * dx + 12 * dy, middle.y() + 25 * dy - 12 * dx)
    yield
    note("reshape_panel", figures_shown().text())
    screenshot(f"tool-reshape-{name}")
    hand.double_click(middle.x() + 25 * dx + 12 * dy, middle.y() + 25 * dy - 12 * dx)
    yield
    note("reshape", [stack(layer), messages(iface)])


def _vertex(iface, hand, layer, centre, name):
    middle, dx, dy = _shared_edge(layer, centre)
    yield from choose(iface, "vertex")
    hand.double_click(middle.x(), middle.y())
    yield
    note("vertex_added", [stack(layer), messages(iface)])
    hand.move(middle.x(), middle.y())
    yield
    hand.press(middle.x(), middle.y())
    hand.move(middle.x() - 6 * dy, middle.y() + 6 * dx)
    hand.move(middle.x() - 12 * dy, middle.y() + 12 * dx)
    yield
    screenshot(f"tool-vertex-{name}")
    hand.release(middle.x() - 12 * dy, middle.y() + 12 * dx)
    yield
    note("vertex", [stack(layer), messages(iface)])


def _draw(iface, hand, layer, box, centre, name):
    yield from choose(iface, "draw")
    hand.click(box.xMaximum() - 15, centre.y() - 25)
    hand.click(box.xMaximum() + 40, centre.y() - 20)
    hand.click(box.xMaximum() + 45, centre.y() + 25)
    hand.move(box.xMaximum() - 20, centre.y() + 20)
    yield
    note("draw_panel", figures_shown().text())
    screenshot(f"tool-draw-{name}")
    hand.double_click(box.xMaximum() - 20, centre.y() + 20)
    yield
    note("draw", [stack(layer), messages(iface)])


def _absorb(iface, hand, layer, centre, name):
    yield from choose(iface, "absorb")
    small = min(layer.getFeatures(iface.mapCanvas().extent()), key=lambda f: f.geometry().area())
    place = small.geometry().poleOfInaccessibility(0.5)[0].asPoint()
    hand.move(place.x(), place.y())
    yield
    screenshot(f"tool-absorb-{name}")
    asked, yes = "gridmgmt_absorb_question", "gridmgmt_absorb_question_yes"
    when_shown(asked, lambda question: click(question.findChild(QPushButton, yes)))
    hand.click(place.x(), place.y())
    yield
    note("absorb", [stack(layer), messages(iface)])


def _enclose(iface, hand, layer, centre, name):
    yield from choose(iface, "enclose")
    extent = iface.mapCanvas().extent()
    extent.scale(3)
    iface.mapCanvas().setExtent(extent)
    iface.mapCanvas().refresh()
    yield from drawn(iface)
    hand.move(centre.x(), centre.y())
    yield
    note("enclose_panel", figures_shown().text())
    screenshot(f"tool-enclose-{name}")
    hand.click(centre.x(), centre.y())
    yield
    note("enclose", [stack(layer), messages(iface)])


def _save(iface, layer, name):
    iface.setActiveLayer(layer)
    iface.mainWindow().findChild(QAction, "mActionSaveLayerEdits").trigger()
    yield from drawn(iface)
    note("saved", [layer.isModified(), layer.isEditable(), messages(iface)])
    screenshot(f"tool-saved-{name}")


def _refused(iface, layer, centre, name):
    """Change one cell with QGIS's own means and save."""
    feature = _cell_at(layer, centre)
    layer.beginEditCommand("QGIS")
    layer.changeGeometry(feature.id(), feature.geometry().buffer(4.0, 2))
    layer.endEditCommand()
    iface.mainWindow().findChild(QAction, "mActionSaveLayerEdits").trigger()
    yield from drawn(iface)
    note("refused", [layer.isModified(), messages(iface)])
    screenshot(f"guard-refused-{name}")
    button = iface.messageBar().currentItem().findChild(QPushButton, "gridmgmt_repair")
    note("repair_offered", button is not None)
    if button is not None:
        when_shown("gridmgmt_repair_dialog", lambda dialog: _accept_repair(dialog, name))
        click(button)
        yield from drawn(iface)
        note("repaired", [stack(layer), messages(iface)])
        iface.mainWindow().findChild(QAction, "mActionSaveLayerEdits").trigger()
        yield from drawn(iface)
        note("saved_after_repair", [layer.isModified(), messages(iface)])


def _accept_repair(dialog, name):
    screenshot(f"guard-repair-{name}")
    click(dialog.findChild(QPushButton, "gridmgmt_repair_accept"))


def _take_back(iface, layer, name):
    def agree(question):
        screenshot(f"take-back-{name}")
        click(question.findChild(QPushButton, "gridmgmt_take_back_question_yes"))

    when_shown("gridmgmt_take_back_question", agree)
    iface.mainWindow().findChild(QAction, "gridmgmt_take_back").trigger()
    yield from drawn(iface)
    note("taken_back", messages(iface))


drive(steps)
