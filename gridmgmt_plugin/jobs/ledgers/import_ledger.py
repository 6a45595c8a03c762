"""Take a ledger (台账) of a city into the workspace: any list of places with a status, kept up to date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.collecting import collecting_seldom
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.intake.update_rules import UPDATE
from gridmgmt_plugin.core.ledgers.ledger import (
    Ledger,
    checked_key,
    checked_look,
    done_among,
    free_look,
    statuses_said,
    with_statuses,
)
from gridmgmt_plugin.core.ledgers.standing import COLUMNS, stand
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.redaction.keys import KEY_IS_PRIVATE
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.point_rows import still_holds
from gridmgmt_plugin.jobs.intake.update_report import hand_edits_to_confirm, reject_left, tell_updates
from gridmgmt_plugin.jobs.ledgers.ledger_counts import known_ledgers
from gridmgmt_plugin.jobs.ledgers.ledger_file import LedgerFile, asked_places, read_ledger_file
from gridmgmt_plugin.jobs.ledgers.ledger_merge import TABLE, LedgerMerge, merge_items
from gridmgmt_plugin.jobs.ledgers.ledger_places import Asked, CellFinder, kinds_of
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.personal_data import private_codes
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE, JOB = "import_ledger", "importledger"
LEDGERS = "ledger"


@dataclass(frozen=True)
class LedgerWishes:
    """What a planner says of a ledger: ``title``; ``done``: the statuses that count as done, commas between;
    ``symbol`` and ``colour``. What is left empty stays as the ledger has it, or is chosen for a new one.
    """

    title: str = ""
    done: str = ""
    symbol: str = ""
    colour: str = ""


@collecting_seldom()
def import_ledger(
    workspace: Workspace,
    source: Source,
    ledger: str,
    wishes: LedgerWishes | None = None,
    *,
    fields: Mapping[str, str | None] | None = None,
    x_field: str | None = None,
    y_field: str | None = None,
    coordinates: str = "crs",
    is_whole: bool = True,
    mode: str = UPDATE,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Take the rows of a file as the items of a ledger, each in its unit grid; all other columns are kept with it.

    The ledger remembers the columns, the statuses and the symbol: the next file needs nothing but the key. An item
    that is there already is brought up to date; what has another status, is no longer listed or is listed again is
    told, and marked with the day. Nothing is deleted, and one step takes all of it back. Where no row of a file can
    be taken, or the key of one cannot be read, nothing is marked as gone.

    A row lies where its shape or its coordinates say, else in the unit grid whose code it names, else at the house or
    crossing that it names; one that names no more than a community or street office has no place and counts for that
    area alone. An item that is there keeps its place where the file gives none. What belongs to people stays outside:
    columns about them are left out, numbers in all other texts are masked, and a key that is somebody's number is
    refused.

    :param ledger: key of the ledger; a new one is made for a key that is not there.
    :param fields: ``key``, ``name``, ``status``, ``due_on`` or ``grid`` → heading, where headings alone do not tell.
    :param coordinates: as for components. :param is_whole: what the file does not list is no longer in the ledger.
    :param mode: ``update``, or ``add``: what is there already is left alone and listed.
    :raises InputError: ``ledger_key_missing``, ``ledger_key_malformed``, ``ledger_symbol_unknown``,
        ``ledger_colour_unclear``, ``key_is_private``, ``import_table_empty``; fields and coordinates that cannot be
        used. Single bad rows are rejected, never raised.
    """
    progress = progress or Progress()
    wishes = wishes or LedgerWishes()
    key = checked_key(ledger)
    if private_codes(LEDGERS, "key", [key]).any():
        raise InputError(KEY_IS_PRIVATE)
    symbol, colour = checked_look(wishes.symbol, wishes.colour)
    if len(source) == 0:
        raise InputError("import_table_empty", path=source.path)
    with workspace.reading() as state:
        known = known_ledgers(state)
        before = known.get(key)
        stored = state.read(TABLE, where={"ledger": key})
        finder = CellFinder(state)
        asked = asked_places(source, before, Asked(x_field or None, y_field or None, coordinates))
        reading = progress.part(0.0, 0.6)
        file = read_ledger_file(state, source, before or key, stored, finder, asked, fields or {}, reading)
        kept = file.rejections.kept
        today = clock.today().isoformat()
        merged = _merge(state, file, kept, stored, finder, mode, today, is_whole=is_whole)
    looks = free_look(one for one in known.values() if one.key != key)
    after = _ledger(key, before, replace(wishes, symbol=symbol, colour=colour), file, merged, stored, looks, today)
    progress.report(0.8)
    act = Act.now(GESTURE, author)
    if merged.change or before != after:
        with workspace.transaction(author, GESTURE) as transaction:
            if not still_holds(workspace, transaction, finder.seen):
                again = CellFinder(workspace)
                merged = _merge(workspace, file, kept, stored, again, mode, today, is_whole=is_whole)
            write_rows(transaction, [merged.change, ledger_change(workspace, after)], act)
            progress.report(1.0)  # the last moment to cancel: what follows is written
    doubt = _doubt(file, kept) if is_whole and mode == UPDATE and len(stored) else None
    return _report(file, kept, merged, before, after, stored, today, doubt)


def _merge(
    workspace: Workspace,
    file: LedgerFile,
    kept: np.ndarray,
    stored: Rows,
    finder: CellFinder,
    mode: str,
    today: str,
    *,
    is_whole: bool,
) -> LedgerMerge:
    rows = file.rows.take(kept)
    cells = finder.find(rows.shapes)
    rows = rows.with_columns(unit_grid=np.where(is_null(cells), file.grids[kept], cells))
    listed = set(file.keys.tolist())
    # A row of the file that was rejected is still listed there: it says nothing new, but it is not gone.
    spared = np.array([key in listed for key in stored["key"]], dtype=bool)
    tells_gone = is_whole and not _doubt(file, kept)
    return merge_items(workspace, stored, rows, mode, today, is_whole=tells_gone, spared=spared)


def _doubt(file: LedgerFile, kept: np.ndarray) -> Message | None:
    """Return why a file that should list a whole ledger does not tell what is no longer in it."""
    if file.unread:
        return Message("ledger_gone_unread", {"count": file.unread})
    return None if len(kept) else Message("ledger_gone_nothing_taken")


def _ledger(
    key: str,
    before: Ledger | None,
    wishes: LedgerWishes,
    file: LedgerFile,
    merged: LedgerMerge,
    stored: Rows,
    looks: tuple[str, str],
    today: str,
) -> Ledger:
    """Return the ledger as it is after the import."""
    base = before or Ledger(key, key, symbol=looks[0], colour=looks[1])
    known = with_statuses(base.statuses, base.done)
    statuses = with_statuses(known, merged.upsert.incoming["status"])
    new = [status for status in statuses if status not in known]
    done = with_statuses((), statuses_said(wishes.done, statuses)) if wishes.done else (*base.done, *done_among(new))
    shapes = np.concatenate([stored.shapes, merged.upsert.incoming.shapes])
    return replace(
        base,
        title=wishes.title.strip() or base.title,
        statuses=with_statuses(statuses, done),
        done=tuple(done),
        symbol=wishes.symbol or base.symbol or looks[0],
        colour=wishes.colour or base.colour or looks[1],
        fields=dict(file.fields),
        imported_on=today if len(merged.upsert.incoming) else base.imported_on,
        kinds=kinds_of(shapes),
    )


def ledger_change(workspace: Workspace, after: Ledger) -> TableChange:
    """Return what is written to the table of ledgers."""
    row = after.as_row()
    before = workspace.read(LEDGERS, where={"key": after.key}, geometry=False)
    if not len(before):
        return TableChange(LEDGERS, inserted=Rows.from_records([row]))
    old = before.records()[0]
    different = {name: as_column([value]) for name, value in row.items() if value != old[name]}
    if not different:
        return TableChange(LEDGERS)
    different["row_version"] = before["row_version"]
    return TableChange(LEDGERS, before=before, updated=Rows(different, None, before.fid))


def _report(
    file: LedgerFile,
    kept: np.ndarray,
    merged: LedgerMerge,
    before: Ledger | None,
    after: Ledger,
    stored: Rows,
    today: str,
    doubt: Message | None,
) -> Report:
    rejections, upsert = file.rejections, merged.upsert
    reject_left(upsert, kept, file.keys, rejections)
    accepted = len(rejections.kept)
    figures = {"restated": merged.restated, "gone": merged.gone, "back": merged.back}
    figures["overdue"] = _overdue(merged, stored, after.done, today)
    figures["with_unit_grid"] = int((~is_null(upsert.incoming["unit_grid"])).sum())
    told = [*_told(before, after, merged, figures), *filter(None, [doubt])]
    return Report(
        JOB,
        accepted=accepted,
        rejected=len(file.source) - accepted,
        reasons=rejections.counts(),
        rejected_rows=rejections.listed(file.keys),
        figures={"rows": len(file.source), **upsert.figures, **figures},
        notes=(*told, *file.notes, *tell_updates(upsert, file.source, kept)),
        to_confirm=hand_edits_to_confirm(upsert, file.source, kept, file.keys),
    )


def _told(before: Ledger | None, after: Ledger, merged: LedgerMerge, figures: Mapping[str, int]) -> Sequence[Message]:
    notes = []
    if before is not None and before.imported_on:
        counts = {"added": merged.upsert.figures["added"], **figures}
        notes.append(Message("ledger_since", {"title": after.title, "since": before.imported_on, **counts}))
    if figures["overdue"]:
        notes.append(Message("ledger_overdue", {"title": after.title, "count": figures["overdue"]}))
    new = [status for status in after.statuses if before is None or status not in before.statuses]
    if new:
        details = {"statuses": listing(new, most=12), "done": listing(after.done, most=12) if after.done else "–"}
        notes.append(Message("ledger_statuses_first" if before is None else "ledger_statuses_new", details))
    nowhere = int(
        (is_null(merged.upsert.incoming["unit_grid"]) & ~shapely.is_missing(merged.upsert.incoming.shapes)).sum()
    )
    if nowhere:
        notes.append(Message("ledger_in_no_unit_grid", {"count": nowhere}))
    return notes


def _overdue(merged: LedgerMerge, stored: Rows, done: Sequence[str], today: str) -> int:
    """Return how many items are overdue after the import."""
    after = merged.change
    stays = stored.take(~np.isin(stored.fids, after.before.fids if len(after.before) else []))
    parts = [stays, after.whole, after.inserted] if len(after.before) else [stays, after.inserted]
    count = 0
    for rows in parts:
        named = Rows({name: rows[name] for name in COLUMNS if name in rows})
        count += int(stand(named, done, today, "").overdue.sum())
    return count
