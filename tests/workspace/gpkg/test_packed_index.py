"""A spatial index that is packed at once is one of SQLite's own: sound, complete, and changed afterwards like any."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from gridmgmt_plugin.workspace.gpkg.packed_index import fill_empty_index, node_bytes, packed_index


def _filled(ids, bounds):
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA page_size = 4096")
    connection.execute('CREATE VIRTUAL TABLE "r" USING rtree(id, minx, maxx, miny, maxy)')
    ids, bounds = np.asarray(ids, dtype=np.int64), np.asarray(bounds, dtype=float)
    fill_empty_index(connection, "r", packed_index(ids, bounds, node_bytes(connection, "r")))
    return connection


def _points(count, seed=1):
    xy = np.random.default_rng(seed).uniform([448_000, 4_418_000], [458_000, 4_428_000], (count, 2))
    return np.column_stack([xy, xy])


@pytest.mark.parametrize("count", [0, 1, 50, 51, 52, 2_601, 2_602, 140_000])
def test_sqlite_finds_nothing_wrong_with_it(count):
    with closing(_filled(np.arange(1, count + 1), _points(count))) as connection:
        assert connection.execute("SELECT rtreecheck('r')").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM r").fetchone() == (count,)


def test_every_row_is_found_where_it_lies():
    bounds = _points(20_000)
    with closing(_filled(np.arange(1, 20_001), bounds)) as connection:
        for west, south in ((449_000, 4_419_000), (453_210, 4_424_321), (100, 100)):
            east, north = west + 700, south + 500
            found = connection.execute(
                "SELECT id FROM r WHERE minx <= ? AND maxx >= ? AND miny <= ? AND maxy >= ?",
                (east, west, north, south),
            )
            x, y = bounds[:, 0], bounds[:, 1]
            inside = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north)) + 1
            assert set(inside.tolist()) <= {row[0] for row in found}


def test_boxes_are_rounded_outwards():
    box = [[0.1, 0.1, 0.3, 0.3]]
    with closing(_filled([7], box)) as connection:
        (row,) = connection.execute("SELECT minx, maxx, miny, maxy FROM r").fetchall()
    assert row[0] <= 0.1 <= row[1] - 0.2 + 1e-6
    assert row[1] >= 0.3
    assert row[2] <= 0.1


def test_rows_without_a_box_are_left_out_and_later_changes_are_as_usual():
    bounds = _points(1_000)
    bounds[10] = np.nan
    with closing(_filled(np.arange(1_000), bounds)) as connection:
        assert connection.execute("SELECT count(*) FROM r").fetchone() == (999,)
        connection.execute("DELETE FROM r WHERE id < 500")
        connection.execute("INSERT INTO r VALUES (5000, 1, 2, 3, 4)")
        assert connection.execute("SELECT rtreecheck('r')").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM r").fetchone() == (501,)
