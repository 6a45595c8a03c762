"""Who is shown contacts in a database: planners, publishers those of people who agreed, nobody else by any way."""

from __future__ import annotations

import subprocess
from contextlib import closing

import numpy as np
import pytest

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.database_roles import ROLES, login_of, set_rights
from tests.postgis_cluster import DATABASE, OWNER, binaries

EVERYBODY, AGREED = [("R001",), ("R002",)], [("R001",)]
COUNTED = {"owner": EVERYBODY, "planner": EVERYBODY, "publisher": AGREED, "viewer": [], "auditor": []}


def test_a_right_to_single_columns_shows_no_contact_either(postgis, rights, tried):
    name = f"{rights.schema}.contact"
    everybody = ", ".join(login_of(rights.schema, role) for role in ("viewer", "auditor"))
    postgis.run(f"GRANT SELECT (person_id, mobile), UPDATE (mobile) ON {name} TO {everybody}")
    try:
        for role in ("viewer", "auditor"):
            assert tried(role, "SELECT mobile FROM contact") == []
            assert tried(role, "UPDATE contact SET mobile = '1'") == 0
    finally:
        postgis.run(f"REVOKE ALL ON {name} FROM {everybody}")


def test_contacts_are_read_by_those_who_need_them_whatever_else_is_granted(tried, granted_by_habit):
    counted = {role: tried(role, "SELECT person_id FROM contact ORDER BY 1") for role in ROLES}
    assert counted == COUNTED
    for role in ("viewer", "auditor", "publisher"):
        assert tried(role, "UPDATE contact SET mobile = '1'") == 0
        assert "row-level security" in tried(role, "INSERT INTO contact (person_id) VALUES ('R003')")


@pytest.fixture
def by_the_owner(postgis, rights):
    """Return the function that has a member of the owner make something; it is gone after the test."""
    made = []

    def make(what, name, definition, role="owner"):
        postgis.run(f"CREATE {what} {rights.schema}.{name} {definition}", user=login_of(rights.schema, role))
        made.append(f"DROP {what} {rights.schema}.{name}")

    yield make
    for statement in reversed(made):
        postgis.run(statement)


def test_a_view_of_the_owner_shows_each_what_he_may_see_himself(rights, tried, by_the_owner):
    by_the_owner("VIEW", "phones", f"AS SELECT person_id, mobile FROM {rights.schema}.contact")
    by_the_owner("VIEW", "phones_of_all", f"AS SELECT * FROM {rights.schema}.phones")
    tried.run(f"GRANT ALL ON {rights.schema}.phones, {rights.schema}.phones_of_all TO PUBLIC")
    for view in ("phones", "phones_of_all"):
        assert {role: tried(role, f"SELECT person_id FROM {view} ORDER BY 1") for role in ROLES} == COUNTED, view
    assert tried("viewer", "UPDATE phones SET mobile = '1'") == 0
    assert "row-level security" in tried("viewer", "INSERT INTO phones (person_id) VALUES ('R003')")


def test_a_view_of_a_planner_shows_each_what_he_may_see_himself(postgis, rights, tried):
    planner = login_of(rights.schema, "planner")
    own = f"{rights.schema}_own"
    postgis.run(f"CREATE SCHEMA {own} AUTHORIZATION {planner}; GRANT USAGE ON SCHEMA {own} TO PUBLIC")
    try:
        postgis.run(f"CREATE VIEW {own}.phones AS SELECT person_id FROM {rights.schema}.contact", user=planner)
        postgis.run(f"GRANT ALL ON {own}.phones TO PUBLIC", user=planner)
        counted = {role: tried(role, f"SELECT person_id FROM {own}.phones ORDER BY 1") for role in ROLES}
    finally:
        postgis.run(f"DROP SCHEMA {own} CASCADE")
    assert counted == {**COUNTED, "publisher": []}


def test_a_function_that_lends_the_owners_rights_shows_nobody_more(rights, tried, by_the_owner):
    body = f"SELECT person_id FROM {rights.schema}.contact ORDER BY 1"
    lends = f"RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS $${body}$$"
    by_the_owner("FUNCTION", "phones()", lends)
    found = {role: tried(role, "SELECT * FROM phones()") for role in ROLES}
    assert found == {role: EVERYBODY if role == "owner" else [] for role in ROLES}


def test_no_copy_of_contacts_is_made_that_shows_everybody_what_its_owner_saw(postgis, rights, tried, by_the_owner):
    schema = rights.schema
    by_the_owner("VIEW", "phones", f"AS SELECT person_id FROM {schema}.contact")
    for source in ("contact", "phones"):
        copied = f"CREATE MATERIALIZED VIEW {schema}.copied AS SELECT person_id FROM {schema}.{source}"
        assert "no materialised view" in tried("owner", copied)
    by_the_owner("MATERIALIZED VIEW", "stations", f"AS SELECT code FROM {schema}.station")
    postgis.run(f"REFRESH MATERIALIZED VIEW {schema}.stations", user=login_of(schema, "owner"))


def test_a_copy_that_was_made_before_is_told_taken_away_and_not_filled_again(postgis, rights, tried, by_the_owner):
    schema = rights.schema
    postgis.run(f"ALTER EVENT TRIGGER {schema}_making DISABLE")
    by_the_owner("MATERIALIZED VIEW", "copied", f"AS SELECT person_id FROM {schema}.contact")
    postgis.run(f"GRANT SELECT ON {schema}.copied TO PUBLIC, {schema}_viewer")
    said = set_rights(postgis, schema)
    assert f"contacts are shown by: materialized view {schema}.copied" in said
    for role in ("viewer", "auditor"):
        assert "permission denied" in tried(role, "SELECT * FROM copied")
    assert "no materialised view" in tried("owner", f"REFRESH MATERIALIZED VIEW {schema}.copied")


def test_what_a_superuser_shows_all_the_same_is_found(postgis, rights, tried):
    schema = rights.schema
    asked = f"SELECT * FROM {schema}.shown_contacts() ORDER BY 1"
    assert postgis.run(asked) == []
    postgis.run(f"CREATE VIEW {schema}.of_root AS SELECT person_id FROM {schema}.contact")
    postgis.run(f"CREATE VIEW {schema}.over_it AS SELECT * FROM {schema}.of_root")
    as_who_asks = "WITH (security_invoker = true)" if postgis.version() >= 15 else ""
    made = f"{schema}.asking {as_who_asks} AS SELECT fid FROM {schema}.{'contact' if as_who_asks else 'person'}"
    postgis.run(f"CREATE VIEW {made}")
    lends = "RETURNS bigint LANGUAGE sql SECURITY DEFINER"
    postgis.run(f"CREATE FUNCTION {schema}.by_root() {lends} AS 'SELECT count(*) FROM {schema}.contact'")
    try:
        found = postgis.run(asked)
        said = set_rights(postgis, schema)
    finally:
        postgis.run(f"DROP VIEW {schema}.asking, {schema}.over_it, {schema}.of_root")
        postgis.run(f"DROP FUNCTION {schema}.by_root()")
    assert found == [
        (f"{schema}.by_root()", "function", OWNER),
        (f"{schema}.of_root", "view", OWNER),
        (f"{schema}.over_it", "view", OWNER),
    ]
    assert said.count("contacts are shown by") == len(found)


def test_nobody_but_the_owner_hangs_a_program_on_a_table(tried, granted_by_habit):
    """It would run with the rights of whoever writes: read contacts for a viewer, rewrite what guards have passed."""
    hung = "CREATE TRIGGER zz BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    for role in ("planner", "viewer", "publisher", "auditor"):
        for table in ("contact", "change_log", "unit_grid"):
            assert "triggers are for who owns" in tried(role, hung.format(table)), (role, table)
    assert tried("owner", hung.format("unit_grid")) == -1


@pytest.mark.parametrize("renamed", ["ROLE {0}_owner RENAME TO {0}_lord", "SCHEMA {0} RENAME TO {0}_moved"])
def test_other_programs_in_the_database_go_on_whatever_is_renamed(postgis, rights, renamed):
    """Or is not there, in a database that came out of a backup alone."""
    schema, back = rights.schema, renamed.format(rights.schema).split(" RENAME TO ")
    body = "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    postgis.run(f"ALTER {renamed.format(schema)}; CREATE SCHEMA elsewhere")
    try:
        postgis.run(f"CREATE TABLE elsewhere.things (a integer); CREATE FUNCTION elsewhere.f() {body}")
        postgis.run("CREATE TRIGGER f BEFORE INSERT ON elsewhere.things FOR EACH ROW EXECUTE FUNCTION elsewhere.f()")
        postgis.run("CREATE MATERIALIZED VIEW elsewhere.seen AS SELECT * FROM elsewhere.things")
        postgis.run("REFRESH MATERIALIZED VIEW elsewhere.seen")
    finally:
        kind = back[0].split()[0]
        postgis.run(f"DROP SCHEMA elsewhere CASCADE; ALTER {kind} {back[1]} RENAME TO {back[0].split()[1]}")


def test_a_program_that_hung_there_before_is_told(postgis, rights):
    schema, viewer = rights.schema, login_of(rights.schema, "viewer")
    own = f"{schema}_own"
    postgis.run(f"ALTER EVENT TRIGGER {schema}_making DISABLE; GRANT TRIGGER ON {schema}.unit_grid TO {viewer}")
    postgis.run(f"CREATE SCHEMA {own} AUTHORIZATION {viewer}")
    body = "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    try:
        postgis.run(f"CREATE FUNCTION {own}.spy() {body}", user=viewer)
        hung = f"CREATE TRIGGER spy BEFORE INSERT ON {schema}.unit_grid FOR EACH ROW EXECUTE FUNCTION {own}.spy()"
        postgis.run(hung, user=viewer)
        found = postgis.run(f"SELECT * FROM {schema}.shown_contacts()")
        assert "contacts are shown by: trigger spy ON" in set_rights(postgis, schema)
    finally:
        postgis.run(f"DROP SCHEMA {own} CASCADE; REVOKE ALL ON {schema}.unit_grid FROM {viewer}")
        set_rights(postgis, schema)
    assert found == [(f"spy ON {schema}.unit_grid", "trigger", viewer)]


def test_one_login_for_all_sees_by_the_role_that_is_set(postgis, rights, by_the_owner):
    """As a program does that connects with one login and sets the role of whoever is before it."""
    schema, shared = rights.schema, f"{rights.schema}_shared"
    by_the_owner("VIEW", "phones", f"AS SELECT person_id FROM {schema}.contact")
    body = f"SELECT count(*) FROM {schema}.contact"
    by_the_owner("FUNCTION", "phones()", f"RETURNS bigint LANGUAGE sql SECURITY DEFINER AS '{body}'")
    postgis.run(f"GRANT SELECT ON {schema}.phones TO PUBLIC")
    of = ", ".join(f"{schema}_{role}" for role in ROLES)
    postgis.run(f"CREATE ROLE {shared} LOGIN NOINHERIT IN ROLE {of}")
    found = {}
    try:
        with closing(postgis.connect(user=shared)) as connection, connection.cursor() as cursor:
            for role in ROLES:
                cursor.execute(f"SET ROLE {schema}_{role}")
                counted = []
                for source in (f"{schema}.contact", f"{schema}.phones", f"{schema}.phones() AS f (count)"):
                    what = "count" if "()" in source else "count(*)"
                    if role in ("viewer", "auditor") and source.endswith(".contact"):
                        counted.append(0)
                        continue
                    cursor.execute(f"SELECT {what} FROM {source}")
                    counted.append(cursor.fetchone()[0])
                found[role] = counted
    finally:
        postgis.run(f"DROP ROLE {shared}")
    assert found == {
        "owner": [2, 2, 2],
        "planner": [2, 2, 0],
        "publisher": [1, 1, 0],
        "viewer": [0, 0, 0],
        "auditor": [0, 0, 0],
    }


def test_owner_and_planner_write_contacts_through_the_plugin(postgis, rights):
    for role in ("owner", "planner"):
        workspace = Workspace.open(postgis.location(rights.schema, user=login_of(rights.schema, role)))
        with workspace.transaction("王示例", "test") as transaction:
            new = Rows.from_records([{"person_id": "R009", "mobile": "13900000009", "publish_consent": False}])
            fids = np.asarray(transaction.insert("contact", new))
        with workspace.transaction("王示例", "test") as transaction:
            transaction.update("contact", Rows({"mobile": as_column(["13900000008"])}, None, fids))
        there = workspace.read("contact", ["mobile"], {"person_id": "R009"}, geometry=False)
        assert there["mobile"].tolist() == ["13900000008"]
        with workspace.transaction("王示例", "test") as transaction:
            transaction.delete("contact", fids)


def test_each_role_is_told_whether_contacts_are_shown(postgis, rights):
    for role, seen in COUNTED.items():
        workspace = Workspace.open(postgis.location(rights.schema, user=login_of(rights.schema, role)))
        assert workspace.may_see("contact") is bool(seen), role


def test_a_dump_holds_the_contacts(postgis, rights):
    """A superuser's as ever, one of the owner with the option that the administrator's page names."""

    def dump(user, *options):
        command = [binaries() / "pg_dump", "-h", "127.0.0.1", "-p", str(postgis.port), "-U", user, *options]
        done = subprocess.run(
            [*command, "-d", DATABASE, "-n", rights.schema], capture_output=True, encoding="utf-8", check=False
        )
        return done.returncode, done.stdout, done.stderr

    (mobile,) = postgis.run(f"SELECT mobile FROM {rights.schema}.contact WHERE person_id = 'R001'")[0]
    owner = login_of(rights.schema, "owner")
    for user, options in ((OWNER, ()), (owner, ("--enable-row-security",))):
        failed, dumped, said = dump(user, *options)
        assert not failed, said
        assert mobile in dumped
    failed, _, said = dump(owner)
    assert failed
    assert "row-level security" in said, "nothing is left out in silence"
