"""Every deed about staff, duty, schemes, components, ledgers and cases: done twice with a hand edit between, beside
an open attribute table, while another program holds the lock, on a slow server, beside unsaved edits. In a file and
in a database.
"""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from qgis.core import QgsFeatureRequest, QgsSettings
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QPushButton

from gridmgmt_plugin.core.duty.matrix import ClassRow, PlaceColumn
from gridmgmt_plugin.core.messages import catalogue
from gridmgmt_plugin.processing.provider import ALGORITHMS
from gridmgmt_plugin.project.i18n import Translation
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.location import parse_location
from tests.foreign_words import foreign
from tests.qgis.fake_window import OPEN_WINDOWS, close_windows
from tests.qgis.gui.deeds import DEEDS_OF_STAFF, READINGS, Stage, deeds_workspace
from tests.qgis.gui.deeds_of_handover import DEEDS_OF_HANDOVER, hand_over
from tests.qgis.gui.deeds_of_intake import DEEDS_OF_INTAKE, READINGS_OF_INTAKE
from tests.qgis.gui.disturbances import another_writes, attribute_table, stored_rows
from tests.qgis.workspace_window import (
    OFFICE,
    built_shell,
    forget_settings,
    shown_window,
    tasks_done,
    wait_for,
    when_shown,
)

WHO = "示例员"
DEEDS = (*DEEDS_OF_STAFF, *DEEDS_OF_INTAKE, *DEEDS_OF_HANDOVER)
_BEATS = 30


def each_deed(*at_once, deeds=DEEDS, turn=None):
    """Have a test run for every deed in a file and in a database; by "make proof" alone where not ``at_once``, and
    every deed that is not ``daily``.

    Tests with a ``turn`` (0, 1, 2) share the deeds of the day among them, each deed in one of the three. What a
    server does to every deed is tried every day where it answers late.
    """
    kinds = [pytest.param(kind, marks=[] if kind in at_once else pytest.mark.proof) for kind in ("file", "database")]
    in_both = pytest.mark.parametrize("window", kinds, indirect=True, scope="module")
    daily = [deed for deed in deeds if deed.daily]
    today = daily if turn is None else daily[turn::3]
    each = [pytest.param(deed, marks=[] if deed in today else pytest.mark.proof, id=str(deed)) for deed in deeds]
    return lambda test: in_both(pytest.mark.parametrize("deed", each)(test))


@pytest.fixture(scope="module")
def window(request, qgis_app, processing, tmp_path_factory):
    """Open the district in a Chinese window, once for every deed: each test takes back what it did."""
    folder = tmp_path_factory.mktemp("干扰")
    server = request.getfixturevalue("postgis") if request.param == "database" else None
    location = parse_location(folder / "示例.gpkg") if server is None else server.location()
    hand_over(deeds_workspace(location))
    settings, translation, before = QgsSettings(), Translation(), len(OPEN_WINDOWS)
    settings.setValue("locale/overrideFlag", True)
    settings.setValue("locale/userLocale", "zh_CN")
    translation.install()
    forget_settings()
    remember("author", WHO)
    with built_shell(shown_window(), [algorithm.KEY for algorithm in ALGORITHMS]) as shell:
        shell.session.open(location)
        wait_for(lambda: tasks_done() and shell.session.location is not None)
        yield Stage(shell, request.param, location, folder), server
    close_windows(before)
    translation.remove()
    settings.remove("locale")
    if server is not None:
        server.drop(location.schema)


@pytest.fixture
def stage(window):
    """Return the window; whatever a test left is undone."""
    made, _ = window
    before, count = made.state(), saves(made)
    made.said.clear()
    yield made
    for table in (*{deed.table for deed in DEEDS}, "person", "post"):
        if made.layer(table).isEditable():
            made.layer(table).rollBack()
    take_back_to(made, count)
    assert made.state() == before, "what was taken back is as it was"


@pytest.fixture
def another(window, stage):
    """Return a block in which another program is writing; what it yields lets go."""
    _, server = window

    def writing(table):
        return another_writes(stage.location, server, table)

    return writing


def told(stage, code=""):
    """Return what was said last, which is Chinese; of a code that is asked for, it is that sentence."""
    said = stage.said[-1]
    text = str(said.details["text"]) if said.code == "problem" else said.text("zh")
    assert text, "something is said"
    assert not foreign(text.replace(stage.location.label, ""), "zh")
    if code and said.code != code:
        parts = re.split(r"\{[^}]*\}", catalogue()[code]["zh"])
        assert re.search(".*?".join(map(re.escape, parts)), text), (code, text)
    return text


def saves(stage):
    """Return how many saves can be taken back."""
    return sum(row["taken_back_at"] is None for row in stage.workspace.read("take_back").records())


def take_back_to(stage, count):
    """Take back, the last first, until so many are left."""
    while saves(stage) > count:
        take_back_last(stage.workspace, WHO)
    stage.shell.session.reload()
    wait_for(tasks_done)


def by_hand(stage, deed, *, saves):
    """Change a row in its layer as a planner does in form or attribute table."""
    table, key, code, column, value = deed.edit
    layer = stage.layer(table)
    assert layer.startEditing()
    feature = next(layer.getFeatures(QgsFeatureRequest().setFilterExpression(f"\"{key}\" = '{code}'")))
    assert layer.changeAttributeValue(feature.id(), layer.fields().indexOf(column), value)
    if saves:
        assert layer.commitChanges(True), layer.commitErrors()
        wait_for(tasks_done)
    return layer


def stored_value(stage, deed):
    table, key, code, column, _ = deed.edit
    return stage.workspace.read(table, where={key: code}, geometry=False).records()[-1][column]


@pytest.mark.daily(2)
@each_deed("file", turn=0)
def test_done_twice_with_a_hand_edit_between_nothing_of_either_is_lost(stage, deed):
    before = stage.state()
    deed.do(stage)
    assert told(stage)
    assert deed.backs == (stage.state() != before)
    by_hand(stage, deed, saves=True)
    edited = stage.state()
    assert stored_value(stage, deed) == deed.edit[-1]
    stage.said.clear()
    deed.do(stage)
    assert told(stage, deed.again)
    assert stored_value(stage, deed) == deed.edit[-1], "the hand edit stands"
    assert not deed.again or stage.state() == edited


@pytest.mark.daily(2)
@each_deed("file", turn=1)
def test_an_open_attribute_table_shows_what_was_written_and_what_was_taken_back(stage, deed):
    with attribute_table(stage.layer(deed.table)) as rows:
        before = rows()
        assert before == stored_rows(stage.layer(deed.table))
        deed.do(stage)
        wait_for(lambda: rows() == stored_rows(stage.layer(deed.table)) and (rows() != before) == deed.rows, 20)
        if deed.backs:
            yes = "gridmgmt_take_back_question_yes"
            when_shown("gridmgmt_take_back_question", lambda box: box.findChild(QPushButton, yes).click())
            stage.shell.action("take_back").trigger()
            wait_for(lambda: tasks_done() and rows() == stored_rows(stage.layer(deed.table)), 20)


@pytest.mark.daily(2)
@each_deed("file", turn=2)
def test_while_another_program_writes_it_is_said_and_nothing_is_half_done(stage, deed, another):
    before, count = stage.state(), saves(stage)
    with another(deed.table):
        deed.do(stage)
        assert told(stage, "workspace_locked")
    assert stage.state() == before
    stage.said.clear()
    deed.do(stage)
    assert told(stage)
    assert (saves(stage) > count) == deed.backs


@pytest.mark.daily(2)
@each_deed("database")
@pytest.mark.proof
def test_a_server_that_answers_late_leaves_the_window_alive_and_the_deed_is_done(stage, deed, another, monkeypatch):
    monkeypatch.setattr(patience, "BEHIND", patience.Patience(lock_s=60.0, statement_s=600.0, queue_s=60.0))
    count, beats = saves(stage), []
    with another(deed.table) as let_go:
        clock = QTimer()
        clock.timeout.connect(lambda: (beats.append(1), len(beats) == _BEATS and let_go()))
        clock.start(10)
        try:
            deed.do(stage)
        finally:
            clock.stop()
    assert told(stage)
    assert len(beats) >= _BEATS, "the window let go itself: it was alive while it waited"
    assert (saves(stage) > count) == deed.backs


@each_deed()
def test_beside_unsaved_edits_nothing_is_written_until_they_are_settled(stage, deed):
    before, count = stage.state(), saves(stage)
    layer = by_hand(stage, deed, saves=False)
    asked, cancel = [], "gridmgmt_pending_cancel"

    def turn_back(box):
        asked.append(box.text())
        box.findChild(QPushButton, cancel).click()

    when_shown("gridmgmt_pending_edits", turn_back)
    with suppress(AssertionError):  # the dialog of a job does not open
        deed.do(stage)
    assert len(asked) == 1
    assert layer.name() in asked[0]
    assert not foreign(asked[0], "zh")
    assert stage.state() == before
    assert layer.isModified()
    layer.rollBack(False)
    stage.said.clear()
    deed.do(stage)  # the layer is still being edited
    assert told(stage)
    assert (saves(stage) > count) == deed.backs
    shown = [repr([str(value) for value in f.attributes()[1:]]) for f in stage.layer(deed.table).getFeatures()]
    assert sorted(shown) == stored_rows(stage.layer(deed.table))


@pytest.mark.parametrize("window", ["file"], indirect=True, scope="module")
@pytest.mark.proof
def test_while_a_deed_is_being_written_the_same_window_begins_no_other(stage, another, monkeypatch):
    monkeypatch.setattr(patience, "BEHIND", patience.Patience(lock_s=60.0, statement_s=600.0, queue_s=60.0))
    deed, count = next(deed for deed in DEEDS if deed.name == "duty"), saves(stage)
    desk = stage.shell.controller("duty_list")

    def again():
        desk.dock.model.department_wanted.emit(ClassRow("component", "0101"), PlaceColumn(OFFICE), "D1")
        let_go()

    with another(deed.table) as let_go:
        QTimer.singleShot(10 * _BEATS, again)
        deed.do(stage)
    assert [message.code for message in stage.said] == ["act_under_way", "duty_written"]
    assert saves(stage) == count + 1


@each_deed("file", deeds=(*READINGS, *READINGS_OF_INTAKE))
def test_what_only_reads_comes_to_its_end_beside_whatever_goes_on(stage, deed, another, monkeypatch):
    path = stage.folder / "会议单.pdf"
    chosen = "gridmgmt_plugin.gui.people.ownership_desk.QFileDialog.getSaveFileName"
    monkeypatch.setattr(chosen, lambda *_: (str(path), ""))
    before = stage.state()
    with attribute_table(stage.layer(deed.table)) as rows, another(deed.table):
        shown = rows()
        deed.do(stage)
        assert told(stage)
        assert not [message.code for message in stage.said if message.code in ("problem", "workspace_locked")]
        assert rows() == shown
    assert stage.state() == before


@pytest.mark.parametrize(
    "window", ["file", pytest.param("database", marks=pytest.mark.proof)], indirect=True, scope="module"
)
def test_a_save_is_not_taken_back_beside_unsaved_edits_or_another_writer_and_is_afterwards(stage, another):
    deed = next(deed for deed in DEEDS if deed.name == "duty")
    before = stage.state()
    deed.do(stage)
    done, count = stage.state(), saves(stage)

    def take_back():
        stage.said.clear()
        yes = "gridmgmt_take_back_question_yes"
        when_shown("gridmgmt_take_back_question", lambda box: box.findChild(QPushButton, yes).click())
        stage.shell.action("take_back").trigger()
        wait_for(tasks_done)

    by_hand(stage, deed, saves=False)
    stage.shell.action("take_back").trigger()
    assert told(stage, "take_back_edits_pending")
    stage.layer(deed.edit[0]).rollBack()
    with another(deed.table):
        take_back()
        assert told(stage, "workspace_locked")
    assert (stage.state(), saves(stage)) == (done, count)
    take_back()
    assert told(stage, "save_taken_back")
    assert (stage.state(), saves(stage)) == (before, count - 1)
