"""The answer of the other side, row by row: what it took over, what it refused and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.redaction.columns import redact_column
from gridmgmt_plugin.core.release.life import (
    ACCEPT,
    ACCEPTED,
    ACCEPTED_STATES,
    HANDED_OVER,
    REJECT,
    REJECTED,
    REOPEN,
    answered,
    standings,
)
from gridmgmt_plugin.core.release.receipt import NO_RESULT, UNKNOWN_LAYER, Answered, Line, laid_beside
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column, differs
from gridmgmt_plugin.core.text import clean_codes, clean_texts
from gridmgmt_plugin.core.titles import CountedTitles, ValueTitle
from gridmgmt_plugin.core.value_words import comparable, comparable_word, stored_values
from gridmgmt_plugin.exchange.package.delivered_form import delivered_keys
from gridmgmt_plugin.exchange.package.fields import layer_specs, table_specs
from gridmgmt_plugin.exchange.package.layer_files import FORMATS, SHAPEFILE_PARTS
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.handover.release_acts import release_change
from gridmgmt_plugin.jobs.intake.file_columns import CATALOGUE, FileColumns, choose_columns
from gridmgmt_plugin.jobs.intake.rejections import Rejections
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.change_log import row_lines
from gridmgmt_plugin.workspace.changes.save_record import SaveRecord, write_record
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.handover.ledger import delivered_files, delivered_form
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE, MEANS = "import_receipt", "importreceipt"
TABLE = "release_item"
_ITEMS = ("release_number", "layer", "row_key", "result", "reason")
_ACT_OF = {ACCEPTED: ACCEPT, REJECTED: REJECT, HANDED_OVER: REOPEN}
# A receipt after which the release stands as before.
_ANSWERED_IN_PART = "receipt"
_REASONS_NOTED = 5
# Of the files of a package that hold a layer or table.
_ENDINGS = (*SHAPEFILE_PARTS, *(f".{format_}" for format_ in FORMATS), ".csv", ".xlsx")


@dataclass(frozen=True, eq=False)
class _Table:
    """A receipt that was read: a line per row of the file, the keys as they stand, and what is to be told."""

    lines: tuple[Line, ...]
    keys: np.ndarray
    releases: frozenset[str]
    notes: tuple[Message, ...]


def import_receipt(
    workspace: Workspace,
    source: Source,
    release: str,
    *,
    field_map: Mapping[str, str | None] | None = None,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Enter what a receiver answered about the rows of a release, in one act that can be taken back.

    Rows without an answer keep the one that they have, so that a receipt may come in parts. With one refused row the
    release is rejected, once all are accepted it is accepted; until then it waits. A second reading changes nothing.

    :param field_map: column of ``release_item`` → heading.
    :raises InputError: ``receipt_empty``, ``receipt_column_missing``, ``receipt_of_another_release``,
        ``receipt_of_nothing``, ``release_unknown``, ``receipt_not_now``, ``release_replaced``,
        ``release_answered_later``; nothing was written.
    :raises WorkspaceError: when the workspace cannot be written.
    """
    progress = progress or Progress()
    keys = delivered_keys(delivered_form(workspace, release))
    table = _read(source, field_map or {}, _layer_words(delivered_files(workspace, release)), set(keys.values()))
    others = [named for named in table.releases if comparable(named) != comparable(release)]
    if others:
        raise InputError("receipt_of_another_release", release=release, others=listing(sorted(others)))
    progress.report(0.2)
    act = Act.now(GESTURE, author)
    with workspace.transaction(author, GESTURE) as transaction:
        transaction.hold("release", TABLE, "handover_log")
        releases = workspace.read("release", geometry=False)
        state = _state(releases, release)
        items = workspace.read(TABLE, list(_ITEMS), {"release_number": release}, geometry=False)
        found = laid_beside(table.lines, items)
        if not (found.named.any() or found.waiting):
            raise InputError("receipt_of_nothing", release=release, rows=len(source))
        progress.report(0.6)
        changed = differs(items["result"], found.results) | differs(items["reason"], found.reasons)
        now = _after(releases, found, release, was_refused=state == REJECTED and (items["result"] == REJECTED).any())
        if changed.any() or now != state:
            parts = _changes(items, found, changed) + _moved(workspace, releases, items, (state, now), found, act)
            numbers = [part.write(transaction) for part in parts]
            for part in parts[1:]:  # the answers themselves stand in their rows
                transaction.insert("change_log", row_lines(part, act.gesture, act.at, act.by))
            record = SaveRecord("release", (GESTURE,), int(changed.sum()))
            write_record(transaction, record, parts, numbers, act.at, act.by)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    return _report(source, table, items, found, release, now, entered=int(changed.sum()))


def _read(
    source: Source,
    field_map: Mapping[str, str | None],
    layers_by_word: Mapping[str, str],
    keys_by_field: Collection[str],
) -> _Table:
    """Read the rows.

    :param keys_by_field: the fields by which the receiver tells the rows of its layers apart: the heading of the
        code may be one of them.
    """
    if not len(source):
        raise InputError("receipt_empty", path=source.path)
    chosen = _chosen(source, field_map)
    known = {comparable(field) for field in keys_by_field}
    own = [heading for heading in source.field_names if comparable(source.title_of(heading)) in known]
    if "row_key" not in chosen and len(own) == 1 and "row_key" not in field_map:
        chosen = _chosen(source, {**field_map, "row_key": own[0]})
    for needed in ("row_key", "result"):
        if needed not in chosen:
            title = Message(f"receipt_column_{needed}")
            raise InputError("receipt_column_missing", column=title, fields=listing(source.field_names))
    nothing = as_column([None] * len(source))
    cells = {name: source.rows[chosen.fields[name]] if name in chosen else nothing for name in _ITEMS}
    keys = clean_codes(cells["row_key"])
    results, _ = stored_values(cells["result"], "receipt_result")
    reasons = redact_column(clean_texts(cells["reason"])).values
    every = {comparable_word(word) for word in load_json(CATALOGUE)["every_row"]}
    names = clean_texts(cells["layer"])
    layers = ("" if name is None else _layer_named(name, layers_by_word) for name in names)
    codes = (None if key is not None and comparable_word(key) in every else key or "" for key in keys)
    lines = tuple(Line(*cell) for cell in zip(layers, codes, results.tolist(), reasons.tolist()))
    releases = frozenset(str(named) for named in clean_texts(cells["release_number"]) if named)
    return _Table(lines, keys, releases, (*source.notes, *chosen.notes))


def _chosen(source: Source, field_map: Mapping[str, str | None]) -> FileColumns:
    return choose_columns(source, TABLE, named=field_map, computed=("content", "geometry_wkb"), keep_personal=True)


def _layer_named(name: str, layers_by_word: Mapping[str, str]) -> str | None:
    """Return the layer that a word names; the name of a file may have its ending."""
    stem, dot, ending = name.rpartition(".")
    words = [name, *([stem] if dot and f".{ending.lower()}" in _ENDINGS else [])]
    return next((layers_by_word[word] for word in map(comparable_word, words) if word in layers_by_word), None)


def _layer_words(files: Mapping[str, str]) -> dict[str, str]:
    """Return every word for a layer or table of a package → our name; "*" is every one.

    :param files: layer or table → file name; these count before our own words.
    """
    words = {comparable_word(word): "" for word in load_json(CATALOGUE)["every_row"]}
    words.update((comparable_word(name), layer) for layer, name in files.items())
    for specs in (layer_specs(), table_specs()):
        for name, spec in specs.items():
            for word in (name, spec.zh, spec.en, *([spec.table] if spec.table else ())):
                words.setdefault(comparable_word(word), name)
    return words


def _state(releases: Rows, release: str) -> str:
    """Return the state of a release that can have an answer.

    :raises InputError: ``release_unknown``, ``receipt_not_now``.
    """
    states = dict(zip(releases["number"].tolist(), releases["state"].tolist())) if len(releases) else {}
    if release not in states:
        raise InputError("release_unknown", release=release, known=listing(sorted(states)) or "–")
    state = str(states[release])
    if state not in (HANDED_OVER, ACCEPTED, REJECTED):
        raise InputError("receipt_not_now", release=release, state=ValueTitle(f"release_state.{state}"))
    return state


def _after(releases: Rows, found: Answered, release: str, *, was_refused: bool) -> str:
    verdict = found.verdict(was_refused=was_refused)
    return _state(releases, release) if verdict is None else answered(verdict, release, standings(releases))


def _changes(items: Rows, found: Answered, changed: np.ndarray) -> list[TableChange]:
    """Return the change of the answers; it is recorded column by column, there may be a hundred thousand."""
    before = items.take(changed)
    updated = Rows({"result": found.results[changed], "reason": found.reasons[changed]}, None, before.fid)
    return [TableChange(TABLE, before=before, updated=updated, derived=True)]


def _moved(
    workspace: Workspace, releases: Rows, items: Rows, states: tuple[str, str], found: Answered, act: Act
) -> list[TableChange]:
    """Return the change of the release, and the line of ``handover_log`` about the receipt."""
    (was, now), release = states, str(items["release_number"][0])
    mine = releases.take(releases["number"] == release)
    reasons, earlier = _refusals(found.results, found.reasons), _refusals(items["result"], items["reason"])
    noted_before = mine["receipt_note"][0]
    is_of_people = (
        was == now and noted_before != earlier
    )  # noted with an act, not read from rows that say otherwise now
    note = reasons or (noted_before if is_of_people else None)
    noted: dict[str, dict[str, str | None]] = {"receipt_at": {release: act.at}, "receipt_note": {release: note}}
    entry = {
        "handed_at": act.at,
        "release_number": release,
        "act": _ANSWERED_IN_PART if was == now else _ACT_OF[now],
        "handed_by": act.by or None,
        "receiver": mine["receiver"][0],
        "means": MEANS,
        "classification": workspace.info.classification,
        "note": reasons,
    }
    return [
        release_change(releases, {release: now}, noted),
        TableChange("handover_log", inserted=Rows.from_records([entry])),
    ]


def _refusals(results: np.ndarray, reasons: np.ndarray) -> str | None:
    """Return the first reasons for which rows are refused, ``None`` without any."""
    return str(listing(dict.fromkeys(r for r in reasons[results == REJECTED] if r), _REASONS_NOTED)) or None


def _report(
    source: Source, table: _Table, items: Rows, found: Answered, release: str, state: str, *, entered: int
) -> Report:
    rejections = Rejections(source)
    for line, reason in found.refused.items():
        value = table.lines[line].layer if reason == UNKNOWN_LAYER else table.keys[line]
        rejections.add(np.array([line]), reason, as_column([None if reason == NO_RESULT else value]))
    accepted, rejected = (found.count(result, named_only=True) for result in (ACCEPTED, REJECTED))
    figures = {
        "accepted": accepted,
        "rejected": rejected,
        "open": int(found.open.sum()),
        "entered": entered,
        "state": state,
    }
    return Report(
        "importreceipt",
        accepted=accepted + rejected,
        rejected=len(found.refused),
        reasons=rejections.counts(),
        rejected_rows=rejections.listed(table.keys),
        figures=figures,
        notes=(*_notes(items, found, release, state, entered), *table.notes),
    )


def _notes(items: Rows, found: Answered, release: str, state: str, entered: int) -> list[Message]:
    told = {"release": release, "state": ValueTitle(f"release_state.{state}")}
    counts = {"accepted": found.count(ACCEPTED), "rejected": found.count(REJECTED), "open": int(found.open.sum())}
    if not entered and not found.waiting:
        notes = [Message("receipt_known_already", {**told, **counts})]
    else:
        notes = [Message("receipt_entered", {**told, **counts})]
    if found.open.any() and state not in ACCEPTED_STATES:
        layers, numbers = np.unique(items["layer"][found.open].astype(str), return_counts=True)
        shown = CountedTitles("layers", dict(zip(layers.tolist(), numbers.tolist())))
        code = "receipt_rows_open_refused" if state == REJECTED else "receipt_rows_open"
        notes.append(Message(code, {"count": counts["open"], "layers": shown}))
    if found.waiting:
        notes.append(Message("receipt_all_waits", {"count": found.waiting}))
    if found.refused:
        notes.append(Message("receipt_rows_unread", {"count": len(found.refused)}))
    return notes
