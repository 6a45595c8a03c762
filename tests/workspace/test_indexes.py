"""Large tables are looked up by indexes: in a new workspace, with a new scheme, and in one that was old."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.migrations import migrate
from gridmgmt_plugin.workspace.postgis.migrations import migrate_schema
from gridmgmt_plugin.workspace.schema import indexes, tables
from gridmgmt_plugin.workspace.workspace import Workspace

FRAME = Frame(kind="local", epsg=None, label="示例地方坐标系")
DECLARED = {
    kind: {name: (table, columns) for table in tables() for name, columns in indexes(table, on_server=there).items()}
    for kind, there in (("file", False), ("server", True))
}


def _made(location):
    with Workspace.create(location, WorkspaceInfo(FRAME, "990101", "示例区")) as (workspace, transaction):
        transaction.add_column("unit_grid", "rg_cg", "text")
    return workspace


def test_every_index_is_on_columns_that_its_table_has():
    for table, columns in DECLARED["server"].values():
        assert set(columns) <= set(tables()[table].column_names)


def test_a_file_has_its_indexes_and_an_old_one_gets_them(tmp_path):
    path = _made(tmp_path / "库.gpkg").path

    def there():
        with closing(sqlite3.connect(path)) as connection:
            return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}

    assert set(DECLARED["file"]) <= there()
    with closing(sqlite3.connect(path)) as connection, connection:
        for name in DECLARED["file"]:
            connection.execute(f"DROP INDEX {name}")
        connection.execute("UPDATE workspace_info SET value = '5' WHERE key = 'schema_version'")
    migrate(path)
    assert set(DECLARED["file"]) <= there()


@pytest.fixture
def database(database_location, postgis):
    yield _made(database_location)
    postgis.drop(f"{database_location.schema}_v5")


def test_a_server_looks_rows_up_by_an_index_also_in_a_workspace_that_was_old(database, postgis):
    schema = database.location.schema
    wanted = {**DECLARED["server"], "unit_grid_rg_cg": ("unit_grid", ("rg_cg",))}

    def used():
        return {
            name
            for name, (table, columns) in wanted.items()
            if name in str(postgis.run(_explained(schema, table, columns[0])))
        }

    assert used() == set(wanted)
    postgis.run("; ".join(f"DROP INDEX {schema}.{name}" for name in wanted))
    assert used() == set()
    postgis.run(f"UPDATE {schema}.workspace_info SET value = '5' WHERE key = 'schema_version'")
    migrate_schema(database.location)
    assert used() == set(wanted)


def test_a_server_finds_codes_by_their_beginning_however_it_orders_texts(database, postgis):
    found = load_json("schema/indexes.json")["asked_by_beginning"]
    assert found
    for table, columns in found.items():
        for column in columns:
            asked = f"SELECT fid FROM {database.location.schema}.{table} WHERE {column} LIKE '990101001001%'"
            plan = str(postgis.run(f"SET enable_seqscan = off; EXPLAIN {asked}"))
            assert f"{table}_{column}" in plan
            assert "Index Cond" in plan


def test_a_server_finds_numbers_by_their_beginning_and_by_their_end(database, postgis):
    found = load_json("schema/indexes.json")["found_by_either_end"]
    assert found
    for table, columns in found.items():
        for column in columns:
            for text, name in ((column, "begins"), (f"reverse({column})", "ends")):
                asked = f"SELECT fid FROM {database.location.schema}.{table} WHERE {text} LIKE '000123%'"
                plan = str(postgis.run(f"SET enable_seqscan = off; EXPLAIN {asked}"))
                assert f"{table}_{column}_{name}" in plan
                assert "Index Cond" in plan


def test_a_server_finds_one_of_several_texts_between_commas(database, postgis):
    place = f"{database.location.schema}.code_register"
    asked = f"SELECT fid FROM {place} WHERE string_to_array(successors, ',') && ARRAY['12']"
    assert "code_register_successors_named" in str(postgis.run(f"SET enable_seqscan = off; EXPLAIN {asked}"))


def _explained(schema, table, column):
    kind = "'2026-01-01'" if column.endswith("_on") else "'x'"
    return f"SET enable_seqscan = off; EXPLAIN SELECT fid FROM {schema}.{table} WHERE {column} = ANY (ARRAY[{kind}])"
