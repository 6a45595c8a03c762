"""A large result goes to its GeoPackage by columns: the same layer as feature by feature, and loaded as asked."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest
import shapely
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsVectorLayer,
)

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.processing import sinks
from gridmgmt_plugin.project.result_layers import memory_layer
from tests.jobs.people.duty_district import FRAME, duty_workspace
from tests.qgis.small_district import Runner


@pytest.fixture(scope="module", autouse=True)
def provider(processing):
    runner = Runner(processing)
    yield runner
    runner.close()


@pytest.fixture
def asked(tmp_path):
    workspace = duty_workspace(tmp_path / "库.gpkg")
    xy = np.random.default_rng(2).uniform([0, 0], [200, 100], (400, 2))
    rows = Rows({"类": as_column(["0103", "0102"] * 200), "号": as_column(range(400))}, shapely.points(xy))
    return {
        "WORKSPACE": str(workspace.path),
        "POINTS": memory_layer(rows, "点", FRAME),
        "SCHEME": "cg",
        "CLASS_FIELD": "类",
    }


def _content(path):
    layer = QgsVectorLayer(str(path), "x", "ogr")
    names = [field.name() for field in layer.fields() if field.name() != "fid"]
    rows = [[str(feature[name]) for name in names] + [feature.geometry().asWkt(6)] for feature in layer.getFeatures()]
    return names, rows, layer.featureCount(), _table(path)


def _table(path):
    """Return everything that stands in the layer's table but its numbers, shapes as the bytes that they are.

    The heads of shapes are left out: QGIS writes there of plain metres that they were degrees.
    """
    with closing(sqlite3.connect(path)) as connection:
        (name,) = connection.execute("SELECT table_name FROM gpkg_contents").fetchone()
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")') if not row[5]]
        asked = ", ".join(f'"{column}"' for column in columns)
        rows = connection.execute(f'SELECT {asked} FROM "{name}" ORDER BY fid').fetchall()
    return columns, [[cell[8:] if isinstance(cell, bytes) else cell for cell in row] for row in rows]


def test_by_columns_and_by_features_make_the_same_layer(asked, tmp_path, monkeypatch):
    import processing as qgis_processing

    for name, least in (("一", 10**9), ("二", 1)):
        monkeypatch.setattr(sinks, "LARGE", least)
        given = {**asked, "AT": "2026-01-15 09:30", "OUTPUT": str(tmp_path / f"{name}.gpkg")}
        told = qgis_processing.run("gridmgmt:whoisresponsible", given)
        assert told["COUNT"] == 400
    assert _content(tmp_path / "一.gpkg") == _content(tmp_path / "二.gpkg")


def test_it_is_loaded_where_that_was_asked_for(asked, tmp_path, monkeypatch):
    import processing as qgis_processing

    monkeypatch.setattr(sinks, "LARGE", 1)
    context, project = QgsProcessingContext(), QgsProject()
    output = QgsProcessingOutputLayerDefinition(str(tmp_path / "结果.gpkg"), project)
    qgis_processing.run(
        "gridmgmt:whoisresponsible", {**asked, "OUTPUT": output}, context=context, feedback=QgsProcessingFeedback()
    )
    loaded = context.layersToLoadOnCompletion()
    assert list(loaded) == [str(tmp_path / "结果.gpkg")]
    assert next(iter(loaded.values())).outputName == "OUTPUT"


def test_a_layer_in_memory_stays_one(asked, monkeypatch):
    import processing as qgis_processing

    monkeypatch.setattr(sinks, "LARGE", 1)
    told = qgis_processing.run("gridmgmt:whoisresponsible", {**asked, "OUTPUT": "TEMPORARY_OUTPUT"})
    assert told["OUTPUT"].featureCount() == 400
