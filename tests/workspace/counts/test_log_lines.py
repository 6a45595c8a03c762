"""Whether something was changed since a check is told by how many lines the change log has, whenever they came."""

from __future__ import annotations

from contextlib import closing

import pytest

from gridmgmt_plugin.workspace.counts import log_lines
from gridmgmt_plugin.workspace.counts.log_lines import forget_lines, lines_that_tell
from gridmgmt_plugin.workspace.last_check import lines_of_changes
from gridmgmt_plugin.workspace.light.opening import light_reading
from gridmgmt_plugin.workspace.postgis import idle_connections
from tests.workspace.conftest import EPSG_FRAME, made

LINE = "INSERT INTO {schema}change_log (changed_at, gesture, table_name) VALUES ('2026-01-01T08:00:00', '{}', '{}')"


@pytest.fixture
def workspace(place, monkeypatch):
    monkeypatch.setattr(log_lines, "LATE", 5)
    workspace = made(place.location, EPSG_FRAME)
    yield workspace
    forget_lines(workspace.location)
    idle_connections.close_all()


class Noting:
    def __init__(self, reader) -> None:
        self._reader, self.asked = reader, []

    def rows(self, sql, values=()):
        self.asked.append(sql)
        return self._reader.rows(sql, values)


def told(workspace) -> int:
    """Return how many lines tell of changes; what is kept of it must be what would be counted."""
    with light_reading(workspace.location) as reader:
        found = lines_that_tell(reader, workspace.location)
    assert found == lines_of_changes(workspace)
    return found


def write(place, gesture="split", table="unit_grid", times=1) -> None:
    for _ in range(times):
        place.run(LINE.format(gesture, table, schema=""))


def test_lines_that_come_later_are_counted_however_many_and_those_of_releases_are_not(workspace, place):
    before = told(workspace)
    for times in (1, 4, 5, 6, 20):
        write(place, times=times)
        write(place, table="release")
        write(place, gesture="export_package")
        before += times
        assert told(workspace) == before


def test_what_was_counted_is_not_counted_again(workspace, place):
    write(place, times=20)
    told(workspace)
    with light_reading(workspace.location) as reader:
        noting = Noting(reader)
        lines_that_tell(noting, workspace.location)
    assert [sql for sql in noting.asked if "count" in sql and "fid > ? AND" not in sql] == []


def test_a_log_that_is_another_one_is_counted_anew(workspace, place):
    write(place, times=20)
    told(workspace)
    place.run("DELETE FROM change_log")
    write(place, times=3)
    assert told(workspace) == 3


def test_a_line_that_is_stored_after_later_ones_counts(workspace, place):
    told(workspace)
    if place.kind == "file":  # one writes at a time, and lines are stored in their order
        write(place, times=4)
        assert told(workspace) == 4
        return
    with closing(place.cluster.connect()) as slow, slow.cursor() as cursor:
        cursor.execute(LINE.format("split", "unit_grid", schema=f"{workspace.location.schema}."))
        write(place, times=3)
        before = told(workspace)
        slow.commit()
    assert told(workspace) == before + 1
