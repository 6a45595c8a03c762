"""Save rows of any other table that were edited in forms: versions checked, logged, one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.areas import area_level, parent_code
from gridmgmt_plugin.core.duty.times import CATALOGUE as DUTY
from gridmgmt_plugin.core.geometry.finite import xy_of_points
from gridmgmt_plugin.core.lanes.address_ties import NAMING, lanes_of_points
from gridmgmt_plugin.core.lanes.lane_edit import lanes_in_use
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.editing.gestures.buffer import PendingEdits
from gridmgmt_plugin.editing.lanes.lane_numbers import with_what_follows
from gridmgmt_plugin.editing.saving.cell_save import Saved
from gridmgmt_plugin.editing.saving.reports import Refusal, SaveRefused, SaveReport
from gridmgmt_plugin.editing.saving.rows.references import new_references, refuse_gone_references
from gridmgmt_plugin.editing.saving.rows.rehoming import Homes, rehoming_of
from gridmgmt_plugin.editing.saving.rows.row_checks import (
    refuse_empty_rows,
    refuse_locked_tables,
    refuse_orphans,
    refuse_reversed_periods,
    refuse_unnumbered_rows,
)
from gridmgmt_plugin.editing.saving.rows.row_log import log_edited_rows
from gridmgmt_plugin.editing.saving.rows.zone_checks import refuse_overlapping_zones
from gridmgmt_plugin.editing.saving.version_conflicts import refuse_changed_rows
from gridmgmt_plugin.editing.saving.versions import ReadVersions
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.change_log import cell_lines, row_lines
from gridmgmt_plugin.workspace.changes.gestures import EDIT_ROWS
from gridmgmt_plugin.workspace.changes.lane_change import NOTHING, follow_lanes
from gridmgmt_plugin.workspace.changes.lane_points import LANE_POINTS
from gridmgmt_plugin.workspace.changes.log_privacy import leaves_no_record
from gridmgmt_plugin.workspace.changes.row_reading import places_of, read_any, read_around, read_numbered
from gridmgmt_plugin.workspace.changes.save_record import SaveRecord, write_record
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.reads.asked import Asked, asked
from gridmgmt_plugin.workspace.reads.worked_out import as_it_is_now, work_out
from gridmgmt_plugin.workspace.register_store import now_text
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

_IN_CELLS = ("component", "cases", "ledger_item")
# What may be written beside lanes, and what of it follows so plainly that the log need not say it.
_WITH_LANES = ("code_register", "lane_area", "post")
_NOT_LOGGED = ("code_register", "lane_area")
# Of what else single rows may be written: what lies on lanes, and what was in grids that are deleted.
_ON_LANES, _IN_DELETED_GRIDS = tuple(LANE_POINTS), ("unit_grid", "post")
# More rows than this are not asked for with anything else.
_MANY_ROWS = 5_000


def save_rows(
    workspace: Workspace,
    table: str,
    pending: PendingEdits,
    versions: ReadVersions,
    author: str,
    homes: Homes | None = None,
) -> Saved:
    """Write the edits of any table but ``unit_grid``.

    What follows from a geometry is derived with it: the unit grid of a point and, where none is given with it, its
    lane; of a lane length and direction, and office and code where it has no code. Level and parent of
    an area follow from its code. Responsibility grids follow from their unit grids; a shape that was drawn for one is
    not taken over, and that is told. The unit grids of one that is deleted go where ``homes`` says.

    :raises SaveRefused: ``save_rows_overtaken``, ``save_table_locked``, ``save_key_taken``, ``save_row_empty``,
        ``save_key_not_given``, ``save_period_reversed``, ``save_row_in_use``, ``save_grid_in_use``,
        ``save_grid_homeless``, ``save_reference_gone``, ``save_zones_overlap``: nothing written.
    :raises GridError: ``lane_outside_areas``, and what keeps the workspace from being written; nothing written.
    """
    act = Act(EDIT_ROWS, author, now_text())
    how = partial(_prepared, table=table, pending=pending, versions=versions, homes=homes or {}, act=act)
    first = _first_reads(table, pending)
    before = work_out(workspace, how) if _looks_around(table, pending) else first
    with workspace.transaction(author, EDIT_ROWS) as transaction:
        prepared = as_it_is_now(
            transaction, workspace, how, lambda reads: _keep_apart(transaction, table, pending, reads), before
        )
        parts, change = prepared.parts, prepared.change
        with transaction.together():
            numbers = [part.write(transaction) for part in parts]
        inserted = numbers[-1] if change else np.empty(0, dtype=np.int64)
        if change:
            _log(transaction, parts[:-1], act)
            log_edited_rows(transaction, change, pending, inserted, act)
            if not leaves_no_record(table):
                record = SaveRecord(table, (EDIT_ROWS,), len(change.updated) + len(change.deleted) + len(inserted))
                write_record(transaction, record, parts, numbers, act.at, author)
    report = SaveReport(
        table=table,
        changed=len(change.updated),
        added=len(change.inserted),
        removed=len(change.deleted),
        tables_changed=tuple(dict.fromkeys([table, *(part.table for part in parts), "change_log", "take_back"])),
        retired=prepared.retired,
        notes=(*_notes(table, pending, change), *prepared.notes),
    )
    return Saved(report, change, inserted)


@dataclass(frozen=True, eq=False)
class _PreparedRows:
    """What is written if what is stored stays as it was read. ``parts``: everything, in its order, ``change`` last
    unless nothing is left of it. ``retired``: codes.
    """

    change: TableChange
    parts: Sequence[TableChange]
    retired: tuple[str, ...]
    notes: tuple[Message, ...]


def _prepared(
    workspace: Workspace, table: str, pending: PendingEdits, versions: ReadVersions, homes: Homes, act: Act
) -> _PreparedRows:
    """Return what a save writes; nothing is written, and see :func:`save_rows` for what is raised."""
    references = new_references(table, pending)
    workspace.read_ahead(_first_reads(table, pending))
    stored = read_numbered(workspace, table, pending.stored_rows)
    referred = workspace.read_together([one.read for one in references])
    missing = len(set(pending.stored_rows) - set(stored.fids.tolist()))
    refuse_changed_rows(table, stored, versions, pending.values, missing)
    change = _row_change(workspace, table, stored, pending)
    refuse_locked_tables(change)
    refuse_empty_rows(change)
    refuse_unnumbered_rows(change)
    refuse_reversed_periods(change)
    _refuse_taken_keys(workspace, change)
    refuse_overlapping_zones(workspace, change)
    rehoming = rehoming_of(workspace, change, homes)
    refuse_orphans(workspace, change, rehoming.settled)
    refuse_gone_references(workspace, table, references, referred)
    following = follow_lanes(workspace, change, act) if table == "lane" else NOTHING
    parts = [*following.parts, *rehoming.parts, *([change] if change else [])]
    return _PreparedRows(change, parts, following.retired, (*following.notes, *rehoming.notes()))


def _looks_around(table: str, pending: PendingEdits) -> bool:
    """Tell whether a save reads more than some rows and what they refer to: else the lock comes with all of it."""
    keys = {*definition_of(table).key, "code", "id"}
    is_named_anew = any(keys & values.keys() for values in pending.values.values())
    is_drawn = bool(pending.shapes or pending.deleted or pending.added)
    return table == "lane" or is_drawn or is_named_anew or len(pending.stored_rows) > _MANY_ROWS


def _first_reads(table: str, pending: PendingEdits) -> list[Asked]:
    references = [one.read for one in new_references(table, pending)]
    fids = pending.stored_rows
    return references if len(fids) > _MANY_ROWS else [asked(table, None, {"fid": fids}), *references]


def _keep_apart(transaction: Transaction, table: str, pending: PendingEdits, read: Sequence[Asked]) -> list[Rows]:
    """Keep others from the tables that the save of rows writes, and from removing what the rows refer to.

    Return what is read then. Of all these tables none is taken later, out of the order in which all take them.
    """
    tables = (table, *(_WITH_LANES if table == "lane" else ()))
    beside = {one.parent for one in new_references(table, pending)}
    if table == "lane":
        beside.update(_ON_LANES)
    elif table == "responsibility_grid" and pending.deleted:
        beside.update(_IN_DELETED_GRIDS)
    return transaction.hold_parts((), sorted(beside - set(tables)), tables, read)


def _log(transaction: Transaction, parts: Sequence[TableChange], act: Act) -> None:
    """Log beside what was edited whose grid or place another one is now; outlines only follow."""
    for part in parts:
        if part.table == "unit_grid":
            transaction.append("change_log", cell_lines(part, (), {}, act, act.gesture))
        elif not part.derived and part.table not in _NOT_LOGGED:
            transaction.append("change_log", row_lines(part, act.gesture, act.at, act.by))


def _notes(table: str, pending: PendingEdits, change: TableChange) -> tuple[Message, ...]:
    notes = []
    if change and leaves_no_record(table):
        notes.append(Message("save_not_recorded"))
    if table == "responsibility_grid" and pending.shapes:
        notes.append(Message("save_outlines_derived", {"count": len(pending.shapes)}))
    return tuple(notes)


def _row_change(workspace: Workspace, table: str, stored: Rows, pending: PendingEdits) -> TableChange:
    definition = definition_of(table)
    gone = np.isin(stored.fids, pending.deleted)
    kept = stored.take(~gone)
    fids = kept.fids.tolist()
    columns = {name: column.copy() for name, column in kept.columns.items()}
    shapes = None if kept.geometry is None else kept.geometry.copy()
    place = {fid: at for at, fid in enumerate(fids)}
    drawn = np.array([fid in pending.shapes and table != "responsibility_grid" for fid in fids], dtype=bool)
    for fid, values in pending.values.items():
        for name, value in values.items():
            columns[name][place[fid]] = value
    for fid, shape in pending.shapes.items():
        if shapes is not None and drawn[place[fid]]:
            shapes[place[fid]] = shape
    given = np.array(["lane_code" in pending.values.get(fid, ()) for fid in fids], dtype=bool)
    coded = np.array(["code" in pending.values.get(fid, ()) for fid in fids], dtype=bool)
    after = _named_by_code(table, _derived(workspace, table, Rows(columns, shapes, kept.fids), drawn, given), coded)
    added = _added(pending, stored, has_shape=definition.geometry is not None)
    given = ~is_null(added["lane_code"]) if table in LANE_POINTS and len(added) else np.zeros(len(added), dtype=bool)
    every = np.ones(len(added), dtype=bool)
    new = _named_by_code(table, _derived(workspace, table, added, every, given), every, is_new=True)
    differs = {name: kept.differs(name, after) for name in after.columns if name != "row_version"}
    touched = drawn.copy()
    for mask in differs.values():
        touched |= mask
    names = [name for name, mask in differs.items() if mask.any()]
    versions = {"row_version": after["row_version"][touched]} if "row_version" in after else {}
    updated = Rows(
        {**{name: after[name][touched] for name in names}, **versions},
        after.geometry[touched] if after.geometry is not None and drawn.any() else None,
        kept.fids[touched],
    )
    return TableChange(table, before=kept.take(touched), updated=updated, deleted=stored.take(gone), inserted=new)


def _added(pending: PendingEdits, stored: Rows, *, has_shape: bool) -> Rows:
    names = list(stored.columns) or sorted({name for row in pending.added for name in row.values})
    columns = {
        name: as_column(row.values.get(name) for row in pending.added) for name in names if name != "row_version"
    }
    shapes = as_column(row.geometry for row in pending.added) if has_shape else None
    return Rows(columns, shapes, np.array([row.fid for row in pending.added], dtype=np.int64))


def _derived(workspace: Workspace, table: str, rows: Rows, drawn: np.ndarray, on_given_lane: np.ndarray) -> Rows:
    """Return rows with what follows from their geometry.

    :param drawn: those that have a new geometry, bool (n,). :param on_given_lane: those whose lane is the planner's.
    """
    at = np.flatnonzero(drawn)
    if len(at) == 0 or rows.geometry is None:
        return rows
    shapes = rows.geometry[at]
    there = at[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if table == "lane":
        return with_what_follows(workspace, rows, there)
    if table in _IN_CELLS:
        cells = rows["unit_grid"].copy()
        cells[there] = _cells_at(workspace, rows.geometry[there])
        rows = rows.with_columns(unit_grid=cells)
    if "placed_by" in rows:
        by_words = rows["placed_by"].copy()
        by_words[there] = None  # a planner placed it
        rows = rows.with_columns(placed_by=by_words)
    if table in LANE_POINTS:
        free = there[~on_given_lane[there]]
        lanes = rows["lane_code"].copy()
        if len(free):
            lanes[free] = _lanes_at(workspace, rows.take(free))
        rows = rows.with_columns(lane_code=lanes)
    return rows


def _named_by_code(table: str, rows: Rows, coded: np.ndarray, *, is_new: bool = False) -> Rows:
    """Return areas with the level and the area above that their codes say, where the planner gives no other.

    :param coded: those with a new code, bool (n,). :param is_new: rows may come with an area above them.
    :raises InputError: what is wrong with a code.
    """
    if table != "area" or not len(rows):
        return rows
    levels, parents = rows["level"].copy(), rows["parent_code"].copy()
    for at in np.flatnonzero(coded & ~is_null(rows["code"])).tolist():
        level, parent = area_level(rows["code"][at]), parent_code(rows["code"][at])
        levels[at] = level
        parents[at] = parents[at] if is_new and not is_null(parents[at : at + 1])[0] else parent
    return rows.with_columns(level=levels, parent_code=parents)


def _cells_at(workspace: Workspace, shapes: np.ndarray) -> np.ndarray:
    spots = shapely.point_on_surface(shapes)
    cells = read_around(workspace, "unit_grid", places_of(spots, workspace.info.precision_m), ["code"])
    found = locate_points(*xy_of_points(spots), cells.shapes, cells["code"])
    return cells.pick_or_none("code", found)


def _lanes_at(workspace: Workspace, points: Rows) -> np.ndarray:
    spots = shapely.point_on_surface(points.shapes)
    near = places_of(spots, float(load_json(DUTY)["lane_distance_m"]))
    lanes = read_around(workspace, "lane", near, ["code", *NAMING, "state", "valid_to"])
    lanes = lanes.take(lanes_in_use(lanes))
    lane, _ = lanes_of_points(spots, points.columns.get("address"), lanes)
    return lanes.pick_or_none("code", lane)


def _refuse_taken_keys(workspace: Workspace, change: TableChange) -> None:
    """Do nothing when every natural key will be there once.

    :raises SaveRefused: ``save_key_taken`` naming the keys.
    """
    definition = change.definition
    if not definition.key:
        return
    old, after, new = (_keys(change, rows) for rows in (change.old, change.after, change.inserted.records()))
    keys = [key for key in (*after, *new) if None not in key]
    taken = {key for key in keys if keys.count(key) > 1} if len(set(keys)) < len(keys) else set()
    given = [key for key in (*(key for was, key in zip(old, after) if key != was), *new) if None not in key]
    if given:
        taken |= set(given) & _stored_keys(workspace, change, given)
    if taken:
        titles = {column.name: column for column in definition.columns}
        details: Mapping[str, Any] = {
            "table": definition.zh,
            "table_en": definition.en,
            "column": "、".join(titles[name].zh for name in definition.key),
            "column_en": ", ".join(titles[name].en for name in definition.key),
            "keys": listing(sorted("|".join(map(str, key)) for key in taken)),
        }
        raise SaveRefused(Refusal(Message("save_key_taken", details)))


def _keys(change: TableChange, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(row.get(name) for name in change.definition.key) for row in rows]


def _stored_keys(workspace: Workspace, change: TableChange, keys: list[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    """Return the keys of stored rows that the change does not concern, among those asked for."""
    definition = change.definition
    last = definition.key[-1]
    wanted = sorted({key[-1] for key in keys})
    rows = read_any(workspace, definition.name, last, wanted, list(definition.key), geometry=False)
    mine = np.concatenate([part.fid for part in (change.before, change.deleted) if part.fid is not None])
    others = rows.take(~np.isin(rows.fids, mine))
    return set(zip(*(others[name].tolist() for name in definition.key)))
