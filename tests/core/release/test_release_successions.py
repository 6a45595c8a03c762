"""Which codes went over into which: by the ground they had, whatever came and went between two releases."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.release.frozen import freeze
from gridmgmt_plugin.core.release.lineage import Lineage, lineage
from gridmgmt_plugin.core.release.successions import succeeding, successions
from gridmgmt_plugin.core.rows import Rows, as_column
from tests.tries import tries

NOTHING = Lineage({}, {})


def _layer(layer="unit_grid", level=None, **boxes):
    shapes = as_column([shapely.box(*box) for box in boxes.values()])
    rows = Rows({"code": as_column(boxes)}, shapes)
    return {layer: freeze(rows.with_columns(level=level) if level else rows, ("code",))}


def _told(base, now, recorded=NOTHING):
    return {(one.old_code, one.new_code): (one.share, one.cause) for one in successions(base, now, recorded)}


def test_a_split_a_merge_and_a_new_code_are_told_apart():
    base = _layer(A=(0, 0, 10, 10), B=(10, 0, 20, 10), C=(20, 0, 30, 10), D=(30, 0, 40, 10), E=(40, 0, 50, 10))
    now = _layer(A=(0, 0, 6, 10), F=(6, 0, 10, 10), G=(10, 0, 30, 10), H=(30, 0, 40, 10), E=(40, 0, 50, 10))
    assert _told(base, now) == {
        ("A", "A"): (0.6, "split"),
        ("A", "F"): (0.4, "split"),
        ("B", "G"): (1.0, "merged"),
        ("C", "G"): (1.0, "merged"),
        ("D", "H"): (1.0, "recoded"),
    }


def test_a_boundary_that_was_moved_is_no_new_code():
    assert _told(_layer(A=(0, 0, 10, 10), B=(10, 0, 20, 10)), _layer(A=(0, 0, 7, 10), B=(7, 0, 20, 10))) == {}


def test_a_small_cell_cut_from_a_large_one_knows_where_it_came_from():
    told = _told(_layer(A=(0, 0, 1000, 10)), _layer(A=(5, 0, 1000, 10), B=(0, 0, 5, 10)))
    assert told == {("A", "A"): (0.995, "split"), ("A", "B"): (0.005, "split")}


def test_areas_of_one_level_follow_each_other_though_those_above_have_their_ground_too():
    base = _layer("area", ["county", "community"], K=(0, 0, 20, 10), A=(0, 0, 10, 10))
    now = _layer("area", ["county", "community"], K=(0, 0, 20, 10), B=(0, 0, 10, 10))
    assert _told(base, now) == {("A", "B"): (1.0, "recoded")}


def test_lines_follow_each_other_by_the_register_over_codes_that_nobody_was_handed():
    lines = [Rows({"code": as_column([code])}, as_column([shapely.LineString([(0, 0), (9, 0)])])) for code in "AC"]
    base, now = ({"lane": freeze(rows, ("code",))} for rows in lines)
    register = Rows.from_records([{"kind": "lane", "code": a, "successors": b} for a, b in ("AB", "BC", "CA")])
    assert _told(base, now, lineage(register, Rows(), Rows())) == {("A", "C"): (None, "recoded")}


def test_responsibility_grids_are_registered_under_their_scheme():
    register = Rows.from_records([{"kind": "rg_cg", "code": "A", "successors": "B"}])
    found = lineage(register, Rows(), Rows())
    assert found.of_layers("cg").between("responsibility_grid", ("A",), ("B",)) == {"A": ("B",)}
    assert found.of_layers("hw").between("responsibility_grid", ("A",), ("B",)) == {}


def test_lineage_names_each_other_code_once_and_no_code_itself():
    found = succeeding(successions(_layer(A=(0, 0, 10, 10)), _layer(A=(0, 0, 6, 10), F=(6, 0, 10, 10)), NOTHING))
    assert (found.successors, found.predecessors) == ({("unit_grid", "A"): ("F",)}, {("unit_grid", "F"): ("A",)})


@tries(30)
@given(st.lists(st.integers(1, 99), max_size=6, unique=True), st.lists(st.integers(1, 99), max_size=6, unique=True))
def test_the_ground_of_every_code_that_is_told_is_told_whole(one, two):
    """Of strips cut anew anywhere, the shares of each old one make up all of it."""

    def strips(cuts, prefix):
        edges = [0, *sorted(cuts), 100]
        return _layer(**{f"{prefix}{a}": (a * 10, 0, b * 10, 10) for a, b in zip(edges, edges[1:])})

    found = successions(strips(one, "o"), strips(two, "n"), NOTHING)
    shares: dict[str, float] = {}
    for row in found:
        shares[row.old_code] = shares.get(row.old_code, 0.0) + row.share
    assert np.array(list(shares.values())) == pytest.approx(1.0, abs=0.05)
    assert len(shares) == len(one) + 1
