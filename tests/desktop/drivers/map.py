"""Five themes at two scales, the state panel, the search and who answers: looked at in a window of 1366 × 768."""

from __future__ import annotations

import os
from pathlib import Path

import processing
from inside import click, drive, note, picture, screenshot, spoken, wait_until, when_shown
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAction,
    QApplication,
    QComboBox,
    QDockWidget,
    QMenu,
    QPushButton,
    QTableView,
    QWidget,
)

CELL = "990101002005012"


def steps(iface, arguments):
    window, name = iface.mainWindow(), arguments["name"]
    window.setGeometry(0, 0, 1366, 768)
    iface.mapCanvas().setCachingEnabled(True)
    yield
    screenshot(f"map-start-{name}")
    when_shown("gridmgmt_sample_dialog", lambda d: click(d.findChild(QPushButton, "gridmgmt_sample_accept")))
    window.findChild(QAction, "gridmgmt_open_sample").trigger()
    dock = window.findChild(QWidget, "gridmgmt_dock")
    yield from wait_until(lambda: dock.model.summary is not None)
    yield
    note("marks", _question_marks(iface))
    note("layer_tree", _visible_names(iface))
    yield from _themes(iface, dock, name)
    yield from _find_and_see_who_answers(iface, dock, name)
    yield from _state(iface, window, dock, name)
    yield from _case_figures(iface, window, name)
    yield from _inventory(window, name)
    yield from _ledgers(window, name)
    yield from _handed_over_and_waiting(window, name)
    if arguments.get("locate", True):
        yield from _locate(iface, dock, window, name)


def _layers():
    found = {layer.customProperty("gridmgmt/table"): layer for layer in QgsProject.instance().mapLayers().values()}
    found.pop(None, None)
    return found


def _question_marks(iface):
    view, root = iface.layerTreeView(), QgsProject.instance().layerTreeRoot()
    mark = QgsApplication.getThemeIcon("/mIndicatorNoCRS.svg").pixmap(16, 16).toImage()
    shown = [indicator for node in root.findLayers() for indicator in view.indicators(node)]
    return sum(indicator.icon().pixmap(16, 16).toImage() == mark for indicator in shown)


def _visible_names(iface):
    view = iface.layerTreeView()
    model, names = view.model(), []

    def walk(parent):
        for row in range(model.rowCount(parent)):
            index = model.index(row, 0, parent)
            names.append(str(model.data(index, Qt.ItemDataRole.DisplayRole)))
            walk(index)

    walk(view.rootIndex())
    return names


def _themes(iface, dock, name):
    box = dock.findChild(QComboBox, "gridmgmt_themes")
    area = _layers()["area"]
    seen = []
    for row in range(box.count()):
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(row):
            QTest.keyClick(box, Qt.Key.Key_Down)
        QTest.keyClick(box, Qt.Key.Key_Return)
        box.setCurrentIndex(row)
        box.activated.emit(row)
        yield
        seen.append([box.itemData(row), box.currentText()])
        extent = area.extent()
        extent.scale(1.05)
        iface.mapCanvas().setExtent(extent)
        iface.mapCanvas().refresh()
        yield
        screenshot(f"theme-{box.itemData(row)}-district-{name}")
        iface.mapCanvas().zoomScale(3000)
        yield
        screenshot(f"theme-{box.itemData(row)}-near-{name}")
        picture(iface.mapCanvas(), f"theme-{box.itemData(row)}-map-{name}")
    note("themes", seen)
    box.activated.emit(box.findData("groups"))
    yield


def _case_figures(iface, window, name):
    """A manager's figures: a bar is clicked, then the place with most cases, then all is asked for again."""
    window.findChild(QAction, "gridmgmt_case_figures").trigger()
    dock = window.findChild(QWidget, "gridmgmt_figures_dock")
    yield from wait_until(lambda: dock.table.rowCount() > 0)
    yield
    note("figures", [dock.told.text(), dock.table.rowCount()])
    screenshot(f"case-figures-{name}")
    dock.tabs.setCurrentIndex(2)
    yield
    picture(dock, f"case-figures-shares-{name}")
    bar = dock.parts.entries[0]
    QTest.mouseClick(
        dock.parts, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, dock.parts.box(0).center()
    )
    note("figures_of_a_bar", [bar.value, dock.told.text()])
    yield
    dock.tabs.setCurrentIndex(0)
    yield
    place = dock.table.visualItemRect(dock.table.item(0, 0)).center()
    QTest.mouseClick(dock.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    yield
    note(
        "figures_place",
        [dock.table.item(0, 0).text(), [f["code"] for f in _layers()["unit_grid"].selectedFeatures()]],
    )
    screenshot(f"case-figures-place-{name}")
    dock.bar.classes.choose(())
    dock.setFloating(True)
    dock.resize(1150, 400)
    yield
    picture(dock, f"case-figures-dock-{name}")
    dock.setFloating(False)
    window.findChild(QAction, "gridmgmt_case_figures").trigger()
    yield


def _inventory(window, name):
    """The component inventory: a cell of the table selects its components on the map."""
    action = window.findChild(QAction, "gridmgmt_component_inventory")
    action.trigger()
    dock = window.findChild(QWidget, "gridmgmt_inventory_dock")
    yield from wait_until(lambda: dock.table.model().rowCount() > 1)
    yield
    cell = dock.table.model().index(1, 1)
    dock.table.scrollTo(cell)
    place = dock.table.visualRect(cell).center()
    QTest.mouseClick(dock.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    yield
    note("inventory_cell", [cell.data(), _layers()["component"].selectedFeatureCount()])
    screenshot(f"inventory-{name}")
    dock.setFloating(True)
    dock.resize(1150, 420)
    yield
    picture(dock, f"inventory-dock-{name}")
    dock.setFloating(False)
    action.trigger()
    _layers()["component"].removeSelection()
    yield


def _ledgers(window, name):
    """A list of public toilets becomes a ledger with a layer of its own; its dock leads to each on the map."""
    chinese = name.startswith("zh")
    title = "公厕" if chinese else "Public toilets"
    names = ("编号", "名称", "状态", "整改期限", "x", "y") if chinese else ("no", "name", "status", "due", "x", "y")
    states = ("正常", "待整改") if chinese else ("in order", "to be mended")
    units = sorted(_layers()["unit_grid"].getFeatures(), key=lambda unit: unit["code"])[::40]
    lines = [",".join(names)]
    for number, unit in enumerate(units, start=1):
        place = unit.geometry().pointOnSurface().asPoint()
        is_open = number % 4 == 0
        row = (f"GC{number:03d}", f"{title} {number}", states[is_open], "2026-03-31" if is_open else "")
        lines.append(",".join((*row, f"{place.x():.1f}", f"{place.y():.1f}")))
    file = Path(os.environ["HOME"]) / f"{title}.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    key, named, status, due, x, y = names
    columns = {"KEY_FIELD": key, "NAME_FIELD": named, "STATUS_FIELD": status, "DUE_FIELD": due}
    workspace = _layers()["unit_grid"].source().partition("|")[0]
    taken = processing.run(
        "gridmgmt:importledger",
        {
            **columns,
            "WORKSPACE": workspace,
            "INPUT": str(file),
            "LEDGER": "toilet",
            "TITLE": title,
            "X_FIELD": x,
            "Y_FIELD": y,
            "DONE": states[0],
        },
    )
    action = window.findChild(QAction, "gridmgmt_ledgers")
    action.trigger()
    dock = window.findChild(QWidget, "gridmgmt_ledgers_dock")
    yield from wait_until(lambda: dock.items.model().rowCount() > 0)
    yield
    place = dock.items.visualRect(dock.items.model().index(3, 0)).center()
    QTest.mouseClick(dock.items.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    yield
    overlays = [layer.name() for layer in QgsProject.instance().mapLayers().values() if layer.name() == title]
    note("ledger", [taken["COUNT"], dock.items.model().rowCount(), overlays])
    screenshot(f"ledgers-{name}")
    dock.setFloating(True)
    dock.resize(900, 460)
    yield
    picture(dock, f"ledgers-dock-{name}")
    dock.setFloating(False)
    action.trigger()
    yield


def _handed_over_and_waiting(window, name):
    """The docks of releases and of cases without a place, each with what a workspace of a while has."""
    # Not before: who imports shapely inside QGIS first lets the plugin prepare its loading.
    from gridmgmt_plugin.core.rows import Rows, as_column
    from gridmgmt_plugin.project.shown_workspace import shown_location
    from gridmgmt_plugin.workspace.workspace import Workspace

    receiver = spoken("市平台（示例）", "City platform (sample)")
    release = {"scheme": "cg", "receiver": receiver}
    accepted = {**release, "number": "r0001", "state": "accepted", "delivered_at": "2026-03-02"}
    handed = {
        **release,
        "number": "r0002",
        "state": "handed_over",
        "delivered_at": "2026-06-01",
        "base_number": "r0001",
    }
    case = {
        "id": "W1",
        "case_no": spoken("澄案〔2026〕第 000123 号", "CH-2026-000123"),
        "kind": "event",
        "class_code": "0101",
        "title": spoken("私搭乱建", "Unauthorised structure"),
        "address": spoken("草料路菜场后门", "Caoliao Road, behind the market"),
        "reported_at": "2026-03-08T08:05:00",
    }
    with Workspace.open(shown_location(QgsProject.instance())).transaction("测试", "import_tables") as transaction:
        transaction.insert("release", Rows.from_records([accepted, handed]))
        transaction.insert("cases", Rows.from_records([case], as_column([None])))
    listed = {}
    for key, table in (("releases", "releases_list"), ("waiting_cases", "waiting_table")):
        action = window.findChild(QAction, f"gridmgmt_{key}")
        action.trigger()
        yield
        dock = next(each for each in window.findChildren(QDockWidget) if each.findChild(QWidget, f"gridmgmt_{table}"))
        view = dock.findChild(QTableView, f"gridmgmt_{table}")
        yield from wait_until(lambda view=view: view.model().rowCount() > 0)
        place = view.visualRect(view.model().index(0, 0)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        yield
        listed[key] = view.model().rowCount()
        screenshot(f"{key}-{name}")
        dock.setFloating(True)
        dock.resize(1000, 300)
        yield
        picture(dock, f"{key}-dock-{name}")
        dock.setFloating(False)
        action.trigger()
        yield
    note("handed_over_and_waiting", listed)


def _find_and_see_who_answers(iface, dock, name):
    """Type the end of a code, press Enter: the cell is on the map, and the card says who answers."""
    line = dock.findChild(QWidget, "gridmgmt_search")
    line.setFocus()
    QTest.keyClicks(line, CELL[-7:])
    yield
    QTest.keyClick(line, Qt.Key.Key_Return)
    card = dock.findChild(QWidget, "gridmgmt_answers")
    yield from wait_until(lambda: card.isVisible() and CELL in card.toPlainText())
    yield
    note("answers", card.toPlainText())
    note("selected", [feature["code"] for feature in _layers()["unit_grid"].selectedFeatures()])
    screenshot(f"who-answers-{name}")
    results = dock.findChild(QWidget, "gridmgmt_results")
    component = next(_layers()["component"].getFeatures())["code"]
    lane = next(feature["name"] for feature in _layers()["lane"].getFeatures() if feature["name"])
    note("looked_for", [component, lane])
    for key, text in (("component", component[-8:]), ("house", f"{lane}1号"), ("lanes", lane[-1:])):
        line.clear()
        line.insert(text)
        yield
        note(
            f"found:{key}",
            [results.item(row).text() for row in range(results.count())] if results.isVisible() else [],
        )
        QTest.keyClick(line, Qt.Key.Key_Return)
        yield
        screenshot(f"search-{key}-{name}")
    line.clear()
    yield


def _state(iface, window, dock, name):
    links = dock.findChild(QWidget, "gridmgmt_state_links")
    note("links_before", links.text())
    layer = _layers()["unit_grid"]
    layer.startEditing()
    feature = next(layer.getFeatures())
    layer.beginEditCommand("示例")
    layer.changeAttributeValue(feature.id(), layer.fields().lookupField("note"), "改")
    layer.endEditCommand()
    yield
    note("links_editing", links.text())
    screenshot(f"state-editing-{name}")
    links.linkActivated.emit("edits")
    yield
    menu = dock.findChild(QMenu, "gridmgmt_state_menu")
    note("edits_menu", [action.text() for action in menu.actions()])
    screenshot(f"state-menu-{name}")
    menu.close()
    layer.rollBack()
    yield
    issues = window.findChild(QAction, "gridmgmt_issues")
    issues.trigger()
    yield
    check = window.findChild(QWidget, "gridmgmt_issues_dock").findChild(QWidget, "gridmgmt_issues_check")
    note("check_button", check is not None)
    if check is not None:
        click(check)
        yield
        note("links_checked", links.text())
        screenshot(f"state-checked-{name}")
    issues.trigger()


def _locate(iface, dock, window, name):
    before = iface.mapCanvas().extent()
    iface.locatorSearch(f"wg {CELL[-7:]}")
    yield
    screenshot(f"locator-{name}")
    popups = [w for w in QApplication.allWidgets() if w.metaObject().className() == "QgsLocatorResultsView"]
    note("located", [_first_line(view) for view in popups])
    for view in popups:
        model = view.model()
        for row in range(model.rowCount()):
            index = model.index(row, 0)
            if CELL in str(model.data(index, Qt.ItemDataRole.DisplayRole)):
                view.setCurrentIndex(index)
                view.activated.emit(index)
                break
    yield
    place = dock.model.place(dock.tree.currentIndex())
    note("located_in_tree", None if place is None else place.code)
    note("located_moves", iface.mapCanvas().extent() != before)
    screenshot(f"located-{name}")


def _first_line(view):
    model = view.model()
    return [str(model.data(model.index(row, 0), Qt.ItemDataRole.DisplayRole)) for row in range(model.rowCount())][:5]


drive(steps)
