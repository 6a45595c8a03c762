"""Single or multi geometry: the one place that wraps a part, takes it out again, and says what a table wants."""

from __future__ import annotations

import numpy as np
import shapely

# Layer type → what a single part of it is, and what several are.
_KINDS = {
    "Point": (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT, shapely.multipoints),
    "LineString": (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING, shapely.multilinestrings),
    "Polygon": (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON, shapely.multipolygons),
}
_MULTI = "Multi"


def as_multi(geometry: np.ndarray) -> np.ndarray:
    """Return points, lines and polygons as multi geometries of one part; everything else as it is."""
    result = np.array(geometry, dtype=object)
    types = shapely.get_type_id(result)
    for single, _, build in _KINDS.values():
        lone = np.flatnonzero(types == single)
        if len(lone):
            result[lone] = build(result[lone], indices=np.arange(len(lone)))
    return result


def as_single(geometry: np.ndarray) -> np.ndarray:
    """Return multi geometries of one part as that part; everything else as it is."""
    result = np.array(geometry, dtype=object)
    multi = np.isin(shapely.get_type_id(result), [many for _, many, _ in _KINDS.values()])
    multi &= shapely.get_num_geometries(result) == 1
    result[multi] = shapely.get_geometry(result[multi], 0)
    return result


def wrapped(geometry: np.ndarray, kind: str | None) -> np.ndarray:
    """Return single parts as multi geometries where a table of ``kind`` holds these; nothing is refused."""
    return as_multi(geometry) if (kind or "").startswith(_MULTI) else geometry


def as_stored(geometry: np.ndarray, kind: str) -> np.ndarray:
    """Return geometries as a table or layer of ``kind`` (``Point``, ``MultiPolygon`` …) holds them.

    :raises ValueError: for a geometry of another family, or several parts where one is allowed.
    """
    family = kind.removeprefix(_MULTI)
    if family not in _KINDS:
        return geometry
    single, multi, _ = _KINDS[family]
    wanted = (single,) if kind == family else (single, multi)
    if not np.isin(shapely.get_type_id(geometry), (*wanted, shapely.GeometryType.MISSING)).all():
        raise ValueError(f"geometries are not all of type {kind}")
    return wrapped(geometry, kind)


def of_one_kind(geometry: np.ndarray) -> tuple[str, np.ndarray]:
    """Return the layer type that holds all the geometries, and these all single or all multi; ``None`` stays.

    :raises ValueError: for several families (points, lines, polygons) together.
    """
    there = set(shapely.get_type_id(geometry).tolist()) - {shapely.GeometryType.MISSING}
    for family, (single, multi, _) in _KINDS.items():
        if there <= {single}:
            return family, geometry
        if there <= {single, multi}:
            return f"{_MULTI}{family}", as_multi(geometry)
    raise ValueError("a layer holds points, lines or polygons, not several of them")


def one_polygon(parts: np.ndarray) -> shapely.Geometry:
    """Return Polygons that do not overlap as one geometry: a Polygon where there is one of them or none."""
    if len(parts) == 0:
        return shapely.Polygon()
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
