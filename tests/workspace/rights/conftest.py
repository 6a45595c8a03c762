"""A workspace with the rights of the shipped SQL, and a login for each of its roles."""

from __future__ import annotations

import pytest

from tests.database_roles import RELEASE, ROLES, login_of, logins, set_rights
from tests.jobs.package_workspace import make_workspace


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
            "INSERT INTO code_register (code, kind, state) VALUES ('d1', 'lane', 'draft'), ('v1', 'lane', 'retired')",
            (
                "INSERT INTO code_register (code, kind, state, reason, successors, changed_at, changed_by) VALUES"
                " ('r1', 'lane', 'retired', 'merge', 'v1', '2026-01-02T03:04:05', '甲'),"
                " ('r2', 'lane', 'retired', 'split', 'v1,d1,gone', '2026-01-02T03:04:05', '甲')"
            ),
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
                attempt.refused.append(refused)
                return refused.diag.message_primary
            finally:
                opened[role].rollback()

    attempt.run, attempt.refused = postgis.run, []
    yield attempt
    for connection in opened.values():
        connection.close()


@pytest.fixture
def granted_by_habit(postgis, rights):
    """Have everything granted to everybody for the length of a test, as administrators do."""
    postgis.run(f"GRANT ALL ON ALL TABLES IN SCHEMA {rights.schema} TO PUBLIC")
    yield
    postgis.run(f"REVOKE ALL ON ALL TABLES IN SCHEMA {rights.schema} FROM PUBLIC")
