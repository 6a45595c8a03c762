"""Of several pairs of coordinates the one that was asked for is taken, never a person's, else the pairs are named."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.coordinate_pairs import DEGREES, METRES, choose_pair, is_place_of_person

HERE, THERE, METRE = ("116.393735", "39.895933"), ("116.399542", "39.900466"), ("448050.1", "4418050.2")


def _rows(**pairs):
    """Return three rows; ``x__y=(x, y)`` makes a pair of columns."""
    columns = {}
    for names, values in pairs.items():
        for name, value in zip(names.split("__"), values):
            columns[name] = as_column([value] * 3)
    return Rows(columns)


def _chosen(rows, coordinates="lonlat", x_field=None, y_field=None):
    unit = METRES if coordinates == "crs" else DEGREES
    pair = choose_pair(rows, x_field, y_field, coordinates, unit)
    return f"{pair.x}__{pair.y}"


@pytest.mark.parametrize(
    "person",
    [
        *("上报人经度__上报人纬度", "举报人经度__举报人纬度", "监督员经度__监督员纬度", "来电人X坐标__来电人Y坐标"),
        *("reporter_lng__reporter_lat", "caller_x__caller_y", "user_lon__user_lat", "手机经度__手机纬度"),
        *("网格员X__网格员Y", "inspector_longitude__inspector_latitude", "经度(上报人)__纬度(上报人)"),
    ],
)
@pytest.mark.parametrize(
    "event", ["案件经度__案件纬度", "经度__纬度", "lng__lat", "event_x__event_y", "事发经度__事发纬度"]
)
def test_the_place_of_a_person_is_never_taken_wherever_it_stands(person, event):
    for pairs in ({person: THERE, event: HERE}, {event: HERE, person: THERE}):
        assert _chosen(_rows(**pairs)) == event
    with pytest.raises(InputError) as refused:
        _chosen(_rows(**{person: THERE}))
    assert refused.value.code == "personal_place_refused"
    with pytest.raises(InputError) as refused:
        _chosen(_rows(**{person: THERE, event: HERE}), x_field=person.split("__", maxsplit=1)[0])
    assert refused.value.code == "personal_place_refused"


@pytest.mark.parametrize("heading", ["案件经度", "经度", "部件X坐标", "人民路经度", "个数", "上报经度", "x"])
def test_a_heading_without_a_person_is_none_of_a_person(heading):
    assert not is_place_of_person(heading)


@pytest.mark.parametrize(
    ("coordinates", "taken"),
    [("crs", "X__Y"), ("lonlat", "经度__纬度"), ("gcj02", "经度__纬度")],
)
def test_metres_or_degrees_are_taken_as_asked_for(coordinates, taken):
    for pairs in ({"X": METRE, "经": HERE}, {"经": HERE, "X": METRE}):
        named = {{"X": "X__Y", "经": "经度__纬度"}[key]: value for key, value in pairs.items()}
        assert _chosen(_rows(**named), coordinates) == taken


@pytest.mark.parametrize(
    ("coordinates", "taken"),
    [
        ("gcj02", "高德经度__高德纬度"),
        ("bd09", "bd_lng__bd_lat"),
        ("lonlat", "lng_wgs84__lat_wgs84"),
    ],
)
def test_of_the_pairs_of_several_providers_the_one_asked_for_is_taken(coordinates, taken):
    pairs = {"bd_lng__bd_lat": THERE, "高德经度__高德纬度": HERE, "lng_wgs84__lat_wgs84": ("116.38", "39.88")}
    assert _chosen(_rows(**pairs), coordinates) == taken


@pytest.mark.parametrize("coordinates", ["lonlat", "bd09"])
def test_pairs_of_other_providers_alone_are_refused_and_named(coordinates):
    with pytest.raises(InputError) as refused:
        _chosen(_rows(高德经度__高德纬度=HERE, 腾讯经度__腾讯纬度=THERE), coordinates)
    assert refused.value.code == "coordinate_pairs_of_others"
    assert "高德经度 + 高德纬度; 腾讯经度 + 腾讯纬度" in refused.value.message.text("zh")


@pytest.mark.parametrize("other", ["经度2__纬度2", "处置经度__处置纬度", "point_x__point_y"])
def test_two_pairs_that_speak_alike_and_differ_are_refused_and_named(other):
    alike = {
        "处置经度__处置纬度": "核查经度__核查纬度",
        "point_x__point_y": "lng__lat",
        "经度2__纬度2": "经度1__纬度1",
    }
    first = alike[other]
    with pytest.raises(InputError) as refused:
        _chosen(_rows(**{first: HERE, other: THERE}))
    assert refused.value.code == "coordinate_pairs_differ"
    assert first.replace("__", " + ") in refused.value.message.text("en")
    assert _chosen(_rows(**{first: HERE, other: HERE})) == first  # the same places: it does not matter which
    x, y = other.split("__")
    assert _chosen(_rows(**{first: HERE, other: THERE}), x_field=x, y_field=y) == other
    assert _chosen(_rows(**{first: HERE, other: THERE}), x_field=x) == other  # with its own partner


def test_what_was_left_aside_is_told():
    pair = choose_pair(_rows(上报人经度__上报人纬度=THERE, 经度__纬度=HERE), None, None, "lonlat", DEGREES)
    (note,) = pair.notes
    assert note.details == {"pair": "经度 + 纬度", "others": "上报人经度 + 上报人纬度"}


def test_headings_that_do_not_belong_together_are_still_found():
    assert _chosen(_rows(lng__纬度=HERE)) == "lng__纬度"
    assert _chosen(_rows(a__b=HERE, 上报人经度__上报人纬度=THERE)) == "a__b"


def test_coordinates_of_a_projection_by_name_are_found():
    assert _chosen(_rows(X_2000__Y_2000=METRE), "crs") == "X_2000__Y_2000"
