"""How the layers look: QGIS's own renderers and labels, chosen for reading a district at a glance.

Magenta unit-grid lines follow DB11/T 2157-2023; everything else is quiet, so that grids, hot spots and lanes speak.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeatureRenderer,
    QgsFillSymbol,
    QgsGradientColorRamp,
    QgsGradientStop,
    QgsHeatmapRenderer,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsProperty,
    QgsRendererCategory,
    QgsRuleBasedRenderer,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsSymbolLayer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor, QFont

from gridmgmt_plugin.core.messages import is_chinese

# The first that is there draws the labels, so that a project made on one machine opens quietly on another.
_FAMILIES = ("Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "sans-serif")
MAGENTA = "#d6249f"
INK = "#3a4350"
# A stable, well-spread pastel for each responsibility grid, from its code alone: new codes need no upkeep.
GROUP_COLOUR = 'color_hsv((to_int(right("{field}", 3)) * 137) % 360, 38 + (to_int(right("{field}", 2)) % 3) * 9, 92)'
HOTSPOT_CLASSES: Mapping[int, tuple[str, str, str]] = {
    3: ("#b2182b", "高发（99%）", "Hot (99 %)"),
    2: ("#ef8a62", "高发（95%）", "Hot (95 %)"),
    1: ("#fddbc7", "高发（90%）", "Hot (90 %)"),
    0: ("#f4f4f2", "不显著", "Not significant"),
    -1: ("#d1e5f0", "低发（90%）", "Cold (90 %)"),
    -2: ("#67a9cf", "低发（95%）", "Cold (95 %)"),
    -3: ("#2166ac", "低发（99%）", "Cold (99 %)"),
}


def apply_style(layer: QgsVectorLayer, table: str, language: str) -> None:
    """Give a workspace layer its renderer and labels; a table without geometry is left alone."""
    styler = _STYLERS.get(table)
    if styler is not None:
        styler(layer)
    if table == "cases":
        _add_heat_map(layer, *(("点", "热力图") if is_chinese(language) else ("points", "heat map")))


def style_hotspots(layer: QgsVectorLayer, language: str) -> None:
    """Colour a hot-spot result by its class −3 … 3."""
    chinese = is_chinese(language)
    categories = [
        QgsRendererCategory(value, _fill(colour, "#9aa0a6", 0.1), zh if chinese else en)
        for value, (colour, zh, en) in HOTSPOT_CLASSES.items()
    ]
    layer.setRenderer(QgsCategorizedSymbolRenderer("hotspot", categories))


def heat_map(radius_m: float = 120.0) -> QgsHeatmapRenderer:
    """Return the heat map of the cases: QGIS's renderer, radius in map units, so that zooming keeps its meaning."""
    renderer = QgsHeatmapRenderer()
    renderer.setRadius(radius_m)
    renderer.setRadiusUnit(QgsUnitTypes.RenderUnit.RenderMapUnits)
    renderer.setRenderQuality(1)
    stops = [QgsGradientStop(p, QColor(c)) for p, c in ((0.25, "#66fee391"), (0.55, "#ccfe9929"), (0.8, "#e6cc4c02"))]
    renderer.setColorRamp(QgsGradientColorRamp(QColor("#00ffffff"), QColor("#f27f0000"), False, stops))
    return renderer


def _fill(fill: str, line: str, width_mm: float, style: str = "solid") -> QgsFillSymbol:
    return QgsFillSymbol.createSimple(
        {"color": fill, "outline_color": line, "outline_width": str(width_mm), "outline_style": style}
    )


def _outline(line: str, width_mm: float, style: str = "solid") -> QgsFillSymbol:
    return QgsFillSymbol.createSimple(
        {"style": "no", "outline_color": line, "outline_width": str(width_mm), "outline_style": style}
    )


def _rules(entries: list[tuple[str, QgsSymbol]]) -> QgsFeatureRenderer:
    root = QgsRuleBasedRenderer.Rule(None)
    for expression, symbol in entries:
        root.appendChild(QgsRuleBasedRenderer.Rule(symbol, 0, 0, expression, expression.split("'")[1]))
    return QgsRuleBasedRenderer(root)


def _label(
    layer: QgsVectorLayer, expression: str, size: float, colour: str, largest_scale: float, *, curved: bool = False
) -> None:
    text = QgsTextFormat()
    text.setFont(QFont(_FAMILIES[-1]))
    text.setFamilies(list(_FAMILIES))
    text.setSize(size)
    text.setColor(QColor(colour))
    halo = QgsTextBufferSettings()
    halo.setEnabled(True)
    halo.setSize(0.7)
    halo.setColor(QColor("#ffffff"))
    text.setBuffer(halo)
    settings = QgsPalLayerSettings()
    settings.fieldName = expression
    settings.isExpression = True
    settings.setFormat(text)
    settings.scaleVisibility = True
    settings.minimumScale = largest_scale
    settings.maximumScale = 1
    if curved:
        settings.placement = QgsPalLayerSettings.Placement.Curved
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def _style_area(layer: QgsVectorLayer) -> None:
    entries: list[tuple[str, QgsSymbol]] = [
        ("\"level\" = 'community'", _outline("#7d8794", 0.35, "dash")),
        ("\"level\" = 'street_office'", _outline("#4b5563", 0.7, "dash dot")),
        ("\"level\" = 'county'", _outline(INK, 1.1)),
    ]
    layer.setRenderer(_rules(entries))
    _label(layer, "if(\"level\" = 'community', \"name\", '')", 9, "#4b5563", 40000)


def _style_unit_grid(layer: QgsVectorLayer) -> None:
    layer.setRenderer(QgsSingleSymbolRenderer(_outline(MAGENTA, 0.25)))
    _label(layer, 'right("code", 3)', 7, MAGENTA, 6000)


def _style_responsibility_grid(layer: QgsVectorLayer) -> None:
    symbol = _fill("#dddddd", INK, 0.6)
    symbol.symbolLayer(0).setDataDefinedProperty(
        QgsSymbolLayer.Property.PropertyFillColor, QgsProperty.fromExpression(GROUP_COLOUR.format(field="code"))
    )
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    layer.setOpacity(0.75)
    # The number inside the community is enough on the map: the community's own label stands beside it.
    _label(layer, 'coalesce("alias", to_int(right("code", 3)))', 9, INK, 25000)


def _style_lane(layer: QgsVectorLayer) -> None:
    layer.setRenderer(
        QgsSingleSymbolRenderer(QgsLineSymbol.createSimple({"line_color": "#0f766e", "line_width": "0.45"}))
    )
    _label(layer, '"name"', 8, "#115e59", 6000, curved=True)


def _style_component(layer: QgsVectorLayer) -> None:
    colours = {"01": "#2563eb", "02": "#7c3aed", "03": "#ca8a04", "04": "#16a34a", "05": "#9a3412", "06": "#475569"}
    categories = [
        QgsRendererCategory(major, _marker(colour, 1.6), major)
        for major, colour in (*colours.items(), ("", "#64748b"))
    ]
    layer.setRenderer(QgsCategorizedSymbolRenderer('left("class_code", 2)', categories))
    layer.setScaleBasedVisibility(True)
    layer.setMinimumScale(12000)


def _marker(colour: str, size_mm: float, shape: str = "circle") -> QgsMarkerSymbol:
    options = {
        "name": shape,
        "color": colour,
        "size": str(size_mm),
        "outline_color": "#ffffff",
        "outline_width": "0.2",
    }
    return QgsMarkerSymbol.createSimple(options)


def _style_cases(layer: QgsVectorLayer) -> None:
    layer.setRenderer(QgsSingleSymbolRenderer(_marker("#dc2626", 1.6)))


def _add_heat_map(layer: QgsVectorLayer, points: str, heat: str) -> None:
    """Make the heat map the current style beside the points: the planner switches between the two by name."""
    manager = layer.styleManager()
    manager.renameStyle(manager.currentStyle(), points)
    manager.addStyleFromLayer(heat)
    manager.setCurrentStyle(heat)
    layer.setRenderer(heat_map())
    layer.setOpacity(0.85)


def _style_station(layer: QgsVectorLayer) -> None:
    layer.setRenderer(QgsSingleSymbolRenderer(_marker("#b45309", 3.6, "star")))
    _label(layer, '"name"', 9, "#92400e", 25000)


def _style_duty_zone(layer: QgsVectorLayer) -> None:
    layer.setRenderer(QgsSingleSymbolRenderer(_fill("#33a3d9a5", "#3f7d58", 0.3, "dot")))


def _style_covered_extent(layer: QgsVectorLayer) -> None:
    layer.setRenderer(QgsSingleSymbolRenderer(_outline("#b91c1c", 0.8, "dash")))


_STYLERS: Mapping[str, Callable[[QgsVectorLayer], None]] = {
    "area": _style_area,
    "covered_extent": _style_covered_extent,
    "unit_grid": _style_unit_grid,
    "responsibility_grid": _style_responsibility_grid,
    "lane": _style_lane,
    "component": _style_component,
    "cases": _style_cases,
    "station": _style_station,
    "duty_zone": _style_duty_zone,
}
