"""A small workspace in edit mode."""

from __future__ import annotations

import shutil

import pytest

from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.gestures.edited_grid import make_workspace, unit_layer


@pytest.fixture
def back_end():
    """Name the back end of the workspace; a test of both is parametrised with this name."""
    return "geopackage"


@pytest.fixture(scope="session")
def squares_file(tmp_path_factory):
    """Write the squares once; every test gets a copy."""
    return make_workspace(tmp_path_factory.mktemp("squares") / "网格 库.gpkg").path


@pytest.fixture
def workspace(back_end, request, tmp_path, qgis_app):
    if back_end == "postgis":
        return make_workspace(request.getfixturevalue("database_location"))
    return Workspace.open(shutil.copy(request.getfixturevalue("squares_file"), tmp_path))


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
