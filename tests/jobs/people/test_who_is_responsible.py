"""Who is responsible: the rule of the contract over a workspace's tables and points as files give them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import Cancelled, InputError, WorkspaceError
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.people.who_is_responsible import ANSWER_FIELDS, NAME_FIELDS, who_is_responsible
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.people.duty_district import CELLS, FRAME, duty_workspace
from tests.tries import tries

AT = "2026-01-15 09:30"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return duty_workspace(tmp_path_factory.mktemp("who") / "网格 库.gpkg")


def _points(places, **columns):
    """Points as a layer gives them; feature ids begin at 7."""
    geometry = as_column(None if place is None else shapely.Point(place) for place in places)
    rows = Rows({name: as_column(values) for name, values in columns.items()}, geometry)
    numbers = np.arange(7, 7 + len(places), dtype=np.int64)
    return Source(rows, "点", "点.shp", None, "utf-8", row_numbers=numbers)


def _ask(workspace, places, columns=None, **options):
    return who_is_responsible(workspace, _points(places, **(columns or {})), **{"at": AT, **options})


def test_a_clear_rule_names_department_person_lane_and_officer(workspace):
    found = _ask(workspace, [(50, 10)], {"类": ["0103"]}, class_field="类", scheme="cg")
    (row,) = found.rows.records()
    assert {name: row[name] for name in ANSWER_FIELDS} == {
        "unit_grid": CELLS[0],
        "responsibility_grid": "990101001001001",
        "department_code": "D1",
        "person": "P1",
        "lane_code": "9901010010001",
        "lane_officer": "P2",
        "status": "clear",
        "rule": "R1",
    }
    assert {name: row[name] for name in NAME_FIELDS} == {
        "department_name": "城管局（示例）",
        "person_name": "示例甲",
        "lane_name": "一巷",
        "lane_officer_name": "示例乙",
    }


def test_a_disputed_rule_and_the_fallbacks_say_so(workspace):
    places = [(50, 10), (150, 10), (50, 10)]
    found = _ask(workspace, places, {"类": ["0102", "0501", "0501"]}, class_field="类", scheme="cg")
    assert found.rows["status"].tolist() == ["disputed", "fallback", "fallback"]
    assert found.rows["department_code"].tolist() == ["D2", "D9", "990101001"]
    assert found.rows["department_name"].tolist() == ["水务局（示例）", "兜底单位（示例）", "湖阳街道（示例）"]
    assert found.rows["rule"].tolist() == ["R2", "unit_grid_fallback", "street_office"]
    assert {name: found.report.figures[name] for name in ("clear", "disputed", "fallback")} == {
        "clear": 0,
        "disputed": 1,
        "fallback": 2,
    }


def test_a_component_answers_before_any_rule(workspace):
    columns = {"部件": ["9901010103000001", None], "类": ["0103", "0103"]}
    found = _ask(workspace, [(50, 10)] * 2, columns, class_field="类", component_field="部件")
    assert found.rows["rule"].tolist() == ["maintainer", "R1"]
    assert found.rows["department_code"].tolist() == ["D2", "D1"]


@pytest.mark.parametrize("heading", ["部件标识码", "BGID", "component_code", "某列"])
def test_a_column_with_component_codes_that_was_not_named_is_pointed_out(workspace, heading):
    columns = {"序号": ["1", "2", "3"], heading: ["9901010103000001", None, 9901010103000001]}
    found = _ask(workspace, [(50, 10)] * 3, columns)
    (note,) = [note for note in found.report.notes if note.code == "duty_components_not_asked"]
    assert heading in note.text("zh")
    assert heading in note.text("en")
    assert "序号" not in note.text("zh")
    named = _ask(workspace, [(50, 10)] * 3, columns, component_field=heading)
    assert "duty_components_not_asked" not in [note.code for note in named.report.notes]
    assert (found.rows["rule"][0], named.rows["rule"][0]) == ("street_office", "maintainer")


def test_a_column_that_is_only_called_like_one_of_components_is_not_pointed_out(workspace):
    columns = {"部件标识码": ["9901010103000099", "9901010103000098", None]}
    assert "duty_components_not_asked" not in [n.code for n in _ask(workspace, [(50, 10)] * 3, columns).report.notes]


@pytest.mark.parametrize(("at", "person"), [("2026-01-15 20:00", None), ("2026年1月17日 9:30", None), (AT, "P1")])
def test_only_who_is_on_duty_then_is_named(workspace, at, person):
    found = _ask(workspace, [(50, 10)], scheme="cg", at=at)
    assert found.rows["person"].tolist() == [person]


def test_without_a_time_now_is_meant(workspace):
    found = _ask(workspace, [(50, 10)], at=None)
    assert abs(np.datetime64("now") - np.datetime64(found.report.figures["at"])) < np.timedelta64(1, "D")


def test_without_a_scheme_no_grid_and_nobody_is_named(workspace):
    (row,) = _ask(workspace, [(50, 10)]).rows.records()
    assert (row["responsibility_grid"], row["person"]) == (None, None)
    assert row["unit_grid"] == CELLS[0]


def test_a_point_on_a_shared_edge_belongs_to_the_smaller_code(workspace):
    assert _ask(workspace, [(100, 50)]).rows["unit_grid"].tolist() == [CELLS[0]]


def test_a_point_outside_is_answered_and_told(workspace):
    found = _ask(workspace, [(900, 900)])
    assert found.rows["rule"].tolist() == ["outside"]
    assert found.rows["department_code"].tolist() == [None]
    assert "duty_points_outside" in [note.code for note in found.report.notes]


def test_a_point_without_a_place_is_listed_with_its_row(workspace):
    found = _ask(workspace, [(50, 10), None, (150, 10)])
    assert len(found.rows) == found.report.accepted == 2
    assert (found.report.rejected, dict(found.report.reasons)) == (1, {"geometry_missing": 1})
    assert [(row.row, row.reason) for row in found.report.rejected_rows] == [(8, "geometry_missing")]


def test_columns_of_the_input_stay_and_never_hide_an_answer(workspace):
    found = _ask(workspace, [(50, 10)], {"编号": ["a"], "status": ["已结案"], "rule": ["x"]})
    (row,) = found.rows.records()
    assert (row["编号"], row["status_2"], row["rule_2"]) == ("a", "已结案", "x")
    assert row["status"] == "fallback"


def test_answers_carry_the_points_in_the_workspaces_frame(workspace):
    found = _ask(workspace, [(50, 10), (150, 20)])
    assert shapely.get_coordinates(found.rows.geometry).tolist() == [[50, 10], [150, 20]]


def test_classes_of_equal_number_are_told_apart_by_their_kind(workspace):
    columns = {"类": ["0600"] * 3, "种": ["部件", "事件", "component"]}
    found = _ask(workspace, [(50, 10)] * 3, columns, class_field="类", kind_field="种")
    assert found.rows["rule"].tolist() == ["R3", "R4", "R3"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"at": "去年"}, "moment_unreadable"),
        ({"scheme": "hw"}, "scheme_not_there"),
        ({"class_field": "没有"}, "field_missing"),
        ({"coordinates": "lonlat"}, "local_frame_no_degrees"),
    ],
)
def test_what_cannot_be_used_is_told(workspace, options, code):
    with pytest.raises(InputError) as caught:
        _ask(workspace, [(50, 10)], {"类": ["0103"]}, **options)
    assert caught.value.code == code
    assert caught.value.text("zh") != caught.value.text("en")


def test_without_unit_grids_there_is_nobody_to_ask(tmp_path):
    path = tmp_path / "空.gpkg"
    with Workspace.create(path, WorkspaceInfo(FRAME, "990101")):
        pass
    with pytest.raises(WorkspaceError) as caught:
        _ask(Workspace.open(path), [(50, 10)])
    assert caught.value.code == "workspace_without_unit_grids"


def test_it_can_be_stopped(workspace):
    with pytest.raises(Cancelled):
        _ask(workspace, [(50, 10)], progress=Progress(None, lambda: True))


def test_the_workspace_is_only_read(workspace):
    before = workspace.path.read_bytes()
    _ask(workspace, [(50, 10)], scheme="cg")
    assert workspace.path.read_bytes() == before


@tries(15)
@given(st.lists(st.tuples(st.floats(-50, 250), st.floats(-50, 150)), min_size=1, max_size=12))
def test_every_point_gets_one_answer_and_every_answer_its_reason(workspace, places):
    found = _ask(workspace, [place if place != (0.0, 0.0) else (1.0, 1.0) for place in places], scheme="cg")
    assert len(found.rows) + found.report.rejected == len(places)
    for row in found.rows.records():
        inside = row["unit_grid"] is not None
        assert row["status"] in ("clear", "disputed", "fallback")
        assert (row["department_code"] is None) == (row["rule"] == "outside")
        assert inside == (row["rule"] != "outside")
