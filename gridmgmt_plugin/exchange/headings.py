"""The heading of a table: names for its columns, whatever the first rows look like."""

from __future__ import annotations

from collections.abc import Sequence

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.text import clean_text, half_width
from gridmgmt_plugin.exchange.source import unique_names


def headings(cells: Sequence[object]) -> list[str]:
    """Return unique column names for heading cells: half-width, without blanks around them, an empty one numbered.

    Line breaks inside a heading cell become a blank.
    """
    names = []
    for i, cell in enumerate(cells):
        name = half_width(clean_text(cell) or "")
        names.append(" ".join(name.split()) or f"column_{i + 1}")
    return unique_names(names)


def heading_notes(cells: Sequence[object], names: Sequence[str]) -> list[Message]:
    """Return what to say about headings that were missing or stood twice."""
    notes = []
    empty = [name for cell, name in zip(cells, names) if clean_text(cell) is None]
    if empty:
        notes.append(Message("headings_empty", {"names": ", ".join(empty)}))
    plain = [half_width(clean_text(cell) or "") for cell in cells]
    twice = sorted({name for name in plain if name and plain.count(name) > 1})
    if twice:
        notes.append(Message("headings_repeated", {"names": ", ".join(twice)}))
    return notes
