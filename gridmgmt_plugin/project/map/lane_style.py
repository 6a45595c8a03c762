"""How street-lanes look: quiet, by class of road, and by what inspections gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from qgis.core import QgsCategorizedSymbolRenderer, QgsExpression, QgsLineSymbol, QgsRendererCategory, QgsVectorLayer

from gridmgmt_plugin.core.messages import is_chinese, tongue_of
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.value_lists import value_list

if TYPE_CHECKING:
    from gridmgmt_plugin.core.inspection.checklists import Checklist

# Grade of the road → colour and width in millimetres.
_GRADES = {
    4: ("#9a3412", 1.4),
    3: ("#c2410c", 1.2),
    2: ("#d97706", 0.9),
    1: ("#0f766e", 0.7),
    0: ("#2563eb", 0.45),
}
# Told apart by width as well as by colour: what needs somebody is the widest.
_STANDINGS: Mapping[str, tuple[str, float]] = {
    "达标": ("#15803d", 0.6),
    "不达标": ("#b91c1c", 1.2),
    "创建中": ("#d97706", 0.9),
}
_UNKNOWN = ("#9ca3af", 0.35)
# An empty value would be the class of all others, and draw what was abolished.
_NONE = "none"
_STANDING = f"coalesce(nullif(\"standing\", ''), '{_NONE}')"
_VERDICTS = {0: ("failed", "#b91c1c", 1.2), 1: ("passed", "#15803d", 0.6)}
_WORDS = {
    "none": {"zh": "未认定", "en": "No standing"},
    "passed": {"zh": "合格", "en": "Passed"},
    "failed": {"zh": "不合格", "en": "Failed"},
    "not_judged": {"zh": "未检查", "en": "Not inspected"},
    "standing": {"zh": "达标情况", "en": "Standing"},
    "in_part": {"zh": "未查完", "en": "In part"},
    "judged": {"zh": "已查完", "en": "Complete"},
    "hot": {"zh": "案件偏多", "en": "More cases than chance"},
    "some": {"zh": "有案件", "en": "Some cases"},
    "quiet": {"zh": "没有案件", "en": "No cases"},
}


def plain_lanes(colour: str, width_mm: float) -> QgsCategorizedSymbolRenderer:
    """Draw the lanes that there still are; one that was abolished stays in the table alone."""
    there = f"if({_is_there()}, 'there', 'gone')"  # a number would not be found again in a saved project
    return QgsCategorizedSymbolRenderer(there, [QgsRendererCategory("there", lane_line(colour, width_mm), "")])


def class_lanes(language: str) -> QgsCategorizedSymbolRenderer:
    """Draw the larger roads wider; what a road is called in a city is data."""
    known = load_json("catalogues/road_classes.json")
    grades: dict[int, list[str]] = {entry["grade"]: [] for entry in known["grades"]}
    for name, grade in known["classes"].items():
        grades[grade].append(name)
    cases = " ".join(
        f'WHEN lower("road_class") IN ({", ".join(map(QgsExpression.quotedString, names))}) THEN {grade}'
        for grade, names in grades.items()
        if grade
    )
    titles = {entry["grade"]: entry["zh" if is_chinese(language) else "en"] for entry in known["grades"]}
    categories = [
        QgsRendererCategory(grade, lane_line(*_GRADES[grade]), titles[grade])
        for grade in sorted(titles, reverse=True)
    ]
    return QgsCategorizedSymbolRenderer(f"CASE WHEN NOT {_is_there()} THEN -1 {cases} ELSE 0 END", categories)


def standing_lanes(language: str) -> QgsCategorizedSymbolRenderer:
    """Colour the lanes that there still are by their standing."""
    return _by_standing(language, f"if({_is_there()}, {_STANDING}, 'gone')")


def style_judged(layer: QgsVectorLayer, checklist: Checklist, language: str) -> None:
    """Give a result of ``judgelanes`` its styles: by standing, which is current, and one by each item."""
    tongue, manager = tongue_of(language), layer.styleManager()
    for item in checklist.items:
        layer.setFieldAlias(layer.fields().lookupField(f"item_{item.code}"), item.title(language))
    first = _WORDS["standing"][tongue]
    manager.renameStyle(manager.currentStyle(), first)
    layer.setRenderer(_by_standing(language, _STANDING))
    for item in checklist.items:
        title = f"{item.code} {item.title(language)}"
        manager.addStyleFromLayer(title)
        manager.setCurrentStyle(title)
        layer.setRenderer(_by_item(f"item_{item.code}", tongue))
    manager.setCurrentStyle(first)


def style_lane_cases(layer: QgsVectorLayer, checklist: Checklist, language: str) -> None:
    """Draw the lanes of ``lanecases``: those with more cases than chance would give, others by rank, none at all."""
    tongue = tongue_of(language)
    for item in checklist.items:
        layer.setFieldAlias(layer.fields().lookupField(f"cases_{item.code}"), item.title(language))
    expression = 'CASE WHEN "hot" = 1 THEN 2 WHEN "count" > 0 THEN 1 ELSE 0 END'
    looks = ((2, "hot", "#b91c1c", 1.4), (1, "some", "#d97706", 0.8), (0, "quiet", *_UNKNOWN))
    categories = [
        QgsRendererCategory(value, lane_line(colour, width_mm), _WORDS[word][tongue])
        for value, word, colour, width_mm in looks
    ]
    layer.setRenderer(QgsCategorizedSymbolRenderer(expression, categories))


def survey_lanes(items: Sequence[str], language: str) -> QgsCategorizedSymbolRenderer:
    """Draw the lanes of a survey by how far they are: nothing judged yet, in part, all of it."""
    tongue = tongue_of(language)
    judged = " + ".join(f'if("{item}" IS NULL, 0, 1)' for item in items)
    expression = f"CASE WHEN {judged} = 0 THEN 0 WHEN {judged} < {len(items)} THEN 1 ELSE 2 END"
    looks = ((0, "not_judged", "#d97706", 0.9), (1, "in_part", "#2563eb", 0.9), (2, "judged", "#15803d", 0.6))
    categories = [
        QgsRendererCategory(value, lane_line(colour, width_mm), _WORDS[word][tongue])
        for value, word, colour, width_mm in looks
    ]
    return QgsCategorizedSymbolRenderer(expression, categories)


def verdict_words(language: str) -> Mapping[str, str]:
    """Return what the results of an item are called: ``passed``, ``failed``, ``not_judged``."""
    tongue = tongue_of(language)
    return {word: _WORDS[word][tongue] for word in ("passed", "failed", "not_judged")}


def _by_standing(language: str, expression: str) -> QgsCategorizedSymbolRenderer:
    tongue = tongue_of(language)
    categories = [
        QgsRendererCategory(key, lane_line(*_STANDINGS[key]), titles[tongue])
        for key, titles in value_list("lane_standing")
    ]
    categories.append(QgsRendererCategory(_NONE, lane_line(*_UNKNOWN), _WORDS["none"][tongue]))
    return QgsCategorizedSymbolRenderer(expression, categories)


def _by_item(column: str, tongue: str) -> QgsCategorizedSymbolRenderer:
    categories = [
        QgsRendererCategory(verdict, lane_line(colour, width_mm), _WORDS[word][tongue])
        for verdict, (word, colour, width_mm) in _VERDICTS.items()
    ]
    categories.append(QgsRendererCategory(-1, lane_line(*_UNKNOWN), _WORDS["not_judged"][tongue]))
    return QgsCategorizedSymbolRenderer(f'coalesce("{column}", -1)', categories)


def _is_there() -> str:
    gone = ", ".join(map(QgsExpression.quotedString, load_json("catalogues/duty.json")["lane_gone_states"]))
    return f'(coalesce("state", \'\') NOT IN ({gone}) AND coalesce("valid_to" >= to_date(now()), true))'


def lane_line(colour: str, width_mm: float) -> QgsLineSymbol:
    """Return a plain line for a lane."""
    options = {"line_color": colour, "line_width": str(width_mm), "capstyle": "round", "joinstyle": "round"}
    return QgsLineSymbol.createSimple(options)
