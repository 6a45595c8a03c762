"""The east of Jiangning by mouse: open it, paint a stroke, ask who answers, give a person, save."""

from __future__ import annotations

from hand import Hand
from inside import Moment, click, drive, note, screenshot, wait_until, when_shown
from qgis.core import QgsProject, QgsRectangle
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QAction, QDockWidget, QFileDialog, QPushButton, QToolBar, QWidget

from gridmgmt_plugin.project.settings import remember

ALT = Qt.KeyboardModifier.AltModifier


def layer_of(table):
    layers = QgsProject.instance().mapLayers().values()
    return next((layer for layer in layers if layer.customProperty("gridmgmt/table") == table), None)


def steps(iface, arguments):
    window, name = iface.mainWindow(), arguments["name"]
    window.setGeometry(0, 0, 1600, 1000)
    remember("author", "示例员")
    yield 1
    QFileDialog.getOpenFileName = lambda *_, **__: (arguments["workspace"], "")
    toolbar = window.findChild(QToolBar, "gridmgmt_toolbar")
    click(toolbar.widgetForAction(window.findChild(QAction, "gridmgmt_open_workspace")))
    yield from wait_until(lambda: layer_of("unit_grid") is not None and layer_of("unit_grid").featureCount() > 0)
    tree = window.findChild(QWidget, "gridmgmt_dock")
    yield from wait_until(lambda: tree.model.summary is not None)
    yield 2
    units, canvas = layer_of("unit_grid"), iface.mapCanvas()
    offices = [f for f in layer_of("area").getFeatures() if f["level"] == "street_office"]
    note("offices", len(offices))
    shown = canvas.mapSettings().outputExtentToLayerExtent(units, canvas.extent())
    note("in_view", all(shown.contains(f.geometry().centroid().asPoint()) for f in offices))
    screenshot(f"jiangning-open-{name}")
    one, two = _two_grids(units)
    yield from _paint(iface, Hand(canvas), units, one, two, name)
    place = one[1][0][1:]
    yield from _ask(iface, place, name, "before")
    before = _told(window)
    yield from _give(window, one[0], arguments["person"], name)
    yield from _ask(iface, place, name, "after")
    note("answers", [before, _told(window)])
    units.rollBack()


def _two_grids(units):
    """Return two neighbouring grids of one community: code, and its units with a place in each."""
    found = {}
    for f in units.getFeatures():
        if f["rg_cg"]:
            place = f.geometry().pointOnSurface().asPoint()
            grids = found.setdefault(f["area_code"], {})
            grids.setdefault(f["rg_cg"], []).append((f["code"], place.x(), place.y()))
    grids = max(found.values(), key=lambda grids: (len(grids) == 2, min(map(len, grids.values()))))
    return [(code, grids[code]) for code in sorted(grids)][:2]


def _paint(iface, hand, units, one, two, name):
    window, canvas = iface.mainWindow(), iface.mapCanvas()
    bar = window.findChild(QToolBar, "gridmgmt_editing_toolbar")
    click(bar.widgetForAction(window.findChild(QAction, "gridmgmt_paint")))
    dock = window.findChild(QDockWidget, "gridmgmt_paint_dock")
    yield from wait_until(lambda: window.findChild(QDockWidget, "gridmgmt_paint_dock").isVisible())
    box = QgsRectangle()
    for _, x, y in (*one[1], *two[1]):
        box.combineExtentWith(x, y)
    box.scale(1.6)
    canvas.setExtent(box)
    canvas.refresh()
    yield 1
    heart = one[1][0]
    near = min(two[1], key=lambda p: min((p[1] - x) ** 2 + (p[2] - y) ** 2 for _, x, y in one[1]))
    hand.click(heart[1], heart[2], modifiers=ALT)
    yield Moment(0.3)
    hand.press(near[1], near[2])
    yield Moment(0.3)
    hand.move(near[1] + 1.0, near[2] + 1.0)
    yield Moment(0.5)
    screenshot(f"jiangning-paint-{name}")
    hand.release(near[1] + 1.0, near[2] + 1.0)
    yield 1
    note("steps", units.undoStack().index())
    note("painted", [near[0], one[0]])
    iface.setActiveLayer(units)
    window.findChild(QAction, "mActionSaveLayerEdits").trigger()
    yield from wait_until(lambda: not units.isModified())
    yield 1
    note("saved", [units.isModified(), dock.isVisible()])
    click(bar.widgetForAction(window.findChild(QAction, "gridmgmt_paint")))
    yield 0.5
    units.rollBack()


def _ask(iface, place, name, when):
    window = iface.mainWindow()
    if not window.findChild(QAction, "gridmgmt_ask_here").isChecked():
        window.findChild(QAction, "gridmgmt_ask_here").trigger()
    yield 1
    Hand(iface.mapCanvas()).click(*place)
    yield 2
    screenshot(f"jiangning-ask-{when}-{name}")


def _told(window):
    return window.findChild(QWidget, "gridmgmt_answers_dock").page.toPlainText()


def _give(window, grid, person, name):
    """Put the person on the grid through the row of its vacancy on the staffing board."""
    window.findChild(QAction, "gridmgmt_staff").trigger()
    board = window.findChild(QWidget, "gridmgmt_staff_dock")
    view = board.views[0]

    def row():
        texts = [str(view.model().index(at, 0).data()) for at in range(view.model().rowCount())]
        return next((at for at, text in enumerate(texts) if text.endswith(grid)), -1)

    yield from wait_until(lambda: row() >= 0)
    view.scrollTo(view.model().index(row(), 0))
    yield 0.5
    click(view.viewport(), view.visualRect(view.model().index(row(), 0)).center())
    yield 0.3

    def fill(dialog):
        dialog.person.setCurrentIndex(dialog.person.findData("P1"))
        dialog.role.setCurrentIndex(dialog.role.findData("grid_worker"))
        click(dialog.findChild(QPushButton, "gridmgmt_assign_accept"))

    when_shown("gridmgmt_assign_dialog", fill)
    click(board.findChild(QPushButton, "gridmgmt_staff_assign"))
    yield from wait_until(lambda: person in str(view.model().index(row(), 4).data()))
    yield 1
    screenshot(f"jiangning-staff-{name}")


drive(steps)
