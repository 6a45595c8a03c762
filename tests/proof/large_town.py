"""A town on a server, and beside it a large district: 20 000 unit grids, a million cases, and what belongs there."""

from __future__ import annotations

from tests.qgis.editing.saving import town

#: How many rows are made of each table beside those of the town.
ROWS = {
    "unit_grid": 20_000,
    "unit_grid_history": 20_000,
    "responsibility_grid": 2_520,
    "code_register": 64_000,
    "cases": 1_000_000,
    "component": 200_000,
    "lane": 4_000,
    "lane_area": 4_000,
    "post": 10_000,
    "change_log": 300_000,
    "release_item": 100_000,
}
#: One of each.
COMMUNITY, CELL, GRID = "990101001003", "990101001003077", "990101001003001"
LANE, COMPONENT, CASE = "L00077", "990101020000000077", "m77"

# Communities of 500 unit grids, 25 squares of 100 m side by side.
_CELLS = (
    "SELECT n, '990101001' || lpad((3 + n / 500)::text, 3, '0') AS community, n % 500 AS i,"
    f" {town.X} + 2000 + (n / 500 % 8) * 3000 + n % 25 * 100 AS x,"
    f" {town.Y} + (n / 4000) * 3000 + n % 500 / 25 * 100 AS y FROM generate_series(0, 19999) n"
)
_STATEMENTS = f"""
CREATE TEMP TABLE made AS SELECT n, community, community || lpad((i + 1)::text, 3, '0') AS code,
    community || lpad((i / 8 + 1)::text, 3, '0') AS grid, 'L' || lpad((n / 5)::text, 5, '0') AS lane, x, y,
    ST_MakeEnvelope(x, y, x + 100, y + 100, 4548) AS shape FROM ({_CELLS}) cells;
INSERT INTO area (code, level, name, geom)
    SELECT community, 'community', community, ST_Multi(ST_Envelope(ST_Collect(shape))) FROM made GROUP BY 1;
INSERT INTO unit_grid (code, area_code, area_m2, state, valid_from, rg_cg, geom)
    SELECT code, community, 10000, 'draft', '2024-01-01', grid, shape FROM made;
INSERT INTO unit_grid_history (code, area_code, area_m2, state, successors, geom)
    SELECT code, community, 10000, 'retired', code, shape FROM made;
INSERT INTO responsibility_grid (scheme, code, name, area_code, unit_count, area_m2, geom)
    SELECT 'cg', grid, grid, min(community), count(*), sum(10000), ST_Multi(ST_Union(shape)) FROM made GROUP BY grid;
INSERT INTO lane (code, name, street_code, state, geom)
    SELECT lane, lane, '990101001', 'valid',
        ST_Multi(ST_SetSRID(ST_MakeLine(ST_MakePoint(x, y), ST_MakePoint(x + 500, y)), 4548))
    FROM made WHERE n % 5 = 0;
INSERT INTO lane_area (lane_code, area_code, length_m) SELECT lane, community, 500 FROM made WHERE n % 5 = 0;
INSERT INTO code_register (code, kind, state)
    SELECT code, 'unit_grid', 'draft' FROM made UNION ALL SELECT code, 'lane', 'valid' FROM lane;
INSERT INTO code_register (code, kind, state, successors)
    SELECT code || part, 'unit_grid', 'retired', code || ',' || code || 'c' FROM made, unnest(ARRAY['a', 'b']) part;
INSERT INTO person (id, name) SELECT 'p' || n, '人' || n FROM generate_series(1, 1000) n;
INSERT INTO post (id, target, target_code, person_id, role)
    SELECT 'u' || n, 'unit_grid', code, 'p' || (n % 1000 + 1), 'grid_leader' FROM made WHERE n % 2 = 0;
INSERT INTO component (code, class_code, unit_grid, lane_code, geom)
    SELECT '990101020' || lpad((n * 10 + m)::text, 9, '0'), '0102', code, lane,
        ST_SetSRID(ST_MakePoint(x + 5 + m * 9, y + 33), 4548) FROM made, generate_series(0, 9) m;
INSERT INTO cases (id, case_no, kind, class_code, status, reported_at, unit_grid, lane_code, geom)
    SELECT 'm' || (n * 50 + m), '9901' || lpad((n * 50 + m)::text, 12, '0'), 'event', '0102', 'closed',
        to_char(timestamp '2025-01-01' + (n * 50 + m) % 500000 * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS'),
        code, lane, ST_SetSRID(ST_MakePoint(x + 1 + m * 1.9, y + 66), 4548) FROM made, generate_series(0, 49) m;
INSERT INTO change_log (changed_at, changed_by, gesture, table_name, row_key, before, after)
    SELECT to_char(timestamp '2024-01-01' + n * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS'), '李工',
        'edit_rows', 'unit_grid', code, '{{}}', '{{}}' FROM made, generate_series(1, 15) again;
INSERT INTO release (number, state, delivered_at) VALUES ('R1', 'accepted', '2025-12-01T08:00:00');
INSERT INTO release_item (release_number, layer, row_key, content)
    SELECT 'R1', layer, code, '{{}}' FROM made, unnest(ARRAY['a', 'b', 'c', 'd', 'e']) layer
"""


def make_large_town(postgis):
    """Make the town with all that beside it; return its place."""
    place = postgis.location()
    town.make_town(place)
    postgis.run(f"SET search_path = {place.schema}, public; {_STATEMENTS}")
    for table in (*ROWS, "area", "person", "release"):
        postgis.run(f"VACUUM ANALYZE {place.schema}.{table}")
    return place
