"""The window while a server lets it wait: painted, with a way out, and nothing else happens in the middle."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication, QPushButton, QWidget

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.gui.issues.job_task import JobTask
from gridmgmt_plugin.gui.opening import server_wait
from gridmgmt_plugin.gui.opening.server_wait import ServerWait
from gridmgmt_plugin.project import answering
from gridmgmt_plugin.project.shown_workspace import WORKSPACE_ENTRY
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.patience import GivenUpError, Patience
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.postgis.connection import connected, run
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.network_proxy import NetworkProxy
from tests.qgis.editing.saving.town import Desk, make_town, rows_of
from tests.qgis.fake_window import settle
from tests.qgis.workspace_window import tasks_done, wait_for

# A planner who has pressed Cancel waits so long at most.
GIVEN_UP_WITHIN_S = 0.3
# Much longer than anything here takes.
NEVER_S = 60
# What ends a transaction, not what begins one that is READ COMMITTED.
COMMIT = b"COMMIT\0"


class Window(QWidget):
    """A window that counts how often it was painted, because something in it moves."""

    def __init__(self):
        super().__init__()
        self.painted = 0
        self._beat = QTimer()
        self._beat.timeout.connect(self.update)
        self._beat.start(10)
        self.show()

    def paintEvent(self, _):
        self.painted += 1


@pytest.fixture
def window(qgis_app, monkeypatch):
    """Have this thread draw a window that waits for servers, and stands still for a tenth of a second only."""
    monkeypatch.setattr(server_wait, "STILL_S", 0.1)
    monkeypatch.setattr(patience, "WINDOW", Patience(lock_s=0.2, statement_s=NEVER_S))
    made = Window()
    waiting = ServerWait(made)
    patience.this_thread_draws_the_window(waiting)
    yield made
    patience.no_thread_draws_a_window()
    waiting.close()
    made.close()
    made.deleteLater()
    settle()


@pytest.fixture
def network(postgis):
    with NetworkProxy(postgis.port) as between:
        yield between
        between.let_go()
        idle_connections.close_all()


@pytest.fixture
def desk(qgis_app, database_location, network):
    """Return a planner whose layer is beside the server and whose saves go over the network."""
    town = make_town(database_location)
    made = Desk(town)
    far = Workspace.open(replace(database_location, port=network.port))
    made.guard.workspace = far
    made.split(1, [(0.3, -1), (0.3, 1.5)])
    settle()
    yield made
    made.close()


@pytest.fixture
def shown(desk):
    """Have the project show the workspace of the planner, over the network."""
    QgsProject.instance().writeEntry(*WORKSPACE_ENTRY, str(desk.guard.workspace.location))
    yield
    QgsProject.instance().clear()


@contextmanager
def in_the_middle(*deeds, when=lambda: True):
    """Do one thing after the other while the window waits, as soon as the dialog is there, the first one ``when``."""
    waiting = list(deeds)
    errors: list[Exception] = []

    def look():
        if len(waiting) == len(deeds) and not when():
            return
        dialog = QApplication.activeModalWidget()
        if dialog is not None and dialog.objectName() == "gridmgmt_server_wait" and waiting:
            try:
                waiting.pop(0)(dialog)
            except Exception as error:  # told below: an exception in a slot would end the process
                errors.append(error)

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(50)
    yield
    timer.stop()
    assert not errors, errors
    assert not waiting, "the window did not wait"


def press_cancel(dialog):
    pressed.append(_moment())
    dialog.findChild(QPushButton, "gridmgmt_server_wait_cancel").click()


pressed: list[float] = []


def _moment() -> float:
    """Return the time in seconds, without that for which the thread of the window has waited for a core."""
    thread = Path("/proc/self/task") / str(threading.main_thread().native_id)
    return time.monotonic() - int((thread / "schedstat").read_text(encoding="ascii").split()[1]) / 1e9


def _since(moment: float) -> float:
    """Return how many seconds have gone by, without those for which other programs had the cores."""
    return _moment() - moment


def dialogs():
    return [w for w in QApplication.topLevelWidgets() if w.objectName() == "gridmgmt_server_wait" and w.isVisible()]


def wait_painted(window):
    """Return a deed for the middle that goes on until the window was painted anew a few times."""

    def painted(_):
        before, end = window.painted, time.monotonic() + NEVER_S
        while window.painted < before + 3 and time.monotonic() < end:
            QApplication.processEvents()
        assert window.painted >= before + 3

    return painted


@pytest.mark.proof
def test_what_comes_at_once_shows_no_dialog(window, desk, monkeypatch):
    monkeypatch.setattr(server_wait, "STILL_S", NEVER_S)
    assert desk.save(), desk.refusals
    assert dialogs() == []


@pytest.mark.proof
def test_a_save_that_waits_is_painted_and_saved_when_the_server_wakes_up(window, desk, network):
    network.hold()
    with in_the_middle(wait_painted(window), lambda _: network.let_go()):
        assert desk.save(), desk.refusals
    settle()
    assert dialogs() == []
    assert len(rows_of(desk.workspace, "unit_grid")) == 33


@pytest.mark.daily(1)
@pytest.mark.parametrize("trouble", ["hold", "swallow"])
def test_a_save_that_is_given_up_is_refused_with_every_edit_in_place(window, desk, network, trouble):
    before, steps = desk.codes(), desk.layer.undoStack().index()
    getattr(network, trouble)()
    with in_the_middle(wait_painted(window), press_cancel):
        assert not desk.save()
    assert _since(pressed[-1]) < GIVEN_UP_WITHIN_S
    assert desk.refusals[-1].code == "postgres_wait_given_up"
    assert "没有写入" in desk.refusals[-1].message.text("zh")
    desk.guard.sweep()
    assert (desk.codes(), desk.layer.undoStack().index()) == (before, steps)
    settle()
    assert dialogs() == []
    assert len(rows_of(desk.workspace, "unit_grid")) == 32


@pytest.mark.proof
def test_what_was_given_up_can_be_saved_when_the_server_is_back(window, desk, network):
    network.hold()
    with in_the_middle(press_cancel):
        assert not desk.save()
    network.let_go()
    settle()
    assert desk.save(), desk.refusals
    assert len(rows_of(desk.workspace, "unit_grid")) == 33


@pytest.mark.daily(1)
@pytest.mark.parametrize("at", [b"INSERT", b"change_log", COMMIT])
@pytest.mark.proof
def test_wherever_it_is_given_up_all_is_written_or_nothing(window, desk, network, at):
    network.hold_at = at
    gives_up = [press_cancel] * (2 if at == COMMIT else 1)
    with in_the_middle(*gives_up, when=lambda: network.is_holding):
        assert not desk.save()
    assert _since(pressed[-1]) < GIVEN_UP_WITHIN_S
    said = "postgres_commit_given_up" if at == COMMIT else "postgres_wait_given_up"
    assert desk.refusals[-1].code == said
    network.let_go()
    assert len(rows_of(desk.workspace, "unit_grid")) in ((32, 33) if at == COMMIT else (32,))


@pytest.mark.proof
def test_who_gives_up_the_last_moment_is_told_what_became_of_it(window, desk, network):
    network.hold_at = COMMIT
    let_go = [press_cancel, lambda _: network.let_go()]
    with in_the_middle(*let_go, when=lambda: network.is_holding):
        saved = desk.save()
    settle()
    count = len(rows_of(desk.workspace, "unit_grid"))
    assert count == (33 if saved else 32)
    assert saved or desk.refusals[-1].code == "postgres_wait_given_up"


@pytest.mark.proof
def test_nothing_else_is_saved_in_the_middle(window, desk, network):
    other = Desk(desk.workspace, "department")
    other.guard.workspace = desk.guard.workspace
    other.add(code="D01", name="市容科")
    network.hold()
    with in_the_middle(lambda _: other.layer.commitChanges(False), lambda _: network.let_go()):
        assert desk.save(), desk.refusals
    assert other.refusals[-1].code == "postgres_wait_goes_on"
    assert other.layer.isModified()
    other.guard.sweep()
    other.close()


@pytest.mark.proof
def test_what_a_task_brings_waits_until_the_save_is_over(window, desk, network):
    """It may close the workspace or open another one: the layer must not go while QGIS saves it."""
    order: list[str] = []
    network.hold()
    task = JobTask("任务", lambda _: "答案", lambda result, _: order.append(result))
    with in_the_middle(lambda _: task.start(), lambda _: wait_for(tasks_done), lambda _: network.let_go()):
        assert desk.save(), desk.refusals
        order.append("已保存")
    wait_for(lambda: len(order) > 1)
    assert order == ["已保存", "答案"]


@pytest.mark.proof
def test_the_layer_itself_is_read_only_when_the_server_answers(window, desk, network, shown):
    """QGIS's own provider would wait for as long as the network likes, with the window frozen."""

    def ask():
        desk.editor.neighbourhood((0, 0, 1, 1))

    answering._answered.clear()
    ask()
    answering._answered.clear()
    network.hold()
    with in_the_middle(wait_painted(window), press_cancel), pytest.raises(WorkspaceError) as caught:
        ask()
    assert caught.value.code == "postgres_wait_given_up"
    network.let_go()
    settle()
    ask()


@pytest.mark.proof
def test_the_server_stops_what_nobody_waits_for(window, desk, postgis):
    with (
        in_the_middle(press_cancel),
        pytest.raises(WorkspaceError) as caught,
        connected(desk.workspace.location) as read,
    ):
        run(read, "SELECT pg_sleep(%s)", (NEVER_S,))
    assert caught.value.code == "postgres_wait_given_up"
    end = time.monotonic() + NEVER_S
    while postgis.run("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'"):
        assert time.monotonic() < end, "the statement goes on"


@pytest.mark.proof
def test_a_server_that_is_not_there_can_be_given_up_while_connecting(window, desk, network, database_location):
    idle_connections.close_all()
    network.hold()
    with in_the_middle(press_cancel), pytest.raises(WorkspaceError) as caught:
        Workspace.open(replace(database_location, port=network.port))
    assert _since(pressed[-1]) < GIVEN_UP_WITHIN_S
    assert caught.value.code == "postgres_wait_given_up"


@pytest.mark.proof
def test_many_short_waits_are_one_long_one(window):
    """A save is dozens of statements: none is long, and all together hold the window."""
    with in_the_middle(wait_painted(window)):
        for _ in range(40):
            patience.pause(0.02)
    settle()
    assert dialogs() == []


def test_what_a_statement_raises_is_raised_where_it_was_asked(window):
    with pytest.raises(ZeroDivisionError):
        patience.wait_for(lambda: 1 // 0, lambda: None)


def test_a_way_out_that_is_taken_between_two_statements_holds_for_the_next(window):
    with in_the_middle(lambda dialog: dialog.reject()), pytest.raises(GivenUpError):
        for _ in range(NEVER_S * 1000):
            patience.pause(0.02)


def test_a_way_out_that_something_in_the_middle_hears_of_first_holds_for_the_whole(window):
    over = threading.Event()

    def ask(dialog):
        dialog.reject()
        with pytest.raises(GivenUpError):
            patience.wait_for(lambda: None, lambda: None)

    with in_the_middle(ask), pytest.raises(GivenUpError):
        patience.wait_for(lambda: over.wait(5), over.set)


def test_behind_the_window_nobody_asks(window):
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(patience.wait_for(patience.is_waiting, lambda: None)))
    thread.start()
    thread.join()
    assert answers == [False]
