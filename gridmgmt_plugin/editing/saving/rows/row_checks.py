"""What stands against the save of rows that were edited in forms: empty rows, rows that others still refer to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from gridmgmt_plugin.core.columns import days, texts
from gridmgmt_plugin.core.lanes.lane_edit import gone_states
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.read import TARGETS
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.responsibility.boundaries import lie_within
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.saving.reports import GuardFault, Refusal, SaveRefused
from gridmgmt_plugin.project.forms.description import form_descriptions
from gridmgmt_plugin.workspace.changes.grid_outlines import scheme_columns
from gridmgmt_plugin.workspace.changes.row_reading import read_any
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells
from gridmgmt_plugin.workspace.reads.asked import Asked, asked
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace

#: What is kept as it was on its day may name what is no more.
RECORDS = ("release_item", "cases", "lane_inspection", "ownership_ruling")
#: What follows from where things lie is found again, and hinders nobody.
FOLLOWING = (("component", "lane_code"), ("component", "unit_grid"), ("lane_area", "lane_code"))
_NOBODY = np.zeros(0, dtype=np.int64)
_PERIOD = ("valid_from", "valid_to")


def refuse_locked_tables(change: TableChange) -> None:
    """Do nothing when rows of the table are edited by hand at all; what records acts is changed by acts.

    :raises SaveRefused: ``save_table_locked`` with the reason that the form gives.
    """
    form, definition = form_descriptions()[change.table], change.definition
    if change and form.locked is not None:
        told = {"table": definition.zh, "table_en": definition.en}
        told |= {"reason": form.locked_because("zh"), "reason_en": form.locked_because("en")}
        raise SaveRefused(Refusal(Message("save_table_locked", told)))


def refuse_empty_rows(change: TableChange) -> None:
    """Do nothing when every new row says something.

    :raises SaveRefused: ``save_row_empty``.
    """
    rows = change.inserted
    if len(rows) == 0:
        return
    drawn = (
        np.zeros(len(rows), dtype=bool) if rows.geometry is None else np.array([s is not None for s in rows.shapes])
    )
    said = drawn.copy()
    for name, column in rows.columns.items():
        if name != "row_version":
            said |= np.array([value is not None and str(value).strip() != "" for value in column], dtype=bool)
    if not said.all():
        definition = change.definition
        told = {"count": int((~said).sum()), "table": definition.zh, "table_en": definition.en}
        raise SaveRefused(Refusal(Message("save_row_empty", told)))


def refuse_unnumbered_rows(change: TableChange) -> None:
    """Do nothing when every new row has the parts of its key that forms leave to the program.

    :raises SaveRefused: ``save_key_not_given``.
    """
    definition, form = change.definition, form_descriptions()[change.table]
    rows = change.inserted
    for column in definition.columns:
        if column.name in definition.key and form.reason(column.name, "en") is not None and len(rows):
            missing = int(rows.is_null(column.name).sum())
            if missing:
                told = {"count": missing, "table": definition.zh, "table_en": definition.en}
                told |= {"column": column.zh, "column_en": column.en}
                raise SaveRefused(Refusal(Message("save_key_not_given", told)))


def refuse_reversed_periods(change: TableChange) -> None:
    """Do nothing when no edit leaves a row whose last day lies before its first, but for what was abolished before it
    began.

    :raises SaveRefused: ``save_period_reversed``, naming the rows.
    """
    edited = [
        after
        for before, after in zip(change.before.records(), change.after)
        if any(before.get(name) != after.get(name) for name in _PERIOD)
    ]
    rows = Rows.from_records([*change.inserted.records(), *edited])
    first, last = (days(rows, name) for name in _PERIOD)
    reversed_ = rows.take((last < first) & ~np.isin(texts(rows, "state").astype(str), sorted(gone_states())))
    if len(reversed_):
        definition = change.definition
        keys = listing("|".join(str(row.get(name) or "–") for name in definition.key) for row in reversed_.records())
        told = {"count": len(reversed_), "table": definition.zh, "table_en": definition.en, "keys": keys or "–"}
        told |= {name: str(reversed_[name][0]) for name in _PERIOD}
        raise SaveRefused(Refusal(Message("save_period_reversed", told)))


def refuse_orphans(
    workspace: Workspace, change: TableChange, settled: Callable[[str], np.ndarray] = lambda _table: _NOBODY
) -> None:
    """Do nothing when no row is left that refers to one that is deleted or bears another key.

    :param settled: table → numbers of rows that refer to something else after this save.
    :raises SaveRefused: ``save_row_in_use``, naming the keys and where they are referred to.
    """
    for column, leaving in _leaving(change):
        for child, child_column in _referring(workspace, change, column):
            rows = read_any(workspace, child, child_column, sorted(leaving), [child_column], geometry=False)
            rows = rows.take(~np.isin(rows.fids, settled(child)))
            if child == change.table:  # what goes in the same save refers to nothing any more
                mine = [part.fids for part in (change.before, change.deleted) if part.fid is not None]
                rows = rows.take(~np.isin(rows.fids, np.concatenate(mine)))
            if len(rows):
                raise SaveRefused(Refusal(_in_use(change, rows, child, child_column)))
        if column == "code" and change.table in TARGETS:
            posts = read_any(workspace, "post", "target_code", sorted(leaving), ["target", "target_code"])
            posts = posts.take((posts["target"] == change.table) & ~np.isin(posts.fids, settled("post")))
            if len(posts):
                raise SaveRefused(Refusal(_in_use(change, posts, "post", "target_code")))


def refuse_grids_across(workspace: Workspace, touched: TouchedCells) -> None:
    """Do nothing when no cell was given to a responsibility grid of another area.

    :raises SaveRefused: ``save_grid_across_area``, with the cells and their places.
    """
    faults = []
    for column in scheme_columns(touched.after):
        given = _newly_assigned(touched, column)
        codes = sorted({touched.after[column][at] for at in given})
        if not codes:
            continue
        (grids,) = workspace.read_together([_areas_of_grids(column, codes)])
        own = dict(zip(grids["code"], grids["area_code"]))
        for code in codes:
            there = np.array([at for at in given if touched.after[column][at] == code], dtype=np.int64)
            inside = lie_within(touched.after["area_code"][there], own.get(code))
            faults += [_across(touched, at, code, own[code]) for at in there[~inside].tolist()]
    if faults:
        told = {"count": len(faults), "codes": listing([fault.codes[0] for fault in faults])}
        raise SaveRefused(Refusal(Message("save_grid_across_area", told), tuple(faults)))


def assignment_reads(touched: TouchedCells) -> list[Asked]:
    """Return the reads of :func:`refuse_grids_across`."""
    columns = scheme_columns(touched.after)
    given = {name: sorted({touched.after[name][at] for at in _newly_assigned(touched, name)}) for name in columns}
    return [_areas_of_grids(name, codes) for name, codes in given.items() if codes]


def _areas_of_grids(column: str, codes: list[str]) -> Asked:
    where = {"scheme": column[3:], "code": codes}
    return asked("responsibility_grid", ["code", "area_code"], where, geometry=False)


def _leaving(change: TableChange) -> Iterator[tuple[str, set[Any]]]:
    """Yield the column that others refer to, and its values that no row bears after the change."""
    columns = {relation["parent_column"] for relation in _relations(change.table)}
    columns |= {"code"} if change.table in TARGETS else set()
    for column in sorted(columns):
        before = [*change.deleted.records(), *change.before.records()]
        after = [*change.inserted.records(), *change.after]
        values = {row.get(column) for row in before} - {row.get(column) for row in after} - {None, ""}
        if values:
            yield column, values


def _referring(workspace: Workspace, change: TableChange, column: str) -> Iterator[tuple[str, str]]:
    for relation in _relations(change.table):
        child = relation["child"], relation["column"]
        if relation["parent_column"] == column and child[0] not in RECORDS and child not in FOLLOWING:
            yield child
    if change.table == "responsibility_grid" and column == "code":
        rows = [*change.deleted.records(), *change.before.records()]
        columns = {scheme_column(str(row["scheme"])) for row in rows if row.get("scheme")}
        for name in sorted(columns & set(scheme_columns(workspace.read("unit_grid", where={"fid": []})))):
            yield "unit_grid", name


def _relations(parent: str) -> list[dict[str, str]]:
    return [entry for entry in load_json("schema/relations.json") if entry["parent"] == parent]


def _in_use(change: TableChange, rows: Rows, child: str, child_column: str) -> Message:
    parent, other = change.definition, definition_of(child)
    keys = listing(sorted({str(value) for value in rows[child_column]}))
    code = "save_grid_in_use" if change.table == "responsibility_grid" and child == "unit_grid" else "save_row_in_use"
    return Message(
        code,
        {
            "table": parent.zh,
            "table_en": parent.en,
            "keys": keys,
            "count": len(rows),
            "other": other.zh,
            "other_en": other.en,
        },
    )


def _newly_assigned(touched: TouchedCells, column: str) -> list[int]:
    """Return positions in ``after`` of cells that the edits gave to a grid, or to another area."""
    stays, now = touched.changed, touched.now(touched.changed)
    other = touched.before.take(stays).differs(column, touched.after.take(now))
    other |= touched.before.take(stays).differs("area_code", touched.after.take(now))
    given = [*now[other].tolist(), *touched.added.tolist()]
    return [at for at in given if touched.after[column][at]]


def _across(touched: TouchedCells, at: int, grid: str, area: str) -> GuardFault:
    code = str(touched.after["code"][at] or "–")
    message = Message("cell_grid_elsewhere", {"code": code, "grid": grid, "area": area})
    fid, place = int(touched.after.fids[at]), touched.after.shapes[at]
    return GuardFault("assignment", (code,), (fid,), place, 0.0, message, repairable=False)
