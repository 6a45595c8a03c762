"""The search box of the tree: type a code or a name, walk through what was found with Enter, F3 and the arrows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import QEvent, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from gridmgmt_plugin.gui.frame.qt import QShortcut
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr

_PAUSE_MS = 200


class SearchBar(QWidget):
    """``typed``: the text changed and the typist paused. ``found``: go to this hit; True = on the map too.

    A hit is whatever :meth:`show_hits` was given: a position in the tree, or a place that is not in it.
    """

    typed = pyqtSignal(str)
    found = pyqtSignal(object, bool)
    #: The typist wants to go down into the list of what was found.
    list_wanted = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._hits: Sequence[Any] = ()
        self._at = 0
        self._is_on_map = self._is_awaited = self._is_looking = False
        self.line = QgsFilterLineEdit(self)
        self.line.setObjectName("gridmgmt_search")
        self.line.setShowClearButton(True)
        self.line.setShowSearchIcon(True)
        self.line.setPlaceholderText(tr("Code, name, component, case number"))
        explain(
            self.line,
            tr(
                "Beginning or end of a code, a name, a lane with a house number, a component, a case number."
                " Enter or F3: next, Shift+F3: back, arrow down: the list."
            ),
        )
        self._count = QLabel("", self)
        self._count.setObjectName("gridmgmt_search_count")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.typed.emit(self.line.text()))
        self.line.textChanged.connect(lambda _: self._pause.start())
        self.line.returnPressed.connect(self._entered)
        self.line.installEventFilter(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.line, 1)
        layout.addWidget(self._count)
        for name, arrow, step, tip in (
            ("previous", Qt.ArrowType.UpArrow, -1, tr("Previous result (Shift+F3)")),
            ("next", Qt.ArrowType.DownArrow, 1, tr("Next result (F3)")),
        ):
            layout.addWidget(self._arrow(name, arrow, step, tip))
        self._key("F3", 1)
        self._key("Shift+F3", -1)
        self.show_hits(())

    def show_hits(self, hits: Sequence[Any]) -> None:
        """Take over what was found and go to the first of it, without moving the map."""
        self._hits, self._at, self._is_on_map = tuple(hits), 0, False
        self._tell()
        if self._hits:
            self.found.emit(self._hits[0], False)

    def keep_hits(self, hits: Sequence[Any]) -> None:
        """Take over what is found now without going anywhere: the planner has gone on from there."""
        self._hits = tuple(hits)
        self._at = min(self._at, max(len(self._hits) - 1, 0))
        self._tell()

    def add_hits(self, hits: Sequence[Any]) -> None:
        """Take over more that was found, behind the rest."""
        was_empty = not self._hits
        self._hits = (*self._hits, *hits)
        self._tell()
        if was_empty and self._hits:
            self.found.emit(self._hits[0], self._is_awaited)
        self._is_awaited = False

    def set_looking(self, *, is_looking: bool) -> None:
        """Say that what is found outside the tree may still come, or that all is there."""
        self._is_looking = is_looking
        self._tell()

    def go_to(self, at: int) -> None:
        """Go to one of the results and show it on the map."""
        if 0 <= at < len(self._hits):
            self._at, self._is_on_map = at, True
            self._tell()
            self.found.emit(self._hits[at], True)

    def step(self, by: int) -> None:
        """Go ``by`` results on, round the end, and show it on the map."""
        if self._hits:
            self._at = (self._at + by) % len(self._hits)
            self._is_on_map = True
            self._tell()
            self.found.emit(self._hits[self._at], True)

    def _entered(self) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self.typed.emit(self.line.text())
        self._is_awaited = not self._hits  # what is being looked for may still come
        self.step(1 if self._is_on_map else 0)

    def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802  Qt calls it
        """Go down into the list with the arrow."""
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down and self._hits:
            self.list_wanted.emit()
            return True
        return bool(super().eventFilter(watched, event))

    def _tell(self) -> None:
        nothing = ("…" if self._is_looking else tr("no result")) if self.line.text().strip() else ""
        self._count.setText(f"{self._at + 1}/{len(self._hits)}" if self._hits else nothing)

    def _arrow(self, name: str, arrow: Qt.ArrowType, step: int, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"gridmgmt_search_{name}")
        button.setArrowType(arrow)
        button.setAutoRaise(True)
        explain(button, tip)
        button.clicked.connect(lambda: self.step(step))
        return button

    def _key(self, keys: str, step: int) -> None:
        # Within the dock only, so that QGIS's own keys stay what they are.
        shortcut = QShortcut(QKeySequence(keys), self.parentWidget())
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(lambda: self.step(step))
