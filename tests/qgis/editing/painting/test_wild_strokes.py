"""Some hundred random strokes, splits, merges, locks and undos with saves in between, and all of it comes back."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.workspace.changes.take_back import last_save, take_back_last
from tests.qgis.editing.painting.wild_strokes import WildPainter, furnish
from tests.qgis.editing.saving.test_take_back import content
from tests.qgis.editing.saving.town import in_both, make_town

ACTS = 100


@pytest.mark.daily(1)
@in_both
@pytest.mark.parametrize("seed", range(3))
def test_any_strokes_with_saves_in_between_keep_what_must_hold_and_come_back(stored_in, seed):
    town = make_town(stored_in.location, valid=tuple(range(1, 9)))
    furnish(town)
    before = content(town)
    made = last_save(town)
    wild = WildPainter(town, seed)
    try:
        for _ in range(ACTS):
            wild.act()
        wild.act("save")
    finally:
        wild.close()
    assert wild.made["save"] > 3
    assert {"paint", "new", "erase", "split", "merge", "lock", "undo", "redo"} <= set(wild.made)
    while last_save(town) != made:
        take_back_last(town, "王工")
    assert content(town) == before
