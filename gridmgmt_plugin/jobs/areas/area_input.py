"""Administrative areas as they come in: codes and names found and checked, geometries made ready for noding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.areas.area_parts import parts_merged
from gridmgmt_plugin.core.areas.upper_names import agreed_names, names_above
from gridmgmt_plugin.core.codes.areas import LEVELS, area_code_problem, area_level, normalise_area_code, parent_code
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.ground import some
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.report import RejectedRow
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.core.text import clean_codes
from gridmgmt_plugin.exchange.column_roles import (
    candidates,
    find_area_fields,
    find_field,
    named_field,
    repeated_codes,
)
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.areas.frame_choice import refuse_misplaced
from gridmgmt_plugin.jobs.areas.unshaped_areas import UnshapedArea, settle_unshaped
from gridmgmt_plugin.jobs.intake.file_columns import choose_columns
from gridmgmt_plugin.jobs.intake.placed_shapes import MISSING, POLYGONS, is_of_kind, place_shapes
from gridmgmt_plugin.jobs.intake.shifted_layers import refuse_shifted_layer
from gridmgmt_plugin.jobs.intake.typed_columns import typed_columns

# What follows from the code is worked out, whatever the file says: column of the table, role of the file's column.
_COMPUTED = {"level": "level", "parent_code": "parent"}


@dataclass(frozen=True)
class AreaInput:
    """Areas of all layers given, in the workspace's frame: columns of the ``area`` table, polygons, their level.

    ``level``: int64, 0 county, 1 street office, 2 community. ``given``: how many rows these were. ``left_out``: rows
    without a usable shape that do not come in. ``derived``: code → what is said of areas whose shape follows from
    their parts. ``above``: heading of a column beside → code of an upper area → its name there; one for each code.
    """

    rows: Rows
    level: np.ndarray
    given: int
    notes: tuple[Message, ...]
    left_out: tuple[RejectedRow, ...] = ()
    derived: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    above: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Layer:
    """One layer read: the rows with a shape, their numbers in the file, the rows without, what to tell; names of
    upper areas as :class:`AreaInput` has them.
    """

    rows: Rows
    numbers: np.ndarray
    unshaped: tuple[UnshapedArea, ...]
    notes: list[Message]
    above: Mapping[str, Mapping[str, str]]


def read_areas(
    sources: Sequence[Source],
    frame: Frame,
    coordinates: str,
    code_field: str | None,
    name_field: str | None,
    *,
    repair: bool,
    merge_parts: bool = False,
    precision_m: float = 0.0,
) -> AreaInput:
    """Return the areas of the layers, checked.

    :param code_field: where there are several layers, a field that a layer does not have is looked for there.
    :param repair: self-crossing rings are made valid, and rows without a shape, or of which no ground is left by
        that, left out, and told, instead of refused. An area whose parts have shapes needs none of its own.
    :param merge_parts: rows of one layer with the same code are parts of one area; otherwise they are refused.
    :raises InputError: ``areas_empty``, ``areas_not_polygons``, ``areas_without_shape``, ``areas_codes_malformed``,
        ``areas_codes_twice``, ``areas_invalid_rings``, ``areas_beyond_repair``, ``areas_of_two_counties``,
        ``areas_of_two_kinds``, or what frame, fields and coordinates raise.
    """
    for source in sources:
        if len(source) == 0:
            raise InputError("areas_empty", path=source.path, layer=source.name)
    for name in (code_field, name_field):
        _refuse_unknown_field(sources, name)
    read = [
        _read_layer(source, frame, coordinates, code_field, name_field, merge_parts=merge_parts) for source in sources
    ]
    notes = [note for source, layer in zip(sources, read) for note in (*source.notes, *layer.notes)]
    codes = [code for layer in read for code in layer.rows["code"].tolist()]
    _refuse_mixed_kinds(sources, read, coordinates, frame)
    settled = settle_unshaped([area for layer in read for area in layer.unshaped], codes, repair=repair)
    layers = []
    for layer in read:
        geometry, mended = _valid(layer.rows.shapes, layer.rows["code"], repair=repair)
        rows = layer.rows.with_geometry(geometry)
        if merge_parts:
            rows, merged = parts_merged(rows, precision_m)
            notes += merged
        else:
            _refuse_duplicates(rows["code"], layer.numbers)
        notes += mended
        layers.append(rows)
    together = _stacked(layers)
    _refuse_duplicates(together["code"], np.concatenate([_numbers(rows, layer) for rows, layer in zip(layers, read)]))
    counties = sorted({code[:6] for code in codes})
    if len(counties) > 1:
        raise InputError("areas_of_two_counties", counties=some(counties, 10))
    level = np.array([LEVELS.index(area_level(code)) for code in together["code"]], dtype=np.int64)
    above, differing = agreed_names([layer.above for layer in read], {*codes, *settled.derived})
    notes += [*settled.notes, *differing]
    return AreaInput(together, level, len(codes), tuple(notes), settled.left_out, settled.derived, above)


def _refuse_mixed_kinds(sources: Sequence[Source], read: Sequence[_Layer], coordinates: str, frame: Frame) -> None:
    """Do nothing where the layers lie over each other; GCJ-02 and plain degrees lie half a kilometre apart.

    :raises InputError: ``areas_of_two_kinds``.
    """
    for source, layer in zip(sources[1:], read[1:]):
        usable = _taken(source, np.isin(source.row_numbers, layer.numbers))
        try:
            refuse_shifted_layer(usable, layer.rows.shapes, coordinates, frame, read[0].rows.shapes, lines=False)
        except InputError as error:
            told = {name: error.message.details[name] for name in ("asked", "other", "count", "outside", "left")}
            names = {"path": source.path, "layer": source.name, "first": sources[0].name}
            raise InputError("areas_of_two_kinds", **names, **told) from error


def _numbers(rows: Rows, layer: _Layer) -> np.ndarray:
    """Return the number in the file of the first row of each code."""
    first = dict(zip(layer.rows["code"][::-1].tolist(), layer.numbers[::-1].tolist()))
    return np.array([first[code] for code in rows["code"]], dtype=np.int64)


def _read_layer(
    source: Source,
    frame: Frame,
    coordinates: str,
    code_field: str | None,
    name_field: str | None,
    *,
    merge_parts: bool,
) -> _Layer:
    geometry, reasons = _shapes(source, frame, coordinates)
    shaped = is_null(reasons)
    good = source if shaped.all() or not shaped.any() else _taken(source, shaped)
    named = (_there(source, code_field), _there(source, name_field))
    code_guess, name_guess = find_area_fields(good.rows, *named, in_parts=merge_parts, numbers=good.row_numbers)
    fields = {"code": code_guess.field, "name": name_guess.field}
    for column, role in _COMPUTED.items():
        guess = find_field(good.rows, role, taken=list(fields.values()))
        fields.update({} if guess is None else {column: guess.field})
    there = _taken(source, shaped)
    codes = _area_codes(there, code_guess.field)
    beside = candidates(there.rows, "name", taken=list(fields.values()))
    above = names_above(there.rows, codes.tolist(), list(beside))
    chosen = choose_columns(there, "area", named=fields, taken=above)
    wanted = {column: name for column, name in chosen.fields.items() if column not in _COMPUTED}
    typed = typed_columns(there, "area", wanted)
    notes = [_told_for_areas(note) for note in (*chosen.notes, *typed.notes)]
    notes += _other_parents(there, chosen.fields.get("parent_code"), codes)
    if shaped.any():
        refuse_misplaced(geometry[shaped], there, frame)
    rows = Rows({**typed.columns, "code": codes}, geometry[shaped])
    return _Layer(rows, there.row_numbers, _unshaped(source, reasons, wanted), notes, above)


def _taken(source: Source, which: np.ndarray) -> Source:
    return replace(source, rows=source.rows.take(which), row_numbers=source.row_numbers[which])


def _unshaped(source: Source, reasons: np.ndarray, fields: Mapping[str, str]) -> tuple[UnshapedArea, ...]:
    """Return the rows without a shape, with what else they say."""
    bad = np.flatnonzero(~is_null(reasons))
    if len(bad) == 0:
        return ()
    there = _taken(source, ~is_null(reasons))
    columns = {**typed_columns(there, "area", fields).columns, "code": clean_codes(there.rows[fields["code"]])}
    records = Rows({"code": columns.pop("code"), **columns}).records()
    for record in records:
        if area_code_problem(record["code"]) is None:
            record["code"] = normalise_area_code(record["code"])
    return tuple(
        UnshapedArea(source.path, source.name, int(number), reason, record, len(bad) == len(source))
        for number, reason, record in zip(there.row_numbers, reasons[bad], records)
    )


def _told_for_areas(note: Message) -> Message:
    """Return the note; columns that a field map would take over in other imports are merely left out here."""
    return Message("areas_columns_left_out", note.details) if note.code == "columns_not_used" else note


def _shapes(source: Source, frame: Frame, coordinates: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the polygon of each row in ``frame``, and why a row has none; rings that enclose ground wait for
    :func:`_valid`, which knows the codes.
    """
    geometry = source.rows.geometry
    if geometry is None or not is_of_kind(geometry, POLYGONS):
        raise InputError("areas_not_polygons", path=source.path, layer=source.name)
    if (shapely.is_missing(geometry) | shapely.is_empty(geometry)).all():
        return geometry, as_column([MISSING] * len(source))
    placed = place_shapes(source, POLYGONS, coordinates, frame)
    return placed.geometry, placed.reasons


def _there(source: Source, name: str | None) -> str | None:
    """Return the field that the user named, unless this layer of several does not have it."""
    return name if name and _has_field(source, name) else None


def _has_field(source: Source, name: str) -> bool:
    try:
        named_field(source.rows, name)
    except InputError:
        return False
    return True


def _refuse_unknown_field(sources: Sequence[Source], name: str | None) -> None:
    if name and not any(_has_field(source, name) for source in sources):
        named_field(sources[0].rows, name)


def _area_codes(source: Source, heading: str) -> np.ndarray:
    raw = clean_codes(source.rows[heading])
    faulty = [(row, found) for row, code in enumerate(raw) if (found := area_code_problem(code)) is not None]
    if faulty:
        listed = [f"{source.row_numbers[row]}: {raw[row] or '–'}" for row, _ in faulty]
        raise InputError(
            "areas_codes_malformed",
            field=heading,
            path=source.path,
            count=len(faulty),
            shown=some(listed),
            reason=faulty[0][1],
        )
    return as_column(normalise_area_code(code) for code in raw)


def _other_parents(source: Source, heading: str | None, codes: np.ndarray) -> list[Message]:
    """Tell where the file names another parent than the code does; the code decides."""
    if heading is None:
        return []
    differing = []
    for code, given in zip(codes, clean_codes(source.rows[heading])):
        if area_code_problem(given) is None and normalise_area_code(given) != parent_code(code):
            differing.append(f"{code} ({given})")
    if not differing:
        return []
    return [Message("areas_parent_differs", {"field": heading, "count": len(differing), "shown": some(differing)})]


def _stacked(parts: Sequence[Rows]) -> Rows:
    names = dict.fromkeys(name for part in parts for name in part.columns)
    columns = {
        name: np.concatenate([part[name] if name in part else as_column([None] * len(part)) for part in parts])
        for name in names
    }
    return Rows(columns, np.concatenate([part.shapes for part in parts]))


def _refuse_duplicates(codes: np.ndarray, numbers: np.ndarray) -> None:
    shown, count = repeated_codes(codes.tolist(), numbers)
    if count:
        raise InputError("areas_codes_twice", count=count, shown=shown)


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
