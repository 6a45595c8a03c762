"""Roles and turns of posts: stable keys, and the words that offices write for them."""

from __future__ import annotations

from functools import cache
from typing import Any

from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.text import clean_text, half_width

CATALOGUE = "catalogues/roles.json"


def comparable(value: Any) -> str:
    """Return a word without blanks, half-width and in small letters; "" for nothing."""
    text = clean_text(value)
    return "" if text is None else "".join(half_width(text).split()).lower()


def role_key(word: Any) -> str | None:
    """Return the key of a role (``street_chief``) written as key, label or synonym; ``None`` when it is none."""
    return _keys("roles").get(comparable(word))


def turn_key(word: Any) -> str | None:
    """Return A角, B角 or 代班 for a turn written in one of the usual ways; ``None`` when it is none."""
    return _keys("turns").get(comparable(word))


def state_key(word: Any) -> str | None:
    """Return 在岗, 请假, 离岗 or 退休 for a state written in one of the usual ways; ``None`` when it is none."""
    return _states().get(comparable(word))


def role_label(key: str, language: str = "en") -> str:
    """Return the name of a role in ``language``; the key itself for one that is not in the catalogue."""
    name = "zh" if language.lower().startswith("zh") else "en"
    return next((str(role[name]) for role in load_json(CATALOGUE)["roles"] if role["key"] == key), key)


def person_words() -> dict[str, tuple[str, str]]:
    """Return every word that can head a column of persons: word → (``role`` or ``turn``, key)."""
    words = {word: ("turn", key) for word, key in _keys("turns").items() if len(word) > 1}
    words.update({word: ("role", key) for word, key in _keys("roles").items()})
    return words


@cache
def _keys(name: str) -> dict[str, str]:
    keys: dict[str, str] = {}
    for entry in load_json(CATALOGUE)[name]:
        for word in (entry["key"], entry.get("zh"), entry["en"], *entry["synonyms"]):
            if word:
                keys.setdefault(comparable(word), entry["key"])
    return keys


@cache
def _states() -> dict[str, str]:
    words = {}
    synonyms = load_json("catalogues/import_values.json")["values"]["person_state"]
    for entry in load_json("catalogues/value_lists.json")["person_state"]:
        for word in (entry["key"], entry["zh"], entry["en"], *synonyms.get(entry["key"], ())):
            words[comparable(word)] = entry["key"]
    return words
