"""Compounds, buildings, road areas, the covered extent and the target profile."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.partition import CompoundLayer, PartitionOptions, TargetProfile, partition_areas
from tests.core.partition.promises import areas_of, assert_not_cut, assert_seamless, objects, streets_of

TOWN = areas_of(shapely.box(0, 0, 300, 300), shapely.box(300, 0, 600, 300))


def notes_of(result):
    return {note.code: note.details for note in result.notes}


def test_a_compound_above_the_target_stays_whole_and_the_note_says_so():
    estate = shapely.box(20, 20, 270, 250)
    result = partition_areas(TOWN, streets_of([(150, 0), (150, 300)]), compounds=CompoundLayer(objects(estate)))
    assert_seamless(result, TOWN)
    assert_not_cut(result, objects(estate))
    assert notes_of(result)["partition_large_compounds"]["count"] == 1
    assert result.kind[shapely.contains(result.geometry, estate.centroid)].tolist() == ["院落"]


def test_the_ground_between_a_compound_and_its_street_goes_to_the_compound():
    compounds = objects(shapely.box(6, 6, 94, 120), shapely.box(106, 6, 194, 120))
    areas = areas_of(shapely.box(0, 0, 200, 126))
    result = partition_areas(areas, streets_of([(100, 0), (100, 126)]), compounds=CompoundLayer(compounds))
    assert sorted(shapely.area(result.geometry)) == [12_600, 12_600]


def test_a_street_front_is_divided_where_one_compound_ends_and_the_next_begins():
    compounds = objects(shapely.box(0, 15, 100, 115), shapely.box(100, 15, 200, 115))
    areas = areas_of(shapely.box(0, 0, 200, 115))
    result = partition_areas(areas, streets_of([(0, 0.5), (200, 0.5)]), compounds=CompoundLayer(compounds))
    assert_seamless(result, areas)
    assert sorted(shapely.area(result.geometry)) == pytest.approx([11_500, 11_500], rel=0.01)


def test_a_compound_across_an_area_boundary_is_cut_there_and_reported_with_a_place():
    estate = shapely.box(250, 50, 350, 150)
    result = partition_areas(TOWN, compounds=CompoundLayer(objects(estate)))
    assert_seamless(result, TOWN)
    assert_not_cut(result, objects(shapely.box(250, 50, 300, 150), shapely.box(300, 50, 350, 150)))
    assert notes_of(result)["partition_compounds_cut"]["count"] == 1
    assert "(300, 100)" in notes_of(result)["partition_compounds_cut"]["places"]


def test_overlapping_compounds_are_reported_and_the_larger_one_stays_whole():
    compounds = objects(shapely.box(20, 20, 120, 120), shapely.box(110, 20, 260, 140))
    result = partition_areas(TOWN, compounds=CompoundLayer(compounds))
    assert_seamless(result, TOWN)
    assert_not_cut(result, compounds[1:])
    assert notes_of(result)["partition_compounds_overlap"]["count"] == 1


def test_a_compound_above_the_given_size_may_be_cut_and_its_cells_know_the_land_use():
    park = shapely.box(0, 0, 300, 300)
    layer = CompoundLayer(objects(park), land_use=objects("绿地与广场用地"), kind=objects("公园"))
    result = partition_areas(TOWN, compounds=layer, options=PartitionOptions(whole_compound_m2=50_000))
    in_park = result.area_index == 0
    assert in_park.sum() == 9
    assert set(result.land_use[in_park]) == {"绿地与广场用地"}
    assert set(result.kind[in_park]) == {"公园"}
    assert set(result.land_use[~in_park]) == {None}


def test_the_profile_sets_the_target_by_land_use_then_by_grade():
    layer = CompoundLayer(
        objects(shapely.box(0, 0, 300, 300), shapely.box(300, 0, 600, 300)),
        land_use=objects("工业用地", None),
        grade=objects("一级", "一级"),
    )
    profile = TargetProfile.from_json({"land_use": {"工业用地": 45_000}, "grade": {"一级": 22_500}})
    options = PartitionOptions(whole_compound_m2=1, profile=profile)
    result = partition_areas(TOWN, compounds=layer, options=options)
    assert np.bincount(result.area_index).tolist() == [2, 4]
    assert set(result.grade) == {"一级"}


@pytest.mark.parametrize(
    "content", [[], {"land_use": {"a": -1}}, {"land_use": {"a": "b"}}, {"other": {}}, {"grade": 3}]
)
def test_a_profile_that_cannot_be_read_is_refused(content):
    with pytest.raises(InputError) as caught:
        TargetProfile.from_json(content)
    assert caught.value.code == "partition_profile_invalid"
    assert "land_use" in caught.value.text("zh")


@pytest.mark.parametrize(
    "option",
    [{"target_area_m2": 0}, {"max_ratio": 1.0}, {"min_area_m2": 10_000}, {"precision_m": -1}, {"sliver_width_m": -1}],
)
def test_an_option_that_makes_no_sense_is_refused(option):
    with pytest.raises(InputError) as caught:
        PartitionOptions(**option)
    assert caught.value.code == "partition_option_invalid"


def test_cuts_run_between_the_buildings():
    buildings = objects(*(shapely.box(x, y, x + 30, y + 14) for x in range(8, 560, 46) for y in range(6, 280, 31)))
    result = partition_areas(TOWN, buildings=buildings)
    assert_seamless(result, TOWN)
    clear = buildings[~shapely.intersects(buildings, shapely.LineString([(300, 0), (300, 300)]))]
    assert_not_cut(result, clear)
    assert shapely.area(result.geometry).max() <= 16_000


def test_a_street_through_a_building_goes_around_it():
    gatehouse = shapely.box(140, 130, 170, 150)
    result = partition_areas(TOWN, streets_of([(150, -1), (150, 301)], grade=[3]), buildings=objects(gatehouse))
    assert_seamless(result, TOWN)
    assert_not_cut(result, objects(gatehouse))


def test_a_building_on_an_area_boundary_is_cut_there_and_reported():
    hall = shapely.box(290, 100, 310, 130)
    result = partition_areas(TOWN, buildings=objects(hall))
    assert notes_of(result)["partition_buildings_cut"]["count"] == 1
    assert_not_cut(result, objects(shapely.box(290, 100, 300, 130), shapely.box(300, 100, 310, 130)))


def test_road_areas_become_cells_of_their_own_cut_near_the_target():
    road = objects(shapely.box(0, 140, 600, 180))
    result = partition_areas(TOWN, streets_of([(0, 160), (600, 160)], grade=[3]), road_areas=road)
    assert_seamless(result, TOWN)
    on_road = result.kind == "道路"
    assert on_road.sum() == 2
    assert shapely.area(result.geometry[on_road]).sum() == pytest.approx(24_000)
    assert set(result.kind) == {"道路", "街区"}


def test_crossing_roads_are_cut_across_not_along():
    cross = shapely.union(shapely.box(0, 140, 600, 160), shapely.box(140, 0, 160, 300))
    result = partition_areas(TOWN, road_areas=objects(cross))
    roads = result.geometry[result.kind == "道路"]
    assert shapely.area(roads).sum() == pytest.approx(cross.area)
    # Cut across its 20 m, a piece of road is half of that in mean width; cut along it would be a quarter.
    assert (2 * shapely.area(roads) / shapely.length(roads)).min() > 7


def test_cells_lie_in_the_covered_extent_only_and_outlines_keep_the_whole_area():
    extent = shapely.box(100, 100, 450, 250)
    result = partition_areas(TOWN, streets_of([(0, 175), (600, 175)]), covered_extent=extent)
    assert_seamless(result, TOWN, extent=extent)
    assert shapely.area(result.geometry).sum() == pytest.approx(extent.area)
    assert shapely.area(result.area_geometry).tolist() == [90_000, 90_000]


def test_an_area_outside_the_covered_extent_has_no_cells():
    result = partition_areas(TOWN, covered_extent=shapely.box(310, 0, 600, 300))
    assert set(result.area_index) == {1}
