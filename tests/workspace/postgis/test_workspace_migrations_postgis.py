"""A workspace of an older version in a schema is brought up to date in one transaction, with a copy kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.migrations import ADDED_COLUMNS
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.postgis.migrations import migrate_schema, refuse_hopeless_upgrade
from gridmgmt_plugin.workspace.schema import SCHEMA_VERSION
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.database_roles import login_of, logins, set_rights
from tests.postgis_cluster import DATABASE
from tests.workspace.conftest import LOCAL_FRAME, made, unit_rows

FUTURE = SCHEMA_VERSION + 1
ROOT = Path(__file__).resolve().parents[3]


def _add_column(runner):
    runner.execute("ALTER TABLE unit_grid ADD COLUMN slope REAL")


def _fail(runner):
    _add_column(runner)
    raise RuntimeError


@pytest.fixture
def workspace(database_location, postgis):
    yield made(database_location, LOCAL_FRAME)
    postgis.drop(f"{database_location.schema}_v{SCHEMA_VERSION}")


def test_a_current_workspace_is_left_alone(workspace):
    assert migrate_schema(workspace.location) is None


def test_an_old_workspace_is_migrated_and_a_copy_of_the_old_state_kept(workspace, postgis):
    before = postgis.dump(workspace.location)
    backup = migrate_schema(workspace.location, {SCHEMA_VERSION: _add_column}, FUTURE)
    assert backup.schema == f"{workspace.location.schema}_v{SCHEMA_VERSION}"
    assert postgis.dump(backup) == before
    comment = "SELECT obj_description(oid) FROM pg_namespace WHERE nspname = %s"
    ((told,),) = postgis.run(comment, (backup.schema,))
    assert f"{workspace.location.schema}, {SCHEMA_VERSION} → {FUTURE}, " in told, "it can be found"
    assert Workspace.open(backup).count("unit_grid") == 4
    assert "slope" in workspace.read("unit_grid")
    with pytest.raises(WorkspaceError) as caught:
        Workspace.open(workspace.location)
    assert caught.value.code == "workspace_too_new"


def test_a_workspace_of_version_1_gets_the_columns_that_were_added(workspace, postgis):
    schema = workspace.location.schema
    with workspace.transaction("", "test") as transaction:
        transaction.insert("ledger", Rows.from_records([{"key": "树", "title": "古树"}]))
        transaction.insert("release", Rows.from_records([{"number": "r0001", "scheme": "cg", "state": "draft"}]))
        transaction.set_info("handing_over_r0001", "{}")
    kinds = (
        "SELECT column_name, data_type,"
        " col_description((table_schema || '.' || table_name)::regclass, ordinal_position)"
        " FROM information_schema.columns"
        " WHERE table_schema = %s AND table_name = %s ORDER BY 1"
    )
    added = [step for tables in ADDED_COLUMNS.values() for step in tables.items()]
    new = {table: postgis.run(kinds, (schema, table)) for table, _ in added}
    for table, columns in added:
        for column in columns:
            postgis.run(f'ALTER TABLE "{schema}"."{table}" DROP COLUMN {column.split()[0]}')
    postgis.run(f"UPDATE \"{schema}\".workspace_info SET value = '1' WHERE key = 'schema_version'")
    migrate_schema(workspace.location)
    assert {table: postgis.run(kinds, (schema, table)) for table, _ in added} == new
    # Of a hand-over that a killed program left open before releases had a life.
    assert workspace.read("release", ["state"], geometry=False)["state"].tolist() == ["frozen"]
    with workspace.transaction("", "test") as transaction:
        transaction.clear("workspace_info", {"key": "handing_over_r0001"})
    assert Workspace.open(workspace.location).read("ledger", geometry=False)["title"].tolist() == ["古树"]
    postgis.drop(f"{schema}_v1")


@pytest.mark.daily(1)
@pytest.mark.parametrize("table", ["lane", "unit_grid_history", "patrol"])
def test_a_table_that_a_step_makes_is_that_of_a_new_workspace(workspace, postgis, table):
    schema = workspace.location.schema
    described = (
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod), col_description(a.attrelid, a.attnum),"
        " pg_get_userbyid(c.relowner), obj_description(c.oid)"
        " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE c.relnamespace = %s::regnamespace AND c.relname = %s AND a.attnum > 0 ORDER BY a.attnum"
    )
    keys = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = %s AND tablename = %s ORDER BY 1"
    before = [postgis.run(query, (schema, table)) for query in (described, keys)]
    assert all(before)
    postgis.run(f'DROP TABLE "{schema}"."{table}"')
    migrate_schema(workspace.location, {SCHEMA_VERSION: lambda runner: runner.create_table(table)}, FUTURE)
    assert [postgis.run(query, (schema, table)) for query in (described, keys)] == before


def test_keys_and_indexes_of_the_copy_bear_the_names_of_the_workspace_and_the_citys_stay_with_it(workspace, postgis):
    schema = workspace.location.schema
    made = (
        "SELECT tablename, indexname, replace(indexdef, schemaname || '.', '') FROM pg_indexes"
        " WHERE schemaname = %s ORDER BY 1, 2"
    )
    keys = (
        "SELECT conname, pg_get_constraintdef(oid), conrelid::regclass::text LIKE '%%unit_grid' FROM pg_constraint"
        " WHERE connamespace = %s::regnamespace AND contype IN ('p', 'u') ORDER BY 1"
    )
    before = [postgis.run(query, (schema,)) for query in (made, keys)]
    postgis.run(f'CREATE INDEX unit_grid_city_4326 ON "{schema}".unit_grid USING gist ((geom))')
    backup = migrate_schema(workspace.location, {SCHEMA_VERSION: _add_column}, FUTURE)
    assert [postgis.run(query, (backup.schema,)) for query in (made, keys)] == before
    # As the administrator puts it back.
    postgis.run(f'DROP SCHEMA "{schema}" CASCADE')
    postgis.run(f'ALTER SCHEMA "{backup.schema}" RENAME TO "{schema}"')
    migrate_schema(workspace.location, {SCHEMA_VERSION: lambda runner: runner.create_indexes()}, FUTURE)
    assert postgis.run(made, (schema,)) == before[0], "none is made twice"


def test_the_copy_is_a_workspace_of_its_own(workspace):
    backup = Workspace.open(migrate_schema(workspace.location, {SCHEMA_VERSION: _add_column}, FUTURE))
    with backup.transaction("", "test") as transaction:
        transaction.clear("unit_grid", {"fid": 4})
        assert transaction.insert("unit_grid", unit_rows().take([3])).tolist() != [1]
    assert workspace.count("unit_grid") == backup.count("unit_grid") == 4


def test_the_copy_belongs_to_whom_the_workspace_belongs_and_holds_no_contacts(workspace, postgis):
    schema = workspace.location.schema
    with workspace.transaction("", "test") as transaction:
        transaction.insert("contact", Rows.from_records([{"person_id": "1", "mobile": "13900000001"}]))
    set_rights(postgis, schema)
    with logins(postgis, schema):
        planner, owner = (postgis.location(schema, user=login_of(schema, role)) for role in ("planner", "owner"))
        with pytest.raises(WorkspaceError) as caught:
            migrate_schema(planner, {SCHEMA_VERSION: _add_column}, FUTURE)
        assert caught.value.code == "postgres_no_right_to_write"
        with pytest.raises(WorkspaceError) as caught:
            refuse_hopeless_upgrade(planner)
        assert caught.value.code == "postgres_no_right_to_write", "before anybody is disturbed"
        refuse_hopeless_upgrade(owner)
        backup = migrate_schema(owner, {SCHEMA_VERSION: _add_column}, FUTURE)
        owners = (
            "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = %s::regnamespace"
            " UNION SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = %s"
        )
        assert postgis.run(owners, (backup.schema, backup.schema)) == [(f"{schema}_owner",)]
        counted = "SELECT (SELECT count(*) FROM {0}.contact), (SELECT count(*) FROM {0}.unit_grid)"
        assert postgis.run(counted.format(backup.schema)) == [(0, 4)]
        assert postgis.run(counted.format(schema)) == [(1, 4)]
        with pytest.raises(WorkspaceError) as caught:
            Workspace.open(postgis.location(backup.schema, user=planner.user))
        assert caught.value.code == "postgres_not_permitted"


def test_a_failing_step_leaves_the_old_state_and_no_copy(workspace, postgis):
    before = postgis.dump(workspace.location)
    with pytest.raises(RuntimeError):
        migrate_schema(workspace.location, {SCHEMA_VERSION: _fail}, FUTURE)
    assert postgis.dump(workspace.location) == before
    assert migrate_schema(workspace.location, {SCHEMA_VERSION: _add_column}, FUTURE) is not None


def test_an_old_program_does_not_write_to_what_was_upgraded_under_it(workspace, postgis):
    migrate_schema(workspace.location, {SCHEMA_VERSION: _add_column}, FUTURE)
    before = postgis.dump(workspace.location)
    with pytest.raises(WorkspaceError) as caught, workspace.transaction("我", "save") as transaction:
        transaction.clear("unit_grid")
    assert caught.value.code == "workspace_upgraded"
    assert postgis.dump(workspace.location) == before


def test_nobody_upgrades_under_a_save_and_nobody_saves_under_an_upgrade(workspace):
    with workspace.transaction("我", "save") as transaction:
        transaction.set_info("note", "写入")
        with pytest.raises(WorkspaceError) as caught:
            migrate_schema(workspace.location, {SCHEMA_VERSION: _add_column}, FUTURE)
        assert caught.value.code == "upgrade_held"

    def step(runner):
        _add_column(runner)
        with pytest.raises(WorkspaceError) as told, workspace.transaction("我", "save") as running:
            running.set_info("note", "不该写入")
        assert told.value.code == "workspace_locked"

    assert migrate_schema(workspace.location, {SCHEMA_VERSION: step}, FUTURE) is not None


def test_two_saves_do_not_hold_each_other_up(workspace):
    with workspace.transaction("我", "save") as mine, workspace.transaction("同事", "save") as his:
        mine.set_info("note", "写入")
        his.insert("department", Rows.from_records([{"code": "1", "name": "一队"}]))


def test_a_copy_that_is_there_is_not_overwritten(workspace, postgis):
    postgis.run(f"CREATE SCHEMA {workspace.location.schema}_v{SCHEMA_VERSION}")
    with pytest.raises(WorkspaceError) as caught:
        migrate_schema(workspace.location, {SCHEMA_VERSION: _add_column}, FUTURE)
    assert caught.value.code == "upgrade_copy_exists"


def test_somebody_at_work_is_not_disturbed(workspace, postgis):
    other = postgis.connect()
    with other.cursor() as cursor:
        cursor.execute(f"UPDATE {workspace.location.schema}.unit_grid SET note = 'x'")
    with pytest.raises(WorkspaceError) as caught:
        migrate_schema(workspace.location, {SCHEMA_VERSION: _add_column}, FUTURE)
    other.close()
    assert caught.value.code == "upgrade_held"


@pytest.mark.parametrize(
    ("hinder", "code"),
    [
        ("REVOKE CREATE ON DATABASE {database} FROM {schema}_owner", "postgres_no_right_to_write"),
        ("ALTER ROLE {login} SET default_transaction_read_only = on", "postgres_read_only"),
    ],
)
def test_nobody_is_disturbed_where_no_copy_can_be_made_or_nothing_written(workspace, postgis, hinder, code):
    schema = workspace.location.schema
    set_rights(postgis, schema)
    with logins(postgis, schema):
        owner = postgis.location(schema, user=login_of(schema, "owner"))
        refuse_hopeless_upgrade(owner)
        postgis.run(hinder.format(database=DATABASE, schema=schema, login=owner.user))
        idle_connections.close_all()
        for deed in (migrate_schema, refuse_hopeless_upgrade):
            given = ({SCHEMA_VERSION: _add_column}, FUTURE) if deed is migrate_schema else ()
            with pytest.raises(WorkspaceError) as caught:
                deed(owner, *given)
            assert caught.value.code == code, deed


def test_the_way_back_is_that_of_the_administrators_page(workspace, postgis):
    schema = workspace.location.schema
    page = (ROOT / "docs" / "administrator.md").read_text(encoding="utf-8")
    back = re.search(r"```plpgsql\n(BEGIN;\nALTER SCHEMA .*?)```", page, re.DOTALL)[1]
    with workspace.transaction("", "test") as transaction:
        transaction.insert("contact", Rows.from_records([{"person_id": "1", "mobile": "13900000001"}]))
    migrate_schema(workspace.location, {SCHEMA_VERSION: _add_column}, FUTURE)
    set_rights(postgis, schema)
    postgis.run(f"INSERT INTO {schema}.contact (person_id) VALUES ('3')")
    words = {"gridmgmt_given_up": f"{schema}_given_up", "gridmgmt_v5": f"{schema}_v{SCHEMA_VERSION}"}
    for name, own in words.items():
        back = back.replace(name, own)
    back = re.sub(r"\bgridmgmt\b", schema, back)
    postgis.run(back)
    try:
        set_rights(postgis, schema)
        again = Workspace.open(workspace.location)
        assert again.count("unit_grid") == 4
        with again.transaction("", "test") as transaction:
            transaction.insert("contact", Rows.from_records([{"person_id": "2", "mobile": "13900000002"}]))
        assert again.count("contact") == 3
    finally:
        postgis.drop(f"{schema}_given_up")
        with logins(postgis, schema):
            pass
