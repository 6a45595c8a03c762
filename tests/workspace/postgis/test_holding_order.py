"""Tables are held in one order, whoever names them in which: nobody waits for somebody who waits for him."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from dataclasses import replace

import pytest

from gridmgmt_plugin.core.frames import Frame
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
