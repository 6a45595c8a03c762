"""What a file's columns seem to be: the guesses of the imports, with names for the eye, and the first rows."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.column_proposal import propose_columns
from gridmgmt_plugin.jobs.intake.file_columns import choose_columns

FRAME = Frame(kind="local", epsg=None, label="示例")


def _source(columns, geometry=None):
    rows = Rows({name: as_column(values) for name, values in columns.items()}, geometry)
    return Source(rows, "来件", "来件.csv", None, "utf-8", (), np.arange(len(rows)) + 2)


@pytest.fixture
def cases():
    count = 12
    return _source(
        {
            "工单号": [f"R{n}" for n in range(count)],
            "上报时间": [f"2025-05-{n + 1:02d} 08:00" for n in range(count)],
            "东坐标X": [100.5 + n for n in range(count)],
            "北坐标Y": [200.5 + n for n in range(count)],
            "诉求内容": [f"事 {n}" for n in range(count)],
            "来电人电话": ["13800000000"] * count,
        }
    )


def _headings(proposal):
    return {wanted.name: wanted.heading for wanted in proposal.wanted if wanted.heading}


def test_it_proposes_what_the_import_would_take(cases):
    proposal = propose_columns(cases, "cases", FRAME)
    taken = choose_columns(
        cases, "cases", computed=("unit_grid", "reported_grid", "lane_code"), more=("description", "grid")
    )
    assert _headings(proposal) == {"x": "东坐标X", "y": "北坐标Y", **taken.fields}


def test_ten_rows_are_shown_and_nothing_about_persons(cases):
    proposal = propose_columns(cases, "cases", FRAME)
    assert len(proposal.preview) == 10
    assert proposal.rows == 12
    assert proposal.withheld == {"来电人电话"}
    assert not any("138" in cell for row in proposal.preview for cell in row)


def test_points_of_a_layer_need_no_columns_for_their_place():
    source = _source({"上报时间": ["2025-05-01"]}, as_column([shapely.Point(1, 1)]))
    names = {wanted.name for wanted in propose_columns(source, "cases", FRAME).wanted}
    assert "x" not in names
    assert "reported_at" in names


def test_a_column_that_nothing_speaks_for_is_left_to_the_planner():
    proposal = propose_columns(_source({"甲": ["1"], "乙": ["2"]}), "cases", FRAME)
    assert _headings(proposal) == {}
    assert {w.name for w in proposal.wanted if w.is_needed} == {"x", "y", "reported_at"}


def test_other_columns_that_could_be_meant_come_first(cases):
    more = Rows({**cases.rows.columns, "登记时间": cases.rows["上报时间"]})
    proposal = propose_columns(_source(more.columns), "cases", FRAME)
    reported = next(w for w in proposal.wanted if w.name == "reported_at")
    assert reported.heading in ("上报时间", "登记时间")
    assert reported.heading not in reported.others


def test_posts_are_recognised_by_their_own_words():
    source = _source({"姓名": ["甲"], "角色": ["网格长"], "手机": ["13800000000"]})
    assert {"name", "role", "mobile"} <= set(_headings(propose_columns(source, "post", FRAME)))


def test_columns_headed_by_a_role_are_understood_without_being_asked_for():
    source = _source({"街巷名称": ["东街"], "街长": ["甲"], "街长电话": ["13800000000"]})
    proposal = propose_columns(source, "post", FRAME)
    assert proposal.understood["街长"][0] == "姓名"
    assert "街长电话" in proposal.understood
    assert "街巷名称" not in proposal.understood


def test_areas_and_streets_are_asked_for_two_columns():
    areas = _source({"代码": ["990101001", "990101002"], "名称": ["湖阳", "书院"]})
    assert _headings(propose_columns(areas, "area", FRAME)) == {"code": "代码", "name": "名称"}
    streets = _source({"街巷名称": ["南北胡同"], "道路等级": ["支路"]})
    assert _headings(propose_columns(streets, "street", FRAME)) == {"lane": "街巷名称", "road_class": "道路等级"}


def test_a_column_can_be_kept_empty(cases):
    chosen = choose_columns(cases, "cases", named={"id": None}, more=("description", "grid"))
    assert "id" not in chosen
    assert "description" in chosen
    with pytest.raises(InputError):
        choose_columns(cases, "cases", named={"id": "没有这一列"})


def test_the_columns_of_a_ledger_that_name_community_and_street_office_have_titles():
    source = _source({"点位名称": ["甲", "乙"], "社区": ["湖滨社区", "书院社区"], "街道": ["湖滨街道", "湖滨街道"]})
    titles = {wanted.name: (wanted.zh, wanted.en) for wanted in propose_columns(source, "ledger_item", FRAME).wanted}
    assert titles["area"] == ("社区", "community")
    assert titles["office"] == ("街道", "street office")
