"""Requests through QGIS's network to a server on this machine that fails in every way."""

from __future__ import annotations

import pytest
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsTask

from gridmgmt_plugin.core.errors import Cancelled, GridError
from gridmgmt_plugin.exchange.http.outgoing import Outgoing
from gridmgmt_plugin.exchange.http.sending import Patience, send
from gridmgmt_plugin.project.network import QgisTransport
from tests.http_server import serving
from tests.qgis.workspace_window import tasks_done, wait_for

SOON_MS = 300
REQUEST = Outgoing("990101-cg-r0001-abc-area-1", "", "area", 1, '{"rows":["鼓架社区"]}'.encode())


@pytest.fixture
def server(qgis_app):
    with serving() as made:
        yield made


def sent(server, look=lambda: None, tries=3, **options):
    transport = QgisTransport(answer_within_ms=SOON_MS, **options)
    return send(REQUEST, server.address, transport, Patience(tries, 0.0, 0.0, 0.0), look)


def test_what_is_sent_arrives_to_the_last_byte_and_the_answer_is_read(server):
    assert sent(server).text == '{"rows": [], "说": "好"}'
    assert server.taken == {REQUEST.key: REQUEST.body}
    assert server.asked == [("POST", "/grids", REQUEST.key, "")]


@pytest.mark.parametrize("first", [500, 503, 429, "hangs", "takes and breaks off"])
def test_what_passes_is_tried_again_with_the_same_key_and_arrives_once(server, first):
    server.does = [first]
    assert sent(server).status == 200
    assert [key for _, _, key, _ in server.asked] == [REQUEST.key] * 2
    assert server.taken == {REQUEST.key: REQUEST.body}


def test_an_answer_without_content_is_one(server):
    server.does = ["nothing"]
    assert sent(server).status == 204
    assert len(server.asked) == 1


def test_an_address_that_sends_elsewhere_is_refused_and_not_followed(server):
    server.does = ["elsewhere"]
    with pytest.raises(GridError) as caught:
        sent(server)
    assert caught.value.code == "http_refused"
    assert "302" in caught.value.text("zh")
    assert [verb for verb, *_ in server.asked] == ["POST"]


def test_where_nobody_listens_it_is_given_up_in_a_sentence(qgis_app):
    with serving() as server:
        pass
    with pytest.raises(GridError) as caught:
        sent(server, tries=2)
    assert caught.value.code == "http_given_up"
    assert "2" in caught.value.text("zh")


def test_cancelling_does_not_wait_for_the_answer(server):
    server.does = ["hangs"]
    looks = []

    def look():
        looks.append(1)
        if server.asked:
            raise Cancelled

    with pytest.raises(Cancelled):
        send(REQUEST, server.address, QgisTransport(), Patience(), look)
    assert looks


def test_a_stored_login_of_qgis_goes_along_and_a_missing_one_is_told(server):
    manager = QgsApplication.authManager()
    if not manager.masterPasswordIsSet():
        assert manager.setMasterPassword("master", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("front")
    config.setConfig("username", "publisher")
    config.setConfig("password", "geheim")
    stored = manager.storeAuthenticationConfig(config)
    assert stored[0] if isinstance(stored, tuple) else stored
    config = stored[1] if isinstance(stored, tuple) else config
    try:
        assert sent(server, login=config.id()).status == 200
    finally:
        manager.removeAuthenticationConfig(config.id())
    assert server.asked[0][3] == "Basic cHVibGlzaGVyOmdlaGVpbQ=="
    with pytest.raises(GridError) as caught:
        sent(server, login="nobody1")
    assert caught.value.code == "http_login_missing"
    assert len(server.asked) == 1


def test_it_works_in_a_task_while_the_window_lives(server):
    answers = []
    task = QgsTask.fromFunction("send", lambda task: answers.append(sent(server)))
    QgsApplication.taskManager().addTask(task)
    wait_for(tasks_done)
    assert [answer.status for answer in answers] == [200]
