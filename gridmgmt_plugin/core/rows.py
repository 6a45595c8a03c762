"""A table held as columns: what travels between files, the workspace and the algorithms."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, overload

import numpy as np

from gridmgmt_plugin.core._compat import takes_objects_one_by_one
from gridmgmt_plugin.core.geometry.finite import xy_of_points
from gridmgmt_plugin.core.geometry.plain_points import PlainPoints

_ONE_BY_ONE = takes_objects_one_by_one()


def as_column(values: Iterable[Any]) -> np.ndarray:
    """Return ``values`` as a new one-dimensional object array (``None`` is the missing value)."""
    if isinstance(values, np.ndarray) and values.dtype == object and values.ndim == 1:
        return values.copy()
    items = list(values)
    if _ONE_BY_ONE:
        return np.fromiter(items, dtype=object, count=len(items))
    column = np.empty(len(items), dtype=object)
    column[:] = items
    return column


def is_null(column: np.ndarray) -> np.ndarray:
    """Tell where an object array has ``None``: a bool mask of the same shape."""
    return np.asarray(column == None, dtype=bool)  # noqa: E711  elementwise on an object array


def differs(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Tell where two object arrays of one length differ: a bool mask; ``None`` equals ``None`` alone."""
    return np.asarray(np.not_equal(one, two), dtype=bool)


def numbers_or_none(values: np.ndarray) -> np.ndarray:
    """Return float ``values`` as a column of numbers, ``None`` where NaN stands."""
    return as_column(None if math.isnan(value) else value for value in values.tolist())


def pick_or_none(values: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Return the values at int64 positions as an object array, ``None`` at −1 (found nowhere)."""
    found = positions >= 0
    chosen = np.empty(len(positions), dtype=object)
    chosen[found] = values[positions[found]]
    return chosen


@dataclass(frozen=True, eq=False)
class PointPart:
    """Some rows of a table of points, as figures are counted from: no shape is made of a place.

    ``columns``: name → values (``None`` where there is none). ``fid``: int64 (n,), their numbers.
    ``x``, ``y``: float64 (n,), metres of the frame, not-a-number where a row has no place.
    """

    columns: Mapping[str, Sequence[Any]]
    fid: np.ndarray
    x: np.ndarray
    y: np.ndarray


class _Geometry:
    """The attribute ``geometry`` of rows: shapes are made of plain points when somebody asks for them, and kept."""

    @overload
    def __get__(self, rows: None, owner: type[Rows]) -> None: ...

    @overload
    def __get__(self, rows: Rows, owner: type[Rows]) -> np.ndarray | None: ...

    def __get__(self, rows: Rows | None, owner: type[Rows]) -> np.ndarray | None:
        if rows is None:
            return None  # what a table has that is given none
        held: np.ndarray | PlainPoints | None = rows.__dict__["geometry"]
        if isinstance(held, PlainPoints):
            held = rows.__dict__["geometry"] = held.shapes()
        return held

    def __set__(self, rows: Rows, given: np.ndarray | PlainPoints | None) -> None:
        rows.__dict__["geometry"] = given


@dataclass(frozen=True)
class Rows:
    """Rows of one table, column by column.

    ``columns``: name → object array of length n (str, int, float, bool or ``None``).
    ``geometry``: object array of n shapely geometries (``None`` where a row has none), or ``None`` for a table
    without geometry; plain points may be given for it, of which shapes are made at the first question for them.
    ``fid``: int64 array of n row numbers where the rows come from a workspace.
    """

    columns: Mapping[str, np.ndarray] = field(default_factory=dict)
    geometry: _Geometry = _Geometry()
    fid: np.ndarray | None = None

    def __post_init__(self) -> None:
        lengths = {name: len(column) for name, column in self.columns.items()}
        if (held := self.held) is not None:
            lengths["geometry"] = len(held)
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns differ in length: {lengths}")

    def __len__(self) -> int:
        for column in self.columns.values():
            return len(column)
        return 0 if (held := self.held) is None else len(held)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    @property
    def held(self) -> np.ndarray | PlainPoints | None:
        """Return what ``geometry`` was given, without making shapes of it."""
        held: np.ndarray | PlainPoints | None = self.__dict__["geometry"]
        return held

    @property
    def is_spatial(self) -> bool:
        """Tell whether the rows have a geometry, without making it."""
        return self.held is not None

    @property
    def plain_points(self) -> PlainPoints | None:
        """Return the places of rows that are nothing but points and of which no shapes were made yet."""
        return self.held if isinstance(self.held, PlainPoints) else None

    def xy(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the coordinates of rows that are points, float64, not-a-number where there is none.

        Raises ``ValueError`` as :attr:`shapes` does. Neither array is to be changed.
        """
        plain = self.plain_points
        return xy_of_points(self.shapes) if plain is None else (plain.x, plain.y)

    @property
    def shapes(self) -> np.ndarray:
        """Return the geometries of rows that were read or made with them; a mistake in the code otherwise.

        Raises ``ValueError``: rows without geometry must not pass for rows that lie nowhere.
        """
        if self.geometry is None:
            raise ValueError(f"these rows have no geometry, only {sorted(self.columns)}")
        return self.geometry

    @property
    def fids(self) -> np.ndarray:
        """Return the row numbers of rows that come from a workspace.

        Raises ``ValueError`` for rows that were read from elsewhere or are not written yet.
        """
        if self.fid is None:
            raise ValueError(f"these rows come from no workspace and have no numbers, only {sorted(self.columns)}")
        return self.fid

    def is_null(self, name: str) -> np.ndarray:
        """Tell in which rows a column is ``None``: a bool mask."""
        return is_null(self.columns[name])

    def differs(self, name: str, other: Rows | np.ndarray) -> np.ndarray:
        """Tell in which rows a column differs from the same one of other rows, or from a column: a bool mask."""
        return differs(self.columns[name], other[name] if isinstance(other, Rows) else other)

    def pick_or_none(self, name: str, positions: np.ndarray) -> np.ndarray:
        """Return a column's values at positions, ``None`` where the position is −1 (see :func:`pick_or_none`)."""
        return pick_or_none(self.columns[name], positions)

    def take(self, selection: np.ndarray | Sequence[int]) -> Rows:
        """Return the rows at a boolean mask or at positions."""
        picked = np.asarray(selection)
        if picked.size == 0 and picked.dtype != bool:
            picked = picked.astype(np.int64)
        held = self.held
        return Rows(
            {name: column[picked] for name, column in self.columns.items()},
            held.take(picked) if isinstance(held, PlainPoints) else None if held is None else held[picked],
            None if self.fid is None else self.fid[picked],
        )

    def with_columns(self, **columns: Iterable[Any]) -> Rows:
        """Return the rows with columns added or replaced."""
        merged = dict(self.columns)
        merged.update({name: as_column(values) for name, values in columns.items()})
        return replace(self, columns=merged, geometry=self.held)

    def with_geometry(self, geometry: np.ndarray | None) -> Rows:
        """Return the rows with other geometries."""
        return replace(self, geometry=geometry)

    @classmethod
    def from_records(cls, records: Sequence[Mapping[str, Any]], geometry: np.ndarray | None = None) -> Rows:
        """Return rows from dictionaries; a key missing in one of them is ``None`` there."""
        names = list(dict.fromkeys(name for record in records for name in record))
        return cls({name: as_column(record.get(name) for record in records) for name in names}, geometry)

    def records(self) -> list[dict[str, Any]]:
        """Return the rows as dictionaries, without geometry; for small tables and tests."""
        names = list(self.columns)
        return [dict(zip(names, values)) for values in zip(*self.columns.values())]
