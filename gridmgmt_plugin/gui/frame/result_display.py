"""Results of jobs on the map: dressed, and put where they can be read."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsProject,
    QgsRendererCategory,
    QgsVectorLayer,
    QgsWkbTypes,
)

from gridmgmt_plugin.gui.frame.colours import ERROR, NOTE, WARNING
from gridmgmt_plugin.project.i18n import language, tr, translatable
from gridmgmt_plugin.project.map.clusters import cluster_layer
from gridmgmt_plugin.project.map.place_colours import (
    style_grades,
    style_hotspots,
    style_recurrence,
    style_trends,
)
from gridmgmt_plugin.project.map.themes import apply_theme, set_aside
from gridmgmt_plugin.project.shown_workspace import placed_layer, shown_group

#: Severity → colour and label of an issue.
SEVERITIES = {
    "error": (ERROR, translatable("Error")),
    "warning": (WARNING, translatable("Warning")),
    "info": (NOTE, translatable("Note")),
}


#: Algorithms whose places are shown right above the grids → how they are coloured.
PLACES_SHOWN = {
    "hotspots": style_hotspots,
    "hotspottrend": style_trends,
    "recurrence": style_recurrence,
    "evaluate": style_grades,
}


def show_places(output: str, algorithm: str) -> QgsVectorLayer | None:
    """Colour what an algorithm found of places, put it above the grids, and clear the view; return the layer."""
    layer = loaded_layer(output)
    if layer is None:
        return None
    PLACES_SHOWN[algorithm](layer, language())
    layer.triggerRepaint()
    project = QgsProject.instance()
    _put_above(layer, placed_layer(project, "unit_grid"))
    apply_theme(project, "manage")  # its grids are outlines, which let the colours through
    for other in (placed_layer(project, "cases"), cluster_layer(project)):
        set_aside(project, other)
    return layer


def style_issues(output: str) -> QgsVectorLayer | None:
    """Colour the issues by severity and put them on top; return the layer, ``None`` when there is none."""
    layer = loaded_layer(output)
    if layer is None:
        return None
    layer.setName(tr("Issues"))
    categories = [
        QgsRendererCategory(key, _symbol(layer, colour), tr(title)) for key, (colour, title) in SEVERITIES.items()
    ]
    layer.setRenderer(QgsCategorizedSymbolRenderer("severity", categories))
    layer.triggerRepaint()
    _put_above(layer, None)
    return layer


def put_on_top(layer: QgsVectorLayer) -> None:
    """Show a layer above all others of the workspace."""
    _put_above(layer, None)


def loaded_layer(output: str) -> QgsVectorLayer | None:
    """Return the project's layer that an algorithm's output (a layer id or a file) became."""
    if not output:
        return None
    layers = QgsProject.instance().mapLayers()
    if output in layers:
        return layers[output]
    for layer in layers.values():
        if layer.source() == output or layer.source().split("|", maxsplit=1)[0] == output.split("|", maxsplit=1)[0]:
            return layer
    return None


def _symbol(layer: QgsVectorLayer, colour: str) -> Any:
    kind = layer.geometryType()
    if kind == QgsWkbTypes.GeometryType.PointGeometry:
        return QgsMarkerSymbol.createSimple(
            {"name": "circle", "color": colour, "size": "3", "outline_color": "#ffffff", "outline_width": "0.3"}
        )
    if kind == QgsWkbTypes.GeometryType.LineGeometry:
        return QgsLineSymbol.createSimple({"line_color": colour, "line_width": "0.9"})
    return QgsFillSymbol.createSimple({"style": "no", "outline_color": colour, "outline_width": "0.9"})


def _put_above(layer: QgsVectorLayer, grids: QgsVectorLayer | None) -> None:
    """Move the layer's entry right above ``grids``, or to the top; the map follows the layer tree."""
    root = QgsProject.instance().layerTreeRoot()
    group, node = shown_group(QgsProject.instance()) or root, root.findLayer(layer)
    if node is None:
        return
    holder = root.findLayer(grids) if grids is not None else None
    above, position = (holder.parent(), holder.parent().children().index(holder)) if holder else (group, 0)
    # The copy goes in first: QGIS removes a layer from the project with its last entry in the tree.
    above.insertChildNode(position, node.clone())
    node.parent().removeChildNode(node)
    group.setItemVisibilityChecked(True)
