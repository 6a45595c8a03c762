"""The one door through which the plugin speaks in QGIS's message bar: one sentence at a time, and a short one.

Whoever has something to say calls :meth:`MessageDoor.tell` (``shell.tell``): controllers, tools, dialogs that stay
open. A sentence that does not fit in one line is shown as its beginning, with a button for the whole. At most two
buttons stand beside it, and what else can be done is in a menu. What a planner must answer before anything goes on is
a question of its own, never a message.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any, Protocol

from qgis.core import Qgis, QgsMessageLog
from qgis.PyQt.QtCore import QEvent, QObject, Qt, QTimer
from qgis.PyQt.QtGui import QTextDocument
from qgis.PyQt.QtWidgets import QDialog, QLabel, QMenu, QPushButton, QScrollArea, QTextBrowser, QVBoxLayout

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame.background_task import is_title_of_ours
from gridmgmt_plugin.gui.frame.dialog_buttons import close_button
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.project.i18n import language, tr

Deed = Callable[[], object]
Button = tuple[str, str, Deed]
Said = tuple[Message, Qgis.MessageLevel, Sequence[Message]]
#: Property of an item in the bar: the whole of what is said, however little of it is shown.
WHOLE = "gridmgmt_whole"
_DETAILS, _MORE = "gridmgmt_message_details", "gridmgmt_message_more"
# What a bar holds besides sentence and buttons: icon, number of messages, cross; and the least width to reckon with.
_FURNITURE_PX, _LEAST_PX = 125, 320
_BUTTON_PX, _BETWEEN_PX = 80, 6
_BESIDE = 2
# Seconds after which QGIS takes a message away; never.
_UNTIL_IT_IS_READ = 0
_REFIT_MS = 100
_TROUBLE = (Qgis.MessageLevel.Warning, Qgis.MessageLevel.Critical)
# The end of a sentence; a point within a number or a file name is none.
_END = re.compile(r"(?<=[。！？；])|(?<=[.!?;])\s+")
# What says that more follows; nothing does behind the last sentence that is shown.
_GOES_ON = " …，、；：,;:"


class Tell(Protocol):
    """How a part of the window speaks that does not know the whole of it; see ``Shell.tell``."""

    def __call__(
        self,
        message: Message,
        level: Qgis.MessageLevel = ...,
        more: tuple[str, Deed] | None = ...,
        buttons: Sequence[Button] = ...,
        also: Sequence[Message] = ...,
    ) -> Any:
        """Say something in place of what was said before; return what takes it away again."""


class MessageDoor:
    """Speaks in the message bar of one window; what was said before makes way."""

    def __init__(self, iface: Any) -> None:
        self._iface = iface
        self._item: Any = None
        self._offered: tuple[Any, ...] = ()
        self._deeds: Mapping[str, Deed] = {}
        self._dialog: Any = None
        iface.messageBar().widgetAdded.connect(self._echoes_may_come)
        self._listens = True
        self._said: tuple[Any, ...] = ()
        self._former: list[Any] = []  # items that the present one has taken the place of
        self._resized = _Resized(iface.messageBar(), self._fit_again)

    def tell(
        self,
        message: Message,
        level: Qgis.MessageLevel = Qgis.MessageLevel.Info,
        buttons: Sequence[Button] = (),
        also: Sequence[Message] = (),
    ) -> Any:
        """Say something in place of what we said before; return the item in the bar, for :meth:`withdraw`.

        The same buttons as before stay where they are, under the pointer, and only the sentence changes.

        :param buttons: object name, text and deed of each.
        :param also: what belongs to it and is read behind the button for details only.
        """
        item = self._say(message, level, buttons, also)
        whole = item.property(WHOLE)
        if level in _TROUBLE and (self._said[-1][1] != whole or also):
            _log_whole([whole, *(more.text(language()) for more in also)], level)
        return item

    def _say(
        self, message: Message, level: Qgis.MessageLevel, buttons: Sequence[Button], also: Sequence[Message]
    ) -> Any:
        whole = message.text(language())
        self._former = []
        offered = self._shown_buttons(message, buttons, also)
        _, short, title = self._fitting(whole, offered)
        self._deeds = {name: deed for name, _, deed in offered}
        kind = (level, *((name, text) for name, text, _ in offered))
        if offered and kind == self._offered and self._is_on_top():
            self._item.setTitle(title)
            self._item.setText(short)
        else:
            self.withdraw(self._item)
            self._put(title, short, level, offered)
            self._offered = kind
        self._said = (message, level, tuple(buttons), tuple(also), (title, short))
        self._item.setProperty(WHOLE, whole)
        return self._item

    def stay(self, item: Any, message: Message, level: Qgis.MessageLevel, buttons: Sequence[Button] = ()) -> Any:
        """Say something that stands beside all else that is said, until :meth:`withdraw`; return its item in the bar.

        :param item: what this returned before, whose words change, or ``None``.
        """
        whole = message.text(language())
        offered = self._shown_buttons(message, buttons, ())
        _, short, title = self._fitting(whole, offered)
        if is_alive(item):
            item.setTitle(title)
            item.setText(short)
        else:
            item = self._made(title, short, level, [(name, text, deed) for name, text, deed in offered])
            if level in _TROUBLE and short != whole:
                _log_whole([whole], level)
        item.setProperty(WHOLE, whole)
        return item

    def withdraw(self, item: Any) -> None:
        """Take an item away, if it still stands."""
        if is_alive(item):
            self._iface.messageBar().popWidget(item)
        if item is self._item:
            self._item, self._offered = None, ()
        elif any(item is former for former in self._former):
            self.withdraw(self._item)

    def _shown_buttons(
        self, message: Message, buttons: Sequence[Button], also: Sequence[Message]
    ) -> Sequence[Button]:
        """Return the buttons, with one for details where there is more to read than what is shown."""
        whole = message.text(language())
        is_short, _, _ = self._fitting(whole, buttons)
        has_details = any(text == tr("Details") for _, text, _ in buttons)  # a report, which begins with the sentence
        # With a menu it is always there, or the buttons would move as the sentences come and go.
        if has_details or not (also or not is_short or len(buttons) >= _BESIDE):
            return buttons
        lines = [whole, *(more.text(language()) for more in also)]
        return [*buttons, (_DETAILS, tr("Details"), lambda: self._show_details(lines))]

    def _fit_again(self) -> None:
        """Say the same in as many words as fit now: the map has another width, for a dock has come or gone."""
        if not is_alive(self._item) or not self._said:
            return
        message, level, buttons, also, shown = self._said
        _, short, title = self._fitting(message.text(language()), self._shown_buttons(message, buttons, also))
        if (title, short) != shown:
            former = [*self._former, self._item]
            self.withdraw(self._item)
            self._say(message, level, buttons, also)
            self._former = former

    def standing(self) -> Any:
        """Return the item that stands in the bar, for :meth:`withdraw`; ``None`` where we say nothing now."""
        return self._item if is_alive(self._item) else None

    def close(self) -> None:
        """Take away what we said last, and its details."""
        if self._listens:
            self._iface.messageBar().widgetAdded.disconnect(self._echoes_may_come)
            self._listens = False
            self._resized.stop()
        self.withdraw(self._item)
        if is_alive(self._dialog):
            self._dialog.close()
        self._dialog = None

    def leave(self, said: Sequence[Said]) -> None:
        """Say what nobody of ours can take away again: it stands until the planner has read it.

        What belongs to a sentence is behind a button of QGIS's own, for ours would have nobody to answer it.
        """
        bar, name = self._iface.messageBar(), tr("Grid Management")
        for message, level, also in said:
            text, *more = (one.text(language()) for one in (message, *also))
            if more:
                bar.pushMessage(name, text, "\n\n".join((text, *more)), level, _UNTIL_IT_IS_READ)
            else:
                bar.pushMessage(name, text, level, _UNTIL_IT_IS_READ)

    def _is_on_top(self) -> bool:
        return is_alive(self._item) and self._iface.messageBar().currentItem() is self._item

    def _put(self, title: str, short: str, level: Qgis.MessageLevel, offered: Sequence[Button]) -> None:
        answered = [(name, text, partial(self._clicked, name)) for name, text, _ in offered]
        self._item = self._made(title, short, level, answered)

    def _made(self, title: str, short: str, level: Qgis.MessageLevel, offered: Sequence[Button]) -> Any:
        """Return a new item in the bar."""
        bar = self._iface.messageBar()
        item = bar.createMessage(title, short)
        beside, in_menu = _shared_out(offered)
        for name, text, deed in beside:
            button = QPushButton(text, item)
            button.setObjectName(name)
            button.clicked.connect(partial(_do, deed))
            item.layout().addWidget(button)
        if in_menu:
            item.layout().addWidget(_menu_button(item, in_menu))
        bar.pushWidget(item, level)
        QTimer.singleShot(0, partial(show_whole, item))  # its width is known only when it has its place
        return item

    def _clicked(self, name: str) -> None:
        deed = self._deeds.get(name)
        if deed is not None:
            deed()

    def _echoes_may_come(self, *_: object) -> None:
        QTimer.singleShot(0, self._drop_echoes)

    def _drop_echoes(self) -> None:
        """Take away what QGIS says of a job of ours that has ended: we say it ourselves, with the result."""
        bar = self._iface.messageBar()
        for item in bar.items() if is_alive(bar) else ():
            if item is not self._item and is_title_of_ours(item.text()):
                bar.popWidget(item)

    def _fitting(self, whole: str, offered: Sequence[Button]) -> tuple[bool, str, str]:
        """Tell whether a sentence fits beside the buttons; return as much of it as does, and our name.

        The name makes way where a first sentence would be cut because of it.
        """
        bar = self._iface.messageBar()
        beside, in_menu = _shared_out(offered)
        texts = [*(text for _, text, _ in beside), *([tr("More")] if in_menu else [])]
        taken_px = sum(max(QPushButton(text).sizeHint().width(), _BUTTON_PX) + _BETWEEN_PX for text in texts)
        taken_px += bar.fontMetrics().height() if in_menu else 0  # the arrow of the menu
        around = bar.parentWidget()  # the bar itself has no width before it shows something
        room_px = max(around.width() if around is not None else 0, _LEAST_PX) - _FURNITURE_PX - taken_px
        shown = QTextDocument()
        shown.setDefaultFont(bar.font())

        def fits(text: str, title: str = "") -> bool:
            shown.setHtml(f"<b>{title}:</b> {escape(text)}" if title else escape(text))
            return bool(shown.idealWidth() <= room_px)

        name = tr("Grid Management")
        titled = shortened(whole, partial(fits, title=name))
        if titled != whole and titled.endswith("…"):
            return fits(whole), shortened(whole, fits), ""
        return titled == whole, titled, name

    def _show_details(self, lines: Sequence[str]) -> None:
        if is_alive(self._dialog):
            self._dialog.close()
        self._dialog = _details_dialog(lines, self._iface.mainWindow())
        self._dialog.show()


def _log_whole(lines: Sequence[str], level: Qgis.MessageLevel) -> None:
    """Keep in QGIS's log what the bar shows the beginning of: QGIS itself keeps there what is shown."""
    QgsMessageLog.logMessage("\n".join(lines), tr("Grid Management"), level, notifyUser=False)


class _Resized(QObject):
    """Calls ``then`` a moment after a widget has got another width."""

    def __init__(self, widget: Any, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._width_px = widget.width()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_REFIT_MS)
        self._pause.timeout.connect(then)
        widget.installEventFilter(self)

    def eventFilter(self, watched: Any, event: QEvent) -> bool:  # noqa: N802  Qt calls it
        """Take note of another width."""
        if event.type() == QEvent.Type.Resize and watched.width() != self._width_px:
            self._width_px = watched.width()
            self._pause.start()
        return False

    def stop(self) -> None:
        """Look no more."""
        self._pause.stop()
        self.parent().removeEventFilter(self)
        self.deleteLater()


def _menu_button(item: Any, offered: Sequence[Button]) -> QPushButton:
    button = QPushButton(tr("More"), item)
    button.setObjectName(_MORE)
    menu = QMenu(button)
    for name, text, deed in offered:
        action = menu.addAction(text)
        action.setObjectName(name)
        action.triggered.connect(partial(_do, deed))
    button.setMenu(menu)
    return button


def _do(deed: Deed, *_: object) -> None:
    """Do what a button stands for, whatever Qt's signal hands over."""
    deed()


def _shared_out(offered: Sequence[Button]) -> tuple[Sequence[Button], Sequence[Button]]:
    """Return what stands beside the sentence and what is in a menu."""
    return (offered, ()) if len(offered) <= _BESIDE else (offered[:_BESIDE], offered[_BESIDE:])


def shortened(whole: str, fits: Callable[[str], bool]) -> str:
    """Return as many whole sentences of a text as fit; of a first sentence that is too long its beginning and "…".

    >>> shortened("甲不行。改用乙。", lambda text: len(text) <= 5)
    '甲不行。'
    >>> shortened("甲已改；乙也要改。", lambda text: len(text) <= 5)
    '甲已改。'
    """
    if fits(whole):
        return whole
    parts = [part for part in _END.split(whole) if part]
    shown = parts[0]
    for part in parts[1:]:
        longer = whole[: whole.index(part, len(shown)) + len(part)]
        if not fits(longer):
            break
        shown = longer
    if fits(shown):
        return _closed(shown)
    few, many = 0, len(shown)
    while few + 1 < many:
        middle = (few + many) // 2
        few, many = (middle, many) if fits(f"{shown[:middle]}…") else (few, middle)
    return f"{shown[: max(few, 1)].rstrip(_GOES_ON)}…"


def _closed(shown: str) -> str:
    """Return what is shown with a full stop in place of a semicolon: what it led to is not there."""
    if shown.endswith("；"):
        return f"{shown[:-1]}。"
    return f"{shown[:-1]}." if shown.endswith(";") else shown


def show_whole(item: Any) -> None:
    """Let an item grow where its sentence takes two lines all the same; QGIS hides the second behind arrows."""
    text = item.findChild(QTextBrowser) if is_alive(item) else None
    if text is None:
        return
    needed_px = math.ceil(text.document().size().height())
    if needed_px > text.height():
        text.setFixedHeight(needed_px)


def _details_dialog(lines: Sequence[str], parent: Any) -> QDialog:
    dialog = QDialog(parent)
    dialog.setObjectName("gridmgmt_message_dialog")
    dialog.setWindowTitle(tr("Details"))
    text = QLabel("\n\n".join(lines), dialog)
    text.setObjectName("gridmgmt_message_text")
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.setWordWrap(True)
    text.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    text.setAlignment(Qt.AlignmentFlag.AlignTop)
    area = QScrollArea(dialog)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidget(text)
    dialog.finished.connect(dialog.deleteLater)
    layout = QVBoxLayout(dialog)
    layout.addWidget(area)
    layout.addWidget(close_button(dialog))
    dialog.resize(520, min(160 + 44 * len(lines), 420))
    return dialog
