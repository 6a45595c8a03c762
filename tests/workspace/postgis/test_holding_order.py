"""Tables are held in one order, whoever names them in which: nobody waits for somebody who waits for him."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from dataclasses import replace

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.holding_order import in_holding_order
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace

FIRST, LAST = "unit_grid", "code_register"
WAYS = {
    "whole": lambda transaction: transaction.hold(LAST, FIRST),
    "in parts": lambda transaction: transaction.hold_parts({"甲"}, [LAST, FIRST]),
    "in parts, the first alone": lambda transaction: transaction.hold_parts({"甲"}, [LAST], [FIRST]),
}
WAITS = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = %s::regclass"


@pytest.fixture
def workspace(database_location, monkeypatch):
    monkeypatch.setattr(patience, "BEHIND", replace(patience.BEHIND, lock_s=20.0, queue_s=20.0))
    with Workspace.create(database_location, WorkspaceInfo(Frame("local", None, "示例"), "990101", "示例区")):
        pass
    return Workspace.open(database_location)


@pytest.mark.parametrize("way", WAYS)
def test_who_waits_for_the_first_table_keeps_nobody_from_the_last(workspace, postgis, way):
    schema, done = workspace.location.schema, []

    def other():
        with workspace.transaction("乙", "test") as transaction:
            WAYS[way](transaction)
            done.append(way)

    waiting = threading.Thread(target=other)
    with closing(postgis.connect()) as first, first.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {schema}.{FIRST} IN SHARE ROW EXCLUSIVE MODE")
        waiting.start()
        while not postgis.run(WAITS, (f"{schema}.{FIRST}",)):
            time.sleep(0.01)
        cursor.execute(f"LOCK TABLE {schema}.{LAST} IN SHARE ROW EXCLUSIVE MODE NOWAIT")
        assert done == []
    waiting.join()
    assert done == [way]


def test_what_is_held_is_not_asked_for_again(workspace, monkeypatch):
    from gridmgmt_plugin.workspace.postgis import part_locks

    asked, run = [], part_locks.run
    with workspace.transaction("甲", "test") as transaction:
        transaction.hold(FIRST)
        monkeypatch.setattr(part_locks, "run", lambda *given: asked.append(given[1]) or run(*given))
        transaction.hold(FIRST)
        transaction.hold(LAST, FIRST)
    assert [FIRST in sql for sql in asked] == [False]


def test_the_order_is_that_of_the_schema():
    assert in_holding_order(["release", LAST, "post", FIRST, FIRST]) == [FIRST, "post", LAST, "release"]
    with pytest.raises(KeyError):
        in_holding_order(["no_table"])


def test_who_waits_for_several_locks_waits_no_longer_than_for_one(workspace, postgis, monkeypatch):
    monkeypatch.setattr(patience, "BEHIND", replace(patience.BEHIND, queue_s=1.0))
    schema = workspace.location.schema
    with closing(postgis.connect()) as first, closing(postgis.connect()) as last:
        first.cursor().execute(f"LOCK TABLE {schema}.{FIRST} IN SHARE ROW EXCLUSIVE MODE")
        last.cursor().execute(f"LOCK TABLE {schema}.{LAST} IN SHARE ROW EXCLUSIVE MODE")
        done = threading.Timer(0.7, first.rollback)
        done.start()
        begun = time.monotonic()
        with pytest.raises(WorkspaceError) as refused, workspace.transaction("乙", "test") as transaction:
            transaction.hold_parts({"甲", "丙"}, [FIRST, LAST])
        waited = time.monotonic() - begun
        done.join()
    assert refused.value.code == "workspace_locked"
    assert 0.7 < waited < 1.6, "the second lock is waited for with what is left of the second"


def test_who_writes_without_holding_a_table_is_told_whom_he_waits_for(workspace, monkeypatch):
    monkeypatch.setattr(patience, "BEHIND", replace(patience.BEHIND, lock_s=0.2))
    waits = {
        "the table": lambda one: one.hold("workspace_info"),
        "the row": lambda one: one.set_info("county_name", "甲区"),
    }
    for what, write in waits.items():
        with workspace.transaction("李工", "test") as first:
            write(first)
            with pytest.raises(WorkspaceError) as refused, workspace.transaction("王工", "test") as second:
                second.set_info("county_name", "乙区")
        assert refused.value.code == "workspace_table_held", what
        assert "李工" in refused.value.text("zh"), what


def test_who_cannot_write_his_line_of_the_log_is_told_whom_he_waits_for(workspace, monkeypatch):
    """The lines go with the commit, so that a save needs no message more."""
    monkeypatch.setattr(patience, "BEHIND", replace(patience.BEHIND, lock_s=0.2))
    line = Rows.from_records([{"changed_at": "2025-03-07T08:05:00", "changed_by": "王工", "table_name": "area"}])
    with workspace.transaction("李工", "test") as first:
        first.hold("change_log")
        with pytest.raises(WorkspaceError) as refused, workspace.transaction("王工", "test") as second:
            second.insert("department", Rows.from_records([{"code": "1", "name": "一队"}]))
            second.append("change_log", line)
        assert refused.value.code == "workspace_table_held"
        assert "李工" in refused.value.text("zh")
    assert (workspace.count("change_log"), workspace.count("department")) == (0, 0)
    with workspace.transaction("王工", "test") as second:
        second.append("change_log", line)
    assert workspace.count("change_log") == 1
