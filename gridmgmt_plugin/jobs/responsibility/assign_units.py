"""Give unit grids to a responsibility grid (划归): what a stroke on the map does, for models, scripts and lists."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.assignment.model import NOBODY, Assignment, Move, PaintedUnits
from gridmgmt_plugin.core.assignment.scheme_grids import AREA_COLUMNS, GRID_COLUMNS, SchemeGrids, scheme_grids
from gridmgmt_plugin.core.assignment.splitting import far_side, grid_to_split
from gridmgmt_plugin.core.assignment.stroke_reach import StrokeReach
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.geometry.adjacency import rook_adjacency
from gridmgmt_plugin.core.geometry.parts import as_single
from gridmgmt_plugin.core.ground import some
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.responsibility.lane_schemes import assign_lanes, drop_lanes
from gridmgmt_plugin.jobs.unit_grids.drawing_layers import placed_layer
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.cell_change import follow_cells, write_cells
from gridmgmt_plugin.workspace.changes.gestures import GridStep
from gridmgmt_plugin.workspace.changes.lineage import Causes
from gridmgmt_plugin.workspace.changes.painted_grids import paint_grids
from gridmgmt_plugin.workspace.changes.touched_cells import compared_cells
from gridmgmt_plugin.workspace.grid_numbers import GridNumbers
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.stored_rules import stored_rules
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "assign_units"
#: In place of a code: a grid that is made, and none at all.
NEW, NONE = "new", "none"
#: In place of codes of lanes: all in use that are no grid yet.
ALL = "all"
_BETWEEN = re.compile(r"[\s,，;；、]+")


@dataclass(frozen=True, eq=False)
class _Scheme:
    """The unit grids and grids of a scheme as they are stored. ``rows``: whole, in the order of ``assignment``."""

    key: str
    title: str
    column: str
    rows: Rows
    found: SchemeGrids
    assignment: Assignment
    numbers: GridNumbers


@dataclass(frozen=True, eq=False)
class _Wanted:
    """Which unit grids are meant, as it was said."""

    units: list[str]
    outlines: Source | None
    grids: list[str]
    cut: Source | None

    def __bool__(self) -> bool:
        return bool(self.units or self.grids) or self.outlines is not None or self.cut is not None


def assign_units(
    workspace: Workspace,
    *,
    scheme: str,
    grid: str,
    units: str | None = None,
    outlines: Source | None = None,
    grids: str | None = None,
    cut: Source | None = None,
    lanes: str | None = None,
    locked: str | None = None,
    language: str = "zh_CN",
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Give unit grids to one responsibility grid, with everything that a saved stroke has written.

    What may not move stays and is listed with its reason: a unit grid that is not there, one whose grid is locked or
    that lies where the grid may not go. All others move in one transaction that can be taken back.

    :param grid: the code of the grid, :data:`NEW` for one that is made around the first unit grid, or :data:`NONE`.
    :param units: codes of unit grids with commas between them. ``outlines``: polygons; the unit grids whose inner
        point lies in one of them are meant too.
    :param grids: codes of responsibility grids: all their unit grids are meant, so that a grid that gives them all to
        another ends (merge), or is left without any (erase).
    :param cut: lines: of these grids, or of the one that most of the lines lies in, only the side that is cut off is
        meant, the smaller one by area (split, with :data:`NEW`).
    :param lanes: in a scheme over lanes, where every lane is a grid of its own: codes of lanes, or :data:`ALL` for
        all lanes in use that are no grid yet. They are made grids (``grid`` is :data:`NEW`) or taken out of the
        scheme (:data:`NONE`).
    :param locked: codes of grids that nothing enters and nothing leaves.
    :param language: of the name that a new grid gets.
    :raises InputError: ``scheme_not_known``, ``assign_nothing_named``, ``assign_units_or_lanes``,
        ``assign_lanes_to_grid``, ``scheme_not_of_lanes``, ``lanes_not_known``, ``responsibility_grids_not_there``,
        ``paint_nothing`` when no unit grid may move, ``paint_split_nowhere``, ``paint_split_does_not_part``,
        ``outlines_wrong_geometry``, ``cut_wrong_geometry``, ``layer_elsewhere``, or what coordinates and numbering
        raise.
    :raises WorkspaceError: ``scheme_not_of_unit_grids``, and what keeps the workspace from being written.
    """
    progress = progress or Progress()
    progress.report(0.0)
    wanted = _Wanted(_parts(units), outlines, _parts(grids), cut)
    streets = _parts(lanes)
    if streets and wanted:
        raise InputError("assign_units_or_lanes")
    if streets:
        return _assign_lanes(workspace, scheme, grid, streets, author, progress)
    if not wanted:
        raise InputError("assign_nothing_named")
    act = Act.now(GESTURE, author)
    with workspace.transaction(author, GESTURE) as transaction:
        transaction.hold("unit_grid", "responsibility_grid", "post", "code_register")
        read = _read(workspace, scheme)
        progress.report(0.4)
        asked, unknown = _asked(workspace, read, wanted)
        made, target = _target(read, grid, asked)
        read.assignment.locked = set(_numbers(read, _parts(locked)))
        move = read.assignment.move(asked, target)
        refused = _refused(read, asked, target, move, unknown)
        if not move:
            if not refused:
                raise InputError("paint_nothing")
            first = Message(refused[0].reason, {"key": refused[0].key, "value": refused[0].value})
            raise InputError("assign_nothing_moves", count=len(refused), reason=first)
        kind, ended = _kind(read, move, grid, wanted)
        step = GridStep(scheme, tuple(str(code) for code in read.rows["code"][move.units]), made, ended)
        notes = _write(workspace, transaction, read, move, step, kind, act, language)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    figures = {
        "already_there": len(asked) - len(move.units) - move.locked - move.across,
        "locked": move.locked,
        "across": move.across,
        "grids": [read.assignment.grids[at].code for at in move.grids],
    }
    return Report(
        "assignunits",
        accepted=len(move.units),
        rejected=len(refused),
        reasons=dict(Counter(row.reason for row in refused).most_common()),
        rejected_rows=refused,
        figures=figures,
        notes=notes,
    )


def _assign_lanes(
    workspace: Workspace, scheme: str, grid: str, lanes: list[str], author: str, progress: Progress
) -> Report:
    every = lanes == [ALL]
    if grid == NONE and not every:
        return drop_lanes(workspace, scheme, lanes, author=author, progress=progress)
    if grid != NEW:
        raise InputError("assign_lanes_to_grid", grid=grid)
    return assign_lanes(workspace, scheme, () if every else lanes, author=author, progress=progress)


def _read(workspace: Workspace, scheme: str) -> _Scheme:
    column = scheme_column(scheme)
    entries = workspace.read("scheme", where={"key": scheme}, geometry=False)
    if len(entries) == 0:
        raise InputError("scheme_not_known", scheme=scheme)
    title = entries["title"][0] or scheme
    if entries["base"][0] not in (None, "unit_grid"):
        raise WorkspaceError("scheme_not_of_unit_grids", scheme=title, base=Title(entries["base"][0]))
    rows = workspace.read("unit_grid")
    rows = rows.take(np.argsort(rows["code"].astype(str), kind="stable"))
    if column not in rows:
        rows = rows.with_columns(**{column: as_column([None] * len(rows))})
    assigned = as_column(code or None for code in rows[column])
    stored = workspace.read("responsibility_grid", list(GRID_COLUMNS), {"scheme": scheme}, geometry=False)
    areas = workspace.read("area", list(AREA_COLUMNS), geometry=False)
    found = scheme_grids(stored, areas, rows["area_code"], assigned, stored_rules(workspace).get(scheme), {})
    shapes = as_single(rows.shapes)
    graph = rook_adjacency(shapes, precision_m=workspace.info.precision_m)
    loads = {"area": np.asarray(shapely.area(shapes), dtype=np.float64)}
    painted = PaintedUnits(shapes, rows["area_code"], found.zone, graph, loads)
    numbers = GridNumbers(workspace, scheme, found.digits)
    return _Scheme(scheme, title, column, rows, found, Assignment(painted, found.grids, found.grid_of), numbers)


def _parts(text: str | None) -> list[str]:
    return list(dict.fromkeys(filter(None, _BETWEEN.split(text or ""))))


def _kind(read: _Scheme, move: Move, grid: str, wanted: _Wanted) -> tuple[str, tuple[str, ...]]:
    """Return which gesture of the hand the move is, and codes of grids that end with it."""
    if grid == NONE:
        return "erase", ()
    if wanted.cut is not None:
        return "split_grid", ()
    given = _numbers(read, wanted.grids)
    ended = tuple(read.assignment.grids[at].code for at in given if not len(read.assignment.after(move, at)))
    return ("merge_grids" if ended else "paint"), ended


def _asked(workspace: Workspace, read: _Scheme, wanted: _Wanted) -> tuple[np.ndarray, list[str]]:
    """Return the unit grids that are meant, int64, and codes that none has."""
    assignment, shapes, frame = read.assignment, read.rows.shapes, workspace.info.frame
    place = {code: at for at, code in enumerate(read.rows["code"])}
    found = [place[code] for code in wanted.units if code in place]
    reach = StrokeReach(assignment.units.shapes)
    if wanted.outlines is not None:
        ground = placed_layer("outlines", wanted.outlines, shapes, frame, "crs")
        whole = shapely.union_all(shapely.make_valid(ground[~shapely.is_missing(ground)]))
        found += reach.inside(whole).tolist()
    numbers = _numbers(read, wanted.grids)
    if wanted.cut is not None:
        drawn = placed_layer("cut", wanted.cut, shapes, frame, "crs")
        line = shapely.union_all(drawn[~shapely.is_missing(drawn)])
        for at in numbers or [grid_to_split(assignment, reach, line)]:
            found += far_side(assignment, reach, at, line).tolist()
    else:
        found += [unit for at in numbers for unit in assignment.members(at).tolist()]
    return np.unique(np.array(found, dtype=np.int64)), [code for code in wanted.units if code not in place]


def _target(read: _Scheme, grid: str, asked: np.ndarray) -> tuple[tuple[tuple[str, str], ...], int]:
    """Return code and area of the grid that is made, if one is, and the number of the grid that gains."""
    if grid == NONE:
        return (), NOBODY
    if grid != NEW:
        return (), _numbers(read, [grid])[0]
    if len(asked) == 0:
        raise InputError("paint_nothing")
    area = read.numbers.area_of(read.rows["area_code"][asked[0]])
    fresh = read.found.fresh(read.numbers.next(area, ()), area, int(asked[0]))
    return ((fresh.code, area),), read.assignment.add_grid(fresh)


def _numbers(read: _Scheme, codes: list[str]) -> list[int]:
    numbers = [read.assignment.number(code) for code in codes]
    unknown = [code for code, number in zip(codes, numbers) if number is None]
    if unknown:
        raise InputError("responsibility_grids_not_there", shown=some(unknown), scheme=read.title)
    return [number for number in numbers if number is not None]


def _refused(
    read: _Scheme, asked: np.ndarray, target: int, move: Move, unknown: list[str]
) -> tuple[RejectedRow, ...]:
    """Return what stays as it is though it was asked for, row by row."""
    assignment, rows = read.assignment, read.rows
    stays = np.setdiff1d(asked, move.units)
    stays = stays[assignment.grid_of[stays] != target]
    is_locked = np.isin(assignment.grid_of[stays], list(assignment.locked)) | (target in assignment.locked)
    name = "" if target == NOBODY else assignment.grids[target].code
    told = [
        RejectedRow(0, str(rows["code"][at]), "assign_unit_locked" if locked else "assign_unit_across", name)
        for at, locked in zip(stays.tolist(), is_locked.tolist())
    ]
    return (*(RejectedRow(0, code, "assign_unit_unknown", name) for code in unknown), *told)


def _write(
    workspace: Workspace,
    transaction: Transaction,
    read: _Scheme,
    move: Move,
    step: GridStep,
    kind: str,
    act: Act,
    language: str,
) -> list[Message]:
    """Write the move as the save of a stroke does."""
    before = read.rows.take(move.units)
    grids = read.assignment.grids
    wanted = as_column(None if at == NOBODY else grids[at].code for at in move.after.tolist())
    after = Rows({**before.columns, read.column: wanted}, before.geometry, before.fid)
    transaction.add_column("unit_grid", read.column, "text")
    touched = compared_cells(before, after, np.arange(len(before)))
    painted = paint_grids(workspace, touched, [step], act, language)
    store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid", set(before["code"].tolist()))
    change = follow_cells(workspace, painted.touched, store, Causes({}), act, settled_grids=painted.codes)
    write_cells(transaction, change, act, (kind,), otherwise=kind, beside=painted.parts)
    painted.log(transaction, act)
    return [*change.notes, *painted.notes]
