"""A working copy that comes back more than once, and rows that either side made anew: nothing twice, nothing lost."""

from __future__ import annotations

import shutil

import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.areas.bring_back import bring_back
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.working_copies import add_rows, edit_rows, filled_town, remove_rows, working_copy
from tests.tries import tries
from tests.workspace.content import content

WHOLE_IN_DATABASE = True


def _make_anew(workspace, table, where, **values):
    """Delete rows and make them anew, as an import that replaces does."""
    rows = workspace.read(table, where=where)
    kept = Rows({name: column for name, column in rows.columns.items() if name != "row_version"}, rows.geometry)
    named = {"patrol": "person_id", "person": "id"}.get(table, "code")
    with workspace.transaction("", "test") as transaction:
        # A file gives the number of the last row anew when that is deleted.
        last = transaction.insert(table, kept.take([0]).with_columns(**{named: as_column(["占位"])}))
        transaction.delete(table, rows.fids)
        transaction.insert(table, kept)
        transaction.delete(table, last)
        transaction.log(table, None, None, "{}")
    assert not set(workspace.read(table, where=where).fids) & set(rows.fids)
    if values:
        edit_rows(workspace, table, where, **values)


def _told(report):
    return dict(report.reasons)


class TestMadeAnewAtHome:
    def test_an_edit_of_the_copy_comes_into_the_row_that_home_made_anew_as_it_was(self, home, away):
        edit_rows(away, "component", {"code": "B1"}, state="破损")
        remove_rows(away, "component", {"code": "B2"})
        _make_anew(home, "component", {})
        report = bring_back(home, away.path, author="内业")
        assert (report.accepted, report.rejected) == (2, 0)
        states = dict(zip(*(home.read("component")[name].tolist() for name in ("code", "state"))))
        assert (states["B1"], states.get("B2"), len(states)) == ("破损", None, 7)
        assert bring_back(home, away.path).accepted == 0

    def test_what_home_made_anew_otherwise_is_a_conflict_with_both_versions(self, home, away):
        edit_rows(away, "component", {"code": "B1"}, state="破损")
        remove_rows(away, "component", {"code": "B2"})
        for code in ("B1", "B2", "B3"):
            _make_anew(home, "component", {"code": code}, state="废弃")
        before = content(home)
        report = bring_back(home, away.path)
        assert _told(report) == {"copy_changed_on_both_sides": 1, "copy_removed_but_changed": 1}
        assert any("破损" in row.text("zh") and "废弃" in row.text("zh") for row in report.rejected_rows)
        assert (report.accepted, content(home)) == (0, before)
        assert bring_back(home, away.path, follows=True).accepted == 1
        assert home.read("component", where={"code": "B1"})["state"].tolist() == ["破损"]

    def test_what_both_made_anew_is_compared_with_what_it_was(self, home, away):
        _make_anew(away, "person", {}, name="外面改")
        _make_anew(home, "person", {})
        assert bring_back(home, away.path).accepted == 2
        assert home.read("person")["name"].tolist() == ["外面改"] * 2

    def test_a_unit_grid_made_anew_at_home_takes_what_the_copy_changed_in_it(self, home, away):
        cells = home.read("unit_grid")
        code = cells["code"][0]
        edit_rows(away, "unit_grid", {"code": code}, name="外面改")
        _make_anew(home, "unit_grid", {"code": code})
        report = bring_back(home, away.path)
        assert (report.accepted, report.rejected) == (1, 0)
        assert home.read("unit_grid", where={"code": code})["name"].tolist() == ["外面改"]

    def test_a_patrol_made_anew_at_home_is_still_the_same(self, home, tmp_path):
        add_rows(home, "patrol", person_id=["甲", "乙"], planned_on=["2026-03-01"] * 2)
        away = working_copy(home, tmp_path / "b.gpkg")
        edit_rows(away, "patrol", {"person_id": "甲"}, planned_on="2026-03-09")
        remove_rows(away, "patrol", {"person_id": "乙"})
        _make_anew(home, "patrol", {})
        assert bring_back(home, away.path).accepted == 2
        rows = home.read("patrol")
        assert list(zip(rows["person_id"], rows["planned_on"])) == [("甲", "2026-03-09")]


class TestOnceMore:
    def test_an_inspection_that_came_in_and_was_edited_at_home_does_not_come_again(self, home, away):
        add_rows(away, "lane_inspection", lane_code=["x", "y"], inspected_on=["2026-03-02"] * 2)
        assert bring_back(home, away.path).accepted == 2
        edit_rows(home, "lane_inspection", {"lane_code": "x"}, inspected_on="2026-03-03")
        remove_rows(home, "lane_inspection", {"lane_code": "y"})
        before = content(home)
        again = bring_back(home, away.path)
        assert (again.accepted, again.rejected, content(home)) == (0, 0, before)

    def test_what_the_copy_changed_since_comes_in_and_meets_what_home_changed_since(self, home, away):
        add_rows(away, "patrol", person_id=["甲", "乙"], planned_on=["2026-03-01"] * 2)
        add_rows(away, "component", shapely.points([(755, 55)]), code=["N1"], state=["完好"])
        edit_rows(away, "component", {"code": "B1"}, state="破损")
        assert bring_back(home, away.path).accepted == 4
        for side, day in ((away, "2026-03-08"), (home, "2026-03-09")):
            edit_rows(side, "patrol", {"person_id": "乙"}, planned_on=day)
        edit_rows(away, "patrol", {"person_id": "甲"}, planned_on="2026-03-02")
        edit_rows(away, "component", {"code": "B1"}, state="废弃")
        edit_rows(home, "component", {"code": "N1"}, state="破损")
        again = bring_back(home, away.path)
        assert (again.accepted, _told(again)) == (2, {"copy_changed_on_both_sides": 1})
        rows = home.read("patrol")
        assert dict(zip(rows["person_id"], rows["planned_on"])) == {"甲": "2026-03-02", "乙": "2026-03-09"}
        states = dict(zip(*(home.read("component")[name].tolist() for name in ("code", "state"))))
        assert (states["B1"], states["N1"]) == ("废弃", "破损")
        remove_rows(away, "patrol", {"person_id": "甲"})
        assert bring_back(home, away.path).accepted == 1
        assert home.read("patrol")["person_id"].tolist() == ["乙"]

    def test_following_the_copy_once_more_keeps_what_home_changed_since_it_came_in(self, home, away):
        edit_rows(away, "component", {"code": "B1"}, state="破损")
        assert bring_back(home, away.path).accepted == 1
        edit_rows(home, "component", {"code": "B1"}, state="废弃")
        assert bring_back(home, away.path, follows=True).accepted == 0
        assert home.read("component", where={"code": "B1"})["state"].tolist() == ["废弃"]

    def test_what_was_taken_back_comes_in_again(self, home, away):
        add_rows(away, "patrol", person_id=["甲"], planned_on=["2026-03-01"])
        before = content(home)
        for _ in range(2):
            assert bring_back(home, away.path, author="内业").accepted == 1
            take_back_last(home, "内业")
            assert content(home) == before
        assert bring_back(home, away.path).accepted == 1

    def test_a_twin_of_the_copy_in_which_something_else_was_done_brings_its_own(self, home, away, tmp_path):
        shutil.copy(away.path, tmp_path / "孪生.gpkg")
        twin = Workspace.open(tmp_path / "孪生.gpkg")
        for side, person in ((away, "甲"), (twin, "乙")):
            add_rows(side, "patrol", person_id=[person], planned_on=["2026-03-01"])
        assert bring_back(home, away.path).accepted == 1
        assert bring_back(home, twin.path).accepted == 1
        assert bring_back(home, away.path).accepted == 0
        assert sorted(home.read("patrol")["person_id"]) == ["乙", "甲"]


ROUND = st.tuples(*(st.dictionaries(st.integers(0, 4), st.integers(0, 3), max_size=3) for _ in range(2)))


@given(st.lists(ROUND, min_size=2, max_size=4))
@tries(25, least=4)
def test_of_any_patrols_that_come_back_again_and_again_none_is_doubled_and_none_lost(tmp_path_factory, rounds):
    folder = tmp_path_factory.mktemp("x")
    home = filled_town(folder / "家")
    away = working_copy(home, folder / "外业.gpkg")
    made = set()
    for at, (ours, theirs) in enumerate(rounds):
        for side, edits in ((home, ours), (away, theirs)):
            known = _patrols(side)
            for patrol, day in edits.items():
                planned = f"2026-0{at + 1}-1{day}"
                if str(patrol) in known:
                    edit_rows(side, "patrol", {"person_id": str(patrol)}, planned_on=planned)
                elif side is away and str(patrol) not in made:
                    add_rows(side, "patrol", person_id=[str(patrol)], planned_on=[planned])
                    made.add(str(patrol))
        before, there = _patrols(home), _patrols(away)
        report = bring_back(home, away.path)
        now = _patrols(home)
        assert set(now) == made
        for patrol, day in now.items():
            edited_here = patrol in before and int(patrol) in ours
            edited_there = int(patrol) in theirs
            if edited_here or not edited_there:
                assert day == before[patrol], "what home wrote stays"
            elif day != there[patrol]:
                assert report.rejected, "what the copy wrote is there or told"


def _patrols(workspace):
    """Return patrols by the person, each of whom has one."""
    rows = workspace.read("patrol")
    assert len(set(rows["person_id"])) == len(rows)
    return dict(zip(rows["person_id"].tolist(), rows["planned_on"].tolist()))
