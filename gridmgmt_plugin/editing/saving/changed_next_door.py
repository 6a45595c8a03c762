"""Cells that a colleague changed while they were edited, where one of both did no more than follow a cut next door.

Who cuts a cell puts the vertices of the cut into the cells beside it as well: their rows change, their ground does
not. Where only that is his in a cell, our outlines take his vertices over and our values stay. Where only that is
ours, it gives way to what he left, and our vertices come into whatever has these edges now. All else is refused as
overtaken.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.shared_vertices import more_vertices, same_ground, with_vertices
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.gestures.buffer import PendingEdits
from gridmgmt_plugin.editing.saving.changed_by_jobs import log_lines
from gridmgmt_plugin.editing.saving.edits import Edits
from gridmgmt_plugin.editing.saving.versions import ReadVersions
from gridmgmt_plugin.workspace.changes.change_log import VERSION
from gridmgmt_plugin.workspace.changes.gestures import CellState, Gesture
from gridmgmt_plugin.workspace.changes.row_reading import places_of, read_around
from gridmgmt_plugin.workspace.changes.table_change import GEOMETRY
from gridmgmt_plugin.workspace.changes.touched_cells import REACH_M, TouchedCells
from gridmgmt_plugin.workspace.workspace import Workspace

_NOWHERE = np.empty((0, 2), dtype=np.float64)
# What follows from an outline by itself.
_FOLLOWS = frozenset({"area_m2"})


def after_cuts_next_door(workspace: Workspace, touched: TouchedCells, edits: Edits) -> Edits | None:
    """Return the edits as they follow what colleagues did, with the versions that count as read of it and without the
    gestures in cells where nothing of ours is left; ``None`` where nothing follows.

    Cells that cannot follow keep the version that was read.

    :param touched: the edits carried out on the cells as they are stored.
    """
    stored, pending = touched.before.take(touched.mine_before), edits.pending
    read = edits.versions.of(stored.fids.tolist())
    overtaken = stored.take(stored.differs("row_version", read))
    gone = pending.shapes.keys() - set(stored.fids.tolist())
    if len(overtaken) == 0 and not gone:
        return None
    theirs = _vertices_of_theirs(workspace, overtaken, edits.versions)
    ours = _vertices_of_ours({*overtaken.fids.tolist(), *gone} - theirs.keys(), edits)
    if not theirs and not ours:
        return None
    pending = _with_their_vertices(_without(pending, ours.keys()), _joined(theirs.values()))
    now = dict(zip(overtaken.fids.tolist(), overtaken["row_version"]))
    versions = copy(edits.versions)
    versions.follow({fid: now[fid] for fid in theirs})
    if ours:
        beside = _beside(workspace, _joined([places for places, _ in ours.values()]), pending)
        versions.follow(dict(zip(beside.fids.tolist(), beside["row_version"])))
        pending = replace(pending, shapes={**pending.shapes, **dict(zip(beside.fids.tolist(), beside.shapes))})
    gestures = _without_states(edits.gestures, {number for _, number in ours.values()})
    return replace(edits, pending=pending, versions=versions, gestures=gestures)


def _vertices_of_theirs(workspace: Workspace, overtaken: Rows, versions: ReadVersions) -> dict[int, np.ndarray]:
    """Return by row number the vertices that colleagues put into cells, where the change log says that they did
    nothing else to them since they were read.
    """
    lines = log_lines(workspace, [str(code) for code in overtaken["code"]]) if len(overtaken) else {}
    found = {}
    known = zip(overtaken.fids.tolist(), versions.of(overtaken.fids.tolist()), overtaken["row_version"])
    for (fid, read, now), code, shape in zip(known, overtaken["code"], overtaken.shapes):
        was = _outline_before_cuts(lines.get(str(code), ()), read, now)
        if was is not None and same_ground(was, shape):
            found[fid] = more_vertices(shape, was)
    return found


def _outline_before_cuts(lines: Sequence[Mapping[str, Any]], read: int, now: int) -> shapely.Geometry | None:
    """Return the outline of a cell when it was read, ``None`` where more than vertices of its outline came since.

    :param lines: of the change log, the newest first.
    """
    since: list[Mapping[str, Any]] = []
    version = now
    for line in lines:  # a save may have several; those of another cell that once bore the code are older
        told = line["after"].get(VERSION)
        if since and told == version - 1 > read:
            version -= 1
        if told != version:
            break
        since.append(line)
    if not since or version != read + 1:
        return None
    outlines = [line[side].get(GEOMETRY) for line in since for side in ("before", "after")]
    if None in outlines or any("attributes" in line["after"] for line in since):
        return None
    shapes = shapely.from_wkb(outlines)
    if not all(map(same_ground, shapes[::2], shapes[1::2])):
        return None
    was: shapely.Geometry = shapes[-2]
    return was


def _vertices_of_ours(fids: Collection[int], edits: Edits) -> dict[int, tuple[np.ndarray, int]]:
    """Return by row number the vertices that our gestures put into cells to which they did nothing else, and QGIS's
    number of each.
    """
    pending, as_found = edits.pending, _as_found(edits.gestures)
    found = {}
    for fid in fids:
        shape = pending.shapes.get(fid)
        state = None if shape is None else as_found.get(shapely.to_wkb(shape, hex=True))
        if state is None or set(pending.values.get(fid, ())) - _FOLLOWS:
            continue
        was = shapely.from_wkb(state.wkb)
        if same_ground(was, shape):
            found[fid] = more_vertices(shape, was), state.fid
    return found


def _as_found(gestures: Sequence[Gesture]) -> dict[str, CellState]:
    """Return outline as the gestures left it → the cell as they found it."""
    first: dict[int, CellState] = {}
    last: dict[int, str] = {}
    for gesture in gestures:
        for state in gesture.before:
            first.setdefault(state.fid, state)
        last.update({state.fid: state.wkb for state in gesture.after})
    return {outline: first[number] for number, outline in last.items() if number in first}


def _without(pending: PendingEdits, fids: Collection[int]) -> PendingEdits:
    values, shapes = (
        {fid: given for fid, given in part.items() if fid not in fids} for part in (pending.values, pending.shapes)
    )
    return replace(pending, values=values, shapes=shapes)


def _with_their_vertices(pending: PendingEdits, places: np.ndarray) -> PendingEdits:
    shapes = {fid: with_vertices(shape, places) for fid, shape in pending.shapes.items()}
    added = tuple(replace(row, geometry=with_vertices(row.geometry, places)) for row in pending.added)
    return replace(pending, shapes=shapes, added=added)


def _beside(workspace: Workspace, places: np.ndarray, pending: PendingEdits) -> Rows:
    """Return the stored cells that the edits leave alone and in whose edges vertices of ours lie, with these."""
    around = read_around(workspace, "unit_grid", places_of(shapely.points(places), REACH_M), ["row_version"])
    shapes = np.array([with_vertices(shape, places) for shape in around.shapes], dtype=object)
    cut = np.array([one is not two for one, two in zip(shapes, around.shapes)], dtype=bool)
    mine = np.isin(around.fids, [*pending.shapes, *pending.deleted])
    return around.with_geometry(shapes).take(cut & ~mine)


def _without_states(gestures: Sequence[Gesture], numbers: Collection[int]) -> tuple[Gesture, ...]:
    return tuple(
        replace(
            gesture,
            before=tuple(state for state in gesture.before if state.fid not in numbers),
            after=tuple(state for state in gesture.after if state.fid not in numbers),
        )
        for gesture in gestures
    )


def _joined(places: Collection[np.ndarray]) -> np.ndarray:
    return np.concatenate([_NOWHERE, *places])
