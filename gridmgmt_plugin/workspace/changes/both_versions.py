"""A row that two have changed, each otherwise: what stands there and what the other says, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gridmgmt_plugin.core.listing import quoted
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.schema import table as definition_of

_SCHEME_PREFIX = "rg_"


def both_versions(code: str, table: str, key: str, rows: Rows, at: int, given: Mapping[str, Any]) -> Message:
    """Return the sentence ``code`` about one row, with what stands there now and what somebody else gives for it.

    :param rows: as they are stored; ``at``: position of the row. ``given``: column → the other's value.
    """
    values = [(name, quoted(_shown(rows[name][at])), quoted(_shown(given[name]))) for name in given]
    both_zh = (f"{column_label(table, name, 'zh')}：库中现为“{now}”，您的为“{ours}”" for name, now, ours in values)
    both_en = (f"{column_label(table, name, 'en')}: stored now “{now}”, yours “{ours}”" for name, now, ours in values)
    return Message(code, {"code": key, "both": "；".join(both_zh), "both_en": "; ".join(both_en)})


def column_label(table: str, column: str, language: str) -> str:
    """Return what the planner calls a column, also that of a scheme, which the schema does not list."""
    if column.startswith(_SCHEME_PREFIX):
        return f"{definition_of('responsibility_grid').label(language)} ({column[len(_SCHEME_PREFIX) :]})"
    return next((known.label(language) for known in definition_of(table).columns if known.name == column), column)


def _shown(value: Any) -> Any:
    return "–" if value is None else value
