"""Fix issues of a workspace: worked out and shown first, then written in one transaction that can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import shapely

from gridmgmt_plugin.core import columns
from gridmgmt_plugin.core.codes.stored import VALID
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.validation.fix_attempt import CAUSE, FaultRef
from gridmgmt_plugin.core.validation.fixing import FixedTables, fix_tables
from gridmgmt_plugin.jobs.checks.validate_workspace import (
    ValidationReport,
    checked_tables,
    report_of,
    validation_settings,
)
from gridmgmt_plugin.jobs.unchanged import refuse_changed
from gridmgmt_plugin.workspace.changes.change_log import row_lines
from gridmgmt_plugin.workspace.changes.followers import void_exemptions
from gridmgmt_plugin.workspace.changes.save_record import SaveRecord, write_record
from gridmgmt_plugin.workspace.changes.successors import history_rows, rebuilt_outlines, scheme_columns
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.register_store import RegisterStore, now_text
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "fix_issues"


@dataclass(frozen=True)
class CellBalance:
    """What a fix does to one unit grid: the m² that it gains and loses, and whether it is new or no more."""

    code: str
    gained_m2: float
    lost_m2: float
    is_new: bool = False
    is_gone: bool = False


@dataclass(frozen=True, eq=False)
class FixPlan:
    """What fixing would do; nothing is written yet.

    ``cells``: the unit grids that change their outline, the largest change first. ``values``: how many single values
    change. ``refused``: issues that stay, with the reason. ``report``: what validation says afterwards.
    """

    fixed: tuple[FaultRef, ...]
    refused: tuple[tuple[FaultRef, Message], ...]
    cells: tuple[CellBalance, ...]
    values: int
    report: ValidationReport
    tables: Mapping[str, Rows]
    result: FixedTables
    store: RegisterStore


def plan_fixes(
    workspace: Workspace,
    wanted: Sequence[FaultRef],
    *,
    author: str = "",
    scheme: str | None = None,
    today: date | None = None,
    buildings: Rows | None = None,
    progress: Progress | None = None,
) -> FixPlan:
    """Work out how to fix issues, and check everything again.

    :param wanted: the issues, as a validation found them. ``scheme``, ``today``: as in that validation.
    :param buildings: the buildings that it was given, in the workspace's frame.
    :raises WorkspaceError: when the workspace cannot be read.
    """
    progress = progress or Progress()
    tables = checked_tables(workspace)
    if buildings is not None:
        tables["building"] = buildings
    store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid")
    settings = validation_settings(workspace.info, scheme, today or date.today())
    at = now_text()
    result = fix_tables(tables, settings, wanted, store.register, author, at, progress.part(0.1, 1.0))
    changes = {code: replace(_balance(result, code)) for code in {*result.gained_m2, *result.lost_m2}}
    cells = sorted(changes.values(), key=lambda cell: (-(cell.gained_m2 + cell.lost_m2), cell.code))
    values = sum((fix.table, fix.column) != ("unit_grid", "area_m2") for fix in result.values)
    values += sum(fix.column == "area_m2" and fix.row not in set(result.units.changed) for fix in result.values)
    return FixPlan(result.fixed, result.refused, tuple(cells), values, report_of(result.after), tables, result, store)


def _balance(result: FixedTables, code: str) -> CellBalance:
    fresh = set(result.units.added["code"]) if len(result.units.added) else set()
    gone = code in result.units.heirs
    return CellBalance(code, result.gained_m2.get(code, 0.0), result.lost_m2.get(code, 0.0), code in fresh, gone)


def write_fixes(workspace: Workspace, plan: FixPlan, author: str) -> Report:
    """Write what was planned: everything in one transaction, with the change log and a record to take it back.

    :raises WorkspaceError: ``row_changed_meanwhile`` when somebody changed a table since the plan, with nothing
        written.
    """
    at = now_text()
    changes = [change for change in _changes(workspace, plan) if change]
    touched = dict.fromkeys(change.table for change in changes if not change.derived)
    with workspace.transaction(author, GESTURE) as transaction:
        for table in [name for name in touched if "row_version" in plan.tables.get(name, Rows())]:
            refuse_changed(workspace, transaction, table, plan.tables[table])
        numbers = [change.write(transaction) for change in changes]
        for change in changes:
            if not change.derived and change.table not in ("code_register", "unit_grid_history"):
                transaction.insert("change_log", row_lines(change, GESTURE, at, author))
        if changes:
            main = changes[0]
            rows = len(main.updated) + len(main.deleted) + len(main.inserted)
            write_record(transaction, SaveRecord(main.table, (CAUSE,), rows), changes, numbers, at, author)
    figures = {"cells": len(plan.cells), "values": plan.values}
    reasons: dict[str, int] = {}
    for _, message in plan.refused:
        reasons[message.code] = reasons.get(message.code, 0) + 1
    return Report(GESTURE, len(plan.fixed), len(plan.refused), reasons, figures=figures)


def _changes(workspace: Workspace, plan: FixPlan) -> list[TableChange]:
    """Return what is written, unit grids first."""
    units = _unit_grid_change(plan)
    others = [_value_change(plan, table) for table in ("lane", "component", "cases")]
    before, after, added, removed = plan.store.rows()
    register = TableChange("code_register", before=before, updated=after, inserted=added, deleted=removed)
    gone = void_exemptions(workspace, plan.result.units.heirs)
    return [units, *others, register, _history(plan, workspace.info.precision_m), _outlines(workspace, plan), gone]


def _unit_grid_change(plan: FixPlan) -> TableChange:
    before, after = plan.tables["unit_grid"], plan.result.units
    mine = [fix for fix in plan.result.values if fix.table == "unit_grid"]
    rows = np.union1d(after.changed, np.array([fix.row for fix in mine], dtype=np.int64))
    rows = np.setdiff1d(rows, after.removed)
    old = before.take(rows)
    names = dict.fromkeys(fix.column for fix in mine)
    values = {(fix.row, fix.column): fix.after for fix in mine}
    new = {name: as_column(values.get((row, name), before[name][row]) for row in rows.tolist()) for name in names}
    shapes = columns.geometries(before)[rows]
    moved = np.isin(rows, after.changed)
    shapes[moved] = after.geometry
    updated = Rows({**new, "row_version": old["row_version"]}, shapes if moved.any() else None, old.fid)
    return TableChange(
        "unit_grid", before=old, updated=updated, deleted=before.take(after.removed), inserted=after.added
    )


def _value_change(plan: FixPlan, table: str) -> TableChange:
    before = plan.tables[table]
    values = {(fix.row, fix.column): fix.after for fix in plan.result.values if fix.table == table}
    rows, codes = plan.result.moved.get(table, (np.empty(0, dtype=np.int64), as_column([])))
    values.update({(row, "unit_grid"): code for row, code in zip(rows.tolist(), codes)})
    if not values:
        return TableChange(table)
    at = np.array(sorted({row for row, _ in values}), dtype=np.int64)
    old = before.take(at).with_geometry(None)
    new = {
        name: as_column(values.get((row, name), before[name][row]) for row in at.tolist())
        for name in dict.fromkeys(name for _, name in values)
    }
    if "row_version" in old:
        new["row_version"] = old["row_version"]
    return TableChange(table, before=old, updated=Rows(new, None, old.fid))


def _history(plan: FixPlan, precision_m: float) -> TableChange:
    """Return the closed rows of valid cells that are no more or have another outline, beyond rounding."""
    units, after = plan.tables["unit_grid"], plan.result.units
    old = columns.geometries(units)
    moved_m2 = shapely.area(shapely.symmetric_difference(shapely.make_valid(old[after.changed]), after.geometry))
    real = after.changed[moved_m2 > precision_m * shapely.length(old[after.changed])]
    rows = np.union1d(real, after.removed)
    valid = columns.texts(units, "state")[rows] == VALID
    closed = units.take(rows[valid.astype(bool)])
    heirs = [list(after.heirs.get(code, (code,))) for code in closed["code"]]
    return TableChange("unit_grid_history", inserted=history_rows(closed, heirs, CAUSE))


def _outlines(workspace: Workspace, plan: FixPlan) -> TableChange:
    """Return the responsibility grids whose cells changed, derived again."""
    units, after = plan.tables["unit_grid"], plan.result.units
    touched = np.union1d(after.changed, after.removed)
    if len(touched) == 0:
        return TableChange("responsibility_grid")
    names = scheme_columns(units)
    concerned = units.take(touched)
    assigned = Rows({name: concerned[name] for name in names})
    updated = rebuilt_outlines(workspace, plan.result.tables["unit_grid"], assigned)
    order = np.argsort(columns_fid(updated))
    updated = updated.take(order)
    stored = plan.tables["responsibility_grid"]
    place = {fid: row for row, fid in enumerate(columns_fid(stored).tolist())}
    before = stored.take([place[fid] for fid in columns_fid(updated).tolist()])
    return TableChange("responsibility_grid", before=before, updated=updated, derived=True)


def columns_fid(rows: Rows) -> np.ndarray:
    """Return the row numbers of rows that come from a workspace."""
    return np.empty(0, dtype=np.int64) if rows.fid is None else rows.fid
