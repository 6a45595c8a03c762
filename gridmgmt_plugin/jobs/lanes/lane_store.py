"""Write the lanes of a scope: new ones coded, known ones under the code that they have, all others untouched."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely

from gridmgmt_plugin.core.areas.scope import Scope, read_scope
from gridmgmt_plugin.core.codes.layout import default_layout
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.ground import areas_in_force, some, unit_ground
from gridmgmt_plugin.core.lanes import LaneSet
from gridmgmt_plugin.core.lanes.codes import assign_codes
from gridmgmt_plugin.core.lanes.lane_edit import IN_USE, lanes_that_are
from gridmgmt_plugin.core.lanes.lane_forecast import told_changed, told_gone, told_kept, told_new
from gridmgmt_plugin.core.lanes.lane_homes import lane_homes
from gridmgmt_plugin.core.lanes.matching import matched_lanes
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow
from gridmgmt_plugin.core.rows import Rows, as_column, differs, is_null
from gridmgmt_plugin.jobs.lanes.hand_cut import HandEdited, edited_by_hand, lying_on, running_on
from gridmgmt_plugin.jobs.unchanged import refuse_changed
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.lane_points import LaneLines, following_points
from gridmgmt_plugin.workspace.changes.save_record import SaveRecord, write_record
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "import_lanes"
NEW, UPDATE = "new", "update"
MODES = (NEW, UPDATE)
# What follows from the line; the rest of a lane is what people entered.
_OF_THE_LINE = ("length_m", "from_place", "to_place", "direction")


@dataclass(frozen=True, eq=False)
class MetLanes:
    """The lanes that are there: all ``lanes`` in use, with ``lane_areas``; ``mine``: bool per lane, its home lies in
    the scope. ``ground``: the areas of the scope, ``None`` for all.
    """

    scope: Scope
    areas: Rows
    ground: np.ndarray | None
    stored: Rows
    lanes: Rows
    lane_areas: Rows
    mine: np.ndarray
    mode: str


@dataclass(frozen=True, eq=False)
class StoredLanes:
    """``positions``: int64, the lanes of the file that are written or were there as they are. ``to_confirm``: what
    comes new, changes, stays though the file has it otherwise, or is not in the file; nothing for a first import.
    """

    positions: np.ndarray
    length_m: float
    figures: Mapping[str, int]
    notes: tuple[Message, ...]
    to_confirm: tuple[RejectedRow, ...]


def met_lanes(workspace: Workspace, wanted: str | None, mode: str) -> MetLanes:
    """Return what an import of lanes meets.

    :raises WorkspaceError: ``workspace_without_areas``; ``lanes_exist`` when ``mode`` is new and the scope has lanes.
    :raises InputError: ``import_mode_unknown``, ``scope_unknown``.
    """
    if mode not in MODES:
        raise InputError("import_mode_unknown", value=mode, known=", ".join(MODES))
    areas = workspace.read("area", ["code", "parent_code", "level", "valid_from", "valid_to"])
    if len(areas_in_force(areas)) == 0:
        raise WorkspaceError("workspace_without_areas", path=workspace.title)
    scope = read_scope(wanted, areas)
    stored, lane_areas = workspace.read("lane"), workspace.read("lane_area")
    lanes = stored.take(lanes_that_are(stored))
    homes = lane_homes(lanes, lane_areas, areas)
    mine = scope.holds(homes.tolist())
    if mode == NEW and mine.any():
        counts = Counter(str(code) for code in homes[mine])
        listed = [f"{code} ({count})" for code, count in sorted(counts.items())]
        raise WorkspaceError("lanes_exist", count=int(mine.sum()), shown=some(listed, 20))
    ground = None
    if not scope.is_all:
        found = unit_ground(areas, Rows(), workspace.info.precision_m)
        ground = found.geometry[scope.holds(found.codes.tolist())]
    return MetLanes(scope, areas, ground, stored, lanes, lane_areas, mine, mode)


def store_lanes(workspace: Workspace, met: MetLanes, found: LaneSet, author: str, progress: Progress) -> StoredLanes:
    """Write the lanes whose home lies in the scope, in one transaction that can be taken back.

    Where people cut lanes otherwise than the file, theirs stay. Components and cases follow the lines.

    :raises WorkspaceError: ``row_changed_meanwhile`` and what keeps the workspace from being written.
    :raises InputError: ``code_sequence_full``.
    """
    act = Act.now(GESTURE, author)
    same = matched_lanes(met.lanes, found.lanes)
    homes = lane_homes(found.lanes, found.lane_areas, met.areas)
    edited = edited_by_hand(workspace, met.stored)
    turned = np.append(np.isin(met.lanes.fids, met.stored.fids[edited.turned]), False)[same]
    found = replace(found, lanes=_turned(found.lanes, np.flatnonzero(turned), met.lanes, same))
    by_hand, kept = _kept(edited, met, found.lanes, same)
    # A lane that is there under another home stays there; nobody outside the scope is touched.
    mine = np.append(met.mine, False)[same]  # the last one answers for lanes that are new
    elsewhere = (same >= 0) & ~mine
    asked = mine | (met.scope.holds(homes.tolist()) & ~elsewhere)
    stays = np.array([bool(names) for names in kept], dtype=bool)
    wanted, left = np.flatnonzero(asked & ~stays), np.flatnonzero(asked & stays)
    known, fresh = wanted[same[wanted] >= 0], wanted[same[wanted] < 0]
    with workspace.transaction(author, GESTURE) as transaction:
        refuse_changed(workspace, transaction, "lane", met.stored)
        transaction.hold("code_register")
        store = RegisterStore(workspace, default_layout("lane").key, "lane")
        codes = found.lanes["code"].copy()
        codes[known] = met.lanes["code"][same[known]]
        order = np.arange(len(fresh))
        codes[fresh] = assign_codes(found.lanes["street_code"][fresh], order, store.register)
        updated, before = _updates(found.lanes, known, met.lanes, same)
        changed = np.isin(met.lanes["code"][same[known]].astype(str), before["code"].astype(str))
        shares = _shares(met.lane_areas, found, codes, fresh, known[changed])
        _, _, registered, _ = store.rows()
        inserted = found.lanes.take(fresh).with_columns(code=codes[fresh], state=[IN_USE] * len(fresh))
        points = following_points(workspace, _lines(before, updated, inserted))
        parts = [
            TableChange("lane", before=before, updated=updated, inserted=inserted),
            TableChange("code_register", inserted=registered),
            shares,
            *points,
        ]
        _write(transaction, [part for part in parts if part], act)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    missing = np.flatnonzero(met.mine & ~by_hand & ~np.isin(np.arange(len(met.lanes)), same))
    figures = {"new": len(fresh), "updated": len(updated), "unchanged": len(known) - len(updated)}
    length_m = float(found.lanes["length_m"][wanted].astype(np.float64).sum())
    notes = (*_recoded(found, codes), *_notes(met, found, same, known, missing, int(elsewhere.sum())))
    if len(left):
        notes += (Message("lanes_cut_by_hand", {"count": len(left), "names": listing(found.lanes["name"][left])}),)
    if points:
        notes += (Message("lane_points_follow", {"count": sum(part.rows for part in points)}),)
    if met.mode == NEW:
        return StoredLanes(wanted, length_m, figures, notes, ())
    to_confirm = (
        *told_new(inserted),
        *told_changed(before, updated),
        *told_kept(found.lanes.take(left), [kept[at] for at in left.tolist()]),
        *told_gone(met.lanes.take(missing)),
    )
    return StoredLanes(wanted, length_m, {**figures, "kept_as_cut": len(left)}, notes, to_confirm)


def _kept(edited: HandEdited, met: MetLanes, new: Rows, same: np.ndarray) -> tuple[np.ndarray, list[list[str]]]:
    """Return which of the lanes that are there people cut by hand (bool), and for each lane of the file the names of
    those on whose ground it lies; none where the file agrees with them.
    """
    cut = edited.cut
    by_hand = np.isin(met.lanes.fids, met.stored.fids[cut])
    if met.mode == NEW or not cut.any():
        return by_hand, [[] for _ in range(len(new))]
    hand = met.stored.take(cut & ~(shapely.is_missing(met.stored.shapes) | shapely.is_empty(met.stored.shapes)))
    names = [f"{name or '–'} ({code})" for name, code in zip(hand["name"], hand["code"])]
    found = [[names[at] for at in positions] for positions in lying_on(new.shapes, hand.shapes)]
    for at in np.flatnonzero(same >= 0).tolist():
        if shapely.normalize(met.lanes.shapes[same[at]]).equals_exact(shapely.normalize(new.shapes[at]), 0.0):
            found[at] = []
    return by_hand, found


def _turned(new: Rows, at: np.ndarray, old: Rows, same: np.ndarray) -> Rows:
    """Return the lanes of the file, those at positions as a planner wants them to run: from and to change places
    where the file's line runs the other way.
    """
    at = at[running_on(new.shapes[at], old.shapes[same[at]])]
    if len(at) == 0:
        return new
    shapes, places = new.shapes.copy(), {name: new[name].copy() for name in ("from_place", "to_place")}
    for one in at.tolist():
        parts = shapely.reverse(shapely.get_parts(shapes[one]))[::-1]
        shapes[one] = shapely.multilinestrings(parts)
    places["from_place"][at], places["to_place"][at] = new["to_place"][at], new["from_place"][at]
    return new.with_columns(**places).with_geometry(shapes)


def _lines(before: Rows, updated: Rows, inserted: Rows) -> LaneLines:
    old = dict(zip(before["code"].tolist(), before.shapes.tolist())) if len(before) else {}
    new = dict(zip(before["code"].tolist(), updated.shapes.tolist())) if len(before) else {}
    added = dict(zip(inserted["code"].tolist(), inserted.shapes.tolist())) if len(inserted) else {}
    return LaneLines(old, {**new, **added}, {})


def _write(transaction: Transaction, parts: list[TableChange], act: Act) -> None:
    if not parts:
        return
    numbers = [part.write(transaction) for part in parts]
    transaction.log("lane", None, None, json.dumps({"rows": parts[0].rows}))
    write_record(transaction, SaveRecord("lane", (GESTURE,), parts[0].rows), parts, numbers, act.at, act.by)


def _updates(new: Rows, known: np.ndarray, old: Rows, same: np.ndarray) -> tuple[Rows, Rows]:
    """Return the known lanes whose line or name is another as rows to update, and as they were."""
    before = old.take(same[known])
    lines = new.shapes[known]
    moved = ~shapely.equals_exact(shapely.normalize(before.shapes), shapely.normalize(lines), 0.0)
    renamed = differs(before["name"], new["name"][known])
    unclassed = is_null(before["road_class"]) & ~is_null(new["road_class"][known])
    at = np.flatnonzero(moved | renamed | unclassed)
    columns = {name: np.where(moved, new[name][known], before[name])[at] for name in _OF_THE_LINE}
    columns["name"] = new["name"][known][at]
    columns["old_name"] = np.where(renamed, before["name"], before["old_name"])[at]
    columns["road_class"] = np.where(unclassed, new["road_class"][known], before["road_class"])[at]
    columns["row_version"] = before["row_version"][at]
    shapes = np.where(moved, lines, before.shapes)[at]
    return Rows(columns, as_column(shapes.tolist()), before.fids[at]), before.take(at)


def _shares(stored: Rows, found: LaneSet, codes: np.ndarray, fresh: np.ndarray, changed: np.ndarray) -> TableChange:
    """Return the lengths by area: those of lanes that changed are written anew, those of new lanes added."""
    code_of = {found.lanes["code"][row]: codes[row] for row in (*fresh.tolist(), *changed.tolist())}
    kept = np.array([lane in code_of for lane in found.lane_areas["lane_code"]], dtype=bool)
    rows = found.lane_areas.take(kept)
    rows = rows.with_columns(lane_code=[code_of[lane] for lane in rows["lane_code"]])
    gone = np.isin(stored["lane_code"].astype(str), codes[changed].astype(str))
    old, keys = stored.take(gone), set(zip(rows["lane_code"], rows["area_code"], rows["length_m"]))
    equal = [key in keys for key in zip(old["lane_code"], old["area_code"], old["length_m"])]
    stays = set(zip(old["lane_code"], old["area_code"], old["length_m"]))
    new = [key not in stays for key in zip(rows["lane_code"], rows["area_code"], rows["length_m"])]
    deleted = old.take(~np.array(equal, dtype=bool))
    return TableChange("lane_area", deleted=deleted, inserted=rows.take(np.array(new, dtype=bool)))


def _recoded(found: LaneSet, codes: np.ndarray) -> Iterator[Message]:
    """Yield the notes of the file's lanes with the codes that these have now instead of their running numbers."""
    code_of = dict(zip(found.lanes["code"].tolist(), codes.tolist()))
    for note in found.notes:
        names = note.details.get("names")
        if isinstance(names, str):
            told = re.sub(r"(?<=\()\d+(?=:)", lambda match: str(code_of.get(match[0], match[0])), names)
            yield Message(note.code, {**note.details, "names": told})
        else:
            yield note


def _notes(
    met: MetLanes, found: LaneSet, same: np.ndarray, known: np.ndarray, missing: np.ndarray, elsewhere: int
) -> tuple[Message, ...]:
    notes = []
    renamed = [
        f"{old} → {new}" for old, new in zip(met.lanes["name"][same[known]], found.lanes["name"][known]) if old != new
    ]
    if renamed:
        notes.append(Message("lanes_renamed", {"count": len(renamed), "names": listing(renamed)}))
    if len(missing):
        names = [f"{met.lanes['name'][row]} ({met.lanes['code'][row]})" for row in missing.tolist()]
        notes.append(Message("lanes_not_in_streets", {"count": len(missing), "names": listing(names)}))
    if elsewhere and not met.scope.is_all:
        notes.append(Message("lanes_of_others", {"count": elsewhere}))
    return tuple(notes)
