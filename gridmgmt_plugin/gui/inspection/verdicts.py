"""The items of a checklist as large buttons: a tap passes an item, the next one fails it; so do keys 1 to 9, 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qgis.PyQt.QtCore import QEvent, Qt, pyqtSignal
from qgis.PyQt.QtGui import QFontMetrics, QKeySequence
from qgis.PyQt.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from gridmgmt_plugin.core.inspection.checklists import Checklist
from gridmgmt_plugin.gui.frame.colours import readable
from gridmgmt_plugin.gui.frame.qt import QShortcut
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import language, tr

_MARKS: Mapping[bool | None, str] = {None: "–", True: "√", False: "×"}
_COLOURS: Mapping[bool, str] = {True: "#15803d", False: "#b91c1c"}
_COLUMNS, _LEAST_HEIGHT_PX, _LEAST_LETTERS = 2, 28, 9
# Beside, above and below the text of a button.
_LEFT_PX, _BESIDE_PX, _AROUND_PX, _BETWEEN_PX = 6, 14, 4, 2
_KEYS = "1234567890"
# The face of a button is not quite the colour that its theme names.
_ON_A_FACE = 7.0


class Verdicts(QWidget):
    """``changed``: an item was judged. Items are judged ``None`` (open), True (passed) or False (failed).

    :param around: within this widget the keys judge.
    """

    changed = pyqtSignal()

    def __init__(self, parent: Any, around: QWidget) -> None:
        super().__init__(parent)
        self._around = around
        self.setObjectName("gridmgmt_inspection_items")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_BETWEEN_PX)
        self._checklist: Checklist | None = None
        self.buttons: dict[str, QPushButton] = {}
        self._said: dict[str, bool | None] = {}
        self._shortcuts: list[QShortcut] = []

    @property
    def results(self) -> dict[str, bool]:
        """Return what was judged: item → passed."""
        return {code: said for code, said in self._said.items() if said is not None}

    def show_checklist(self, checklist: Checklist) -> None:
        """Show the items of a list, all open; those of the same list stay as they are."""
        if checklist == self._checklist:
            return
        for button in self.buttons.values():
            button.deleteLater()
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._checklist, self.buttons, self._said, self._shortcuts = checklist, {}, {}, []
        half = (len(checklist.items) + _COLUMNS - 1) // _COLUMNS
        for place, item in enumerate(checklist.items):
            button = QPushButton(self)
            button.setObjectName(f"gridmgmt_inspection_item_{item.code}")
            button.setMinimumWidth(_LEAST_LETTERS * button.fontMetrics().averageCharWidth() + _BESIDE_PX)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            button.clicked.connect(lambda _=False, code=item.code: self.tap(code))
            tip = tr("Press once: passed. Once more: failed. Keys 1 to 9 and 0 press the first ten.")
            explain(button, f"{item.title(language())}\n{tip}")
            self.buttons[item.code], self._said[item.code] = button, None
            self._grid.addWidget(button, place % half, place // half)
            if place < len(_KEYS):
                shortcut = QShortcut(QKeySequence(_KEYS[place]), self._around)
                shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                shortcut.activated.connect(lambda code=item.code: self.tap(code))
                self._shortcuts.append(shortcut)
        self._label()

    def show_results(self, results: Mapping[str, bool]) -> None:
        """Show what was judged, all else open."""
        self._said = {code: results.get(code) for code in self._said}
        self._label()

    def tap(self, code: str) -> None:
        """Judge an item: passed, then failed, then passed again; not while nothing can be judged."""
        if not self.isEnabled():
            return
        self._said[code] = self._said[code] is not True
        self._label()
        self.changed.emit()

    def pass_open(self) -> None:
        """Let every item that is open be passed; not while nothing can be judged."""
        if not self.isEnabled():
            return
        self._said = {code: True if said is None else said for code, said in self._said.items()}
        self._label()
        self.changed.emit()

    def resizeEvent(self, event: Any) -> None:  # noqa: N802  Qt calls it
        """Write the items in one line or two, as there is room."""
        super().resizeEvent(event)
        self._label()

    def changeEvent(self, event: Any) -> None:
        """Choose colours anew that can be read where the theme has changed."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._label()

    def _label(self) -> None:
        if self._checklist is None:
            return
        for place, item in enumerate(self._checklist.items):
            said, button = self._said[item.code], self.buttons[item.code]
            key = f"{_KEYS[place]} " if place < len(_KEYS) else ""
            room = self.width() // _COLUMNS - _BESIDE_PX
            text = _in_lines(f"{_MARKS[said]} {key}", item.title(language()), room, button.fontMetrics())
            button.setText(text.replace("&", "&&"))
            button.setMinimumHeight(max(_LEAST_HEIGHT_PX, _height_px(text, button.fontMetrics())))
            colour = "" if said is None else f"color: {readable(_COLOURS[said], button, _ON_A_FACE).name()};"
            button.setStyleSheet(f"text-align: left; padding-left: {_LEFT_PX}px; {colour}")


def _in_lines(lead: str, title: str, room_px: int, metrics: QFontMetrics) -> str:
    """Return ``lead`` and ``title`` as one line where there is room, else as two; the second may be shortened."""
    text = lead + title
    if metrics.horizontalAdvance(text) <= room_px:
        return text
    is_spaced = " " in title
    ends = [at for at in range(len(lead) + 1, len(text)) if not is_spaced or text[at] == " "]
    fitting = [at for at in ends if metrics.horizontalAdvance(text[:at]) <= room_px]
    end = fitting[-1] if fitting else ends[0]
    rest = str(metrics.elidedText(text[end:].strip(), Qt.TextElideMode.ElideRight, max(room_px, 0)))
    return f"{text[:end]}\n{rest}"


def _height_px(text: str, metrics: QFontMetrics) -> int:
    # Not lines times their spacing: Chinese letters may come from a font that is higher.
    return int(metrics.size(0, text).height()) + _AROUND_PX
