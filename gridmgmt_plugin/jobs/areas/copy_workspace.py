"""Copy a whole workspace to another place: from a file to a server, from a server to a file, and back again.

The copy is identical: every row of every table with its number, its version and its shape, what it says of itself
included. It appears when all of it was read back and compared, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.areas.working_copy import is_compared, joined_base, mark_of, rows_marked
from gridmgmt_plugin.workspace.changes.log_privacy import is_private
from gridmgmt_plugin.workspace.copying import CopyTarget, Fingerprint
from gridmgmt_plugin.workspace.gpkg.base_rows import BaseRows
from gridmgmt_plugin.workspace.handover.ledger import is_entry
from gridmgmt_plugin.workspace.light.copy_mark import WORKING_COPY
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location, PostgresLocation, parse_location
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace, refuse_existing, take_copy, take_working_copy

# How much of the time goes by until everything is written; the rest is reading back.
_WRITTEN = 0.75
_CONTACTS = "contact"


@dataclass(frozen=True)
class _Plan:
    """What is copied: the columns to be added by table, and for each table how many rows it has; ``left``: tables of
    contacts that stay where they are, with how many rows, ``None`` where they are not shown.
    """

    columns: Mapping[str, Mapping[str, str]]
    counts: Mapping[str, int]
    left: Mapping[str, int | None]
    beside: tuple[str, ...]


def copy_workspace(
    workspace: Workspace,
    output: Path | str | Location,
    *,
    contacts: bool = False,
    working_copy: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Write an identical workspace to a place that is free: the path of a new .gpkg file or the ``postgresql://`` URI
    of a schema that is not there yet or empty.

    Row numbers, versions and texts stay as they are, so every relation holds; new rows are numbered after those that
    are there. Memory holds some ten thousand rows at a time.

    :param contacts: take personal contacts along, as far as whoever is logged in is shown them.
    :param working_copy: mark the file as a working copy, so that :func:`.bring_back` knows what was changed in it.
    :raises InputError: ``copy_working_copy_is_a_file``.
    :raises WorkspaceError: ``workspace_exists``, ``postgres_schema_in_use``, ``copy_handover_under_way``,
        ``copy_table_hidden``, ``copy_column_type``, ``copy_value_not_storable``, ``copy_differs``, or that either
        place cannot be read or written; the new place is as it was.
    :raises TornReadError: when somebody saved into the file while it was read.
    """
    progress = progress or Progress()
    location = parse_location(output)
    refuse_existing(location)
    progress.report(0.0)
    with workspace.steady() as state:
        plan = _plan(state, contacts=contacts)
        if working_copy:
            _make_working_copy(state, plan, location, progress)
        else:
            with take_copy(location, state.info) as target:
                _fill(state, target, plan, location, progress)
                progress.report(1.0)  # the last moment to cancel: what follows is written
    notes = [Message("copy_is_a_working_copy")] if working_copy else []
    return _report(plan, location, notes)


def _make_working_copy(state: Workspace, plan: _Plan, location: Location, progress: Progress) -> None:
    """Copy into a file that says what it is a copy of and how every row stood.

    :raises InputError: ``copy_working_copy_is_a_file``.
    """
    if not isinstance(location, GeoPackageLocation):
        raise InputError("copy_working_copy_is_a_file", place=location.label)
    base: dict[str, list[BaseRows]] = {name: [] for name in tables() if is_compared(name)}

    def keep(table: str, rows: Rows) -> None:
        if table in base:
            base[table].append(rows_marked(table, rows))

    with take_working_copy(location, state.info) as target:
        _fill(state, target, plan, location, progress, keep)
        target.keep_base({name: joined_base(parts) for name, parts in base.items()})
        target.set_info(WORKING_COPY, mark_of(state).entry())
        progress.report(1.0)  # the last moment to cancel: what follows is written


def _fill(
    state: Workspace,
    target: CopyTarget,
    plan: _Plan,
    location: Location,
    progress: Progress,
    seen: Callable[[str, Rows], None] | None = None,
) -> None:
    """Write the tables, read them back and compare. ``seen``: takes what was read back."""
    written = _write(state, target, plan, progress.part(0.0, _WRITTEN))
    _compare(target, written, location, progress.part(_WRITTEN, 1.0), seen)


def _plan(state: Workspace, *, contacts: bool) -> _Plan:
    """Look at what there is to copy.

    :raises WorkspaceError: see :func:`copy_workspace`.
    """
    if any(is_entry(key) for key in state.read("workspace_info", ["key"])["key"].tolist() if key):
        raise WorkspaceError("copy_handover_under_way", path=state.location.label)
    whole = state.whole_tables()
    columns: dict[str, Mapping[str, str]] = {}
    counts: dict[str, int] = {}
    left: dict[str, int | None] = {}
    for name, definition in tables().items():
        is_shown = state.may_see(name)
        if not (is_shown or is_private(name)):
            raise WorkspaceError("copy_table_hidden", table=definition.zh, table_en=definition.en)
        if is_private(name) and not (is_shown and contacts):
            left[name] = state.count(name) if is_shown else None
            counts[name] = 0
            continue
        counts[name] = state.count(name)
        columns[name] = whole.columns_beside(name)
        unknown = [column for column, kind in columns[name].items() if not kind]
        if unknown:
            details = {"table": definition.zh, "table_en": definition.en, "columns": listing(unknown)}
            raise WorkspaceError("copy_column_type", **details)
    return _Plan(columns, counts, left, tuple(whole.tables_beside()))


def _write(state: Workspace, target: CopyTarget, plan: _Plan, progress: Progress) -> dict[str, Fingerprint]:
    """Copy the tables; return what each is compared by."""
    whole, total, done = state.whole_tables(), max(sum(plan.counts.values()), 1), 0
    written = {name: Fingerprint() for name in tables()}
    for name, columns in plan.columns.items():
        for column, kind in columns.items():
            target.add_column(name, column, kind)
        for rows in whole.pages(name):
            progress.report(done / total)
            target.write(name, rows)
            written[name].add(rows)
            done += len(rows)
    return written


def _compare(
    target: CopyTarget,
    written: Mapping[str, Fingerprint],
    location: Location,
    progress: Progress,
    seen: Callable[[str, Rows], None] | None,
) -> None:
    """Read back what was written, and compare numbers of rows and hashes of columns.

    :raises WorkspaceError: ``copy_differs`` naming the first table and its columns.
    """
    total, done = max(sum(one.count for one in written.values()), 1), 0
    for name, wanted in written.items():
        found = Fingerprint()
        for rows in target.pages(name):
            progress.report(done / total)
            found.add(rows)
            if seen is not None:
                seen(name, rows)
            done += len(rows)
        different = wanted.differences(found)
        if different:
            definition = tables()[name]
            details = {"table": definition.zh, "table_en": definition.en, "columns": listing(different)}
            raise WorkspaceError("copy_differs", path=location.label, **details)


def _report(plan: _Plan, location: Location, more: Sequence[Message]) -> Report:
    count = sum(plan.counts.values())
    notes = [Message("copy_compared", {"count": count, "tables": len(plan.columns), "path": location.label})]
    for left in plan.left.values():
        if left == 0:
            continue
        code = "copy_contacts_hidden" if left is None else "copy_contacts_left"
        notes.append(Message(code, {} if left is None else {"count": left}))
    if _CONTACTS not in plan.left:
        notes.append(Message("copy_contacts_taken", {"count": plan.counts[_CONTACTS]}))
    if plan.beside:
        notes.append(Message("copy_tables_beside", {"count": len(plan.beside), "names": listing(plan.beside)}))
    if isinstance(location, PostgresLocation):
        notes.append(Message("copy_rights_to_be_set", {"schema": location.schema}))
    return Report("copyworkspace", accepted=count, figures={"rows": dict(plan.counts)}, notes=(*notes, *more))
