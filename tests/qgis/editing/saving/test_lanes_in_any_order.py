"""Lanes made, split, merged, drawn, abolished, undone and saved in any order: what must hold of streets holds."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import Phase, given
from hypothesis import strategies as st

from gridmgmt_plugin.workspace.changes.take_back import last_save, take_back_last
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from tests.qgis.editing.saving.lane_quarter import LaneDesk, make_quarter
from tests.qgis.editing.saving.town import in_both
from tests.qgis.editing.saving.wild_day import content
from tests.qgis.editing.saving.wild_lanes import GESTURES, LaneHand, Ledger, act_on_officers, assert_lines_are_apart
from tests.tries import tries

STEPS = st.lists(st.sampled_from([*GESTURES, "undo", "redo", "save", "office"]), min_size=6, max_size=20)


def take_steps(workspace, steps, seed):
    """Make the gestures; hold what must hold after each of them, and after each save."""
    desk, ledger = LaneDesk(workspace), Ledger(workspace)
    hand = LaneHand(desk, seed)
    try:
        for kind in [*steps, "save"]:
            if kind in ("save", "office"):
                assert desk.save(), [fault.message.text() for refusal in desk.refusals for fault in refusal.faults]
                ledger.take_stock()
                if kind == "office":
                    act_on_officers(workspace, hand.random)
                    ledger.forget_officers()
            elif hand.step(kind):
                assert_lines_are_apart(desk.rows())
    finally:
        desk.close()
    return hand.done


@tries(6, least=3, phases=[Phase.explicit, Phase.generate])
@given(steps=STEPS, seed=st.integers(0, 2**16))
def test_streets_codes_metres_and_officers_hold_and_saves_come_back(tmp_path, qgis_app, steps, seed):
    workspace = make_quarter(GeoPackageLocation(tmp_path / f"{uuid4().hex}.gpkg"))
    before = content(workspace)
    take_steps(workspace, steps, seed)
    while last_save(workspace) is not None:
        take_back_last(workspace, "王工")
    assert content(workspace) == before


@pytest.mark.daily(1)
@in_both
@pytest.mark.proof
def test_a_day_of_gestures_holds_in_files_and_databases(stored_in):
    workspace = make_quarter(stored_in.location)
    done = take_steps(workspace, [*GESTURES, "undo", "save", "office", "office"] * 3, 7)
    assert len(done) >= 6


@pytest.mark.proof
@pytest.mark.timeout(3600)
@in_both
@pytest.mark.parametrize("seed", range(5))
def test_two_hundred_gestures_hold(stored_in, seed):
    steps = [*GESTURES, "undo", "office", "redo", "save", "office"] * 16
    done = take_steps(make_quarter(stored_in.location), steps, seed)
    assert set(done) >= set(GESTURES)
