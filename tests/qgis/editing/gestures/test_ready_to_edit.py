"""Every reason why a layer cannot be edited is told by itself, and nothing is begun."""

from __future__ import annotations

import sqlite3
from types import SimpleNamespace

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsVectorDataProvider, QgsVectorLayer

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.editing.gestures import readiness
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.project.layers import TABLE_PROPERTY, open_layers
from tests.qgis.editing.gestures.edited_grid import LOCAL_FRAME, make_workspace, unit_layer


def refusal(layer, workspace):
    with pytest.raises(WorkspaceError) as refused:
        GridEditor(layer, workspace).start()
    assert not layer.isEditable()
    for language in ("zh", "en"):
        assert refused.value.text(language)
    return refused.value


def test_a_layer_of_ours_can_be_edited(workspace):
    layer = open_layers(workspace, "zh_CN")["unit_grid"]
    editor = GridEditor(layer, workspace)
    editor.start()
    assert layer.isEditable()
    editor.start()  # again does no harm
    layer.rollBack()


def test_a_layer_in_a_local_frame_can_be_edited(tmp_path, qgis_app):
    workspace = make_workspace(tmp_path / "a.gpkg", frame=LOCAL_FRAME)
    layer = unit_layer(workspace)
    GridEditor(layer, workspace).start()
    assert layer.isEditable()
    layer.rollBack()


def test_a_layer_of_another_table_is_refused(workspace):
    other = open_layers(workspace, "zh_CN")["area"]
    assert refusal(other, workspace).code == "editing_layer_foreign"


def test_a_layer_that_is_not_of_a_workspace_is_refused(workspace):
    memory = QgsVectorLayer("Polygon?crs=EPSG:4548&field=code:string", "单元网格", "memory")
    assert refusal(memory, workspace).code == "editing_layer_foreign"
    memory.setCustomProperty(TABLE_PROPERTY, "unit_grid")
    assert refusal(memory, workspace).code == "editing_layer_foreign"


def test_the_layer_of_another_workspace_is_refused(workspace, tmp_path):
    other = unit_layer(make_workspace(tmp_path / "另一个.gpkg"))
    assert refusal(other, workspace).code == "editing_layer_foreign"


def test_a_layer_in_degrees_is_refused(layer, workspace):
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:4490"))
    error = refusal(layer, workspace)
    assert error.code == "editing_in_degrees"
    assert "EPSG:4490" in error.text("zh")


def test_a_filtered_layer_is_refused(layer, workspace):
    layer.setSubsetString("\"grade\" = '一级'")
    error = refusal(layer, workspace)
    assert error.code == "editing_layer_filtered"
    assert "一级" in error.text("zh")


def test_a_layer_that_the_project_protects_is_refused(layer, workspace):
    layer.setReadOnly(True)
    assert refusal(layer, workspace).code == "editing_layer_read_only"


def test_a_source_that_may_not_be_changed_is_refused(layer, workspace, monkeypatch):
    provider = layer.dataProvider()
    only_adding = QgsVectorDataProvider.Capabilities(QgsVectorDataProvider.Capability.AddFeatures)
    monkeypatch.setattr(type(provider), "capabilities", lambda _: only_adding)
    assert refusal(layer, workspace).code == "editing_file_read_only"


def test_a_workspace_that_another_program_writes_is_refused(layer, workspace):
    other = sqlite3.connect(workspace.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert refusal(layer, workspace).code == "workspace_locked"
    finally:
        other.close()
    GridEditor(layer, workspace).start()
    assert layer.isEditable()


def test_a_project_with_automatic_transaction_groups_is_refused(layer, workspace):
    project = QgsProject.instance()
    if hasattr(project, "transactionMode"):
        pytest.skip("this QGIS names transaction modes")
    project.setAutoTransaction(True)
    try:
        error = refusal(layer, workspace)
    finally:
        project.setAutoTransaction(False)
    assert error.code == "edits_in_transaction_group"
    assert "事务组" in error.text("zh")
    assert "transaction groups" in error.text("en")


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("Disabled", None),
        ("AutomaticGroups", "edits_in_transaction_group"),
        ("BufferedGroups", "edits_in_buffered_group"),
    ],
)
def test_newer_versions_name_the_transaction_mode(monkeypatch, mode, code):
    modes = SimpleNamespace(AutomaticGroups="AutomaticGroups", BufferedGroups="BufferedGroups")
    monkeypatch.setattr(readiness, "Qgis", SimpleNamespace(TransactionMode=modes))
    project = SimpleNamespace(transactionMode=lambda: mode)
    if code is None:
        readiness.refuse_transaction_modes(project)
        return
    with pytest.raises(WorkspaceError) as refused:
        readiness.refuse_transaction_modes(project)
    assert refused.value.code == code
    assert "Local Edit Buffer" in refused.value.text("en")


def test_a_start_that_qgis_refuses_is_told(layer, workspace, monkeypatch):
    monkeypatch.setattr(type(layer), "startEditing", lambda _: False)
    assert refusal(layer, workspace).code == "editing_not_started"
