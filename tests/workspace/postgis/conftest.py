"""Databases with several counties in them."""

from __future__ import annotations

import pytest

from tests.workspace.postgis.city_database import city_in


@pytest.fixture
def city(postgis):
    """Return a database without counties."""
    with city_in(postgis) as made:
        yield made


@pytest.fixture(scope="module")
def original(postgis):
    """Return the city that copies of are handed out."""
    with city_in(postgis) as made:
        made.add("dong", "990101")
        made.add("xi", "990102")
        made.make_view()
        yield made


@pytest.fixture
def two(postgis, original):
    """Return a city of two counties, in the same frame."""
    with city_in(postgis, original) as copy:
        yield copy
