"""The place where a package is made: what the dead left there goes, what the living make stays."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.exchange.package.staging import staged
from gridmgmt_plugin.workspace.handover import held_mark
from gridmgmt_plugin.workspace.handover.package_place import PackagePlace

NAME = "990101-cg-r0001"


def test_a_folder_whose_maker_was_killed_before_it_was_marked_goes_and_what_is_not_ours_stays(tmp_path):
    dead, filled, strange = (tmp_path / name for name in (".abc123.part", ".abc124.part", ".moving.part"))
    for place in (dead, filled, strange):
        place.mkdir()
    (filled / "x").touch()
    with staged(tmp_path, NAME):
        assert (dead.exists(), filled.exists(), strange.exists()) == (False, True, True)


@pytest.mark.parametrize("moment", ["made", "marked"])
def test_another_export_of_the_same_package_that_begins_at_the_same_moment_takes_nothing_away(
    tmp_path, monkeypatch, moment
):
    """It clears up what it takes for dead between the making of a folder and the locking of its mark."""
    begun = []

    def other_begins():
        if not begun:
            begun.append(True)
            PackagePlace(tmp_path, NAME).clear_dead()

    owner, name = {"made": (held_mark, "_locked"), "marked": (held_mark, "_lock")}[moment]
    real = getattr(owner, name)

    def disturbed(given):
        other_begins()
        return real(given)

    monkeypatch.setattr(owner, name, disturbed)
    with staged(tmp_path, NAME) as staging:
        assert begun
        (staging.folder / "manifest.json").touch()
        PackagePlace(tmp_path, NAME).clear_dead()
        assert (staging.folder / "manifest.json").exists()
        assert [path.name for path in tmp_path.iterdir()] == [staging.place.work.name]
    assert list(tmp_path.iterdir()) == []
