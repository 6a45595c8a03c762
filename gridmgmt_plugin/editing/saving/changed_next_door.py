"""Cells that a colleague changed while they were edited, where one of both did no more than follow a cut next door.

Who cuts a cell puts the vertices of the cut into the cells beside it as well: their rows change, their ground does
not. Where only that is his in a cell, our outlines take his vertices over and our values stay. Where only that is
ours, it gives way to what he left, and our vertices come into whatever has these edges now. What a job set between
his cuts is followed after that (:mod:`gridmgmt_plugin.editing.saving.changed_by_jobs`). All else is refused as
overtaken.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.shared_vertices import more_vertices, same_ground, with_vertices
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.gestures.buffer import PendingEdits
from gridmgmt_plugin.editing.saving.edits import Edits
from gridmgmt_plugin.editing.saving.versions import ReadVersions
from gridmgmt_plugin.workspace.changes.change_log import VERSION
from gridmgmt_plugin.workspace.changes.gestures import NATIVE, CellState, Gesture
from gridmgmt_plugin.workspace.changes.grid_outlines import scheme_columns
from gridmgmt_plugin.workspace.changes.row_reading import places_of, read_around
from gridmgmt_plugin.workspace.changes.table_change import GEOMETRY
from gridmgmt_plugin.workspace.changes.touched_cells import REACH_M, TouchedCells
from gridmgmt_plugin.workspace.workspace import Workspace

_NOWHERE = np.empty((0, 2), dtype=np.float64)
# What follows from an outline by itself.
_FOLLOWS = frozenset({"area_m2"})
#: Lines of the change log about one cell, the newest first: ``before`` and ``after`` as they are told.
Lines = Sequence[Mapping[str, Any]]


def lines_since_read(workspace: Workspace, touched: TouchedCells, versions: ReadVersions) -> dict[int, Lines]:
    """Return by row number what the change log says of cells that colleagues changed since they were read, where it
    says everything.

    :param touched: the edits carried out on the cells as they are stored. ``versions``: those that count as read.
    """
    overtaken = _overtaken(touched, versions)
    if len(overtaken) == 0:
        return {}
    lines = _log_lines(workspace, [str(code) for code in overtaken["code"]])
    known = zip(overtaken.fids.tolist(), versions.of(overtaken.fids.tolist()), overtaken["row_version"])
    since = {
        fid: _since(lines.get(str(code), ()), read, now) for (fid, read, now), code in zip(known, overtaken["code"])
    }
    return {fid: told for fid, told in since.items() if told}


def after_cuts_next_door(
    workspace: Workspace, touched: TouchedCells, edits: Edits, since: Mapping[int, Lines]
) -> Edits | None:
    """Return the edits as they follow what colleagues did, with the versions that count as read of it and without the
    gestures in cells where nothing of ours is left; ``None`` where nothing follows.

    Cells that cannot follow keep the version that was read, as do those to which jobs did something besides.

    :param touched: the edits carried out on the cells as they are stored. ``since``: see :func:`lines_since_read`.
    """
    overtaken, pending = _overtaken(touched, edits.versions), edits.pending
    gone = pending.shapes.keys() - set(touched.before.fids[touched.mine_before].tolist())
    if len(overtaken) == 0 and not gone:
        return None
    theirs = _vertices_of_theirs(overtaken, since)
    ours = _vertices_of_ours(
        {*overtaken.fids.tolist(), *gone} - theirs.keys(), edits, _outlines_as_read(overtaken, since)
    )
    if not theirs and not ours:
        return None
    pending = _with_their_vertices(_without(pending, ours.keys()), _joined(theirs.values()))
    now = dict(zip(overtaken.fids.tolist(), overtaken["row_version"]))
    versions = copy(edits.versions)
    versions.follow({fid: now[fid] for fid in theirs if all(GEOMETRY in line["after"] for line in since[fid])})
    if ours:
        beside = _beside(workspace, _joined([places for places, _ in ours.values()]), pending)
        versions.follow(dict(zip(beside.fids.tolist(), beside["row_version"])))
        pending = replace(pending, shapes={**pending.shapes, **dict(zip(beside.fids.tolist(), beside.shapes))})
    gestures = _without_states(edits.gestures, {number for _, number in ours.values()})
    return replace(edits, pending=pending, versions=versions, gestures=gestures)


def outline_when_read(lines: Lines, row: Rows) -> shapely.Geometry | None:
    """Return the outline of a cell when it was read, ``None`` unless nothing but jobs and cuts next door came after.

    :param lines: since then. ``row``: as it is stored now.
    """
    others = [line["after"].get("attributes", {}).keys() for line in lines if GEOMETRY not in line["after"]]
    of_jobs = {"state", *scheme_columns(row)}
    if not lines or not all(names <= of_jobs for names in others):
        return None
    cuts = [line for line in lines if GEOMETRY in line["after"]]
    (shape,) = row.shapes
    if not cuts:
        return shape
    was = _outline_before_cuts(cuts)
    return was if same_ground(was, shape) else None


def _overtaken(touched: TouchedCells, versions: ReadVersions) -> Rows:
    stored = touched.before.take(touched.mine_before)
    return stored.take(stored.differs("row_version", versions.of(stored.fids.tolist())))


def _log_lines(workspace: Workspace, codes: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Return by code what the change log says of cells, the newest first, empty where a cell was not there."""
    columns = ["row_key", "before", "after"]
    where = {"table_name": "unit_grid", "row_key": sorted(set(codes))}
    rows = workspace.read("change_log", columns, where, geometry=False)
    found: dict[str, list[dict[str, Any]]] = {}
    for at in range(len(rows) - 1, -1, -1):
        line = {side: json.loads(rows[side][at]) if rows[side][at] else {} for side in ("before", "after")}
        found.setdefault(str(rows["row_key"][at]), []).append(line)
    return found


def _outlines_as_read(overtaken: Rows, since: Mapping[int, Lines]) -> dict[int, shapely.Geometry]:
    """Return by row number the outlines of cells when they were read, where that is known."""
    found = dict(zip(overtaken.fids.tolist(), overtaken.shapes))
    for fid, lines in since.items():
        for outline in (line["before"].get(GEOMETRY) for line in lines):
            found[fid] = found[fid] if outline is None else shapely.from_wkb(outline)
    return {fid: found[fid] for fid in since}


def _vertices_of_theirs(overtaken: Rows, since: Mapping[int, Lines]) -> dict[int, np.ndarray]:
    """Return by row number the vertices that colleagues put into cells, where the change log says that nothing else
    was done to them since they were read but by jobs.
    """
    found = {}
    for at, fid in enumerate(overtaken.fids.tolist()):
        row = overtaken.take(np.array([at]))
        lines = since.get(fid, ())
        was = outline_when_read(lines, row)
        if was is not None and any(GEOMETRY in line["after"] for line in lines):
            found[fid] = more_vertices(row.shapes[0], was)
    return found


def _since(lines: Lines, read: int, now: int) -> Lines:
    """Return the lines that led from one version of a cell to another, none where some are missing.

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
    return since if since and version == read + 1 else ()


def _outline_before_cuts(lines: Lines) -> shapely.Geometry | None:
    """Return the outline of a cell before what the lines tell, ``None`` where that is more than vertices in it."""
    outlines = [line[side].get(GEOMETRY) for line in lines for side in ("before", "after")]
    if None in outlines or any("attributes" in line["after"] for line in lines):
        return None
    shapes = shapely.from_wkb(outlines)
    if not all(map(same_ground, shapes[::2], shapes[1::2])):
        return None
    was: shapely.Geometry = shapes[-2]
    return was


def _vertices_of_ours(
    fids: Collection[int], edits: Edits, as_read: Mapping[int, Any]
) -> dict[int, tuple[np.ndarray, int]]:
    """Return by row number the vertices that our gestures put into cells to which the edits did nothing else, and
    QGIS's number of each.

    :param as_read: row number → outline when it was read.
    """
    pending, as_found = edits.pending, _as_found(edits.gestures)
    found = {}
    for fid in fids:
        shape = pending.shapes.get(fid)
        known = None if shape is None else as_found.get(shapely.to_wkb(shape, hex=True))
        if known is None or set(pending.values.get(fid, ())) - _FOLLOWS:
            continue
        state, is_first = known
        if not is_first and not same_ground(as_read.get(fid), shape):
            continue
        was = shapely.from_wkb(state.wkb)
        if same_ground(was, shape):
            found[fid] = more_vertices(shape, was), state.fid
    return found


def _as_found(gestures: Sequence[Gesture]) -> dict[str, tuple[CellState, bool]]:
    """Return outline as the gestures left it → the cell as they found it, and whether that is how it was read: what
    QGIS's own tools did before nobody knows.
    """
    first: dict[int, tuple[CellState, bool]] = {}
    last: dict[int, str] = {}
    is_first = True
    for gesture in gestures:
        is_first = is_first and gesture.kind != NATIVE
        for state in gesture.before:
            first.setdefault(state.fid, (state, is_first))
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
