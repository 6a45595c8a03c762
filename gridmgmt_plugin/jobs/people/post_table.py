"""A table of posts made ready to be read: blank rows set aside, targets put together, persons named by number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core.posts.columns import find_columns, refuse_identity_numbers
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.core.text import clean_code, clean_text, clean_texts
from gridmgmt_plugin.core.value_words import comparable_word
from gridmgmt_plugin.exchange.column_roles import named_field
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.file_columns import CATALOGUE
from gridmgmt_plugin.jobs.people.post_places import GRID, numbered_grid
from gridmgmt_plugin.workspace.workspace import Workspace

_MADE_CODE = "__target_code__"
_OF_ANY_TARGET = ("id", "end_reason")
_OWN_FIELDS = (*_OF_ANY_TARGET, "scheme", "community_code", "grid_number")
# What a spreadsheet would run is written with a quotation mark before it; see exports.
_QUOTED = ("'=", "'+", "'-", "'@", "'\t", "'\r")


@dataclass(frozen=True)
class PostTable:
    """``rows``: the rows to read; ``position``: int64, where each stands in the file. ``blank``: how many rows nobody
    has filled in. ``field_map``: as the reader of posts takes it. ``own``: columns that the reader does not know (id,
    scheme, end_reason …), cells per row.
    """

    rows: Rows
    position: np.ndarray
    blank: int
    field_map: Mapping[str, str]
    own: Mapping[str, np.ndarray]

    def cells(self, column: str) -> np.ndarray:
        """Return a column of ``own`` as text, all ``None`` when the file does not have it."""
        if column not in self.own:
            return as_column([None] * len(self.rows))
        return as_column(clean_text(value) for value in self.own[column])

    def take(self, selection: np.ndarray) -> PostTable:
        """Return the table with the rows at a mask or at positions."""
        own = {column: cells[selection] for column, cells in self.own.items()}
        return replace(self, rows=self.rows.take(selection), position=self.position[selection], own=own)


def prepare_posts(workspace: Workspace, source: Source, target: str, field_map: Mapping[str, str]) -> PostTable:
    """Return the table ready to be read.

    In responsibility grids a community code and a number inside it stand for the grid's code where none is given.

    :raises InputError: ``field_missing``, ``identity_column_refused``, ``identity_numbers_refused``.
    """
    refuse_identity_numbers(source.rows)
    rows = Rows({name: _unquoted(column) for name, column in source.rows.columns.items()})
    named = {field: named_field(rows, heading) for field, heading in field_map.items() if heading}
    own = _own_headings(rows, target, {field: heading for field, heading in named.items() if field in _OWN_FIELDS})
    mapped = {field: heading for field, heading in named.items() if field not in _OWN_FIELDS}
    sheet = load_json(CATALOGUE)["post_sheet"][target]
    for field, heading in (("target_code", sheet["code"]), ("target_name", sheet["name"])):
        if field not in mapped and heading in rows:
            mapped[field] = heading
    if "community_code" in own and "grid_number" in own:
        rows, mapped = _with_grid_codes(workspace, rows, mapped, own)
    filled = _filled(rows, own, mapped)
    used = set(own.values()) - set(mapped.values())
    read = Rows({heading: column for heading, column in rows.columns.items() if heading not in used})
    cells = {column: rows[heading] for column, heading in own.items()}
    table = PostTable(read, np.arange(len(rows)), int((~filled).sum()), mapped, cells)
    return table.take(np.flatnonzero(filled))


def name_persons_by_number(table: PostTable, persons: Rows) -> tuple[Rows, Rows]:
    """Return the rows and the known persons so that a person's id in the file finds the person.

    The reader knows employee numbers only: an id is rewritten to the number of that person, and a person without a
    number is known under the id.
    """
    heading = find_columns(table.rows, table.field_map).shared.get("employee_no") if len(table.rows) else None
    if heading is None or len(persons) == 0:
        return table.rows, persons
    numbers = dict(zip(persons["id"], persons["employee_no"]))
    cells = [clean_code(value) for value in table.rows[heading]]
    seen = set(cells)
    rewritten = as_column(numbers.get(cell) or cell for cell in cells)
    known = as_column(n or (i if i in seen else None) for i, n in zip(persons["id"], persons["employee_no"]))
    return table.rows.with_columns(**{heading: rewritten}), persons.with_columns(employee_no=known)


def _own_headings(rows: Rows, target: str, named: Mapping[str, str]) -> dict[str, str]:
    wanted = _OWN_FIELDS if target == GRID else _OF_ANY_TARGET
    usual = load_json(CATALOGUE)["headings"]["post"]
    headings = {comparable_word(heading): heading for heading in reversed(list(rows.columns))}
    found = dict(named)
    for column in wanted:
        words = [word for word in usual.get(column, ()) if comparable_word(word) in headings]
        if column not in found and words:
            found[column] = headings[comparable_word(words[0])]
    return found


def _with_grid_codes(
    workspace: Workspace, rows: Rows, mapped: dict[str, str], own: Mapping[str, str]
) -> tuple[Rows, dict[str, str]]:
    given = mapped.get("target_code")
    if given is None:
        known = [comparable_word(word) for word in load_json("catalogues/roles.json")["post_columns"]["target_code"]]
        own_headings = {own["community_code"], own["grid_number"]}
        given = next((h for h in rows.columns if comparable_word(h) in known and h not in own_headings), None)
    made = [
        numbered_grid(workspace, community, number)
        for community, number in zip(rows[own["community_code"]], rows[own["grid_number"]])
    ]
    written = [None] * len(made) if given is None else rows[given].tolist()
    codes = [code if clean_text(code) is not None else other for code, other in zip(written, made)]
    others = Rows({heading: column for heading, column in rows.columns.items() if heading != given})
    return others.with_columns(**{_MADE_CODE: codes}), {**mapped, "target_code": _MADE_CODE}


def _filled(rows: Rows, own: Mapping[str, str], mapped: Mapping[str, str]) -> np.ndarray:
    """Tell which rows say more than which place they are for."""
    sheet = load_json(CATALOGUE)["post_sheet"]
    words = load_json("catalogues/roles.json")["post_columns"]
    places = {comparable_word(word) for field in ("target_code", "target_name", "street") for word in words[field]}
    places |= {comparable_word(word) for word in sheet["place_headings"]}
    place_headings = {heading for heading in rows.columns if comparable_word(heading) in places} | set(own.values())
    place_headings |= {mapped[field] for field in ("target_code", "target_name", "street") if field in mapped}
    filled = np.zeros(len(rows), dtype=bool)
    for heading, column in rows.columns.items():
        if heading not in place_headings:
            filled |= ~is_null(clean_texts(column))
    return filled


def _unquoted(column: np.ndarray) -> np.ndarray:
    return as_column(v[1:] if isinstance(v, str) and v.startswith(_QUOTED) else v for v in column)
