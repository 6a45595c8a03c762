"""How often a planner waits for the answer of a server: over a network each of them costs the way there and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.network_proxy import NetworkApart
from tests.qgis.editing.saving.town import AREAS, code, make_town


@pytest.fixture
def network(postgis) -> Iterator[NetworkApart]:
    """Return what lies between the planner and the server."""
    with NetworkApart(postgis.port) as between:
        yield between
    idle_connections.close_all()


@pytest.fixture
def distant(database_location, network, qgis_app) -> Workspace:
    make_town(database_location)
    return Workspace.open(replace(database_location, port=network.port))


def waits(network: NetworkApart, deed) -> int:
    """Return how often a deed waits for the server, one whose connection is there already."""
    network.set("messages", 0)
    done = deed()
    assert done is None or done, "refused"
    return network.ask("messages")


def test_the_first_gesture_after_a_save_waits_for_few_answers(distant, network, open_desk):
    """It reads codes and outlines of areas anew."""
    desk = open_desk(distant)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert desk.save()
    assert waits(network, lambda: desk.split(2, [(1.3, -1), (1.3, 1.5)])) <= 5


def test_the_next_gesture_waits_for_the_cells_around_it_alone(distant, network, open_desk):
    """QGIS opens a cursor, reads and closes it."""
    desk = open_desk(distant)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert waits(network, lambda: desk.split(3, [(2.3, -1), (2.3, 1.5)])) <= 3


def test_a_save_of_a_split_waits_for_few_answers(distant, network, open_desk):
    desk = open_desk(distant)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert waits(network, desk.save) <= 25


def test_a_save_of_a_value_waits_for_few_answers(distant, network, open_desk):
    desk = open_desk(distant)
    desk.set(code(7), note="x")
    assert waits(network, desk.save) <= 18


def test_a_save_of_a_form_waits_for_few_answers(distant, network, open_desk):
    desk = open_desk(distant, "area")
    desk.set(AREAS[0], name="湖滨")
    assert waits(network, desk.save) <= 28


def test_everything_is_read_with_few_answers(distant, network):
    assert waits(network, lambda: bool(distant.read_all())) <= 42
