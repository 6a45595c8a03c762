"""The list of issues on a workspace in a database: check, fix, exempt, lift, all by mouse."""

from __future__ import annotations

import pytest
import shapely
from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QPushButton

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.gui.issues.test_issue_dock import button, rules, select
from tests.qgis.workspace_window import (
    build_workspace,
    built_shell,
    forget_settings,
    shown_window,
    tasks_done,
    wait_for,
    when_shown,
)


@pytest.fixture
def workspace(database_location):
    """The first cell is 20 cm too narrow."""
    workspace = Workspace.open(build_workspace(database_location))
    units = workspace.read("unit_grid")
    shapes = units.geometry.copy()
    shapes[0] = shapely.box(0, 0, 99.8, 100)
    with workspace.transaction("", "test") as transaction:
        areas = as_column(shapely.area(shapes).tolist())
        transaction.update("unit_grid", Rows({"area_m2": areas}, shapes, units.fid))
    return workspace


@pytest.fixture
def shell(workspace, qgis_app):
    forget_settings()
    remember("author", "王工")
    with built_shell(shown_window()) as made:
        opened = []
        made.session.open(workspace.location, opened.append)
        wait_for(lambda: opened)
        assert opened == [None]
        yield made


@pytest.fixture
def issues(shell):
    controller = shell.controller("issues")
    controller.check()
    wait_for(lambda: tasks_done() and len(controller.dock.model.table) > 0)
    assert "unit_gap" in rules(controller)
    return controller


@pytest.mark.proof
def test_a_fix_is_written_and_shown(issues, workspace):
    select(issues, "unit_gap")
    when_shown("gridmgmt_fix_dialog", lambda d: d.findChild(QPushButton, "gridmgmt_fix_accept").click())
    button(issues, "fix").click()
    wait_for(lambda: tasks_done() and "unit_gap" not in rules(issues))
    assert shapely.area(workspace.read("unit_grid").geometry).sum() == pytest.approx(240_000)
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    assert sum(feature.geometry().area() for feature in layer.getFeatures()) == pytest.approx(240_000)


def test_a_fix_while_the_layer_is_edited_is_one_undo_step_and_is_saved(issues, workspace):
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    layer.startEditing()
    select(issues, "unit_gap")
    when_shown("gridmgmt_fix_dialog", lambda d: d.findChild(QPushButton, "gridmgmt_fix_accept").click())
    button(issues, "fix").click()
    assert layer.undoStack().count() == 1
    assert layer.commitChanges(), layer.commitErrors()
    assert shapely.area(workspace.read("unit_grid").geometry).sum() == pytest.approx(240_000)


@pytest.mark.proof
def test_an_exemption_is_kept_and_lifted(issues, workspace):
    def fill(dialog):
        dialog._reason.setPlainText("施工中")
        dialog._approved.setText("赵局")
        dialog.findChild(QPushButton, "gridmgmt_exempt_accept").click()

    select(issues, "unit_gap")
    when_shown("gridmgmt_exempt_dialog", fill)
    button(issues, "exempt").click()
    wait_for(lambda: tasks_done() and issues.dock.model.table.exempted.any())
    assert workspace.read("exemption")["reason"].tolist() == ["施工中"]
    box = issues.dock._filters._exempted
    box.setCurrentIndex(box.findData("only"))
    issues.dock.view.selectRow(0)
    button(issues, "exempt").click()
    wait_for(lambda: tasks_done() and not issues.dock.model.table.exempted.any())
    assert workspace.count("exemption") == 0


@pytest.mark.proof
def test_a_server_without_an_answer_is_told_and_the_list_stays(issues, shell, monkeypatch, postgis, workspace):
    before = issues.dock.model.table
    postgis.drop(workspace.location.schema)
    issues.check()
    wait_for(lambda: tasks_done() and bool(shell.iface.messages()))
    assert issues.dock.model.table is before
