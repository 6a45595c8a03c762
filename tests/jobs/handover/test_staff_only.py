"""A release that changes nothing of the ground: rules about outlines, which passed as they are, are not run again."""

from __future__ import annotations

import json

import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.responsibility.scheme_rules import SchemeRules, rules_text
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.validation.catalogue import rule_infos
from gridmgmt_plugin.jobs.handover import outlines_digest
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.handover.exports import export, table_of
from tests.jobs.package_workspace import COMMUNITIES, X0, Y0, area_rows, group_rows, make_workspace, unit_rows

PROFILE = {"receiver": "示例平台"}


def _put(workspace, table, key, column, value, *, where="id"):
    rows = workspace.read(table, where={where: key})
    with workspace.transaction("王示例", "edit_rows") as transaction:
        transaction.update(table, Rows({column: as_column([value])}, None, rows.fid))


def _left_out(report):
    """Return the rules about outlines that did not run, and the release that the manifest names."""
    results = {row["rule"]: row["result"] for row in table_of(report, "quality_report") if row["rule"]}
    of_outlines = {code for code, info in rule_infos().items() if info.outlines}
    manifest = json.loads(report.manifest.read_text(encoding="utf-8"))
    left_out = {code for code in of_outlines if results[code] == "NOT_RUN"}
    others = {code for code in results if code not in of_outlines and results[code] == "NOT_RUN"}
    assert not left_out or left_out == of_outlines
    return bool(left_out), manifest["validation"]["outlines_checked_with"], others


@pytest.mark.daily(1)
@pytest.mark.proof
def test_another_person_on_a_post_goes_out_without_the_rules_about_outlines_and_it_is_said(workspace_in_both, folder):
    first = export(workspace_in_both, folder, profile=PROFILE)
    _put(workspace_in_both, "post", "P001", "person_id", "R003")
    second = export(workspace_in_both, folder, profile=PROFILE)
    assert (_left_out(first)[:2], _left_out(second)[:2]) == ((False, "r0001"), (True, "r0001"))
    assert _left_out(first)[2] == _left_out(second)[2], "all other rules run"
    assert "package_outlines_as_before" in [note.code for note in second.notes]
    assert "package_outlines_as_before" not in [note.code for note in first.notes]


def test_what_staff_can_break_is_refused_all_the_same(workspace, folder):
    export(workspace, folder, profile=PROFILE)
    _put(workspace, "post", "P001", "person_id", "R999")
    with pytest.raises(InputError) as refused:
        export(workspace, folder, profile=PROFILE)
    assert refused.value.code == "package_validation_failed"


@pytest.mark.proof
def test_a_third_release_in_a_row_still_names_the_one_that_was_checked(workspace, folder):
    export(workspace, folder, profile=PROFILE)
    for person in ("R003", "R002"):
        _put(workspace, "post", "P001", "person_id", person)
        last = export(workspace, folder, profile=PROFILE)
    assert (last.release, *_left_out(last)[:2]) == ("r0003", True, "r0001")


def _in_two_parts(path, until):
    """Return a workspace in which a responsibility grid in two parts is exempted until a day."""
    units = unit_rows()
    units["rg_cg"][7] = f"{COMMUNITIES[0]}001"
    names = ("rule", "object_key", "reason", "approved_by", "valid_until")
    exempted = Rows.from_records(
        [dict(zip(names, ("responsibility_parts", f"{COMMUNITIES[0]}001", "r", "李", until)))]
    )
    return make_workspace(path, unit_grid=units, responsibility_grid=group_rows(units), exemption=exempted)


@pytest.mark.proof
def test_an_exemption_is_told_with_each_release_and_ends_with_its_day(tmp_path, folder):
    workspace = _in_two_parts(tmp_path / "库.gpkg", "2026-03-31")
    reports = [export(workspace, folder, profile=PROFILE) for _ in range(2)]
    assert [(report.exempted, _left_out(report)[0]) for report in reports] == [(1, False), (1, False)]
    with pytest.raises(InputError) as refused:
        export(workspace, folder, profile=PROFILE, effective_from="2026-04-10")
    assert set(refused.value.message.details["rules"]) == {"responsibility_parts"}


@pytest.mark.proof
def test_ground_that_is_in_force_by_then_has_to_be_covered(tmp_path, folder):
    areas = area_rows()
    new = {**areas.records()[3], "code": "990101001003", "name": "新社区", "valid_from": "2026-04-01"}
    drawn = as_column([*areas.geometry, shapely.box(X0 + 800, Y0, X0 + 900, Y0 + 200)])
    workspace = make_workspace(tmp_path / "库.gpkg", area=Rows.from_records([*areas.records(), new], drawn))
    export(workspace, folder, profile=PROFILE)
    assert _left_out(export(workspace, folder, profile=PROFILE, effective_from="2026-03-31"))[0]
    with pytest.raises(InputError) as refused:
        export(workspace, folder, profile=PROFILE, effective_from="2026-04-10")
    assert "unit_uncovered" in refused.value.message.details["rules"]


def test_what_is_wrong_on_the_first_day_of_a_release_that_is_ahead_is_told_with_that_day(tmp_path, folder):
    areas = area_rows()
    ends = as_column(["2026-04-01" if code == areas["code"][2] else None for code in areas["code"]])
    workspace = make_workspace(tmp_path / "库.gpkg", area=areas.with_columns(valid_to=ends))
    with pytest.raises(InputError) as refused:
        export(workspace, folder, profile=PROFILE, effective_from="2026-04-10")
    assert "到 2026-04-10 已不在有效期内" in refused.value.text("zh")


@pytest.mark.daily(1)
@pytest.mark.parametrize("changed", ["unit_grid", "covered_extent", "schemes", "program"])
@pytest.mark.proof
def test_another_assignment_extent_rule_of_the_scheme_or_program_is_checked_with_every_rule(
    workspace, folder, changed, monkeypatch
):
    export(workspace, folder, profile=PROFILE)
    if changed == "unit_grid":
        _put(workspace, changed, f"{COMMUNITIES[0]}001", "fallback_code", "D02", where="code")
    elif changed == "program":
        monkeypatch.setattr(outlines_digest, "plugin_version", lambda: "9.9.9")
    else:
        whole = as_column([shapely.box(X0 - 10, Y0 - 10, X0 + 900, Y0 + 300)])
        with workspace.transaction("王示例", "edit_rows") as transaction:
            if changed == "schemes":
                transaction.set_info("schemes", rules_text({"cg": SchemeRules(tolerance_percent=900.0)}))
            else:
                transaction.insert(changed, Rows({"code": as_column(["E1"])}, whole))
    again = Workspace.open(workspace.path)
    assert _left_out(export(again, folder, profile=PROFILE))[:2] == (False, "r0002")
