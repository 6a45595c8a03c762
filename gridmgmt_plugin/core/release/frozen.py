"""The frozen content of a release: plain values and geometries by layer and key, and one hash over all of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.rows import Rows, as_column

KEY_SEPARATOR = "|"


@dataclass(frozen=True)
class FrozenLayer:
    """One layer of a release: ``keys`` (unique texts, sorted), the rows in that order."""

    keys: tuple[str, ...]
    rows: Rows

    def __len__(self) -> int:
        return len(self.keys)

    def content(self) -> list[str]:
        """Return each row's values as one canonical JSON text (sorted names, no ``None``)."""
        names = sorted(self.rows.columns)
        if not names:
            return ["{}"] * len(self.keys)
        columns = [self.rows[name].tolist() for name in names]
        return [_canonical(dict(zip(names, values))) for values in zip(*columns)]


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
        digests = geometry_digests(layer.rows.geometry, len(layer.keys), precision_m)
        for key, content, shape in zip(layer.keys, layer.content(), digests):
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
        contents += layer.content()
        shapes = layer.rows.geometry
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
    rows = Rows.from_records([json.loads(text) for text in items["content"]], geometry)
    return FrozenLayer(tuple(items["row_key"].tolist()), rows)


def _canonical(values: dict[str, Any]) -> str:
    plain = {name: _plain(value) for name, value in values.items()}
    present = {name: value for name, value in plain.items() if value is not None}
    return json.dumps(present, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return None if value != value else round(value, 6)  # noqa: PLR0124  NaN is no value
    return None if value == "" else value
