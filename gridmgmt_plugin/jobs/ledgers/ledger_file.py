"""The file of a ledger as items: columns, places and what belongs to people, with the rows that cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core.ledgers.ledger import Ledger
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.redaction.keys import KEY_IS_PRIVATE
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.rejections import Rejections
from gridmgmt_plugin.jobs.intake.repeated_rows import reject_repeated, written_field
from gridmgmt_plugin.jobs.intake.typed_columns import typed_columns
from gridmgmt_plugin.jobs.ledgers.ledger_columns import (
    GRID,
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
    """

    source: Source
    rows: Rows
    grids: np.ndarray
    fields: Mapping[str, str]
    rejections: Rejections
    notes: list[Message]

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
    has_grids = GRID in ledger_columns(source, named).fields
    taken = fields_of_places(workspace, source, asked, has_grids=has_grids)
    columns = ledger_columns(source, named, taken or ())
    rejections, notes = Rejections(source), [*source.notes, *columns.notes]
    typed = typed_columns(source, TABLE, columns.fields)
    notes += typed.notes
    keys = keys_of(source, columns.fields, typed, taken or (), rejections, notes)
    rejections.add(typed.private, KEY_IS_PRIVATE)
    others = other_columns(source, {*columns.fields.values(), *(taken or ())}, notes)
    grids = grids_named(source, columns.fields)
    places = place_rows(workspace, source, asked, taken, progress, alone=not has_grids and not len(stored))
    notes += places.notes
    grids = _settle_places(places, grids, keys, set(stored["key"].tolist()), finder, rejections, notes)
    key, count = ledger if isinstance(ledger, str) else ledger.key, len(source)
    rows = {"ledger": as_column([key] * count), "key": keys, "attributes": others.attributes}
    rows |= {name: typed.columns.get(name, as_column([None] * count)) for name in _SAID}
    reject_repeated(source, TABLE, keys, rows, rejections, written_field(source))
    read_by = {**columns.fields, **dict(zip(_PLACES, taken or ()))}
    if asked.coordinates != "crs":
        read_by["coordinates"] = asked.coordinates
    return LedgerFile(source, Rows(rows, places.shapes), grids, memorable(read_by), rejections, notes)


def _settle_places(
    places: LedgerPlaces,
    grids: np.ndarray,
    keys: np.ndarray,
    there: set[str],
    finder: CellFinder,
    rejections: Rejections,
    notes: list[Message],
) -> np.ndarray:
    """Reject the rows that lie nowhere; return the unit grid that others name and lie in by that alone."""
    reasons = places.reasons.copy()
    nowhere = np.isin(reasons.astype(str), NOWHERE)
    named = nowhere & ~is_null(grids)
    by_grid = named & np.array([code in finder.codes for code in grids], dtype=bool)
    stays = nowhere & ~by_grid & np.array([key in there for key in keys], dtype=bool)
    reasons[named & ~by_grid] = GRID_UNKNOWN
    reasons[by_grid | stays] = None
    bad = np.flatnonzero(~is_null(reasons))
    rejections.add(bad, reasons[bad], _only(grids, named & ~by_grid)[bad])
    for rows, code in ((by_grid, "ledger_placed_by_grid"), (stays, "ledger_keeps_place")):
        if rows.any():
            notes.append(Message(code, {"count": int(rows.sum())}))
    return _only(grids, by_grid)


def _only(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return the values at a bool mask, ``None`` elsewhere."""
    kept = as_column([None] * len(values))
    kept[where] = values[where]
    return kept
