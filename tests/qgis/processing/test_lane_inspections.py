"""Lane inspections by Processing: a survey layer goes out and comes back, results are coloured on the map."""

from __future__ import annotations

import pytest
from qgis.core import QgsProcessingException, QgsProcessingFeedback, QgsVectorLayer

from gridmgmt_plugin.core.inspection.checklists import chosen_checklist
from gridmgmt_plugin.processing.algorithms.inspections import LaneCases
from gridmgmt_plugin.processing.algorithms.service_circles import ServiceCircles
from gridmgmt_plugin.project.map.lane_style import style_judged, style_lane_cases
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.inspection.inspected_lanes import add_cases, move_together, row, town_with_lanes, wide
from tests.stored_content import content_of

TEN = chosen_checklist({}, "shi_wu_2023")


@pytest.fixture
def place(tmp_path):
    return town_with_lanes(tmp_path).path


@pytest.mark.proof
def test_a_survey_layer_brings_its_lists_of_values_along_and_comes_back(run, place, tmp_path):
    out = tmp_path / "外业.gpkg"
    made = run("drawlanes", WORKSPACE=place, COUNT=3, BY=["office"], SEED=5, KIND="市查", OUTPUT=out)
    assert made["COUNT"] == 3
    layer = QgsVectorLayer(made["OUTPUT"], "x", "ogr")
    index = layer.fields().lookupField("item_03")
    assert layer.editorWidgetSetup(index).type() == "ValueMap"
    assert layer.attributeAlias(index) in (TEN.item("03").zh, TEN.item("03").en)
    assert layer.renderer().type() == "categorizedSymbol"
    layer.startEditing()
    first, second, _ = (feature.id() for feature in layer.getFeatures())
    for item in TEN.items:
        layer.changeAttributeValue(first, layer.fields().lookupField(f"item_{item.code}"), int(item.code != "03"))
    layer.changeAttributeValue(first, layer.fields().lookupField("inspected_on"), "2025-03-05")
    layer.changeAttributeValue(second, index, 0)
    assert layer.commitChanges()
    taken = run("importinspections", WORKSPACE=place, INPUT=out, INSPECTED_ON="2025-03-06")
    assert (taken["COUNT"], taken["REJECTED"]) == (2, 1)
    stored = Workspace.open(place).read("lane_inspection").records()
    assert sorted((one["inspected_on"], one["item_code"]) for one in stored if not one["passed"]) == [
        ("2025-03-05", "03"),
        ("2025-03-06", "03"),
    ]
    assert run("importinspections", WORKSPACE=place, INPUT=out, INSPECTED_ON="2025-03-06")["UPDATED"] == 0


@pytest.mark.proof
def test_lanes_are_judged_by_processing_and_drawn_by_standing_and_by_item(run, place, tmp_path):
    table = tmp_path / "检查.csv"
    table.write_text(wide(row("后海夹道", "2025-03-05", "03 08")), encoding="utf-8")
    run("importinspections", WORKSPACE=place, INPUT=table)
    found = run("judgelanes", WORKSPACE=place, OUTPUT=tmp_path / "达标.gpkg")
    assert found["COUNT"] == 1
    layer = QgsVectorLayer(found["OUTPUT"], "x", "ogr")
    style_judged(layer, TEN, "zh_CN")
    assert len(layer.styleManager().styles()) == 1 + len(TEN.items)
    shown = {feature["name"]: feature for feature in layer.getFeatures()}
    assert [category.value() for category in layer.renderer().categories()] == ["达标", "不达标", "创建中", "none"]
    assert shown["后海夹道"]["standing"] == "不达标"
    layer.styleManager().setCurrentStyle(f"03 {TEN.item('03').zh}")
    assert "item_03" in layer.renderer().classAttribute()


def test_without_a_place_for_the_layer_nothing_is_written_into_the_workspace(run, place, tmp_path):
    table = tmp_path / "检查.csv"
    table.write_text(wide(row("后海夹道", "2025-03-05", "03 08")), encoding="utf-8")
    run("importinspections", WORKSPACE=place, INPUT=table)
    workspace = Workspace.open(place)
    move_together(workspace)
    add_cases(workspace, ("A", 100, 153, "后海夹道", "灯市口北巷12号门前", "0505"))
    before = content_of(place)
    nowhere = table / "没有文件夹.gpkg"
    for name in ("judgelanes", "lanecases"):
        with pytest.raises(QgsProcessingException):
            run(name, WORKSPACE=place, OUTPUT=nowhere)
        assert content_of(place) == before, name
    for name in ("judgelanes", "lanecases"):
        run(name, WORKSPACE=place, OUTPUT="memory:")
        assert content_of(place) != before, name
        before = content_of(place)


def test_a_table_of_officers_is_made_only_where_it_is_asked_for(qgis_app):
    for algorithm, name, is_wanted in ((LaneCases(), "OFFICERS", False), (ServiceCircles(), "CENTRES_OUTPUT", True)):
        algorithm.initAlgorithm({})
        assert algorithm.parameterDefinition(name).createByDefault() is is_wanted, name


def test_cases_on_lanes_are_drawn_by_what_is_more_than_chance(qgis_app):
    layer = QgsVectorLayer("LineString?field=hot:int&field=count:int", "x", "memory")
    style_lane_cases(layer, TEN, "en")
    assert [category.label() for category in layer.renderer().categories()] == [
        "More cases than chance",
        "Some cases",
        "No cases",
    ]


def test_a_cancelled_draw_leaves_no_layer(run, place, tmp_path):
    feedback = QgsProcessingFeedback()
    feedback.cancel()
    assert run("drawlanes", feedback=feedback, WORKSPACE=place, OUTPUT=tmp_path / "外业.gpkg") == {}
    assert not (tmp_path / "外业.gpkg").exists()
