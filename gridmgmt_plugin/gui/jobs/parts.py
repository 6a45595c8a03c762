"""Small parts that dialogs of jobs are put together from."""

from __future__ import annotations

from html import escape

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDialog, QWidget

_TAB_STOPS = (Qt.FocusPolicy.TabFocus, Qt.FocusPolicy.StrongFocus, Qt.FocusPolicy.WheelFocus)


def tab_stops(widget: QWidget) -> list[QWidget]:
    """Return the parts of a field that the Tab key stops at; a list that drops down is a window of its own."""
    parts = [part for part in (widget, *widget.findChildren(QWidget)) if part.window() is widget.window()]
    return [part for part in parts if part.focusPolicy() in _TAB_STOPS and part.focusProxy() is None]


def keep_on_screen(dialog: QDialog) -> None:
    """Move a dialog up as far as it has grown beyond the lower edge of the screen."""
    beyond = dialog.frameGeometry().bottom() - dialog.screen().availableGeometry().bottom()
    if beyond > 0:
        dialog.move(dialog.x(), max(dialog.y() - beyond, 0))


def grow(dialog: QDialog, most_px: int) -> None:
    """Give a dialog more height where its texts have more lines than there is room for; smaller it never gets."""
    needed = min(dialog.layout().minimumHeightForWidth(dialog.width()), most_px)
    if dialog.isVisible() and needed > dialog.height():
        dialog.resize(dialog.width(), needed)
        keep_on_screen(dialog)


def problem_html(texts: list[str]) -> str:
    """Return what is in the way, as HTML."""
    return "<br>".join(map(escape, texts))
