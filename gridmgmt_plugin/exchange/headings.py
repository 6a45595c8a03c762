"""The heading of a table: names for its columns, whatever the first rows look like."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.letters import half_width
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.text import clean_text

# Forms of offices have hundreds of columns at most; what goes on to the edge of a sheet was filled by accident.
MOST_COLUMNS = 2000


def refuse_too_wide(width: int, name: str) -> None:
    """Do nothing for a table of up to :data:`MOST_COLUMNS` columns.

    :raises InputError: ``table_too_wide``.
    """
    if width > MOST_COLUMNS:
        raise InputError("table_too_wide", name=name, width=width, most=MOST_COLUMNS)


def headings(cells: Sequence[object]) -> list[str]:
    """Return unique column names for heading cells: half-width, without blanks around them, an empty one numbered.

    Line breaks inside a heading cell become a blank.
    """
    names = []
    for i, cell in enumerate(cells):
        name = half_width(clean_text(cell) or "")
        names.append(" ".join(name.split()) or f"column_{i + 1}")
    return unique_names(names)


def unique_names(names: Iterable[str]) -> list[str]:
    """Return field names without repetition: the second 备注 becomes 备注_2, whatever the upper or lower case."""
    seen: set[str] = set()
    out = []
    for name in names:
        candidate, number = name, 2
        while candidate.lower() in seen:
            candidate, number = f"{name}_{number}", number + 1
        seen.add(candidate.lower())
        out.append(candidate)
    return out


def without_idle_columns(
    cells: Sequence[object], names: Sequence[str], columns: Sequence[np.ndarray]
) -> dict[str, np.ndarray]:
    """Return name → column without those that have neither a heading nor a value in any row."""
    return {
        name: column
        for cell, name, column in zip(cells, names, columns)
        if clean_text(cell) is not None or any(value is not None for value in column)
    }


def heading_notes(cells: Sequence[object], names: Sequence[str], kept: Collection[str]) -> list[Message]:
    """Return what to say about headings that were missing or stood twice, among the ``kept`` columns."""
    notes = []
    empty = [name for cell, name in zip(cells, names) if clean_text(cell) is None and name in kept]
    if empty:
        notes.append(Message("headings_empty", {"names": ", ".join(empty)}))
    plain = [half_width(clean_text(cell) or "") for cell in cells]
    twice = sorted({name for name in plain if name and plain.count(name) > 1})
    if twice:
        notes.append(Message("headings_repeated", {"names": ", ".join(twice)}))
    return notes
