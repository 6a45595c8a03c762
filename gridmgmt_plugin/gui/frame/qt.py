"""The one place that knows where Qt 5 and Qt 6 keep the same class."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from qgis.PyQt import QtGui, QtWidgets, sip
from qgis.PyQt.QtCore import Qt

if TYPE_CHECKING:
    from typing import TypeGuard  # Python 3.10; the oldest QGIS brings 3.9

_Widget = TypeVar("_Widget")

# Qt 6 moved these from the widgets to the gui module.
QAction = QtGui.QAction if hasattr(QtGui, "QAction") else QtWidgets.QAction
QShortcut = QtGui.QShortcut if hasattr(QtGui, "QShortcut") else QtWidgets.QShortcut

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
# Item models hand alignments over as plain numbers; Qt 6's flags are no numbers any more.
ALIGN_RIGHT: int = _RIGHT.value if hasattr(_RIGHT, "value") else int(_RIGHT)


def is_alive(widget: _Widget | None) -> TypeGuard[_Widget]:
    """Tell whether Qt still has the object behind ``widget``; QGIS deletes message bar items by itself."""
    return widget is not None and not sip.isdeleted(widget)


def with_mnemonic(text: str, letter: str) -> str:
    """Return a menu text whose ``letter`` is underlined: in the text itself, else in brackets behind it.

    >>> with_mnemonic("Find hot spots…", "h"), with_mnemonic("高发分析…", "H")
    ('Find &hot spots…', '高发分析(&H)…')
    """
    if not letter:
        return text
    position = text.lower().find(letter.lower())
    if position >= 0:
        return f"{text[:position]}&{text[position:]}"
    stem = text[:-1] if text.endswith("…") else text
    return f"{stem}(&{letter.upper()}){text[len(stem) :]}"
