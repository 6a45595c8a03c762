"""Dates that may be left empty look so: QGIS writes today there in grey, or leaves it there."""

from __future__ import annotations

from qgis.gui import QgsDateTimeEdit
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QLineEdit

#: Style of a text that is not to be seen; ``kind`` names the class of the widget.
UNSEEN = "{kind} {{ color: transparent; selection-color: transparent; selection-background-color: transparent; }}"


def show_no_date(moment: QgsDateTimeEdit) -> None:
    """Empty a date, and show its word for nothing: emptied alone, it goes on to show today."""
    moment.clear()
    moment.setNullRepresentation(moment.nullRepresentation())


class EmptyDate(QObject):
    """A date that is empty looks so with the cursor in it too: QGIS writes today there, for typing to begin with."""

    def __init__(self, moment: QgsDateTimeEdit) -> None:
        super().__init__(moment)
        self._moment, self._line = moment, moment.findChild(QLineEdit, "qt_spinbox_lineedit")
        if self._line is not None:
            moment.installEventFilter(self)
            moment.valueChanged.connect(lambda _: self._hide(is_hidden=False))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802  Qt calls it
        """Hide today until something is typed."""
        if event.type() == QEvent.Type.FocusIn and self._moment.isNull():
            self._hide(is_hidden=True)
        elif event.type() == QEvent.Type.FocusOut or (event.type() == QEvent.Type.KeyPress and _changes(event)):
            self._hide(is_hidden=False)
        return False

    def _hide(self, *, is_hidden: bool) -> None:
        self._line.setStyleSheet(UNSEEN.format(kind="QLineEdit") if is_hidden else "")


def _changes(event: QEvent) -> bool:
    """Tell whether a key changes what stands in a date, and does not only move on."""
    pressed = sip.cast(event, QKeyEvent)
    is_typed = bool(pressed.text().strip()) and pressed.text().isprintable()  # Esc and Ctrl+C have a text as well
    return is_typed or pressed.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
