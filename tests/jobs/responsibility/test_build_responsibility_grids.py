"""Responsibility grids of a workspace: contiguous, balanced, coded, derived from the assignment, replaceable."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.register_store import RegisterStore
from tests.jobs.districts import (
    COUNTY,
    assert_cancel_leaves_nothing,
    block,
    codes_of,
    drawn_town,
    four_communities,
    lines,
    meddling,
    sample_workspace,
    town,
)
from tests.jobs.refusals import refused_by
from tests.tries import tries
from tests.workspace.content import content

refused = refused_by(partial(build_responsibility_grids, scheme="cg"))


def assert_sound(workspace, scheme="cg"):
    """Fail unless grids, assignment, outlines and register of a scheme agree."""
    __tracebackhide__ = True
    units = workspace.read("unit_grid")
    grids = workspace.read("responsibility_grid", None, {"scheme": scheme})
    assigned = units[f"rg_{scheme}"]
    assert sorted(set(assigned)) == sorted(grids["code"])
    for record, outline in zip(grids.records(), grids.geometry):
        mine = units.geometry[assigned == record["code"]]
        assert shapely.symmetric_difference(shapely.union_all(mine), outline).area < 1e-9
        assert record["unit_count"] == len(mine)
        assert record["area_m2"] == pytest.approx(shapely.area(mine).sum(), abs=0.001)
        assert record["expected_parts"] == shapely.get_num_geometries(outline)
        assert record["state"] == "draft"
    assert len(set(grids["code"])) == len(grids)
    assert all(layout("rg_community_15").fits(code) for code in grids["code"])


def add_rows(workspace, table, geometry=None, **columns):
    rows = Rows({name: as_column(values) for name, values in columns.items()}, geometry)
    with workspace.transaction("测试", "test") as transaction:
        transaction.insert(table, rows)


class TestGrouping:
    def test_a_number_of_grids_is_shared_out_by_community(self, tmp_path):
        workspace = drawn_town(tmp_path)
        report = build_responsibility_grids(workspace, scheme="cg", title="城管巡查", count=8)
        assert report.accepted == 8
        assert report.figures["max_deviation_percent"] == pytest.approx(0, abs=0.01)
        assert_sound(workspace)
        grids = workspace.read("responsibility_grid")
        assert set(Counter(grids["area_code"]).values()) == {2}
        assert workspace.read("scheme").records()[0]["title"] == "城管巡查"

    def test_units_per_grid_decide_the_number(self, tmp_path):
        workspace = drawn_town(tmp_path)
        report = build_responsibility_grids(workspace, scheme="cg", units_per_grid=4)
        assert report.accepted == 16
        assert report.figures["units_fewest"] == report.figures["units_most"] == 4

    @pytest.mark.daily(1)
    @pytest.mark.parametrize(("within", "digits"), [("community", 12), ("street_office", 9), ("county", 6)])
    def test_no_grid_crosses_the_areas_chosen(self, tmp_path, within, digits):
        workspace = drawn_town(tmp_path)
        build_responsibility_grids(workspace, scheme="cg", count=5 if within == "county" else 6, within=within)
        assert_sound(workspace)
        units = workspace.read("unit_grid", ["area_code", "rg_cg"], geometry=False)
        homes: dict = {}
        for area, code in zip(units["area_code"], units["rg_cg"]):
            homes.setdefault(code, set()).add(area[:digits])
        assert all(len(found) == 1 for found in homes.values())
        grids = workspace.read("responsibility_grid", ["code", "area_code"], geometry=False)
        assert {len(area) for area in grids["area_code"]} == {digits}
        assert all(code.startswith(area) for code, area in zip(grids["code"], grids["area_code"]))

    def test_zones_that_planners_drew_are_kept(self, tmp_path):
        workspace = drawn_town(tmp_path, 片区=["东", "西", "东", "西"])
        build_responsibility_grids(workspace, scheme="cg", count=4, within="zone")
        assert_sound(workspace)
        grids = workspace.read("responsibility_grid", ["name", "area_code"], geometry=False)
        assert set(grids["area_code"]) == {COUNTY}  # both zones reach over two street offices
        assert sorted(name[:1] for name in grids["name"]) == ["东", "东", "西", "西"]

    def test_areas_without_a_zone_are_told(self, tmp_path):
        workspace = drawn_town(tmp_path, 片区=["东", None, "东", None])
        report = build_responsibility_grids(workspace, scheme="cg", count=4, within="zone")
        note = next(n for n in report.notes if n.code == "zones_incomplete")
        assert COUNTY + "001002" in note.text("zh")

    def test_ground_of_a_street_office_itself_makes_grids_of_its_own(self, tmp_path):
        from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids

        shapes = {**four_communities(), COUNTY + "001": shapely.box(0, 0, 400, 1200)}
        workspace = town(tmp_path, shapes=shapes)
        generate_unit_grids(workspace, None)
        build_responsibility_grids(workspace, scheme="cg", units_per_grid=8)
        assert_sound(workspace)
        rest = workspace.read("responsibility_grid", ["code"], {"area_code": COUNTY + "001"}, geometry=False)
        assert len(rest) == 2
        assert all(code.startswith(COUNTY + "001000") for code in rest["code"])

    def test_numbers_run_west_to_east_from_the_north(self, tmp_path):
        workspace = drawn_town(tmp_path)
        build_responsibility_grids(workspace, scheme="cg", units_per_grid=4)
        grids = workspace.read("responsibility_grid", None, {"area_code": COUNTY + "001001"})
        centres = shapely.get_coordinates(shapely.centroid(grids.geometry))
        ordered = centres[np.argsort(grids["code"].astype(str))]
        if np.allclose(sorted(map(tuple, centres)), [(100, 100), (100, 300), (300, 100), (300, 300)]):
            assert ordered.tolist() == [[100, 300], [300, 300], [100, 100], [300, 100]]
        assert [name[-6:-4] for name in sorted(grids["name"])] == ["第1", "第2", "第3", "第4"]

    def test_names_speak_the_language_asked_for(self, tmp_path):
        workspace = drawn_town(tmp_path)
        build_responsibility_grids(workspace, scheme="cg", count=4, language="en")
        assert set(workspace.read("responsibility_grid")["name"]) >= {"区划001 grid 1"}

    def test_the_same_seed_gives_the_same_grids(self, tmp_path):
        workspace = drawn_town(tmp_path)
        found = []
        for _ in range(2):
            build_responsibility_grids(workspace, scheme="cg", count=7, within="county", seed=5, replace=True)
            found.append(workspace.read("unit_grid")["rg_cg"].tolist())
        assert found[0] == found[1]


class TestWeights:
    @pytest.mark.proof
    def test_area_balances_uneven_cells(self, tmp_path):
        workspace = town(tmp_path, shapes={COUNTY + "001001": block(0, 0, 800)})
        from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids

        generate_unit_grids(workspace, lines([[(x, -5), (x, 805)] for x in (60, 170, 330, 400, 590, 700)]))
        report = build_responsibility_grids(workspace, scheme="cg", count=4, weight="area")
        areas_m2 = workspace.read("responsibility_grid")["area_m2"].astype(float)
        deviation = 100 * np.abs(areas_m2 / areas_m2.mean() - 1).max()
        assert report.figures["max_deviation_percent"] == pytest.approx(deviation, abs=0.01)
        assert deviation < 15

    def loaded(self, folder, table, **columns):
        """Return a town in which objects are crowded in the west of one community."""
        workspace = drawn_town(folder)
        codes = [f"{COUNTY}001001{n:03d}" for n in (1, 5, 9, 13)] * 10
        others = workspace.read("unit_grid")["code"].tolist()
        key = "id" if table == "cases" else "code"
        unit = codes + others
        keys = [f"{i:016d}" for i in range(len(unit))]
        add_rows(workspace, table, shapely.points(np.zeros((len(unit), 2))), **{key: keys}, unit_grid=unit, **columns)
        return workspace

    def test_components_weigh_where_they_lie(self, tmp_path):
        workspace = self.loaded(tmp_path, "component")
        build_responsibility_grids(workspace, scheme="cg", count=8, weight="components")
        grids = workspace.read("responsibility_grid", ["unit_count"], {"area_code": COUNTY + "001001"})
        assert len(grids) > 2  # the crowded community gets more of them

    def test_cases_that_are_void_or_doubled_weigh_nothing(self, tmp_path):
        status = ["void"] * 40 + ["closed"] * 64
        workspace = self.loaded(tmp_path, "cases", status=status)
        report = build_responsibility_grids(workspace, scheme="cg", count=4, weight="cases")
        assert report.figures["max_deviation_percent"] == pytest.approx(0, abs=0.01)

    def test_objects_outside_every_cell_are_told(self, tmp_path):
        workspace = self.loaded(tmp_path, "component")
        add_rows(workspace, "component", shapely.points([[0, 0]]), code=["x"], unit_grid=[None])
        report = build_responsibility_grids(workspace, scheme="cg", count=4, weight="components")
        note = next(n for n in report.notes if n.code == "weight_objects_nowhere")
        assert note.details["count"] == 1
        assert "部件" in note.text("zh")

    def test_lanes_weigh_their_length_and_a_lane_on_a_border_counts_once(self, tmp_path):
        from gridmgmt_plugin.jobs.lanes.lane_lengths import lane_lengths_m

        workspace = drawn_town(tmp_path)
        import_lanes(workspace, lines([[(100, 10), (100, 390)], [(20, 50), (80, 50)]], ["界巷", "内巷"]))
        units = workspace.read("unit_grid")
        found = lane_lengths_m(workspace, units["code"], units.geometry)
        assert found.sum() == pytest.approx(440)
        at = shapely.STRtree(units.geometry).query(shapely.points([[50, 50], [150, 50]]), predicate="intersects")[1]
        assert found[at[0]] - found[at[1]] == pytest.approx(60, abs=1)
        report = build_responsibility_grids(workspace, scheme="cg", count=4, weight="lane_length")
        assert report.accepted == 4

    def test_households_that_are_missing_are_told(self, tmp_path):
        workspace = drawn_town(tmp_path)
        units = workspace.read("unit_grid")
        with workspace.transaction("", "test") as transaction:
            transaction.set_column("unit_grid", "households", units.fid[:40], [30] * 40)
        report = build_responsibility_grids(workspace, scheme="cg", count=4, weight="households")
        note = next(n for n in report.notes if n.code == "weight_values_missing")
        assert note.details["count"] == 24
        assert "户数" in note.text("zh")
        assert "households" in note.text("en")

    @pytest.mark.parametrize("weight", ["components", "cases", "lane_length", "households", "population"])
    def test_nothing_to_weigh_by_is_refused(self, tmp_path, weight):
        refused(drawn_town(tmp_path), "weight_missing", count=4, weight=weight)


class TestReplace:
    def test_a_scheme_is_not_grouped_twice_unasked(self, tmp_path):
        workspace = drawn_town(tmp_path)
        build_responsibility_grids(workspace, scheme="cg", count=4)
        assert "替换" in refused(workspace, "responsibility_grids_exist", count=4).text("zh")

    def test_drafts_are_given_back_and_their_numbers_serve_again(self, tmp_path):
        workspace = drawn_town(tmp_path)
        build_responsibility_grids(workspace, scheme="cg", count=8)
        report = build_responsibility_grids(workspace, scheme="cg", count=4, replace=True)
        assert_sound(workspace)
        assert codes_of(workspace, "rg_cg") == sorted(f"{code}001" for code in four_communities())
        assert "responsibility_grids_replaced" in [n.code for n in report.notes]

    def test_codes_in_force_are_retired_with_their_successors(self, tmp_path):
        workspace = drawn_town(tmp_path)
        build_responsibility_grids(workspace, scheme="cg", count=4)
        old = sorted(workspace.read("responsibility_grid")["code"])
        self.hand_over(workspace, old[:1])
        build_responsibility_grids(workspace, scheme="cg", count=8, replace=True)
        assert_sound(workspace)
        register = workspace.read("code_register", None, {"kind": "rg_cg"}, geometry=False).records()
        retired = [entry for entry in register if entry["state"] == "retired"]
        assert [entry["code"] for entry in retired] == old[:1]
        assert retired[0]["successors"] == f"{old[0][:-3]}002,{old[0][:-3]}003"
        assert old[0] not in workspace.read("responsibility_grid")["code"]

    def test_lineage_leads_on_when_drafts_that_followed_a_retired_code_are_replaced(self, tmp_path):
        workspace = drawn_town(tmp_path)
        build_responsibility_grids(workspace, scheme="cg", count=4)
        old = min(workspace.read("responsibility_grid")["code"])
        self.hand_over(workspace, [old])
        build_responsibility_grids(workspace, scheme="cg", count=8, replace=True)
        build_responsibility_grids(workspace, scheme="cg", count=16, replace=True)
        entry = workspace.read("code_register", None, {"code": old, "kind": "rg_cg"}, geometry=False).records()[0]
        there = [code for code in workspace.read("responsibility_grid")["code"] if code.startswith(old[:-3])]
        assert entry["successors"].split(",") == sorted(there)
        build_responsibility_grids(workspace, scheme="cg", count=4, replace=True)
        entry = workspace.read("code_register", None, {"code": old, "kind": "rg_cg"}, geometry=False).records()[0]
        assert entry["successors"] == f"{old[:-3]}002"

    def hand_over(self, workspace, codes):
        store = RegisterStore(workspace, "rg_community_15", "rg_cg")
        store.register.hand_over(codes)
        with workspace.transaction("", "test") as transaction:
            store.write(transaction)

    def test_the_change_log_keeps_what_was_replaced(self, tmp_path):
        workspace = drawn_town(tmp_path)
        build_responsibility_grids(workspace, scheme="cg", count=4)
        old = set(workspace.read("responsibility_grid")["name"])
        build_responsibility_grids(workspace, scheme="cg", count=8, replace=True, author="王规划")
        lines = workspace.read("change_log", where={"changed_by": "王规划"}, geometry=False).records()
        grids = [line for line in lines if line["table_name"] == "responsibility_grid"]
        assert {json.loads(line["before"])["name"] for line in grids if line["before"]} == old
        assert len([line for line in grids if line["after"]]) == 8
        units = [line for line in lines if line["table_name"] == "unit_grid"]
        told = json.loads(units[0]["after"])["attributes"]
        assert told == {"rg_cg": _grid_of(workspace, units[0]["row_key"])}

    def test_posts_go_to_the_grid_that_holds_most_of_their_ground(self, tmp_path):
        workspace = drawn_town(tmp_path)
        build_responsibility_grids(workspace, scheme="cg", count=4)
        grids = workspace.read("responsibility_grid")
        self.hand_over(workspace, grids["code"].tolist())
        code, shape = grids["code"][0], grids.geometry[0]
        target, scheme = ["responsibility_grid"] * 3, ["cg"] * 3
        codes, ends = [code, "x", code], [None, None, "2020-12-31"]
        add_rows(
            workspace, "post", id=["1", "2", "3"], target=target, target_code=codes, scheme=scheme, valid_to=ends
        )
        before = content(workspace)
        report = build_responsibility_grids(workspace, scheme="cg", count=8, replace=True)
        posts = {row["id"]: row["target_code"] for row in workspace.read("post").records()}
        now = workspace.read("responsibility_grid")
        shares = {c: shapely.area(shapely.intersection(s, shape)) for c, s in zip(now["code"], now.geometry)}
        assert shares[posts["1"]] == max(shares.values())
        assert posts["2"] == "x"  # whom it belongs to is not known
        assert posts["3"] == code  # what has ended stays as it was
        assert report.figures["posts_followed"] == 1
        (row,) = report.to_confirm
        assert (row.key, row.value, row.details["old"]) == ("1", posts["1"], code)
        assert str(row.details["percent"]) in row.text("zh")
        written = json.loads(report.write(tmp_path / "报告.json", "zh").read_text(encoding="utf-8"))
        assert posts["1"] in Path(written["to_confirm"]).read_text(encoding="utf-8-sig")
        take_back_last(workspace, "")
        assert content(workspace) == before

    def test_a_number_that_was_given_back_names_no_old_post_and_no_old_exemption(self, tmp_path):
        workspace = drawn_town(tmp_path)
        build_responsibility_grids(workspace, scheme="cg", count=4, seed=1)
        grids = workspace.read("responsibility_grid")
        count = len(grids)
        codes = grids["code"].tolist()
        target, scheme = ["responsibility_grid"] * count, ["cg"] * count
        add_rows(workspace, "post", id=codes, target=target, target_code=codes, scheme=scheme)
        add_rows(workspace, "exemption", rule=["rg_parts"] * count, object_key=codes)
        build_responsibility_grids(workspace, scheme="cg", count=8, replace=True)
        now = dict(zip(*(workspace.read("responsibility_grid")[name] for name in ("code", "area_m2"))))
        assert set(codes) < set(now), "the numbers of drafts serve again"
        shape_of = dict(zip(codes, grids.geometry))
        after = workspace.read("responsibility_grid")
        for post in workspace.read("post").records():
            shares = [shapely.area(shapely.intersection(s, shape_of[post["id"]])) for s in after.geometry]
            assert shares[after["code"].tolist().index(post["target_code"])] == max(shares)
        assert workspace.count("exemption") == 0

    @pytest.mark.proof
    def test_a_second_scheme_stands_beside_the_first(self, tmp_path):
        workspace = drawn_town(tmp_path)
        build_responsibility_grids(workspace, scheme="cg", count=4)
        first = workspace.read("unit_grid")["rg_cg"].tolist()
        build_responsibility_grids(workspace, scheme="hw", title="环卫", count=16)
        assert_sound(workspace, "cg")
        assert_sound(workspace, "hw")
        assert workspace.read("unit_grid")["rg_cg"].tolist() == first
        assert len(codes_of(workspace, "rg_cg")) == 4
        assert len(codes_of(workspace, "rg_hw")) == 16
        build_responsibility_grids(workspace, scheme="hw", count=8, replace=True)
        assert workspace.read("unit_grid")["rg_cg"].tolist() == first
        assert workspace.count("scheme") == 2


def _grid_of(workspace, unit):
    return workspace.read("unit_grid", where={"code": unit})["rg_cg"][0]


class TestRefusals:
    @pytest.mark.parametrize("key", ["", "CG", "1cg", "城管", "c g", "abcdefgh", "cg-1", 'cg"'])
    def test_a_scheme_key_that_no_column_can_bear_is_refused(self, tmp_path, key):
        refused(town(tmp_path), "scheme_key_malformed", scheme=key, count=4)

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"count": 4, "units_per_grid": 4}, "grouping_count_or_size"),
            ({}, "grouping_count_or_size"),
            ({"count": 0}, "grouping_count_invalid"),
            ({"count": 3}, "grouping_too_few_groups"),
            ({"count": 65}, "grouping_too_many_groups"),
            ({"units_per_grid": 0.5}, "grouping_size_invalid"),
            ({"count": 4, "weight": "Bürger"}, "weight_unknown"),
            ({"count": 4, "within": "village"}, "within_unknown"),
            ({"count": 4, "within": "zone"}, "zones_missing"),
            ({"count": 4, "tolerance_percent": 100}, "grouping_tolerance_invalid"),
            ({"count": 4, "tolerance_percent": -1}, "grouping_tolerance_invalid"),
        ],
    )
    def test_impossible_wishes_are_refused(self, tmp_path, options, code):
        refused(drawn_town(tmp_path), code, **options)

    def test_without_unit_grids_there_is_nothing_to_group(self, tmp_path):
        refused(town(tmp_path), "workspace_without_unit_grids", count=4)

    def test_a_scheme_of_lanes_cannot_be_grouped_from_cells(self, tmp_path):
        workspace = drawn_town(tmp_path)
        add_rows(workspace, "scheme", key=["cg"], title=["街巷长"], base=["lane"])
        told = refused(workspace, "scheme_not_of_unit_grids", count=4)
        assert "“街巷长”以“街巷”为基础" in told.text("zh")

    def test_cells_that_others_changed_meanwhile_are_not_grouped(self, tmp_path):
        workspace = drawn_town(tmp_path)

        def remove_one():
            with workspace.transaction("别人", "test") as transaction:
                transaction.delete("unit_grid", workspace.read("unit_grid").fid[:1])

        with pytest.raises(GridError) as caught:
            build_responsibility_grids(workspace, scheme="cg", count=4, progress=meddling(remove_one))
        assert caught.value.code == "row_changed_meanwhile"
        assert workspace.count("responsibility_grid") == 0
        assert "rg_cg" not in workspace.read("unit_grid")

    def test_cancel_at_any_moment_leaves_the_workspace_as_it_was(self, tmp_path):
        workspace = drawn_town(tmp_path)
        assert_cancel_leaves_nothing(
            lambda there, progress: build_responsibility_grids(there, scheme="cg", count=6, progress=progress),
            workspace.path,
        )

    def test_cancel_while_replacing_keeps_the_old_grids(self, tmp_path):
        workspace = drawn_town(tmp_path)
        build_responsibility_grids(workspace, scheme="cg", count=4)
        assert_cancel_leaves_nothing(
            lambda there, progress: build_responsibility_grids(
                there, scheme="cg", count=8, replace=True, progress=progress
            ),
            workspace.path,
        )

    def test_deviations_beyond_the_tolerance_are_told(self, tmp_path):
        workspace = drawn_town(tmp_path)
        report = build_responsibility_grids(workspace, scheme="cg", count=6, tolerance_percent=5)
        note = next(n for n in report.notes if n.code == "responsibility_beyond_tolerance")
        assert note.details["count"] == report.figures["beyond_tolerance"] > 0
        assert report.figures["tolerance_percent"] == 5


@tries(8)
@given(st.integers(4, 40), st.sampled_from(["community", "street_office", "county"]), st.integers(0, 99))
@pytest.mark.proof
def test_grids_assignment_and_register_agree_whatever_is_asked(drawn_once, count, within, seed):
    build_responsibility_grids(drawn_once, scheme="cg", count=count, within=within, seed=seed, replace=True)
    assert_sound(drawn_once)
    grids = drawn_once.read("responsibility_grid")
    assert len(grids) == count
    assert (shapely.get_num_geometries(grids.geometry) == 1).all()
    assert codes_of(drawn_once, "rg_cg") == sorted(grids["code"])


@pytest.fixture(scope="module")
def drawn_once(tmp_path_factory):
    return drawn_town(tmp_path_factory.mktemp("库"))


@pytest.mark.proof
def test_the_sample_district_gets_the_grids_of_its_manifest(tmp_path):
    manifest = json.loads(resource_path("sample/sample.json").read_text(encoding="utf-8"))["scheme"]
    workspace = sample_workspace(tmp_path)
    report = build_responsibility_grids(
        workspace, scheme=manifest["key"], count=manifest["count"], weight="area", within=manifest["within"]
    )
    assert report.accepted == 82
    assert_sound(workspace)
    counted = Counter(workspace.read("responsibility_grid")["area_code"])
    assert dict(counted) == manifest["grids_per_community"]
