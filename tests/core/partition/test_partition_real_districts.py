"""Real districts: dense hutong lanes with and without parcels, and communities without any street."""

from __future__ import annotations

import fiona
import numpy as np
import pyproj
import pytest
import shapely
from shapely.geometry import shape

from gridmgmt_plugin.core.geometry.measures import compactness
from gridmgmt_plugin.core.geometry.segments import shared_segments
from gridmgmt_plugin.core.partition import (
    AreaLayer,
    CompoundLayer,
    PartitionOptions,
    StreetLayer,
    grade_of_streets,
    partition_areas,
)
from tests.core.partition.promises import (
    assert_healthy,
    assert_no_hair,
    assert_not_cut,
    assert_seamless,
    assert_sized,
    objects,
)

pytestmark = pytest.mark.shared_data
# The source overlaps itself by 19 cm in one place and has a gap of 16 m2: within half a metre they are closed.
SOURCE_M = 0.5


def read(path, layer, fields, zone):
    to_metres = pyproj.Transformer.from_crs(4326, zone, always_xy=True)
    with fiona.open(path, layer=layer) as source:
        rows = list(source)
    geometry = shapely.transform(
        objects(*(shape(row["geometry"]) for row in rows)),
        lambda lonlat: np.column_stack(to_metres.transform(lonlat[:, 0], lonlat[:, 1])),
    )
    return geometry, *(objects(*(row["properties"][field] for row in rows)) for field in fields)


@pytest.fixture(scope="module")
def dongcheng(shared):
    path = shared("beijing_dongcheng/dongcheng.gpkg")
    areas = AreaLayer(*read(path, "subdistrict", ["code"], 4548))
    lines, names = read(path, "streets", ["name"], 4548)
    return path, areas, StreetLayer(lines, grade_of_streets(names))


@pytest.mark.proof
@pytest.mark.parametrize("offices", [4, 17])
def test_dongcheng_by_its_streets(dongcheng, offices):
    _, district, streets = dongcheng
    areas = AreaLayer(district.geometry[:offices], district.codes[:offices])
    result = partition_areas(areas, streets, options=PartitionOptions(area_tolerance_m=SOURCE_M))
    assert_seamless(result, areas, tolerance_m=0.002)
    assert_no_hair(result)
    assert_healthy(result)
    assert_sized(result)
    area_m2 = shapely.area(result.geometry)
    assert 9_000 < shapely.area(areas.geometry).sum() / len(result) < 12_000
    assert 9_000 < np.median(area_m2) < 11_000
    assert area_m2.max() <= 1.1 * 16_000
    assert ((area_m2 > 5_000) & (area_m2 < 15_000)).mean() > 0.9
    assert followed_share(result, streets) > 0.5
    assert (compactness(result.geometry) < 0.2).mean() <= 0.001
    assert {note.code for note in result.notes} <= {
        "partition_area_slivers",
        "partition_area_gaps",
        "partition_small_cells",
        "partition_large",
    }


def followed_share(result, streets):
    """Return which part of the inner cell borders runs along a street."""
    segments = shared_segments(result.geometry, 0.001)
    inner = segments.right >= 0
    same = result.area_index[segments.left[inner]] == result.area_index[segments.right[inner]]
    middle = segments.midpoints()[inner][same]
    reach = shapely.box(*(middle - 0.01).T, *(middle + 0.01).T)
    near = np.unique(shapely.STRtree(streets.geometry).query(reach, predicate="intersects")[0])
    length = segments.length_m[inner][same]
    return length[near].sum() / length.sum()


@pytest.mark.proof
@pytest.mark.parametrize(("offices", "parcels_inside"), [(2, 200), pytest.param(6, 800, marks=pytest.mark.proof)])
def test_street_offices_of_dongcheng_with_their_parcels_kept_whole(dongcheng, offices, parcels_inside):
    path, district, streets = dongcheng
    areas = AreaLayer(district.geometry[:offices], district.codes[:offices])
    parcels, use = read(path, "landuse", ["landuse"], 4548)
    result = partition_areas(
        areas,
        streets,
        compounds=CompoundLayer(parcels, land_use=use),
        options=PartitionOptions(area_tolerance_m=SOURCE_M),
    )
    assert_seamless(result, areas, tolerance_m=0.002)
    assert_no_hair(result)
    assert_healthy(result)
    assert_sized(result)
    notes = {note.code: note.details for note in result.notes}
    assert notes["partition_compounds_cut"]["count"] > 0
    boundary = shapely.union_all(shapely.boundary(areas.geometry))
    shapely.prepare(boundary)
    first, second = shapely.STRtree(parcels).query(parcels, predicate="intersects")
    lapping = shapely.area(shapely.intersection(parcels[first], parcels[second])) * (first != second) > 0.01
    clear = np.setdiff1d(np.arange(len(parcels)), first[lapping])
    clear = clear[~shapely.intersects(boundary, shapely.buffer(parcels[clear], 1.0))]
    inside = shapely.contains(shapely.union_all(areas.geometry), parcels[clear])
    assert len(clear[inside]) > parcels_inside
    assert_not_cut(result, parcels[clear[inside]], slack_m2=0.5)
    assert set(result.land_use) <= {*use}
    assert set(result.kind) == {"院落", "街区"}


@pytest.mark.proof
def test_communities_without_streets_are_cut_by_area_alone(shared):
    path = shared("nanjing_jiangning_east/jiangning_east.gpkg")
    geometry, codes = read(path, "community", ["comm_code"], 4549)
    areas = AreaLayer(geometry, codes)
    options = PartitionOptions(target_area_m2=250_000, area_tolerance_m=SOURCE_M)
    result = partition_areas(areas, options=options)
    assert_seamless(result, areas, tolerance_m=0.002)
    assert_no_hair(result)
    assert_healthy(result)
    assert_sized(result)
    area_m2 = shapely.area(result.geometry)
    assert ((area_m2 > 150_000) & (area_m2 < 400_000)).mean() > 0.98
    assert [note.details["count"] for note in result.notes if note.code == "partition_no_streets"] == [90]
