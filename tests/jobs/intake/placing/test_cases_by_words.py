"""Cases without coordinates: placed by their words, or taken in without a place; told either way."""

from __future__ import annotations

import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.exchange import tables
from gridmgmt_plugin.exchange.reading import read_batches, read_source
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import drawn_town, dump, grid_streets

HEAD = "案件编号,类别代码,上报时间,横坐标X,纵坐标Y,地址,网格编码,街巷,门牌号"


@pytest.fixture(scope="module")
def lane_town_file(tmp_path_factory):
    workspace = drawn_town(tmp_path_factory.mktemp("words"))
    import_lanes(workspace, grid_streets(800, 800, 100), name_field="name")
    return workspace.path


@pytest.fixture
def lane_town(lane_town_file, tmp_path):
    path = tmp_path / "网格 库.gpkg"
    path.write_bytes(lane_town_file.read_bytes())
    return Workspace.open(path)


def written(folder, *rows, head=HEAD):
    path = folder / "案件.csv"
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return path


def case_file(folder, *rows, head=HEAD):
    return read_source(written(folder, *rows, head=head))


def row(number, place=",", address="", grid="", lane="", house=""):
    return f"{number},0504,2025-03-07 08:05:00,{place},{address},{grid},{lane},{house}"


def told(report):
    return {note.code: note.details.get("count") for note in report.notes}


def by_id(workspace):
    rows = workspace.read("cases")
    return dict(zip(rows["case_no"], rows.records())), dict(zip(rows["case_no"], rows.shapes))


def test_words_place_what_has_no_coordinates_and_the_report_says_how(lane_town, tmp_path):
    units = lane_town.read("unit_grid", ["code"])
    grid, cell = units["code"][5], units.shapes[5]
    known = [
        row(100 + n, f"{x},402", f"东西4巷{n}号") for n, x in ((2, 10), (18, 170), (50, 490), (66, 650), (74, 730))
    ]
    rows = [
        row(1, grid=grid),
        row(2, lane="东西4巷", house="26"),
        row(3, address="南北2巷与东西3巷交叉口"),
        row(4, address="南北2巷路面"),
        row(5, address="某某大厦门前"),
        row(6),
    ]
    import_cases(lane_town, case_file(tmp_path, *known))
    report = import_cases(lane_town, case_file(tmp_path, *rows))
    records, shapes = by_id(lane_town)
    assert cell.contains(shapes["1"])
    assert shapes["2"].distance(shapely.Point(250, 400)) < 1
    assert shapes["3"].distance(shapely.Point(200, 300)) < 1
    assert shapes["4"].distance(shapely.Point(200, 400)) < 1
    assert shapes["5"] is None
    assert records["1"]["unit_grid"] == records["1"]["reported_grid"] == grid
    assert records["5"]["unit_grid"] is None
    found = told(report)
    assert [found[f"rows_placed_by_{way}"] for way in ("grid", "house", "crossing", "lane")] == [1, 1, 1, 1]
    assert (found["rows_without_place"], report.figures["without_place"]) == (1, 1)
    assert [(line.row, line.reason) for line in report.to_confirm] == [(6, "row_without_place")]
    assert (report.accepted, dict(report.reasons)) == (5, {"coordinate_missing": 1})


def test_wrong_coordinates_are_not_helped_by_words(lane_town, tmp_path):
    rows = [row(1, "10,50"), row(2, "9999,9999", address="南北2巷5号"), row(3, "20,50")]
    report = import_cases(lane_town, case_file(tmp_path, *rows))
    assert dict(report.reasons) == {"outside_district": 1}


def test_the_same_file_again_changes_nothing(lane_town, tmp_path):
    rows = [row(1, address="南北2巷"), row("", address="某某大厦"), row("", address="东西3巷")]
    import_cases(lane_town, case_file(tmp_path, *rows))
    before = dump(lane_town.path)
    report = import_cases(lane_town, case_file(tmp_path, *rows))
    assert report.figures["unchanged"] == 3
    assert not {"rows_placed_by_lane", "rows_without_place"} & set(told(report))
    assert dump(lane_town.path) == before


def test_words_do_not_move_a_case_and_place_one_that_waits(lane_town, tmp_path):
    import_cases(lane_town, case_file(tmp_path, row(1, "10,50", "南北2巷"), row(2, address="某某大厦")))
    report = import_cases(lane_town, case_file(tmp_path, row(1, address="南北2巷"), row(2, address="东西3巷")))
    records, shapes = by_id(lane_town)
    assert shapes["1"].equals(shapely.Point(10, 50))
    assert shapes["2"].distance(shapely.Point(400, 300)) < 1
    assert records["2"]["unit_grid"] is not None
    assert told(report)["rows_placed_by_lane"] == 1


def test_a_case_says_by_which_words_it_was_placed_until_it_has_coordinates(lane_town, tmp_path):
    rows = [row(1, address="南北2巷"), row(2, "10,50", "南北2巷"), row(3, address="某某大厦")]
    import_cases(lane_town, case_file(tmp_path, *rows))
    assert {key: one["placed_by"] for key, one in by_id(lane_town)[0].items()} == {"1": "lane", "2": None, "3": None}
    later = [row(1, "205,420", "南北2巷"), row(2, address="东西3巷"), row(3, address="东西3巷")]
    import_cases(lane_town, case_file(tmp_path, *later))
    assert {key: one["placed_by"] for key, one in by_id(lane_town)[0].items()} == {"1": None, "2": None, "3": "lane"}
    import_cases(lane_town, case_file(tmp_path, row(3, "305,420")))
    assert by_id(lane_town)[0]["3"]["placed_by"] is None


def test_what_words_alone_placed_is_no_evidence_for_the_next_file(lane_town, tmp_path):
    guessed = [row(number, address=f"东西4巷{number}号") for number in (2, 18, 50, 66, 74)]
    import_cases(lane_town, case_file(tmp_path, *guessed))
    report = import_cases(lane_town, case_file(tmp_path, row(100, address="东西4巷50号")))
    assert "rows_placed_by_house" not in told(report)
    assert told(report)["rows_placed_by_lane"] == 1


ADDRESSES = ("南北2巷", "某处", "东西3巷")
NO_COORDINATES = "案件编号,类别代码,上报时间,地址"
EMPTY_COORDINATES = "案件编号,类别代码,上报时间,横坐标X,纵坐标Y,地址"


def worded(between):
    return [f"{number},0504,2025-03-07 08:05:00{between}{address}" for number, address in enumerate(ADDRESSES)]


def test_a_file_without_any_coordinates_is_taken_by_its_addresses(lane_town, tmp_path):
    report = import_cases(lane_town, case_file(tmp_path, *worded(","), head=NO_COORDINATES))
    assert (report.accepted, report.figures["with_lane"], report.figures["without_place"]) == (3, 2, 1)


def test_a_file_with_neither_coordinates_nor_words_is_refused(lane_town, tmp_path):
    with pytest.raises(InputError) as refused:
        import_cases(lane_town, case_file(tmp_path, "1,0504,2025-03-07 08:05:00", head="案件编号,类别代码,上报时间"))
    assert refused.value.code == "field_not_found"


@pytest.mark.parametrize("head", [NO_COORDINATES, EMPTY_COORDINATES])
def test_in_parts_it_ends_as_when_it_is_read_whole(lane_town_file, tmp_path, monkeypatch, head):
    rows, ends = worded("," if head == NO_COORDINATES else ",,,"), []
    for name in ("whole", "parts"):
        folder = tmp_path / name
        folder.mkdir()
        path = folder / "网格 库.gpkg"
        path.write_bytes(lane_town_file.read_bytes())
        file = written(folder, *rows, head=head)
        monkeypatch.setattr(tables, "_CHUNK_ROWS", 2)
        report = import_cases(Workspace.open(path), read_source(file) if name == "whole" else read_batches(file))
        cases = Workspace.open(path).read("cases")
        ends.append((report.accepted, report.figures, told(report), cases.records(), list(map(str, cases.shapes))))
    assert ends[0] == ends[1]
    assert ends[0][0] == 3
