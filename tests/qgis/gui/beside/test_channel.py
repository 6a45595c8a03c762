"""A window hears what colleagues tell while a workspace is open in it, and no longer."""

from __future__ import annotations

from gridmgmt_plugin.gui.frame import background_task
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.news.news import News
from gridmgmt_plugin.workspace.postgis import listening
from tests.qgis.workspace_window import build_workspace, tasks_done, wait_for

LISTENING = "SELECT 1 FROM pg_stat_activity WHERE application_name = %s"


def opened(window, location) -> list[News]:
    """Open a workspace; return what is heard from then on."""
    done: list = []
    window.session.open(location, done.append)
    wait_for(lambda: window.session.location == location)
    wait_for(tasks_done)
    heard: list[News] = []
    window.channel.arrived.connect(heard.extend)
    return heard


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


def test_what_is_told_while_a_server_is_waited_for_arrives_afterwards_in_order(window, tmp_path, monkeypatch):
    heard = opened(window, GeoPackageLocation(build_workspace(tmp_path / "district.gpkg")))
    waits = [True]
    monkeypatch.setattr(background_task, "is_waiting", lambda: waits[0])
    hearing = window.channel._hearing
    window.channel._take(hearing, [News("came", {}, "b")])
    assert not heard
    waits[0] = False
    window.channel._take(hearing, [News("went", {}, "b")])
    wait_for(lambda: len(heard) == 2)
    assert [one.kind for one in heard] == ["came", "went"]
