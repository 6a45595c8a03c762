"""PostGIS doing the same things: one statement each, in a database of its own with spatial indexes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.bench.contest import Unavailable, Work
from tests.bench.district import bench_workspace
from tests.postgis_cluster import Cluster, NotInstalledError

RINGS = "SELECT count(*) FROM unit_grid WHERE NOT ST_IsValid(geom)"
OVERLAPS = """
SELECT count(*) FROM unit_grid a JOIN unit_grid b
ON a.fid < b.fid AND a.geom && b.geom AND ST_Relate(a.geom, b.geom, 'T********')
"""
HOLES = "SELECT ST_NumInteriorRings((ST_Dump(ST_Union(geom))).geom) FROM unit_grid"
COUNTS = """
SELECT u.code, count(c.fid) FROM unit_grid u LEFT JOIN cases c ON ST_Intersects(u.geom, c.geom) GROUP BY u.code
"""
SPLIT = """
WITH cell AS (SELECT fid, geom, ST_PointOnSurface(geom) AS middle FROM unit_grid WHERE fid = %(fid)s),
line AS (SELECT ST_SetSRID(ST_MakeLine(ST_MakePoint(ST_XMin(geom) - 1, ST_Y(middle)),
    ST_MakePoint(ST_XMax(geom) + 1, ST_Y(middle))), ST_SRID(geom)) AS cut FROM cell),
parts AS (SELECT (ST_Dump(ST_Split(geom, cut))).geom AS part FROM cell, line),
ranked AS (SELECT part, row_number() OVER (ORDER BY ST_Area(part) DESC) AS place FROM parts),
kept AS (UPDATE unit_grid SET geom = part FROM ranked WHERE place = 1 AND fid = %(fid)s)
INSERT INTO unit_grid (code, geom) SELECT %(code)s || place, part FROM ranked WHERE place > 1
"""


def check_everything(side: int) -> Work:
    """Rings, overlaps of neighbours, and holes of the union: what our geometry rules look for, and less."""
    cursor = _district(side)

    def work() -> None:
        for statement in (RINGS, OVERLAPS, HOLES):
            cursor.execute(statement)
            cursor.fetchall()

    return work


def split_rows(side: int) -> Work:
    """Split one cell in the database and commit; its neighbours learn nothing of it."""
    cursor = _district(side)
    number = iter(range(1, side * side, 97))

    def work() -> None:
        fid = next(number)
        cursor.execute(SPLIT, {"fid": fid, "code": f"split {fid} "})
        if cursor.rowcount != 1:
            raise RuntimeError("the cell was not split in two")
        cursor.connection.commit()

    return work


def count_by_place(cursor: Any) -> Work:
    """Count the cases of each cell by where they lie: the usual statement of a spatial database."""

    def work() -> None:
        cursor.execute(COUNTS)
        cursor.fetchall()

    return work


def started() -> Cluster:
    """Start a server that ends with this process.

    :raises Unavailable: when PostgreSQL, PostGIS or psycopg2 is not installed.
    """
    cluster = Cluster()
    try:
        cluster.start()
    except (NotInstalledError, ImportError) as error:
        raise Unavailable(str(error)) from error
    _at_end.append(cluster.stop)
    return cluster


#: What has to be done before the process is ended hard.
_at_end: list[Callable[[], None]] = []


def end() -> None:
    """Stop the servers that were started here."""
    while _at_end:
        _at_end.pop()()


def _district(side: int) -> Any:
    cluster = started()
    location = cluster.location("bench")
    bench_workspace(location, side)
    connection = cluster.connect()
    cursor = connection.cursor()
    cursor.execute("SET search_path TO bench, public")
    connection.commit()
    connection.autocommit = True
    cursor.execute("VACUUM ANALYZE unit_grid")
    connection.autocommit = False
    return cursor
