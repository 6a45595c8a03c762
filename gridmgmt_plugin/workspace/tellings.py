"""What rows are told apart by where they are counted: questions about single values, in the SQL of both back ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Union

from gridmgmt_plugin.core.dates.parsing import FIRST_YEAR, LAST_YEAR

#: What :class:`Within` answers, beside the text itself where only parsing it can tell and ``None`` for no text.
INSIDE, OUTSIDE = "in", "out"
_SHORT_MONTHS = "'04', '06', '09', '11'"


@dataclass(frozen=True)
class Empty:
    """Whether a column has no value or an empty text: 1 or 0."""

    column: str


@dataclass(frozen=True)
class Begins:
    """Whether a text begins with ``prefix``: 1 or 0."""

    column: str
    prefix: str


@dataclass(frozen=True)
class OneOf:
    """Whether the texts of some columns ("" for none) are one of several ``values``, at least one: 1 or 0."""

    columns: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Within:
    """Whether a moment lies from ``first`` to before ``after``, both ISO 8601 to the second (``None`` = open):
    :data:`INSIDE` or :data:`OUTSIDE`, the text itself where it is no such moment, ``None`` for no text.
    """

    column: str
    first: str | None
    after: str | None


@dataclass(frozen=True)
class Sliced:
    """Behind which of ``edges``, moments in ISO 8601 to the second that ascend, a moment lies: the number of the last
    one that is not after it, as text, :data:`OUTSIDE` before the first and from the last on; the text itself where it
    is no such moment, ``None`` for no text.
    """

    column: str
    edges: tuple[str, ...]


Telling = Union[Empty, Begins, OneOf, Within, Sliced]
NOTHING_TOLD: Mapping[str, Telling] = MappingProxyType({})


def selected(
    columns: Iterable[str], told: Iterable[Telling], has_form: Callable[[str], str], exactly: str
) -> tuple[tuple[str, str], list[str]]:
    """Return the beginning and the end of a statement that counts rows by ``columns``, in quotes, and by what they
    are told apart by, and its parameters; see :func:`telling_sql`.
    """
    expressions = list(columns)
    parameters: list[str] = []
    for telling in told:
        expression, values = telling_sql(telling, has_form, exactly)
        expressions.append(expression)
        parameters += values
    positions = ", ".join(str(at) for at in range(1, len(expressions) + 1))
    return (f"SELECT {', '.join(expressions)}, count(*)", f"GROUP BY {positions}"), parameters


def telling_sql(telling: Telling, has_form: Callable[[str], str], exactly: str) -> tuple[str, list[str]]:
    """Return an expression and its parameters, for each of which it has a ``%s``.

    :param has_form: the condition that a column has the digits and marks of 2025-03-07T08:05:00.
    :param exactly: how texts are compared sign by sign, what follows COLLATE.
    """
    if isinstance(telling, (Within, Sliced)):
        answer, values = _within(telling, exactly) if isinstance(telling, Within) else _sliced(telling, exactly)
        return _if_moment(telling.column, answer, has_form), values
    if isinstance(telling, Empty):
        condition, values = f"coalesce({_name(telling.column)}, '') = ''", []
    elif isinstance(telling, Begins):
        condition = f"substr(coalesce({_name(telling.column)}, ''), 1, {len(telling.prefix)}) = %s"
        values = [telling.prefix]
    else:
        columns = ", ".join(f"coalesce({_name(column)}, '')" for column in telling.columns)
        row = f"({', '.join(['%s'] * len(telling.columns))})"
        condition = f"({columns}) IN (VALUES {', '.join([row] * len(telling.values))})"
        values = [text for texts in telling.values for text in texts]
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END", values


def _within(telling: Within, exactly: str) -> tuple[str, list[str]]:
    text = f"{_name(telling.column)} COLLATE {exactly}"
    bounds = [(f"{text} >= %s", telling.first), (f"{text} < %s", telling.after)]
    asked = [(condition, value) for condition, value in bounds if value is not None]
    inside = " AND ".join(condition for condition, _ in asked) or "1 = 1"
    return f"CASE WHEN {inside} THEN '{INSIDE}' ELSE '{OUTSIDE}' END", [value for _, value in asked]


def _sliced(telling: Sliced, exactly: str) -> tuple[str, list[str]]:
    text = f"{_name(telling.column)} COLLATE {exactly}"
    answers = [OUTSIDE, *(str(number) for number in range(len(telling.edges) - 1))]
    cases = " ".join(f"WHEN {text} < %s THEN '{answer}'" for answer in answers)
    return f"CASE {cases} ELSE '{OUTSIDE}' END", list(telling.edges)


def _if_moment(column_name: str, answer: str, has_form: Callable[[str], str]) -> str:
    """Return what a moment is told apart by: days that no year has, and 29 February, are left to who parses."""
    column = _name(column_name)
    year, month, day = (f"substr({column}, {at}, {size})" for at, size in ((1, 4), (6, 2), (9, 2)))
    hour, minute, second = (f"substr({column}, {at}, 2)" for at in (12, 15, 18))
    sound = [
        has_form(column),
        f"{year} BETWEEN '{FIRST_YEAR}' AND '{LAST_YEAR}'",
        f"{month} BETWEEN '01' AND '12'",
        f"{day} BETWEEN '01' AND '31'",
        f"({day} <= '28' OR ({month} <> '02' AND ({day} <= '30' OR {month} NOT IN ({_SHORT_MONTHS}))))",
        f"{hour} <= '23' AND {minute} <= '59' AND {second} <= '59'",
    ]
    return f"CASE WHEN {' AND '.join(sound)} THEN {answer} ELSE nullif({column}, '') END"


def _name(column: str) -> str:
    return f'"{column}"'
