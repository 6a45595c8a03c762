"""What planners set by hand in the forms of a table, as the change log tells it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from gridmgmt_plugin.workspace.changes.gestures import EDIT_ROWS, PLACE_CASE
from gridmgmt_plugin.workspace.workspace import Workspace


def hand_edits(workspace: Workspace, table: str) -> dict[str, dict[str, Any]]:
    """Return key of the row → column → the value that was last saved for it from a form or by a click on the map
    (``None``: emptied).

    A geometry stands under ``geometry``, as hexadecimal WKB. What happened to the row since is not looked at: a value
    is still the planner's when the row still has it. New rows count as edited in every column that was filled in.
    """
    where = {"table_name": table, "gesture": [EDIT_ROWS, PLACE_CASE]}
    lines = workspace.read("change_log", ["row_key", "before", "after"], where, geometry=False)
    found: dict[str, dict[str, Any]] = {}
    for at in np.argsort(lines.fids, kind="stable").tolist():
        after = _values(lines["after"][at])
        if lines["row_key"][at] is None or after is None:
            continue
        emptied = dict.fromkeys(_values(lines["before"][at]) or ())
        found.setdefault(lines["row_key"][at], {}).update({**emptied, **after})
    return found


def first_states(workspace: Workspace, table: str, column: str) -> dict[str, Any]:
    """Return key of the row → what a column held before anybody saved another value for it from a form or the map.

    Rows that were made there, and so held nothing before, are left out.
    """
    where = {"table_name": table, "gesture": EDIT_ROWS}
    lines = workspace.read("change_log", ["row_key", "before"], where, geometry=False)
    found: dict[str, Any] = {}
    for at in np.argsort(lines.fids, kind="stable").tolist():
        before = _values(lines["before"][at])
        if lines["row_key"][at] is not None and before is not None and column in before:
            found.setdefault(lines["row_key"][at], before[column])
    return found


def _values(text: str | None) -> dict[str, Any] | None:
    content = None if text is None else json.loads(text)
    return content if isinstance(content, dict) else None
