"""Which controls of ours are cut off. It runs inside QGIS as well, so it takes nothing from the plugin."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QTextDocument
from qgis.PyQt.QtWidgets import (
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QRadioButton,
    QTabBar,
    QToolButton,
    QWidget,
)

#: Rounding of letters that are not whole pixels wide.
_SLACK_PX = 2
_ONLY_ICON = Qt.ToolButtonStyle.ToolButtonIconOnly
#: Widgets of QGIS that hold widgets of ours, or that we dress.
_FRAMES = (
    *("QgsCollapsibleGroupBox", "QgsDockWidget", "QgsScrollArea", "QgsOptionsPageWidget"),
    *("QgsAttributeDialog", "QgsAttributeForm", "QgsAttributeFormEditorWidget"),
    "QgsAttributeFormRelationEditorWidget",
)
#: What Qt makes of several parts, which are its own.
_WHOLES = ("QComboBox", "QDateEdit", "QDateTimeEdit", "QSpinBox", "QDoubleSpinBox", "QCalendarWidget")


def is_of_ours(widget, root):
    """Tell whether a widget is ours to answer for, not the inside of one that Qt or QGIS made."""
    if widget.objectName().startswith("qt_"):
        return False
    while widget is not root and widget is not None:
        widget = widget.parentWidget()
        kind = type(widget)
        is_foreign = kind.__module__ == "qgis._gui" and kind.__name__ not in _FRAMES
        if is_foreign or any(base.__name__ in _WHOLES for base in kind.__mro__):
            return False
    return True


def _lacking(widget: QWidget) -> tuple[int, int]:
    """Return how many pixels a control lacks in width and height to be seen whole."""
    width, height = widget.width(), widget.height()
    if isinstance(widget, QLabel):
        margins = 2 * widget.margin()
        if widget.wordWrap():
            return 0, widget.heightForWidth(width) - height
        if "<" in widget.text() and widget.textFormat() != Qt.TextFormat.PlainText:
            document = QTextDocument()
            document.setDefaultFont(widget.font())
            document.setDocumentMargin(0)
            document.setHtml(widget.text())
            return round(document.idealWidth()) + margins - width, 0
        needed = widget.fontMetrics().size(0, widget.text())
        return needed.width() + margins - width, needed.height() - height
    if isinstance(widget, (QPushButton, QToolButton)):
        needed = widget.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, widget.text())
        icon = 0 if widget.icon().isNull() else widget.iconSize().width() + 4
        if isinstance(widget, QToolButton) and icon and widget.toolButtonStyle() == _ONLY_ICON:
            return 0, 0
        return needed.width() + icon - width, needed.height() - height
    wanted = widget.sizeHint()
    if isinstance(widget, QComboBox):  # a list remembers the least width of an earlier, longer content
        wanted = wanted.boundedTo(widget.minimumSizeHint())
    return wanted.width() - width, wanted.height() - height


def cut_off(root: QWidget) -> Iterator[str]:
    """Yield what is cut off or stands outside what holds it."""
    kinds = (QLabel, QPushButton, QToolButton, QCheckBox, QRadioButton, QComboBox)
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, kinds) or not widget.isVisible() or not is_of_ours(widget, root):
            continue
        text = widget.currentText() if isinstance(widget, QComboBox) else widget.text()
        if not text:
            continue
        wide, high = _lacking(widget)
        tells = isinstance(widget, QLabel) and widget.toolTip()
        if max(wide if not tells else 0, high) > _SLACK_PX:
            yield f"{type(widget).__name__} {widget.objectName()} “{text[:50]}” lacks {wide} × {high}"
        holder = widget.parentWidget()
        scrolls = holder is not None and isinstance(holder.parentWidget(), QAbstractScrollArea)
        if (
            holder is not None
            and not scrolls
            and not holder.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry())
        ):
            yield f"{type(widget).__name__} {widget.objectName()} “{text[:50]}” leaves {type(holder).__name__}"
    for header in root.findChildren(QHeaderView):
        if header.isVisible() and header.orientation() == Qt.Orientation.Horizontal and is_of_ours(header, root):
            yield from _cut_headings(header)
    for bar in root.findChildren(QTabBar):
        if bar.isVisible() and bar.width() > bar.parentWidget().width():
            yield f"tabs of {bar.parentWidget().objectName()}"


def _cut_headings(header: QHeaderView) -> Iterator[str]:
    model = header.model()
    for column in range(header.count()):
        title = model.headerData(column, Qt.Orientation.Horizontal)
        tip = model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        if not title or header.isSectionHidden(column) or tip:
            continue
        needed = max(header.fontMetrics().horizontalAdvance(line) for line in str(title).split("\n"))
        if needed > header.sectionSize(column):
            yield f"heading “{title}” lacks {needed - header.sectionSize(column)}"
