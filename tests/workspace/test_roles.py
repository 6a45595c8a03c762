"""The rights of a workspace in a database, role by role and table by table, as the shipped SQL sets them."""

from __future__ import annotations

import re

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.database_roles import ROLES, login_of, logins, set_rights
from tests.jobs.package_workspace import make_workspace

LETTERS = {"s": "SELECT", "i": "INSERT", "u": "UPDATE", "d": "DELETE", "l": "TRUNCATE"}
LISTED = re.compile(r"^        \('(\w+)', +'(\w*)', +'(\w*)', +'(\w*)', +'(\w*)'\)", re.MULTILINE)
RELEASE = "R0007"


@pytest.fixture(scope="module")
def rights(postgis):
    """Return a workspace with a release that was handed over, whose rights were set twice."""
    place = postgis.location()
    set_rights(postgis, place.schema)
    with logins(postgis, place.schema):
        make_workspace(postgis.location(place.schema, user=login_of(place.schema, "owner")))
        for _ in range(2):
            set_rights(postgis, place.schema)
        listed = "INSERT INTO release_item (release_number, layer, row_key) SELECT number, 'unit_grid', min(code)"
        statements = [
            f"INSERT INTO release (number, scheme, state) VALUES ('{RELEASE}', 'cg', 'frozen')",
            f"{listed} FROM code_register, release WHERE kind = 'unit_grid' GROUP BY number",
            "UPDATE code_register SET state = 'valid' FROM release_item WHERE kind = 'unit_grid' AND code = row_key",
            "INSERT INTO code_register (code, kind, state) VALUES ('r1', 'lane', 'retired'), ('d1', 'lane', 'draft')",
            "UPDATE release SET state = 'handed_over'",
            "INSERT INTO handover_log (note) VALUES ('x')",
            "INSERT INTO change_log (changed_by, gesture) VALUES ('甲', 'x')",
        ]
        postgis.run(f"SET search_path = {place.schema}; " + "; ".join(statements))
        yield place


@pytest.fixture(scope="module")
def tried(postgis, rights):
    """Return the function that tries a statement as a role; it returns rows or what was refused, and undoes it."""
    psycopg2 = pytest.importorskip("psycopg2")
    opened = {role: postgis.connect(user=login_of(rights.schema, role)) for role in ROLES}

    def attempt(role, sql):
        with opened[role].cursor() as cursor:
            try:
                cursor.execute(f"SET LOCAL search_path = {rights.schema}, public; {sql}")
                return cursor.fetchall() if cursor.description else cursor.rowcount
            except psycopg2.Error as refused:
                return refused.diag.message_primary
            finally:
                opened[role].rollback()

    yield attempt
    for connection in opened.values():
        connection.close()


@pytest.fixture
def granted_by_habit(postgis, rights):
    """Have everything granted to everybody for the length of a test, as administrators do."""
    postgis.run(f"GRANT ALL ON ALL TABLES IN SCHEMA {rights.schema} TO PUBLIC")
    yield
    postgis.run(f"REVOKE ALL ON ALL TABLES IN SCHEMA {rights.schema} FROM PUBLIC")


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


def test_a_stranger_may_not_even_look(postgis, rights):
    postgis.run("CREATE ROLE some_stranger LOGIN")
    try:
        with pytest.raises(WorkspaceError) as caught:
            Workspace.open(postgis.location(rights.schema, user="some_stranger"))
        assert caught.value.code == "postgres_not_permitted"
    finally:
        postgis.run("DROP ROLE some_stranger")


def test_contacts_are_read_by_those_who_need_them_whatever_else_is_granted(tried, granted_by_habit):
    counted = {role: tried(role, "SELECT person_id FROM contact ORDER BY 1") for role in ROLES}
    everybody, agreed = [("R001",), ("R002",)], [("R001",)]
    assert counted == {
        "owner": everybody,
        "planner": everybody,
        "publisher": agreed,
        "viewer": [],
        "auditor": [],
    }
    for role in ("viewer", "auditor", "publisher"):
        assert tried(role, "UPDATE contact SET mobile = '1'") == 0
        assert "row-level security" in tried(role, "INSERT INTO contact (person_id) VALUES ('R003')")


def test_nobody_but_the_owner_empties_a_table(tried, granted_by_habit):
    for table in tables():
        for role in ("planner", "viewer", "publisher", "auditor"):
            assert "not to be emptied" in tried(role, f"TRUNCATE {table}"), (role, table)
    assert tried("owner", "TRUNCATE change_log") == -1


ONLY_GROWS = (
    ("UPDATE change_log SET changed_by = '乙'", "only to be added to"),
    ("DELETE FROM change_log", "only to be added to"),
    ("UPDATE release SET content_hash = 'x'", "not rewritten"),
    ("DELETE FROM release", "not rewritten"),
    ("UPDATE release SET state = 'draft'", "not rewritten"),
    ("UPDATE release_item SET content = '[]'", "not rewritten"),
    ("DELETE FROM release_item", "not rewritten"),
    (f"INSERT INTO release_item (release_number, layer, row_key) VALUES ('{RELEASE}', 'x', 'y')", "not rewritten"),
    ("DELETE FROM code_register WHERE code = 'r1'", "stays"),
    ("DELETE FROM code_register WHERE code IN (SELECT row_key FROM release_item)", "stays"),
    ("UPDATE code_register SET state = 'draft' WHERE state = 'valid'", "not rewritten"),
    ("UPDATE code_register SET code = 'x' WHERE code = 'd1'", "not rewritten"),
    ("UPDATE code_register SET state = NULL WHERE code = 'r1'", "not rewritten"),
    ("UPDATE code_register SET state = 'x' WHERE state = 'valid'", "not rewritten"),
    ("UPDATE workspace_info SET value = '99' WHERE key = 'schema_version'", "who owns"),
    ("UPDATE workspace_info SET value = '别处' WHERE key = 'crs_label'", "who owns"),
    ("DELETE FROM workspace_info WHERE key = 'crs_label'", "who owns"),
)


def test_logs_register_and_releases_only_grow_whatever_else_is_granted(tried, granted_by_habit):
    for sql, told in ONLY_GROWS:
        for role in ("planner", "viewer", "publisher", "auditor"):
            assert told in tried(role, sql), (role, sql)


def test_what_is_under_way_can_still_be_changed(tried):
    assert tried("planner", "DELETE FROM code_register WHERE code = 'd1'") == 1
    assert tried("planner", "UPDATE code_register SET state = 'retired' WHERE state = 'valid'") == 1
    assert tried("publisher", "UPDATE release SET state = 'accepted', receipt_note = 'x'") == 1
    assert tried("publisher", "UPDATE release_item SET result = 'accepted'") == 1
    assert tried("publisher", "DELETE FROM handover_log") == 1
    assert "only to be added to" in tried("planner", "UPDATE handover_log SET note = 'y'")
    assert "not rewritten" in tried("planner", "UPDATE release SET state = 'accepted'")
    new = "INSERT INTO release (number, state) VALUES ('R0008', 'frozen'); "
    assert tried("planner", new + "DELETE FROM release WHERE number = 'R0008'") == 1


def test_nobody_moves_rows_into_a_release_that_was_handed_over(tried):
    new = "INSERT INTO release (number, state) VALUES ('R0008', 'frozen'); "
    new += "INSERT INTO release_item (release_number, layer, row_key) VALUES ('R0008', 'x', 'y'); "
    moved = f"UPDATE release_item SET release_number = '{RELEASE}' WHERE row_key = 'y'"
    for role in ("planner", "publisher"):
        assert "not rewritten" in tried(role, new + moved), role
        assert tried(role, new + "UPDATE release_item SET content = '[]' WHERE row_key = 'y'") == 1, role


def test_what_was_not_handed_over_is_neither_accepted_nor_in_force(tried):
    new = "INSERT INTO release (number, state) VALUES ('R0008', 'frozen'); UPDATE release SET state = "
    for role in ("planner", "publisher"):
        for state in ("accepted", "rejected", "in_force", "superseded"):
            assert "not handed over" in tried(role, f"{new} '{state}' WHERE number = 'R0008'"), (role, state)
        assert tried(role, f"{new} 'handed_over' WHERE number = 'R0008'") == 1
        assert tried(role, f"{new} 'draft' WHERE number = 'R0008'") == 1


def test_a_release_does_not_come_into_being_as_accepted_or_in_force(tried):
    new = "INSERT INTO release (number, state) VALUES ('R0008', %s)"
    for role in ("planner", "publisher"):
        for state in ("'handed_over'", "'accepted'", "'rejected'", "'in_force'", "'superseded'", "NULL"):
            assert "not handed over" in tried(role, new % state), (role, state)
        assert tried(role, new % "'frozen'") == 1
    assert tried("owner", new % "'in_force'") == 1, "a workspace that is copied"


def test_a_release_that_was_handed_over_has_a_state_for_ever(tried):
    for role in ("planner", "publisher"):
        assert "not rewritten" in tried(role, f"UPDATE release SET state = NULL WHERE number = '{RELEASE}'"), role


def test_a_code_whose_end_was_handed_over_stays_ended(tried):
    code = f"(SELECT row_key FROM release_item WHERE release_number = '{RELEASE}')"
    ended, again = (
        f"UPDATE code_register SET state = '{state}' WHERE kind = 'unit_grid' AND code = {code}; "
        for state in ("retired", "valid")
    )
    later = "INSERT INTO release (number, scheme, state) VALUES ('R0008', 'cg', 'frozen'); "
    later += "INSERT INTO release_item (release_number, layer, row_key) VALUES ('R0008', 'unit_grid', 'other'); "
    handed_over = later + "UPDATE release SET state = 'handed_over' WHERE number = 'R0008'; "
    for role in ("planner", "publisher"):
        assert tried(role, ended + again) == 1, role
        assert tried(role, ended + later + again) == 1, role
        assert "its end was handed over" in tried(role, ended + handed_over + again), role


def test_a_code_that_came_without_a_state_and_was_handed_over_stays(postgis, tried, rights):
    code = f"(SELECT row_key FROM release_item WHERE release_number = '{RELEASE}')"
    set_state = f"SET search_path = {rights.schema}; UPDATE code_register SET state = %s WHERE kind = 'unit_grid'"
    postgis.run(f"{set_state % 'NULL'} AND code = {code}")
    try:
        for role in ("planner", "publisher"):
            assert "stays" in tried(role, f"DELETE FROM code_register WHERE kind = 'unit_grid' AND code = {code}")
            drafted = f"UPDATE code_register SET state = 'draft' WHERE kind = 'unit_grid' AND code = {code}"
            assert "not rewritten" in tried(role, drafted)
    finally:
        postgis.run(set_state % "'valid'" + f" AND code = {code}")


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


def test_the_log_names_the_login_beside_the_name(tried, rights):
    login = login_of(rights.schema, "planner")
    for name, logged in (("'王工'", f"王工 ({login})"), ("NULL", f"({login})")):
        sql = f"INSERT INTO change_log (changed_by) VALUES ({name}) RETURNING changed_by"
        assert tried("planner", sql) == [(logged,)]


def test_every_function_has_a_search_path_of_its_own(postgis, rights):
    found = postgis.run(
        "SELECT proname, proconfig FROM pg_proc WHERE pronamespace = %s::regnamespace", (rights.schema,)
    )
    assert len(found) == 8
    assert {tuple(config or ()) for _, config in found} == {("search_path=pg_catalog, pg_temp",)}
