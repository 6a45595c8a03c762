"""Officers of lanes that end or are split: they go on with the street, none twice, none on a lane that is no more."""

from __future__ import annotations

from gridmgmt_plugin.core.posts.lane_posts import LaneHeirs, inherited_posts
from gridmgmt_plugin.core.rows import Rows, as_column

DAY, EVE = "2026-05-10", "2026-05-09"
COLUMNS = (
    *("id", "target_code", "person_id", "role", "turn", "section_from", "valid_from", "valid_to"),
    *("end_reason", "task_letter_no", "signed_on"),
)


def posts(*rows) -> Rows:
    """Return posts of (id, lane, person, first day)."""
    records = [
        dict(zip(("id", "target_code", "person_id", "valid_from"), row), role="lane_chief", task_letter_no="7号")
        for row in rows
    ]
    return Rows({name: as_column(record.get(name) for record in records) for name in COLUMNS})


def inherited(rows, passing=None, copied=None):
    found = inherited_posts(rows, LaneHeirs(passing or {}, copied or {}), DAY, "合并", set(rows["id"]))
    ended = {found.after["id"][at]: found.after["valid_to"][at] for at in found.changed.tolist()}
    new = list(zip(found.new["target_code"], found.new["person_id"], found.new["valid_from"]))
    return found, ended, new


def test_an_officer_goes_on_with_the_merged_lane_and_signs_anew():
    found, ended, new = inherited(posts(("1", "甲", "张", "2020-01-01")), {"甲": ("乙",)})
    assert ended == {"1": EVE}
    assert found.after["end_reason"].tolist() == ["合并"]
    assert new == [("乙", "张", DAY)]
    assert found.new["task_letter_no"].tolist() == [None]


def test_who_serves_on_the_heir_already_gets_no_second_post():
    _, ended, new = inherited(posts(("1", "甲", "张", None), ("2", "乙", "张", None)), {"甲": ("乙",)})
    assert ended == {"1": EVE}
    assert new == []


def test_who_serves_on_the_heir_later_goes_on_there_until_then():
    rows = posts(("1", "甲", "张", None), ("2", "乙", "张", "2027-01-01"))
    found, ended, new = inherited(rows, {"甲": ("乙",)})
    assert ended == {"1": EVE}
    assert new == [("乙", "张", DAY)]
    assert found.new["valid_to"].tolist() == ["2026-12-31"]


def test_of_two_lanes_that_merge_the_earlier_post_of_a_person_ends_when_the_later_begins():
    rows = posts(("1", "甲", "张", "2027-01-01"), ("2", "丁", "张", None))
    found, _, new = inherited(rows, {"甲": ("乙",), "丁": ("乙",)})
    assert found.after["target_code"].tolist() == ["乙", "丁"]
    assert new == [("乙", "张", DAY)]
    assert found.new["valid_to"].tolist() == ["2026-12-31"]


def test_both_parts_of_a_split_lane_have_its_officer():
    _, ended, new = inherited(posts(("1", "甲", "张", "2020-01-01")), copied={"甲": ("丙",)})
    assert ended == {}
    assert new == [("丙", "张", DAY)]


def test_a_post_that_begins_today_or_later_passes_on_itself():
    rows = posts(("1", "甲", "张", DAY), ("2", "甲", "李", "2027-01-01"))
    found, ended, new = inherited(rows, {"甲": ("乙", "丙")})
    assert ended == {"1": None, "2": None}
    assert found.after["target_code"].tolist() == ["乙", "乙"]
    assert found.after["task_letter_no"].tolist() == [None, None]
    assert new == [("丙", "张", DAY), ("丙", "李", "2027-01-01")]


def test_a_post_that_would_have_begun_on_an_abolished_lane_goes():
    found, ended, new = inherited(posts(("1", "甲", "张", "2027-01-01"), ("2", "甲", "李", None)), {"甲": ()})
    assert found.gone.tolist() == [0]
    assert ended == {"2": EVE}
    assert new == []


def test_a_post_that_ended_before_stays_as_it_was():
    rows = posts(("1", "甲", "张", "2020-01-01"))
    found, ended, new = inherited(rows.with_columns(valid_to=["2021-01-01"]), {"甲": ("乙",)})
    assert (ended, new, found.gone.tolist()) == ({}, [], [])
