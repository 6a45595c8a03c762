"""Who clears up after the dead comes at the worst moment: what a living program has just made is its own all the
same, and nothing stays for ever.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from gridmgmt_plugin.workspace.handover import held_mark
from gridmgmt_plugin.workspace.handover.held_mark import clear_bare, clear_if_dead, held

NAME = "mark"

_where_open_files_go = pytest.mark.skipif(
    not held_mark._OPEN_FILES_CAN_GO, reason="nobody can take away here what somebody has open"
)


@pytest.fixture
def home(tmp_path):
    """Return a folder, and what makes a new one in it each time."""
    numbers = iter(range(100))

    def new_folder():
        made = tmp_path / str(next(numbers))
        made.mkdir()
        return made

    return tmp_path, new_folder


def _clear(home):
    for folder in list(home.iterdir()):
        clear_if_dead(folder / NAME)
        clear_bare(folder)


def test_a_folder_that_is_cleared_up_before_it_is_marked_is_made_anew(home):
    place, new_folder = home
    cleared = []

    def made():
        folder = new_folder()
        if not cleared:
            cleared.append(folder)
            _clear(place)
        return folder

    with held(made, NAME) as ours:
        assert [path.name for path in place.iterdir()] == [ours.path.name] != [cleared[0].name]
        _clear(place)
        assert (ours.path / NAME).is_file()
    assert list(place.iterdir()) == []


@_where_open_files_go
@pytest.mark.parametrize("when", ["before the lock", "while it is asked for", "after the lock"])
def test_a_folder_that_is_cleared_up_between_its_mark_and_the_lock_is_made_anew(home, monkeypatch, when):
    place, new_folder = home
    lock, asked = held_mark._lock, []

    def disturbed(file):
        asked.append(file)
        if len(asked) > 1:
            lock(file)
        elif when == "before the lock":
            _clear(place)
            lock(file)
        elif when == "while it is asked for":
            with (place / "0" / NAME).open("r+b") as other:
                lock(other)
                lock(file)
        else:
            lock(file)
            _clear(place)

    monkeypatch.setattr(held_mark, "_lock", disturbed)
    with held(new_folder, NAME) as ours:
        (ours.path / "content").touch()
        assert [path.name for path in place.iterdir()] == ["0" if when == "after the lock" else "1"]
        _clear(place)
        assert (ours.path / "content").exists()
    assert list(place.iterdir()) == []


def test_where_nothing_can_be_locked_that_is_told_and_nothing_stays(home, monkeypatch):
    place, new_folder = home

    def refuse(_file):
        raise OSError(37, "No locks available")

    monkeypatch.setattr(held_mark, "_lock", refuse)
    with pytest.raises(OSError, match="No locks"), held(new_folder, NAME):
        raise AssertionError
    assert list(place.iterdir()) == []


@_where_open_files_go
def test_two_who_clear_up_at_once_do_not_take_what_a_third_has_made(home, monkeypatch):
    place, _ = home
    dead = place / "dead"
    dead.mkdir()
    (dead / NAME).touch()
    lock, asked = held_mark._lock, []

    def disturbed(file):
        asked.append(file)
        if len(asked) == 1:  # the other one is done before this one has the lock, and somebody begins there anew
            clear_if_dead(dead / NAME)
            assert not dead.exists()
            dead.mkdir()
            (dead / NAME).touch()
        lock(file)

    monkeypatch.setattr(held_mark, "_lock", disturbed)
    clear_if_dead(dead / NAME)
    assert (dead / NAME).exists()


@pytest.mark.kills
def test_who_is_killed_while_clearing_up_leaves_what_the_next_one_clears(tmp_path):
    dead = tmp_path / "dead"
    (dead / "p").mkdir(parents=True)
    for file in (dead / NAME, dead / "p" / "1", dead / "p.zip"):
        file.touch()
    script = f"""
        import os, signal
        from pathlib import Path
        from gridmgmt_plugin.workspace.handover import held_mark
        real = held_mark.clear_away
        def once(path):
            real(path)
            os.kill(os.getpid(), signal.SIGKILL)
        held_mark.clear_away = once
        held_mark.clear_marked(Path({str(dead / NAME)!r}))
    """
    assert subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False).returncode == -9
    assert (dead / NAME).exists()
    _clear(tmp_path)
    assert list(tmp_path.iterdir()) == []
