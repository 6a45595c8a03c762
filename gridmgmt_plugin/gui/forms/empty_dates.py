"""Dates that may be left empty look so: QGIS writes today there in grey, or leaves it there."""

from __future__ import annotations

from qgis.gui import QgsDateTimeEdit
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QDate, QDateTime, QEvent, QObject, Qt, QTime, QTimer
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QDateTimeEdit, QLabel, QLineEdit

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.gui.forms.form_parts import keep
from gridmgmt_plugin.gui.frame.colours import make_faint
from gridmgmt_plugin.gui.frame.qt import is_alive

#: Style of a text that is not to be seen; ``kind`` names the class of the widget.
UNSEEN = "{kind} {{ color: transparent; selection-color: transparent; selection-background-color: transparent; }}"
# Where Qt begins the text of a line.
_TEXT_MARGIN_PX = 2
_SEPARATORS = ("-", "/", ".")
_PARTS = {QDateTimeEdit.Section.YearSection, QDateTimeEdit.Section.MonthSection, QDateTimeEdit.Section.DaySection}


def show_no_date(moment: QgsDateTimeEdit) -> None:
    """Empty a date, and show its word for nothing: emptied alone, it goes on to show today."""
    moment.clear()
    moment.setNullRepresentation(moment.nullRepresentation())


class EmptyDate(QObject):
    """A date that is empty looks so with the cursor in it too: QGIS writes today there, for typing to begin with.

    Its word for nothing stays in sight until something is typed.

    What is typed into it begins with the year, wherever the cursor is, and a click into a date chooses year, month or
    day, so that what is typed takes its place: Qt drops in silence what is typed into a part that is full.
    """

    def __init__(self, moment: QgsDateTimeEdit) -> None:
        super().__init__(moment)
        self._moment, self._line = moment, moment.findChild(QLineEdit, "qt_spinbox_lineedit")
        self._was_digit = False
        #: Parts that were typed into since the date was empty; ``None`` in a date that was there.
        self._parts: set[QDateTimeEdit.Section] | None = None
        if self._line is not None:
            keep(self)
            self._nothing = _word_over(self._line)
            moment.installEventFilter(self)
            self._line.installEventFilter(self)
            moment.valueChanged.connect(lambda _: self._hide(is_hidden=False))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt calls it
        """Hide today until something is typed, and let it take the place of what is there."""
        if watched is self._line:
            if event.type() == QEvent.Type.MouseButtonRelease and self._moment.isNull():
                self._to_the_front()
            elif event.type() == QEvent.Type.MouseButtonRelease and not self._line.hasSelectedText():
                self._moment.setSelectedSection(self._moment.currentSection())
            return False
        if event.type() == QEvent.Type.KeyPress and self._takes(_typed(event)):
            return True
        if event.type() == QEvent.Type.FocusOut and self._parts is not None:
            lacking, self._parts = _PARTS - self._parts, None
            if lacking:
                show_no_date(self._moment)  # a day that was not typed to its end is none, least of all today
        if event.type() == QEvent.Type.FocusIn and self._moment.isNull():
            self._hide(is_hidden=True)
            QTimer.singleShot(0, self._to_the_front)  # once Qt has chosen the part that the cursor is in
        elif event.type() == QEvent.Type.FocusOut or (event.type() == QEvent.Type.KeyPress and _changes(event)):
            self._hide(is_hidden=False)
            if event.type() == QEvent.Type.KeyPress and not _typed(event).isdecimal():
                self._parts = None if _steps(event) else self._parts
        return False

    def _takes(self, typed: str) -> bool:
        """Make room for what is typed; tell whether there is nothing else to do with it."""
        if typed.isdecimal():
            if self._moment.isNull():  # made today first: today, typed, would still count as nothing
                self._moment.setDateTime(QDateTime(QDate(clock.today()), QTime(0, 0)))
                self._moment.setSelectedSection(self._moment.Section.YearSection)
                self._parts = set()
            if self._parts is not None:
                self._parts.add(self._moment.currentSection())
            self._was_digit = True
            return False
        # After the last digit of a part Qt is in the next one already: a separator would leave that one out.
        is_there, self._was_digit = self._was_digit and self._line.hasSelectedText(), False
        return is_there and typed in _SEPARATORS

    def _to_the_front(self) -> None:
        """Put the cursor before the word for nothing: within it, it would look as if that could be edited."""
        if is_alive(self._line) and self._moment.isNull():
            self._line.setCursorPosition(0)

    def _hide(self, *, is_hidden: bool) -> None:
        self._line.setStyleSheet(UNSEEN.format(kind="QLineEdit") if is_hidden else "")
        self._nothing.setText(self._moment.nullRepresentation() if is_hidden else "")
        self._nothing.setGeometry(self._line.rect())
        self._nothing.setVisible(is_hidden)


def _word_over(line: QLineEdit) -> QLabel:
    """Return a label that lies over the text of a line, in its place, and lets clicks through."""
    label = QLabel(line)
    label.setObjectName("gridmgmt_no_date")
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    label.setContentsMargins(_TEXT_MARGIN_PX, 0, 0, 0)
    make_faint(label)
    label.hide()
    return label


def _typed(event: QEvent) -> str:
    """Return what a key writes, "" for one that is pressed together with Ctrl, Alt or Meta."""
    pressed = sip.cast(event, QKeyEvent)
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    return "" if pressed.modifiers() & held else str(pressed.text())


def _steps(event: QEvent) -> bool:
    """Tell whether a key goes to another day from the one that is there."""
    steps = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
    return sip.cast(event, QKeyEvent).key() in steps


def _changes(event: QEvent) -> bool:
    """Tell whether a key changes what stands in a date, and does not only move on."""
    pressed = sip.cast(event, QKeyEvent)
    is_typed = bool(pressed.text().strip()) and pressed.text().isprintable()  # Esc and Ctrl+C have a text as well
    return is_typed or _steps(event)
