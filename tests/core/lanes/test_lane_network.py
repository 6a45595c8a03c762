"""Nodes of streets, and their names as a planner reads them."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.lanes.names import normalise_name, read_names, split_name
from gridmgmt_plugin.core.lanes.network import snap_nodes


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
