"""What the columns of a ledger's file are, and the rest of each row as it is kept: without what belongs to people."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.redaction.columns import redact_column
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.core.rows import as_column, is_null
from gridmgmt_plugin.core.text import clean_codes, clean_texts
from gridmgmt_plugin.exchange.code_damage import damage_of
from gridmgmt_plugin.exchange.column_roles import is_personal
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.file_columns import FileColumns, choose_columns
from gridmgmt_plugin.jobs.intake.object_ids import content_keys, undamaged_ids
from gridmgmt_plugin.jobs.intake.rejections import Rejections
from gridmgmt_plugin.jobs.intake.typed_columns import TypedColumns
from gridmgmt_plugin.jobs.ledgers.ledger_areas import AREA, OFFICE

#: Columns of items that the import works out itself, and what it reads beside the others.
COMPUTED = ("ledger", "unit_grid", "changed_on", "attributes", "added_on", "prior_status", "gone_on")
GRID = "grid"
#: What tells where a row lies that has no place and names no unit grid; an item keeps these texts as well.
SAYING = ("lane", "house", "address")
MORE = (GRID, *SAYING, AREA, OFFICE)
#: Columns that tell where a row lies and that an item keeps among its other texts.
KEPT = (*SAYING, AREA, OFFICE)
_TABLE = "ledger_item"
# Coordinates up to this are degrees, of which the fifth decimal is a metre.
_DEGREES = 360.0
_NOT_USED, _MASKED, _OTHERS = "columns_not_used", "texts_redacted", "people_redacted"


def ledger_columns(source: Source, named: Mapping[str, str | None], taken: Collection[str] = ()) -> FileColumns:
    """Return which heading fills which column of an item, or tells where it lies (:data:`MORE`).

    Nothing else is lost, so no column is told as unused.

    :raises InputError: see :func:`.choose_columns`.
    """
    found = choose_columns(source, _TABLE, named=named, computed=COMPUTED, more=MORE, taken=taken)
    return replace(found, notes=tuple(note for note in found.notes if note.code != _NOT_USED))


def remembered(source: Source, fields: Mapping[str, str]) -> dict[str, str]:
    """Return those of the columns that a ledger was read by which the file still has."""
    return {role: heading for role, heading in fields.items() if heading in source.field_names}


def memorable(fields: Mapping[str, str]) -> dict[str, str]:
    """Return what a ledger may remember of the columns: no heading that holds somebody's number."""
    return {role: heading for role, heading in fields.items() if redact(heading) == heading}


def grids_named(source: Source, fields: Mapping[str, str]) -> np.ndarray:
    """Return the unit grid that each row names, ``None`` for none."""
    return clean_codes(source.rows[fields[GRID]]) if GRID in fields else as_column([None] * len(source))


def keys_of(
    source: Source,
    fields: Mapping[str, str],
    typed: TypedColumns,
    coordinates: Collection[str],
    rejections: Rejections,
    notes: list[Message],
) -> np.ndarray:
    """Return the key of each row: as the file numbers it, else made of its name and place, so that the same row has
    the same one next time. Rows whose number is missing or damaged are rejected.
    """
    if "key" in fields:
        keys = undamaged_ids(damage_of(source, fields["key"]), typed.columns["key"], rejections, notes)
        rejections.add(is_null(keys), "key_missing")
        return keys
    places = [clean_texts(source.rows[field]) for field in coordinates] or [grids_named(source, fields)]
    if not coordinates and GRID not in fields and source.rows.geometry is None:
        places = []
    if source.rows.geometry is not None:
        places.append(_as_text(source.rows.geometry))
    placeless = np.logical_and.reduce([is_null(place) for place in places]) if places else np.ones(len(source), bool)
    for name in SAYING:  # what lies nowhere else is told by words alone
        if name in fields and placeless.any():
            said = clean_texts(source.rows[fields[name]])
            said[~placeless] = None
            places.append(said)
    if not places:
        places += [clean_texts(source.rows[fields[name]]) for name in (AREA, OFFICE) if name in fields]
    content = [typed.columns.get("name", as_column([None] * len(source))), *places]
    notes.append(Message("ledger_keys_made", {"count": len(source)}))
    return content_keys(np.arange(len(source)), content)


def _as_text(shapes: np.ndarray) -> np.ndarray:
    """Return where shapes lie as text, to a metre: a shape that was drawn a little otherwise is the same place."""
    middle = shapely.get_coordinates(shapely.centroid(shapes)) if len(shapes) else np.zeros((0, 2))
    texts = as_column([None] * len(shapes))
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    texts[there] = [f"{x:.5f} {y:.5f}" if abs(x) <= _DEGREES else f"{x:.0f} {y:.0f}" for x, y in middle.tolist()]
    return texts


@dataclass(frozen=True)
class OtherColumns:
    """``attributes``: JSON per row, ``None`` where nothing else stands in it. ``headings``: what it holds."""

    attributes: np.ndarray
    headings: tuple[str, ...]


def other_columns(source: Source, used: Collection[str], notes: list[Message]) -> OtherColumns:
    """Return what else a file says of each row, heading → text, as JSON.

    Columns about persons stay outside; in all others numbers and names of people are masked. ``notes`` are told how
    many, together with those of the columns that were read.
    """
    headings = [name for name in source.field_names if name not in used and not is_personal(name)]
    counts = np.zeros(3, dtype=np.int64)
    columns = []
    for heading in headings:
        found = redact_column(clean_texts(source.rows[heading]))
        counts += (found.phones, found.identities, found.others)
        columns.append(found.values.tolist())
    _tell_masked(notes, *counts.tolist())
    cells = zip(*columns) if columns else ((),) * len(source)
    titles = [redact(source.title_of(heading)) for heading in headings]
    texts = []
    for row in cells:
        said = {title: value for title, value in zip(titles, row) if value is not None}
        texts.append(json.dumps(said, ensure_ascii=False) if said else None)
    return OtherColumns(as_column(texts), tuple(titles))


def _tell_masked(notes: list[Message], phones: int, identities: int, others: int) -> None:
    """Add what was masked to what the notes tell of it already."""
    for code, found in (
        (_MASKED, {"phones": phones, "identities": identities}),
        (_OTHERS, {"count": others}),
    ):
        told = next((note for note in notes if note.code == code), None)
        before = {} if told is None else told.details
        sums = {name: number + int(before.get(name, 0)) for name, number in found.items()}
        if not any(sums.values()):
            continue
        if told is not None:
            notes.remove(told)
        notes.append(Message(code, sums))
