"""Rows of other tables, edited in forms: the same save, with versions, log and take-back."""

from __future__ import annotations

import pytest
import shapely
from qgis.core import QgsGeometry

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.saving.rows import row_save
from gridmgmt_plugin.project.forms.description import form_descriptions
from gridmgmt_plugin.workspace.changes import row_reading
from gridmgmt_plugin.workspace.changes.hand_edits import hand_edits
from gridmgmt_plugin.workspace.changes.take_back import last_save, take_back_last
from gridmgmt_plugin.workspace.reads import worked_out
from gridmgmt_plugin.workspace.schema import table
from tests.qgis.editing.saving.town import AREAS, box, code, in_both, log_of, place, refused, rows_of


@in_both
def test_an_area_that_is_renamed_is_saved_and_told(town, open_desk):
    desk = open_desk(town, "area")
    desk.set(AREAS[0], name="湖滨一社区", population=1200)
    assert desk.save(), desk.refusals
    area = rows_of(town, "area")[AREAS[0]]
    assert (area["name"], area["population"], area["row_version"]) == ("湖滨一社区", 1200, 2)
    (line,) = log_of(town)
    assert (line["table_name"], line["row_key"], line["changed_by"]) == ("area", AREAS[0], "王工")
    assert line["before"] == {"name": "湖滨社区"}
    assert line["after"] == {"name": "湖滨一社区", "population": 1200}
    assert desk.reports[0].tables_changed[0] == "area"


@in_both
def test_rows_come_and_go(town, open_desk):
    desk = open_desk(town, "post")
    desk.add(id="岗1", target="area", target_code=AREAS[0], role="inspector", valid_from="2024-05-01")
    desk.add(id="岗2", target="area", target_code=AREAS[1], role="inspector")
    assert desk.save(), desk.refusals
    assert set(rows_of(town, "post", "id")) == {"岗1", "岗2"}
    assert rows_of(town, "post", "id")["岗1"]["valid_from"] == "2024-05-01"
    desk.layer.deleteFeature(next(f.id() for f in desk.layer.getFeatures() if f["id"] == "岗1"))
    assert desk.save(), desk.refusals
    assert set(rows_of(town, "post", "id")) == {"岗2"}
    take_back_last(town, "王工")
    assert set(rows_of(town, "post", "id")) == {"岗1", "岗2"}
    take_back_last(town, "王工")
    assert town.count("post") == 0


@in_both
def test_a_key_that_is_there_already_is_told_before_anything_is_written(town, open_desk, stored_in):
    desk = open_desk(town, "responsibility_grid")
    one, two = sorted(rows_of(town, "responsibility_grid"))[:2]
    before = stored_in.state()
    desk.set(one, code=two)
    refusal = refused_rows(desk)
    assert refusal.code == "save_key_taken"
    assert two in refusal.message.text("zh")
    assert stored_in.state() == before


def refused_rows(desk):
    assert not desk.save()
    desk.guard.sweep()
    return desk.refusals[-1]


def test_the_same_key_twice_in_one_save_is_told(town, open_desk):
    desk = open_desk(town, "person")
    desk.add(id="甲", name="张三")
    desk.add(id="甲", name="李四")
    assert refused_rows(desk).code == "save_key_taken"
    desk.layer.undoStack().undo()
    assert desk.save(), desk.refusals
    assert rows_of(town, "person", "id")["甲"]["name"] == "张三"


def test_a_row_that_a_colleague_changed_is_not_overwritten(town, open_desk):
    desk = open_desk(town, "area")
    rows = town.read("area", ["row_version"], {"code": AREAS[0]}, geometry=False)
    with town.transaction("李工", "x") as transaction:
        transaction.update("area", rows.with_columns(name=["李工起名"]))
    desk.set(AREAS[0], name="王工起名")
    assert refused(desk).code == "save_rows_overtaken"
    assert rows_of(town, "area")[AREAS[0]]["name"] == "李工起名"


@in_both
def test_the_state_of_a_release_is_not_typed_and_its_row_not_deleted(town, open_desk, stored_in):
    with town.transaction("", "x") as transaction:
        transaction.insert(
            "release", Rows.from_records([{"number": "r0001", "scheme": "cg", "state": "handed_over"}])
        )
    before = stored_in.state()
    desk = open_desk(town, "release")
    fid = next(desk.layer.getFeatures()).id()
    desk.layer.changeAttributeValue(fid, desk.layer.fields().indexOf("state"), "accepted")
    refusal = refused_rows(desk)
    assert refusal.code == "save_table_locked"
    assert "成果版本" in refusal.message.text("zh")
    desk.layer.undoStack().undo()
    desk.layer.deleteFeature(fid)
    assert refused_rows(desk).code == "save_table_locked"
    assert stored_in.state() == before


def test_saving_cells_does_not_turn_away_who_edits_their_responsibility_grid(town, open_desk):
    cells, grids = open_desk(town), open_desk(town, "responsibility_grid")
    one = sorted(rows_of(town, "responsibility_grid"))[0]
    grids.set(one, name="改名")
    cells.split(1, [(0.3, -1), (0.3, 1.5)])
    assert cells.save(), cells.refusals
    assert grids.save(), grids.refusals
    row = rows_of(town, "responsibility_grid")[one]
    assert (row["name"], row["unit_count"]) == ("改名", 9)


@in_both
def test_telephone_numbers_go_into_no_log_and_no_record(town, open_desk, stored_in):
    desk = open_desk(town, "contact")
    desk.add(person_id="p1", mobile="13800001111", office_phone="010-66660000")
    assert desk.save(), desk.refusals
    contact = rows_of(town, "contact", "person_id")["p1"]
    assert contact["mobile"] == "13800001111"
    (line,) = log_of(town)
    assert (line["table_name"], line["row_key"]) == ("contact", "p1")
    assert (line["before"], line["after"]) == (None, None)
    assert last_save(town) is None
    assert desk.reports[0].notes[0].code == "save_not_recorded"
    departments = open_desk(town, "department")
    departments.add(code="D1", name="城管局", duty_phone="010-12345678")
    assert departments.save(), departments.refusals
    written = str(town.read("change_log").records()) + str(town.read("take_back").records())
    assert "13800001111" not in written
    assert "12345678" not in written
    assert "城管局" in written


@in_both
def test_a_point_that_is_moved_lies_in_its_new_cell(town, open_desk):
    desk = open_desk(town, "component")
    moved = "99010100100101000000"
    geometry = QgsGeometry.fromWkt("Point ({} {})".format(*place(1.5, 0.5)))
    desk.layer.changeGeometry(desk.feature(moved).id(), geometry)
    desk.add(shapely.Point(*place(2.5, 2.5)), code="新部件", class_code="0101")
    desk.add(shapely.Point(*place(-5, 2.5)), code="界外", class_code="0101")
    assert desk.save(), desk.refusals
    components = rows_of(town, "component")
    assert components[moved]["unit_grid"] == code(2)
    assert components["新部件"]["unit_grid"] == code(11)
    assert components["界外"]["unit_grid"] is None


@in_both
def test_a_point_that_is_moved_lies_on_the_lane_there_unless_one_is_given_with_it(town, open_desk):
    ways = {"L1": ("湖滨路", 0.5), "L2": ("书院路", 1.5), "L3": ("书院后巷", 1.55), "L4": ("旧巷", 1.52)}
    rows = [{"code": c, "name": n, "state": "撤销" if c == "L4" else "在用"} for c, (n, _) in ways.items()]
    lines = as_column(shapely.multilinestrings([[place(0, at), place(4, at)]]) for _, at in ways.values())
    with town.transaction("", "test") as transaction:
        transaction.insert("lane", Rows.from_records(rows, lines))
        cases = town.read("cases", ["id"], geometry=False)
        before = cases.with_columns(lane_code=["L1", "L1"], address=["书院后巷3号", None], placed_by=["lane", None])
        transaction.update("cases", before, derived=True)
    cases, components = open_desk(town, "cases"), open_desk(town, "component")
    there = QgsGeometry.fromWkt("Point ({} {})".format(*place(1.5, 1.51)))
    for feature in list(cases.layer.getFeatures()):
        cases.layer.changeGeometry(feature.id(), there)
    components.layer.changeGeometry(components.feature("99010100100101000000").id(), there)
    components.set("99010100100101000000", lane_code="L1")
    components.add(shapely.Point(*place(2.5, 0.51)), code="新部件", class_code="0101")
    components.add(shapely.Point(*place(2.5, 3.9)), code="远部件", class_code="0101")
    assert cases.save(), cases.refusals
    assert components.save(), components.refusals
    lanes = {key: row["lane_code"] for key, row in rows_of(town, "cases", "id").items()}
    assert {row["placed_by"] for row in rows_of(town, "cases", "id").values()} == {None}, "words place it no more"
    assert lanes == {"案1": "L3", "案2": "L2"}, "the address decides between two that are nearly as near"
    found = rows_of(town, "component")
    assert [found[key]["lane_code"] for key in ("99010100100101000000", "新部件", "远部件")] == ["L1", "L1", None]
    moved = [values for table in ("cases", "component") for values in hand_edits(town, table).values()]
    by_hand = [set(values) & {"geometry", "unit_grid", "lane_code"} for values in moved]
    assert sorted(by_hand, key=len) == [{"geometry"}] * 4 + [{"geometry", "lane_code"}], "what follows is no choice"
    told = {(line["row_key"], *line["after"]) for line in log_of(town) if line["gesture"] == "follow_edit"}
    assert {("案2", "unit_grid", "lane_code"), ("新部件", "unit_grid", "lane_code")} <= told


def test_level_and_parent_of_an_area_follow_its_code(town, open_desk):
    desk = open_desk(town, "area")
    desk.add(shapely.multipolygons([box(9, 0)]), code="990101001009", name="新社区")
    desk.add(shapely.multipolygons([box(9, 2)]), code="990101001010", name="园区", parent_code="990101")
    desk.set(AREAS[1], name="北苑社区")
    assert desk.save(), desk.refusals
    rows = rows_of(town, "area")
    assert (rows["990101001009"]["level"], rows["990101001009"]["parent_code"]) == ("community", "990101001")
    assert rows["990101001010"]["parent_code"] == "990101", "what an area was given goes before its digits"


@pytest.mark.parametrize("table", ["responsibility_grid", "scheme"])
def test_a_row_whose_key_the_program_gives_is_not_saved_without_one(town, open_desk, table):
    desk = open_desk(town, table)
    desk.add(**{"name" if table == "responsibility_grid" else "title": "新的"})
    assert not desk.save()
    assert [refusal.message.code for refusal in desk.refusals] == ["save_key_not_given"]


@in_both
def test_a_post_that_ends_before_it_begins_is_not_saved_and_one_that_came_so_hinders_nobody(town, open_desk):
    wrong = {"target": "area", "target_code": AREAS[1], "role": "liaison", "valid_from": "2026-03-02"}
    with town.transaction("", "test") as transaction:
        transaction.insert("post", Rows.from_records([{**wrong, "id": "G00001", "valid_to": "2026-03-01"}]))
    desk = open_desk(town, "post")
    (came_so,) = (feature.id() for feature in desk.layer.getFeatures() if feature["id"] == "G00001")
    assert desk.layer.changeAttributeValue(came_so, desk.layer.fields().lookupField("turn"), "A角")
    assert desk.save(), desk.refusals
    desk.add(**{**wrong, "id": "G00002", "valid_to": "2025-12-31"})
    assert not desk.save()
    (refusal,) = desk.refusals
    assert refusal.message.code == "save_period_reversed"
    assert all(word in refusal.message.text("zh") for word in ("G00002", "2026-03-02", "2025-12-31"))


DRAWN = {
    "lane": (shapely.MultiLineString([[place(0, 0), place(3, 0)]]), {"code": "9901010010001"}),
    "component": (shapely.Point(*place(2.5, 0.51)), {"code": "新部件"}),
    "cases": (shapely.Point(*place(2.5, 0.51)), {"id": "新案件"}),
    "ledger_item": (shapely.Point(*place(2.5, 0.51)), {"ledger": "树", "key": "新树"}),
    "area": (shapely.multipolygons([box(9, 0)]), {"code": "990101001009"}),
}


@pytest.mark.parametrize("table", sorted(DRAWN))
def test_the_form_says_of_each_column_that_a_save_fills_in_where_it_comes_from(town, open_desk, table):
    shape, key = DRAWN[table]
    with town.transaction("", "test") as transaction:
        transaction.insert("ledger", Rows.from_records([{"key": "树", "title": "树"}]))
    desk = open_desk(town, table)
    desk.add(shape, **key)
    assert desk.save(), desk.refusals
    name, value = list(key.items())[-1]
    row = rows_of(town, table, name)[value]
    filled = {column for column, held in row.items() if held not in (None, "") and column not in key}
    filled -= {"fid", "geometry", "row_version"}
    assert filled
    assert [column for column in filled if form_descriptions()[table].tip(column, "zh") is None] == []


def test_the_length_of_a_lane_follows_its_line(town, open_desk):
    desk = open_desk(town, "lane")
    desk.add(shapely.MultiLineString([[place(0, 0), place(3, 0)]]), code="9901010010001", name="湖滨路")
    assert desk.save(), desk.refusals
    assert rows_of(town, "lane")["9901010010001"]["length_m"] == pytest.approx(300)


@in_both
def test_an_outline_of_an_area_is_taken_back_to_the_last_bit(town, open_desk):
    desk = open_desk(town, "area")
    before = rows_of(town, "area")[AREAS[1]]["geometry"]
    geometry = QgsGeometry()
    geometry.fromWkb(shapely.to_wkb(shapely.multipolygons([box(4, 0, 4.25, 4)])))
    desk.layer.changeGeometry(desk.feature(AREAS[1]).id(), geometry)
    assert desk.save(stop=True), desk.refusals
    assert rows_of(town, "area")[AREAS[1]]["geometry"].area == pytest.approx(170_000)
    take_back_last(town, "王工")
    assert rows_of(town, "area")[AREAS[1]]["geometry"].wkb == before.wkb


def test_a_table_without_a_key_is_saved_and_taken_back(town, open_desk):
    desk = open_desk(town, "patrol")
    desk.add(target="area", target_code=AREAS[0], finding="正常")
    assert desk.save(), desk.refusals
    desk.layer.changeAttributeValue(
        next(desk.layer.getFeatures()).id(), desk.layer.fields().lookupField("finding"), "异常"
    )
    assert desk.save(), desk.refusals
    take_back_last(town, "王工")
    assert town.read("patrol")["finding"].tolist() == ["正常"]
    take_back_last(town, "王工")
    assert town.count("patrol") == 0


GRID = f"{AREAS[0]}001"


@in_both
def test_a_responsibility_grid_that_was_moved_by_hand_keeps_the_outline_of_its_cells(town, open_desk):
    before = rows_of(town, "responsibility_grid")[GRID]
    desk = open_desk(town, "responsibility_grid")
    feature = desk.feature(GRID)
    moved = QgsGeometry(feature.geometry())
    moved.translate(500, 0)
    desk.layer.beginEditCommand("移动")
    assert desk.layer.changeGeometry(feature.id(), moved)
    desk.layer.endEditCommand()
    desk.set(GRID, name="湖滨一格")
    assert desk.save(), desk.refusals
    after = rows_of(town, "responsibility_grid")[GRID]
    assert after["name"] == "湖滨一格"
    assert after["geometry"].equals_exact(before["geometry"], 0)
    assert [note.code for note in desk.reports[0].notes] == ["save_outlines_derived"]


@pytest.mark.daily(1)
@in_both
def test_a_responsibility_grid_that_has_cells_is_not_deleted_and_keeps_its_code(town, open_desk):
    desk = open_desk(town, "responsibility_grid")
    desk.layer.deleteFeature(desk.feature(GRID).id())
    assert refused(desk).code == "save_grid_homeless"
    assert GRID in refused(desk).message.text("zh")
    desk.layer.undoStack().undo()
    desk.set(GRID, code=f"{AREAS[0]}077")
    assert refused(desk).code == "save_grid_in_use"


@in_both
def test_a_responsibility_grid_whose_cells_went_elsewhere_goes(town, open_desk):
    cells = open_desk(town)
    for number in range(1, 9):
        cells.set(code(number), rg_cg=f"{AREAS[0]}002")
    assert cells.save(stop=True), cells.refusals
    desk = open_desk(town, "responsibility_grid")
    desk.layer.deleteFeature(desk.feature(GRID).id())
    assert desk.save(), desk.refusals
    assert GRID not in rows_of(town, "responsibility_grid")


@in_both
def test_an_area_that_has_cells_keeps_its_code_and_stays(town, open_desk):
    desk = open_desk(town, "area")
    desk.set(AREAS[0], code="990101001077")
    refusal = refused(desk)
    assert refusal.code == "save_row_in_use"
    assert "单元网格" in refusal.message.text("zh")
    assert "Unit grids" in refusal.message.text("en")
    desk.layer.undoStack().undo()
    desk.layer.deleteFeature(desk.feature(AREAS[1]).id())
    assert refused(desk).code == "save_row_in_use"


@in_both
def test_a_person_who_holds_a_post_is_not_deleted_before_it(town, open_desk):
    people = open_desk(town, "person")
    people.add(id="人1", name="示例甲")
    assert people.save(), people.refusals
    posts = open_desk(town, "post")
    posts.add(id="岗1", target="area", target_code=AREAS[0], role="inspector", person_id="人1")
    assert posts.save(), posts.refusals
    person = next(f.id() for f in people.layer.getFeatures())
    people.layer.deleteFeature(person)
    assert not people.save()
    assert people.refusals[-1].code == "save_row_in_use"
    posts.layer.deleteFeature(next(f.id() for f in posts.layer.getFeatures()))
    assert posts.save(), posts.refusals
    assert people.save(), people.refusals


def test_a_grid_with_a_post_is_not_deleted_before_it(town, open_desk):
    posts = open_desk(town, "post")
    posts.add(id="岗1", target="responsibility_grid", target_code=f"{AREAS[0]}077", scheme="cg", role="inspector")
    grids = open_desk(town, "responsibility_grid")
    grids.add(code=f"{AREAS[0]}077", scheme="cg", name="空格")
    assert posts.save(), posts.refusals
    assert grids.save(), grids.refusals
    grids.layer.deleteFeature(grids.feature(f"{AREAS[0]}077").id())
    assert refused(grids).code == "save_row_in_use"


def test_a_new_row_that_says_nothing_is_not_saved(town, open_desk):
    desk = open_desk(town, "post")
    desk.add()
    assert not desk.save()
    assert desk.refusals[-1].code == "save_row_empty"
    assert desk.layer.isModified()
    assert town.count("post") == 0


@in_both
def test_a_cell_is_not_given_to_a_grid_of_another_community(town, open_desk):
    with town.transaction("", "test") as transaction:
        grids = town.read("responsibility_grid", [], geometry=False)
        rows = town.read("responsibility_grid", ["code"], geometry=False)
        areas = [text[:12] for text in rows["code"]]
        transaction.update("responsibility_grid", grids.with_columns(area_code=areas), derived=True)
    desk = open_desk(town)
    desk.set(code(6), rg_cg=f"{AREAS[1]}001")
    refusal = refused(desk)
    assert refusal.code == "save_grid_across_area"
    assert refusal.faults[0].codes == (code(6),)
    assert refusal.faults[0].place.equals(box(1, 1))
    desk.set(code(6), rg_cg=f"{AREAS[0]}002")
    assert desk.save(), desk.refusals


MASK = "〔电话已隐去〕"


@in_both
def test_a_text_that_was_masked_at_the_save_is_told_with_columns_and_rows_and_without_the_number(town, open_desk):
    desk = open_desk(town, "area")
    desk.set(AREAS[0], name="湖滨社区 13812345678", managed_by="联系13912345678")
    desk.set(AREAS[1], name="书院社区138、1234、5678")
    assert desk.save(), desk.refusals
    area = rows_of(town, "area")
    assert [area[key]["name"] for key in AREAS] == [f"湖滨社区 {MASK}", f"书院社区{MASK}"]
    (report,) = desk.reports
    (note,) = [note for note in report.notes if note.code == "save_texts_masked"]
    assert note.details["count"] == 2
    lines = [(line.details["column_en"], line.details["rows"]) for line in report.details]
    titles = {column.name: column for column in table("area").columns}
    assert lines == [(titles["name"].en, "、".join(AREAS)), (titles["managed_by"].en, AREAS[0])]
    for language in ("zh", "en"):
        told = " ".join(message.text(language) for message in (*report.notes, *report.details))
        assert "1234" not in told
        assert titles["name"].label(language) in told


@in_both
def test_a_new_row_that_was_masked_is_told_by_its_key(town, open_desk):
    desk = open_desk(town, "department")
    desk.add(code="B01", name="市容科，投诉人：张三")
    desk.add(code="B02", name="园林科")
    assert desk.save(), desk.refusals
    assert rows_of(town, "department")["B01"]["name"] == "市容科，投诉人：〔姓名已隐去〕"
    (line,) = desk.reports[0].details
    assert line.details["rows"] == "B01"


@in_both
def test_a_save_in_which_nothing_was_masked_says_nothing_of_it(town, open_desk):
    desk = open_desk(town, "area")
    desk.set(AREAS[0], name="湖滨一社区")
    assert desk.save(), desk.refusals
    assert desk.reports[0].details == ()
    assert "save_texts_masked" not in [note.code for note in desk.reports[0].notes]


@pytest.mark.daily(1)
@in_both
@pytest.mark.parametrize("number", ["13812345678", "110101199003071233", "110101 19900307 1233", "138-1234-5678"])
def test_a_code_that_is_somebodys_number_is_refused_and_not_repeated(town, open_desk, stored_in, number):
    desk = open_desk(town, "department")
    desk.add(code=number, name="市容科")
    before = stored_in.state()
    refusal = refused_rows(desk)
    assert refusal.code == "save_code_is_private"
    assert number not in refusal.message.text("zh") + refusal.message.text("en")
    assert stored_in.state() == before


@in_both
def test_a_number_in_the_name_of_a_person_is_masked_and_one_as_employee_number_is_refused(town, open_desk):
    desk = open_desk(town, "person")
    desk.add(id="P1", name="张三110101199003071234", account="13812345678")
    assert desk.save(), desk.refusals
    person = rows_of(town, "person", "id")["P1"]
    assert (person["name"], person["account"]) == ("张三〔证件号已隐去〕", "13812345678")
    desk.add(id="P2", name="李四", employee_no="13812345678")
    assert refused_rows(desk).code == "save_code_is_private"


@in_both
@pytest.mark.parametrize("most", [20_000, 10], ids=["with one question", "one by one, as more are"])
def test_many_rows_get_a_value_at_once_and_none_of_a_colleague_is_overwritten(town, open_desk, monkeypatch, most):
    monkeypatch.setattr(row_save, "_MANY_ROWS", 5)
    monkeypatch.setattr(row_reading, "_CHUNK", 4)
    monkeypatch.setattr(worked_out, "_MOST_ROWS", most)
    desk, other = open_desk(town, "component"), open_desk(town, "component")
    at = desk.layer.fields().lookupField("note")
    for row in desk.layer.getFeatures():
        assert desk.layer.changeAttributeValue(row.id(), at, "x")
    assert desk.save(), desk.refusals
    assert {row["note"] for row in rows_of(town, "component").values()} == {"x"}
    for row in other.layer.getFeatures():
        assert other.layer.changeAttributeValue(row.id(), at, "y")
    assert refused(other).code == "save_rows_overtaken"
    assert {row["note"] for row in rows_of(town, "component").values()} == {"x"}
