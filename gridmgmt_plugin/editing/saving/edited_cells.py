"""The cells that a save is about, and those around them: as they are stored, and as the edits leave them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import Cells
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.gestures.buffer import PendingEdits
from gridmgmt_plugin.editing.saving.foreseen import of_cells
from gridmgmt_plugin.workspace.changes.outlines import AreaOutlines
from gridmgmt_plugin.workspace.changes.row_reading import Bounds, joined_rows, places_of, read_around, read_numbered
from gridmgmt_plugin.workspace.changes.touched_cells import REACH_M, TouchedCells
from gridmgmt_plugin.workspace.workspace import Workspace

_AREA_DIGITS = 3


def touched_cells(workspace: Workspace, pending: PendingEdits) -> TouchedCells:
    """Read the stored cells that the edits concern and all around them, and carry the edits out on these rows."""
    workspace.read_ahead(of_cells(pending))
    stored = read_numbered(workspace, "unit_grid", pending.stored_rows)
    missing = len(set(pending.stored_rows) - set(stored.fids.tolist()))
    pending = _but_as_stored(pending, stored)
    renamed = (fid for fid, values in pending.values.items() if {"code", "area_code"} & values.keys())
    moving = {*pending.shapes, *pending.deleted, *renamed}
    drawn = [fid in moving for fid in stored.fids.tolist()]
    new_shapes = [*pending.shapes.values(), *(row.geometry for row in pending.added)]
    shapes = np.concatenate([stored.shapes[np.array(drawn, dtype=bool)], as_column(new_shapes)])
    places = tuple(places_of(shapes, REACH_M))
    around = read_around(workspace, "unit_grid", places) if places else stored.take(np.empty(0, dtype=np.int64))
    before = joined_rows([around, stored.take(~np.isin(stored.fids, around.fids))])
    return _carried_out(before, pending, places, missing)


def as_cells(rows: Rows, areas: tuple[str, ...], outlines: AreaOutlines) -> Cells:
    """Return rows as cells for the checks; ``areas``: every area code that occurs, in the order of the groups."""
    index = {code: at for at, code in enumerate(areas)}
    group = np.array([index[code or ""] for code in rows["area_code"]], dtype=np.int64)
    known = outlines.of(areas)
    return Cells(rows.shapes, group, {index[code]: shape for code, shape in known.items()})


def _but_as_stored(pending: PendingEdits, stored: Rows) -> PendingEdits:
    """Return the edits without values and outlines that the rows have anyway: there and back is no edit."""
    place = {fid: at for at, fid in enumerate(stored.fids.tolist())}
    values = {
        fid: {name: new for name, new in typed.items() if _is_other(stored, name, place.get(fid), new)}
        for fid, typed in pending.values.items()
    }
    drawn = [fid for fid in pending.shapes if fid in place]
    old = stored.shapes[[place[fid] for fid in drawn]]
    new = as_column(pending.shapes[fid] for fid in drawn)
    same = shapely.equals_exact(shapely.normalize(old), shapely.normalize(new), 0.0)
    as_it_was = {fid for fid, is_same in zip(drawn, same) if is_same}
    return replace(
        pending,
        values={fid: typed for fid, typed in values.items() if typed},
        shapes={fid: shape for fid, shape in pending.shapes.items() if fid not in as_it_was},
    )


def _is_other(stored: Rows, name: str, at: int | None, value: Any) -> bool:
    return at is None or name not in stored or bool(stored[name][at] != value)


def _carried_out(before: Rows, pending: PendingEdits, places: tuple[Bounds, ...], missing: int) -> TouchedCells:
    fids = before.fids.tolist()
    gone = set(pending.deleted)
    removed = np.array([at for at, fid in enumerate(fids) if fid in gone], dtype=np.int64)
    reshaped = np.array([at for at, fid in enumerate(fids) if fid in pending.shapes], dtype=np.int64)
    changed = [at for at, fid in enumerate(fids) if fid in pending.shapes or fid in pending.values]
    columns = {name: column.copy() for name, column in before.columns.items()}
    geometry = before.shapes.copy()
    for at in changed:
        for name, value in pending.values.get(fids[at], {}).items():
            if name in columns:
                columns[name][at] = value
    for at in reshaped.tolist():
        geometry[at] = pending.shapes[fids[at]]
    not_taken = 0
    for at in changed:
        if fids[at] in pending.shapes or "area_m2" in pending.values.get(fids[at], {}):
            given, columns["area_m2"][at] = columns["area_m2"][at], _area_m2(geometry[at])
            not_taken += fids[at] not in pending.shapes and given != columns["area_m2"][at]
    regrouped = [at for at in changed if columns["area_code"][at] != before["area_code"][at]]
    stays = np.setdiff1d(np.arange(len(before)), removed)
    kept = Rows(columns, geometry, before.fids).take(stays)
    after = joined_rows([kept, _added(before, pending)])
    return TouchedCells(
        before=before,
        after=after,
        origin=np.concatenate([stays, np.full(len(pending.added), -1)]).astype(np.int64),
        changed=np.array(changed, dtype=np.int64),
        reshaped=reshaped,
        regrouped=np.array(regrouped, dtype=np.int64),
        removed=removed,
        added=np.arange(len(kept), len(after), dtype=np.int64),
        places=places,
        missing=missing,
        not_taken=not_taken,
    )


def _added(before: Rows, pending: PendingEdits) -> Rows:
    columns = {name: as_column(row.values.get(name) for row in pending.added) for name in before.columns}
    columns["area_m2"] = as_column(_area_m2(row.geometry) for row in pending.added)
    geometry = as_column(row.geometry for row in pending.added)
    return Rows(columns, geometry, np.array([row.fid for row in pending.added], dtype=np.int64))


def _area_m2(geometry: shapely.Geometry | None) -> float | None:
    return None if geometry is None else round(float(shapely.area(geometry)), _AREA_DIGITS)
