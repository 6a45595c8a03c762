"""Unit grids of a package in the place of those of a workspace: codes, rows before and after, what follows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.codes.stored import DRAFT, RETIRED, VALID
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.ground import unit_ground
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.succession import posts_in_or_after
from gridmgmt_plugin.core.rows import Rows, as_column, differs, is_null
from gridmgmt_plugin.core.unit_grids.codes import refuse_faulty_codes
from gridmgmt_plugin.jobs.handover.coming_back.as_it_stands import said_empty
from gridmgmt_plugin.jobs.handover.coming_back.content_back import GROUP, UNIT, Content
from gridmgmt_plugin.jobs.handover.coming_back.drawn_ground import with_given_outlines
from gridmgmt_plugin.jobs.handover.coming_back.other_cells import OtherCells, other_cells
from gridmgmt_plugin.jobs.handover.coming_back.sound_cells import SoundCells, sound_cells
from gridmgmt_plugin.jobs.unit_grids.area_outlines import area_outlines
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.cell_change import CellChange, follow_cells, write_cells
from gridmgmt_plugin.workspace.changes.grid_outlines import scheme_columns
from gridmgmt_plugin.workspace.changes.lineage import Causes
from gridmgmt_plugin.workspace.changes.row_acts import joined_changes, log_rows_of
from gridmgmt_plugin.workspace.changes.row_reading import read_any
from gridmgmt_plugin.workspace.changes.successors import taken_over
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells, compared_cells
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

# Tables of which unit grids that are drawn anew change rows as well.
_FOLLOWING_TABLES = (GROUP, "code_register")


@dataclass(frozen=True, eq=False)
class Redrawn:
    """What is drawn anew, not written yet. ``touched``: the cells before and after; ``store``: the register that
    knows their codes. ``states``: of unit grids that stay and get another one, by code. ``prior``: what new ones were
    before, by code, where the package says it. ``outlines``: areas with the vertices of the cells; ``as_given``:
    those that take the package's. ``settled``: scheme's column and code of grids that the package itself figures.
    ``revived``: codes that are taken up again, because no release told of their end.
    """

    touched: TouchedCells
    store: RegisterStore
    states: Mapping[str, str]
    prior: Mapping[str, str | None]
    outlines: TableChange
    as_given: Collection[str]
    settled: Collection[tuple[str, str]]
    revived: Collection[str]
    notes: tuple[Message, ...]


@dataclass(frozen=True, eq=False)
class GivenCells:
    """What a package says of its unit grids beside their outline.

    ``kept``: the values that change in those that are here. ``emptied``: column → bool per row, what a package of
    ours delivers empty. ``column``: of the scheme, ``None`` where the package names none; ``assigned``: the
    responsibility grid of each. ``settled``: as in :class:`Redrawn`.
    """

    kept: TableChange
    emptied: Mapping[str, np.ndarray]
    column: str | None
    assigned: np.ndarray
    settled: Collection[tuple[str, str]]

    def passing(self, found: OtherCells) -> np.ndarray:
        """Tell which unit grids of the package that are here get another responsibility grid: bool (n,)."""
        if self.column is None:
            return np.zeros(len(found.rows), dtype=bool)
        now = found.present.pick_or_none(self.column, found.at)
        return np.asarray(~found.new & differs(now, self.assigned), dtype=bool)


def given_cells(
    workspace: Workspace,
    content: Content,
    found: OtherCells,
    kept: TableChange,
    column: str | None,
    assigned: np.ndarray,
    shared: Collection[str],
) -> GivenCells:
    """Return what a package says of its unit grids. ``shared``: responsibility grids that others are in as well."""
    if not content.says_assignment and column is not None:
        assigned = np.where(is_null(assigned), found.present.pick_or_none(column, found.at), assigned)
    groups = content.rows.get(GROUP, Rows())
    there = workspace.read(GROUP, ["scheme", "code"], geometry=False)
    here = {code for scheme, code in zip(there["scheme"], there["code"]) if f"rg_{scheme}" == column}
    codes = set(groups["code"].tolist()) if len(groups) else set()
    figured = (codes if content.is_ours else codes - here) - set(shared)
    emptied = said_empty(workspace, UNIT, found.rows) if content.is_ours else {}
    settled = {(column, str(code)) for code in figured} if column is not None else set()
    return GivenCells(kept, emptied, column, assigned, settled)


def redrawn_cells(
    workspace: Workspace, content: Content, found: OtherCells, areas: Rows, given: GivenCells, act: Act
) -> Redrawn:
    """Return the unit grids of a package in the place of those that they differ from.

    :param areas: of workspace and package.
    :raises InputError: ``package_back_cells_refused``, ``package_back_cells_faulty``, ``package_back_retired``,
        ``unit_grid_codes_faulty``.
    """
    dirty = sorted(set(found.ground.codes[found.dirty].tolist()))
    drawn, swapped = with_given_outlines(areas, content.rows.get("area"), dirty)
    if swapped.any():
        extents = workspace.read("covered_extent")
        ground = unit_ground(drawn, extents, workspace.info.precision_m)
        found = other_cells(found.rows, found.present, found.at, found.reshaped, ground)
    sound = sound_cells(found, workspace.info.precision_m, is_ours=content.is_ours)
    store, revived = _store(workspace, content, found, act)
    as_given = [str(code) for code in drawn["code"][swapped]]
    after = _after(content, found, sound, given)
    touched = compared_cells(found.present, after, np.concatenate([found.at, np.flatnonzero(found.left)]))
    return Redrawn(
        touched=touched,
        store=store,
        states=_states(given.kept),
        prior=_prior(content, found),
        outlines=_outlines(workspace, found, sound, drawn, swapped),
        as_given=as_given,
        settled=given.settled,
        revived=revived,
        notes=(*_notes(found, revived, given), *sound.notes, *emptied_grids(workspace, touched, given.settled)),
    )


def followed_cells(workspace: Workspace, redrawn: Redrawn, act: Act) -> CellChange:
    """Return unit grids that are drawn anew with all that follows. Call it in the transaction that holds the tables,
    before it adds a column: until it ends nobody reads a table that got one, this reading included.

    :raises InputError: what the register says against a code.
    """
    return follow_cells(
        workspace, redrawn.touched, redrawn.store, Causes({}, act.gesture), act, settled_grids=redrawn.settled
    )


def write_redrawn(
    transaction: Transaction, redrawn: Redrawn, change: CellChange, changes: Collection[TableChange], act: Act
) -> list[Message]:
    """Write unit grids that are drawn anew, all that follows, and the other changes of the import as one act; return
    what to tell of what followed.

    :param change: what :func:`followed_cells` found.
    :raises WorkspaceError: ``row_changed_meanwhile`` and what keeps the workspace from being written.
    """
    by_table: dict[str, list[TableChange]] = {}
    for other in [*changes, redrawn.outlines]:
        by_table.setdefault(other.table, []).append(other)
    beside = [joined_changes(parts) for table, parts in by_table.items() if table not in _FOLLOWING_TABLES]
    whole = replace(
        change,
        cells=_as_told(change.cells, redrawn),
        grids=joined_changes([*by_table.get(GROUP, ()), change.grids]),
        register=joined_changes([*by_table.get("code_register", ()), change.register]),
    )
    write_cells(transaction, whole, act, (act.gesture,), otherwise=act.gesture, beside=beside)
    log_rows_of(transaction, changes, act)
    return _followed(change)


def _store(
    workspace: Workspace, content: Content, found: OtherCells, act: Act
) -> tuple[RegisterStore, tuple[str, ...]]:
    """Return the register with every code of the package, and the codes that it takes up again."""
    store = RegisterStore(workspace, workspace.info.code_layout, UNIT)
    register, rows = store.register, found.rows
    codes = rows["code"]
    ended = [code for code in codes.tolist() if register.state(code) == RETIRED]
    told = set(ended) - _untold(workspace, ended) if content.is_ours else set(ended)
    if told:
        raise InputError("package_back_retired", count=len(told), codes=listing(sorted(told)))
    revived = register.take_up(ended, at=act.at, by=act.by or None)
    staying = set(found.present["code"][found.left].tolist())
    lying = as_column(found.ground.codes[at] if at >= 0 else "" for at in found.area.tolist())
    mine = np.flatnonzero(found.new | found.reshaped)
    own = set(codes.tolist()) - staying
    refuse_faulty_codes(codes[mine], codes[mine], lying[mine], register, own, (mine + 1).tolist())
    said = rows["state"].tolist() if "state" in rows else [None] * len(rows)
    states = {code: VALID if one == VALID else content.state for code, one in zip(codes.tolist(), said)}
    for state in (DRAFT, VALID):
        fresh = [code for code in sorted(states) if states[code] == state and code not in register]
        register.claim(fresh, state=state, at=act.at, by=act.by or None)
    drafts = [code for code in sorted(states) if states[code] == VALID and register.state(code) == DRAFT]
    register.hand_over(drafts, at=act.at, by=act.by or None)
    return store, tuple(revived)


def _untold(workspace: Workspace, codes: Collection[str]) -> set[str]:
    """Return the retired codes of whose end no release tells: the last one still has them, or there is none."""
    if not codes:
        return set()
    numbers = workspace.read("release", ["number"], geometry=False)["number"].tolist()
    if not numbers:
        return set(codes)
    last = max(numbers, key=lambda number: (len(number), number))
    columns = ["release_number", "layer", "row_key"]
    items = read_any(workspace, "release_item", "row_key", sorted(codes), columns, geometry=False)
    of_last = (items["release_number"] == last) & (items["layer"] == UNIT)
    return set(items["row_key"][of_last.astype(bool)].tolist())


def _after(content: Content, found: OtherCells, sound: SoundCells, given: GivenCells) -> Rows:
    """Return all unit grids as they are afterwards: those of the package, then those that stay."""
    rows, present, kept = found.rows, found.present, ~found.new
    columns = {name: as_column([None] * len(rows)) for name in present.columns if name != "row_version"}
    for name, column in columns.items():
        column[kept] = present[name][found.at[kept]]
        if name in rows:
            column[~kept] = rows[name][~kept]
    place = np.full(len(present), -1, dtype=np.int64)
    place[found.at[kept]] = np.flatnonzero(kept)
    changed = place[np.searchsorted(present.fids, given.kept.updated.fids)]
    for name, values in given.kept.updated.columns.items():
        if name != "row_version":
            columns[name][changed] = values
    for name, empty in given.emptied.items():
        columns[name][empty & found.reshaped] = None
    _measured(content, found, sound, columns)
    _taken_over(found, sound.shapes, columns, given, says=content.says_assignment)
    left = present.take(found.left)
    both = {name: np.concatenate([column, left[name]]) for name, column in columns.items()}
    return Rows(both, np.concatenate([sound.shapes, sound.staying]))


def _measured(content: Content, found: OtherCells, sound: SoundCells, columns: Mapping[str, np.ndarray]) -> None:
    """Give unit grids that are drawn otherwise their size and area, where the package does not say them."""
    other = found.new | found.reshaped
    assumed = content.assumed.get(UNIT, {})
    moved = ~shapely.equals_exact(shapely.normalize(sound.shapes), shapely.normalize(found.rows.shapes), 0.0)
    nobody = np.ones(len(other), dtype=bool)
    size = other & (moved | assumed.get("area_m2", nobody) | is_null(columns["area_m2"]))
    columns["area_m2"][size] = as_column(np.round(shapely.area(sound.shapes[size]), 3).tolist())
    lying = other & (assumed.get("area_code", nobody) | is_null(columns["area_code"]))
    columns["area_code"][lying] = found.ground.codes[found.area[lying]]


def _taken_over(
    found: OtherCells, shapes: np.ndarray, columns: Mapping[str, np.ndarray], given: GivenCells, *, says: bool
) -> None:
    """Give unit grids the responsibility grids that the package says, else new ones those of most of their ground."""
    if given.column is not None:
        columns[given.column][:] = given.assigned
    fresh = np.flatnonzero(found.new)
    names = [name for name in scheme_columns(found.present) if not (says and name == given.column)]
    if not len(fresh) or not names:
        return
    near = np.flatnonzero(np.isin(found.present_area, found.dirty))
    for name, values in taken_over(shapes[fresh], found.present.take(near), names).items():
        empty = is_null(columns[name][fresh])
        columns[name][fresh[empty]] = values[empty]


def _outlines(
    workspace: Workspace, found: OtherCells, sound: SoundCells, drawn: Rows, swapped: np.ndarray
) -> TableChange:
    """Return the outlines of areas that cells drawn anew give their vertices."""
    shapes = dict(zip(drawn["code"][swapped], drawn.shapes[swapped]))
    fitted = [
        code for code, old, new in zip(found.ground.codes, found.ground.geometry, sound.ground) if old is not new
    ]
    own = workspace.read("area")
    if fitted:
        after = area_outlines(workspace, found.ground, sound.ground)
        row_of = {fid: at for at, fid in enumerate(own.fids.tolist())}
        for fid, shape in zip(after.fids.tolist(), after.shapes):
            code = own["code"][row_of[fid]]
            if code not in shapes or any(str(one).startswith(code) for one in fitted):
                shapes[code] = shape
    at = np.flatnonzero(np.isin(own["code"].astype(str), list(shapes)))
    before = own.take(at)
    outlines = as_column(shapes[code] for code in before["code"])
    return TableChange(
        "area", before=before, updated=Rows({"row_version": before["row_version"]}, outlines, before.fid)
    )


def _states(kept: TableChange) -> dict[str, str]:
    if "state" not in kept.updated:
        return {}
    return dict(zip(kept.before["code"].tolist(), kept.updated["state"].tolist()))


def _prior(content: Content, found: OtherCells) -> dict[str, str | None]:
    """Return what a package of ours says that new unit grids were before."""
    if not content.is_ours or "prior_code" not in found.rows:
        return {}
    fresh = found.rows.take(found.new)
    return dict(zip(fresh["code"].tolist(), fresh["prior_code"].tolist()))


def _as_told(cells: TableChange, redrawn: Redrawn) -> TableChange:
    """Return the change of unit grids with the states and former codes that the package says."""
    inserted, states = cells.inserted, redrawn.states
    if len(inserted) and redrawn.prior:
        before = inserted["prior_code"]
        told = [redrawn.prior.get(code, own) for code, own in zip(inserted["code"], before)]
        cells = replace(cells, inserted=inserted.with_columns(prior_code=told))
    touched = redrawn.touched
    at = [row for row, code in enumerate(touched.before["code"].tolist()) if code in states]
    if not at:
        return cells
    rows = touched.before.take(at)
    given = {"state": as_column(states[code] for code in rows["code"]), "row_version": rows["row_version"]}
    return joined_changes([cells, TableChange(UNIT, before=rows, updated=Rows(given, None, rows.fid))])


def _notes(found: OtherCells, revived: Collection[str], given: GivenCells) -> list[Message]:
    notes = [Message("package_back_cells_redrawn", {**found.counts, "areas": found.areas})]
    if revived:
        notes.append(
            Message("package_back_codes_taken_up", {"count": len(revived), "codes": listing(sorted(revived))})
        )
    passing = np.flatnonzero(given.passing(found))
    if given.column is not None and len(passing):
        had = int((~is_null(found.present[given.column][found.at[passing]])).sum())
        notes += [Message("package_back_assigned_otherwise", {"count": had})] if had else []
    return notes


def emptied_grids(workspace: Workspace, touched: TouchedCells, settled: Collection[tuple[str, str]]) -> list[Message]:
    """Return what to tell of responsibility grids without any unit grid left, and of the posts on them.

    :param settled: as in :class:`Redrawn`.
    """
    bare = {
        (column.removeprefix("rg_"), code)
        for column in scheme_columns(touched.before)
        for code in {*touched.before[column]} - {*touched.after[column], None}
        if (column, code) not in settled
    }
    if not bare:
        return []
    posts = workspace.read("post", where={"target": GROUP}, geometry=False)
    posts = posts.take(posts_in_or_after(posts, np.datetime64(clock.today(), "D")))
    on_them = sum(key in bare for key in zip(posts["scheme"], posts["target_code"]))
    codes = listing(sorted({code for _, code in bare}))
    return [Message("package_back_grids_emptied", {"count": len(bare), "codes": codes, "posts": on_them})]


def _followed(change: CellChange) -> list[Message]:
    """Return what to tell of what followed the cells."""
    notes = []
    if change.moved_points:
        moved = {part.table: len(part.updated) for part in change.points}
        numbers = {"components": moved["component"], "cases": moved["cases"], "items": moved["ledger_item"]}
        notes.append(Message("cells_points_moved", numbers))
    if len(change.grids.updated):
        notes.append(Message("package_back_grids_followed", {"count": len(change.grids.updated)}))
    return [*notes, *change.notes]
