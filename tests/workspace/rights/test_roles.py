"""The rights of a workspace in a database, role by role and table by table, as the shipped SQL sets them."""

from __future__ import annotations

import re

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.database_roles import login_of, logins, set_rights
from tests.workspace.conftest import LOCAL_FRAME, made

LETTERS = {"s": "SELECT", "i": "INSERT", "u": "UPDATE", "d": "DELETE", "l": "TRUNCATE"}
LISTED = re.compile(r"^        \('(\w+)', +'(\w*)', +'(\w*)', +'(\w*)', +'(\w*)'\)", re.MULTILINE)


def wanted():
    text = resource_path("schema/roles.sql").read_text(encoding="utf-8")
    return {
        name: dict(zip(("planner", "viewer", "publisher", "auditor"), may)) for name, *may in LISTED.findall(text)
    }


def test_every_table_of_the_schema_has_its_rights():
    assert set(wanted()) == set(tables())


def test_each_role_may_do_with_each_table_what_the_list_says_and_no_more(postgis, rights):
    asked = ", ".join(f"has_table_privilege(%s, c.oid, '{right}')" for right in LETTERS.values())
    sql = f"SELECT c.relname, {asked} FROM pg_class c WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r'"
    for role in ("planner", "viewer", "publisher", "auditor"):
        found = postgis.run(sql, (*[login_of(rights.schema, role)] * len(LETTERS), rights.schema))
        may = {name: "".join(letter for letter, has in zip(LETTERS, has) if has) for name, *has in found}
        assert may == {name: of[role] for name, of in wanted().items()}, role


def test_each_role_is_let_or_refused_in_each_table_by_the_statement_itself(tried):
    statements = {
        "s": "SELECT count(*) FROM {} WHERE false",
        "i": "INSERT INTO {0} (fid) SELECT fid FROM {0} WHERE false",
        "u": "UPDATE {} SET fid = fid WHERE false",
        "d": "DELETE FROM {} WHERE false",
    }
    wrong = []
    for table, of in wanted().items():
        for role, may in of.items():
            for letter, sql in statements.items():
                if letter != "s" and "s" not in may:
                    continue  # without a look at the row the statement itself asks for more
                was_refused = "permission denied" in str(tried(role, sql.format(table)))
                if was_refused == (letter in may):
                    wrong.append((role, table, letter))
    assert wrong == []


def test_a_stranger_may_not_even_look(postgis, rights):
    postgis.run("CREATE ROLE some_stranger LOGIN")
    try:
        with pytest.raises(WorkspaceError) as caught:
            Workspace.open(postgis.location(rights.schema, user="some_stranger"))
        assert caught.value.code == "postgres_not_permitted"
    finally:
        postgis.run("DROP ROLE some_stranger")


def test_nobody_but_the_owner_empties_a_table(tried, granted_by_habit):
    for table in tables():
        for role in ("planner", "viewer", "publisher", "auditor"):
            assert "not to be emptied" in tried(role, f"TRUNCATE {table}"), (role, table)
    assert tried("owner", "TRUNCATE change_log") == -1


def test_of_single_columns_a_publisher_writes_the_state_of_grids_alone(postgis, rights):
    found = postgis.run(
        "SELECT grantee, table_name, column_name FROM information_schema.column_privileges p WHERE table_schema = %s"
        " AND privilege_type <> 'SELECT' AND grantee <> %s AND NOT has_table_privilege(grantee::text,"
        " format('%%I.%%I', table_schema, table_name), privilege_type)",
        (rights.schema, f"{rights.schema}_owner"),
    )
    grids = ("unit_grid", "responsibility_grid")
    wanted_columns = {
        (f"{rights.schema}_publisher", name, column) for name in grids for column in ("state", "row_version")
    }
    assert set(found) == wanted_columns


def test_the_file_says_nothing_but_what_it_has_to_say_however_often_it_is_run(postgis):
    place = postgis.location()
    said = [set_rights(postgis, place.schema)]
    with logins(postgis, place.schema):
        made(postgis.location(place.schema, user=login_of(place.schema, "owner")), LOCAL_FRAME)
        said += [set_rights(postgis, place.schema) for _ in range(2)]
    told = (" no workspace yet", " the rights of schema", " the rights of schema")
    assert [text.count("NOTICE") + text.count("WARNING") for text in said] == [1, 1, 1]
    assert all(words in text for words, text in zip(told, said))


def test_the_file_leaves_the_same_whatever_state_it_finds(postgis, rights):
    asked = (
        "SELECT tgrelid::regclass::text, tgname, tgenabled::text, tgtype FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT proname, pg_get_functiondef(oid), proowner, proacl::text FROM pg_proc",
        "SELECT polname, polrelid::regclass::text, polroles::text, pg_get_expr(polqual, polrelid) FROM pg_policy",
        "SELECT relname, relowner, relacl::text, relrowsecurity, relforcerowsecurity FROM pg_class",
        "SELECT evtname, evtenabled::text, evtfoid FROM pg_event_trigger",
    )
    schema = rights.schema
    of_it = {"proname": "pronamespace", "relname": "relnamespace"}

    def state():
        found = []
        for sql in asked:
            column = next((value for name, value in of_it.items() if f"SELECT {name}" in sql), None)
            found.append(sorted(postgis.run(sql + (f" WHERE {column} = '{schema}'::regnamespace" if column else ""))))
        return found

    before = state()
    postgis.run(
        f"ALTER TABLE {schema}.contact NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY everybody ON {schema}.contact USING (true); DROP POLICY planners ON {schema}.contact;"
        f"ALTER TABLE {schema}.change_log DISABLE TRIGGER guard_log;"
        f"DROP TRIGGER guard_info ON {schema}.workspace_info;"
        f"ALTER TABLE {schema}.area DISABLE TRIGGER guard_emptying; DROP EVENT TRIGGER {schema}_making;"
        f"DROP FUNCTION {schema}.shown_contacts(); ALTER TABLE {schema}.station OWNER TO postgres;"
        f"GRANT ALL ON {schema}.release TO {schema}_viewer, PUBLIC;"
        f"ALTER FUNCTION {schema}.guard_making() OWNER TO {schema}_owner"
    )
    assert state() != before
    set_rights(postgis, schema)
    assert state() == before
