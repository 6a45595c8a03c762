"""Workspaces of an older schema version are brought up to date in one transaction, with a copy kept."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing

import pytest
import shapely
from osgeo import gdal

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.migrations import ADDED_COLUMNS, MIGRATIONS, migrate
from gridmgmt_plugin.workspace.schema import SCHEMA_VERSION
from gridmgmt_plugin.workspace.workspace import Workspace

FUTURE = SCHEMA_VERSION + 1
REGISTRIES = ("gpkg_contents", "gpkg_geometry_columns", "gpkg_ogr_contents", "gpkg_extensions")


def _add_column(connection):
    connection.execute("ALTER TABLE unit_grid ADD COLUMN slope REAL")


def _fail(connection):
    _add_column(connection)
    raise RuntimeError


def _columns(path):
    connection = sqlite3.connect(path)
    names = [row[1] for row in connection.execute("PRAGMA table_info(unit_grid)")]
    version = connection.execute("SELECT value FROM workspace_info WHERE key = 'schema_version'").fetchone()[0]
    connection.close()
    return names, int(version)


def test_there_is_a_step_for_every_older_version():
    assert set(MIGRATIONS) == set(range(1, SCHEMA_VERSION))


def _columns_of(connection, table):
    return sorted((row[1], row[2]) for row in connection.execute(f"PRAGMA table_info({table})"))


@pytest.mark.daily(1)
def test_a_workspace_of_version_1_gets_the_columns_that_were_added_and_keeps_its_rows(workspace):
    with workspace.transaction("", "test") as transaction:
        transaction.insert("ledger", Rows.from_records([{"key": "树", "title": "古树"}]))
        item = Rows.from_records([{"ledger": "树", "key": "1", "name": "国槐"}], as_column([shapely.Point(5, 5)]))
        transaction.insert("ledger_item", item)
    added = [step for tables in ADDED_COLUMNS.values() for step in tables.items()]
    tables = [table for table, _ in added]
    with sqlite3.connect(workspace.path) as connection:
        new = {table: _columns_of(connection, table) for table in tables}
        for table, columns in added:
            for column in columns:
                connection.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")
        connection.execute("UPDATE workspace_info SET value = '1' WHERE key = 'schema_version'")
        assert {table: _columns_of(connection, table) for table in tables} != new
    connection.close()
    migrate(workspace.path)
    with sqlite3.connect(workspace.path) as connection:
        assert {table: _columns_of(connection, table) for table in tables} == new
    connection.close()
    (row,) = Workspace.open(workspace.path).read("ledger_item").records()
    assert (row["ledger"], row["name"], row["gone_on"]) == ("树", "国槐", None)


def test_the_release_of_a_hand_over_that_was_open_before_releases_had_a_life_is_frozen(workspace):
    rows = [{"number": number, "scheme": "cg", "state": "draft"} for number in ("r0001", "r0002")]
    with workspace.transaction("", "test") as transaction:
        transaction.insert("release", Rows.from_records(rows))
        transaction.set_info("handing_over_r0002", "{}")
    with sqlite3.connect(workspace.path) as connection:
        later = [step for version, tables in ADDED_COLUMNS.items() if version >= 3 for step in tables.items()]
        for table, columns in later:
            for column in columns:
                connection.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")
        connection.execute("UPDATE workspace_info SET value = '3' WHERE key = 'schema_version'")
    connection.close()
    migrate(workspace.path)
    with sqlite3.connect(workspace.path) as connection:
        releases = connection.execute("SELECT number, state FROM release ORDER BY number").fetchall()
    connection.close()
    assert releases == [("r0001", "draft"), ("r0002", "frozen")]


def test_a_current_workspace_is_left_alone(workspace):
    assert migrate(workspace.path) is None


def test_an_old_workspace_is_migrated_and_a_copy_of_the_old_state_kept(workspace):
    backup = migrate(workspace.path, {SCHEMA_VERSION: _add_column}, FUTURE)
    assert "slope" in _columns(workspace.path)[0]
    assert _columns(workspace.path)[1] == FUTURE
    assert "slope" not in _columns(backup)[0]
    assert Workspace.open(backup).count("unit_grid") == 4


def test_an_old_program_does_not_write_to_what_was_upgraded_under_it(workspace):
    migrate(workspace.path, {SCHEMA_VERSION: _add_column}, FUTURE)
    before = workspace.path.read_bytes()
    with pytest.raises(WorkspaceError) as caught, workspace.transaction("我", "save") as transaction:
        transaction.clear("unit_grid")
    assert caught.value.code == "workspace_upgraded"
    assert workspace.path.read_bytes() == before


def _described(path):
    """Return everything that a file says of its tables: how they were made, and where they are registered."""
    connection = sqlite3.connect(path)
    made = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
    found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in REGISTRIES}
    connection.close()
    found["gpkg_contents"] = [row[:4] + row[5:] for row in found["gpkg_contents"]]  # without the time of the change
    return made, {name: sorted(map(str, rows)) for name, rows in found.items()}


@pytest.mark.daily(1)
@pytest.mark.parametrize("table", ["lane", "unit_grid_history", "patrol"])
def test_a_table_that_a_step_makes_is_that_of_a_new_workspace(workspace, table):
    before = _described(workspace.path)
    dataset = gdal.OpenEx(str(workspace.path), gdal.OF_UPDATE)
    dataset.DeleteLayer(table)
    del dataset
    assert _described(workspace.path) != before
    migrate(workspace.path, {SCHEMA_VERSION: lambda runner: runner.create_table(table)}, FUTURE)
    assert _described(workspace.path) == before
    assert sorted(path.name for path in workspace.path.parent.iterdir()) == [
        "网格 库.gpkg",
        f"网格 库.v{SCHEMA_VERSION}.gpkg",
    ]


def test_a_table_that_a_step_makes_takes_rows_and_finds_them_by_place(workspace):
    dataset = gdal.OpenEx(str(workspace.path), gdal.OF_UPDATE)
    dataset.DeleteLayer("lane")
    del dataset
    migrate(workspace.path, {SCHEMA_VERSION: lambda runner: runner.create_table("lane")}, FUTURE)
    with sqlite3.connect(workspace.path) as connection:
        current = (str(SCHEMA_VERSION),)
        connection.execute("UPDATE workspace_info SET value = ? WHERE key = 'schema_version'", current)
    again = Workspace.open(workspace.path)
    line = shapely.multilinestrings([shapely.LineString([(0, 0), (50, 0)])])
    with again.transaction("", "test") as transaction:
        transaction.insert(
            "lane", Rows.from_records([{"code": "9901010010001", "name": "湖阳巷"}], as_column([line]))
        )
    dataset = gdal.OpenEx(str(workspace.path))
    layer = dataset.GetLayerByName("lane")
    layer.SetSpatialFilterRect(10, -1, 20, 1)
    assert [feature["name"] for feature in layer] == ["湖阳巷"]


def test_a_failing_step_leaves_the_old_state_and_no_copy(workspace):
    with pytest.raises(RuntimeError):
        migrate(workspace.path, {SCHEMA_VERSION: _fail}, FUTURE)
    names, version = _columns(workspace.path)
    assert "slope" not in names
    assert version == SCHEMA_VERSION
    assert list(workspace.path.parent.iterdir()) == [workspace.path]


def test_the_copy_holds_no_contacts_and_is_read_by_those_who_may_read_the_file(workspace):
    with workspace.transaction("", "test") as transaction:
        transaction.insert("contact", Rows.from_records([{"person_id": "1", "mobile": "13900000001"}]))
    workspace.path.chmod(0o640)
    backup = migrate(workspace.path, {SCHEMA_VERSION: _add_column}, FUTURE)
    assert b"13900000001" in workspace.path.read_bytes()
    assert b"13900000001" not in backup.read_bytes()
    assert Workspace.open(backup).count("contact") == 0
    assert stat.S_IMODE(backup.stat().st_mode) == 0o640


def test_the_copy_holds_what_another_program_has_still_in_its_log(workspace):
    with closing(sqlite3.connect(workspace.path)) as other:
        other.execute("PRAGMA journal_mode = WAL")  # as QGIS does while a layer may be edited
        with other:
            other.execute("INSERT INTO workspace_info (key, value) VALUES ('note', '刚保存')")
        backup = migrate(workspace.path, {SCHEMA_VERSION: _add_column}, FUTURE)
    assert ("note", "刚保存") in Workspace.open(backup).info.more.items()
    assert [path.name for path in workspace.path.parent.glob(f"*.v{SCHEMA_VERSION}.gpkg*")] == [backup.name]


def test_nobody_saves_between_the_copy_and_the_steps(workspace):
    def step(runner):
        with pytest.raises(WorkspaceError) as told, workspace.transaction("我", "save") as running:
            running.set_info("note", "不该写入")
        assert told.value.code == "workspace_locked"
        _add_column(runner)

    assert migrate(workspace.path, {SCHEMA_VERSION: step}, FUTURE) is not None


def test_a_copy_that_is_there_is_not_overwritten(workspace):
    taken = workspace.path.with_name(f"{workspace.path.stem}.v{SCHEMA_VERSION}.gpkg")
    taken.write_text("别的", encoding="utf-8")
    with pytest.raises(WorkspaceError) as caught:
        migrate(workspace.path, {SCHEMA_VERSION: _add_column}, FUTURE)
    assert caught.value.code == "upgrade_copy_exists"
    assert taken.read_text(encoding="utf-8") == "别的"
    assert _columns(workspace.path)[1] == SCHEMA_VERSION


def test_an_old_workspace_is_not_opened_before_it_is_migrated(workspace):
    with workspace.transaction("", "test") as transaction:
        transaction.set_info("schema_version", "0")
    with pytest.raises(WorkspaceError) as caught:
        Workspace.open(workspace.path)
    assert caught.value.code == "workspace_too_old"


def test_a_file_that_was_put_back_from_its_copy_is_upgraded_again(workspace):
    backup = migrate(workspace.path, {SCHEMA_VERSION: _add_column}, FUTURE)
    workspace.path.write_bytes(backup.read_bytes())
    assert migrate(workspace.path, {SCHEMA_VERSION: _add_column}, FUTURE) == backup
    workspace.path.write_bytes(backup.read_bytes())
    with workspace.transaction("", "test") as transaction:
        transaction.set_info("note", "x")
    with pytest.raises(WorkspaceError) as caught:
        migrate(workspace.path, {SCHEMA_VERSION: _add_column}, FUTURE)
    assert caught.value.code == "upgrade_copy_exists", "it is another state since"
