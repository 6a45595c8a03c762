"""Write imported unit grids: codes, attributes, what was there before, and everything that depends on the cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.stored import DRAFT
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.core.unit_grids.codes import refuse_faulty_codes, without_decimal_tails
from gridmgmt_plugin.core.unit_grids.new_rows import coded_unit_grids
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.unchanged import refuse_changed
from gridmgmt_plugin.jobs.unit_grids.area_outlines import area_outlines
from gridmgmt_plugin.jobs.unit_grids.unit_grid_cells import Situation
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.cell_change import CellChange, follow_cells, write_cells
from gridmgmt_plugin.workspace.changes.grid_outlines import scheme_columns
from gridmgmt_plugin.workspace.changes.lineage import Causes
from gridmgmt_plugin.workspace.changes.row_reading import read_numbered
from gridmgmt_plugin.workspace.changes.successors import taken_over
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.changes.touched_cells import compared_cells
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.schema import table
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "import_unit_grids"
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


@dataclass(frozen=True, eq=False)
class _CodedCells:
    """The cells of the file as rows, with their codes. ``matched``: int64, the unit grid of the workspace that each
    is, −1 for new ones. ``unnumbered``: how many came without a code; ``assumed``: how many without a kind.
    """

    rows: Rows
    matched: np.ndarray
    unnumbered: int
    assumed: int


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
    """Write the cells in one transaction, with everything that follows from them.

    :param state: of the codes that the file gives.
    :raises InputError: ``unit_grid_codes_faulty``, ``code_sequence_full``.
    :raises WorkspaceError: ``row_changed_meanwhile`` when somebody changed unit grids since they were read.
    """
    act, cause = Act.now(GESTURE, author), f"import_{mode}"
    outlines = _outline_change(workspace, met, placed)
    with workspace.transaction(author, GESTURE) as transaction:
        refuse_changed(workspace, transaction, "unit_grid", met.present)
        transaction.hold("code_register")
        store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid")
        coded = _coded(store.register, met, placed, source, state, act)
        touched = compared_cells(met.present, *_cells_after(met, placed, coded))
        change = follow_cells(workspace, touched, store, Causes({}, cause), act)
        write_cells(transaction, change, act, (cause,), otherwise=cause, beside=[outlines])
        progress.report(1.0)  # the last moment to cancel: what follows is written
    kept = coded.matched >= 0
    now = touched.now(coded.matched[kept])
    precision_m = workspace.info.precision_m
    reshaped = _reshaped(met.present.shapes[coded.matched[kept]], touched.after.shapes[now], precision_m)
    figures = {
        "added": len(change.cells.inserted),
        "updated": int(kept.sum()),
        "reshaped": int(reshaped.sum()),
        "withdrawn": len(touched.removed),
        "neighbours_adjusted": len(np.setdiff1d(touched.reshaped, coded.matched[kept])),
        "responsibility_grids_rebuilt": len(change.grids.updated),
    }
    return Stored(len(coded.rows), figures, _notes(coded, len(touched.removed), change))


def _coded(
    register: CodeRegister, met: Situation, placed: Placed, source: Source, state: str, act: Act
) -> _CodedCells:
    """Give every cell of the file its code and attributes; codes that the file gives are claimed in the register."""
    came = placed.incoming >= 0
    codes = without_decimal_tails(met.cells.codes)
    numbers = source.row_numbers[met.cells.position].tolist()
    going = set(met.present["code"][met.replaced].tolist())
    refuse_faulty_codes(codes, met.cells.raw_codes, met.ground.codes[met.area], register, going, numbers)
    rows = _attributes(met, placed, came, _given_codes(codes, placed, came))
    given = set(rows["code"].tolist()) - {None}
    unnumbered = rows.is_null("code")
    if unnumbered.any():
        gone = met.present["code"][met.replaced & ~np.isin(met.present["code"].astype(str), sorted(given))]
        staying = met.present["code"][~met.replaced]
        rows = _numbered(rows, unnumbered, register, gone, staying, given, act)
    register.claim(sorted(code for code in given if code not in register), state=state, at=act.at, by=act.by)
    matched = _matched(rows["code"], met)
    matched[unnumbered] = -1  # a number that was given back names another cell now
    rows, assumed = _inherit(rows, met, matched)
    return _CodedCells(rows, matched, int(unnumbered.sum()), assumed)


def _cells_after(met: Situation, placed: Placed, coded: _CodedCells) -> tuple[Rows, np.ndarray]:
    """Return all unit grids as they are after the import, and the row that each was before (−1 for new ones)."""
    shapes, area_m2 = met.present.shapes.copy(), met.present["area_m2"].copy()
    at = np.flatnonzero(placed.present >= 0)
    staying, drawn = placed.present[at], placed.geometry[at]
    moved = ~shapely.equals_exact(shapely.normalize(shapes[staying]), shapely.normalize(drawn), 0.0)
    shapes[staying[moved]] = drawn[moved]
    area_m2[staying[moved]] = as_column(np.round(shapely.area(drawn[moved]), 3).tolist())
    others = np.flatnonzero(~met.replaced)
    before = {name: met.present[name] for name in coded.rows.columns if name in met.present}
    before["area_m2"] = area_m2
    columns = {
        name: np.concatenate([before[name][others], column])
        for name, column in coded.rows.columns.items()
        if name in before
    }
    geometry = np.concatenate([shapes[others], coded.rows.shapes])
    return Rows(columns, geometry), np.concatenate([others, coded.matched])


def _outline_change(workspace: Workspace, met: Situation, placed: Placed) -> TableChange:
    """Return the outlines of areas with the vertices of their cells."""
    after = area_outlines(workspace, met.ground, placed.ground)
    before = read_numbered(workspace, "area", after.fids.tolist())
    return TableChange("area", before=before, updated=after.with_columns(row_version=before["row_version"]))


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
        empty = kept & is_null(column)
        column[empty] = present[name][matched[empty]]
        columns[name] = column
    fresh = np.flatnonzero(~kept)
    old = np.flatnonzero(met.replaced)
    if len(fresh) and len(old) and scheme_columns(present):
        found = taken_over(rows.shapes[fresh], present.take(old), scheme_columns(present))
        for name, column in found.items():
            held = ~is_null(column)
            columns[name][fresh[held]] = column[held]
    assumed = is_null(columns["grid_kind"])
    columns["grid_kind"][assumed] = _DEFAULT_KIND
    columns["valid_from"][is_null(columns["valid_from"])] = clock.today().isoformat()
    return Rows(columns, rows.geometry), int(assumed.sum())


def _numbered(
    rows: Rows,
    unnumbered: np.ndarray,
    register: CodeRegister,
    gone: np.ndarray,
    staying: np.ndarray,
    given: set[str],
    act: Act,
) -> Rows:
    """Return the rows with codes for those that have none, in the order of numbering.

    Drafts that give way are free then, codes that come in or stay (registered or not) are taken; the register stays
    as it is.
    """
    mark = register.mark()
    register.discard([code for code in gone if register.state(code) == DRAFT])
    register.claim(sorted(code for code in given if code not in register))
    register.keep_off({*staying} - {None})
    waiting = rows.take(unnumbered)
    new = coded_unit_grids(
        waiting.shapes,
        waiting["area_code"],
        register,
        act.by,
        act.at,
        place=np.flatnonzero(unnumbered).tolist(),
    )
    register.rewind(mark)
    codes = rows["code"].copy()
    codes[new["place"].astype(np.int64)] = new["code"]
    return rows.with_columns(code=codes)


def _reshaped(before: np.ndarray, after: np.ndarray, precision_m: float) -> np.ndarray:
    """Tell which unit grids got another shape, beyond rounding."""
    moved_m2 = shapely.area(shapely.symmetric_difference(shapely.make_valid(before), after))
    return np.asarray(moved_m2 > precision_m * shapely.length(before))


def _notes(coded: _CodedCells, gone: int, change: CellChange) -> tuple[Message, ...]:
    notes = []
    if coded.unnumbered:
        notes.append(Message("cells_codes_given", {"count": coded.unnumbered}))
    if coded.assumed:
        notes.append(Message("cells_kind_assumed", {"count": coded.assumed}))
    if gone:
        notes.append(Message("cells_codes_withdrawn", {"count": gone}))
    if change.moved_points:
        moved = {part.table: len(part.updated) for part in change.points}
        numbers = {"components": moved["component"], "cases": moved["cases"], "items": moved["ledger_item"]}
        notes.append(Message("cells_points_moved", numbers))
    return (*notes, *change.notes)
