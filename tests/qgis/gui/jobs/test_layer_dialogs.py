"""Jobs that read a layer: its columns are proposed as those of a file are, whether it is in the project or not."""

from __future__ import annotations

import json
import threading

import pytest
from qgis.core import (
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.PyQt.QtWidgets import QMenu

from gridmgmt_plugin.gui.jobs import file_reading
from gridmgmt_plugin.project.shown_workspace import shown_layer
from tests.qgis.gui.jobs.job_window import open_job, part, press, told
from tests.qgis.workspace_window import tasks_done, wait_for


def _several(path, **layers):
    """Write a GeoPackage with these layers, name → type of geometry."""
    for name, kind in layers.items():
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.layerName = name
        options.actionOnExistingFile = QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
        if not path.exists():
            options.actionOnExistingFile = QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteFile
        layer = QgsVectorLayer(f"{kind}?crs=EPSG:4548&field=路名:string", name, "memory")
        QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), QgsCoordinateTransformContext(), options)
    return path


@pytest.mark.proof
def test_of_a_file_with_several_layers_the_one_of_the_wanted_kind_is_taken(shell, tmp_path, monkeypatch):
    dialog = open_job(shell, "generate_unit_grids")
    path = _several(tmp_path / "东城.gpkg", 街道="Polygon", 道路="LineString", 设施="Point")
    window, asked_in = threading.get_ident(), []
    listed = file_reading.list_layers
    monkeypatch.setattr(file_reading, "list_layers", lambda p: asked_in.append(threading.get_ident()) or listed(p))
    dialog.fields["STREETS"].take(str(path))
    assert dialog.fields["STREETS"].problem()
    wait_for(tasks_done)
    assert asked_in != []
    assert window not in asked_in
    assert not dialog.fields["STREETS"].problem()
    assert dialog.fields["STREETS"].value() == f"{path}|layername=道路"
    assert dialog.fields["STREETS"].layers.currentText() == "东城.gpkg · 道路"


@pytest.mark.proof
def test_of_several_layers_that_could_be_meant_one_is_picked(shell, tmp_path):
    dialog = open_job(shell, "generate_unit_grids")
    path = _several(tmp_path / "东城.gpkg", 街道="Polygon", 道路="LineString", 胡同="LineString")
    field = dialog.fields["STREETS"]
    field.take(str(path))
    wait_for(tasks_done)
    assert field.value() is None
    menu = field.widget.findChild(QMenu, "gridmgmt_layer_menu")
    offered = [action for action in menu.actions() if not action.isSeparator()]
    assert [action.text() for action in offered] == ["道路", "胡同"]
    offered[1].trigger()
    menu.close()
    assert field.value() == f"{path}|layername=胡同"


@pytest.fixture
def streets(shell):
    layer = QgsVectorLayer("LineString?field=路名:string&field=等级:string&field=备注:string", "道路", "memory")
    for number, (name, kind) in enumerate([("东街", "支路"), ("西街", "次干路")]):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([name, kind, "x"])
        feature.setGeometry(QgsGeometry.fromWkt(f"LINESTRING(0 {50 + 100 * number}, 1200 {50 + 100 * number})"))
        layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    return layer


def _point(layer, attributes):
    feature = QgsFeature(layer.fields())
    feature.setAttributes(attributes)
    feature.setGeometry(QgsGeometry.fromWkt("POINT(50 50)"))
    return feature


def choose_layer(dialog, parameter, layer):
    dialog.fields[parameter].show_value(layer.id())
    wait_for(lambda: dialog.columns.proposal is not None)
    return told(dialog)


def test_names_and_classes_of_streets_are_proposed(shell, streets):
    dialog = open_job(shell, "import_lanes")
    choose_layer(dialog, "STREETS", streets)
    assert dialog.columns.chosen() == {"lane": "路名", "road_class": "等级"}
    assert dialog.columns.preview.rowCount() == 2


def test_the_column_that_the_planner_chose_is_the_one_that_is_used(shell, streets):
    dialog = open_job(shell, "generate_unit_grids")
    choose_layer(dialog, "STREETS", streets)
    lane = dialog.columns.lists["lane"]
    lane.setCurrentIndex(lane.findData("备注"))
    talk = shell.controller("generate_unit_grids")._open["generate_unit_grids"]
    parameters = talk._parameters("r.json")
    assert (parameters["STREETS"], parameters["NAME_FIELD"]) == (streets.id(), "备注")
    assert "FIELD_MAP" not in parameters


@pytest.mark.proof
def test_without_streets_it_is_told_how_much_will_be_divided(shell):
    dialog = open_job(shell, "generate_unit_grids")
    assert "2" in told(dialog)
    dialog.show_values({"SCOPE": "990101001001"})
    assert "1" in told(dialog)


@pytest.mark.proof
def test_streets_of_a_file_are_proposed_too(shell, streets, tmp_path):
    path = tmp_path / "道路.geojson"
    street = {
        "type": "Feature",
        "properties": {"路名": "东街", "等级": "支路"},
        "geometry": {"type": "LineString", "coordinates": [[0, 50], [100, 50]]},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [street]}), encoding="utf-8")
    dialog = open_job(shell, "import_lanes")
    dialog.take_file(str(path))
    wait_for(lambda: dialog.columns.proposal is not None)
    assert dialog.columns.chosen()["lane"] == "路名"


@pytest.mark.proof
def test_who_answers_is_asked_for_cases_of_the_workspace(shell):
    dialog = open_job(shell, "who_answers")
    choose_layer(dialog, "POINTS", shown_layer(QgsProject.instance(), "cases"))
    before = set(QgsProject.instance().mapLayers())
    press(dialog, "run")
    assert dialog.shows_result(), part(dialog, "forecast").text()
    added = set(QgsProject.instance().mapLayers()) - before
    assert len(added) == 1


@pytest.mark.proof
def test_columns_of_a_layer_of_the_workspace_bear_their_titles_and_its_frame_is_no_question(shell):
    dialog = open_job(shell, "who_answers")
    component = shown_layer(QgsProject.instance(), "component")
    choose_layer(dialog, "POINTS", component)
    offered = dialog.columns.lists["component"]
    texts = [offered.itemText(row) for row in range(offered.count())]
    titles = {component.attributeDisplayName(at) for at in range(component.fields().count())} - {"fid"}
    assert set(texts[1:]) - {""} <= titles
    assert "class_code" not in texts
    assert dialog.columns.chosen()["class"] == "class_code"
    press(dialog, "run")
    said = part(dialog, "result").toPlainText()
    assert ".prj" not in said, said
    assert "component_code" not in said, said


@pytest.mark.proof
def test_centres_of_service_are_asked_for_their_names_and_for_no_class(shell):
    dialog = open_job(shell, "service_circles")
    centres = QgsVectorLayer("Point?field=名称:string&field=类别编码:string", "中心", "memory")
    centres.dataProvider().addFeature(_point(centres, ["甲中心", "0101"]))
    QgsProject.instance().addMapLayer(centres)
    choose_layer(dialog, "CENTRES", centres)
    assert dialog.columns.chosen() == {"name": "名称"}


@pytest.mark.proof
def test_areas_of_a_new_workspace_are_proposed_without_one_open(shell, tmp_path):
    layer = QgsVectorLayer("Polygon?field=代码:string&field=名称:string", "社区", "memory")
    for number in range(2):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([f"99010100100{number + 1}", f"社区{number}"])
        x = number * 10
        feature.setGeometry(QgsGeometry.fromWkt(f"POLYGON(({x} 0, {x + 10} 0, {x + 10} 10, {x} 10, {x} 0))"))
        layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    QgsProject.instance().addMapLayer(QgsVectorLayer("Point", "点", "memory"))
    dialog = open_job(shell, "create_workspace")
    others = dialog.fields["MORE_AREAS"].list
    assert [others.item(row).text() for row in range(others.count())] == ["社区"]
    choose_layer(dialog, "AREAS", layer)
    assert dialog.columns.chosen() == {"code": "代码", "name": "名称"}
