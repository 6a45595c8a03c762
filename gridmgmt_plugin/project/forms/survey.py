"""The survey layer of lane inspections: titles, and choices instead of numbers, kept in the file itself."""

from __future__ import annotations

from qgis.core import QgsEditorWidgetSetup, QgsVectorLayer

from gridmgmt_plugin.core.inspection.checklists import Checklist
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.project.map.lane_style import survey_lanes, verdict_words

_COLUMNS = ("lane_code", "inspected_on", "kind", "inspector", "note")
_OPEN = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"  # QGIS's own word for NULL in a list of values


def dress_survey(layer: QgsVectorLayer, checklist: Checklist, language: str) -> None:
    """Give a survey layer aliases, lists of values and a look; a GeoPackage keeps them as its default style."""
    tongue, fields = tongue_of(language), layer.fields()
    for column in _COLUMNS:
        layer.setFieldAlias(fields.lookupField(column), Title(f"lane_inspection.{column}").text(language))
    for column, of in (("lane_name", "lane.name"), ("street", "lane.street_code")):
        layer.setFieldAlias(fields.lookupField(column), Title(of).text(language))
        layer.setEditorWidgetSetup(fields.lookupField(column), QgsEditorWidgetSetup("TextEdit", {}))
    kinds = [{titles[tongue]: key} for key, titles in value_list("inspection_kind")]
    _choose(layer, "kind", kinds)
    day = {"field_format": "yyyy-MM-dd", "display_format": "yyyy-MM-dd", "calendar_popup": True, "allow_null": True}
    layer.setEditorWidgetSetup(fields.lookupField("inspected_on"), QgsEditorWidgetSetup("DateTime", day))
    words = verdict_words(language)
    verdicts = [{words["passed"]: "1"}, {words["failed"]: "0"}, {words["not_judged"]: _OPEN}]
    for item in checklist.items:
        name = f"item_{item.code}"
        layer.setFieldAlias(fields.lookupField(name), item.title(language))
        _choose(layer, name, verdicts)
    layer.setDisplayExpression('"lane_name"')
    layer.setRenderer(survey_lanes([f"item_{item.code}" for item in checklist.items], language))
    if layer.providerType() == "ogr" and ".gpkg" in layer.source().lower():
        layer.saveStyleToDatabase("default", "", True, "")


def _choose(layer: QgsVectorLayer, column: str, values: list[dict[str, str]]) -> None:
    layer.setEditorWidgetSetup(layer.fields().lookupField(column), QgsEditorWidgetSetup("ValueMap", {"map": values}))
