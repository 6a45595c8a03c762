"""The frozen content of a release: plain values and geometries by layer and key, and one hash over all of it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from json.encoder import encode_basestring
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.rows import Rows, as_column

KEY_SEPARATOR = "|"

# Made once: json.dumps makes one for every value.
_AS_JSON = json.JSONEncoder(ensure_ascii=False).encode


class FrozenLayer:
    """One layer of a release: ``keys`` (unique texts, sorted), the rows in that order.

    It is made of its rows, or of their ``content`` and ``geometry`` as they were stored; the one is worked out of the
    other once, when it is asked for, and so is what it says of its outlines.
    """

    def __init__(
        self,
        keys: tuple[str, ...],
        rows: Rows | None = None,
        *,
        content: Sequence[str] | None = None,
        geometry: np.ndarray | None = None,
    ) -> None:
        self.keys = keys
        self._geometry = geometry
        self._digests: dict[float, Sequence[str]] = {}
        if rows is not None:
            vars(self)["rows"] = rows
        if content is not None:
            vars(self)["content"] = content

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def geometry(self) -> np.ndarray | None:
        """Return the outlines or lines, ``None`` for a table."""
        return self.rows.geometry if "rows" in vars(self) else self._geometry

    @cached_property
    def rows(self) -> Rows:
        """The rows, read out of their content."""
        return Rows.from_records(json.loads(f"[{','.join(self.content)}]"), self._geometry)

    @cached_property
    def content(self) -> Sequence[str]:
        """Each row's values as one canonical JSON text (sorted names, no ``None``)."""
        names = sorted(self.rows.columns)
        if not names:
            return ["{}"] * len(self.keys)
        heads = [f"{json.dumps(name, ensure_ascii=False)}:" for name in names]
        columns = [_written(self.rows[name], head) for name, head in zip(names, heads)]
        return [f"{{{','.join(filter(None, parts))}}}" for parts in zip(*columns)]

    def of_columns(self, names: Iterable[str]) -> FrozenLayer:
        """Return the same rows with some of their columns; outlines that were looked at are not looked at again."""
        layer = FrozenLayer(self.keys, Rows({name: self.rows[name] for name in names}, self.geometry))
        layer._digests = self._digests
        return layer

    def digests(self, precision_m: float) -> Sequence[str]:
        """Return one hash per geometry; see :func:`geometry_digests`."""
        if precision_m not in self._digests:
            self._digests[precision_m] = geometry_digests(self.geometry, len(self.keys), precision_m)
        return self._digests[precision_m]


def joined_keys(rows: Rows, key: tuple[str, ...]) -> list[str]:
    """Return the natural key of each row as one text; several columns are joined with ``|``."""
    return [
        KEY_SEPARATOR.join("" if part is None else str(part) for part in parts)
        for parts in zip(*(rows[k] for k in key))
    ]


def freeze(rows: Rows, key: tuple[str, ...]) -> FrozenLayer:
    """Return the rows sorted by their natural key, for hashing and comparing.

    :param key: the key columns; several are joined with ``|``.
    :raises ValueError: when a key is missing or stands twice.
    """
    joined = joined_keys(rows, key)
    if len(set(joined)) != len(joined) or "" in joined:
        raise ValueError(f"keys {key} are not unique and complete")
    order = np.array(sorted(range(len(joined)), key=joined.__getitem__), dtype=np.int64)
    return FrozenLayer(tuple(joined[position] for position in order), rows.take(order))


def distinct(rows: Rows) -> Rows:
    """Return the rows of a table without geometry, each combination of values once, the first of them kept."""
    seen = set(zip(*(column.tolist() for column in rows.columns.values())))
    if len(seen) == len(rows):
        return rows
    first: dict[tuple[Any, ...], int] = {}
    for position, values in enumerate(zip(*(column.tolist() for column in rows.columns.values()))):
        first.setdefault(values, position)
    return rows.take(np.array(list(first.values()), dtype=np.int64))


def geometry_digests(geometry: np.ndarray | None, count: int, precision_m: float) -> list[str]:
    """Return one hash per geometry, equal for equal point sets on the precision grid whatever their start or order.

    :param geometry: object array of ``count`` geometries in metres, ``None`` for a layer without any.
    """
    if geometry is None:
        return [""] * count
    on_grid = shapely.transform(geometry, lambda c: np.round(c / precision_m))
    bodies = shapely.to_wkb(shapely.normalize(on_grid), byte_order=1)
    return ["" if body is None else hashlib.sha256(body).hexdigest() for body in bodies]


def content_hash(layers: Mapping[str, FrozenLayer], precision_m: float) -> str:
    """Return the SHA-256 over every value and geometry: the same whatever format and encoding they are written in."""
    digest = hashlib.sha256()
    for name in sorted(layers):
        layer = layers[name]
        for key, content, shape in zip(layer.keys, layer.content, layer.digests(precision_m)):
            digest.update("\x1f".join((name, key, content, shape)).encode("utf-8") + b"\x1e")
    return digest.hexdigest()


def items_of(layers: Mapping[str, FrozenLayer]) -> Rows:
    """Return layers as rows of the ``release_item`` table, without the release's number: ``layer``, ``row_key``,
    ``content`` (canonical JSON), ``geometry_wkb`` (ISO WKB, little endian, ``None`` where there is no geometry).
    """
    names: list[str] = []
    keys: list[str] = []
    contents: list[str] = []
    bodies: list[bytes | None] = []
    for name in sorted(layers):
        layer = layers[name]
        names += [name] * len(layer)
        keys += layer.keys
        contents += layer.content
        shapes = layer.geometry
        bodies += [None] * len(layer) if shapes is None else shapes_to_wkb(shapes)
    return Rows(
        {
            "layer": as_column(names),
            "row_key": as_column(keys),
            "content": as_column(contents),
            "geometry_wkb": as_column(bodies),
        }
    )


def layers_of(items: Rows) -> dict[str, FrozenLayer]:
    """Return the layers that :func:`items_of` wrote; a layer without a geometry in any row is a table."""
    by_layer: dict[str, list[int]] = {}
    for position, name in enumerate(items["layer"]):
        by_layer.setdefault(name, []).append(position)
    return {name: _layer_of(items.take(positions)) for name, positions in by_layer.items()}


def shapes_to_wkb(geometry: np.ndarray) -> list[bytes | None]:
    """Return geometries as ISO WKB, little endian."""
    bodies: list[bytes | None] = shapely.to_wkb(geometry, byte_order=1, flavor="iso").tolist()
    return bodies


def _layer_of(items: Rows) -> FrozenLayer:
    order = np.array(sorted(range(len(items)), key=items["row_key"].__getitem__), dtype=np.int64)
    items = items.take(order)
    bodies = items["geometry_wkb"]
    geometry = shapely.from_wkb(bodies) if any(body is not None for body in bodies) else None
    return FrozenLayer(tuple(items["row_key"].tolist()), content=items["content"].tolist(), geometry=geometry)


def _written(column: np.ndarray, head: str) -> list[str]:
    """Return the values of a column as members of a JSON object, "" for nothing."""
    values = column.tolist()
    known = dict.fromkeys(zip(map(type, values), values), "")  # 1 and true are two
    for key in known:
        plain = _plain(key[1])
        known[key] = "" if plain is None else head + _WRITERS.get(type(plain), _AS_JSON)(plain)
    return list(map(known.__getitem__, zip(map(type, values), values)))


def _float(value: float) -> str:
    return float.__repr__(value) if math.isfinite(value) else _AS_JSON(value)


# What the encoder itself asks, after a look at everything else that a value could be.
_WRITERS: Mapping[type, Callable[[Any], str]] = {str: encode_basestring, int: int.__repr__, float: _float}


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return None if value != value else round(value, 6) + 0.0  # noqa: PLR0124  NaN is no value, -0.0 is 0.0
    return None if value == "" else value
