"""Words that offices write for the values of a list (已结案, 结案, CLOSED), brought to the stored value.

One way to compare words, for headings and for cells: full width, blanks, capitals and underscores do not count.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from gridmgmt_plugin.core.letters import folded
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.core.value_lists import ROLE, ROLES, is_value_list, value_list

_SYNONYMS = "catalogues/import_values.json"
_ROAD_CLASSES = "catalogues/road_classes.json"


def comparable(value: Any) -> str:
    """Return a name or code as it is compared: half-width, without blanks, in small letters; "" for nothing."""
    return folded(clean_text(value) or "")


def comparable_word(value: Any) -> str:
    """Return a heading or a word for a value as it is compared: as :func:`comparable`, without underscores."""
    return comparable(value).replace("_", "")


@lru_cache(maxsize=64)
def words_of(list_name: str) -> Mapping[str, str]:
    """Return every word for a value of a list, as :func:`comparable_word` gives it → the stored value.

    Words are the value itself, its labels and the synonyms of the catalogue; empty for a list that there is not.
    """
    words: dict[str, str] = {}
    for key, titles in value_list(list_name) if is_value_list(list_name) else ():
        for word in (key, titles["zh"], titles["en"]):
            words.setdefault(comparable_word(word), key)
    for key, others in _synonyms(list_name).items():
        for word in (key, *others):
            words.setdefault(comparable_word(word), key)
    return words


def stored_value(list_name: str, word: Any) -> str | None:
    """Return the stored value that a word means, ``None`` for nothing and for a word that is not known."""
    return words_of(list_name).get(comparable_word(word))


def stored_values(column: np.ndarray, list_name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the stored values of a column (``None`` for what is not known) and the int64 rows that are not known."""
    return _looked_up(column, words_of(list_name))


def yes_or_no(word: Any) -> bool | None:
    """Return what a word such as 是, TRUE or 未解决 says, ``None`` when it is neither yes nor no."""
    return _answers().get(comparable_word(word))


def booleans(column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return True, False or ``None``, and the int64 rows whose word is neither yes nor no."""
    return _looked_up(column, _answers())


def grade_of_class(word: Any) -> int | None:
    """Return the grade of a road class (主干路, primary), 0 lane … 4 expressway; ``None`` for another word."""
    return _grades_of_classes().get(comparable_word(word))


@lru_cache(maxsize=1)
def _grades_of_classes() -> Mapping[str, int]:
    return {comparable_word(word): int(grade) for word, grade in load_json(_ROAD_CLASSES)["classes"].items()}


def _looked_up(column: np.ndarray, known: Mapping[str, Hashable]) -> tuple[np.ndarray, np.ndarray]:
    cells = column.tolist()
    lookup = {cell: known.get(comparable_word(cell)) for cell in set(cells)}
    unknown = [row for row, cell in enumerate(cells) if lookup[cell] is None and clean_text(cell) is not None]
    return as_column(lookup[cell] for cell in cells), np.array(unknown, dtype=np.int64)


def _synonyms(list_name: str) -> Mapping[str, list[str]]:
    if list_name in (ROLE, "turn"):
        return {entry["key"]: entry["synonyms"] for entry in load_json(ROLES)[f"{list_name}s"]}
    synonyms: Mapping[str, list[str]] = load_json(_SYNONYMS)["values"].get(list_name, {})
    return synonyms


@lru_cache(maxsize=1)
def _answers() -> Mapping[str, bool]:
    words = load_json(_SYNONYMS)
    return {comparable_word(word): answer == "yes" for answer in ("yes", "no") for word in words[answer]}
