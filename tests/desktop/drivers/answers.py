"""查责 with the mouse: a click on the map, another time, a person."""

from __future__ import annotations

import re

from hand import Hand
from inside import click, drive, note, screenshot, spoken, wait_until, when_shown
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QDateTime, Qt, QUrl
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QComboBox, QDialog, QPushButton, QTableView, QToolBar, QWidget

from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_location

CELL = "990101002005012"


def layer_of(table):
    layers = QgsProject.instance().mapLayers().values()
    return next(layer for layer in layers if layer.customProperty("gridmgmt/table") == table)


def steps(iface, arguments):
    window, name = iface.mainWindow(), arguments["name"]
    window.setGeometry(0, 0, 1366, 768)
    remember("author", spoken("示例员", "Sample"))
    when_shown("gridmgmt_sample_dialog", lambda d: click(d.findChild(QPushButton, "gridmgmt_sample_accept")))
    window.findChild(QAction, "gridmgmt_open_sample").trigger()
    tree = window.findChild(QWidget, "gridmgmt_dock")
    yield from wait_until(lambda: tree.model.summary is not None)
    yield
    window.findChild(QAction, "gridmgmt_ask_here").trigger()
    dock = window.findChild(QWidget, "gridmgmt_answers_dock")
    yield
    yield from _click_on_the_map(iface, dock, name)
    yield from _another_time(dock, name)
    yield from _a_person(dock, tree, name)
    window.findChild(QAction, "gridmgmt_ask_here").trigger()
    note("laid_down", window.findChild(QAction, "gridmgmt_ask_here").isChecked())
    yield
    yield from _compare(window, name)
    yield from _duty_list(window, name)
    yield from _ownership(window, name)
    yield from _ledgers(window, name)
    yield from _zones(iface, window, name)


def _duty_list(window, name):
    """The duty list: a class in a street office gets a department, in place."""
    window.findChild(QAction, "gridmgmt_duty_list").trigger()
    dock = window.findChild(QWidget, "gridmgmt_duty_dock")
    yield from wait_until(lambda: dock.model.rowCount() > 0)
    table = dock.findChild(QTableView, "gridmgmt_duty_table")
    for row, department in ((3, 1), (4, 2), (5, 3)):
        index = dock.model.index(row, 0)
        table.setCurrentIndex(index)
        table.edit(index)
        box = table.findChild(QComboBox, "gridmgmt_duty_department")
        box.setCurrentIndex(min(department, box.count() - 1))
        chosen = box.currentText().split("  ")[0]
        QTest.keyClick(box, Qt.Key.Key_Return)
        yield from wait_until(lambda row=row, text=chosen: dock.model.data(dock.model.index(row, 0)) == text)
        yield
    note("duty", [dock.model.data(dock.model.index(3, 0)), dock.summary.text()])
    screenshot(f"duty-{name}")
    window.findChild(QAction, "gridmgmt_duty_list").trigger()
    yield


def _ownership(window, name):
    """The ownership desk: the first component gets a case."""
    window.findChild(QAction, "gridmgmt_ownership").trigger()
    dock = window.findChild(QWidget, "gridmgmt_ownership_dock")
    yield from wait_until(lambda: "?" not in dock.summary.text() and dock.table.rowCount() >= 0)
    yield
    note("disputes", dock.table.rowCount())
    if dock.table.rowCount():
        dock.table.selectRow(0)
        yield
        when_shown("gridmgmt_case_dialog", lambda d: _say(d, name))
        click(dock.opener)
        yield from wait_until(lambda: any(dock.table.item(r, 6).text() for r in range(dock.table.rowCount())))
        yield
    screenshot(f"ownership-{name}")
    window.findChild(QAction, "gridmgmt_ownership").trigger()
    yield


def _ledgers(window, name):
    """The stations of the sample as a ledger: its dock, its layer on the map, a click that goes to an item."""
    # Not before: who imports shapely inside QGIS first lets the plugin prepare its loading.
    from gridmgmt_plugin.core.resources import resource_path
    from gridmgmt_plugin.exchange.reading import read_source
    from gridmgmt_plugin.jobs.ledgers.import_ledger import LedgerWishes, import_ledger
    from gridmgmt_plugin.workspace.workspace import Workspace

    import_ledger(
        Workspace.open(shown_location(QgsProject.instance())),
        read_source(resource_path("sample/stations.csv")),
        "st",
        LedgerWishes(spoken("工作站", "Stations"), symbol="square"),
    )
    window.findChild(QAction, "gridmgmt_ledgers").trigger()
    dock = window.findChild(QWidget, "gridmgmt_ledgers_dock")
    yield from wait_until(lambda: dock.current() is not None)
    yield
    table = dock.findChild(QTableView, "gridmgmt_ledgers_items")
    place = table.visualRect(table.model().index(0, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    yield
    yield
    note("ledgers", [dock.told.text(), table.model().rowCount()])
    screenshot(f"ledgers-{name}")
    window.findChild(QAction, "gridmgmt_ledgers").trigger()
    yield


def _say(dialog, name):
    dialog.claims.setPlainText(spoken("甲单位\n乙单位", "First body\nSecond body"))
    screenshot(f"ownership-case-{name}")
    click(dialog.findChild(QPushButton, "gridmgmt_case_accept"))


def _compare(window, name):
    """What passes from the day before the grids were made until today, then from today to an alternative."""
    yield from _compared(window, "compared_day", f"compare-day-{name}", "2020-01-01", "today")
    _propose()
    yield from _compared(window, "compared", f"compare-{name}", "today", "cgb")


def _compared(window, told, picture, base, other):
    window.findChild(QAction, "gridmgmt_compare_states").trigger()
    found = []

    def opened():
        found[:] = [d for d in window.findChildren(QDialog, "gridmgmt_job_comparestates") if d.isVisible()]
        return bool(found)

    yield from wait_until(opened)
    dialog = found[0]
    yield
    dialog.fields["BASE"].show_value(base)
    dialog.fields["OTHER"].show_value(other)
    dialog.fields["SCHEME"].show_value("cg")
    yield
    screenshot(f"{picture}-asked")
    click(dialog.findChild(QPushButton, "gridmgmt_job_run"))
    yield from wait_until(dialog.shows_result)
    yield
    dialog.setGeometry(window.x() + 420, window.y() + 440, 900, 300)
    yield
    place = re.search(r"place:\d+", dialog.result.toHtml())
    dialog.result.anchorClicked.emit(QUrl(place.group()))
    yield
    note(told, dialog.result.toPlainText()[:2000])
    screenshot(picture)
    dialog.close()
    shown = [node.layer() for node in QgsProject.instance().layerTreeRoot().findLayers()]
    shown = [layer for layer in shown if layer is not None and "→" in layer.name()]
    note(f"{told}_layers", [layer.name() for layer in shown])
    QgsProject.instance().removeMapLayers([layer.id() for layer in shown])
    yield


def _propose():
    """Make an alternative in which the unit grids of one responsibility grid near the cell are its neighbour's."""
    from gridmgmt_plugin.jobs.responsibility.scheme_acts import copy_scheme  # once the plugin has loaded shapely
    from gridmgmt_plugin.workspace.workspace import Workspace

    workspace = Workspace.open(shown_location(QgsProject.instance()))
    copy_scheme(workspace, "cg", "cgb", spoken("方案二", "Plan two"), alternative=True, author="示例员")
    units = workspace.read("unit_grid", ["code", "rg_cg"], geometry=False)
    own = dict(zip(units["code"], units["rg_cg"]))[CELL]
    near = sorted({code for code in units["rg_cg"] if code and code[:12] == own[:12]} - {own})[:1]
    moved = [at for at, code in enumerate(units["rg_cg"]) if code == own][::2]
    with workspace.transaction("示例员", "paint") as transaction:
        transaction.set_column("unit_grid", "rg_cgb", units.fids[moved], near * len(moved))


def _shown_panel(canvas):
    return next(panel for panel in canvas.findChildren(QWidget, "gridmgmt_figures") if panel.isVisible())


def _zones(iface, window, name):
    """Two duty zones drawn beside each other, one of them cut: kind, managing body and figures stand in the panel."""
    layer, canvas, hand = layer_of("duty_zone"), iface.mapCanvas(), Hand(iface.mapCanvas())
    cell = next(f for f in layer_of("unit_grid").getFeatures() if f["code"] == CELL)
    centre = cell.geometry().centroid().asPoint()
    canvas.zoomScale(3000)
    canvas.setCenter(centre)
    canvas.refresh()
    yield
    iface.setActiveLayer(layer)
    before = layer.featureCount()
    tools = window.findChild(QToolBar, "gridmgmt_editing_toolbar")
    click(tools.widgetForAction(window.findChild(QAction, "gridmgmt_draw")))
    yield
    form = {part: canvas.findChild(QWidget, f"gridmgmt_zone_{part}") for part in ("kind", "manager", "name")}
    form["kind"].setCurrentIndex(form["kind"].findData("工地"))
    form["manager"].setCurrentIndex(1)
    form["name"].setText("北园工地（示例）" if name == "zh" else "North site")
    x, y = centre.x(), centre.y()
    corners = [(x - 120, y - 60), (x + 10, y - 70), (x + 20, y + 60)]
    for corner in corners:
        hand.click(*corner)
    hand.move(x - 110, y + 70)
    yield
    note("zone_panel", _shown_panel(canvas).text())
    screenshot(f"zone-draw-{name}")
    hand.double_click(x - 110, y + 70)
    yield
    form["name"].setText("东侧工地（示例）" if name == "zh" else "East site")
    for corner in [(x, y - 40), (x + 120, y - 40), (x + 120, y + 50)]:
        hand.click(*corner)
    hand.double_click(x, y + 50)
    yield
    click(tools.widgetForAction(window.findChild(QAction, "gridmgmt_split")))
    yield
    hand.click(x - 50, y - 90)
    hand.move(x - 45, y + 90)
    yield
    screenshot(f"zone-split-{name}")
    hand.double_click(x - 45, y + 90)
    yield
    click(tools.widgetForAction(window.findChild(QAction, "gridmgmt_vertex")))
    yield
    hand.move(x + 120, y + 50)
    yield
    screenshot(f"zone-vertex-{name}")
    canvas.setFocus()
    iface.setActiveLayer(layer)
    window.findChild(QAction, "mActionSaveLayerEdits").trigger()
    yield from wait_until(lambda: not layer.isModified())
    yield
    note("zones", layer.featureCount() - before)
    screenshot(f"zone-saved-{name}")
    layer.rollBack()
    yield


def _click_on_the_map(iface, dock, name):
    layers = {layer.customProperty("gridmgmt/table"): layer for layer in QgsProject.instance().mapLayers().values()}
    cell = next(f for f in layers["unit_grid"].getFeatures() if f["code"] == CELL)
    canvas, centre = iface.mapCanvas(), cell.geometry().centroid().asPoint()
    canvas.zoomScale(3000)
    canvas.setCenter(centre)
    canvas.refresh()
    yield
    place = canvas.getCoordinateTransform().transform(centre)
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=place.toQPointF().toPoint())
    page = dock.findChild(QWidget, "gridmgmt_ask_page")
    yield from wait_until(lambda: CELL in page.toPlainText())
    yield
    note("clicked", page.toPlainText())
    screenshot(f"ask-here-{name}")


def _another_time(dock, name):
    page = dock.findChild(QWidget, "gridmgmt_ask_page")
    dock.findChild(QWidget, "gridmgmt_ask_time").setDateTime(
        QDateTime.fromString("2026-01-15T23:00:00", Qt.DateFormat.ISODate)
    )
    yield from wait_until(lambda: "23:00" in page.toPlainText())
    note("at_night", page.toPlainText())
    classes = dock.findChild(QComboBox, "gridmgmt_ask_class")
    classes.setCurrentIndex(5)
    yield from wait_until(lambda: classes.currentText().split()[1] in page.toPlainText())
    note("class", classes.currentText().split()[1])
    note("one_class", page.toPlainText())
    screenshot(f"ask-night-{name}")


def _a_person(dock, tree, name):
    person = next(place for place in tree.model.summary.places if place.level == "person" and place.name)
    search = dock.findChild(QWidget, "gridmgmt_ask_search")
    search.setFocus()
    search.setText(person.name)  # QTest types no Chinese
    QTest.keyClick(search, Qt.Key.Key_Return)
    page = dock.findChild(QWidget, "gridmgmt_ask_page")
    yield from wait_until(lambda: person.name in page.toPlainText())
    yield
    note("person", [person.name, page.toPlainText()])
    screenshot(f"ask-person-{name}")


drive(steps)
