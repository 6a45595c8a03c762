"""Take the results of inspections (十无 and the like) of street-lanes into the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.inspection.checklists import OWN, Checklist, chosen_checklist, parse_checklist
from gridmgmt_plugin.core.inspection.rounds import Rounds, rounds_of
from gridmgmt_plugin.core.intake.update_rules import UPDATE
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.columns import refuse_identity_numbers
from gridmgmt_plugin.core.posts.targets import Targets
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.core.value_words import stored_value
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.inspection.inspection_table import TABLE, InspectionTable, Results, read_inspections
from gridmgmt_plugin.jobs.intake.object_ids import IN_FILE, IN_WORKSPACE
from gridmgmt_plugin.jobs.intake.rejections import Rejections
from gridmgmt_plugin.jobs.intake.upsert import LEFT, NEW, Upsert, upsert
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "import_inspections"
#: What makes a result the same one: a second file, and a second form, bring it up to date.
KEY = ("lane_code", "checklist", "item_code", "inspected_on", "kind")
_CARRIED = ("inspector", "rectified_on", "note")


def import_inspections(
    workspace: Workspace,
    source: Source,
    *,
    checklist: str | None = None,
    inspected_on: str | None = None,
    kind: str | None = None,
    field_map: Mapping[str, str | None] | None = None,
    mode: str = UPDATE,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Add the results of a table, a row per lane or a row per item, in one act that can be taken back.

    Lanes are found by code, or by name within the street office; near names are proposed, never taken. The result of
    the same lane, day, list, item and kind is updated. ``accepted`` counts rows of the file, ``figures`` results.

    :param source: as written (``read_source(…, as_written=True)``), for 无 is an answer.
    :param checklist: key of a list, or a list as JSON, which the workspace then keeps; its own when ``None``.
    :param inspected_on, kind: of rows that do not say so themselves.
    :param mode: ``update``, or ``add``: results that are there are left alone and listed.
    :raises InputError: ``checklist_unknown``, ``checklist_invalid``, ``inspection_no_items``,
        ``inspection_table_empty``, ``inspection_lane_column_missing``, ``inspection_kind_unknown``, ``day_unclear``,
        ``identity_numbers_refused`` and what headings raise.
    """
    progress = progress or Progress()
    if len(source) == 0:
        raise InputError("inspection_table_empty", path=source.path)
    refuse_identity_numbers(source.rows)
    chosen, kept_text = resolve_checklist(workspace, checklist)
    rejections = Rejections(source)
    table = read_inspections(source, chosen, field_map or {}, rejections)
    progress.report(0.3)
    codes = _lanes(workspace, source, table, rejections)
    columns = _shared(source, table, inspected_on, kind, rejections)
    results = _unrepeated(table.results, codes, columns, rejections)
    rows = results.row
    incoming = Rows(
        {
            "lane_code": codes[rows],
            "checklist": as_column([chosen.key] * len(rows)),
            "item_code": results.item,
            "inspected_on": columns["inspected_on"][rows],
            "kind": columns["kind"][rows],
            "passed": as_column(None if value is None else int(value) for value in results.passed),
            "score": _points(chosen, results),
            **{name: columns[name][rows] for name in _CARRIED if name in columns},
        }
    )
    progress.report(0.5)
    with workspace.transaction(author, GESTURE) as transaction:
        transaction.hold(TABLE)  # no key of the table keeps two people from adding the same result
        merged = upsert(workspace, TABLE, incoming, KEY, mode)
        progress.report(0.8)
        if kept_text:
            transaction.set_info(OWN + chosen.key, kept_text)
        if merged.writes or kept_text:
            change = merged.change
            whole = TableChange(TABLE, before=change.before, updated=change.updated, inserted=merged.added)
            write_rows(transaction, (whole,), Act.now(GESTURE, author))
            progress.report(1.0)  # the last moment to cancel: what follows is written
    return _report(source, chosen, merged, rows, rejections, codes, table.notes)


def resolve_checklist(workspace: Workspace, wanted: str | None) -> tuple[Checklist, str]:
    """Return the list that is meant, and its text where it is a new one that the workspace has to keep ("" else).

    :raises InputError: ``checklist_unknown``, ``checklist_invalid``.
    """
    if wanted and wanted.lstrip().startswith("{"):
        found = parse_checklist(wanted)
        return found, "" if workspace.info.more.get(OWN + found.key) == wanted else wanted
    return chosen_checklist(workspace.info.more, wanted or workspace.info.checklist), ""


def _lanes(workspace: Workspace, source: Source, table: InspectionTable, rejections: Rejections) -> np.ndarray:
    """Return the lane code of each row; rows whose lane is not sure are rejected with what may be meant.

    :raises InputError: ``inspection_lane_column_missing``.
    """
    cells = table.typed.columns
    if "lane_code" not in cells and "lane_name" not in cells:
        raise InputError("inspection_lane_column_missing", fields=listing(source.field_names))
    nothing = as_column([None] * len(source))
    code, name, street = (cells.get(column, nothing) for column in ("lane_code", "lane_name", "street"))
    targets = Targets(workspace.read("lane", geometry=False), workspace.read("area", geometry=False))
    codes = as_column([None] * len(source))
    known: dict[tuple[Any, ...], list[str | Message]] = {}
    for row, asked in enumerate(zip(code.tolist(), name.tolist(), street.tolist())):
        if asked not in known:
            known[asked] = targets.find(*asked)
        found = known[asked]
        if len(found) > 1:
            rejections.add(np.array([row]), "inspection_several_lanes", as_column([str(asked[0] or asked[1])]))
        elif isinstance(found[0], Message):
            value = as_column([str(asked[0] or asked[1] or "")])
            rejections.add(np.array([row]), found[0].code, value, found[0].details)
        else:
            codes[row] = found[0]
    return codes


def _shared(
    source: Source, table: InspectionTable, inspected_on: str | None, kind: str | None, rejections: Rejections
) -> dict[str, np.ndarray]:
    """Return what all results of a row share, with the given day and kind where the file has none.

    :raises InputError: ``day_unclear``, ``inspection_kind_unknown``.
    """
    typed, nothing = table.typed, as_column([None] * len(source))
    day_given = parse_dates([inspected_on]).iso[0] if inspected_on else None
    if inspected_on and day_given is None:
        raise InputError("day_unclear", value=inspected_on)
    kind_given = stored_value("inspection_kind", kind) if kind else None
    if kind and kind_given is None:
        raise InputError("inspection_kind_unknown", value=kind)
    columns = {name: typed.columns[name] for name in _CARRIED if name in typed.columns}
    for name, parsed in typed.dates.items():
        bad = ~is_null(parsed.reasons)
        rejections.add(bad, parsed.reasons[bad], source.rows[table.headings[name]][bad])
    days = typed.columns.get("inspected_on", nothing).copy()
    days[is_null(days)] = day_given[:10] if day_given else None
    kinds = typed.columns.get("kind", nothing).copy()
    kinds[is_null(kinds)] = kind_given
    rejections.add(is_null(days), "inspection_day_missing")
    today = clock.today().isoformat()
    late = np.array([value is not None and value > today for value in days], dtype=bool)
    rejections.add(late, "inspection_in_future", days[late])
    rectified = typed.columns.get("rectified_on", nothing)
    back = np.array([bool(a and b and a < b) for a, b in zip(rectified, days)], dtype=bool)
    rejections.add(back, "inspection_rectified_before", rectified[back])
    return {**columns, "inspected_on": days, "kind": kinds}


def _unrepeated(
    results: Results, codes: np.ndarray, columns: Mapping[str, np.ndarray], rejections: Rejections
) -> Results:
    """Return the results of good rows; a row that repeats an earlier one is rejected, agreeing or not."""
    first: dict[tuple[Any, ...], int] = {}
    again = []
    kept = np.isin(results.row, rejections.kept)
    for at in np.flatnonzero(kept).tolist():
        row = int(results.row[at])
        key = (codes[row], results.item[at], columns["inspected_on"][row], columns["kind"][row])
        if first.setdefault(key, row) != row:
            again.append(row)
    repeated = np.unique(np.array(again, dtype=np.int64))
    rejections.add(repeated, IN_FILE, codes[repeated])
    kept = np.isin(results.row, rejections.kept)
    return Results(results.row[kept], results.item[kept], results.passed[kept], results.score[kept])


def _points(checklist: Checklist, results: Results) -> np.ndarray:
    """Return the points of each result: as given, else the weight of what was passed and nothing for what failed."""
    weight = {item.code: item.weight for item in checklist.items}
    found = as_column(results.score)
    for at in np.flatnonzero(is_null(found) & ~is_null(results.passed)).tolist():
        found[at] = weight[results.item[at]] if results.passed[at] else 0.0
    return found


def _report(
    source: Source,
    checklist: Checklist,
    merged: Upsert,
    rows: np.ndarray,
    rejections: Rejections,
    codes: np.ndarray,
    notes: list[Message],
) -> Report:
    left = np.unique(rows[merged.outcome == LEFT])
    rejections.add(left, IN_WORKSPACE, codes[left])
    accepted = len(rejections.kept)
    rounds = rounds_of(merged.incoming, {checklist.key: checklist}, checklist.key)
    unfinished = np.isnan(rounds.scores)
    told = list(notes)
    if unfinished.any():
        names = listing(rounds.lanes[unfinished])
        told.append(Message("inspection_rounds_unfinished", {"count": int(unfinished.sum()), "lanes": names}))
    without_kind = int((rounds.kinds == "").sum())
    if without_kind:
        told.append(Message("inspection_without_kind", {"count": without_kind}))
    return Report(
        "importinspections",
        accepted=accepted,
        rejected=len(source) - accepted,
        reasons=rejections.counts(),
        rejected_rows=rejections.listed(codes),
        figures={
            "rows": len(source),
            "rounds": len(rounds),
            "below": _below(rounds, checklist),
            "results_new": merged.count(NEW),
            **merged.figures,
        },
        notes=(*source.notes, *told),
        to_confirm=_changes(checklist, merged),
    )


def _below(rounds: Rounds, checklist: Checklist) -> int:
    return int((rounds.scores < checklist.standing.pass_mark).sum())


def _changes(checklist: Checklist, merged: Upsert) -> tuple[RejectedRow, ...]:
    """Return the results that change, before and after, for the planner to look through."""
    change, found = merged.change, []
    for place, old in enumerate(change.old):
        new = change.after[place]
        item = checklist.item(str(old["item_code"]))
        details = {
            "item": item.zh if item else "–",
            "item_en": item.en if item else "–",
            "day": old["inspected_on"],
            "before": _said(old),
            "after": _said(new),
        }
        found.append(RejectedRow(place + 1, str(old["lane_code"]), "inspection_result_changes", "", details))
    return tuple(found)


def _said(result: Mapping[str, Any]) -> str:
    mark = {None: "–", 0: "×", 1: "√"}[None if result["passed"] is None else int(result["passed"])]
    score = "" if result["score"] is None else f" {result['score']:g}"
    return f"{mark}{score}"
