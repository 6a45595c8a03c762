"""The map themes: QGIS's own, seven views of one workspace for seven kinds of work.

A theme names the layers that it shows and the style of each. Its name is the reader's. The project keeps themes and
what is shown, so which theme is chosen can always be read from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qgis.core import QgsLayerTreeModel, QgsMapLayer, QgsMapThemeCollection, QgsProject, QgsVectorLayer

from gridmgmt_plugin.core.messages import is_chinese
from gridmgmt_plugin.project.map.clusters import cluster_layer
from gridmgmt_plugin.project.map.styles import DEFAULT, style_title, styles_of
from gridmgmt_plugin.project.shown_workspace import CLUSTERS, shown_layers

_LANGUAGES = ("zh_CN", "en")
# Of an entry in the layer tree: we have hidden it for a while, and the theme has it all the same.
_ASIDE = "gridmgmt/aside"


@dataclass(frozen=True)
class Theme:
    """One view: its key, its names, and table → style of the layers that it shows."""

    key: str
    zh: str
    en: str
    shown: Mapping[str, str]

    def title(self, language: str) -> str:
        """Return the name that the planner reads."""
        return self.zh if is_chinese(language) else self.en


THEMES: tuple[Theme, ...] = (
    Theme(
        "edit",
        "编辑",
        "Editing",
        {"area": DEFAULT, "unit_grid": "edit", "lane": "quiet", "covered_extent": DEFAULT},
    ),
    Theme(
        "groups",
        "责任网格",
        "Responsibility grids",
        {"area": DEFAULT, "unit_grid": "groups", "responsibility_grid": "groups"},
    ),
    Theme("lanes", "街巷", "Street-lanes", {"area": DEFAULT, "unit_grid": "quiet", "lane": "lanes"}),
    Theme(
        "standing",
        "街巷达标",
        "Lane standing",
        {"area": DEFAULT, "unit_grid": "quiet", "lane": "standing"},
    ),
    Theme(
        "officers",
        "街巷长",
        "Lane officers",
        {"area": DEFAULT, "unit_grid": "quiet", "lane": "officers"},
    ),
    Theme(
        "manage",
        "管理",
        "Management",
        {
            "area": DEFAULT,
            "unit_grid": "quiet",
            "responsibility_grid": "quiet",
            "station": DEFAULT,
            "component": DEFAULT,
            "cases": "points",
            CLUSTERS: DEFAULT,
        },
    ),
    Theme(
        "print",
        "打印",
        "Print",
        {"area": DEFAULT, "unit_grid": "print", "responsibility_grid": "print", "lane": "print"},
    ),
)
#: The view that a workspace is first opened with.
FIRST_THEME = "groups"


def add_themes(project: QgsProject, language: str) -> None:
    """Store the themes in a project that shows a workspace; what the planner made of one by that name stays."""
    collection, layers = project.mapThemeCollection(), _layers(project)
    for theme in THEMES:
        if collection.hasMapTheme(theme.title(language)):
            continue
        record = QgsMapThemeCollection.MapThemeRecord()
        for table, style in theme.shown.items():
            layer = layers.get(table)
            if layer is not None:
                record.addLayerRecord(_layer_record(layer, table, style, language))
        collection.insert(theme.title(language), record)


def remove_themes(project: QgsProject) -> None:
    """Take our themes out of a project."""
    collection = project.mapThemeCollection()
    for theme in THEMES:
        for language in _LANGUAGES:
            if collection.hasMapTheme(theme.title(language)):
                collection.removeMapTheme(theme.title(language))


def stored_themes(project: QgsProject) -> dict[str, str]:
    """Return theme key → name in the project, in our order; a project keeps the language that it was made in."""
    collection = project.mapThemeCollection()
    found = {}
    for theme in THEMES:
        for language in _LANGUAGES:
            if collection.hasMapTheme(theme.title(language)):
                found[theme.key] = theme.title(language)
    return found


def apply_theme(project: QgsProject, key: str) -> bool:
    """Show the map as a theme has it; tell whether the project has it. Layers that are not the workspace's stay."""
    name = stored_themes(project).get(key)
    if name is None:
        return False
    root = project.layerTreeRoot()
    ours = {layer.id() for layer in _layers(project).values()}
    others = [(node, node.itemVisibilityChecked()) for node in root.findLayers() if node.layerId() not in ours]
    project.mapThemeCollection().applyTheme(name, root, QgsLayerTreeModel(root))
    for node, was_checked in others:
        node.setItemVisibilityChecked(was_checked)
    for node in root.findLayers():
        node.removeCustomProperty(_ASIDE)
    for layer in _layers(project).values():
        layer.triggerRepaint()
    return True


def set_aside(project: QgsProject, layer: QgsVectorLayer | None) -> None:
    """Hide a layer that would cover what is looked at; the theme stays, and choosing one shows the layer again."""
    node = project.layerTreeRoot().findLayer(layer) if layer is not None else None
    if node is not None and node.isVisible():
        node.setCustomProperty(_ASIDE, True)
        node.setItemVisibilityChecked(False)


def current_theme(project: QgsProject) -> str | None:
    """Return the theme that the map shows, ``None`` when the planner has changed what is shown.

    Layers that are not the workspace's have no say, nor has what :func:`set_aside` has hidden.
    """
    layers, root = _layers(project), project.layerTreeRoot()
    shown = {}
    for layer in layers.values():
        node = root.findLayer(layer)
        if node is not None and (node.isVisible() or node.customProperty(_ASIDE)):
            shown[layer.id()] = layer.styleManager().currentStyle()
    for key, name in stored_themes(project).items():
        state = project.mapThemeCollection().mapThemeState(name)
        wanted = {
            record.layer().id(): record.currentStyle
            for record in state.layerRecords()
            if record.isVisible and record.layer() is not None
        }
        if wanted == shown:
            return key
    return None


def _layers(project: QgsProject) -> dict[str, QgsVectorLayer]:
    layers = shown_layers(project)
    clusters = cluster_layer(project)
    if clusters is not None:
        layers[CLUSTERS] = clusters
    return layers


def _layer_record(
    layer: QgsMapLayer, table: str, style: str, language: str
) -> QgsMapThemeCollection.MapThemeLayerRecord:
    record = QgsMapThemeCollection.MapThemeLayerRecord(layer)
    record.isVisible = True
    record.usingCurrentStyle = True
    has_names = len(styles_of(table)) > 1
    record.currentStyle = style_title(style, language) if has_names else layer.styleManager().currentStyle()
    return record
