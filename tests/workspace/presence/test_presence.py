"""What colleagues are told of unsaved edits fits into a message, arrives as it was sent, is not believed blindly."""

from __future__ import annotations

import json

import pytest

from gridmgmt_plugin.workspace.news.news import News
from gridmgmt_plugin.workspace.news.news import decoded as news_of
from gridmgmt_plugin.workspace.presence.presence import (
    MOST_BYTES,
    EditedRows,
    Presence,
    around,
    content_of,
    presence_of,
)
from gridmgmt_plugin.workspace.schema import tables

BOX = (100.0, 200.0, 300.5, 400.0)
CELLS = EditedRows("unit_grid", 3, (4, 7), (BOX,), BOX, ("990101001001",))


def travelled(presence: Presence) -> Presence | None:
    """Return what a colleague hears of a presence."""
    told = news_of(News("editing", content_of(presence), presence.program, presence.who).encoded())
    return presence_of(told.sender, told.who, told.content)


def test_what_is_told_is_heard():
    presence = Presence("李工", "a1b2c3d4", "14:05", (CELLS, EditedRows("person", 1, (9,))))
    assert travelled(presence) == presence


def test_that_nothing_is_edited_any_more_is_heard():
    assert travelled(Presence("李工", "a1b2c3d4", "")) == Presence("李工", "a1b2c3d4", "")


@pytest.mark.parametrize("rows", [501, 20_000])
def test_of_very_many_rows_the_rectangle_around_them_is_told(rows):
    many = EditedRows("unit_grid", rows, tuple(range(rows)), (), BOX, ("990101001001",))
    few = EditedRows("lane", 1, (3,), (), BOX)
    (cells, lanes) = travelled(Presence("李工", "a1b2c3d4", "14:05", (many, few))).edits
    assert (cells.rows, cells.count, cells.box) == ((), rows, BOX)
    assert lanes == few


def test_edits_of_every_table_fit_into_one_message():
    box = (-12345678.9, -12345678.9, 12345678.9, 12345678.9)
    numbers, new = tuple(range(10**12, 10**12 + 100)), (box,) * 30
    areas = tuple(f"9901010010{n:02d}" for n in range(40))
    edits = tuple(EditedRows(name, 130, numbers, new, box, areas) for name in tables())
    told = Presence("赵" * 60, "a1b2c3d4", "14:05", edits)
    assert len(json.dumps(content_of(told))) <= MOST_BYTES * 1.1
    heard = travelled(told)
    assert len(heard.edits) > 20
    assert heard.edits[0].box == box


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"since": "14:05"},
        {"since": 5, "edits": [["lane", 1, [], [], None, []]]},
        {"since": "<b>now</b>", "edits": [["lane", 1, [], [], None, []]]},
        {"since": "14:05", "edits": 7},
        {"since": "14:05", "edits": [["pg_class", 1, [], [], None, []]]},
        {"since": "14:05", "edits": [["lane", -1, [], [], None, []]]},
        {"since": "14:05", "edits": [["lane", True, [], [], None, []]]},
        {"since": "14:05", "edits": [["lane", 1, ["1"], [], None, []]]},
        {"since": "14:05", "edits": [["lane", 1, [2**70], [], None, []]]},
        {"since": "14:05", "edits": [["lane", 1, [], [[1, 2, 3]], None, []]]},
        {"since": "14:05", "edits": [["lane", 1, [], [], [0, 0, float("nan"), 1], []]]},
        {"since": "14:05", "edits": [["lane", 1, [], [], [9, 0, 1, 1], []]]},
        {"since": "14:05", "edits": [["lane", 1, [], [], None, ["'; DROP"]]]},
        {"since": "14:05", "edits": [[["lane"], 1, [], [], None, []]]},
        {"since": "14:05", "edits": [["lane"]]},
    ],
)
def test_nonsense_of_a_stranger_is_not_believed(content):
    assert presence_of("a1b2c3d4", "李工", content) is None


def test_the_rectangle_around_all_edits_leaves_out_what_is_not_on_the_map():
    other = EditedRows("lane", 1, (1,), (), (0.0, 250.0, 10.0, 999.0))
    edits = (CELLS, EditedRows("person", 1, (9,)), other)
    assert Presence("李工", "a", "14:05", edits).box == (0.0, 200.0, 300.5, 999.0)
    assert Presence("李工", "a", "14:05", edits[1:2]).box is None
    assert around([]) is None


def test_no_place_is_believed_of_a_table_without_shapes():
    assert presence_of("b", "x", {"since": "14:05", "edits": [["person", 1, [3], [], [0, 0, 1, 1], []]]}).box is None
