"""Words that offices write for the values of a list (已结案, 结案, CLOSED), brought to the stored value."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.text import clean_text, half_width
from gridmgmt_plugin.workspace.schema import ColumnDefinition, value_list

CATALOGUE = "catalogues/import_values.json"


def value_list_of(table_name: str, definition: ColumnDefinition) -> str | None:
    """Return the name of the value list of a column, ``None`` where its content is free."""
    named: Mapping[str, str] = load_json(CATALOGUE)["value_list_of"]
    return definition.values or named.get(f"{table_name}.{definition.name}")


@lru_cache(maxsize=64)
def keys_of(list_name: str) -> Mapping[str, str]:
    """Return every word for a value of the list, without blanks and in small letters → the stored value."""
    words: dict[str, str] = {}
    if list_name == "role":
        synonyms = {role["key"]: role["synonyms"] for role in load_json("catalogues/roles.json")["roles"]}
    elif list_name == "turn":
        synonyms = {turn["key"]: turn["synonyms"] for turn in load_json("catalogues/roles.json")["turns"]}
    else:
        synonyms = load_json(CATALOGUE)["values"].get(list_name, {})
    if list_name in load_json("catalogues/value_lists.json") or list_name == "role":
        for key, titles in value_list(list_name):
            for word in (key, titles["zh"], titles["en"]):
                words.setdefault(_plain(word), key)
    for key, others in synonyms.items():
        for word in (key, *others):
            words.setdefault(_plain(word), key)
    return words


def to_keys(column: np.ndarray, list_name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the stored values (``None`` for what is not known) and the int64 rows whose value is not known."""
    known = keys_of(list_name)
    lookup = {value: known.get(_plain(value)) for value in set(column.tolist()) if clean_text(value) is not None}
    values = as_column(lookup.get(value) for value in column)
    unknown = [row for row, value in enumerate(column) if value in lookup and lookup[value] is None]
    return values, np.array(unknown, dtype=np.int64)


@lru_cache(maxsize=1)
def _booleans() -> Mapping[str, bool]:
    words = load_json(CATALOGUE)
    return {**{_plain(w): True for w in words["yes"]}, **{_plain(w): False for w in words["no"]}}


def to_booleans(column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return True, False or ``None``, and the int64 rows whose word is neither yes nor no."""
    known = _booleans()
    lookup = {value: known.get(_plain(value)) for value in set(column.tolist()) if clean_text(value) is not None}
    values = as_column(lookup.get(value) for value in column)
    unknown = [row for row, value in enumerate(column) if value in lookup and lookup[value] is None]
    return values, np.array(unknown, dtype=np.int64)


def _plain(value: object) -> str:
    return "".join(half_width(clean_text(value) or "").lower().split()).replace("_", "")
