"""Which department a row named before a reform (机构改革) wrote its successor there, as the change log tells it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.duty.successors import Successors, department_columns
from gridmgmt_plugin.core.release.lineage import lineage
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.changes.gestures import EDIT_ROWS, NATIVE
from gridmgmt_plugin.workspace.schema import SCHEME_KEY, scheme_column
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace

#: Under what a reform of departments is logged.
GESTURE = "reform_department"
_FEW_ROWS = 500
_GRID = "responsibility_grid"
# Under what a row is logged that was given another code.
_RENAMING = (NATIVE, EDIT_ROWS, "recode")


def names_before(workspace: Workspace, tables: Mapping[str, Rows], day: np.datetime64) -> dict[str, Rows]:
    """Return the tables as they name departments without the reforms that a question about a day lies before.

    A reform writes the successor into what has no period. For a day before it, the name that was written over is put
    back, in every such column; asked who has the work of that department on a day
    (:class:`~gridmgmt_plugin.core.duty.successors.Successors`), every day gets its answer, also after it.
    A name that was changed otherwise since the reform stays as it is. What has been renumbered, split or merged since
    goes by the names of what it came from. The log is read only for a day before a reform.

    :param tables: some tables of the workspace by name, ``department`` among them, with the columns of their keys.
    :param day: the earliest day asked about (datetime64[D]).
    """
    found = dict(tables)
    successors = Successors(tables.get("department", Rows()))
    names = sorted({name for name, _ in department_columns() if len(found.get(name, Rows()))} - {"department"})
    if not names or not len(successors.ends) or day > successors.ends[-1]:
        return found
    keys = {name: _keys(name, found[name]) for name in names}
    descent = _Descent(workspace, found, keys)
    back: dict[tuple[str, str], np.ndarray] = {}
    for number, name, key, before, after in _written_over(workspace, names, descent):
        for column in _columns(name):
            old, new = before.get(column), after.get(column)
            if not old or not new or successors.successor(old) != new or column not in found[name]:
                continue
            if (name, column) not in back:
                back[name, column] = texts(found[name], column)
            values = back[name, column]
            for row in descent.rows(name, key, number):
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


class _Descent:
    """Which of today's rows were a row of the log: the one with its key, and those that came from it afterwards."""

    def __init__(self, workspace: Workspace, tables: Mapping[str, Rows], keys: Mapping[str, list[str]]) -> None:
        self._workspace = workspace
        self._keys = keys
        register, code_map = (workspace.read(name, geometry=False) for name in ("code_register", "code_map"))
        came_from = dict(lineage(register, code_map, tables.get("unit_grid", Rows())).predecessors)
        for name, old, new in _renamed(workspace, list(keys)):
            came_from[name, new] = (*came_from.get((name, new), ()), old)
        self._own = {name: {key: row for row, key in enumerate(of)} for name, of in keys.items()}
        self._came: dict[str, dict[str, list[int]]] = {}
        for name, of in keys.items():
            came: dict[str, list[int]] = defaultdict(list)
            self._came[name] = came
            for row, key in enumerate(of):
                for earlier in _ancestors(came_from, name, key):
                    came[earlier].append(row)
        self._begun: dict[str, dict[str, int]] = {}

    @property
    def keys(self) -> set[str]:
        """Return every key that today's rows have or that what they came from had."""
        return {key for name in self._own for key in (*self._own[name], *self._came[name])}

    def rows(self, name: str, key: str, number: int) -> list[int]:
        """Return the rows that were the row ``key`` when line ``number`` of the log was written."""
        own = self._own[name].get(key)
        came = [row for row in self._came[name].get(key, ()) if self._begins(name, row) > number]
        return came if own is None else [own, *came]

    def _begins(self, name: str, row: int) -> int:
        """Return the line of the log in which a row got its key; −1 where none tells: it came from a file."""
        if name not in self._begun:
            heirs = sorted({self._keys[name][row] for rows in self._came[name].values() for row in rows})
            begun = self._begun[name] = {}
            for start in range(0, len(heirs), _FEW_ROWS):
                where = {"table_name": name, "row_key": heirs[start : start + _FEW_ROWS]}
                lines = self._workspace.read("change_log", ["row_key", "before"], where, geometry=False)
                for number, key, before in zip(lines.fids.tolist(), lines["row_key"], lines["before"]):
                    if before is None or _code(before, key) != key:
                        begun[key] = max(number, begun.get(key, -1))
        return self._begun[name].get(self._keys[name][row], -1)


def _renamed(workspace: Workspace, names: list[str]) -> Iterator[tuple[str, str, str]]:
    """Yield table, code before and code after of rows that were given another code in place."""
    where = {"gesture": list(_RENAMING), "table_name": [name for name in names if name != _GRID]}
    lines = workspace.read("change_log", ["table_name", "row_key", "before"], where, geometry=False)
    for name, key, before in zip(lines["table_name"], lines["row_key"], lines["before"]):
        if before and key and _code(before, key) != key:
            yield name, _code(before, key), key


def _code(text: str, otherwise: str) -> str:
    """Return the code that one side of a line names, the other where it names none."""
    content = json.loads(text)
    return str((content.get("code") if isinstance(content, dict) else None) or otherwise)


def _ancestors(predecessors: Mapping[tuple[str, str], tuple[str, ...]], name: str, key: str) -> list[str]:
    """Return the keys of all that a row came from, as the log writes them."""
    scheme, _, code = key.rpartition("|") if name == _GRID else ("", "", key)
    kind = scheme_column(scheme) if SCHEME_KEY.fullmatch(scheme) else name
    found: list[str] = []
    left = [code]
    while left:
        for earlier in predecessors.get((kind, left.pop()), ()):
            if earlier not in (*found, code):
                found.append(earlier)
                left.append(earlier)
    return [f"{scheme}|{one}" if scheme else one for one in found]


def _written_over(
    workspace: Workspace, names: list[str], descent: _Descent
) -> Iterator[tuple[int, str, str, dict[str, Any], dict[str, Any]]]:
    """Yield line, table, key, values before and after of what reforms wrote, the last one first."""
    where: dict[str, Any] = {"gesture": GESTURE, "table_name": names}
    asked = descent.keys
    if len(asked) <= _FEW_ROWS:
        where["row_key"] = sorted(asked)
    lines = workspace.read("change_log", ["table_name", "row_key", "before", "after"], where, geometry=False)
    for at in np.argsort(-lines.fids, kind="stable").tolist():
        before, after = (_values(lines[side][at]) for side in ("before", "after"))
        yield int(lines.fids[at]), lines["table_name"][at], lines["row_key"][at], before, after


def _values(text: str | None) -> dict[str, Any]:
    """Return the columns of one side of a line; those of a unit grid stand under its attributes."""
    content = json.loads(text) if text else None
    if not isinstance(content, dict):
        return {}
    attributes = content.get("attributes")
    return attributes if isinstance(attributes, dict) else content
