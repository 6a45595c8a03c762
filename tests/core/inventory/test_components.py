"""Components are counted as a plain count would, and their age by the calendar."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.casefigures.cases import words_of
from gridmgmt_plugin.core.inventory.components import ages, component_arrays, gone_states
from gridmgmt_plugin.core.inventory.counting import chosen, count_by_all, count_by_two
from gridmgmt_plugin.core.rows import Rows, as_column

WORDS = st.lists(st.tuples(*[st.sampled_from(["甲", "乙", "丙", "", None])] * 3), max_size=40)


def _words(rows, at):
    return words_of(as_column(row[at] for row in rows))


@given(WORDS, st.booleans())
def test_two_kinds_at_once_and_all_at_once_count_the_same(rows, all_of_them):
    kinds = {str(at): _words(rows, at) for at in range(3)}
    wanted = {} if all_of_them else {"2": ("甲", "")}
    mask = chosen(len(rows), kinds, wanted)
    plain = [tuple(word or "" for word in row) for row in rows]
    kept = [row for row in plain if all_of_them or row[2] in ("甲", "")]
    assert dict(count_by_all(list(kinds.values()), mask)) == Counter(kept)
    table = count_by_two(kinds["0"], kinds["1"], mask)
    told = {
        (row, column): count
        for row, counts in zip(table.rows, table.counts.tolist())
        for column, count in zip(table.columns, counts)
        if count
    }
    assert told == Counter(row[:2] for row in kept)


def test_rows_that_are_always_listed_are_there_without_a_component():
    kinds = words_of(as_column(["b", None])), words_of(as_column(["x", "x"]))
    table = count_by_two(*kinds, np.ones(2, dtype=bool), ("a", "c"))
    assert (table.rows, table.columns) == (("a", "b", "c", ""), ("x",))
    assert table.counts.tolist() == [[0], [1], [0], [1]]


def test_a_class_is_asked_for_by_how_its_code_begins():
    kinds = {"class_code": words_of(as_column(["0101", "0102", "0201", None]))}
    assert chosen(4, kinds, {}, "01").tolist() == [True, True, False, False]


def test_a_component_is_a_year_old_on_the_day_of_the_year_of_its_survey():
    days = np.array(
        ["2025-03-02", "2025-03-01", "2024-03-02", "2023-02-28", "2021-03-02", "2021-03-01", "2027-01-01"]
    )
    found = ages(np.append(days.astype("datetime64[D]"), np.datetime64("NaT")), np.datetime64("2026-03-01"))
    told = [found.words[at] if at >= 0 else None for at in found.number]
    assert told == ["0", "1", "1", "3", "3", "5", "0", None]


def test_arrays_keep_the_words_and_days_of_the_rows():
    rows = Rows(
        {
            name: as_column(values)
            for name, values in {
                "code": ["A", None],
                "class_code": ["0101", "0101"],
                "state": ["完好", "丢失"],
                "department_code": [None, " D1 "],
                "owner_state": [None, None],
                "unit_grid": ["G", None],
                "lane_code": [None, None],
                "surveyed_on": ["2025年3月1日", "what"],
                "changed_on": [None, None],
            }.items()
        },
        None,
        np.array([5, 9]),
    )
    found = component_arrays(rows)
    assert (found.code.tolist(), found.fid.tolist()) == (["A", ""], [5, 9])
    assert found.columns["department_code"].words == ("D1",)
    assert found.surveyed.astype(str).tolist() == ["2025-03-01", "NaT"]
    assert gone_states() == {"丢失", "废弃"}
