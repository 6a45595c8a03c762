"""Grid schemes: made, copied, proposed, adopted, deleted, over unit grids or lanes; each act taken back exactly."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.responsibility.scheme_rules import SchemeRules
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.responsibility import scheme_acts
from gridmgmt_plugin.jobs.responsibility.assign_units import assign_units
from gridmgmt_plugin.jobs.responsibility.lane_schemes import assign_lanes
from gridmgmt_plugin.jobs.responsibility.scheme_figures import scheme_figures
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.people.staff_state import rows_of
from tests.workspace.conftest import LOCAL_FRAME
from tests.workspace.places import KINDS, place_of

G1, G2 = "990101001001001", "990101001001002"
TABLES = ("scheme", "responsibility_grid", "unit_grid", "post", "code_register")
UNITS = [f"990101001{community}{n:03d}" for community in ("001", "002") for n in (1, 2, 3, 4)]


@pytest.fixture(params=KINDS)
def town(request, tmp_path):
    """Two communities of four cells in two rows; the first is in two grids, the second in none."""
    with place_of(request.param, tmp_path, request) as place:
        with Workspace.create(place.location, WorkspaceInfo(LOCAL_FRAME, "990101", "示例区")) as (_, transaction):
            _fill(transaction)
        yield Workspace.open(place.location)


def _fill(transaction):
    areas = [{"code": "990101", "level": "county"}, {"code": "990101001", "level": "street_office"}]
    areas += [{"code": f"99010100100{n}", "level": "community", "parent_code": "990101001"} for n in (1, 2)]
    areas[1]["parent_code"] = "990101"
    transaction.insert("area", Rows.from_records(areas))
    transaction.insert("scheme", Rows.from_records([{"key": "cg", "title": "城管巡查", "base": "unit_grid"}]))
    transaction.add_column("unit_grid", "rg_cg", "text")
    boxes = shapely.box(
        *[
            np.array(v, dtype=float)
            for v in zip(
                *[(100 * (n % 4), 100 * (n // 4), 100 * (n % 4) + 100, 100 * (n // 4) + 100) for n in range(8)]
            )
        ]
    )
    groups = [G1, G1, G2, G2, None, None, None, None]
    units = {"code": as_column(UNITS), "area_code": as_column(code[:12] for code in UNITS)}
    transaction.insert(
        "unit_grid", Rows({**units, "area_m2": as_column([10000.0] * 8), "rg_cg": as_column(groups)}, boxes)
    )
    grids = [
        {
            "scheme": "cg",
            "code": code,
            "name": f"第{n}网格",
            "area_code": code[:12],
            "state": "draft",
            "operator_code": "D1",
        }
        for n, code in enumerate((G1, G2), start=1)
    ]
    ground = as_column(shapely.multipolygons([shapely.box(x, 0, x + 200, 100)]) for x in (0, 200))
    transaction.insert("responsibility_grid", Rows.from_records(grids, ground))
    registered = [{"code": code, "kind": "rg_cg", "state": "valid"} for code in (G1, G2)]
    transaction.insert("code_register", Rows.from_records(registered))
    post = {"id": "1", "target": "responsibility_grid", "target_code": G2, "scheme": "cg", "person_id": "P1"}
    transaction.insert("post", Rows.from_records([post]))
    transaction.insert("person", Rows.from_records([{"id": "P1", "name": "示例甲"}]))
    lane = {"code": "L1", "name": "一巷", "street_code": "990101001", "width_m": 6.0, "cleaning_code": "D7"}
    transaction.insert("lane", Rows.from_records([lane], as_column([shapely.multilinestrings([[(0, 0), (100, 0)]])])))


def paint(workspace, column, **codes):
    units = workspace.read("unit_grid", ["code", column], geometry=False)
    with workspace.transaction("", "test") as transaction:
        for code, new in codes.items():
            at = units["code"].tolist().index(code.lstrip("u"))
            transaction.update("unit_grid", Rows({column: as_column([new])}, None, units.fid[[at]]))


def state(workspace):
    return {table: rows_of(workspace, table) for table in TABLES}


def figures(workspace, key):
    return next(one for one in scheme_figures(Workspace.open(workspace.location)) if one.key == key)


def assignment(workspace, column):
    units = workspace.read("unit_grid", ["code", column], geometry=False)
    return dict(zip(units["code"], units[column]))


def test_units_and_communities_without_a_grid_are_shown(town):
    area = town.read("area", ["row_version"], {"code": "990101001002"}, geometry=False)
    with town.transaction("", "test") as transaction:
        transaction.update("area", area.with_columns(name=["书院社区"]))
    found = figures(town, "cg")
    assert (found.grids, found.posts, found.deviation_percent) == (2, 1, 0.0)
    assert found.without == tuple(UNITS[4:])
    assert found.areas_without == ("990101001002",)
    assert found.names_without == ("书院社区",)


def test_a_new_scheme_has_its_rules_and_no_grids(town):
    scheme_acts.create_scheme(
        town, "hw", "环卫作业", rules=SchemeRules("street_office", False, 15.0, "#aa0000"), author="王工"
    )
    found = figures(town, "hw")
    assert (found.title, found.grids, found.rules.within, found.rules.contiguous) == (
        "环卫作业",
        0,
        "street_office",
        False,
    )
    assert found.areas_without == ("990101001", "990101001001", "990101001002")
    scheme_acts.set_scheme_rules(town, "hw", SchemeRules("county"))
    assert figures(town, "hw").rules == SchemeRules("county")
    scheme_acts.set_scheme_rules(town, "hw", {"tolerance_percent": 7.0})
    assert figures(town, "hw").rules == SchemeRules("county", tolerance_percent=7.0)


def test_over_lanes_every_lane_is_a_grid_of_its_own(town):
    scheme_acts.create_scheme(town, "dl", "道路保洁", base="lane")
    (grid,) = [row for row in rows_of(town, "responsibility_grid") if row["scheme"] == "dl"]
    assert (grid["code"], grid["name"], grid["operator_code"], grid["area_m2"]) == ("L1", "一巷", "D7", 600.0)
    found = figures(town, "dl")
    assert (found.without, found.areas_without, found.border_km) == ((), (), 0.0)


def draw_lane(town, code):
    lane = {"code": code, "name": "二巷", "street_code": "990101001", "width_m": 4.0}
    with town.transaction("", "test") as transaction:
        ground = as_column([shapely.multilinestrings([[(0, 100), (100, 100)]])])
        transaction.insert("lane", Rows.from_records([lane], ground))


def lane_codes(town, scheme):
    return sorted(row["code"] for row in rows_of(town, "responsibility_grid") if row["scheme"] == scheme)


def test_lanes_drawn_since_are_in_none_until_they_are_made_grids(town):
    scheme_acts.create_scheme(town, "dl", "道路保洁", base="lane")
    draw_lane(town, "L2")
    assert figures(town, "dl").without == ("L2",)
    before = state(town)
    report = assign_lanes(town, "dl", author="王工")
    assert (report.accepted, figures(town, "dl").without, lane_codes(town, "dl")) == (1, (), ["L1", "L2"])
    assert assign_lanes(town, "dl").accepted == 0, "a second time there is nothing to do"
    take_back_last(town, "王工")
    assert state(town) == before


def test_only_the_lanes_that_are_named_are_made_grids(town):
    scheme_acts.create_scheme(town, "dl", "道路保洁", base="lane")
    draw_lane(town, "L2")
    draw_lane(town, "L3")
    assign_lanes(town, "dl", ["L3", "L1"])
    assert lane_codes(town, "dl") == ["L1", "L3"]
    for scheme, lanes, code in (("cg", (), "scheme_not_of_lanes"), ("dl", ["L9"], "lanes_not_known")):
        with pytest.raises(GridError) as caught:
            assign_lanes(town, scheme, lanes)
        assert caught.value.code == code


@pytest.mark.proof
def test_by_the_algorithm_s_job_lanes_are_made_grids_and_taken_out_again(town):
    scheme_acts.create_scheme(town, "dl", "道路保洁", base="lane")
    draw_lane(town, "L2")
    draw_lane(town, "L3")
    assert assign_units(town, scheme="dl", grid="new", lanes="all").accepted == 2
    post = {"id": "2", "target": "responsibility_grid", "target_code": "L1", "scheme": "dl", "person_id": "P1"}
    with town.transaction("", "test") as transaction:
        transaction.insert("post", Rows.from_records([post]))
    before = state(town)
    report = assign_units(town, scheme="dl", grid="none", lanes="L1, L2、L9", author="王工")
    assert lane_codes(town, "dl") == ["L1", "L3"]
    told = {row.key: row.reason for row in report.rejected_rows}
    assert (report.accepted, told) == (1, {"L9": "drop_lane_unknown", "L1": "drop_lane_staffed"})
    take_back_last(town, "王工")
    assert state(town) == before


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"grid": "L1", "lanes": "L1"}, "assign_lanes_to_grid"),
        ({"grid": "none", "lanes": "all"}, "assign_lanes_to_grid"),
        ({"grid": "new", "lanes": "L1", "units": "1"}, "assign_units_or_lanes"),
        ({"grid": "new", "lanes": "L9"}, "lanes_not_known"),
        ({"grid": "none", "lanes": "L1", "scheme": "cg"}, "scheme_not_of_lanes"),
    ],
)
def test_what_cannot_be_done_with_lanes_is_refused_and_nothing_changes(town, given, code):
    scheme_acts.create_scheme(town, "dl", "道路保洁", base="lane")
    before = state(town)
    with pytest.raises(GridError) as caught:
        assign_units(town, **{"scheme": "dl", **given})
    assert caught.value.code == code
    assert state(town) == before


def test_a_scheme_over_lanes_is_copied_proposed_adopted_and_deleted(town):
    scheme_acts.create_scheme(town, "dl", "道路保洁", base="lane")
    scheme_acts.copy_scheme(town, "dl", "dx", "道路巡查")
    assert lane_codes(town, "dx") == ["L1"]
    scheme_acts.copy_scheme(town, "dl", "dlb", "方案二", alternative=True)
    assert figures(town, "dlb").differs == 0
    draw_lane(town, "L2")
    assign_lanes(town, "dlb")
    grids = town.read("responsibility_grid", where={"scheme": "dlb", "code": "L1"}, geometry=False)
    with town.transaction("", "test") as transaction:
        transaction.update("responsibility_grid", Rows({"operator_code": as_column(["D8"])}, None, grids.fid))
    assert figures(town, "dlb").differs == 2
    before = state(town)
    report = scheme_acts.adopt_alternative(town, "dlb", author="王工")
    adopted = {row["code"]: row for row in rows_of(town, "responsibility_grid") if row["scheme"] == "dl"}
    assert {code: row["operator_code"] for code, row in adopted.items()} == {"L1": "D8", "L2": None}
    assert (report.accepted, figures(town, "dlb").differs) == (2, 0)
    take_back_last(town, "王工")
    assert state(town) == before
    scheme_acts.delete_scheme(town, "dlb", "方案二", author="王工")
    assert lane_codes(town, "dlb") == []
    take_back_last(town, "王工")
    assert state(town) == before


def test_a_lane_that_the_adopted_alternative_does_not_have_leaves_its_posts_to_be_settled(town):
    scheme_acts.create_scheme(town, "dl", "道路保洁", base="lane")
    draw_lane(town, "L2")
    scheme_acts.copy_scheme(town, "dl", "dlb", "方案二", alternative=True)
    assign_lanes(town, "dlb")
    assign_lanes(town, "dl")
    gone = town.read("responsibility_grid", where={"scheme": "dlb", "code": "L1"})
    post = {"id": "2", "target": "responsibility_grid", "target_code": "L1", "scheme": "dl", "person_id": "P1"}
    with town.transaction("", "test") as transaction:
        transaction.delete("responsibility_grid", gone.fids)
        transaction.insert("post", Rows.from_records([post]))
    report = scheme_acts.adopt_alternative(town, "dlb")
    assert lane_codes(town, "dl") == ["L2"]
    assert report.figures["posts_left"] == 1
    assert "2" in report.notes[-1].text("zh")


def test_the_border_is_that_of_grids_with_each_other_within_the_areas_they_keep_to(town):
    assert figures(town, "cg").border_km == 0.1
    paint(town, "rg_cg", **{f"u{code}": G2 for code in UNITS[4:]})
    assert figures(town, "cg").border_km == 0.1, "the border of two communities is none of the division"
    scheme_acts.set_scheme_rules(town, "cg", SchemeRules("street_office"))
    assert figures(town, "cg").border_km == pytest.approx(0.3)


def test_a_copy_has_the_grids_as_drafts_and_neither_posts_nor_contracts(town):
    before = state(town)
    scheme_acts.copy_scheme(town, "cg", "hw", "环卫作业", author="王工")
    assert assignment(town, "rg_hw") == assignment(town, "rg_cg")
    copied = [row for row in rows_of(town, "responsibility_grid") if row["scheme"] == "hw"]
    assert [(row["code"], row["state"], row["operator_code"]) for row in copied] == [
        (G1, "draft", "D1"),
        (G2, "draft", "D1"),
    ]
    assert figures(town, "hw").posts == 0
    registered = [row for row in rows_of(town, "code_register") if row["kind"] == "rg_hw"]
    assert [row["state"] for row in registered] == ["draft", "draft"]
    take_back_last(town, "王工")
    after = state(town)
    for row in after["unit_grid"]:
        assert row.pop("rg_hw") is None
    assert after == before


def test_an_adopted_alternative_takes_the_place_and_people_follow_the_ground(town):
    scheme_acts.copy_scheme(town, "cg", "cgb", "方案二", alternative=True, author="王工")
    paint(town, "rg_cgb", **{f"u{UNITS[2]}": G1, f"u{UNITS[3]}": G1})
    assert figures(town, "cgb").differs == 2
    before = state(town)
    report = scheme_acts.adopt_alternative(town, "cgb", author="王工")
    assert set(assignment(town, "rg_cg").values()) == {G1, None}
    (grid,) = [row for row in rows_of(town, "responsibility_grid") if row["scheme"] == "cg"]
    assert (grid["code"], grid["name"], grid["unit_count"], grid["area_m2"], grid["operator_code"]) == (
        G1,
        "第1网格",
        4,
        40000.0,
        "D1",
    )
    retired = next(row for row in rows_of(town, "code_register") if (row["kind"], row["code"]) == ("rg_cg", G2))
    assert (retired["state"], retired["successors"]) == ("retired", G1)
    assert rows_of(town, "post")[0]["target_code"] == G1
    assert report.to_confirm[0].reason == "post_follows_ground"
    take_back_last(town, "王工")
    assert state(town) == before


def test_a_new_grid_of_the_alternative_gets_its_code_in_the_scheme_too(town):
    scheme_acts.copy_scheme(town, "cg", "cgb", "方案二", alternative=True)
    new = "990101001002001"
    with town.transaction("", "test") as transaction:
        grid = {"scheme": "cgb", "code": new, "name": "新网格", "area_code": new[:12], "state": "draft"}
        ground = as_column([shapely.multipolygons([shapely.box(0, 100, 400, 200)])])
        transaction.insert("responsibility_grid", Rows.from_records([grid], ground))
    paint(town, "rg_cgb", **{f"u{code}": new for code in UNITS[4:]})
    scheme_acts.adopt_alternative(town, "cgb")
    assert assignment(town, "rg_cg")[UNITS[5]] == new
    names = {row["code"]: row["name"] for row in rows_of(town, "responsibility_grid") if row["scheme"] == "cg"}
    assert names == {G1: "第1网格", G2: "第2网格", new: "新网格"}
    assert figures(town, "cg").without == ()


def test_a_scheme_goes_only_when_its_title_is_typed_and_comes_back(town):
    before = state(town)
    with pytest.raises(GridError) as caught:
        scheme_acts.delete_scheme(town, "cg", "城管")
    assert caught.value.code == "scheme_delete_unconfirmed"
    assert state(town) == before
    report = scheme_acts.delete_scheme(town, "cg", "城管巡查", author="王工")
    assert (report.figures["grids"], report.figures["posts"]) == (2, 1)
    assert rows_of(town, "responsibility_grid") == rows_of(town, "scheme") == rows_of(town, "post") == []
    assert set(assignment(town, "rg_cg").values()) == {None}
    assert [row["state"] for row in rows_of(town, "code_register")] == ["retired", "retired"]
    take_back_last(town, "王工")
    assert state(town) == before


def _with_alternative(town):
    scheme_acts.copy_scheme(town, "cg", "cgb", "方案二", alternative=True)


@pytest.mark.daily(3)
@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda town: scheme_acts.create_scheme(town, "cg", "又一个"), "scheme_key_taken"),
        (lambda town: scheme_acts.create_scheme(town, "9x", "坏标识"), "scheme_key_malformed"),
        (lambda town: scheme_acts.create_scheme(town, "xx", "怪", base="sky"), "scheme_base_unknown"),
        (
            lambda town: scheme_acts.copy_scheme(town, "cgb", "cgc", "三", alternative=True),
            "scheme_alternative_of_alternative",
        ),
        (lambda town: scheme_acts.adopt_alternative(town, "cg"), "scheme_not_alternative"),
        (lambda town: scheme_acts.delete_scheme(town, "cg", "城管巡查"), "scheme_has_alternatives"),
        (lambda town: scheme_acts.set_scheme_rules(town, "zz", SchemeRules()), "scheme_not_known"),
        (lambda town: scheme_acts.set_scheme_rules(town, "cg", {"colour": "red"}), "scheme_colour_wrong"),
        (lambda town: SchemeRules("planet"), "scheme_within_unknown"),
        (lambda town: SchemeRules(tolerance_percent=-1), "scheme_tolerance_wrong"),
    ],
)
@pytest.mark.proof
def test_what_cannot_be_is_said_and_nothing_changes(town, act, code):
    _with_alternative(town)
    before = state(town)
    with pytest.raises(GridError) as caught:
        act(town)
    assert caught.value.code == code
    assert caught.value.text("zh") != caught.value.text("en")
    assert state(town) == before
