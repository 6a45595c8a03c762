"""The same workspace once more, in another place: what a file holds, written into a database."""

from __future__ import annotations

from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace

_OF_THE_WORKSPACE_ITSELF = ("workspace_info", "change_log")


def copy_workspace(source: Workspace, target: PostgresLocation) -> Workspace:
    """Make a workspace at ``target`` with every row of ``source``; return it."""
    with Workspace.create(target, source.info) as (_, transaction):
        for name, definition in tables().items():
            rows = source.read(name)
            for column in rows.columns:
                if column.startswith("rg_"):
                    transaction.add_column(name, column, "text")
            if name not in _OF_THE_WORKSPACE_ITSELF and len(rows):
                kept = {key: values for key, values in rows.columns.items() if key not in ("fid", "row_version")}
                transaction.insert(name, type(rows)(kept, rows.geometry if definition.geometry else None))
    return Workspace.open(target)
