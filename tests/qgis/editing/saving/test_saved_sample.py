"""A wild hour on the sample, saved and checked; ``make proof`` has a whole day on two districts."""

from __future__ import annotations

from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.gestures.wild_districts import draw_sample
from tests.qgis.editing.saving.wild_day import assert_saves_hold_and_come_back, furnish

SAVES, GESTURES = 2, 12


def test_what_is_saved_is_as_sound_as_before_and_comes_back_to_the_last_bit(tmp_path, tmp_path_factory):
    path = tmp_path / "库.gpkg"
    draw_sample(path, tmp_path_factory)
    furnish(Workspace.open(path))
    assert_saves_hold_and_come_back(path, SAVES, GESTURES)
