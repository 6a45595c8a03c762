"""Areas that a file holds in several pieces, and areas whose shape is missing: told, merged, derived or refused."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.coverage.health.examine import is_coverage
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.core.coverage.coverage_builders import irregular
from tests.jobs.districts import COUNTY, areas, assert_covers, block, grid_streets, layer, names_in
from tests.tries import tries

OFFICE = f"{COUNTY}001"


def made(folder, *sources, **options):
    path = folder / "网格 库.gpkg"
    report = create_workspace(list(sources), path, **options)
    return Workspace.open(path), report


def refused(folder, *sources, **options):
    before = names_in(folder)
    with pytest.raises(InputError) as caught:
        create_workspace(list(sources), folder / "网格 库.gpkg", **options)
    assert names_in(folder) == before
    return caught.value


def split_offices(heading="XZDM", **more):
    """Return seven polygons for five codes: 001 in two blocks beside each other, 003 in two that lie apart."""
    numbers = [1, 1, 2, 3, 4, 5, 3]
    columns = {heading: [f"{COUNTY}{number:03d}" for number in numbers], "名称": list("甲乙丙丁戊己庚"), **more}
    return layer(columns, [block(i, 0) for i in range(7)])


@pytest.mark.parametrize("heading", ["XZDM", "code"])
def test_the_column_that_nearly_qualified_is_named_with_the_rows_that_repeat(tmp_path, heading):
    error = refused(tmp_path, split_offices(heading))
    for text in (error.text("zh"), error.text("en")):
        assert f"{OFFICE} (1, 2)" in text
        assert f"{COUNTY}003 (4, 7)" in text
        assert "MERGE_PARTS" in text
    assert heading == "code" or heading in error.text("zh")


def test_a_column_with_a_few_gaps_is_named_with_the_rows_that_lack_a_code(tmp_path):
    codes = [f"{COUNTY}{number:03d}" for number in range(1, 8)]
    codes[4] = None
    error = refused(tmp_path, layer({"XZDM": codes, "名称": list("甲乙丙丁戊己庚")}, [block(i, 0) for i in range(7)]))
    assert error.code == "area_code_incomplete"
    assert "XZDM" in error.text("zh")
    assert "5: –" in error.text("zh")


@pytest.mark.parametrize("heading", ["XZDM", "code"])
def test_pieces_of_one_code_become_one_area_and_that_is_told(tmp_path, heading):
    workspace, report = made(tmp_path, split_offices(heading), merge_parts=True)
    rows = workspace.read("area", where={"level": "street_office"})
    assert sorted(rows["code"]) == [f"{COUNTY}{number:03d}" for number in range(1, 6)]
    shapes = dict(zip(rows["code"], rows.shapes))
    assert shapes[OFFICE].equals(shapely.box(0, 0, 800, 400))
    assert shapely.get_num_geometries(shapes[OFFICE]) == 1
    assert shapely.get_num_geometries(shapes[f"{COUNTY}003"]) == 2
    told = {note.code: note for note in report.notes}
    assert (told["areas_parts_merged"].details["count"], told["areas_parts_merged"].details["codes"]) == (4, 2)
    assert "甲 / 乙" in told["areas_parts_differ"].text("zh")
    assert report.accepted == 7


def test_merging_pieces_of_fine_coordinates_moves_no_border(tmp_path):
    cells = shapely.transform(irregular(40, 5)[0], lambda place: place @ [[0.8, 0.6], [-0.6, 0.8]])
    columns = {"XZDM": [f"{COUNTY}{max(number, 10):03d}" for number in range(len(cells))]}
    workspace, report = made(tmp_path, layer({**columns, "名称": ["甲"] * len(cells)}, list(cells)), merge_parts=True)
    assert (report.figures["vertices_moved"], report.figures["moved_m2"]) == (0, 0)
    assert "areas_seams_closed" not in {note.code for note in report.notes}
    assert is_coverage(workspace.read("area", where={"level": "street_office"}).shapes, 0.01)


def test_people_of_the_pieces_are_added_up_unless_each_says_the_same(tmp_path):
    people = [100, 200, 50, 70, 60, 60, 70]
    workspace, _ = made(tmp_path, split_offices(population=people), merge_parts=True)
    rows = workspace.read("area", where={"level": "street_office"})
    found = dict(zip(rows["code"], rows["population"]))
    assert (found[OFFICE], found[f"{COUNTY}003"]) == (300, 70)


def test_merged_areas_can_be_drawn_into_unit_grids(tmp_path):
    workspace, _ = made(tmp_path, split_offices(), merge_parts=True)
    generate_unit_grids(workspace, grid_streets(2800, 400, 100), target_area_m2=10_000)
    assert_covers(workspace, shapely.box(0, 0, 2800, 400))


def test_the_same_code_in_two_layers_is_never_merged(tmp_path):
    first, second = areas({OFFICE: block(0, 0)}), areas({OFFICE: block(1, 0)})
    assert refused(tmp_path, first, second, merge_parts=True).code == "areas_codes_twice"


@tries(20)
@given(numbers=st.lists(st.integers(1, 4), min_size=2, max_size=9))
def test_merging_neither_adds_nor_loses_ground(tmp_path_factory, numbers):
    folder = tmp_path_factory.mktemp("parts")
    columns = {
        "code": [f"{COUNTY}{number:03d}" for number in numbers],
        "名称": [f"第{i}块" for i in range(len(numbers))],
    }
    source = layer(columns, [block(i % 3, i // 3) for i in range(len(numbers))])
    workspace, _ = made(folder, source, merge_parts=True)
    rows = workspace.read("area", where={"level": "street_office"})
    size = {code: columns["code"].count(code) * 160_000 for code in set(columns["code"])}
    assert dict(zip(rows["code"], shapely.area(rows.shapes).round(3))) == size


FLAT = shapely.Polygon([(0, 0), (400, 0), (200, 0)])


@pytest.mark.daily(1)
@pytest.mark.parametrize("shape", [None, shapely.Polygon(), FLAT], ids=["null", "empty", "flat"])
@pytest.mark.parametrize("together", [True, False])
def test_an_office_without_a_shape_gets_that_of_its_communities(tmp_path, shape, together):
    communities = {f"{OFFICE}001": block(0, 0), f"{OFFICE}002": block(1, 0)}
    if together:
        sources = [areas({OFFICE: shape, **communities})]
    else:
        sources = [areas({OFFICE: shape, f"{COUNTY}002": block(2, 0)}), areas(communities)]
    workspace, report = made(tmp_path, *sources)
    rows = workspace.read("area")
    at = rows["code"].tolist().index(OFFICE)
    assert rows.shapes[at].equals(shapely.box(0, 0, 800, 400))
    assert rows["name"][at] == "区划001"
    assert "areas_shaped_by_parts" in [note.code for note in report.notes]
    assert report.rejected == 0


def test_a_blank_row_is_no_hole_and_is_left_out_with_a_word(tmp_path):
    source = layer({"code": [OFFICE, None], "name": ["甲", None]}, [block(0, 0), None])
    _, report = made(tmp_path, source)
    assert (report.accepted, report.rejected, report.reasons) == (1, 1, {"geometry_missing": 1})


def test_a_collapsed_piece_of_an_area_that_is_there_is_no_hole(tmp_path):
    source = layer({"code": [OFFICE, OFFICE], "name": ["甲", "甲"]}, [block(0, 0), FLAT])
    workspace, report = made(tmp_path, source)
    assert workspace.read("area", where={"level": "street_office"})["code"].tolist() == [OFFICE]
    assert report.reasons == {"invalid_ring": 1}


@pytest.mark.parametrize("shape", [None, FLAT], ids=["null", "flat"])
def test_a_hole_in_the_district_is_refused_with_row_code_and_name_and_what_to_do(tmp_path, shape):
    shapes = {f"{OFFICE}001": block(0, 0), f"{OFFICE}002": shape, f"{OFFICE}003": block(1, 0)}
    error = refused(tmp_path, areas(shapes))
    assert f"2 ({OFFICE}002 区划002)" in error.text("zh")
    assert "修正自相交的边界" in error.text("zh")
    workspace, report = made(tmp_path, areas(shapes), repair=True)
    assert workspace.count("area", {"level": "community"}) == 2
    assert [row.key for row in report.rejected_rows] == [f"{OFFICE}002"]
