"""The dock: list, filter, walk, fix, exempt, write, as a planner does it in a window with a map."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessingUtils,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QItemSelectionModel, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QLabel, QPushButton, QTableView

from gridmgmt_plugin.core.errors import Cancelled, WorkspaceError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.gui.frame import shell as frame
from gridmgmt_plugin.gui.frame.message_door import WHOLE
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.issues.filters import ONLY
from gridmgmt_plugin.gui.issues.model import IssueModel
from gridmgmt_plugin.gui.issues.table import IssueTable
from gridmgmt_plugin.jobs.checks import known_streets as known_streets_job
from gridmgmt_plugin.jobs.checks.known_streets import known_streets
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.small_district import Runner
from tests.qgis.workspace_window import (
    build_workspace,
    forget_settings,
    shown_window,
    tasks_done,
    wait_for,
    when_shown,
)

FIRST = "990101001001001"


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """The first cell is 20 cm too narrow; every stored area is missing."""
    path = build_workspace(tmp_path_factory.mktemp("原件") / "示例.gpkg")
    workspace = Workspace.open(path)
    units = workspace.read("unit_grid")
    shapes = units.geometry.copy()
    shapes[0] = shapely.box(0, 0, 99.8, 100)
    with workspace.transaction("", "test") as transaction:
        transaction.update(
            "unit_grid", Rows({"area_m2": as_column(shapely.area(shapes).tolist())}, shapes, units.fid)
        )
    return path


@pytest.fixture
def iface(qgis_app):
    forget_settings()
    remember("author", "王工")
    return shown_window(1400, 900)


@pytest.fixture
def issues(shell):
    controller = shell.controller("issues")
    controller.check()
    wait_for(lambda: tasks_done() and len(controller.dock.model.table) > 0)
    return controller


def button(issues, name) -> QPushButton:
    return issues.dock.findChild(QPushButton, f"gridmgmt_issues_{name}")


def rule_row(issues, rule) -> int:
    model = issues.dock.model
    return next(row for row, at in enumerate(model.shown()) if model.table.text("rule")[at] == rule)


def select(issues, rule) -> None:
    index = issues.dock.model.index(rule_row(issues, rule), 0)
    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    issues.dock.view.selectionModel().setCurrentIndex(index, flags)


def rules(issues) -> set[str]:
    return set(issues.dock.model.table.text("rule"))


def test_a_check_lists_issues_with_counts_and_rings_on_the_map(issues):
    dock = issues.dock
    assert "unit_gap" in rules(issues)
    errors = dock.findChild(type(dock._filters._severities["error"]), "gridmgmt_issues_error")
    assert errors.text().split()[-1] == str((dock.model.table.text("severity") == "error").sum())
    assert issues.places.layer.featureCount() == (~shapely.is_missing(dock.model.table.geometry)).sum()
    assert "unit_gap" in {feature["rule"] for feature in issues.places.layer.getFeatures()}
    assert issues.places.layer.customProperty("skipMemoryLayersCheck")


def test_next_and_previous_walk_round_with_zoom(issues, iface):
    dock = issues.dock
    select(issues, "unit_gap")
    before = dock.view.currentIndex().row()
    QTest.mouseClick(button(issues, "next"), Qt.MouseButton.LeftButton)
    assert dock.view.currentIndex().row() == (before + 1) % dock.model.rowCount()
    QTest.mouseClick(button(issues, "previous"), Qt.MouseButton.LeftButton)
    assert dock.view.currentIndex().row() == before
    assert iface.mapCanvas().extent().contains(iface.mapCanvas().extent().center())
    assert abs(iface.mapCanvas().extent().center().x() - 99.9) < 1.0


def test_a_tiny_place_gets_a_ring(issues, iface):
    table = issues.dock.model.table
    tiny = IssueTable(table.rows.take([0]).with_geometry(as_column([shapely.box(50, 50, 50.001, 50.001)])))
    assert issues.places.focus(tiny, 0)
    assert issues.places._marker is not None
    issues.places.forget()
    assert issues.places._marker is None


def test_an_issue_without_a_place_moves_nothing(issues, iface):
    table = issues.dock.model.table
    nowhere = IssueTable(table.rows.take([0]).with_geometry(as_column([None])))
    before = iface.mapCanvas().extent()
    assert not issues.places.focus(nowhere, 0)
    assert iface.mapCanvas().extent() == before


def test_keys_walk_through_the_list(issues, iface):
    shortcuts = {action.objectName() for action in iface.registered}
    assert {"gridmgmt_issues_go_next", "gridmgmt_issues_go_previous"} <= shortcuts
    go = next(action for action in iface.registered if action.objectName() == "gridmgmt_issues_go_next")
    issues.dock.view.setCurrentIndex(issues.dock.model.index(0, 0))
    go.trigger()
    assert issues.dock.view.currentIndex().row() == 1


def test_only_what_the_map_shows_follows_the_map(issues, iface):
    dock = issues.dock
    iface.mapCanvas().setExtent(shown_layer(QgsProject.instance(), "area").extent())
    everything = dock.model.rowCount()
    dock._filters._within.setChecked(True)
    here = dock.model.rowCount()
    assert 0 < here <= everything
    iface.mapCanvas().setExtent(iface.mapCanvas().extent().fromCenterAndSize(iface.mapCanvas().center(), 1, 1))
    wait_for(lambda: dock.model.rowCount() != here)
    dock._filters._within.setChecked(False)
    assert dock.model.rowCount() == everything


def test_a_rule_and_a_word_narrow_the_list(issues):
    dock = issues.dock
    dock.select_rule("unit_gap")
    assert dock.model.rowCount() == 1
    dock.select_rule("")
    dock._filters._search.setText("没有这样的词")
    wait_for(lambda: dock.model.rowCount() == 0)
    assert dock._pages.currentIndex() == 1
    assert dock._empty.text()


@pytest.mark.proof
def test_the_rings_on_the_map_follow_the_filters_of_the_list(issues):
    dock, layer = issues.dock, issues.places.layer
    everything = layer.featureCount()
    dock.select_rule("unit_gap")
    assert {feature["rule"] for feature in layer.getFeatures()} == {"unit_gap"}
    select(issues, "unit_gap")
    dock._filters._undone.setChecked(True)
    button(issues, "done").click()
    assert layer.featureCount() == 0
    dock._filters._undone.setChecked(False)
    dock.select_rule("")
    assert layer.featureCount() == everything


def test_a_check_that_finds_nothing_more_of_the_chosen_rule_shows_the_rings_of_what_is_left(issues):
    issues.dock.select_rule("unit_gap")
    table = issues.dock.model.table
    left = IssueTable(table.rows.take([int(np.flatnonzero(table.text("rule") != "unit_gap")[0])]))
    issues._show(left, issues.places.crs, "")
    assert issues.places.layer.featureCount() == len(issues.dock.model.shown()) == 1


@pytest.mark.proof
def test_a_check_that_is_asked_for_while_another_one_runs_follows_it(issues, monkeypatch):
    shown, show = [], issues.show_report
    monkeypatch.setattr(issues, "show_report", lambda *found: (shown.append(1), show(*found)))
    issues.check()
    issues.check_later()
    wait_for(lambda: tasks_done() and len(shown) == 2)
    issues.check_later()
    wait_for(lambda: tasks_done() and len(shown) == 3)


def test_a_workspace_that_is_closed_takes_its_rings_along_whatever_the_list_is_filtered_by(issues, shell):
    issues.dock.select_rule("unit_gap")
    shell.session.close_workspace()
    assert issues.dock.model.rowCount() == 0


def test_what_is_said_of_a_workspace_goes_with_it(issues, shell, iface):
    shell.tell(Message("issues_fixed", {"fixed": 2, "refused": 0}))
    shell.session.close_workspace()
    assert not [item for item in iface.messageBar().items() if item.property(WHOLE)]
    shell.tell(Message("file_missing", {"path": "街巷.csv"}))
    assert [item for item in iface.messageBar().items() if item.property(WHOLE)]


def test_without_a_workspace_nothing_offers_to_check_again(issues, shell):
    assert button(issues, "check").isEnabled()
    shell.session.close_workspace()
    assert not button(issues, "check").isEnabled()
    assert issues.dock._empty.text() == "Open a workspace first."


@pytest.mark.proof
def test_a_rule_that_finds_nothing_any_more_filters_the_list_no_more(issues):
    dock, found = issues.dock, issues.dock.model.table
    dock.select_rule("unit_gap")
    dock.show_table(IssueTable(found.rows.take(found.text("rule") != "unit_gap")), "")
    assert len(dock.model.shown()) == (found.text("rule") != "unit_gap").sum() > 0


@pytest.mark.proof
def test_a_fix_shows_the_ground_first_and_is_done_when_agreed(issues, shell):
    seen = {}

    def agree(dialog):
        cells = dialog.findChild(object, "gridmgmt_fix_cells")
        seen["gained"] = [cells.item(row, 1).text() for row in range(cells.rowCount())]
        dialog.findChild(QPushButton, "gridmgmt_fix_accept").click()

    select(issues, "unit_gap")
    when_shown("gridmgmt_fix_dialog", agree)
    QTest.mouseClick(button(issues, "fix"), Qt.MouseButton.LeftButton)
    wait_for(lambda: tasks_done() and "unit_gap" not in rules(issues))
    assert "20.00" in seen["gained"]
    units = Workspace.open(shell.session.path).read("unit_grid")
    assert shapely.area(units.geometry).sum() == pytest.approx(240_000)
    assert shell.iface.messages()


@pytest.mark.proof
def test_a_fix_that_is_not_wanted_changes_nothing(issues, shell):
    before = Workspace.open(shell.session.path).read("unit_grid").geometry[0].wkb
    select(issues, "unit_gap")
    when_shown("gridmgmt_fix_dialog", lambda dialog: dialog.reject())
    button(issues, "fix").click()
    wait_for(lambda: issues._task is None)
    assert Workspace.open(shell.session.path).read("unit_grid").geometry[0].wkb == before
    assert "unit_gap" in rules(issues)


def test_while_the_layer_is_edited_a_fix_is_one_undo_step(issues, shell):
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    layer.startEditing()
    select(issues, "unit_gap")
    when_shown("gridmgmt_fix_dialog", lambda d: d.findChild(QPushButton, "gridmgmt_fix_accept").click())
    button(issues, "fix").click()
    assert layer.undoStack().count() == 1
    assert sum(feature.geometry().area() for feature in layer.getFeatures()) == pytest.approx(240_000)
    layer.undoStack().undo()
    assert sum(feature.geometry().area() for feature in layer.getFeatures()) == pytest.approx(239_980)
    layer.rollBack()


@pytest.mark.proof
def test_a_check_with_edits_pending_asks_what_shall_become_of_them(issues, shell):
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    layer.startEditing()
    layer.changeAttributeValue(next(layer.getFeatures()).id(), layer.fields().lookupField("note"), "x")
    when_shown("gridmgmt_pending_edits", lambda box: box.findChild(QPushButton, "gridmgmt_pending_cancel").click())
    button(issues, "check").click()
    assert issues._task is None
    assert layer.isModified()
    when_shown("gridmgmt_pending_edits", lambda box: box.findChild(QPushButton, "gridmgmt_pending_discard").click())
    button(issues, "check").click()
    wait_for(lambda: issues._task is None)
    assert not layer.isModified()
    layer.rollBack()


def test_a_check_that_waited_asks_nothing_in_the_middle_of_an_edit_and_tells_why_it_is_not_made(
    issues, shell, monkeypatch
):
    asked = []
    monkeypatch.setattr(frame, "settle_edits", lambda _: asked.append(1))
    issues.check()
    issues.check_later()
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    layer.startEditing()
    layer.changeAttributeValue(next(layer.getFeatures()).id(), layer.fields().lookupField("note"), "x")
    wait_for(tasks_done)
    assert not asked
    (said,) = shell.iface.messages()
    assert said.startswith("The issue list was not brought up to date")
    assert "unsaved edits" in said
    layer.rollBack()


def test_an_exemption_takes_a_reason_and_moves_the_issue_to_the_exempted(issues, shell):
    def fill(dialog):
        accept = dialog.findChild(QPushButton, "gridmgmt_exempt_accept")
        assert not accept.isEnabled()
        dialog._reason.setPlainText("施工中，暂不处理")
        dialog._approved.setText("赵局")
        accept.click()

    select(issues, "unit_gap")
    when_shown("gridmgmt_exempt_dialog", fill)
    QTest.mouseClick(button(issues, "exempt"), Qt.MouseButton.LeftButton)
    wait_for(lambda: tasks_done() and issues.dock.model.table.exempted.any())
    dock = issues.dock
    assert "unit_gap" not in {dock.model.table.text("rule")[at] for at in dock.model.shown()}
    box = dock._filters._exempted
    box.setCurrentIndex(box.findData(ONLY))
    assert dock.model.rowCount() == 1
    tip = dock.model.data(dock.model.index(0, 0), Qt.ItemDataRole.ToolTipRole)
    assert "施工中" in tip
    assert "赵局" in tip
    dock.view.selectRow(0)
    button(issues, "exempt").click()
    wait_for(lambda: tasks_done() and not issues.dock.model.table.exempted.any())
    assert len(Workspace.open(shell.session.path).read("exemption")) == 0


def test_what_is_marked_as_done_is_struck_out_and_can_be_hidden(issues):
    dock = issues.dock
    select(issues, "unit_gap")
    row, count = rule_row(issues, "unit_gap"), dock.model.rowCount()
    button(issues, "done").click()
    assert dock.model.data(dock.model.index(row, 0), Qt.ItemDataRole.FontRole).strikeOut()
    dock._filters._undone.setChecked(True)
    assert dock.model.rowCount() == count - 1


def test_the_list_is_written_as_it_is_shown(issues, tmp_path):
    issues.dock.select_rule("unit_gap")
    target = tmp_path / "问题 清单.csv"
    issues.export(issues.dock.model.shown().tolist(), target)
    wait_for(lambda: tasks_done() and issues._task is None)
    with target.open(encoding="utf-8-sig") as file:
        written = list(csv.DictReader(file))
    assert [row["Rule"] for row in written] == ["unit_gap"]


def test_geojson_in_a_local_frame_is_refused_with_the_reason(issues, shell, tmp_path):
    issues.export([0], tmp_path / "清单.geojson")
    wait_for(lambda: tasks_done() and issues._task is None)
    assert not (tmp_path / "清单.geojson").exists()
    assert shell.iface.messages()


def test_copy_puts_lines_on_the_clipboard(issues):
    select(issues, "unit_gap")
    issues.dock.copy()
    assert QApplication.clipboard().text().count("\t") == 4


def test_what_the_receiver_refused_comes_first_then_errors(issues):
    rows = [("unit_gap", "error", None), ("a", "warning", None), ("receipt_refused", "warning", "甲")]
    rows += [("receipt_refused", "warning", None)]
    named = [dict(zip(("rule", "severity", "exempted_by"), row)) for row in rows]
    model = issues.dock.model
    model.show(IssueTable(Rows.from_records(named)))
    assert [model.issue(row) for row in range(model.rowCount())][:3] == [3, 0, 1]


@pytest.mark.proof
def test_a_click_on_a_heading_sorts_and_the_order_of_the_check_comes_back(issues):
    dock = issues.dock
    before = dock.model.shown().tolist()
    dock.view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    titles = dock.model.table.text("title")[dock.model.shown()].astype(str)
    assert (np.sort(titles)[::-1] == titles).all()
    dock.view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    assert dock.model.shown().tolist() == before


def test_widths_of_columns_are_remembered(issues, shell):
    issues.dock.view.horizontalHeader().resizeSection(1, 233)
    from gridmgmt_plugin.gui.issues.dock import IssueDock

    again = IssueDock(shell.iface.mainWindow())
    assert again.view.horizontalHeader().sectionSize(1) == 233
    again.deleteLater()


def test_nothing_wrong_is_said_with_what_was_checked(shell, issues):
    figures = {"rules": {"a": 0, "b": 0}, "objects": {"unit_grid": 24}}
    issues.show_report(SimpleNamespace(result=SimpleNamespace(figures=figures, issues=()), notes=()))
    assert issues.dock._pages.currentIndex() == 1
    assert "2" in issues.dock._empty.text()
    assert "24" in issues.dock._empty.text()


@pytest.mark.proof
def test_the_list_empties_with_the_workspace_and_leaves_the_window_with_the_plugin(iface, original, tmp_path):
    shell = Shell(iface, [])
    shell.build()
    shell.session.open(shutil.copyfile(original, tmp_path / "b.gpkg"))
    before = iface.census()["registered"]
    controller = shell.controller("issues")
    controller.check()
    wait_for(lambda: tasks_done() and len(controller.dock.model.table) > 0)
    shell.session.close_workspace()
    assert len(controller.dock.model.table) == 0
    assert controller.places.layer is None
    controller.close()
    assert iface.census()["registered"] == before
    shell._controllers = {name: other for name, other in shell._controllers.items() if other is not controller}
    shell.take_down()
    QgsProject.instance().clear()
    settle()


@pytest.mark.proof
def test_a_cancelled_check_leaves_the_list_as_it_was(issues):
    before = issues.dock.model.table
    issues.check()
    issues.dock.cancel_wanted.emit()
    wait_for(lambda: tasks_done() and issues._task is None)
    assert issues.dock.model.table is before or len(issues.dock.model.table) == len(before)


def ended_check(issues, how, monkeypatch):
    """Let the check that follows something written be cancelled, or fail."""

    def check(workspace, progress):
        if how == "cancelled":
            issues._task.cancel()
        raise Cancelled() if how == "cancelled" else WorkspaceError("workspace_missing", path="x")

    monkeypatch.setattr(known_streets_job, "check_again", check)


@pytest.mark.daily(1)
@pytest.mark.parametrize("how", ["cancelled", "failed"])
def test_a_fix_is_shown_and_told_though_the_check_after_it_does_not_end(issues, shell, how, monkeypatch):
    reloaded = []
    shell.session.data_changed.connect(lambda: reloaded.append(how))
    ended_check(issues, how, monkeypatch)
    select(issues, "unit_gap")
    at = issues.dock.current()
    when_shown("gridmgmt_fix_dialog", lambda d: d.findChild(QPushButton, "gridmgmt_fix_accept").click())
    button(issues, "fix").click()
    wait_for(lambda: tasks_done() and issues._task is None)
    assert reloaded == [how]
    assert issues.dock.model.is_done(at)
    told = {"cancelled": "1 issue was fixed", "failed": "The change is written, but could not be checked again"}
    assert told[how] in shell.iface.messages()[0]
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    assert sum(feature.geometry().area() for feature in layer.getFeatures()) == pytest.approx(240_000)


@pytest.mark.proof
def test_an_exemption_is_struck_out_though_the_check_after_it_is_cancelled(issues, monkeypatch):
    def fill(dialog):
        dialog._reason.setPlainText("施工中，暂不处理")
        dialog._approved.setText("赵局")
        dialog.findChild(QPushButton, "gridmgmt_exempt_accept").click()

    ended_check(issues, "cancelled", monkeypatch)
    select(issues, "unit_gap")
    at = issues.dock.current()
    when_shown("gridmgmt_exempt_dialog", fill)
    button(issues, "exempt").click()
    wait_for(lambda: tasks_done() and issues._task is None)
    assert issues.dock.model.is_done(at)


def test_very_many_issues_are_shown_and_walked_at_once(qgis_app):
    count = 20_000
    names = ("rule", "title", "severity", "object_keys", "message", "exempted_by")
    columns = {name: as_column([f"{name} {at}" for at in range(count)]) for name in names}
    columns["severity"] = as_column(["error", "warning"] * (count // 2))
    columns["exempted_by"] = as_column([None] * count)
    model = IssueModel(QTableView())
    model.show(IssueTable(Rows(columns, as_column([shapely.Point(at, at) for at in range(count)]))))
    assert model.rowCount() == count
    assert model.cell_text(model.issue(count - 1), 4) == f"message {count - 1}"


def test_no_object_bears_the_name_of_a_column_that_only_scripts_know(qgis_app):
    names = ("rule", "title", "severity", "object_keys", "message", "exempted_by")
    columns = {name: as_column([name] * 3) for name in names}
    columns["object_keys"] = as_column(["component.owner_code", "*", "A.1|B|lane_chief"])
    model = IssueModel(QTableView())
    model.show(IssueTable(Rows({**columns, "severity": as_column(["error"] * 3)}, as_column([None] * 3))))
    assert [model.cell_text(at, 2) for at in range(3)] == ["Components · Owner", "all", "A.1, B, Lane chief"]


@pytest.mark.proof
def test_a_scheme_bears_its_title_in_the_list(shell, issues):
    names = ("rule", "title", "severity", "message", "exempted_by")
    columns = {name: as_column([name] * 2) for name in names}
    columns |= {"table_name": as_column(["scheme"] * 2), "object_keys": as_column(["cg", "gone"])}
    issues.dock.model.show(IssueTable(Rows(columns, as_column([None] * 2))))
    (row,) = [row for row in shown_layer(QgsProject.instance(), "scheme").getFeatures() if row["key"] == "cg"]
    assert [issues.dock.model.cell_text(at, 2) for at in range(2)] == [row["title"], "gone"]
    assert row["title"] not in ("", "cg")


@pytest.mark.proof
def test_the_layer_of_a_check_is_listed_and_a_temporary_one_goes(shell, issues, tmp_path):
    from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace

    folder = Path(QgsProcessingUtils.tempFolder())
    kept = []
    for target in (folder / "found.gpkg", tmp_path / "found.gpkg"):
        validate_workspace(Workspace.open(shell.session.path), output=target)
        layer = QgsProject.instance().addMapLayer(QgsVectorLayer(str(target), "x", "ogr"))
        name, count = layer.id(), layer.featureCount()
        issues.show_layer(layer)
        assert len(issues.dock.model.table) == count
        kept.append(name in QgsProject.instance().mapLayers())
    assert kept == [False, True]


@pytest.mark.proof
def test_fixing_all_of_a_rule_while_editing_promises_what_holds_and_does_it(issues, shell):
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    layer.startEditing()
    select(issues, "unit_gap")
    refs = issues.dock.model.table.refs([issues.dock.current()])
    gone = [replace(refs[0], place=(5.0, 5.0)) for _ in range(3)]
    promised = []

    def read(dialog):
        promised.append([label.text() for label in dialog.findChildren(QLabel)])
        dialog.findChild(QPushButton, "gridmgmt_fix_accept").click()

    when_shown("gridmgmt_fix_dialog", read)
    issues._fix_in_buffer([*refs, *gone])
    texts = " ".join(promised[0])
    assert "1 issue will be fixed" in texts
    assert "3 issues stay" in texts
    assert layer.undoStack().count() == 1
    assert "1" in shell.iface.messages()[0]
    assert "3" in shell.iface.messages()[0]
    layer.rollBack()


def test_where_nothing_can_be_fixed_while_editing_nothing_is_promised(issues, shell):
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    layer.startEditing()
    select(issues, "unit_gap")
    refs = issues.dock.model.table.refs([issues.dock.current()])
    offered = []

    def read(dialog):
        offered.append(dialog.findChild(QPushButton, "gridmgmt_fix_accept"))
        dialog.reject()

    when_shown("gridmgmt_fix_dialog", read)
    issues._fix_in_buffer([replace(refs[0], place=(5.0, 5.0)) for _ in range(2)])
    assert offered == [None]
    assert layer.undoStack().count() == 0
    layer.rollBack()


def test_the_rings_go_and_come_with_the_list(issues):
    layer = issues.places.layer
    node = QgsProject.instance().layerTreeRoot().findLayer(layer)
    issues.dock.show()
    settle()
    assert node.isVisible()
    issues.dock.setUserVisible(False)
    settle()
    assert not node.isVisible()
    issues.dock.setUserVisible(True)
    settle()
    assert node.isVisible()


def test_all_buttons_fit_between_two_docks_and_none_moves(issues):
    room_px = 1366 - 256 - 330  # a small screen, QGIS's docks at the left, ours at the right
    buttons = [
        button(issues, key) for key in ("previous", "next", "fix", "fix_all", "exempt", "done", "check", "export")
    ]
    assert sum(each.width() + 3 for each in buttons) <= room_px
    select(issues, "unit_gap")
    before = [each.width() for each in buttons]
    button(issues, "done").click()
    select(issues, "unit_gap")
    assert [each.width() for each in buttons] == before


@pytest.mark.proof
def test_the_last_check_is_known_when_the_workspace_is_opened_again(shell, issues):
    wait_for(tasks_done)
    found, place = shell.session.last_check, shell.session.path
    shell.session.close_workspace()
    assert shell.session.last_check is None
    shell.session.open(place)
    wait_for(lambda: shell.session.last_check is not None)
    assert shell.session.last_check == found
    assert f"{found.errors} error" in issues.dock._empty.text(), "nobody is told that nothing was checked"
    assert found.errors + found.warnings > 0
    with Workspace.open(place).transaction("乙", "test") as transaction:
        transaction.log("lane", "L1", None, None)
    shell.session.close_workspace()
    shell.session.open(place)
    wait_for(lambda: shell.session.last_check is not None)
    assert shell.session.last_check.is_outdated


@pytest.mark.proof
def test_a_check_that_cannot_be_noted_says_so(shell, issues):
    wait_for(tasks_done)
    holder = sqlite3.connect(shell.session.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        issues.check()
        wait_for(tasks_done)
        assert shell.session.last_check.not_kept
    finally:
        holder.close()


def test_a_check_asks_the_streets_that_the_lanes_were_last_checked_against(shell, issues, processing, tmp_path):
    layer, streets = QgsVectorLayer("LineString?field=路名:string", "道路", "memory"), tmp_path / "道路.shp"
    street = QgsFeature(layer.fields())
    street.setAttributes(["新巷"])
    street.setGeometry(QgsGeometry.fromWkt("LINESTRING(210 110, 390 110)"))
    layer.dataProvider().addFeatures([street])
    options, context = QgsVectorFileWriter.SaveVectorOptions(), QgsProject.instance().transformContext()
    options.driverName = "ESRI Shapefile"
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(streets), context, options)
    streets.with_suffix(".prj").unlink()  # it lies in the frame of the workspace
    run = Runner(processing)
    try:
        run("validate", WORKSPACE=str(shell.session.location), STREETS=streets)
    finally:
        run.close()
    button(issues, "check").click()
    wait_for(tasks_done)
    assert "street_in_no_lane" in rules(issues)
    assert known_streets(shell.session.location).path.startswith(str(streets))
    streets.unlink()
    told = []
    shell.tell = lambda message, *_, **__: told.append(message.code)
    button(issues, "check").click()
    wait_for(tasks_done)
    assert "street_in_no_lane" not in rules(issues)
    assert told == ["streets_not_asked"]
