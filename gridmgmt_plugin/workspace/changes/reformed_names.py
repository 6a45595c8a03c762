"""Which department a row named before a reform (机构改革) wrote its successor there, as the change log tells it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.duty.successors import Successors, department_columns
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace

#: Under what a reform of departments is logged.
GESTURE = "reform_department"
_FEW_ROWS = 500


def names_before(workspace: Workspace, tables: Mapping[str, Rows], day: np.datetime64) -> dict[str, Rows]:
    """Return the tables as they name departments without the reforms that a question about a day lies before.

    A reform writes the successor into what has no period. For a day before it, the name that was written over is put
    back, in every such column; asked who has the work of that department on a day
    (:class:`~gridmgmt_plugin.core.duty.successors.Successors`), every day gets its answer, also after it.
    A name that was changed otherwise since the reform stays as it is. The log is read only for a day before a reform.

    :param tables: some tables of the workspace by name, ``department`` among them, with the columns of their keys.
    :param day: the earliest day asked about (datetime64[D]).
    """
    found = dict(tables)
    successors = Successors(tables.get("department", Rows()))
    names = sorted({name for name, _ in department_columns() if len(found.get(name, Rows()))} - {"department"})
    if not names or not len(successors.ends) or day > successors.ends[-1]:
        return found
    keys = {name: _keys(name, found[name]) for name in names}
    back: dict[tuple[str, str], np.ndarray] = {}
    row_of = {name: {key: row for row, key in enumerate(keys[name])} for name in names}
    for name, key, before, after in _written_over(workspace, names, keys):
        row = row_of[name].get(key)
        for column in () if row is None else _columns(name):
            old, new = before.get(column), after.get(column)
            if not old or not new or successors.successor(old) != new or column not in found[name]:
                continue
            if (name, column) not in back:
                back[name, column] = texts(found[name], column)
            values = back[name, column]
            if values[row] == new:
                values[row] = old
    for (name, column), values in back.items():
        values[values == ""] = None
        found[name] = found[name].with_columns(**{column: values})
    return found


def _columns(name: str) -> tuple[str, ...]:
    return tuple(column for of, column in department_columns() if of == name)


def _keys(name: str, rows: Rows) -> list[str]:
    """Return the key of every row as the log writes it."""
    parts = [texts(rows, column).tolist() for column in definition_of(name).key]
    return ["|".join(part) for part in zip(*parts)]


def _written_over(
    workspace: Workspace, names: list[str], keys: Mapping[str, list[str]]
) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Yield table, key, values before and after of what reforms wrote, the last one first."""
    where: dict[str, Any] = {"gesture": GESTURE, "table_name": names}
    asked = [key for name in names for key in keys[name]]
    if len(asked) <= _FEW_ROWS:
        where["row_key"] = sorted(set(asked))
    lines = workspace.read("change_log", ["table_name", "row_key", "before", "after"], where, geometry=False)
    for at in np.argsort(-lines.fids, kind="stable").tolist():
        before, after = (_values(lines[side][at]) for side in ("before", "after"))
        yield lines["table_name"][at], lines["row_key"][at], before, after


def _values(text: str | None) -> dict[str, Any]:
    """Return the columns of one side of a line; those of a unit grid stand under its attributes."""
    content = json.loads(text) if text else None
    if not isinstance(content, dict):
        return {}
    attributes = content.get("attributes")
    return attributes if isinstance(attributes, dict) else content
