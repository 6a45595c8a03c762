"""What a long computation was based on must still be so when its result is written."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows, differs
from gridmgmt_plugin.workspace.changes.row_reading import read_numbered
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace


def is_unchanged(workspace: Workspace, table: str, read: Rows) -> bool:
    """Tell whether a table still has the rows that were read, with the versions that they had (``row_version``); in a
    table without versions with the values that were read.
    """
    names = ["row_version"] if definition_of(table).versioned else list(read.columns)
    now = workspace.read(table, names, geometry=False)
    return np.array_equal(now.fids, read.fids) and not any(differs(now[name], read[name]).any() for name in names)


def refuse_changed(workspace: Workspace, transaction: Transaction, table: str, read: Rows) -> None:
    """Do nothing when a table still has the rows that were read, and keep it so until the transaction ends.

    :param read: all rows of the table as they were read, with ``row_version`` where the table has it.
    :raises WorkspaceError: ``row_changed_meanwhile`` when a row was added, removed or changed since,
        ``workspace_table_held`` when somebody is writing to the table.
    """
    transaction.hold(table)
    if not is_unchanged(workspace, table, read):
        raise row_changed(table)


def refuse_changed_rows(workspace: Workspace, transaction: Transaction, table: str, read: Rows) -> None:
    """Do nothing when some rows of a table still have the values that were read, and keep it so until the
    transaction ends. For columns that follow from other tables: versions do not tell of them.

    :param read: the rows, ascending by number; their columns are compared, their geometry is not.
    :raises WorkspaceError: as :func:`refuse_changed`.
    """
    transaction.hold(table)
    now = read_numbered(workspace, table, read.fids.tolist(), list(read.columns))
    if not np.array_equal(now.fids, read.fids) or any(differs(now[name], read[name]).any() for name in read.columns):
        raise row_changed(table)


def row_changed(table: str) -> WorkspaceError:
    """Return what is told of a table in which somebody changed what a job had read."""
    titles = definition_of(table)
    return WorkspaceError("row_changed_meanwhile", table=titles.zh, table_en=titles.en)
