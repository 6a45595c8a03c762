"""Fixes and exemptions in a workspace: in one transaction, logged, and guarded against others."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.validation.fix_attempt import FaultRef
from gridmgmt_plugin.jobs.checks.exempt_issues import ExemptionTerms, exempt_issues, lift_exemptions
from gridmgmt_plugin.jobs.checks.fix_issues import plan_fixes, write_fixes
from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace
from tests.jobs.package_workspace import COMMUNITIES, X0, Y0, dump, make_workspace, unit_rows
from tests.workspace.places import KINDS, place_of

TODAY = date(2026, 3, 2)


@pytest.fixture(params=KINDS)
def location(request, tmp_path):
    """Return a place for a workspace: a file, then a database."""
    with place_of(request.param, tmp_path, request) as chosen:
        yield chosen.location


@pytest.fixture
def gappy(location):
    """The first cell is drawn 20 cm too narrow, and its stored area is that of the whole."""
    units = unit_rows()
    shape = units.geometry[0]
    x0, y0, x1, y1 = shape.bounds
    units.geometry[0] = shapely.box(x0, y0, x1 - 0.2, y1)
    return make_workspace(location, unit_grid=units)


def refs(workspace, *rules):
    return [FaultRef.of(issue) for issue in validate_workspace(workspace, today=TODAY).result.of(*rules)]


def planned(workspace, *rules):
    return plan_fixes(workspace, refs(workspace, *rules), author="王工", today=TODAY)


@pytest.mark.daily(1)
def test_a_plan_tells_who_gains_what_and_writes_nothing(gappy):
    before = dump(gappy)
    plan = planned(gappy, "unit_gap")
    assert len(plan.fixed) == 1
    assert sum(cell.gained_m2 for cell in plan.cells) == pytest.approx(20, abs=0.01)
    assert "unit_gap" not in plan.report.by_rule
    assert dump(gappy) == before


def test_a_fix_is_written_with_area_outline_of_the_group_and_log(gappy):
    plan = planned(gappy, "unit_gap")
    report = write_fixes(gappy, plan, "王工")
    assert (report.accepted, report.rejected) == (1, 0)
    after = validate_workspace(gappy, today=TODAY)
    assert "unit_gap" not in after.by_rule
    assert dict(after.by_rule) == dict(plan.report.by_rule), "what was shown is what came"
    units = gappy.read("unit_grid")
    assert units["area_m2"].astype(float) == pytest.approx(shapely.area(units.geometry), abs=1e-3)
    log = gappy.read("change_log", where={"gesture": "fix_issues"}).records()
    assert {line["changed_by"] for line in log} == {"王工"}
    assert {line["table_name"] for line in log} == {"unit_grid"}
    record = gappy.read("take_back").records()[-1]
    assert json.loads(record["content"])["changes"][0]["table"] == "unit_grid"


def test_the_versions_of_the_cells_count_up(gappy):
    plan = planned(gappy, "unit_gap")
    before = dict(zip(gappy.read("unit_grid")["code"], gappy.read("unit_grid")["row_version"]))
    write_fixes(gappy, plan, "王工")
    after = dict(zip(gappy.read("unit_grid")["code"], gappy.read("unit_grid")["row_version"]))
    changed = {code for code in after if after[code] != before[code]}
    assert changed == {cell.code for cell in plan.cells}


def test_what_somebody_changed_meanwhile_is_not_written_over(gappy):
    plan = planned(gappy, "unit_gap")
    units = gappy.read("unit_grid")
    with gappy.transaction("李工", "note") as transaction:
        transaction.update("unit_grid", units.take([3]).with_geometry(None).with_columns(note=["x"]))
    before = dump(gappy)
    with pytest.raises(WorkspaceError) as refused:
        write_fixes(gappy, plan, "王工")
    assert refused.value.code == "row_changed_meanwhile"
    assert dump(gappy) == before


def test_several_rules_are_fixed_at_once(location):
    units = unit_rows()
    units["area_m2"][0] = 1.0
    units["code"][1] = None
    workspace = make_workspace(location, unit_grid=units)
    plan = planned(workspace, "area_differs", "code_missing", "code_unregistered")
    write_fixes(workspace, plan, "王工")
    after = validate_workspace(workspace, today=TODAY)
    assert not {"area_differs", "code_missing", "code_unregistered"} & set(after.by_rule)
    assert None not in workspace.read("unit_grid")["code"]


@pytest.mark.daily(1)
def test_a_cell_drawn_twice_goes_with_its_code_into_history(location):
    units = unit_rows()
    count = len(units)
    copy = units.take([0, *range(count)])
    codes = copy["code"].copy()
    codes[0] = f"{COMMUNITIES[0]}099"
    states = as_column(["valid"] * (count + 1))
    workspace = make_workspace(location, unit_grid=copy.with_columns(code=codes, state=states))
    plan = planned(workspace, "code_unregistered")
    write_fixes(workspace, plan, "王工")
    register = workspace.read("code_register", where={"kind": "unit_grid"})
    with workspace.transaction("", "hand_over") as transaction:
        transaction.set_column("code_register", "state", register.fid, ["valid"] * len(register))
    plan = planned(workspace, "unit_duplicate")
    gone = next(cell.code for cell in plan.cells if cell.is_gone)
    write_fixes(workspace, plan, "王工")
    after = workspace.read("unit_grid")
    assert len(after) == count
    assert gone not in after["code"]
    history = workspace.read("unit_grid_history", where={"code": gone}).records()
    assert [row["cause"] for row in history] == ["repair"]
    assert history[0]["successors"] in set(after["code"])
    entry = workspace.read("code_register", where={"code": gone, "kind": "unit_grid"}).records()[0]
    assert (entry["state"], entry["successors"]) == ("retired", history[0]["successors"])


def test_what_cannot_be_fixed_is_told_and_nothing_is_written(location):
    units = unit_rows()
    units.geometry[0] = shapely.box(X0, Y0 + 100, X0 + 90, Y0 + 200)
    workspace = make_workspace(location, unit_grid=units)
    plan = planned(workspace, "unit_uncovered", "unit_hole")
    assert plan.fixed == ()
    assert {message.code for _, message in plan.refused} == {"fix_by_hand"}
    before = dump(workspace)
    report = write_fixes(workspace, plan, "王工")
    assert report.reasons == {"fix_by_hand": len(plan.refused)}
    assert dump(workspace) == before


TERMS = ExemptionTerms("湖面，无需覆盖", "王工", "赵局")


def test_an_exemption_is_kept_shown_and_lifted_again(gappy):
    wanted = refs(gappy, "unit_gap")
    exempt_issues(gappy, wanted, TERMS, today=TODAY)
    row = gappy.read("exemption").records()[0]
    assert (row["rule"], row["reason"], row["author"], row["approved_by"]) == (
        "unit_gap",
        "湖面，无需覆盖",
        "王工",
        "赵局",
    )
    found = validate_workspace(gappy, today=TODAY)
    assert found.result.of("unit_gap")[0].exempted_by == "赵局"
    assert "unit_gap" not in found.by_rule
    lift_exemptions(gappy, wanted, "王工")
    assert validate_workspace(gappy, today=TODAY).by_rule["unit_gap"] == 1
    assert [line["gesture"] for line in gappy.read("change_log").records()][-2:] == [
        "exempt_issues",
        "lift_exemptions",
    ]


def test_an_exemption_with_an_end_stops_by_itself(gappy):
    terms = ExemptionTerms("施工期间", "王工", valid_until=date(2026, 3, 2))
    exempt_issues(gappy, refs(gappy, "unit_gap"), terms, today=TODAY)
    assert "unit_gap" not in validate_workspace(gappy, today=TODAY).by_rule
    assert "unit_gap" in validate_workspace(gappy, today=date(2026, 3, 3)).by_rule


def test_a_second_exemption_replaces_the_first(gappy):
    wanted = refs(gappy, "unit_gap")
    exempt_issues(gappy, wanted, TERMS, today=TODAY)
    exempt_issues(gappy, wanted, ExemptionTerms("另有批复", "李工"), today=TODAY)
    assert [row["reason"] for row in gappy.read("exemption").records()] == ["另有批复"]


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (ExemptionTerms("  ", "王工"), "exemption_reason_missing"),
        (ExemptionTerms("湖面", ""), "exemption_author_missing"),
        (ExemptionTerms("湖面", "王工", valid_until=date(2026, 3, 1)), "exemption_ends_before"),
    ],
)
def test_an_exemption_without_reason_author_or_time_is_refused(gappy, terms, code):
    with pytest.raises(InputError) as refused:
        exempt_issues(gappy, refs(gappy, "unit_gap"), terms, today=TODAY)
    assert refused.value.code == code
    assert len(gappy.read("exemption")) == 0


def test_what_names_no_object_cannot_be_exempted(gappy):
    with pytest.raises(InputError) as refused:
        exempt_issues(gappy, [FaultRef("unit_gap", ("",))], TERMS, today=TODAY)
    assert refused.value.code == "exemption_without_object"


def test_there_must_be_an_exemption_to_lift(gappy):
    with pytest.raises(InputError) as refused:
        lift_exemptions(gappy, refs(gappy, "unit_gap"), "王工")
    assert refused.value.code == "exemption_not_there"


def test_a_fix_can_be_worked_out_for_one_scheme_only(gappy):
    plan = plan_fixes(gappy, refs(gappy, "unit_gap"), scheme="cg", today=TODAY)
    assert len(plan.fixed) == 1
    assert np.isfinite([cell.gained_m2 for cell in plan.cells]).all()
