"""A small workspace in edit mode."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.workspace.editing.editor import GridEditor
from tests.qgis.editing.edited_grid import make_workspace, unit_layer


@pytest.fixture
def workspace(tmp_path, qgis_app):
    return make_workspace(tmp_path / "网格 库.gpkg")


@pytest.fixture
def layer(workspace):
    layer = unit_layer(workspace)
    yield layer
    if layer.isEditable():
        layer.rollBack()


@pytest.fixture
def editor(layer, workspace):
    editor = GridEditor(layer, workspace)
    editor.start()
    yield editor
    editor.close()
