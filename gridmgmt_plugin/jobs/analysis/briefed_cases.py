"""A workspace seen with some of its cases only: without sensitive classes, or those of some sources and departments.

Every job that reads cases works on it as on the whole, so that all figures of a briefing are about the same cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.release.sensitive import Sensitive, sensitive_of
from gridmgmt_plugin.core.rows import PointPart, Rows
from gridmgmt_plugin.workspace.backend import Backend
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.steady import ReadUntilWritten
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


def with_cases(workspace: Workspace, wanted: CaseFilter) -> Workspace:
    """Return the same workspace, of whose cases only those that are wanted can be read.

    :raises InputError: ``class_catalogue_unknown`` where nobody can say which classes are sensitive.
    """
    hidden = None
    if not wanted.sensitive:
        info = workspace.info
        components = workspace.read("component", ["code", "class_code"], geometry=False)
        hidden = sensitive_of(info.component_catalogue, info.event_catalogue, {"component": components})

    def chosen(cases: Rows) -> np.ndarray:
        return _chosen(cases, wanted, hidden)

    return _Some(workspace.location, workspace.info, workspace.place, chosen)


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


class _Some(Workspace):
    def __init__(
        self, location: Location, info: WorkspaceInfo, opened: Backend, chosen: Callable[[Rows], np.ndarray]
    ) -> None:
        super().__init__(location, info, opened)
        self._chosen = chosen

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
        asked = None if columns is None else list(dict.fromkeys((*columns, *_ASKED)))
        rows = super().read(table, asked, where, bounds=bounds, geometry=geometry)
        kept = rows.take(self._chosen(rows))
        return Rows({name: kept[name] for name in columns or kept.columns}, kept.geometry, kept.fid)

    def read_point_parts(self, table: str, columns: Sequence[str]) -> Iterator[PointPart]:
        """See :meth:`Workspace.read_point_parts`; of cases only those that are wanted."""
        if table != _CASES:
            yield from super().read_point_parts(table, columns)
            return
        rows = self.read(table, columns)
        yield PointPart({name: rows[name].tolist() for name in columns}, rows.fids, *rows.xy())

    def count(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        """See :meth:`Workspace.count`; of cases only those that are wanted."""
        return len(self.read(table, where=where, geometry=False)) if table == _CASES else super().count(table, where)

    def _in_one_state(self, state: Backend, stack: ExitStack) -> Workspace:
        held = ReadUntilWritten(state, self.place, stack.close)
        return _Some(self.location, self.info, held, self._chosen)
