"""A town in each kind of place, and desks at which it is edited."""

from __future__ import annotations

import pytest

from tests.qgis.editing.saving.town import Desk, make_town
from tests.workspace.places import KINDS, place_of


def pytest_generate_tests(metafunc):
    """Run a test in a file, and those that say so (or their module) in a database as well."""
    if "stored_in" in metafunc.fixturenames:
        both = getattr(metafunc.function, "in_both", getattr(metafunc.module, "IN_BOTH", False))
        metafunc.parametrize("stored_in", KINDS if both else KINDS[:1], indirect=True)


@pytest.fixture
def stored_in(request, tmp_path, qgis_app):
    """Return a place for a workspace."""
    with place_of(request.param, tmp_path, request) as chosen:
        yield chosen


@pytest.fixture
def town(stored_in):
    return make_town(stored_in.location)


@pytest.fixture
def valid_town(stored_in):
    """Return the town with the first community handed over."""
    return make_town(stored_in.location, valid=tuple(range(1, 17)))


@pytest.fixture
def open_desk():
    """Return a function that puts a planner at work on a layer."""
    desks = []

    def opened(workspace, *given, **named) -> Desk:
        desks.append(Desk(workspace, *given, **named))
        return desks[-1]

    yield opened
    for desk in desks:
        desk.close()
