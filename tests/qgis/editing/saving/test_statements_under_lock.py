"""What a server is told while a save keeps others off: from the first lock on ten statements at most, of all
connections together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from gridmgmt_plugin.editing.painting.painted_scheme import PaintedScheme
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.saving.town import AREAS, Desk, code, make_town
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
    scheme = PaintedScheme(desk.editor, "cg")
    scheme.refresh()
    units = [scheme.rows.code.tolist().index(code(number)) for number in (5, 6)]
    scheme.write(scheme.assignment.move(units, scheme.assignment.number(f"{AREAS[0]}002")))
    assert few(log, desk)
    scheme.close()


@pytest.mark.parametrize("table", ["unit_grid", "component", "cases", "area", "responsibility_grid"])
def test_a_form_is_saved_with_few(town, log, open_desk, table):
    desk = open_desk(town, table)
    column = {"cases": "title", "area": "name", "responsibility_grid": "name"}.get(table, "note")
    (feature, *_) = desk.layer.getFeatures()
    at = desk.layer.fields().lookupField(column)
    assert desk.layer.changeAttributeValue(feature.id(), at, "湖滨")
    assert few(log, desk)
