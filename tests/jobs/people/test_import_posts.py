"""Posts as offices list them: persons, posts and contacts in one go, and never twice."""

from __future__ import annotations

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.intake.import_table import import_table
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.people.import_posts import import_posts
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import assert_cancel_leaves_nothing, dump
from tests.jobs.post_town import GRIDS, post_file, staffed_town
from tests.jobs.refusals import refused_by
from tests.tries import tries

HEAD = "责任网格编码,岗位,轮次,姓名,工号"


@pytest.fixture(scope="module")
def post_town_file(tmp_path_factory):
    return staffed_town(tmp_path_factory.mktemp("posts")).path


@pytest.fixture
def post_town(post_town_file, tmp_path):
    path = tmp_path / "网格 库.gpkg"
    path.write_bytes(post_town_file.read_bytes())
    return Workspace.open(path)


def grid_posts(workspace, folder, *rows, head=HEAD, **options):
    source = post_file(folder, "\n".join([head, *rows, ""]))
    return import_posts(workspace, source, target="responsibility_grid", **options)


def test_a_known_person_gets_a_post_and_a_new_one_is_entered(post_town, tmp_path):
    report = grid_posts(post_town, tmp_path, f"{GRIDS[0]},网格员,A角,示例甲,E1", f"{GRIDS[0]},网格长,,示例丁,E9")
    assert (report.accepted, report.figures["persons_added"]) == (2, 1)
    first, second = post_town.read("post").records()
    assert (first["person_id"], first["role"], first["turn"]) == ("P1", "grid_worker", "A角")
    assert (first["target"], first["target_code"], first["scheme"]) == ("responsibility_grid", GRIDS[0], "cg")
    new = post_town.read("person", where={"id": second["person_id"]}).records()[0]
    assert (new["name"], new["employee_no"]) == ("示例丁", "E9")


def test_a_community_and_a_number_stand_for_a_grid(post_town, tmp_path):
    head = "社区代码,网格序号,岗位,姓名"
    report = grid_posts(post_town, tmp_path, "990101001001,2,网格员,甲", "990101001001,9,网格员,甲", head=head)
    assert post_town.read("post")["target_code"].tolist() == [GRIDS[1]]
    (row,) = report.rejected_rows
    assert (row.row, row.reason) == (3, "post_target_unknown")
    assert "990101001001009" in row.text("zh")


def test_community_and_number_can_be_mapped_and_a_given_code_wins(post_town, tmp_path):
    source = post_file(
        tmp_path, f"哪里,第几,编号码,岗位,姓名\n990101001001,1,,网格员,甲\n990101001001,1,{GRIDS[2]},网格员,乙\n"
    )
    field_map = {"community_code": "哪里", "grid_number": "第几", "target_code": "编号码"}
    import_posts(post_town, source, target="responsibility_grid", field_map=field_map)
    assert post_town.read("post")["target_code"].tolist() == [GRIDS[0], GRIDS[2]]


def test_the_same_table_again_changes_nothing(post_town, tmp_path):
    grid_posts(post_town, tmp_path, f"{GRIDS[0]},网格员,A角,示例甲,E1")
    before = dump(post_town.path)
    report = grid_posts(post_town, tmp_path, f"{GRIDS[0]},网格员,A角,示例甲,E1")
    assert report.figures["unchanged"] == report.accepted == 1
    assert "nothing_changed" in [note.code for note in report.notes]
    assert dump(post_town.path) == before


def test_a_post_of_the_same_person_place_role_and_turn_is_updated(post_town, tmp_path):
    head = f"{HEAD},值班星期,任职日期"
    grid_posts(post_town, tmp_path, f"{GRIDS[0]},网格员,A角,示例甲,E1,1-5,2025-01-01", head=head)
    report = grid_posts(post_town, tmp_path, f"{GRIDS[0]},网格员,A角,示例甲,E1,6-7,", head=head)
    assert report.figures["updated"] == 1
    (post,) = post_town.read("post").records()
    assert (post["weekdays"], post["valid_from"], post["row_version"]) == ("6-7", "2025-01-01", 2)


def test_two_shifts_of_one_person_stay_two_posts(post_town, tmp_path):
    head = f"{HEAD},上班时间,下班时间"
    shifts = [f"{GRIDS[0]},网格员,A角,示例甲,E1,08:00,12:00", f"{GRIDS[0]},网格员,A角,示例甲,E1,14:00,18:00"]
    grid_posts(post_town, tmp_path, *shifts, head=head)
    report = grid_posts(post_town, tmp_path, *shifts[1:], head=head)
    assert report.figures["unchanged"] == 1  # the afternoon alone does not overwrite the morning
    assert sorted(post_town.read("post")["start_time"].tolist()) == ["08:00", "14:00"]


def test_ids_of_the_file_are_kept_where_they_are_free(post_town, tmp_path):
    head = f"岗位编号,{HEAD}"
    rows = [
        f"W1,{GRIDS[0]},网格员,,示例甲,E1",
        f"W1,{GRIDS[1]},网格员,,示例甲,E1",
        f"W2,{GRIDS[2]},网格员,,示例甲,E1",
    ]
    grid_posts(post_town, tmp_path, *rows, head=head)
    ids = dict(zip(*(post_town.read("post")[name] for name in ("target_code", "id"))))
    assert ids[GRIDS[2]] == "W2"
    assert len({*ids.values()}) == 3


def test_a_person_is_found_by_the_persons_id(post_town, tmp_path):
    head = "责任网格编码,岗位,姓名,人员编号"
    rows = [f"{GRIDS[0]},网格员,示例甲,P1", f"{GRIDS[1]},网格员,示例乙,P2"]
    report = grid_posts(post_town, tmp_path, *rows, head=head)
    assert report.figures["persons_added"] == 0
    assert post_town.read("post")["person_id"].tolist() == ["P1", "P2"]


def test_phones_go_to_the_contacts_and_nowhere_else(post_town, tmp_path):
    head = f"{HEAD},手机,办公电话,职责"
    row = f"{GRIDS[0]},网格员,,示例甲,E1,19900001000,000-55510001,有事打19900002000"
    report = grid_posts(post_town, tmp_path, row, head=head)
    assert report.figures["contacts_added"] == 1
    (contact,) = post_town.read("contact").records()
    assert (contact["person_id"], contact["mobile"]) == ("P1", "19900001000")
    assert b"19900002000" not in post_town.path.read_bytes()
    report = grid_posts(post_town, tmp_path, row.replace("19900001000", "19900003000"), head=head)
    assert report.figures["contacts_updated"] == 1
    assert post_town.read("contact")["mobile"].tolist() == ["19900003000"]


def test_lane_officers_are_found_by_name_within_their_street_office(post_town, tmp_path):
    with post_town.transaction("", "test") as transaction:
        areas = post_town.read("area", geometry=False)
        rows = [row for row, code in enumerate(areas["code"]) if code in ("990101001", "990101002")]
        names = {"990101001": "湖阳街道", "990101002": "书院街道"}
        named = as_column(names[code] for code in areas["code"][rows])
        transaction.update("area", Rows({"name": named}, None, areas.fid[rows]))
    rows = ("安乐巷,书院,王示例,,李示例", "安乐巷,,赵示例,,", "水车胡同,,孙示例,,", "无此巷,,钱示例,,")
    text = "\n".join(["街巷名称,所属街道,街长,街长电话,巷长", *rows])
    report = import_posts(post_town, post_file(tmp_path, text), target="lane")
    kept = post_town.read("post")
    assert kept["target_code"].tolist() == ["9901010020001", "9901010020001", "9901010020002"]
    assert kept["role"].tolist() == ["street_chief", "lane_chief", "street_chief"]
    assert {row.row: row.reason for row in report.rejected_rows} == {
        3: "post_target_ambiguous",
        5: "post_target_name_unknown",
    }
    assert all("{" not in row.text(language) for row in report.rejected_rows for language in ("zh", "en"))


def test_blank_rows_of_a_form_are_skipped_not_rejected(post_town, tmp_path):
    report = grid_posts(
        post_town, tmp_path, f"{GRIDS[0]},,,,", f"{GRIDS[1]},网格员,,示例甲,E1", f"{GRIDS[2]},网格员,,,"
    )
    assert (report.accepted, report.figures["left_blank"]) == (1, 1)
    assert [row.reason for row in report.rejected_rows] == ["post_without_name"]


def test_rows_of_another_scheme_are_rejected(post_town, tmp_path):
    rows = [f"{GRIDS[0]},网格员,,示例甲,E1,cg", f"{GRIDS[0]},网格员,,示例乙,E2,hw", f"{GRIDS[0]},网格长,,示例乙,E2,"]
    report = grid_posts(post_town, tmp_path, *rows, head=f"{HEAD},网格类别")
    assert [(row.row, row.reason, row.value) for row in report.rejected_rows] == [(3, "post_of_other_scheme", "hw")]
    assert report.accepted == 2


def test_bad_rows_keep_their_line_and_reason(post_town, tmp_path):
    rows = [
        f"{GRIDS[0]},院长,,示例甲,E1",
        f"{GRIDS[0]},网格员,丙角,示例甲,E1",
        f"{GRIDS[0]},,,示例甲,E1",
        "9.9E+14,网格员,,示例甲,E1",
        ",网格员,,示例甲,E1",
        f"{GRIDS[0]},网格员,,示例甲,E1",
        f"{GRIDS[0]},网格员,,示例甲,E1",
    ]
    report = grid_posts(post_town, tmp_path, *rows)
    assert {row.row: row.reason for row in report.rejected_rows} == {
        2: "post_role_unknown",
        3: "post_turn_unknown",
        4: "post_role_missing",
        5: "post_target_code_damaged",
        6: "post_without_target",
        8: "post_given_twice",
    }
    assert (report.accepted, report.rejected) == (1, 6)
    assert grid_posts(post_town, tmp_path, rows[2], default_role="grid_leader").accepted == 1


def refused_posts(workspace, source, code, **options):
    return refused_by(import_posts)(workspace, code, source, **options)


def test_what_cannot_be_used_is_refused_and_changes_nothing(post_town, tmp_path):
    good = post_file(tmp_path, f"{HEAD}\n{GRIDS[0]},网格员,,示例甲,E1\n")
    grid = {"target": "responsibility_grid"}
    refused_posts(post_town, good, "post_target_kind_unknown", target="house")
    refused_posts(post_town, good, "post_scheme_unknown", scheme="zz", **grid)
    refused_posts(post_town, good, "post_places_missing", target="station")
    refused_posts(post_town, good, "field_missing", field_map={"name": "无此列"}, **grid)
    secret = post_file(tmp_path, f"{HEAD},身份证号\n{GRIDS[0]},网格员,,示例甲,E1,11010119900307875X\n", "证.csv")
    refused_posts(post_town, secret, "identity_column_refused", **grid)
    with post_town.transaction("", "test") as transaction:
        transaction.insert("scheme", Rows.from_records([{"key": "hw", "title": "环卫"}]))
    refused_posts(post_town, good, "post_scheme_needed", **grid)


def numbered_posts(tmp_path, number):
    """Return a table of two posts, the first of which bears a number."""
    rows = f"{number},{GRIDS[0]},网格员,,示例甲,E1\nG1,{GRIDS[0]},网格员,,示例乙,E2\n"
    return post_file(tmp_path, f"岗位编号,{HEAD}\n{rows}")


@pytest.mark.parametrize("number", ["13812345678", "138-1234-5678", "110101900307123"])
def test_a_post_whose_number_is_somebodys_is_refused_and_the_number_is_not_repeated(post_town, tmp_path, number):
    report = import_posts(post_town, numbered_posts(tmp_path, number), target="responsibility_grid")
    assert report.reasons == {"key_is_private": 1}
    assert [row.row for row in report.rejected_rows] == [2]
    assert "G1" in post_town.read("post")["id"].tolist()
    report.write(tmp_path / "told.json", "zh_CN")
    for path in (post_town.path, *tmp_path.glob("told*")):
        assert number.encode() not in path.read_bytes()


def test_a_table_in_which_a_post_bears_an_identity_number_is_refused_as_a_whole(post_town, tmp_path):
    source = numbered_posts(tmp_path, "110101 19900307 1233")
    refused_posts(post_town, source, "identity_numbers_refused", target="responsibility_grid")


def test_a_name_with_a_mistyped_identity_number_is_refused_row_by_row(post_town, tmp_path):
    number = "110101199003071234"
    rows = f"{GRIDS[0]},网格员,,示例甲{number},E1\n,,,,\n{GRIDS[0]},网格员,,示例乙,13812345678\n"
    report = import_posts(post_town, post_file(tmp_path, f"{HEAD}\n{rows}"), target="responsibility_grid")
    assert [(row.row, row.reason) for row in report.rejected_rows] == [(2, "name_is_private")]
    numbers = dict(zip(post_town.read("person")["name"], post_town.read("person")["employee_no"]))
    assert numbers["示例乙"] is None
    assert not any(number in name for name in numbers)
    (told,) = [note for note in report.notes if note.code == "post_numbers_private"]
    assert told.details["items"] == "4"  # as the file numbers its rows
    report.write(tmp_path / "told.json", "zh_CN")
    for path in (post_town.path, *tmp_path.glob("told*")):
        assert number.encode() not in path.read_bytes()


def test_a_workbook_in_which_codes_are_numbers(post_town, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["网格编码", "岗位", "姓名", "电话"])
    book.active.append([int(GRIDS[0]), "网格员", "示例甲", 19900001000])
    book.save(tmp_path / "岗位 表.xlsx")
    report = import_posts(post_town, read_source(tmp_path / "岗位 表.xlsx"), target="responsibility_grid")
    assert report.accepted == 1
    assert post_town.read("contact")["mobile"].tolist() == ["19900001000"]


def test_cancelling_an_import_of_posts_leaves_the_workspace_as_it_was(post_town_file, tmp_path):
    folder = tmp_path / "库"
    folder.mkdir()
    path = folder / "a.gpkg"
    path.write_bytes(post_town_file.read_bytes())
    source = post_file(tmp_path, f"{HEAD}\n{GRIDS[0]},网格员,,示例甲,E1\n")
    assert_cancel_leaves_nothing(
        lambda w, progress: import_posts(w, source, target="responsibility_grid", progress=progress), path
    )


@tries(20)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from([*GRIDS, "x", ""]),
            st.sampled_from(["网格员", "网格长", "校长", ""]),
            st.sampled_from(["A角", "B角", ""]),
            st.sampled_from(["示例甲", "示例乙", "新人", ""]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_importing_a_table_twice_is_importing_it_once(post_town_file, tmp_path, rows):
    path = tmp_path / "库.gpkg"
    path.write_bytes(post_town_file.read_bytes())
    workspace = Workspace.open(path)
    names = ("责任网格编码", "岗位", "轮次", "姓名")
    columns = {name: as_column(v or None for v in column) for name, column in zip(names, zip(*rows))}
    source = Source(Rows(columns), "t", "t.csv", None, "utf-8", row_numbers=np.arange(2, len(rows) + 2))
    report = import_posts(workspace, source, target="responsibility_grid")
    assert workspace.count("post") == report.figures["added"] == report.accepted
    assert report.accepted + report.rejected + report.figures["left_blank"] == len(rows)
    before = dump(path)
    again = import_posts(workspace, source, target="responsibility_grid")
    assert (again.figures["unchanged"], again.figures["added"]) == (report.accepted, 0)
    assert dump(path) == before


def test_every_officer_of_the_sample_finds_a_lane_and_a_person(tmp_path):
    path = tmp_path / "示例.gpkg"
    layers = [read_source(resource_path(f"sample/{n}.shp")) for n in ("county", "street_offices", "communities")]
    create_workspace(layers, path, local_frame="示例")
    workspace = Workspace.open(path)
    import_lanes(workspace, read_source(resource_path("sample/streets.shp")))
    for name, table in (("departments.csv", "department"), ("persons.xlsx", "person")):
        import_table(workspace, read_source(resource_path(f"sample/{name}")), table)
    report = import_posts(workspace, read_source(resource_path("sample/lane_posts.xlsx")), target="lane")
    assert (report.accepted, report.rejected, report.figures["persons_added"]) == (379, 0, 0)
    posts = workspace.read("post")
    assert "L0001" in posts["id"].tolist()
    assert any(reason for reason in posts["end_reason"])
    report = import_posts(workspace, read_source(resource_path("sample/area_posts.xlsx")), target="area")
    assert (report.accepted, report.rejected) == (5, 0)


TERMS = f"{HEAD},任职日期,离任日期"


def test_terms_of_one_post_that_overlap_are_told_with_the_term_before(post_town, tmp_path):
    post = f"{GRIDS[0]},网格员,A角,示例甲,E1"
    rows = [f"{post},2026-01-01,2026-06-30", f"{post},2026-06-30,", f"{post},2026-07-01,2026-12-31"]
    report = grid_posts(post_town, tmp_path, *rows, head=TERMS)
    (row,) = report.rejected_rows
    assert (row.row, row.reason) == (3, "post_overlaps")
    assert "2026-01-01–2026-06-30" in row.text("zh")
    assert "2026-01-01–2026-06-30" in row.text("en")
    assert post_town.read("post")["valid_from"].tolist() == ["2026-01-01", "2026-07-01"]


def test_who_comes_back_gets_a_post_of_their_own_and_the_old_term_stays(post_town, tmp_path):
    post = f"{GRIDS[0]},网格员,A角,示例甲,E1"
    grid_posts(post_town, tmp_path, f"{post},2026-01-01,2026-03-31", head=TERMS)
    report = grid_posts(post_town, tmp_path, f"{post},2026-05-01,", head=TERMS)
    assert report.figures["added"] == 1
    terms = [(row["valid_from"], row["valid_to"]) for row in post_town.read("post").records()]
    assert terms == [("2026-01-01", "2026-03-31"), ("2026-05-01", None)]


def test_codes_that_a_spreadsheet_changed_are_told_by_what_happened_to_them(post_town, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["责任网格编码", "岗位", "姓名"])
    fullwidth = "".join(chr(ord(digit) + 0xFEE0) for digit in GRIDS[1])
    for code in (
        float(GRIDS[0]),
        fullwidth,
        f"'{GRIDS[2]}",
        9.90101e14,
        "9.90101E+14",
        f"{GRIDS[0]}.0",
        "990101001009009",
    ):
        book.active.append([code, "网格员", "示例甲"])
    book.save(tmp_path / "坏编码.xlsx")
    report = import_posts(post_town, read_source(tmp_path / "坏编码.xlsx"), target="responsibility_grid")
    assert post_town.read("post")["target_code"].tolist() == GRIDS
    assert [(row.row, row.reason) for row in report.rejected_rows] == [
        (5, "post_target_code_damaged"),
        (6, "post_target_code_damaged"),
        (7, "post_target_code_with_tail"),
        (8, "post_target_unknown"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_posts_are_read_in_every_encoding_that_offices_send(post_town, tmp_path, encoding):
    text = f"{HEAD}\n{GRIDS[0]},网格员,A角,示例甲,E1\n{GRIDS[1]},网格员,A角,,\n{GRIDS[2]},网格员,B角,欧阳小明,\n"
    report = import_posts(post_town, post_file(tmp_path, text, "p.csv", encoding), target="responsibility_grid")
    assert [(row.row, row.reason) for row in report.rejected_rows] == [(3, "post_without_name")]
    assert "欧阳小明" in post_town.read("person")["name"].tolist()


def test_a_scheme_without_grids_is_named(post_town, tmp_path):
    with post_town.transaction("", "test") as transaction:
        transaction.insert("scheme", Rows.from_records([{"key": "hw", "title": "环卫"}]))
    good = post_file(tmp_path, f"{HEAD}\n{GRIDS[0]},网格员,,示例甲,E1\n")
    refused_posts(post_town, good, "post_scheme_without_grids", target="responsibility_grid", scheme="hw")
