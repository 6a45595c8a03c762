"""Write cells that were drawn: what is the same stays, what is new is coded, all else follows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.stored import DRAFT
from gridmgmt_plugin.core.geometry.parts import as_multi
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.unit_grids.new_rows import coded_unit_grids
from gridmgmt_plugin.jobs.unit_grids.drawing_scope import DrawingScope, refuse_changed_around
from gridmgmt_plugin.jobs.unit_grids.fresh_cells import FreshCells
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.cell_change import CellChange, follow_cells, write_cells
from gridmgmt_plugin.workspace.changes.grid_outlines import scheme_columns
from gridmgmt_plugin.workspace.changes.lineage import Causes
from gridmgmt_plugin.workspace.changes.successors import taken_over
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.changes.touched_cells import compared_cells
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "generate_unit_grids"
# Whoever answers for ground goes on to do so when its cells are drawn anew.
_ANSWERING = ("responsible_code", "fallback_code")


@dataclass(frozen=True)
class StoredCells:
    """``rows``: the new unit grids. ``kept``: how many were the same before. ``change``: all that was written."""

    rows: Rows
    kept: int
    change: CellChange

    def notes(self) -> tuple[Message, ...]:
        """Return what a planner should know of cells that were there before."""
        notes = []
        if self.kept:
            notes.append(Message("cells_kept_unchanged", {"count": self.kept}))
        gone = len(self.change.cells.deleted)
        if gone:
            notes.append(Message("cells_codes_withdrawn", {"count": gone}))
        if self.change.moved_points:
            moved = {part.table: len(part.updated) for part in self.change.points}
            numbers = {"components": moved["component"], "cases": moved["cases"], "items": moved["ledger_item"]}
            notes.append(Message("cells_points_moved", numbers))
        return (*notes, *self.change.notes)


def give_back(register: CodeRegister, met: DrawingScope, kept: np.ndarray) -> None:
    """Free the numbers of drafts that give way, and keep off those of cells that stay, registered or not.

    :param kept: int64, rows of ``met.present`` that give way by name only: the same cell is drawn again.
    """
    going = met.going.copy()
    going[kept] = False
    codes = met.present["code"]
    register.discard([code for code in codes[going] if code is not None and register.state(code) == DRAFT])
    register.keep_off({*codes[~going]} - {None})


def store_drawn(
    workspace: Workspace, met: DrawingScope, fresh: FreshCells, author: str, progress: Progress
) -> StoredCells:
    """Write the cells, and the areas' outlines with their vertices, in one transaction.

    A cell that was there with the same outline stays with its code and everything that it has. The others of the
    scope give way: history, points, responsibility grids and exemptions follow, and all of it can be taken back.

    :raises WorkspaceError: ``row_changed_meanwhile`` and what keeps the workspace from being written.
    """
    act, partition = Act.now(GESTURE, author), fresh.partition
    same = _same_as_before(fresh, met)
    new = np.flatnonzero(same < 0)
    kept = same[same >= 0]
    with workspace.transaction(author, GESTURE) as transaction:
        refuse_changed_around(workspace, transaction, met)
        transaction.hold("code_register")
        store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid")
        mark = store.register.mark()
        give_back(store.register, met, kept)
        rows = coded_unit_grids(
            partition.geometry[new],
            fresh.ground.codes[partition.area_index[new]],
            store.register,
            author,
            act.at,
            grid_kind=partition.kind[new],
            land_use=partition.land_use[new],
            grade=partition.grade[new],
        )
        store.register.rewind(mark)
        rows = _inheriting(rows, met)
        touched = compared_cells(met.present, *_after(rows, met, kept))
        change = follow_cells(workspace, touched, store, Causes({}, GESTURE), act)
        beside = [] if fresh.outlines is None else [_outline_change(met, fresh)]
        write_cells(transaction, change, act, (GESTURE,), otherwise=GESTURE, beside=beside)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    return StoredCells(rows, len(kept), change)


def _same_as_before(fresh: FreshCells, met: DrawingScope) -> np.ndarray:
    """Return the row of ``met.present`` that gives way to a cell of the same area and outline, −1 for none: int64."""
    going = np.flatnonzero(met.going & ~shapely.is_missing(met.present.shapes))
    before = zip(met.present["area_code"][going], _outline_keys(met.present.shapes[going]))
    row_of = dict(zip(before, going.tolist()))
    now = zip(fresh.ground.codes[fresh.partition.area_index], _outline_keys(fresh.partition.geometry))
    return np.array([row_of.get(key, -1) for key in now], dtype=np.int64)


def _outline_keys(geometry: np.ndarray) -> list[bytes]:
    return list(shapely.to_wkb(shapely.normalize(geometry)))


def _inheriting(rows: Rows, met: DrawingScope) -> Rows:
    """Return the new rows with the responsibility grids and departments of most of their ground."""
    old = met.present.take(met.going)
    if len(old) == 0 or len(rows) == 0:
        return rows
    names = [name for name in (*scheme_columns(old), *_ANSWERING) if name in old]
    return rows.with_columns(**taken_over(rows.shapes, old, names))


def _after(rows: Rows, met: DrawingScope, kept: np.ndarray) -> tuple[Rows, np.ndarray]:
    """Return all unit grids in and around the scope as they are afterwards, and the row that each was, −1 for new."""
    staying = np.concatenate([np.flatnonzero(~met.going), kept])
    columns = {
        name: np.concatenate([met.present[name][staying], column])
        for name, column in rows.columns.items()
        if name in met.present
    }
    geometry = np.concatenate([met.present.shapes[staying], rows.shapes])
    return Rows(columns, geometry), np.concatenate([staying, np.full(len(rows), -1)])


def _outline_change(met: DrawingScope, fresh: FreshCells) -> TableChange:
    after = _outlines(met, fresh)
    place = {fid: row for row, fid in enumerate(met.areas.fids.tolist())}
    before = met.areas.take([place[fid] for fid in after.fids.tolist()])
    one, two = (shapely.normalize(as_multi(rows.shapes)) for rows in (before, after))
    same = shapely.equals_exact(one, two, 0.0)
    before, after = before.take(~same), after.take(~same)
    return TableChange("area", before=before, updated=after.with_columns(row_version=before["row_version"]))


def _outlines(met: DrawingScope, fresh: FreshCells) -> Rows:
    """Return row numbers and new outlines of the areas of the scope, so that they have the vertices of their cells.

    An area that consists of others is their union, unless its own boundary is another one (a clash, told already).
    """
    areas, ground, drawn = met.areas, fresh.ground, fresh.outlines
    assert drawn is not None
    finest = ground.row[~ground.rest].tolist()
    fids, shapes = areas.fids[finest].tolist(), drawn[~ground.rest].tolist()
    codes = ground.codes.astype(str)
    upper = np.setdiff1d(np.flatnonzero(met.scope.holds(areas["code"].tolist())), finest)
    for row in upper.tolist():
        members = np.flatnonzero(np.char.startswith(codes, areas["code"][row]))
        union = shapely.union_all(drawn[members])
        differing_m2 = shapely.area(shapely.symmetric_difference(union, areas.shapes[row]))
        if differing_m2 < 0.002 * shapely.length(union) + 0.01:
            fids.append(areas.fids[row])
            shapes.append(union)
    return Rows({}, as_column(shapes), np.array(fids, dtype=np.int64))
