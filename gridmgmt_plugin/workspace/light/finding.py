"""Find what is not in the tree: components, cases, and the lane of a house, by what somebody types."""

from __future__ import annotations

import re
from pathlib import Path

from gridmgmt_plugin.core.letters import folded, half_width
from gridmgmt_plugin.workspace.light.opening import light_reading
from gridmgmt_plugin.workspace.light.places import LANE, Place
from gridmgmt_plugin.workspace.light.reader import LightReader, lanes_that_are
from gridmgmt_plugin.workspace.location import Location, parse_location

COMPONENT, CASE = "component", "cases"
# Fewer characters name too much of a million rows; of the few lanes two are enough.
_SHORTEST, _SHORTEST_LANE = 4, 2
_HOUSE = re.compile(r"^(?P<lane>.*?\D)(?P<number>\d{1,4})(?:号|號|#|no\.?)?$", re.IGNORECASE)
# Table → what names a row, in the order in which it is looked for, and what is shown beside it.
_LOOKED_UP = {COMPONENT: (("code",), "name"), CASE: (("id", "case_no"), "title")}


def is_worth_looking(text: str) -> bool:
    """Tell whether :func:`find_records` may find anything for a text, so that nobody opens a workspace in vain."""
    wanted = half_width(text).strip()
    return len(folded(wanted)) >= _SHORTEST or _house(wanted) is not None


def find_records(location: str | Path | Location, text: str, limit: int = 20) -> tuple[Place, ...]:
    """Return components and cases whose number begins or ends so, and the lanes that have such a house.

    At most ``limit`` of each kind. ``Place.name`` says what it is: the house for a lane, else number or title.

    :raises WorkspaceError: what opening the workspace raises.
    """
    wanted = half_width(text).strip()
    with light_reading(parse_location(location)) as reader:
        found = _houses(reader, wanted, limit)
        if len(folded(wanted)) >= _SHORTEST:
            for table in filter(reader.columns, _LOOKED_UP):  # those that may be read
                found += _numbered(reader, table, wanted, limit)
    return tuple(found)


def _house(text: str) -> tuple[str, int] | None:
    """Return a lane and the number of a house that a text names, ``None`` when it names none."""
    matched = _HOUSE.match(text)
    lane = matched["lane"].strip() if matched is not None else ""
    return (lane, int(matched["number"])) if matched is not None and len(lane) >= _SHORTEST_LANE else None


def _houses(reader: LightReader, text: str, limit: int) -> list[Place]:
    house = _house(text)
    if house is None:
        return []
    lane, number = house
    lanes, gone = lanes_that_are()
    rows = reader.rows(
        f"SELECT code, name, house_no_min, house_no_max FROM {lanes}"  # noqa: S608  words of ours
        " AND (name LIKE ? OR alias LIKE ? OR old_name LIKE ?)",
        (*gone, *(_holding(lane),) * 3),
    )
    found = []
    for code, name, least, most in rows:
        low, high = _number(least), _number(most)
        if (low is None or low <= number) and (high is None or number <= high):
            found.append(Place(LANE, code, f"{name or code} {number}", -1))
    return found[:limit]


def _numbered(reader: LightReader, table: str, text: str, limit: int) -> list[Place]:
    columns, title = _LOOKED_UP[table]
    shown = f"coalesce(nullif({columns[-1] if len(columns) > 1 else title}, ''), {title})"
    found: dict[str, Place] = {}
    # Beginnings first: most people type these, and a file answers them by an index; a server answers both by one.
    conditions = [reader.beginning(column, text) for column in columns]
    conditions += [reader.ending(column, text) for column in columns]
    for condition, values in conditions:
        if len(found) >= limit:
            break
        sql = f"SELECT {columns[0]}, {shown} FROM {table} WHERE {condition} LIMIT {limit}"  # noqa: S608  names of ours
        for key, name in reader.rows(sql, values):
            found.setdefault(key, Place(table, key, name or "", -1))
    return list(found.values())[:limit]


def _holding(text: str) -> str:
    return f"%{_plain(text)}%"


def _plain(text: str) -> str:
    """Return the text for LIKE; its wildcards are read as any one character, which finds a little more."""
    return text.replace("%", "_").replace("\\", "_")


def _number(text: str | None) -> int | None:
    digits = re.match(r"\d+", half_width(text or "").strip())
    return int(digits[0]) if digits else None
