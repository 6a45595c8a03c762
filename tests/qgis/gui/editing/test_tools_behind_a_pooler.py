"""A planner's work behind PgBouncer in transaction mode: opening, drawing, forms, saving, taking back."""

from __future__ import annotations

import pytest
from qgis.core import QgsProject, QgsVectorLayerUtils

from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.pooler import pooler_before
from tests.qgis.gui.editing.tool_window import Bench
from tests.qgis.workspace_window import build_workspace, tasks_done, wait_for

# Connections of the server that the page gives to each login.
POOL = 20


@pytest.fixture
def pooler(postgis):
    with pooler_before(postgis, auth_type="trust") as started:
        yield started


@pytest.mark.daily(1)
def test_a_planners_work_is_saved_and_taken_back(qgis_app, author, pooler, database_location):
    build_workspace(database_location)
    near = Workspace.open(database_location)
    before = near.read("unit_grid")["code"].tolist()
    desk = Bench(pooler.before(database_location))
    try:
        desk.choose("split")
        desk.hand.click(170, -10)
        desk.hand.double_click(170, 110)
        assert desk.layer.commitChanges(True), desk.layer.commitErrors()
        wait_for(tasks_done)
        assert len(near.read("unit_grid")) == len(before) + 1

        take_back_last(Workspace.open(pooler.before(database_location)), "示例员")
        assert near.read("unit_grid")["code"].tolist() == before

        departments = shown_layer(QgsProject.instance(), "department")
        assert departments.startEditing()
        given = {departments.fields().indexOf(name): value for name, value in (("code", "1"), ("name", "一队"))}
        departments.addFeature(QgsVectorLayerUtils.createFeature(departments, attributes=given))
        assert departments.commitChanges(False), departments.commitErrors()
        feature = next(departments.getFeatures())
        departments.changeAttributeValue(feature.id(), departments.fields().indexOf("name"), "二队")
        assert departments.commitChanges(True), departments.commitErrors()
        wait_for(tasks_done)
        assert near.read("department")["name"].tolist() == ["二队"]
        assert pooler.servers() <= POOL
    finally:
        desk.close()
