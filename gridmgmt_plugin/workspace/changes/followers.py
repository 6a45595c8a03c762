"""What hangs on cells and follows them at the save: points, responsibility grids, exemptions."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely

from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.changes.row_reading import joined_rows, read_any, read_around, read_numbered
from gridmgmt_plugin.workspace.changes.successors import rebuilt_of_scheme, scheme_columns
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells
from gridmgmt_plugin.workspace.workspace import Workspace

_KEYS = {"component": ["code"], "cases": ["id"], "ledger_item": ["ledger", "key"]}


def moved_points(workspace: Workspace, touched: TouchedCells, places: Iterable[tuple] = ()) -> list[TableChange]:
    """Return the points that lie in another cell after the edits.

    Only points on ground of touched cells are looked at, so that what was odd elsewhere stays as somebody left it.

    :param places: more rectangles to look in, beside those that the edits touch.
    """
    where = [*touched.places, *places]
    mine = np.concatenate([touched.changed, touched.removed])
    codes_before = {code for code in touched.before["code"][mine] if code is not None}
    own = set(np.concatenate([touched.now(touched.changed), touched.added]).tolist())
    cells, codes = touched.after.geometry, touched.after["code"]
    changes = []
    for table, key in _KEYS.items():
        rows = read_around(workspace, table, where, [*key, "unit_grid"])
        if len(rows) == 0:
            continue
        assert rows.geometry is not None
        spots = shapely.point_on_surface(rows.geometry)
        cell = locate_points(shapely.get_x(spots), shapely.get_y(spots), cells, codes)
        after = np.append(codes, as_column([None]))[cell]
        pairs = zip(cell.tolist(), rows["unit_grid"], after)
        follows = [(at in own or old in codes_before) and old != new for at, old, new in pairs]
        moving = np.array(follows, dtype=bool)
        before = rows.take(moving).with_geometry(None)
        updated = Rows({"unit_grid": after[moving]}, None, before.fid)
        changes.append(TableChange(table, before=before, updated=updated, derived=True))
    return changes


def rebuilt_grids(workspace: Workspace, touched: TouchedCells) -> TableChange:
    """Return the responsibility grids whose cells were touched, with outline, count and area derived again."""
    parts = [_rebuilt(workspace, touched, column) for column in scheme_columns(touched.before)]
    parts = [part for part in parts if len(part)]
    if not parts:
        return TableChange("responsibility_grid")
    updated = joined_rows(parts)
    assert updated.fid is not None
    updated = updated.take(np.argsort(updated.fid))
    before = read_numbered(workspace, "responsibility_grid", updated.fid.tolist())
    return TableChange("responsibility_grid", before=before, updated=updated, derived=True)


def grid_notes(workspace: Workspace, touched: TouchedCells, rebuilt: TableChange) -> list[Message]:
    """Return what to tell about responsibility grids: codes that no grid has, grids that fell apart."""
    unknown = sorted(
        {code for column in scheme_columns(touched.before) for code in _unknown(workspace, touched, column)}
    )
    notes = [Message("save_grids_unknown", {"codes": listing(unknown)})] if unknown else []
    if rebuilt.updated.geometry is not None and rebuilt.before.geometry is not None:
        parts = [shapely.get_num_geometries(rows.geometry) for rows in (rebuilt.before, rebuilt.updated)]
        torn = rebuilt.before["code"][parts[1] > np.maximum(parts[0], 1)]
        if len(torn):
            notes.append(Message("save_grids_in_parts", {"codes": listing(sorted(torn))}))
    return notes


def _unknown(workspace: Workspace, touched: TouchedCells, column: str) -> set[str]:
    """Return codes that cells got in a scheme without there being such a grid."""
    old, new = touched.before[column][touched.changed], touched.after[column][touched.now(touched.changed)]
    given = {two for one, two in zip(old, new) if one != two} | set(touched.after[column][touched.added])
    named = sorted(given - {None, *touched.before[column]})
    if not named:
        return set()
    return set(named) - set(
        read_any(workspace, "responsibility_grid", "code", named, ["code"], geometry=False)["code"]
    )


def _rebuilt(workspace: Workspace, touched: TouchedCells, column: str) -> Rows:
    concerned = _concerned(touched, column)
    wanted = sorted(concerned)
    if not wanted:
        return Rows()
    members = read_any(workspace, "unit_grid", column, wanted, [column])
    assert members.fid is not None
    assert touched.before.fid is not None
    stored_here = touched.before.fid[np.concatenate([touched.changed, touched.removed])]
    others = members.take(~np.isin(members.fid, stored_here))
    now = np.concatenate([touched.now(touched.changed), touched.added])
    mine = touched.after.take(now)
    units = joined_rows([others, Rows({column: mine[column]}, mine.geometry, mine.fid)])
    return rebuilt_of_scheme(workspace, units, wanted, column)


def _concerned(touched: TouchedCells, column: str) -> set[str]:
    """Return the grids of one scheme whose outline, count or area may differ after the edits."""
    before, after = touched.before[column], touched.after[column]
    found = {*before[touched.ground_before], *after[touched.ground_after]}
    moved = [
        code
        for old, new in zip(before[touched.changed], after[touched.now(touched.changed)])
        if old != new
        for code in (old, new)
    ]
    return {code for code in {*found, *moved} if code is not None}


def void_exemptions(workspace: Workspace, codes: Iterable[str]) -> TableChange:
    """Return the exemptions of cells that are no more: their numbers may name other cells one day."""
    gone = set(codes)
    if not gone:
        return TableChange("exemption")
    rows = workspace.read("exemption", geometry=False)
    void = [bool(gone & set(str(key).split("|"))) for key in rows["object_key"]]
    return TableChange("exemption", deleted=rows.take(np.array(void, dtype=bool)))
