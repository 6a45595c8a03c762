"""What a report says of rows that met rows of the workspace: how many are new, changed, equal, older, left alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.report import RejectedRow
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.file_columns import labels
from gridmgmt_plugin.jobs.intake.object_ids import IN_WORKSPACE
from gridmgmt_plugin.jobs.intake.rejections import Rejections
from gridmgmt_plugin.jobs.intake.typed_columns import rows_shown
from gridmgmt_plugin.jobs.intake.upsert import LEFT, OLDER, HandEdit, Upsert
from gridmgmt_plugin.workspace.changes.table_change import GEOMETRY
from gridmgmt_plugin.workspace.schema import ColumnDefinition
from gridmgmt_plugin.workspace.schema import table as definition_of

OLDER_THAN_WORKSPACE = "older_than_workspace"
_STAYS, _GIVES_WAY = "hand_edit_stays", "hand_edit_overwritten"
_PLACE = {"column_zh": "位置", "column_en": "place"}


def reject_left(merged: Upsert, rows: np.ndarray, keys: np.ndarray, rejections: Rejections) -> None:
    """Reject the rows that the workspace does not take because it has them already, or newer.

    :param rows: int64, where what came in stands in the file. ``keys``: the identifier per row of the file.
    """
    for outcome, reason in ((LEFT, IN_WORKSPACE), (OLDER, OLDER_THAN_WORKSPACE)):
        left = rows[merged.outcome == outcome]
        rejections.add(left, reason, keys[left])


def tell_updates(merged: Upsert, source: Source, rows: np.ndarray) -> list[Message]:
    """Return what the planner should know about a file of which some rows were there already; ``rows`` as above."""
    notes = update_notes(merged.figures, merged.count(LEFT), len(source))
    if merged.count(LEFT):
        return notes
    for code, stays in (("hand_edits_stay", True), ("hand_edits_overwritten", False)):
        edits = [edit for edit in merged.by_hand if edit.stays == stays]
        if edits:
            shown = np.array(sorted({int(rows[edit.row]) for edit in edits}), dtype=np.int64)
            notes.append(Message(code, {"count": len(edits), "rows": rows_shown(source, shown)}))
    return notes


def update_notes(figures: Mapping[str, int], left: int, rows: int) -> list[Message]:
    """Return what to tell of the rows that were there already.

    :param figures: as :attr:`.upsert.Upsert.figures`. ``left``: rows that were left because only new ones were asked
        for. ``rows``: rows of the file.
    """
    if left:
        return [Message("everything_there_already" if left == rows else "some_there_already", {"count": left})]
    if not figures["updated"] + figures["unchanged"] + figures["older"]:
        return []
    notes = [Message("rows_updated", figures)]
    if not figures["added"] + figures["updated"]:
        notes.append(Message("nothing_changed" if not figures["older"] else "nothing_newer"))
    return notes


def hand_edits_to_confirm(
    merged: Upsert, source: Source, rows: np.ndarray, keys: np.ndarray
) -> tuple[RejectedRow, ...]:
    """Return the values that a planner set and the file says otherwise, one entry each."""
    definitions = {column.name: column for column in definition_of(merged.table).columns}
    numbers = source.row_numbers
    return tuple(
        RejectedRow(
            int(numbers[rows[edit.row]]),
            str(keys[rows[edit.row]] or ""),
            _STAYS if edit.stays else _GIVES_WAY,
            _text(edit.given),
            {"ours": _text(edit.ours), **_labels(edit, definitions)},
        )
        for edit in merged.by_hand
    )


def _labels(edit: HandEdit, definitions: dict[str, ColumnDefinition]) -> dict[str, str]:
    return _PLACE if edit.column == GEOMETRY else labels(definitions[edit.column])


def _text(value: object) -> str:
    return "–" if value is None else str(value)
