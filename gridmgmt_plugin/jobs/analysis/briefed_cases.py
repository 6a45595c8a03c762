"""A workspace seen with some of its cases only: without sensitive classes, or those of some sources and departments.

Every job that reads cases works on it as on the whole, so that all figures of a briefing are about the same cases,
which are read once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.geometry.plain_points import PlainPoints
from gridmgmt_plugin.core.release.sensitive import Sensitive, sensitive_of
from gridmgmt_plugin.core.rows import PointPart, Rows, as_column
from gridmgmt_plugin.workspace.backend import Backend
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.steady import ReadUntilWritten
from gridmgmt_plugin.workspace.tellings import NOTHING_TOLD, Telling
from gridmgmt_plugin.workspace.workspace import Workspace

_CASES = "cases"
_ASKED = ("kind", "class_code", "component_code", "source", "status", "department_code")


@dataclass(frozen=True)
class CaseFilter:
    """Which cases are wanted: of some ``sources``, ``statuses``, ``departments`` and ``classes`` (kind and code),
    empty = all; sensitive classes only if ``sensitive``.
    """

    sources: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    sensitive: bool = False
    classes: tuple[tuple[str, str], ...] = ()

    @property
    def is_narrow(self) -> bool:
        """Tell whether only some cases are asked for, sensitive ones aside."""
        return bool(self.sources or self.statuses or self.departments or self.classes)


def with_cases(workspace: Workspace, wanted: CaseFilter, ahead: Sequence[str] = ()) -> Workspace:
    """Return the same workspace, of whose cases only those that are wanted can be read, as they were when they were
    asked for first.

    :param ahead: columns that will be asked for, so that the table is gone through once.
    :raises InputError: ``class_catalogue_unknown`` where nobody can say which classes are sensitive.
    """
    hidden = None if wanted.sensitive else sensitive_cases(workspace)

    def chosen(cases: Rows) -> np.ndarray:
        return _chosen(cases, wanted, hidden)

    kept = _Kept(chosen, tuple(dict.fromkeys((*ahead, *_ASKED))))
    return _Some(workspace.location, workspace.info, workspace.place, kept)


def sensitive_cases(workspace: Workspace) -> Sensitive:
    """Return what no case of a briefing may be about, as long as nobody asks for it.

    :raises InputError: ``class_catalogue_unknown``.
    """
    info = workspace.info
    components = workspace.read("component", ["code", "class_code"], geometry=False)
    return sensitive_of(info.component_catalogue, info.event_catalogue, {"component": components})


def _chosen(cases: Rows, wanted: CaseFilter, hidden: Sensitive | None) -> np.ndarray:
    mask = np.ones(len(cases), dtype=bool)
    for column, words in (
        ("source", wanted.sources),
        ("status", wanted.statuses),
        ("department_code", wanted.departments),
    ):
        if words:
            mask &= np.isin(texts(cases, column).astype(str), words)
    if wanted.classes:
        pairs, asked = zip(texts(cases, "kind"), texts(cases, "class_code")), set(wanted.classes)
        mask &= np.array([pair in asked for pair in pairs], dtype=bool)
    if hidden is not None:
        mask &= ~hidden.cases(*(texts(cases, name) for name in ("kind", "class_code", "component_code")))
    return mask


class _Kept:
    """The cases that are wanted, as they are read: ``ahead``, and what else is asked for."""

    def __init__(self, chosen: Callable[[Rows], np.ndarray], ahead: tuple[str, ...]) -> None:
        self._chosen, self._ahead = chosen, ahead
        self._rows: Rows | None = None

    def rows(self, whole: Workspace, columns: Sequence[str] | None) -> Rows:
        """Return some columns (``None`` = all that cases have) of the cases, with their places."""
        if columns is None:
            rows = whole.read(_CASES)
            return rows.take(self._chosen(rows))
        if self._rows is None or any(name not in self._rows for name in columns):
            known = () if self._rows is None else self._rows.columns
            self._rows = self._read(whole, tuple(dict.fromkeys((*self._ahead, *known, *columns))))
        rows = self._rows
        return Rows({name: rows[name] for name in columns}, rows.plain_points, rows.fid)

    def _read(self, whole: Workspace, names: tuple[str, ...]) -> Rows:
        """Go through the table part by part and keep of each what is wanted."""
        kept = {name: _Column() for name in names}
        places = [(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))]
        for part in whole.read_point_parts(_CASES, names):
            mask = self._chosen(Rows({name: as_column(part.columns[name]) for name in _ASKED}))
            for name, column in kept.items():
                column.add(part.columns[name], mask)
            places.append((part.fid[mask], part.x[mask], part.y[mask]))
        fid, x, y = (np.concatenate(one) for one in zip(*places))
        read = Rows({name: column.whole() for name, column in kept.items()}, PlainPoints(x, y), fid)
        return read if (fid[1:] > fid[:-1]).all() else read.take(np.argsort(fid, kind="stable"))


class _Column:
    """A column that is put together part by part, with one object for each text of one whose texts repeat."""

    def __init__(self) -> None:
        self._parts = [np.zeros(0, dtype=object)]
        self._same: dict[Any, Any] | None = None

    def add(self, values: Sequence[Any], mask: np.ndarray) -> None:
        """Add what is wanted of the next values."""
        kinds = set(map(type, values))
        if kinds == {type(None)}:
            self._parts.append(np.full(int(mask.sum()), None, dtype=object))
            return
        if len(self._parts) == 1 and kinds <= {str, type(None)} and 2 * len(set(values)) < len(values):
            self._same = {}
        if self._same is not None and kinds <= {str, type(None)}:
            values = list(map(self._same.setdefault, values, values))
        column = as_column(values)
        self._parts.append(column if mask.all() else column[mask])

    def whole(self) -> np.ndarray:
        """Return the column."""
        return np.concatenate(self._parts)


class _Some(Workspace):
    def __init__(self, location: Location, info: WorkspaceInfo, opened: Backend, kept: _Kept) -> None:
        super().__init__(location, info, opened)
        self._kept = kept

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        where: Mapping[str, Any] | None = None,
        *,
        bounds: tuple[float, float, float, float] | None = None,
        geometry: bool = True,
    ) -> Rows:
        """See :meth:`Workspace.read`; of cases only those that are wanted."""
        if table != _CASES:
            return super().read(table, columns, where, bounds=bounds, geometry=geometry)
        _refuse_choice(is_asked=where is not None or bounds is not None)
        rows = self._kept.rows(self._whole(), columns)
        return rows if geometry else rows.with_geometry(None)

    def read_point_parts(self, table: str, columns: Sequence[str]) -> Iterator[PointPart]:
        """See :meth:`Workspace.read_point_parts`; of cases only those that are wanted."""
        if table != _CASES:
            yield from super().read_point_parts(table, columns)
            return
        rows = self.read(table, columns)
        yield PointPart({name: rows[name].tolist() for name in columns}, rows.fids, *rows.xy())

    def count(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        """See :meth:`Workspace.count`; of cases only those that are wanted."""
        return (
            len(self.read(table, _ASKED, where, geometry=False)) if table == _CASES else super().count(table, where)
        )

    def count_by(
        self, table: str, columns: Sequence[str], told: Mapping[str, Telling] = NOTHING_TOLD
    ) -> tuple[Rows, np.ndarray]:
        """See :meth:`Workspace.count_by`; cases are not counted where they are stored, where all of them lie."""
        _refuse_choice(is_asked=table == _CASES)
        return super().count_by(table, columns, told)

    def _whole(self) -> Workspace:
        return Workspace(self.location, self.info, self.place)

    def _in_one_state(self, state: Backend, stack: ExitStack) -> Workspace:
        held = ReadUntilWritten(state, self.place, stack.close)
        return _Some(self.location, self.info, held, self._kept)


def _refuse_choice(*, is_asked: bool) -> None:
    """Refuse, as a mistake in the code, to have cases chosen where they are stored: others than those wanted."""
    if is_asked:
        raise ValueError("some cases of a workspace are chosen by their filter alone")
