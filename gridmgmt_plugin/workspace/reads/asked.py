"""A read of a table as a value: several can be asked for together, and each is known again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Asked:
    """What :meth:`gridmgmt_plugin.workspace.workspace.Workspace.read` takes; made by :func:`asked`."""

    table: str
    columns: tuple[str, ...] | None
    where: tuple[tuple[str, Any], ...]
    bounds: _Bounds | None
    geometry: bool


def asked(
    table: str,
    columns: Sequence[str] | None = None,
    where: Mapping[str, Any] | None = None,
    *,
    bounds: _Bounds | None = None,
    geometry: bool = True,
) -> Asked:
    """Return a read; the parameters are those of ``Workspace.read``."""
    pairs = (where or {}).items()
    conditions = tuple((name, tuple(value) if isinstance(value, list) else value) for name, value in pairs)
    return Asked(table, None if columns is None else tuple(columns), conditions, bounds, geometry)
