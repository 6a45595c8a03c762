"""The ten things that planners and managers do most often, with the mouse: clicks and seconds are counted.

A click is one that a hand makes; what is typed or pasted is none. Seconds are the machine's, waiting included.
"""

from __future__ import annotations

import time

from ground import roomy_cell
from inside import Hands, Moment, click, drive, note, screenshot, wait_until, when_shown
from qgis.core import QgsPointXY, QgsProject, QgsRectangle, QgsSettings
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import QPoint, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAction,
    QApplication,
    QComboBox,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QTabWidget,
    QToolBar,
    QToolButton,
    QTreeWidget,
    QWidget,
)

CELL = "990101002005012"
# How often is looked whether something that opens in its own time is there.
_LOOK_MS = 100


class Task:
    """Counts one task, from the first click to what it leads to."""

    def __init__(self, name):
        self.name, self.hands, self.began = name, Hands(), time.monotonic()

    def done(self, *, reached):
        """Note what it took; ``reached`` is what the planner wanted to see."""
        seconds = round(time.monotonic() - self.began, 1)
        note(f"task:{self.name}", {"clicks": self.hands.count, "seconds": seconds, "reached": bool(reached)})


def steps(iface, arguments):
    window, name = iface.mainWindow(), arguments["name"]
    window.setGeometry(0, 0, *arguments["size"])
    QgsSettings().setValue("gridmgmt/author", "0001")
    yield
    yield from _open_the_sample(iface, window)
    screenshot(f"tasks-begin-{name}")
    dock = window.findChild(QWidget, "gridmgmt_dock")
    yield from _find_a_cell(dock)
    screenshot(f"tasks-cell-{name}")
    yield from _find_a_case(dock)
    yield from _change_the_theme(dock)
    screenshot(f"tasks-lanes-{name}")
    yield from _give_a_lane_an_officer(dock, arguments["officer"])
    yield from _hot_spots(iface, window)
    yield  # until what lay under the dialog is drawn
    screenshot(f"tasks-hotspots-{name}")
    yield from _import_cases(iface, window, arguments["file"])
    yield from _split_and_save(iface, window)
    screenshot(f"tasks-split-{name}")
    yield from _check(window)
    screenshot(f"tasks-check-{name}")
    yield from _hand_over(window, arguments["packages"])
    screenshot(f"tasks-package-{name}")


def _main_window():
    return next(
        window for window in QApplication.topLevelWidgets() if isinstance(window, QMainWindow) and window.isVisible()
    )


def _layers():
    found = {layer.customProperty("gridmgmt/table"): layer for layer in QgsProject.instance().mapLayers().values()}
    found.pop(None, None)
    return found


def _button(window, key, toolbar="gridmgmt_toolbar"):
    """Return the button of an action where the planner sees it."""
    return window.findChild(QToolBar, toolbar).widgetForAction(window.findChild(QAction, f"gridmgmt_{key}"))


def _press(task, window, key, toolbar="gridmgmt_toolbar"):
    button = _button(window, key, toolbar)
    if button is not None and button.isVisible():
        task.hands.on(button)
    else:  # behind the arrow at the end of a toolbar that does not fit: one click more
        task.hands.count += 2
        window.findChild(QAction, f"gridmgmt_{key}").trigger()


def _open_the_sample(iface, window):
    task = Task("open_sample")
    when_shown("gridmgmt_sample_dialog", lambda d: task.hands.on(d.findChild(QPushButton, "gridmgmt_sample_accept")))
    _press(task, window, "open_sample")
    dock = window.findChild(QWidget, "gridmgmt_dock")
    yield from wait_until(lambda: dock.model.summary is not None)
    yield
    task.done(reached=_layers()["unit_grid"].featureCount())


def _find_a_cell(dock):
    """Type the end of a code and press Enter: the cell is on the map, and the card says who answers."""
    task = Task("find_cell_and_who_answers")
    line, card = dock.findChild(QWidget, "gridmgmt_search"), dock.findChild(QWidget, "gridmgmt_answers")
    task.hands.on(line)
    QTest.keyClicks(line, CELL[-7:])
    QTest.keyClick(line, Qt.Key.Key_Return)
    yield from wait_until(lambda: card.isVisible() and CELL in card.toPlainText())
    yield
    chosen = [feature["code"] for feature in _layers()["unit_grid"].selectedFeatures()]
    task.done(reached=chosen == [CELL] and len(card.toPlainText().splitlines()) > 1)


def _find_a_case(dock):
    task = Task("find_case")
    number = str(next(_layers()["cases"].getFeatures())["id"])
    line = dock.findChild(QLineEdit, "gridmgmt_search")
    task.hands.on(line)
    line.selectAll()
    QTest.keyClicks(line, number)
    yield
    QTest.keyClick(line, Qt.Key.Key_Return)
    yield from wait_until(lambda: _layers()["cases"].selectedFeatureCount() == 1)
    task.done(reached=[str(f["id"]) for f in _layers()["cases"].selectedFeatures()] == [number])


def _change_the_theme(dock):
    task = Task("change_theme")
    box = dock.findChild(QComboBox, "gridmgmt_themes")
    row = box.findData("lanes")
    task.hands.choose(box, row)
    yield
    root = QgsProject.instance().layerTreeRoot()
    lane = root.findLayer(_layers()["lane"].id())
    task.done(reached=box.currentData() == "lanes" and lane.isVisible())


def _give_a_lane_an_officer(dock, officer):
    """Search the lane, double-click it in the tree, its tab of people, "add" in a role; then the name and Enter."""
    task = Task("give_lane_an_officer")
    layers = _layers()
    before = layers["post"].featureCount()
    code = str(next(layers["lane"].getFeatures())["code"])
    line, tree = dock.findChild(QLineEdit, "gridmgmt_search"), dock.tree
    task.hands.on(line)
    line.selectAll()
    QTest.keyClicks(line, code)
    yield
    QTest.keyClick(line, Qt.Key.Key_Return)
    yield from wait_until(lambda: dock.model.place(tree.currentIndex()).code == code)
    place = tree.visualRect(tree.currentIndex()).center()
    click(tree.viewport(), place, times=2)
    task.hands.count += 1
    yield from wait_until(_form)
    yield
    tabs = _form().findChild(QTabWidget)
    task.hands.on(tabs.tabBar(), tabs.tabBar().tabRect(1).center())
    yield
    add = next(button for button in _form().findChildren(QToolButton, "gridmgmt_add_row") if button.isVisible())
    _as_soon_as(lambda: add.menu().isVisible(), lambda: _choose_role(task, add, officer))
    task.hands.on(add)  # opens the menu, and goes on when it is closed
    yield from wait_until(lambda: layers["post"].featureCount() == before + 1)
    yield
    lists = [tree for tree in _form().findChildren(QTreeWidget, "gridmgmt_short_list") if tree.isVisible()]
    shown = [tree.topLevelItem(row).text(1) for tree in lists for row in range(tree.topLevelItemCount())]
    task.done(reached=officer in shown)
    _form().close()
    yield from wait_until(lambda: _form() is None)


def _form():
    forms = [w for w in QApplication.topLevelWidgets() if w.metaObject().className() == "QgsAttributeDialog"]
    return next((form for form in forms if form.isVisible()), None)


def _as_soon_as(ready, deed, looks=600):
    """Do something as soon as it can be done, in the middle of what blocks the driver; give up after a minute."""
    if ready():
        deed()
    elif looks:
        QTimer.singleShot(_LOOK_MS, lambda: _as_soon_as(ready, deed, looks - 1))
    else:
        for window in filter(None, (QApplication.activePopupWidget(), QApplication.activeModalWidget())):
            window.close()  # so that the driver goes on, and says what it waited for


def _choose_role(task, add, officer):
    """Choose a role in the open menu, and fill in the form that comes then."""
    menu = add.menu()
    action = menu.actions()[3]
    _as_soon_as(lambda: _person(add.window()), lambda: _fill(_person(add.window()), officer))
    task.hands.on(menu, menu.actionGeometry(action).center())


def _person(lane_form):
    """Return the line of the post's form that waits for a person, ``None`` before it is there."""
    focus = QApplication.focusWidget()
    line = focus.lineEdit() if isinstance(focus, QComboBox) else focus
    return line if isinstance(line, QLineEdit) and line.window() not in (lane_form, _main_window()) else None


def _fill(line, officer):
    line.setText(officer)  # QTest types Latin letters alone
    QTest.keyClick(line, Qt.Key.Key_Tab)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)  # what Enter does: the form's OK


def _dialog(key):
    shown = [w for w in QApplication.topLevelWidgets() if w.objectName() == f"gridmgmt_job_{key}" and w.isVisible()]
    return shown[0] if shown else None


def _run(task, window, action, key, prepare=None):
    """Open the dialog of a job, let it be filled in, run it, and wait for its result."""
    _press(task, window, action)
    yield from wait_until(lambda: _dialog(key))
    dialog = _dialog(key)
    yield
    if prepare is not None:
        yield from prepare(dialog)
        yield
    task.hands.on(dialog.findChild(QWidget, "gridmgmt_job_run"))
    yield from wait_until(dialog.shows_result)
    yield
    return dialog


def _hot_spots(iface, window):
    task = Task("hot_spots_of_last_month")
    before, period = set(QgsProject.instance().mapLayers()), []

    def look(dialog):
        period.append(dialog.fields["FROM"].value())
        yield Moment(0)

    dialog = yield from _run(task, window, "hotspots", "hotspots", look)
    task.done(reached=period == ["last_month"] and set(QgsProject.instance().mapLayers()) - before)
    dialog.close()


def _import_cases(iface, window, path):
    task = Task("import_unknown_file")
    before = _layers()["cases"].featureCount()

    def choose(dialog):
        line = dialog.findChild(QWidget, "gridmgmt_job_field_INPUT").findChild(QgsFileWidget).lineEdit()
        task.hands.on(line)
        line.insert(path)  # pasted; the file dialog of the system would be two clicks more
        yield from wait_until(lambda: dialog.columns.proposal is not None)

    dialog = yield from _run(task, window, "import_cases", "importcases", choose)
    task.done(reached=_layers()["cases"].featureCount() > before)
    dialog.close()


def _split_and_save(iface, window):
    task = Task("split_and_save")
    layer, canvas = _layers()["unit_grid"], iface.mapCanvas()
    cell = roomy_cell(layer)
    box, before = cell.geometry().boundingBox(), layer.featureCount()
    centre = cell.geometry().poleOfInaccessibility(1.0)[0].asPoint()
    view = QgsRectangle(box)
    view.scale(4.0)
    canvas.setExtent(view)
    canvas.refresh()
    yield
    _press(task, window, "split", "gridmgmt_editing_toolbar")
    yield
    task.hands.count += 2  # where the line begins, and the double click where it ends
    _at(canvas, centre.x(), box.yMinimum() - 4, times=1)
    _at(canvas, centre.x(), box.yMaximum() + 4, times=2)
    yield
    task.hands.count += 1
    window.findChild(QAction, "mActionSaveLayerEdits").trigger()
    yield from wait_until(lambda: not layer.isModified())
    yield
    task.done(reached=layer.featureCount() == before + 1)
    window.findChild(QAction, "mActionToggleEditing").trigger()
    yield


def _at(canvas, x, y, times):
    point = canvas.getCoordinateTransform().transform(QgsPointXY(x, y))
    place = QPoint(round(point.x()), round(point.y()))
    QTest.mouseMove(canvas.viewport(), place)
    click(canvas.viewport(), place, times)


def _check(window):
    task = Task("check_everything")
    _press(task, window, "issues")
    yield
    dock = window.findChild(QWidget, "gridmgmt_issues_dock")
    task.hands.on(dock.findChild(QWidget, "gridmgmt_issues_check"))
    yield from wait_until(lambda: len(dock.model.table))
    yield
    task.done(reached=len(dock.model.table))
    _button(window, "issues").click()
    yield


def _hand_over(window, folder):
    task = Task("check_and_hand_over")

    def choose(dialog):
        line = dialog.findChild(QgsFileWidget, "gridmgmt_job_field_FOLDER").lineEdit()
        task.hands.on(line)
        line.insert(folder)
        yield

    dialog = yield from _run(task, window, "export_package", "exportpackage", choose)
    task.done(reached=dialog.result.toPlainText())
    dialog.close()


drive(steps)
