"""What a planner saves where the rights of a workspace are set: no guard is in the way of the program itself."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.database_roles import login_of, logins, set_rights
from tests.qgis.editing.saving.town import code, make_town, rows_of


@pytest.fixture
def planners_town(postgis, qgis_app):
    """Return the town in a database, first cell handed over, as a planner opens it."""
    place = postgis.location()
    make_town(place, valid=(1,), policy="both_new")
    set_rights(postgis, place.schema)
    with logins(postgis, place.schema):
        yield Workspace.open(postgis.location(place.schema, user=login_of(place.schema, "planner")))


def test_a_retired_code_hands_its_line_down_and_all_of_it_is_taken_back(planners_town, open_desk):
    def register():
        return rows_of(planners_town, "code_register")

    before = register()
    desk = open_desk(planners_town)
    desk.split(1, [(0.5, -1), (0.5, 1.5)])
    assert desk.save(stop=True), desk.refusals
    retired = register()[code(1)]
    assert (retired["state"], retired["reason"], retired["successors"].count(",")) == ("retired", "split", 1)
    west = min(retired["successors"].split(","), key=lambda heir: desk.shape(heir).bounds[0])
    desk.begin()
    desk.split(int(west[12:]), [(-1, 0.5), (0.5, 0.5)])
    assert desk.save(stop=True), desk.refusals
    again = register()[code(1)]
    assert again["successors"].count(",") == 2
    assert {**again, "successors": None} == {**retired, "successors": None}
    take_back_last(planners_town, "李工")
    assert register()[code(1)] == retired
    take_back_last(planners_town, "李工")
    assert {name: {**row, "fid": 0} for name, row in register().items()} == {
        name: {**row, "fid": 0} for name, row in before.items()
    }
    login = planners_town.location.user
    lines = planners_town.read("change_log", where={"gesture": "revive_code"}, geometry=False).records()
    assert [(line["row_key"], line["changed_by"]) for line in lines] == [(f"{code(1)}|unit_grid", f"({login})")]
