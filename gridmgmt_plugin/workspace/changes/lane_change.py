"""What follows when street-lanes change: codes, metres by community, officers, read from the ground alone.

Gestures of ours, forms and QGIS's own tools all leave lines; who took whose stretch of street decides who inherits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.layout import default_layout
from gridmgmt_plugin.core.codes.stored import VALID
from gridmgmt_plugin.core.ground import areas_in_force, unit_ground
from gridmgmt_plugin.core.lanes.lane_edit import SHARED_M, gone_states
from gridmgmt_plugin.core.lanes.options import Areas, LaneOptions
from gridmgmt_plugin.core.lanes.territory import share_lengths
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.lane_posts import LaneHeirs, inherited_posts
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.lane_points import LaneLines, following_points, point_reads
from gridmgmt_plugin.workspace.changes.row_reading import read_any
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.reads.asked import Asked, asked
from gridmgmt_plugin.workspace.register_store import RegisterStore, register_reads
from gridmgmt_plugin.workspace.workspace import Workspace

#: Why the register retires the code of a lane, and why posts end with it.
LANE_GONE = "lane_abolished"
_AREA_COLUMNS = ["code", "parent_code", "level", "valid_from", "valid_to"]
_POSTS_END = "街巷撤销或合并"


@dataclass(frozen=True, eq=False)
class LaneFollow:
    """What is written with the lanes: ``parts``. ``notes``: to tell. ``retired``: codes for ever out of use."""

    parts: tuple[TableChange, ...]
    notes: tuple[Message, ...]
    retired: tuple[str, ...] = ()


NOTHING = LaneFollow((), ())


def follow_lanes(workspace: Workspace, change: TableChange, act: Act) -> LaneFollow:
    """Return what follows from a change of lanes; nothing is written.

    New codes become drafts of the register; those of lanes that ended are retired with their successors once they
    were handed over. ``lane_area`` of lanes with another line is counted anew. Officers of a lane that ended go on on
    the lanes that have its ground, those of a lane that was split also on the new part; without an heir they end.
    Components and cases lie on the lane that has their place now.

    :raises InputError: ``code_was_retired`` for a new lane under an old code, or what is wrong with a code.
    """
    state = _LaneState.of(change)
    if not state:
        return NOTHING
    workspace.read_ahead(_foreseen(state))
    register, retired = _register(workspace, change, state, act)
    posts, notes = _posts(workspace, state, act)
    points = following_points(workspace, state.lines())
    parts = [*register, *_areas(workspace, state), *posts, *points]
    if points:
        notes.append(Message("lane_points_follow", {"count": sum(part.rows for part in points)}))
    if retired:
        notes.append(Message("save_codes_retired", {"count": len(retired), "codes": ", ".join(retired)}))
    return LaneFollow(tuple(part for part in parts if part), tuple(notes), tuple(retired))


@dataclass(frozen=True, eq=False)
class _LaneState:
    """Lanes before and after: code → line of those in use. ``reshaped``: codes whose line differs."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    names: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.ended or self.born or self.reshaped)

    @classmethod
    def of(cls, change: TableChange) -> _LaneState:
        old = [*_pairs(change.before.records(), change.before), *_pairs(change.deleted.records(), change.deleted)]
        moved = change.updated if change.updated.geometry is not None else change.before
        now = [dict(before, **new) for before, new in zip(change.before.records(), change.updated.records())]
        new = [*_pairs(now, moved), *_pairs(change.inserted.records(), change.inserted)]
        names = {str(row["code"]): str(row.get("name") or "–") for row, _ in (*old, *new) if row.get("code")}
        return cls(_in_use(old), _in_use(new), names)

    @property
    def ended(self) -> list[str]:
        return sorted(set(self.before) - set(self.after))

    @property
    def born(self) -> list[str]:
        return sorted(set(self.after) - set(self.before))

    @property
    def reshaped(self) -> list[str]:
        both = sorted(set(self.before) & set(self.after))
        return [code for code in both if not shapely.equals_exact(self.before[code], self.after[code], 0.0)]

    def heirs(self) -> LaneHeirs:
        """Return who has the ground of lanes that ended, and whose ground new lanes were."""
        passing: dict[str, tuple[str, ...]] = {code: self._with(self.before[code], self.after) for code in self.ended}
        born = {code: self.after[code] for code in self.born}
        copied = {code: self._with(self.before[code], born) for code in self.reshaped}
        return LaneHeirs(passing, {code: heirs for code, heirs in copied.items() if heirs})

    def lines(self) -> LaneLines:
        """Return the lines of all lanes that change, with who has whose ground."""
        heirs = self.heirs()
        return LaneLines(self.before, self.after, {**heirs.passing, **heirs.copied})

    @staticmethod
    def _with(line: Any, others: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the codes of lines on a line, those with most of it first."""
        if line is None or not others:
            return ()
        codes = list(others)
        common = shapely.length(shapely.intersection(as_column(others.values()), line))
        ranked = sorted(zip((-np.round(common, 3)).tolist(), codes))
        return tuple(code for metres, code in ranked if -metres > SHARED_M)


def _foreseen(state: _LaneState) -> list[Asked]:
    """Return what is read of all that follows, as far as it is known before: a server is asked for it at once."""
    concerned = sorted({*state.ended, *state.born, *state.reshaped})
    return [
        *register_reads("lane", {*state.before, *state.after}),
        asked("lane_area", None, {"lane_code": concerned}, geometry=False),
        asked("area", _AREA_COLUMNS),
        asked("post", None, {"target_code": _with_heirs(state.heirs())}, geometry=False),
        asked("post", ["id"], geometry=False),
        *point_reads(state.lines()),
    ]


def _with_heirs(heirs: LaneHeirs) -> list[str]:
    return sorted({*heirs.passing, *heirs.copied, *(h for group in heirs.passing.values() for h in group)})


def _pairs(records: Sequence[Mapping[str, Any]], rows: Rows) -> list[tuple[Mapping[str, Any], Any]]:
    shapes = rows.geometry if rows.geometry is not None else [None] * len(records)
    return list(zip(records, shapes))


def _in_use(pairs: Sequence[tuple[Mapping[str, Any], Any]]) -> dict[str, Any]:
    gone = gone_states()
    return {str(row["code"]): shape for row, shape in pairs if row.get("code") and row.get("state") not in gone}


def _register(
    workspace: Workspace, change: TableChange, state: _LaneState, act: Act
) -> tuple[list[TableChange], list[str]]:
    codes = {*state.before, *state.after}
    store = RegisterStore(workspace, default_layout("lane").key, "lane", codes)
    register, heirs = store.register, state.heirs()
    fitting = [code for code in state.born if code not in register and register.layout.fits(code)]
    register.claim(fitting, at=act.at, by=act.by)
    retired = []
    kept = {str(code) for code in change.before["code"] if code} if len(change.before) else set()
    for code in state.ended:
        if register.state(code) == VALID:
            register.retire(code, LANE_GONE, heirs.passing.get(code, ()), act.at, act.by)
            retired.append(code)
        elif code in register and code not in kept:  # a draft whose row goes gives its number back
            register.discard([code], heirs.passing.get(code, ()))
    before, after, added, removed = store.rows()
    found = TableChange("code_register", before=before, updated=after, deleted=removed, inserted=added)
    return [found], retired


def _areas(workspace: Workspace, state: _LaneState) -> list[TableChange]:
    """Return the metres of the concerned lanes by area, counted anew."""
    concerned = sorted({*state.ended, *state.born, *state.reshaped})
    stored = read_any(workspace, "lane_area", "lane_code", concerned, geometry=False)
    codes = [code for code in concerned if state.after.get(code) is not None]
    areas = workspace.read("area", _AREA_COLUMNS)
    new = lane_areas(areas, codes, as_column(state.after[code] for code in codes), workspace.info.precision_m)
    old = set(zip(stored["lane_code"], stored["area_code"], stored["length_m"])) if len(stored) else set()
    now = set(zip(new["lane_code"], new["area_code"], new["length_m"])) if len(new) else set()
    gone = np.array([key not in now for key in _keys(stored)], dtype=bool)
    fresh = np.array([key not in old for key in _keys(new)], dtype=bool)
    return [TableChange("lane_area", deleted=stored.take(gone), inserted=new.take(fresh))]


def _keys(rows: Rows) -> list[tuple[Any, ...]]:
    return list(zip(*(rows[name].tolist() for name in ("lane_code", "area_code", "length_m")))) if len(rows) else []


def lane_areas(areas: Rows, codes: Sequence[str], shapes: np.ndarray, precision_m: float) -> Rows:
    """Return the rows of ``lane_area`` of lanes: their metres by area.

    :param areas: rows of ``area``. ``shapes``: object array of lines in metres, one per code.
    """
    ground = unit_ground(areas.take(areas_in_force(areas)), Rows(), precision_m)
    lines, lane = shapely.get_parts(shapes, return_index=True)
    options = LaneOptions(precision_m=precision_m)
    found = share_lengths(lines, lane.astype(np.int64), len(codes), Areas(ground.codes, ground.geometry), options)
    return Rows(
        {
            "lane_code": as_column(codes[at] for at in found.lane.tolist()),
            "area_code": ground.codes[found.area],
            "length_m": as_column(round(float(value), 2) for value in found.length_m),
        }
    )


def _posts(workspace: Workspace, state: _LaneState, act: Act) -> tuple[list[TableChange], list[Message]]:
    heirs = state.heirs()
    if not heirs.passing and not heirs.copied:
        return [], []
    posts = read_any(workspace, "post", "target_code", _with_heirs(heirs), geometry=False)
    posts = posts.take(np.array([target == "lane" for target in posts["target"]], dtype=bool))
    if len(posts) == 0:
        return [], []
    taken = {str(post) for post in workspace.read("post", ["id"], geometry=False)["id"] if post}
    found = inherited_posts(posts, heirs, act.at[:10], _POSTS_END, taken)
    changed = found.after.take(found.changed)
    before = posts.take(found.changed)
    names_of_post = ("target_code", "valid_to", "end_reason", "task_letter_no", "signed_on", "row_version")
    updated = Rows({name: changed[name] for name in names_of_post}, None, before.fids)
    change = TableChange("post", before, updated, deleted=posts.take(found.gone), inserted=found.new)
    notes = []
    moved = changed["target_code"] != before["target_code"]
    begun = [*changed["target_code"][moved].tolist(), *found.new["target_code"].tolist()]
    if begun:
        told = listing(f"{state.names.get(str(code), code)} ({code})" for code in dict.fromkeys(begun))
        notes.append(Message("lane_posts_inherited", {"count": len(begun), "names": told}))
    if ended := len(found.gone) + int((~moved).sum()):
        notes.append(Message("lane_posts_ended", {"count": ended}))
    return [change], notes
