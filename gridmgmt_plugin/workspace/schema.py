"""The tables of a workspace as data: names, types, labels in two languages, value lists.

Source: ``resources/schema/tables.json`` and ``resources/catalogues/value_lists.json``. Table and column names are a
contract with other programs and never change; new ones may be added with a migration.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.messages import is_chinese
from gridmgmt_plugin.core.resources import load_json

SCHEMA_VERSION = 6
SCHEME_KEY = re.compile(r"[a-z][a-z0-9_]{0,6}")
#: The tables that offices keep, and that come in from files as they are.
OFFICE_TABLES = (
    "department",
    "station",
    "person",
    "contact",
    "duty_rule",
    "duty_zone",
    "scheme",
    "responsibility_grid",
    "covered_extent",
)


@dataclass(frozen=True)
class ColumnDefinition:
    """One column: its name in the file, its type (text, integer, real, date, datetime, boolean, blob), its labels.

    ``values`` names a value list of ``value_lists.json`` (or ``role``), ``None`` for free content.
    """

    name: str
    type: str
    zh: str
    en: str
    values: str | None = None

    def label(self, language: str) -> str:
        """Return the heading that the planner reads."""
        return self.zh if is_chinese(language) else self.en


@dataclass(frozen=True)
class TableDefinition:
    """One table: geometry type (``None`` without), natural key columns, whether ``row_version`` guards edits."""

    name: str
    zh: str
    en: str
    group: str
    geometry: str | None
    key: tuple[str, ...]
    versioned: bool
    columns: tuple[ColumnDefinition, ...]

    def label(self, language: str) -> str:
        """Return the title that the planner reads."""
        return self.zh if is_chinese(language) else self.en

    @property
    def column_names(self) -> tuple[str, ...]:
        """Return the names of the columns, without row number, geometry and ``row_version``."""
        return tuple(column.name for column in self.columns)


@lru_cache(maxsize=1)
def tables() -> Mapping[str, TableDefinition]:
    """Return every table of the schema by name, in the order in which they are created and shown."""
    definitions = {}
    for name, entry in load_json("schema/tables.json")["tables"].items():
        definitions[name] = TableDefinition(
            name=name,
            zh=entry["title"]["zh"],
            en=entry["title"]["en"],
            group=entry["group"],
            geometry=entry["geometry"],
            key=tuple(entry["key"]),
            versioned=entry["versioned"],
            columns=tuple(ColumnDefinition(**column) for column in entry["columns"]),
        )
    return definitions


def table(name: str) -> TableDefinition:
    """Return one table of the schema.

    :raises KeyError: for a name that the schema does not have, which is a mistake of ours.
    """
    return tables()[name]


def indexes(name: str, *, on_server: bool) -> Mapping[str, tuple[str, ...]]:
    """Return the indexes of a table beside those of its key and its shapes: name → columns.

    Source: ``resources/schema/indexes.json``.
    """
    stored = load_json("schema/indexes.json")
    listed = [*stored["everywhere"].get(name, ()), *(stored["on_a_server"].get(name, ()) if on_server else ())]
    return {"_".join([name, *columns]): tuple(columns) for columns in listed}


def scheme_column(key: str) -> str:
    """Return the unit-grid column that holds a scheme's assignment (``rg_<scheme>``).

    :raises WorkspaceError: ``scheme_key_malformed`` unless the key is a lower-case letter and up to six more of
        ``[a-z0-9_]`` (so that the column name fits a shapefile).
    """
    if not SCHEME_KEY.fullmatch(key):
        raise WorkspaceError("scheme_key_malformed", key=key)
    return f"rg_{key}"


def refuse_missing_columns(there: Mapping[str, Collection[str]], place: str) -> None:
    """Make sure that every table that is there has all its columns; one that is not there is left out elsewhere.

    :param there: names of columns by table.
    :raises WorkspaceError: ``workspace_columns_missing`` with the names of tables and columns.
    """
    missing = [
        f"{name}.{column}"
        for name, definition in tables().items()
        for column in definition.column_names
        if there.get(name) and column not in there[name]
    ]
    if missing:
        raise WorkspaceError("workspace_columns_missing", path=place, names=", ".join(missing))
