"""The city's view over the counties of one database, as ``resources/schema/city.sql`` makes it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.postgis.migrations import migrate_schema
from gridmgmt_plugin.workspace.postgis.sql import SQL_TYPES
from gridmgmt_plugin.workspace.schema import SCHEMA_VERSION, tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.database_roles import set_rights
from tests.workspace.conftest import EPSG_FRAME, LOCAL_FRAME
from tests.workspace.postgis.city_database import VIEWS, counted

EAST_FRAME = Frame(kind="epsg", epsg=4549, label="CGCS2000 / 3-degree Gauss-Kruger CM 120E")
# What the city is not to see: whole tables of people and logs, and columns that hold them in others.
NOT_SHOWN = {
    "person", "contact", "post", "patrol", "external_code", "change_request", "change_log", "take_back", "exemption",
    "release_item", "handover_log", "workspace_info",
}  # fmt: skip
NO_COLUMNS = {"duty_phone", "inspector", "attributes", "changed_by", "author", "approved_by", "photo"}
PHONE = "13800138000"


def definitions(city) -> list[tuple]:
    """Return what every view is made of."""
    return city.run(f"SELECT viewname, definition, viewowner FROM pg_views WHERE schemaname = '{VIEWS}' ORDER BY 1")


def test_every_row_has_its_county_and_a_number_of_its_own(two):
    rows = two.run(f"SELECT row_id, county_code, schema_name, code FROM {VIEWS}.unit_grid")
    assert {row[1:3] for row in rows} == {("990101", "dong"), ("990102", "xi")}
    assert len({row[0] for row in rows}) == len(rows) == 8
    assert all(str(row[0]).startswith(row[1]) and row[3].startswith(row[1]) for row in rows)
    assert two.run(f"SELECT county_code, schema_name, county_name, frame, is_on_the_map FROM {VIEWS}.county") == [
        ("990101", "dong", "dong区", "4548", True),
        ("990102", "xi", "xi区", "4548", True),
    ]


def test_two_schemas_of_one_county_are_told_apart(two):
    two.add("trial", "990101")
    two.rebuild()
    assert counted(two) == {"dong": 4, "xi": 4, "trial": 4}
    assert two.run(f"SELECT count(DISTINCT row_id) FROM {VIEWS}.unit_grid") == [(12,)]


def test_keys_of_two_counties_are_told_apart_by_county_and_key(two):
    """Codes of places lead with the county; rules, cases and releases are numbered in each county by itself."""
    keyed = {name: table.key for name, table in tables().items() if table.key and name not in NOT_SHOWN}
    for schema in ("dong", "xi"):
        for name, key in keyed.items():
            values = ", ".join("'1'" for _ in key)
            two.run(f"INSERT INTO {schema}.{name} ({', '.join(key)}) VALUES ({values})")
    for name, key in keyed.items():
        columns = ", ".join(("county_code", *key))
        found = two.run(f"SELECT count(*), count(DISTINCT ({columns})) FROM {VIEWS}.{name}")
        assert found[0][0] == found[0][1] > 1, name


def test_the_file_may_be_run_again_and_changes_nothing(two):
    before = definitions(two)
    two.make_view()
    two.rebuild()
    assert definitions(two) == before
    assert {owner for _, _, owner in before} == {f"{VIEWS}_owner"}


def test_nobody_is_waited_for_where_nothing_changed(two):
    with closing(two.cluster.connect(database=two.database)) as busy, busy.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {VIEWS}.unit_grid")
        cursor.execute("LOCK TABLE dong.unit_grid IN ROW EXCLUSIVE MODE")
        two.run(f"SET lock_timeout = '1s'; SELECT {VIEWS}.rebuild()")
        two.add("nan", "990103")
        with pytest.raises(Exception, match="lock timeout"):
            two.run(f"SET lock_timeout = '50ms'; SELECT {VIEWS}.rebuild()")
    two.rebuild()
    assert counted(two) == {"dong": 4, "xi": 4, "nan": 4}


def test_a_city_without_a_county_has_views_without_rows(city):
    city.make_view()
    assert counted(city) == {}
    types = "SELECT srid, type FROM geometry_columns WHERE f_table_schema = %s AND f_table_name = 'unit_grid'"
    assert city.cluster.run(types, (VIEWS,), database=city.database) == [(0, "POLYGON")]
    city.add("dong", "990101")
    city.rebuild()
    assert counted(city) == {"dong": 4}
    assert city.cluster.run(types, (VIEWS,), database=city.database) == [(4548, "POLYGON")]


def test_what_an_older_county_does_not_have_is_missing_and_told(two):
    """As in the first version of the schema, and worse."""
    for sql in ("ALTER TABLE xi.cases DROP COLUMN placed_by CASCADE", "DROP TABLE xi.ledger_item CASCADE"):
        two.run(sql)
    two.run("UPDATE xi.workspace_info SET value = '2' WHERE key = 'schema_version'")
    two.run("INSERT INTO xi.cases (id, returned) VALUES ('案1', 2)")
    two.rebuild()
    row = f"SELECT county_code, id, placed_by, returned, pg_typeof(placed_by)::text FROM {VIEWS}.cases"
    assert two.run(row) == [("990102", "案1", None, 2, "text")]
    assert two.run(f"SELECT schema_version, missing FROM {VIEWS}.county WHERE schema_name = 'xi'") == [
        ("2", "cases.placed_by, ledger_item")
    ]
    assert two.run(f"SELECT missing FROM {VIEWS}.county WHERE schema_name = 'dong'") == [(None,)]


def test_a_column_that_is_of_another_type_in_one_county_breaks_nothing(two):
    two.run(f"DROP SCHEMA {VIEWS} CASCADE")
    two.run("ALTER TABLE xi.unit_grid ALTER COLUMN population TYPE text, ALTER COLUMN note TYPE bigint USING 7")
    two.make_view()
    found = two.run(f"SELECT DISTINCT population, note FROM {VIEWS}.unit_grid WHERE schema_name = 'xi'")
    assert found == [(None, "7")]


def test_counties_with_other_schemes_are_shown_beside_one_another(two):
    for schema, scheme in (("dong", "cg"), ("xi", "cg"), ("xi", "hw")):
        workspace = Workspace.open(two.place(schema))
        with workspace.transaction("王工", "test") as transaction:
            transaction.add_column("unit_grid", f"rg_{scheme}", "text")
            transaction.set_column("unit_grid", f"rg_{scheme}", np.array([1]), [f"{schema}-{scheme}"])
    two.rebuild()
    found = dict(
        two.run(f"SELECT code, responsibility_grids FROM {VIEWS}.unit_grid WHERE responsibility_grids <> '{{}}'")
    )
    assert found == {"990101001001001": {"cg": "dong-cg"}, "990102001001001": {"cg": "xi-cg", "hw": "xi-hw"}}
    assert two.run(
        f"SELECT county_code, unit_grid, scheme, responsibility_grid FROM {VIEWS}.unit_grid_scheme ORDER BY 1, 3"
    ) == [
        ("990101", "990101001001001", "cg", "dong-cg"),
        ("990102", "990102001001001", "cg", "xi-cg"),
        ("990102", "990102001001001", "hw", "xi-hw"),
    ]


def test_a_planner_adds_a_scheme_while_the_city_looks_on(two):
    """A view upon a table keeps nobody from adding a column to it."""
    with Workspace.open(two.place("dong")).transaction("王工", "test") as transaction:
        transaction.add_column("unit_grid", "rg_zz", "text")
    assert counted(two) == {"dong": 4, "xi": 4}


def test_a_county_that_is_dropped_goes_and_the_others_stay(two):
    two.run("DROP SCHEMA dong CASCADE")
    assert counted(two) == {"xi": 4}
    assert two.run(f"SELECT schema_name FROM {VIEWS}.county") == [("xi",)]


def test_a_county_that_is_renamed_is_called_by_its_new_name(two):
    two.run("ALTER SCHEMA dong RENAME TO dongcheng")
    assert counted(two) == {"dongcheng": 4, "xi": 4}


def test_a_new_county_comes_in_when_its_rights_are_set(two):
    two.add("nan", "990103")
    assert counted(two) == {"dong": 4, "xi": 4}
    set_rights(two.cluster, "nan", two.database)
    assert counted(two) == {"dong": 4, "xi": 4, "nan": 4}


def test_what_is_no_county_stays_out(two):
    """The copy that an upgrade keeps, a working copy, what the administrator leaves out."""
    two.add("dong_v6", "990101")
    copy = two.add("copied", "990102")
    with copy.transaction("王工", "test") as transaction:
        transaction.set_info("working_copy", '{"made_at": "2026-03-02T09:30:00"}')
    two.add("trial", "990102")
    two.run(f"INSERT INTO {VIEWS}.setting VALUES ('left_out', 'trial')")
    two.run("CREATE SCHEMA other CREATE TABLE workspace_info (key integer, value integer)")
    two.rebuild()
    assert counted(two) == {"dong": 4, "xi": 4}


def test_a_county_is_upgraded_under_the_citys_view(two):
    two.run("UPDATE dong.workspace_info SET value = '4' WHERE key = 'schema_version'")
    two.run("ALTER TABLE dong.component DROP COLUMN placed_by CASCADE")
    two.rebuild()
    assert migrate_schema(two.place("dong")).schema == "dong_v4"
    two.rebuild()
    assert counted(two) == {"dong": 4, "xi": 4}
    assert two.run(f"SELECT schema_version, missing FROM {VIEWS}.county") == [(str(SCHEMA_VERSION), None)] * 2
    two.run("ALTER SCHEMA dong RENAME TO dongcheng")
    assert counted(two) == {"dongcheng": 4, "xi": 4}, "the copy keeps the former name"
    two.run("DROP SCHEMA dongcheng CASCADE")
    assert counted(two) == {"xi": 4}


def test_shapes_of_another_zone_are_converted_and_those_of_a_local_frame_left_out(two):
    two.add("nan", "990103", EAST_FRAME)
    two.add("bei", "990104", LOCAL_FRAME)
    two.rebuild()
    first = f"FROM {VIEWS}.unit_grid WHERE code LIKE '%1001001'"
    shapes = two.run(f"SELECT schema_name, ST_SRID(geom), ST_X(ST_Centroid(geom)) {first}")
    found = {name: (srid, x) for name, srid, x in shapes}
    assert found["dong"] == found["xi"] == (4548, 50.0)
    assert found["bei"] == (None, None)
    expected = two.run("SELECT ST_X(ST_Centroid(ST_Transform(ST_MakeEnvelope(0, 0, 100, 100, 4549), 4548)))")
    assert found["nan"] == (4548, pytest.approx(expected[0][0], abs=0.01))
    on_the_map = dict(two.run(f"SELECT schema_name, is_on_the_map FROM {VIEWS}.county"))
    assert on_the_map == {"dong": True, "xi": True, "nan": True, "bei": False}


def test_counties_of_one_local_frame_are_shown_in_it(city):
    for schema, county in (("dong", "990101"), ("xi", "990102")):
        city.add(schema, county, LOCAL_FRAME)
    city.add("nan", "990103", Frame(kind="local", epsg=None, label="另一个地方坐标系"))
    city.make_view()
    shown = f"SELECT schema_name, count(geom), max(ST_SRID(geom)) FROM {VIEWS}.unit_grid GROUP BY 1 ORDER BY 1"
    assert city.run(shown) == [("dong", 4, 0), ("nan", 0, None), ("xi", 4, 0)]


def test_the_administrator_chooses_the_frame_and_indexes_follow(two):
    indexes = "SELECT schemaname, indexname FROM pg_indexes WHERE indexname LIKE 'unit_grid\\_city\\_%%' ORDER BY 1"
    two.add("nan", "990103", EAST_FRAME)
    two.rebuild()
    assert two.run(indexes) == [("nan", "unit_grid_city_4548")]
    two.run(f"INSERT INTO {VIEWS}.setting VALUES ('frame', '4549')")
    two.rebuild()
    assert two.run(f"SELECT DISTINCT ST_SRID(geom) FROM {VIEWS}.unit_grid") == [(4549,)]
    assert two.run(indexes) == [("dong", "unit_grid_city_4549"), ("xi", "unit_grid_city_4549")]
    two.run(f"DROP SCHEMA {VIEWS} CASCADE")
    assert two.run(indexes) == [], "nothing is left in the counties"


def test_a_shape_that_cannot_be_converted_is_saved_by_its_planner_and_not_shown(two):
    county = two.add("nan", "990103", EAST_FRAME)
    set_rights(two.cluster, "nan", two.database)
    planner = f"planner_{two.database}"
    two.run(f"CREATE ROLE {planner} LOGIN IN ROLE nan_planner")
    nowhere = Rows({"code": as_column(["990103001001009"])}, as_column([shapely.box(1e30, 1e30, 2e30, 2e30)]))
    with Workspace.open(replace(county.location, user=planner)).transaction("王工", "test") as transaction:
        transaction.insert("unit_grid", nowhere)
    assert county.count("unit_grid") == 5
    shown = two.run(f"SELECT count(*), count(geom) FROM {VIEWS}.unit_grid WHERE schema_name = 'nan'")
    assert shown == [(5, 4)]
    idle_connections.close_all()
    two.run(f"DROP ROLE {planner}")


def test_a_view_upon_the_citys_is_not_dropped_unasked(two):
    two.run(f"CREATE VIEW public.report AS SELECT county_code, geom FROM {VIEWS}.unit_grid")
    two.rebuild()
    assert two.run("SELECT count(*) FROM public.report") == [(8,)]
    two.run(f"INSERT INTO {VIEWS}.setting VALUES ('frame', '4549')")
    with pytest.raises(Exception, match="report"):
        two.rebuild()
    set_rights(two.cluster, "xi", two.database)
    assert two.run("SELECT count(*) FROM public.report") == [(8,)]


def test_a_county_may_go_from_under_a_view_upon_the_citys_that_stays(two):
    """As the administrator's page says; dropped at once PostgreSQL takes everything along that looks at it."""
    two.run(f"CREATE VIEW public.report AS SELECT county_code, geom FROM {VIEWS}.unit_grid")
    two.run(f"INSERT INTO {VIEWS}.setting VALUES ('left_out', 'dong'); SELECT {VIEWS}.rebuild()")
    two.run("DROP SCHEMA dong CASCADE")
    assert two.run("SELECT count(*) FROM public.report") == [(4,)]


def test_a_frame_that_the_server_does_not_know_leaves_all_off_the_map_and_says_so(two):
    two.run(f"INSERT INTO {VIEWS}.setting VALUES ('frame', '899999')")
    two.rebuild()
    assert two.run(f"SELECT count(*), count(geom) FROM {VIEWS}.unit_grid") == [(8, 0)]
    assert two.run(f"SELECT bool_or(is_on_the_map) FROM {VIEWS}.county") == [(False,)]


def test_an_index_that_somebody_else_made_stays(two):
    two.run("CREATE INDEX people_by_city_2026 ON dong.unit_grid (population)")
    two.rebuild()
    assert two.run("SELECT to_regclass('dong.people_by_city_2026') IS NOT NULL") == [(True,)]


class TestRights:
    @pytest.fixture
    def viewer(self, two):
        """Return a login that may see the city and nothing else."""
        name = f"viewer_{two.database}"
        two.run(f"CREATE ROLE {name} LOGIN IN ROLE {VIEWS}_viewer")
        yield name
        two.run(f"DROP ROLE {name}")

    def test_who_looks_at_the_city_needs_no_right_in_a_county(self, two, viewer):
        assert two.run(f"SELECT count(*) FROM {VIEWS}.unit_grid", viewer) == [(8,)]
        for what in ("dong.unit_grid", "dong.contact", "xi.workspace_info", f"{VIEWS}.setting"):
            with pytest.raises(Exception, match="permission denied"):
                two.run(f"SELECT * FROM {what}", viewer)

    def test_nothing_is_changed_through_the_city(self, two, viewer):
        for sql in (
            f"UPDATE {VIEWS}.unit_grid SET name = 'x'",
            f"DELETE FROM {VIEWS}.station",
            f"SELECT {VIEWS}.rebuild()",
            f"CREATE TABLE {VIEWS}.mine (a int)",
        ):
            with pytest.raises(Exception, match=r"permission denied|cannot (update|delete)"):
                two.run(sql, viewer)

    def test_a_planner_of_a_county_sees_nothing_of_the_city(self, two):
        set_rights(two.cluster, "dong", two.database)
        name = f"planner_{two.database}"
        two.run(f"CREATE ROLE {name} LOGIN IN ROLE dong_planner")
        try:
            with pytest.raises(Exception, match="permission denied"):
                two.run(f"SELECT * FROM {VIEWS}.unit_grid", name)
        finally:
            two.run(f"DROP ROLE {name}")

    def test_no_person_and_no_telephone_is_in_any_view(self, two):
        for table, definition in tables().items():
            if table != "workspace_info":
                texts = [c.name for c in definition.columns if c.name in NO_COLUMNS or table in NOT_SHOWN]
                texts = [c.name for c in definition.columns if c.name in texts and c.type == "text"]
                if texts:
                    values = ", ".join(f"'{PHONE}'" for _ in texts)
                    two.run(f"INSERT INTO dong.{table} ({', '.join(texts)}) VALUES ({values})")
        two.rebuild()
        views = [name for (name,) in two.run(f"SELECT viewname FROM pg_views WHERE schemaname = '{VIEWS}'")]
        for view in views:
            assert two.run(f"SELECT count(*) FROM {VIEWS}.{view} v WHERE v::text LIKE '%{PHONE}%'") == [(0,)], view
        assert not NOT_SHOWN & set(views)


def test_the_city_sees_every_table_and_column_but_those_of_people_and_logs(city):
    city.make_view()
    listed = {
        name: (title, geometry, columns)
        for name, title, geometry, columns in city.run(f"SELECT * FROM {VIEWS}.shown()")
    }
    expected = {}
    for name, table in tables().items():
        if name not in NOT_SHOWN:
            kinds = {c.name: SQL_TYPES[c.type] for c in table.columns if c.name not in NO_COLUMNS}
            columns = ", ".join(one if kind == "text" else f"{one} {kind}" for one, kind in kinds.items())
            expected[name] = (f"{table.zh} {table.en}", table.geometry or "", columns)
    assert listed == expected


def test_a_map_finds_its_rows_by_the_index_of_each_county(two):
    two.add("nan", "990103", EAST_FRAME)
    two.rebuild()
    box = "ST_MakeEnvelope(500000, 4000000, 501000, 4001000, 4548)"
    sql = f"SET enable_seqscan = off; EXPLAIN SELECT row_id, geom FROM {VIEWS}.unit_grid WHERE geom && {box}"
    plan = "\n".join(line for (line,) in two.run(sql))
    assert plan.count("unit_grid_geom") == 2, plan
    assert plan.count("unit_grid_city_4548") == 1, plan
    assert "Seq Scan" not in plan, plan


@pytest.mark.proof
def test_a_map_of_a_city_of_sixteen_counties_reads_no_whole_table(city):
    for number in range(16):
        frame, srid = (EAST_FRAME, 4549) if number > 13 else (EPSG_FRAME, 4548)
        county, schema = f"9901{number + 1:02d}", f"county{number:02d}"
        city.add(schema, county, frame, units=1)
        x, y = 500_000 + number % 4 * 20_000, 4_000_000 + number // 4 * 20_000
        west, south = f"{x} + i % 142 * 100", f"{y} + i / 142 * 100"
        city.run(
            f"INSERT INTO {schema}.unit_grid (code, geom) SELECT '{county}' || lpad(i::text, 9, '0'),"
            f" ST_MakeEnvelope({west}, {south}, {west} + 100, {south} + 100, {srid}) FROM generate_series(1, 20000) i"
        )
    city.make_view()
    city.run("ANALYZE")
    box = "ST_MakeEnvelope(500000, 4000000, 501000, 4001000, 4548)"
    for where, branches in ((f"geom && {box}", 16), ("county_code = '990103' AND code = '990103000000100'", 1)):
        sql = f"SELECT row_id, geom FROM {VIEWS}.unit_grid WHERE {where}"
        plan = "\n".join(line for (line,) in city.run(f"EXPLAIN {sql}"))
        assert plan.count("on unit_grid t") == branches, plan
        assert "Seq Scan" not in plan, plan
        assert city.run(sql)
