"""What a division asked becomes the rules of a scheme that has none, and what is asked otherwise later is told."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.responsibility.scheme_rules import ENTRY, SchemeRules, rules_text
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import BalanceOptions, build_responsibility_grids
from gridmgmt_plugin.workspace.stored_rules import stored_rules
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import drawn_town

RULES = ("scheme_rules_stored", "scheme_rules_differ")


@pytest.fixture
def workspace(tmp_path):
    return drawn_town(tmp_path)


def build(workspace, **asked):
    """Divide, and return what was told about rules."""
    report = build_responsibility_grids(workspace, scheme="cg", title="城管巡查", count=4, **asked)
    return [note for note in report.notes if note.code in RULES]


def held(workspace):
    return stored_rules(Workspace.open(workspace.location)).get("cg")


def test_a_scheme_that_is_made_keeps_to_what_was_asked(workspace):
    (note,) = build(workspace, within="street_office", tolerance_percent=15.0)
    assert held(workspace) == SchemeRules("street_office", True, 15.0)
    assert "不跨街道" in note.text("zh")
    assert "15 %" in note.text("en")


def test_the_same_again_tells_nothing_and_something_else_is_told_and_changes_no_rule(workspace):
    build(workspace, within="street_office", tolerance_percent=15.0)
    assert build(workspace, within="street_office", tolerance_percent=15.0, replace=True) == []
    (note,) = build(workspace, within="county", tolerance_percent=5.0, replace=True)
    assert note.code == "scheme_rules_differ"
    assert "不跨区（县），单元网格数偏差不超过 5%" in note.text("zh")
    assert held(workspace) == SchemeRules("street_office", True, 15.0)


@pytest.mark.proof
def test_a_balance_of_something_else_says_nothing_about_the_number_of_unit_grids(workspace):
    build(workspace, within="street_office", weight="area")
    assert held(workspace) == SchemeRules("street_office", True, 0.0)
    assert build(workspace, within="street_office", weight="area", tolerance_percent=3.0, replace=True) == []


def test_rules_that_people_set_stay(workspace):
    build(workspace)
    with workspace.transaction("", "test") as transaction:
        transaction.set_info(ENTRY, rules_text({"cg": SchemeRules("community", False, 7.0, "#aa0000")}))
    (note,) = build(workspace, within="street_office", replace=True)
    assert note.code == "scheme_rules_differ"
    assert held(workspace) == SchemeRules("community", False, 7.0, "#aa0000")


def test_dividing_a_part_of_a_scheme_without_rules_gives_the_others_none(workspace):
    build(workspace, within="community")
    with workspace.transaction("", "test") as transaction:
        transaction.set_info(ENTRY, "{}")
    codes = workspace.read("responsibility_grid", ["code"], geometry=False)["code"].tolist()
    build_responsibility_grids(
        workspace, scheme="cg", count=1, within="community", options=BalanceOptions(grids=codes[0])
    )
    assert held(workspace) is None
