"""A package is of one state of the workspace: what somebody changed meanwhile stops it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.release.frozen import shapes_to_wkb
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

# What is delivered; a change in one of them by somebody else makes a package out of date before it is out.
DELIVERED = (
    "area",
    "unit_grid",
    "responsibility_grid",
    "lane",
    "duty_zone",
    "department",
    "person",
    "post",
    "duty_rule",
    "ownership_ruling",
    "code_map",
    "external_code",
)


def refuse_another_state(workspace: Workspace, transaction: Transaction, read: Mapping[str, Rows]) -> None:
    """Refuse to hand over what somebody has changed since it was read, and let nobody change it until all is written.

    :raises WorkspaceError: ``package_workspace_changed``, naming the table.
    """
    transaction.hold(*DELIVERED)
    for name in DELIVERED:
        if not _same(read[name], workspace.read(name)):
            raise WorkspaceError("package_workspace_changed", table=name)


def _same(before: Rows, now: Rows) -> bool:
    if list(before.columns) != list(now.columns) or len(before) != len(now):
        return False
    if not np.array_equal(before.fids, now.fids):
        return False
    if any(before[name].tolist() != now[name].tolist() for name in before.columns):
        return False
    return _bodies(before) == _bodies(now)


def _bodies(rows: Rows) -> Iterable[bytes | None]:
    return [] if rows.geometry is None else shapes_to_wkb(rows.geometry)
