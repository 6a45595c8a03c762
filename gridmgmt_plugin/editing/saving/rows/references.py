"""What rows newly refer to when they are saved: it stays until they are, and nothing that a colleague removed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.read import TARGETS
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.gestures.buffer import PendingEdits
from gridmgmt_plugin.editing.saving.reports import Refusal, SaveRefused
from gridmgmt_plugin.editing.saving.rows.row_checks import FOLLOWING, RECORDS
from gridmgmt_plugin.workspace.reads.asked import Asked, asked
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace


@dataclass(frozen=True)
class Reference:
    """Values that rows are newly given in ``column`` and that are looked for in ``parent_column`` of ``parent``."""

    column: str
    parent: str
    parent_column: str
    values: tuple[Any, ...]

    @property
    def read(self) -> Asked:
        """Return the read that tells which of the values are there."""
        return asked(self.parent, [self.parent_column], {self.parent_column: list(self.values)}, geometry=False)


def new_references(table: str, pending: PendingEdits) -> list[Reference]:
    """Return what edits of a table refer to newly, but for its own rows and for what is recorded or follows.

    Whoever removes a row of such a table holds it whole: a save that keeps these tables from him and reads them then
    knows that what it refers to stays.
    """
    return [
        Reference(column, parent, parent_column, given)
        for column, parent, parent_column in _referring_columns(table)
        if parent != table and (given := _given(pending, column))
    ]


def refuse_gone_references(
    workspace: Workspace, table: str, references: Sequence[Reference], found: Sequence[Rows]
) -> None:
    """Do nothing when nothing that is newly referred to was removed or given another key.

    What was never there may come yet: it is told by the checks of the district.

    :param found: what :attr:`Reference.read` of each returned.
    :raises SaveRefused: ``save_reference_gone``, naming who removed it.
    """
    missing = [set(one.values) - set(rows[one.parent_column]) for one, rows in zip(references, found)]
    if table == "post":  # the code of a post's place is in one of the tables
        targets = [at for at, one in enumerate(references) if one.column == "target_code"]
        nowhere = set.intersection(*(missing[at] for at in targets)) if targets else set()
        for at in targets:
            missing[at] = nowhere
    for reference, keys in zip(references, missing):
        for line in _removals(workspace, reference, keys) if keys else ():
            raise SaveRefused(Refusal(_gone(table, reference, *line)))


def _referring_columns(table: str) -> Iterator[tuple[str, str, str]]:
    if table in RECORDS:
        return
    for entry in load_json("schema/relations.json"):
        if entry["child"] == table and (table, entry["column"]) not in FOLLOWING:
            yield entry["column"], entry["parent"], entry["parent_column"]
    if table == "post":
        for target in TARGETS:
            yield "target_code", target, "code"


def _given(pending: PendingEdits, column: str) -> tuple[Any, ...]:
    rows = [*pending.values.values(), *(row.values for row in pending.added)]
    return tuple(sorted({row[column] for row in rows if row.get(column)}))


def _removals(workspace: Workspace, reference: Reference, keys: set[Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the key, who and when, of what the log says last to have been removed or given another key."""
    name = reference.parent_column
    lines = workspace.read(
        "change_log",
        ["before", "after", "changed_by", "changed_at"],
        {"table_name": reference.parent},
        geometry=False,
    )
    for row in reversed(lines.records()):
        before, after = (json.loads(row[side]) if row[side] else {} for side in ("before", "after"))
        key = before.get(name)
        if key in keys and after.get(name) != key and (not after or name in after):
            yield str(key), str(row["changed_by"] or "–"), str(row["changed_at"] or "–")


def _gone(table: str, reference: Reference, key: str, who: str, when: str) -> Message:
    definition, parent = definition_of(table), definition_of(reference.parent)
    column = next(column for column in definition.columns if column.name == reference.column)
    told = {"table": definition.zh, "table_en": definition.en, "column": column.zh, "column_en": column.en}
    told |= {"other": parent.zh, "other_en": parent.en, "key": key, "who": who, "when": when}
    return Message("save_reference_gone", told)
