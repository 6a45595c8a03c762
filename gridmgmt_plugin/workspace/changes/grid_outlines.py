"""Responsibility grids derived from their unit grids: outline, count and area."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import shapely

from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.responsibility.outlines import summed_grids
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.changes.row_reading import joined_rows, read_any
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells
from gridmgmt_plugin.workspace.reads.asked import Asked, asked
from gridmgmt_plugin.workspace.workspace import Workspace

_SCHEME_PREFIX = "rg_"
# More codes than this are not named one by one.
_MANY = 5_000


def scheme_columns(units: Rows) -> list[str]:
    """Return the columns of unit grids that hold assignments to responsibility grids."""
    return [name for name in units.columns if name.startswith(_SCHEME_PREFIX)]


def rebuilt_grids(
    workspace: Workspace, touched: TouchedCells, settled: Collection[tuple[str, str]] = ()
) -> TableChange:
    """Return the responsibility grids whose cells were touched, with outline, count and area derived again.

    :param settled: scheme's column and code of grids that the writer makes or ends himself.
    """
    parts = [_rebuilt(workspace, touched, column, settled) for column in scheme_columns(touched.before)]
    parts = [part for part in parts if len(part[0])]
    if not parts:
        return TableChange("responsibility_grid")
    before, updated = (joined_rows(rows) for rows in zip(*parts))
    before, updated = (rows.take(np.argsort(rows.fids)) for rows in (before, updated))
    return TableChange("responsibility_grid", before=before, updated=updated, derived=True)


def grid_notes(
    workspace: Workspace, touched: TouchedCells, rebuilt: TableChange, settled: Collection[tuple[str, str]] = ()
) -> list[Message]:
    """Return what to tell about responsibility grids: codes that no grid has, grids that fell apart."""
    columns = scheme_columns(touched.before)
    unknown = sorted({code for name in columns for code in _unknown(workspace, touched, name, settled)})
    notes = [Message("save_grids_unknown", {"codes": listing(unknown)})] if unknown else []
    if rebuilt.updated.geometry is not None and rebuilt.before.geometry is not None:
        parts = [shapely.get_num_geometries(rows.geometry) for rows in (rebuilt.before, rebuilt.updated)]
        torn = rebuilt.before["code"][parts[1] > np.maximum(parts[0], 1)]
        if len(torn):
            notes.append(Message("save_grids_in_parts", {"codes": listing(sorted(torn))}))
    return notes


def _unknown(
    workspace: Workspace, touched: TouchedCells, column: str, settled: Collection[tuple[str, str]]
) -> set[str]:
    """Return codes that cells got in a scheme without there being such a grid."""
    old, new = touched.before[column][touched.changed], touched.after[column][touched.now(touched.changed)]
    given = {two for one, two in zip(old, new) if one != two} | set(touched.after[column][touched.added])
    named = sorted(code for code in given - {None, *touched.before[column]} if (column, code) not in settled)
    if not named:
        return set()
    return set(named) - set(
        read_any(workspace, "responsibility_grid", "code", named, ["code"], geometry=False)["code"]
    )


def grids_asked(column: str, codes: Sequence[str]) -> Asked:
    """Return the read of responsibility grids, maybe of more, of the scheme that has this column."""
    scheme = {"scheme": column[len(_SCHEME_PREFIX) :]}
    return asked("responsibility_grid", None, {**scheme, "code": list(codes)} if len(codes) < _MANY else scheme)


def _rebuilt(
    workspace: Workspace, touched: TouchedCells, column: str, settled: Collection[tuple[str, str]]
) -> tuple[Rows, Rows]:
    """Return the responsibility grids of one scheme that a change concerns: as they are stored, and derived again as
    rows to update.
    """
    concerned = sorted(code for code in grids_concerned(touched, column) if (column, code) not in settled)
    if not concerned:
        return Rows(), Rows()
    (stored,) = workspace.read_together([grids_asked(column, concerned)])
    stored = stored.take(np.isin(stored["code"], concerned))
    if not len(stored):  # the column of a new scheme may not be stored yet
        return Rows(), Rows()
    members = read_any(workspace, "unit_grid", column, sorted(stored["code"].tolist()), [column])
    others = members.take(~np.isin(members.fids, touched.before.fids[touched.mine_before]))
    mine = touched.after.take(touched.mine_after)
    units = joined_rows([others, Rows({column: mine[column]}, mine.geometry, mine.fid)])
    summed = summed_grids(units.shapes, units[column], stored["code"].tolist())
    columns = {"unit_count": summed.unit_count, "area_m2": summed.area_m2}
    return stored, Rows(columns, summed.outline, stored.fid)


def grids_concerned(touched: TouchedCells, column: str) -> set[str]:
    """Return the grids of one scheme whose outline, count or area may differ after the change."""
    before, after = touched.before[column], touched.after[column]
    found = {*before[touched.ground_before], *after[touched.ground_after]}
    moved = [
        code
        for old, new in zip(before[touched.changed], after[touched.now(touched.changed)])
        if old != new
        for code in (old, new)
    ]
    return {code for code in {*found, *moved} if code is not None}
