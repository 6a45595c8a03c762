"""Dates as databases and programs write them, with months, halves of the day and zones in words."""

from __future__ import annotations

import calendar

import pytest

from gridmgmt_plugin.core.dates import AMBIGUOUS, IMPOSSIBLE, UNREADABLE, parse_dates

# One moment, 5 past 8 of 7 March 2025 in China, by who writes it so.
SAME_MOMENT = {
    "SQL Server": [
        "Mar  7 2025  8:05AM",
        "Mar  7 2025  8:05:00:000AM",
        "07 Mar 2025 08:05:00:000",
        "7 Mar 2025 08:05",
    ],
    "SQL Server, with offset": ["2025-03-07 08:05:00.0000000 +08:00"],
    "Oracle": ["07-MAR-25 08.05.00.000000 AM", "07-MAR-25 08.05.00 AM", "07-MAR-2025 08:05:00", "07-Mar-25 08:05:00"],
    "Oracle, with zone": ["07-MAR-25 08.05.00.000000000 AM +08:00", "07-MAR-25 12.05.00.000000 AM UTC"],
    "Oracle in Chinese": ["07-3月 -25 08.05.00.000000 上午", "07-3月-2025 08:05:00", "07-三月-25 08.05.00 上午"],
    "Java": ["Fri Mar 07 08:05:00 CST 2025", "Fri Mar 07 08:05:00 GMT+08:00 2025", "Fri Mar 07 00:05:00 UTC 2025"],
    "Java, formatted": ["Mar 7, 2025 8:05:00 AM", "Mar 7, 2025, 8:05:00 AM", "March 7, 2025 at 8:05:00 AM CST"],
    "Java, zoned": ["2025-03-07T08:05:00+08:00[Asia/Shanghai]", "2025-03-07T00:05:00Z[UTC]"],
    "JavaScript": ["Fri Mar 07 2025 08:05:00 GMT+0800 (中国标准时间)", "Fri, 07 Mar 2025 00:05:00 GMT"],
    "C": ["Fri Mar  7 08:05:00 2025"],
    "DB2": ["2025-03-07-08.05.00.000000"],
    "people": [
        "7 March 2025 8:05 a.m.",
        "Friday, March 7, 2025 8:05 AM",
        "2025-03-07 8:05 a. m.",
        "2025/3/7 8:05 A.M.",
    ],
    "people in Chinese": ["2025-03-07 08:05 上午", "２０２５-Mar-０７ 08:05"],
    "others": ["2025-Mar-07 08:05:00", "2025-03-07 08:05:00 UTC+8", "2025-03-07 08:05:00 +0800 CST"],
}


@pytest.mark.parametrize("text", [text for texts in SAME_MOMENT.values() for text in texts])
def test_one_moment_is_read_from_every_form(text):
    parsed = parse_dates([text])
    assert (parsed.iso[0], parsed.reasons[0]) == ("2025-03-07T08:05:00", None)


@pytest.mark.parametrize(
    ("text", "hour"),
    [("12:05 a.m.", "00"), ("12:05 p.m.", "12"), ("1:05 p.m.", "13"), ("11:05 P.M.", "23"), ("11:05PM", "23")],
)
@pytest.mark.parametrize("day", ["2025-03-07", "Mar 7 2025", "07-MAR-25"])
def test_halves_of_the_day_are_told_apart(day, text, hour):
    assert parse_dates([f"{day} {text}"]).iso[0] == f"2025-03-07T{hour}:05:00"


@pytest.mark.parametrize("number", range(1, 13))
def test_every_month_is_known_by_its_names(number):
    names = [calendar.month_name[number], calendar.month_abbr[number], calendar.month_abbr[number].upper()]
    for name in names:
        assert parse_dates([f"7-{name}-2025"]).iso[0] == f"2025-{number:02d}-07"
    assert parse_dates([f"07-{number}月 -25"]).iso[0] == f"2025-{number:02d}-07"


def test_a_year_in_two_figures_behind_a_named_month_is_of_the_nearer_century():
    assert parse_dates(["07-MAR-49", "07-MAR-50"]).iso.tolist() == ["2049-03-07", "1950-03-07"]


def test_a_month_in_words_shows_nothing_about_the_order_of_others():
    assert parse_dates(["Mar 25 2025", "3/7/2025"]).reasons.tolist() == [None, AMBIGUOUS]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("31-FEB-25", IMPOSSIBLE),
        ("Mar 32 2025", IMPOSSIBLE),
        ("2025-03-07T08:05:00+99:99", IMPOSSIBLE),
        ("2025-03-07T08:05:00+15:00", IMPOSSIBLE),
        ("12 Maybe 2025", UNREADABLE),
        ("March", UNREADABLE),
        ("2025-03-07 08:05 PST", UNREADABLE),  # whose time of the day that is nobody can tell for sure
    ],
)
def test_what_is_no_moment_says_so(text, reason):
    assert parse_dates([text]).reasons[0] == reason
