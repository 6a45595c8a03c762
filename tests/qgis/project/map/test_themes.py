"""The map of a workspace: five themes, one grid scheme at a time, cases that stay readable, classes with symbols."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsMapLayer,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage, QPainter
from qgis.PyQt.QtSvg import QSvgRenderer

from gridmgmt_plugin.core.class_catalogues import classes_of
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.project.map.class_symbols import class_symbol
from gridmgmt_plugin.project.map.clusters import cluster_layer, fill_clusters
from gridmgmt_plugin.project.map.layer_groups import GROUPS, INTERNAL
from gridmgmt_plugin.project.map.scheme import show_scheme, shown_scheme
from gridmgmt_plugin.project.map.themes import THEMES, apply_theme, current_theme, stored_themes
from gridmgmt_plugin.project.project_file import add_workspace, remove_workspace, write_project
from gridmgmt_plugin.project.shown_workspace import shown_layers
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import build_workspace
from tools.draw_symbols import symbols

SIZE_PX = 400


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    place = build_workspace(tmp_path_factory.mktemp("图") / "示例.gpkg")
    return Workspace.open(place)


@pytest.fixture
def project(qgis_app, workspace):
    project = QgsProject()
    add_workspace(project, workspace, "zh_CN")
    yield project
    project.clear()


def _context(project, settings):
    context = QgsExpressionContext()
    context.appendScope(QgsExpressionContextUtils.projectScope(project))
    context.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
    return context


def _drawn(project, layer, extent=None):
    """Return what a layer draws in a map of the project."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(QSize(SIZE_PX, SIZE_PX))
    settings.setBackgroundColor(QColor("white"))
    settings.setExtent(extent or layer.extent())
    settings.setExpressionContext(_context(project, settings))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def test_seven_themes_stand_in_the_project_in_the_readers_language(project):
    assert list(stored_themes(project).values()) == ["编辑", "责任网格", "街巷", "街巷达标", "街巷长", "管理", "打印"]
    assert set(project.mapThemeCollection().mapThemes()) == {theme.zh for theme in THEMES}


@pytest.mark.daily(1)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.key)
def test_a_theme_shows_its_layers_and_no_others(project, theme):
    assert apply_theme(project, theme.key)
    root = project.layerTreeRoot()
    layers = {**shown_layers(project), "case_clusters": cluster_layer(project)}
    assert {name for name, layer in layers.items() if root.findLayer(layer).isVisible()} == set(theme.shown)
    assert current_theme(project) == theme.key


def test_a_change_of_the_planners_is_no_theme_any_more(project):
    layer = shown_layers(project)["lane"]
    project.layerTreeRoot().findLayer(layer).setItemVisibilityChecked(True)
    assert current_theme(project) is None


@pytest.mark.proof
def test_layers_of_others_stay_as_they_are(project):
    seen, unseen = (QgsVectorLayer("Point", name, "memory") for name in ("底图", "草图"))
    project.addMapLayers([seen, unseen])
    project.layerTreeRoot().findLayer(unseen).setItemVisibilityChecked(False)
    apply_theme(project, "print")
    assert project.layerTreeRoot().findLayer(seen).isVisible()
    assert not project.layerTreeRoot().findLayer(unseen).isVisible()


@pytest.mark.proof
def test_switching_the_theme_keeps_edits_and_forms(project):
    layer = shown_layers(project)["unit_grid"]
    alias = layer.attributeAlias(layer.fields().lookupField("grid_kind"))
    layer.startEditing()
    feature = next(layer.getFeatures())
    layer.changeAttributeValue(feature.id(), layer.fields().lookupField("note"), "改")
    for theme in THEMES:
        apply_theme(project, theme.key)
        assert layer.attributeAlias(layer.fields().lookupField("grid_kind")) == alias
    assert layer.isModified()
    layer.rollBack()


def test_themes_and_what_is_shown_are_remembered_in_the_project_file(workspace, tmp_path):
    path = write_project(workspace, tmp_path / "示例.qgz", "en")
    project = QgsProject()
    assert project.read(str(path))
    assert current_theme(project) == "groups"
    apply_theme(project, "lanes")
    project.write(str(path))
    again = QgsProject()
    assert again.read(str(path))
    assert current_theme(again) == "lanes"
    assert shown_scheme(again) == "cg"


def test_closing_the_workspace_takes_themes_and_clusters_away(project):
    remove_workspace(project)
    assert project.mapThemeCollection().mapThemes() == []
    assert project.mapLayers() == {}
    assert shown_scheme(project) is None


def test_two_schemes_never_lie_over_each_other(project):
    layer = shown_layers(project)["responsibility_grid"]
    white = _drawn(project, layer)
    show_scheme(project, "hw")
    without = _drawn(project, layer)
    assert _ink(white) > 0
    assert _ink(without) == 0


def _ink(image):
    white = QColor("white").rgb()
    return sum(image.pixel(x, y) != white for x in range(0, SIZE_PX, 3) for y in range(0, SIZE_PX, 3))


def test_responsibility_colours_follow_the_edit_buffer(project):
    layer = shown_layers(project)["unit_grid"]
    units = {feature["code"]: feature for feature in layer.getFeatures()}
    first, other = units["990101001001001"], units["990101001001009"]
    place = QgsRectangle(first.geometry().boundingBox())
    place.scale(0.3)
    before = _drawn(project, layer, place).pixelColor(40, 40)
    layer.startEditing()
    layer.changeAttributeValue(first.id(), layer.fields().lookupField("rg_cg"), other["rg_cg"])
    assert _drawn(project, layer, place).pixelColor(40, 40) != before
    layer.undoStack().undo()
    assert _drawn(project, layer, place).pixelColor(40, 40) == before
    layer.rollBack()


def test_cases_are_points_at_large_scales_and_discs_with_numbers_before(project):
    points, discs = shown_layers(project)["cases"], cluster_layer(project)
    for scale, is_near in ((2000, True), (5999, True), (6001, False), (500000, False)):
        assert points.isInScaleRange(scale) == is_near
        assert discs.isInScaleRange(scale) != is_near


def test_no_case_is_lost_in_the_discs_and_their_number_is_bounded(project):
    layer = cluster_layer(project)
    fill_clusters(layer, ((x * 10.0, y * 10.0, 3) for x in range(100) for y in range(100)))
    counts = {}
    for feature in layer.getFeatures():
        counts.setdefault(feature["level"], []).append(feature["count"])
    assert {level: sum(found) for level, found in counts.items()} == dict.fromkeys((0, 1, 2), 30000)
    assert [len(counts[level]) for level in (0, 1, 2)] == [25, 4, 1]
    fill_clusters(layer, [])
    assert layer.featureCount() == 0


def test_every_class_has_a_symbol_of_its_own_and_its_name_in_the_legend(project):
    renderer = shown_layers(project)["component"].renderer()
    named = {category.value(): category.label() for category in renderer.categories()}
    assert all(named[entry["code"]] == entry["zh"] for entry in classes_of("components"))
    paths = [category.symbol().symbolLayer(0).path() for category in renderer.categories()]
    assert len(set(paths)) == len(paths)
    assert all(path.startswith("base64:") for path in paths)  # no path of this computer goes into a project


def test_a_class_of_a_citys_own_has_the_symbol_of_its_major_class():
    def path(code):
        symbol = class_symbol(code)
        return symbol.symbolLayer(0).path()

    assert path("0199") != path("0299")
    assert path("0199") == path("0198")
    assert path("9901") == path("")


@pytest.mark.daily(1)
@pytest.mark.parametrize("size_px", [16, 12])
@pytest.mark.proof
def test_symbols_are_told_apart_at_small_sizes(qgis_app, size_px):
    images = {}
    for name in symbols():
        image = QImage(size_px, size_px, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        QSvgRenderer(str(resource_path(f"symbols/components/{name}"))).render(painter)
        painter.end()
        images[name] = [image.pixelColor(x, y).getRgb()[:3] for x in range(size_px) for y in range(size_px)]
    names = sorted(images)
    for index, one in enumerate(names):
        for other in names[index + 1 :]:
            differing = sum(sum(abs(a - b) for a, b in zip(p, q)) > 90 for p, q in zip(images[one], images[other]))
            assert differing >= size_px // 2, (one, other)


def test_the_symbols_are_those_that_the_script_draws():
    for name, text in symbols().items():
        assert resource_path(f"symbols/components/{name}").read_text(encoding="utf-8") == text


def test_every_table_has_its_place_in_the_tree_and_what_is_internal_is_hidden(project):
    placed = [table for group in GROUPS for table in group.tables] + list(INTERNAL)
    assert sorted(placed) == sorted([*tables(), "case_clusters"])
    for name, layer in shown_layers(project).items():
        assert bool(layer.flags() & QgsMapLayer.LayerFlag.Private) == (name in INTERNAL)


@pytest.mark.proof
def test_labels_have_a_scale_limit(project):
    for layer in shown_layers(project).values():
        for style in layer.styleManager().styles() if layer.isSpatial() else ():
            layer.styleManager().setCurrentStyle(style)
            if layer.labelsEnabled():
                settings = layer.labeling().settings()
                assert settings.scaleVisibility
                assert 0 < settings.minimumScale <= 40000


def test_the_expression_of_the_colours_reads_in_one_go(project):
    layer = shown_layers(project)["unit_grid"]
    context = QgsRenderContext()
    context.setExpressionContext(_context(project, QgsMapSettings()))
    context.expressionContext().appendScope(QgsExpressionContextUtils.layerScope(layer))
    layer.renderer().startRender(context, layer.fields())
    used = layer.renderer().usedAttributes(context)
    layer.renderer().stopRender(context)
    assert used
