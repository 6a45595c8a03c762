"""A real old town: 15 542 segments, hutongs, ring road, two carriageways, slashes in names."""

from __future__ import annotations

import fiona
import numpy as np
import pyproj
import pytest
import shapely
from shapely.geometry import shape

from gridmgmt_plugin.core.lanes import Areas, build_lanes
from gridmgmt_plugin.core.lanes.names import split_name
from gridmgmt_plugin.core.rows import as_column


@pytest.fixture(scope="module")
def dongcheng(shared):
    path = shared("beijing_dongcheng/dongcheng.gpkg")
    to_metres = pyproj.Transformer.from_crs(4326, 4548, always_xy=True)

    def layer(name, field):
        with fiona.open(path, layer=name) as source:
            rows = [(row["properties"][field], shape(row["geometry"])) for row in source]
        geometry = shapely.transform(
            as_column(g for _, g in rows), lambda c: np.column_stack(to_metres.transform(c[:, 0], c[:, 1]))
        )
        return as_column(value for value, _ in rows), geometry

    names, streets = layer("streets", "name")
    offices = Areas(*layer("subdistrict", "code"))
    return streets, names, offices, build_lanes(streets, names, offices)


@pytest.mark.proof
def test_every_named_metre_is_in_a_lane(dongcheng):
    streets, names, offices, result = dongcheng
    named = np.array([name is not None for name in names])
    assert sum(result.lanes["length_m"]) == pytest.approx(shapely.length(streets[named]).sum())
    inside = shapely.intersection(streets[named], shapely.union_all(offices.geometry))
    assert sum(result.lane_areas["length_m"]) == pytest.approx(shapely.length(inside).sum(), rel=0.002)
    assert (result.segment_lane[named] >= 0).all()
    assert (result.segment_lane[~named] == -1).all()
    unnamed = next(note for note in result.notes if note.code == "lanes_unnamed_segments")
    assert unnamed.details["count"] == 9182


@pytest.mark.proof
def test_a_segment_is_in_a_lane_of_its_name(dongcheng):
    _, names, _, result = dongcheng
    for row in np.flatnonzero(result.segment_lane >= 0):
        assert result.lanes["name"][result.segment_lane[row]] in split_name(names[row])


def test_codes_are_unique_and_lie_in_their_street_office(dongcheng):
    _, _, offices, result = dongcheng
    codes = list(result.lanes["code"])
    assert len(set(codes)) == len(codes) > 850
    assert all(
        len(code) == 13 and code.startswith(street) for code, street in zip(codes, result.lanes["street_code"])
    )
    assert set(result.lanes["street_code"]) == set(offices.codes)


def test_known_lanes_end_where_the_town_map_says(dongcheng):
    *_, result = dongcheng
    lanes = {row["name"]: row for row in result.lanes.records()}
    assert [lanes["永恒胡同"][key] for key in ("from_place", "direction")] == ["安定门内大街", "东西"]
    assert [lanes["德华里"][key] for key in ("from_place", "to_place")] == ["东四六条", "东四七条"]
    assert [lanes["协和胡同"][key] for key in ("from_place", "to_place", "direction")] == [
        "外交部街",
        "东堂子胡同",
        "南北",
    ]


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("南锣鼓巷", ("地安门东大街", "鼓楼东大街", "南北")),
        ("五道营胡同", ("雍和宫大街", "安定门内大街", "东西")),
        ("国子监街", ("雍和宫大街", "安定门内大街", "东西")),
        ("雍和宫大街", ("东直门内大街", "安定门东大街", "南北")),
        ("东长安街", ("崇文门内大街", "广场东侧路", "东西")),
        ("西长安街", ("广场东侧路", "广场西侧路", "东西")),
        ("豆腐池胡同", ("宝钞胡同", "界外", "东西")),
        ("飞龙桥胡同", ("南池子大街", "断头", "东西")),
    ],
)
def test_lanes_that_everybody_knows_run_between_the_streets_that_everybody_names(dongcheng, name, ends):
    *_, result = dongcheng
    (row,) = (row for row in result.lanes.records() if row["name"] == name)
    assert (row["from_place"], row["to_place"], row["direction"]) == ends


def test_nearly_every_lane_has_two_different_ends(dongcheng):
    *_, result = dongcheng
    words = {"断头", "无名路", "界外"}
    named = [row for row in result.lanes.records() if not {row["from_place"], row["to_place"]} & words]
    assert len(named) > 500
    assert sum(row["from_place"] == row["to_place"] for row in named) < 0.02 * len(named)
    assert all(row["name"] not in (row["from_place"], row["to_place"]) for row in named)
