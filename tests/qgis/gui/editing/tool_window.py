"""A window with a real map canvas on which tests draw with mouse and keys, as a planner does."""

from __future__ import annotations

from qgis.core import QgsPointXY, QgsProject, QgsRectangle
from qgis.gui import QgsAdvancedDigitizingDockWidget, QgsMapCanvasItem
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton, QStatusBar

from gridmgmt_plugin.gui.frame.actions import ACTIONS
from gridmgmt_plugin.gui.frame.registry import CONTROLLERS
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.project.settings import layout_key, remember
from gridmgmt_plugin.project.shown_workspace import shown_layer
from tests.qgis.fake_window import settle
from tests.qgis.kept_district import KEPT, give_edits_up
from tests.qgis.workspace_window import MapIface, tasks_done, wait_for, when_shown

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
PLAIN = Qt.KeyboardModifier.NoModifier
_CANVAS_PX, _DOCK_PX = 800, 648


class DrawingIface(MapIface):
    """The window with the panel for advanced digitising and a status bar."""

    def __init__(self):
        super().__init__()
        self._cad = QgsAdvancedDigitizingDockWidget(self._canvas, self._window)
        self._cad.hide()
        self._status = QStatusBar(self._window)
        self._window.resize(_CANVAS_PX + _DOCK_PX, _CANVAS_PX + 100)
        self._window.setUpdatesEnabled(False)  # as in ``shown_window``
        self._window.show()

    def cadDockWidget(self):
        return self._cad

    def statusBarIface(self):
        return self._status


class Hand:
    """The planner's hand: clicks, strokes and keys at places of the map."""

    def __init__(self, canvas):
        self.canvas = canvas
        self._held = Qt.MouseButton.NoButton

    def look_at(self, xmin, ymin, xmax, ymax):
        self.canvas.setExtent(QgsRectangle(xmin, ymin, xmax, ymax))
        self.canvas.refresh()
        self.rest()

    def rest(self):
        """Wait until the map is drawn: editing that begins in the middle of it finds the file in use."""
        wait_for(lambda: not self.canvas.isDrawing())
        settle()

    def pixel(self, x, y):
        point = self.canvas.getCoordinateTransform().transform(QgsPointXY(x, y))
        return QPoint(round(point.x()), round(point.y()))

    def move(self, x, y):
        # QTest's own movements do not arrive while one of its buttons is down.
        port, place = self.canvas.viewport(), self.pixel(x, y)
        where = (QPointF(place), QPointF(port.mapToGlobal(place)))
        kind = QEvent.Type.MouseMove
        QCoreApplication.sendEvent(port, QMouseEvent(kind, *where, Qt.MouseButton.NoButton, self._held, PLAIN))
        settle()

    def click(self, x, y, button=LEFT, modifiers=PLAIN):
        self.move(x, y)
        QTest.mouseClick(self.canvas.viewport(), button, modifiers, self.pixel(x, y))
        settle()

    def double_click(self, x, y, modifiers=PLAIN):
        """Click twice, as a mouse does: press, release, double press, release."""
        self.click(x, y, LEFT, modifiers)
        QTest.mouseDClick(self.canvas.viewport(), LEFT, modifiers, self.pixel(x, y))
        settle()

    def drag(self, *places, release=True):
        """Press at the first place, move over the others, release at the last one."""
        self.move(*places[0])
        QTest.mousePress(self.canvas.viewport(), LEFT, PLAIN, self.pixel(*places[0]))
        self._held = LEFT
        for place in places[1:]:
            self.move(*place)
        if release:
            self.release(*places[-1])

    def release(self, x, y):
        self._held = Qt.MouseButton.NoButton
        QTest.mouseRelease(self.canvas.viewport(), LEFT, PLAIN, self.pixel(x, y))
        settle()

    def cancel(self, x, y):
        self.click(x, y, RIGHT)

    def key(self, key, modifiers=PLAIN):
        QTest.keyClick(self.canvas, key, modifiers)
        settle()

    def escape(self):
        self.key(Qt.Key.Key_Escape)

    def enter(self):
        self.key(Qt.Key.Key_Return)


class Bench:
    """A workspace that is open in a window, and a hand over its map.

    ``specs`` and ``controllers``: what the menu offers and who answers it, where a test wants less than there is.
    """

    def __init__(self, path, specs=ACTIONS, controllers=CONTROLLERS):
        remember(layout_key("tree_widened"), True)  # or the tree takes room from the map in the middle of a test
        self.path = path
        self.iface = DrawingIface()
        self.shell = Shell(self.iface, [], specs, controllers)
        self.shell.build()
        self.shell.session.open(path)
        wait_for(tasks_done)  # the tree is filled in the background, and its dock takes room from the map then
        settle()
        KEPT.note()
        self.canvas = self.iface.mapCanvas()
        self.layer = shown_layer(QgsProject.instance(), "unit_grid")
        self.canvas.setLayers([self.layer])
        self.hand = Hand(self.canvas)
        self.hand.look_at(-20, -20, 420, 220)

    def choose(self, key):
        """Click the tool's action; return the tool."""
        self.shell.action(key).trigger()
        settle()
        # Snapping looks its layers up in the background; a test has no time to wait for it.
        self.canvas.snappingUtils().snapToMap(QgsPointXY(0, 0))
        return self.canvas.mapTool()

    def panel_text(self):
        """Return what the panel over the map says."""
        return self.editing().desk.panel.text()

    def editing(self):
        return self.shell.controller("split")

    def stack(self):
        """Return the texts of the undo stack up to where it stands."""
        stack = self.layer.undoStack()
        return [stack.text(i) for i in range(stack.index())]

    def traces(self):
        """Return what a gesture left over the map."""
        items = [item for item in self.canvas.scene().items() if isinstance(item, QgsMapCanvasItem)]
        drawn = {"QgsRubberBand", "QgsVertexMarker"}
        kinds = [type(item).__name__ for item in items if type(item).__name__ in drawn and item.isVisible()]
        return sorted(kinds)

    def messages(self):
        return self.iface.messages()

    def cells(self):
        """Return code → area of every cell in the buffer."""
        return {f["code"]: round(f.geometry().area(), 3) for f in self.layer.getFeatures()}

    def close(self):
        give_edits_up()
        self.shell.take_down()
        KEPT.put_back()
        self.shell.session.deleteLater()  # with its timers, which would find the window gone
        settle()
        self.iface.mainWindow().deleteLater()
        settle()


def answer(object_name, button_name, read=None):
    """Click a button of a dialog as soon as it is shown, or close it; ``read`` takes what it says."""

    def press(widget):
        if read is not None:
            read.append(widget.text())
        if button_name is None:
            widget.reject()
        else:
            widget.findChild(QPushButton, button_name).click()

    when_shown(object_name, press)
