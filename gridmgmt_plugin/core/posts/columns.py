"""Which column of an office's table holds what; identity numbers are refused before anything is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.redaction.identity import can_be_birth
from gridmgmt_plugin.core.redaction.numbers import identity_numbers
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.core.value_lists import ROLE, ROLES
from gridmgmt_plugin.core.value_words import comparable_word, words_of

# What a spreadsheet keeps of an identity number in a number cell: fifteen digits, the day of birth among them.
_EIGHTEEN_LONG = 18
_EIGHTEEN = re.compile(r"\d{18}")


@dataclass(frozen=True)
class PersonColumns:
    """Columns about one person per row: field → header, and the role or turn that the headers stand for."""

    columns: Mapping[str, str]
    implied: Mapping[str, str]


@dataclass(frozen=True)
class TableColumns:
    """``shared``: field → header of what concerns the whole row; ``persons``: one entry per person of a row;
    ``ignored``: headers that nothing was read from.
    """

    shared: Mapping[str, str]
    persons: tuple[PersonColumns, ...]
    ignored: tuple[str, ...]

    def __contains__(self, field: str) -> bool:
        return field in self.shared or any(field in person.columns for person in self.persons)


def find_columns(rows: Rows, field_map: Mapping[str, str]) -> TableColumns:
    """Find the columns of a table of posts.

    What ``field_map`` (field → header) does not name is recognised by the headers' usual words. A table has either
    one column of names, or columns headed by a role or a turn (街长, 街长电话, 巷长, 巷长电话 …), one person each.

    :raises InputError: ``post_column_missing``, ``post_name_column_missing``.
    :raises ValueError: for a field that does not exist.
    """
    known = load_json(ROLES)["post_columns"]
    for field, header in field_map.items():
        if field not in known:
            raise ValueError(f"unknown field {field!r}")
        if header not in rows:
            raise InputError("post_column_missing", column=header, columns=listing(rows.columns))
    headers = {comparable_word(header): header for header in rows.columns if header not in field_map.values()}
    found = dict(field_map)
    for field, words in known.items():
        word = next((comparable_word(word) for word in words if comparable_word(word) in headers), None)
        if field not in found and word is not None:
            found[field] = headers.pop(word)
    persons = _person_columns(headers) if "name" not in found else (PersonColumns(found, {}),)
    if not persons:
        raise InputError("post_name_column_missing", columns=listing(rows.columns))
    used = {*found.values(), *(header for person in persons for header in person.columns.values())}
    return TableColumns(found, persons, tuple(header for header in rows.columns if header not in used))


def _person_columns(headers: Mapping[str, str]) -> tuple[PersonColumns, ...]:
    endings = load_json(ROLES)["person_column_endings"]
    persons = []
    for word, (kind, key) in _person_words().items():
        columns = {}
        for field, field_endings in endings.items():
            header = next((headers[word + end] for end in field_endings if word + end in headers), None)
            if header is not None:
                columns[field] = header
        if "name" in columns:
            persons.append(PersonColumns(columns, {kind: key}))
    return tuple(persons)


def _person_words() -> dict[str, tuple[str, str]]:
    """Return every word that can head a column of persons: word → (``role`` or ``turn``, key)."""
    words = {word: ("turn", key) for word, key in words_of("turn").items() if len(word) > 1}
    words.update({word: ("role", key) for word, key in words_of(ROLE).items()})
    return words


def refuse_identity_numbers(rows: Rows) -> None:
    """Do nothing for a table without identity numbers; they have no place in a workspace (nor in a log).

    :raises InputError: ``identity_column_refused`` for a column headed as one; ``identity_numbers_refused`` for a
        column in which numbers with a day of birth and the right check digit stand, in whatever groups and letters.
        Neither repeats a number.
    """
    words = [comparable_word(word) for word in load_json(ROLES)["identity_columns"]]
    for header in rows.columns:
        if any(word in comparable_word(header) for word in words):
            raise InputError("identity_column_refused", column=header)
    for header, column in rows.columns.items():
        cells = (value for value in column.tolist() if value is not None)
        long = [value for value in cells if not isinstance(value, str) or len(value) >= _EIGHTEEN_LONG]
        count = sum(map(_holds_identity, long))
        if count:
            raise InputError("identity_numbers_refused", column=header, count=count)


def _holds_identity(value: Any) -> bool:
    """Tell whether a cell holds an identity number; one that a spreadsheet cut to fifteen digits counts as well."""
    text = clean_text(value)
    if text is None or len(text) < _EIGHTEEN_LONG:
        return False
    if isinstance(value, str):
        return bool(identity_numbers(text))
    return _EIGHTEEN.fullmatch(text) is not None and can_be_birth(text[6:14])
