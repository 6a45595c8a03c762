"""A planner at the dialogs of jobs, with the mouse: an unknown file comes in, last month's hot spots are found.

Each ``click`` is one that a planner would make; they are counted.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import inside
from inside import Hands, click_action, drive, note, picture, screenshot, spoken, wait_until, when_shown
from qgis.core import QgsApplication, QgsSettings
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QApplication, QDialog, QMenu, QPushButton, QToolBar, QWidget

WIDTH, HEIGHT = 1366, 768
OTHER_DIALOGS = ("open_workspace", "open_postgis", "about", "settings", "open_sample")


def steps(iface, arguments):
    window, name = iface.mainWindow(), arguments["name"]
    window.setGeometry(0, 0, WIDTH, HEIGHT)
    QgsSettings().setValue("gridmgmt/author", spoken("示例员", "Sample"))
    yield
    when_shown("gridmgmt_sample_dialog", lambda d: inside.click(d.findChild(QPushButton, "gridmgmt_sample_accept")))
    toolbar = window.findChild(QToolBar, "gridmgmt_toolbar")
    click_action(toolbar, window.findChild(QAction, "gridmgmt_open_sample"))
    dock = window.findChild(QWidget, "gridmgmt_dock")
    yield from wait_until(lambda: dock.model.summary is not None)
    yield
    if arguments.get("look"):
        yield from _every_dialog(window, name, arguments)
        return
    yield from _import(iface, toolbar, arguments["file"], name)
    yield from _hot_spots(iface, toolbar, name)


def _dialog(key):
    shown = [w for w in QApplication.topLevelWidgets() if w.objectName() == f"gridmgmt_job_{key}" and w.isVisible()]
    return shown[0] if shown else None


def _part(dialog, name):
    return dialog.findChild(QWidget, f"gridmgmt_job_{name}")


def _calm(dialog):
    """Wait until nothing is read or worked out any more."""
    for _ in range(3):
        yield
        yield from wait_until(lambda: QgsApplication.taskManager().countActiveTasks() == 0)


def _at_home(path):
    """Return a copy where a planner would have the file: pictures show no folder of a test."""
    folder = Path.home() / "Documents"
    folder.mkdir(exist_ok=True)
    return shutil.copy(path, folder)


def _import(iface, toolbar, path, name):
    clicks = Hands()
    click_action(toolbar, iface.mainWindow().findChild(QAction, "gridmgmt_import_cases"))
    clicks.count += 1
    yield from wait_until(lambda: _dialog("importcases"))
    dialog = _dialog("importcases")
    yield from _calm(dialog)
    screenshot(f"job-import_cases-empty-{name}")
    line = dialog.findChild(QWidget, "gridmgmt_job_field_INPUT").findChild(QgsFileWidget).lineEdit()
    clicks.on(line)
    line.insert(_at_home(path))  # as pasted; in a dialog of the system it is three clicks
    clicks.count += 2
    yield from wait_until(lambda: dialog.columns.proposal is not None)
    yield from _calm(dialog)
    note("proposed", {key: heading for key, heading in dialog.columns.chosen().items() if heading})
    note("forecast", _part(dialog, "forecast").text())
    note("size", [dialog.width(), dialog.height()])
    note("on_screen", dialog.screen().availableGeometry().contains(dialog.geometry()))
    screenshot(f"job-import_cases-{name}")
    picture(dialog, f"window-job-file-{name}")
    clicks.on(_part(dialog, "run"))
    yield from wait_until(dialog.shows_result)
    yield from _calm(dialog)
    note("result", dialog.result.toPlainText())
    note("clicks:import_cases", clicks.count)
    screenshot(f"job-import_cases-result-{name}")
    picture(dialog, f"window-job-result-{name}")
    before = iface.mapCanvas().extent()
    anchor = dialog.result.document().toHtml().find("place:")
    note("has_places", anchor >= 0)
    note("moved", _follow_first_place(dialog, iface, before))
    yield
    screenshot(f"job-import_cases-place-{name}")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    yield
    note("closed", _dialog("importcases") is None)


def _follow_first_place(dialog, iface, before):
    """Click the first link to a place, where it stands in the text."""
    browser = dialog.result
    for y in range(0, browser.viewport().height(), 6):
        for x in range(0, browser.viewport().width(), 12):
            point = browser.viewport().rect().topLeft()
            point.setX(x)
            point.setY(y)
            if browser.anchorAt(point).startswith("place:"):
                inside.click(browser.viewport(), point)
                return iface.mapCanvas().extent() != before
    return False


def _hot_spots(iface, toolbar, name):
    clicks = Hands()
    click_action(toolbar, iface.mainWindow().findChild(QAction, "gridmgmt_hotspots"))
    clicks.count += 1
    yield from wait_until(lambda: _dialog("hotspots"))
    dialog = _dialog("hotspots")
    yield from _calm(dialog)
    note("hotspots_forecast", _part(dialog, "forecast").text())
    screenshot(f"job-hotspots-{name}")
    clicks.on(_part(dialog, "run"))
    yield from wait_until(dialog.shows_result)
    yield from _calm(dialog)
    note("clicks:hotspots", clicks.count)
    note("hotspots_result", dialog.result.toPlainText())
    screenshot(f"job-hotspots-result-{name}")
    before = iface.mapCanvas().extent()
    note("hotspots_moved", _follow_first_place(dialog, iface, before))
    yield
    screenshot(f"job-hotspots-place-{name}")
    dialog.close()


def _every_dialog(window, name, arguments):
    """Open the dialog of every job, with a file where one is given, then with all settings unfolded, and look."""
    seen = {}
    for action in window.findChild(QMenu, "gridmgmt_menu").findChildren(QAction):
        key = action.objectName()[9:]
        if not action.text().endswith("…") or key in OTHER_DIALOGS:
            continue
        action.trigger()
        yield
        dialog = _shown()
        if dialog is None:
            continue
        yield from _calm(dialog)
        file = arguments.get(key)
        if file:
            dialog.take_file(file)
            yield from _calm(dialog)
        screenshot(f"dialog-{key}-{name}")
        more = _part(dialog, "more")
        if more is not None:
            more.setCollapsed(False)
            yield
            screenshot(f"dialog-{key}-more-{name}")
        values = {parameter: str(value) for parameter, value in dialog.parameters().items()}
        seen[key] = {"title": dialog.windowTitle(), "size": [dialog.width(), dialog.height()], "values": values}
        dialog.close()
        yield
    note("dialogs", seen)


def _shown():
    tops = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
    return next((w for w in tops if w.objectName().startswith("gridmgmt_job_")), None)


drive(steps)
