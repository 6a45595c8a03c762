"""One try at a set of fixes: the tables as they are after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.standing import prefix_and_tail
from gridmgmt_plugin.core.codes.stored import entries_to_rows
from gridmgmt_plugin.core.columns import geometries
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.finite import xy_of_points
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.responsibility.outlines import summed_grids
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.unit_grids.relocated_points import relocated_points
from gridmgmt_plugin.core.validation.context import Context, ValidationSettings
from gridmgmt_plugin.core.validation.fix_cells import PREFIX, CellBench, coverage_faults
from gridmgmt_plugin.core.validation.fix_values import ValueFix, ValueFixer, changed_column
from gridmgmt_plugin.core.validation.issue import Issue

CAUSE = "repair"
SAME_PLACE_M = 0.05
# A repair refuses with these where an earlier one has done its work already.
_CLEARED = ("fix_finds_nothing", "vertex_not_found")
_POINT_TABLES = ("component", "cases")
# What holds for the ground goes to a cell that was split off; its name does not.
_INHERITED = ("area_code", "grid_kind", "land_use", "grade", "responsible_code", "fallback_code", "mapped_scale")


@dataclass(frozen=True)
class FaultRef:
    """An issue as somebody saw it: its rule, the keys of its objects, and a point where it is, if it is anywhere."""

    rule: str
    keys: tuple[str, ...]
    place: tuple[float, float] | None = None

    @classmethod
    def of(cls, issue: Issue) -> FaultRef:
        """Return what names an issue in another check of the same tables."""
        if issue.geometry is None or issue.geometry.is_empty:
            return cls(issue.rule, issue.object_keys)
        point = shapely.point_on_surface(issue.geometry)
        return cls(issue.rule, issue.object_keys, (float(point.x), float(point.y)))


@dataclass(frozen=True)
class UnitGridChange:
    """What the repairs do to the unit grids.

    ``changed``: int64 rows with another shape, ``geometry`` beside. ``added``: rows of new cells, with ``origin``,
    int64, the row that each comes from. ``removed``: int64 rows that are no more; ``heirs``: code of each →
    codes that have its ground, the largest share first.
    """

    changed: np.ndarray
    geometry: np.ndarray
    added: Rows
    origin: np.ndarray
    removed: np.ndarray
    heirs: Mapping[str, tuple[str, ...]]


class Attempt:
    """One try at a set of fixes."""

    def __init__(
        self,
        tables: Mapping[str, Rows],
        settings: ValidationSettings,
        register: CodeRegister | None,
        author: str,
        at: str | None,
    ) -> None:
        self._before = tables
        self._context = Context(tables, settings)
        if register is not None:
            register.keep_off(code for code in self._context.unit_codes if code)
        self._bench = CellBench(self._context)
        self._fixer = ValueFixer(self._context, register, at or "", author)
        self._register, self._at, self._author = register, at, author
        self.values: list[ValueFix] = []
        self._added = Rows()
        self.moved: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self.tables: dict[str, Rows] = dict(tables)

    def fix(self, wanted: Mapping[FaultRef, Issue], progress: Progress) -> dict[FaultRef, Message]:
        """Do what can be done, fill :attr:`tables`, and return what cannot with the reason."""
        failed: dict[FaultRef, Message] = {}
        for number, (ref, issue) in enumerate(wanted.items()):
            progress.report(number / len(wanted))
            try:
                if not issue.fixable:
                    raise InputError("fix_by_hand")
                if issue.rule.startswith(PREFIX):
                    self._repair(ref, issue)
                else:
                    self.values += self._fixer.fix(issue)
            except InputError as error:
                failed[ref] = error.message
        self._settle()
        return failed

    def _repair(self, ref: FaultRef, issue: Issue) -> None:
        kind = issue.rule[len(PREFIX) :]
        faults = [fault for keys, fault in coverage_faults(self._context, kind) if keys == ref.keys]
        same = [fault for fault in faults if fault.geometry is issue.geometry]
        near = [fault for fault in faults if _meets(fault.geometry, issue.geometry)]
        for fault in (same or near or faults)[:1]:
            try:
                self._bench.repair(fault)
            except InputError as error:
                # A repair before this one may have cleared it; the check of the whole tells.
                if error.code not in _CLEARED:
                    raise

    def _settle(self) -> None:
        """Put all tables into the state after the fixes."""
        units = self._context.rows("unit_grid")
        changed, removed = self._bench.changed_rows(), self._bench.removed_rows()
        shapes = self._bench.geometry[: len(units)]
        for row in changed.tolist():
            figure = round(float(shapes[row].area), 3)
            old = units["area_m2"][row] if "area_m2" in units else None
            self.values = [
                fix for fix in self.values if (fix.table, fix.row, fix.column) != ("unit_grid", row, "area_m2")
            ]
            self.values.append(ValueFix("unit_grid", row, "area_m2", old, figure))
        for table in {fix.table for fix in self.values}:
            self._write_values(table)
        if len(changed) or len(removed) or len(self._bench.added()):
            self._added = self._added_rows(units)
            stays = np.ones(len(units), dtype=bool)
            stays[removed] = False
            kept = self.tables["unit_grid"].with_geometry(shapes).take(stays)
            self.tables["unit_grid"] = _joined(kept, self._added)
            self._withdraw()
            self._move_points(changed, removed)
            self._sum_grids(np.concatenate([changed, removed]))
        if self._register is not None and "code_register" in self.tables:
            self._write_register()

    def _write_values(self, table: str) -> None:
        rows = self.tables[table]
        mine = [fix for fix in self.values if fix.table == table]
        names = {fix.column for fix in mine}
        empty = as_column([None] * len(rows))
        columns = {
            name: changed_column(rows.columns.get(name, empty), [f for f in mine if f.column == name])
            for name in names
        }
        self.tables[table] = rows.with_columns(**columns)

    def _added_rows(self, units: Rows) -> Rows:
        """Return the rows of cells that were split off: what holds for the ground, and the next free code."""
        at = self._bench.added()
        origin = self._bench.origin[at]
        shapes = self._bench.geometry[at]
        names = [name for name in units.columns if name in _INHERITED or name.startswith("rg_")]
        columns = {name: units[name][origin] for name in names}
        codes = []
        for row in origin.tolist():
            if self._register is None:
                raise ValueError("cells were split off and nobody gives out codes")
            area, like = str(units["area_code"][row]), units["code"][row]
            prefix, tail = prefix_and_tail(self._register.layout, area, like)
            codes += self._register.allocate(prefix, 1, tail=tail, at=self._at, by=self._author)
        columns["code"] = as_column(codes)
        columns["area_m2"] = as_column(np.round(shapely.area(shapes), 3).tolist())
        columns["state"] = as_column(["draft"] * len(at))
        columns["prior_code"] = units["code"][origin]
        columns["valid_from"] = as_column([clock.today().isoformat()] * len(at))
        return Rows(columns, shapes)

    def _heirs(self) -> dict[str, tuple[str, ...]]:
        units = self._context.rows("unit_grid")
        added = dict(zip(self._bench.added().tolist(), self._added["code"].tolist() if len(self._added) else []))
        found = {}
        for row, positions in self._bench.heirs.items():
            line: list[str] = []
            for position in self._living(positions):
                line.append(added[position] if position in added else str(units["code"][position]))
            found[str(units["code"][row])] = tuple(dict.fromkeys(line))
        return found

    def _living(self, positions: Sequence[int]) -> list[int]:
        """Return who has the ground now: a cell that got it may itself have gone since."""
        living: list[int] = []
        for position in positions:
            living += [position] if self._bench.alive[position] else self._living(self._bench.heirs.get(position, []))
        return living

    def _withdraw(self) -> None:
        if self._register is None:
            return
        there = set(self.tables["unit_grid"]["code"].tolist())
        for code, heirs in self._heirs().items():
            if code in self._register and code not in there:
                self._register.withdraw(code, CAUSE, heirs, self._at, self._author)

    def _move_points(self, changed: np.ndarray, removed: np.ndarray) -> None:
        """Record for points on ground that changed hands the cell that they lie in now."""
        touched = np.concatenate([changed, removed])
        ground = [
            *self._context.geometry("unit_grid")[touched],
            *self._bench.geometry[touched],
            *geometries(self._added),
        ]
        units, after = self._context.rows("unit_grid"), self.tables["unit_grid"]
        stays = np.setdiff1d(np.arange(len(units)), removed)
        own = np.concatenate([np.flatnonzero(np.isin(stays, changed)), np.arange(len(stays), len(after))])
        for table in _POINT_TABLES:
            points = self._context.geometry(table)
            if table not in self.tables or len(points) == 0:
                continue
            near = np.unique(shapely.STRtree(points).query(np.array(ground, dtype=object))[1])
            column = self.tables[table]["unit_grid"].copy()
            found = relocated_points(
                *xy_of_points(points[near]),
                column[near],
                geometries(after),
                after["code"],
                own,
                {code for code in units["code"][touched] if code is not None},
            )
            moved = near[found.moving]
            self.moved[table] = moved, found.codes[found.moving]
            column[moved] = found.codes[found.moving]
            self.tables[table] = self.tables[table].with_columns(unit_grid=column)

    def _sum_grids(self, touched: np.ndarray) -> None:
        """Derive the outlines of the responsibility grids again whose cells changed, as writing the fixes does."""
        grids, units = self.tables.get("responsibility_grid", Rows()), self.tables["unit_grid"]
        if len(grids) == 0 or grids.geometry is None:
            return
        before, shapes = self._context.rows("unit_grid"), grids.shapes.copy()
        for column in [name for name in units.columns if name.startswith("rg_")]:
            concerned = {code for code in before[column][touched] if code}
            mine = [at for at, key in enumerate(zip(grids["scheme"], grids["code"])) if key[0] == column[3:]]
            mine = [at for at in mine if grids["code"][at] in concerned and shapes[at] is not None]
            codes = [grids["code"][at] for at in mine]
            shapes[mine] = summed_grids(geometries(units), units[column], codes).outline
        self.tables["responsibility_grid"] = grids.with_geometry(shapes)

    def _write_register(self) -> None:
        register = self._register
        if register is None:
            return
        rows = self._before["code_register"]
        others = (
            rows.take(np.array([kind != register.kind for kind in rows["kind"]], dtype=bool)) if len(rows) else rows
        )
        entries = [entry for entry in map(register.entry, register.codes()) if entry is not None]
        self.tables["code_register"] = _joined(others, entries_to_rows(entries, register.kind))

    def unit_grids(self) -> UnitGridChange:
        """Return what happens to the unit grids."""
        changed, bench = self._bench.changed_rows(), self._bench
        return UnitGridChange(
            changed=changed,
            geometry=bench.geometry[changed],
            added=self._added,
            origin=bench.origin[bench.added()],
            removed=bench.removed_rows(),
            heirs=self._heirs(),
        )

    def exchanged_m2(self) -> tuple[dict[str, float], dict[str, float]]:
        """Return the ground that each cell gains and loses, by code."""
        units, change, old = self._context.rows("unit_grid"), self.unit_grids(), self._context.unit_polygons
        gained: dict[str, float] = {}
        lost: dict[str, float] = {}
        for row, shape in zip(change.changed.tolist(), change.geometry):
            code = str(units["code"][row] or "–")
            gained[code] = float(shapely.difference(shape, old[row]).area)
            lost[code] = float(shapely.difference(old[row], shape).area)
        for row in change.removed.tolist():
            lost[str(units["code"][row] or "–")] = float(old[row].area)
        if len(change.added):
            gained.update(zip(change.added["code"].tolist(), shapely.area(geometries(change.added)).tolist()))
        return gained, lost


def _meets(one: Any, two: Any) -> bool:
    return one is not None and two is not None and bool(shapely.distance(one, two) <= SAME_PLACE_M)


def _joined(one: Rows, two: Rows) -> Rows:
    """Return rows one below the other; columns that only one has are empty in the other."""
    if len(two) == 0:
        return one
    if len(one) == 0:
        return two
    names = dict.fromkeys([*one.columns, *two.columns])
    columns = {
        name: np.concatenate([part[name] if name in part else as_column([None] * len(part)) for part in (one, two)])
        for name in names
    }
    shapes = None if one.geometry is None else np.concatenate([one.geometry, two.geometry])
    return Rows(columns, shapes)
