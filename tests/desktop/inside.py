"""What a driver script uses inside QGIS: a conversation with the event loop, notes, screenshots, a clean end.

A driver is a generator that yields so that QGIS lives in between. It goes on as soon as QGIS is calm: the map is
drawn, no task runs, nothing that was put off waits for its time, however long that takes on a busy machine. After a
number of seconds it waits for map and tasks alone; after a :class:`Moment` it goes on at once:

    from inside import drive, note, screenshot

    def steps(iface, arguments):
        iface.mainWindow().findChild(QAction, "gridmgmt_about").trigger()
        yield
        note("title", QApplication.activeWindow().windowTitle())
        screenshot("about")

    drive(steps)
"""

from __future__ import annotations

import gc
import json
import os
import time
import traceback
from pathlib import Path

from qgis.core import Qgis, QgsApplication, QgsProject, QgsSettings, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, Qt, QTimer
from qgis.PyQt.QtGui import QColor, QPainter, QPen
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QDialog, QLineEdit, QWidget
from qgis.utils import iface

_TASK = json.loads(os.environ["GRIDMGMT_DRIVER"])
_notes: dict = {}
# QGIS is calm when it was so at that many looks, one after the other.
_CALM_LOOKS, _LOOK_S, _SOON_MS = 2, 0.05, 1000
_PATIENCE_S = 240  # with what comes sooner or later; below the time-out of the whole driver


class Moment(float):
    """Seconds after which the driver goes on in the middle of whatever happens."""


def note(key, value):
    """Record one thing for the test; ``value`` is plain data."""
    _notes[key] = value


def screenshot(name):
    """Save what the display shows of QGIS, dialogs included, and note the file as ``screenshot:<name>``."""
    QCoreApplication.processEvents()
    path = Path(_TASK["screenshots"]) / f"{name}.png"
    screen = QApplication.primaryScreen()
    shown = iface.mainWindow().frameGeometry()
    for window in QApplication.topLevelWidgets():
        if window.isVisible() and isinstance(window, QDialog):
            shown = shown.united(window.frameGeometry())
    picture = screen.grabWindow(0)
    _frame_dialogs(picture)
    ratio = screen.devicePixelRatio()  # a scaled display has more pixels than the window counts
    picture.copy(*(round(side * ratio) for side in shown.intersected(screen.geometry()).getRect())).save(str(path))
    note(f"screenshot:{name}", str(path))


def picture(widget, name):
    """Save a window, or a part of one, by itself, as the manual shows it, and note the file as ``picture:<name>``.

    Folders below the home of the test are shown as planners have theirs.
    """
    home, lines = os.environ["HOME"], []
    for line in widget.findChildren(QLineEdit):
        if home in line.text():
            lines.append((line, line.text(), line.blockSignals(True)))
            line.setText(line.text().replace(home, "D:"))
    path = Path(_TASK["screenshots"]) / f"{name}.png"
    widget.grab().save(str(path))
    for line, text, was_blocked in lines:
        line.setText(text)
        line.blockSignals(was_blocked)
    note(f"picture:{name}", str(path))


def _frame_dialogs(picture):
    """Draw a frame around every dialog: a window manager would, and there is none on a test's display."""
    painter = QPainter(picture)
    for window in QApplication.topLevelWidgets():
        if window.isVisible() and isinstance(window, QDialog):
            for width, colour in ((5, "#20000000"), (3, "#40000000"), (1, "#5a6472")):
                painter.setPen(QPen(QColor(colour), width))
                painter.drawRect(window.frameGeometry().adjusted(0, 0, -1, -1))
    painter.end()


def spoken(chinese, english):
    """Return what the language of the window has for it: what a driver types stands in the manual's pictures."""
    return chinese if QgsSettings().value("locale/userLocale", "").startswith("zh") else english


def wait_until(condition):
    """Yield until ``condition()`` is true: ``yield from wait_until(…)``.

    :raises TimeoutError: when it does not become true.
    """
    end = time.monotonic() + _PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{condition} was not true within {_PATIENCE_S} s")
        yield Moment(_LOOK_S)


def figures_shown():
    """Return the panel of figures that is on the screen: each desk that edits a table has one of its own."""
    panels = iface.mapCanvas().findChildren(QWidget, "gridmgmt_figures")
    return next((panel for panel in panels if panel.isVisible()), None)


def click(widget, position=None, times=1):
    """Click with the left mouse button where the planner would: in the middle, or at ``position``."""
    point = widget.rect().center() if position is None else position
    for press in (QTest.mouseClick, QTest.mouseDClick)[:times]:
        press(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)


class Hands:
    """Clicks as a hand makes them, counted."""

    def __init__(self):
        self.count = 0

    def on(self, widget, position=None):
        """Click a widget in its middle, or at a place in it."""
        self.count += 1
        click(widget, position)

    def choose(self, combo, row):
        """Open a list and choose a row of it: two clicks; the second one is given as Enter, which Qt always takes."""
        self.on(combo)
        view = combo.view()
        view.setCurrentIndex(combo.model().index(row, 0))
        QTest.keyClick(view, Qt.Key.Key_Return)
        self.count += 1


def click_action(toolbar, action):
    """Click the button of an action on a toolbar; one that does not fit is triggered through its action."""
    button = toolbar.widgetForAction(action)
    if button is not None and button.isVisible():
        click(button)
    else:
        action.trigger()


def when_shown(name, deed):
    """Do ``deed(dialog)`` as soon as a dialog of that object name is on the screen, also while it blocks us."""

    def look():
        for widget in QApplication.topLevelWidgets():
            if widget.objectName() == name and widget.isVisible():
                deed(widget)
                return
        QTimer.singleShot(100, look)

    QTimer.singleShot(100, look)


def drive(steps):
    """Run the generator ``steps(iface, arguments)`` step by step, then end QGIS; an error ends it as well."""
    # There is no window manager on a test's display, so nobody else gives the window a place.
    iface.mainWindow().setGeometry(0, 0, 1600, 1000)
    running = _calmly(steps(iface, _TASK["arguments"]))
    note("tracebacks", [])
    QgsApplication.messageLog().messageReceived[str, str, Qgis.MessageLevel].connect(_listen)

    def go_on():
        try:
            pause = next(running)
        except StopIteration:
            _finish(None)
        except Exception:  # whatever went wrong is what the test wants to know
            _finish(traceback.format_exc())
        else:
            QTimer.singleShot(int(1000 * pause), go_on)

    QTimer.singleShot(500, go_on)


def _listen(text, tag, level):
    """Keep what QGIS's log says of Python that failed."""
    if "Traceback" in text:
        _notes["tracebacks"].append(text)


def _calmly(running):
    """Wait at each ``yield`` of the driver until QGIS has done what it does."""
    for pause in running:
        if pause is None:
            yield from _until_calm()
            continue
        yield pause
        if not isinstance(pause, Moment):
            yield from wait_until(_is_calm)


def _until_calm():
    end, calm = time.monotonic() + _PATIENCE_S, 0
    while calm < _CALM_LOOKS or _is_something_put_off():
        if time.monotonic() > end:
            raise TimeoutError(f"QGIS was not calm within {_PATIENCE_S} s")
        yield Moment(_LOOK_S)
        calm = calm + 1 if _is_calm() else 0


def _is_calm():
    return not iface.mapCanvas().isDrawing() and QgsApplication.taskManager().countActiveTasks() == 0


def _is_something_put_off():
    """Tell whether a timer is about to do once what the plugin, or the map of QGIS, has put off until now."""
    ours = [thing for thing in gc.get_objects() if type(thing) is QTimer and not sip.isdeleted(thing)]
    timers = [*ours, *iface.mapCanvas().findChildren(QTimer)]
    return any(timer.isActive() and timer.isSingleShot() and timer.remainingTime() < _SOON_MS for timer in timers)


def _finish(problem):
    if problem is not None:
        screenshot("problem")
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                widget.close()
    _notes.update({"finished": True, "problem": problem})
    target = Path(_TASK["folder"]) / "result.json"
    target.write_text(json.dumps(_notes, ensure_ascii=False), encoding="utf-8")
    # QGIS would ask about temporary layers and unsaved changes, and nobody is there to answer.
    for layer in QgsProject.instance().mapLayers().values():
        if isinstance(layer, QgsVectorLayer) and layer.isEditable():
            layer.rollBack()
    QgsProject.instance().clear()
    QgsProject.instance().setDirty(False)
    iface.actionExit().trigger()
