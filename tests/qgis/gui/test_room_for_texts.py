"""No control is cut off: at the usual size of letters, and at 125 % and 150 %, as on a screen of fine pixels.

Letters grow while what was measured in pixels does not: that is what a scaled display does where it hurts.
"""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtGui import QTextDocument
from qgis.PyQt.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
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

from tests.qgis.gui.our_windows import House, is_of_ours

#: What a small screen shows of a dialog below the bars of the desktop.
SCREEN_PX = (1366, 728)
#: Rounding of letters that are not whole pixels wide.
_SLACK_PX = 2
_ONLY_ICON = Qt.ToolButtonStyle.ToolButtonIconOnly


@pytest.fixture(scope="module", params=[1.0, 1.25, 1.5])
def scale(request, qgis_app):
    before = QApplication.font()
    larger = QApplication.font()
    larger.setPointSizeF(before.pointSizeF() * request.param)
    QApplication.setFont(larger)
    yield request.param
    QApplication.setFont(before)


@pytest.fixture(scope="module", params=["zh_CN", "en_US"])
def house(request, scale, processing, tmp_path_factory):
    made = House(tmp_path_factory.mktemp("room"), request.param)
    yield made
    made.close()


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
    wanted = widget.minimumSizeHint() if isinstance(widget, QComboBox) else widget.sizeHint()
    return wanted.width() - width, wanted.height() - height


def _cut_off(root: QWidget):
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


def _cut_headings(header: QHeaderView):
    model = header.model()
    for column in range(header.count()):
        title = model.headerData(column, Qt.Orientation.Horizontal)
        tip = model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        if not title or header.isSectionHidden(column) or tip:
            continue
        needed = max(header.fontMetrics().horizontalAdvance(line) for line in str(title).split("\n"))
        if needed > header.sectionSize(column):
            yield f"heading “{title}” lacks {needed - header.sectionSize(column)}"


def test_no_control_is_cut_off(house, scale):
    wrong = set()
    for name in house.names:
        wrong |= {f"{name}: {what}" for what in house.visit(name, lambda root: list(_cut_off(root)))}
    assert not wrong, "\n".join(sorted(wrong))


def test_no_dialog_is_larger_than_a_small_screen(house, scale):
    wrong = {}
    for name in house.names:
        size = house.visit(name, lambda root: root.size() if root.isWindow() else QSize(0, 0))
        if size.width() > SCREEN_PX[0] or size.height() > SCREEN_PX[1]:
            wrong[name] = (size.width(), size.height())
    assert not wrong
