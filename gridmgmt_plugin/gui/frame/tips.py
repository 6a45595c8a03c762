"""What a control says about itself: a tip under the pointer, and the same for "What's this?" (Shift+F1)."""

from __future__ import annotations

from qgis.PyQt.QtWidgets import QAbstractItemView, QTextEdit, QWidget


def explain(widget: QWidget, text: str) -> None:
    """Say what a control does, for it and for parts of it that say nothing themselves.

    Lists and pages of text get no tip, which would lie over what is read; "What's this?" explains them.
    """
    for part in (widget, *widget.findChildren(QWidget)):
        if part is not widget and (part.whatsThis() or part.window() is not widget.window()):
            continue
        if not part.toolTip() and not isinstance(part, (QAbstractItemView, QTextEdit)):
            part.setToolTip(text)
        part.setWhatsThis(text)
