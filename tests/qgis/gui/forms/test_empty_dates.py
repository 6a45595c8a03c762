"""A day that is typed into a box arrives, wherever the planner clicked and whatever stands between its parts."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.gui.lanes.choices import day_box, day_in, show_day_in

WIDTH_PX, HALF_WAY = 250, (5, 45, 60, 75, 120)


@pytest.fixture
def box(qgis_app):
    window = QWidget()
    layout = QVBoxLayout(window)
    found, elsewhere = day_box(window, may_be_empty=True), QLineEdit(window)
    found.setFixedWidth(WIDTH_PX)
    for widget in (elsewhere, found):
        layout.addWidget(widget)
    window.show()
    qgis_app.processEvents()
    found.elsewhere = elsewhere
    yield found
    window.deleteLater()


def _type(box, text, at_px):
    box.elsewhere.setFocus()
    line = box.findChild(QLineEdit, "qt_spinbox_lineedit")
    QTest.mouseClick(
        line, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(at_px, line.height() // 2)
    )
    box.setFocus()
    QTest.keyClicks(box, text)
    box.elsewhere.setFocus()
    return day_in(box)


@pytest.mark.parametrize("text", ["2027-05-06", "2027-5-6", "2027/05/06", "20270506"])
def test_what_is_typed_into_an_empty_day_is_the_day_wherever_it_was_clicked(box, text):
    for at_px in HALF_WAY:
        box.clear()
        assert _type(box, text, at_px) == "2027-05-06", at_px


def test_an_empty_day_says_so_with_the_cursor_in_it_until_something_is_typed(box):
    word = box.findChild(QLabel, "gridmgmt_no_date")
    box.clear()
    box.elsewhere.setFocus()
    assert not word.isVisible()
    box.setFocus()
    assert word.isVisible()
    assert word.text() == box.nullRepresentation() != ""
    box.elsewhere.setFocus()
    show_day_in(box, "2025-03-04")
    box.setFocus()
    assert not word.isVisible(), "there is a day"
    box.elsewhere.setFocus()
    box.clear()
    box.setFocus()
    assert word.isVisible()
    QTest.keyClicks(box, "2")
    assert not word.isVisible()


def test_today_typed_is_a_day_and_a_day_that_is_left_alone_is_none(box):
    assert _type(box, clock.today().isoformat(), HALF_WAY[0]) == clock.today().isoformat()
    box.clear()
    assert _type(box, "", HALF_WAY[0]) == ""


def test_what_is_typed_into_a_part_takes_its_place(box):
    line = box.findChild(QLineEdit, "qt_spinbox_lineedit")
    for part, expected in (("2025-0", "2025-11-04"), ("2025-03-0", "2025-03-11")):
        show_day_in(box, "2025-03-04")
        assert _type(box, "11", line.fontMetrics().horizontalAdvance(part)) == expected


@pytest.mark.parametrize("text", ["2", "20", "2027", "2027-5", "202705"])
def test_a_day_that_is_not_typed_to_its_end_is_none_and_never_today(box, text):
    for at_px in HALF_WAY[:2]:
        box.clear()
        assert _type(box, text, at_px) == "", at_px


def test_a_key_pressed_with_ctrl_or_alt_types_nothing(box):
    for held in (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier):
        box.clear()
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_1, held)
        box.elsewhere.setFocus()
        assert day_in(box) == ""
