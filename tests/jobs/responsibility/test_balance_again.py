"""Balancing what is there: a scope, some grids, locks, barriers, a mix of loads, staying with today's assignment."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import BalanceOptions, build_responsibility_grids
from gridmgmt_plugin.jobs.responsibility.unit_weights import read_mix
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from tests.jobs.districts import COUNTY, drawn_town, dump, layer, lines, sample_workspace
from tests.jobs.responsibility.test_build_responsibility_grids import add_rows, assert_sound
from tests.tries import tries
from tests.workspace.content import content

WEST = COUNTY + "001001"


def built(folder, **options):
    workspace = drawn_town(folder)
    build_responsibility_grids(workspace, **{"scheme": "cg", "title": "城管巡查", "count": 8, **options})
    return workspace


def again(workspace, *, replace=False, count=None, seed=0, tolerance_percent=10.0, weight="units", **options):
    return build_responsibility_grids(
        workspace,
        scheme="cg",
        count=count,
        seed=seed,
        tolerance_percent=tolerance_percent,
        weight=weight,
        replace=replace,
        options=BalanceOptions(**options),
    )


def assigned(workspace):
    units = workspace.read("unit_grid", ["code", "rg_cg"], geometry=False)
    return dict(zip(units["code"], units["rg_cg"]))


def unbalance(workspace, moves=3):
    """Hand unit grids at a border from the first grid to its neighbour, as a planner would have painted it."""
    units = workspace.read("unit_grid")
    grids = sorted(set(units["rg_cg"]))
    giver, taker = grids[0], grids[1]
    assert giver[:12] == taker[:12]
    mine, theirs = np.flatnonzero(units["rg_cg"] == giver), np.flatnonzero(units["rg_cg"] == taker)
    away = shapely.distance(shapely.centroid(units.geometry[mine]), shapely.union_all(units.geometry[theirs]))
    passed = mine[np.argsort(away, kind="stable")[:moves]]
    with workspace.transaction("", "test") as transaction:
        transaction.set_column("unit_grid", "rg_cg", units.fid[passed], [taker] * moves)
    return giver, taker


class TestStaying:
    def test_what_is_balanced_is_left_alone_with_its_codes_and_what_people_entered(self, tmp_path):
        workspace = built(tmp_path)
        grids = workspace.read("responsibility_grid")
        with workspace.transaction("", "test") as transaction:
            transaction.set_column("responsibility_grid", "alias", grids.fid[:1], ["老王的格"])
        before, entered = assigned(workspace), workspace.read("responsibility_grid")
        report = again(workspace, stay=80)
        assert assigned(workspace) == before
        assert report.figures["units_moved"] == 0
        after = workspace.read("responsibility_grid")
        for name in ("code", "name", "alias", "valid_from", "state", "area_code"):
            assert dict(zip(entered["code"], entered[name])) == dict(zip(after["code"], after[name]))
        assert_sound(workspace)

    def test_few_units_move_where_balance_was_lost(self, tmp_path):
        workspace = built(tmp_path)
        codes = set(assigned(workspace).values())
        unbalance(workspace)
        before = assigned(workspace)
        report = again(workspace, stay=90, tolerance_percent=5)
        after = assigned(workspace)
        moved = [unit for unit in before if before[unit] != after[unit]]
        assert set(after.values()) == codes
        assert len(moved) == report.figures["units_moved"] == 3
        assert report.figures["max_deviation_percent"] == pytest.approx(0, abs=0.01)
        note = next(n for n in report.notes if n.code == "responsibility_units_moved")
        assert (note.details["count"], note.details["of"]) == (3, 64)
        assert_sound(workspace)

    def test_one_grid_more_takes_a_new_code_and_the_others_keep_theirs(self, tmp_path):
        workspace = built(tmp_path)
        codes = set(assigned(workspace).values())
        again(workspace, count=9, stay=90)
        now = set(assigned(workspace).values())
        assert codes < now
        assert len(now) == 9
        assert_sound(workspace)

    def test_it_can_be_taken_back(self, tmp_path):
        workspace = built(tmp_path)
        unbalance(workspace)
        before = content(workspace)
        again(workspace, stay=50)
        take_back_last(workspace, "")
        assert content(workspace) == before

    @pytest.mark.daily(1)
    @pytest.mark.parametrize("stay", [-1, 101])
    def test_staying_is_between_nothing_and_all(self, tmp_path, stay):
        workspace = built(tmp_path)
        with pytest.raises(GridError) as caught:
            again(workspace, stay=stay, replace=True)
        assert caught.value.code == "grouping_stay_invalid"


class TestSelection:
    def test_only_the_grids_named_are_balanced_among_themselves(self, tmp_path):
        workspace = built(tmp_path)
        giver, taker = unbalance(workspace)
        before = assigned(workspace)
        others = workspace.read("responsibility_grid").records()
        report = again(workspace, grids=f"{giver}, {taker}", stay=50, tolerance_percent=1)
        after = assigned(workspace)
        assert report.accepted == 2
        changed = {unit for unit in before if before[unit] != after[unit]}
        assert {before[unit] for unit in changed} | {after[unit] for unit in changed} <= {giver, taker}
        assert sum(code == giver for code in after.values()) == sum(code == taker for code in after.values()) == 8
        now = {row["code"]: row for row in workspace.read("responsibility_grid").records()}
        assert all(now[row["code"]] == row for row in others if row["code"] not in (giver, taker))
        assert_sound(workspace)

    def test_a_scope_leaves_all_others_as_they_are(self, tmp_path):
        workspace = built(tmp_path)
        before = assigned(workspace)
        report = again(workspace, scope=WEST, count=4, replace=True)
        after = assigned(workspace)
        assert report.accepted == 4
        assert all(before[unit] == after[unit] for unit in before if not unit.startswith(WEST))
        assert len({code for unit, code in after.items() if unit.startswith(WEST)}) == 4
        assert_sound(workspace)

    @pytest.mark.proof
    def test_a_community_that_has_no_grids_yet_needs_no_leave_to_replace(self, tmp_path):
        workspace = drawn_town(tmp_path)
        build_responsibility_grids(workspace, scheme="cg", count=2, options=BalanceOptions(scope=WEST))
        assert {unit.startswith(WEST) for unit, code in assigned(workspace).items() if code} == {True}
        rest = ",".join(sorted({unit[:12] for unit in assigned(workspace)} - {WEST}))
        build_responsibility_grids(workspace, scheme="cg", units_per_grid=8, options=BalanceOptions(scope=rest))
        assert len(workspace.read("responsibility_grid")) == 8
        assert_sound(workspace)

    def test_grids_that_reach_beyond_the_scope_stay_and_are_told(self, tmp_path):
        workspace = built(tmp_path, within="county", count=1)
        with pytest.raises(GridError) as caught:
            again(workspace, scope=WEST, count=2, replace=True)
        assert caught.value.code == "grouping_no_units"

    def test_locked_grids_stay(self, tmp_path):
        workspace = built(tmp_path)
        before = assigned(workspace)
        locked = sorted(set(before.values()))[0]
        again(workspace, locked=locked, count=14, replace=True)
        after = assigned(workspace)
        assert {u for u in before if before[u] == locked} == {u for u in after if after[u] == locked}
        assert len(set(after.values())) == 15
        assert_sound(workspace)

    def test_grids_that_nobody_knows_are_refused(self, tmp_path):
        workspace = built(tmp_path)
        before = dump(workspace.path)
        for options in ({"grids": "110101001001999"}, {"locked": "x"}):
            with pytest.raises(GridError) as caught:
                again(workspace, **options, replace=True)
            assert caught.value.code == "responsibility_grids_unknown"
            assert caught.value.text("zh") != caught.value.text("en")
        assert dump(workspace.path) == before


class TestBarriers:
    def test_no_grid_reaches_across_a_river(self, tmp_path):
        workspace = drawn_town(tmp_path)
        river = lines([[(150, -10), (150, 410)]])
        report = build_responsibility_grids(
            workspace, scheme="cg", count=8, options=BalanceOptions(barriers=river, scope=WEST)
        )
        units = workspace.read("unit_grid", None, {"area_code": WEST})
        east = shapely.get_coordinates(shapely.point_on_surface(units.geometry))[:, 0] > 150
        for code in set(units["rg_cg"]):
            assert len(set(east[units["rg_cg"] == code].tolist())) == 1
        assert report.accepted == 8

    def test_a_layer_of_areas_is_no_barrier(self, tmp_path):
        workspace = drawn_town(tmp_path)
        with pytest.raises(GridError) as caught:
            build_responsibility_grids(
                workspace,
                scheme="cg",
                count=8,
                options=BalanceOptions(barriers=layer({"x": [1]}, [shapely.box(0, 0, 100, 100)])),
            )
        assert caught.value.code == "barriers_wrong_geometry"


class TestCentres:
    def test_every_place_gets_a_grid_of_its_own(self, tmp_path):
        workspace = drawn_town(tmp_path)
        places = [(50, 50), (150, 50), (250, 50), (350, 50)]
        source = layer({"n": range(6)}, shapely.points([*places, (55, 55), (9999, 9999)]))
        report = build_responsibility_grids(
            workspace, scheme="cg", count=4, options=BalanceOptions(centres=source, scope=WEST)
        )
        units = workspace.read("unit_grid", None, {"area_code": WEST})
        at = shapely.STRtree(units.geometry).query(shapely.points(places), predicate="intersects")[1]
        assert len(set(units["rg_cg"][at])) == 4
        note = next(n for n in report.notes if n.code == "centres_unused")
        assert note.details["count"] == 2

    def test_a_layer_of_lines_is_no_place(self, tmp_path):
        workspace = drawn_town(tmp_path)
        with pytest.raises(GridError) as caught:
            build_responsibility_grids(
                workspace, scheme="cg", count=8, options=BalanceOptions(centres=lines([[(0, 0), (9, 9)]]))
            )
        assert caught.value.code == "centres_wrong_geometry"


class TestMix:
    @pytest.mark.parametrize(
        ("text", "mix"),
        [
            ("案件:2，街巷长度：1", {"cases": 2.0, "lane_length": 1.0}),
            ("cases:2, lane_length:1", {"cases": 2.0, "lane_length": 1.0}),
            ("cases：0.5；area = 3", {"cases": 0.5, "area": 3.0}),
            ("households", {"households": 1.0}),
        ],
    )
    def test_a_mix_is_read_as_planners_write_it(self, text, mix):
        assert read_mix(text) == mix

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("cases:", "weight_mix_malformed"),
            ("cases:-1", "weight_mix_malformed"),
            ("cases:1,cases:2", "weight_mix_malformed"),
            ("案件:1,cases:2", "weight_mix_malformed"),
            ("cases:0", "weight_mix_malformed"),
            ("trees:1", "weight_unknown"),
        ],
    )
    def test_what_is_no_mix_is_refused(self, text, code):
        with pytest.raises(GridError) as caught:
            read_mix(text)
        assert caught.value.code == code
        assert caught.value.text("zh") != caught.value.text("en")

    def test_cases_count_beside_the_number_of_unit_grids(self, tmp_path):
        workspace = drawn_town(tmp_path)
        west = sorted(workspace.read("unit_grid", None, {"area_code": WEST})["code"])
        unit = west[:1] * 40
        keys = [f"{i:016d}" for i in range(len(unit))]
        add_rows(workspace, "cases", shapely.points(np.zeros((len(unit), 2))), id=keys, unit_grid=unit)
        only = build_responsibility_grids(
            workspace, scheme="a", count=2, options=BalanceOptions(scope=WEST, mix="units:1")
        )
        mixed = build_responsibility_grids(
            workspace, scheme="b", count=2, options=BalanceOptions(scope=WEST, mix="units:1, cases:1")
        )
        assert only.figures["units_fewest"] == 8
        assert mixed.figures["units_fewest"] < 8


def test_the_grids_outside_the_tolerance_are_listed_with_the_reason(tmp_path):
    workspace = drawn_town(tmp_path)
    report = build_responsibility_grids(workspace, scheme="cg", count=6, tolerance_percent=5)
    assert report.figures["outside"]
    told = {row.key: row for row in report.to_confirm}
    assert set(report.figures["outside"]) == set(told)
    codes = set(workspace.read("responsibility_grid")["code"])
    for code, row in told.items():
        assert code in codes
        assert row.value in row.text("zh")
        assert row.value in row.text("en")


def test_who_watches_sees_the_outlines_of_a_whole_division(tmp_path):
    workspace = drawn_town(tmp_path)
    seen = []
    build_responsibility_grids(
        workspace,
        scheme="cg",
        count=3,
        options=BalanceOptions(scope=WEST, watch=seen.append),
    )
    assert seen
    for outlines in seen:
        assert len(outlines) == 3
        assert shapely.area(outlines).sum() == pytest.approx(160_000)


@tries(4)
@given(st.integers(0, 100), st.sampled_from([0, 30, 100]), st.integers(4, 12), st.booleans())
@pytest.mark.proof
def test_grids_and_register_agree_whatever_is_balanced_again(tmp_path_factory, seed, stay, count, lock):
    workspace = built(tmp_path_factory.mktemp("town"))
    before = assigned(workspace)
    locked = sorted(set(before.values()))[seed % 8] if lock else None
    report = again(workspace, count=count, stay=stay, seed=seed, locked=locked, replace=True)
    after = assigned(workspace)
    assert len(set(after.values())) == report.accepted + lock
    assert not locked or all((before[unit] == locked) == (after[unit] == locked) for unit in before)
    assert_sound(workspace)


@pytest.mark.daily(1)
@pytest.mark.parametrize("weight", ["units", "area"])
@pytest.mark.proof
def test_the_grids_of_the_sample_are_within_ten_percent_or_hold_a_unit_too_heavy_to_share(tmp_path, weight):
    workspace = sample_workspace(tmp_path)
    report = build_responsibility_grids(
        workspace, scheme="zz", units_per_grid=12, weight=weight, within="street_office", tolerance_percent=10
    )
    assert {row.reason for row in report.to_confirm} <= {"grouping_why_heavy"}
    assert len(report.figures["outside"]) == (weight == "area")  # one compound of 1.2 times a fair grid's area
    assert report.figures["not_contiguous"] == 0
