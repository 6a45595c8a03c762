"""Which level a heading speaks of."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.areas.upper_names import level_said


@pytest.mark.parametrize(
    ("heading", "level"),
    [
        ("区县名称", "county"),
        ("所属区（县）名称", "county"),
        ("市辖区名称", "county"),
        ("District_Name", "county"),
        ("街道名称", "street_office"),
        ("社区所属街道名称", "street_office"),
        ("乡镇名称", "street_office"),
        ("subdistrict name", "street_office"),
        ("社区名称", "community"),
        ("街道社区名称", "community"),
        ("行政区名称", None),
        ("所在区域名称", None),
        ("名称", None),
    ],
)
def test_a_heading_says_a_level_by_its_last_and_longest_word(heading, level):
    assert level_said(heading) == level
