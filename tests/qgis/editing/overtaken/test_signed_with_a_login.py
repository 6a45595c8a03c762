"""What others did since somebody saved himself, where the log has logins behind the names."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.overtaken.earlier import earlier_rows
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.database_roles import login_of, logins, set_rights
from tests.workspace.conftest import LOCAL_FRAME, made


@pytest.mark.parametrize("author", ["王工", "王工(规划科)"])
def test_what_was_before_ones_own_save_is_not_what_others_did_since(postgis, author):
    place = postgis.location()
    set_rights(postgis, place.schema)
    with logins(postgis, place.schema):
        made(postgis.location(place.schema, user=login_of(place.schema, "owner")), LOCAL_FRAME)
        set_rights(postgis, place.schema)
        workspace = Workspace.open(postgis.location(place.schema, user=login_of(place.schema, "planner")))
        for by, before, after in (("李工", "a", "b"), (author, "b", "c"), ("李工", "c", "d")):
            line = {"changed_by": by, "table_name": "area", "row_key": "1"}
            line.update(before=f'{{"name": "{before}"}}', after=f'{{"name": "{after}"}}')
            with workspace.transaction(by, "test") as transaction:
                transaction.insert("change_log", Rows.from_records([line]))
        found = earlier_rows(workspace, "area", {"1": (0, 0)}, author)
    assert found["1"].values == {"name": "c"}
