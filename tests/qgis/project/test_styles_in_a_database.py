"""Styles that planners stored in a file or a database are found; without any, QGIS does not ask for each layer."""

from __future__ import annotations

import pytest
from qgis.core import QgsVectorLayer
from qgis.PyQt.QtGui import QColor

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.project import layers as opening
from gridmgmt_plugin.project.layers import open_layers
from gridmgmt_plugin.project.postgis_source import table_source
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import build_workspace


@pytest.fixture
def workspace(database_location):
    build_workspace(database_location)
    return Workspace.open(database_location)


def _sessions(postgis):
    """Return how many connections the server has seen that are still there or have ended."""
    return postgis.run("SELECT pg_stat_clear_snapshot(), sessions FROM pg_stat_database WHERE datname = 'grids'")[0][
        1
    ]


def _colour(layer):
    return layer.renderer().symbol().color().name()


def _store_a_style(workspace, table):
    layer = QgsVectorLayer(table_source(workspace.location, tables()[table], None), table, "postgres")
    layer.renderer().symbol().setColor(QColor("#123456"))
    assert layer.saveStyleToDatabase("示例", "", True, "") == ""


@pytest.mark.proof
def test_without_stored_styles_a_few_connections_serve_all_layers(workspace, postgis):
    if postgis.version() < 14:
        pytest.skip("this server does not count connections")
    before = _sessions(postgis)
    layers = open_layers(workspace, "zh_CN")
    assert len(layers) == len(tables())
    assert _sessions(postgis) - before < 12  # one that ends is counted at once


@pytest.mark.proof
def test_a_style_that_was_stored_is_found(workspace, postgis):
    try:
        _store_a_style(workspace, "station")
        layers = open_layers(workspace, "zh_CN")
        assert _colour(layers["station"]) == "#123456"
    finally:
        postgis.run("DROP TABLE IF EXISTS public.layer_styles")


def test_a_style_that_was_stored_in_a_file_is_found(qgis_app, tmp_path):
    path = build_workspace(tmp_path / "库.gpkg")
    layer = QgsVectorLayer(f"{path}|layername=station", "station", "ogr")
    layer.renderer().symbol().setColor(QColor("#123456"))
    assert layer.saveStyleToDatabase("示例", "", True, "") == ""
    assert _colour(open_layers(Workspace.open(path), "zh_CN")["station"]) == "#123456"


@pytest.mark.parametrize("code", ["postgres_wait_given_up", "postgres_too_slow"])
def test_who_does_not_want_to_wait_for_the_styles_does_not_wait_for_the_layers(workspace, monkeypatch, code):
    opened = []

    def no_answer(location):
        raise WorkspaceError(code, path=location.label)

    def noted(*_, **__):
        opened.append(1)
        raise RuntimeError

    monkeypatch.setattr(opening, "connected", no_answer)
    monkeypatch.setattr(opening, "_open", noted)
    with pytest.raises(WorkspaceError if code == "postgres_wait_given_up" else RuntimeError):
        open_layers(workspace, "zh_CN")
    assert len(opened) == (code != "postgres_wait_given_up")
