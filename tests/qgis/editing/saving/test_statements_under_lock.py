"""What a server is told while a save keeps others off: from the first lock on ten statements at most, of all
connections together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from qgis.core import QgsGeometry, QgsPointXY

from gridmgmt_plugin.jobs.people.staff_board import NewPost, assign_person
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.saving.lane_quarter import LONG, SOUTH, WEST, LaneDesk, make_quarter
from tests.qgis.editing.saving.test_saved_lanes import cut, ended, joined, new_lane
from tests.qgis.editing.saving.town import AREAS, Desk, code, make_town, painted, place
from tests.server_log import ServerLog, server_log

MOST = 10


@pytest.fixture
def log(postgis, qgis_app) -> Iterator[ServerLog]:
    with server_log(postgis) as log:
        yield log


@pytest.fixture
def town(log, database_location) -> Workspace:
    make_town(database_location)
    return Workspace.open(database_location)


def under_lock(log: ServerLog, deed: Callable[[], object]) -> list[str]:
    """Return what is said from the first lock that a deed takes to its commit."""
    log.messages()
    assert deed() is not False, "refused"
    told = [statement for message in log.messages() for statement in message]
    first = next(at for at, statement in enumerate(told) if "LOCK TABLE" in statement)
    return told[first : first + told[first:].index("COMMIT") + 1]


def few(log: ServerLog, desk: Desk) -> bool:
    told = under_lock(log, desk.save)
    assert len(told) <= MOST, "\n".join(statement[:100] for statement in told)
    return True


def test_what_is_drawn_is_saved_with_few(town, log, open_desk):
    desk = open_desk(town)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert few(log, desk)
    desk.merge(1, 17)
    assert few(log, desk)
    desk.move_vertex(code(1), (1, 1), (0.9, 0.9))
    for number, corner in ((2, (1, 1)), (5, (1, 1)), (6, (1, 1))):
        desk.move_vertex(code(number), corner, (0.9, 0.9))
    assert few(log, desk)


def test_codes_that_were_handed_over_are_retired_with_few(log, database_location, open_desk):
    make_town(database_location, valid=tuple(range(1, 17)))
    desk = open_desk(Workspace.open(database_location))
    desk.merge(1, 2)
    assert few(log, desk)


def test_what_is_painted_is_saved_with_few(town, log, open_desk):
    desk = open_desk(town)
    with painted(desk, (5, 6), f"{AREAS[0]}002"):
        assert few(log, desk)


@pytest.mark.parametrize("table", ["unit_grid", "component", "cases", "area", "responsibility_grid"])
def test_a_form_is_saved_with_few(town, log, open_desk, table):
    desk = open_desk(town, table)
    column = {"cases": "title", "area": "name", "responsibility_grid": "name"}.get(table, "note")
    (feature, *_) = desk.layer.getFeatures()
    at = desk.layer.fields().lookupField(column)
    assert desk.layer.changeAttributeValue(feature.id(), at, "湖滨")
    assert few(log, desk)


def test_lanes_are_saved_with_few(log, database_location):
    desk = LaneDesk(make_quarter(database_location))
    for gesture, codes in ((new_way, ()), (cut, (LONG,)), (joined, (WEST, SOUTH)), (ended, (LONG,))):
        desk.do(gesture, *codes)
        assert few(log, desk), gesture
    desk.close()


def new_way(rows, at):
    return new_lane(rows, at, [(400, 0), (400, 50)], [(400, 50), (700, 50)], name="北巷")


@pytest.mark.parametrize(("table", "column"), [("person", "name"), ("post", "valid_to"), ("lane", "alias")])
def test_a_form_of_people_and_lanes_is_saved_with_few(log, database_location, open_desk, table, column):
    desk = open_desk(make_quarter(database_location), table)
    (feature, *_) = desk.layer.getFeatures()
    at = desk.layer.fields().lookupField(column)
    assert desk.layer.changeAttributeValue(feature.id(), at, "2030-01-01")
    assert few(log, desk)


def test_a_component_that_was_moved_is_saved_with_few(town, log, open_desk):
    desk = open_desk(town, "component")
    (feature, *_) = desk.layer.getFeatures()
    assert desk.layer.changeGeometry(feature.id(), QgsGeometry.fromPointXY(QgsPointXY(*place(2.5, 2.5))))
    assert few(log, desk)


def test_a_row_that_is_new_or_deleted_is_saved_with_few(log, database_location, open_desk):
    desk = open_desk(make_quarter(database_location), "person")
    desk.add(id="P9", name="新来")
    assert few(log, desk)
    (feature,) = (one for one in desk.layer.getFeatures() if one["id"] == "P9")
    assert desk.layer.deleteFeature(feature.id())
    assert few(log, desk)


def test_a_person_is_put_on_a_place_with_few(log, database_location):
    quarter = make_quarter(database_location)
    assert len(under_lock(log, lambda: assign_person(quarter, NewPost("P0", "lane", WEST), "王工"))) <= MOST
