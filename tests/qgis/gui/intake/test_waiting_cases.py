"""Cases without a place in the window: a click on the map places the one that is chosen."""

from __future__ import annotations

import pytest
import shapely
from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QTableWidget

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.gui.frame.keyboard import list_rows
from gridmgmt_plugin.gui.intake.waiting_dock import WaitingDock
from gridmgmt_plugin.gui.people.desk import Question
from gridmgmt_plugin.jobs.intake.placing.place_cases import WaitingCase
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.workspace_window import build_workspace, tasks_done, wait_for


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return build_waiting(tmp_path_factory.mktemp("原件") / "示例.gpkg")


def build_waiting(place):
    path = build_workspace(place)
    columns = {"id": ["990101-甲", "990101-乙"], "case_no": ["甲", "乙"], "address": ["大厦东门", "大厦西门"]}
    columns["reported_at"] = ["2025-03-08T08:05:00", "2025-03-07T08:05:00"]
    cases = Rows({name: as_column(values) for name, values in columns.items()}, as_column([None, None]))
    with Workspace.open(path).transaction("测试", "import_cases") as transaction:
        transaction.insert("cases", cases)
    return place


@pytest.fixture
def iface(iface):
    remember("author", "示例员")
    return iface


@pytest.fixture
def dock(shell):
    shell.action("waiting_cases").trigger()
    dock = shell.controller("waiting_cases").dock
    wait_for(lambda: tasks_done() and dock.table.rowCount() == 2)
    return dock


def click(shell, x, y):
    canvas = shell.iface.mapCanvas()
    spot = canvas.getCoordinateTransform().transform(QgsPointXY(x, y))
    place = QPoint(round(spot.x()), round(spot.y()))
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    settle()


def test_a_click_places_the_chosen_case_and_the_next_one_is_chosen(shell, dock):
    assert dock.current().case_no == "甲"
    dock.picker.click()
    extent = shell.iface.mapCanvas().fullExtent()
    shell.iface.mapCanvas().setExtent(extent)
    spot = Workspace.open(shell.session.location).read("unit_grid", ["code"])
    inside = shapely.point_on_surface(spot.shapes[0])
    click(shell, inside.x, inside.y)
    wait_for(lambda: tasks_done() and dock.table.rowCount() == 1)
    assert dock.current().case_no == "乙"
    assert dock.picker.isChecked()
    (row,) = Workspace.open(shell.session.location).read("cases", None, {"id": "990101-甲"}).records()
    assert row["unit_grid"] == spot["code"][0]


@pytest.mark.proof
def test_when_the_last_one_has_its_place_the_tool_is_laid_down(shell, dock):
    controller = shell.controller("waiting_cases")
    dock.picker.click()
    for _ in range(2):
        inside = shapely.point_on_surface(Workspace.open(shell.session.location).read("unit_grid", []).shapes[0])
        left = dock.table.rowCount() - 1
        controller._picked(QgsPointXY(inside.x, inside.y))
        wait_for(lambda left=left: tasks_done() and dock.table.rowCount() == left)
    assert not dock.picker.isChecked()
    assert shell.iface.mapCanvas().mapTool() is not controller._tool


def waiting(*ids):
    return [WaitingCase(case, case, "2025-03-08T08:05:00", "event", "0101", "", "", "") for case in ids]


def test_the_chosen_case_stays_chosen_whatever_others_come_and_go(iface):
    dock = WaitingDock(iface.mainWindow())
    dock.show_cases(waiting("a", "b", "c", "d"))
    dock.table.selectRow(2)
    dock.show_cases(waiting("new", "other", "a", "b", "c", "d"))
    assert dock.current().id == "c"
    dock.show_cases(waiting("new", "other", "a", "b", "d"))
    assert dock.current().id == "d", "the next of those that were listed"
    dock.show_cases(waiting("b", "d"))
    assert dock.current().id == "d"
    dock.show_cases(waiting("b"))
    assert dock.current().id == "b"


def test_its_rows_are_as_high_as_those_of_other_docks(iface):
    dock, other = WaitingDock(iface.mainWindow()), QTableWidget(1, 1)
    list_rows(other, several=False)
    dock.show_cases(waiting("a"))
    assert dock.table.rowHeight(0) == other.rowHeight(0)
    assert not dock.table.isSortingEnabled(), "a row stands for the case at its place"


@pytest.mark.daily(1)
@pytest.mark.parametrize("key", ["waiting_cases", "case_figures", "component_inventory"])
def test_a_dock_that_is_opened_asks_the_workspace_once(shell, monkeypatch, key):
    asked, ask = [], Question.ask
    monkeypatch.setattr(Question, "ask", lambda self, title, *more: (asked.append(title), ask(self, title, *more)))
    shell.action(key).trigger()
    wait_for(tasks_done)
    assert len(asked) == 1


def test_nothing_is_said_of_cases_before_they_were_read_nor_of_those_that_nobody_looks_at(shell):
    controller = shell.controller("waiting_cases")
    dock = controller.dock
    assert dock.summary.text() == ""
    shell.action("waiting_cases").trigger()
    assert dock.summary.text() == "Reading …"
    wait_for(lambda: tasks_done() and dock.table.rowCount() == 2)
    shell.action("waiting_cases").trigger()
    assert dock.table.rowCount() == 0
    assert dock.summary.text() == ""
    dock.setUserVisible(True)  # as QGIS's own list of docks does
    wait_for(lambda: tasks_done() and dock.table.rowCount() == 2)
    controller._read(shell.session.location, None, WorkspaceError("act_without_workspace"))
    assert dock.table.rowCount() == 0
    assert dock.summary.text() == WorkspaceError("act_without_workspace").text("en")
