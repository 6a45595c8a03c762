"""Conditions in QGIS's expression language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsExpression


def equals(column: str, value: Any) -> str:
    """Return the condition that a column holds a value; ``None`` = nothing."""
    return str(QgsExpression.createFieldEqualityExpression(column, value))


def begins(column: str, start: str) -> str:
    """Return the condition that a column begins with a code; codes hold no wildcards."""
    return f"{QgsExpression.quotedColumnRef(column)} LIKE {QgsExpression.quotedString(start + '%')}"


def one_of(column: str, values: Iterable[Any]) -> str:
    """Return the condition that a column holds one of several values; of none it holds none."""
    listed = ", ".join(QgsExpression.quotedValue(value) for value in values)
    return f"{QgsExpression.quotedColumnRef(column)} IN ({listed})" if listed else "FALSE"


def all_of(conditions: Iterable[str]) -> str:
    """Return the condition that several conditions hold."""
    return " AND ".join(f"({condition})" for condition in conditions)
