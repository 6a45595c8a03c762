"""The map while a planner works: themes from the dock, labels after undo, no heat map while editing, no "?"."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsVectorLayer,
)
from qgis.gui import QgsLayerTreeViewIndicator
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtWidgets import QComboBox

from gridmgmt_plugin.project.map.clusters import cluster_layer
from gridmgmt_plugin.project.map.scheme import PAINTED, hide_stored_outlines, shown_scheme
from gridmgmt_plugin.project.map.themes import apply_theme, current_theme
from gridmgmt_plugin.project.shown_workspace import shown_layer
from tests.qgis.workspace_window import tasks_done, wait_for


@pytest.fixture(autouse=True)
def _painted(iface):
    """Let the window be painted: QGIS says that a layer has no place on earth when it draws it."""
    iface.mainWindow().setUpdatesEnabled(True)


def _layer(table):
    return shown_layer(QgsProject.instance(), table)


def _node(layer):
    return QgsProject.instance().layerTreeRoot().findLayer(layer)


def test_the_dock_switches_the_theme_and_follows_the_map(shell):
    box = shell.controller("tree").dock.findChild(QComboBox, "gridmgmt_themes")
    assert box.currentData() == "groups"
    box.activated.emit(box.findData("lanes"))
    assert current_theme(QgsProject.instance()) == "lanes"
    _node(_layer("station")).setItemVisibilityChecked(True)
    wait_for(lambda: box.currentData() == "own")
    apply_theme(QgsProject.instance(), "print")
    wait_for(lambda: box.currentData() == "print")


@pytest.mark.proof
def test_the_scheme_of_the_dock_is_that_of_the_map(shell):
    schemes = shell.controller("tree").dock.schemes
    assert shown_scheme(QgsProject.instance()) == "cg"
    schemes.setCurrentIndex(schemes.findData("hw"))
    wait_for(lambda: shown_scheme(QgsProject.instance()) == "hw")


def test_the_discs_hold_every_case_that_lies_in_a_unit_grid(shell):
    clusters = cluster_layer(QgsProject.instance())
    wait_for(lambda: clusters.featureCount() > 0)
    assert sum(row["count"] for row in clusters.getFeatures() if row["level"] == 0) == 48


def test_labels_follow_edits_and_their_undo_at_once(shell):
    layer, painted = _layer("unit_grid"), []
    feature = next(layer.getFeatures())
    place = feature.geometry().boundingBox()
    apply_theme(QgsProject.instance(), "edit")
    stored = _labels(layer, place)
    assert stored
    layer.startEditing()
    wait_for(tasks_done)
    layer.repaintRequested.connect(lambda *_: painted.append(1))  # until then QGIS shows the picture that it has
    layer.changeAttributeValue(feature.id(), layer.fields().lookupField("code"), "990101001001999")
    wait_for(lambda: painted)
    assert "999" in _labels(layer, place) - stored
    painted.clear()
    layer.undoStack().undo()
    wait_for(lambda: painted)
    assert _labels(layer, place) == stored
    layer.rollBack()


def _labels(layer, place):
    """Return the ends of what is written on the map."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4548"))  # metres, as the frame of the layer
    settings.setOutputSize(QSize(400, 400))
    settings.setExtent(place)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    return {label.labelText[-3:] for label in job.takeLabelingResults().labelsWithinRect(place)}


@pytest.mark.proof
def test_the_heat_map_makes_way_for_editing_and_comes_back(shell):
    shell.action("heat_map").trigger()
    assert _node(_layer("cases")).isVisible()
    _layer("unit_grid").startEditing()
    assert not _node(_layer("cases")).isVisible()
    _layer("lane").startEditing()
    _layer("unit_grid").rollBack()
    assert not _node(_layer("cases")).isVisible()
    _layer("lane").rollBack()
    assert _node(_layer("cases")).isVisible()


def test_points_of_cases_stay_while_editing(shell):
    apply_theme(QgsProject.instance(), "manage")
    _layer("unit_grid").startEditing()
    assert _node(_layer("cases")).isVisible()
    _layer("unit_grid").rollBack()


@pytest.mark.proof
def test_layers_of_a_local_frame_have_no_question_mark(shell, iface):
    view, node = iface.layerTreeView(), _node(_layer("unit_grid"))
    ours, other = (QgsLayerTreeViewIndicator(view) for _ in range(2))
    ours.setIcon(QgsApplication.getThemeIcon("/mIndicatorNoCRS.svg"))
    other.setIcon(QgsApplication.getThemeIcon("/mIndicatorFilter.svg"))
    view.raise_()
    for indicator in (ours, other):
        view.addIndicator(node, indicator)
    wait_for(lambda: view.indicators(node) == [other])


@pytest.mark.proof
def test_a_question_mark_that_comes_late_to_a_result_goes_too(shell, iface):
    """QGIS hangs its mark on a layer when it likes: what is drawn is looked at, whenever that is."""
    view = iface.layerTreeView()
    view.raise_()
    result = QgsVectorLayer("Polygon?field=code:string", "结果", "memory")
    result.setCrs(QgsCoordinateReferenceSystem())
    QgsProject.instance().addMapLayer(result)
    watch = shell._controllers["gridmgmt_plugin.gui.map.map_watch:MapWatch"]
    wait_for(lambda: tasks_done() and not watch._opening.isActive())  # all is drawn, and nobody will look by himself
    mark = QgsLayerTreeViewIndicator(view)
    mark.setIcon(QgsApplication.getThemeIcon("/mIndicatorNoCRS.svg"))
    view.addIndicator(_node(result), mark)
    wait_for(lambda: view.indicators(_node(result)) == [], 10)
    other = QgsVectorLayer("Polygon?crs=EPSG:4547", "别处", "memory")
    QgsProject.instance().addMapLayer(other)
    kept = QgsLayerTreeViewIndicator(view)
    kept.setIcon(QgsApplication.getThemeIcon("/mIndicatorNoCRS.svg"))
    view.addIndicator(_node(other), kept)
    view.viewport().repaint()
    wait_for(lambda: not watch._painted._soon.isActive())  # it was drawn and looked at
    assert view.indicators(_node(other)) == [kept]


@pytest.mark.proof
def test_a_project_that_was_saved_while_painting_shows_all_outlines_when_it_is_opened(shell):
    hide_stored_outlines(QgsProject.instance(), ["990101001001001"])
    assert QgsProject.instance().customVariables()[PAINTED] == "990101001001001"
    shell.session.changed.emit()
    assert PAINTED not in QgsProject.instance().customVariables()
