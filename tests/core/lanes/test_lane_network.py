"""Nodes and components, compared with a plain walk through the graph."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmgmt_plugin.core.lanes.names import normalise_name, read_names, split_name
from gridmgmt_plugin.core.lanes.network import connected_components, snap_nodes


@given(st.integers(1, 30).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.tuples(*[st.integers(0, n - 1)] * 2)))))
@settings(max_examples=80, deadline=None)
def test_components_are_what_a_walk_finds(case):
    n, pairs = case
    neighbours = {i: {i} for i in range(n)}
    for a, b in pairs:
        neighbours[a].add(b)
        neighbours[b].add(a)
    expected = list(range(n))
    for start in range(n):
        seen, todo = {start}, [start]
        while todo:
            for other in neighbours[todo.pop()] - seen:
                seen.add(other)
                todo.append(other)
        expected[start] = min(seen)
    a, b = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    assert connected_components(n, a, b).tolist() == expected


def test_a_long_chain_is_one_component():
    n = 20_000
    order = np.random.default_rng(3).permutation(n)
    assert not connected_components(n, order[:-1], order[1:]).any()


def test_points_within_the_precision_are_one_node_even_across_a_rounding_edge():
    node = snap_nodes(np.array([0.00049, 0.00051, 0.5]), np.zeros(3), 0.001)
    assert node[0] == node[1] != node[2]
    assert snap_nodes(np.empty(0), np.empty(0), 0.001).tolist() == []


def test_names_are_read_as_a_planner_reads_them():
    assert normalise_name("　东四　十条 ") == "东四十条"
    assert normalise_name("Chang An  Avenue") == "Chang An Avenue"
    assert normalise_name(float("nan")) == normalise_name(None) == normalise_name("未命名") == ""
    assert split_name("二环路／建国门桥") == ("二环路", "建国门桥")
    assert split_name("甲路/ 甲路;/") == ("甲路",)


def test_the_first_name_leads_unless_only_another_stands_alone():
    names = read_names(["甲/乙", "乙", "丙/丁", None])
    assert [names.names[i] if i >= 0 else None for i in names.primary] == ["乙", "乙", "丙", None]
    assert names.several == ("丙/丁", "甲/乙")
