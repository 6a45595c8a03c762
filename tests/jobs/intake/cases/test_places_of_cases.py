"""Where a case lies: the event's own place, and the kind of coordinates that the numbers really are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.coordinates import from_frame
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.exchange import tables
from gridmgmt_plugin.exchange.reading import read_batches, read_source
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.jobs.intake.import_components import import_components
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from tests.conftest import fault_file
from tests.jobs.districts import EAST_M, NORTH_M, dump, grid_streets, town
from tests.web_maps import wgs84_to_bd09, wgs84_to_gcj02

FRAME = Frame.of_epsg(4548)
SHIFTS = {"lonlat": lambda lon, lat: (lon, lat), "gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09}


def _cases(folder, x, y, kind):
    """Return cases at metres of the frame, given in degrees of a kind."""
    lon, lat = SHIFTS[kind](*from_frame(np.asarray(x), np.asarray(y), 4326, FRAME))
    lines = [f"{i},0504,2025-03-07 08:05:00,{a:.7f},{b:.7f}" for i, (a, b) in enumerate(zip(lon, lat))]
    path = folder / "案件.csv"
    path.write_text("\n".join(["案件编号,类别代码,上报时间,经度,纬度", *lines, ""]), encoding="utf-8")
    return read_source(path)


def _everywhere(count, low=0.0, high=800.0, seed=1):
    random = np.random.default_rng(seed)
    return EAST_M + random.uniform(low, high, count), NORTH_M + random.uniform(low, high, count)


def _along_streets(count, seed=2):
    """Return places beside the streets in the middle of the district, which no shift moves out of it."""
    random = np.random.default_rng(seed)
    along, street = random.uniform(350, 450, count), random.choice([300.0, 400.0, 500.0], count)
    return EAST_M + street + random.uniform(-2, 2, count), NORTH_M + along


@pytest.mark.daily(1)
@pytest.mark.parametrize("kind", ["gcj02", "bd09"])
@pytest.mark.parametrize("count", [20, 400])
def test_shifted_degrees_given_as_plain_write_nothing_and_name_what_they_are(faults_town, tmp_path, kind, count):
    before = dump(faults_town.path)
    with pytest.raises(InputError) as refused:
        import_cases(faults_town, _cases(tmp_path, *_everywhere(count), kind), coordinates="lonlat")
    assert refused.value.code == "coordinates_fit_other_district"
    assert refused.value.message.details["other"] == kind
    assert dump(faults_town.path) == before
    report = import_cases(faults_town, _cases(tmp_path, *_everywhere(count), kind), coordinates=kind)
    assert report.accepted == count


def test_plain_degrees_given_as_shifted_are_seen_as_well(faults_town, tmp_path):
    with pytest.raises(InputError) as refused:
        import_cases(faults_town, _cases(tmp_path, *_everywhere(100), "lonlat"), coordinates="gcj02")
    assert refused.value.message.details["other"] == "lonlat"


def _shifted_at_the_end(folder, shifted):
    """Return the path of 120 cases in degrees in the north-east, then so many shifted ones, which lie outside."""
    parts = []
    for count, kind in ((120, "lonlat"), (shifted, "gcj02")):
        x, y = _everywhere(count, low=700.0)
        parts.append(Path(_cases(folder, x, y, kind).path).read_text(encoding="utf-8").splitlines())
    path = folder / "案件.csv"
    path.write_text("\n".join([*parts[0], *(f"9{line}" for line in parts[1][1:]), ""]), encoding="utf-8")
    return path


def test_a_few_shifted_rows_in_the_last_part_of_a_large_file_refuse_no_others(faults_town, tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "_CHUNK_ROWS", 4)
    path = _shifted_at_the_end(tmp_path, 3)
    for source in (read_batches(path, most=9), read_source(path)):
        report = import_cases(faults_town, source, coordinates="lonlat")
        assert (report.accepted, dict(report.reasons)) == (120, {"outside_district": 3})


def test_many_shifted_rows_refuse_a_large_file_in_words_of_the_whole(faults_town, tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "_CHUNK_ROWS", 4)
    path, before, told = _shifted_at_the_end(tmp_path, 20), dump(faults_town.path), []
    for source in (read_source(path), read_batches(path, most=9)):
        with pytest.raises(InputError) as refused:
            import_cases(faults_town, source, coordinates="lonlat")
        told.append((refused.value.code, dict(refused.value.message.details)))
    assert told[0] == told[1]
    assert dump(faults_town.path) == before


def test_components_are_looked_at_like_cases(faults_town, tmp_path):
    with pytest.raises(InputError) as refused:
        import_components(faults_town, _cases(tmp_path, *_everywhere(100), "gcj02"), coordinates="lonlat")
    assert refused.value.code == "coordinates_fit_other_district"


def _wide_town(folder):
    """Return a district of 6 km in which a shift moves nothing out, with its lanes every 100 m in the middle."""
    shape = shapely.box(EAST_M - 3000, NORTH_M - 3000, EAST_M + 3000, NORTH_M + 3000)
    workspace = town(folder, shapes={"990101001001": shape}, crs=4548)
    place = {"east": EAST_M - 1000, "north": NORTH_M - 1000}
    import_lanes(workspace, grid_streets(3000, 3000, 100, crs=4548, **place))
    return workspace


@pytest.mark.daily(1)
@pytest.mark.parametrize("kind", ["gcj02", "bd09"])
def test_streets_tell_the_kind_where_the_district_does_not(tmp_path, kind):
    wide = _wide_town(tmp_path)
    with pytest.raises(InputError) as refused:
        import_cases(wide, _cases(tmp_path, *_along_streets(200), kind), coordinates="lonlat")
    assert refused.value.code == "coordinates_fit_other_streets"
    assert refused.value.message.details["other"] == kind
    assert wide.count("cases") == 0
    assert import_cases(wide, _cases(tmp_path, *_along_streets(200), kind), coordinates=kind).accepted == 200


def test_without_streets_points_within_the_district_are_taken(tmp_path):
    shape = shapely.box(EAST_M - 3000, NORTH_M - 3000, EAST_M + 3000, NORTH_M + 3000)
    workspace = town(tmp_path, shapes={"990101001001": shape}, crs=4548)
    x, y = _everywhere(80)
    assert import_cases(workspace, _cases(tmp_path, x, y, "lonlat"), coordinates="lonlat").accepted == 80


@pytest.mark.daily(1)
@pytest.mark.parametrize("seed", range(6))
def test_right_coordinates_are_taken_wherever_they_lie(faults_town, tmp_path, seed):
    x, y = _everywhere(120, -60.0, 860.0, seed)  # some of them outside, as real ones are
    report = import_cases(faults_town, _cases(tmp_path, x, y, "lonlat"), coordinates="lonlat")
    inside = ((x >= EAST_M) & (x <= EAST_M + 800) & (y >= NORTH_M) & (y <= NORTH_M + 800)).sum()
    assert report.accepted == inside


def test_the_place_of_who_reported_is_left_alone(faults_town, tmp_path):
    head = "案件编号,类别代码,上报时间,上报人经度,上报人纬度,案件经度,案件纬度"
    path = tmp_path / "案件.csv"
    path.write_text(f"{head}\n1,0504,2025-03-07,116.399542,39.900466,116.393735,39.895933\n", encoding="utf-8")
    report = import_cases(faults_town, read_source(path), coordinates="lonlat")
    (place,) = faults_town.read("cases").shapes
    lon, lat = from_frame(place.x, place.y, 4326, FRAME)
    assert (round(float(lon), 6), round(float(lat), 6)) == (116.393735, 39.895933)
    told = {note.code: note.details for note in report.notes}
    assert told["coordinate_pair_chosen"]["pair"] == "案件经度 + 案件纬度"
    assert "上报人经度" in told["personal_columns_left_out"]["names"]


def test_metres_beside_degrees_are_taken_when_metres_are_asked_for(faults_town, tmp_path):
    path = tmp_path / "案件.csv"
    head = "案件编号,类别代码,上报时间,经度,纬度,X,Y"
    path.write_text(f"{head}\n1,0504,2025-03-07,116.393735,39.895933,448150,4418050\n", encoding="utf-8")
    assert import_cases(faults_town, read_source(path)).accepted == 1
    (place,) = faults_town.read("cases").shapes
    assert (place.x, place.y) == (448150.0, 4418050.0)


def test_the_file_once_placed_at_the_caller_is_placed_as_the_right_one(faults_town):
    places = []
    for name in ("F3_reporter.csv", "F3_right.csv"):
        report = import_cases(faults_town, read_source(fault_file(name)), coordinates="lonlat", id_field="案件编号")
        if report.accepted:
            places.append(faults_town.read("cases").shapes[-1])
        else:  # the same case was there already
            assert set(report.reasons) == {"already_in_workspace"}
    lon, lat = from_frame(places[0].x, places[0].y, 4326, FRAME)
    assert (round(float(lon), 6), round(float(lat), 6)) == (116.393735, 39.895933)
