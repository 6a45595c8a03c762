"""Names that may mean the same lane are proposed; what only looks alike is not."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.near_names import bare_name, near_names
from gridmgmt_plugin.core.posts.targets import Targets
from gridmgmt_plugin.core.rows import Rows

KNOWN = ["乙胡同", "灯市口三条", "前门胡同", "前门胡同南段", "灯草胡同", "灯市口大街", "二环路", "A 巷"]


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("前门胡同北段", "前门胡同"),
        ("前门（东）胡同", "前门胡同"),
        ("前门 胡同 1-20号", "前门胡同"),
        ("前门胡同第二段", "前门胡同"),
        ("Ａ 巷", "a巷"),
        ("北段", "北段"),
    ],
)
def test_parts_houses_brackets_and_width_are_left_out(written, bare):
    assert bare_name(written) == bare


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("前门胡同北段", ["前门胡同", "前门胡同南段"]),
        ("灯草胡", ["灯草胡同"]),
        ("灯萆胡同", ["灯草胡同"]),
        ("灯市口", ["灯市口三条", "灯市口大街"]),
        ("二环", ["二环路"]),
        ("三环", []),
        ("灯市口小街", []),
        ("灯市口二条", []),
        ("前门胡", ["前门胡同", "前门胡同南段"]),
        ("甲胡同", []),
        ("槐树胡同", []),
        ("", []),
    ],
)
def test_only_what_may_be_meant_is_proposed(written, near):
    assert near_names(written, KNOWN) == near


LANES = Rows.from_records(
    [
        {"code": "L1", "name": "前门胡同", "old_name": "打磨厂", "state": "在用", "street_code": "990101001"},
        {"code": "L2", "name": "前门胡同南段", "old_name": None, "state": "在用", "street_code": "990101002"},
        {"code": "L3", "name": "无量胡同", "old_name": None, "state": "撤销", "street_code": "990101001"},
    ]
)


@pytest.mark.parametrize(
    ("name", "street", "near"),
    [
        ("前门胡同北段", None, "前门胡同 (L1)、前门胡同南段 (L2)"),
        ("前门胡同北段", "990101002", "前门胡同南段 (L2)"),
        ("打磨厂", None, "前门胡同 (L1)"),
    ],
)
def test_near_lanes_are_named_with_their_codes_and_not_taken(name, street, near):
    (found,) = Targets(LANES).find(None, name, street)
    assert isinstance(found, Message)
    assert (found.code, str(found.details["near"])) == ("post_target_name_near", near)
    assert near in found.text("zh")


def test_blanks_and_full_width_letters_are_the_same_name():
    assert Targets(LANES).find(None, "前门 胡同", None) == ["L1"]


def test_an_abolished_lane_is_found_by_its_code_alone():
    assert Targets(LANES).find("L3", None, None) == ["L3"]
    (found,) = Targets(LANES).find(None, "无量胡同", None)
    assert found.code == "post_target_name_unknown"
