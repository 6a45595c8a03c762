"""A window hears what colleagues tell while a workspace is open in it, and no longer."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.news.news import News
from gridmgmt_plugin.workspace.postgis import listening
from tests.colleague import Colleague
from tests.qgis.workspace_window import (
    build_workspace,
    built_shell,
    forget_settings,
    shown_window,
    tasks_done,
    wait_for,
)

CODE = "990101001001001"
LISTENING = "SELECT 1 FROM pg_stat_activity WHERE application_name = %s"


@pytest.fixture(params=["file", "database"])
def location(request, tmp_path):
    if request.param == "file":
        return GeoPackageLocation(build_workspace(tmp_path / "district.gpkg"))
    return build_workspace(request.getfixturevalue("database_location"))


@pytest.fixture
def window(qgis_app):
    forget_settings()
    with built_shell(shown_window()) as made:
        yield made


def opened(window, location) -> list[News]:
    """Open a workspace; return what is heard from then on."""
    done: list = []
    window.session.open(location, done.append)
    wait_for(lambda: window.session.location == location)
    wait_for(tasks_done)
    heard: list[News] = []
    window.channel.arrived.connect(heard.extend)
    return heard


def test_a_save_of_a_colleague_arrives_in_the_window(window, location):
    heard = opened(window, location)
    wait_for(lambda: window.channel._hearing._source is not None)
    colleague = Colleague(location)
    colleague.save("unit_grid", "code", CODE, note="改了")
    wait_for(lambda: any("unit_grid" in one.rows for one in heard))
    colleague.leave()


def test_what_one_window_sends_another_hears(window, database_location, postgis):
    heard = opened(window, build_workspace(database_location))
    wait_for(lambda: postgis.run(LISTENING, (listening.NAME,)))
    window.channel.send("presence", {"cells": [1]})
    postgis.run("SELECT pg_notify(%s, %s)", (listening.channel_of(database_location), News("x", {}, "b").encoded()))
    wait_for(lambda: heard)
    assert [one.kind for one in heard] == ["x"], "what one says oneself does not come back"
    window.session.close_workspace()
    wait_for(lambda: not postgis.run(LISTENING, (listening.NAME,)))


def test_nobody_listens_where_the_stored_login_is_locked(window, database_location, postgis, monkeypatch):
    monkeypatch.setattr("gridmgmt_plugin.gui.beside.channel.has_unlocked_logins", lambda location: False)
    opened(window, build_workspace(database_location))
    assert not postgis.run(LISTENING, (listening.NAME,))
