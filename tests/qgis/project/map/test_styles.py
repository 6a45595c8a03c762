"""What the styles draw and leave out."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextScope,
    QgsFeature,
    QgsGeometry,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsNullSymbolRenderer,
    QgsRectangle,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtXml import QDomDocument

from gridmgmt_plugin.project.map.styles import GROUP_CLASS, styles_of


def asked(layer, *values, **variables):
    """Return the context of a row of a layer, with variables of the project."""
    feature = QgsFeature(layer.fields())
    feature.setAttributes(list(values))
    context, scope = QgsExpressionContext(), QgsExpressionContextScope()
    for name, value in variables.items():
        scope.setVariable(name, value)
    context.appendScope(scope)
    context.setFeature(feature)
    context.setFields(layer.fields())
    return context


@pytest.mark.parametrize("style", ["groups", "quiet", "print"])
def test_outlines_of_painted_grids_are_left_out_but_not_the_place_of_their_number(qgis_app, style):
    layer = QgsVectorLayer("Polygon?field=code:string&field=scheme:string", "grids", "memory")
    styles_of("responsibility_grid")[style](layer)

    def strokes(painted):
        context = asked(layer, "990101001001001", "cg", gridmgmt_scheme="cg", gridmgmt_painted=painted)
        rules = layer.renderer().rootRule().children()
        met = [rule for rule in rules if QgsExpression(rule.filterExpression()).evaluate(context)]
        return [rule.symbol().symbolLayer(0).strokeStyle() for rule in met]

    (drawn,) = strokes("")
    assert drawn != Qt.PenStyle.NoPen
    assert strokes("990101001001002,990101001001001") == [Qt.PenStyle.NoPen]
    assert strokes("990101001001002") == [drawn]


@pytest.mark.parametrize(("code", "number"), [("990101001001003", 1003 % 24), (None, None)])
def test_the_colour_of_a_unit_grid_follows_from_the_code_of_its_grid(qgis_app, code, number):
    layer = QgsVectorLayer("Polygon?field=rg_cg:string", "units", "memory")
    context = asked(layer, code, gridmgmt_scheme="cg")
    assert QgsExpression(GROUP_CLASS).evaluate(context) == number
    styles_of("unit_grid")["groups"](layer)
    colours = [category.symbol().color() for category in layer.renderer().categories()]
    assert len({colour.name() for colour in colours[:-1]}) == 24
    assert colours[-1].alpha() == 0  # what is in no grid stays open


@pytest.mark.parametrize("saved", [False, True], ids=["as made", "read again"])
@pytest.mark.parametrize("style", ["quiet", "lanes", "standing", "officers", "print"])
def test_lanes_that_were_abolished_are_not_drawn(qgis_app, style, saved):
    layer = QgsVectorLayer(
        "LineString?field=name:string&field=road_class:string&field=state:string&field=standing:string",
        "lanes",
        "memory",
    )
    styles_of("lane")[style](layer)
    if saved:
        document = QDomDocument()
        layer.exportNamedStyle(document)
        layer.setRenderer(QgsNullSymbolRenderer())
        layer.importNamedStyle(document)

    def is_drawn(state):
        renderer, context = layer.renderer().clone(), QgsRenderContext()
        context.setExpressionContext(asked(layer, "东胡同", None, state, None))
        renderer.startRender(context, layer.fields())
        drawn = renderer.willRenderFeature(context.expressionContext().feature(), context)
        renderer.stopRender(context)
        return drawn

    assert [is_drawn(state) for state in ("在用", "施工", None, "撤销")] == [True, True, True, False]


def test_the_number_of_a_narrow_unit_grid_does_not_stand_in_its_neighbour(qgis_app):
    layer = QgsVectorLayer("Polygon?crs=EPSG:4548&field=code:string", "", "memory")
    rows = [QgsRectangle(0, below, 400, above) for below, above in ((0, 100), (100, 106), (106, 300))]
    for number, row in enumerate(rows):
        feature = QgsFeature(layer.fields())
        feature["code"] = f"99010100100100{number}"
        feature.setGeometry(QgsGeometry.fromRect(row))
        layer.dataProvider().addFeature(feature)
    styles_of("unit_grid")["edit"](layer)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(QSize(400, 400))
    settings.setExtent(QgsRectangle(0, -50, 400, 350))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    labels = job.takeLabelingResults().labelsWithinRect(settings.visibleExtent())
    told = {label.labelText: label.labelRect.center() for label in labels}
    assert sorted(told) == ["000", "001", "002"]
    assert all(rows[int(number)].contains(place) for number, place in told.items())
