"""A hand over the map of a real window: what a driver moves, presses and clicks."""

from __future__ import annotations

from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QMouseEvent
from qgis.PyQt.QtTest import QTest

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Hand:
    """Mouse and keys over the map, at places of the map."""

    def __init__(self, canvas):
        self.canvas, self.held = canvas, Qt.MouseButton.NoButton

    def pixel(self, x, y):
        point = self.canvas.getCoordinateTransform().transform(QgsPointXY(x, y))
        return QPoint(round(point.x()), round(point.y()))

    def move(self, x, y):
        port, place = self.canvas.viewport(), self.pixel(x, y)
        where = (QPointF(place), QPointF(port.mapToGlobal(place)))
        event = QMouseEvent(QEvent.Type.MouseMove, *where, Qt.MouseButton.NoButton, self.held, PLAIN)
        QCoreApplication.sendEvent(port, event)
        QCoreApplication.processEvents()

    def click(self, x, y, button=LEFT, modifiers=PLAIN):
        self.move(x, y)
        QTest.mouseClick(self.canvas.viewport(), button, modifiers, self.pixel(x, y))

    def double_click(self, x, y):
        self.click(x, y)
        QTest.mouseDClick(self.canvas.viewport(), LEFT, PLAIN, self.pixel(x, y))

    def press(self, x, y):
        self.move(x, y)
        QTest.mousePress(self.canvas.viewport(), LEFT, PLAIN, self.pixel(x, y))
        self.held = LEFT

    def release(self, x, y):
        self.held = Qt.MouseButton.NoButton
        QTest.mouseRelease(self.canvas.viewport(), LEFT, PLAIN, self.pixel(x, y))
