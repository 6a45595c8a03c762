"""A number that exists already, told by the table and column that planners know, not by the key of a database."""

from __future__ import annotations

import re

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.workspace.schema import tables

# "UNIQUE constraint failed: unit_grid.code, …" of SQLite; "Key (code)=(3701…) already exists." of PostgreSQL, whose
# words may be Chinese and whose brackets are not.
_OF_SQLITE = re.compile(r"UNIQUE constraint failed: (\w+)\.(\w+)((?:, \w+\.\w+)*)$")
_OF_POSTGRES = re.compile(r"\(([\w, ]+)\)=\((.*)\)")


def duplicate_reason(said: str, table: str | None = None) -> Message | str:
    """Return what exists twice in the reader's words, or what was said where it names no table of ours.

    :param table: the table that the server names beside its sentence; SQLite names it within.
    """
    columns, value = [], ""
    if (found := _OF_SQLITE.search(said)) is not None:
        table = found.group(1)
        columns = [found.group(2), *re.findall(r"\.(\w+)", found.group(3))]
    elif (found := _OF_POSTGRES.search(said)) is not None:
        columns, value = re.split(r", *", found.group(1)), found.group(2)
    definition = tables().get(table or "")
    if definition is None or not columns:
        return said
    known = {column.name: column for column in definition.columns}
    names = [known[name] for name in columns if name in known]
    return Message(
        "duplicate_number_with_value" if value else "duplicate_number",
        {
            "table_zh": definition.zh,
            "table_en": definition.en,
            "column_zh": "、".join(column.zh for column in names),
            "column_en": ", ".join(column.en for column in names),
            "columns": ", ".join(columns),
            "value": value,
        },
    )
