"""The change log of a save: one line per cell and gesture, who, when, before and after."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.rows import Rows, as_column, differs
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.gestures import NATIVE, CellState, Gesture
from gridmgmt_plugin.workspace.changes.log_privacy import is_private, public
from gridmgmt_plugin.workspace.changes.table_change import GEOMETRY, TableChange, key_of, records
from gridmgmt_plugin.workspace.personal_data import column_without_people, row_without_people, without_people
from gridmgmt_plugin.workspace.transaction import Transaction

_AS_TEXT = json.JSONEncoder(ensure_ascii=False)
_PART = 20_000
_PARENTHESES = str.maketrans("()", "（）")
_DERIVED = ("code", "area_m2", GEOMETRY)
#: Under which lines about unit grids that were changed name the version that each row had and has.
VERSION = "row_version"


def cell_lines(
    change: TableChange, gestures: Sequence[Gesture], final: Mapping[str, str], act: Act, otherwise: str
) -> Rows:
    """Return the lines for the unit grids of a change.

    Every gesture of ours has a line for each cell that it changed, made or removed. What a cell shows beyond that
    (attributes from a form, outlines from QGIS's own tools) stands in the line of its last gesture if that left the
    outline as it is saved, else in a line of its own.

    :param final: provisional code → code under which the cell is saved.
    :param otherwise: under what to log that which no gesture of ours explains.
    """
    lines: list[dict[str, Any]] = []
    last: dict[str, dict[str, Any]] = {}
    painted: dict[str, str] = {}
    for gesture in gestures:
        if gesture.grids is not None:
            painted.update(dict.fromkeys(gesture.grids.units, gesture.kind))
        if gesture.kind != NATIVE:
            for line in _gesture_lines(gesture, final, act):
                lines.append(line)
                last[line["row_key"]] = line
    if not last:
        return _cell_lines_by_column(change, act, painted, otherwise)
    versions: dict[str, int] = {}
    for old, new in _pairs(change):
        code = (new or old or {})["code"]
        _explain(lines, last, old, new, act, painted.get(code, otherwise))
        if old is not None and new is not None:
            versions[code] = int(old[VERSION] or 0)
    for line in lines:
        version = versions.get(line["row_key"])
        if version is not None and None not in (line["before"], line["after"]):
            line["before"], line["after"] = (
                {**line["before"], VERSION: version},
                {**line["after"], VERSION: version + 1},
            )
    for line in lines:
        for side in ("before", "after"):
            line[side] = None if line[side] is None else _AS_TEXT.encode(line[side])
    return Rows.from_records(lines)


def versioned_lines(change: TableChange, act: Act) -> Rows:
    """Return the lines for unit grids of which a job changed values that people who draw do not set.

    They name the versions of the rows, so that whoever edits one can tell that nothing else happened to it.

    :param change: without new or removed rows and without outlines.
    """
    return _cell_lines_by_column(change, act, {}, act.gesture)


def row_lines(change: TableChange, gesture: str, at: str, by: str) -> Rows:
    """Return one line per row of any table: what changed in it, before and after.

    Of tables with contacts and of columns with telephone numbers no value is written, only that they changed.
    """
    lines = []
    told = change if is_private(change.table) else _without_people(change)
    numbers = [*_numbers(change.updated), *_numbers(change.deleted), *[None] * len(change.inserted)]
    for fid, (old, new), shown in zip(numbers, _pairs(change), _pairs(told)):
        key = key_of(change.definition, new or old or {}, fid)
        named = [str(value) for value in key.values() if value is not None]
        line = _line(gesture, at, by, change.table, "|".join(named) or None, None, None)
        if not is_private(change.table):
            names = _differing(old, new)
            line["before"], line["after"] = (_text(change.table, row, names) for row in shown)
        lines.append(line)
    return Rows.from_records(lines)


def log_rows(transaction: Transaction, change: TableChange, gesture: str, at: str, by: str) -> None:
    """Write the lines of :func:`row_lines` for the updated rows of a change, part by part: there may be a million."""
    for start in range(0, len(change.updated), _PART):
        part = slice(start, start + _PART)
        some = np.arange(len(change.updated))[part]
        lines = TableChange(change.table, before=change.before.take(some), updated=change.updated.take(some))
        transaction.insert("change_log", row_lines(lines, gesture, at, by))


def is_signed_by(name: str | None, author: str) -> bool:
    """Tell whether a line is somebody's: in a database his login stands behind what he typed, which has no plain
    parentheses there (``resources/schema/roles.sql``).
    """
    typed = author.translate(_PARENTHESES)[:100].strip()
    return name == author or str(name or "").startswith(f"{typed} (")


def _gesture_lines(gesture: Gesture, final: Mapping[str, str], act: Act) -> list[dict[str, Any]]:
    before = {state.fid: state for state in gesture.before}
    after = {state.fid: state for state in gesture.after}
    lines = []
    for fid in dict.fromkeys([*before, *after]):
        old, new = _state(before.get(fid), final), _state(after.get(fid), final)
        code = (new or old or {})["code"]
        lines.append(_line(gesture.kind, gesture.at or act.at, act.by, "unit_grid", code, old, new))
    return lines


def _state(state: CellState | None, final: Mapping[str, str]) -> dict[str, Any] | None:
    if state is None:
        return None
    code = None if state.code is None else final.get(state.code, state.code)
    return {"code": code, "area_m2": state.area_m2, GEOMETRY: state.wkb}


def _cell_lines_by_column(change: TableChange, act: Act, painted: Mapping[str, str], otherwise: str) -> Rows:
    """Return a line for each cell of a change that no gesture of ours explains: of a job, there may be 100 000."""
    after = change.whole
    moved = change.other_outlines()
    before_texts, after_texts = _summaries(change.before, moved), _summaries(after, moved)
    for name in dict.fromkeys([*change.before.columns, *change.updated.columns]):
        if name in _DERIVED or name == "row_version" or name not in change.updated:
            continue
        old = change.before[name] if name in change.before else as_column([None] * len(after))
        other = np.flatnonzero(differs(old, after[name]))
        for texts, values in ((before_texts, old[other]), (after_texts, after[name][other])):
            shown = column_without_people("unit_grid", name, values)
            for at, value in zip(other.tolist(), shown):
                texts[at].setdefault("attributes", {})[name] = value
    if VERSION in change.before and not change.derived:
        for one, two, version in zip(before_texts, after_texts, change.before[VERSION]):
            one[VERSION], two[VERSION] = int(version or 0), int(version or 0) + 1
    gone, new = (_summaries(rows, np.ones(len(rows), dtype=bool)) for rows in (change.deleted, change.inserted))
    sides = {"before": [*before_texts, *gone, *[None] * len(new)], "after": [*after_texts, *[None] * len(gone), *new]}
    codes = [code for rows in (after, change.deleted, change.inserted) if len(rows) for code in rows["code"]]
    same = {"changed_at": act.at, "changed_by": act.by}
    columns = {
        **{name: as_column([value] * len(codes)) for name, value in same.items()},
        "gesture": as_column(painted.get(code, otherwise) for code in codes),
        "table_name": as_column(["unit_grid"] * len(codes)),
        "row_key": as_column(codes),
    }
    for side, told in sides.items():
        columns[side] = as_column(None if one is None else _AS_TEXT.encode(one) for one in told)
    return Rows(columns)


def _summaries(rows: Rows, outlined: np.ndarray) -> list[dict[str, Any]]:
    """Return :func:`_summary` of each row. ``outlined``: bool (n,), whose outlines are told."""
    if len(rows) == 0:
        return []
    sizes = rows["area_m2"] if "area_m2" in rows else [None] * len(rows)
    told = [{"code": code, "area_m2": size} for code, size in zip(rows["code"], sizes)]
    at = np.flatnonzero(outlined)
    if len(at):
        for one, text in zip(at.tolist(), shapely.to_wkb(rows.shapes[at], hex=True, byte_order=1)):
            told[one][GEOMETRY] = text
    return told


def _explain(
    lines: list[dict[str, Any]],
    last: Mapping[str, dict[str, Any]],
    old: dict[str, Any] | None,
    new: dict[str, Any] | None,
    act: Act,
    otherwise: str,
) -> None:
    """Write down what the gestures do not say about a row."""
    code = (new or old or {})["code"]
    known = last.get(code)
    told = None if known is None else known["after"]
    there = new or {}
    attributes = [
        name
        for name in dict.fromkeys([*(old or {}), *there])
        if name not in _DERIVED and name != "row_version" and (old or {}).get(name) != there.get(name)
    ]
    if known is None or (told is None) != (new is None) or not _same_outline(told, new):
        moved = old is None or new is None or not _same_outline(old, new)
        before, after = (_summary(row, outline=moved) for row in (old, new))
        known = _line(otherwise, act.at, act.by, "unit_grid", code, told or before, after)
        if old is not None or new is not None:
            lines.append(known)
    if attributes and new is not None and old is not None:
        for side, row in (("before", old), ("after", new)):
            shown = row_without_people("unit_grid", {name: row.get(name) for name in attributes})
            known[side] = {**(known[side] or {}), "attributes": shown}


def _same_outline(told: dict[str, Any] | None, new: dict[str, Any] | None) -> bool:
    return told is None or new is None or str(told[GEOMETRY]).upper() == str(new[GEOMETRY]).upper()


def _summary(row: dict[str, Any] | None, *, outline: bool) -> dict[str, Any] | None:
    """Return what a line says of a cell; the outline, which makes nearly all of a log, only where it changes."""
    if row is None:
        return None
    return {name: row.get(name) for name in _DERIVED if outline or name != GEOMETRY}


def _pairs(change: TableChange) -> Iterable[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    yield from zip(change.old, change.after)
    yield from ((row, None) for row in records(change.deleted))
    yield from ((None, row) for row in records(change.inserted))


def _without_people(change: TableChange) -> TableChange:
    """Return the change with what belongs to people masked in its texts; itself where there is none."""
    given = (change.before, change.updated, change.deleted, change.inserted)
    before, updated, deleted, inserted = masked = tuple(without_people(change.table, rows) for rows in given)
    if all(one is other for one, other in zip(masked, given)):
        return change
    return replace(change, before=before, updated=updated, deleted=deleted, inserted=inserted)


def _differing(old: dict[str, Any] | None, new: dict[str, Any] | None) -> list[str]:
    """Return the columns in which a row differs before and after; all of a row that is new or gone."""
    if old is None or new is None:
        return [name for name in (new or old or {}) if name != "row_version"]
    return [name for name in new if name != "row_version" and old.get(name) != new[name]]


def _text(table: str, row: dict[str, Any] | None, names: Sequence[str]) -> str | None:
    if row is None:
        return None
    shown = public(table, {name: row.get(name) for name in names})
    return _AS_TEXT.encode({name: value for name, value in shown.items() if value is not None})


def _line(
    gesture: str,
    at: str,
    by: str,
    table: str,
    key: str | None,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> dict[str, Any]:
    return {
        "changed_at": at,
        "changed_by": by,
        "gesture": gesture,
        "table_name": table,
        "row_key": key,
        "before": before,
        "after": after,
    }


def _numbers(rows: Rows) -> list[int]:
    return [] if rows.fid is None else np.asarray(rows.fid).tolist()
