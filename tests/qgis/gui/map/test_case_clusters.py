"""The discs of the cases are filled whole or not at all, whatever becomes of the unit grids meanwhile."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer, QgsVectorLayerUtils

from gridmgmt_plugin.gui.map import case_clusters
from gridmgmt_plugin.gui.map.case_clusters import CaseClusters
from gridmgmt_plugin.workspace.light.places import UNIT_GRID
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from tests.qgis.workspace_window import build_workspace, wait_for

FILE = GeoPackageLocation(Path("库.gpkg"))


@pytest.fixture
def units(qgis_app):
    """Return a layer of three unit grids."""
    layer = QgsVectorLayer("Polygon?field=code:string", "", "memory")
    square = QgsGeometry.fromWkt("POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))")
    layer.dataProvider().addFeatures(
        [QgsVectorLayerUtils.createFeature(layer, square, {0: code}) for code in ("a", "b", "c")]
    )
    return layer


@pytest.fixture
def filled(units, monkeypatch):
    """Return what was put on the map, filling by filling; one unit grid is looked at in a turn."""
    told = []
    monkeypatch.setattr(case_clusters, "_CELLS_A_TURN", 1)
    monkeypatch.setattr(case_clusters, "shown_layer", lambda *_: units)
    monkeypatch.setattr(case_clusters, "cluster_layer", lambda *_: object())
    monkeypatch.setattr(case_clusters, "fill_clusters", lambda _, places: told.append(list(places)))
    return told


def _summary(*codes):
    figures = SimpleNamespace(cases=2)
    return SimpleNamespace(places=[SimpleNamespace(level=UNIT_GRID, code=code, figures=figures) for code in codes])


def test_each_unit_grid_with_cases_gets_them_in_its_middle(filled):
    clusters = CaseClusters()
    clusters.fill(_summary("a", "c"), FILE)
    wait_for(lambda: filled)
    assert filled == [[(5.0, 5.0, 2), (5.0, 5.0, 2)]]


def test_rows_that_are_read_anew_meanwhile_leave_the_map_as_it_is_until_the_next_count(filled, units, monkeypatch):
    clusters = CaseClusters()
    with monkeypatch.context() as meanwhile:
        good = list(units.getFeatures())
        meanwhile.setattr(units, "getFeatures", lambda *_: iter([good[0], QgsFeature(), good[2]]), raising=False)
        clusters.fill(_summary("a", "c"), FILE)
        wait_for(lambda: not clusters._turn.isActive())
        assert filled == []
    clusters.fill(_summary("a", "c"), FILE)
    wait_for(lambda: filled)
    assert len(filled[0]) == 2


def test_of_a_database_the_window_asks_qgis_for_no_row(filled, units, monkeypatch, database_location):
    build_workspace(database_location)
    monkeypatch.setattr(
        units, "getFeatures", lambda *_: pytest.fail("the window waits for the server"), raising=False
    )
    clusters = CaseClusters()
    clusters.fill(_summary("990101001001002", "990101001002001"), database_location)
    wait_for(lambda: filled)
    assert sorted(filled[0]) == [(50.0, 150.0, 2), (150.0, 50.0, 2)]


def test_a_server_that_does_not_answer_leaves_the_discs_as_they_are(filled, database_location):
    clusters = CaseClusters()
    clusters.fill(_summary("990101001001002"), database_location)  # there is no schema yet
    wait_for(lambda: clusters._reading is None)
    assert filled == []
