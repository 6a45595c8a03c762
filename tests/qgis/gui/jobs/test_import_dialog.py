"""The dialog of an import: columns proposed, tried out without writing, imported, remembered."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sys
import time

import openpyxl
import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QMimeData, QPoint, Qt, QUrl
from qgis.PyQt.QtGui import QDropEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QFileDialog, QMenu, QWidget

from gridmgmt_plugin.core.intake.source_profiles import SourceProfile, known_profiles
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.gui.intake import arrivals_field
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.gui.jobs.job_window import COLUMNS, PHONE, choose_file, open_job, part, press, told
from tests.qgis.workspace_window import tasks_done, wait_for


def _cases(shell):
    return shown_layer(QgsProject.instance(), "cases").featureCount()


@pytest.fixture
def dialog(shell):
    return open_job(shell, "import_cases")


@pytest.mark.proof
def test_the_workspace_is_named_and_its_address_is_not_shown(dialog, shell):
    assert "示例区" in part(dialog, "workspace").text()
    assert "WORKSPACE" not in dialog.parameters()


def test_columns_are_proposed_with_ten_rows_and_nothing_personal(dialog, cases):
    choose_file(dialog, cases)
    chosen = {name: heading for name, heading in dialog.columns.chosen().items() if heading}
    assert chosen == {
        "x": "东坐标X",
        "y": "北坐标Y",
        "reported_at": "上报时间",
        "class_code": "类别",
        "id": "案件编号",
        "title": "标题",
        "status": "状态",
    }
    preview = dialog.columns.preview
    cells = {preview.item(row, column).text() for row in range(10) for column in range(len(COLUMNS))}
    assert preview.rowCount() == 10
    assert "事 9" in cells
    assert PHONE not in cells


def test_what_will_happen_is_told_and_nothing_is_written(dialog, cases, shell):
    content = shell.session.path.read_bytes()
    text = choose_file(dialog, cases)
    assert "10" in text
    assert "2" in text
    assert shell.session.path.read_bytes() == content


def test_the_import_takes_what_was_told_and_shows_it_on_the_map(dialog, cases, shell, iface):
    before = _cases(shell)
    choose_file(dialog, cases)
    press(dialog, "run")
    assert dialog.shows_result()
    assert _cases(shell) == before + 10
    text = dialog.result.toPlainText()
    assert "事 1" in text
    extent = iface.mapCanvas().extent()
    dialog.link_clicked.emit(QUrl(_first_link(dialog)))
    assert iface.mapCanvas().extent() != extent
    layer = shown_layer(QgsProject.instance(), "cases")
    assert layer.selectedFeatureCount() == 1
    assert QgsProject.instance().layerTreeRoot().findLayer(layer).isVisible()


def _first_link(dialog):
    html = dialog.result.toHtml()
    start = html.index("place:")
    return html[start : html.index('"', start)]


@pytest.mark.proof
def test_another_column_is_used_when_the_planner_says_so(dialog, cases):
    choose_file(dialog, cases)
    title = dialog.columns.lists["title"]
    title.setCurrentIndex(title.findData("案件编号"))
    dialog.columns.lists["status"].setCurrentIndex(0)
    told(dialog)
    press(dialog, "run")
    rows = [f for f in shown_layer(QgsProject.instance(), "cases").getFeatures() if str(f["case_no"]).startswith("A")]
    assert {f["title"] for f in rows} == {f["case_no"] for f in rows}
    assert not any(f["status"] for f in rows)


@pytest.mark.proof
def test_what_was_decided_is_proposed_for_the_next_file_of_its_kind(dialog, cases, shell, tmp_path):
    choose_file(dialog, cases)
    title = dialog.columns.lists["title"]
    title.setCurrentIndex(title.findData("案件编号"))
    dialog.fields["SOURCE"].show_value("12345")
    told(dialog)
    press(dialog, "run")
    dialog.close()
    again = tmp_path / "下月.csv"
    again.write_bytes(cases.read_bytes())
    second = open_job(shell, "import_cases")
    assert not second.fields["SOURCE"].value()  # files of other kinds come from elsewhere
    choose_file(second, again)
    assert second.columns.chosen()["title"] == "案件编号"
    assert second.fields["SOURCE"].value() == "12345"


@pytest.mark.proof
def test_a_source_that_the_workspace_keeps_is_found_by_its_columns_and_read_so(dialog, cases, shell, tmp_path):
    workspace = Workspace.open(shell.session.location)
    profile = SourceProfile({"title": "案件编号", "status": None, "reported_at": "上报时间"}, "crs", "视频")
    with workspace.transaction("", "test") as transaction:
        transaction.set_info(*profile.entry("探头"))
    dialog.close()
    second = open_job(shell, "import_cases")
    choose_file(second, cases)
    assert (second.fields["SOURCE_PROFILE"].value(), second.fields["SOURCE"].value()) == ("探头", "视频")
    chosen = second.columns.chosen()
    assert (chosen["title"], chosen["status"], chosen["id"]) == ("案件编号", None, "案件编号")
    press(second, "run")
    kept = known_profiles(Workspace.open(shell.session.location).info.more)["探头"]
    assert kept.columns["x"] == "东坐标X", "what the planner saw is what is kept"
    assert kept.columns["status"] is None


@pytest.fixture
def sources(shell, dialog, cases, tmp_path):
    """Return a dialog in a workspace with two kinds of source, a file of the first one, and one of the second."""
    workspace = Workspace.open(shell.session.location)
    with workspace.transaction("", "test") as transaction:
        transaction.set_info(*SourceProfile({"title": "案件编号"}, "gcj02", "12345").entry("热线"))
        transaction.set_info(*SourceProfile({"id": "单号"}).entry("探头"))
    dialog.close()
    path = tmp_path / "别处.csv"
    text = cases.read_text(encoding="utf-8-sig").replace("案件编号", "单号")
    path.write_text(text, encoding="utf-8-sig")
    return open_job(shell, "import_cases"), cases, path


def _said(dialog):
    return tuple(dialog.fields[name].value() for name in ("SOURCE_PROFILE", "SOURCE", "COORDINATES"))


@pytest.mark.proof
def test_the_next_file_is_read_by_its_own_kind_of_source(sources, tmp_path):
    dialog, first, second = sources
    choose_file(dialog, first)
    assert _said(dialog) == ("热线", "12345", "gcj02")
    choose_file(dialog, second)
    assert _said(dialog) == ("探头", None, "source")
    assert dialog.columns.chosen()["id"] == "单号"
    path = tmp_path / "哪里也不是.csv"
    path.write_text(first.read_text(encoding="utf-8-sig").replace("案件编号", "序"), encoding="utf-8-sig")
    choose_file(dialog, path)
    assert _said(dialog) == (None, None, "source"), "none fits"


@pytest.mark.proof
def test_a_kind_of_source_goes_with_all_that_it_filled_in(sources):
    dialog, first, _ = sources
    choose_file(dialog, first)
    source = dialog.fields["SOURCE_PROFILE"]
    source.show_value("探头")
    assert _said(dialog) == ("探头", None, "source")
    assert dialog.columns.chosen()["title"] == "标题"
    source.show_value("热线")
    dialog.fields["SOURCE"].show_value("视频")
    source.show_value("")
    assert _said(dialog) == (None, "视频", "source"), "what the planner chose stays"
    assert dialog.columns.chosen()["title"] == "标题"
    source.show_value("新")
    source.show_value("")
    assert _said(dialog)[0] is None, "what was taken away is not proposed again"


@pytest.mark.proof
def test_a_kind_of_source_that_was_named_for_a_file_goes_before_all_others(sources):
    dialog, first, second = sources
    dialog.fields["SOURCE_PROFILE"].show_value("新")
    choose_file(dialog, first)
    assert _said(dialog) == ("新", None, "source")
    press(dialog, "run")
    assert dialog.shows_result()
    choose_file(dialog, second)
    assert _said(dialog)[0] == "探头"
    dialog.fields["SOURCE_PROFILE"].show_value("热线")
    choose_file(dialog, first)
    assert _said(dialog)[0] == "新", "by which the planner has read files of this kind"


@pytest.mark.proof
def test_a_file_of_another_kind_is_proposed_afresh(dialog, shell, tmp_path):
    path = tmp_path / "别的.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("甲", "乙"), ("1", "2")])
    text = choose_file(dialog, path)
    assert all(heading is None for heading in dialog.columns.chosen().values())
    assert "border-left" in part(dialog, "forecast").styleSheet()
    press(dialog, "run")
    assert not dialog.shows_result()
    assert text


@pytest.mark.proof
def test_a_file_that_cannot_be_read_says_why(dialog, tmp_path):
    path = tmp_path / "空.csv"
    path.write_bytes(b"")
    dialog.fields["INPUT"].show_value(str(path))
    assert told(dialog)
    assert dialog.columns.proposal is None


@pytest.mark.proof
def test_of_a_workbook_with_several_sheets_one_is_chosen_by_a_click(dialog, cases, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["说明"])
    sheet = book.create_sheet("十一月")
    for row in csv.reader(cases.read_text(encoding="utf-8-sig").splitlines()):
        sheet.append(row)
    hidden = book.create_sheet("十一")
    hidden.append(["选项"])
    hidden.sheet_state = "hidden"
    path = tmp_path / "案件.xlsx"
    book.save(path)
    dialog.fields["INPUT"].show_value(str(path))
    asked = told(dialog)
    assert ">十一<" not in asked
    dialog.link_clicked.emit(QUrl(re.search(r"href='([^']*)'>十一月<", asked)[1]))
    wait_for(lambda: dialog.columns.proposal is not None)
    assert dialog.columns.chosen()["id"] == "案件编号"
    assert "10" in told(dialog)


@pytest.mark.proof
def test_its_buttons_stay_on_a_screen_that_is_scaled_to_150_percent(dialog, cases, monkeypatch):
    room = 768 * 2 // 3 - 20
    for module in ("dialog", "parts"):
        monkeypatch.setattr(f"gridmgmt_plugin.gui.jobs.{module}.room_px", lambda _: room)
    choose_file(dialog, cases)
    assert dialog.height() <= room


@pytest.mark.proof
def test_files_that_arrive_in_a_folder_are_offered_until_they_are_taken_and_nothing_is_taken_unasked(
    shell, cases, tmp_path, monkeypatch
):
    folder = tmp_path / "收件"
    folder.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    dialog = open_job(shell, "import_cases")
    field = dialog.fields["INPUT"]
    assert "No folder" in field.found.text()
    field.look.click()
    wait_for(lambda: "Nothing new" in field.found.text())
    shutil.copyfile(cases, folder / "三月.csv")
    before = _cases(shell)
    field.look.click()
    wait_for(lambda: "1 new file in “收件”" in field.found.text())
    assert (field.value(), _cases(shell)) == (None, before)
    field.menu.actions()[0].trigger()
    wait_for(lambda: dialog.columns.proposal is not None)
    assert field.value() == str(folder / "三月.csv")
    wait_for(tasks_done)
    press(dialog, "run")
    wait_for(dialog.shows_result)
    press(dialog, "run")
    wait_for(lambda: "Nothing new" in field.found.text())
    dialog.close()
    again = open_job(shell, "import_cases").fields["INPUT"]
    wait_for(lambda: "Nothing new" in again.found.text())
    again.menu.actions()[-1].trigger()
    assert "No folder" in again.found.text()


def test_the_folder_is_looked_at_each_minute_while_the_window_is_seen(shell, tmp_path, monkeypatch):
    arrivals_field.remember(arrivals_field.ARRIVALS, str(tmp_path))
    dialog = open_job(shell, "import_cases")
    field, looks = dialog.fields["INPUT"], []
    wait_for(lambda: "Nothing new" in field.found.text())
    monkeypatch.setattr(arrivals_field, "arrived_files", lambda *_: looks.append(1) or ())
    assert (field._again.interval(), field._again.isActive()) == (60_000, True)
    field._again.setInterval(1)
    wait_for(lambda: len(looks) > 1)
    dialog.hide()
    wait_for(tasks_done)
    seen = len(looks)
    QTest.qWait(20)
    assert len(looks) == seen
    dialog.close()
    arrivals_field.remember(arrivals_field.ARRIVALS, "")


def test_a_look_that_failed_is_not_the_last_and_one_under_way_ends_with_the_dialog(shell, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    told: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda _, mistake, *__: told.append(str(mistake)))
    looks: list[Progress] = []

    def look(*given):
        looks.append(given[-1])
        if len(looks) == 1:
            raise RuntimeError("no such disk")
        for _ in range(1000):
            given[-1].report(0.5)
            time.sleep(0.01)

    monkeypatch.setattr(arrivals_field, "arrived_files", look)
    dialog = open_job(shell, "import_cases")
    wait_for(tasks_done)
    field = dialog.fields["INPUT"]
    field.look.click()
    wait_for(lambda: told == ["no such disk"])
    wait_for(tasks_done)
    field._again.timeout.emit()
    wait_for(lambda: len(looks) == 2)
    field._again.timeout.emit()
    dialog.close()
    wait_for(tasks_done)
    assert len(looks) == 2
    arrivals_field.remember(arrivals_field.ARRIVALS, "")


def test_a_dropped_file_is_taken(dialog, cases):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(cases))])
    event = QDropEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    dialog.dropEvent(event)
    assert dialog.fields["INPUT"].value() == str(cases)


def test_a_file_dropped_on_the_dock_is_offered_to_the_imports(shell, iface, cases):
    dock = iface.mainWindow().findChild(QWidget, "gridmgmt_dock")
    wait_for(lambda: dock.model.summary is not None)
    dock.file_dropped.emit(cases)
    wait_for(lambda: iface.mainWindow().findChild(QMenu, "gridmgmt_dropped_menu") is not None)
    menu = iface.mainWindow().findChild(QMenu, "gridmgmt_dropped_menu")
    offered = [action for action in menu.actions() if not action.isSeparator()]
    assert len(offered) == 6
    offered[0].trigger()
    menu.close()
    dialog = iface.mainWindow().findChild(QWidget, "gridmgmt_job_importcases")
    wait_for(lambda: dialog.columns.proposal is not None)
    assert dialog.fields["INPUT"].value() == str(cases)


@pytest.mark.proof
def test_the_same_file_again_is_told_to_change_nothing(dialog, cases, shell):
    choose_file(dialog, cases)
    press(dialog, "run")
    before = _cases(shell)
    dialog.close()
    again = open_job(shell, "import_cases")
    text = choose_file(again, cases)
    assert "10" in text
    press(again, "run")
    assert _cases(shell) == before


@pytest.mark.proof
def test_enter_imports_and_escape_closes(dialog, cases, shell):
    before = _cases(shell)
    choose_file(dialog, cases)
    dialog.runner.setFocus()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    wait_for(lambda: tasks_done() and dialog.shows_result())
    assert _cases(shell) == before + 10
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


@pytest.mark.proof
def test_the_field_map_names_what_has_no_parameter_of_its_own(shell, dialog, cases):
    choose_file(dialog, cases)
    talk = next(iter(shell.controller("import_cases")._open.values()))
    parameters = talk._parameters("r.json")
    assert parameters["X_FIELD"] == "东坐标X"
    assert json.loads(parameters["FIELD_MAP"]) == {"title": "标题"}
