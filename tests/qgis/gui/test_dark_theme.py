"""Everything of ours can be read under a dark theme: QGIS's own and a dark palette of the desktop.

Texts are drawn without smoothing, so that a picture holds exactly the colours that were chosen.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from qgis.core import QgsApplication
from qgis.gui import QgsAttributeDialog
from qgis.PyQt.QtCore import QRect, Qt
from qgis.PyQt.QtGui import QColor, QFont, QImage
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QTextBrowser,
    QToolButton,
    QWidget,
)

from gridmgmt_plugin.gui.editing.rubber import PART_COLOURS
from gridmgmt_plugin.gui.frame.colours import contrast, faint, grounds_of, readable
from tests.desktop.cut_off import is_of_ours
from tests.qgis.gui.dress import DARK, LIGHT, NIGHT, dress
from tests.qgis.gui.our_windows import House

#: What text needs by WCAG 2.1, success criterion 1.4.3.
TEXT = 4.5
#: QGIS's own lists, fields and buttons under its own dark theme have 2.7; what is not ours to colour is left at that.
NATIVE_AT_NIGHT = 2.6
_STROKES = 6  # pixels of one colour that make a letter
_EDGE = 4  # pixels at the left of a label that says what is in the way


@pytest.fixture(scope="module", params=[LIGHT, NIGHT, pytest.param(DARK, marks=pytest.mark.proof)])
def theme(request, qgis_app):
    before = QApplication.font()
    sharp = QFont(before)
    sharp.setStyleStrategy(QFont.StyleStrategy.NoAntialias)
    QApplication.setFont(sharp)
    dress(request.param)
    yield request.param
    dress(LIGHT)
    QApplication.setFont(before)


@pytest.fixture(scope="module")
def house(theme, processing, tmp_path_factory):
    made = House(tmp_path_factory.mktemp("theme"), "zh_CN")
    yield made
    made.close()


def _colours(image: QImage, area: QRect) -> Counter:
    part = image.copy(area.intersected(image.rect())).convertToFormat(QImage.Format.Format_RGB32)
    bits = part.constBits()
    bits.setsize(part.sizeInBytes())
    found, counts = np.unique(np.frombuffer(bits, dtype=np.uint32) & 0xFFFFFF, return_counts=True)
    return Counter(dict(zip(found.tolist(), counts.tolist())))


def _worst_of_label(image: QImage) -> float:
    """Return the contrast of the text that stands out least from what is behind it; 21 without any text."""
    counted = _colours(image, image.rect())
    ground = QColor(counted.most_common(1)[0][0])
    inks = [QColor(pixel) for pixel, count in counted.items() if count >= _STROKES and QColor(pixel) != ground]
    inks = [ink for ink in inks if ink.name() not in PART_COLOURS]  # squares that stand for parts on the map
    return min((contrast(ink, ground) for ink in inks), default=21.0)


def _best(image: QImage, area: QRect) -> float:
    """Return the contrast of what stands out most: the text, where there are frames and gradients as well."""
    counted = _colours(image, area)
    if not counted:
        return 21.0
    ground = QColor(counted.most_common(1)[0][0])
    inks = [QColor(pixel) for pixel, count in counted.items() if count >= _STROKES]
    return max(contrast(ink, ground) for ink in inks)


def _texts(root: QWidget):
    """Yield (what, contrast needed at night, contrast) of everything that says something."""
    picture = root.grab().toImage()
    for widget in (root, *root.findChildren(QWidget)):
        if not widget.isVisible() or not is_of_ours(widget, root) or widget.visibleRegion().isEmpty():
            continue
        seen = widget.visibleRegion().boundingRect()
        if _is_half_scrolled_out(widget, seen):
            continue  # what is seen of it need not be its text
        area = QRect(widget.mapTo(root, seen.topLeft()), seen.size())
        what = f"{type(widget).__name__} {widget.objectName()}"
        if isinstance(widget, QHeaderView):
            continue  # the theme's own
        if widget.objectName() == "ConstraintStatus":
            continue  # QGIS's own mark
        if isinstance(widget, QAbstractItemView):
            yield from _cells(widget, root, picture, what)
        elif (
            isinstance(widget, QLabel)
            and widget.isEnabled()
            and widget.text()
            and (widget.pixmap() is None or widget.pixmap().isNull())
        ):
            edge = _EDGE if "border-left" in widget.styleSheet() else 0  # a mark, which needs less than text
            yield f"{what} “{widget.text()[-60:]}”", TEXT, _worst_of_label(picture.copy(area.adjusted(edge, 0, 0, 0)))
        elif isinstance(widget, QTextBrowser):
            yield what, TEXT, _best(picture, area)
        elif isinstance(widget, (QPushButton, QToolButton, QCheckBox, QComboBox, QLineEdit)):
            said = widget.currentText() if isinstance(widget, QComboBox) else widget.text()
            # Of what is grey, only forms are to be read: most are opened for that.
            is_form = isinstance(root, QgsAttributeDialog) and isinstance(widget, (QComboBox, QLineEdit))
            if said.strip() and said != QgsApplication.nullRepresentation() and (widget.isEnabled() or is_form):
                yield f"{what} “{said}”", NATIVE_AT_NIGHT, _best(picture, area.adjusted(3, 3, -3, -3))


def _is_half_scrolled_out(widget, seen):
    """Tell whether less than the middle of a widget can be seen in what scrolls around it."""
    return not seen.contains(widget.rect().center())


def _cells(view: QAbstractItemView, root: QWidget, picture: QImage, what: str):
    model, port = view.model(), view.viewport()
    for row in range(min(model.rowCount() if model is not None else 0, 12)):
        for column in range(1 if isinstance(view, QListView) else model.columnCount()):
            index = model.index(row, column)
            place = view.visualRect(index).intersected(port.visibleRegion().boundingRect())
            text = str(index.data() or "")
            if not text or place.width() < 20 or place.height() < 10 or not index.flags() & Qt.ItemFlag.ItemIsEnabled:
                continue
            chosen = view.selectionModel() is not None and view.selectionModel().isSelected(index)
            area = QRect(port.mapTo(root, place.topLeft()), place.size())
            if not chosen:  # what is chosen has the theme's own two colours
                yield f"{what} “{text}”", NATIVE_AT_NIGHT, _best(picture, area)


@pytest.mark.daily(1)
@pytest.mark.proof
def test_every_text_can_be_read(house, theme):
    wrong = set()
    for name in house.names:
        for what, least_at_night, found in house.visit(name, lambda widget: list(_texts(widget))):
            if found < (least_at_night if theme == NIGHT else TEXT) - 0.05:
                wrong.add(f"{name}: {what} {found:.2f}")
    assert not wrong, "\n".join(sorted(wrong))


@pytest.mark.parametrize("colour", ["#c62828", "#ef8a00", "#1f8bd6", "#b4430c", "#ffffff", "#000000"])
def test_a_colour_is_moved_until_it_can_be_read(theme, colour):
    widget = QWidget()
    (ground,) = grounds_of(widget)
    assert contrast(readable(colour, widget), ground) >= TEXT
    assert contrast(faint(widget), ground) >= TEXT
    if contrast(QColor(colour), ground) >= TEXT:
        assert readable(colour, widget) == QColor(colour)
