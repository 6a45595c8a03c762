"""Write imported unit grids: codes, attributes, what was there before, and everything that depends on the cells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.stored import DRAFT
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.unit_grids.codes import refuse_faulty_codes, without_decimal_tails
from gridmgmt_plugin.core.unit_grids.new_rows import coded_unit_grids
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.unit_grids.unit_grid_cells import Situation
from gridmgmt_plugin.jobs.unit_grids.unit_grid_changes import Relocated, area_outlines, relocated_points
from gridmgmt_plugin.workspace.changes.successors import (
    history_rows,
    overlaps,
    rebuilt_outlines,
    scheme_columns,
    successors_of,
)
from gridmgmt_plugin.workspace.register_store import RegisterStore, now_text
from gridmgmt_plugin.workspace.schema import table
from gridmgmt_plugin.workspace.workspace import Workspace

_DEFAULT_KIND = "街区"


@dataclass(frozen=True)
class Placed:
    """Cells ready to be stored, n of them. ``area``: int64, position in the ground. ``incoming``: int64, the cell of
    the file that each is (−1 = none); several may be parts of one. ``present``: int64, the unit grid of the workspace
    that each is where it stays (−1 = none). ``ground``: the areas with the vertices of the cells.
    """

    geometry: np.ndarray
    area: np.ndarray
    incoming: np.ndarray
    present: np.ndarray
    ground: np.ndarray
    moved_m2: float


@dataclass(frozen=True)
class Stored:
    """``count``: unit grids taken from the file."""

    count: int
    figures: Mapping[str, Any]
    notes: tuple[Message, ...]


def store_cells(
    workspace: Workspace,
    source: Source,
    met: Situation,
    placed: Placed,
    *,
    mode: str,
    state: str,
    author: str,
    progress: Progress,
) -> Stored:
    """Write the cells in one transaction.

    :param state: of the codes that the file gives.
    :raises InputError: ``unit_grid_codes_faulty``, ``code_sequence_full``.
    """
    at = now_text()
    store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid")
    came = placed.incoming >= 0
    codes = without_decimal_tails(met.cells.codes)
    numbers = source.row_numbers[met.cells.position].tolist()
    going = set(met.present["code"][met.replaced].tolist())
    refuse_faulty_codes(codes, met.cells.raw_codes, met.ground.codes[met.area], store.register, going, numbers)
    rows = _attributes(met, placed, came, _given_codes(codes, placed, came))
    given = set(rows["code"].tolist()) - {None}
    unnumbered = rows["code"] == None  # noqa: E711  elementwise on an object array
    gone = np.flatnonzero(met.replaced & ~np.isin(met.present["code"].astype(str), sorted(given)))
    if unnumbered.any():
        free = RegisterStore(workspace, workspace.info.code_layout, "unit_grid").register
        rows = _numbered(rows, unnumbered, _without(free, met.present["code"][gone], given), author, at)
    matched = _matched(rows["code"], met)
    matched[unnumbered] = -1  # a number that was given back names another cell now
    rows, assumed = _inherit(rows, met, matched)
    heirs = successors_of(met.present.geometry[gone], rows.geometry, rows["code"])
    _register(store.register, met.present["code"][gone], heirs, rows["code"], given, state, author, at)
    rows = rows.with_columns(state=[store.register.state(code) for code in rows["code"]])
    staying = _staying(met, placed)
    kept = matched >= 0
    reshaped = _reshaped(met.present, matched[kept], rows.geometry[kept], workspace.info.precision_m)
    closed = met.present.take(matched[kept][reshaped])
    # Everything is read before the transaction begins: nobody can read once it has written much.
    after = _units_after(met, gone, matched[kept], rows, staying)
    outlines = area_outlines(workspace, met.ground, placed.ground)
    grids = rebuilt_outlines(workspace, after, _assignments(met, rows))
    moved = {name: relocated_points(workspace, after, name) for name in ("component", "cases")}
    with workspace.transaction(author, "import_unit_grids") as transaction:
        cause = f"import_{mode}"
        transaction.insert("unit_grid_history", history_rows(met.present.take(gone), heirs, cause))
        transaction.insert("unit_grid_history", history_rows(closed, [[code] for code in closed["code"]], cause))
        transaction.delete("unit_grid", met.present.fid[gone])
        transaction.update("unit_grid", _with_rows_of(rows.take(kept), met.present, matched[kept]))
        transaction.update("unit_grid", staying)
        transaction.insert("unit_grid", rows.take(~kept))
        store.write(transaction)
        transaction.update("area", outlines)
        transaction.update("responsibility_grid", grids)
        for name, points in moved.items():
            if len(points):
                transaction.set_column(name, "unit_grid", points.fid, points.unit_grid)
        transaction.log("unit_grid", None, None, json.dumps({"rows": len(rows), "mode": mode}))
        progress.report(1.0)  # the last moment to cancel: what follows is written
    figures = {
        "added": int((~kept).sum()),
        "updated": int(kept.sum()),
        "reshaped": int(reshaped.sum()),
        "withdrawn": len(gone),
        "neighbours_adjusted": len(staying),
        "responsibility_grids_rebuilt": len(grids),
    }
    return Stored(len(rows), figures, _notes(int(unnumbered.sum()), assumed, len(gone), moved))


def _given_codes(codes: np.ndarray, placed: Placed, came: np.ndarray) -> np.ndarray:
    """Return the code of each cell that comes in: of several parts the largest keeps it."""
    source = placed.incoming[came]
    size = shapely.area(placed.geometry[came])
    order = np.lexsort((-size, source))
    first = np.r_[True, source[order][1:] != source[order][:-1]] if len(order) else np.zeros(0, dtype=bool)
    given = as_column([None] * len(source))
    given[order[first]] = codes[source[order[first]]]
    return given


def _attributes(met: Situation, placed: Placed, came: np.ndarray, codes: np.ndarray) -> Rows:
    source = placed.incoming[came]
    geometry = placed.geometry[came]
    columns = {name: column[source] for name, column in met.cells.columns.items()}
    columns["code"] = codes
    columns["area_code"] = as_column(met.ground.codes[placed.area[came]].tolist())
    columns["area_m2"] = as_column(np.round(shapely.area(geometry), 3).tolist())
    return Rows(columns, geometry)


def _matched(codes: np.ndarray, met: Situation) -> np.ndarray:
    """Return the replaced unit grid of the same code per cell, −1 where there is none."""
    place = {met.present["code"][row]: row for row in np.flatnonzero(met.replaced).tolist()}
    return np.array([place.get(code, -1) for code in codes], dtype=np.int64)


def _inherit(rows: Rows, met: Situation, matched: np.ndarray) -> tuple[Rows, int]:
    """Return the rows with what the file does not say: kept from the unit grid of the same code, else the default.

    A new cell takes its responsibility grids from the unit grid that held most of its ground. The number of cells
    whose kind had to be assumed comes with it.
    """
    present, columns = met.present, dict(rows.columns)
    kept = matched >= 0
    own = [name for name in table("unit_grid").column_names if name not in ("code", "area_code", "area_m2", "state")]
    for name in (*own, *scheme_columns(present)):
        column = columns[name].copy() if name in columns else as_column([None] * len(rows))
        empty = kept & (column == None)  # noqa: E711  elementwise on an object array
        column[empty] = present[name][matched[empty]]
        columns[name] = column
    fresh = np.flatnonzero(~kept)
    old = np.flatnonzero(met.replaced)
    if len(fresh) and len(old) and scheme_columns(present):
        new, before, _ = overlaps(rows.geometry[fresh], present.geometry[old])
        top = np.r_[True, new[1:] != new[:-1]] if len(new) else np.zeros(0, dtype=bool)
        for name in scheme_columns(present):
            columns[name][fresh[new[top]]] = present[name][old[before[top]]]
    assumed = columns["grid_kind"] == None  # noqa: E711  elementwise on an object array
    columns["grid_kind"][assumed] = _DEFAULT_KIND
    undated = columns["valid_from"] == None  # noqa: E711  elementwise on an object array
    columns["valid_from"][undated] = date.today().isoformat()
    return Rows(columns, rows.geometry), int(assumed.sum())


def _without(register: CodeRegister, gone: np.ndarray, given: set[str]) -> CodeRegister:
    """Return a register in which the drafts that give way are free and the codes that come in are taken."""
    register.discard([code for code in gone if register.state(code) == DRAFT])
    register.claim(sorted(code for code in given if code not in register))
    return register


def _numbered(rows: Rows, unnumbered: np.ndarray, free: CodeRegister, author: str, at: str) -> Rows:
    """Return the rows with codes for those that have none, in the order of numbering."""
    waiting = rows.take(unnumbered)
    given = coded_unit_grids(
        waiting.geometry, waiting["area_code"], free, author, at, place=np.flatnonzero(unnumbered).tolist()
    )
    codes = rows["code"].copy()
    codes[given["place"].astype(np.int64)] = given["code"]
    return rows.with_columns(code=codes)


def _register(
    register: CodeRegister,
    gone: np.ndarray,
    heirs: list[list[str]],
    codes: np.ndarray,
    given: set[str],
    state: str,
    author: str,
    at: str,
) -> None:
    """Enter the codes of the cells, and take those of replaced cells out of use, naming what follows them."""
    used = set(codes.tolist())
    for code, following in zip(gone, heirs):
        if code in register and code not in used:
            register.withdraw(code, "import_replace", following, at=at, by=author)
    register.claim(sorted(code for code in used & given if code not in register), state=state, at=at, by=author)
    register.claim(sorted(code for code in used - given if code not in register), at=at, by=author)


def _staying(met: Situation, placed: Placed) -> Rows:
    """Return the unit grids that stay and whose shape changes: repaired neighbours, and vertices on common edges."""
    at = np.flatnonzero(placed.present >= 0)
    before = met.present.geometry[placed.present[at]]
    after = placed.geometry[at]
    same = shapely.equals_exact(shapely.normalize(before), shapely.normalize(after), 0.0)
    rows, shapes = placed.present[at[~same]], after[~same]
    columns = {"area_m2": as_column(np.round(shapely.area(shapes), 3).tolist())}
    return _with_rows_of(Rows(columns, shapes), met.present, rows)


def _with_rows_of(rows: Rows, present: Rows, at: np.ndarray) -> Rows:
    """Return rows that write to the unit grids at positions, guarded by the version that was read."""
    return Rows({**rows.columns, "row_version": present["row_version"][at]}, rows.geometry, present.fid[at])


def _reshaped(present: Rows, at: np.ndarray, after: np.ndarray, precision_m: float) -> np.ndarray:
    """Tell which unit grids got another shape, beyond rounding."""
    before = present.geometry[at]
    moved_m2 = shapely.area(shapely.symmetric_difference(before, after))
    return np.asarray(moved_m2 > precision_m * shapely.length(before))


def _units_after(met: Situation, gone: np.ndarray, updated: np.ndarray, rows: Rows, staying: Rows) -> Rows:
    """Return code, shape and assignments of all unit grids as they are after the import."""
    names = ["code", *scheme_columns(met.present)]
    geometry = met.present.geometry.copy()
    place = {fid: row for row, fid in enumerate(met.present.fid.tolist())}
    geometry[[place[fid] for fid in staying.fid.tolist()]] = staying.geometry
    others = np.setdiff1d(np.arange(len(met.present)), np.concatenate([gone, updated]))
    columns = {name: np.concatenate([met.present[name][others], rows[name]]) for name in names}
    return Rows(columns, np.concatenate([geometry[others], rows.geometry]))


def _assignments(met: Situation, rows: Rows) -> Rows:
    """Return the responsibility grids of the cells concerned, before and after the import."""
    columns = scheme_columns(met.present)
    concerned = np.isin(met.present_area, met.touched)
    return Rows({name: np.concatenate([met.present[name][concerned], rows[name]]) for name in columns})


def _notes(unnumbered: int, assumed: int, gone: int, moved: Mapping[str, Relocated]) -> tuple[Message, ...]:
    notes = []
    if unnumbered:
        notes.append(Message("cells_codes_given", {"count": unnumbered}))
    if assumed:
        notes.append(Message("cells_kind_assumed", {"count": assumed}))
    if gone:
        notes.append(Message("cells_codes_withdrawn", {"count": gone}))
    if any(len(points) for points in moved.values()):
        numbers = {"components": len(moved["component"]), "cases": len(moved["cases"])}
        notes.append(Message("cells_points_moved", numbers))
    return tuple(notes)
