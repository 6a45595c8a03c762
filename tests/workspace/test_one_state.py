"""What is read table after table belongs together, whoever saves meanwhile."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from gridmgmt_plugin.core.errors import TornReadError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.reads.asked import asked
from gridmgmt_plugin.workspace.rehearsal import rehearsed
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.network_proxy import NetworkApart
from tests.workspace.conftest import EPSG_FRAME, made, unit_rows

MORE = "INSERT INTO department (code, name) VALUES ('9901', '城管局')"


@pytest.fixture
def stored(place) -> Workspace:
    """Return a small workspace in each kind of place."""
    return made(place.location, EPSG_FRAME)


def _saved_by_a_colleague(place, name="一队") -> None:
    other = Workspace.open(place.location)
    with other.transaction("同事", "save") as transaction:
        transaction.insert("department", Rows.from_records([{"code": name, "name": name}]))
        transaction.clear("unit_grid", {"code": "990101001001001"})


class TestShortReading:
    def test_two_tables_show_the_same_moment(self, place, stored):
        with stored.reading() as read:
            assert read.count("unit_grid") == 4
            if place.kind == "database":  # a file holds the colleague off for so long
                _saved_by_a_colleague(place)
            else:
                with pytest.raises(sqlite3.OperationalError), closing(_impatient(place)) as connection:
                    connection.execute(MORE)
            assert read.count("department") == 0
            assert len(read.read("unit_grid")) == 4

    def test_after_the_block_the_colleague_can_save(self, place, stored):
        with stored.reading() as read:
            read.count("unit_grid")
        _saved_by_a_colleague(place)
        assert stored.count("department") == 1

    def test_who_reads_and_then_writes_does_not_wait_for_himself(self, stored):
        with stored.reading() as read:
            assert read.count("department") == 0
            with read.transaction("我", "save") as transaction:
                transaction.insert("department", Rows.from_records([{"code": "1", "name": "一队"}]))
            assert read.count("department") == 1, "what is read after a write shows it"
            with read.reading() as again:
                assert again.count("department") == 1


class TestLongJob:
    def test_a_save_by_a_colleague_does_not_tear_what_is_read(self, place, stored):
        with stored.steady() as read:
            assert read.count("department") == 0
            _saved_by_a_colleague(place)
            if place.kind == "database":
                assert len(read.read("unit_grid")) == 4
                assert read.count("department") == 0
            else:
                with pytest.raises(TornReadError) as caught:
                    read.read("unit_grid")
                assert "网格 库.gpkg" in caught.value.text("zh")

    def test_nobody_is_held_off_before_or_between_reads(self, place, stored):
        with stored.steady():
            _saved_by_a_colleague(place)
        with stored.steady() as read:
            read.read("unit_grid")
            _saved_by_a_colleague(place, "二队")
        assert stored.count("department") == 2

    def test_a_read_that_has_seen_everything_before_the_save_is_sound(self, place, stored):
        with stored.steady() as read:
            rows = read.read("unit_grid")
            _saved_by_a_colleague(place)
        assert len(rows) == 4

    def test_writing_ends_the_state_and_needs_no_second_try(self, place, stored):
        with stored.steady() as read:
            assert read.count("department") == 0
            with read.transaction("我", "save") as transaction:
                transaction.insert("department", Rows.from_records([{"code": "1", "name": "一队"}]))
            _saved_by_a_colleague(place)
            assert read.count("department") == 2
            with read.steady() as again:
                assert again.count("unit_grid") == 3

    def test_a_trial_reads_in_the_same_state(self, place, stored):
        with stored.steady() as read:
            trial = rehearsed(read)
            with trial.transaction("我", "试") as transaction:
                transaction.insert("unit_grid", unit_rows())
            assert trial.count("unit_grid") == 4
            _saved_by_a_colleague(place)
            if place.kind == "database":
                assert trial.count("unit_grid") == 4
            else:
                with pytest.raises(TornReadError):
                    trial.count("unit_grid")


def _impatient(place) -> sqlite3.Connection:
    return sqlite3.connect(place.location.path, timeout=0, isolation_level=None)


class TestInADatabase:
    @pytest.fixture
    def far(self, postgis, database_location):
        made(database_location, EPSG_FRAME)
        with NetworkApart(postgis.port) as network:
            workspace = Workspace.open(replace(database_location, port=network.port))
            workspace.read_together([asked("unit_grid"), asked("department")])
            yield workspace, network
        idle_connections.close_all()

    def test_who_reads_nothing_asks_for_nothing(self, far):
        workspace, network = far
        network.set("messages", 0)
        with workspace.reading() as read, read.reading():
            pass
        assert network.ask("messages") == 0

    def test_a_state_begins_with_its_first_reads_in_one_message(self, far, database_location):
        workspace, network = far
        network.set("messages", 0)
        with workspace.reading() as read:
            cells, departments = read.read_together([asked("unit_grid"), asked("department")])
            assert network.ask("messages") == 1
            with Workspace.open(database_location).transaction("同事", "save") as transaction:
                transaction.insert("department", Rows.from_records([{"code": "1", "name": "一队"}]))
            assert (len(cells), len(departments), read.count("department")) == (4, 0, 0)
        assert network.ask("messages") == 3

    def test_a_state_that_begins_after_a_column_came_shows_it(self, far, postgis, database_location):
        workspace, _ = far
        postgis.run(f"ALTER TABLE {database_location.schema}.unit_grid ADD COLUMN rg_hw text")
        with workspace.reading() as read:
            assert "rg_hw" in read.read_together([asked("unit_grid")])[0]

    def test_a_state_that_begins_after_a_column_went_does_not_ask_for_it(self, far, postgis, database_location):
        workspace, _ = far
        postgis.run(f"ALTER TABLE {database_location.schema}.unit_grid DROP COLUMN mapped_scale")
        with workspace.reading() as read:
            assert "mapped_scale" not in read.read_together([asked("unit_grid")])[0]
            assert read.count("unit_grid") == 4
