"""Every page of every form is seen whole on a small screen: nothing in it needs a scroll bar."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QTabWidget,
    QTreeWidget,
)

from gridmgmt_plugin.gui.forms.polish import _widen
from gridmgmt_plugin.project.forms.description import form_descriptions

#: A little less than 1366 × 768 leaves to a window below its title and above the bar of tasks.
_SIZE_PX = (1120, 620)
_READ_AND_TYPED = (QPalette.ColorGroup.Disabled, QPalette.ColorGroup.Active)


def _scrolling(dialog):
    """Yield what shows a scroll bar, and by how much it is too small across and down.

    A list of more rows than there is room for scrolls by itself, and never sideways.
    """
    for area in dialog.findChildren(QAbstractScrollArea):
        across, down = area.horizontalScrollBar(), area.verticalScrollBar()
        if area.isVisible() and (across.isVisible() or (down.isVisible() and not isinstance(area, QTreeWidget))):
            yield type(area).__name__, across.maximum(), down.maximum()


@pytest.mark.proof
@pytest.mark.parametrize("bench", ["zh_CN", "en_US"], indirect=True)
def test_no_page_of_any_form_scrolls_on_a_small_screen(bench):
    scrolling = {}
    for table in form_descriptions():
        dialog = bench.form(table)
        dialog.resize(*_SIZE_PX)
        for at in range(dialog.findChild(QTabWidget).count()):
            bench.tab(dialog, at)
            if found := list(_scrolling(dialog)):
                scrolling[f"{table} {at}"] = found
        bench.close_forms()
    assert scrolling == {}


def test_a_form_that_opens_at_the_edge_comes_back_onto_the_screen_when_it_grows(bench):
    dialog = bench.form("lane")
    screen = dialog.screen().availableGeometry()
    dialog.resize(300, 200)
    dialog.move(screen.right() - 200, screen.bottom() - 100)
    _widen(dialog)
    bench.settle()
    assert dialog.width() > 300
    assert screen.contains(dialog.frameGeometry())
    bench.close_forms()


def test_numbers_and_dates_that_are_only_read_are_as_plain_as_what_is_typed(bench):
    program = QApplication.instance()
    before = program.styleSheet()
    program.setStyleSheet("QToolTip { padding: 1px; }")  # as QGIS dresses its window
    try:
        form = bench.form("lane")
        for field in [each for each in form.findChildren(QAbstractSpinBox) if each.isVisible()]:
            palette = field.findChild(QLineEdit).palette()
            shown, typed = (palette.color(group, QPalette.ColorRole.Text) for group in _READ_AND_TYPED)
            assert shown == typed, field.objectName()
    finally:
        bench.close_forms()
        program.setStyleSheet(before)
