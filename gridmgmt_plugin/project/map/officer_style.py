"""Street-lanes coloured by their officers: QGIS's own categories over lists of lane codes.

Which lanes are of a class stands in the style itself, so the map looks the same where the plugin is not there, and a
redraw looks a code up in a table. It holds for the day for which it was made; the dock makes it anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsCategorizedSymbolRenderer, QgsLineSymbol, QgsRendererCategory, QgsVectorLayer
from qgis.PyQt.QtGui import QColor

from gridmgmt_plugin.core.posts.lane_classes import (
    AWAY_NOW,
    COMPLETE,
    IN_TIME,
    LACKS,
    LONG_AGO,
    METRES,
    MISSED,
    NEVER_WALKED,
    NOBODY,
    PERSON,
    LaneClass,
)
from gridmgmt_plugin.core.value_lists import ROLE, value_label
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.map.styles import shows_style, style_title

STYLE = "officers"
# What was not saved yet has no code that anybody answers for.
_CLASS_OF_LANE = "if($id < 0, 'new', \"code\")"
_WIDTH_MM, _BAD, _WARN, _GOOD, _NEW = 0.9, "#dc2626", "#d97706", "#2e9e5b", "#7b8895"
_PLAIN = {
    NOBODY: _BAD,
    AWAY_NOW: _WARN,
    COMPLETE: _GOOD,
    NEVER_WALKED: "#991b1b",
    LONG_AGO: _BAD,
    MISSED: _WARN,
    IN_TIME: _GOOD,
}
_LACKING = ("#991b1b", "#dc2626", "#f97316", "#f59e0b")
_LOADS = ("#bae6fd", "#7dd3fc", "#38bdf8", "#0284c7", "#075985", "#581c87")
_HUES_APART, _TURN, _MOST_NAMES = 137, 360, 3


def shows_officers(layer: QgsVectorLayer) -> bool:
    """Tell whether the layer of lanes has the style of the officers now."""
    return shows_style(layer, STYLE)


def show_officers(layer: QgsVectorLayer) -> None:
    """Let the layer of lanes have the style of the officers; a project that was made without it gets it."""
    manager = layer.styleManager()
    name = next((name for name in manager.styles() if name in _titles()), None)
    if name is None:
        name = style_title(STYLE, language())
        manager.addStyleFromLayer(name)
    manager.setCurrentStyle(name)


def colour_by_officers(layer: QgsVectorLayer, classes: Sequence[LaneClass]) -> None:
    """Draw the classes in the style of the officers, while the layer has it."""
    if shows_officers(layer):
        layer.setRenderer(officer_renderer(classes))
        layer.triggerRepaint()


def _titles() -> tuple[str, str]:
    """Return what the style is called, whatever language the project was made in."""
    return style_title(STYLE, "zh"), style_title(STYLE, "en")


def officer_renderer(classes: Sequence[LaneClass]) -> QgsCategorizedSymbolRenderer:
    """Return what draws lanes by these classes; lanes of no class, gone or not yet begun, are not drawn."""
    categories = [
        QgsRendererCategory(
            list(one.lanes), _line(_colour(one), is_dashed=one.kind in (NOBODY, NEVER_WALKED)), class_title(one)
        )
        for one in classes
    ]
    categories.append(QgsRendererCategory("new", _line(_NEW, is_dashed=True), tr("not saved yet")))
    return QgsCategorizedSymbolRenderer(_CLASS_OF_LANE, categories)


def class_title(one: LaneClass) -> str:
    """Return what the legend says of a class, with the number of its lanes."""
    return tr("{title} ({count})").format(title=_words(one), count=len(one.lanes))


def _words(one: LaneClass) -> str:
    if one.kind == PERSON:
        shown = tr(", ").join(one.words[:_MOST_NAMES])
        return shown if len(one.words) <= _MOST_NAMES else tr("{names} and others").format(names=shown)
    if one.kind == LACKS:
        roles = tr(", ").join(value_label(ROLE, role, language()) for role in one.words)
        return tr("without: {roles}").format(roles=roles)
    if one.kind == METRES:
        least, most = one.words
        if not most:
            return tr("more than {metres} m").format(metres=least)
        return tr("up to {metres} m").format(metres=most)
    days = int(one.words[0]) if one.words else 0
    return {
        NOBODY: tr("nobody"),
        AWAY_NOW: tr("on leave or gone"),
        COMPLETE: tr("complete"),
        NEVER_WALKED: tr("never walked"),
        LONG_AGO: tr("not walked for more than {days} {days:day|days}", days=days),
        MISSED: tr("walked, but not on every planned day"),
        IN_TIME: tr("walked in the last {days} {days:day|days}", days=days),
    }[one.kind]


def _colour(one: LaneClass) -> str:
    if one.kind == PERSON:
        hue = one.rank * _HUES_APART % _TURN
        return str(QColor.fromHsvF(hue / _TURN, (0.9, 0.65)[one.rank % 2], (0.8, 0.62)[one.rank // 2 % 2]).name())
    if one.kind == LACKS:
        return _LACKING[min(one.rank, len(_LACKING) - 1)]
    if one.kind == METRES:
        return _LOADS[min(one.rank, len(_LOADS) - 1)]
    return _PLAIN[one.kind]


def _line(colour: str, *, is_dashed: bool) -> QgsLineSymbol:
    options = {"line_color": colour, "line_width": str(_WIDTH_MM), "capstyle": "round", "joinstyle": "round"}
    return QgsLineSymbol.createSimple({**options, "line_style": "dash" if is_dashed else "solid"})
