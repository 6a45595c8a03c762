"""What the owners of counties, who are no superusers, cannot do by way of the city's view."""

from __future__ import annotations

from contextlib import closing, contextmanager

import pytest

from gridmgmt_plugin.workspace.postgis import idle_connections
from tests.database_roles import set_rights
from tests.workspace.postgis.city_database import VIEWS, counted

_TELLS = "RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'runs as %', current_user; END $$"


@contextmanager
def owner_of(city, schema: str):
    """Have a login that owns a county, as ``roles.sql`` sets its rights."""
    set_rights(city.cluster, schema, city.database)
    name = f"owner_{city.database}"
    city.run(f"CREATE ROLE {name} LOGIN IN ROLE {schema}_owner")
    try:
        yield name
    finally:
        idle_connections.close_all()
        city.run(f"DROP OWNED BY {name} CASCADE")
        city.run(f"DROP ROLE {name}")


def test_what_lies_in_a_schema_that_all_may_write_to_is_not_run(two):
    """Servers before 15 let everybody make functions in ``public``."""
    two.run("GRANT CREATE ON SCHEMA public TO PUBLIC")
    with owner_of(two, "xi") as owner:
        for signature in ("left(name, integer)", "format(text, text, name)", "format(text, text, text)"):
            two.run(f"CREATE FUNCTION public.{signature} {_TELLS}", owner)
        two.run(f"SET search_path = public; SELECT {VIEWS}.rebuild()")
        set_rights(two.cluster, "dong", two.database)
        two.run("ALTER SCHEMA xi RENAME TO xicheng", owner)
        assert counted(two) == {"dong": 4, "xicheng": 4}


def test_what_a_county_says_of_itself_is_read_without_the_rights_of_a_superuser(two):
    with owner_of(two, "xi") as owner:
        two.run(f"CREATE FUNCTION xi.tells() {_TELLS}", owner)
        two.run("ALTER TABLE xi.workspace_info RENAME TO entries", owner)
        two.run("CREATE VIEW xi.workspace_info AS SELECT xi.tells() AS key, value FROM xi.entries", owner)
        two.run("GRANT SELECT ON xi.workspace_info TO PUBLIC", owner)
        with pytest.raises(Exception, match=f"runs as {VIEWS}_owner"):
            two.run(f"SELECT {VIEWS}.said_by('xi')")
        two.rebuild()
    assert counted(two) == {"dong": 4}, "a view is no workspace"


def test_nothing_that_a_county_hangs_on_its_table_runs_for_who_looks(two):
    two.run(f"DROP SCHEMA {VIEWS} CASCADE")
    with owner_of(two, "xi") as owner:
        two.run("CREATE TYPE xi.word AS ENUM ('a')", owner)
        two.run(f"CREATE FUNCTION xi.tells(xi.word) {_TELLS}", owner)
        two.run("CREATE CAST (xi.word AS text) WITH FUNCTION xi.tells(xi.word)", owner)
        two.run("ALTER TABLE xi.unit_grid ALTER COLUMN note TYPE xi.word USING 'a'::xi.word", owner)
        two.run("ALTER TABLE xi.station ENABLE ROW LEVEL SECURITY", owner)
        two.run("CREATE POLICY mine ON xi.station USING (xi.tells('a') = '')", owner)
        two.run("INSERT INTO xi.station (code) VALUES ('1')", owner)
        two.run("ALTER TABLE xi.cases DROP COLUMN fid CASCADE", owner)
        two.make_view()
        assert two.run(f"SELECT DISTINCT note FROM {VIEWS}.unit_grid WHERE schema_name = 'xi'") == [(None,)]
        assert counted(two, "station") == {}
        missing = two.run(f"SELECT missing FROM {VIEWS}.county WHERE schema_name = 'xi'")
        assert missing == [("station, cases",)]


@pytest.mark.proof
def test_who_renames_a_county_does_not_hang_on_who_looks_at_the_city(two):
    with closing(two.cluster.connect(database=two.database)) as busy, busy.cursor() as cursor:
        cursor.execute(f"BEGIN; SELECT count(*) FROM {VIEWS}.unit_grid")
        two.run("SET statement_timeout = '60s'; ALTER SCHEMA xi RENAME TO xicheng")
    assert counted(two) == {"dong": 4, "xi": 4}
    two.rebuild()
    assert counted(two) == {"dong": 4, "xicheng": 4}


def test_a_schema_that_somebody_else_made_under_the_citys_name_is_refused(two):
    two.run(f"DROP SCHEMA {VIEWS} CASCADE")
    with owner_of(two, "xi") as owner:
        two.run(f"CREATE SCHEMA {VIEWS}", owner)
        with pytest.raises(AssertionError, match="belongs to somebody else"):
            two.make_view()
