"""Files that somebody else changed: what could do harm is refused by name before anything is read or written."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace.gpkg.connection import connect, one_transaction
from gridmgmt_plugin.workspace.gpkg.triggers import is_known
from gridmgmt_plugin.workspace.location import parse_location
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.workspace.conftest import EPSG_FRAME, made

DELETES = "CREATE TRIGGER log_cases AFTER INSERT ON cases BEGIN DELETE FROM unit_grid; END"


@pytest.fixture
def path(tmp_path):
    place = tmp_path / "库.gpkg"
    made(place, EPSG_FRAME)
    return place


def change(path, *statements):
    with closing(connect(path, writable=True)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def refused(path):
    with pytest.raises(WorkspaceError) as caught:
        Workspace.open(path)
    return caught.value


def test_a_trigger_that_deletes_cells_in_silence_is_named_and_the_file_not_opened(path):
    change(path, DELETES)
    error = refused(path)
    assert error.code == "workspace_unknown_triggers"
    assert "log_cases (cases)" in error.text("zh")


def test_a_trigger_that_comes_while_the_workspace_is_open_stops_the_next_change(path):
    workspace = Workspace.open(path)
    change(path, DELETES)
    with pytest.raises(WorkspaceError) as caught, workspace.transaction("", "test"):
        pytest.fail("nothing may be written")
    assert caught.value.code == "workspace_unknown_triggers"
    assert workspace.count("unit_grid") == 4


def test_the_triggers_that_gdal_makes_are_known(path):
    with closing(sqlite3.connect(path)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    assert len(triggers) > 50
    assert [name for name, sql in triggers if not is_known(sql)] == []


@pytest.mark.parametrize(
    "body",
    [
        "DELETE FROM unit_grid;",
        "DELETE FROM rtree_area_geom; DELETE FROM unit_grid;",
        "UPDATE unit_grid SET code = 'rtree_';",
        "INSERT INTO \"rtree_area_geom\" VALUES (1, ';', 2); UPDATE cases SET unit_grid = NULL;",
        "UPDATE gpkg_ogr_contents SET table_name = 'x';",
        "INSERT INTO rtree VALUES (1);",
        "SELECT load_extension('x');",
        "SELECT writefile('x', 'y');",
        "select 1; -- RAISE(",
    ],
)
def test_a_trigger_is_judged_by_all_that_it_does_and_not_by_its_name(body):
    assert not is_known(f"CREATE TRIGGER rtree_area_geom_insert AFTER INSERT ON area BEGIN {body} END")


@pytest.mark.parametrize(
    "body",
    [
        "SELECT RAISE(ABORT, '不准; 改');",
        "SELECT CASE WHEN NEW.code IS NULL THEN RAISE(ABORT, 'code') END;",
        'DELETE FROM "rtree_area_geom" WHERE id = OLD."fid";',
    ],
)
def test_a_trigger_that_only_refuses_or_keeps_an_index_is_known(body):
    assert is_known(f"CREATE TRIGGER t BEFORE UPDATE ON area BEGIN {body} END;")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("component_catalogue", "../../../etc/passwd"),
        ("event_catalogue", "value_lists"),
        ("precision_m", "0"),
        ("precision_m", "-1"),
        ("precision_m", "nan"),
        ("precision_m", "1e9"),
        ("code_layout", "no_such"),
        ("responsibility_layout", ""),
        ("split_policy", "random"),
        ("crs_kind", ""),
        ("crs_kind", "EPSG"),
        ("crs_epsg", ""),
        ("crs_epsg", "0"),
        ("crs_epsg", "99999"),
        ("crs_epsg", "4326"),
        ("crs_label", " "),
        ("county_code", ""),
        ("county_code", "99010１"),
        ("county_code", "990101; DROP TABLE area"),
        ("county_code", "990101\n"),
    ],
)
def test_what_the_workspace_says_of_itself_is_looked_at(path, key, value):
    change(path, f"UPDATE workspace_info SET value = '{value}' WHERE key = '{key}'")
    error = refused(path)
    assert error.code == "workspace_info_invalid"
    assert key in error.text("en")


@pytest.mark.parametrize("kind", ["NULL", "x'ff00'", "5"])
def test_an_entry_that_is_no_text_is_missing(path, kind):
    for key in ("precision_m", "county_code", "crs_epsg", "split_policy"):
        change(path, f"UPDATE workspace_info SET value = {kind} WHERE key = '{key}'")
        assert refused(path).code in ("workspace_info_incomplete", "workspace_info_invalid"), key


@pytest.mark.parametrize("value", ["", "1.5", "one", "１"])
def test_a_version_that_is_no_number_is_told(path, value):
    change(path, f"UPDATE workspace_info SET value = '{value}' WHERE key = 'schema_version'")
    assert refused(path).code in ("workspace_not_ours", "workspace_info_invalid")


def test_columns_that_are_missing_are_named(path):
    change(path, "ALTER TABLE person RENAME COLUMN name TO nom")
    error = refused(path)
    assert error.code == "workspace_columns_missing"
    assert "person.name" in error.text("zh")


def test_a_full_disk_is_told_as_a_full_disk(path):
    """SQLite ends the transaction by itself then: that there is none to roll back must not be told instead."""
    connection = connect(path, writable=True)
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(WorkspaceError) as caught, one_transaction(connection, path):
        connection.executemany(
            "INSERT INTO change_log (changed_at, changed_by, gesture, table_name, row_key, before) "
            "VALUES ('', '', '', '', ?, ?)",
            ((str(number), "长" * 5000) for number in range(500)),
        )
    with suppress(sqlite3.Error):
        connection.close()
    assert caught.value.code == "workspace_disk_full"
    assert Workspace.open(path).count("change_log") < 100


@pytest.mark.parametrize(
    "text",
    [
        "PG:host=db dbname=grids user=w password=geheim",
        "pg:dbname='grids' password='geheim'",
        "host=db dbname=grids password=geheim",
        "host=db password = geheim.gpkg",
    ],
)
def test_a_notation_of_others_with_a_password_is_refused_without_repeating_it(text):
    with pytest.raises(WorkspaceError) as caught:
        parse_location(text)
    assert "postgresql://" in caught.value.text("zh")
    assert "geheim" not in caught.value.text("zh") + caught.value.text("en") + str(caught.value)
