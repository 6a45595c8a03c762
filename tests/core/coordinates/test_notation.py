"""Coordinates as people write them: degrees and minutes, sides of the world, units; and two in one cell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.coordinates import is_pair, read_coordinates
from gridmgmt_plugin.core.rows import as_column
from tests.tries import tries

PLACE = 116 + 24 / 60 + 30 / 3600


def _one(value):
    read = read_coordinates(as_column([value]))
    return read.values[0], len(read.translated)


@pytest.mark.parametrize(
    "written",
    [
        "116°24'30\"",
        "116°24′30″",
        "116°24’30”",
        "116° 24' 30\" ",
        "116°24'30''",
        "116度24分30秒",
        "１１６°２４′３０″",
        "东经116°24′30″",
        "东经：116度24分30秒",
        "E116°24'30\"",
        "116°24'30\"E",
        "116º24'30",
        "116:24:30",
        "经度116°24′30″",
        "lng=116°24'30\"",
        "116°24.5'",
        "116度24.5分",
        "+116°24'30\"",
    ],
)
def test_degrees_minutes_and_seconds_are_read_however_they_are_written(written):
    value, translated = _one(written)
    assert value == pytest.approx(PLACE, abs=1e-9)
    assert translated == 1


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("116.4°", 116.4),
        ("116.4° ", 116.4),
        ("116.4度", 116.4),
        ("39.9N", 39.9),
        ("n39.9", 39.9),
        ("北纬39.9", 39.9),
        ("纬度: 39.9", 39.9),
        ("x=503234.356", 503234.356),
        ("503234.356米", 503234.356),
        ("503234.356 m", 503234.356),
        ("33°52'S", -(33 + 52 / 60)),
        ("西经77.03", -77.03),
        ("77.03W", -77.03),
        ("-77°1'48\"", -77.03),
    ],
)
def test_signs_sides_and_units_are_read(written, value):
    assert _one(written)[0] == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("written", ["116.4", "１１６．４", " 116.4 ", 116.4, "1,161,234.5", "1.164e2"])
def test_plain_numbers_are_not_called_translated(written):
    value, translated = _one(written)
    assert np.isfinite(value)
    assert translated == 0


@pytest.mark.parametrize(
    "written",
    [
        "",
        None,
        "无",
        "东边",
        "116°75'",
        "116°24'61\"",
        "116°24",
        "E116E",
        "116.4,39.9",
        "116.4 39.9",
        "东经",
        "116°24'30\"N E",
        "116--24",
        "39。9",
        "约116.4",
        True,
    ],
)
def test_what_is_no_coordinate_is_not_a_number(written):
    value, translated = _one(written)
    assert np.isnan(value)
    assert translated == 0


@pytest.mark.parametrize(
    "cell",
    [
        "116.4,39.9",
        "116.4，39.9",
        "116.4, 39.9",
        "116.4;39.9",
        "116.4 39.9",
        "(116.4,39.9)",
        "[116.4, 39.9]",
        "POINT(116.4 39.9)",
        "POINT (116.4 39.9)",
        "116.4°,39.9°",
        "503234.356、306618.747",
        "39.9|116.4",
        "-77.03,38.9",
    ],
)
def test_two_coordinates_in_one_cell_are_recognised(cell):
    assert is_pair(cell)


@pytest.mark.parametrize(
    "cell", ["116.4", "1,234", "448,000.5", "", None, 116.4, "东四,西四", "116.4,", "3号楼 2单元", "2025-03-07"]
)
def test_what_is_one_value_is_no_pair(cell):
    assert not is_pair(cell)


@given(st.integers(0, 179), st.integers(0, 59), st.floats(0, 59.99), st.sampled_from(["°'\"", "度分秒", "°′″"]))
@tries(100)
def test_every_angle_comes_back(degrees, minutes, seconds, signs):
    second = f"{seconds:.4f}"
    value, _ = _one(f"{degrees}{signs[0]}{minutes}{signs[1]}{second}{signs[2]}")
    assert value == pytest.approx(degrees + minutes / 60 + float(second) / 3600, abs=1e-12)


@given(st.text(max_size=20))
@tries(150)
def test_any_text_is_a_number_or_none(text):
    read = read_coordinates(as_column([text, "116.4"]))
    assert read.values[1] == 116.4
    assert not np.isinf(read.values[0])
    assert is_pair(text) in (True, False)
