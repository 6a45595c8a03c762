"""What a planner tells colleagues of edits that are not saved yet: who, since when, which rows, and where.

It is heard and forgotten: nothing is stored. Whoever may log in to the database can send such a message, so that
nothing in it is believed before it was looked at.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gridmgmt_plugin.workspace.schema import tables

#: Minimum x and y, maximum x and y, in the frame of the workspace.
Bounds = tuple[float, float, float, float]

#: So many bytes the content of a message has at most, written as JSON; with what is around it a server takes 8000.
MOST_BYTES = 7000
_MOST_AREAS, _MOST_ROWS = 8, 500
_DIGITS = 1
_TIME, _CODE = re.compile(r"\d\d:\d\d"), re.compile(r"[0-9A-Za-z]{1,32}")
_SINCE, _EDITS = "since", "edits"


@dataclass(frozen=True)
class EditedRows:
    """Rows of one table with unsaved edits.

    ``count``: how many, new ones too. ``rows``: numbers of the stored ones. ``new``: a rectangle around each that is
    drawn anew. ``box``: around all of them, ``None`` for a table without shapes. Where a message has no room for
    them, ``rows`` and ``new`` are both empty. ``areas``: codes of communities, of a table whose rows name them.
    """

    table: str
    count: int
    rows: tuple[int, ...] = ()
    new: tuple[Bounds, ...] = ()
    box: Bounds | None = None
    areas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Presence:
    """``who`` has unsaved edits ``since`` what time of the day (``HH:MM``, by his clock) in ``program``, one run of
    QGIS; without ``edits`` there are none any more. ``who`` is empty where nobody has given a name.
    """

    who: str
    program: str
    since: str
    edits: tuple[EditedRows, ...] = ()

    @property
    def box(self) -> Bounds | None:
        """Return a rectangle around all that is edited, ``None`` where nothing of it lies on the map."""
        return around([edited.box for edited in self.edits if edited.box is not None])


@dataclass(frozen=True)
class Whereabouts:
    """Of one presence: ``shapes`` as WKB in the frame of the workspace, stored rows as they were before the edits and
    rectangles for what is not stored; ``communities`` by name.
    """

    shapes: tuple[bytes, ...] = ()
    communities: tuple[str, ...] = ()


def around(boxes: Sequence[Bounds]) -> Bounds | None:
    """Return the rectangle around rectangles, ``None`` where there are none."""
    if not boxes:
        return None
    minx, miny, maxx, maxy = zip(*boxes)
    return min(minx), min(miny), max(maxx), max(maxy)


def content_of(presence: Presence) -> dict[str, Any]:
    """Return what is sent of a presence, :data:`MOST_BYTES` at most: where there is no room for the numbers of rows
    the rectangle around them stands for them, of many tables the first ones are named.
    """
    edits = [_short(edited) for edited in presence.edits]
    content = _content(presence.since, edits)
    while edits and len(json.dumps(content, separators=(",", ":"))) > MOST_BYTES:
        longest = max(edits, key=lambda edited: len(edited.rows) + 4 * len(edited.new))
        if longest.rows or longest.new:
            edits[edits.index(longest)] = replace(longest, rows=(), new=())
        else:
            edits.pop()
        content = _content(presence.since, edits)
    return content


def presence_of(program: str, who: str, content: Mapping[str, Any]) -> Presence | None:
    """Return what a message of a program run tells, ``None`` for one that is not understood."""
    try:
        since, edits = content[_SINCE], content[_EDITS]
        if edits and not _TIME.fullmatch(since):
            return None
        return Presence(who, program, since, tuple(_edited(*one) for one in edits))
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def _short(edited: EditedRows) -> EditedRows:
    fits = len(edited.rows) + len(edited.new) <= _MOST_ROWS
    return replace(edited if fits else replace(edited, rows=(), new=()), areas=edited.areas[:_MOST_AREAS])


def _content(since: str, edits: Sequence[EditedRows]) -> dict[str, Any]:
    told = [
        [one.table, one.count, one.rows, [_rounded(box) for box in one.new], _rounded(one.box), one.areas]
        for one in edits
    ]
    return {_SINCE: since, _EDITS: told}


def _rounded(box: Bounds | None) -> list[float] | None:
    return None if box is None else [round(value, _DIGITS) for value in box]


def _edited(table: Any, count: Any, rows: Any, new: Any, box: Any, areas: Any) -> EditedRows:
    """Return what a message tells of one table.

    :raises ValueError, TypeError: when it is none of ours.
    """
    if table not in tables() or not _is_number(count):
        raise ValueError(table)
    if not all(map(_is_number, rows)) or not all(isinstance(area, str) and _CODE.fullmatch(area) for area in areas):
        raise ValueError(table)
    return EditedRows(
        table,
        count,
        tuple(rows[:_MOST_ROWS]),
        tuple(_box(one) for one in new[:_MOST_ROWS]),
        None if box is None or tables()[table].geometry is None else _box(box),
        tuple(areas[:_MOST_AREAS]),
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def _box(values: Any) -> Bounds:
    minx, miny, maxx, maxy = (float(value) for value in values)
    if not all(map(math.isfinite, (minx, miny, maxx, maxy))) or minx > maxx or miny > maxy:
        raise ValueError(values)
    return minx, miny, maxx, maxy
