"""Sentences that count: where English says one row and two rows, the text holds both.

``{count:row is|rows are}`` stands for *row is* when ``count`` is one and for *rows are* otherwise; ``{count}`` alone
is the number, written as people write it (:mod:`gridmgmt_plugin.core.written`). Chinese has one form for all numbers
and needs none of it. One way for interface texts and messages.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from numbers import Number
from typing import Any

from gridmgmt_plugin.core.written import number

_BETWEEN = "|"
#: Values that are no amounts: what names a place, a year or a system, or repeats what somebody gave.
AS_GIVEN = frozenset(
    ("epsg", "row", "line", "column", "position", "x", "y", "longitude", "year", "version", "number", "value", "seed")
)


class _AsGiven:
    """A number that is told as it is, or as the template says."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __str__(self) -> str:
        return str(self._value)

    def __format__(self, format_spec: str) -> str:
        return format(self._value, format_spec)


class _Counting(string.Formatter):
    """Format as ``str.format`` does, and choose the word that goes with a number."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        """Return one of two forms, a number as people write it, or the value as usual."""
        if format_spec == "" and isinstance(value, Number):
            return number(value)
        if _BETWEEN not in format_spec:
            return super().format_field(value, format_spec)
        one, many = format_spec.split(_BETWEEN)
        return one if str(value) == "1" else many  # numbers may come written out already


_FORMATTER = _Counting()


def counted(template: str, /, **values: Any) -> str:
    """Return ``template`` with its values filled in, words and numbers agreeing.

    :raises KeyError: when a value is missing, which is a mistake of ours.
    """
    return filled(template, values)


def filled(template: str, values: Mapping[str, Any]) -> str:
    """Do as :func:`counted` with values that are in a mapping."""
    given = {name: _AsGiven(values[name]) for name in AS_GIVEN & set(values) if isinstance(values[name], Number)}
    return _FORMATTER.vformat(template, (), {**values, **given})
