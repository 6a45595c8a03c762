"""Features as GeoJSON by RFC 7946, one on a line: made column by column, which GDAL's writer does value by value."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any

import numpy as np
import shapely

_PAIR, _END = "[%.{decimals}f, %.{decimals}f]", "\n"
# Numbers that are written in one go.
_MANY = 200_000
_POINT, _LINE, _POLYGON = 0, 1, 2
_TYPES = {
    0: "Point",
    1: "LineString",
    2: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
}
_IN_PARTS, _COLLECTION = (4, 5, 6), 7
# Dimension → shapely's numbers of types.
_KINDS = {_POINT: (0, 4), _LINE: (1, 2, 5), _POLYGON: (3, 6)}


def _plain(value: Any) -> Any:
    """Return a value that JSON has no form for as one that it has."""
    return value.item() if isinstance(value, np.generic) else str(value)


# Made once: json.dumps makes one for every value.
_AS_JSON = json.JSONEncoder(ensure_ascii=False, default=_plain).encode


def geojson_lines(
    columns: Mapping[str, np.ndarray], shapes: np.ndarray | None, count: int, decimals: int
) -> Iterator[str]:
    """Yield the lines of a feature collection.

    :param columns: name of a property → object array of texts, numbers and ``None``. ``shapes``: degrees, ``None``
        among them. :param decimals: of the coordinates.
    """
    bodies = ["null"] * count if shapes is None else _geometries(shapes, decimals)
    heads = [f"{json.dumps(name, ensure_ascii=False)}: " for name in columns]
    written = [_written(column, head) for column, head in zip(columns.values(), heads)]
    properties = map(", ".join, zip(*written)) if written else [""] * count
    yield '{\n"type": "FeatureCollection",\n"features": [\n'
    features = (
        f'{{ "type": "Feature", "properties": {{ {told} }}, "geometry": {body} }}'
        for told, body in zip(properties, bodies)
    )
    yield ",\n".join(features)
    yield "\n]\n}\n"


def _written(column: np.ndarray, head: str) -> list[str]:
    """Return a property of each feature as JSON; equal texts are written once."""
    values = column.tolist()
    known = {value: head + _AS_JSON(value) for value in {value for value in values if isinstance(value, str)}}
    nothing = f"{head}null"
    return [
        known[value]
        if isinstance(value, str)
        else nothing
        if value is None or value != value  # noqa: PLR0124  NaN is no value
        else head + _AS_JSON(value)
        for value in values
    ]


def _geometries(shapes: np.ndarray, decimals: int) -> list[str]:
    """Return each shape as JSON: rings go around what they enclose to the left, holes to the right."""
    types = shapely.get_type_id(shapes)
    found = np.array(["null"] * len(shapes), dtype=object)
    for kind, of_kind in _KINDS.items():
        mine = np.flatnonzero(np.isin(types, of_kind))
        if len(mine):
            found[mine] = _of_one_kind(shapes[mine], kind, decimals)
    for at in np.flatnonzero(types == _COLLECTION).tolist():
        parts = ", ".join(_geometries(shapely.get_parts(shapes[at]), decimals))
        found[at] = f'{{ "type": "GeometryCollection", "geometries": [ {parts} ] }}'
    texts: list[str] = found.tolist()
    return texts


def _of_one_kind(shapes: np.ndarray, kind: int, decimals: int) -> list[str]:
    """Return shapes that are all points, all lines or all polygons, of one part or several."""
    parts, of_shape = shapely.get_parts(shapes, return_index=True)
    there = ~shapely.is_empty(parts)
    parts, of_shape = parts[there], of_shape[there]
    lines, of_part = (
        shapely.get_rings(parts, return_index=True) if kind == _POLYGON else (parts, np.arange(len(parts)))
    )
    texts = _of_lines(lines, of_part, kind, decimals)
    if kind == _POLYGON:
        texts = [f"[ {', '.join(rings)} ]" for rings in _grouped(texts, of_part, len(parts))]
    types = shapely.get_type_id(shapes).tolist()
    return [_body(type_, inside) for type_, inside in zip(types, _grouped(texts, of_shape, len(shapes)))]


def _body(type_: int, parts: list[str]) -> str:
    coordinates = f"[ {', '.join(parts)} ]" if type_ in _IN_PARTS or not parts else parts[0]
    return f'{{ "type": "{_TYPES[type_]}", "coordinates": {coordinates} }}'


def _of_lines(lines: np.ndarray, of_part: np.ndarray, kind: int, decimals: int) -> list[str]:
    """Return the coordinates of each ring, line or point."""
    xy, of_line = shapely.get_coordinates(lines, return_index=True)
    pairs = _pairs(xy, decimals)
    if kind == _POINT:
        return pairs
    bounds = np.searchsorted(of_line, np.arange(len(lines) + 1)).tolist()
    turned = _turned(xy, of_line, of_part, bounds) if kind == _POLYGON else [False] * len(lines)
    return [
        f"[ {', '.join(pairs[first:last][::-1] if is_turned else pairs[first:last])} ]"
        for (first, last), is_turned in zip(zip(bounds, bounds[1:]), turned)
    ]


def _turned(xy: np.ndarray, of_ring: np.ndarray, of_part: np.ndarray, bounds: list[int]) -> list[bool]:
    """Tell which rings run the other way round than they should."""
    starts = np.array(bounds[:-1], dtype=np.int64)
    if not len(starts):
        return []
    x, y = (xy - xy[starts][of_ring]).T  # near zero, where an area of a few metres is not lost
    cross = np.zeros(len(xy))
    cross[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]
    cross[np.array(bounds[1:], dtype=np.int64) - 1] = 0.0  # from one ring to the next
    is_left = np.add.reduceat(cross, starts) > 0
    is_outer = np.r_[True, of_part[1:] != of_part[:-1]]
    turned: list[bool] = (is_left != is_outer).tolist()
    return turned


def _pairs(xy: np.ndarray, decimals: int) -> list[str]:
    pair = _PAIR.format(decimals=decimals) + _END
    found: list[str] = []
    for start in range(0, len(xy), _MANY):
        part = xy[start : start + _MANY]
        found += ((pair * len(part)) % tuple(part.ravel().tolist())).split(_END)[:-1]
    return found


def _grouped(texts: list[str], of: np.ndarray, count: int) -> list[list[str]]:
    """Return the texts of each of ``count`` groups, to which they belong in order."""
    ends = [0, *accumulate(np.bincount(of, minlength=count).tolist())]
    return [texts[first:last] for first, last in zip(ends, ends[1:])]
