"""Components without coordinates: placed by the unit grid, house or crossing that they name, and never by less."""

from __future__ import annotations

import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.intake.column_proposal import propose_columns
from gridmgmt_plugin.jobs.intake.import_components import import_components
from tests.jobs.districts import dump
from tests.jobs.intake.placing.test_cases_by_words import lane_town, lane_town_file, told  # noqa: F401  fixtures

HEAD = "标识码,部件类别,横坐标X,纵坐标Y,位置描述,网格编码,街巷,门牌号"


def part(number, place=",", location="", grid="", lane="", house="", kind="0101"):
    code = f"9901010101{number:06d}" if number else ""
    return f"{code},{kind},{place},{location},{grid},{lane},{house}"


def taken(workspace, folder, *rows, head=HEAD):
    path = folder / "部件.csv"
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return import_components(workspace, read_source(path))


def by_number(workspace):
    rows = workspace.read("component")
    numbers = [int(code[-6:]) for code in rows["code"]]
    return dict(zip(numbers, rows.records())), dict(zip(numbers, rows.shapes))


def test_words_place_components_that_have_a_code_and_the_report_says_how(lane_town, tmp_path):  # noqa: F811
    units = lane_town.read("unit_grid", ["code"])
    grid, cell = units["code"][5], units.shapes[5]
    known = [
        part(100 + n, f"{x},402", f"东西4巷{n}号") for n, x in ((2, 10), (18, 170), (50, 490), (66, 650), (74, 730))
    ]
    taken(lane_town, tmp_path, *known)
    report = taken(
        lane_town,
        tmp_path,
        part(1, grid=grid),
        part(2, lane="东西4巷", house="26"),
        part(3, location="南北2巷与东西3巷交叉口"),
        part(4, location="南北2巷路面"),
        part(5, location="某某大厦门前"),
        part(0, location="东西4巷26号"),
        part(7),
        part(8, "10,50", grid=grid),
    )
    records, shapes = by_number(lane_town)
    assert cell.contains(shapes[1])
    assert shapes[2].distance(shapely.Point(250, 400)) < 1
    assert shapes[3].distance(shapely.Point(200, 300)) < 1
    assert records[1]["unit_grid"] == grid
    ways = {number: one["placed_by"] for number, one in records.items() if number < 100}
    assert ways == {1: "grid", 2: "house", 3: "crossing", 8: None}
    assert dict(report.reasons) == {
        "component_of_lane_alone": 1,
        "coordinate_missing": 2,
        "component_without_place_and_code": 1,
    }
    found = told(report)
    assert [found[f"rows_placed_by_{way}"] for way in ("grid", "house", "crossing")] == [1, 1, 1]
    assert found["components_name_other_grid"] == 1
    assert {line.row: line.value for line in report.rejected_rows}[5] == "南北2巷路面"


def test_a_place_by_words_gives_way_to_coordinates_and_moves_nothing(lane_town, tmp_path):  # noqa: F811
    grid = lane_town.read("unit_grid", ["code"])["code"][5]
    taken(lane_town, tmp_path, part(1, grid=grid), part(2, "10,50"))
    before = dump(lane_town.path)
    again = taken(lane_town, tmp_path, part(1, grid=grid), part(2, location="南北2巷"))
    assert (again.accepted, again.figures.get("moved", 0)) == (2, 0)
    assert by_number(lane_town)[1][2].equals(shapely.Point(10, 50))
    taken(lane_town, tmp_path, part(1, grid=grid), part(2, "10,50"))
    taken(lane_town, tmp_path, part(1, "205,420"))
    records, shapes = by_number(lane_town)
    assert shapes[1].equals(shapely.Point(205, 420))
    assert records[1]["placed_by"] is None
    assert before != dump(lane_town.path)


def test_the_middle_of_a_lane_is_no_place_for_a_component_that_waits_for_one_either(lane_town, tmp_path):  # noqa: F811
    waiting = Rows({"code": as_column(["9901010101000001", "9901010101000002"])}, as_column([None, None]))
    with lane_town.transaction("", "test") as transaction:
        transaction.insert("component", waiting)
    crossing = part(2, location="南北2巷与东西3巷交叉口")
    report = taken(lane_town, tmp_path, part(1, location="南北2巷路面"), crossing)
    records, shapes = by_number(lane_town)
    assert shapes[1] is None
    assert [records[number]["placed_by"] for number in (1, 2)] == [None, "crossing"]
    assert {"rows_placed_by_lane", "rows_placed_by_crossing"} & set(told(report)) == {"rows_placed_by_crossing"}


def test_the_same_file_again_changes_nothing(lane_town, tmp_path):  # noqa: F811
    grid = lane_town.read("unit_grid", ["code"])["code"][5]
    rows = [part(1, grid=grid), part(2, location="南北2巷与东西3巷交叉口")]
    taken(lane_town, tmp_path, *rows)
    before = dump(lane_town.path)
    assert taken(lane_town, tmp_path, *rows).figures["unchanged"] == 2
    assert dump(lane_town.path) == before


def test_a_house_that_words_placed_is_no_evidence_for_the_next(lane_town, tmp_path):  # noqa: F811
    known = [
        part(100 + n, f"{x},402", f"东西4巷{n}号") for n, x in ((2, 10), (18, 170), (50, 490), (66, 650), (74, 730))
    ]
    taken(lane_town, tmp_path, *known)
    taken(lane_town, tmp_path, part(1, location="东西4巷74号"), part(2, "730,402", "东西4巷80号"))
    _, shapes = by_number(lane_town)
    taken(lane_town, tmp_path, part(3, location="东西4巷74号"))
    assert by_number(lane_town)[1][3].equals(shapes[1])


def test_a_file_without_any_place_says_which_columns_it_lacks(lane_town, tmp_path):  # noqa: F811
    with pytest.raises(InputError) as refused:
        taken(lane_town, tmp_path, "990101010100000001,0101", head="标识码,部件类别")
    assert refused.value.code == "field_not_found"


@pytest.mark.parametrize("words", [{"location": "南北2巷与东西3巷交叉口"}, {"lane": "东西4巷"}])
def test_coordinates_under_headings_that_nobody_knows_are_not_passed_over_for_a_description(
    lane_town,  # noqa: F811
    tmp_path,
    words,
):
    head = HEAD.replace("横坐标X,纵坐标Y", "甲值,乙值")
    rows = [part(number, f"{10 * number}.5,50.25", **words) for number in (1, 2)]
    with pytest.raises(InputError) as refused:
        taken(lane_town, tmp_path, *rows, head=head)
    assert refused.value.code == "field_not_found"
    proposed = propose_columns(read_source(tmp_path / "部件.csv"), "component", lane_town.info.frame)
    assert {"x", "y"} <= {one.name for one in proposed.wanted if one.is_needed}


@pytest.mark.parametrize("other", ["1.5,2.5", ",备用"])
def test_a_file_of_grids_needs_no_coordinates_and_one_of_descriptions_only_where_none_can_be_meant(
    lane_town,  # noqa: F811
    tmp_path,
    other,
):
    head = HEAD.replace("横坐标X,纵坐标Y", "甲值,乙值")
    grid = lane_town.read("unit_grid", ["code"])["code"][5]
    told = {"grid": grid} if other[0] == "1" else {"location": "南北2巷与东西3巷交叉口"}
    assert taken(lane_town, tmp_path, part(1, other, **told), head=head).accepted == 1
    proposed = propose_columns(read_source(tmp_path / "部件.csv"), "component", lane_town.info.frame)
    assert not {"x", "y"} & {one.name for one in proposed.wanted if one.is_needed}
