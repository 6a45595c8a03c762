"""What never goes into a log or a take-back record: contacts of people, telephone numbers.

Source: ``resources/schema/private.json``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from gridmgmt_plugin.core.resources import load_json

HIDDEN = "***"


def is_private(table: str) -> bool:
    """Tell whether no value of a table may be written down."""
    return table in load_json("schema/private.json")["tables"]


def private_columns(table: str) -> Collection[str]:
    """Return the columns of a table in which telephone numbers of ours stand."""
    columns: Collection[str] = load_json("schema/private.json")["columns"].get(table, ())
    return columns


def leaves_no_record(table: str) -> bool:
    """Tell whether a save of the table cannot be taken back, because a record would hold private values."""
    return is_private(table) or bool(private_columns(table))


def public(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its private values replaced by a mark that says only that there is one."""
    private = private_columns(table)
    return {name: HIDDEN if name in private and value is not None else value for name, value in row.items()}
