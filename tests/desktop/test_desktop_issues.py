"""The list of issues in a real QGIS window: a planner checks, walks, fixes, exempts and exports by mouse."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def seen(desktop, tmp_path_factory):
    target = tmp_path_factory.mktemp("清单 list") / "问题清单.csv"
    return {**desktop("issues.py", "zh-Hans", list=str(target)), "list": target}


def test_an_empty_list_says_what_to_do(seen):
    assert "重新检查" in seen["empty"]


def test_a_check_lists_what_is_wrong_and_a_filter_leaves_the_errors(seen):
    assert "unit_gap" in seen["found"]
    assert seen["errors_only"] == ["error"]


def test_next_zooms_to_the_gap(seen):
    assert seen["walked_to"] == "unit_gap"
    assert seen["width_m"] < 2000


def test_a_fix_shows_the_ground_that_moves_and_closes_the_gap(seen):
    assert sum(seen["fix_dialog"]["gained_m2"]) == pytest.approx(seen["narrowed"], abs=0.5)
    assert any("已修复 1" in text for text in seen["fixed_message"])


def test_an_exemption_is_kept_and_can_be_shown_alone(seen):
    assert seen["exempted"] >= 1


def test_the_list_is_written_as_shown(seen):
    with Path(seen["list"]).open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == seen["shown"]
    assert any(row["豁免理由"] == "现场核实，按批复保留" for row in rows)


def test_qgis_ends_in_good_order(seen):
    assert seen["exit_code"] == 0
