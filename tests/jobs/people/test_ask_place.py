"""A click asks the same code as a million points, says who is on duty and why somebody answers."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.duty import Points, who_answers
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.people.ask_place import Where, ask_place
from gridmgmt_plugin.jobs.people.who_is_responsible import who_is_responsible
from tests.jobs.people.duty_district import CELLS, duty_workspace
from tests.tries import tries

AT = "2026-01-15 09:30"
LANE = "9901010010001"
PART = "9901010103000001"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = duty_workspace(tmp_path_factory.mktemp("ask") / "网格 库.gpkg")

    def rows(**columns):
        return Rows({name: as_column(values) for name, values in columns.items()})

    with made.transaction("测试", "import_tables") as transaction:
        transaction.insert(
            "contact",
            rows(person_id=["P1", "P2"], mobile=["13900000001", "13900000002"], office_phone=["65000001", None]),
        )
        transaction.insert(
            "station", rows(code=["S1"], name=["湖阳分中心"], area_code=["990101001"], duty_phone=["65009999"])
        )
        zones = shapely.multipolygons([[shapely.box(50, 0, 120, 40)], [shapely.box(120, 0, 200, 40)]])
        transaction.insert(
            "duty_zone",
            Rows(rows(code=["Z1", "Z2"], kind=["物业小区"] * 2, manager_code=["D2", "D1"]).columns, zones),
        )
        transaction.insert(
            "duty_rule",
            rows(
                id=["R5", "R6", "R7"],
                class_prefix=["02", "0201", "0301"],
                area_code=[None, "990101001", None],
                zone_kind=["物业小区", None, None],
                department_code=[None, "D1", "D9"],
                basis=[None, "京政发〔2019〕3号", None],
                state=["明确"] * 3,
            ),
        )
    return made


@pytest.fixture(scope="module")
def tables(workspace):
    return workspace.read_all()


def _ask(workspace, x, y, *classes, at=AT):
    return ask_place(workspace, Where(x, y), at=at, scheme="cg", classes=[(None, code) for code in classes] or None)


def _said(answer, row=0):
    return " ".join(message.text("en") for message in answer.classes[row].reasons)


def test_a_click_tells_grid_people_with_phones_lane_and_department(workspace):
    answer = _ask(workspace, 50, 10, "0103")
    assert answer.unit_grid == CELLS[0]
    assert [area[2] for area in answer.areas] == ["湖滨社区（示例）", "湖阳街道（示例）", "示例区"]
    grid, lane = answer.places
    assert (grid.table, grid.scheme, grid.code) == ("responsibility_grid", "城管巡查", "990101001001001")
    assert [(p.name, p.role, p.phones) for p in grid.people] == [
        ("示例甲", "grid_worker", ("13900000001", "65000001"))
    ]
    assert (lane.table, lane.code, lane.distance_m) == ("lane", LANE, 10.0)
    assert [(p.name, p.phones) for p in lane.people] == [("示例乙", ("13900000002",))]
    (department,) = answer.classes
    assert (department.department, department.status, department.rule) == ("城管局（示例）", "clear", "R1")


def test_who_is_off_duty_is_not_named_and_the_duty_phone_stands_in(workspace):
    grid = _ask(workspace, 50, 10, "0103", at="2026-01-15 23:00").places[0]
    assert (grid.people, grid.duty_phone) == ((), "65009999 湖阳分中心")


def test_without_a_choice_every_class_of_the_duty_list_is_asked(workspace):
    answer = ask_place(workspace, Where(50, 90), at=AT, scheme="cg")
    asked = [(one.kind, one.class_code) for one in answer.classes]
    assert asked[0] == ("", "")
    assert ("component", "0600") in asked
    assert ("event", "0600") in asked
    assert ("", "0103") in asked


@pytest.mark.parametrize(
    ("x", "y", "code", "words"),
    [
        (10, 90, "0201", ["R6", "湖阳街道（示例）", "城管局（示例）", "京政发〔2019〕3号"]),
        (60, 10, "0201", ["R5", "Managed estate", "水务局（示例）", "R6"]),
        (10, 90, "0102", ["R2", "水务局（示例）", "Disputed", "disputed"]),
        (150, 90, "0599", ["0599", "fallback body", "兜底单位（示例）"]),
        (10, 90, "0599", ["street office", "湖阳街道（示例）"]),
        (900, 900, "0103", ["no unit grid"]),
    ],
)
def test_the_rule_that_decided_is_told_in_words(workspace, x, y, code, words):
    said = _said(_ask(workspace, x, y, code))
    assert [word for word in words if word not in said] == []


def test_the_words_are_chinese_for_who_reads_chinese(workspace):
    (first, *_) = _ask(workspace, 10, 90, "0201").classes[0].reasons
    assert first.text("zh").startswith("权责条目 R6：湖阳街道（示例）范围内的0201")
    said = " ".join(reason.text("zh") for reason in _ask(workspace, 10, 90, "0102").classes[0].reasons)
    assert "状态为“争议”" in said


def test_overlapping_zones_of_different_managers_are_told(workspace):
    answer = _ask(workspace, 120, 20, "0201").classes[0]
    assert answer.status == "clear"  # a shared edge belongs to the smaller code, so one zone is left
    assert answer.department_code == "D2"


def test_a_component_answers_with_its_own_bodies(workspace):
    answer = ask_place(workspace, Where(table="component", code=PART), at=AT, scheme="cg")
    (one,) = answer.classes
    assert (one.class_code, one.rule, one.department_code) == ("0103", "maintainer", "D2")
    assert PART in _said(answer)


@pytest.mark.parametrize(
    ("where", "unit"),
    [
        (Where(table="unit_grid", code=CELLS[1]), CELLS[1]),
        (Where(table="lane", code=LANE), CELLS[0]),
        (Where(table="area", code="990101001001"), CELLS[0]),
    ],
)
def test_things_are_asked_by_their_code(workspace, where, unit):
    assert ask_place(workspace, where, at=AT, scheme="cg").unit_grid == unit


def test_a_person_is_told_with_posts_and_whether_on_duty(workspace):
    answer = ask_place(workspace, Where(table="person", code="P1"), at="2026-01-17 09:30")
    assert answer.person.phones == ("13900000001", "65000001")
    assert [(post.table, post.code, post.on_duty) for post in answer.posts] == [
        ("responsibility_grid", "990101001001001", False)
    ]


@pytest.mark.parametrize("where", [Where(table="lane", code="没有"), Where(table="person", code="P99")])
def test_a_code_that_is_not_there_is_told(workspace, where):
    with pytest.raises(InputError) as caught:
        ask_place(workspace, where, at=AT)
    assert caught.value.code == "place_not_on_map"


# Corners, edges, zones' edges and anything in between: where the answer could depend on who asks.
_SPOTS = st.tuples(
    st.one_of(st.sampled_from([0.0, 50.0, 100.0, 120.0, 200.0, 99.9995, 100.0005]), st.floats(-20, 220)),
    st.one_of(st.sampled_from([0.0, 40.0, 100.0, 39.9999]), st.floats(-20, 120)),
).filter(any)  # noughts on both sides are a place that was never given
_CLASSES = st.sampled_from([None, "0102", "0103", "0201", "0202", "0301", "0600", "0999"])
_KINDS = st.sampled_from([None, "component", "event"])


@tries(20)
@given(st.lists(st.tuples(_SPOTS, _CLASSES, _KINDS, st.sampled_from([None, PART])), min_size=1, max_size=6))
def test_click_bulk_and_acceptance_agree_on_every_point(workspace, tables, asked):
    """The acceptance points of a package ask :func:`who_answers` with whole tables; so does this."""
    spots, classes, kinds, parts = (list(values) for values in zip(*asked))
    x, y = (np.array(values, dtype=float) for values in zip(*spots))
    source = Source(
        Rows({"类": as_column(classes), "种": as_column(kinds), "部件": as_column(parts)}, shapely.points(x, y)),
        "点",
        "点.shp",
        None,
        "utf-8",
        row_numbers=np.arange(len(x)),
    )
    bulk = who_is_responsible(
        workspace, source, class_field="类", kind_field="种", component_field="部件", scheme="cg", at=AT
    ).rows.records()
    moments = np.full(len(x), AT, dtype="datetime64[s]")
    whole = who_answers(
        Points(x, y, as_column(classes), as_column(parts), moments, as_column(kinds)), tables, "cg", precision_m=0.001
    )
    for row, told in enumerate(bulk):
        where = Where(x[row], y[row], component=parts[row] or "")
        click = ask_place(workspace, where, at=AT, scheme="cg", classes=[(kinds[row], classes[row])])
        one = click.classes[0]
        assert (told["department_code"] or "", told["status"], told["rule"]) == (
            one.department_code,
            one.status,
            one.rule,
        )
        assert (told["unit_grid"] or "") == click.unit_grid == (whole.unit_grid[row] or "")
        assert (whole.department_code[row] or "", whole.rule[row]) == (one.department_code, one.rule)
        lanes = [place.code for place in click.places if place.table == "lane"]
        assert lanes == ([told["lane_code"]] if told["lane_code"] else [])
        grids = [place for place in click.places if place.table == "responsibility_grid"]
        assert [grid.code for grid in grids] == ([told["responsibility_grid"]] if told["responsibility_grid"] else [])
        assert [grid.people[0].person_id for grid in grids if grid.people] == (
            [told["person"]] if told["person"] else []
        )
