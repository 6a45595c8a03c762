"""Which column of a file fills which column of a table, and which columns stay outside because they tell of a person.

The order of trust: what the user named, then a heading that is the column's name or label or one of the headings of
``catalogues/import_values.json``, then what the role of the column and its content suggest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import is_null
from gridmgmt_plugin.core.value_words import comparable_word, words_of
from gridmgmt_plugin.exchange.column_roles import find_field, is_personal, named_field, uncertain
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.workspace.schema import ColumnDefinition, table

CATALOGUE = "catalogues/import_values.json"
_SHOWN = 12
_SAMPLE = 500
_HALF = 0.5


@dataclass(frozen=True)
class FileColumns:
    """``fields``: column of the table (or a name of the job's own) → heading in the file. ``notes``: what to tell:
    guesses to look at, columns about persons that stay outside, columns that were not used.
    """

    fields: Mapping[str, str]
    notes: tuple[Message, ...]

    def __contains__(self, column: object) -> bool:
        return column in self.fields


def choose_columns(
    source: Source,
    table_name: str,
    *,
    named: Mapping[str, str | None] | None = None,
    computed: Collection[str] = (),
    more: Collection[str] = (),
    taken: Collection[str] = (),
    keep_personal: bool = False,
    partner: Mapping[str, str] | None = None,
) -> FileColumns:
    """Return which heading fills which column of ``table_name``.

    :param named: column → heading, as the user says; an empty heading names nothing, ``None`` keeps the column empty
        whatever the file has.
    :param computed: columns that the job works out itself, never read from the file.
    :param more: names beyond the table's columns that the job reads too.
    :param taken: headings that are in use already (coordinates).
    :param partner: heading → another heading that holds the same; where one is read, the other is in use as well.
    :param keep_personal: columns that tell of a person may be read (tables of persons and contacts).
    :raises InputError: ``import_column_unknown`` for a column that the table does not have, ``field_missing`` for a
        heading that the file does not have, ``personal_column_refused`` for one that tells of who reported.
    """
    definitions = {d.name: d for d in table(table_name).columns if d.name not in computed}
    wanted = [*definitions, *(name for name in more if name not in definitions)]
    personal = [] if keep_personal else [heading for heading in source.field_names if is_personal(heading)]
    found: dict[str, str] = {}
    kept_empty = {column for column, heading in (named or {}).items() if heading is None}
    for column, heading in (named or {}).items():
        if not heading:
            continue
        if column not in wanted:
            raise InputError("import_column_unknown", column=column, known=", ".join(wanted))
        found[column] = named_field(source.rows, heading)
        if found[column] in personal:
            raise InputError("personal_column_refused", field=found[column])
    picking = _Picking(source, table_name, definitions, found, {*taken, *personal}, partner or {})
    wanted = [column for column in wanted if column not in kept_empty]
    for column in wanted:
        picking.by_heading(column)
        if column in table(table_name).key:  # what identifies a row is looked for before anything else takes it
            picking.by_role(column)
    for column in wanted:
        picking.by_role(column)
    notes = list(picking.notes)
    if personal:
        notes.append(
            Message("personal_columns_left_out", {"names": listing(map(source.title_of, personal), most=_SHOWN)})
        )
    unused = [heading for heading in source.field_names if heading not in picking.taken]
    if unused:
        names = listing(map(source.title_of, unused), most=_SHOWN)
        notes.append(Message("columns_not_used", {"count": len(unused), "names": names}))
    return FileColumns(picking.found, tuple(notes))


def value_list_of(table_name: str, definition: ColumnDefinition) -> str | None:
    """Return the name of the value list of a column, ``None`` where its content is free."""
    named: Mapping[str, str] = load_json(CATALOGUE)["value_list_of"]
    return definition.values or named.get(f"{table_name}.{definition.name}")


def labels(definition: ColumnDefinition) -> dict[str, str]:
    """Return a column's label in both languages, as sentences name it."""
    return {"column_zh": definition.zh, "column_en": definition.en}


class _Picking:
    """Columns found so far, and the headings that are no longer free."""

    def __init__(
        self,
        source: Source,
        table_name: str,
        definitions: Mapping[str, ColumnDefinition],
        found: dict[str, str],
        taken: set[str],
        partner: Mapping[str, str],
    ) -> None:
        catalogue = load_json(CATALOGUE)
        self.found, self.taken = found, taken
        self._partner = partner
        for heading in found.values():
            self._use(heading)
        self.notes: list[Message] = []
        self._source = source
        self._table = table_name
        self._definitions = definitions
        self._headings = {comparable_word(heading): heading for heading in reversed(source.field_names)}
        self._usual: Mapping[str, list[str]] = catalogue["headings"].get(table_name, {})
        self._roles: Mapping[str, str] = catalogue["roles"].get(table_name, {})

    def by_heading(self, column: str) -> None:
        if column in self.found:
            return
        definition = self._definitions.get(column)
        titles = () if definition is None else (definition.zh, definition.en)
        for name in (column, *self._usual.get(column, ()), *titles):
            heading = self._headings.get(comparable_word(name))
            if heading is not None and heading not in self.taken and self._speaks(definition, heading):
                self._take(column, heading)
                return

    def by_role(self, column: str) -> None:
        role = self._roles.get(column)
        if column in self.found or role is None:
            return
        guess = find_field(self._source.rows, role, taken=list(self.taken))
        if guess is not None:
            self._take(column, guess.field)
            doubt = uncertain(role, guess)
            self.notes += [] if doubt is None else [doubt]

    def _take(self, column: str, heading: str) -> None:
        self.found[column] = heading
        self._use(heading)

    def _use(self, heading: str) -> None:
        self.taken.add(heading)
        if heading in self._partner:
            self.taken.add(self._partner[heading])

    def _speaks(self, definition: ColumnDefinition | None, heading: str) -> bool:
        """Tell whether a column of a value list holds values of it: 类型 may head many things."""
        if definition is None:
            return True
        listed = value_list_of(self._table, definition)
        if listed is None:
            return True
        column = self._source.rows[heading]
        there = column[~is_null(column)][:_SAMPLE]
        if not len(there):
            return True
        known = words_of(listed)
        return bool(np.mean([comparable_word(value) in known for value in there]) >= _HALF)
