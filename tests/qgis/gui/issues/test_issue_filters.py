"""Filters of the list of issues: each alone, laid over each other, and fast with very many issues."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.gui.issues.filters import ONLY, WITH, WITHOUT, IssueFilter
from gridmgmt_plugin.gui.issues.table import IssueTable
from tests.tries import tries

RECORDS = [
    ("unit_gap", "缝隙", "error", "@1,1", "旁有缝隙", None, shapely.box(0, 0, 1, 1)),
    ("unit_gap", "缝隙", "error", "@9,9", "湖面", "赵局", shapely.box(9, 9, 10, 10)),
    ("area_differs", "面积不符", "warning", "U1", "登记面积不符", None, shapely.box(0, 0, 5, 5)),
    ("scheme_not_begun", "未划分", "info", "cg", "尚未划分", None, None),
]


def table(records=RECORDS) -> IssueTable:
    names = ("rule", "title", "severity", "object_keys", "message", "exempted_by")
    columns = {name: as_column(record[at] for record in records) for at, name in enumerate(names)}
    count = len(records)
    more = {
        "fixable": as_column([True] * count),
        "measure": as_column([1.0] * count),
        "unit": as_column(["m²"] * count),
    }
    return IssueTable(Rows({**columns, **more}, as_column(record[-1] for record in records)))


def shown(chosen: IssueFilter, done=()) -> list[int]:
    issues = table()
    marks = np.zeros(len(issues), dtype=bool)
    marks[list(done)] = True
    return np.flatnonzero(chosen.mask(issues, marks)).tolist()


def test_exempted_issues_are_left_out_at_first_and_can_be_shown_alone():
    assert shown(IssueFilter()) == [0, 2, 3]
    assert shown(IssueFilter(exempted=WITH)) == [0, 1, 2, 3]
    assert shown(IssueFilter(exempted=ONLY)) == [1]


def test_severities_and_rules_are_chosen():
    assert shown(IssueFilter(severities=frozenset({"warning", "info"}))) == [2, 3]
    assert shown(IssueFilter(rule="unit_gap")) == [0]
    assert shown(IssueFilter(severities=frozenset())) == []


def test_the_map_leaves_out_what_it_does_not_show_and_what_is_nowhere():
    assert shown(IssueFilter(extent=(4, 4, 6, 6))) == [2]
    assert shown(IssueFilter(extent=(100, 100, 101, 101))) == []


def test_a_search_wants_all_words_in_any_case_and_any_column():
    assert shown(IssueFilter(text="u1 面积")) == [2]
    assert shown(IssueFilter(text="缝隙 湖面", exempted=WITH)) == [1]
    assert shown(IssueFilter(text="nothing of it")) == []


def test_what_is_done_can_be_hidden():
    assert shown(IssueFilter(undone=True), done=[0]) == [2, 3]


def test_numbers_beside_a_filter_count_what_it_would_show():
    facets = IssueFilter(severities=frozenset({"error"})).facets(table(), np.zeros(4, dtype=bool))
    assert facets.severities == {"error": 1, "warning": 1, "info": 1}
    assert facets.rules == {"unit_gap": 1}


@tries(50)
@given(
    st.sets(st.sampled_from(["error", "warning", "info"])),
    st.sampled_from(["", "unit_gap", "area_differs"]),
    st.sampled_from(["", "缝隙", "u1"]),
    st.sampled_from([WITHOUT, WITH, ONLY]),
    st.one_of(st.none(), st.just((0.0, 0.0, 6.0, 6.0))),
)
def test_filters_laid_over_each_other_show_what_each_of_them_shows(severities, rule, text, exempted, extent):
    parts = [
        IssueFilter(severities=frozenset(severities), exempted=WITH),
        IssueFilter(rule=rule, exempted=WITH),
        IssueFilter(text=text, exempted=WITH),
        IssueFilter(exempted=exempted),
        IssueFilter(extent=extent, exempted=WITH),
    ]
    whole = IssueFilter(frozenset(severities), rule, text, extent, exempted)
    assert set(shown(whole)) == set.intersection(*(set(shown(part)) for part in parts))


@pytest.mark.parametrize("count", [20_000])
def test_the_list_of_very_many_issues_is_filtered_in_one_go(count):
    many = table([RECORDS[at % 4] for at in range(count)])
    chosen = IssueFilter(text="缝隙", extent=(0, 0, 2, 2))
    assert chosen.mask(many, np.zeros(count, dtype=bool)).sum() == count // 4
