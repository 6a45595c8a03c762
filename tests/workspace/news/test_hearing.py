"""Who has a workspace open hears what others write to it, and nothing of what he writes himself."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.gpkg import watching
from gridmgmt_plugin.workspace.news import hearing as hearing_module
from gridmgmt_plugin.workspace.news.hearing import Hearing
from gridmgmt_plugin.workspace.news.news import News
from gridmgmt_plugin.workspace.postgis import idle_connections, listening
from gridmgmt_plugin.workspace.postgis.listening import channel_of
from gridmgmt_plugin.workspace.postgis.looking import written as written_rows
from gridmgmt_plugin.workspace.postgis.looking.waking import Waking
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.colleague import Colleague
from tests.network_proxy import NetworkApart
from tests.postgis_cluster import free_port
from tests.workspace.conftest import EPSG_FRAME, made

CODE = "990101001001001"


@pytest.fixture
def kept(place):
    return made(place.location, EPSG_FRAME)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(watching, "LOOK_S", 0.05)
    monkeypatch.setattr(hearing_module, "PAUSES_S", (0.05,))


@pytest.fixture
def colleague(kept):
    one = Colleague(kept.location)
    yield one
    one.leave()


class Heard:
    """What was heard of a place."""

    def __init__(self, location) -> None:
        self.news: list[News] = []
        self.mistakes: list[Exception] = []
        self.hearing = Hearing(location, self.news.extend, lambda: True, self.mistakes.append)
        self.hearing.start()
        wait(lambda: self.hearing._source is not None)

    def tables(self) -> set[str]:
        return {table for one in self.news for table in one.rows}


@pytest.fixture
def listen():
    all_heard = []

    def start(location) -> Heard:
        all_heard.append(Heard(location))
        return all_heard[-1]

    yield start
    for heard in all_heard:
        heard.hearing.stop()
    idle_connections.close_all()


def wait(condition, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def test_a_save_of_a_colleague_is_heard_and_ones_own_is_not(kept, colleague, listen):
    heard = listen(kept.location)
    rows = kept.read("unit_grid", ["note"], geometry=False)
    with kept.transaction("我", "edit") as transaction:
        transaction.update("unit_grid", Rows({"note": as_column(["x"] * 4)}, None, rows.fid))
    colleague.save("unit_grid", "code", CODE, note="改了")
    wait(lambda: "unit_grid" in heard.tables())
    assert heard.tables() == {"unit_grid", "change_log"}
    assert not any(one.is_own for one in heard.news)


def test_a_colleague_who_saves_between_two_looks_and_before_us_is_heard(kept, colleague, listen, monkeypatch):
    monkeypatch.setattr(watching, "LOOK_S", 1.0)
    heard = listen(kept.location)
    colleague.save("unit_grid", "code", CODE, note="改了")
    with kept.transaction("我", "edit") as transaction:
        rows = kept.read("unit_grid", ["note"], geometry=False)
        transaction.update("unit_grid", Rows({"note": as_column(["x"] * 4)}, None, rows.fid))
    wait(lambda: "unit_grid" in heard.tables())


def test_nothing_is_heard_of_what_is_not_committed(kept, listen, place):
    heard = listen(kept.location)
    with pytest.raises(KeyError), kept.transaction("我", "edit") as transaction:
        transaction.set_info("x", "y")
        raise KeyError
    with place.writer():
        time.sleep(0.3)
    assert heard.news == []


def noted_tries(monkeypatch) -> list:
    """Return what grows with every try to connect for listening."""
    tried: list = []
    opened = listening.lasting_connection
    monkeypatch.setattr(listening, "lasting_connection", lambda at: tried.append(at) or opened(at))
    return tried


# In a database.


@pytest.fixture
def schema(database_location):
    return made(database_location, EPSG_FRAME)


@pytest.fixture
def colleague_of():
    known: list[Colleague] = []

    def made_once(workspace) -> Colleague:
        known.extend([] if known else [Colleague(workspace.location)])
        return known[0]

    yield made_once
    for one in known:
        one.leave()


@pytest.fixture
def told(schema, postgis):
    """Return what a plain program hears on the channel of the schema so far."""
    connection = postgis.connect()
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {channel_of(schema.location)}")

    def payloads() -> list[str]:
        connection.poll()
        found = [one.payload for one in connection.notifies]
        connection.notifies.clear()
        return found

    yield payloads
    connection.close()


def test_every_transaction_that_writes_tells_its_tables_and_few_rows(schema, told):
    with schema.transaction("李工", "edit") as transaction:
        fids = transaction.insert("person", Rows({"id": as_column(["A", "B"])}))
        transaction.set_column("unit_grid", "note", np.array([2]), ["x"])
        transaction.delete("person", fids[:1])
        assert transaction.clear("lane") == 0
    found: list[str] = []
    wait(lambda: found.extend(told()) or found)
    (text,) = found
    assert f'"person":{fids.tolist()}'.replace(" ", "") in text
    assert '"unit_grid":[2]' in text
    assert '"lane"' not in text
    assert "\\u674e\\u5de5" in text, "who wrote it"


def test_a_transaction_that_writes_nothing_or_is_rolled_back_tells_nothing(schema, told):
    with schema.transaction("李工", "edit") as transaction:
        transaction.hold("unit_grid")
    with pytest.raises(KeyError), schema.transaction("李工", "edit") as transaction:
        transaction.set_info("x", "y")
        raise KeyError
    assert told() == []


def test_telling_is_no_message_of_its_own(schema, postgis, monkeypatch):
    with NetworkApart(postgis.port) as network:
        distant = Workspace.open(replace(schema.location, port=network.port))
        network.set("messages", 0)
        with distant.transaction("李工", "edit") as transaction:
            transaction.set_info("x", "y")
        assert network.ask("messages") == 5, "begin, update, insert, number, commit with news"
    idle_connections.close_all()


def test_what_is_said_beside_transactions_is_heard_by_the_others(schema, listen, postgis):
    heard, other = listen(schema.location), listen(schema.location)
    other.hearing.say(News("presence", {"cells": [1]}, "another", "王工"))
    wait(lambda: heard.news)
    assert heard.news == [News("presence", {"cells": [1]}, "another", "王工")]


def test_what_is_said_last_is_heard_although_who_says_it_listens_no_longer(schema, listen, postgis):
    heard, other = listen(schema.location), listen(schema.location)
    for number in range(20):
        other.hearing.say(News("presence", {"number": number}, "another", "王工"))
    other.hearing.stop()
    wait(lambda: len(heard.news) == 20)


def test_what_comes_with_an_answer_is_heard_at_once(schema, postgis):
    """It arrives while something is said or looked at, and nothing more comes after it."""
    ear = listening.opened_ear(schema.location)
    ear.wake()
    ear.heard()
    postgis.run("SELECT pg_notify(%s, %s)", (channel_of(schema.location), News("x", {}, "b").encoded()))
    ear.say(News("y"))
    begun = time.monotonic()
    assert [one.kind for one in ear.heard()] == ["x"]
    assert time.monotonic() - begun < 5
    ear.close()


def test_what_is_too_long_is_refused_where_it_is_said_and_what_follows_is_heard(schema, listen, postgis):
    heard, other = listen(schema.location), listen(schema.location)
    with pytest.raises(ValueError, match="bytes"):
        other.hearing.say(News("presence", {"where": "x" * 9000}, "another"))
    other.hearing.say(News("presence", {}, "another"))
    wait(lambda: heard.news)
    assert not other.mistakes


@pytest.mark.parametrize(
    "text", ["[" * 5000, '{"v":1,"from":"a","who":"","kind":"written","what":{"reshaped":[[]],"rows":{"lane":[1]}}}']
)
def test_whatever_somebody_sends_what_follows_is_heard(schema, listen, postgis, text):
    heard = listen(schema.location)
    postgis.run("SELECT pg_notify(%s, %s)", (channel_of(schema.location), text))
    postgis.run("SELECT pg_notify(%s, %s)", (channel_of(schema.location), News("x", {}, "b").encoded()))
    wait(lambda: any(one.kind == "x" for one in heard.news), 10)
    assert not heard.mistakes


def test_a_mistake_of_ours_is_told_once_and_hearing_goes_on(schema, colleague_of, listen, monkeypatch):
    heard = listen(schema.location)
    monkeypatch.setattr(listening, "decoded", lambda text: 1 / 0)
    for _ in range(2):
        colleague_of(schema).save("unit_grid", "code", CODE, note="改了")
        wait(lambda: heard.mistakes)
        time.sleep(0.3)
    monkeypatch.undo()
    wait(lambda: heard.tables() == set(tables()), 10)
    assert [type(one) for one in heard.mistakes] == [ZeroDivisionError]


def test_to_wake_who_waits_for_a_server_holds_up_nobody():
    waking = Waking()
    for _ in range(100_000):
        waking.wake()
    assert waking.wait(0.0)
    waking.close()


def test_a_connection_that_is_lost_comes_back_and_anything_may_have_been_written(schema, listen, postgis):
    with NetworkApart(postgis.port) as network:
        heard = listen(replace(schema.location, port=network.port))
        network.ask("break_off")
        wait(lambda: heard.news)
        assert heard.tables() == set(tables())
        heard.news.clear()
        colleague = Colleague(schema.location)
        colleague.save("unit_grid", "code", CODE, note="改了")
        wait(lambda: heard.news)
        colleague.leave()
        assert heard.news[0].rows["unit_grid"] == [1]
        assert heard.news[0].who == "李工"
        postgis.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", (listening.NAME,)
        )
        wait(lambda: heard.tables() == set(tables()))


def test_a_connection_that_stood_for_a_while_is_made_anew_at_once_whatever_failed_before(
    schema, listen, postgis, monkeypatch
):
    monkeypatch.setattr(hearing_module, "PAUSES_S", (0.05, 20.0))
    monkeypatch.setattr(hearing_module, "SOUND_S", 0.2)
    tried = noted_tries(monkeypatch)
    with NetworkApart(postgis.port) as network:
        heard = listen(replace(schema.location, port=network.port))
        for losses in (1, 2, 3):
            time.sleep(0.3)  # it stands, and nobody tells anything
            network.ask("break_off")
            wait(lambda losses=losses: len(tried) > losses, 8)
            wait(lambda: heard.hearing._source is not None, 8)


def test_a_server_that_is_gone_is_asked_ever_less_often(schema, monkeypatch):
    monkeypatch.setattr(hearing_module, "PAUSES_S", (0.05, 0.1, 0.2, 0.4, 60.0))
    tried = noted_tries(monkeypatch)
    hearing = Hearing(replace(schema.location, port=free_port()), lambda _: None, lambda: True, lambda _: None)
    hearing.start()
    wait(lambda: len(tried) == 5)
    time.sleep(1.0)
    hearing.stop()
    assert len(tried) == 5


def test_a_network_that_swallows_everything_is_left_after_some_seconds(schema, listen, postgis, monkeypatch):
    """As after a computer has slept or moved to another network, where something between goes on to answer."""
    monkeypatch.setattr(listening, "NET_S", 0.2)
    monkeypatch.setattr(listening, "NETWORK_S", 1.0)
    with NetworkApart(postgis.port) as network:
        heard = listen(replace(schema.location, port=network.port))
        network.ask("swallow")
        wait(lambda: heard.hearing._source is None, 10)
        network.ask("give_up")
        wait(lambda: heard.news, 20)
        assert heard.tables() == set(tables())


def test_a_wrong_password_is_not_tried_again(schema, postgis, listen, monkeypatch):
    postgis.run("CREATE ROLE hearing_wrong LOGIN IN ROLE locked PASSWORD 'x'")
    tried = noted_tries(monkeypatch)
    location = replace(schema.location, user="hearing_wrong", password="y")
    hearing = Hearing(location, lambda news: None, lambda: True, lambda mistake: None)
    hearing.start()
    time.sleep(1.0)
    hearing.stop()
    assert len(tried) == 1
    postgis.run("DROP ROLE hearing_wrong")


def test_what_a_program_writes_without_telling_is_found_now_and_then(schema, listen, postgis, monkeypatch):
    monkeypatch.setattr(listening, "NET_S", 0.3)
    monkeypatch.setattr(written_rows, "LATE_S", 0.3)
    heard = listen(schema.location)
    time.sleep(0.5)
    name = schema.location.schema
    postgis.run(f"UPDATE {name}.lane SET name = 'x'; UPDATE {name}.unit_grid SET note = 'x'")
    wait(lambda: heard.news)
    assert heard.tables() == {"unit_grid"}, "no row of the other was written"


def test_whoever_stops_listening_leaves_no_connection(schema, postgis):
    heard = Heard(schema.location)
    named = ("SELECT 1 FROM pg_stat_activity WHERE application_name = %s", (listening.NAME,))
    wait(lambda: postgis.run(*named))
    heard.hearing.stop()
    wait(lambda: not postgis.run(*named))


def test_a_place_is_listened_to_without_the_libraries_that_the_plugin_asks_for(kept):
    code = (
        "import sys\n"
        "for name in ('numpy', 'shapely', 'pyproj', 'osgeo', 'qgis'): sys.modules[name] = None\n"
        "from gridmgmt_plugin.workspace.location import parse_location\n"
        "from gridmgmt_plugin.workspace.news.hearing import _opened\n"
        "source = _opened(parse_location(sys.argv[1]))\n"
        "print(type(source).__name__)\n"
        "source.close()"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(kept.location)], capture_output=True, text=True, check=False
    )
    assert result.stdout.strip() in {"FileWatch", "Ear"}, result.stderr
