"""A district that is kept from one test to the next is laid out afresh after a test that left anything behind."""

from __future__ import annotations

from qgis.core import (
    QgsDefaultValue,
    QgsEditorWidgetSetup,
    QgsPrintLayout,
    QgsProject,
    QgsSnappingConfig,
    QgsTolerance,
    QgsVectorLayerSimpleLabeling,
)

from gridmgmt_plugin.project.shown_workspace import shown_layer
from tests.qgis.kept_district import KEPT, _state, _styles


def _labels(project, layer):
    settings = layer.labeling().settings()
    settings.fieldName = "area_code"
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))


def _widget(project, layer):
    layer.setEditorWidgetSetup(layer.fields().lookupField("area_code"), QgsEditorWidgetSetup("Hidden", {}))


def _default(project, layer):
    layer.setDefaultValueDefinition(layer.fields().lookupField("area_code"), QgsDefaultValue("1"))


def _layout(project, layer):
    layout = QgsPrintLayout(project)
    layout.setName("一张")
    project.layoutManager().addLayout(layout)


def _entry(project, layer):
    project.writeEntry("Measurement", "/AreaUnits", "ha")


def _snapping(project, layer):
    config = project.snappingConfig()
    kind = QgsSnappingConfig.IndividualLayerSettings
    config.setIndividualLayerSettings(layer, kind(True, config.typeFlag(), 7, QgsTolerance.UnitType.Pixels))
    project.setSnappingConfig(config)


def _theme(project, layer):
    themes = project.mapThemeCollection()
    themes.update(themes.mapThemes()[0], themes.mapThemeState(themes.mapThemes()[1]))


CHANGES = (_labels, _widget, _default, _layout, _entry, _snapping, _theme)


def test_whatever_a_test_left_behind_is_seen_and_does_not_reach_the_next(shell):
    kept = KEPT._path
    KEPT.put_back()
    assert KEPT._path == kept, "nothing was left"
    seen = (_state(kept), _styles())
    for change in CHANGES:
        change(QgsProject.instance(), shown_layer(QgsProject.instance(), "unit_grid"))
        before, seen = seen, (_state(kept), _styles())
        assert seen != before, change.__name__
    KEPT.put_back()
    assert KEPT._path is None
