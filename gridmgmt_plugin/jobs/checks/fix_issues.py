"""Fix issues of a workspace: worked out and shown first, then written in one transaction that can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.core.validation.fix_attempt import CAUSE, FaultRef
from gridmgmt_plugin.core.validation.fixing import FixedTables, fix_tables
from gridmgmt_plugin.jobs.checks.validate_workspace import (
    ValidationReport,
    checked_tables,
    report_of,
    validation_settings,
)
from gridmgmt_plugin.jobs.unchanged import refuse_changed
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.cell_change import follow_cells, write_cells
from gridmgmt_plugin.workspace.changes.change_log import row_lines
from gridmgmt_plugin.workspace.changes.lineage import Causes
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells, compared_cells
from gridmgmt_plugin.workspace.register_store import RegisterStore, now_text
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "fix_issues"
# What a row is called by, of whatever table it is.
_NAMING = ("name", "code", "id", "target_code")
_NOTHING_MOVED = np.empty(0, dtype=np.int64), as_column([])


@dataclass(frozen=True)
class CellBalance:
    """What a fix does to one unit grid: the m² that it gains and loses, and whether it is new or no more."""

    code: str
    gained_m2: float
    lost_m2: float
    is_new: bool = False
    is_gone: bool = False


@dataclass(frozen=True)
class ChangedValue:
    """A value in a table that a fix sets: what its row is called, the column, what stands there and what will."""

    key: str
    column: Title
    before: Any
    after: Any


@dataclass(frozen=True, eq=False)
class FixPlan:
    """What fixing would do; nothing is written yet.

    ``cells``: the unit grids that change their outline, the largest change first. ``values``: the single values that
    change, but for areas that only follow the ground. ``refused``: issues that stay, with the reason. ``report``:
    what validation says afterwards.
    """

    fixed: tuple[FaultRef, ...]
    refused: tuple[tuple[FaultRef, Message], ...]
    cells: tuple[CellBalance, ...]
    values: tuple[ChangedValue, ...]
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
    with workspace.reading() as opened:
        tables = checked_tables(opened)
        store = RegisterStore(opened, workspace.info.code_layout, "unit_grid")
    if buildings is not None:
        tables["building"] = buildings
    settings = validation_settings(workspace.info, scheme, today or clock.today())
    at = now_text()
    result = fix_tables(tables, settings, wanted, store.register, author, at, progress.part(0.1, 1.0))
    changes = {code: replace(_balance(result, code)) for code in {*result.gained_m2, *result.lost_m2}}
    cells = sorted(changes.values(), key=lambda cell: (-(cell.gained_m2 + cell.lost_m2), cell.code))
    follows = {("unit_grid", row, "area_m2") for row in result.units.changed.tolist()}
    own = [fix for fix in result.values if (fix.table, fix.row, fix.column) not in follows]
    values = tuple(
        ChangedValue(_called(tables[fix.table], fix.row), Title(f"{fix.table}.{fix.column}"), fix.before, fix.after)
        for fix in own
    )
    return FixPlan(result.fixed, result.refused, tuple(cells), values, report_of(result.after), tables, result, store)


def _called(rows: Rows, row: int) -> str:
    """Return what a row is called: its name and its key, as far as it has them."""
    words = [str(rows[name][row] or "") for name in _NAMING if name in rows]
    return " ".join(filter(None, words)) or f"#{row + 1}"


def _balance(result: FixedTables, code: str) -> CellBalance:
    fresh = set(result.units.added["code"]) if len(result.units.added) else set()
    gone = code in result.units.heirs
    return CellBalance(code, result.gained_m2.get(code, 0.0), result.lost_m2.get(code, 0.0), code in fresh, gone)


def write_fixes(workspace: Workspace, plan: FixPlan, author: str) -> Report:
    """Write what was planned: everything in one transaction, with the change log and a record to take it back.

    :raises WorkspaceError: ``row_changed_meanwhile`` when somebody changed a table since the plan, with nothing
        written.
    """
    act = Act.now(GESTURE, author)
    values = [_value_change(plan, table) for table in ("lane", "post", "component", "cases")]
    touched = _cells_after(plan)
    with workspace.transaction(author, GESTURE) as transaction:
        written = _tables_written(touched, values)
        transaction.hold(*written, "code_register")
        for table in written:
            refuse_changed(workspace, transaction, table, plan.tables[table])
        store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid")
        _claim_planned(store, plan, act)
        settled = {change.table: change.updated.fids.tolist() for change in values if "unit_grid" in change.updated}
        change = follow_cells(workspace, touched, store, Causes({}, CAUSE), act, settled)
        write_cells(transaction, change, act, (CAUSE,), otherwise=GESTURE, beside=values)
        for part in values:
            if part:
                transaction.insert("change_log", row_lines(part, GESTURE, act.at, author))
    figures = {"cells": len(plan.cells), "values": len(plan.values)}
    reasons: dict[str, int] = {}
    for _, message in plan.refused:
        reasons[message.code] = reasons.get(message.code, 0) + 1
    return Report(GESTURE, len(plan.fixed), len(plan.refused), reasons, figures=figures)


def _cells_after(plan: FixPlan) -> TouchedCells:
    before, after = plan.tables["unit_grid"], plan.result.tables["unit_grid"]
    stays = np.setdiff1d(np.arange(len(before)), plan.result.units.removed)
    return compared_cells(before, after, np.concatenate([stays, np.full(len(after) - len(stays), -1)]))


def _tables_written(touched: TouchedCells, values: Sequence[TableChange]) -> list[str]:
    """Return the tables that people edit and whose rows the plan saw."""
    cells = ["unit_grid"] if len(touched.mine_before) + len(touched.added) else []
    return cells + [change.table for change in values if change and "row_version" in change.before]


def _claim_planned(store: RegisterStore, plan: FixPlan, act: Act) -> None:
    """Enter the codes that the plan found to be in use and not registered, in the state that it gave them."""
    for entry in plan.store.register.changes().added:
        if entry.code not in store.register:
            store.register.claim([entry.code], state=entry.state, at=act.at, by=act.by)


def _value_change(plan: FixPlan, table: str) -> TableChange:
    before = plan.tables[table]
    moved = dict(zip(*(column.tolist() for column in plan.result.moved.get(table, _NOTHING_MOVED))))
    values = {(fix.row, fix.column): fix.after for fix in plan.result.values if fix.table == table}
    values.update({key: moved[key[0]] for key in values if key[1] == "unit_grid" and key[0] in moved})
    if not values:
        return TableChange(table)
    at = np.array(sorted({row for row, _ in values}), dtype=np.int64)
    old = before.take(at)  # with the shapes, by which a take-back knows the rows again
    new = {
        name: as_column(values.get((row, name), before[name][row]) for row in at.tolist())
        for name in dict.fromkeys(name for _, name in values)
    }
    if "row_version" in old:
        new["row_version"] = old["row_version"]
    return TableChange(table, before=old, updated=Rows(new, None, old.fid))
