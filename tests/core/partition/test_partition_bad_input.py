"""Bad input is refused with a sentence or counted in a note; it never breaks a partition."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import Cancelled, InputError
from gridmgmt_plugin.core.partition import AreaLayer, CompoundLayer, StreetLayer, partition_areas
from gridmgmt_plugin.core.partition.cells import Cells
from gridmgmt_plugin.core.partition.checks import PartitionError, verify
from gridmgmt_plugin.core.progress import Progress
from tests.core.partition.promises import areas_of, assert_seamless, objects, streets_of

SQUARE = shapely.box(0, 0, 300, 300)
NAN_LINE = shapely.linestrings([[0.0, 0.0], [np.nan, 5.0]])


def refusal(*args, **kwargs):
    with pytest.raises(InputError) as caught:
        partition_areas(*args, **kwargs)
    assert caught.value.text("zh") != caught.value.text("en")
    return caught.value


def notes_of(result):
    return {note.code: note.details for note in result.notes}


@pytest.mark.parametrize(
    "bad",
    [
        None,
        shapely.Polygon(),
        shapely.Point(1, 1),
        shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]),
        shapely.polygons([[0, 0], [10, 0], [np.nan, 10], [0, 0]]),
    ],
    ids=["missing", "empty", "point", "bow-tie", "NaN"],
)
def test_an_area_that_cannot_be_used_is_named(bad):
    error = refusal(areas_of(SQUARE, bad))
    assert error.code == "partition_area_unusable"
    assert "110101001002" in error.text("zh")


def test_no_areas_and_missing_codes_are_refused():
    assert refusal(AreaLayer(objects(), objects())).code == "partition_no_areas"
    assert refusal(AreaLayer(objects(SQUARE), objects())).code == "partition_no_areas"


def test_areas_in_degrees_are_refused():
    assert refusal(areas_of(shapely.box(116.3, 39.8, 116.5, 40.0))).code == "partition_not_metres"


def test_overlapping_areas_are_refused_with_codes_and_place():
    error = refusal(areas_of(SQUARE, shapely.box(290, 0, 500, 300)))
    assert error.code == "partition_areas_overlap"
    assert "110101001001" in error.text("en")
    assert "110101001002" in error.text("en")


@pytest.mark.parametrize("extent", [shapely.Point(0, 0), shapely.Polygon()])
def test_an_extent_that_is_no_polygon_is_refused(extent):
    assert refusal(areas_of(SQUARE), covered_extent=extent).code == "partition_extent_unusable"


def test_rounding_between_areas_is_closed_without_a_gap():
    areas = areas_of(shapely.box(0, 0, 150.0004, 300), shapely.box(150.0001, 0, 300, 300))
    result = partition_areas(areas, streets_of([(0, 150), (300, 151)]))
    assert_seamless(result, areas)


def test_a_gap_between_areas_is_left_open_and_reported():
    ring = shapely.box(0, 0, 300, 300).difference(shapely.box(100, 100, 150, 150))
    areas = areas_of(ring)
    result = partition_areas(areas, streets_of([(0, 125), (300, 125)]))
    assert_seamless(result, areas)
    gap = notes_of(result)["partition_area_gaps"]
    assert (gap["count"], gap["area_m2"], gap["x"]) == (1, 2500.0, "125.0")


def test_streets_without_a_usable_shape_are_counted():
    lines = objects(
        None,
        shapely.LineString(),
        NAN_LINE,
        shapely.LineString([(5, 5), (5, 5)]),
        shapely.Point(3, 3),
        shapely.LineString([(0, 150), (300, 150)]),
    )
    result = partition_areas(areas_of(SQUARE), StreetLayer(lines))
    assert_seamless(result, areas_of(SQUARE))
    assert notes_of(result)["partition_rows_skipped"]["count"] == 5
    assert "道路中心线" in result.notes[0].text("zh")


def test_self_crossing_compounds_are_repaired_and_counted():
    bow_tie = shapely.Polygon([(20, 20), (120, 120), (120, 20), (20, 120)])
    result = partition_areas(areas_of(SQUARE), compounds=CompoundLayer(objects(bow_tie, None)))
    assert_seamless(result, areas_of(SQUARE))
    assert notes_of(result)["partition_rows_repaired"]["count"] == 1
    assert notes_of(result)["partition_rows_skipped"]["count"] == 1


@pytest.mark.parametrize(
    "lines",
    [
        [[(0, 100), (300, 100)]] * 3,
        [[(10, 10), (290, 290), (290, 10), (10, 290)]],
        [[(-500, -500), (-400, -400)], [(900, 0), (900, 900)]],
        [[(0, 0), (300, 0), (300, 300), (0, 300), (0, 0)]],
        [[(0, 0.0004), (300, 0.0004)], [(0.3, 0), (0.3, 300)]],
        [[(50, 50), (250, 50), (250, 250), (50, 250), (50, 50)]],
        [[(150, 150.0001 * k), (150 + k, 300)] for k in range(1, 40)],
    ],
    ids=["duplicates", "self-crossing", "outside", "on the boundary", "beside the boundary", "loop", "fan"],
)
def test_unusual_streets_keep_the_cells_seamless(lines):
    areas = areas_of(SQUARE, shapely.box(300, 0, 500, 300))
    result = partition_areas(areas, streets_of(*lines))
    assert_seamless(result, areas)
    assert shapely.area(result.geometry).min() > 2_000


def test_enclaves_and_areas_in_several_parts_are_covered():
    enclave = shapely.box(100, 100, 180, 200)
    both = shapely.multipolygons([shapely.box(400, 0, 600, 100), shapely.box(400, 200, 600, 300)])
    areas = areas_of(SQUARE.difference(enclave), enclave, both, shapely.box(300, 0, 400, 300))
    result = partition_areas(areas, streets_of([(0, 150), (600, 140)], [(140, 0), (140, 300)]))
    assert_seamless(result, areas)
    assert set(result.area_index) == {0, 1, 2, 3}


def test_an_area_smaller_than_the_least_cell_is_one_cell():
    areas = areas_of(SQUARE, shapely.box(300, 0, 310, 10))
    result = partition_areas(areas)
    assert_seamless(result, areas)
    assert shapely.area(result.geometry[result.area_index == 1]).tolist() == [100]


def test_heights_are_ignored():
    areas = AreaLayer(shapely.force_3d(objects(SQUARE), 44.0), objects("110101001001"))
    result = partition_areas(areas)
    assert not shapely.has_z(result.geometry).any()


def test_cancelling_stops_the_computation():
    with pytest.raises(Cancelled):
        partition_areas(areas_of(SQUARE), progress=Progress(is_cancelled=lambda: True))


def test_progress_runs_from_start_to_end_without_going_back():
    seen = []
    partition_areas(areas_of(SQUARE), streets_of([(0, 150), (300, 150)]), progress=Progress(seen.append))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_broken_partition_is_never_returned(monkeypatch):
    """The check at the end sees a cell that was lost, wherever it lies."""

    def losing_one(cells, faces, areas, precision_m):
        fields = {name: getattr(cells, name) for name in cells.__dataclass_fields__}
        fields["geometry"] = cells.geometry[1:]
        verify(Cells(**fields), faces, areas, precision_m)

    monkeypatch.setattr("gridmgmt_plugin.core.partition.run.verify", losing_one)
    with pytest.raises(PartitionError) as caught:
        partition_areas(areas_of(SQUARE))
    assert caught.value.code == "partition_not_seamless"
    assert "outline" in caught.value.text("zh")
