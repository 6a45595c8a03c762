"""How places are coloured by what was found of them: hot or cold, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsEditorWidgetSetup,
    QgsFeatureRenderer,
    QgsGraduatedSymbolRenderer,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsProperty,
    QgsRendererCategory,
    QgsRendererRange,
    QgsSymbol,
    QgsVectorLayer,
    QgsWkbTypes,
)

from gridmgmt_plugin.core.messages import is_chinese, tongue_of
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

_STYLES: Mapping[str, Mapping[str, str]] = {
    "hotspot": {"zh": "高发等级", "en": "Hot and cold"},
    "count": {"zh": "案件数", "en": "Cases"},
    "rate": {"zh": "比率", "en": "Rate"},
}
_LINE_MM = "1.2"

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
    symbols = {grade: _place_symbol(layer, tint) for grade, tint in _GRADES.items()}
    categories = [QgsRendererCategory(grade, symbol, grade or none) for grade, symbol in symbols.items()]
    layer.setRenderer(QgsCategorizedSymbolRenderer("coalesce(\"grade\", '')", categories))


def style_hotspots(layer: QgsVectorLayer, language: str) -> None:
    """Give a hot-spot result its styles: by its class −3 … 3, by how many cases, and by their rate where it has one.

    The first is shown where a place is hot or cold, else the last, so that what cannot be told from chance is on the
    map as well.
    """
    from gridmgmt_plugin.project.map.case_classes import has_other, says_the_same  # noqa: PLC0415  needs numpy

    tongue = tongue_of(language)
    classes = [(value, colour, zh if tongue == "zh" else en) for value, (colour, zh, en) in HOTSPOT_CLASSES.items()]
    titles = {column: title[tongue] for column, title in _STYLES.items()}
    looks: dict[str, QgsFeatureRenderer] = {titles["hotspot"]: _by_value(layer, "hotspot", classes)}
    rates = {} if says_the_same(layer, "count", "rate") else {"rate": titles["rate"]}
    looks |= _by_numbers(layer, {"count": titles["count"]}, rates)
    _give_styles(layer, looks, 0 if has_other(layer, "hotspot", 0) else -1)


def style_numbers(layer: QgsVectorLayer, counts: Sequence[str], rates: Sequence[str] = ()) -> None:
    """Give a layer of places a style for each of its columns of counts and of rates, called as the column is, the
    first shown; a table has nothing to colour.
    """
    if not layer.isSpatial():
        return
    titles = {name: layer.attributeDisplayName(layer.fields().indexOf(name)) for name in (*counts, *rates)}
    looks = _by_numbers(layer, {name: titles[name] for name in counts}, {name: titles[name] for name in rates})
    _give_styles(layer, looks, 0)


def _by_numbers(
    layer: QgsVectorLayer, counts: Mapping[str, str], rates: Mapping[str, str]
) -> dict[str, QgsFeatureRenderer]:
    """Return a renderer by the title of each of some columns, those left out that say nothing."""
    from gridmgmt_plugin.project.map.case_classes import count_ranges, rate_ranges  # noqa: PLC0415  needs numpy

    found: dict[str, QgsFeatureRenderer] = {}
    for columns, ranges_of in ((counts, count_ranges), (rates, rate_ranges)):
        for column, title in columns.items():
            ranges = [
                QgsRendererRange(low, high, _place_symbol(layer, colour), label)
                for low, high, colour, label in ranges_of(layer, column)
            ]
            if ranges:
                found[title] = QgsGraduatedSymbolRenderer(column, ranges)
    return found


def _give_styles(layer: QgsVectorLayer, looks: Mapping[str, QgsFeatureRenderer], shown: int) -> None:
    """Give a layer its styles by their names, a second time anew; ``shown``: which of them is current."""
    manager, names = layer.styleManager(), list(looks)
    if names[0] not in manager.styles():
        manager.renameStyle(manager.currentStyle(), names[0])
    for name, renderer in looks.items():
        if name not in manager.styles():
            manager.addStyleFromLayer(name)
        manager.setCurrentStyle(name)
        layer.setRenderer(renderer)
    manager.setCurrentStyle(names[shown])


def style_trends(layer: QgsVectorLayer, language: str) -> None:
    """Colour the places of a trend by what is new, what lasts and what fades, and name both in its table."""
    labels = {key: value_label("hotspot_trend", key, language) for key in _TREND_COLOURS}
    classes = [(key, colour, labels[key]) for key, colour in _TREND_COLOURS.items()]
    layer.setRenderer(_by_value(layer, "trend", classes))
    for column in ("trend", "pattern"):
        names = [{value_label(f"hotspot_{column}", key, language): key} for key, _ in value_list(f"hotspot_{column}")]
        setup = QgsEditorWidgetSetup("ValueMap", {"map": names})
        layer.setEditorWidgetSetup(layer.fields().indexOf(column), setup)


def _by_value(
    layer: QgsVectorLayer, column: str, classes: Iterable[tuple[Any, str, str]]
) -> QgsCategorizedSymbolRenderer:
    categories = [QgsRendererCategory(value, _place_symbol(layer, colour), label) for value, colour, label in classes]
    return QgsCategorizedSymbolRenderer(column, categories)


def _place_symbol(layer: QgsVectorLayer, colour: str) -> QgsSymbol:
    """Return how a place is drawn: its ground, or its line."""
    if layer.geometryType() == QgsWkbTypes.GeometryType.LineGeometry:
        return QgsLineSymbol.createSimple({"color": colour, "width": _LINE_MM})
    return fill(colour, "#9aa0a6", 0.1)


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
