"""Values and geometries as the tables take them, whatever they are stored in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely


def plain(values: Sequence[Any] | np.ndarray) -> list[Any]:
    """Return values as Python objects for SQL: numpy scalars unwrapped, NaN as ``None``."""
    items = values.tolist() if isinstance(values, np.ndarray) else list(values)
    return [None if isinstance(item, float) and item != item else item for item in items]  # noqa: PLR0124  NaN test


def promoted(geometry: np.ndarray, kind: str) -> np.ndarray:
    """Return geometries as the table's type: single parts become multi where the table asks for it.

    :raises ValueError: for a geometry of another family, or several parts where one is allowed.
    """
    wrap = {"MultiPolygon": (3, 6, shapely.multipolygons), "MultiLineString": (1, 5, shapely.multilinestrings)}
    single = {"Point": 0, "Polygon": 3}
    types = shapely.get_type_id(geometry)
    if kind in single:
        if not np.isin(types, (single[kind], -1)).all():
            raise ValueError(f"geometries are not all of type {kind}")
        return geometry
    if kind in wrap:
        one, many, build = wrap[kind]
        if not np.isin(types, (one, many, -1)).all():
            raise ValueError(f"geometries are not all of type {kind}")
        result = geometry.copy()
        lone = np.flatnonzero(types == one)
        if len(lone):
            result[lone] = build(geometry[lone], indices=np.arange(len(lone)))
        return result
    return geometry
