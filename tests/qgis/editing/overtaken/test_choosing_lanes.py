"""Lanes that one planner drew and another one changed: what a gesture did is taken or given up as a whole."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.lanes import LaneOptions
from gridmgmt_plugin.core.lanes.gestures import merge
from gridmgmt_plugin.core.lanes.splitting import split
from gridmgmt_plugin.editing.overtaken.carrying_out import carry_out, look_at
from gridmgmt_plugin.editing.overtaken.choosing import Choosing, Side
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.saving.lane_quarter import LONG, WEST, LaneDesk, make_quarter
from tests.qgis.editing.saving.town import rows_of

IN_BOTH = True
OPTIONS = LaneOptions()


@pytest.fixture
def quarter(stored_in):
    return make_quarter(stored_in.location)


@pytest.fixture
def desks(quarter):
    made = [LaneDesk(quarter), LaneDesk(Workspace.open(quarter.location))]
    yield made
    for desk in made:
        desk.close()


def cut(rows, at):
    return split(rows, at[0], (150.0, 0.0), OPTIONS, "larger_keeps")


def joined(rows, at):
    return merge(rows, at, OPTIONS)


def refused(desk) -> Choosing:
    assert not desk.save()
    assert desk.refusals[-1].code == "save_rows_overtaken"
    return Choosing(look_at(desk.guard, "张工"))


def in_use(workspace) -> dict:
    return {code: row for code, row in rows_of(workspace, "lane").items() if row["state"] == "在用"}


@pytest.mark.parametrize("side", list(Side))
def test_a_split_of_a_lane_is_given_up_or_kept_with_both_its_parts(quarter, desks, side):
    desk, other = desks
    desk.do(cut, LONG)
    other.set(LONG, name="他的胡同")
    assert other.save(), other.refusals
    choosing = refused(desk)
    (row,) = choosing.sides.rows
    choosing.choose_all(row, side)
    carry_out(desk.guard, choosing)
    assert desk.save(), desk.refusals
    lanes = in_use(quarter)
    assert len(lanes) == (4 if side is Side.THEIRS else 5)
    assert sum(lane["geometry"].length for lane in lanes.values()) == pytest.approx(1100)
    assert lanes[LONG]["name"] == "他的胡同"


@pytest.mark.daily(2)
@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("changed", [LONG, WEST])
def test_a_merge_of_lanes_is_given_up_or_kept_with_the_lane_that_ended(quarter, desks, side, changed):
    desk, other = desks
    desk.do(joined, LONG, WEST)
    other.set(changed, shops=7)
    assert other.save(), other.refusals
    choosing = refused(desk)
    for row in choosing.sides.rows:
        choosing.choose_all(row, side)
    carry_out(desk.guard, choosing)
    assert desk.save(), desk.refusals
    lanes = in_use(quarter)
    assert len(lanes) == (4 if side is Side.THEIRS else 3)
    assert side is Side.MINE or {lane["alias"] for lane in lanes.values()} == {None}
    assert sum(lane["geometry"].length for lane in lanes.values()) == pytest.approx(1100)
