"""Sentences for the user, keyed by a stable code, in Chinese and English.

The sentences are data (``resources/messages/*.json``: ``{code: {"zh": …, "en": …}}``), so that code without Qt
can report in the reader's language and a test can prove that no code lacks its sentence. What they count agrees with
the number (:mod:`gridmgmt_plugin.core.plurals`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from gridmgmt_plugin.core.listing import Listing, listing, quoted
from gridmgmt_plugin.core.plurals import filled
from gridmgmt_plugin.core.resources import resource_root


@lru_cache
def is_chinese(language: str) -> bool:
    """Tell whether a locale (``zh_CN``, ``en`` …) reads Chinese; everybody else reads English."""
    return language.lower().startswith("zh")


def listing_in(items: Iterable[Any], language: str) -> str:
    """Return the items as readers of a language list them in a cell of a table; a sentence takes :func:`listing`."""
    found = listing(items)
    return str(found) if is_chinese(language) else found.with_commas()


@lru_cache
def tongue_of(language: str) -> str:
    """Return ``zh`` or ``en``: in which of the two a text is stored that a locale reads."""
    return "zh" if is_chinese(language) else "en"


@dataclass(frozen=True)
class Message:
    """One thing to tell the user: a stable ``code`` and the values that its sentence names."""

    code: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: str = "en") -> str:
        """Return the sentence in ``language`` (a locale such as ``zh_CN``; English unless Chinese)."""
        return sentence(self.code, self.details, language)

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True)
class ListedMessages(Message):
    """Several messages and texts (``details``: ``parts``), for use in a sentence."""

    def text(self, language: str = "en") -> str:
        """Return them in ``language``, one after the other."""
        return listing_in((_told(part, language) for part in self.details["parts"]), language)


def sentence(code: str, details: Mapping[str, Any], language: str) -> str:
    """Fill the sentence of ``code``; a value that is a :class:`Message` itself is rendered too, a long one shortened,
    and what belongs to people masked.

    :raises KeyError: for a code without a sentence, which is a mistake of ours, never of the user.
    """
    entry = catalogue()[code]
    template = entry[tongue_of(language)]
    return filled(template, {name: _told(value, language) for name, value in details.items()})


def _told(value: Any, language: str) -> Any:
    """Return a value as a sentence in ``language`` names it."""
    if isinstance(value, Message):
        return value.text(language)
    if isinstance(value, Listing) and not is_chinese(language):
        value = value.with_commas()
    return quoted(value, language)


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """Return every sentence of ``resources/messages``; a code may stand in one file only."""
    merged: dict[str, dict[str, str]] = {}
    for path in sorted((resource_root() / "messages").glob("*.json")):
        for code, entry in json.loads(path.read_text(encoding="utf-8")).items():
            if code in merged:
                raise ValueError(f"{path.name}: message code {code!r} is defined twice")
            merged[code] = entry
    return merged
