"""Two planners at the same unit grids, each in a program of his own: the second settles what the first one saved."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module", params=["zh-Hans", "en_US"])
def seen(request, desktop):
    given = {"python": sys.executable, "root": str(Path(__file__).resolve().parents[2])}
    return desktop("overtaken.py", request.param, name=request.param[:2], **given)


def test_the_second_save_is_refused_with_all_edits_in_place(seen):
    assert seen["colleague"][0] == 0, seen["colleague"][1]
    is_modified, told = seen["refused"]
    assert is_modified
    assert told


def test_the_window_opens_by_keyboard_and_closing_it_changes_nothing(seen):
    assert seen["by_keyboard"]
    is_away, name = seen["closed"]
    assert is_away
    assert name in ("东院", "East yard")


def test_both_rows_are_listed_with_who_saved_them(seen):
    assert seen["rows"] == 2
    assert seen["heading"].split("\n")[0] in ("李工", "Li")


def test_what_was_chosen_with_the_mouse_is_saved(seen):
    assert not seen["saved"][0], seen["saved"][1]
    assert seen["values"] == seen["expected"]
    added, is_smaller = seen["split"]
    assert added >= 1
    assert is_smaller
