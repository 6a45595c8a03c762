"""Administrative areas as they come in: codes and names found and checked, geometries made ready for noding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.areas import LEVELS, area_code_problem, area_level, normalise_area_code, parent_code
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.ground import some
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.report import RejectedRow
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.text import clean_codes
from gridmgmt_plugin.exchange.column_roles import find_area_fields, find_field, named_field
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.areas.frame_choice import refuse_misplaced
from gridmgmt_plugin.jobs.intake.file_columns import choose_columns
from gridmgmt_plugin.jobs.intake.placed_shapes import INVALID_RING, POLYGONS, is_of_kind, place_shapes
from gridmgmt_plugin.jobs.intake.typed_columns import typed_columns

# What follows from the code is worked out, whatever the file says: column of the table, role of the file's column.
_COMPUTED = {"level": "level", "parent_code": "parent"}


@dataclass(frozen=True)
class AreaInput:
    """Areas of all layers given, in the workspace's frame: columns of the ``area`` table, polygons, their level.

    ``level``: int64, 0 county, 1 street office, 2 community. ``left_out``: rows without a usable shape, with consent.
    """

    rows: Rows
    level: np.ndarray
    notes: tuple[Message, ...]
    left_out: tuple[RejectedRow, ...] = ()


def read_areas(
    sources: Sequence[Source],
    frame: Frame,
    coordinates: str,
    code_field: str | None,
    name_field: str | None,
    *,
    repair: bool,
) -> AreaInput:
    """Return the areas of the layers, checked.

    :param code_field: where there are several layers, a field that a layer does not have is looked for there.
    :param repair: self-crossing rings are made valid and rows without a shape, or of which no
        ground is left by that, left out, and told, instead of refused.
    :raises InputError: ``areas_empty``, ``areas_not_polygons``, ``areas_without_shape``, ``areas_codes_malformed``,
        ``areas_codes_twice``, ``areas_invalid_rings``, ``areas_beyond_repair``, ``areas_of_two_counties``, or what
        frame, fields and coordinates raise.
    """
    for source in sources:
        if len(source) == 0:
            raise InputError("areas_empty", path=source.path, layer=source.name)
    for field in (code_field, name_field):
        _refuse_unknown_field(sources, field)
    read = [_read_layer(source, frame, coordinates, code_field, name_field, repair=repair) for source in sources]
    rows = _stacked([part for part, _, _ in read])
    notes = [note for source, (_, told, _) in zip(sources, read) for note in (*source.notes, *told)]
    left_out = tuple(row for _, _, rows_out in read for row in rows_out)
    codes = rows["code"]
    _refuse_duplicates(codes)
    counties = sorted({code[:6] for code in codes})
    if len(counties) > 1:
        raise InputError("areas_of_two_counties", counties=some(counties, 10))
    geometry, mended = _valid(rows.shapes, codes, repair=repair)
    level = np.array([LEVELS.index(area_level(code)) for code in codes], dtype=np.int64)
    return AreaInput(rows.with_geometry(geometry), level, (*notes, *mended), left_out)


def _read_layer(
    source: Source,
    frame: Frame,
    coordinates: str,
    code_field: str | None,
    name_field: str | None,
    *,
    repair: bool,
) -> tuple[Rows, list[Message], tuple[RejectedRow, ...]]:
    source, geometry, notes, left_out = _with_shapes(source, frame, coordinates, repair=repair)
    code_guess, name_guess = find_area_fields(source.rows, _there(source, code_field), _there(source, name_field))
    codes = _area_codes(source, code_guess.field)
    named = {"code": code_guess.field, "name": name_guess.field}
    for column, role in _COMPUTED.items():
        guess = find_field(source.rows, role, taken=list(named.values()))
        named.update({} if guess is None else {column: guess.field})
    chosen = choose_columns(source, "area", named=named)
    wanted = {column: field for column, field in chosen.fields.items() if column not in _COMPUTED}
    typed = typed_columns(source, "area", wanted)
    columns = {**typed.columns, "code": codes}
    notes += [_told_for_areas(note) for note in (*chosen.notes, *typed.notes)]
    notes += _other_parents(source, chosen.fields.get("parent_code"), codes)
    refuse_misplaced(geometry, source, frame)
    return Rows(columns, geometry), notes, left_out


def _told_for_areas(note: Message) -> Message:
    """Return the note; columns that a field map would take over in other imports are merely left out here."""
    return Message("areas_columns_left_out", note.details) if note.code == "columns_not_used" else note


def _with_shapes(
    source: Source, frame: Frame, coordinates: str, *, repair: bool
) -> tuple[Source, np.ndarray, list[Message], tuple[RejectedRow, ...]]:
    """Return the rows that have a polygon, and the polygons in ``frame``; the others are refused, or left out and
    told. Rings that enclose ground wait for :func:`_valid`, which knows the codes.
    """
    geometry = source.rows.geometry
    if geometry is None or not is_of_kind(geometry, POLYGONS):
        raise InputError("areas_not_polygons", path=source.path, layer=source.name)
    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    placed = place_shapes(source, POLYGONS, coordinates, frame) if not missing.all() else None
    bad = np.arange(len(source)) if placed is None else placed.bad
    if placed is not None and len(bad) == 0:
        return source, placed.geometry, [], ()
    listed = some(source.row_numbers[bad].astype(str).tolist(), 10)
    details = {"path": source.path, "layer": source.name, "count": len(bad), "rows": listed}
    if placed is None or not repair or len(bad) == len(source):
        if placed is None or (placed.reasons[bad] != INVALID_RING).any():
            raise InputError("areas_without_shape", **details)
        code = "areas_beyond_repair" if repair else "areas_invalid_rings"
        raise InputError(code, count=len(bad), shown=listed)
    kept = np.setdiff1d(np.arange(len(source)), bad)
    there = replace(source, rows=source.rows.take(kept), row_numbers=source.row_numbers[kept])
    numbers = source.row_numbers[bad].tolist()
    left_out = tuple(RejectedRow(number, "", reason) for number, reason in zip(numbers, placed.reasons[bad]))
    return there, placed.geometry[kept], [Message("areas_without_shape_left_out", details)], left_out


def _there(source: Source, field: str | None) -> str | None:
    """Return the field that the user named, unless this layer of several does not have it."""
    return field if field and _has_field(source, field) else None


def _has_field(source: Source, field: str) -> bool:
    try:
        named_field(source.rows, field)
    except InputError:
        return False
    return True


def _refuse_unknown_field(sources: Sequence[Source], field: str | None) -> None:
    if field and not any(_has_field(source, field) for source in sources):
        named_field(sources[0].rows, field)


def _area_codes(source: Source, field: str) -> np.ndarray:
    raw = clean_codes(source.rows[field])
    faulty = [(row, found) for row, code in enumerate(raw) if (found := area_code_problem(code)) is not None]
    if faulty:
        listed = [f"{source.row_numbers[row]}: {raw[row] or '–'}" for row, _ in faulty]
        raise InputError(
            "areas_codes_malformed",
            field=field,
            path=source.path,
            count=len(faulty),
            shown=some(listed),
            reason=faulty[0][1],
        )
    return as_column(normalise_area_code(code) for code in raw)


def _other_parents(source: Source, field: str | None, codes: np.ndarray) -> list[Message]:
    """Tell where the file names another parent than the code does; the code decides."""
    if field is None:
        return []
    differing = []
    for code, given in zip(codes, clean_codes(source.rows[field])):
        if area_code_problem(given) is None and normalise_area_code(given) != parent_code(code):
            differing.append(f"{code} ({given})")
    if not differing:
        return []
    return [Message("areas_parent_differs", {"field": field, "count": len(differing), "shown": some(differing)})]


def _stacked(parts: Sequence[Rows]) -> Rows:
    names = dict.fromkeys(name for part in parts for name in part.columns)
    columns = {
        name: np.concatenate([part[name] if name in part else as_column([None] * len(part)) for part in parts])
        for name in names
    }
    return Rows(columns, np.concatenate([part.shapes for part in parts]))


def _refuse_duplicates(codes: np.ndarray) -> None:
    unique, counts = np.unique(codes.astype(str), return_counts=True)
    twice = unique[counts > 1].tolist()
    if twice:
        raise InputError("areas_codes_twice", count=len(twice), shown=some(twice))


def _valid(geometry: np.ndarray, codes: np.ndarray, *, repair: bool) -> tuple[np.ndarray, list[Message]]:
    broken = np.flatnonzero(~shapely.is_valid(geometry))
    if len(broken) == 0:
        return geometry, []
    shown = "; ".join(f"{codes[row]}: {shapely.is_valid_reason(geometry[row])}" for row in broken[:5])
    if not repair:
        raise InputError("areas_invalid_rings", count=len(broken), shown=shown)
    mended = geometry.copy()
    mended[broken] = polygonal(geometry[broken])
    changed_m2 = float(np.abs(shapely.area(mended[broken]) - shapely.area(geometry[broken])).sum())
    details = {"count": len(broken), "shown": shown, "moved_m2": round(changed_m2, 3)}
    return mended, [Message("areas_rings_repaired", details)]
