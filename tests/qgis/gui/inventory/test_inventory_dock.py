"""The component inventory by mouse and keyboard: counts, what a cell means on the map, and the other way round."""

from __future__ import annotations

import threading
import time

import pytest
import shapely
from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.inventory.change_components import change_components
from gridmgmt_plugin.project.settings import remember, remembered
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.workspace_window import build_workspace, tasks_done, wait_for, when_shown

PARTS = [
    ("9901010102000001", "0102", "完好", "明确", "2025-06-01"),
    ("9901010102000002", "0102", "废弃", "争议", "2019-06-01"),
    ("9901010118000001", "0118", "完好", "明确", None),
    ("9901010118000002", "0102", "破损", None, "2025-06-01"),
]


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    path = build_workspace(tmp_path_factory.mktemp("原件") / "示例.gpkg")
    workspace = Workspace.open(path)
    unit = workspace.read("unit_grid", ["code"])
    middle = shapely.centroid(unit.shapes[0])
    names = ("code", "class_code", "state", "owner_state", "surveyed_on")
    columns = {name: as_column(part[at] for part in PARTS) for at, name in enumerate(names)}
    columns["unit_grid"] = as_column([unit["code"][0]] * len(PARTS))
    columns["old_code"] = as_column(["A-17", *[None] * (len(PARTS) - 1)])
    points = shapely.points([(middle.x + at, middle.y) for at in range(len(PARTS))])
    with workspace.transaction("", "test") as transaction:
        transaction.delete("component", workspace.read("component").fids)
        transaction.insert("component", Rows(columns, points))
    return path


@pytest.fixture
def dock(shell):
    shell.action("component_inventory").trigger()
    dock = shell.controller("component_inventory").dock
    wait_for(lambda: tasks_done() and dock.counts.rowCount() > 1)
    return dock


@pytest.fixture
def layer(iface, dock):
    found = shown_layer(QgsProject.instance(), "component")
    iface.mapCanvas().setLayers([found])
    return found


def texts(dock):
    model = dock.counts
    return [
        [model.data(model.index(row, column)) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def click(view, row, column):
    spot = view.visualRect(view.model().index(row, column)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)


def selected(layer):
    return sorted(feature["code"] for feature in layer.selectedFeatures())


def test_components_are_counted_by_class_and_state_with_the_sum_on_top(dock):
    rows = texts(dock)
    assert [row[:2] for row in rows] == [
        ["All together", "4"],
        ["0102 Sewer manhole cover", "3"],
        ["0118 Street lamp", "1"],
    ]
    assert dock.told.text() == "4 of 4 components"
    dock.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert [row[1] for row in texts(dock)] == ["4", "1", "3"]


def test_a_click_on_a_cell_selects_its_components_on_the_map(dock, layer):
    click(dock.table, 1, 1)
    assert selected(layer) == [PARTS[0][0], PARTS[1][0], PARTS[3][0]]
    dock.table.setCurrentIndex(dock.counts.index(0, 1))
    QTest.keyClick(dock.table, Qt.Key.Key_Return)
    assert len(selected(layer)) == len(PARTS)


def test_a_click_shows_a_layer_that_was_switched_off(dock, layer):
    node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
    node.setItemVisibilityChecked(False)
    click(dock.table, 1, 1)
    assert node.isVisible()


def test_lists_of_the_question_show_their_entries_whole(dock):
    for box in (dock.bar.classes, dock.bar.area, dock.bar.department):
        assert box.view().minimumWidth() >= box.view().sizeHintForColumn(0) > 0


def test_what_is_selected_on_the_map_narrows_the_counts_and_they_follow_it(dock, layer):
    layer.selectByExpression("\"class_code\" = '0118'")
    dock.bar.selected.click()
    assert dock.told.text() == "1 of 4 components"
    layer.selectAll()
    wait_for(lambda: dock.told.text() == "4 of 4 components")
    click(dock.table, 1, 1)
    assert len(selected(layer)) == len(PARTS), "a click leaves alone what the counts follow"


def test_what_is_asked_for_narrows_the_counts_and_rows_can_be_anything(dock):
    dock.bar.state.setCurrentIndex(dock.bar.state.findData("完好"))
    assert dock.told.text() == "2 of 4 components"
    dock.bar.rows.setCurrentIndex(dock.bar.rows.findData("age"))
    assert [row[0] for row in texts(dock)][-1] == "none recorded"
    assert remembered("inventory_rows") == "age"
    dock.bar.rows.setCurrentIndex(dock.bar.rows.findData("community"))
    assert "per ha" in dock.counts.headerData(dock.counts.columnCount() - 2, Qt.Orientation.Horizontal)
    line = dock.bar.classes.lineEdit()
    line.setText("lamp")
    line.editingFinished.emit()
    assert dock.told.text() == "1 of 4 components"


def test_problems_are_listed_by_kind_and_a_click_goes_there(dock, layer):
    kinds = {dock.kind.itemData(at) for at in range(dock.kind.count())}
    assert {"component_disputed", "component_class"} <= kinds
    dock.kind.setCurrentIndex(dock.kind.findData("component_class"))
    assert dock.problems.model().rowCount() == 1
    click(dock.problems, 0, 0)
    assert selected(layer) == [PARTS[3][0]]


def test_codes_that_components_bore_before_stand_beside_the_new_ones_and_a_click_goes_there(dock, layer):
    dock.kind.setCurrentIndex(dock.kind.findData("pairs"))
    assert dock.kind.currentText() == "old and new codes (1)"
    model = dock.problems.model()
    told = [str(model.index(0, column).data()) for column in range(4)]
    assert told[0].startswith("numbers of its own → ")
    assert told[1:3] == [PARTS[0][0], "A-17"]
    click(dock.problems, 0, 0)
    assert selected(layer) == [PARTS[0][0]]
    dock.kind.setCurrentIndex(0)
    assert dock.problems.model().rowCount() > 1


def test_what_is_selected_is_changed_after_the_planner_saw_what_will_happen_and_comes_back(shell, dock, layer):
    remember("author", "王示例")
    layer.selectByExpression("\"class_code\" = '0102'")
    wait_for(lambda: dock.changer.text() == "Change 3 selected…")

    def agree(dialog):
        dialog.state.setCurrentIndex(dialog.state.findData("废弃"))
        accept = dialog.findChild(QPushButton, "gridmgmt_change_accept")
        assert not accept.isEnabled(), "a reason is needed"
        dialog.reason.setText("北里拆迁")
        wait_for(accept.isEnabled)
        seen.append(dialog.preview.text())
        accept.click()

    seen = []
    when_shown("gridmgmt_change_dialog", agree)
    dock.changer.click()
    wait_for(tasks_done)
    settle()
    assert seen == ["2 components changed; 1 was so already."]
    workspace = Workspace.open(shell.session.location)
    parts = workspace.read("component", ["state", "note"], {"class_code": "0102"}, geometry=False)
    assert parts["state"].tolist() == ["废弃"] * 3
    wait_for(lambda: tasks_done() and dock.counts.rowCount() > 1)
    assert [row[1:4] for row in texts(dock)][1] == ["3", "", "3"], "the dock shows what was written"
    take_back_last(workspace, author="王示例")
    assert workspace.count("component", {"state": "废弃"}) == 1


@pytest.mark.proof
def test_a_survey_goes_out_and_what_came_back_is_looked_at_before_it_is_written(shell, dock, tmp_path, monkeypatch):
    remember("author", "王示例")
    path = tmp_path / "survey.gpkg"
    chosen = "gridmgmt_plugin.gui.inventory.survey_desk.QFileDialog"
    monkeypatch.setattr(f"{chosen}.getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(f"{chosen}.getOpenFileName", lambda *_: (str(path), ""))
    dock.sender.click()
    wait_for(lambda: tasks_done() and path.exists())
    survey = QgsVectorLayer(f"{path}|layername=component", "component", "ogr")
    assert survey.featureCount() == len(PARTS)
    assert survey.editorWidgetSetup(survey.fields().lookupField("state")).type() == "ValueMap"
    at = survey.fields().lookupField("state")
    number = next(feature.id() for feature in survey.getFeatures() if feature["code"] == PARTS[0][0])
    assert survey.dataProvider().changeAttributeValues({number: {at: "破损"}})

    def agree(dialog):
        accept = dialog.findChild(QPushButton, "gridmgmt_survey_accept")
        wait_for(accept.isEnabled)
        model = dialog.table.model()
        seen.append([model.data(model.index(0, column)) for column in range(model.columnCount())])
        accept.click()

    seen = []
    when_shown("gridmgmt_survey_dialog", agree)
    dock.taker.click()
    wait_for(tasks_done)
    settle()
    assert seen == [["Changed", PARTS[0][0], "A-17", "State", "完好", "破损"]]
    workspace = Workspace.open(shell.session.location)
    assert workspace.read("component", where={"code": PARTS[0][0]}, geometry=False)["state"].tolist() == ["破损"]


@pytest.mark.proof
def test_a_click_is_answered_in_a_tenth_of_a_second(dock):
    began = time.process_time()
    dock.bar.asked.emit()
    assert time.process_time() - began < 0.1


def test_without_a_workspace_the_dock_says_so(shell, dock):
    shell.action("close_workspace").trigger()
    wait_for(tasks_done)
    assert dock.told.text() == "No workspace is open."
    assert dock.counts.rowCount() == 0


def _slow(monkeypatch, runs):
    """Have each trial of a change last until its event is set."""

    def change(*args, **more):
        runs[args[2].state].wait(20)
        return change_components(*args, **more)

    monkeypatch.setattr("gridmgmt_plugin.gui.inventory.desk.change_components", change)


@pytest.mark.proof
def test_what_was_told_of_other_values_is_not_taken_for_an_answer(dock, layer, monkeypatch):
    remember("author", "王示例")
    runs = {"废弃": threading.Event(), "破损": threading.Event()}
    _slow(monkeypatch, runs)
    layer.selectByExpression("\"class_code\" = '0102'")
    wait_for(lambda: dock.changer.text() == "Change 3 selected…")

    def change_one_s_mind(dialog):
        accept = dialog.findChild(QPushButton, "gridmgmt_change_accept")
        dialog.reason.setText("北里拆迁")
        dialog.state.setCurrentIndex(dialog.state.findData("废弃"))
        wait_for(lambda: not tasks_done())
        dialog.state.setCurrentIndex(dialog.state.findData("破损"))
        dialog._wait.stop()  # the planner has not paused yet
        runs["废弃"].set()
        wait_for(tasks_done)
        settle()
        seen.append((accept.isEnabled(), dialog.preview.text()))
        runs["破损"].set()
        dialog.reject()

    seen = []
    when_shown("gridmgmt_change_dialog", change_one_s_mind)
    dock.changer.click()
    assert seen == [(False, "Working out what will happen…")]


@pytest.mark.proof
def test_the_dock_reads_again_while_a_change_is_tried_out_and_both_are_answered(shell, dock, layer, monkeypatch):
    remember("author", "王示例")
    runs = {"废弃": threading.Event()}
    _slow(monkeypatch, runs)
    layer.selectByExpression("\"class_code\" = '0102'")
    wait_for(lambda: dock.changer.text() == "Change 3 selected…")
    desk = shell.controller("component_inventory")

    def wait_and_see(dialog):
        dialog.reason.setText("北里拆迁")
        dialog.state.setCurrentIndex(dialog.state.findData("废弃"))
        wait_for(lambda: not tasks_done())
        before = desk._inventory
        shell.session.data_changed.emit()
        runs["废弃"].set()
        wait_for(tasks_done)
        settle()
        accept = dialog.findChild(QPushButton, "gridmgmt_change_accept")
        seen.append((accept.isEnabled(), dialog.preview.text(), desk._inventory is not before, desk._is_reading))
        dialog.reject()

    seen = []
    when_shown("gridmgmt_change_dialog", wait_and_see)
    dock.changer.click()
    assert seen == [(True, "2 components changed; 1 was so already.", True, False)]
