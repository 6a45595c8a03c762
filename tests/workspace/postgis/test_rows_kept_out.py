"""New rows that a trigger of the database lets vanish without a word: nothing is called stored then."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from tests.workspace.conftest import LOCAL_FRAME, made, unit_rows


@pytest.mark.parametrize("kept_out", ["true", "new.code <> '{first}'"])
def test_a_change_of_which_rows_vanish_is_not_stored(postgis, kept_out):
    workspace, rows = made(postgis.location(), LOCAL_FRAME), unit_rows()
    rows = rows.with_columns(code=[f"{code}新" for code in rows["code"]])
    schema, condition = workspace.location.schema, kept_out.format(first=rows["code"][0])
    postgis.run(
        f"CREATE FUNCTION {schema}.keep_out() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {condition} THEN RETURN NULL; END IF; RETURN new; END $$"
    )
    postgis.run(
        f"CREATE TRIGGER keeps_out BEFORE INSERT ON {schema}.unit_grid"
        f" FOR EACH ROW EXECUTE FUNCTION {schema}.keep_out()"
    )
    with pytest.raises(WorkspaceError) as caught, workspace.transaction("王工", "test") as transaction:
        transaction.insert("unit_grid", rows)
    assert caught.value.code == "workspace_rows_kept_out"
    assert f"{len(rows)} 行中只有" in caught.value.message.text("zh")
    assert workspace.count("unit_grid") == len(unit_rows())
