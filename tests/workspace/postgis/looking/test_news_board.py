"""Behind PgBouncer in transaction mode programs tell each other by a board in the database, where there is one."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import replace

import psycopg2
import pytest

from gridmgmt_plugin.workspace.news.news import News
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.postgis.listening import Ear, opened_ear
from gridmgmt_plugin.workspace.postgis.looking import watch
from gridmgmt_plugin.workspace.postgis.looking.watch import Looking
from gridmgmt_plugin.workspace.presence.colleagues import FORGOTTEN_AFTER_S
from tests.database_roles import login_of, logins, set_rights
from tests.network_proxy import NetworkApart
from tests.news_board import make_board, news_board
from tests.pooler import pooler_before
from tests.workspace.conftest import EPSG_FRAME, made

ENDED_S = 30
ENTRIES = "SELECT kind FROM gridmgmt_news.entry ORDER BY at"


@pytest.fixture(scope="module")
def pooler(postgis):
    with pooler_before(postgis, auth_type="trust") as started:
        yield started


@pytest.fixture
def direct(postgis, database_location, monkeypatch):
    """Return the place of a workspace with its rights, as those reach it who have no pooler before them."""
    monkeypatch.setattr(watch, "LOOK_S", 0.05)
    made(database_location, EPSG_FRAME)
    set_rights(postgis, database_location.schema)
    with logins(postgis, database_location.schema):
        yield replace(database_location, user=login_of(database_location.schema, "planner"))


@pytest.fixture
def place(pooler, direct):
    return pooler.before(direct)


@pytest.fixture
def board(postgis):
    with news_board(postgis):
        yield


@pytest.fixture
def hear():
    """Return what opens an ear at a place."""
    with ExitStack() as opened:

        def start(at):
            ear = opened_ear(at)
            opened.callback(ear.close)
            return ear

        yield start
    idle_connections.close_all()


def of(location, role):
    return replace(location, user=login_of(location.schema, role))


def news(kind: str, sender: str = "another", **content) -> News:
    return News(kind, content, sender, "李工")


def next_heard(ear) -> list[News]:
    """Return what is heard next of what somebody has said."""
    end, found = time.monotonic() + ENDED_S, []
    while not found and time.monotonic() < end:
        found = [one for one in ear.heard() if one.kind != "written"]
    return found


@pytest.mark.parametrize("role", ["owner", "planner", "viewer", "publisher", "auditor"])
def test_everybody_behind_a_pooler_sees_what_another_behind_it_tells(place, board, hear, role):
    one, other = hear(place), hear(of(place, role))
    assert isinstance(other, Looking)
    one.say(news("editing", rows=[7]))
    assert next_heard(other) == [news("editing", rows=[7])]
    other.say(news("who_edits", "third"))
    assert [told.kind for told in next_heard(one) if told.sender == "third"] == ["who_edits"]


def test_those_with_and_without_a_pooler_see_each_other(direct, place, board, hear):
    behind, before = hear(place), hear(direct)
    assert isinstance(before, Ear)
    before.say(news("editing", rows=[1]))
    assert next_heard(behind) == [news("editing", rows=[1])]
    behind.say(news("editing", "behind", rows=[2]))
    assert news("editing", "behind", rows=[2]) in next_heard(before)


def test_a_newcomer_sees_what_was_told_last_and_each_thing_once(place, board, hear):
    one = hear(place)
    one.say(news("editing", rows=[1]))
    one.say(news("editing", rows=[2]))
    one.say(news("editing", "third", rows=[3]))
    late = hear(place)
    assert next_heard(late) == [news("editing", rows=[2]), news("editing", "third", rows=[3])]
    one.say(news("editing"))
    assert next_heard(late) == [news("editing")]


def test_what_this_program_tells_it_does_not_hear(place, board, hear):
    one, other = hear(place), hear(place)
    one.say(News("editing", {"rows": [1]}))
    one.say(news("editing"))
    assert next_heard(other) == [news("editing")]


def test_another_schema_hears_nothing_of_it(place, board, hear):
    one = hear(place)
    other = hear(replace(place, schema="elsewhere"))
    one.say(news("editing"))
    for _ in range(3):
        assert list(other.heard()) == []


def test_of_a_program_that_died_nothing_is_shown_after_a_minute_nor_left_by_the_next(place, board, hear, postgis):
    hear(place).say(news("editing"))
    minute = f"UPDATE gridmgmt_news.entry SET at = at - interval '{FORGOTTEN_AFTER_S} seconds'"
    postgis.run(minute)
    late = hear(place)
    for _ in range(3):
        assert [one for one in late.heard() if one.kind != "written"] == []
    assert postgis.run(ENTRIES) == [("editing",)]
    hear(place).say(news("who_edits", "third"))
    assert postgis.run(ENTRIES) == [("who_edits",)]


def test_the_board_is_empty_after_a_crash_and_in_no_log_of_the_server(board, postgis):
    assert postgis.run("SELECT relpersistence FROM pg_class WHERE oid = 'gridmgmt_news.entry'::regclass") == [("u",)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM gridmgmt_news.entry",
        "DELETE FROM gridmgmt_news.entry",
        "INSERT INTO gridmgmt_news.entry VALUES ('a', 'b', 'c', 'd', 'e', now())",
        "CREATE TABLE gridmgmt_news.other (x int)",
        "SELECT gridmgmt_news.tell('a', 'b', 'c', repeat('x', 8000))",
    ],
)
def test_nobody_writes_to_the_board_in_another_way(direct, board, postgis, sql):
    with pytest.raises((psycopg2.errors.InsufficientPrivilege, psycopg2.errors.RaiseException)):
        postgis.run(sql, user=direct.user)
    postgis.run("SELECT gridmgmt_news.tell('a', 'b', 'c', 'd')", user=direct.user)


def test_the_file_may_be_run_again(board, postgis):
    postgis.run("SELECT gridmgmt_news.tell('a', 'b', 'c', 'd')")
    make_board(postgis)
    assert postgis.run(ENTRIES) == [("c",)]


def test_a_look_and_a_word_are_one_message_each(direct, place, board, hear, pooler):
    with NetworkApart(pooler.port) as network:
        ear = hear(replace(place, port=network.port))
        ear.heard()
        network.set("messages", 0)
        for _ in range(4):
            ear.heard()
        assert network.ask("messages") == 4
        ear.say(news("editing"))
        assert network.ask("messages") == 5
        idle_connections.close_all()


def test_who_may_only_read_is_no_trouble_and_sees_the_others(place, board, hear, postgis):
    viewer = of(place, "viewer")
    postgis.run(f"ALTER ROLE {viewer.user} SET default_transaction_read_only = on")
    ear = hear(viewer)
    ear.say(news("who_edits"))
    hear(place).say(news("editing", "third"))
    assert next_heard(ear) == [news("editing", "third")]


def test_without_a_board_only_those_hear_who_listen(direct, place, hear, postgis):
    behind, before = hear(place), hear(direct)
    behind.say(news("editing"))
    assert next_heard(before) == [news("editing")]
    before.say(news("editing"))
    for _ in range(3):
        assert [one for one in behind.heard() if one.kind != "written"] == []
    assert postgis.run("SELECT to_regnamespace('gridmgmt_news')") == [(None,)]


def test_a_board_that_was_taken_away_from_somebody_is_left_alone(place, board, hear, postgis):
    postgis.run("REVOKE USAGE ON SCHEMA gridmgmt_news FROM PUBLIC")
    ear = hear(place)
    ear.say(news("editing"))
    assert list(ear.heard()) == []
    assert postgis.run(ENTRIES) == []
