"""A department takes the place of another wherever it is named; rules keep both periods, records stay."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.people.ask_place import Where, ask_place
from gridmgmt_plugin.jobs.people.duty_matrix import read_matrix
from gridmgmt_plugin.jobs.people.export_posts import export_posts
from gridmgmt_plugin.jobs.people.reform_department import reform_department
from gridmgmt_plugin.jobs.people.who_is_responsible import who_is_responsible
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.cell_change import follow_cells, write_cells
from gridmgmt_plugin.workspace.changes.lineage import Causes
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.changes.touched_cells import compared_cells
from gridmgmt_plugin.workspace.register_store import RegisterStore
from tests.jobs.people.duty_district import CELLS
from tests.jobs.people.staff_state import rows_of

TABLES = ("department", "person", "unit_grid", "component", "duty_rule", "cases")


@pytest.fixture
def named(add):
    """Name department D2 in more places."""
    add("person", {"id": "P7", "name": "示例庚", "department_code": "D2"})
    add("department", {"code": "D21", "name": "河道科（示例）", "parent_code": "D2"})
    add(
        "cases",
        {"id": "A1", "department_code": "D2", "status": "handling"},
        {"id": "A2", "department_code": "D2", "status": "closed"},
    )


def test_everything_that_named_the_old_one_names_the_new_one(staffed, named):
    report = reform_department(
        staffed, department="水务局（示例）", successor="D1", on="2026-01-15", document_no="机改〔2026〕1号"
    )
    old = next(row for row in rows_of(staffed, "department") if row["code"] == "D2")
    assert (old["valid_to"], old["successor_code"]) == ("2026-01-14", "D1")
    assert {row["id"]: row["department_code"] for row in rows_of(staffed, "cases")} == {"A1": "D1", "A2": "D2"}
    assert next(row for row in rows_of(staffed, "person") if row["id"] == "P7")["department_code"] == "D1"
    assert rows_of(staffed, "component")[0]["maintainer_code"] == "D1"
    assert next(row for row in rows_of(staffed, "department") if row["code"] == "D21")["parent_code"] == "D1"
    rules = {row["id"]: row for row in rows_of(staffed, "duty_rule")}
    assert (rules["R2"]["department_code"], rules["R2"]["valid_to"]) == ("D2", "2026-01-14")
    following = rules["R2-2"]
    assert (following["department_code"], following["valid_from"]) == ("D1", "2026-01-15")
    assert (following["class_prefix"], following["basis"]) == ("0102", "机改〔2026〕1号")
    assert report.figures == {"department": 2, "person": 1, "component": 1, "cases": 1, "duty_rule": 4}


def test_one_act_takes_the_reform_back(staffed, named):
    before = {table: rows_of(staffed, table) for table in TABLES}
    reform_department(staffed, department="D2", successor="D1", on="2026-01-15")
    take_back_last(staffed, "王工")
    assert {table: rows_of(staffed, table) for table in TABLES} == before


def test_a_part_that_takes_the_place_of_its_whole_is_not_below_itself(staffed, named):
    reform_department(staffed, department="D2", successor="D21", on="2026-01-15")
    assert next(row for row in rows_of(staffed, "department") if row["code"] == "D21")["parent_code"] is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"department": "D2", "successor": "D2"}, "reform_into_itself"),
        ({"department": "D2", "successor": "查无此局"}, "department_not_known"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(staffed, given, code):
    before = rows_of(staffed, "department")
    with pytest.raises(GridError) as caught:
        reform_department(staffed, **given)
    assert caught.value.code == code
    assert rows_of(staffed, "department") == before


@pytest.mark.proof
def test_a_successor_that_has_ended_is_refused(staffed, add):
    add("department", {"code": "D5", "name": "旧局（示例）", "valid_to": "2020-01-01"})
    with pytest.raises(GridError) as caught:
        reform_department(staffed, department="D2", successor="D5")
    assert caught.value.code == "reform_successor_ended"


AHEAD = date.today() + timedelta(days=30)
EVE, DAY = (AHEAD - timedelta(days=1)).isoformat(), AHEAD.isoformat()
PART = "9901010103000001"


@pytest.fixture
def ahead(staffed, named):
    """Enter, a month before it, that D1 takes the place of D2."""
    return reform_department(staffed, department="D2", successor="D1", on=DAY, document_no="机改〔2027〕1号")


def departments(workspace, day):
    """Who answers for the component of D2, and for the class that a rule gives to D2, by a click and in bulk."""
    at, asked = f"{day} 09:30", (("component", PART, "0103"), ("", "", "0102"))
    clicks = [
        ask_place(workspace, Where(10.0, 10.0, component=part), at=at, classes=[(kind or None, code)]).classes[0]
        for kind, part, code in asked
    ]
    rows = Rows({"部件": as_column([PART, None]), "类": as_column(["0103", "0102"])}, shapely.points([[10, 10]] * 2))
    source = Source(rows, "点", "点.shp", None, "utf-8", row_numbers=np.arange(2))
    bulk = who_is_responsible(workspace, source, class_field="类", component_field="部件", at=at).rows
    assert bulk["department_code"].tolist() == [click.department_code for click in clicks]
    return [(click.department_code, click.status) for click in clicks], clicks


@pytest.mark.proof
def test_a_reform_ahead_leaves_the_old_department_until_the_eve_and_gives_the_new_one_from_its_day(staffed, ahead):
    assert departments(staffed, EVE)[0] == [("D2", "clear"), ("D2", "disputed")]
    now, clicks = departments(staffed, DAY)
    assert now == [("D1", "clear"), ("D1", "disputed")]
    said = [message.code for message in clicks[0].reasons]
    assert said == ["decided_maintainer", "decided_successor"]
    assert clicks[0].reasons[-1].details == {"old": "水务局（示例）", "new": "城管局（示例）", "day": DAY}


def test_a_reform_ahead_writes_what_has_a_date_and_tells_what_follows_by_itself(staffed, ahead):
    assert ahead.figures == {"department": 1, "duty_rule": 4}
    assert [note.code for note in ahead.notes] == ["department_reform_ahead"]
    told = {row.key: row.value for row in ahead.to_confirm if row.reason == "reform_rows_follow_then"}
    assert told == {"person": "1", "component": "1", "department": "1", "cases": "1"}
    assert next(row for row in rows_of(staffed, "person") if row["id"] == "P7")["department_code"] == "D2"


def test_the_reform_entered_ahead_is_taken_back_in_one(staffed, named):
    before = {table: rows_of(staffed, table) for table in TABLES}
    reform_department(staffed, department="D2", successor="D1", on=DAY)
    take_back_last(staffed, "王工")
    assert {table: rows_of(staffed, table) for table in TABLES} == before


def test_entering_it_twice_changes_nothing_the_second_time(staffed, ahead):
    before = {table: rows_of(staffed, table) for table in TABLES}
    again = reform_department(staffed, department="D2", successor="D1", on=DAY)
    assert (again.accepted, again.notes[0].code) == (0, "department_reform_ahead")
    assert {table: rows_of(staffed, table) for table in TABLES} == before


@pytest.fixture
def come(staffed, ahead):
    """Let the day have come: what was entered ahead lies a month back."""
    back = {EVE: date.today() - timedelta(days=31), DAY: date.today() - timedelta(days=30)}
    places = [("department", "valid_to", EVE), ("duty_rule", "valid_to", EVE), ("duty_rule", "valid_from", DAY)]
    found = [staffed.read(table, where={column: day}, geometry=False).fids for table, column, day in places]
    with staffed.transaction("", "test") as transaction:
        for (table, column, day), numbers in zip(places, found):
            transaction.set_column(table, column, numbers, [back[day].isoformat()] * len(numbers))
    return back[DAY].isoformat()


@pytest.fixture
def everywhere(staffed, named, add):
    """Name D2 where no date stands beside it, in every table that a click asks."""
    with staffed.transaction("", "test") as transaction:
        units = staffed.read("unit_grid", geometry=False)
        transaction.set_column("unit_grid", "responsible_code", units.fids, ["D2", None])
        lanes = staffed.read("lane", geometry=False)
        transaction.set_column("lane", "property_code", lanes.fids, ["D2"])
    grid = {"scheme": "cg", "code": CELLS[0], "supervisor_code": "D2", "operator_code": "D9"}
    add("responsibility_grid", grid)
    return staffed


def told(workspace, day):
    """Every department that a click on the first cell names on a day."""
    found = ask_place(workspace, Where(10.0, 10.0, component=PART), at=f"{day} 09:30")
    unit = ask_place(workspace, Where(50.0, 50.0), at=f"{day} 09:30", classes=[("event", "9999")])
    places = {place.table: place.departments for place in found.places if place.departments}
    return places, found.classes[0].department_code, unit.classes[0].department_code


@pytest.mark.daily(1)
def test_every_day_names_the_department_in_force_that_day_however_many_reforms_were_written_over(everywhere):
    old, water, city = f"{date.today() - timedelta(days=9)}", "水务局（示例）", "城管局（示例）"
    between, other = date.today() - timedelta(days=5), "兜底单位（示例）"
    reform_department(everywhere, department="D2", successor="D1", on=between)
    reform_department(everywhere, department="D1", successor="D9", on=date.today())
    units = everywhere.read("unit_grid", geometry=False).records()
    assert units[0]["responsible_code"] == "D9"
    assert told(everywhere, old) == ({"responsibility_grid": (water, other), "lane": (water,)}, "D2", "D2")
    assert told(everywhere, between) == ({"responsibility_grid": (city, other), "lane": (city,)}, "D1", "D1")
    assert told(everywhere, date.today()) == ({"responsibility_grid": (other,), "lane": (other,)}, "D9", "D9")


def test_what_was_named_anew_since_the_reform_keeps_the_new_name_on_every_day(everywhere):
    reform_department(everywhere, department="D2", successor="D1", on=date.today())
    with everywhere.transaction("", "test") as transaction:
        units = everywhere.read("unit_grid", geometry=False)
        transaction.set_column("unit_grid", "responsible_code", units.fids, ["D9", None])
    assert told(everywhere, date.today() - timedelta(days=9))[2] == "D9"


def drawn_anew(workspace, rows, origin):
    """Write other unit grids, as a save does: whole rows, and which of the stored ones each is (−1 = new)."""
    act = Act.now("qgis", "王工")
    with workspace.transaction("王工", "qgis") as transaction:
        before = workspace.read("unit_grid")
        touched = compared_cells(before, rows, np.array(origin))
        store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid", set(before["code"]))
        change = follow_cells(workspace, touched, store, Causes({}), act)
        write_cells(transaction, change, act, ("qgis",), otherwise="qgis")


def asked_in_the_first_cell(workspace, day, x=50.0):
    """Who answers by a click, the same in bulk."""
    found = ask_place(workspace, Where(x, 50.0), at=f"{day} 09:30", classes=[("event", "9999")]).classes[0]
    rows = Rows({"类": as_column(["9999"])}, shapely.points([[x, 50]]))
    source = Source(rows, "点", "点.shp", None, "utf-8", row_numbers=np.arange(1))
    bulk = who_is_responsible(workspace, source, class_field="类", at=f"{day} 09:30").rows
    assert bulk["department_code"].tolist() == [found.department_code]
    return found.department_code


@pytest.fixture
def responsible(staffed):
    """Let D2 answer for the first cell, and D1 for the second."""
    with staffed.transaction("", "test") as transaction:
        units = staffed.read("unit_grid", geometry=False)
        transaction.set_column("unit_grid", "responsible_code", units.fids, ["D2", "D1"])
    return staffed


def test_a_unit_grid_that_was_renumbered_since_the_reform_answers_old_days_by_their_name(responsible):
    reform_department(responsible, department="D2", successor="D1", on=date.today())
    rows = responsible.read("unit_grid")
    drawn_anew(responsible, rows.with_columns(code=["990101001001009", CELLS[1]]), [0, 1])
    assert asked_in_the_first_cell(responsible, date.today() - timedelta(days=9)) == "D2"
    assert asked_in_the_first_cell(responsible, date.today()) == "D1"


@pytest.mark.proof
def test_the_parts_of_a_unit_grid_that_was_split_since_the_reform_answer_old_days_by_its_name(responsible):
    reform_department(responsible, department="D2", successor="D1", on=date.today())
    rows = responsible.read("unit_grid")
    three = rows.take(np.array([0, 0, 1])).with_columns(code=[CELLS[0], "990101001001003", CELLS[1]])
    halves = [shapely.box(0, 0, 40, 100), shapely.box(40, 0, 100, 100), rows.geometry[1]]
    drawn_anew(responsible, Rows(three.columns, as_column(halves), three.fid), [0, -1, 1])
    old = date.today() - timedelta(days=9)
    assert [asked_in_the_first_cell(responsible, old, x) for x in (20.0, 70.0, 150.0)] == ["D2", "D2", "D1"]


def test_a_unit_grid_that_was_split_off_before_the_reform_keeps_its_own_name(responsible):
    rows = responsible.read("unit_grid")
    three = rows.take(np.array([0, 0, 1])).with_columns(code=[CELLS[0], "990101001001003", CELLS[1]])
    three = three.with_columns(responsible_code=["D2", "D1", "D1"])
    halves = [shapely.box(0, 0, 40, 100), shapely.box(40, 0, 100, 100), rows.geometry[1]]
    drawn_anew(responsible, Rows(three.columns, as_column(halves), three.fid), [0, -1, 1])
    reform_department(responsible, department="D2", successor="D1", on=date.today())
    old = date.today() - timedelta(days=9)
    assert [asked_in_the_first_cell(responsible, old, x) for x in (20.0, 70.0)] == ["D2", "D1"]


@pytest.mark.daily(1)
def test_a_reform_taken_back_leaves_no_trace_in_any_day(everywhere):
    day = date.today() - timedelta(days=9)
    before = told(everywhere, day), told(everywhere, date.today())
    reform_department(everywhere, department="D2", successor="D1", on=date.today())
    take_back_last(everywhere, "王工")
    assert (told(everywhere, day), told(everywhere, date.today())) == before


def test_once_its_day_has_come_the_same_reform_brings_the_tables_over_and_then_nothing_is_left(staffed, come):
    first = reform_department(staffed, department="D2", successor="D1")
    assert first.figures == {"department": 1, "person": 1, "component": 1, "cases": 1}
    assert next(row for row in rows_of(staffed, "person") if row["id"] == "P7")["department_code"] == "D1"
    again = reform_department(staffed, department="D2", successor="D1", on=come)
    assert (again.accepted, again.notes[0].code) == (0, "department_reformed_already")


def test_lists_of_staff_show_the_department_that_has_the_work_today(staffed, ahead, add, tmp_path):
    add("post", {"id": "20", "target": "area", "target_code": "990101001001", "person_id": "P7", "role": "liaison"})

    def department_in_the_list(name):
        export_posts(staffed, tmp_path / name, target="area", formats=("csv",))
        (found,) = (tmp_path / name).glob("*.csv")
        lines = [line.split(",") for line in found.read_text("utf-8-sig").splitlines()]
        (row,) = [line for line in lines if "示例庚" in line]
        return row[lines[0].index("部门编码")]

    assert department_in_the_list("前") == "D2"
    with staffed.transaction("", "test") as transaction:
        old = staffed.read("department", where={"code": "D2"}, geometry=False)
        transaction.set_column("department", "valid_to", old.fids, ["2026-01-14"])
    assert department_in_the_list("后") == "D1"


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"department": "D2", "successor": "D9", "on": DAY}, "reform_entered_already"),
        ({"department": "D2", "successor": "D1", "on": EVE}, "reform_entered_already"),
        ({"department": "D1", "successor": "D2"}, "reform_in_a_circle"),
    ],
)
def test_another_successor_day_or_way_round_is_refused_while_a_reform_is_entered(staffed, ahead, given, code):
    before = {table: rows_of(staffed, table) for table in TABLES}
    with pytest.raises(GridError) as caught:
        reform_department(staffed, **given)
    assert caught.value.code == code
    assert {table: rows_of(staffed, table) for table in TABLES} == before


def test_the_duty_matrix_of_today_shows_who_has_the_work(staffed, come):
    view = read_matrix(staffed)
    held = {cell.department for line in view.matrix.cells for cell in line} - {""}
    assert held == {"D1"}
