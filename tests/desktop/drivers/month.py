"""A manager's month with the mouse: a briefing out of the figures, an evaluation and its cases, hot places."""

from __future__ import annotations

from pathlib import Path

import inside
from inside import drive, note, screenshot, spoken, wait_until, when_shown
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtWidgets import QAction, QApplication, QPushButton, QWidget


def steps(iface, arguments):
    window, name = iface.mainWindow(), arguments["name"]
    window.setGeometry(0, 0, 1366, 768)
    yield
    when_shown("gridmgmt_sample_dialog", lambda d: inside.click(d.findChild(QPushButton, "gridmgmt_sample_accept")))
    window.findChild(QAction, "gridmgmt_open_sample").trigger()
    dock = window.findChild(QWidget, "gridmgmt_dock")
    yield from wait_until(lambda: dock.model.summary is not None)
    yield
    yield from _briefing(window, name)
    yield from _evaluation(window, name)
    yield from _hot_places(iface, window, name)
    yield from _what_came_back(window, name)


def _dialog(key):
    shown = [w for w in QApplication.topLevelWidgets() if w.objectName() == f"gridmgmt_job_{key}" and w.isVisible()]
    return shown[0] if shown else None


def _calm():
    """Wait until nothing is read or worked out any more."""
    for _ in range(3):
        yield
        yield from wait_until(lambda: QgsApplication.taskManager().countActiveTasks() == 0)


def _run(key, values):
    """Fill in a dialog that is open, and press its button; return the dialog."""
    yield from wait_until(lambda: _dialog(key))
    dialog = _dialog(key)
    dialog.show_values(values)
    yield from _calm()
    inside.click(dialog.findChild(QWidget, "gridmgmt_job_run"))
    yield from wait_until(dialog.shows_result)
    yield from _calm()
    return dialog


def _click_link(dialog, kind):
    """Click the first link of a kind, where it stands in the text; return whether there is one."""
    view = dialog.result.viewport()
    for y in range(0, view.height(), 5):
        for x in range(0, view.width(), 8):
            point = view.rect().topLeft()
            point.setX(x)
            point.setY(y)
            if dialog.result.anchorAt(point).startswith(kind):
                inside.click(view, point)
                return True
    return False


def _briefing(window, name):
    """The button of the figures opens the briefing of what they are about; four kinds of files come out."""
    action = window.findChild(QAction, "gridmgmt_case_figures")
    action.trigger()
    figures = window.findChild(QWidget, "gridmgmt_figures_dock")
    yield from wait_until(lambda: figures.table.rowCount() > 0)
    yield
    inside.click(figures.briefer)
    folder = Path.home() / spoken("简报", "Briefing")
    dialog = yield from _run("briefing", {"FOLDER": str(folder)})
    note("briefing", dialog.result.toPlainText())
    note("briefing_files", sorted(path.suffix for path in folder.iterdir()))
    screenshot(f"briefing-made-{name}")
    dialog.close()
    action.trigger()
    yield


def _evaluation(window, name):
    """A figure of an evaluation is clicked: the map selects the cases that it counts."""
    window.findChild(QAction, "gridmgmt_evaluate").trigger()
    dialog = yield from _run("evaluate", {"LEVEL": "community", "FROM": "all"})
    note("evaluation", dialog.result.toPlainText())
    screenshot(f"evaluation-{name}")
    note("evaluation_clicked", _click_link(dialog, "cases:"))
    yield from _calm()
    cases = next(
        layer
        for layer in QgsProject.instance().mapLayers().values()
        if layer.customProperty("gridmgmt/table") == "cases"
    )
    note("evaluation_cases", [cases.selectedFeatureCount(), dialog.result.toPlainText()])
    screenshot(f"evaluation-cases-{name}")
    dialog.close()
    yield


def _hot_places(iface, window, name):
    """Each hot place says what it is about and whose it is; a click shows one on the map."""
    window.findChild(QAction, "gridmgmt_hotspots").trigger()
    dialog = yield from _run("hotspots", {"FROM": "all"})
    note("hot_places", dialog.result.toPlainText())
    before = iface.mapCanvas().extent()
    note("hot_place_clicked", _click_link(dialog, "place:"))
    yield
    note("hot_place_shown", iface.mapCanvas().extent() != before)
    screenshot(f"hot-places-{name}")
    dialog.close()
    yield


def _what_came_back(window, name):
    """The cases of this district have no time of closing: there is a reason instead of places."""
    window.findChild(QAction, "gridmgmt_recurrence").trigger()
    dialog = yield from _run("recurrence", {"FROM": "all"})
    note("came_back", dialog.result.toPlainText())
    screenshot(f"recurrence-{name}")
    dialog.close()
    yield


drive(steps)
