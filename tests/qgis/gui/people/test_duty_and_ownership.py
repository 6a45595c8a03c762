"""The duty list as a matrix that is changed in place, and the ownership desk: list, map, case, ruling."""

from __future__ import annotations

import pytest
import shapely
from qgis.core import QgsPointXY, QgsProject
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton

from gridmgmt_plugin.core.duty.disputes import Dispute
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.project.papers.meeting_sheet import write_meeting_sheet
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.workspace_window import build_workspace, tasks_done, wait_for, when_shown

OFFICE = "990101001"


def rows(**columns):
    return Rows({name: as_column(values) for name, values in columns.items()})


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    path = build_workspace(tmp_path_factory.mktemp("原件") / "示例.gpkg")
    with Workspace.open(path).transaction("测试", "import_tables") as transaction:
        transaction.insert("department", rows(code=["D1", "D2"], name=["水务局", "园林局"]))
        transaction.insert(
            "duty_rule",
            rows(
                id=["R1", "R2"],
                class_kind=["component", "component"],
                class_prefix=["0101", "0102"],
                department_code=["D1", "D2"],
                state=["明确", "争议"],
            ),
        )
        parts = rows(
            code=["部件甲", "部件乙"],
            class_code=["0101", "0102"],
            owner_state=["争议", "待认定"],
            department_code=["D1", "D2"],
            surveyed_on=["2020-01-01", None],
        )
        transaction.insert("component", Rows(parts.columns, shapely.points([30.0, 330.0], [20.0, 20.0])))
    return path


@pytest.fixture
def iface(iface):
    remember("author", "示例员")
    return iface


@pytest.fixture
def duty(shell):
    shell.action("duty_list").trigger()
    dock = shell.controller("duty_list").dock
    wait_for(lambda: dock.model.rowCount() > 0)
    return dock


@pytest.fixture
def desk(shell):
    shell.action("ownership").trigger()
    dock = shell.controller("ownership").dock
    wait_for(lambda: dock.table.rowCount() > 0)
    return dock


def _index(dock, code, column=0):
    titles = [dock.model.headerData(row, Qt.Orientation.Vertical) for row in range(dock.model.rowCount())]
    return dock.model.index(next(row for row, title in enumerate(titles) if f" {code} " in f" {title} "), column)


def _press(dialog, name):
    button = dialog.findChild(QPushButton, name)
    assert button.isEnabled()
    button.click()


@pytest.mark.proof
def test_the_matrix_shows_who_answers_gaps_and_disputes(duty):
    assert duty.model.data(_index(duty, "0101")) == "水务局"
    assert "园林局" in duty.model.data(_index(duty, "0102"))
    assert duty.model.data(_index(duty, "0102")) != "园林局"
    gap = duty.model.data(_index(duty, "0103"))
    assert gap not in ("", None, "水务局")
    duty.gaps.setChecked(True)
    titles = [duty.model.headerData(row, Qt.Orientation.Vertical) for row in range(duty.model.rowCount())]
    assert not any(" 0101 " in f" {title} " and "component" in title for title in titles)


@pytest.mark.proof
def test_docks_at_the_lower_edge_are_tabs_and_a_button_brings_its_own_to_the_front(shell, duty, desk):
    window, action = shell.iface.mainWindow(), shell.action("duty_list")
    assert duty in window.tabifiedDockWidgets(desk)
    settle()
    assert duty.visibleRegion().isEmpty()
    assert action.isChecked(), "it is behind a tab, not closed"
    action.trigger()
    wait_for(lambda: not duty.visibleRegion().isEmpty())
    assert action.isChecked()
    action.trigger()
    assert duty.isHidden()
    assert not action.isChecked()


@pytest.mark.proof
def test_a_cell_is_changed_in_place_and_written(shell, duty):
    index = _index(duty, "0103", 1)
    duty.table.setCurrentIndex(index)
    duty.table.edit(index)
    box = duty.table.findChild(type(duty.area), "gridmgmt_duty_department")
    box.setCurrentIndex(box.findData("D2"))
    QTest.keyClick(box, Qt.Key.Key_Return)
    wait_for(lambda: tasks_done() and duty.model.data(_index(duty, "0103", 1)) == "园林局")
    written = Workspace.open(shell.session.location).read("duty_rule", geometry=False).records()[-1]
    assert (written["class_prefix"], written["area_code"], written["department_code"]) == ("0103", OFFICE, "D2")


@pytest.mark.proof
def test_a_dispute_is_settled_for_who_is_named(duty):
    duty.table.setCurrentIndex(_index(duty, "0101"))
    assert not duty.settler.isEnabled()
    duty.table.setCurrentIndex(_index(duty, "0102"))
    duty.settler.click()
    wait_for(lambda: tasks_done() and duty.model.data(_index(duty, "0102")) == "园林局")
    duty.table.setCurrentIndex(_index(duty, "0102"))
    assert not duty.settler.isEnabled()


def test_places_are_chosen_and_classes_found(duty):
    assert duty.model.columnCount() == 2
    duty.area.setCurrentIndex(duty.area.findData(OFFICE))
    wait_for(lambda: duty.model.columnCount() == 3)
    duty.filter.setText("0101")
    assert duty.model.rowCount() in (1, 2)


def test_the_rule_behind_a_cell_opens(shell, duty):
    duty.table.setCurrentIndex(_index(duty, "0101"))
    assert "R1" in duty.reason.text().split(" · ")[-1]
    shell.iface.openFeatureForm = lambda layer, feature, *_: shell.iface.forms.append(feature["id"])
    duty.opener.click()
    assert shell.iface.forms == ["R1"]


def test_the_desk_lists_and_filters_what_is_disputed_and_marks_it(shell, desk):
    assert [desk.table.item(row, 0).text() for row in range(2)] == ["部件甲", "部件乙"]
    assert shell.controller("ownership")._marks.size() == 2
    desk.age.setCurrentIndex(desk.age.findData(365))
    assert desk.table.rowCount() == 1
    desk.age.setCurrentIndex(0)
    desk.department.setCurrentIndex(desk.department.findData("D2"))
    assert desk.table.item(0, 0).text() == "部件乙"
    desk.table.selectRow(0)
    selected = shown_layer(QgsProject.instance(), "component").selectedFeatures()
    assert [feature["code"] for feature in selected] == ["部件乙"]


def test_a_case_is_opened_from_the_list_and_ruled(shell, desk):
    desk.table.selectRow(0)

    def say(dialog):
        dialog.claims.setPlainText("水务局\n园林局")
        dialog.interim.setCurrentIndex(dialog.interim.findData("D2"))
        _press(dialog, "gridmgmt_case_accept")

    when_shown("gridmgmt_case_dialog", say)
    desk.opener.click()
    wait_for(lambda: tasks_done() and any(desk.table.item(row, 6).text() for row in range(2)))
    row = next(row for row in range(2) if desk.table.item(row, 0).text() == "部件甲")
    assert "水务局；园林局" in desk.table.item(row, 7).text()
    desk.table.selectRow(row)

    def decide(dialog):
        assert not dialog.findChild(QPushButton, "gridmgmt_ruling_accept").isEnabled()
        dialog.owner.setCurrentIndex(dialog.owner.findData("D1"))
        dialog.document.setText("权字〔2026〕3号")
        _press(dialog, "gridmgmt_ruling_accept")

    when_shown("gridmgmt_ruling_dialog", decide)
    desk.ruler.click()
    wait_for(lambda: tasks_done() and desk.table.rowCount() == 1)
    part = Workspace.open(shell.session.location).read("component", where={"code": "部件甲"}).records()[0]
    assert (part["owner_code"], part["owner_state"], part["owner_basis"]) == ("D1", "明确", "权字〔2026〕3号")


@pytest.mark.proof
def test_a_component_is_picked_on_the_map_for_a_case(shell, desk):
    canvas = shell.iface.mapCanvas()
    desk.picker.click()
    place = canvas.getCoordinateTransform().transform(QgsPointXY(330, 20))
    when_shown(
        "gridmgmt_case_dialog",
        lambda dialog: (dialog.claims.setPlainText("园林局"), _press(dialog, "gridmgmt_case_accept")),
    )
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(place.x()), round(place.y())))
    wait_for(lambda: tasks_done() and Workspace.open(shell.session.location).count("ownership_ruling") == 1)
    (case,) = Workspace.open(shell.session.location).read("ownership_ruling", geometry=False).records()
    assert (case["component_code"], case["claims"]) == ("部件乙", "园林局")
    desk.picker.click()
    assert canvas.mapTool() is not shell.controller("ownership")._tool


def test_closing_the_dock_takes_the_marks_away(shell, desk):
    shell.action("ownership").trigger()
    wait_for(lambda: shell.controller("ownership")._marks is None)


def test_without_a_workspace_both_docks_are_empty(shell, duty, desk):
    shell.session.close_workspace()
    wait_for(lambda: duty.model.rowCount() == 0 and desk.table.rowCount() == 0)


@pytest.mark.proof
def test_the_meeting_sheet_of_what_is_listed_is_a_pdf(shell, desk, tmp_path, monkeypatch):
    path = tmp_path / "会议单.pdf"
    monkeypatch.setattr(
        "gridmgmt_plugin.gui.people.ownership_desk.QFileDialog.getSaveFileName",
        lambda *_: (str(path.with_suffix("")), ""),
    )
    desk.printer.click()
    wait_for(lambda: tasks_done() and path.is_file())
    assert path.read_bytes().startswith(b"%PDF")
    assert [entry.name for entry in tmp_path.glob("*.pdf")] == [path.name]


def test_a_meeting_sheet_that_cannot_be_written_is_told_and_leaves_nothing(desk, tmp_path):
    held = tmp_path / "nothing"
    held.write_text("a file where a folder should be")
    with pytest.raises(WorkspaceError):
        write_meeting_sheet([], held / "会议单.pdf", "示例区", "内部")


def test_a_long_list_goes_over_several_pages_with_its_mark(desk, tmp_path):
    one = Dispute(
        "C1",
        "0102",
        "井盖",
        "争议",
        "D1",
        "水务局",
        "G1",
        "2026-01-01",
        30,
        "R1",
        "甲；乙",
        "",
        1.0,
        2.0,
        "components",
    )
    write_meeting_sheet([one] * 120, tmp_path / "会议单.pdf", "示例区", "内部")
    pages = (tmp_path / "会议单.pdf").read_bytes().count(b"/Type /Page\n")
    assert pages > 2
