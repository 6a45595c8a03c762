"""Named sources of cases are kept as they were said, and found again by what a file has."""

from __future__ import annotations

from gridmgmt_plugin.core.intake.source_profiles import SourceProfile, fitting_profile, known_profiles

HOTLINE = SourceProfile({"id": "工单号", "reported_at": "来电时间", "note": None}, "gcj02", "12345")


def test_what_is_kept_is_read_again_and_what_is_damaged_is_not_there():
    kept = dict([HOTLINE.entry("12345 热线")])
    assert known_profiles({**kept, "source_profile:坏": "{", "schemes": "{}"}) == {"12345 热线": HOTLINE}


def test_what_is_given_goes_before_what_is_kept():
    given = SourceProfile({"id": "编号"}, "", "公众")
    completed = given.completed(HOTLINE)
    assert completed == SourceProfile({"id": "编号", "reported_at": "来电时间", "note": None}, "gcj02", "公众")
    assert completed.within(["编号"]).columns == {"id": "编号", "note": None}


def test_a_file_shows_by_its_headings_whose_it_is_unless_two_say_so():
    video = SourceProfile({"id": "工单号", "reported_at": "来电时间", "x": "经度"})
    headings = ["工单号", "来电时间", "标题"]
    assert fitting_profile({"12345": HOTLINE, "视频": video}, headings) == "12345"
    assert fitting_profile({"12345": HOTLINE, "视频": video}, [*headings, "经度"]) == "视频"
    assert fitting_profile({"12345": HOTLINE, "别": HOTLINE}, headings) == ""
    assert fitting_profile({"空": SourceProfile()}, headings) == ""
