"""Many components are changed in one act, with a reason, and one click takes it back."""

from __future__ import annotations

import json

import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.jobs.inventory.change_components import Meant, NewValues, change_components
from gridmgmt_plugin.jobs.people.ownership import open_case
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.rehearsal import rehearsed
from tests.jobs.inventory.parts_town import CELLS, COMMUNITY, LAMP, OFFICE, WELL, code, parts_workspace
from tests.jobs.people.places_of_workspaces import either_place  # noqa: F401  a fixture

TORN_DOWN = NewValues(state="废弃")


@pytest.fixture
def workspace(either_place):  # noqa: F811
    return parts_workspace(either_place)


def _parts(workspace):
    return workspace.read("component", geometry=False).records()


def _of(workspace, number):
    return next(part for part in _parts(workspace) if part["code"] == number)


def test_all_of_an_area_and_class_go_with_a_reason_and_come_back_in_one_act(workspace):
    before = _parts(workspace)
    meant = Meant(scope=OFFICE, class_prefix=WELL)
    report = change_components(workspace, meant, TORN_DOWN, reason="北里 拆迁", on="2026-1-5", author="王示例")
    assert report.figures == {"meant": 4, "changed": 3, "same": 1, "in_dispute": 0, "missing": 0}
    part = _of(workspace, code(WELL, 1))
    assert (part["state"], part["changed_on"], part["note"]) == ("废弃", "2026-01-05", "2026-01-05 北里 拆迁")
    log = workspace.read("change_log", where={"gesture": "change_components"}, geometry=False).records()
    assert {row["row_key"] for row in log} == {code(WELL, 1), code(WELL, 2), code(LAMP, 3)}
    assert json.loads(log[0]["after"])["state"] == "废弃"
    again = change_components(workspace, meant, TORN_DOWN, reason="北里 拆迁", on="2026-01-05")
    assert (again.accepted, again.figures["same"]) == (0, 4)
    take_back_last(workspace, author="王示例")
    versions = {"row_version"}
    assert [{k: v for k, v in part.items() if k not in versions} for part in _parts(workspace)] == [
        {k: v for k, v in part.items() if k not in versions} for part in before
    ]


def test_codes_and_rows_that_are_named_change_and_unknown_codes_are_listed(workspace):
    stored = workspace.read("component", ["code"], geometry=False)
    nameless = int(stored.fids[[value is None for value in stored["code"]]][0])
    meant = Meant(codes=(code(LAMP, 1), "没有"), numbers=(nameless,))
    report = change_components(workspace, meant, NewValues(department="城管局（示例）"), reason="移交")
    assert (report.accepted, report.rejected, report.reasons) == (2, 1, {"component_not_there": 1})
    assert _of(workspace, code(LAMP, 1))["department_code"] == "D1"
    assert "没有" in report.rejected_rows[0].text("zh")


def test_an_owner_on_trial_is_settled_at_the_desk(workspace):
    open_case(workspace, code(WELL, 1), claims=["D1", "D2"])
    meant = Meant(codes=(code(WELL, 1), code(WELL, 3)))
    report = change_components(workspace, meant, NewValues(owner="D2", state="废弃"), reason="更换")
    assert (report.accepted, report.reasons) == (1, {"component_under_ruling": 1})
    assert _of(workspace, code(WELL, 1))["owner_code"] is None
    assert _of(workspace, code(WELL, 3))["owner_code"] == "D2"


def test_a_trial_tells_the_same_and_writes_nothing(workspace):
    before, meant = _parts(workspace), Meant(scope=COMMUNITY)
    tried = change_components(rehearsed(workspace), meant, TORN_DOWN, reason="拆迁")
    assert _parts(workspace) == before
    assert change_components(workspace, meant, TORN_DOWN, reason="拆迁").figures == tried.figures
    assert CELLS[0] in {part["unit_grid"] for part in _parts(workspace) if part["state"] == "废弃"}


@pytest.mark.parametrize(
    ("meant", "new", "more", "refusal"),
    [
        (Meant(scope=OFFICE), TORN_DOWN, {"reason": " "}, "change_without_reason"),
        (Meant(), TORN_DOWN, {}, "change_without_components"),
        (Meant(scope=OFFICE), NewValues(), {}, "change_without_values"),
        (Meant(scope=OFFICE), NewValues(state="坏"), {}, "change_value_unknown"),
        (Meant(scope=OFFICE), NewValues(owner="没有"), {}, "department_not_known"),
        (Meant(scope="1"), TORN_DOWN, {}, "scope_unknown"),
        (Meant(scope=OFFICE), TORN_DOWN, {"on": "2099-01-01"}, "change_day_ahead"),
        (Meant(scope=OFFICE), TORN_DOWN, {"on": "哪天"}, "day_unclear"),
    ],
)
def test_what_is_not_said_or_not_there_is_refused_in_a_sentence(tmp_path_factory, meant, new, more, refusal):
    workspace = parts_workspace(tmp_path_factory.mktemp("拒绝") / "库.gpkg")
    before = _parts(workspace)
    with pytest.raises(InputError) as raised:
        change_components(workspace, meant, new, **{"reason": "拆迁", **more})
    assert raised.value.code == refusal
    assert raised.value.text("zh") != raised.value.text("en")
    assert _parts(workspace) == before
