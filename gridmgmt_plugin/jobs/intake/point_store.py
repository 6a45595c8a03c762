"""Points on their way into the workspace: new ones and those that moved get their places, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.plain_points import PlainPoints
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.intake.import_points import IncomingPoints, at_places
from gridmgmt_plugin.jobs.intake.placing.by_words import PLACED_BY
from gridmgmt_plugin.jobs.intake.point_rows import Places, find_places, no_places, places_that_hold
from gridmgmt_plugin.jobs.intake.upsert import NEW, Upsert, upsert_matched, write_changed
from gridmgmt_plugin.workspace.changes.hand_edits import hand_edits
from gridmgmt_plugin.workspace.changes.row_reading import read_numbered
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

_PLACES = ("unit_grid", "lane_code")


def merge_points(
    workspace: Workspace, incoming: IncomingPoints, rows: np.ndarray, numbers: np.ndarray, mode: str
) -> Upsert:
    """Return how some rows of the file change the table; see :func:`.upsert.upsert_matched`.

    :param rows: positions in the file. ``numbers``: row number of the counterpart of each row of the file, −1 = new.
    """
    names = definition_of(incoming.table).column_names
    columns = {name: incoming.columns[name][rows] for name in names if name in incoming.columns}
    x, y = incoming.x[rows], incoming.y[rows]
    stays = _by_words_only(workspace, incoming, rows, numbers[rows])
    nowhere = stays | ~(np.isfinite(x) & np.isfinite(y))
    x[nowhere] = y[nowhere] = np.nan
    if PLACED_BY in names:
        ways = as_column([None] * len(incoming.source))
        ways[incoming.worded] = incoming.ways
        columns[PLACED_BY] = ways[rows]
        columns[PLACED_BY][stays] = None
    points = Rows(columns, PlainPoints(x, y))
    return upsert_matched(workspace, incoming.table, points, numbers[rows], mode)


def _by_words_only(
    workspace: Workspace, incoming: IncomingPoints, rows: np.ndarray, numbers: np.ndarray
) -> np.ndarray:
    """Tell which rows go by their words although they lie somewhere already: words are no reason to move them."""
    known = np.isin(rows, incoming.worded) & (numbers >= 0)
    if known.any():
        unlocated = workspace.read(incoming.table, [], {"unit_grid": None})
        known &= ~np.isin(numbers, unlocated.fids[shapely.is_missing(unlocated.shapes)])
    return np.asarray(known)


def store_points(
    workspace: Workspace,
    merged: Upsert,
    *,
    author: str,
    gesture: str,
    finished: Callable[[Rows], Rows] = lambda rows: rows,
    beside: Mapping[str, Rows] | None = None,
    entries: Sequence[tuple[str, str]] = (),
    progress: Progress,
) -> tuple[Places, list[Message]]:
    """Write new and changed points; return where the new ones lie, and what to tell.

    A point that stays where it is keeps its unit grid and lane, whoever gave them; one that moved follows its new
    place unless a planner chose its unit grid or lane by hand. The address decides between lanes nearly as near.

    :param finished: completes new rows once their places are known. ``beside``: rows of other tables, by name.
        ``entries``: key and value of entries of the workspace's information.
    :raises WorkspaceError: ``row_changed_meanwhile`` and what keeps the workspace from being written.
    """
    new, moved = np.flatnonzero(merged.outcome == NEW), merged.at[merged.moved]
    spots = merged.incoming.shapes[np.concatenate([new, moved])]
    addresses = addresses_of(workspace, merged, new)
    places = no_places()
    if len(spots):
        places = find_places(workspace, spots, addresses, progress)
    if merged.writes:
        with workspace.transaction(author, gesture) as transaction:
            places = places_that_hold(workspace, transaction, spots, addresses, places)
            moving = some_rows(merged.change, merged.moved)
            relocated = relocated_points(workspace, moving, some_places(places, len(new), None))
            here = some_places(places, 0, len(new))
            transaction.insert(merged.table, finished(at_places(merged.added, here)))
            write_changed(transaction, some_rows(merged.change, ~merged.moved))
            write_changed(transaction, relocated)
            for table, rows in (beside or {}).items():
                transaction.insert(table, rows)
            keep_entries(transaction, entries)
            transaction.log(merged.table, None, None, merged.summary)
            progress.report(1.0)  # the last moment to cancel: what follows is written
    notes = list(places.notes)
    if len(moved):
        notes.append(Message("points_moved_by_file", {"count": len(moved)}))
    return some_places(places, 0, len(new)), notes


def keep_entries(transaction: Transaction, entries: Iterable[tuple[str, str]]) -> None:
    """Write entries of the workspace's information."""
    for key, value in entries:
        transaction.set_info(key, value)


def addresses_of(workspace: Workspace, merged: Upsert, new: np.ndarray) -> np.ndarray | None:
    """Return the addresses of the new rows, then of those that moved; ``None`` for a table that has none."""
    if "address" not in definition_of(merged.table).column_names:
        return None
    incoming = merged.incoming
    given: np.ndarray = incoming["address"] if "address" in incoming else np.full(len(incoming), None, dtype=object)
    change = merged.change.updated.take(merged.moved)
    moved: np.ndarray = np.empty(0, dtype=object)
    if "address" in change:
        moved = change["address"]
    elif len(change):
        stored = read_numbered(workspace, merged.table, change.fids.tolist(), ("address",))
        moved = stored["address"][np.searchsorted(stored.fids, change.fids)]
    return np.asarray(np.concatenate([given[new], moved]))


def relocated_points(workspace: Workspace, change: TableChange, places: Places) -> TableChange:
    """Return the change of points that moved with the unit grids and lanes of where they lie now (``places``)."""
    if not change:
        return change
    has_words = PLACED_BY in definition_of(change.table).column_names
    wanted = (*_PLACES, PLACED_BY) if has_words else _PLACES
    stored = read_numbered(workspace, change.table, change.updated.fids.tolist(), wanted)
    stored = stored.take(np.searchsorted(stored.fids, change.updated.fids))
    columns = {"unit_grid": places.unit_grid.copy(), "lane_code": places.lane_code.copy()}
    by_hand = hand_edits(workspace, change.table)
    (key,) = change.definition.key
    for row, value in enumerate(change.before[key].tolist()):
        for name, chosen in by_hand.get(str(value), {}).items():
            if name in columns and chosen == stored[name][row]:
                columns[name][row] = chosen
    if has_words:
        # Words move nothing that lies somewhere: what lay there and moved has coordinates now.
        lay = ~(shapely.is_missing(change.before.shapes) | shapely.is_empty(change.before.shapes))
        columns[PLACED_BY] = (change.updated if PLACED_BY in change.updated else stored)[PLACED_BY].copy()
        columns[PLACED_BY][lay] = None
    before = change.before.with_columns(**{name: stored[name] for name in columns})
    return TableChange(change.table, before=before, updated=change.updated.with_columns(**columns))


def some_rows(change: TableChange, which: np.ndarray) -> TableChange:
    """Return the change of some of its rows, a bool mask."""
    if not which.any():
        return TableChange(change.table)
    updated = change.updated.take(which)
    return TableChange(change.table, before=change.before.take(which), updated=updated)


def some_places(places: Places, start: int, end: int | None) -> Places:
    """Return the places of the points from ``start`` to ``end``."""
    part = slice(start, end)
    return Places(places.unit_grid[part], places.lane_code[part], places.notes, places.seen)
