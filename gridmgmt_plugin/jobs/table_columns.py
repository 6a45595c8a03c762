"""Columns of a file that are named like columns of a workspace table, taken over as they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.text import clean_text, half_width, to_numbers
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.workspace.schema import table

_YES = ("1", "true", "yes", "y", "是", "有")


def schema_columns(source: Source, table_name: str) -> dict[str, np.ndarray]:
    """Return the columns whose heading is a column's name or its Chinese or English label, typed for the table.

    Text is trimmed; what is no number in a number column becomes ``None``.
    """
    headings = {_folded(name): name for name in source.field_names}
    found = {}
    for column in table(table_name).columns:
        for wanted in (column.name, column.zh, column.en):
            heading = headings.get(_folded(wanted))
            if heading is not None:
                found[column.name] = as_column(_typed(v, column.type) for v in source.rows[heading])
                break
    return found


def _folded(heading: str) -> str:
    return "".join(half_width(heading).lower().split())


def _typed(value: Any, kind: str) -> Any:
    text = clean_text(value)
    if text is None:
        return None
    if kind in ("integer", "real"):
        number = float(to_numbers([text])[0])
        if number != number:  # noqa: PLR0124  NaN: no number stands there
            return None
        return int(number) if kind == "integer" else number
    if kind == "boolean":
        return text.lower() in _YES
    return text
