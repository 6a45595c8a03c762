"""The file of a ledger as items: columns, places and what belongs to people, with the rows that cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely

from gridmgmt_plugin.core.lanes.worded_places import BY_CROSSING, BY_HOUSE
from gridmgmt_plugin.core.ledgers.ledger import Ledger
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.redaction.keys import KEY_IS_PRIVATE
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.core.text import clean_texts
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.placing.by_words import WordPlacer, says_where
from gridmgmt_plugin.jobs.intake.rejections import Rejections
from gridmgmt_plugin.jobs.intake.repeated_rows import reject_repeated, written_field
from gridmgmt_plugin.jobs.intake.typed_columns import rows_shown, typed_columns
from gridmgmt_plugin.jobs.ledgers.ledger_areas import in_areas
from gridmgmt_plugin.jobs.ledgers.ledger_columns import (
    GRID,
    KEPT,
    SAYING,
    grids_named,
    keys_of,
    ledger_columns,
    memorable,
    other_columns,
    remembered,
)
from gridmgmt_plugin.jobs.ledgers.ledger_merge import TABLE
from gridmgmt_plugin.jobs.ledgers.ledger_places import (
    GRID_UNKNOWN,
    NOWHERE,
    Asked,
    CellFinder,
    LedgerPlaces,
    fields_of_places,
    place_rows,
)
from gridmgmt_plugin.workspace.workspace import Workspace

_SAID = ("name", "status", "due_on")
_PLACES = ("x", "y", "coordinates")


@dataclass(eq=False)
class LedgerFile:
    """``rows``: of the table of items, one per row of the file, without their unit grids. ``grids``: the unit grids
    that rows name and lie in by that alone. ``fields``: what the file was read by, as the ledger remembers it.
    ``unread``: how many rows have a key that is missing or cannot be read.
    """

    source: Source
    rows: Rows
    grids: np.ndarray
    fields: Mapping[str, str]
    rejections: Rejections
    notes: list[Message]
    unread: int

    @property
    def keys(self) -> np.ndarray:
        """Return the key of each row of the file."""
        return self.rows["key"]


def asked_places(source: Source, ledger: Ledger | None, given: Asked) -> Asked:
    """Return where the places stand: as said, else as the ledger remembers."""
    if ledger is None or given.x_field or given.y_field:
        return given
    there = remembered(source, ledger.fields)
    kind = ledger.fields.get("coordinates", "crs") if given.coordinates == "crs" else given.coordinates
    has_pair = {"x", "y"} <= set(there)
    return Asked(there["x"], there["y"], kind) if has_pair else replace(given, coordinates=kind)


def read_ledger_file(
    workspace: Workspace,
    source: Source,
    ledger: Ledger | str,
    stored: Rows,
    finder: CellFinder,
    asked: Asked,
    fields: Mapping[str, str | None],
    progress: Progress,
) -> LedgerFile:
    """Read columns and places, and reject the rows that cannot be items.

    :param ledger: as it is, or the key of a new one; ``stored``: its items. :param fields: role → heading, as said;
        ``None`` keeps a column empty whatever the file has.
    :raises InputError: what fields and coordinates raise about the file as a whole.
    """
    known = {} if isinstance(ledger, str) else remembered(source, ledger.fields)
    named: dict[str, str | None] = {role: heading for role, heading in known.items() if role not in _PLACES}
    named.update(fields)
    first = ledger_columns(source, named).fields
    has_grids = GRID in first
    has_words = any(name in first for name in KEPT)
    taken = fields_of_places(workspace, source, asked, has_grids=has_grids or has_words)
    columns = ledger_columns(source, named, taken or ())
    said = {name: clean_texts(source.rows[columns.fields[name]]) for name in SAYING if name in columns.fields}
    rejections, notes = Rejections(source), [*source.notes, *columns.notes]
    typed = typed_columns(source, TABLE, columns.fields)
    notes += typed.notes
    keys = keys_of(source, columns.fields, typed, taken or (), rejections, notes)
    unread = len(source) - len(rejections.kept)
    rejections.add(typed.private, KEY_IS_PRIVATE)
    read = {heading for name, heading in columns.fields.items() if name not in KEPT}
    others = other_columns(source, {*read, *(taken or ())}, notes)
    grids = grids_named(source, columns.fields)
    places = place_rows(workspace, source, asked, taken, progress, alone=not (has_grids or has_words or len(stored)))
    notes += places.notes
    places = _by_words(workspace, source, places, grids, keys, stored, finder, said, notes)
    in_area = in_areas(workspace, source, columns.fields)
    if not (has_grids or len(stored) or in_area.any()) and np.isin(places.reasons.astype(str), NOWHERE).all():
        fields_of_places(workspace, source, asked, has_grids=False)  # says what is missing
        place_rows(workspace, source, asked, taken, progress, alone=True)
    grids = _settle_places(places, grids, in_area, keys, stored, finder, rejections, notes)
    key, count = ledger if isinstance(ledger, str) else ledger.key, len(source)
    rows = {"ledger": as_column([key] * count), "key": keys, "attributes": others.attributes}
    rows |= {name: typed.columns.get(name, as_column([None] * count)) for name in _SAID}
    reject_repeated(source, TABLE, keys, rows, rejections, written_field(source))
    read_by = {**columns.fields, **dict(zip(_PLACES, taken or ()))}
    if asked.coordinates != "crs":
        read_by["coordinates"] = asked.coordinates
    return LedgerFile(source, Rows(rows, places.shapes), grids, memorable(read_by), rejections, notes, unread)


def _by_words(
    workspace: Workspace,
    source: Source,
    places: LedgerPlaces,
    grids: np.ndarray,
    keys: np.ndarray,
    stored: Rows,
    finder: CellFinder,
    said: Mapping[str, np.ndarray],
    notes: list[Message],
) -> LedgerPlaces:
    """Place the new rows that name a house or a crossing and have nothing else to go by; the middle of a lane would
    count for a unit grid in which the item hardly lies.
    """
    known = set(stored["key"].tolist())
    others = np.array([grid in finder.codes or key in known for grid, key in zip(grids, keys)], dtype=bool)
    rows = np.flatnonzero(np.isin(places.reasons.astype(str), NOWHERE) & ~others)
    rows = rows[says_where(said, rows)]
    found = WordPlacer(workspace).place(said, rows)
    shapes, reasons = places.shapes.copy(), places.reasons.copy()
    for way in (BY_HOUSE, BY_CROSSING):
        at = np.flatnonzero(found.way == way)
        if len(at):
            shapes[rows[at]] = shapely.points(found.x[at], found.y[at])
            reasons[rows[at]] = None
            notes.append(Message(f"rows_placed_by_{way}", {"count": len(at), "rows": rows_shown(source, rows[at])}))
    return replace(places, shapes=shapes, reasons=reasons)


def _settle_places(
    places: LedgerPlaces,
    grids: np.ndarray,
    in_area: np.ndarray,
    keys: np.ndarray,
    stored: Rows,
    finder: CellFinder,
    rejections: Rejections,
    notes: list[Message],
) -> np.ndarray:
    """Reject the rows that lie nowhere, not even in an area; return the unit grid that others name and lie in by that
    alone.
    """
    reasons = places.reasons.copy()
    nowhere = np.isin(reasons.astype(str), NOWHERE)
    named = nowhere & ~is_null(grids)
    known = named & np.array([code in finder.codes for code in grids], dtype=bool)
    there = dict(zip(stored["key"].tolist(), stored["unit_grid"].tolist()))
    drawn = set(stored["key"][~shapely.is_missing(stored.shapes)].tolist())
    # An item that has a place of its own lies in the grid of that place, whatever grid a row names.
    by_grid = known & ~np.array([key in drawn for key in keys], dtype=bool)
    stays = nowhere & ~by_grid & np.array([key in there for key in keys], dtype=bool)
    other = stays & known & np.array([grid != there.get(key) for key, grid in zip(keys, grids)], dtype=bool)
    reasons[named & ~known] = GRID_UNKNOWN
    by_area = nowhere & is_null(grids) & ~stays & in_area
    reasons[by_grid | stays | by_area] = None
    bad = np.flatnonzero(~is_null(reasons))
    rejections.add(bad, reasons[bad], _only(grids, named & ~known)[bad])
    told = {
        "ledger_placed_by_grid": by_grid,
        "ledger_in_area_alone": by_area,
        "ledger_keeps_place": stays,
        "ledger_names_other_grid": other,
    }
    for code, rows in told.items():
        if rows.any():
            notes.append(Message(code, {"count": int(rows.sum())}))
    return _only(grids, by_grid)


def _only(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return the values at a bool mask, ``None`` elsewhere."""
    kept = as_column([None] * len(values))
    kept[where] = values[where]
    return kept
