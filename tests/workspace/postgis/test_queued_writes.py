"""What a transaction writes together goes to the server in one message, and everything that it did is known then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.postgis import idle_connections, queued_writes
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.network_proxy import NetworkApart
from tests.workspace.conftest import EPSG_FRAME, made


@pytest.fixture
def stored(database_location) -> Workspace:
    return made(database_location, EPSG_FRAME)


def people(*codes: str) -> Rows:
    return Rows.from_records([{"code": code, "name": "100 %"} for code in codes])


def codes(workspace: Workspace) -> list[str]:
    return workspace.read("department", ["code"])["code"].tolist()


def test_numbers_of_new_rows_are_known_when_the_block_ends(stored):
    with stored.transaction("王工", "save") as transaction:
        with transaction.together():
            first = transaction.insert("department", people("2", "1"))
            transaction.delete("unit_grid", np.array([1]))
            second = transaction.insert("department", people("3"))
            assert not first.any()
        transaction.append("department", people("4"))
    rows = stored.read("department", ["code"])
    assert rows["code"].tolist() == ["2", "1", "3", "4"]
    assert rows.fids.tolist()[:3] == [*first, *second]
    assert stored.read("unit_grid", ["code"]).fids.tolist() == [2, 3, 4]


def test_a_row_that_was_changed_meanwhile_ends_all_of_it(stored):
    old = stored.read("unit_grid", ["row_version"], {"fid": [2]}, geometry=False).with_columns(row_version=[7])
    changed = old.with_columns(note=["x"])

    def write() -> None:
        with stored.transaction("王工", "save") as transaction, transaction.together():
            transaction.insert("department", people("1"))
            transaction.update("unit_grid", changed)

    with pytest.raises(WorkspaceError) as failed:
        write()
    assert failed.value.code == "row_changed_meanwhile"
    assert codes(stored) == []


def test_what_is_wrong_with_an_appended_row_is_told_by_the_commit(stored):
    with pytest.raises(WorkspaceError) as failed, stored.transaction("王工", "save") as transaction:
        transaction.append("department", people("1", "1"))
    assert failed.value.code == "workspace_duplicate_key"
    assert codes(stored) == []


def test_what_was_written_before_is_read_and_counted_in_the_block(stored):
    with stored.transaction("王工", "save") as transaction, transaction.together():
        transaction.insert("department", people("1"))
        assert transaction.clear("department") == 1
    assert codes(stored) == []


def test_little_goes_in_one_message_and_much_in_several(database_location, postgis, monkeypatch):
    made(database_location, EPSG_FRAME)
    with NetworkApart(postgis.port) as network:
        distant = Workspace.open(replace(database_location, port=network.port))

        def messages(*given: str) -> int:
            with distant.transaction("王工", "save") as transaction:
                transaction.read([])
                network.set("messages", 0)
                with transaction.together():
                    for code in given:
                        transaction.insert("department", people(code))
            return network.ask("messages")

        messages("0")
        assert messages("1", "2", "3") == 2, "all of them, and the commit"
        monkeypatch.setattr(queued_writes, "_MOST_SIGNS", 1)
        assert messages("4", "5", "6") == 4
    idle_connections.close_all()
    assert codes(Workspace.open(database_location)) == list("0123456")
