"""A ledger comes in with its columns, places and statuses, and each newer file tells what changed."""

from __future__ import annotations

import json
from datetime import datetime

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.ledgers.import_ledger import LedgerWishes, import_ledger
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from tests.jobs.districts import dump, layer

HEAD = "编号,名称,状态,计划完成时间,横坐标X,纵坐标Y,面积,联系电话"
FIRST = f"{HEAD}\n1,一号院,待腾退,2026-01-31,50,50,120,13800138000\n2,二号院,已腾退,2026-01-31,250,50,80,\n"


@pytest.fixture
def on(monkeypatch):
    """Return what sets the day."""

    def set_day(text):
        monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(f"{text}T09:00:00"))

    set_day("2026-02-10")
    return set_day


def items(workspace):
    return {row["key"]: row for row in workspace.read("ledger_item", geometry=False).records()}


def ledger_of(workspace, key="tengtui"):
    (row,) = workspace.read("ledger", where={"key": key}, geometry=False).records()
    return row


def told(report, code) -> Message:
    (note,) = [note for note in report.notes if note.code == code]
    return note


def cell_at(workspace, x, y):
    grids = workspace.read("unit_grid", ["code"])
    return grids["code"][np.flatnonzero(shapely.intersects_xy(grids.shapes, x, y))[0]]


def test_a_list_becomes_a_ledger_with_places_statuses_and_all_its_columns(town, table, on):
    report = import_ledger(town, table(FIRST), "tengtui", LedgerWishes("腾退空间"), author="张")
    assert (report.accepted, report.rejected, report.figures["added"]) == (2, 0, 2)
    one = items(town)["1"]
    assert (one["name"], one["status"], one["due_on"]) == ("一号院", "待腾退", "2026-01-31")
    assert one["unit_grid"] == cell_at(town, 50, 50)
    assert json.loads(one["attributes"]) == {"面积": "120"}
    kept = ledger_of(town)
    assert (kept["title"], kept["statuses"], kept["done_statuses"]) == ("腾退空间", "待腾退\n已腾退", "已腾退")
    assert kept["symbol"] == "circle"
    assert kept["geometry_kind"] == "point"
    assert report.figures["overdue"] == 1, "what is done is not overdue"
    assert told(report, "personal_columns_left_out").details["names"] == "联系电话"


def test_a_newer_file_tells_what_is_new_changed_gone_and_back(town, table, on):
    import_ledger(town, table(FIRST), "tengtui")
    on("2026-03-10")
    report = import_ledger(
        town, table(f"{HEAD}\n1,一号院,已腾退,,50,50,120,\n3,三号院,待腾退,,350,50,,\n"), "tengtui"
    )
    found = {name: report.figures[name] for name in ("added", "updated", "restated", "gone", "back")}
    assert found == {"added": 1, "updated": 1, "restated": 1, "gone": 1, "back": 0}
    assert told(report, "ledger_since").details["since"] == "2026-02-10"
    now = items(town)
    assert (now["1"]["prior_status"], now["1"]["changed_on"]) == ("待腾退", "2026-03-10")
    assert now["1"]["due_on"] == "2026-01-31", "an empty cell changes nothing"
    assert (now["2"]["gone_on"], now["2"]["status"]) == ("2026-03-10", "已腾退"), "marked, not deleted"
    on("2026-04-10")
    again = import_ledger(town, table(FIRST), "tengtui")
    assert (again.figures["back"], again.figures["gone"]) == (1, 1)
    assert items(town)["2"]["gone_on"] is None


def test_the_same_file_again_changes_nothing(town, table, on):
    import_ledger(town, table(FIRST), "tengtui")
    before = dump(town.path)
    report = import_ledger(town, table(FIRST), "tengtui")
    assert dump(town.path) == before
    assert report.figures["unchanged"] == 2


def test_what_a_part_of_a_ledger_does_not_list_is_not_gone(town, table, on):
    import_ledger(town, table(FIRST), "tengtui")
    part = table(f"{HEAD}\n1,一号院,已腾退,,50,50,,\n")
    assert import_ledger(town, part, "tengtui", is_whole=False).figures["gone"] == 0
    assert items(town)["2"]["gone_on"] is None


def test_only_new_rows_are_added_where_that_is_asked_for(town, table, on):
    import_ledger(town, table(FIRST), "tengtui")
    report = import_ledger(
        town, table(f"{HEAD}\n1,一号院,已腾退,,50,50,,\n3,三号院,待腾退,,350,50,,\n"), "tengtui", mode="add"
    )
    assert (report.figures["added"], report.reasons) == (1, {"already_in_workspace": 1})
    assert (items(town)["1"]["status"], items(town)["2"]["gone_on"]) == ("待腾退", None)


def test_columns_statuses_and_symbol_are_chosen_once(town, table, on):
    wishes = LedgerWishes("公厕", done="停用", symbol="star", colour="#112233")
    odd = "号,叫法,情况,E,N\nA,甲厕,开放,50,50\nB,乙厕,停用,250,50\n"
    columns = {"key": "号", "name": "叫法", "status": "情况"}
    import_ledger(town, table(odd), "gongce", wishes, fields=columns, x_field="E", y_field="N")
    report = import_ledger(town, table(odd.replace("开放", "停用")), "gongce")
    assert (report.figures["restated"], report.rejected) == (1, 0)
    kept = ledger_of(town, "gongce")
    assert (kept["title"], kept["symbol"], kept["colour"], kept["done_statuses"]) == (
        "公厕",
        "star",
        "#112233",
        "停用",
    )


def test_rows_without_coordinates_lie_where_their_grid_code_says(town, table, on):
    code = cell_at(town, 50, 50)
    text = f"编号,名称,状态,网格编码,横坐标X,纵坐标Y\n1,甲,在建,{code},,\n2,乙,在建,990101999999999,,\n"
    text += "3,丙,在建,,250,50\n4,丁,在建,,,\n"
    report = import_ledger(town, table(text), "gongdi")
    assert items(town)["1"]["unit_grid"] == code
    assert {row.key: row.reason for row in report.rejected_rows} == {
        "2": "ledger_grid_unknown",
        "4": "coordinate_missing",
    }
    by_code_alone = table(f"编号,名称,网格编码\n1,甲,{code}\n", "只有网格.csv")
    assert import_ledger(town, by_code_alone, "wuye").figures["with_unit_grid"] == 1


def _with_houses(town):
    east = shapely.LineString([(0, 250), (400, 250)])
    houses = [(number, number * 5.0) for number in (2, 10, 20, 40, 60)]
    with town.transaction("", "test") as transaction:
        names = {"code": as_column(["9901010010002"]), "name": as_column(["东巷"])}
        transaction.insert("lane", Rows(names, as_column([east])))
        told_by = {
            "code": as_column(f"C{number}" for number, _ in houses),
            "location": as_column(f"东巷{number}号" for number, _ in houses),
        }
        transaction.insert("component", Rows(told_by, as_column(shapely.Point(x, 252) for _, x in houses)))


def test_rows_without_number_and_grid_are_known_again_by_their_address_in_any_order(town, table):
    _with_houses(town)
    head, one, two = "名称,网格编码,地址", "桶,,东巷10号", "桶,,东巷30号"
    import_ledger(town, table("\n".join([head, one, two])), "tong")
    before = town.read("ledger_item", ["key"])
    assert len(before) == 2
    again = import_ledger(town, table("\n".join([head, two, one])), "tong")
    assert again.figures["unchanged"] == 2
    import_ledger(town, table("\n".join([head, two])), "tong")
    after = town.read("ledger_item", ["key"])
    assert dict(zip(after["key"], shapely.to_wkt(after.shapes))) == dict(
        zip(before["key"], shapely.to_wkt(before.shapes))
    )
    told_by = {row["key"]: json.loads(row["attributes"])["地址"] for row in items(town).values()}
    places = {told_by[key]: shape.x for key, shape in zip(after["key"], after.shapes)}
    assert places["东巷10号"] < places["东巷30号"]


def test_rows_without_place_or_grid_lie_at_the_house_or_crossing_that_they_name(town, table, on):
    _with_houses(town)
    text = "编号,名称,地址\n1,甲,东巷30号\n2,乙,中巷与东巷交叉口\n3,丙,东巷\n4,丁,某某大厦\n"
    report = import_ledger(town, table(text), "gongdi")
    kept = items(town)
    spots = town.read("ledger_item", ["key"])
    assert dict(zip(spots["key"], shapely.to_wkt(spots.shapes))) == {"1": "POINT (150 250)", "2": "POINT (150 250)"}
    assert kept["1"]["unit_grid"] in {cell_at(town, 150, 249), cell_at(town, 150, 251)}
    assert json.loads(kept["1"]["attributes"]) == {"地址": "东巷30号"}
    assert {row.key for row in report.rejected_rows} == {"3", "4"}
    assert told(report, "rows_placed_by_house").details["count"] == 1
    assert told(report, "rows_placed_by_crossing").details["count"] == 1
    again = import_ledger(town, table(text), "gongdi")
    assert again.figures["unchanged"] == 2
    with pytest.raises(InputError):
        import_ledger(town, table("编号,名称,地址\n1,甲,某某大厦\n", "无.csv"), "wu")


def test_lines_and_polygons_lie_in_the_cell_of_a_place_within_them(town, on):
    shapes = [shapely.box(20, 20, 60, 60), shapely.LineString([(220, 40), (280, 40)]), shapely.Point(350, 50), None]
    source = layer({"编号": ["1", "2", "3", "4"], "名称": list("甲乙丙丁"), "状态": ["在建"] * 4}, shapes)
    report = import_ledger(town, source, "gongdi")
    assert report.reasons == {"geometry_missing": 1}
    assert [items(town)[key]["unit_grid"] for key in "123"] == [cell_at(town, x, 40) for x in (40, 250, 350)]
    assert ledger_of(town, "gongdi")["geometry_kind"] == "point,line,area"


def test_shapes_without_numbers_are_the_same_items_the_next_time(town, on):
    shapes = [shapely.box(20, 20, 60, 60), shapely.box(120, 20, 160, 60)]
    source = layer({"名称": ["地块", "地块"], "状态": ["在建"] * 2}, shapes)
    assert import_ledger(town, source, "gongdi").figures["added"] == 2
    turned = layer({"名称": ["地块", "地块"], "状态": ["完工", "在建"]}, shapes[::-1])
    again = import_ledger(town, turned, "gongdi")
    assert (again.figures["added"], again.figures["gone"], again.figures["restated"]) == (0, 0, 1)


def test_rows_that_cannot_be_taken_are_listed_and_the_others_come_in(town, table, on):
    rows = [
        "1,甲,在,50,50",
        "1,甲,停,50,50",
        ",乙,在,50,50",
        "3,丙,在,99999,50",
        "4,丁,在,甲,50",
        "1.23E+12,戊,在,50,50",
    ]
    report = import_ledger(town, table("编号,名称,状态,X,Y\n" + "\n".join(rows) + "\n5,己,在,150,50\n"), "dian")
    assert (report.accepted, report.rejected, set(items(town))) == (2, 5, {"1", "5"})
    assert {row.row: row.reason for row in report.rejected_rows} == {
        3: "duplicate_in_file",
        4: "key_missing",
        5: "outside_district",
        6: "coordinate_not_number",
        7: "damage_scientific",
    }


def test_numbers_of_people_stay_outside(town, table, on):
    text = (
        "编号,名称,状态,备注,登记号,X,Y,备用13812345678\n"
        "1,甲点 13800138000,在,联系 13912345678 后再去,13712345678,50,50,有\n"
        "13600136000,乙点,在,,,250,50,\n"
        "3,丙点,在,身份证 11010519491231002X,,350,50,\n"
    )
    report = import_ledger(town, table(text), "dian")
    kept = json.dumps([*items(town).values(), ledger_of(town, "dian")], ensure_ascii=False)
    assert "13812345678" not in kept
    assert not [
        number for number in ("13800138000", "13912345678", "13712345678", "11010519491231002X") if number in kept
    ]
    assert report.reasons == {"key_is_private": 1}
    assert told(report, "texts_redacted").details == {"phones": 3, "identities": 1}
    log = json.dumps(town.read("change_log", geometry=False).records(), ensure_ascii=False)
    assert "13800138000" not in log


def test_one_step_takes_an_import_back(town, table, on):
    import_ledger(town, table(FIRST), "tengtui")
    before = (items(town), ledger_of(town))
    on("2026-03-10")
    import_ledger(town, table(f"{HEAD}\n1,一号院,已腾退,,150,50,120,\n3,三号院,待腾退,,350,50,,\n"), "tengtui")
    assert items(town)["1"]["unit_grid"] == cell_at(town, 150, 50)
    take_back_last(town, "张")
    after = (items(town), ledger_of(town))
    assert [{**row, "row_version": None} for row in after[0].values()] == [
        {**row, "row_version": None} for row in before[0].values()
    ]
    assert {**after[1], "row_version": None} == {**before[1], "row_version": None}


@pytest.mark.parametrize(
    ("key", "wishes", "code"),
    [
        ("", LedgerWishes(), "ledger_key_missing"),
        ("a|b", LedgerWishes(), "ledger_key_malformed"),
        ("树" * 41, LedgerWishes(), "ledger_key_malformed"),
        ("树", LedgerWishes(symbol="heart"), "ledger_symbol_unknown"),
        ("树", LedgerWishes(colour="red"), "ledger_colour_unclear"),
    ],
)
def test_what_cannot_be_a_ledger_is_refused_in_a_sentence(town, table, key, wishes, code):
    before = dump(town.path)
    with pytest.raises(InputError) as refused:
        import_ledger(town, table(FIRST), key, wishes)
    assert refused.value.code == code
    assert refused.value.text("zh")
    assert dump(town.path) == before


def test_a_file_without_places_is_refused(town, table):
    with pytest.raises(InputError):
        import_ledger(town, table("编号,名称\n1,甲\n"), "wu")
    with pytest.raises(InputError):
        import_ledger(town, table("编号,名称,X,Y\n1,甲,,\n", "空.csv"), "wu")


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("1,一号院,待腾退,,50,50,,\n,二号院,已腾退,,250,50,,\n", "ledger_gone_unread"),
        ("9,九号院,待腾退,,9999999,50,,\n", "ledger_gone_nothing_taken"),
    ],
)
def test_a_file_that_does_not_tell_what_is_listed_marks_nothing_as_gone(town, table, on, rows, code):
    import_ledger(town, table(FIRST), "tengtui")
    on("2026-03-10")
    report = import_ledger(town, table(f"{HEAD}\n{rows}"), "tengtui")
    assert report.figures["gone"] == 0
    assert told(report, code).text("zh")
    assert [row["gone_on"] for row in items(town).values()] == [None, None]


def test_a_status_with_a_comma_inside_stays_done_from_file_to_file(town, table, on):
    text = f"{HEAD}\n1,一号院,已完成、已验收,2026-01-31,50,50,,\n"
    assert import_ledger(town, table(text), "yz", LedgerWishes(done="已完成、已验收")).figures["overdue"] == 0
    assert import_ledger(town, table(text), "yz").figures["overdue"] == 0


def test_an_item_that_has_a_point_lies_in_the_grid_of_its_point(town, table, on):
    import_ledger(town, table(FIRST), "tengtui")
    other = cell_at(town, 350, 50)
    rows = f"1,一号院,待腾退,{other}\n2,二号院,已腾退,{cell_at(town, 250, 50)}\n3,三号院,待腾退,{other}\n"
    report = import_ledger(town, table(f"编号,名称,状态,网格编码\n{rows}"), "tengtui")
    assert [items(town)[key]["unit_grid"] for key in "13"] == [cell_at(town, 50, 50), other]
    codes = ("ledger_placed_by_grid", "ledger_keeps_place", "ledger_names_other_grid")
    assert [told(report, code).details["count"] for code in codes] == [1, 2, 1]
