"""How service circles look: unit grids by minutes on foot, their centres by name."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import (
    QgsFillSymbol,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsRuleBasedRenderer,
    QgsSingleSymbolRenderer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor

from gridmgmt_plugin.core.messages import Message

# Near to far within the limit (ColorBrewer YlGnBu, told apart by those who see few colours), then beyond, and no way.
_WITHIN = ("#225ea8", "#41b6c4", "#a1dab4")
_BEYOND, _NO_WAY = "#d95f0e", "#8c8c8c"
_LINE, _LINE_MM = "#9aa0a6", "0.1"


def style_circles(layer: QgsVectorLayer, limit_minutes: float, language: str) -> None:
    """Colour the unit grids in three steps of minutes up to the limit, and what lies beyond or has no way."""
    root = QgsRuleBasedRenderer.Rule(None)
    for expression, title, colour in _classes(limit_minutes, language):
        symbol = QgsFillSymbol.createSimple({"color": colour, "outline_color": _LINE, "outline_width": _LINE_MM})
        root.appendChild(QgsRuleBasedRenderer.Rule(symbol, 0, 0, expression, title))
    layer.setRenderer(QgsRuleBasedRenderer(root))
    layer.setOpacity(0.8)
    layer.triggerRepaint()


def style_centres(layer: QgsVectorLayer) -> None:
    """Draw the centres as stars with their names."""
    options = {"name": "star", "color": "#b3261e", "size": "4.2", "outline_color": "#ffffff", "outline_width": "0.3"}
    layer.setRenderer(QgsSingleSymbolRenderer(QgsMarkerSymbol.createSimple(options)))
    buffer = QgsTextBufferSettings()
    buffer.setEnabled(True)
    buffer.setColor(QColor("#ffffff"))
    text = QgsTextFormat()
    text.setSize(8.0)
    text.setColor(QColor("#1d2731"))
    text.setBuffer(buffer)
    settings = QgsPalLayerSettings()
    settings.fieldName = "centre"
    settings.setFormat(text)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)
    layer.triggerRepaint()


def _classes(limit: float, language: str) -> Iterator[tuple[str, str, str]]:
    """Return expression, title and colour of each class; together they hold every unit grid once."""
    low = 0.0
    for step, colour in enumerate(_WITHIN, start=1):
        high = limit if step == len(_WITHIN) else round(limit * step / len(_WITHIN), 2)
        details = {"low": f"{low:g}", "high": f"{high:g}"}
        bounds = f'"minutes" <= {high:.12g}' + ("" if step == 1 else f' AND "minutes" > {low:.12g}')
        yield bounds, Message("circles_class_minutes", details).text(language), colour
        low = high
    details = {"limit": f"{limit:g}"}
    yield f'"minutes" > {limit:.12g}', Message("circles_class_beyond", details).text(language), _BEYOND
    yield '"minutes" IS NULL', Message("circles_class_no_way").text(language), _NO_WAY
