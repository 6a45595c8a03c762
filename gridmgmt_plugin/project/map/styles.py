"""How the layers look: QGIS's own renderers and labels, chosen for reading a district at a glance.

Magenta unit-grid lines follow DB11/T 2157-2023; everything else is quiet, so that grids, hot spots and lanes speak.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeatureRenderer,
    QgsFillSymbol,
    QgsGradientColorRamp,
    QgsGradientStop,
    QgsHeatmapRenderer,
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
    QgsWkbTypes,
)
from qgis.PyQt.QtGui import QColor, QFont

from gridmgmt_plugin.core.messages import is_chinese
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.project.map import lane_style
from gridmgmt_plugin.project.map.class_symbols import class_renderer
from gridmgmt_plugin.project.map.scheme import COLOUR_OF_GRIDS, GROUP_OF_UNIT, IS_DRAWN, IS_SHOWN

# The first that is there draws the labels, so that a project made on one machine opens quietly on another.
_FAMILIES = ("Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "sans-serif")
MAGENTA = "#d6249f"
INK = "#3a4350"
# The colour of a responsibility grid follows from its code alone, so that new codes need no upkeep. Numbers that give
# the same remainder share a pastel: classes are drawn in two thirds of the time of a colour worked out per unit grid.
GROUP_COLOURS = 24
GROUP_CLASS = f"to_int(right({GROUP_OF_UNIT}, 6)) % {GROUP_COLOURS}"
#: Single points are drawn from this scale on; their layers read nothing beyond it.
POINTS_FROM_SCALE = 6000
#: How many cases stand together: level → scales between which it is drawn (0: without end).
CLUSTER_SCALES: Mapping[int, tuple[int, int]] = {0: (POINTS_FROM_SCALE, 20000), 1: (20000, 60000), 2: (60000, 0)}
CLUSTER_COUNT, CLUSTER_LEVEL = "count", "level"
DEFAULT = "default"


def heat_map(radius_m: float = 120.0) -> QgsHeatmapRenderer:
    """Return the heat map of the cases: QGIS's renderer, radius in map units, so that zooming keeps its meaning."""
    renderer = QgsHeatmapRenderer()
    renderer.setRadius(radius_m)
    renderer.setRadiusUnit(QgsUnitTypes.RenderUnit.RenderMapUnits)
    renderer.setRenderQuality(1)
    stops = [QgsGradientStop(p, QColor(c)) for p, c in ((0.25, "#66fee391"), (0.55, "#ccfe9929"), (0.8, "#e6cc4c02"))]
    renderer.setColorRamp(QgsGradientColorRamp(QColor("#00ffffff"), QColor("#f27f0000"), False, stops))
    return renderer


def fill(colour: str, line: str, width_mm: float, style: str = "solid") -> QgsFillSymbol:
    """Return a plain area of one colour with a line around it."""
    return QgsFillSymbol.createSimple(
        {"color": colour, "outline_color": line, "outline_width": str(width_mm), "outline_style": style}
    )


def _outline(line: str, width_mm: float, style: str = "solid") -> QgsFillSymbol:
    return QgsFillSymbol.createSimple(
        {"style": "no", "outline_color": line, "outline_width": str(width_mm), "outline_style": style}
    )


def _by_level(symbols: Mapping[str, QgsSymbol], language: str) -> QgsFeatureRenderer:
    root = QgsRuleBasedRenderer.Rule(None)
    for level, symbol in symbols.items():
        title = value_label("area_level", level, language)
        root.appendChild(QgsRuleBasedRenderer.Rule(symbol, 0, 0, f"\"level\" = '{level}'", title))
    return QgsRuleBasedRenderer(root)


def _label(
    layer: QgsVectorLayer,
    expression: str,
    size: float,
    colour: str,
    largest_scale: float,
    *,
    curved: bool = False,
    halo: bool = True,
    centred: bool = False,
) -> None:
    text = QgsTextFormat()
    text.setFont(QFont(_FAMILIES[-1]))
    text.setFamilies(list(_FAMILIES))
    text.setSize(size)
    text.setColor(QColor(colour))
    buffer = QgsTextBufferSettings()
    buffer.setEnabled(halo)
    buffer.setSize(0.7)
    buffer.setColor(QColor("#ffffff"))
    text.setBuffer(buffer)
    settings = QgsPalLayerSettings()
    settings.fieldName = expression
    settings.isExpression = True
    settings.setFormat(text)
    settings.scaleVisibility = True
    settings.minimumScale = largest_scale
    settings.maximumScale = 1
    if layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry:
        settings.placement = QgsPalLayerSettings.Placement.Horizontal  # within: a number beside is read as another's
    if curved:
        settings.placement = QgsPalLayerSettings.Placement.Curved
    if centred:
        settings.placement = QgsPalLayerSettings.Placement.OverPoint
        settings.displayAll = True
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def _style_area(layer: QgsVectorLayer, language: str) -> None:
    symbols = {
        "community": _outline("#7d8794", 0.35, "dash"),
        "street_office": _outline("#4b5563", 0.7, "dash dot"),
        "county": _outline(INK, 1.1),
    }
    layer.setRenderer(_by_level(symbols, language))
    _label(layer, "if(\"level\" = 'community', \"name\", '')", 9, "#4b5563", 40000)


def _draw_units(layer: QgsVectorLayer) -> None:
    layer.setRenderer(QgsSingleSymbolRenderer(_outline(MAGENTA, 0.3)))
    _label(layer, 'right("code", 3)', 7, MAGENTA, 6000)


def _colour_units(layer: QgsVectorLayer) -> None:
    """Colour each unit grid by the column of the chosen scheme, so that the map follows the edit buffer."""
    layer.setRenderer(_by_group(MAGENTA, 0.12))
    _label(layer, 'right("code", 3)', 7, MAGENTA, 4000)


def _quiet_units(layer: QgsVectorLayer) -> None:
    layer.setRenderer(QgsSingleSymbolRenderer(_outline("#e3a6cf", 0.12)))
    layer.setLabelsEnabled(False)


def _print_units(layer: QgsVectorLayer) -> None:
    layer.setRenderer(_by_group("#6b7280", 0.1))
    _label(layer, 'right("code", 3)', 6, INK, 8000)


def _outline_grids(layer: QgsVectorLayer) -> None:
    layer.setRenderer(_shown_grids(_outline(INK, 0.6)))
    _label_grids(layer, 40000)


def _quiet_grids(layer: QgsVectorLayer) -> None:
    layer.setRenderer(_shown_grids(_outline("#6b7280", 0.35)))
    _label_grids(layer, 15000)


def _print_grids(layer: QgsVectorLayer) -> None:
    layer.setRenderer(_shown_grids(_outline(INK, 0.5)))
    _label_grids(layer, 40000)


def _label_grids(layer: QgsVectorLayer, largest_scale: float) -> None:
    # The number inside the community is enough on the map: the community's own label stands beside it.
    text = 'coalesce(nullif("alias", \'\'), to_string(to_int(right("code", 3))))'
    _label(layer, f"if({IS_SHOWN}, {text}, NULL)", 9, INK, largest_scale)


def _shown_grids(symbol: QgsSymbol) -> QgsFeatureRenderer:
    """Draw the grids of the chosen scheme only: two schemes never lie over each other."""
    line = symbol.symbolLayer(0)
    own = f"coalesce({COLOUR_OF_GRIDS}, '{line.strokeColor().name()}')"
    line.setDataDefinedProperty(QgsSymbolLayer.Property.PropertyStrokeColor, QgsProperty.fromExpression(own))
    root = QgsRuleBasedRenderer.Rule(None)
    root.appendChild(QgsRuleBasedRenderer.Rule(symbol, 0, 0, IS_DRAWN))
    bare = QgsFillSymbol.createSimple({"style": "no", "outline_style": "no"})  # nothing but a place for the number
    root.appendChild(QgsRuleBasedRenderer.Rule(bare, 0, 0, f"{IS_SHOWN} AND NOT ({IS_DRAWN})"))
    return QgsRuleBasedRenderer(root)


def _by_group(line: str, width_mm: float) -> QgsFeatureRenderer:
    """Fill by the code of the responsibility grid; what is in none stays open."""
    hues = ((number * 137) % 360 for number in range(GROUP_COLOURS))
    colours = [QColor.fromHsvF(hue / 360, (0.20, 0.28, 0.36)[hue % 3], 0.95).name() for hue in hues]
    classes = [QgsRendererCategory(number, fill(colour, line, width_mm), "") for number, colour in enumerate(colours)]
    classes.append(QgsRendererCategory(None, fill("#00ffffff", line, width_mm), ""))
    return QgsCategorizedSymbolRenderer(GROUP_CLASS, classes)


def _quiet_lanes(layer: QgsVectorLayer) -> None:
    layer.setRenderer(lane_style.plain_lanes("#0f766e", 0.35))
    _label_lanes(layer, 8, "#115e59", 4000)


def _print_lanes(layer: QgsVectorLayer) -> None:
    layer.setRenderer(lane_style.plain_lanes("#475569", 0.3))
    _label_lanes(layer, 7, "#334155", 10000)


def _class_lanes(layer: QgsVectorLayer, language: str) -> None:
    layer.setRenderer(lane_style.class_lanes(language))
    _label_lanes(layer, 8, "#1e293b", 8000)


def _standing_lanes(layer: QgsVectorLayer, language: str) -> None:
    layer.setRenderer(lane_style.standing_lanes(language))
    _label_lanes(layer, 8, "#1e293b", 8000)


def _label_lanes(layer: QgsVectorLayer, size: float, colour: str, largest_scale: float) -> None:
    _label(layer, '"name"', size, colour, largest_scale, curved=True)


def _style_component(layer: QgsVectorLayer, language: str, catalogue: str) -> None:
    layer.setRenderer(class_renderer(catalogue, language))
    layer.setScaleBasedVisibility(True)
    layer.setMinimumScale(POINTS_FROM_SCALE)


def _marker(colour: str, size_mm: float, shape: str = "circle") -> QgsMarkerSymbol:
    options = {
        "name": shape,
        "color": colour,
        "size": str(size_mm),
        "outline_color": "#ffffff",
        "outline_width": "0.2",
    }
    return QgsMarkerSymbol.createSimple(options)


def _points_of_cases(layer: QgsVectorLayer) -> None:
    layer.setRenderer(QgsSingleSymbolRenderer(_marker("#dc2626", 2.0)))
    layer.setOpacity(1.0)
    layer.setScaleBasedVisibility(True)
    layer.setMinimumScale(POINTS_FROM_SCALE)


def _heat_of_cases(layer: QgsVectorLayer) -> None:
    layer.setRenderer(heat_map())
    layer.setOpacity(0.85)
    layer.setScaleBasedVisibility(False)


def style_clusters(layer: QgsVectorLayer) -> None:
    """Draw the cases of whole blocks as one disc with their number, where single points would lie over each other."""
    symbol = _marker("#d9dc2626", 3.0)
    size = f'scale_exp("{CLUSTER_COUNT}", 1, 400, 3.6, 11, 0.5)'
    symbol.symbolLayer(0).setDataDefinedProperty(
        QgsSymbolLayer.Property.PropertySize, QgsProperty.fromExpression(size)
    )
    root = QgsRuleBasedRenderer.Rule(None)
    for level, (nearest, farthest) in CLUSTER_SCALES.items():
        root.appendChild(QgsRuleBasedRenderer.Rule(symbol.clone(), nearest, farthest, f'"{CLUSTER_LEVEL}" = {level}'))
    layer.setRenderer(QgsRuleBasedRenderer(root))
    scales = " ".join(
        f'WHEN "{CLUSTER_LEVEL}" = {level} AND @map_scale >= {nearest} AND @map_scale < {farthest or 1e12} '
        f'THEN "{CLUSTER_COUNT}"'
        for level, (nearest, farthest) in CLUSTER_SCALES.items()
    )
    _label(layer, f"CASE {scales} END", 7, "#ffffff", 0, halo=False, centred=True)
    layer.setScaleBasedVisibility(True)
    layer.setMinimumScale(0)
    layer.setMaximumScale(POINTS_FROM_SCALE)


def _style_station(layer: QgsVectorLayer) -> None:
    layer.setRenderer(QgsSingleSymbolRenderer(_marker("#b45309", 3.6, "star")))
    _label(layer, '"name"', 9, "#92400e", 25000)


def _style_duty_zone(layer: QgsVectorLayer) -> None:
    layer.setRenderer(QgsSingleSymbolRenderer(fill("#4da3d9a5", "#2f6b48", 0.6, "dash")))
    _label(layer, 'coalesce(nullif("name", \'\'), "kind")', 8, "#1f5537", 8000)


def _style_covered_extent(layer: QgsVectorLayer) -> None:
    layer.setRenderer(QgsSingleSymbolRenderer(_outline("#b91c1c", 0.8, "dash")))


def styles_of(table: str, language: str = "en", catalogue: str = "") -> dict[str, Callable[[QgsVectorLayer], None]]:
    """Return the styles of a table, style → what draws it, the one that a layer begins with first; none: no look.

    :param catalogue: names the component classes of the workspace.
    """
    known: dict[str, dict[str, Callable[[QgsVectorLayer], None]]] = {
        "area": {DEFAULT: lambda layer: _style_area(layer, language)},
        "covered_extent": {DEFAULT: _style_covered_extent},
        "unit_grid": {"groups": _colour_units, "edit": _draw_units, "quiet": _quiet_units, "print": _print_units},
        "responsibility_grid": {"groups": _outline_grids, "quiet": _quiet_grids, "print": _print_grids},
        "lane": {
            "quiet": _quiet_lanes,
            "lanes": lambda layer: _class_lanes(layer, language),
            "standing": lambda layer: _standing_lanes(layer, language),
            "officers": _quiet_lanes,
            "print": _print_lanes,
        },
        "component": {DEFAULT: lambda layer: _style_component(layer, language, catalogue)},
        "cases": {"points": _points_of_cases, "heat": _heat_of_cases},
        "station": {DEFAULT: _style_station},
        "duty_zone": {DEFAULT: _style_duty_zone},
    }
    return known.get(table, {})


_STYLE_TITLES = {
    "groups": ("责任网格", "responsibility grids"),
    "edit": ("编辑", "editing"),
    "quiet": ("淡", "quiet"),
    "print": ("打印", "print"),
    "lanes": ("道路等级", "road classes"),
    "standing": ("达标情况", "standing"),
    "officers": ("街巷长", "officers"),
    "points": ("点", "points"),
    "heat": ("热力图", "heat map"),
}


def shows_style(layer: QgsVectorLayer, style: str) -> bool:
    """Tell whether a layer has one of our styles now, whatever language the project was made in."""
    return layer.styleManager().currentStyle() in (style_title(style, "zh"), style_title(style, "en"))


def style_title(style: str, language: str) -> str:
    """Return the name of a style as QGIS lists it."""
    return _STYLE_TITLES[style][0 if is_chinese(language) else 1]


def every_style(layers: Iterable[QgsVectorLayer]) -> Iterator[int]:
    """Let each layer have each of its styles in turn, as a style keeps forms too; in the end its own is back."""
    managers = [layer.styleManager() for layer in layers]
    current = [manager.currentStyle() for manager in managers]
    for turn in range(max((len(manager.styles()) for manager in managers), default=0)):
        for manager in managers:
            names = manager.styles()
            if turn < len(names):
                manager.setCurrentStyle(names[turn])
        yield turn
    for manager, name in zip(managers, current):
        manager.setCurrentStyle(name)


def dress(layer: QgsVectorLayer, table: str, language: str, catalogue: str = "") -> None:
    """Give a workspace layer all its styles; the first is the current one. A table without a look is left alone.

    A style of QGIS holds forms and headings too: they must be ready before. To switch styles costs more than to draw:
    the layer is drawn in one after the other, each is kept, and in the end the first, which sets all that others set,
    is drawn once more.
    """
    styles, manager = styles_of(table, language, catalogue), layer.styleManager()
    names = [style_title(style, language) if style != DEFAULT else "" for style in styles]
    for position, (name, draw) in enumerate(zip(names, styles.values())):
        draw(layer)
        if position:
            manager.addStyleFromLayer(name)
        elif name:
            manager.renameStyle(manager.currentStyle(), name)
    if len(names) > 1:
        next(iter(styles.values()))(layer)
