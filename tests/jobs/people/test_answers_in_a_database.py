"""One place asked in a file and in a database, and two states compared: the same is said."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.jobs.people.ask_place import Where, ask_place
from gridmgmt_plugin.jobs.responsibility.compare_states import compare_states
from tests.jobs.package_workspace import COMMUNITIES, make_workspace
from tests.jobs.people.duty_district import CELLS, duty_workspace

AT = "2026-01-15 09:30"
ASKED = (
    Where(50, 10),
    Where(100, 50),
    Where(-5, -5),
    Where(table="unit_grid", code=CELLS[1]),
    Where(table="lane", code="9901010010001"),
    Where(table="component", code="9901010103000001"),
    Where(table="person", code="P1"),
    Where(table="area", code="990101001001"),
)


@pytest.fixture(scope="module")
def in_a_file(tmp_path_factory):
    return duty_workspace(tmp_path_factory.mktemp("两处") / "库.gpkg")


@pytest.mark.proof
def test_every_place_is_answered_alike(in_a_file, database_location):
    in_a_database = duty_workspace(database_location)
    for where in ASKED:
        told = [ask_place(workspace, where, at=AT, scheme="cg") for workspace in (in_a_file, in_a_database)]
        assert told[0] == told[1]


def test_states_are_compared_alike(tmp_path, database_location):
    found = []
    for location in (tmp_path / "库.gpkg", database_location):
        workspace = make_workspace(location)
        found.append(compare_states(workspace, "2020-01-01", "today", scheme="cg"))
    assert found[0].rows.records() == found[1].rows.records()
    assert set(found[0].rows["to_grid"]) == {f"{community}00{n}" for community in COMMUNITIES for n in (1, 2)}
