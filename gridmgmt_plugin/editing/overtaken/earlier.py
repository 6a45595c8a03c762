"""What the change log says of rows since editing began: who changed them, when, and how they were before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import shapely

from gridmgmt_plugin.workspace.changes.change_log import VERSION, is_signed_by
from gridmgmt_plugin.workspace.changes.log_privacy import private_columns
from gridmgmt_plugin.workspace.changes.table_change import GEOMETRY
from gridmgmt_plugin.workspace.workspace import Workspace

# Under which lines of unit grids keep what is typed.
_ATTRIBUTES = "attributes"
_COLUMNS = ("changed_at", "changed_by", "row_key", "before", "after")


@dataclass(frozen=True, eq=False)
class Earlier:
    """What happened to one row since editing began, from the last line of the log that tells of it.

    ``by``, ``at``: who changed it last and when, "" where the log does not say. ``values``: column → value before
    all that, of the columns that the log names. ``shape``: its shape then, ``None`` where the log names none.
    """

    by: str = ""
    at: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    shape: Any = None


def earlier_rows(
    workspace: Workspace, table: str, read: Mapping[str, tuple[int, int]], author: str
) -> dict[str, Earlier]:
    """Return by key what the log says of rows that somebody changed.

    :param read: key, as lines name rows (the parts of a natural key with ``|`` between them) → number of the last
        line that was there when editing began, and version of the row then: lines of unit grids name theirs.
    :param author: what he saved himself since then is what he edits on: older lines do not count.
    """
    if not read:
        return {}
    where = {"table_name": table, "row_key": sorted(read)}
    lines = workspace.read("change_log", list(_COLUMNS), where, geometry=False)
    found: dict[str, list[dict[str, Any]]] = {}
    for number, line in reversed(list(zip(lines.fids.tolist(), lines.records()))):
        key = str(line["row_key"])
        last, version = read[key]
        told = _side(line["after"]).get(VERSION)
        found.setdefault(key, []).append({**line, "is_new": number > last and (told is None or told > version)})
    return {key: _told(table, _since(told, author)) for key, told in found.items()}


def _since(lines: list[dict[str, Any]], author: str) -> list[dict[str, Any]]:
    """Return the lines of what others did since, the newest first."""
    since: list[dict[str, Any]] = []
    for line in lines:
        if not line["is_new"] or (since and is_signed_by(line["changed_by"], author)):
            break
        since.append(line)
    return since


def _told(table: str, lines: list[dict[str, Any]]) -> Earlier:
    if not lines:
        return Earlier()
    hidden = private_columns(table)
    values: dict[str, Any] = {}
    shape = None
    for line in lines:
        before, after = (_side(line[side]) for side in ("before", "after"))
        for name in {**after, **before}.keys() - {GEOMETRY, VERSION, *hidden}:
            values[name] = before.get(name)
        if before.get(GEOMETRY):
            shape = shapely.from_wkb(str(before[GEOMETRY]))
        if not line["before"]:
            break
    last = lines[0]
    return Earlier(str(last["changed_by"] or ""), str(last["changed_at"] or ""), values, shape)


def _side(text: Any) -> dict[str, Any]:
    """Return the values of one side of a line by column."""
    told = json.loads(str(text)) if text else {}
    return {**{name: value for name, value in told.items() if name != _ATTRIBUTES}, **told.get(_ATTRIBUTES, {})}
