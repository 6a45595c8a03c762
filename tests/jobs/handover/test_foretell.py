"""What a release would change for people is told by the same content and the same checks, and nothing is written."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.handover.foretell import foretell, foretell_report
from tests.jobs.handover.exports import NOW, export
from tests.jobs.package_workspace import COMMUNITIES, dump

PROFILE = {"receiver": "示例平台"}


def _put_person(workspace, post, person):
    rows = workspace.read("post", where={"id": post}, geometry=False)
    with workspace.transaction("王示例", "edit_rows") as transaction:
        transaction.update("post", Rows({"person_id": as_column([person])}, None, rows.fid))


@pytest.mark.daily(1)
def test_another_person_is_told_with_all_that_passes_to_him_and_nothing_is_written(workspace_in_both, folder):
    export(workspace_in_both, folder, profile=PROFILE)
    _put_person(workspace_in_both, "P001", "R002")
    before, files = dump(workspace_in_both), sorted(folder.iterdir())
    for _ in range(2):
        told = foretell(workspace_in_both, scheme="cg", folder=folder, profile=PROFILE, now=NOW)
    assert (dump(workspace_in_both), sorted(folder.iterdir())) == (before, files)
    assert (told.base, told.scheme, told.receiver) == ("r0001", "城管巡查", "示例平台")
    (grid,) = told.changes.places
    assert (grid.code, grid.kinds, grid.hands.persons_out, grid.hands.persons_in) == (
        f"{COMMUNITIES[0]}001",
        ("staffed",),
        ("R001",),
        ("R002",),
    )
    # A sensitive component stands there too, and a case about it and a closed one: they are not told of.
    assert (grid.cases, grid.components, round(grid.lane_m)) == (1, 1, 200)
    (line,) = told.staff
    assert (line.table, line.code, line.values) == ("岗位", "P001", "人员编号：甲示例 → 乙示例")
    assert told.names["person"]["R002"] == "乙示例"
    figures = foretell_report(told).figures
    assert (figures["persons"], figures["cases"], figures["warnings"]) == (["R001", "R002"], 1, told.warnings)


def test_what_a_package_would_be_refused_for_is_refused_here(workspace, folder):
    _put_person(workspace, "P001", "R999")
    with pytest.raises(InputError) as refused:
        foretell(workspace, scheme="cg", folder=folder, now=NOW)
    assert refused.value.code == "package_validation_failed"


def test_the_first_release_gives_everything_to_those_who_get_it(workspace, folder):
    told = foretell(workspace, scheme="cg", folder=folder, now=NOW)
    assert told.base is None
    assert {kind for place in told.changes.places for kind in place.kinds} == {"added"}
    assert "R001" in told.changes.persons
