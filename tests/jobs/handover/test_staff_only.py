"""A release that changes nothing of the ground: rules about outlines, which passed as they are, are not run again."""

from __future__ import annotations

import json

import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.validation.catalogue import rule_infos
from tests.jobs.handover.exports import export, table_of
from tests.jobs.package_workspace import COMMUNITIES

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


@pytest.mark.parametrize("table", ["unit_grid", "covered_extent"])
def test_another_assignment_or_extent_is_checked_with_every_rule(workspace, folder, table):
    export(workspace, folder, profile=PROFILE)
    if table == "unit_grid":
        _put(workspace, table, f"{COMMUNITIES[0]}001", "fallback_code", "D02", where="code")
    else:
        with workspace.transaction("王示例", "edit_rows") as transaction:
            transaction.log(table, "E1", None, "{}")
    assert _left_out(export(workspace, folder, profile=PROFILE))[:2] == (False, "r0002")
