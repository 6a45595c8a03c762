"""The place where a package is made: what the dead left there goes, what the living make stays."""

from __future__ import annotations

import os

from gridmgmt_plugin.exchange.package.staging import staged


def test_a_folder_whose_maker_was_killed_before_it_was_marked_goes_once_it_is_old(tmp_path):
    dead, young, strange = (tmp_path / name for name in (".abc123.part", ".abc124.part", ".moving.part"))
    for place in (dead, young, strange):
        (place / "p").mkdir(parents=True)
    for place in (dead, strange):
        os.utime(place, (1, 1))
    with staged(tmp_path, "990101-cg-r0001"):
        assert (dead.exists(), young.exists(), strange.exists()) == (False, True, True)
