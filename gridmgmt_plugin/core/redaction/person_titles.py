"""Persons as sentences name them, by a name with the number that tells namesakes apart, and by the number alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NUMBER = re.compile(r" \(([^()]+)\)")


def person_title(name: str | None, number: str) -> str:
    """Return what a person is called, the number alone where there is no name."""
    return f"{name} ({number})" if name else number


def with_numbers_alone(text: str, names: Mapping[str, str]) -> str:
    """Return a text in which the persons whom it calls by :func:`person_title` have their numbers alone.

    :param names: number → name of those that may stand in it.
    """
    parts, since = [], 0
    for match in _NUMBER.finditer(text):
        name = names.get(match[1])
        if name and text.endswith(name, since, match.start()):
            parts += [text[since : match.start() - len(name)], match[1]]
            since = match.end()
    return "".join([*parts, text[since:]])
