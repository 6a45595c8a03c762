"""A package is of one state of the workspace: what somebody changed meanwhile comes after it, or stops it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from gridmgmt_plugin.core.codes.stored import VALID
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.release.frozen import shapes_to_wkb
from gridmgmt_plugin.core.rows import Rows, as_column, differs
from gridmgmt_plugin.workspace.changes.table_change import GEOMETRY
from gridmgmt_plugin.workspace.schema import table as definition_of
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


# Of what people draw on all the time it is enough that the hand-over may still come before their saves: what of a row
# must be as it was read for its code to become valid now. A code that was valid then asks for nothing: a save treats
# it after the hand-over as before.
_BINDING = {"unit_grid": ("code", "area_code", "state", GEOMETRY), "responsibility_grid": ("code", "scheme", "state")}


def refuse_another_state(workspace: Workspace, transaction: Transaction, read: Mapping[str, Rows]) -> int:
    """Refuse to hand over what somebody has changed since it was read, and let nobody change it until all is written.

    Unit grids and responsibility grids may have been changed, as long as the hand-over could have come before: no
    code that it makes valid is gone, or lies elsewhere. Return how many of them are not as they were read.

    :raises WorkspaceError: ``package_workspace_changed``, naming the table.
    """
    transaction.hold(*DELIVERED)
    changed = 0
    for name in DELIVERED:
        before, now = read[name], workspace.read(name)
        if _same(before, now):
            continue
        if name not in _BINDING or not _may_come_first(before, now, _BINDING[name]):
            definition = definition_of(name)
            raise WorkspaceError("package_workspace_changed", table=definition.zh, table_en=definition.en)
        changed += _changed(before, now)
    return changed


def _may_come_first(before: Rows, now: Rows, binding: Iterable[str]) -> bool:
    """Tell whether every code that was not valid yet is where it was."""
    drafts = before.take(before["state"] != VALID)
    there = np.isin(drafts.fids, now.fids)
    if not there.all():
        return False
    kept = now.take(np.searchsorted(now.fids, drafts.fids))
    return not any(
        differs(_bodies(drafts), _bodies(kept)).any() if name == GEOMETRY else differs(drafts[name], kept[name]).any()
        for name in binding
    )


def _changed(before: Rows, now: Rows) -> int:
    """Return how many rows are new, gone, or have another version."""
    kept = np.intersect1d(before.fids, now.fids)
    versions = (rows["row_version"][np.searchsorted(rows.fids, kept)] for rows in (before, now))
    return len(before) + len(now) - 2 * len(kept) + int(differs(*versions).sum())


def _same(before: Rows, now: Rows) -> bool:
    if list(before.columns) != list(now.columns) or len(before) != len(now):
        return False
    if not np.array_equal(before.fids, now.fids):
        return False
    if any(before[name].tolist() != now[name].tolist() for name in before.columns):
        return False
    return not differs(_bodies(before), _bodies(now)).any()


def _bodies(rows: Rows) -> np.ndarray:
    return as_column([] if rows.geometry is None else shapes_to_wkb(rows.geometry))
