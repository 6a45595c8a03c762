"""A package against what a workspace has: what is new, what changes, what stays; nothing is removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gridmgmt_plugin.core.codes.stored import VALID
from gridmgmt_plugin.core.coverage.health.snapping import with_known_vertices
from gridmgmt_plugin.core.geometry.parts import as_multi
from gridmgmt_plugin.core.ground import some, unit_ground
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.release.frozen import geometry_digests
from gridmgmt_plugin.core.rows import Rows, as_column, differs, is_null
from gridmgmt_plugin.exchange.package_back.parts import title_of
from gridmgmt_plugin.jobs.handover.coming_back.as_it_stands import as_it_stands
from gridmgmt_plugin.jobs.handover.coming_back.code_entries import code_entries, code_map_change
from gridmgmt_plugin.jobs.handover.coming_back.content_back import (
    GROUP,
    LANE,
    TABLES,
    UNIT,
    Content,
    has_ground,
    without,
)
from gridmgmt_plugin.jobs.handover.coming_back.drawn_ground import joined_areas
from gridmgmt_plugin.jobs.handover.coming_back.first_cells import bare_ground, refuse_faulty, refuse_unusable
from gridmgmt_plugin.jobs.handover.coming_back.other_cells import (
    OtherCells,
    drawn_otherwise,
    other_cells,
    refuse_other_cells,
    same_codes,
)
from gridmgmt_plugin.jobs.handover.coming_back.redrawn_cells import Redrawn, emptied_grids, given_cells, redrawn_cells
from gridmgmt_plugin.jobs.intake.upsert import CHANGED, Upsert, upsert
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.followers import following_points
from gridmgmt_plugin.workspace.changes.grid_outlines import grid_notes, rebuilt_grids
from gridmgmt_plugin.workspace.changes.lane_change import lane_areas
from gridmgmt_plugin.workspace.changes.lineage import Lineage
from gridmgmt_plugin.workspace.changes.row_reading import read_numbered
from gridmgmt_plugin.workspace.changes.table_change import TableChange, no_rows
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells, compared_cells
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace

# Layers whose outlines stay once something is drawn on them; acts of their own change them with what follows.
_OUTLINES_STAY = ("area", LANE)
# What a responsibility grid has from its unit grids.
_FIGURED = ("unit_count", "area_m2", "expected_parts")


@dataclass(frozen=True, eq=False)
class Merged:
    """``changes``: what is to be written, in order. ``column``: of ``unit_grid`` for the scheme, to be made first
    where it is not there. ``figures``: name in the package → rows added, updated, unchanged and only here.
    ``first_cells``: the first unit grids of a workspace, in which points will lie. ``redrawn``: unit grids that are
    drawn anew, which are written with what follows them.
    """

    changes: tuple[TableChange, ...]
    column: str | None
    figures: Mapping[str, Mapping[str, int]]
    notes: tuple[Message, ...]
    first_cells: TouchedCells | None
    redrawn: Redrawn | None


def merged(workspace: Workspace, content: Content, act: Act, *, redraw: bool = False) -> Merged:
    """Return what a package changes in a workspace, points in its unit grids apart. Read in one state.

    A row that is there is changed where the package says otherwise; what people set by hand stays, as with every
    file. Unit grids have to be those of the workspace, or the first ones in it, unless ``redraw`` agrees to those of
    the package in the areas in which it has some.

    :raises InputError: ``package_back_cells_faulty``, ``package_back_retired``, what :func:`.refuse_other_cells` and
        :func:`.redrawn_cells` raise.
    """
    return _Merge(workspace, content, act, redraw=redraw).done()


def followed_points(workspace: Workspace, found: Merged) -> list[TableChange]:
    """Return the points that lie in the first unit grids. Read in the transaction that holds their tables: there may
    be a million, so they are not read before.
    """
    first = found.first_cells
    return [] if first is None else following_points(workspace, first, Lineage((), (), (), {}))


class _Merge:
    def __init__(self, workspace: Workspace, content: Content, act: Act, *, redraw: bool) -> None:
        self._workspace, self._content, self._act, self._redraw = workspace, content, act, redraw
        self._units = workspace.read(UNIT)
        self._precision_m = workspace.info.precision_m
        self._changes: list[TableChange] = []
        self._figures: dict[str, dict[str, int]] = {}
        self._notes: list[Message] = []
        self._first_cells: TouchedCells | None = None
        self._redrawn: Redrawn | None = None
        self._shared: set[str] = set()  # responsibility grids that unit grids beside the package's are in as well
        self._elsewhere: dict[str, list[str]] = {}  # layer → codes of those that lie otherwise here
        scheme = content.scheme
        self._column = scheme_column(str(scheme["key"])) if scheme is not None and scheme["base"] == UNIT else None

    def done(self) -> Merged:
        """Work through the tables in the order in which they are written."""
        self._scheme()
        for name, table in TABLES.items():
            if name not in self._content.rows:
                continue
            rows = self._content.rows[name]
            if name == UNIT:
                self._unit_grids(rows)
            elif name == "code_map":
                self._code_map(rows)
            else:
                self._table(name, table, rows)
        self._registered()
        self._tell_outlines()
        changes = tuple(change for change in self._changes if change)
        return Merged(changes, self._column, self._figures, tuple(self._notes), self._first_cells, self._redrawn)

    def _scheme(self) -> None:
        entry = self._content.scheme
        if entry is None or self._workspace.count("scheme", {"key": entry["key"]}):
            return
        self._changes.append(TableChange("scheme", inserted=Rows.from_records([dict(entry)])))
        self._notes.append(Message("package_back_scheme_made", {"title": entry["title"]}))

    def _table(self, name: str, table: str, rows: Rows) -> None:
        """Merge one table by its key."""
        definition = definition_of(table)
        known = [column for column in rows.columns if column in definition.column_names]
        rows = Rows({column: rows[column] for column in known}, rows.geometry)
        if name in _OUTLINES_STAY:
            rows = self._with_outlines_kept(name, table, rows)
        if name == GROUP and self._shared:
            rows = self._without_shared_figures(rows)
        rows = self._without_assumed(name, table, rows)
        rows = as_it_stands(self._workspace, name, rows, self._content.rounded(name))
        found = upsert(self._workspace, table, rows, definition.key)
        self._add(name, found, self._change(found))
        if name == LANE:
            self._lane_areas(found.added)

    def _without_shared_figures(self, rows: Rows) -> Rows:
        """Return responsibility grids without what follows from unit grids of which the package says nothing."""
        mine = np.isin(rows["code"].astype(str), sorted(self._shared))
        columns = {name: _emptied(rows[name], mine) for name in _FIGURED if name in rows}
        shapes = rows.shapes.copy() if rows.geometry is not None else None
        if shapes is not None:
            shapes[mine] = None
        return rows.with_columns(**columns).with_geometry(shapes)

    def _with_outlines_kept(self, name: str, table: str, rows: Rows) -> Rows:
        """Return rows without the shapes of those that lie otherwise here, which is told."""
        present = self._workspace.read(table, list(definition_of(table).key))
        if name == "area" and not len(self._units):
            return rows
        place = {code: at for at, code in enumerate(present["code"].tolist())}
        at = np.array([place.get(code, -1) for code in rows["code"].tolist()], dtype=np.int64)
        there = np.flatnonzero(at >= 0)
        one, two = self._digests(rows.shapes[there]), self._digests(present.shapes[at[there]])
        other = there[np.array([a != b for a, b in zip(one, two)], dtype=bool)]
        shapes = rows.shapes.copy()
        shapes[there] = None
        self._elsewhere[name] = rows["code"][other].tolist()
        return rows.with_geometry(shapes)

    def _tell_outlines(self) -> None:
        """Tell which areas and lanes keep the outlines that they have here."""
        taken = set() if self._redrawn is None else set(self._redrawn.as_given)
        for name, every in self._elsewhere.items():
            codes = [code for code in every if name != "area" or code not in taken]
            if codes:
                told = {"layer": title_of(name), "count": len(codes), "shown": some(codes)}
                self._notes.append(Message("package_back_outlines_stay", told))

    def _without_assumed(self, name: str, table: str, rows: Rows) -> Rows:
        """Return rows that say of those that are there nothing that was only assumed, and take no code's validity."""
        key = definition_of(table).key
        if any(column not in rows for column in key):
            return rows
        names = [*key, "state"] if name in (UNIT, GROUP) else [*key]
        present = self._workspace.read(table, names, geometry=False)
        place = {values: at for at, values in enumerate(zip(*(present[column].tolist() for column in key)))}
        at = np.array(
            [place.get(values, -1) for values in zip(*(rows[column].tolist() for column in key))], dtype=np.int64
        )
        there, changed = at >= 0, {}
        assumed = self._content.assumed.get(name, {})
        for column, mine in assumed.items():
            if column in rows and column not in key:
                changed[column] = _emptied(rows[column], mine & there)
        if "state" in names and "state" in rows and len(present):
            is_valid = there & (present["state"][np.maximum(at, 0)] == VALID)
            changed["state"] = _emptied(changed.get("state", rows["state"]), is_valid)
        rows = rows.with_columns(**changed)
        if "geometry" not in assumed or rows.geometry is None:
            return rows
        shapes = rows.shapes.copy()
        shapes[assumed["geometry"] & there] = None
        return rows.with_geometry(shapes)

    def _digests(self, shapes: np.ndarray) -> list[str]:
        return geometry_digests(as_multi(shapes), len(shapes), self._precision_m)

    def _change(self, found: Upsert) -> TableChange:
        """Return the change with whole rows before it, so that it can be taken back."""
        change = found.change
        if len(change.updated):
            before = read_numbered(self._workspace, change.table, change.updated.fids.tolist())
            change = replace(change, before=before)
        return replace(change, inserted=found.added)

    def _add(self, name: str, found: Upsert, change: TableChange) -> None:
        self._changes.append(change)
        figures = found.figures
        there = self._workspace.count(TABLES[name])
        only_here = there - figures["updated"] - figures["unchanged"] - figures["older"]
        self._figures[name] = {**figures, "only_here": only_here}
        if any(edit.stays for edit in found.by_hand):
            stays = sum(edit.stays for edit in found.by_hand)
            self._notes.append(Message("package_back_hand_edits", {"layer": title_of(name), "count": stays}))

    def _unit_grids(self, rows: Rows) -> None:
        assigned = rows["responsibility_grid"]
        rows = without(rows, "responsibility_grid")
        if len(self._units):
            self._known_unit_grids(rows, assigned)
            return
        refuse_faulty(self._workspace, self._content, rows)
        self._notes += bare_ground(self._workspace, self._content, rows)
        if self._column is not None:
            rows = rows.with_columns(**{self._column: assigned})
        change = TableChange(UNIT, inserted=rows)
        before = self._units
        if self._column is not None and self._column not in before:
            before = before.with_columns(**{self._column: []})
        self._first_cells = compared_cells(before, rows, np.full(len(rows), -1, dtype=np.int64))
        self._changes.append(change)
        self._figures[UNIT] = {"added": len(rows), "updated": 0, "unchanged": 0, "older": 0, "only_here": 0}

    def _known_unit_grids(self, rows: Rows, assigned: np.ndarray) -> None:
        """Merge unit grids with those that are there; what is drawn otherwise is taken over, or refused.

        :raises InputError: what :func:`.refuse_other_cells` and :func:`.redrawn_cells` raise.
        """
        present = self._units
        at = same_codes(rows, present)
        found = self._compared(rows, at)
        if found:
            refuse_other_cells(found, self._areas(), redraw=self._redraw)
        bare = self._without_assumed(UNIT, UNIT, rows.with_geometry(None))
        told = as_it_stands(self._workspace, UNIT, bare, self._content.rounded(UNIT))
        known = upsert(self._workspace, UNIT, told, ("code",))
        if found is not None:
            self._notes += found.notes
            self._shared = set() if self._column is None else {*found.present[self._column][found.left]} - {None}
        if found:
            self._redrawn_unit_grids(found, known, assigned)
            return
        change = self._change(known)
        outcome = known
        if self._column is not None:
            change, count = self._with_assignment(change, present, at, assigned)
            outcome = replace(known, outcome=np.where(count, 1, known.outcome))
        self._add(UNIT, outcome, change)

    def _compared(self, rows: Rows, at: np.ndarray) -> OtherCells | None:
        """Return what the package has otherwise than the workspace; ``None`` where both have the same unit grids."""
        reshaped = drawn_otherwise(rows, self._units, at, self._precision_m)
        if len(rows) == len(self._units) and (at >= 0).all() and not reshaped.any():
            return None
        ground = unit_ground(self._areas(), self._workspace.read("covered_extent"), self._precision_m)
        known = np.concatenate([self._units.shapes, ground.geometry])
        placed = rows.with_geometry(with_known_vertices(rows.shapes, known, self._precision_m))
        present = self._units
        if self._column is not None and self._column not in present:
            present = present.with_columns(**{self._column: [None] * len(present)})
        return other_cells(placed, present, at, reshaped, ground)

    def _areas(self) -> Rows:
        return joined_areas(self._workspace.read("area"), self._content.rows.get("area"))

    def _redrawn_unit_grids(self, found: OtherCells, known: Upsert, assigned: np.ndarray) -> None:
        """Put the unit grids of the package in the place of those that it draws otherwise."""
        refuse_unusable(self._content)
        kept = replace(self._change(known), inserted=no_rows())
        told = given_cells(self._workspace, self._content, found, kept, self._column, assigned, self._shared)
        self._redrawn = redrawn_cells(self._workspace, self._content, found, self._areas(), told, self._act)
        updated = int((found.reshaped | told.passing(found) | (known.outcome == CHANGED)).sum())
        counts = {"added": int(found.new.sum()), "updated": updated, "unchanged": 0, "older": 0}
        counts["unchanged"] = len(found.rows) - counts["added"] - updated
        self._figures[UNIT] = {**counts, "gone": int(found.gone.sum()), "only_here": int(found.left.sum())}

    def _with_assignment(
        self, change: TableChange, present: Rows, at: np.ndarray, assigned: np.ndarray
    ) -> tuple[TableChange, np.ndarray]:
        """Return the change of unit grids with the responsibility grids that the package says.

        Grids that lose or win unit grids and are not delivered with their own figures follow.
        """
        column = str(self._column)
        now = present[column] if column in present else as_column([None] * len(present))
        if not self._content.says_assignment:
            kept, assigned = is_null(assigned), assigned.copy()
            assigned[kept] = now[at][kept]
        mine = differs(now[at], assigned)
        self._follow(present.with_columns(**{column: now}), at, assigned)
        fids = np.union1d(change.updated.fids, present.fids[at[mine]])
        if not len(fids):
            return change, mine
        where = np.searchsorted(present.fids, fids)
        before = present.take(where).with_columns(**{column: now[where]})
        columns: dict[str, Any] = {}
        changed = np.searchsorted(fids, change.updated.fids)
        for name, values in change.updated.columns.items():
            whole = before[name].copy()
            whole[changed] = values
            columns[name] = whole
        given = now.copy()
        given[at] = assigned
        columns[column] = given[where]
        columns["row_version"] = before["row_version"]
        return replace(change, before=before, updated=Rows(columns, None, fids)), mine

    def _follow(self, present: Rows, at: np.ndarray, assigned: np.ndarray) -> None:
        """Have the responsibility grids of this workspace follow unit grids that pass to another one."""
        column = str(self._column)
        after = present[column].copy()
        after[at] = assigned
        passing = differs(present[column], after)
        passing &= ~is_null(present[column])
        if not passing.any():
            return
        count, own = int(passing.sum()), present.with_columns(**{column: after})
        touched = compared_cells(present, own, np.arange(len(present), dtype=np.int64))
        groups = self._content.rows.get(GROUP, Rows()) if self._content.is_ours else Rows()
        codes = set(groups["code"].tolist()) - self._shared if len(groups) else set()
        settled = [(column, str(code)) for code in sorted(codes)]
        grids = rebuilt_grids(self._workspace, touched, settled)
        self._changes.append(grids)
        self._notes.append(Message("package_back_assigned_otherwise", {"count": count}))
        made = [(column, code) for code in self._content.rows.get(GROUP, {"code": ()})["code"]]
        self._notes += grid_notes(self._workspace, touched, grids, [*settled, *made])
        self._notes += emptied_grids(self._workspace, touched, settled)

    def _code_map(self, rows: Rows) -> None:
        change, only_here = code_map_change(self._workspace, rows)
        added = len(change.inserted)
        self._changes.append(change)
        counts = {"added": added, "updated": 0, "unchanged": len(rows) - added, "older": 0}
        self._figures["code_map"] = {**counts, "only_here": only_here}

    def _lane_areas(self, lanes: Rows) -> None:
        """Count the metres of new lanes by area."""
        drawn = lanes.take(has_ground(lanes)) if len(lanes) else lanes
        if not len(drawn):
            return
        areas = self._areas()
        if not len(areas):
            return
        shares = lane_areas(areas, drawn["code"].tolist(), drawn.shapes, self._precision_m)
        self._changes.append(TableChange("lane_area", inserted=shares))

    def _states(self, name: str, rows: Rows) -> dict[str, str]:
        """Return code → its state in the register; that of a lane's row tells of the street, not of its code."""
        state = self._content.state
        said = rows["state"] if name != LANE and "state" in rows else as_column([state] * len(rows))
        return {code: one if one == VALID else state for code, one in zip(rows["code"].tolist(), said.tolist())}

    def _registered(self) -> None:
        rows, scheme = self._content.rows, self._content.scheme
        names = [UNIT, LANE, *([GROUP] if self._column is not None else [])]
        codes = {name: self._states(name, rows[name]) for name in names if name in rows}
        drawn_anew = (UNIT,) if self._redrawn is not None else ()
        code_map = rows.get("code_map", Rows())
        if codes:
            key = "" if scheme is None else str(scheme["key"])
            self._changes += code_entries(self._workspace, codes, key, code_map, self._act, entered=drawn_anew)


def _emptied(column: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return a column that says nothing in some rows."""
    left = column.astype(object)
    left[where] = None
    return left
