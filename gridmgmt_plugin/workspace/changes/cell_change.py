"""What follows when unit grids change: worked out once for every writer, and written in one transaction.

A save, an import, a repair, a drawing of new cells: each says which cells there are afterwards
(:class:`~.touched_cells.TouchedCells`) and under which codes. All else is known here: the code register and the
history, points and ledger items, responsibility grids, exemptions, the change log and the record to take it back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.stored import DRAFT
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.release.life import FROZEN
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.change_log import cell_lines, row_lines
from gridmgmt_plugin.workspace.changes.followers import following_points, void_exemptions
from gridmgmt_plugin.workspace.changes.gestures import Gesture
from gridmgmt_plugin.workspace.changes.grid_outlines import grid_notes, rebuilt_grids
from gridmgmt_plugin.workspace.changes.lineage import Causes, Lineage, closed_cells, lineage_of, settle_codes
from gridmgmt_plugin.workspace.changes.save_record import SaveRecord, write_record
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.schema import table
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

#: Which releases are about to be handed over: their packages are made, and each may be out already.
RELEASES_GOING_OUT = {"state": FROZEN}
_HISTORY = "unit_grid_history"


@dataclass(frozen=True, eq=False)
class CellChange:
    """A change of unit grids with everything that follows, not written yet.

    ``cells``: what is written to ``unit_grid``. ``register``, ``history``, ``grids``, ``points``, ``exemptions``:
    what is written to the other tables. ``lineage``: where the ground went. ``retired``, ``discarded``: codes that
    went out of use. ``notes``: what else a planner should know: exemptions that ended, responsibility
    grids that are unknown or fell apart.
    """

    cells: TableChange
    register: TableChange
    history: TableChange
    grids: TableChange
    points: tuple[TableChange, ...]
    exemptions: TableChange
    lineage: Lineage
    retired: tuple[str, ...]
    discarded: tuple[str, ...]
    notes: tuple[Message, ...]

    @property
    def parts(self) -> list[TableChange]:
        """Return the changes of all tables that have any, in the order in which they are written."""
        parts = (self.cells, self.register, self.history, self.grids, *self.points, self.exemptions)
        return [part for part in parts if part]

    @property
    def moved_points(self) -> int:
        """Return how many points and ledger items lie in another cell."""
        return sum(len(part.updated) for part in self.points)


@dataclass(frozen=True)
class Written:
    """What :func:`write_cells` wrote. ``tables``: names, in order. ``inserted``: row numbers of new cells, int64."""

    tables: tuple[str, ...]
    inserted: np.ndarray


def follow_cells(
    workspace: Workspace,
    touched: TouchedCells,
    store: RegisterStore,
    causes: Causes,
    act: Act,
    settled_points: Mapping[str, Collection[int]] | None = None,
    settled_grids: Collection[tuple[str, str]] = (),
) -> CellChange:
    """Work out what follows from a change of cells. Call it in the transaction that holds the tables it reads.

    :param touched: the cells before and after; their codes are final, and what the writer does not decide (state of
        new codes, the code that a new cell came from, its date) is filled in here.
    :param store: the register of unit grids, with every code of the change; codes that came in under a state of
        their own are claimed in it already.
    :param settled_points: table → row numbers of points whose cell the writer decides itself.
    :param settled_grids: scheme's column and code of responsibility grids that the writer makes or ends itself.
    :raises InputError: what the register says against a code.
    """
    register = store.register
    lineage = lineage_of(touched)
    _make_valid_what_goes_out(workspace, register, lineage.gone, act)
    closed = closed_cells(register, touched, lineage, workspace.info.precision_m)
    history = _history_change(touched, closed, lineage, causes)
    retired, discarded = settle_codes(register, lineage, causes, act.at, act.by)
    before, after, added, removed = store.rows()
    points = tuple(following_points(workspace, touched, lineage, settled_points))
    grids = rebuilt_grids(workspace, touched, settled_grids)
    exemptions = void_exemptions(workspace, lineage.ended)
    change = CellChange(
        cells=_cells(touched, lineage, store),
        register=TableChange("code_register", before=before, updated=after, inserted=added, deleted=removed),
        history=history,
        grids=grids,
        points=points,
        exemptions=exemptions,
        lineage=lineage,
        retired=retired,
        discarded=discarded,
        notes=(),
    )
    return _noted(change, grid_notes(workspace, touched, grids, settled_grids))


def _make_valid_what_goes_out(workspace: Workspace, register: CodeRegister, gone: Iterable[str], act: Act) -> None:
    """Make drafts valid that are gone and stand in a release that is about to be handed over.

    It may be out before this is stored: so the codes are retired with what came after them, and nobody gets their
    numbers, as if it had been out before.
    """
    drafts = sorted(code for code in gone if register.state(code) == DRAFT)
    numbers = workspace.read("release", ["number"], RELEASES_GOING_OUT, geometry=False)["number"].tolist()
    if drafts and numbers:
        told = {"layer": "unit_grid", "release_number": numbers, "row_key": drafts}
        going_out = workspace.read("release_item", ["row_key"], told, geometry=False)["row_key"]
        register.hand_over(sorted(set(going_out.tolist())), at=act.at, by=act.by)


def write_cells(
    transaction: Transaction,
    change: CellChange,
    act: Act,
    kinds: Sequence[str],
    *,
    otherwise: str,
    gestures: Sequence[Gesture] = (),
    final: Mapping[str, str] | None = None,
    beside: Sequence[TableChange] = (),
    recorded: Mapping[str, Any] | None = None,
) -> Written:
    """Write a change of cells, its lines of the change log, and the record from which it can be taken back.

    :param kinds: what the change is called when it is taken back: kinds of gestures or of a job.
    :param otherwise: under what the change log has what no gesture explains.
    :param gestures: the gestures that made it. ``final``: provisional code → code under which a cell is saved.
    :param beside: changes of other tables that belong to the same act; who makes them logs them where they are more
        than a consequence. ``recorded``: kept in the record beside them.
    :raises WorkspaceError: ``row_changed_meanwhile`` and what keeps the workspace from being written.
    """
    parts = [*change.parts, *(part for part in beside if part)]
    with transaction.together():
        numbers = [part.write(transaction) for part in parts]
        transaction.append("change_log", cell_lines(change.cells, gestures, final or {}, act, otherwise))
        if change.exemptions:
            transaction.append("change_log", row_lines(change.exemptions, act.gesture, act.at, act.by))
    if parts:
        main = change.cells if change.cells else parts[0]
        record = SaveRecord(main.table, tuple(kinds), main.rows, recorded or {})
        write_record(transaction, record, parts, numbers, act.at, act.by)
    inserted = dict(zip((part.table for part in parts), numbers)).get("unit_grid", np.empty(0, dtype=np.int64))
    tables = dict.fromkeys([*(part.table for part in parts), "change_log", "take_back"])
    return Written(tuple(tables), inserted)


def _history_change(touched: TouchedCells, closed: np.ndarray, lineage: Lineage, causes: Causes) -> TableChange:
    """Return the history of a change. ``closed``: int64, positions in ``before`` of the cells that it closes."""
    if len(closed) == 0:
        return TableChange(_HISTORY)
    rows, names = touched.before.take(closed), table(_HISTORY).column_names
    kept = {name: column for name, column in rows.columns.items() if name in names}
    heirs = [lineage.heirs.get(code, (code,)) for code in rows["code"]]
    history = Rows(kept, rows.geometry).with_columns(
        valid_to=[clock.today().isoformat()] * len(rows),
        successors=[",".join(codes) or None for codes in heirs],
        cause=[causes[code] for code in rows["code"]],
    )
    return TableChange(_HISTORY, inserted=history)


def _cells(touched: TouchedCells, lineage: Lineage, store: RegisterStore) -> TableChange:
    """Return what is written to ``unit_grid``."""
    register = store.register
    before, after = touched.before.take(touched.changed), touched.after.take(touched.now(touched.changed))
    born = set(lineage.born)
    # A state is not set in a form: it comes with the code, and with the handover of a package.
    states = [register.state(c) if c in born else state for c, state in zip(after["code"], before["state"])]
    after = after.with_columns(state=states)
    other = {name: before.differs(name, after) for name in after.columns if name != "row_version"}
    columns = [name for name, mask in other.items() if mask.any()]
    moved = np.isin(touched.changed, touched.reshaped)
    kept = np.flatnonzero(np.logical_or.reduce([moved, *other.values()]))
    updated = Rows(
        {**{name: after[name][kept] for name in columns}, "row_version": before["row_version"][kept]},
        after.shapes[kept] if moved.any() else None,
        before.fids[kept],
    )
    return TableChange(
        "unit_grid",
        before=before.take(kept),
        updated=updated,
        deleted=touched.before.take(touched.removed),
        inserted=_new_rows(touched, lineage, store),
    )


def _new_rows(touched: TouchedCells, lineage: Lineage, store: RegisterStore) -> Rows:
    """Return new cells as they are inserted: with state, date, and the code that they came from."""
    new = touched.after.take(touched.added)
    parents: dict[str, str] = {}
    for parent, heirs in lineage.heirs.items():
        for heir in heirs:
            parents.setdefault(heir, parent)
    columns: dict[str, Any] = {name: column for name, column in new.columns.items() if name != "row_version"}
    columns["state"] = as_column(store.register.state(code) for code in new["code"])
    columns["valid_from"] = as_column(day or clock.today().isoformat() for day in new["valid_from"])
    columns["prior_code"] = as_column(
        named or parents.get(code) for named, code in zip(new["prior_code"], new["code"])
    )
    return Rows(columns, new.geometry)


def _noted(change: CellChange, grids: Sequence[Message]) -> CellChange:
    notes = []
    if change.exemptions:
        notes.append(Message("save_exemptions_void", {"count": len(change.exemptions.deleted)}))
    return replace(change, notes=(*notes, *grids))
