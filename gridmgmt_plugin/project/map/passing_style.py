"""How ground that passes from one responsibility grid to another is drawn: in the taker's colour, with both names."""

from __future__ import annotations

from qgis.core import (
    QgsFillSymbol,
    QgsPalLayerSettings,
    QgsProperty,
    QgsSingleSymbolRenderer,
    QgsSymbolLayer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor

_LINE, _LINE_MM, _BUFFER_MM, _TEXT_PT = "#b3261e", "0.7", 0.8, 8.0
_GIVER = "coalesce(nullif(\"from_name\", ''), \"from_grid\", '–')"
_TAKER = "coalesce(nullif(\"to_name\", ''), \"to_grid\", '–')"
# Twelve colours told apart, by the last digits of the taker's code, as grids are coloured.
_COLOUR = "color_hsva(30 * (to_int(right(coalesce(\"to_grid\", '0'), 3)) % 12), 55, 90, 130)"


def style_passing(layer: QgsVectorLayer) -> None:
    """Colour each piece by who takes it and write "giver → taker" on it."""
    symbol = QgsFillSymbol.createSimple({"color": "#80f0c040", "outline_color": _LINE, "outline_width": _LINE_MM})
    filling = symbol.symbolLayer(0)
    filling.setDataDefinedProperty(QgsSymbolLayer.Property.PropertyFillColor, QgsProperty.fromExpression(_COLOUR))
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    buffer = QgsTextBufferSettings()
    buffer.setEnabled(True)
    buffer.setSize(_BUFFER_MM)
    buffer.setColor(QColor("#ffffff"))
    text = QgsTextFormat()
    text.setSize(_TEXT_PT)
    text.setColor(QColor("#1d2731"))
    text.setBuffer(buffer)
    settings = QgsPalLayerSettings()
    settings.fieldName = f"{_GIVER} || ' → ' || {_TAKER}"
    settings.isExpression = True
    settings.setFormat(text)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)
    layer.triggerRepaint()
