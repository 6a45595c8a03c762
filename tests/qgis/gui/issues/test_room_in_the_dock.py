"""The list of issues between two docks on a small screen: filters and buttons in sight, in more rows if it must."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import QRect, Qt
from qgis.PyQt.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QMainWindow

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.validation.catalogue import rule_infos
from gridmgmt_plugin.gui.issues.dock import IssueDock
from gridmgmt_plugin.gui.issues.model import OBJECT, RULE
from gridmgmt_plugin.gui.issues.table import IssueTable
from tests.qgis.fake_window import OPEN_WINDOWS, settle

CODE = "990101001001001"
# What 1366 × 768 leaves to the list between both docks, in widths of a code as the screen shows it.
BETWEEN_DOCKS_IN_CODES = 5.2
AROUND_TEXT_PX = 7
ISSUE = {"rule": "unit_gap", "severity": "error", "title": "示例", "message": "示例"}


@pytest.fixture
def dock(qgis_app):
    window = QMainWindow()
    OPEN_WINDOWS.append(window)
    made = IssueDock(window)
    window.setCentralWidget(made)
    window.show()
    return made


@pytest.mark.parametrize("width", [1000, 780, 490, 340])
def test_no_filter_and_no_button_goes_out_of_sight(dock, width):
    dock.window().resize(width, 400)
    settle()
    assert dock.width() <= width
    controls = [
        control
        for kind in (QAbstractButton, QComboBox, QLineEdit)
        for control in dock.widget().findChildren(kind)
        if control.objectName().startswith("gridmgmt_") and control.isVisibleTo(dock)
    ]
    assert len(controls) == 18
    for control in controls:
        holder = control.parentWidget()
        assert holder.rect().contains(control.geometry()), control.objectName()
        assert control.visibleRegion().boundingRect().size() == control.size(), control.objectName()
    tops = {control.mapTo(dock, control.rect().topLeft()).y() for control in controls}
    assert (len(tops) <= 6) or width < 600


def test_rows_are_added_only_where_they_are_needed(dock):
    heights = {}
    for width in (1400, 490):
        dock.window().resize(width, 320)
        settle()
        heights[width] = dock.view.parentWidget().height()
    assert heights[1400] > heights[490]


@pytest.mark.parametrize("width", [1000, 490])
def test_what_is_wrong_stays_in_sight_and_the_widths_that_were_chosen_come_back(dock, width):
    header = dock.view.horizontalHeader()
    dock.show_table(IssueTable(Rows.from_records([ISSUE])), "")
    dock.window().resize(1400, 400)
    settle()
    header.resizeSection(1, 400)
    dock.window().resize(width, 400)
    settle()
    begins = header.sectionViewportPosition(4)
    assert begins <= 0.7 * dock.view.viewport().width()
    dock.window().resize(1400, 400)
    settle()
    assert header.sectionSize(1) == 400


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_rule_and_code_are_read_whole_between_both_docks_on_a_small_screen(dock, tongue):
    letters, header = dock.view.fontMetrics(), dock.view.horizontalHeader()
    code_px = letters.horizontalAdvance(CODE)
    titles = [info.title[tongue] for info in rule_infos().values()]
    dock.show_table(IssueTable(Rows.from_records([{**ISSUE, "rule": t, "title": t} for t in titles])), "")
    dock.window().resize(int(BETWEEN_DOCKS_IN_CODES * code_px), 400)
    settle()
    assert header.sectionSize(OBJECT) >= code_px
    cell = QRect(0, 0, header.sectionSize(RULE) - AROUND_TEXT_PX, 1000)
    assert dock.view.verticalHeader().sectionSize(0) >= 2 * letters.lineSpacing()
    heights = {t: letters.boundingRect(cell, int(Qt.TextFlag.TextWordWrap), t).height() for t in titles}
    assert [title for title, height in heights.items() if height > 2 * min(heights.values())] == []
    dock.window().resize(2500, 400)
    settle()
    header.resizeSection(RULE, max(map(letters.horizontalAdvance, titles)) + AROUND_TEXT_PX * 2)
    settle()
    assert dock.view.verticalHeader().sectionSize(0) < 2 * letters.lineSpacing(), "one line is enough here"


@pytest.mark.parametrize("width", [1000, 490, 340])
def test_no_heading_is_cut_off_however_narrow_the_list_and_large_its_letters(dock, width):
    header = dock.view.horizontalHeader()
    dock.show_table(IssueTable(Rows.from_records([ISSUE])), "")
    large = header.font()
    large.setPointSizeF(large.pointSizeF() * 1.5)
    header.setFont(large)
    dock.window().resize(width, 400)
    settle()
    for column in range(4):
        text = dock.model.headerData(column, Qt.Orientation.Horizontal)
        assert header.fontMetrics().horizontalAdvance(text) <= header.sectionSize(column), text
