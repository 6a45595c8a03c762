"""How often a planner waits for the answer of a server: over a network each of them costs the way there and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from gridmgmt_plugin.editing.overtaken.carrying_out import look_at
from gridmgmt_plugin.editing.saving import cell_save, guard
from gridmgmt_plugin.jobs.people.staff_board import NewPost, assign_person
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.network_proxy import NetworkApart
from tests.qgis.editing.saving.lane_quarter import LONG, SOUTH, WEST, LaneDesk, make_quarter
from tests.qgis.editing.saving.test_saved_lanes import cut, joined
from tests.qgis.editing.saving.town import AREAS, code, make_town, painted, rows_of


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
    assert waits(network, lambda: desk.split(2, [(1.3, -1), (1.3, 1.5)])) <= 4


def test_the_next_gesture_waits_for_the_cells_around_it_alone(distant, network, open_desk):
    """QGIS opens a cursor, reads and closes it."""
    desk = open_desk(distant)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert waits(network, lambda: desk.split(3, [(2.3, -1), (2.3, 1.5)])) <= 3


def test_a_save_of_a_split_waits_for_few_answers(distant, network, open_desk):
    desk = open_desk(distant)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert waits(network, desk.save) <= 7


@pytest.fixture
def held(network, monkeypatch) -> list[int]:
    """Return for how many answers each save has kept others off, with the one that told it so."""
    before, kept = [], []
    keep_apart, save_cells = cell_save.keep_apart, guard.save_cells

    def counted(*given):
        before.append(network.ask("messages"))
        return keep_apart(*given)

    def saved(*given):
        done = save_cells(*given)
        kept.append(network.ask("messages") - before.pop())
        return done

    monkeypatch.setattr(cell_save, "keep_apart", counted)
    monkeypatch.setattr(guard, "save_cells", saved)
    return kept


def test_others_wait_for_two_answers_of_a_save(distant, open_desk, held):
    """With the first message after they are kept off everything is written but the record to take it back, which goes
    with the commit.
    """
    desk = open_desk(distant)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert desk.save(), desk.refusals
    desk.merge(1, 17)
    assert desk.save(), desk.refusals
    assert held == [3, 3]


def test_others_wait_for_as_few_answers_where_a_colleague_was_done_next_door_meanwhile(
    distant, database_location, open_desk, held, monkeypatch
):
    desk, other = open_desk(distant), open_desk(Workspace.open(database_location), author="李工")
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    other.set(code(2), note="x")
    keep_apart = cell_save.keep_apart

    def second(*given):
        monkeypatch.setattr(cell_save, "keep_apart", keep_apart)
        assert other.save(), other.refusals
        return keep_apart(*given)

    monkeypatch.setattr(cell_save, "keep_apart", second)
    assert desk.save(), desk.refusals
    assert held[-1] == 3
    assert rows_of(distant, "unit_grid")[code(2)]["note"] == "x"


def test_a_save_of_a_value_waits_for_few_answers(distant, network, open_desk):
    desk = open_desk(distant)
    desk.set(code(7), note="x")
    assert waits(network, desk.save) <= 13


def test_a_save_of_a_form_waits_for_few_answers(distant, network, open_desk):
    desk = open_desk(distant, "area")
    desk.set(AREAS[0], name="湖滨")
    assert waits(network, desk.save) <= 10


def test_everything_is_read_with_few_answers(distant, network):
    assert waits(network, lambda: bool(distant.read_all())) <= 42


def test_both_versions_of_a_cell_are_read_with_few_answers(distant, network, open_desk):
    desk, other = open_desk(distant), open_desk(Workspace.open(distant.location), author="李工")
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    other.set(code(1), name="他的")
    assert other.save()
    assert not desk.save()
    assert waits(network, lambda: bool(look_at(desk.guard, "王工").rows)) <= 7


def test_to_look_whether_a_layer_can_be_edited_waits_for_two_answers(distant, network, open_desk):
    """The second one ends the transaction."""
    open_desk(distant)
    assert waits(network, distant.probe) <= 2


def test_editing_begins_with_one_answer(distant, network, open_desk):
    desk = open_desk(distant)
    assert waits(network, desk.guard.reread) == 1


def test_a_save_of_many_splits_waits_for_no_more_answers_than_one(distant, network, open_desk):
    desk = open_desk(distant)
    for number in (1, 3, 9, 11):
        x, y = (number - 1) % 4 + 0.3, (number - 1) // 4
        desk.split(number, [(x, y - 0.5), (x, y + 1.5)])
    assert waits(network, desk.save) <= 7


def test_a_save_of_a_merge_waits_for_few_answers(distant, network, open_desk):
    desk = open_desk(distant)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert desk.save()
    desk.merge(1, 17)
    assert waits(network, desk.save) <= 8


def test_a_save_of_what_was_painted_waits_for_few_answers(distant, network, open_desk):
    desk = open_desk(distant)
    with painted(desk, (5, 6), f"{AREAS[0]}002"):
        assert waits(network, desk.save) <= 11


@pytest.fixture
def distant_lanes(database_location, network, qgis_app) -> Workspace:
    make_quarter(database_location)
    return Workspace.open(replace(database_location, port=network.port))


@pytest.mark.parametrize(("gesture", "codes", "most"), [(cut, (LONG,), 11), (joined, (WEST, SOUTH), 16)])
def test_a_save_of_lanes_waits_for_few_answers(distant_lanes, network, gesture, codes, most):
    desk = LaneDesk(distant_lanes)
    desk.do(gesture, *codes)
    assert waits(network, desk.save) <= most
    desk.close()


@pytest.mark.parametrize(("table", "column"), [("person", "name"), ("post", "valid_to")])
def test_a_save_of_people_waits_for_few_answers(distant_lanes, network, open_desk, table, column):
    desk = open_desk(distant_lanes, table)
    (feature, *_) = desk.layer.getFeatures()
    assert desk.layer.changeAttributeValue(feature.id(), desk.layer.fields().lookupField(column), "2030-01-01")
    assert waits(network, desk.save) <= 10


def test_a_person_is_put_on_a_place_with_few_answers(distant_lanes, network):
    def assign() -> bool:
        return bool(assign_person(distant_lanes, NewPost("P0", "lane", WEST), "王工").accepted)

    assert waits(network, assign) <= 6
