"""Lanes in a window, by mouse and keys: in tree, search and locator, the worst ones for cases, what they lack."""

from __future__ import annotations

from inside import Hands, click, drive, note, screenshot, wait_until, when_shown
from qgis.core import QgsApplication, QgsProject, QgsSettings
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QApplication, QPushButton, QWidget


def steps(iface, arguments):
    window, name = iface.mainWindow(), arguments["name"]
    window.setGeometry(0, 0, 1366, 768)
    QgsSettings().setValue("gridmgmt/author", "示例员")
    yield
    when_shown("gridmgmt_sample_dialog", lambda d: click(d.findChild(QPushButton, "gridmgmt_sample_accept")))
    window.findChild(QAction, "gridmgmt_open_sample").trigger()
    dock = window.findChild(QWidget, "gridmgmt_dock")
    yield from wait_until(lambda: dock.model.summary is not None)
    yield
    yield from _tree(iface, dock, name)
    yield from _search(iface, dock, name)
    yield from _locate(iface, dock, name)
    yield from _worst(iface, window, name)
    yield from _lacking(iface, window, name)


def _layer():
    layers = QgsProject.instance().mapLayers().values()
    return next(layer for layer in layers if layer.customProperty("gridmgmt/table") == "lane")


def _is_quiet():
    return QgsApplication.taskManager().countActiveTasks() == 0


def _tree(iface, dock, name):
    """Open the heading of the lanes and click the first lane under it."""
    tree, model = dock.tree, dock.model
    view = tree.model()
    roots = [view.index(row, 0) for row in range(view.rowCount())]
    heading = next(index for index in roots if model.place(index) is not None and model.place(index).level == "lanes")
    tree.expand(heading)
    tree.scrollTo(heading, tree.ScrollHint.PositionAtTop)
    yield
    first = view.index(0, 0, heading)
    group = model.place(first)
    if group.level != "lane":
        tree.expand(first)
        yield
        first = view.index(0, 0, first)
    place, before = model.place(first), iface.mapCanvas().extent()
    click(tree.viewport(), tree.visualRect(first).center())
    yield
    card = dock.findChild(QWidget, "gridmgmt_answers")
    yield from wait_until(_is_quiet)
    yield
    note("tree", [place.level, place.code, place.name])
    note("tree_selects", [feature["code"] for feature in _layer().selectedFeatures()])
    note("tree_moves", iface.mapCanvas().extent() != before)
    note("tree_answers", card.toPlainText())
    screenshot(f"lanes-tree-{name}")


def _search(iface, dock, name):
    """Type a name with blanks of full and half width, and press Enter."""
    line = dock.findChild(QWidget, "gridmgmt_search")
    lane = sorted(f["name"] for f in _layer().getFeatures() if f["name"])[2]
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    line.insert("　" + " ".join(lane))
    yield
    yield from wait_until(_is_quiet)
    note("searched", lane)
    screenshot(f"lanes-search-{name}")
    QTest.keyClick(line, Qt.Key.Key_Return)
    yield
    yield from wait_until(_is_quiet)
    note("found_selects", [feature["name"] for feature in _layer().selectedFeatures()])
    screenshot(f"lanes-found-{name}")
    line.clear()
    yield


def _locate(iface, dock, name):
    """Type a lane's name behind "wg" into the bar of QGIS and take what is proposed."""
    lane = sorted(f["name"] for f in _layer().getFeatures() if f["name"])[1]
    iface.locatorSearch(f"wg {lane}")
    yield
    yield from wait_until(_is_quiet)
    popups = [w for w in QApplication.allWidgets() if w.metaObject().className() == "QgsLocatorResultsView"]
    screenshot(f"lanes-locator-{name}")
    lines, before = [], iface.mapCanvas().extent()
    for view in popups:
        model = view.model()
        rows = [model.index(row, 0) for row in range(model.rowCount())]
        lines += [str(model.data(index, Qt.ItemDataRole.DisplayRole)) for index in rows]
        for index in rows:
            if lane in str(model.data(index, Qt.ItemDataRole.DisplayRole)):
                view.setCurrentIndex(index)
                view.activated.emit(index)
                break
    yield
    place = dock.model.place(dock.tree.currentIndex())
    note("located", [lane, lines, None if place is None else place.name, iface.mapCanvas().extent() != before])
    screenshot(f"lanes-located-{name}")


def _worst(iface, window, name):
    """Count cases on lanes, then click the worst lane in the ranking: the map goes there."""
    window.findChild(QAction, "gridmgmt_lane_cases").trigger()
    yield from wait_until(lambda: _dialog("lanecases"))
    dialog, hands = _dialog("lanecases"), Hands()
    yield from wait_until(_is_quiet)
    yield
    screenshot(f"lanes-cases-{name}")
    hands.on(dialog.findChild(QPushButton, "gridmgmt_job_run"))
    yield from wait_until(dialog.shows_result)
    yield from wait_until(_is_quiet)
    yield
    screenshot(f"lanes-ranking-{name}")
    before, place = iface.mapCanvas().extent(), _place_in(dialog.result)
    note("ranking", dialog.result.toPlainText())
    if place is not None:
        click(dialog.result.viewport(), place)
    yield
    note("ranking_moves", place is not None and iface.mapCanvas().extent() != before)
    screenshot(f"lanes-worst-{name}")
    dialog.close()
    yield


def _dialog(key):
    shown = [w for w in QApplication.topLevelWidgets() if w.objectName() == f"gridmgmt_job_{key}" and w.isVisible()]
    return shown[0] if shown else None


def _place_in(browser):
    """Return where a link to a place stands in a text, ``None`` where none is in sight."""
    port = browser.viewport()
    spots = (QPoint(x, y) for y in range(0, port.height(), 6) for x in range(0, port.width(), 12))
    return next((spot for spot in spots if browser.anchorAt(spot).startswith("place:")), None)


def _put_somebody_on_a_lane():
    from gridmgmt_plugin.jobs.lanes.lane_officers import OfficersWanted, assign_officers
    from gridmgmt_plugin.workspace.workspace import Workspace

    workspace = Workspace.open(_layer().source().split("|")[0])
    person = workspace.read("person", geometry=False)["id"][0]
    assign_officers(
        workspace, OfficersWanted(person, "lane_chief", (next(_layer().getFeatures())["code"],)), "示例员"
    )


def _lacking(iface, window, name):
    """Check when one lane has an officer and the others have none, choose one of these, and have its tool opened."""
    _put_somebody_on_a_lane()
    window.findChild(QAction, "gridmgmt_issues").trigger()
    yield
    issues = window.findChild(QWidget, "gridmgmt_issues_dock")
    click(issues.findChild(QWidget, "gridmgmt_issues_check"))
    yield from wait_until(lambda: len(issues.model.table) > 0 and _is_quiet())
    issues.select_rule("lane_without_officer")
    yield
    note("lacking", issues.model.rowCount())
    click(issues.view.viewport(), issues.view.visualRect(issues.model.index(0, 1)).center())
    yield
    screenshot(f"lanes-issue-{name}")
    code = issues.model.table.keys(issues.current())[0]
    click(issues.findChild(QPushButton, "gridmgmt_issues_tool"))
    officers = window.findChild(QWidget, "gridmgmt_officers_dock")
    yield from wait_until(lambda: officers.isVisible() and officers.chosen_lanes() == [code] and _is_quiet())
    yield
    note("settled_by_hand", [feature["code"] for feature in _layer().selectedFeatures()] == [code])
    screenshot(f"lanes-officers-{name}")


drive(steps)
