"""Street-lanes for one area after another, and again from a newer file: codes and officers stay with their lane."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import Phase, given
from hypothesis import strategies as st

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.rehearsal import rehearsed
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import (
    COUNTY,
    areas,
    assert_cancel_leaves_nothing,
    dump,
    four_communities,
    grid_streets,
    lines,
    town,
)
from tests.jobs.refusals import refused_by
from tests.tries import tries

FIRST, SECOND = COUNTY + "001001", COUNTY + "001002"
TABLES = ("lane", "lane_area", "code_register")


def state(workspace, codes=None):
    """Return all rows about lanes, to the last bit; only those of ``codes`` when they are given."""
    found = {}
    for table, column in zip(TABLES, ("code", "lane_code", "code")):
        rows = workspace.read(table)
        if codes is not None:
            rows = rows.take(np.isin(rows[column].astype(str), codes))
        shapes = [None] * len(rows) if rows.geometry is None else shapely.to_wkb(rows.geometry, hex=True).tolist()
        found[table] = (rows.fids.tolist(), rows.records(), shapes)
    return found


def codes_by_name(workspace):
    rows = workspace.read("lane")
    return dict(zip(rows["name"], rows["code"]))


refused = refused_by(import_lanes)


class TestOneAfterAnother:
    def test_a_second_community_leaves_the_lanes_of_the_first(self, tmp_path):
        workspace, streets = town(tmp_path), grid_streets(800, 800, 130)
        import_lanes(workspace, streets, scope=FIRST)
        before, codes = state(workspace), workspace.read("lane")["code"].tolist()
        assert codes
        report = import_lanes(workspace, streets, scope=SECOND)
        assert report.accepted > 0
        assert state(workspace, codes) == before

    def test_all_in_turn_are_the_lanes_of_all_at_once(self, tmp_path):
        whole, parts = town(tmp_path / "一次"), town(tmp_path / "梯次")
        streets = grid_streets(800, 800, 130)
        import_lanes(whole, streets)
        for code in four_communities():
            import_lanes(parts, streets, scope=code)
        assert set(codes_by_name(parts)) == set(codes_by_name(whole))
        assert parts.count("lane_area") == whole.count("lane_area")
        assert parts.count("code_register") == whole.count("code_register")

    def test_a_lane_is_not_cut_at_the_border_of_the_scope(self, tmp_path):
        workspace = town(tmp_path)
        streets = lines([[(100, 100), (100, 500)]], ["长巷"])
        assert import_lanes(workspace, streets, scope=SECOND).accepted == 0
        assert import_lanes(workspace, streets, scope=FIRST).accepted == 1
        assert workspace.read("lane")["length_m"].tolist() == [pytest.approx(400)]
        assert workspace.count("lane_area") == 2

    def test_new_is_refused_only_where_there_are_lanes_and_says_where(self, tmp_path):
        workspace, streets = town(tmp_path), grid_streets(800, 800, 130)
        import_lanes(workspace, streets, scope=FIRST)
        error = refused(workspace, "lanes_exist", streets, scope=COUNTY + "001")
        assert FIRST in error.text("zh")
        assert SECOND not in error.text("zh")
        refused(workspace, "scope_unknown", streets, scope="990109")
        refused(workspace, "import_mode_unknown", streets, mode="replace")

    def test_unnamed_segments_elsewhere_are_not_refused(self, tmp_path):
        workspace = town(tmp_path)
        streets = lines([[(50, 50), (150, 50)], [(600, 600), (700, 600)], [(60, 90), (90, 90)]], ["本巷", None, None])
        assert import_lanes(workspace, streets, scope=FIRST).rejected == 1


class TestUpdate:
    def test_the_same_file_again_changes_nothing(self, tmp_path):
        workspace, streets = town(tmp_path), grid_streets(800, 800, 130)
        import_lanes(workspace, streets)
        before = dump(workspace.path)
        report = import_lanes(workspace, streets, mode="update")
        assert report.figures["unchanged"] == report.accepted == workspace.count("lane")
        after = dump(workspace.path)
        assert all(after[table] == before[table] for table in before if table in (*TABLES, "change_log", "take_back"))

    def test_a_longer_lane_keeps_code_officer_and_what_people_entered(self, tmp_path):
        workspace = town(tmp_path)
        import_lanes(workspace, lines([[(50, 50), (150, 50)], [(50, 200), (150, 200)]], ["甲巷", "乙巷"]))
        codes = codes_by_name(workspace)
        staffed(workspace, codes["甲巷"])
        longer = lines(
            [[(50, 50), (250, 50)], [(50, 200), (150, 200)], [(50, 300), (90, 300)]], ["甲巷", "乙巷", "丙巷"]
        )
        report = import_lanes(workspace, longer, mode="update")
        assert (report.figures["new"], report.figures["updated"], report.figures["unchanged"]) == (1, 1, 1)
        rows = {row["name"]: row for row in workspace.read("lane").records()}
        assert rows["甲巷"]["code"] == codes["甲巷"]
        assert rows["甲巷"]["length_m"] == pytest.approx(200)
        assert rows["甲巷"]["width_m"] == 6.5
        assert workspace.read("post")["target_code"].tolist() == [codes["甲巷"]]
        assert rows["丙巷"]["code"] not in codes.values()
        lengths = workspace.read("lane_area", None, {"lane_code": codes["甲巷"]})["length_m"].tolist()
        assert lengths == [pytest.approx(200)]

    def test_two_lanes_of_one_name_are_told_apart_by_their_ground(self, tmp_path):
        workspace = town(tmp_path)
        import_lanes(workspace, lines([[(50, 50), (150, 50)], [(50, 350), (150, 350)]], ["甲巷", "甲巷"]))
        rows = workspace.read("lane")
        south = rows["code"][np.argmin(shapely.bounds(rows.geometry)[:, 1])]
        import_lanes(
            workspace, lines([[(50, 350), (160, 350)], [(50, 50), (170, 50)]], ["甲巷", "甲巷"]), mode="update"
        )
        rows = workspace.read("lane")
        assert rows["code"][np.argmin(shapely.bounds(rows.geometry)[:, 1])] == south
        assert len(rows) == 2

    def test_a_new_name_on_the_same_ground_is_the_same_lane(self, tmp_path):
        workspace = town(tmp_path)
        import_lanes(workspace, lines([[(50, 50), (150, 50)]], ["旧巷"]))
        codes = codes_by_name(workspace)
        report = import_lanes(workspace, lines([[(50, 50), (150, 50)]], ["新巷"]), mode="update")
        (row,) = workspace.read("lane").records()
        assert (row["code"], row["name"], row["old_name"]) == (codes["旧巷"], "新巷", "旧巷")
        assert "lanes_renamed" in [note.code for note in report.notes]

    def test_lanes_that_the_file_does_not_have_stay_and_are_told(self, tmp_path):
        workspace = town(tmp_path)
        import_lanes(workspace, lines([[(50, 50), (150, 50)], [(50, 200), (150, 200)]], ["甲巷", "乙巷"]))
        report = import_lanes(workspace, lines([[(50, 50), (150, 50)]], ["甲巷"]), mode="update")
        (note,) = [note for note in report.notes if note.code == "lanes_not_in_streets"]
        assert "乙巷" in note.text("zh")
        assert workspace.count("lane") == 2

    def test_what_comes_new_changes_or_is_missing_is_listed_before_it_is_taken(self, tmp_path):
        workspace = town(tmp_path)
        ways = [[(50, 50), (150, 50)], [(50, 200), (150, 200)], [(50, 300), (150, 300)], [(50, 350), (150, 350)]]
        report = import_lanes(workspace, lines(ways, ["甲巷", "乙巷", "丙巷", "丁巷"]))
        assert report.to_confirm == ()
        codes, before = codes_by_name(workspace), dump(workspace.path)
        ways = [[(50, 50), (250, 50)], [(50, 300), (150, 300)], [(50, 350), (150, 350)], [(50, 390), (150, 390)]]
        newer = lines(ways, ["甲巷", "新丙巷", "丁巷", "戊巷"])
        tried = import_lanes(rehearsed(workspace), newer, mode="update")
        assert dump(workspace.path) == before
        listed = {(row.key, row.reason): row for row in tried.to_confirm}
        fresh = next(key for key, reason in listed if reason == "lane_comes_new")
        assert set(listed) == {
            (fresh, "lane_comes_new"),
            (codes["甲巷"], "lane_changes"),
            (codes["丙巷"], "lane_changes_name"),
            (codes["乙巷"], "lane_not_in_file"),
        }
        assert "100 m → 200 m, of which 92 m" in listed[codes["甲巷"], "lane_changes"].text("en")
        assert all(row.text("zh") != row.text("en") for row in tried.to_confirm)
        taken = import_lanes(workspace, newer, mode="update")
        assert (taken.figures, taken.to_confirm) == (tried.figures, tried.to_confirm)

    def test_an_update_in_a_scope_leaves_the_lanes_of_others(self, tmp_path):
        workspace = town(tmp_path)
        import_lanes(workspace, grid_streets(800, 800, 130))
        moved = grid_streets(800, 800, 131)
        mine = [
            lane
            for lane, area in zip(*(workspace.read("lane_area")[name] for name in ("lane_code", "area_code")))
            if area == FIRST
        ]
        others = [code for code in workspace.read("lane")["code"].tolist() if code not in mine]
        before = state(workspace, others)
        import_lanes(workspace, moved, scope=FIRST, mode="update")
        assert state(workspace, others) == before

    def test_it_can_be_taken_back(self, tmp_path):
        workspace = town(tmp_path)
        import_lanes(workspace, lines([[(50, 50), (150, 50)]], ["甲巷"]))
        before = workspace.read("lane").records(), workspace.read("lane_area").records()
        import_lanes(workspace, lines([[(50, 50), (250, 50)], [(9, 9), (99, 9)]], ["甲巷", "乙巷"]), mode="update")
        take_back_last(workspace, "规划员")
        now = [{**row, "row_version": 1} for row in workspace.read("lane").records()]
        assert (now, workspace.read("lane_area").records()) == before
        assert workspace.count("code_register") == 1

    def test_cancel_at_any_moment_leaves_the_workspace_as_it_was(self, tmp_path):
        workspace = town(tmp_path)
        import_lanes(workspace, lines([[(50, 50), (150, 50)]], ["甲巷"]))
        longer = lines([[(50, 50), (250, 50)]], ["甲巷"])
        assert_cancel_leaves_nothing(
            lambda there, progress: import_lanes(there, longer, mode="update", progress=progress), workspace.path
        )


def test_files_and_databases_keep_the_same_lanes(tmp_path, database_location):
    found = []
    for location in (tmp_path / "库.gpkg", database_location):
        create_workspace([areas(four_communities())], location)
        workspace = Workspace.open(location)
        import_lanes(workspace, grid_streets(800, 800, 130), scope=FIRST)
        before, known = state(workspace), workspace.read("lane")["code"].tolist()
        import_lanes(workspace, grid_streets(800, 800, 130), scope=SECOND)
        assert state(workspace, known) == before
        import_lanes(workspace, grid_streets(800, 800, 131), mode="update")
        lanes = {row["code"]: (row["name"], row["length_m"]) for row in workspace.read("lane").records()}
        shares = [tuple(row.values()) for row in workspace.read("lane_area").records()]
        found.append((lanes, sorted(shares), sorted(workspace.read("code_register")["code"])))
    assert found[0] == found[1]


def staffed(workspace, code):
    lane = workspace.read("lane", ["row_version"], {"code": code}, geometry=False)
    with workspace.transaction("", "test") as transaction:
        transaction.update("lane", lane.with_columns(width_m=[6.5]))
        columns = {"id": ["P1"], "target": ["lane"], "target_code": [code], "role": ["lane_chief"]}
        transaction.insert("post", Rows({name: as_column(values) for name, values in columns.items()}))


@tries(10, phases=[Phase.explicit, Phase.generate])
@given(st.integers(0, 10_000), st.permutations(list(four_communities())))
@pytest.mark.proof
def test_any_streets_in_any_order_leave_what_is_there(tmp_path_factory, seed, order):
    random = np.random.default_rng(seed)
    path = tmp_path_factory.mktemp("街巷") / "库.gpkg"
    create_workspace([areas(four_communities())], path)
    workspace = Workspace.open(path)
    ends = random.uniform(0, 800, (25, 4))
    streets = lines([[(a, b), (c, d)] for a, b, c, d in ends.tolist()], [f"{i % 12}巷" for i in range(len(ends))])
    for code in order:
        before, known = state(workspace), workspace.read("lane")["code"].tolist()
        import_lanes(workspace, streets, scope=code)
        assert state(workspace, known) == before
    whole = import_lanes(workspace, streets, mode="update")
    assert whole.figures["updated"] == whole.figures["new"] == 0
