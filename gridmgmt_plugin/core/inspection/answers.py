"""What stands in the cell of an item (合格, √, 有, 否, 8), brought to passed or failed, and points.

有 and 无 say whether the nuisance is there, whatever the heading; 是 and 否 answer the heading: 无乱停车 是 is a
pass, 乱停车 是 is none. Numbers are points where one of the column is above 1; 0 and 1 alone are no and yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from gridmgmt_plugin.core.inspection.checklists import ChecklistItem
from gridmgmt_plugin.core.letters import folded, half_width
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import as_column, is_null
from gridmgmt_plugin.core.text import clean_texts, to_numbers
from gridmgmt_plugin.core.value_words import yes_or_no

_CATALOGUE = "catalogues/inspection_words.json"
_JUDGED: Mapping[str, bool] = {"passed": True, "failed": False, "there": False, "not_there": True}


@dataclass(frozen=True, eq=False)
class Answers:
    """``passed``: object array of True, False or ``None`` (not judged); ``score``: points as float or ``None``;
    ``unclear``: bool, cells that say neither.
    """

    passed: np.ndarray
    score: np.ndarray
    unclear: np.ndarray


def read_answers(
    cells: np.ndarray, item: ChecklistItem, *, asks_for_order: bool = True, is_points: bool | None = None
) -> Answers:
    """Return what the cells of one item say.

    :param cells: object array. ``asks_for_order``: whether a yes means that all is well; see :func:`asks_for_order`.
    :param is_points: whether numbers are points, where the cells are a part of a column; see :func:`has_points`.
    """
    texts, numbers = clean_texts(cells), to_numbers(cells)
    if is_points is None:
        is_points = has_points(cells)
    passed, score = as_column([None] * len(cells)), as_column([None] * len(cells))
    unclear = np.zeros(len(cells), dtype=bool)
    for row in np.flatnonzero(~is_null(texts)).tolist():
        if not np.isnan(numbers[row]) and (is_points or not asks_for_order):
            unclear[row] = not asks_for_order or not 0.0 <= numbers[row] <= item.weight
            if not unclear[row]:
                score[row], passed[row] = float(numbers[row]), bool(numbers[row] >= item.weight)
            continue
        word = folded(str(texts[row]))
        if is_not_judged(word):
            continue
        verdict = next((said for group, said in _JUDGED.items() if word in _words()[group]), None)
        if verdict is None and (answer := yes_or_no(texts[row])) is not None:
            verdict = answer == asks_for_order
        unclear[row] = verdict is None
        passed[row] = verdict
    return Answers(passed, score, unclear)


def has_points(column: np.ndarray) -> bool:
    """Tell whether the numbers of a column are points: one of them is above 1."""
    return bool(np.nanmax(to_numbers(column), initial=0.0) > 1.0)


def is_not_judged(word: str) -> bool:
    """Tell whether a word says that nothing was judged (未检查, 不涉及)."""
    return folded(word) in _words()["not_judged"]


def asks_for_order(heading: str) -> bool:
    """Tell whether a yes under a heading means that all is well: 无乱停车, 02 and 合格 do, 乱停车 does not."""
    words = load_json(_CATALOGUE)
    text = half_width(heading).strip().casefold()
    has_letters = any(sign.isalpha() for sign in text)
    is_key = text.isascii() and ("_" in text or not has_letters)
    return is_key or any(word in text for word in (*words["negations"], "合格", "达标", "passed"))


@lru_cache(maxsize=1)
def _words() -> Mapping[str, frozenset[str]]:
    return {group: frozenset(folded(word) for word in words) for group, words in load_json(_CATALOGUE).items()}
