"""How places are coloured by what was found of them: hot or cold, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsEditorWidgetSetup,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsProperty,
    QgsRendererCategory,
    QgsVectorLayer,
    QgsWkbTypes,
)

from gridmgmt_plugin.core.messages import is_chinese
from gridmgmt_plugin.core.value_lists import value_label, value_list
from gridmgmt_plugin.project.map.styles import fill

HOTSPOT_CLASSES: Mapping[int, tuple[str, str, str]] = {
    3: ("#b2182b", "高发（99%）", "Hot (99 %)"),
    2: ("#ef8a62", "高发（95%）", "Hot (95 %)"),
    1: ("#fddbc7", "高发（90%）", "Hot (90 %)"),
    0: ("#f4f4f2", "不显著", "Not significant"),
    -1: ("#d1e5f0", "低发（90%）", "Cold (90 %)"),
    -2: ("#67a9cf", "低发（95%）", "Cold (95 %)"),
    -3: ("#2166ac", "低发（99%）", "Cold (99 %)"),
}

# What came back is told apart by this probability that chance alone makes it; bold colours, to be seen over grids.
_BEYOND_CHANCE = 0.05
_CAME_BACK = (
    ("#b2182b", "聚集明显（p ≤ 0.05）", "Beyond chance (p ≤ 0.05)"),
    ("#e08214", "可能是偶然", "May be chance"),
)
_TREND_COLOURS = {
    "new": "#b2182b",
    "persistent": "#e08214",
    "fading": "#fee0b6",
    "cold": "#b7cfe2",
    "none": "#f4f4f2",
}
# Grade → colour, from good to bad; "" for places without a score.
_GRADES = {"A": "#1a9850", "B": "#91cf60", "C": "#fee08b", "D": "#fc8d59", "E": "#d73027", "": "#f4f4f2"}


def style_grades(layer: QgsVectorLayer, language: str) -> None:
    """Colour the places of an evaluation by their grade; a table of departments or persons has nothing to colour."""
    if not layer.isSpatial():
        return
    none = "没有得分" if is_chinese(language) else "No score"
    if layer.geometryType() == QgsWkbTypes.GeometryType.LineGeometry:
        symbols = {
            grade: QgsLineSymbol.createSimple({"color": tint, "width": "1.2"}) for grade, tint in _GRADES.items()
        }
    else:
        symbols = {grade: fill(tint, "#9aa0a6", 0.1) for grade, tint in _GRADES.items()}
    categories = [QgsRendererCategory(grade, symbol, grade or none) for grade, symbol in symbols.items()]
    layer.setRenderer(QgsCategorizedSymbolRenderer("coalesce(\"grade\", '')", categories))


def style_hotspots(layer: QgsVectorLayer, language: str) -> None:
    """Colour a hot-spot result by its class −3 … 3."""
    chinese = is_chinese(language)
    _colour(
        layer,
        "hotspot",
        [(value, colour, zh if chinese else en) for value, (colour, zh, en) in HOTSPOT_CLASSES.items()],
    )


def style_trends(layer: QgsVectorLayer, language: str) -> None:
    """Colour the places of a trend by what is new, what lasts and what fades, and name both in its table."""
    labels = {key: value_label("hotspot_trend", key, language) for key in _TREND_COLOURS}
    _colour(layer, "trend", [(key, colour, labels[key]) for key, colour in _TREND_COLOURS.items()])
    for column in ("trend", "pattern"):
        names = [{value_label(f"hotspot_{column}", key, language): key} for key, _ in value_list(f"hotspot_{column}")]
        setup = QgsEditorWidgetSetup("ValueMap", {"map": names})
        layer.setEditorWidgetSetup(layer.fields().indexOf(column), setup)


def _colour(layer: QgsVectorLayer, column: str, classes: Iterable[tuple[Any, str, str]]) -> None:
    categories = [QgsRendererCategory(value, fill(colour, "#9aa0a6", 0.1), label) for value, colour, label in classes]
    layer.setRenderer(QgsCategorizedSymbolRenderer(column, categories))


def style_recurrence(layer: QgsVectorLayer, language: str) -> None:
    """Draw places where something came back: larger the more often, red where chance does not explain it."""
    chinese = is_chinese(language)
    categories = []
    for value, (colour, zh, en) in zip((1, 0), _CAME_BACK):
        symbol = QgsMarkerSymbol.createSimple({"color": colour, "outline_color": "#ffffff", "outline_width": "0.3"})
        symbol.setDataDefinedSize(QgsProperty.fromExpression('least(2 + "not_held", 9)'))
        symbol.setOpacity(0.85)
        categories.append(QgsRendererCategory(value, symbol, zh if chinese else en))
    sure = f'if("p" <= {_BEYOND_CHANCE}, 1, 0)'
    layer.setRenderer(QgsCategorizedSymbolRenderer(sure, categories))
