"""A thousand random gestures with undo and redo on two districts; ``make proof`` makes ten times as many."""

from __future__ import annotations

from tests.qgis.editing.gestures.wild_districts import assert_holds_in_any_order, district_editor  # noqa: F401  fixture

HUNDREDS = 5  # on each district


def test_partition_and_codes_hold_and_undo_brings_everything_back(district_editor):  # noqa: F811
    assert_holds_in_any_order(district_editor, HUNDREDS)
