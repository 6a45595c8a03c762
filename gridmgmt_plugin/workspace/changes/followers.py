"""What hangs on cells and follows them: points and ledger items, exemptions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.finite import xy_of_points
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.unit_grids.relocated_points import relocated_points
from gridmgmt_plugin.workspace.changes.lineage import Lineage
from gridmgmt_plugin.workspace.changes.row_reading import Bounds, joined_rows, read_any, read_around
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells
from gridmgmt_plugin.workspace.workspace import Workspace

#: Tables whose rows lie in a unit grid, and what their rows are known by.
POINT_TABLES: Mapping[str, tuple[str, ...]] = {
    "component": ("code",),
    "cases": ("id",),
    "ledger_item": ("ledger", "key"),
}


def following_points(
    workspace: Workspace,
    touched: TouchedCells,
    lineage: Lineage,
    settled: Mapping[str, Collection[int]] | None = None,
    places: Iterable[Bounds] = (),
) -> list[TableChange]:
    """Return the points that lie in another cell after the change, table by table.

    What has no place of its own but names a cell that is no more follows to the cell with most of its ground.

    :param settled: table → row numbers whose cell somebody else decides.
    :param places: more rectangles to look in, beside those that the change touches.
    """
    return [
        _following(
            workspace, touched, lineage, table, set((settled or {}).get(table, ())), [*touched.places, *places]
        )
        for table in POINT_TABLES
    ]


def void_exemptions(workspace: Workspace, codes: Iterable[str]) -> TableChange:
    """Return the exemptions of cells or grids that are no more: their numbers may name others one day."""
    gone = set(codes)
    if not gone:
        return TableChange("exemption")
    rows = workspace.read("exemption", geometry=False)
    void = [bool(gone & set(str(key).split("|"))) for key in rows["object_key"]]
    return TableChange("exemption", deleted=rows.take(np.array(void, dtype=bool)))


def _following(
    workspace: Workspace,
    touched: TouchedCells,
    lineage: Lineage,
    table: str,
    settled: set[int],
    places: list[Bounds],
) -> TableChange:
    columns = [*POINT_TABLES[table], "unit_grid"]
    near = read_around(workspace, table, places, columns) if places else Rows()
    parts = [_moved(near, touched)] if len(near) else []
    if lineage.ended and not workspace.all_placed(table):
        parts.append(_without_place(workspace, table, columns, lineage))
    parts = [part.take(~np.isin(part.fids, sorted(settled))) for part in parts]
    parts = [part for part in parts if len(part)]
    if not parts:
        return TableChange(table)
    rows = joined_rows(parts)
    rows = rows.take(np.argsort(rows.fids))
    after = Rows({"unit_grid": rows["_after"]}, None, rows.fid)
    before = Rows({name: rows[name] for name in columns}, None, rows.fid)
    return TableChange(table, before=before, updated=after, derived=True)


def _moved(rows: Rows, touched: TouchedCells) -> Rows:
    """Return the rows that lie in another cell now, with its code as ``_after``."""
    spots = shapely.point_on_surface(rows.shapes)
    found = relocated_points(
        *xy_of_points(spots),
        rows["unit_grid"],
        touched.after.shapes,
        touched.after["code"],
        touched.mine_after,
        {code for code in touched.before["code"][touched.mine_before] if code is not None},
    )
    return rows.with_columns(_after=found.codes).take(found.moving).with_geometry(None)


def _without_place(workspace: Workspace, table: str, columns: list[str], lineage: Lineage) -> Rows:
    rows = read_any(workspace, table, "unit_grid", sorted(lineage.ended), columns)
    rows = rows.take(shapely.is_missing(rows.shapes) | shapely.is_empty(rows.shapes)).with_geometry(None)
    heirs = [(lineage.heirs.get(code) or (None,))[0] for code in rows["unit_grid"]]
    return rows.with_columns(_after=as_column(heirs))
