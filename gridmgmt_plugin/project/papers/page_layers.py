"""The layers of a paper: one that says what stands on each page, and what its map shows.

They live in memory, so that nothing about people lies about in files, and look the same on every computer.
"""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import (
    QgsFillSymbol,
    QgsLabelingEngineSettings,
    QgsLineSymbol,
    QgsPalLayerSettings,
    QgsProject,
    QgsRuleBasedRenderer,
    QgsSingleSymbolRenderer,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor, QFont

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.papers.kinds import paper_data
from gridmgmt_plugin.core.papers.pages import SEPARATOR, Pages
from gridmgmt_plugin.project.papers.template import chinese_font, copyable
from gridmgmt_plugin.project.result_layers import memory_layer

#: Names of the layers, in Chinese and English, as the designer shows them.
COVERAGE, LANES, AREAS = "papers_pages", "papers_lanes", "papers_areas"
_STRESSED, _PLAIN, _BORDER, _INK = "#d6249f", "#8a94a0", "#7c3aed", "#1f2933"
_LABEL_PT, _CANDIDATES = 8.0, 8
# So far from the middle of a line that a name stands clear of the stress on it.
_LABEL_OFF_MM = 1.1


@dataclass(frozen=True, eq=False)
class PaperLayers:
    """``coverage``: a feature for every page; ``shown``: what the map draws, the topmost first."""

    coverage: QgsVectorLayer
    shown: list[QgsVectorLayer]


def paper_layers(pages: Pages, frame: Frame, language: str) -> PaperLayers:
    """Return the layers of pages; whoever asks owns them."""
    coverage = memory_layer(pages.rows, COVERAGE, frame)
    titles = paper_data()["columns"]
    for at, column in enumerate(coverage.fields()):
        coverage.setFieldAlias(at, titles[column.name()][tongue_of(language)])
    lanes = memory_layer(pages.lanes, LANES, frame)
    areas = memory_layer(pages.areas, AREAS, frame)
    for layer in (lanes, areas):
        layer.dataProvider().createSpatialIndex()
    _draw_lanes(lanes)
    areas.setRenderer(QgsSingleSymbolRenderer(_outline()))
    return PaperLayers(coverage, [lanes, areas])


def quicken_labels(project: QgsProject) -> None:
    """Have labels placed with fewer candidates: a page of a few lanes looks the same in half the time."""
    settings = QgsLabelingEngineSettings()
    settings.setMaximumLineCandidatesPerCm(_CANDIDATES / 10.0)
    project.setLabelingEngineSettings(settings)


def _draw_lanes(layer: QgsVectorLayer) -> None:
    """Stress the lanes of the page, and name them and those beside them."""
    root = QgsRuleBasedRenderer.Rule(None)
    root.appendChild(QgsRuleBasedRenderer.Rule(_line(_PLAIN, 0.6), 0, 0, "ELSE"))
    root.appendChild(QgsRuleBasedRenderer.Rule(_line(_STRESSED, 1.8), 0, 0, _of_page("lane_codes")))
    layer.setRenderer(QgsRuleBasedRenderer(root))
    text = QgsTextFormat()
    text.setFont(copyable(QFont(chinese_font())))
    text.setSize(_LABEL_PT)
    text.setColor(QColor(_INK))
    settings = QgsPalLayerSettings()
    settings.fieldName = f'CASE WHEN {_of_page("near_codes")} THEN "name" END'
    settings.isExpression = True
    settings.setFormat(text)
    settings.placement = QgsPalLayerSettings.Placement.Line
    settings.dist = _LABEL_OFF_MM
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def _of_page(column: str) -> str:
    """Return whether a lane is among those that a column of the page names."""
    return f"strpos(attribute(@atlas_feature, '{column}'), '{SEPARATOR}' || \"code\" || '{SEPARATOR}') > 0"


def _line(colour: str, width_mm: float) -> QgsLineSymbol:
    options = {"line_color": colour, "line_width": str(width_mm), "capstyle": "round", "joinstyle": "round"}
    return QgsLineSymbol.createSimple(options)


def _outline() -> QgsFillSymbol:
    options = {"style": "no", "outline_color": _BORDER, "outline_width": "0.4", "outline_style": "dash"}
    return QgsFillSymbol.createSimple(options)
