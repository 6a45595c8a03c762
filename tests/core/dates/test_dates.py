"""Dates as offices write them become ISO 8601, or say why they cannot."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.messages import catalogue
from tests.tries import tries


def _one(value):
    parsed = parse_dates([value])
    return parsed.iso[0], parsed.reasons[0]


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2025-03-07", "2025-03-07"),
        ("2025-03-07T08:05:00", "2025-03-07T08:05:00"),
        ("2025-03-07 08:05:09", "2025-03-07T08:05:09"),
        ("2025-03-07 08:05", "2025-03-07T08:05:00"),
        ("2025-03-07T08:05:00.123", "2025-03-07T08:05:00"),
        ("2025/3/7 8:05", "2025-03-07T08:05:00"),
        ("2025/3/7", "2025-03-07"),
        ("2025.3.7", "2025-03-07"),
        ("2025年3月7日", "2025-03-07"),
        ("2025年03月07日 08时05分09秒", "2025-03-07T08:05:09"),
        ("2025年3月7日下午3时05分", "2025-03-07T15:05:00"),
        ("2025/3/7 上午 8:05", "2025-03-07T08:05:00"),
        ("2025/3/7 3:05 PM", "2025-03-07T15:05:00"),
        ("2025-3-7 周五 08:05", "2025-03-07T08:05:00"),
        ("２０２５年３月７日　０８：０５", "2025-03-07T08:05:00"),
        ("20250307", "2025-03-07"),
        (20250307, "2025-03-07"),
        ("20250307080509", "2025-03-07T08:05:09"),
        ("20250307 08:05", "2025-03-07T08:05:00"),
        (45723, "2025-03-07"),
        (45723.5, "2025-03-07T12:00:00"),
        ("45723.33681", "2025-03-07T08:05:00"),
        (datetime(2025, 3, 7, 8, 5), "2025-03-07T08:05:00"),
        (date(2025, 3, 7), "2025-03-07"),
        (np.datetime64("2025-03-07T08:05"), "2025-03-07T08:05:00"),
        ("2025-03-07 24:00:00", "2025-03-08T00:00:00"),
        ("1741305600", "2025-03-07T08:00:00"),
        (1741305600000, "2025-03-07T08:00:00"),
        ("2024-02-29", "2024-02-29"),
        ("2025-03-07 08:05:00.0", "2025-03-07T08:05:00"),
        ("20250307T000500Z", "2025-03-07T08:05:00"),
        ("2025-03-07T08:05+08", "2025-03-07T08:05:00"),
        ("2025年3月7号", "2025-03-07"),
        ("2025年03月07日星期五", "2025-03-07"),
        ("2025年3月7日(周五) 8:05", "2025-03-07T08:05:00"),
        ("2025年3月7日 8时", "2025-03-07T08:00:00"),
        ("2025年3月7日8点半", "2025-03-07T08:30:00"),
        ("2025—3—7", "2025-03-07"),
        ("2025。3。7", "2025-03-07"),
        (r"2025\3\7", "2025-03-07"),
        ("2025-03-07\n08:05", "2025-03-07T08:05:00"),
        ("20250307.0", "2025-03-07"),
        (20250307.0, "2025-03-07"),
        ("45723.0", "2025-03-07"),
        ("2025/3/7 中午12:30", "2025-03-07T12:30:00"),
        ("2025/3/7 中午1点", "2025-03-07T13:00:00"),
        ("2025/3/7 晚上8点", "2025-03-07T20:00:00"),
        ("2025/3/7 晚上12点", "2025-03-08T00:00:00"),
        ("2025/3/7 晚上12:10", "2025-03-08T00:10:00"),
        ("2025/3/7 凌晨12:30", "2025-03-07T00:30:00"),
        ("2025/3/7 凌晨1点", "2025-03-07T01:00:00"),
        ("2025/3/7 12:05 AM", "2025-03-07T00:05:00"),
        ("2025/3/7 12:05 PM", "2025-03-07T12:05:00"),
        (45723.999999, "2025-03-08"),
    ],
)
def test_a_date_is_read_however_it_is_written(written, iso):
    found, reason = _one(written)
    assert reason is None
    assert found is not None
    if written == "45723.33681":
        assert found[:16] == iso[:16]
    else:
        assert found == iso


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("2025-02-30", "date_impossible"),
        ("2025-13-01", "date_impossible"),
        ("2025-03-07 25:00", "date_impossible"),
        ("0000-00-00", "date_impossible"),
        ("2023-02-29", "date_impossible"),
        ("2025-03", "date_incomplete"),
        ("2025年", "date_incomplete"),
        ("202503", "date_incomplete"),
        ("25-3-7", "date_ambiguous"),
        ("3/7/2025", "date_ambiguous"),
        ("2025/3/7 晚上2点", "date_ambiguous"),
        ("2025-03-07 24:00:01", "date_impossible"),
        ("2025-03-07 08:60", "date_impossible"),
        ("2025-04-31", "date_impossible"),
        ("2025/0/7", "date_impossible"),
        ("2025.0", "date_incomplete"),
        ("2025年3月", "date_incomplete"),
        ("Mar 2025", "date_not_a_date"),
        ("2025-03-07 至 2025-03-09", "date_not_a_date"),
        ("待定", "date_not_a_date"),
        ("/", "date_not_a_date"),
        ("-45723", "date_not_a_date"),
        (5, "date_not_a_date"),
        (float("inf"), "date_not_a_date"),
        ("昨天", "date_not_a_date"),
        ("abc", "date_not_a_date"),
        (True, "date_not_a_date"),
        (12, "date_not_a_date"),
        ("1899-12-31", "date_out_of_range"),
        ("2101-01-01", "date_out_of_range"),
    ],
)
def test_what_is_no_date_says_why(written, reason):
    assert _one(written) == (None, reason)
    assert reason in catalogue()


@pytest.mark.parametrize("empty", [None, "", "  ", float("nan")])
def test_an_empty_cell_is_no_fault(empty):
    assert _one(empty) == (None, None)


def test_the_column_shows_whether_the_month_comes_first():
    assert parse_dates(["3/7/2025", "3/25/2025"]).iso.tolist() == ["2025-03-07", "2025-03-25"]
    assert parse_dates(["3/7/2025", "25/3/2025"]).iso.tolist() == ["2025-07-03", "2025-03-25"]
    assert parse_dates(["13/3/2025", "3/25/2025", "3/4/2025"]).reasons.tolist()[2] == "date_ambiguous"
    assert _one("5/5/2025") == ("2025-05-05", None)


def test_a_time_with_a_zone_is_told_in_chinas():
    parsed = parse_dates(["2025-03-07T08:05:00Z", "2025-03-07T08:05:00+08:00", "2025-03-07T20:00:00.000Z"])
    assert parsed.iso.tolist() == ["2025-03-07T16:05:00", "2025-03-07T08:05:00", "2025-03-08T04:00:00"]
    assert parsed.zoned == 3


def test_rejected_rows_are_named():
    parsed = parse_dates(["2025-03-07", "昨天", None, "2025-02-30"])
    assert parsed.rejected.tolist() == [1, 3]


@given(st.lists(st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31)), max_size=20))
@tries(60)
def test_iso_text_passes_through_unchanged(moments):
    texts = [moment.replace(microsecond=0).isoformat() for moment in moments]
    parsed = parse_dates(texts)
    assert parsed.iso.tolist() == texts
    assert not len(parsed.rejected)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
@tries(80)
def test_every_way_of_writing_a_day_means_the_same_day(day):
    serial = (day - date(1899, 12, 30)).days
    ways = [
        day,
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        day.strftime("%Y%m%d"),
        serial,
        str(serial),
    ]
    assert set(parse_dates(ways).iso) == {day.isoformat()}


@given(st.text(max_size=25))
@tries(150)
def test_any_text_is_either_read_or_explained(text):
    iso, reason = _one(text)
    assert iso is None or reason is None
    assert reason is None or reason in catalogue()
    assert (
        text.strip() == ""
        or iso is not None
        or reason is not None
        or not text.strip("\ufeff\u200b\u200c\u200d\u2060 ")
    )


FORMS = (
    "{0:%Y-%m-%d %H:%M:%S}",
    "{0:%Y/%m/%d %H:%M:%S}",
    "{0:%Y.%m.%d %H:%M:%S}",
    "{0:%Y%m%d%H%M%S}",
    "{0:%Y-%m-%dT%H:%M:%S}.000",
    "{0:%Y-%m-%dT%H:%M:%S}+08:00",
    "{0.year}/{0.month}/{0.day} {0.hour}:{0.minute}:{0.second}",
    "{0.year}年{0.month}月{0.day}日 {0.hour}时{0.minute}分{0.second}秒",
    "{0.year}年{0.month}月{0.day}日{0.hour}点{0.minute}分{0.second}秒",
)


@given(st.datetimes(datetime(1901, 1, 1), datetime(2099, 12, 31)))
@tries(60)
def test_every_way_of_writing_a_moment_means_the_same_moment(moment):
    moment = moment.replace(microsecond=0)
    written = [form.format(moment) for form in FORMS]
    full_width = ["".join(chr(ord(c) + 0xFEE0) if c in "0123456789:/-." else c for c in text) for text in written]
    parsed = parse_dates(written + full_width + [moment])
    assert set(parsed.iso) == {moment.isoformat()}
    assert parsed.zoned == 2


@given(st.datetimes(datetime(1955, 1, 1), datetime(2099, 12, 31)))
@tries(60)
def test_a_spreadsheets_day_number_is_exact_to_the_second(moment):
    moment = moment.replace(microsecond=0)
    serial = (moment - datetime(1899, 12, 30)).total_seconds() / 86400
    expected = moment.date().isoformat() if moment.time() == datetime.min.time() else moment.isoformat()
    assert parse_dates([serial, repr(serial)]).iso.tolist() == [expected] * 2


def test_a_column_of_mixed_forms_is_read_row_by_row():
    column = ["2025-03-07", 45723, "2025年3月7日", None, "无", "3/7/2025", "3/25/2025", date(2025, 3, 7)]
    parsed = parse_dates(column)
    assert parsed.iso.tolist() == ["2025-03-07"] * 3 + [None, None, "2025-03-07", "2025-03-25", "2025-03-07"]
    assert parsed.rejected.tolist() == [4]


def test_the_reading_of_a_value_does_not_depend_on_its_neighbours_unless_the_month_is_in_doubt():
    column = ["2025/3/7 8:05", "20250307", 45723.5, "昨天", "2025-03-07T08:05:00"] * 3
    together = parse_dates(column).iso.tolist()
    assert together == [parse_dates([value]).iso[0] for value in column]


@pytest.mark.parametrize("text", ["2025-03-07T08:05:00+99:99", "2025-03-07 08:05:00-24:00", "20250307T080500+99"])
def test_a_zone_that_no_place_has_is_a_reason_and_no_crash(text):
    parsed = parse_dates([text])
    assert parsed.iso.tolist() == [None]
    assert parsed.reasons[0] is not None


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31 24:00:00", "9999-12-31T23:00:00-14:00"])
def test_a_moment_beyond_all_calendars_is_a_reason_and_no_crash(text):
    assert parse_dates([text]).reasons[0] is not None


@pytest.mark.parametrize("day", ["2025-02-28", "2025-02-29", "2024-02-29", "2025-13-01", "1899-12-31"])
@pytest.mark.parametrize("time", ["08:05", "23:59", "24:00", "24:01", "08:60"])
def test_a_time_to_the_minute_is_the_one_with_no_seconds(day, time):
    to_the_minute, with_seconds = (parse_dates([f"{day} {time}{seconds}", None]) for seconds in ("", ":00"))
    assert to_the_minute.iso.tolist() == with_seconds.iso.tolist()
    assert to_the_minute.reasons.tolist() == with_seconds.reasons.tolist()
    assert parse_dates([f"{day}T{time}"]).iso[0] == to_the_minute.iso[0]
