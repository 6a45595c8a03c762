"""The file of the next month: what is there is brought up to date, what is older or set by hand stays."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.jobs.intake.import_components import import_components
from gridmgmt_plugin.jobs.intake.import_table import import_table
from gridmgmt_plugin.jobs.people.import_posts import import_posts
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.workspace.changes.change_log import row_lines
from gridmgmt_plugin.workspace.changes.gestures import EDIT_ROWS
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import COUNTY, areas, four_communities, grid_streets
from tests.workspace.places import KINDS, place_of

CASES = "案件编号,类别代码,上报时间,结案时间,状态,处置部门,横坐标X,纵坐标Y"
OPEN = "{n},0504,2025-03-07 08:05:00,,处置中,D1,{x},150"
COMPONENTS = "标识码,类别代码,部件名称,部件状态,变更日期,横坐标X,纵坐标Y"
CODE = f"{COUNTY}0101000001"


@pytest.fixture(params=KINDS)
def town(request, tmp_path):
    with place_of(request.param, tmp_path, request) as chosen:
        create_workspace([areas(four_communities(400.0))], chosen.location)
        workspace = Workspace.open(chosen.location)
        generate_unit_grids(workspace, grid_streets(800, 800, 100), target_area_m2=10_000)
        yield workspace


@pytest.fixture
def month(tmp_path):
    """Return a file of some rows, as a source."""

    def make(head, *rows):
        path = tmp_path / "月报 表.csv"
        path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
        return read_source(path)

    return make


def edit_by_hand(workspace, table, number, **values):
    """Save values of the row at a position as a form does, log included."""
    before = workspace.read(table)
    before = before.take([number])
    columns = {name: as_column([value]) for name, value in values.items() if name != "geometry"}
    shapes = as_column([values["geometry"]]) if "geometry" in values else None
    updated = Rows({**columns, "row_version": before["row_version"]}, shapes, before.fids)
    change = TableChange(table, before=before, updated=updated)
    with workspace.transaction("王工", EDIT_ROWS) as transaction:
        change.write(transaction)
        transaction.insert("change_log", row_lines(change, EDIT_ROWS, "2025-03-08T09:00:00", "王工"))


def rows_of(workspace, table, key):
    return {row[key]: row for row in workspace.read(table).records()}


def codes(report):
    return [note.code for note in report.notes]


@pytest.mark.daily(1)
@pytest.mark.proof
def test_a_case_of_last_month_is_brought_up_to_date_and_nothing_else_is_written(town, month):
    import_cases(town, month(CASES, *(OPEN.format(n=n, x=50 + 100 * n) for n in range(3))))
    rows = [
        "0,0504,2025-03-07 08:05:00,2025-04-02 10:00:00,已结案,D1,50,150",
        OPEN.format(n=1, x=150),
        "3,0504,2025-04-01 08:00:00,,处置中,D1,350,150",
    ]
    report = import_cases(town, month(CASES, *rows))
    wanted = {"added": 1, "updated": 1, "unchanged": 1, "older": 0}
    assert {name: report.figures[name] for name in wanted} == wanted
    assert (report.accepted, report.rejected) == (3, 0)
    assert "rows_updated" in codes(report)
    stored = rows_of(town, "cases", "id")
    assert (stored["990101-0"]["status"], stored["990101-0"]["closed_at"]) == ("closed", "2025-04-02T10:00:00")
    assert [stored[f"990101-{n}"]["row_version"] for n in range(4)] == [2, 1, 1, 1]


def test_a_file_older_than_the_workspace_changes_nothing_and_is_listed(town, month):
    closed = "0,0504,2025-03-07 08:05:00,2025-04-02 10:00:00,已结案,D1,50,150"
    import_cases(town, month(CASES, closed))
    report = import_cases(town, month(CASES, OPEN.format(n=0, x=50)))
    assert (report.figures["older"], report.reasons) == (1, {"older_than_workspace": 1})
    assert (report.rejected_rows[0].row, report.rejected_rows[0].key) == (2, "0")
    assert "nothing_newer" in codes(report)
    (row,) = town.read("cases").records()
    assert (row["status"], row["row_version"]) == ("closed", 1)


def test_a_case_that_was_opened_again_is_no_older_one(town, month):
    head = f"{CASES},返工次数"
    import_cases(town, month(head, "0,0504,2025-03-07 08:05:00,2025-04-02 10:00:00,已结案,D1,50,150,0"))
    import_cases(town, month(head, OPEN.format(n=0, x=50) + ",1"))
    (row,) = town.read("cases").records()
    assert (row["status"], row["rework"], row["closed_at"]) == ("handling", 1, None)


def test_a_file_without_a_column_of_closing_times_empties_none(town, month):
    import_cases(
        town, month(f"{CASES},返工次数", "0,0504,2025-03-07 08:05:00,2025-04-02 10:00:00,已结案,D1,50,150,0")
    )
    import_cases(
        town,
        month(
            "案件编号,类别代码,上报时间,状态,返工次数,横坐标X,纵坐标Y", "0,0504,2025-03-07 08:05:00,处置中,1,50,150"
        ),
    )
    (row,) = town.read("cases").records()
    assert (row["status"], row["closed_at"]) == ("handling", "2025-04-02T10:00:00")


def test_the_grid_of_the_day_stays_when_a_case_moves_and_its_grid_of_today_follows(town, month):
    import_cases(town, month(CASES, OPEN.format(n=0, x=50), OPEN.format(n=1, x=50)))
    before = rows_of(town, "cases", "id")["990101-0"]
    report = import_cases(town, month(CASES, OPEN.format(n=0, x=350), OPEN.format(n=1, x=50)))
    after = rows_of(town, "cases", "id")
    assert after["990101-0"]["reported_grid"] == before["reported_grid"]
    assert after["990101-0"]["unit_grid"] not in (None, before["unit_grid"])
    assert after["990101-1"]["row_version"] == 1
    assert "points_moved_by_file" in codes(report)


def test_a_unit_grid_that_a_planner_chose_stays_with_a_case_that_did_not_move(town, month):
    import_cases(town, month(CASES, OPEN.format(n=0, x=50)))
    chosen = town.read("unit_grid")["code"][-1]
    stored = town.read("cases")
    with town.transaction("王工", "x") as transaction:
        transaction.update("cases", Rows({"unit_grid": as_column([chosen])}, None, stored.fids))
    import_cases(town, month(CASES, "0,0504,2025-03-07 08:05:00,2025-04-02 10:00:00,已结案,D1,50,150"))
    (row,) = town.read("cases").records()
    assert (row["status"], row["unit_grid"]) == ("closed", chosen)


def test_what_a_planner_set_by_hand_stays_and_is_listed_to_be_confirmed(town, month):
    import_cases(town, month(CASES, OPEN.format(n=0, x=50)))
    chosen = town.read("unit_grid")["code"][-1]
    edit_by_hand(town, "cases", 0, department_code="D9", unit_grid=chosen, status="suspended")
    report = import_cases(town, month(CASES, "0,0504,2025-03-07 08:05:00,2025-04-02 10:00:00,已结案,D1,350,150"))
    (row,) = town.read("cases").records()
    assert (row["department_code"], row["unit_grid"], row["status"]) == ("D9", chosen, "closed")
    assert {"hand_edits_stay", "hand_edits_overwritten"} <= set(codes(report))
    listed = {entry.reason: entry for entry in report.to_confirm}
    assert "D9" in listed["hand_edit_stays"].text("zh")
    assert "suspended" in listed["hand_edit_overwritten"].text("en")
    assert {entry.row for entry in report.to_confirm} == {2}


def test_a_place_that_a_planner_moved_by_hand_stays(town, month):
    import_cases(town, month(CASES, OPEN.format(n=0, x=50)))
    edit_by_hand(town, "cases", 0, geometry=shapely.Point(260, 260))
    report = import_cases(town, month(CASES, OPEN.format(n=0, x=50)))
    assert town.read("cases").shapes[0].equals(shapely.Point(260, 260))
    assert [entry.reason for entry in report.to_confirm] == ["hand_edit_stays"]


def test_a_value_that_is_the_planners_no_more_is_the_files(town, month):
    """The next file closes what a planner had suspended: the one after it meets no hand-made state."""
    import_cases(town, month(CASES, OPEN.format(n=0, x=50)))
    edit_by_hand(town, "cases", 0, status="suspended")
    rows = "0,0504,2025-03-07 08:05:00,{},{},D1,50,150"
    import_cases(town, month(CASES, rows.format("2025-04-02 10:00:00", "已结案")))
    report = import_cases(town, month(CASES, rows.format("2025-04-03 10:00:00", "作废")))
    assert (town.read("cases")["status"].tolist(), report.to_confirm) == (["void"], ())


def test_a_key_of_ours_and_a_dossier_number_name_the_same_case(town, month):
    head = f"案卷号,{CASES}"
    import_cases(town, month(head, "澄案〔2025〕7," + OPEN.format(n=7, x=50)))
    closed = "{},0504,2025-03-07 08:05:00,2025-04-02 10:00:00,已结案,D1,50,150"
    assert import_cases(town, month(CASES, closed.format("990101-7"))).figures["updated"] == 1
    by_dossier = CASES.replace("案件编号", "案卷号")
    assert import_cases(town, month(by_dossier, closed.format("澄案〔2025〕7"))).figures["unchanged"] == 1
    (row,) = town.read("cases").records()
    assert (row["id"], row["case_no"]) == ("990101-7", "澄案〔2025〕7")


def test_a_key_of_ours_that_is_new_is_not_given_the_county_twice(town, month):
    import_cases(town, month(CASES, OPEN.format(n="990101-8", x=50)))
    assert town.read("cases")["id"].tolist() == ["990101-8"]


def test_a_case_without_number_is_known_again_when_it_is_closed(town, month):
    head = CASES.partition(",")[2]
    import_cases(town, month(head, OPEN.format(n="", x=50)[1:]))
    report = import_cases(town, month(head, "0504,2025-03-07 08:05:00,2025-04-02 10:00:00,已结案,D1,50,150"))
    assert report.figures["updated"] == 1
    assert town.read("cases")["status"].tolist() == ["closed"]


def test_of_several_states_of_one_case_in_a_file_the_newest_is_taken_and_the_others_are_told(town, month):
    rows = [
        "7,0504,2025-03-07 08:05:00,,处置中,D1,150,150",
        "7,0504,2025-03-07 08:05:00,2025-03-09 10:00:00,已结案,D1,150,150",
        "7,0504,2025-03-07 08:05:00,,处置中,D1,150,150",
        "8,0504,2025-03-07 09:05:00,,处置中,D1,250,150",
        "8,0504,2025-03-07 09:05:00,,待核查,D1,250,150",
    ]
    report = import_cases(town, month(CASES, *rows))
    stored = rows_of(town, "cases", "id")
    assert stored["990101-7"]["status"] == "closed"
    assert stored["990101-8"]["status"] == "handling", "nothing tells them apart: the first"
    told = {row.row: row.reason for row in report.rejected_rows}
    assert told == {2: "older_in_file", 4: "older_in_file", 6: "duplicate_in_file"}


def test_a_column_of_writing_times_tells_which_state_is_the_newest(town, month):
    head = f"{CASES},更新时间"
    rows = [
        "7,0504,2025-03-07 08:05:00,2025-03-09 10:00:00,已结案,D1,150,150,2025-03-09 10:00:00",
        "7,0504,2025-03-07 08:05:00,,处置中,D1,150,150,2025-03-12 08:00:00",
        "7,0504,2025-03-07 08:05:00,,待核查,D1,150,150,",
    ]
    report = import_cases(town, month(head, *rows))
    assert rows_of(town, "cases", "id")["990101-7"]["status"] == "handling", "opened again"
    assert {row.row: row.reason for row in report.rejected_rows} == {2: "older_in_file", 4: "older_in_file"}


def test_a_case_given_back_is_newer_than_its_state_before(town, month):
    head = f"{CASES},返工次数"
    rows = [
        "7,0504,2025-03-07 08:05:00,2025-03-09 10:00:00,已结案,D1,150,150,0",
        "7,0504,2025-03-07 08:05:00,,处置中,D1,150,150,1",
    ]
    report = import_cases(town, month(head, *rows))
    assert rows_of(town, "cases", "id")["990101-7"]["status"] == "handling"
    assert [row.reason for row in report.rejected_rows] == ["older_in_file"]


@pytest.mark.daily(1)
@pytest.mark.proof
def test_components_and_persons_repeated_in_a_file_are_taken_as_they_were_last(town, month):
    old, new = f"{CODE},0101,甲,完好,2025-01-01,150,150", f"{CODE},0101,甲,破损,2025-02-01,150,150"
    import_components(town, month(COMPONENTS, old, new))
    assert town.read("component")["state"].tolist() == ["破损"]
    report = import_table(
        town, month("人员编号,姓名,状态,更新时间", "P1,甲,在岗,2025-01-01", "P1,甲,离职,2025-05-01"), "person"
    )
    assert [row.reason for row in report.rejected_rows] == ["older_in_file"]
    assert rows_of(town, "person", "id")["P1"]["state"] == "离岗"


def test_new_rows_only_can_be_asked_for(town, month):
    import_cases(town, month(CASES, OPEN.format(n=0, x=50)))
    rows = ["0,0504,2025-03-07 08:05:00,2025-04-02 10:00:00,已结案,D1,50,150", OPEN.format(n=1, x=150)]
    report = import_cases(town, month(CASES, *rows), mode="add")
    assert (report.accepted, report.reasons) == (1, {"already_in_workspace": 1})
    assert town.read("cases")["status"].tolist() == ["handling", "handling"]


def test_every_row_that_changes_has_a_line_in_the_change_log_with_both_states(town, month):
    import_cases(town, month(CASES, OPEN.format(n=0, x=50), OPEN.format(n=1, x=150)))
    import_cases(town, month(CASES, "0,0504,2025-03-07 08:05:00,2025-04-02 10:00:00,已结案,D1,50,150"), author="李工")
    log = town.read("change_log", where={"row_key": "990101-0"}, geometry=False)
    (line,) = log.records()
    assert (line["changed_by"], line["gesture"]) == ("李工", "import_cases")
    assert json.loads(line["before"]) == {"status": "handling"}
    assert json.loads(line["after"]) == {"closed_at": "2025-04-02T10:00:00", "status": "closed"}


def test_components_are_updated_by_a_newer_survey_and_left_by_an_older_one(town, month):
    row = f"{CODE},0101,{{}},{{}},{{}},50,150"
    import_components(town, month(COMPONENTS, row.format("上水井盖", "完好", "2025-03-01")))
    newer = import_components(town, month(COMPONENTS, row.format("", "破损", "2025-04-01")))
    older = import_components(town, month(COMPONENTS, row.format("", "完好", "2025-03-01")))
    assert (newer.figures["updated"], older.figures["older"]) == (1, 1)
    (stored,) = town.read("component").records()
    assert (stored["name"], stored["state"], stored["row_version"]) == ("上水井盖", "破损", 2)


def test_a_component_without_code_is_updated_where_it_stands(town, month):
    head = COMPONENTS.partition(",")[2]
    import_components(town, month(head, "0101,井盖,完好,2025-03-01,50,150"))
    report = import_components(town, month(head, "0101,井盖,破损,2025-04-01,50,150"))
    assert (report.figures["added"], report.figures["updated"]) == (0, 1)


@pytest.mark.proof
def test_a_ruling_on_ownership_is_not_undone_by_the_old_claims(town, month):
    import_table(town, month("部门编码,部门名称", "D1,供水集团", "D2,电力公司"), "department")
    head = f"{COMPONENTS},权属单位"
    row = f"{CODE},0101,井盖,完好,2025-03-01,50,150,供水集团、电力公司"
    import_components(town, month(head, row))
    edit_by_hand(town, "ownership_ruling", 0, owner_code="D2", ruled_on="2025-03-20")
    stored = town.read("component")
    with town.transaction("王工", "x") as transaction:
        ruled = {"owner_code": as_column(["D2"]), "owner_state": as_column(["明确"])}
        transaction.update("component", Rows(ruled, None, stored.fids))
    report = import_components(town, month(head, row.replace("03-01", "04-01")))
    (stored,) = town.read("component").records()
    assert (stored["owner_code"], stored["owner_state"], stored["changed_on"]) == ("D2", "明确", "2025-04-01")
    assert "ownership_rulings_stand" in codes(report)


def test_persons_follow_the_file_and_keep_the_department_that_a_planner_gave(town, month):
    head = "人员编号,姓名,所属部门,状态"
    import_table(town, month(head, "P1,示例甲,D1,在岗", "P2,示例乙,D1,在岗"), "person")
    edit_by_hand(town, "person", 0, department_code="D9")
    report = import_table(town, month(head, "P1,示例甲,D1,离岗", "P2,示例乙,D1,在岗"), "person")
    assert (report.figures["updated"], report.figures["unchanged"]) == (1, 1)
    first, second = town.read("person").records()
    assert (first["department_code"], first["row_version"], second["row_version"]) == ("D9", 3, 1)
    assert first["state"] != second["state"]
    assert [entry.key for entry in report.to_confirm] == ["P1"]
    only_new = import_table(town, month(head, "P1,示例丙,D1,在岗"), "person", mode="add")
    assert only_new.reasons == {"already_in_workspace": 1}


POSTS = "岗位编号,区划编码,岗位,姓名,工号,上班时间"
PLACE = f"{COUNTY}001001"


def test_a_post_of_a_known_number_is_given_to_another_officer_unless_a_planner_did(town, month):
    import_posts(town, month(POSTS, f"G00001,{PLACE},网格员,示例甲,E1,08:00"), target="area")
    report = import_posts(town, month(POSTS, f"G00001,{PLACE},网格员,示例乙,E2,08:00"), target="area")
    assert report.figures["updated"] == 1
    persons = rows_of(town, "person", "employee_no")
    (post,) = town.read("post").records()
    assert post["person_id"] == persons["E2"]["id"]
    edit_by_hand(town, "post", 0, person_id=persons["E1"]["id"])
    report = import_posts(town, month(POSTS, f"G00001,{PLACE},网格员,示例乙,E2,09:00"), target="area")
    (post,) = town.read("post").records()
    assert (post["person_id"], post["start_time"]) == (persons["E1"]["id"], "09:00")
    assert [entry.reason for entry in report.to_confirm] == ["hand_edit_stays"]


def test_of_several_states_of_one_post_in_a_file_the_newest_is_taken(town, month):
    head = "岗位编号,区划编码,岗位,姓名,工号,上班时间,结束日期,更新时间"
    rows = [
        f"G00001,{PLACE},网格员,示例甲,E1,08:00,,2025-01-01",
        f"G00001,{PLACE},网格员,示例甲,E1,08:00,2025-06-30,2025-07-01",
        f"G00002,{PLACE},网格员,示例乙,E2,08:00,,2025-01-01",
        f"G00002,{PLACE},网格员,示例丙,E3,08:00,,2025-01-01",
    ]
    report = import_posts(town, month(head, *rows), target="area")
    posts = town.read("post")
    assert len(posts) == 3, "one number of two persons is two posts"
    assert rows_of(town, "post", "id")["G00001"]["valid_to"] == "2025-06-30"
    assert [(row.row, row.reason) for row in report.rejected_rows] == [(2, "post_given_twice")]


def test_a_number_of_another_list_does_not_take_a_post_over(town, month):
    import_posts(town, month(POSTS, f"1,{PLACE},网格员,示例甲,E1,08:00"), target="area")
    import_posts(town, month(POSTS, f"1,{COUNTY}001002,网格员,示例乙,E2,08:00"), target="area")
    assert sorted(town.read("post")["target_code"].tolist()) == [PLACE, f"{COUNTY}001002"]


def test_posts_of_the_same_file_are_counted_not_rewritten(town, month):
    source = month(POSTS, f"G00001,{PLACE},网格员,示例甲,E1,08:00")
    import_posts(town, source, target="area")
    report = import_posts(town, source, target="area")
    assert report.figures["unchanged"] == 1
    assert town.read("post")["row_version"].tolist() == [1]
    assert import_posts(town, source, target="area", mode="add").reasons == {"already_in_workspace": 1}


def test_somebody_who_changed_the_same_case_meanwhile_is_not_written_over(town, month):
    from gridmgmt_plugin.core.errors import WorkspaceError
    from gridmgmt_plugin.core.progress import Progress

    import_cases(town, month(CASES, OPEN.format(n=0, x=50)))
    done = []

    def on_fraction(fraction):
        if fraction >= 0.6 and not done:
            done.append(edit_by_hand(town, "cases", 0, note="改"))

    changed = "0,0504,2025-03-07 08:05:00,2025-04-02 10:00:00,已结案,D1,350,150"
    # The places of what moves are looked up after the rows were compared: the moment for somebody else.
    from gridmgmt_plugin.jobs.intake import point_store

    found = point_store.find_places
    try:
        point_store.find_places = lambda *given: on_fraction(1.0) or found(*given)
        with pytest.raises(WorkspaceError) as refused:
            import_cases(town, month(CASES, changed), progress=Progress())
    finally:
        point_store.find_places = found
    assert refused.value.code == "row_changed_meanwhile"
    assert town.read("cases")["note"].tolist() == ["改"]
    assert np.array_equal(town.read("cases")["status"], as_column(["handling"]))
