"""What a superuser's rights carry out in a workspace's database, and what is told where nobody has them."""

from __future__ import annotations

import subprocess

import pytest

from gridmgmt_plugin.core.resources import resource_path
from tests.database_roles import login_of, logins, set_rights
from tests.jobs.package_workspace import make_workspace
from tests.postgis_cluster import DATABASE, binaries

TRIGGER = "CREATE TRIGGER x BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"


def test_the_owner_has_nothing_of_his_own_run_with_a_superusers_rights(postgis, rights):
    """Whoever owns a schema may drop each function in it, whosever it is, and put his own in its place."""
    schema, owner = rights.schema, login_of(rights.schema, "owner")
    body = f"BEGIN EXECUTE 'ALTER ROLE {owner} SUPERUSER'; RETURN; END"
    returned = "RETURNS TABLE (name text, kind text, owner text) LANGUAGE plpgsql"
    postgis.run(f"DROP FUNCTION {schema}.shown_contacts()", user=owner)
    try:
        postgis.run(f"CREATE FUNCTION {schema}.shown_contacts() {returned} AS $${body}$$", user=owner)
        postgis.run(f"CREATE TABLE {schema}.things (a integer)", user=owner)
        postgis.run(TRIGGER.format(f"{schema}.things"), user=owner)
        assert postgis.run("SELECT rolsuper FROM pg_roles WHERE rolname = %s", (owner,)) == [(False,)]
    finally:
        postgis.run(f"ALTER ROLE {owner} NOSUPERUSER; DROP TABLE IF EXISTS {schema}.things")
        postgis.run(f"DROP FUNCTION IF EXISTS {schema}.shown_contacts()")
        set_rights(postgis, schema)


def test_owner_and_auditor_ask_who_is_shown_contacts_and_nobody_else(rights, tried):
    found = {
        role: tried(role, "SELECT * FROM shown_contacts()") for role in ("owner", "auditor", "planner", "viewer")
    }
    assert found["owner"] == found["auditor"] == []
    for role in ("planner", "viewer"):
        assert "permission denied" in found[role], role


@pytest.fixture
def by_the_databases_owner(postgis):
    """Return the function that runs the rights as the owner of a database in which nobody else is a superuser."""
    place, admin = postgis.location(), "cloud_admin"
    schema = place.schema
    ((before,),) = postgis.run(
        "SELECT rolname FROM pg_roles r JOIN pg_database d ON r.oid = datdba WHERE datname = 'grids'"
    )
    postgis.run(f"CREATE ROLE {admin} LOGIN CREATEROLE; ALTER DATABASE {DATABASE} OWNER TO {admin}")
    postgis.run(f"CREATE ROLE {schema}_owner; GRANT {schema}_owner TO {admin}")

    def run():
        command = [binaries() / "psql", "-q", "-X", "-h", "127.0.0.1", "-p", str(postgis.port), "-U", admin]
        named = ["-d", DATABASE, "-v", "ON_ERROR_STOP=1", "-v", f"schema={schema}"]
        done = subprocess.run(
            [*command, *named, "-f", resource_path("schema/roles.sql")],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return done.returncode, done.stderr

    run.schema = schema
    yield run
    postgis.run(f"ALTER DATABASE {DATABASE} OWNER TO {before}; DROP OWNED BY {admin} CASCADE")
    postgis.run(f"DROP ROLE {admin}")


def test_without_a_superuser_the_rights_are_set_all_the_same_and_it_is_told_what_is_not_looked_at(
    postgis, by_the_databases_owner
):
    schema = by_the_databases_owner.schema
    failed, said = by_the_databases_owner()
    assert not failed, said
    with logins(postgis, schema):
        make_workspace(postgis.location(schema, user=login_of(schema, "owner")))
        for _ in range(2):
            failed, said = by_the_databases_owner()
            assert not failed, said
            assert "no event trigger, which takes a superuser" in said
        assert f"the rights of schema {schema} are set" in said
        asked = f"UPDATE {schema}.change_log SET changed_by = '乙'"
        postgis.run(f"INSERT INTO {schema}.change_log (changed_by) VALUES ('甲')", user=login_of(schema, "planner"))
        with pytest.raises(Exception, match="permission denied"):
            postgis.run(asked, user=login_of(schema, "planner"))
        postgis.run(f"GRANT ALL ON {schema}.change_log TO {schema}_planner")
        with pytest.raises(Exception, match="only to be added to"):
            postgis.run(asked, user=login_of(schema, "planner"))
        said = set_rights(postgis, schema)
        assert "no event trigger" not in said, "a superuser makes up for it"
