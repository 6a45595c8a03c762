"""Who edits where: told to colleagues, seen on the map and in the panel, gone with the edits or the colleague."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
from qgis.core import QgsProject
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtGui import QColor, QImage, QPainter
from qgis.PyQt.QtWidgets import QLabel, QMenu

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.beside import edits_telling
from gridmgmt_plugin.gui.beside.edits_telling import EDITING
from gridmgmt_plugin.gui.beside.overlay import COLOURS
from gridmgmt_plugin.gui.beside.presence_watch import ASKING, PresenceWatch
from gridmgmt_plugin.gui.frame import background_call
from gridmgmt_plugin.gui.frame.message_door import WHOLE
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.news.news import OWN_MARK
from gridmgmt_plugin.workspace.postgis.looking import watch
from gridmgmt_plugin.workspace.presence import announcing, colleagues, whereabouts
from tests.listening_colleague import ListeningColleague
from tests.news_board import news_board
from tests.pooler import pooler_before
from tests.qgis.gui.editing.tool_window import Bench
from tests.qgis.kept_district import KEPT
from tests.qgis.workspace_window import build_workspace, forget_settings, tasks_done, wait_for

NOTHING = {"since": "", "edits": []}


@pytest.fixture
def bench(author, database_location, monkeypatch):
    forget_settings()
    remember("author", "示例员")
    monkeypatch.setattr(announcing, "PAUSE_S", 0.1)
    KEPT.forget()
    build_workspace(database_location)
    made = Bench(database_location)
    yield made
    made.close()


@pytest.fixture
def colleague(bench):
    made = ListeningColleague(bench.path)
    yield made
    made.leave()


def row_of(bench, code):
    """Return the number of the row of a unit grid."""
    return int(next(row["fid"] for row in bench.layer.getFeatures() if row["code"] == code))


def edits_of(bench, *codes):
    """Return what a colleague says who edits unit grids."""
    return {
        "since": "14:05",
        "edits": [["unit_grid", 3, [row_of(bench, code) for code in codes], [], [0, 0, 200, 100], []]],
    }


def bands(bench):
    """Return what is drawn over the map for colleagues."""
    drawn = [item for item in bench.canvas.scene().items() if isinstance(item, QgsRubberBand) and item.isVisible()]
    return [item for item in drawn if item.strokeColor().name() in COLOURS]


def said(bench):
    links = bench.shell.controller("tree").dock.state.findChild(QLabel, "gridmgmt_state_links")
    return links.text().replace("&nbsp;", " ").replace("\u2060", "")


def seen(bench):
    """Return which colours of colleagues are seen over a map on which nothing is drawn."""
    scene = bench.canvas.scene()
    picture = QImage(bench.canvas.size(), QImage.Format.Format_RGB32)
    picture.fill(0)
    painter = QPainter(picture)
    scene.render(painter)
    painter.end()
    bits = picture.constBits()
    bits.setsize(picture.sizeInBytes())
    found = {QColor(int(pixel)).name() for pixel in np.unique(np.frombuffer(bits, dtype=np.uint32))}
    return found.intersection(COLOURS)


def test_a_colleague_who_edits_is_on_the_map_and_in_the_panel_until_he_is_done(bench, colleague):
    watch = bench.shell.always(PresenceWatch)
    colleague.say(EDITING, edits_of(bench, "990101001001001", "990101001001002"))
    wait_for(lambda: bands(bench) and "李工: editing in 南门社区 since 14:05" in said(bench))
    (band,) = bands(bench)
    assert band.asGeometry().boundingBox().toString(0) == "0,0 : 200,100"
    assert seen(bench) == {COLOURS[0]}
    links = bench.shell.controller("tree").dock.state.findChild(QLabel, "gridmgmt_state_links")
    bench.hand.look_at(3000, 3000, 3400, 3200)
    links.linkActivated.emit("at_work")
    menu = next(one for one in links.parent().findChildren(QMenu, "gridmgmt_state_menu") if one.isVisible())
    who, _, shown = menu.actions()
    assert who.text() == "李工: editing in 南门社区 since 14:05 (Unit grids 3)"
    who.trigger()
    assert bench.canvas.extent().contains(band.asGeometry().boundingBox())
    shown.trigger()
    menu.close()
    assert not bands(bench)
    assert not watch.is_on_map, "and remembered"
    watch.show_on_map(True)
    assert len(bands(bench)) == 1
    colleague.say(EDITING, NOTHING)
    wait_for(lambda: not bands(bench) and "editing in" not in said(bench))


@pytest.mark.proof
def test_a_colleague_whose_program_dies_is_forgotten_by_itself(bench, colleague, monkeypatch):
    monkeypatch.setattr(colleagues, "FORGOTTEN_AFTER_S", 0.3)
    bench.shell.always(PresenceWatch)._silence.setInterval(100)
    colleague.say(EDITING, edits_of(bench, "990101001001001"))
    wait_for(lambda: bench.shell.always(PresenceWatch).present())
    colleague.leave()
    wait_for(lambda: not bands(bench) and "editing in" not in said(bench), 10)


@pytest.mark.proof
def test_a_colleagues_unit_grid_is_still_seen_far_off(bench, colleague):
    bench.hand.look_at(-20000, -20000, 20000, 20000)
    colleague.say(EDITING, edits_of(bench, "990101001001001"))
    wait_for(lambda: bands(bench))
    (band,) = bands(bench)
    pixels = band.asGeometry().boundingBox().width() / bench.canvas.mapUnitsPerPixel()
    assert 12 < pixels < 20
    assert seen(bench) == {COLOURS[0]}
    bench.hand.look_at(-20, -20, 420, 220)
    wait_for(lambda: bands(bench)[0].asGeometry().boundingBox().toString(0) == "0,0 : 100,100")


def test_colleagues_are_told_what_has_unsaved_edits_here_until_they_are_saved(bench, colleague):
    row = row_of(bench, "990101001001002")
    bench.choose("split")
    bench.hand.click(170, -10)
    bench.hand.double_click(170, 110)
    wait_for(lambda: colleague.last(EDITING))
    told = colleague.last(EDITING)
    ((table, count, rows, new, box, areas),) = told["edits"]
    assert len(bench.layer.editBuffer().changedGeometries()) == 2, "the one above got a vertex where the line ends"
    assert (table, count, rows, len(new)) == ("unit_grid", 2, [row], 1), "its ground is the same"
    assert (box, areas) == ([100, 0, 200, 100], ["990101001001"])
    assert colleague.heard[-1][1] == "示例员"
    colleague.heard.clear()
    colleague.say(ASKING, {})
    wait_for(lambda: colleague.last(EDITING) == told)
    assert bench.layer.commitChanges(False)
    wait_for(lambda: colleague.last(EDITING) == NOTHING)


@pytest.mark.proof
def test_edits_that_are_given_up_or_undone_are_told_as_gone(bench, colleague):
    bench.choose("merge")
    bench.hand.click(50, 50)
    bench.hand.click(150, 50)
    bench.hand.enter()
    wait_for(lambda: colleague.last(EDITING))
    bench.layer.undoStack().undo()
    wait_for(lambda: colleague.last(EDITING) == NOTHING)
    bench.layer.undoStack().redo()
    wait_for(lambda: colleague.last(EDITING) != NOTHING)
    bench.layer.rollBack()
    wait_for(lambda: colleague.last(EDITING) == NOTHING)


def test_who_begins_a_gesture_where_a_colleague_edits_reads_so_once_and_is_not_held_up(bench, colleague):
    colleague.say(EDITING, edits_of(bench, "990101001001002"))
    wait_for(lambda: bands(bench))
    bench.choose("split")
    bench.hand.click(350, 50)
    assert not any("李工" in text for text in bench.messages()), "he is elsewhere"
    bench.hand.escape()
    bench.hand.click(150, 50)
    (text,) = bench.messages()
    assert text.startswith("李工 has been editing here since 14:05")
    bench.shell.tell(Message("transactions_off"))
    bench.hand.escape()
    bench.hand.click(170, -10)
    bench.hand.click(170, 50)
    bench.hand.double_click(170, 110)
    assert len(bench.stack()) == 1
    assert not any("李工" in text for text in bench.messages()), "it was said already"
    colleague.say(EDITING, NOTHING)
    wait_for(lambda: not bench.shell.always(PresenceWatch).present())
    wait_for(tasks_done)


def test_what_was_said_of_a_colleague_goes_when_he_has_saved(bench, colleague):
    colleague.say(EDITING, edits_of(bench, "990101001001002"))
    wait_for(lambda: bands(bench))
    bench.choose("split")
    bench.hand.click(150, 50)
    assert any(item.property(WHOLE) for item in bench.iface.messageBar().items())
    colleague.say(EDITING, NOTHING)
    wait_for(lambda: not bench.shell.always(PresenceWatch).present())
    assert not any(item.property(WHOLE) for item in bench.iface.messageBar().items())
    bench.hand.escape()
    wait_for(tasks_done)


@pytest.mark.proof
def test_who_edits_the_same_row_in_a_form_reads_so(bench, colleague):
    bench.layer.startEditing()
    feature = next(row for row in bench.layer.getFeatures() if row["code"] == "990101001001005")
    bench.layer.changeAttributeValue(feature.id(), bench.layer.fields().lookupField("note"), "改了")
    wait_for(lambda: colleague.last(EDITING))
    colleague.say(EDITING, edits_of(bench, "990101001001004"))
    wait_for(lambda: bands(bench))
    assert not any("李工" in text for text in bench.messages())
    colleague.say(EDITING, edits_of(bench, "990101001001004", "990101001001005"))
    wait_for(lambda: any(text.startswith("李工 has been editing here") for text in bench.messages()))


@pytest.mark.proof
def test_a_project_that_is_closed_with_its_edits_says_good_bye(bench, colleague):
    bench.layer.startEditing()
    bench.layer.deleteFeature(next(bench.layer.getFeatures()).id())
    wait_for(lambda: colleague.last(EDITING))
    QgsProject.instance().clear()
    wait_for(lambda: colleague.last(EDITING) == NOTHING, 10)


@pytest.mark.daily(2)
def test_a_plugin_that_is_switched_off_with_unsaved_edits_says_good_bye(bench, colleague):
    bench.layer.startEditing()
    bench.layer.deleteFeature(next(bench.layer.getFeatures()).id())
    wait_for(lambda: colleague.last(EDITING))
    bench.shell.take_down()
    wait_for(lambda: colleague.last(EDITING) == NOTHING, 10)


@pytest.mark.daily(2)
def test_after_a_mistake_of_ours_in_a_read_colleagues_are_seen_and_told_again(bench, colleague, monkeypatch):
    mistakes = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: mistakes.append(kind))
    monkeypatch.setattr(background_call, "_TOLD_MISTAKES", set())
    with monkeypatch.context() as broken:
        broken.setattr(whereabouts, "read_whereabouts", lambda *_: 1 / 0)
        broken.setattr(edits_telling, "read_stored", lambda *_: int("x"))
        colleague.say(EDITING, edits_of(bench, "990101001001001"))
        bench.layer.startEditing()
        bench.layer.deleteFeature(row_of(bench, "990101001001003"))
        wait_for(lambda: len(mistakes) == 2)
        wait_for(lambda: (colleague.last(EDITING) or NOTHING)["edits"], 10)  # told by the number of rows
    colleague.say(EDITING, edits_of(bench, "990101001001002"))
    wait_for(lambda: bands(bench), 10)
    bench.layer.rollBack()
    wait_for(lambda: colleague.last(EDITING) == NOTHING, 10)
    assert sorted(kind.__name__ for kind in mistakes) == ["ValueError", "ZeroDivisionError"]


@pytest.mark.proof
def test_a_planner_behind_a_pooler_is_seen_by_those_who_are_not(postgis, author, database_location, monkeypatch):
    monkeypatch.setattr(announcing, "PAUSE_S", 0.1)
    KEPT.forget()
    build_workspace(database_location)
    colleague = ListeningColleague(database_location)
    with pooler_before(postgis, auth_type="trust") as pooler:
        made = Bench(pooler.before(database_location))
        made.layer.startEditing()
        made.layer.deleteFeature(next(made.layer.getFeatures()).id())
        wait_for(lambda: colleague.last(EDITING))
        made.layer.rollBack()
        wait_for(lambda: colleague.last(EDITING) == NOTHING)
        made.close()
    colleague.leave()


def on_board(postgis):
    """Return what this window has told last by the board."""
    sql = "SELECT content FROM gridmgmt_news.entry WHERE sender = %s AND kind = %s"
    told = postgis.run(sql, (OWN_MARK, EDITING))
    return json.loads(told[0][0])["what"] if told else NOTHING


@pytest.mark.daily(1)
def test_two_planners_behind_a_pooler_see_each_other(postgis, author, database_location, monkeypatch):
    monkeypatch.setattr(announcing, "PAUSE_S", 0.1)
    monkeypatch.setattr(watch, "LOOK_S", 0.1)
    KEPT.forget()
    build_workspace(database_location)
    with news_board(postgis), pooler_before(postgis, auth_type="trust") as pooler:
        behind = pooler.before(database_location)
        colleague, bench = ListeningColleague(behind), Bench(behind)
        colleague.say(EDITING, edits_of(bench, "990101001001001"))
        wait_for(lambda: bands(bench) and "李工: editing in 南门社区 since 14:05" in said(bench))
        colleague.say(EDITING, NOTHING)
        wait_for(lambda: not bands(bench), 10)
        bench.layer.startEditing()
        bench.layer.deleteFeature(row_of(bench, "990101001001003"))
        wait_for(lambda: on_board(postgis)["edits"])
        bench.layer.rollBack()
        wait_for(lambda: on_board(postgis) == NOTHING)
        bench.close()
        colleague.leave()


@pytest.mark.proof
def test_a_number_or_a_paragraph_for_a_name_does_not_go_out(bench, colleague):
    remember("author", "李工 13812345678 " + "很长的说明" * 400)
    bench.layer.startEditing()
    bench.layer.deleteFeature(next(bench.layer.getFeatures()).id())
    wait_for(lambda: colleague.last(EDITING))
    who = colleague.heard[-1][1]
    assert who.startswith("李工")
    assert "138" not in who
    assert len(who) <= 60


@pytest.mark.proof
def test_a_layer_that_is_taken_away_takes_its_edits_with_it_and_no_others(bench, colleague):
    lanes = shown_layer(QgsProject.instance(), "lane")
    for layer in (bench.layer, lanes):
        layer.startEditing()
        layer.deleteFeature(next(layer.getFeatures()).id())

    def told():
        return sorted(edited[0] for edited in (colleague.last(EDITING) or NOTHING)["edits"])

    wait_for(lambda: told() == ["lane", "unit_grid"])
    QgsProject.instance().removeMapLayer(lanes.id())
    wait_for(lambda: told() == ["unit_grid"], 10)
