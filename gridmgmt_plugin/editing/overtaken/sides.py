"""Rows that were edited and that somebody else changed meanwhile: as they were, as they are stored, as edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.lanes.lane_edit import ABOLISHED
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.gestures.buffer import PendingEdits
from gridmgmt_plugin.editing.gestures.inheritance import COUNTED
from gridmgmt_plugin.editing.overtaken.earlier import Earlier, earlier_rows
from gridmgmt_plugin.editing.overtaken.groups import touching_groups
from gridmgmt_plugin.editing.saving.cell_codes import provisional_codes
from gridmgmt_plugin.editing.saving.changed_by_jobs import after_jobs
from gridmgmt_plugin.editing.saving.changed_next_door import after_cuts_next_door, lines_since_read
from gridmgmt_plugin.editing.saving.checking import check_cells, guard_faults
from gridmgmt_plugin.editing.saving.edited_cells import touched_cells
from gridmgmt_plugin.editing.saving.edits import Edits
from gridmgmt_plugin.editing.saving.versions import GONE, ReadVersions
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.gestures import Gesture
from gridmgmt_plugin.workspace.changes.log_privacy import is_private, private_columns
from gridmgmt_plugin.workspace.changes.row_reading import places_of, read_around, read_numbered
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace

CELLS = "unit_grid"
# Outlines of these follow from other tables; one that was drawn is not taken over.
_OUTLINES_FOLLOW = ("responsibility_grid",)
# What a lane gets that is merged into another: its line stays with it.
_ENDED = ("state", "valid_to")
# What a merged lane has of both.
_OF_BOTH = ("alias", "house_no_min", "house_no_max", "courtyards", "households", "shops")
#: Columns that go with the outline, by table: whose ground it is decides them.
WITH_OUTLINE: Mapping[str, tuple[str, ...]] = {
    CELLS: ("area_m2", *COUNTED),
    "lane": ("length_m", "direction", "from_place", "to_place", *_OF_BOTH, *_ENDED),
}
_SHARE_OF_GROUND = 0.01


@dataclass(frozen=True, eq=False)
class EditedGround:
    """Edits of outlines that touch and are chosen together. ``rows``: numbers of stored rows, those that are no more
    among them; ``added``: QGIS's numbers of new ones. ``can_keep``: whether no row of them is gone. ``misfits``: of
    cells, in how many places the edits as they are do not fit the ground that is stored now.
    """

    rows: tuple[int, ...]
    added: tuple[int, ...]
    can_keep: bool
    misfits: int = 0


@dataclass(frozen=True, eq=False)
class OvertakenRow:
    """One row, edited here and changed by somebody else.

    ``fid``: row number; ``key``: what it is called, "" where nobody knows. ``version``: the one that is shown,
    :data:`~gridmgmt_plugin.editing.saving.versions.GONE` where the row is no more. ``by``, ``at``: who saved it and
    when. ``was``: column → value when editing began, as far as the change log knows; ``theirs``: as it is stored;
    ``mine``: as the edits would leave it. ``shapes``: the same three of its shape. ``is_deleted``: by the edits.
    ``fields``: the columns that the edits give another value than is stored. ``ground``: position among
    :attr:`Sides.grounds` of the edits of outlines that it belongs to. ``heirs``: what lies on the ground of a cell
    that is no more; ``perhaps``: what it may have been, where the key is not known.
    """

    fid: int
    key: str
    version: int
    by: str
    at: str
    was: Mapping[str, Any]
    theirs: Mapping[str, Any]
    mine: Mapping[str, Any]
    shapes: tuple[Any, Any, Any]
    is_deleted: bool
    fields: tuple[str, ...]
    ground: int | None
    heirs: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()

    @property
    def is_gone(self) -> bool:
        """Tell whether the row is no more."""
        return self.version == GONE


@dataclass(frozen=True, eq=False)
class Sides:
    """Everything that was overtaken in one layer, and what the edits are. ``stored``: all edited rows as stored."""

    table: str
    pending: PendingEdits
    stored: Rows
    rows: tuple[OvertakenRow, ...]
    grounds: tuple[EditedGround, ...]


def read_sides(
    workspace: Workspace,
    table: str,
    pending: PendingEdits,
    versions: ReadVersions,
    gestures: Sequence[Gesture],
    author: str,
) -> Sides:
    """Read what stands now where the edits would be written, in one state of the workspace.

    What a save follows by itself (a job that regrouped cells, a cut next door) is no conflict here either.

    :raises GridError: what keeps the workspace from being read.
    """
    with workspace.reading() as now:
        stored = read_numbered(now, table, pending.stored_rows)
        edits = Edits(pending, versions, gestures, Act.now("", author))
        found = _conflicts(now, table, stored, edits)
        changed, gone = found.rows, found.gone
        names = _names_of_gone(now, table, gone, pending, versions, gestures)
        keys = {fid: _key(table, stored, at) for at, fid in enumerate(stored.fids.tolist()) if fid in changed}
        keys.update({fid: found[0] for fid, found in names.items() if len(found) == 1})
        read = {key: (versions.line_of(fid), versions.of([fid])[0]) for fid, key in keys.items()}
        earlier = earlier_rows(now, table, read, author)
        grounds = _grounds(table, stored, pending, {fid: earlier.get(key) for fid, key in keys.items()})
        if found.touched is not None and grounds:
            grounds = _with_misfits(now, grounds, found.touched, gestures)
        place = {fid: at for at, fid in enumerate(stored.fids.tolist())}
        ground_of = {fid: at for at, one in enumerate(grounds) for fid in one.rows}
        rows = []
        for fid in [*sorted(changed), *gone]:
            key = keys.get(fid, "")
            ground = ground_of.get(fid)
            before = earlier.get(key, Earlier())
            if fid in place:
                rows.append(_row(stored, place[fid], key, before, pending, ground, table))
            else:
                rows.append(_gone_row(now, table, fid, names[fid], before, pending, ground))
    return Sides(table, pending, stored, tuple(rows), grounds)


@dataclass(frozen=True, eq=False)
class _Conflicts:
    """``rows``: numbers of stored rows that were overtaken, ``gone``: of edited rows that are no more.
    ``touched``: the cells as a save would take them.
    """

    rows: set[int]
    gone: list[int]
    touched: TouchedCells | None = None


def _conflicts(now: Workspace, table: str, stored: Rows, edits: Edits) -> _Conflicts:
    """Return what a save would refuse: what only follows from a job or a cut next door is no conflict."""
    if table != CELLS:
        rows: set[int] = set()
        if definition_of(table).versioned:
            other = stored.differs("row_version", edits.versions.of(stored.fids.tolist()))
            rows.update(stored.fids[other].tolist())
        return _Conflicts(rows, _gone(edits.pending, stored))
    touched = touched_cells(now, edits.pending)
    since = lines_since_read(now, touched, edits.versions)
    followed = after_cuts_next_door(now, touched, edits, since)
    if followed is not None:
        edits, touched = followed, touched_cells(now, followed.pending)
    touched, versions = after_jobs(touched, edits.versions, since)
    mine = touched.before.take(touched.mine_before)
    other = mine.differs("row_version", versions.of(mine.fids.tolist()))
    return _Conflicts(set(mine.fids[other].tolist()), _gone(edits.pending, stored), touched)


def _gone(pending: PendingEdits, stored: Rows) -> list[int]:
    return sorted(set(pending.stored_rows) - set(stored.fids.tolist()))


def _names_of_gone(
    now: Workspace,
    table: str,
    gone: Sequence[int],
    pending: PendingEdits,
    versions: ReadVersions,
    gestures: Sequence[Gesture],
) -> dict[int, list[str]]:
    """Return for each row that is no more what it may have been called; one name where it is known.

    A database layer numbers rows in its own way, and that number leads nowhere once the row is gone.
    """
    named = {fid: versions.key_of(fid) for fid in gone}
    found = {fid: ["|".join(key)] for fid, key in named.items() if key is not None}
    unnamed = [fid for fid in gone if fid not in found]
    if not unnamed:
        return found
    there = now.read(table, [], geometry=False).fids
    keys = ["|".join(key) for key in map(versions.key_of, versions.missing_of(there)) if key is not None]
    candidates = [key for key in keys if key not in {name for names in found.values() for name in names}]
    drawn = {state.fid: str(state.code) for gesture in gestures for state in gesture.before if state.code}
    for fid in unnamed:
        known = drawn.get(pending.numbers.get(fid, fid))
        found[fid] = [known] if known in candidates else candidates
    return found


def _grounds(
    table: str, stored: Rows, pending: PendingEdits, earlier: Mapping[int, Earlier | None]
) -> tuple[EditedGround, ...]:
    geometry = definition_of(table).geometry
    if geometry is None or table in _OUTLINES_FOLLOW:
        return ()
    place = {fid: at for at, fid in enumerate(stored.fids.tolist())}
    # The ground of a cell that is gone is others' now, a lane went over into others; any other row stands alone.
    ended = [fid for fid, typed in pending.values.items() if table == "lane" and typed.get("state") == ABOLISHED]
    moved = sorted({*pending.shapes, *pending.deleted, *ended})
    moved = [fid for fid in moved if fid in place or table in WITH_OUTLINE]
    shapes: list[tuple[Any, ...]] = []
    for fid in moved:
        was = getattr(earlier.get(fid), "shape", None)
        old = stored.shapes[place[fid]] if fid in place else None
        shapes.append((old, pending.shapes.get(fid), *([] if was is None else [was])))
    drawn = [row.fid for row in pending.added]
    shapes += [(row.geometry,) for row in pending.added]
    some = [at for at, parts in enumerate(shapes) if any(part is not None for part in parts)]
    numbers = [*moved, *drawn]
    label = touching_groups([shapes[at] for at in some], geometry)
    grounds = []
    for group in range(int(label.max()) + 1 if len(label) else 0):
        members = [numbers[some[at]] for at in np.flatnonzero(label == group).tolist()]
        rows = tuple(fid for fid in members if fid not in drawn)
        if rows:
            added = tuple(fid for fid in members if fid in drawn)
            grounds.append(EditedGround(rows, added, all(fid in place for fid in rows)))
    return tuple(grounds)


def _with_misfits(
    now: Workspace, grounds: Sequence[EditedGround], touched: TouchedCells, gestures: Sequence[Gesture]
) -> tuple[EditedGround, ...]:
    """Return the edits with what the guard would say of them if all of them were kept."""
    findings = check_cells(now, touched, provisional_codes(gestures))
    faults = [set(fault.fids) for fault in guard_faults(touched, findings)]
    members = [{*ground.rows, *ground.added} for ground in grounds]
    counts = [sum(bool(fids & mine) for fids in faults) for mine in members]
    return tuple(replace(ground, misfits=count) for ground, count in zip(grounds, counts))


def _row(
    stored: Rows, at: int, key: str, before: Earlier, pending: PendingEdits, ground: int | None, table: str
) -> OvertakenRow:
    fid = int(stored.fids[at])
    theirs = {name: column[at] for name, column in stored.columns.items()}
    typed = pending.values.get(fid, {})
    shape = None if stored.geometry is None else stored.geometry[at]
    with_ground = WITH_OUTLINE.get(table, ()) if ground is not None else ()
    drawn = pending.shapes.get(fid, shape) if ground is not None else shape
    return OvertakenRow(
        fid=fid,
        key=key,
        version=int(theirs["row_version"]),
        by=before.by,
        at=before.at,
        was=_was(table, theirs, before),
        theirs=theirs,
        mine={**theirs, **typed},
        shapes=(before.shape or shape, shape, drawn),
        is_deleted=fid in pending.deleted,
        fields=tuple(name for name, new in typed.items() if new != theirs.get(name) and name not in with_ground),
        ground=ground,
    )


def _was(table: str, theirs: Mapping[str, Any], before: Earlier) -> dict[str, Any]:
    """Return how a row was: as it is stored but for what the log says; of what the log must not hold, nothing."""
    if not before.at or is_private(table):
        return {}
    hidden = private_columns(table)
    return {name: value for name, value in {**theirs, **before.values}.items() if name not in hidden}


def _gone_row(
    now: Workspace,
    table: str,
    fid: int,
    names: Sequence[str],
    before: Earlier,
    pending: PendingEdits,
    ground: int | None,
) -> OvertakenRow:
    shape = before.shape if before.shape is not None else pending.shapes.get(fid)
    typed = pending.values.get(fid, {})
    return OvertakenRow(
        fid=fid,
        key=names[0] if len(names) == 1 else "",
        version=GONE,
        by=before.by,
        at=before.at,
        was=before.values,
        theirs={},
        mine={**before.values, **typed},
        shapes=(before.shape, None, pending.shapes.get(fid, before.shape)),
        is_deleted=fid in pending.deleted,
        fields=(),
        ground=ground,
        heirs=_heirs(now, shape) if table == CELLS and shape is not None else (),
        perhaps=() if len(names) == 1 else tuple(names),
    )


def _heirs(now: Workspace, shape: Any) -> tuple[str, ...]:
    """Return the codes of the cells that lie on a ground now, those with most of it first."""
    cells = read_around(now, CELLS, places_of(np.array([shape], dtype=object), 0.0), ["code"])
    area = shapely.area(shapely.intersection(shapely.make_valid(cells.shapes), shapely.make_valid(shape)))
    order = [at for at in np.argsort(-area, kind="stable").tolist() if area[at] > _SHARE_OF_GROUND * shape.area]
    return tuple(str(cells["code"][at]) for at in order)


def _key(table: str, rows: Rows, at: int) -> str:
    return "|".join(str(rows[name][at]) for name in definition_of(table).key) or str(rows.fids[at])
