"""Inspections come in from the tables of offices: every row is taken or told, and a second time updates."""

from __future__ import annotations

import json

import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.jobs.inspection.import_inspections import import_inspections
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import assert_cancel_leaves_nothing
from tests.jobs.inspection.inspected_lanes import HEADINGS, TEN, code_of, row, table, town_with_lanes, wide
from tests.jobs.refusals import refused_by

refused = refused_by(import_inspections)


@pytest.fixture
def workspace(tmp_path):
    return town_with_lanes(tmp_path)


def stored(workspace):
    return workspace.read("lane_inspection").records()


def reasons(report):
    return [(entry.row, entry.reason) for entry in report.rejected_rows]


class TestWideForm:
    def test_a_row_per_lane_becomes_a_result_per_item(self, workspace, tmp_path):
        report = import_inspections(workspace, table(tmp_path, wide(row("后海夹道", "2025-03-05", "03 08"))))
        found = stored(workspace)
        assert (report.accepted, report.rejected, len(found)) == (1, 0, 10)
        assert {one["lane_code"] for one in found} == {code_of(workspace, "后海夹道")}
        assert [one["item_code"] for one in found if one["passed"] == 0] == ["03", "08"]
        assert sum(one["score"] for one in found) == 80
        assert {(one["checklist"], one["inspected_on"], one["kind"]) for one in found} == {
            ("shi_wu_2023", "2025-03-05", "市查")
        }

    def test_tables_in_gbk_with_full_width_headings_are_read(self, workspace, tmp_path):
        text = wide(row("后海夹道", "2025年3月5日", "01")).replace("无乱停车", "３、无乱停车")
        report = import_inspections(workspace, table(tmp_path, text, encoding="gbk"))
        assert (report.accepted, len(stored(workspace))) == (1, 10)

    def test_nothing_is_an_answer_where_it_says_that_there_is_no_nuisance(self, workspace, tmp_path):
        text = wide(row("后海夹道", "2025-03-05", "03")).replace("√", "无").replace("×", "有")
        import_inspections(workspace, table(tmp_path, text))
        assert [one["item_code"] for one in stored(workspace) if one["passed"] == 0] == ["03"]

    def test_points_are_kept_as_given(self, workspace, tmp_path):
        text = wide("后海夹道,2025-03-05,市查," + ",".join(["10"] * 9 + ["6.5"]))
        import_inspections(workspace, table(tmp_path, text))
        last = next(one for one in stored(workspace) if one["item_code"] == "10")
        assert (last["passed"], last["score"]) == (0, 6.5)

    def test_whether_a_column_holds_points_is_seen_from_all_its_rows_whatever_the_other_columns_hold(
        self, workspace, tmp_path
    ):
        low, high = ["1"] * 10, ["10"] * 9 + ["0"]
        low[1], high[1] = "√", "×"
        text = wide(f"后海夹道,2025-03-05,市查,{','.join(low)}", f"灯市口北巷,2025-03-05,市查,{','.join(high)}")
        report = import_inspections(workspace, table(tmp_path, text))
        lane = code_of(workspace, "后海夹道")
        found = {r["item_code"]: (r["passed"], r["score"]) for r in stored(workspace) if r["lane_code"] == lane}
        assert found["01"] == (0, 1.0), "one point of ten, for the row below has ten"
        assert found["02"] == (1, 10.0)
        assert found["10"] == (1, 10.0), "a column of 0 and 1 alone"
        (told,) = [note for note in report.notes if note.code == "inspection_columns_yes_no"]
        assert told.details["names"] == HEADINGS[9]

    def test_an_answer_that_says_neither_sends_the_row_back(self, workspace, tmp_path):
        text = wide(row("后海夹道", "2025-03-05").replace("√", "还行", 1), row("灯市口北巷", "2025-03-05"))
        report = import_inspections(workspace, table(tmp_path, text))
        assert (report.accepted, reasons(report)) == (1, [(2, "inspection_answer_unclear")])
        assert "还行" in report.rejected_rows[0].text("zh_CN")

    def test_an_item_left_open_is_not_judged_and_the_round_is_told(self, workspace, tmp_path):
        report = import_inspections(
            workspace, table(tmp_path, wide(row("后海夹道", "2025-03-05").replace("√", "", 1)))
        )
        assert len(stored(workspace)) == 9
        assert "inspection_rounds_unfinished" in [note.code for note in report.notes]

    def test_a_heading_that_is_only_near_is_told_and_not_taken(self, workspace, tmp_path):
        text = wide(row("后海夹道", "2025-03-05")).replace("无外立面破损", "无外立面受损")
        report = import_inspections(workspace, table(tmp_path, text))
        told = next(note for note in report.notes if note.code == "inspection_headings_near")
        assert "无外立面受损" in told.text("zh_CN")
        assert "08" not in {one["item_code"] for one in stored(workspace)}

    def test_a_heading_is_named_in_the_columns_by_name(self, workspace, tmp_path):
        text = wide(row("后海夹道", "2025-03-05", "08")).replace("无外立面破损", "墙")
        import_inspections(workspace, table(tmp_path, text), field_map={"item_08": "墙"})
        assert {one["item_code"] for one in stored(workspace)} == {item.code for item in TEN.items}


class TestOtherForms:
    def test_a_row_per_item(self, workspace, tmp_path):
        lines = ["街巷名称,检查项目,检查结果,检查日期,检查类别,检查人,备注"]
        lines += [
            "后海夹道,无乱停车,不合格,2025-03-05,市级检查,老张,门口两辆",
            "后海夹道,08,合格,2025-03-05,市级检查,老张,",
        ]
        report = import_inspections(workspace, table(tmp_path, "\n".join(lines)))
        assert report.accepted == 2
        assert [(one["item_code"], one["passed"], one["kind"], one["note"]) for one in stored(workspace)] == [
            ("03", 0, "市查", "门口两辆"),
            ("08", 1, "市查", None),
        ]

    def test_an_item_that_the_list_does_not_have_is_sent_back_with_what_is_near(self, workspace, tmp_path):
        text = "街巷名称,检查项目,检查结果,检查日期\n后海夹道,无外立面受损,合格,2025-03-05"
        report = import_inspections(workspace, table(tmp_path, text))
        assert reasons(report) == [(2, "inspection_item_unknown")]
        assert "无外立面破损" in report.rejected_rows[0].text("zh_CN")

    def test_totals_alone(self, workspace, tmp_path):
        text = "街巷名称,总分,检查日期,检查类别\n后海夹道,96.5,2025-03-05,市查\n灯市口北巷,101,2025-03-05,市查"
        report = import_inspections(workspace, table(tmp_path, text))
        assert [(one["item_code"], one["score"]) for one in stored(workspace)] == [(None, 96.5)]
        assert reasons(report) == [(3, "inspection_total_beyond")]

    def test_one_point_of_ten_is_no_pass_where_other_items_of_the_table_have_points(self, workspace, tmp_path):
        text = "街巷名称,检查项目,得分,检查日期\n" + "\n".join(
            f"后海夹道,{item},{points},2025-03-05" for item, points in (("01", 10), ("02", 1), ("03", 6))
        )
        import_inspections(workspace, table(tmp_path, text))
        assert [(one["item_code"], one["passed"], one["score"]) for one in stored(workspace)] == [
            ("01", 1, 10.0),
            ("02", 0, 1.0),
            ("03", 0, 6.0),
        ]

    def test_ones_and_noughts_of_items_are_yes_and_no_whatever_the_totals_beside_them(self, workspace, tmp_path):
        text = "街巷名称,检查项目,得分,检查日期\n" + "\n".join(
            f"后海夹道,{item},{points},2025-03-05" for item, points in (("01", 1), ("02", 0), ("", 96))
        )
        import_inspections(workspace, table(tmp_path, text))
        assert [(one["item_code"], one["passed"], one["score"]) for one in stored(workspace)] == [
            ("01", 1, 10.0),
            ("02", 0, 0.0),
            (None, None, 96.0),
        ]

    @pytest.mark.parametrize("total", ["优", "95分"])
    def test_a_total_that_is_no_number_is_told_beside_items_too(self, workspace, tmp_path, total):
        lines = ["街巷名称,检查日期,无乱停车,总分", f"后海夹道,2025-03-05,√,{total}"]
        lines += ["灯市口北巷,2025-03-05,√,", "灯市口北巷,2025-03-06,√,无", "灯市口北巷,2025-03-07,√,未检查"]
        report = import_inspections(workspace, table(tmp_path, "\n".join(lines)))
        assert (report.accepted, reasons(report)) == (3, [(2, "inspection_answer_unclear")])
        assert report.rejected_rows[0].value == total

    def test_day_and_kind_may_be_given_for_the_whole_file(self, workspace, tmp_path):
        text = "街巷名称,总分\n后海夹道,96.5"
        import_inspections(workspace, table(tmp_path, text), inspected_on="2025/3/5", kind="第三方")
        assert [(one["inspected_on"], one["kind"]) for one in stored(workspace)] == [("2025-03-05", "第三方")]

    def test_an_older_list_has_other_items(self, workspace, tmp_path):
        text = "街巷名称,检查日期,无违规经营,无堆物堆料\n后海夹道,2018-03-05,√,×"
        import_inspections(workspace, table(tmp_path, text), checklist="shi_wu_2017")
        assert [(one["checklist"], one["item_code"]) for one in stored(workspace)] == [
            ("shi_wu_2017", "09"),
            ("shi_wu_2017", "10"),
        ]

    def test_a_list_of_a_city_is_kept_by_the_workspace(self, workspace, tmp_path):
        own = {**load_json("checklists/shi_wu_2023.json"), "key": "our_city"}
        own["items"] = [{"code": "A", "zh": "门前三包", "en": "Frontage", "weight": 100}]
        text = "街巷名称,检查日期,门前三包\n后海夹道,2025-03-05,√"
        import_inspections(workspace, table(tmp_path, text), checklist=json.dumps(own, ensure_ascii=False))
        again = Workspace.open(workspace.path)
        import_inspections(again, table(tmp_path, text.replace("√", "×")), checklist="our_city")
        assert [(one["checklist"], one["item_code"], one["passed"]) for one in stored(again)] == [
            ("our_city", "A", 0)
        ]


class TestBadInput:
    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("前门胡同", "post_target_ambiguous"),
            ("后海夹道北段", "post_target_name_near"),
            ("灯市口北港", "post_target_name_near"),
            ("西直门", "post_target_name_unknown"),
            ("后海夹道、灯市口北巷", "inspection_several_lanes"),
            ("", "post_without_target"),
        ],
    )
    def test_a_lane_that_is_not_sure_is_never_guessed(self, workspace, tmp_path, name, reason):
        cell = f'"{name}"'
        report = import_inspections(workspace, table(tmp_path, wide(row(cell, "2025-03-05"))))
        assert reasons(report) == [(2, reason)]
        assert stored(workspace) == []

    @pytest.mark.parametrize(
        "name", ["后 海 夹 道", "後海夾道".replace("後", "后").replace("夾", "夹"), "　后海夹道　"]
    )
    def test_blanks_in_a_name_do_not_matter(self, workspace, tmp_path, name):
        assert import_inspections(workspace, table(tmp_path, wide(row(name, "2025-03-05")))).accepted == 1

    def test_the_street_office_tells_namesakes_apart(self, workspace, tmp_path):
        text = "街巷名称,街道,检查日期,总分\n前门胡同,990101002,2025-03-05,95"
        assert import_inspections(workspace, table(tmp_path, text)).accepted == 1

    @pytest.mark.parametrize(
        ("day", "reason"),
        [("2099-01-01", "inspection_in_future"), ("三月", "date_not_a_date"), ("", "inspection_day_missing")],
    )
    def test_a_day_that_cannot_be_is_told(self, workspace, tmp_path, day, reason):
        report = import_inspections(
            workspace, table(tmp_path, wide(row("灯市口北巷", "2025-03-05"), row("后海夹道", day)))
        )
        assert (report.accepted, reasons(report)) == (1, [(3, reason)])
        assert report.rejected_rows[0].value == day

    def test_put_right_before_it_was_inspected_is_told(self, workspace, tmp_path):
        text = "街巷名称,检查日期,整改日期,总分\n灯市口北巷,2025-03-05,2025-03-09,85\n"
        text += "后海夹道,2025-03-05,2025-03-01,85"
        report = import_inspections(workspace, table(tmp_path, text))
        assert (report.accepted, reasons(report)) == (1, [(3, "inspection_rectified_before")])
        assert report.rejected_rows[0].value == "2025-03-01"

    def test_the_same_lane_twice_in_a_file_is_told(self, workspace, tmp_path):
        text = wide(row("后海夹道", "2025-03-05"), row("后海夹道", "2025-03-05", "01"))
        report = import_inspections(workspace, table(tmp_path, text))
        assert (report.accepted, reasons(report)) == (1, [(3, "duplicate_in_file")])
        assert all(one["passed"] for one in stored(workspace))

    def test_a_table_about_something_else_is_refused(self, workspace, tmp_path):
        refused(workspace, "inspection_no_items", table(tmp_path, "街巷名称,长度\n后海夹道,200"))
        refused(workspace, "inspection_lane_column_missing", table(tmp_path, "编号,总分\n1,95"))

    def test_identity_numbers_are_refused(self, workspace, tmp_path):
        text = "街巷名称,总分,检查日期,身份证号\n后海夹道,95,2025-03-05,11010119900307453X"
        with pytest.raises(InputError) as found:
            import_inspections(workspace, table(tmp_path, text))
        assert found.value.code.startswith("identity")

    def test_phones_in_notes_are_masked(self, workspace, tmp_path):
        text = "街巷名称,总分,检查日期,备注\n后海夹道,95,2025-03-05,车主电话13912345678"
        import_inspections(workspace, table(tmp_path, text))
        assert "13912345678" not in str(stored(workspace))


class TestSecondTime:
    def test_the_same_file_changes_nothing(self, workspace, tmp_path):
        source = table(tmp_path, wide(row("后海夹道", "2025-03-05", "03")))
        import_inspections(workspace, source)
        report = import_inspections(workspace, source)
        assert (report.figures["results_new"], report.figures["updated"], len(stored(workspace))) == (0, 0, 10)

    def test_a_corrected_file_updates_and_lists_what_changes(self, workspace, tmp_path):
        import_inspections(workspace, table(tmp_path, wide(row("后海夹道", "2025-03-05", "03"))))
        report = import_inspections(workspace, table(tmp_path, wide(row("后海夹道", "2025-03-05", "04"))))
        assert (report.figures["updated"], len(stored(workspace))) == (2, 10)
        assert [one["item_code"] for one in stored(workspace) if not one["passed"]] == ["04"]
        told = [entry.text("zh_CN") for entry in report.to_confirm]
        assert any("无乱停车" in text and "× 0 → √ 10" in text for text in told)

    def test_another_day_or_kind_is_another_round(self, workspace, tmp_path):
        for day, kind in (("2025-03-05", "市查"), ("2025-04-05", "市查"), ("2025-04-05", "自查")):
            import_inspections(workspace, table(tmp_path, wide(row("后海夹道", day, kind=kind))))
        assert len(stored(workspace)) == 30

    def test_only_new_ones_are_taken_where_that_was_asked_for(self, workspace, tmp_path):
        import_inspections(workspace, table(tmp_path, wide(row("后海夹道", "2025-03-05", "03"))))
        text = wide(row("后海夹道", "2025-03-05"), row("灯市口北巷", "2025-03-05"))
        report = import_inspections(workspace, table(tmp_path, text), mode="add")
        assert (report.accepted, reasons(report)) == (1, [(2, "already_in_workspace")])
        assert sum(one["passed"] == 0 for one in stored(workspace)) == 1

    def test_a_cancelled_import_leaves_nothing(self, workspace, tmp_path):
        (tmp_path / "tables").mkdir()
        source = table(tmp_path / "tables", wide(row("后海夹道", "2025-03-05", "03")))
        (tmp_path / "workspace").mkdir()
        place = town_with_lanes(tmp_path / "workspace").path
        assert_cancel_leaves_nothing(
            lambda opened, progress: import_inspections(opened, source, progress=progress), place
        )


def test_every_heading_of_the_list_is_an_item_of_it():
    assert [TEN.find(heading).zh for heading in HEADINGS] == HEADINGS
