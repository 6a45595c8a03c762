"""Cases of platforms and hotlines: times, states, classes, and nothing about who reported."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import openpyxl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.jobs.intake.import_components import import_components
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import assert_cancel_leaves_nothing, drawn_town, dump, layer
from tests.tries import tries

HEAD = "案件编号,类别代码,上报时间,横坐标X,纵坐标Y"
ROW = "1,0504,2025-03-07 08:05:00,10,10"


@pytest.fixture(scope="module")
def case_town_file(tmp_path_factory):
    return drawn_town(tmp_path_factory.mktemp("cases")).path


@pytest.fixture
def case_town(case_town_file, tmp_path):
    path = tmp_path / "网格 库.gpkg"
    path.write_bytes(case_town_file.read_bytes())
    return Workspace.open(path)


def case_file(folder, *rows, head=HEAD, name="案件 清单.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes("\n".join([head, *rows, ""]).encode(encoding))
    return read_source(path)


def told(report):
    return {note.code: note for note in report.notes}


def test_a_case_gets_its_id_its_cell_and_the_cell_of_the_day(case_town, tmp_path):
    report = import_cases(case_town, case_file(tmp_path, ROW))
    assert report.accepted == 1
    (row,) = case_town.read("cases").records()
    assert (row["id"], row["case_no"]) == ("990101-1", "1")
    assert row["unit_grid"] is not None
    assert row["unit_grid"] == row["reported_grid"]
    assert (row["class_code"], row["kind"]) == ("0504", "event")
    assert row["reported_at"] == "2025-03-07T08:05:00"


def test_the_dossier_number_stays_beside_the_number_of_the_case(case_town, tmp_path):
    import_cases(
        case_town, case_file(tmp_path, "7,澄案〔2025〕7,0504,2025-03-07,10,10", head=HEAD.replace(",", ",案卷号,", 1))
    )
    (row,) = case_town.read("cases").records()
    assert (row["id"], row["case_no"]) == ("990101-7", "澄案〔2025〕7")


def test_a_file_with_dossier_numbers_alone_is_known_by_them(case_town, tmp_path):
    import_cases(
        case_town, case_file(tmp_path, ROW.replace("1", "澄案〔2025〕7", 1), head=HEAD.replace("案件编号", "案卷号"))
    )
    (row,) = case_town.read("cases").records()
    assert (row["id"], row["case_no"]) == ("990101-澄案〔2025〕7", "澄案〔2025〕7")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "case_without_reported_time"),
        ("昨天", "date_not_a_date"),
        ("2025-02-30 08:00", "date_impossible"),
        ("2025-03", "date_incomplete"),
    ],
)
def test_a_case_must_say_when_it_was_reported(case_town, tmp_path, written, reason):
    report = import_cases(case_town, case_file(tmp_path, ROW, f"2,0504,{written},10,10"))
    (row,) = report.rejected_rows
    assert (row.row, row.key, row.reason) == (3, "2", reason)
    assert report.accepted == 1


def test_a_file_in_which_no_column_says_when_cases_were_reported_is_refused_as_a_whole(case_town, tmp_path):
    before = dump(case_town.path)
    with pytest.raises(InputError) as refused:
        import_cases(case_town, case_file(tmp_path, "1,0504,10,10", head=HEAD.replace("上报时间,", "")))
    assert refused.value.code == "field_not_found"
    assert "上报时间" in refused.value.text("zh")
    assert dump(case_town.path) == before


def test_other_times_that_are_none_are_left_empty_and_told(case_town, tmp_path):
    report = import_cases(case_town, case_file(tmp_path, f"{ROW},未结", head=f"{HEAD},结案时间"))
    assert report.accepted == 1
    assert case_town.read("cases")["closed_at"].tolist() == [None]
    note = told(report)["dates_left_empty"]
    assert note.details["rows"] == "2"
    assert "结案时间" in note.text("zh")


def test_a_day_without_an_hour_counts_from_midnight_and_is_told(case_town, tmp_path):
    report = import_cases(case_town, case_file(tmp_path, "1,0504,2025年3月7日,10,10"))
    assert case_town.read("cases")["reported_at"].tolist() == ["2025-03-07T00:00:00"]
    assert "times_without_hour" in told(report)


STATES = [
    ("已结案", "closed"),
    ("结案", "closed"),
    ("CLOSED", "closed"),
    (" 办结 ", "closed"),
    ("处置中", "handling"),
    ("In Progress", "handling"),
    ("作废", "void"),
    ("closed", "closed"),
    ("Ｃｌｏｓｅｄ", "closed"),
    ("某状态", None),
]


def test_states_are_known_in_every_way_they_are_written(case_town, tmp_path):
    rows = [f"{n},0504,2025-03-07,{n + 1},10,{word}" for n, (word, _) in enumerate(STATES)]
    report = import_cases(case_town, case_file(tmp_path, *rows, head=f"{HEAD},案件状态"))
    assert case_town.read("cases")["status"].tolist() == [key for _, key in STATES]
    assert told(report)["values_left_empty"].details["shown"] == "某状态"


def test_sources_are_those_of_the_contract(case_town, tmp_path):
    words = ["监督员上报", "12345热线", "公众", "视频监控", "领导批示", "外星人"]
    rows = [f"{n},0504,2025-03-07,{n + 1},10,{word}" for n, word in enumerate(words)]
    import_cases(case_town, case_file(tmp_path, *rows, head=f"{HEAD},来源"))
    assert case_town.read("cases")["source"].tolist() == ["监督员", "12345", "公众", "视频", "领导交办", None]


def test_the_kind_follows_the_column_the_component_or_the_class(case_town, tmp_path):
    rows = [
        "1,0101,2025-03-07,10,10,事件,",
        "2,0101,2025-03-07,20,10,部件,",
        "3,上水井盖,2025-03-07,30,10,,",
        "4,0101,2025-03-07,40,10,,9901010101000001",
        "5,店外经营,2025-03-07,50,10,,",
        "6,乱搭乱建之类,2025-03-07,60,10,,",
    ]
    report = import_cases(case_town, case_file(tmp_path, *rows, head=f"{HEAD},案件类型,部件编码"))
    kept = case_town.read("cases")
    assert kept["kind"].tolist() == ["event", "component", "component", "component", "event", "event"]
    assert kept["class_code"].tolist() == ["0101", "0101", "0101", "0101", "0504", "乱搭乱建之类"]
    assert told(report)["classes_not_in_catalogue"].details["count"] == 1
    assert told(report)["case_components_unknown"].details["rows"] == "5"


def test_a_column_called_type_is_a_class_unless_it_says_event_or_component(case_town, tmp_path):
    rows = ["1,占道经营,2025-03-07,10,10", "2,店外经营,2025-03-07,20,10"]
    import_cases(case_town, case_file(tmp_path, *rows, head=HEAD.replace("类别代码", "类型")))
    assert case_town.read("cases")["class_code"].tolist() == ["占道经营", "0504"]


def test_a_case_names_a_component_that_is_there(case_town, tmp_path):
    components = "标识码,类别代码,x,y\n9901010101000001,0101,10,10\n"
    (tmp_path / "部件.csv").write_text(components, encoding="utf-8")
    import_components(case_town, read_source(tmp_path / "部件.csv"))
    report = import_cases(case_town, case_file(tmp_path, f"{ROW},9901010101000001", head=f"{HEAD},部件编码"))
    assert "case_components_unknown" not in told(report)
    assert case_town.read("cases")["component_code"].tolist() == ["9901010101000001"]


def test_nothing_about_who_reported_reaches_the_file(case_town, tmp_path):
    head = f"{HEAD},诉求人,联系电话,身份证号,标题,诉求内容,地址,备注"
    identity = "11010119900307875X"
    row = f"{ROW},赵某某,13800138000,{identity},噪音,我的电话13912345678,某路1号,身份证{identity}"
    report = import_cases(case_town, case_file(tmp_path, row, head=head))
    content = case_town.path.read_bytes()
    for secret in ("赵某某", "13800138000", "13912345678", identity):
        assert secret.encode() not in content
    (kept,) = case_town.read("cases").records()
    assert kept["title"] == "噪音"
    assert kept["note"].startswith("我的电话")
    assert told(report)["texts_redacted"].details == {"phones": 1, "identities": 1}
    assert "诉求人" in told(report)["personal_columns_left_out"].details["names"]


def test_a_description_is_the_title_where_there_is_none(case_town, tmp_path):
    import_cases(case_town, case_file(tmp_path, f"{ROW},路灯不亮", head=f"{HEAD},诉求内容"))
    assert case_town.read("cases")["title"].tolist() == ["路灯不亮"]


def test_the_same_file_adds_nothing_the_second_time(case_town, tmp_path):
    import_cases(case_town, case_file(tmp_path, ROW))
    before = dump(case_town.path)
    report = import_cases(case_town, case_file(tmp_path, ROW))
    assert (report.accepted, report.figures["added"], report.figures["unchanged"]) == (1, 0, 1)
    assert "nothing_changed" in told(report)
    assert dump(case_town.path) == before


def test_cases_without_numbers_are_known_again_by_their_content(case_town, tmp_path):
    rows = ["theft,2025-03-07 08:00,10,10", "theft,2025-03-07 08:00,10,10", "robbery,2025-03-07 08:00,10,10"]
    source = case_file(tmp_path, *rows, head="offense,time,lon,lat")
    fields = {"class_field": "offense", "reported_field": "time", "x_field": "lon", "y_field": "lat"}
    report = import_cases(case_town, source, **fields)
    assert report.accepted == 3  # two equal rows are two cases: nothing says that they are one
    assert "case_numbers_given" in told(report)
    assert len(set(case_town.read("cases")["id"].tolist())) == 3
    assert import_cases(case_town, source, **fields).figures["added"] == 0


def test_a_workbook_with_numbers_and_dates_as_cells(case_town, tmp_path):
    from datetime import datetime

    book = openpyxl.Workbook()
    book.active.append(HEAD.split(","))
    book.active.append([2025000001, 504, datetime(2025, 3, 7, 8, 5), 10.5, 10])
    book.active.append(["2.02501E+15", "0504", datetime(2025, 3, 7, 8, 5), 20, 10])
    path = tmp_path / "十二345 案件.xlsx"
    book.save(path)
    report = import_cases(case_town, read_source(path))
    assert [(row.row, row.reason) for row in report.rejected_rows] == [(3, "damage_scientific")]
    (kept,) = case_town.read("cases").records()
    assert (kept["id"], kept["class_code"], kept["reported_at"]) == (
        "990101-2025000001",
        "0504",
        "2025-03-07T08:05:00",
    )


def test_counts_and_yes_no_columns_are_numbers_and_truths(case_town, tmp_path):
    head = f"{HEAD},退回,延期,是否联系,是否解决,满意度"
    import_cases(case_town, case_file(tmp_path, f"{ROW},２,0,是,未解决,不满意", head=head))
    (kept,) = case_town.read("cases").records()
    assert (kept["returned"], kept["extended"]) == (2, 0)
    assert (kept["contacted"], kept["resolved"], kept["satisfied"]) == (1, 0, 0)


def test_a_grid_column_never_overrules_the_place_but_is_compared(case_town, tmp_path):
    report = import_cases(case_town, case_file(tmp_path, f"{ROW},990101009009009", head=f"{HEAD},网格编码"))
    kept = case_town.read("cases")
    assert kept["unit_grid"][0] != "990101009009009"
    assert told(report)["cases_name_other_grid"].details["count"] == 1


def test_points_in_the_district_but_in_no_cell_come_in_without_one(case_town, tmp_path):
    cells = case_town.read("unit_grid")
    gone = np.flatnonzero(shapely.intersects_xy(cells.geometry, 10, 10))
    with case_town.transaction("", "test") as transaction:
        transaction.delete("unit_grid", cells.fid[gone])
    report = import_cases(case_town, case_file(tmp_path, ROW))
    assert case_town.read("cases")["unit_grid"].tolist() == [None]
    assert told(report)["points_in_no_unit_grid"].details["count"] == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_files_in_both_chinese_encodings(case_town, tmp_path, encoding):
    import_cases(case_town, case_file(tmp_path, f"{ROW},井盖丢失", head=f"{HEAD},标题", encoding=encoding))
    assert case_town.read("cases")["title"].tolist() == ["井盖丢失"]


def test_fields_can_be_named_and_must_be_there(case_town, tmp_path):
    source = case_file(tmp_path, "1,0504,2025-03-07,2025-03-08,结案,10,10", head="a,b,c,d,e,f,g")
    named = {
        "id_field": "a",
        "class_field": "b",
        "reported_field": "c",
        "closed_field": "d",
        "status_field": "e",
        "x_field": "f",
        "y_field": "g",
    }
    import_cases(case_town, source, **named)
    (kept,) = case_town.read("cases").records()
    assert (kept["closed_at"], kept["status"]) == ("2025-03-08T00:00:00", "closed")
    with pytest.raises(InputError) as caught:
        import_cases(case_town, source, **{**named, "closed_field": "z"})
    assert caught.value.code == "field_missing"


def test_cancelling_a_case_import_leaves_the_workspace_as_it_was(case_town_file, tmp_path):
    folder = tmp_path / "库"
    folder.mkdir()
    path = folder / "a.gpkg"
    path.write_bytes(case_town_file.read_bytes())
    source = case_file(tmp_path, ROW)
    assert_cancel_leaves_nothing(lambda w, progress: import_cases(w, source, progress=progress), path)


@tries(25)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["1", "2", "3", "", "1.2E+15"]),
            st.sampled_from(["2025-03-07", "", "昨天", "45000"]),
            st.text(alphabet="0123456789电话身份证, -", max_size=24),
        ),
        min_size=1,
        max_size=10,
    )
)
@pytest.mark.proof
def test_every_case_comes_in_once_or_keeps_one_reason_and_texts_are_clean(case_town_file, tmp_path, rows):
    path = tmp_path / "库.gpkg"
    path.write_bytes(case_town_file.read_bytes())
    workspace = Workspace.open(path)
    numbers, times, texts = ([value or None for value in column] for column in zip(*rows))
    columns = {
        "案件编号": numbers,
        "上报时间": times,
        "备注": texts,
        "x": [10.0] * len(rows),
        "y": [10.0] * len(rows),
    }
    source = Source(
        Rows({name: as_column(values) for name, values in columns.items()}),
        "t",
        "t.csv",
        None,
        "utf-8",
        row_numbers=np.arange(2, len(rows) + 2),
    )
    options = {"id_field": "案件编号", "reported_field": "上报时间", "x_field": "x", "y_field": "y"}
    report = import_cases(workspace, source, field_map={"note": "备注"}, **options)
    assert report.accepted + report.rejected == len(rows) == report.accepted + sum(report.reasons.values())
    kept = workspace.read("cases")
    assert len(kept) == report.accepted
    assert all(value for value in kept["reported_at"])
    assert all(text is None or redact(text) == text for text in kept["note"])


# --- the sample and real cases


@pytest.fixture(scope="module")
def case_sample_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("sample") / "示例.gpkg"
    names = ("county", "street_offices", "communities")
    create_workspace([read_source(resource_path(f"sample/{n}.shp")) for n in names], path, local_frame="示例")
    return path


@pytest.mark.daily(1)
@pytest.mark.parametrize("name", ["cases_2025h1.csv", "cases_2025h2.csv", "cases_12345.xlsx"])
def test_the_sample_cases_lose_just_the_planted_rows(case_sample_file, tmp_path, name):
    path = tmp_path / "示例.gpkg"
    path.write_bytes(case_sample_file.read_bytes())
    workspace = Workspace.open(path)
    report = import_cases(workspace, read_source(resource_path(f"sample/{name}")))
    planted = json.loads(resource_path("sample/planted.json").read_text(encoding="utf-8"))
    faults = {fault: entry["rows"] for fault, entry in planted["files"][name]["faults"].items()}
    found = {}
    for row in report.rejected_rows:
        found.setdefault(row.reason.split("_")[0], []).append(row.row - 1)
    # One of the planted times says 不详: it is nothing, and no date that cannot be read.
    undated = [row.row - 1 for row in report.rejected_rows if row.reason == "case_without_reported_time"]
    assert len(undated) == 1
    assert sorted(found["date"] + undated) == faults["not_a_date"]
    assert found["duplicate"] == faults["duplicated_id"]
    places = [row for key in ("coordinate", "coordinates", "outside") for row in found.get(key, ())]
    assert sorted(places) == sorted(faults["swapped_coordinates"] + faults["outside_district"])
    assert report.rejected == sum(
        len(rows) for fault, rows in faults.items() if fault not in ("full_width_digits", "empty_coordinates")
    )
    assert [row.row - 1 for row in report.to_confirm] == faults["empty_coordinates"]  # there are no lanes yet
    kept = workspace.read("cases")
    assert set(kept["kind"].tolist()) == {"event", "component"}
    assert None not in kept["status"].tolist()
    assert None not in kept["source"].tolist()
    assert all(text is None or redact(text) == text for column in ("title", "note") for text in kept[column])


@pytest.mark.proof
def test_the_hotline_of_washington_comes_in_with_times_and_states(shared, tmp_path):
    wards = read_source(shared("washington_dc/dc_polygons.gpkg"), "ward_2012")
    codes = [f"99010100{n + 1}" for n in range(len(wards))]
    path = tmp_path / "dc.gpkg"
    names = [f"第{code[-1]}区" for code in codes]
    create_workspace([layer({"code": codes, "name": names}, wards.rows.geometry, wards.crs_wkt)], path, crs="32618")
    workspace = Workspace.open(path)
    report = import_cases(workspace, read_source(shared("washington_dc/dc_311_cases.csv.gz")), coordinates="lonlat")
    assert report.accepted + report.rejected == 34_049
    assert report.rejected < 60
    kept = workspace.read("cases", ["status", "closed_at", "due_at", "address"], geometry=False)
    states = dict(zip(*np.unique(kept["status"].astype(str), return_counts=True)))
    assert (states["closed"], states["void"], states["filed"]) == (22_383, 186, 6_239)
    assert sum(value is not None for value in kept["due_at"]) > 33_800


@pytest.mark.proof
def test_the_crimes_of_houston_lie_in_degrees_and_have_no_number(shared, tmp_path):
    box = shapely.box(-96.0, 29.3, -94.9, 30.3)
    path = tmp_path / "houston.gpkg"
    create_workspace([layer({"code": ["990101001"], "name": ["x"]}, [box], 4326)], path, crs="32615")
    workspace = Workspace.open(path)
    whole = read_source(shared("houston/houston_crime_2010_01_04.csv.gz"))
    first = np.arange(8000)
    source = replace(whole, rows=whole.rows.take(first), row_numbers=whole.row_numbers[first])
    report = import_cases(workspace, source, coordinates="lonlat")
    assert report.accepted > 7_950
    assert set(report.reasons) <= {"outside_district", "coordinate_missing"}
    assert import_cases(workspace, source, coordinates="lonlat").figures["unchanged"] == report.accepted
