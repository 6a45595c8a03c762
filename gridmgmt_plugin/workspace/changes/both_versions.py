"""A row that two have changed, each otherwise: what stands there and what the other says, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gridmgmt_plugin.core.listing import quoted
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.schema import table as definition_of

_SCHEME_PREFIX = "rg_"


def both_versions(
    code: str, table: str, key: str, rows: Rows, at: int, given: Mapping[str, Any], theirs: Iterable[str] = ()
) -> Message:
    """Return the sentence ``code`` about one row, with what stands there now and what somebody else gives for it.

    :param rows: as they are stored; ``at``: position of the row. ``given``: column → the other's value.
    :param theirs: columns for which the other gives nothing, named with what stands there now.
    """
    parts_zh, parts_en = [], []
    for name in (*given, *theirs):
        now = quoted(_shown(rows[name][at]))
        zh, en = column_label(table, name, "zh"), column_label(table, name, "en")
        ours_zh, ours_en = "", ""
        if name in given:
            ours = quoted(_shown(given[name]))
            ours_zh, ours_en = f"，您的为“{ours}”", f", yours “{ours}”"
        parts_zh.append(f"{zh}：库中现为“{now}”{ours_zh}")
        parts_en.append(f"{en}: stored now “{now}”{ours_en}")
    return Message(code, {"code": key, "both": "；".join(parts_zh), "both_en": "; ".join(parts_en)})


def column_label(table: str, column: str, language: str) -> str:
    """Return what the planner calls a column, also that of a scheme, which the schema does not list."""
    if column.startswith(_SCHEME_PREFIX):
        return f"{definition_of('responsibility_grid').label(language)} ({column[len(_SCHEME_PREFIX) :]})"
    return next((known.label(language) for known in definition_of(table).columns if known.name == column), column)


def _shown(value: Any) -> Any:
    return "–" if value is None else value
