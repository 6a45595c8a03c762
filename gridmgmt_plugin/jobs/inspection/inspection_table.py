"""The table of an inspection as offices keep it: a row per lane with a column per item, or a row per item; or totals.

Which heading is which item is found by code, title and other words of the list; what is only near is told, not taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.inspection.answers import Answers, asks_for_order, has_points, is_not_judged, read_answers
from gridmgmt_plugin.core.inspection.checklists import Checklist, ChecklistItem
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.near_names import near_names
from gridmgmt_plugin.core.rows import as_column, is_null
from gridmgmt_plugin.core.text import clean_texts, to_numbers
from gridmgmt_plugin.exchange.column_roles import named_field
from gridmgmt_plugin.exchange.placeholders import is_word_for_nothing, without_placeholders
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.file_columns import choose_columns
from gridmgmt_plugin.jobs.intake.rejections import Rejections
from gridmgmt_plugin.jobs.intake.typed_columns import TypedColumns, typed_columns

TABLE = "lane_inspection"
#: Names beyond the table's columns: the lane by name and street office, and the total of a row with a column per
#: item.
MORE = ("lane_name", "street", "total")
#: In a field map: the heading of an item (``item_03``).
ITEM = "item_"
_DATES = ("inspected_on", "rectified_on")
# Read by the words of inspections instead of those of every table.
_ANSWERS = ("passed", "score", "total")


@dataclass(frozen=True, eq=False)
class Results:
    """``n`` results: ``row``: int64, the row of the file; ``item``: object array of item codes, ``None`` for a total;
    ``passed``, ``score``: object arrays, ``None`` where nothing is said.
    """

    row: np.ndarray
    item: np.ndarray
    passed: np.ndarray
    score: np.ndarray


@dataclass(frozen=True, eq=False)
class InspectionTable:
    """A table that was read. ``typed``: the columns that all results of a row share, and :data:`MORE`; ``headings``:
    column → heading; ``results``: what was found, item by item, of rows that are not rejected; ``notes``.
    """

    typed: TypedColumns
    headings: Mapping[str, str]
    results: Results
    notes: list[Message] = field(default_factory=list)


def read_inspections(
    source: Source, checklist: Checklist, named: Mapping[str, str | None], rejections: Rejections
) -> InspectionTable:
    """Return what a table says; rows with an answer that says neither passed nor failed are rejected.

    :param source: as written: words for nothing stay, for 无 is an answer.
    :param named: column, ``lane_name``, ``street``, ``total`` or ``item_<code>`` → heading.
    :raises InputError: ``inspection_no_items`` where no column is about the list; what headings raise.
    """
    items = item_columns(source, checklist, named)
    other = {name: heading for name, heading in named.items() if not name.startswith(ITEM)}
    rest = _without(source, [*items.values()])
    plain = without_placeholders(rest)
    computed = ("checklist", *(("item_code", "passed") if items else ()))
    fields = choose_columns(plain, TABLE, named=other, computed=computed, more=MORE, keep_personal=True)
    typed = typed_columns(plain, TABLE, {k: v for k, v in fields.fields.items() if k not in _ANSWERS}, _DATES, MORE)
    notes = [*plain.notes, *fields.notes, *typed.notes, *_near(source, checklist, items)]
    notes += _read_as_yes_no(source, checklist, items)
    if items:
        results = _wide(source, checklist, items, fields.fields, rejections)
    elif "item_code" in fields:
        results = _long(source, checklist, fields.fields, rejections)
    elif "total" in fields or "score" in fields:
        results = _totals(source, fields.fields, np.arange(len(source)), rejections)
    else:
        raise InputError("inspection_no_items", checklist=checklist.zh, fields=listing(source.field_names))
    return InspectionTable(typed, fields.fields, results, notes)


def item_columns(source: Source, checklist: Checklist, named: Mapping[str, str | None]) -> dict[str, str]:
    """Return item code → heading, in the order of the list.

    :raises InputError: ``import_column_unknown`` for an item that the list does not have, ``field_missing`` for a
        heading that the file does not have.
    """
    found: dict[str, str] = {}
    for name, heading in named.items():
        if not name.startswith(ITEM) or not heading:
            continue
        code = name[len(ITEM) :]
        if checklist.item(code) is None:
            known = ", ".join(f"{ITEM}{item.code}" for item in checklist.items)
            raise InputError("import_column_unknown", column=name, known=known)
        found[code] = named_field(source.rows, heading)
    taken = {heading for name, heading in named.items() if heading}
    for heading in source.field_names:
        item = checklist.find(heading)
        if item is not None and item.code not in found and heading not in taken:
            found[item.code] = heading
    return {item.code: found[item.code] for item in checklist.items if item.code in found}


def _near(source: Source, checklist: Checklist, items: Mapping[str, str]) -> list[Message]:
    """Tell headings that are like the title of an item for which no column was found."""
    open_titles = {item.zh: item.code for item in checklist.items if items and item.code not in items}
    found = []
    for heading in source.field_names:
        near = near_names(heading, open_titles) if heading not in items.values() else []
        if near:
            found.append(f"{heading} → {near[0]} ({ITEM}{open_titles[near[0]]})")
    return [Message("inspection_headings_near", {"count": len(found), "names": listing(found)})] if found else []


def _read_as_yes_no(source: Source, checklist: Checklist, items: Mapping[str, str]) -> list[Message]:
    """Tell columns of 0 and 1 alone, read as no and yes, where other columns of the table hold points."""
    pointed = {code: has_points(source.rows[heading]) for code, heading in items.items()}
    if not any(pointed.values()):
        return []
    weight = {item.code: item.weight for item in checklist.items}
    told = [
        heading
        for code, heading in items.items()
        if not pointed[code] and weight[code] > 1.0 and not np.isnan(to_numbers(source.rows[heading])).all()
    ]
    return [Message("inspection_columns_yes_no", {"count": len(told), "names": listing(told)})] if told else []


def _without(source: Source, headings: list[str]) -> Source:
    kept = {name: column for name, column in source.rows.columns.items() if name not in headings}
    return replace(source, rows=replace(source.rows, columns=kept))


def _wide(
    source: Source, checklist: Checklist, items: Mapping[str, str], fields: Mapping[str, str], rejections: Rejections
) -> Results:
    parts = []
    for code, heading in items.items():
        item = checklist.item(code)
        assert item is not None
        cells = source.rows[heading]
        answers = read_answers(cells, item, asks_for_order=asks_for_order(heading))
        _reject_unclear(answers.unclear, cells, heading, rejections)
        rows = np.flatnonzero(~is_null(answers.passed))
        parts.append(Results(rows, as_column([code] * len(rows)), answers.passed[rows], answers.score[rows]))
    totals = _totals(source, fields, np.arange(len(source)), rejections)
    joined = _joined([*parts, totals])
    empty = np.setdiff1d(np.arange(len(source)), joined.row)
    rejections.add(empty, "inspection_nothing_judged")
    return _of_kept(joined, rejections)


def _long(source: Source, checklist: Checklist, fields: Mapping[str, str], rejections: Rejections) -> Results:
    cells = source.rows[fields["item_code"]]
    found = [checklist.find(cell) if cell is not None else None for cell in cells]
    titles = [item.zh for item in checklist.items]
    for row, item in enumerate(found):
        if item is None and cells[row] is not None:
            near = near_names(str(cells[row]), titles)
            details = {"checklist": checklist.zh, "near": listing(near) if near else "–"}
            rejections.add(np.array([row]), "inspection_item_unknown", as_column([str(cells[row])]), details)
    about = np.array([item is not None for item in found], dtype=bool)
    pointed = {name: has_points(source.rows[fields[name]][about]) for name in ("passed", "score") if name in fields}
    parts = []
    for item in checklist.items:
        rows = np.array([row for row, one in enumerate(found) if one is item], dtype=np.int64)
        parts.append(_of_item(source, item, rows, fields, pointed, rejections))
    without_item = np.array([row for row, cell in enumerate(cells) if cell is None], dtype=np.int64)
    totals = _totals(source, fields, without_item, rejections)
    joined = _joined([*parts, totals])
    empty = np.setdiff1d(np.arange(len(source)), joined.row)
    rejections.add(empty, "inspection_nothing_judged")
    return _of_kept(joined, rejections)


def _of_item(
    source: Source,
    item: ChecklistItem,
    rows: np.ndarray,
    fields: Mapping[str, str],
    pointed: Mapping[str, bool],
    rejections: Rejections,
) -> Results:
    """Return the results of one item; ``pointed``: the columns of answers, and whether their numbers are points."""
    passed, score = as_column([None] * len(rows)), as_column([None] * len(rows))
    for name, is_points in pointed.items():
        heading = fields[name]
        cells = source.rows[heading][rows]
        order = name == "score" or asks_for_order(heading)
        answers: Answers = read_answers(cells, item, asks_for_order=order, is_points=is_points)
        unclear = np.zeros(len(source), dtype=bool)
        unclear[rows] = answers.unclear
        _reject_unclear(unclear, source.rows[heading], heading, rejections)
        said = ~is_null(answers.passed) & is_null(passed)
        passed[said] = answers.passed[said]
        score[~is_null(answers.score)] = answers.score[~is_null(answers.score)]
    given = np.flatnonzero(~is_null(passed))
    return Results(rows[given], as_column([item.code] * len(given)), passed[given], score[given])


def _totals(source: Source, fields: Mapping[str, str], rows: np.ndarray, rejections: Rejections) -> Results:
    """Return the totals, of 100, of some rows: from a column of totals, else from the one of points.

    What stands there and is no number (优) sends the row back; a word for nothing, or for not judged, does not.
    """
    heading = fields.get("total", fields.get("score"))
    if heading is None:
        nothing = as_column([])
        return Results(np.zeros(0, dtype=np.int64), nothing, nothing, nothing)
    column = source.rows[heading]
    numbers = to_numbers(column)[rows]
    beyond = rows[(numbers < 0.0) | (numbers > 100.0)]
    rejections.add(beyond, "inspection_total_beyond", as_column(str(column[row]) for row in beyond.tolist()))
    said = np.array([not _is_nothing(cell) for cell in clean_texts(column)[rows]], dtype=bool)
    unclear = np.zeros(len(source), dtype=bool)
    unclear[rows] = np.isnan(numbers) & said
    _reject_unclear(unclear, column, heading, rejections)
    given = np.flatnonzero(~np.isnan(numbers))
    nothing = as_column([None] * len(given))
    return Results(rows[given].astype(np.int64), nothing, nothing, as_column(numbers[given].tolist()))


def _is_nothing(cell: str | None) -> bool:
    return cell is None or is_word_for_nothing(cell) or is_not_judged(cell)


def _reject_unclear(unclear: np.ndarray, cells: np.ndarray, heading: str, rejections: Rejections) -> None:
    rows = np.flatnonzero(unclear)
    values = as_column(str(cells[row]) for row in rows.tolist())
    rejections.add(rows, "inspection_answer_unclear", values, {"column": heading})


def _joined(parts: list[Results]) -> Results:
    return Results(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("row", "item", "passed", "score"))
    )


def _of_kept(results: Results, rejections: Rejections) -> Results:
    kept = np.isin(results.row, rejections.kept)
    return Results(results.row[kept], results.item[kept], results.passed[kept], results.score[kept])
