"""Fixes and exemptions are taken back as every save is: every row as it was, or a sentence why not."""

from __future__ import annotations

import pytest
import shapely

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.jobs.checks.exempt_issues import ExemptionTerms, exempt_issues, lift_exemptions
from gridmgmt_plugin.jobs.checks.fix_issues import write_fixes
from gridmgmt_plugin.workspace.changes.take_back import last_save, take_back_last
from tests.jobs.checks.test_fix_issues import TERMS, TODAY, gappy, location, planned, refs  # noqa: F401  fixtures
from tests.jobs.package_workspace import COMMUNITIES, make_workspace, unit_rows


def content(workspace) -> dict:
    """Return every row of every table but the records of what happened, without versions."""
    found = {}
    for name, rows in workspace.read_all().items():
        if name in ("change_log", "take_back"):
            continue
        shapes = [None] * len(rows) if rows.geometry is None else shapely.to_wkb(rows.geometry, hex=True).tolist()
        records = [{k: v for k, v in record.items() if k != "row_version"} for record in rows.records()]
        found[name] = sorted(str((sorted(record.items(), key=str), shape)) for record, shape in zip(records, shapes))
    return found


@pytest.mark.daily(1)
def test_a_mended_gap_opens_again(gappy):  # noqa: F811
    before = content(gappy)
    write_fixes(gappy, planned(gappy, "unit_gap"), "王工")
    assert content(gappy) != before
    saved = last_save(gappy)
    assert (saved.table, saved.by, saved.rows > 0) == ("unit_grid", "王工", True)
    report = take_back_last(gappy, "李工")
    assert content(gappy) == before
    assert report.restored == saved.rows
    assert {line["changed_by"] for line in gappy.read("change_log", where={"gesture": "take_back"}).records()} == {
        "李工"
    }


def test_values_codes_and_register_come_back(location):  # noqa: F811
    units = unit_rows()
    units["area_m2"][0] = 1.0
    units["code"][1] = None
    workspace = make_workspace(location, unit_grid=units)
    before = content(workspace)
    write_fixes(workspace, planned(workspace, "area_differs", "code_missing", "code_unregistered"), "王工")
    take_back_last(workspace, "王工")
    assert content(workspace) == before


def test_a_cell_that_was_drawn_twice_is_there_twice_again_with_its_valid_code(location):  # noqa: F811
    units = unit_rows()
    copy = units.take([0, *range(len(units))])
    codes = copy["code"].copy()
    codes[0] = f"{COMMUNITIES[0]}099"
    states = as_column(["valid"] * len(copy))
    workspace = make_workspace(location, unit_grid=copy.with_columns(code=codes, state=states))
    write_fixes(workspace, planned(workspace, "code_unregistered"), "王工")
    register = workspace.read("code_register", where={"kind": "unit_grid"})
    with workspace.transaction("", "hand_over") as transaction:
        transaction.set_column("code_register", "state", register.fid, ["valid"] * len(register))
    before = content(workspace)
    write_fixes(workspace, planned(workspace, "unit_duplicate"), "王工")
    assert workspace.count("unit_grid_history") == 1
    take_back_last(workspace, "王工")
    assert content(workspace) == before


def test_fixes_are_taken_back_one_after_the_other(gappy):  # noqa: F811
    states = [content(gappy)]
    for rules in (("unit_gap",), ("area_differs", "code_unregistered")):
        plan = planned(gappy, *rules)
        if plan.fixed:
            write_fixes(gappy, plan, "王工")
            states.append(content(gappy))
    assert len(states) > 1
    while states[1:]:
        states.pop()
        take_back_last(gappy, "王工")
        assert content(gappy) == states[-1]


def test_exemptions_given_renewed_and_lifted_come_back_step_by_step(gappy):  # noqa: F811
    wanted = refs(gappy, "unit_gap")
    states = [content(gappy)]
    steps = (
        lambda: exempt_issues(gappy, wanted, TERMS, today=TODAY),
        lambda: exempt_issues(gappy, wanted, ExemptionTerms("另有批复", "李工"), today=TODAY),
        lambda: lift_exemptions(gappy, wanted, "王工"),
    )
    for step in steps:
        step()
        states.append(content(gappy))
    for _ in steps:
        states.pop()
        report = take_back_last(gappy, "赵工")
        assert report.restored > 0
        assert content(gappy) == states[-1]
    with pytest.raises(WorkspaceError) as refused:
        take_back_last(gappy, "赵工")
    assert refused.value.code == "nothing_to_take_back"
