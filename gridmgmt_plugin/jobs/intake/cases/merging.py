"""The reports of the parts of a file as the report of the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.jobs.intake.object_ids import IN_WORKSPACE
from gridmgmt_plugin.jobs.intake.update_report import update_notes

# What every part finds anew about the file as a whole.
_OF_THE_FILE = {"columns_not_used", "personal_columns_left_out", "day_and_time_joined", "departments_not_checked"}
# What is told of all parts together.
_OF_UPDATES = {"everything_there_already", "some_there_already", "rows_updated", "nothing_changed", "nothing_newer"}
# Details that tell rows and values apart, not what is told of them.
_SHOWN = {"rows", "shown", "row", "value"}
_MOST_ROWS = 20
_MORE = " …"


@dataclass(frozen=True)
class LostRow:
    """A row that another part has newer. ``figures``: where its part counted it; ``taken``: its part took it."""

    row: RejectedRow
    figures: Mapping[str, int]
    taken: bool


def merged_report(parts: Sequence[Report], lost: Sequence[LostRow], told: Sequence[Message]) -> Report:
    """Return the report of a file of which some rows were lost to rows of other parts; ``told``: of it as a whole."""
    figures: Counter[str] = Counter()
    for part in parts:
        figures.update(part.figures)
    for one in lost:
        figures.subtract(one.figures)
    numbers = {one.row.row for one in lost}
    rejected = [row for part in parts for row in part.rejected_rows if row.row not in numbers]
    rejected += [one.row for one in lost]
    reasons = Counter(row.reason for row in rejected)
    counted = dict(figures)
    notes = merged_notes([told, *(part.notes for part in parts)])
    notes += update_notes(counted, reasons.get(IN_WORKSPACE, 0), counted["rows"])
    return Report(
        parts[0].job,
        accepted=sum(part.accepted for part in parts) - sum(one.taken for one in lost),
        rejected=len(rejected),
        reasons=dict(reasons.most_common()),
        rejected_rows=tuple(sorted(rejected, key=lambda row: row.row)),
        figures=counted,
        notes=tuple(notes),
        to_confirm=tuple(row for part in parts for row in part.to_confirm),
    )


def merged_notes(parts: Iterable[Sequence[Message]]) -> list[Message]:
    """Return what the parts tell, each once: what they count is added up, the first rows are named."""
    found: dict[Any, Message] = {}
    for notes in parts:
        for note in notes:
            if note.code in _OF_UPDATES:
                continue
            same = {name: str(value) for name, value in note.details.items() if not _varies(name, value)}
            key = (note.code, *sorted(same.items()))
            known = found.get(key)
            if known is None:
                found[key] = note
            elif note.code not in _OF_THE_FILE:
                found[key] = Message(note.code, _together(known.details, note.details))
    return list(found.values())


def _varies(name: str, value: Any) -> bool:
    return name in _SHOWN or type(value) is int


def _together(one: Mapping[str, Any], two: Mapping[str, Any]) -> dict[str, Any]:
    added = {name: value + two[name] for name, value in one.items() if type(value) is int and name != "row"}
    if isinstance(one.get("rows"), str):
        added["rows"] = _rows(one["rows"], str(two["rows"]))
    return {**one, **added}


def _rows(one: str, two: str) -> str:
    """Return two lists of row numbers as one, the first of them if there are many."""
    if one.endswith(_MORE):
        return one
    numbers = f"{one}, {two.removesuffix(_MORE)}".split(", ")
    more = two.endswith(_MORE) or len(numbers) > _MOST_ROWS
    return ", ".join(numbers[:_MOST_ROWS]) + (_MORE if more else "")
