"""The spatial index of a new table, packed at once: a million points in a second, where one by one takes fifteen.

The layout of SQLite's R*-tree module (https://www.sqlite.org/rtree.html, "shadow tables"): ``_node`` holds nodes as
big-endian blobs (depth of the tree in the root, number of entries, entries of a 64-bit id and four 32-bit floats),
``_rowid`` says in which leaf a row is, ``_parent`` which node is above another. Leaves are filled in the order of
sort-tile-recursive packing (Leutenegger et al. 1997).
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.workspace.gpkg.connection import quoted
from gridmgmt_plugin.workspace.gpkg.many_rows import insert_many

_ENTRY = np.dtype([("id", ">i8"), ("minx", ">f4"), ("maxx", ">f4"), ("miny", ">f4"), ("maxy", ">f4")])
_HEADER_BYTES = 4
_ROOT = 1
_AT_ONCE = 50_000


@dataclass(frozen=True, eq=False)
class PackedIndex:
    """The content of an R*-tree: ``nodes`` (number, blob), ``parents`` (node, node above), and the leaf (int64) of
    each row (int64), rows ascending.
    """

    nodes: list[tuple[int, bytes]]
    parents: list[tuple[int, int]]
    rows: np.ndarray
    leaves: np.ndarray


def node_bytes(connection: sqlite3.Connection, index: str) -> int:
    """Return the size of the nodes of an R*-tree that is empty."""
    asked = f"SELECT length(data) FROM {quoted(f'{index}_node')} WHERE nodeno = {_ROOT}"
    return int(connection.execute(asked).fetchone()[0])


def packed_index(ids: np.ndarray, bounds: np.ndarray, size: int) -> PackedIndex | None:
    """Return an R*-tree over rows and their boxes, ``None`` where no row has one.

    :param ids: int64 (n,), ``bounds``: float64 (n, 4) of minx, miny, maxx, maxy; boxes are rounded outwards to the
        32 bits of the index, as SQLite does. Rows without a box (not a number) are left out.
    :param size: bytes of a node.
    """
    there = ~np.isnan(bounds).any(axis=1)
    if not there.all():
        ids, bounds = ids[there], bounds[there]
    return packed_entries([entries_of(ids, bounds)], size)


def packed_entries(given: list[np.ndarray], size: int) -> PackedIndex | None:
    """Return an R*-tree over entries, part by part, as :func:`entries_of` makes them; ``given`` is emptied."""
    entries = np.empty(sum(map(len, given)), dtype=_ENTRY)  # concatenate would turn the order of the bytes
    np.concatenate(given or [entries], out=entries)
    given.clear()
    if not len(entries):
        return None
    capacity = (size - _HEADER_BYTES) // _ENTRY.itemsize
    levels = _levels(entries, capacity)
    del entries
    numbers = levels[0]["id"].astype(np.int64)
    order = np.argsort(numbers)  # a table that only grows at its end is written in a third of the time
    rows = numbers[order]
    del numbers
    order //= capacity
    order += _first_numbers(levels, capacity)[0]
    return PackedIndex(*_numbered(levels, capacity, size), rows, order)


def fill_empty_index(connection: sqlite3.Connection, index: str, packed: PackedIndex | None) -> None:
    """Fill the R*-tree ``index``, which is empty; part of the open transaction."""
    if packed is None:
        return
    node = quoted(f"{index}_node")
    connection.execute(f"DELETE FROM {node}")
    connection.executemany(f"INSERT INTO {node} VALUES (?, ?)", packed.nodes)
    connection.executemany(f"INSERT INTO {quoted(f'{index}_parent')} VALUES (?, ?)", packed.parents)
    for start in range(0, len(packed.rows), _AT_ONCE):  # a million numbers as objects are 64 MB
        part = slice(start, start + _AT_ONCE)
        numbers = (packed.rows[part].tolist(), packed.leaves[part].tolist())
        insert_many(connection, f"{index}_rowid", ("rowid", "nodeno"), numbers)


def entries_of(ids: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Return rows and their boxes as the index holds them, rounded outwards; see :func:`packed_index`."""
    entries = np.empty(len(ids), dtype=_ENTRY)
    entries["id"] = ids
    for name, column, away in (("minx", 0, -np.inf), ("miny", 1, -np.inf), ("maxx", 2, np.inf), ("maxy", 3, np.inf)):
        exact = bounds[:, column]
        rounded = exact.astype(np.float32)
        inside = rounded > exact if away < 0 else rounded < exact
        rounded[inside] = np.nextafter(rounded[inside], np.float32(away))
        entries[name] = rounded
    return entries


def _levels(entries: np.ndarray, capacity: int) -> list[np.ndarray]:
    """Return the entries of each level, leaves first; those of a level above name nodes below by their position."""
    levels = [_tiled(entries, capacity)]
    while len(levels[-1]) > capacity:
        below = levels[-1]
        starts = np.arange(0, len(below), capacity)
        above = np.empty(len(starts), dtype=_ENTRY)
        above["id"] = np.arange(len(starts))
        for name, reduce in (("minx", np.minimum), ("miny", np.minimum), ("maxx", np.maximum), ("maxy", np.maximum)):
            above[name] = reduce.reduceat(below[name].astype(np.float32), starts)
        levels.append(above)
    return levels


def _tiled(entries: np.ndarray, capacity: int) -> np.ndarray:
    """Return the entries in strips from west to east, each from south to north."""
    nodes = -(-len(entries) // capacity)
    strip = capacity * max(1, int(np.ceil(np.sqrt(nodes))))
    order = np.argsort(entries["minx"].astype(np.float32), kind="stable")
    miny = entries["miny"].astype(np.float32)
    for start in range(0, len(order), strip):
        rows = order[start : start + strip]
        order[start : start + strip] = rows[np.argsort(miny[rows], kind="stable")]
    return np.asarray(entries[order])


def _first_numbers(levels: list[np.ndarray], capacity: int) -> list[int]:
    """Return the number of the first node of each level: the root is 1, then the leaves, then what is above them."""
    numbers, following = [], _ROOT + 1
    for level in levels[:-1]:
        numbers.append(following)
        following += -(-len(level) // capacity)
    return [*numbers, _ROOT]


def _numbered(
    levels: list[np.ndarray], capacity: int, size: int
) -> tuple[list[tuple[int, bytes]], list[tuple[int, int]]]:
    """Return the nodes as (number, blob) and (node, node above) of every node but the root."""
    first = _first_numbers(levels, capacity)
    blobs: list[tuple[int, bytes]] = []
    parents: list[tuple[int, int]] = []
    for depth, level in enumerate(levels):
        if depth:
            level = level.copy()  # noqa: PLW2901  positions of nodes below become their numbers
            level["id"] += first[depth - 1]
            above = np.arange(len(level)) // capacity + first[depth]
            parents += list(zip(level["id"].tolist(), above.tolist()))
        for number, start in enumerate(range(0, len(level), capacity)):
            entries = level[start : start + capacity]
            tall = len(levels) - 1 if first[depth] == _ROOT else 0
            head = tall.to_bytes(2, "big") + len(entries).to_bytes(2, "big")
            blobs.append((first[depth] + number, (head + entries.tobytes()).ljust(size, b"\0")))
    return blobs, parents
