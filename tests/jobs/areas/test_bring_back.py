"""A working copy that comes back: what only it changed is brought in, what both changed is told, nothing is lost."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.areas.bring_back import bring_back
from gridmgmt_plugin.jobs.areas.copy_workspace import copy_workspace
from gridmgmt_plugin.jobs.handover.export_package import export_package
from gridmgmt_plugin.workspace.changes.cell_change import follow_cells, write_cells
from gridmgmt_plugin.workspace.changes.lineage import Causes
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.changes.touched_cells import compared_cells
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.database_roles import login_of, logins, set_rights
from tests.jobs.districts import assert_cancel_leaves_nothing, assert_covers, drawn_town
from tests.jobs.working_copies import ACT, add_rows, edit_rows, filled_town, remove_rows, working_copy
from tests.tries import tries
from tests.workspace.content import content

WHOLE_IN_DATABASE = True


def _merge(workspace, one, two):
    """Merge two cells, by the boxes that they are, into the first."""
    cells = workspace.read("unit_grid")
    kept, gone = (int(np.flatnonzero(shapely.covers(cells.shapes, shapely.Point(xy)))[0]) for xy in (one, two))
    stays = np.arange(len(cells)) != gone
    shapes = cells.shapes.copy()
    shapes[kept] = shapely.union_all(shapes[[kept, gone]])
    area = cells["area_m2"].copy()
    area[kept] = shapely.area(shapes[kept])
    after = Rows({**cells.columns, "area_m2": area}, shapes, cells.fid).take(stays)
    touched = compared_cells(cells, after, np.flatnonzero(stays))
    _write(workspace, touched)
    return cells["code"][kept], cells["code"][gone]


def _swap(workspace, one, two):
    """Give each of two cells the ground of the other; return their codes."""
    cells = workspace.read("unit_grid")
    places = [int(np.flatnonzero(shapely.covers(cells.shapes, shapely.Point(xy)))[0]) for xy in (one, two)]
    shapes = cells.shapes.copy()
    shapes[places] = shapes[places[::-1]]
    _write(workspace, compared_cells(cells, cells.with_geometry(shapes), np.arange(len(cells))))
    return tuple(cells["code"][places])


def _code_at(workspace, xy):
    cells = workspace.read("unit_grid")
    return cells["code"][shapely.covers(cells.shapes, shapely.Point(xy))][0]


def _split(workspace, at):
    """Divide the cell at a place into two, the second of which gets a new code."""
    cells = workspace.read("unit_grid")
    row = int(np.flatnonzero(shapely.covers(cells.shapes, shapely.Point(at)))[0])
    west, south, east, north = shapely.bounds(cells.shapes[row])
    middle = (west + east) / 2
    left, right = (shapely.box(*box) for box in ((west, south, middle, north), (middle, south, east, north)))
    store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid")
    (code,) = store.register.allocate(cells["area_code"][row], 1)
    new = {"code": code, "area_code": cells["area_code"][row], "area_m2": 5000.0}
    columns = {name: np.append(column, as_column([new.get(name)])) for name, column in cells.columns.items()}
    columns["area_m2"][row] = 5000.0
    shapes = np.append(cells.shapes, [right])
    shapes[row] = left
    origin = np.append(np.arange(len(cells)), -1)
    _write(workspace, compared_cells(cells, Rows(columns, shapes), origin), store)
    return code


def _write(workspace, touched, store=None):
    store = store or RegisterStore(workspace, workspace.info.code_layout, "unit_grid")
    with workspace.transaction("外业", "test") as transaction:
        change = follow_cells(workspace, touched, store, Causes({}, "merge"), ACT)
        write_cells(transaction, change, ACT, ("merge",), otherwise="merge")


def _reasons(report):
    return dict(report.reasons)


class TestRows:
    def test_what_only_the_copy_changed_comes_in_and_is_logged_and_can_be_taken_back(self, home, away):
        before = content(home)
        edit_rows(away, "component", {"code": "B1"}, state="破损")
        edit_rows(away, "component", {"code": "B2"}, shape=shapely.Point(655, 55))
        add_rows(away, "component", shapely.points([(755, 55)]), code=["N1"], state=["完好"])
        remove_rows(away, "person", {"id": "乙"})
        lines = home.count("change_log")
        report = bring_back(home, away.path, author="内业")
        assert report.accepted == 4
        assert report.rejected == 0
        parts = {record["code"]: record for record in home.read("component", geometry=False).records()}
        assert parts["B1"]["state"] == "破损"
        at = home.read("unit_grid")
        for code, place in (("B2", (655, 55)), ("N1", (755, 55))):
            assert parts[code]["unit_grid"] == at["code"][shapely.covers(at.shapes, shapely.Point(place))][0]
        assert home.read("person")["id"].tolist() == ["甲"]
        assert home.count("change_log") == lines + 4
        take_back_last(home, "内业")
        assert content(home) == before

    def test_the_second_time_nothing_is_brought_in_twice(self, home, away):
        edit_rows(away, "component", {"code": "B1"}, state="破损")
        add_rows(away, "component", shapely.points([(755, 55)]), code=["N1"], state=["完好"])
        add_rows(away, "lane_inspection", lane_code=["x"], inspected_on=["2026-03-02"])
        assert bring_back(home, away.path).accepted == 3
        before = content(home)
        again = bring_back(home, away.path)
        assert (again.accepted, again.rejected) == (0, 0)
        assert content(home) == before

    def test_what_both_changed_stays_and_is_told_with_both_versions(self, home, away):
        edit_rows(away, "component", {"code": "B1"}, state="破损", note="外面")
        edit_rows(home, "component", {"code": "B1"}, state="废弃")
        edit_rows(home, "component", {"code": "B3"}, state="废弃")
        report = bring_back(home, away.path)
        assert _reasons(report) == {"copy_changed_on_both_sides": 1}
        for language, words in (("zh", ("B1", "废弃", "破损", "外面")), ("en", ("B1", "废弃", "破损"))):
            told = report.rejected_rows[0].text(language)
            assert all(word in told for word in words), told
        assert home.read("component", where={"code": "B1"})["state"].tolist() == ["废弃"]
        followed = bring_back(home, away.path, follows=True)
        assert [row.reason for row in followed.to_confirm] == ["copy_settled_for_copy"]
        assert home.read("component", where={"code": "B1"})["state"].tolist() == ["破损"]
        assert home.read("component", where={"code": "B3"})["state"].tolist() == ["废弃"]

    def test_what_is_gone_on_one_side_and_changed_on_the_other_is_told(self, home, away):
        edit_rows(away, "component", {"code": "B1"}, state="破损")
        remove_rows(home, "component", {"code": "B1"})
        edit_rows(home, "component", {"code": "B2"}, state="破损")
        remove_rows(away, "component", {"code": "B2"})
        add_rows(home, "component", shapely.points([(10, 10)]), code=["N1"], state=["完好"])
        add_rows(away, "component", shapely.points([(20, 20)]), code=["N1"], state=["破损"])
        before = content(home)
        report = bring_back(home, away.path)
        wanted = {"copy_gone_at_home": 1, "copy_removed_but_changed": 1, "copy_key_taken": 1}
        assert _reasons(report) == wanted
        assert content(home) == before

    def test_a_cut_comes_in_over_what_was_only_renamed_here_where_the_copy_counts(self, home, away):
        kept, gone = _merge(away, (150, 50), (250, 50))
        edit_rows(home, "unit_grid", {"code": kept}, name="果园")
        report = bring_back(home, away.path)
        assert _reasons(report) == {"copy_changed_on_both_sides": 1, "copy_edit_left": 1}
        assert gone in home.read("unit_grid")["code"]
        report = bring_back(home, away.path, follows=True)
        assert _reasons(report) == {}
        assert [row.key for row in report.to_confirm] == [kept]
        assert gone not in home.read("unit_grid")["code"]
        assert home.read("unit_grid", where={"code": kept})["name"].tolist() == [
            away.read("unit_grid", where={"code": kept})["name"][0]
        ]
        assert_covers(home, shapely.box(0, 0, 800, 800))
        assert bring_back(home, away.path, follows=True).accepted == 0

    def test_what_was_drawn_anew_here_over_another_ground_stays_whatever_counts(self, home, away):
        _merge(away, (150, 50), (250, 50))
        _merge(home, (150, 50), (150, 150))
        before = content(home)
        report = bring_back(home, away.path, follows=True)
        assert (report.accepted, content(home)) == (0, before)
        assert set(_reasons(report)) == {"copy_changed_on_both_sides", "copy_edit_left"}

    @pytest.mark.parametrize("follows", [False, True])
    @pytest.mark.parametrize("renamed", [(150, 50), (650, 50)])
    def test_cells_that_changed_places_come_in_together_or_not_at_all(self, home, away, renamed, follows):
        codes = _swap(away, (150, 50), (650, 50))
        edit_rows(home, "unit_grid", {"code": _code_at(home, renamed)}, name="果园")
        before = content(home)
        report = bring_back(home, away.path, follows=follows)
        assert_covers(home, shapely.box(0, 0, 800, 800))
        if follows:
            assert (_code_at(home, (650, 50)), _code_at(home, (150, 50))) == codes
        else:
            assert content(home) == before
            assert _reasons(report) == {"copy_changed_on_both_sides": 1, "copy_edit_left": 1}

    def test_what_an_import_replaced_in_the_copy_is_changed_and_not_gone(self, home, away):
        add_rows(home, "patrol", person_id=["甲"], planned_on=["2026-03-01"])
        away = working_copy(home, away.path.with_name("第二份.gpkg"))
        before = content(home)
        for table, where in (("person", {}), ("patrol", {})):
            rows = away.read(table, where=where)
            remove_rows(away, table, where)
            add_rows(away, table, **{name: rows[name] for name in rows.columns if name != "row_version"})
        report = bring_back(home, away.path)
        assert (report.accepted, report.rejected, content(home)) == (0, 0, before)
        for key, name in (("甲", "张三丰"), ("乙", "李四光")):
            remove_rows(away, "person", {"id": key})
            add_rows(away, "person", id=[key], name=[name])
        edit_rows(home, "person", {"id": "乙"}, name="李小四")
        report = bring_back(home, away.path)
        assert (report.accepted, _reasons(report)) == (1, {"copy_changed_on_both_sides": 1})
        assert home.read("person")["name"].tolist() == ["张三丰", "李小四"]
        assert bring_back(home, away.path, follows=True).accepted == 1
        assert home.read("person")["name"].tolist() == ["张三丰", "李四光"]

    def test_a_row_that_got_the_key_of_another_one_at_home_keeps_nothing_else_out(self, home, away):
        edit_rows(away, "person", {"id": "甲"}, id="丙")
        add_rows(away, "person", id=["甲"], name=["新人"])
        edit_rows(away, "component", {"code": "B1"}, state="破损")
        add_rows(home, "person", id=["丙"], name=["赵六"])
        report = bring_back(home, away.path)
        assert (report.accepted, _reasons(report)) == (1, {"copy_key_taken": 2})
        assert sorted(home.read("person")["name"]) == ["张三", "李四", "赵六"]

    def test_keys_that_went_from_row_to_row_in_the_copy_go_so_at_home(self, home, away):
        edit_rows(away, "person", {"id": "甲"}, id="丙")
        edit_rows(away, "person", {"id": "乙"}, id="甲")
        add_rows(away, "person", id=["乙"], name=["新人"])
        report = bring_back(home, away.path)
        assert (report.accepted, report.rejected) == (3, 0)
        rows = home.read("person")
        assert dict(zip(rows["id"], rows["name"])) == {"丙": "张三", "甲": "李四", "乙": "新人"}

    def test_of_duty_phones_no_record_is_kept_and_that_is_told(self, home, tmp_path):
        phones = ["01088880001", "01088880002"]
        add_rows(home, "department", code=["D1", "D2"], name=["城管", "园林"], duty_phone=phones)
        away = working_copy(home, tmp_path / "b.gpkg")
        edit_rows(away, "department", {"code": "D1"}, duty_phone="01088880003", name="城管局")
        remove_rows(away, "department", {"code": "D2"})
        report = bring_back(home, away.path)
        assert home.read("department")["duty_phone"].tolist() == ["01088880003"]
        assert "copy_phones_not_recorded" in {note.code for note in report.notes}
        assert not any("0108888" in text for text in home.read("take_back")["content"])
        take_back_last(home, "内业")
        rows = home.read("department")
        assert rows["name"].tolist() == ["城管", "园林"]
        assert rows["duty_phone"].tolist() == ["01088880003", None]

    def test_the_same_edit_on_both_sides_is_no_conflict(self, home, away):
        for side in (home, away):
            edit_rows(side, "component", {"code": "B1"}, state="破损")
        assert (bring_back(home, away.path).accepted, bring_back(home, away.path).rejected) == (0, 0)

    def test_what_names_a_row_that_is_gone_on_the_other_side_is_told(self, home, away):
        add_rows(away, "post", id=["G1"], person_id=["乙"], target=["area"], target_code=["990101001001"])
        remove_rows(home, "person", {"id": "乙"})
        add_rows(home, "post", id=["G2"], person_id=["甲"], target=["area"], target_code=["990101001001"])
        remove_rows(away, "person", {"id": "甲"})
        report = bring_back(home, away.path)
        assert (report.accepted, report.rejected) == (2, 0)
        told = sorted(note.text("zh") for note in report.notes if note.code == "copy_names_nothing")
        assert ["甲" in text for text in told] == [True, True]
        assert [("岗位" in text, "乙" in text) for text in told] == [(True, True), (False, False)]

    def test_cells_redrawn_at_home_are_no_edit_of_what_lies_in_them(self, home, away):
        edit_rows(away, "component", {"code": "B1"}, state="破损")
        _merge(home, (150, 50), (150, 150))
        report = bring_back(home, away.path)
        assert (report.accepted, report.rejected) == (1, 0)

    def test_contacts_and_what_only_tools_make_stay_in_the_copy(self, home, tmp_path):
        copy_workspace(home, tmp_path / "b.gpkg", working_copy=True, contacts=True)
        away = Workspace.open(tmp_path / "b.gpkg")
        edit_rows(away, "contact", {"person_id": "甲"}, mobile="13900000000")
        add_rows(away, "scheme", key=["cg"], title=["巡查"])
        report = bring_back(home, away.path)
        assert report.accepted == 0
        assert home.read("contact")["mobile"].tolist() == ["13800000000"]
        assert home.count("scheme") == 0
        (left,) = [note for note in report.notes if note.code == "copy_left_in_it"]
        assert "网格类别" in left.text("zh")

    def test_a_release_that_was_made_in_the_copy_is_counted_also_where_home_has_its_number(self, home, away):
        for side, day in ((home, "2026-03-04T10:00:00"), (away, "2026-03-05T10:00:00")):
            with side.transaction("", "test") as transaction:
                numbers = ["r0001"] if side is home else ["r0001", "r0002"]
                columns = {"number": numbers, "scheme": ["cg"] * len(numbers), "delivered_at": [day] * len(numbers)}
                transaction.insert("release", Rows({name: as_column(values) for name, values in columns.items()}))
        report = bring_back(home, away.path)
        (left,) = [note for note in report.notes if note.code == "copy_left_in_it"]
        assert "“成果版本”有 2 处" in left.text("zh")
        assert home.count("release") == 1


class TestCells:
    def test_a_merge_and_a_split_in_the_copy_are_made_at_home_with_what_follows(self, home, away):
        kept, gone = _merge(away, (150, 50), (250, 50))
        new = _split(away, (450, 450))
        edit_rows(away, "unit_grid", {"code": kept}, name="并后")
        report = bring_back(home, away.path, author="内业")
        assert (report.accepted, report.rejected) == (4, 0)
        cells = home.read("unit_grid")
        assert content(home, ["unit_grid"]) == content(away, ["unit_grid"])
        assert_covers(home, shapely.box(0, 0, 800, 800))
        assert gone not in cells["code"].tolist()
        register = set(home.read("code_register", where={"kind": "unit_grid"})["code"].tolist())
        assert new in register
        assert gone not in register
        parts = dict(
            zip(*(home.read("component", ["code", "unit_grid"])[name].tolist() for name in ("code", "unit_grid")))
        )
        assert parts["B1"] == parts["B2"] == kept
        again = bring_back(home, away.path)
        assert (again.accepted, again.rejected) == (0, 0)

    def test_cells_and_the_things_in_them_come_in_and_are_taken_back_in_one_act(self, home, away):
        before = content(home)
        kept, gone = _merge(away, (150, 50), (250, 50))
        edit_rows(away, "component", {"code": "B2"}, state="破损")
        edit_rows(away, "component", {"code": "B5"}, shape=shapely.Point(255, 55))
        add_rows(away, "component", shapely.points([(245, 45)]), code=["N1"], state=["完好"])
        add_rows(away, "component", [None], code=["N2"], unit_grid=[kept])
        remove_rows(away, "component", {"code": "B1"})
        report = bring_back(home, away.path, author="内业")
        assert (report.accepted, report.rejected) == (7, 0)
        rows = home.read("component")
        lying = dict(zip(rows["code"].tolist(), rows["unit_grid"].tolist()))
        assert {lying[code] for code in ("B2", "B5", "N1", "N2")} == {kept}
        assert "B1" not in lying
        assert (bring_back(home, away.path).accepted, bring_back(home, away.path).rejected) == (0, 0)
        take_back_last(home, "内业")
        assert gone in home.read("unit_grid")["code"].tolist()
        assert content(home) == before

    def test_exemptions_that_end_with_their_cell_end_once(self, home, tmp_path):
        cells = home.read("unit_grid")
        codes = [cells["code"][shapely.covers(cells.shapes, shapely.Point(at))][0] for at in ((250, 50), (650, 650))]
        add_rows(home, "exemption", rule=["A1"] * 2, object_key=codes, reason=["事由"] * 2)
        away = working_copy(home, tmp_path / "b.gpkg")
        _merge(away, (150, 50), (250, 50))
        remove_rows(away, "exemption", {"object_key": codes[1]})
        assert away.count("exemption") == 0
        before = content(home)
        assert bring_back(home, away.path, author="内业").rejected == 0
        assert home.count("exemption") == 0
        take_back_last(home, "内业")
        assert content(home) == before

    def test_an_edit_of_which_one_cell_was_changed_at_home_stays_out_as_a_whole(self, home, away):
        _, gone = _merge(away, (150, 50), (250, 50))
        _split(away, (450, 450))
        edit_rows(home, "unit_grid", {"code": gone}, name="家里改")
        report = bring_back(home, away.path)
        assert report.accepted == 2, "the split lies elsewhere"
        assert set(_reasons(report)) == {"copy_removed_but_changed", "copy_edit_left"}
        assert_covers(home, shapely.box(0, 0, 800, 800))
        assert gone in home.read("unit_grid")["code"].tolist()

    def test_a_code_that_was_given_at_home_meanwhile_is_not_given_twice(self, home, away):
        first, second = _split(away, (450, 450)), _split(home, (650, 450))
        assert first == second
        report = bring_back(home, away.path)
        assert report.accepted == 0
        assert "copy_edit_left" in _reasons(report)
        assert_covers(home, shapely.box(0, 0, 800, 800))

    def test_attributes_come_in_beside_other_edits_at_home(self, home, away):
        codes = home.read("unit_grid")["code"].tolist()
        edit_rows(away, "unit_grid", {"code": codes[0]}, name="外面改")
        edit_rows(home, "unit_grid", {"code": codes[1]}, name="家里改")
        report = bring_back(home, away.path)
        assert (report.accepted, report.rejected) == (1, 0)
        named = dict(zip(*(home.read("unit_grid")[name].tolist() for name in ("code", "name"))))
        assert (named[codes[0]], named[codes[1]]) == ("外面改", "家里改")


class TestWhatIsNoCopyOfIt:
    def test_any_other_file_is_refused(self, home, tmp_path):
        copy_workspace(home, tmp_path / "副本.gpkg")
        _refused("copy_is_no_working_copy", home, tmp_path / "副本.gpkg")

    def test_the_copy_that_is_open_itself_is_refused(self, home, away):
        _refused("copy_is_open_itself", away, away.path)

    def test_nothing_is_handed_over_from_a_working_copy(self, home, away, tmp_path):
        with pytest.raises(GridError) as caught:
            export_package(away, scheme="cg", folder=tmp_path)
        assert caught.value.code == "package_of_working_copy"
        assert "原网格库" in caught.value.text("zh")

    def test_a_copy_in_which_nothing_was_changed_says_so(self, home, away):
        assert [note.code for note in bring_back(home, away.path).notes] == ["copy_brings_nothing"]

    def test_a_copy_of_another_workspace_is_refused(self, home, tmp_path):
        other = filled_town(tmp_path / "别处")
        edit_rows(other, "component", {"code": "B1"}, state="破损")
        working_copy(other, tmp_path / "别处.gpkg")
        _refused("copy_of_another_workspace", home, tmp_path / "别处.gpkg")

    def test_a_working_copy_is_a_file(self, home, postgis):
        with pytest.raises(GridError) as caught:
            copy_workspace(home, postgis.location(), working_copy=True)
        assert caught.value.code == "copy_working_copy_is_a_file"


@pytest.mark.kills
def test_killed_in_the_middle_the_workspace_is_as_it_was_and_it_can_be_brought_back_again(home, away):
    before = content(home)
    _merge(away, (150, 50), (250, 50))
    edit_rows(away, "component", {"code": "B1"}, state="破损")
    script = textwrap.dedent(f"""
        import os, signal
        from gridmgmt_plugin.jobs.areas import bring_back as job
        from gridmgmt_plugin.workspace.workspace import Workspace
        job.log_rows_of = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
        job.bring_back(Workspace.open({str(home.location)!r}), {str(away.path)!r})
    """)
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    assert content(home) == before
    assert bring_back(home, away.path).accepted == 3


def test_a_planner_brings_back_what_he_may_edit_and_a_viewer_nothing(postgis, tmp_path):
    location = postgis.location()
    copy_workspace(filled_town(tmp_path / "家"), location)
    set_rights(postgis, location.schema)
    with logins(postgis, location.schema):
        planner, viewer = (
            Workspace.open(postgis.location(location.schema, user=login_of(location.schema, role)))
            for role in ("planner", "viewer")
        )
        away = working_copy(planner, tmp_path / "外业.gpkg")
        _merge(away, (150, 50), (250, 50))
        edit_rows(away, "component", {"code": "B1"}, state="破损")
        before = content(planner)
        with pytest.raises(GridError) as caught:
            bring_back(viewer, away.path)
        assert caught.value.code == "postgres_no_right_to_write"
        assert content(planner) == before
        assert bring_back(planner, away.path).accepted == 3


def test_cancelled_at_any_step_the_workspace_is_as_it_was(tmp_path):
    home = filled_town(tmp_path / "家")
    away = working_copy(home, tmp_path / "外业.gpkg")
    edit_rows(away, "component", {"code": "B1"}, state="破损")
    _merge(away, (150, 50), (250, 50))
    assert_cancel_leaves_nothing(lambda opened, p: bring_back(opened, away.path, progress=p), home.path)


EDITS = st.dictionaries(st.sampled_from([f"B{n}" for n in range(8)]), st.sampled_from(["破损", "废弃", None]))


@given(EDITS, EDITS)
@tries(15, least=3)
def test_of_any_edits_on_both_sides_each_is_there_or_told(tmp_path_factory, ours, theirs):
    folder = tmp_path_factory.mktemp("x")
    home = filled_town(folder / "家")
    away = working_copy(home, folder / "外业.gpkg")
    for side, edits in ((home, ours), (away, theirs)):
        for code, state in edits.items():  # no state: the component is removed
            if state is None:
                remove_rows(side, "component", {"code": code})
            else:
                edit_rows(side, "component", {"code": code}, state=state)
    report = bring_back(home, away.path)
    now = dict(zip(*(home.read("component")[name].tolist() for name in ("code", "state"))))
    told = {row.key for row in report.rejected_rows}
    for code in (f"B{n}" for n in range(8)):
        mine, other = ours.get(code, "完好"), theirs.get(code, "完好")
        assert (code in told) == (code in ours and code in theirs and mine != other)
        assert now.get(code) == (other if code in theirs and code not in ours else mine)


def _refused(code, home, path):
    with pytest.raises(GridError) as caught:
        bring_back(home, path)
    assert caught.value.code == code
    assert caught.value.text("zh")
    assert caught.value.text("en")


PAIRS = st.sets(st.tuples(st.integers(0, 3), st.integers(0, 7)), max_size=4)


@pytest.mark.proof
@given(PAIRS, PAIRS, st.sets(st.integers(0, 15), max_size=4), st.booleans())
@tries(40)
def test_of_any_cells_merged_on_both_sides_no_gap_is_left_and_each_edit_is_there_or_told(
    tmp_path_factory, ours, theirs, renamed, follows
):
    folder = tmp_path_factory.mktemp("x")
    home = drawn_town(folder / "家")
    away = working_copy(home, folder / "外业.gpkg")
    upright = [((50 + 100 * n, 50 + 200 * pair), (50 + 100 * n, 150 + 200 * pair)) for pair, n in sorted(ours)]
    lying = [((50 + 200 * pair, 50 + 100 * n), (150 + 200 * pair, 50 + 100 * n)) for pair, n in sorted(theirs)]
    upright, lying = ([pair for pair in pairs if _of_one_community(home, pair)] for pairs in (upright, lying))
    kept = [_merge(home, *pair) for pair in upright]
    wanted = [_merge(away, *pair) for pair in lying]
    codes = home.read("unit_grid")["code"].tolist()
    for code in sorted({codes[at % len(codes)] for at in renamed}):
        edit_rows(home, "unit_grid", {"code": code}, name="改名")
    report = bring_back(home, away.path, follows=follows)
    assert_covers(home, shapely.box(0, 0, 800, 800))
    now = set(home.read("unit_grid")["code"].tolist())
    told = {row.key for row in report.rejected_rows}
    touched = {code for pair in kept for code in pair}
    for _, gone in kept:
        assert gone not in now
    for pair in wanted:
        came = pair[1] not in now and not set(pair) & touched
        assert came or set(pair) & told
    again = bring_back(home, away.path, follows=follows)
    assert again.accepted == 0


def _of_one_community(workspace, pair):
    cells = workspace.read("unit_grid")
    areas = [cells["area_code"][shapely.covers(cells.shapes, shapely.Point(at))][0] for at in pair]
    return areas[0] == areas[1]
