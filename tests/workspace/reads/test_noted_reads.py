"""What was read is noted: it is known whether the same is stored still, and nothing else is read then."""

from __future__ import annotations

import numpy as np
import pytest

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.reads.asked import asked
from gridmgmt_plugin.workspace.reads.noted import NotedReads, UnreadError
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.workspace.conftest import EPSG_FRAME, made


@pytest.fixture
def stored(place) -> Workspace:
    """Return a small workspace in each kind of place."""
    return made(place.location, EPSG_FRAME)


def through(noted: NotedReads, workspace: Workspace) -> Workspace:
    return Workspace(workspace.location, workspace.info, noted)


def read(workspace: Workspace) -> NotedReads:
    """Read two tables and count a third, and note it."""
    noted = NotedReads(workspace.place)
    place = through(noted, workspace)
    with place.reading() as state:
        state.read("unit_grid", ["code"])
        place.read_ahead([asked("department", ["name"])])
        assert state.count("unit_grid", {"grid_kind": None}) == 4
    return noted


def again(workspace: Workspace, noted: NotedReads) -> list[Rows]:
    with workspace.transaction("王工", "save") as transaction:
        return transaction.read(list(noted.found))


def test_the_same_is_known_again(stored):
    noted = read(stored)
    assert noted.shows(again(stored, noted))


def test_what_a_colleague_wrote_or_took_away_is_seen(stored):
    noted = read(stored)
    with stored.transaction("李工", "save") as transaction:
        transaction.insert("department", Rows.from_records([{"code": "1", "name": "市容科"}]))
    assert not noted.shows(again(stored, noted))
    noted = read(stored)
    with stored.transaction("李工", "save") as transaction:
        transaction.delete("unit_grid", np.array([1]))
    assert not noted.shows(again(stored, noted))


def test_what_he_wrote_elsewhere_is_not(stored):
    noted = read(stored)
    with stored.transaction("李工", "save") as transaction:
        transaction.log("unit_grid", None, None, None)
    assert noted.shows(again(stored, noted))


def test_nothing_is_read_beside_what_is_known(stored):
    noted = read(stored)
    known = through(NotedReads(stored.place, dict(zip(noted.found, again(stored, noted)))), stored)
    assert known.read("unit_grid", ["code"])["code"].tolist() == stored.read("unit_grid", ["code"])["code"].tolist()
    for wanted in (
        lambda: known.read("lane"),
        lambda: known.read_ahead([asked("lane"), asked("unit_grid", ["code"])]),
    ):
        with pytest.raises(UnreadError) as unread:
            wanted()
        assert unread.value.wanted == (asked("lane"),)
