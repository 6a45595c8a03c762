"""Street-lanes coloured by one item of the checklist, or by how often they fell back: lists of codes in the style.

As with officers, the map looks the same where the plugin is not there, and holds for the day for which it was made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qgis.core import QgsCategorizedSymbolRenderer, QgsRendererCategory, QgsVectorLayer

from gridmgmt_plugin.core.inspection.lane_views import (
    BETTER,
    FAILED,
    FELL,
    HAS_CASES,
    NOT_JUDGED,
    PASSED,
    RELAPSED,
    SAME,
    WORSE,
)
from gridmgmt_plugin.project.i18n import language, tr, translatable
from gridmgmt_plugin.project.map.lane_style import lane_line, standing_lanes
from gridmgmt_plugin.project.map.styles import style_title

STYLE = "standing"
_LOOKS: Mapping[str, tuple[str, str, float]] = {
    FAILED: (translatable("failed"), "#b91c1c", 1.2),
    HAS_CASES: (translatable("cases of this kind within a year"), "#d97706", 0.9),
    PASSED: (translatable("passed"), "#15803d", 0.6),
    NOT_JUDGED: (translatable("not inspected"), "#9ca3af", 0.35),
    RELAPSED: (translatable("fell again after it was restored"), "#7f1d1d", 1.4),
    FELL: (translatable("fell below the standard"), "#b91c1c", 1.1),
    WORSE: (translatable("worse than the month before"), "#d97706", 0.9),
    SAME: (translatable("neither better nor worse"), "#2563eb", 0.6),
    BETTER: (translatable("better than the month before"), "#15803d", 0.6),
}


def shows_standing(layer: QgsVectorLayer) -> bool:
    """Tell whether the layer of lanes has the style of inspections now."""
    return layer.styleManager().currentStyle() in (style_title(STYLE, "zh"), style_title(STYLE, "en"))


def colour_by_inspections(layer: QgsVectorLayer, classes: Mapping[str, Sequence[str]] | None) -> None:
    """Draw the classes (class → codes) in the style of inspections while the layer has it; ``None``: by standing."""
    if not shows_standing(layer):
        return
    if classes is None:
        layer.setRenderer(standing_lanes(language()))
    else:
        layer.setRenderer(
            QgsCategorizedSymbolRenderer("code", [_category(kind, codes) for kind, codes in classes.items()])
        )
    layer.triggerRepaint()


def _category(kind: str, codes: Sequence[str]) -> QgsRendererCategory:
    words, colour, width_mm = _LOOKS[kind]
    title = tr("{title} ({count})").format(title=tr(words), count=len(codes))
    return QgsRendererCategory(list(codes), lane_line(colour, width_mm), title)
