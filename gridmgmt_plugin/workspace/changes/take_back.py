"""撤回上次保存: take the last save back, exactly, as long as nobody has built on it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.changes.change_log import row_lines
from gridmgmt_plugin.workspace.changes.row_reading import joined_rows
from gridmgmt_plugin.workspace.changes.save_record import FORMAT
from gridmgmt_plugin.workspace.changes.table_change import GEOMETRY, TableChange, digests, key_of, no_rows, only
from gridmgmt_plugin.workspace.register_store import now_text
from gridmgmt_plugin.workspace.schema import TableDefinition
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

TAKE_BACK = "take_back"
# Tables whose every row has a line in the change log when a save is taken back; others follow from these.
_FOLLOWING = ("code_register", "unit_grid_history")
_CHUNK = 2000


@dataclass(frozen=True)
class SavedChange:
    """The save that :func:`take_back_last` would take back.

    ``table``: what was edited. ``gestures``: their kinds (``split``, ``merge`` …, ``qgis`` for QGIS's own tools), in
    order. ``at``: wall-clock time, ISO 8601. ``by``: who saved. ``rows``: cells (rows) that were written.
    """

    id: str
    table: str
    gestures: tuple[str, ...]
    at: str
    by: str
    rows: int


@dataclass(frozen=True)
class TakeBackReport:
    """What was restored. ``tables_changed``: tables whose layers have to be reloaded."""

    saved: SavedChange
    restored: int
    tables_changed: tuple[str, ...]

    @property
    def message(self) -> Message:
        """Return the sentence that says what was taken back."""
        details = {"at": self.saved.at.replace("T", " "), "by": self.saved.by or "–", "count": self.restored}
        return Message("save_taken_back", details)

    @property
    def report(self) -> Report:
        """Return the same for a job: which save it was, and what was restored."""
        saved = self.saved
        figures = {"table": saved.table, "gestures": list(saved.gestures), "at": saved.at, "by": saved.by}
        return Report("takeback", self.restored, figures=figures, notes=(self.message,))


def last_save(workspace: Workspace) -> SavedChange | None:
    """Return the newest save that was not taken back yet, ``None`` when there is none."""
    found = _last_entry(workspace)
    return None if found is None else found[1]


def take_back_last(workspace: Workspace, author: str, progress: Progress | None = None) -> TakeBackReport:
    """Restore every row as it was before the last save; a second call takes back the save before it.

    Cells, their codes and history, points, responsibility grids and exemptions come back exactly. The change log
    keeps both, the save and that it was taken back.

    :raises Cancelled: up to the last moment, with nothing written.
    :raises WorkspaceError: ``nothing_to_take_back``; ``take_back_overtaken`` when a row has changed since, with
        nothing written; or what keeps the workspace from being written.
    """
    progress = progress or Progress()
    progress.report(0.0)
    at = now_text()
    with workspace.transaction(author, TAKE_BACK) as transaction:
        _hold_last(workspace, transaction)
        fid, saved, content = _hold_last(workspace, transaction)  # another save may have come before that was held
        changes = [_inverse(workspace, recorded) for recorded in reversed(content["changes"])]
        for change in changes:
            change.write(transaction)
            if not change.derived and change.table not in _FOLLOWING:
                transaction.insert("change_log", row_lines(change, TAKE_BACK, at, author))
        taken = Rows({"taken_back_at": as_column([at])}, None, np.array([fid], dtype=np.int64))
        transaction.update("take_back", taken)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    main = next((change for change in changes if change.table == saved.table), None)
    restored = 0 if main is None else len(main.updated) + len(main.deleted) + len(main.inserted)
    names = dict.fromkeys([*(change.table for change in changes), "change_log", "take_back"])
    return TakeBackReport(saved, restored, tuple(names))


def _hold_last(workspace: Workspace, transaction: Transaction) -> tuple[int, SavedChange, dict[str, Any]]:
    """Hold what the last save wrote, and return it as it was before that.

    :raises WorkspaceError: ``nothing_to_take_back``.
    """
    entry = _last_entry(workspace)
    if entry is None:
        raise WorkspaceError("nothing_to_take_back")
    transaction.hold("take_back", *(recorded["table"] for recorded in entry[2]["changes"]))
    return entry


def _last_entry(workspace: Workspace) -> tuple[int, SavedChange, dict[str, Any]] | None:
    rows = workspace.read("take_back", ["id", "created_at"], {"taken_back_at": None}, geometry=False)
    if len(rows) == 0:
        return None
    fid = int(rows.fids.max())
    entry = workspace.read("take_back", where={"fid": fid}, geometry=False).records()[0]
    content = json.loads(entry["content"])
    if content.get("format") != FORMAT:
        raise WorkspaceError("take_back_format_unknown", format=content.get("format"))
    saved = SavedChange(
        id=entry["id"],
        table=content["table"],
        gestures=tuple((entry["gesture"] or "").split(",")),
        at=entry["created_at"],
        by=entry["created_by"] or "",
        rows=content["rows"],
    )
    return fid, saved, content


def _inverse(workspace: Workspace, recorded: Mapping[str, Any]) -> TableChange:
    """Return the change that undoes a recorded one.

    :raises WorkspaceError: ``take_back_overtaken`` when a row is not as the save left it.
    """
    definition = definition_of(recorded["table"])
    if "following" in recorded:
        return _inverse_following(workspace, definition, recorded["following"])
    derived, columns = recorded["derived"], list(recorded["columns"])
    written = [*recorded["updated"], *recorded["inserted"]]
    present = _present(workspace, definition, [entry["key"] for entry in written])
    found = _by_key(definition, present)
    rows = [found.get(_text(entry["key"])) for entry in written]
    _refuse_overtaken(definition, recorded, present, rows)
    gone = recorded["deleted"]
    returning = [key_of(definition, row, None) for row in gone]
    if definition.key:
        taken = _by_key(definition, _present(workspace, definition, returning))
        leaving = {at for at in rows if at is not None}
        mine = {key for key, at in found.items() if at in leaving}
        for key in returning:
            if _text(key) in taken and _text(key) not in mine:
                raise _overtaken(definition, key)
    places = [at for at in rows if at is not None]
    before = present.take(places[: len(recorded["updated"])]) if places else no_rows()
    return TableChange(
        definition.name,
        before=before,
        updated=_restored(definition, recorded["updated"], before, columns, derived=derived),
        deleted=present.take(places[len(recorded["updated"]) :]) if recorded["inserted"] else no_rows(),
        inserted=_as_rows(definition, gone),
        derived=derived,
    )


def _refuse_overtaken(
    definition: TableDefinition, recorded: Mapping[str, Any], present: Rows, rows: Sequence[int | None]
) -> None:
    """Do nothing when every row that was written is still as it was left.

    :param rows: position in ``present`` of each updated and inserted row, ``None`` for one that is gone.
    :raises WorkspaceError: ``take_back_overtaken``.
    """
    written = [*recorded["updated"], *recorded["inserted"]]
    for at, entry in zip(rows, written):
        if at is None:
            raise _overtaken(definition, entry["key"])
    now = present.take([at for at in rows if at is not None])
    updated = len(recorded["updated"])
    changed, new = now.take(np.arange(updated)), now.take(np.arange(updated, len(now)))
    if recorded["derived"]:
        changed = only(changed, recorded["columns"])
    for mark, entry in zip([*digests(definition, changed), *digests(definition, new)], written):
        if mark != entry["after"]:
            raise _overtaken(definition, entry["key"])


def _inverse_following(
    workspace: Workspace, definition: TableDefinition, recorded: Mapping[str, Mapping[str, list[Any]]]
) -> TableChange:
    """Return the change that undoes what followed from other tables, recorded column by column.

    :raises WorkspaceError: ``take_back_overtaken``.
    """
    key, columns = recorded["key"], list(recorded["after"])
    wanted = list(zip(*key.values()))
    parts = []
    for start in range(0, len(wanted), _CHUNK):
        where = {name: sorted(set(values[start : start + _CHUNK])) for name, values in key.items()}
        names = [*columns, *(name for name in key if name != "fid")]
        parts.append(workspace.read(definition.name, names, where, geometry=False))
    present = joined_rows(parts)
    values = [present.fids.tolist() if name == "fid" else present[name].tolist() for name in key]
    place = {named: at for at, named in enumerate(zip(*values))}
    rows = [place.get(named, -1) for named in wanted]
    for number, at in enumerate(rows):
        if at < 0 or any(present[name][at] != recorded["after"][name][number] for name in columns):
            raise _overtaken(definition, dict(zip(key, wanted[number])))
    before = present.take(np.array(rows, dtype=np.int64))
    updated = Rows({name: as_column(recorded["before"][name]) for name in columns}, None, before.fid)
    return TableChange(definition.name, before=before, updated=updated, derived=True)


def _restored(
    definition: TableDefinition,
    updated: Sequence[Mapping[str, Any]],
    before: Rows,
    columns: list[str],
    *,
    derived: bool,
) -> Rows:
    if not updated:
        return no_rows()
    values = {name: as_column(entry["before"].get(name) for entry in updated) for name in columns if name != GEOMETRY}
    if definition.versioned and not derived:
        values["row_version"] = before["row_version"]
    shapes = None
    if GEOMETRY in columns:
        shapes = shapely.from_wkb(as_column(entry["before"].get(GEOMETRY) for entry in updated))
    return Rows(values, shapes, before.fid)


def _as_rows(definition: TableDefinition, gone: Sequence[Mapping[str, Any]]) -> Rows:
    if not gone:
        return no_rows()
    plain = [{name: value for name, value in row.items() if name not in (GEOMETRY, "fid")} for row in gone]
    shapes = None
    if definition.geometry is not None:
        shapes = shapely.from_wkb(as_column(row.get(GEOMETRY) for row in gone))
    return Rows.from_records(plain, shapes)


def _present(workspace: Workspace, definition: TableDefinition, keys: Sequence[Mapping[str, Any]]) -> Rows:
    """Return the stored rows with these keys (and perhaps some more), whole."""
    parts = []
    for names in sorted({tuple(key) for key in keys}):
        wanted = [key for key in keys if tuple(key) == names]
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            where = {name: sorted({key[name] for key in chunk}) for name in names}
            parts.append(workspace.read(definition.name, where=where))
    if not parts:
        return no_rows()
    together = joined_rows(parts)
    return together.take(np.unique(together.fids, return_index=True)[1])


def _by_key(definition: TableDefinition, rows: Rows) -> dict[str, int]:
    """Return key → position, by natural key and by row number."""
    if len(rows) == 0:
        return {}
    found = {_text({"fid": int(fid)}): at for at, fid in enumerate(rows.fids)}
    for at in range(len(rows)):
        found[_text({name: rows[name][at] for name in definition.key})] = at
    return found


def _text(key: Mapping[str, Any]) -> str:
    return json.dumps(key, sort_keys=True, ensure_ascii=False)


def _overtaken(definition: TableDefinition, key: Mapping[str, Any]) -> WorkspaceError:
    named = listing(value for value in key.values() if value is not None)
    return WorkspaceError("take_back_overtaken", table=definition.zh, table_en=definition.en, key=named or "–")
