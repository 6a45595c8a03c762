"""A server that took over gives the number of a lost change to another: nobody is told that it was saved by that."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace.postgis.commit import NUMBER, commit_with
from gridmgmt_plugin.workspace.postgis.connection import connected, run
from tests.workspace.conftest import LOCAL_FRAME, made


@pytest.fixture
def location(postgis):
    """Return a workspace in which 李工 has saved last."""
    workspace = made(postgis.location(), LOCAL_FRAME)
    with workspace.transaction("李工", "test") as transaction:
        transaction.log("unit_grid", None, None, None)
    return workspace.location


def ask(location, signed_by) -> None:
    """Lose the answer to a commit whose number is by now that of the last line of the change log."""
    with connected(location) as connection:
        ((number,),) = run(connection, "SELECT max(xmin::text::bigint) FROM change_log WHERE changed_by = '李工'")
    with connected(location, writable=True) as connection:
        run(connection, f"SELECT {NUMBER}")
        connection.close()
        commit_with(connection, location, number, "COMMIT", (), signed_by=signed_by)


def test_a_change_that_was_lost_is_not_called_saved_because_a_colleague_s_has_its_number(location):
    with pytest.raises(WorkspaceError) as caught:
        ask(location, "王工")
    assert caught.value.code == "postgres_connection_lost"


@pytest.mark.parametrize("signed_by", ["李工", None])
def test_a_change_that_is_stored_is_called_so(location, signed_by):
    ask(location, signed_by)
