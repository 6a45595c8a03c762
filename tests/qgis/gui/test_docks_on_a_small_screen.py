"""Docks below the map of a small screen, between QGIS's own docks and our tree: their buttons are seen at once."""

from __future__ import annotations

import pytest
from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QPoint
from qgis.PyQt.QtWidgets import (
    QDockWidget,
    QHeaderView,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QTableView,
    QWidget,
)

from gridmgmt_plugin.core.inspection.checklists import known_checklists
from gridmgmt_plugin.gui.casefigures.desk import CaseFiguresDesk
from gridmgmt_plugin.gui.casefigures.dock import CaseFiguresDock
from gridmgmt_plugin.gui.handover.desk import ReleasesDesk
from gridmgmt_plugin.gui.handover.dock import ReleasesDock
from gridmgmt_plugin.gui.inspection.inspection_desk import InspectionDesk
from gridmgmt_plugin.gui.inspection.inspection_dock import InspectionDock
from gridmgmt_plugin.gui.intake.waiting_desk import WaitingCases
from gridmgmt_plugin.gui.intake.waiting_dock import WaitingDock
from gridmgmt_plugin.gui.inventory.desk import InventoryDesk
from gridmgmt_plugin.gui.inventory.dock import InventoryDock
from gridmgmt_plugin.gui.lanes.officers_desk import LaneOfficers
from gridmgmt_plugin.gui.lanes.officers_dock import OfficersDock
from gridmgmt_plugin.gui.ledgers.desk import LedgersDesk
from gridmgmt_plugin.gui.ledgers.dock import LedgersDock
from gridmgmt_plugin.gui.people.board_dock import BoardDock
from gridmgmt_plugin.gui.people.controller import Staff
from gridmgmt_plugin.gui.people.duty_desk import DutyDesk
from gridmgmt_plugin.gui.people.duty_dock import DutyDock
from gridmgmt_plugin.jobs.intake.placing.place_cases import WaitingCase
from gridmgmt_plugin.project.i18n import Translation
from tests.qgis.fake_window import settle

#: What 1366 × 768 leaves of the width, and what the title of a dock takes of its height.
_WIDTH_PX, _TITLE_PX, _SMALL_POINTS = 510, 24, 9
_DOCKS = (
    (BoardDock, Staff),
    (ReleasesDock, ReleasesDesk),
    (WaitingDock, WaitingCases),
    (LedgersDock, LedgersDesk),
    (DutyDock, DutyDesk),
    (CaseFiguresDock, CaseFiguresDesk),
    (InventoryDock, InventoryDesk),
    (OfficersDock, LaneOfficers),
    (InspectionDock, InspectionDesk),
)


@pytest.fixture(params=["zh_CN", "en_US"])
def window(request, qgis_app):
    settings, translation = QgsSettings(), Translation()
    settings.setValue("locale/overrideFlag", True)
    settings.setValue("locale/userLocale", request.param)
    translation.install()
    window = QMainWindow()
    yield window
    window.deleteLater()
    translation.remove()
    settings.remove("locale")


@pytest.mark.parametrize(("kind", "desk"), _DOCKS, ids=lambda each: each.__name__)
def test_all_buttons_of_a_dock_are_seen_without_scrolling(window, kind, desk):
    dock = kind(window)
    dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
    dock.setFloating(True)
    dock.resize(_WIDTH_PX, desk.HEIGHT_PX - _TITLE_PX)
    dock.show()
    settle()
    area = dock.findChild(QScrollArea)
    assert area.widget().height() <= area.viewport().height(), "the dock scrolls as a whole"
    buttons = [each for each in dock.findChildren(QPushButton) if each.isVisible()]
    assert buttons
    assert not [each.objectName() for each in buttons if each.visibleRegion().boundingRect() != each.rect()]
    tables = [each for each in dock.findChildren(QTableView) if each.isVisible()]
    lines = min(each.viewport().height() / each.verticalHeader().defaultSectionSize() for each in tables)
    assert lines >= 1, "no row of a list is seen"


_PAGED = ((CaseFiguresDock, CaseFiguresDesk), (OfficersDock, LaneOfficers), (InspectionDock, InspectionDesk))


@pytest.mark.parametrize(("kind", "desk"), _PAGED, ids=lambda each: each.__name__)
def test_what_stands_on_each_page_of_a_dock_is_seen_whole_without_scrolling(window, kind, desk):
    dock = kind(window)
    dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
    dock.setFloating(True)
    dock.resize(_WIDTH_PX, desk.HEIGHT_PX - _TITLE_PX)
    dock.show()
    for at in range(dock.tabs.count()):
        dock.tabs.setCurrentIndex(at)
        settle()
        area = dock.findChild(QScrollArea)
        assert area.widget().height() <= area.viewport().height(), f"page {at} scrolls"
        page = dock.tabs.currentWidget()
        shown = [each for each in (page, *page.findChildren(QWidget)) if each.isVisible()]
        parts = [each for each in shown if not isinstance(each, QHeaderView)]  # one of an empty list shows nothing
        assert parts
        assert not [each for each in parts if each.visibleRegion().boundingRect() != each.rect()]
        for view in [each for each in parts if isinstance(each, QTableView)]:
            assert view.viewport().height() >= view.verticalHeader().defaultSectionSize(), "no row of a list is seen"


def test_the_lists_of_components_stand_side_by_side_and_give_way_to_the_buttons(window):
    dock = InventoryDock(window)
    dock.setFloating(True)
    dock.resize(_WIDTH_PX, 200)
    dock.show()
    settle()
    line = dock.table.fontMetrics().lineSpacing()
    assert max(dock.table.height(), dock.problems.height()) <= 6 * line
    assert dock.problems.mapTo(dock, QPoint()).x() > dock.table.mapTo(dock, QPoint()).x()


def test_the_whole_number_of_a_waiting_case_is_seen(window):
    dock = WaitingDock(window)
    number = "澄案〔2025〕第 000123 号之二"
    dock.show_cases([WaitingCase("1", number, "2025-03-08T08:05:00", "event", "0101", "", "", "")])
    assert dock.table.columnWidth(0) > dock.table.fontMetrics().horizontalAdvance(number)


@pytest.fixture
def letters_of_a_small_screen(qgis_app):
    """Let the program write as the desktop of a small screen does."""
    before, font = qgis_app.font(), qgis_app.font()
    font.setPointSize(_SMALL_POINTS)
    qgis_app.setFont(font)
    yield
    qgis_app.setFont(before)


@pytest.mark.usefixtures("letters_of_a_small_screen")
def test_all_items_of_an_inspection_are_seen_without_scrolling(window):
    dock = InspectionDock(window)
    dock.setFloating(True)
    dock.resize(_WIDTH_PX, InspectionDesk.HEIGHT_PX - _TITLE_PX)
    dock.show()
    dock.title.setText("南北向的长胡同 9901010010001")
    dock.score.setText("20 of 30 points, 7 open")
    for checklist in known_checklists({}).values():
        dock.verdicts.show_checklist(checklist)
        settle()
        hidden = [b.text() for b in dock.verdicts.buttons.values() if b.visibleRegion().boundingRect() != b.rect()]
        assert hidden == [], checklist.key
