"""What a colleague saves shows in the window, and the planner's own work is as he left it."""

from __future__ import annotations

import sys
import time

import numpy as np
import pytest
from qgis.core import QgsFeature, QgsProject
from qgis.gui import QgsAttributeDialog, QgsAttributeEditorContext, QgsGui, QgsMessageBar
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QApplication, QLineEdit, QTextBrowser, QWidget

from gridmgmt_plugin.gui.beside import controller
from gridmgmt_plugin.gui.beside.controller import Beside
from gridmgmt_plugin.gui.beside.open_forms import open_forms
from gridmgmt_plugin.gui.frame import background_call
from gridmgmt_plugin.project.postponed import is_postponed, knows_all_rows
from gridmgmt_plugin.project.shown_workspace import shown_layer, shown_layers
from gridmgmt_plugin.workspace.news import fresh, hearing
from gridmgmt_plugin.workspace.news.news import tables_written, written
from gridmgmt_plugin.workspace.postgis.listening import NAME
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.gui.disturbances import attribute_table
from tests.qgis.gui.form_tools import FormTools
from tests.qgis.workspace_window import build_workspace, tasks_done, wait_for

LISTENING = "SELECT 1 FROM pg_stat_activity WHERE application_name = %s"
CODES = [f"990101001001{number:03d}" for number in range(1, 13)]


def layer_of(table: str):
    return shown_layer(QgsProject.instance(), table)


def feature(layer, code: str):
    key = "code" if "code" in layer.fields().names() else "id"
    return next(one for one in layer.getFeatures() if one[key] == code)


def value(layer, code: str, column: str):
    return feature(layer, code)[column]


@pytest.fixture
def form(shell):
    """Return what opens the form of a row."""
    opened, tools = [], FormTools()
    QgsGui.editorWidgetRegistry().initEditors()

    def show(table: str, code: str) -> QgsAttributeDialog:
        layer = layer_of(table)
        context = QgsAttributeEditorContext()
        context.setVectorLayerTools(tools)
        context.setFormMode(QgsAttributeEditorContext.FormMode.StandaloneDialog)
        dialog = QgsAttributeDialog(layer, QgsFeature(feature(layer, code)), False, None, True, context)
        dialog.show()
        opened.append(dialog)
        return dialog

    yield show
    for dialog in opened:
        dialog.close()
        dialog.deleteLater()


def line(dialog, column: str) -> QLineEdit:
    field = dialog.attributeForm().findChild(QLineEdit, column)
    return field if field is not None else dialog.attributeForm().findChild(object, column).findChild(QLineEdit)


def told(dialog) -> str:
    bars = [sip.cast(one, QgsMessageBar) for one in dialog.findChildren(QWidget) if _is_bar(one)]
    return "\n".join(item.text() for bar in bars for item in bar.items())


def _is_bar(widget: QWidget) -> bool:
    return widget.metaObject().className() == "QgsMessageBar"


def all_opened():
    """Tell whether every table is opened but those that are in memory with all their rows."""
    return all(is_postponed(one) <= knows_all_rows(one) for one in shown_layers(QgsProject.instance()).values())


@pytest.mark.daily(1)
def test_the_map_is_drawn_anew_where_he_saved_and_nowhere_else(shell, colleague):
    drawn = []
    wait_for(all_opened)
    for table in ("unit_grid", "lane", "component"):
        layer_of(table).repaintRequested.connect(lambda *_, table=table: drawn.append(table))
    colleague.save("unit_grid", "code", CODES[0], note="改了")
    wait_for(lambda: "unit_grid" in drawn)
    wait_for(tasks_done)
    assert set(drawn) == {"unit_grid"}
    assert value(layer_of("unit_grid"), CODES[0], "note") == "改了"


@pytest.mark.proof
def test_the_tree_says_what_he_saved(shell, colleague):
    colleague.save("area", "code", CODES[0][:12], name="东门社区")
    names = lambda: {place.name for place in shell.controller("tree").dock.model.summary.places}  # noqa: E731
    wait_for(lambda: "东门社区" in names())


@pytest.mark.daily(1)
def test_a_search_goes_on_while_the_tree_reads_again(shell, colleague):
    tree = shell.controller("tree")
    tree._search("南北胡同")
    tree.refresh()
    assert tree._searching is not None


@pytest.mark.daily(1)
def test_edits_selection_and_undo_steps_stay(shell, colleague):
    layer = layer_of("unit_grid")
    seen = []
    layer.repaintRequested.connect(lambda *_: seen.append(1))
    layer.startEditing()
    mine, other = feature(layer, CODES[0]).id(), feature(layer, CODES[1]).id()
    layer.beginEditCommand("note")
    layer.changeAttributeValue(mine, layer.fields().lookupField("note"), "mein")
    layer.endEditCommand()
    layer.selectByIds([mine])
    seen.clear()
    colleague.save("unit_grid", "code", CODES[1], note="sein")
    wait_for(lambda: seen)
    wait_for(tasks_done)
    assert layer.isEditable()
    assert layer.undoStack().index() == 1
    assert layer.selectedFeatureIds() == [mine]
    assert layer.getFeature(mine)["note"] == "mein"
    assert layer.getFeature(other)["note"] == "sein"
    assert layer.commitChanges(False), layer.commitErrors()
    assert value(layer, CODES[1], "note") == "sein"


@pytest.mark.proof
def test_a_row_that_was_edited_before_he_saved_it_is_refused(shell, location, colleague):
    layer = layer_of("unit_grid")
    layer.startEditing()
    layer.changeAttributeValue(feature(layer, CODES[0]).id(), layer.fields().lookupField("note"), "mein")
    seen = []
    layer.repaintRequested.connect(lambda *_: seen.append(1))
    colleague.save("unit_grid", "code", CODES[0], note="sein")
    wait_for(lambda: seen)
    wait_for(tasks_done)
    assert not layer.commitChanges(False)
    assert Workspace.open(location).read("unit_grid", ["note"], {"code": CODES[0]})["note"][0] == "sein"
    wait_for(lambda: True)
    assert layer.isModified()
    layer.rollBack()


@pytest.mark.daily(1)
def test_a_row_that_is_edited_after_he_saved_it_is_built_upon(shell, location, colleague):
    """Without what he told it would count as a conflict: editing had begun before he saved."""
    layer = layer_of("unit_grid")
    layer.startEditing()
    seen = []
    layer.repaintRequested.connect(lambda *_: seen.append(1))
    colleague.save("unit_grid", "code", CODES[0], note="sein")
    wait_for(lambda: seen)
    wait_for(tasks_done)
    layer.changeAttributeValue(feature(layer, CODES[0]).id(), layer.fields().lookupField("name"), "neu")
    assert layer.commitChanges(), layer.commitErrors()
    rows = Workspace.open(location).read("unit_grid", ["note", "name"], {"code": CODES[0]})
    assert (rows["note"][0], rows["name"][0]) == ("sein", "neu")


@pytest.mark.proof
def test_a_form_in_which_nobody_typed_shows_what_he_saved(shell, colleague, form):
    dialog = form("unit_grid", CODES[0])
    colleague.save("unit_grid", "code", CODES[0], name="新名")
    wait_for(lambda: line(dialog, "name").text() == "新名")
    wait_for(tasks_done)
    assert "新名" not in told(dialog), "there is nothing to tell"


@pytest.mark.daily(1)
def test_a_form_claims_as_ones_own_only_what_was_typed_and_shows_the_sentence_whole(shell, colleague, form):
    layer_of("unit_grid").startEditing()
    dialog = form("unit_grid", CODES[0])
    line(dialog, "name").setText("我的")
    colleague.save("unit_grid", "code", CODES[0], name="他的", note="一句很长的备注" * 12)
    wait_for(lambda: "他的" in told(dialog))
    wait_for(tasks_done)
    assert "yours “我的”" in told(dialog)
    assert told(dialog).count("yours") == 1
    bars = [sip.cast(one, QgsMessageBar) for one in dialog.findChildren(QWidget) if _is_bar(one)]
    (text,) = [bar.currentItem().findChild(QTextBrowser) for bar in bars if bar.currentItem() is not None]
    wait_for(lambda: text.height() >= text.document().size().height())
    dialog.reject()
    layer_of("unit_grid").rollBack()


@pytest.mark.daily(1)
def test_a_form_in_which_somebody_typed_keeps_it_and_says_what_stands_there(shell, location, colleague, form):
    layer_of("unit_grid").startEditing()
    dialog = form("unit_grid", CODES[0])
    line(dialog, "name").setText("我的")
    colleague.save("unit_grid", "code", CODES[0], name="他的")
    wait_for(lambda: "他的" in told(dialog))
    assert "李工" in told(dialog)
    assert line(dialog, "name").text() == "我的"
    dialog.accept()
    layer = layer_of("unit_grid")
    assert value(layer, CODES[0], "name") == "我的"
    assert not layer.commitChanges(False), "he had not seen what the colleague saved when he typed"
    assert Workspace.open(location).read("unit_grid", ["name"], {"code": CODES[0]})["name"][0] == "他的"
    wait_for(lambda: True)
    layer.rollBack()


@pytest.mark.daily(1)
def test_a_form_that_is_opened_while_another_is_read_again_is_told_no_untruth(shell, location, colleague, form):
    """The row of the second one was not asked for: it is not gone."""
    first = form("unit_grid", CODES[0])
    beside, later = shell.always(Beside), []
    taken = beside._take

    def take(*given) -> None:
        later.append(form("unit_grid", CODES[1]))
        taken(*given)

    beside._take = take
    workspace = Workspace.open(location)
    rows = workspace.read("unit_grid", ["row_version"], {"code": CODES[:2]}, geometry=False)
    beside._hear([written({"unit_grid": rows.fids.tolist()}, (), "李工")])
    wait_for(lambda: later)
    assert (told(first), told(later[0])) == ("", "")


@pytest.mark.daily(1)
def test_after_a_mistake_of_ours_in_a_read_the_next_save_is_shown(shell, location, colleague, monkeypatch):
    mistakes = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: mistakes.append(kind))
    monkeypatch.setattr(background_call, "_TOLD_MISTAKES", set())
    layer = layer_of("unit_grid")
    layer.startEditing()
    layer.changeAttributeValue(feature(layer, CODES[1]).id(), layer.fields().lookupField("note"), "mein")
    with monkeypatch.context() as broken:
        broken.setattr(fresh, "read_fresh", lambda *_: 1 / 0)
        colleague.save("unit_grid", "code", CODES[0], note="erst")
        wait_for(lambda: mistakes)
        wait_for(lambda: shell.always(Beside)._reading is None, 10)
    read = []
    monkeypatch.setattr(fresh, "read_fresh", lambda *given, known=fresh.read_fresh: read.append(1) or known(*given))
    colleague.save("unit_grid", "code", CODES[0], note="dann")
    wait_for(lambda: read, 10)
    wait_for(tasks_done)
    assert mistakes == [ZeroDivisionError]
    layer.rollBack()


@pytest.mark.proof
def test_a_map_that_is_being_drawn_gets_ready_but_is_not_waited_for_for_ever(shell, colleague, monkeypatch):
    shown = []
    layer_of("unit_grid").repaintRequested.connect(lambda *_: shown.append(1))
    is_drawing = [True]
    monkeypatch.setattr(shell.iface.mapCanvas(), "isDrawing", lambda: is_drawing[0], raising=False)
    begun = time.monotonic()
    for number in range(2, 7):
        colleague.save("unit_grid", "code", CODES[number], note="改了")
    wait_for(lambda: shown)
    assert 1.5 < time.monotonic() - begun < 10
    wait_for(tasks_done)
    shown.clear()
    colleague.save("unit_grid", "code", CODES[1], note="又改了")
    is_drawing[0] = False
    wait_for(lambda: shown)


@pytest.mark.proof
def test_however_many_save_the_window_has_most_of_the_time_for_the_planner(shell, monkeypatch):
    shown = []

    def slowly(*_) -> None:
        time.sleep(0.1)
        shown.append(time.monotonic())

    monkeypatch.setattr(controller, "show_burst", slowly)
    heard, begun = shell.always(Beside)._hear, time.monotonic()
    while time.monotonic() < begun + 2.5:
        heard([written({"unit_grid": [1]}, ["unit_grid"], "李工")])
        QApplication.processEvents()
    assert 3 <= len(shown) <= 6, "a fifth of the time at most"


@pytest.mark.proof
def test_an_open_table_shows_what_he_saved(shell, colleague):
    with attribute_table(layer_of("unit_grid")) as rows:
        assert "改了" not in str(rows())
        colleague.save("unit_grid", "code", CODES[0], note="改了")
        wait_for(lambda: "改了" in str(rows()))
        assert len(rows()) == 24


@pytest.mark.proof
def test_nobody_is_told_of_edits_in_forms_that_were_only_opened(shell, form, colleague):
    colleague.save("unit_grid", "code", CODES[0], area_m2=10234.56789, households=3, population=7)
    colleague.save("lane", "code", "L1", length_m=200.123456, width_m=7.5, valid_from="2024-02-29")
    colleague.save("unit_grid", "code", CODES[0], valid_from="2024-02-29", grade="一级", land_use="居住")
    colleague.save("post", "id", "1", valid_from="2024-02-29", start_time="08:00", weekdays="1,2", turn="A角")
    colleague.save("cases", "id", "0", reported_at="2024-02-29T08:00:00", returned=1, satisfied=0, title="x")
    colleague.save("component", "code", "P0", surveyed_on="2024-02-29", length_m=3.14159)
    for table in ("unit_grid", "area", "component", "cases", "lane", "person", "post", "responsibility_grid"):
        layer = layer_of(table)
        row = next(layer.getFeatures())
        form(table, row["code"] if "code" in layer.fields().names() else row["id"])
    wait_for(tasks_done)
    assert {one.table: one.typed() for one in open_forms() if one.typed()} == {}
    assert len(list(open_forms())) == 8


@pytest.mark.proof
def test_a_form_says_that_its_row_was_deleted(shell, location, form):
    dialog = form("person", "B")
    with Workspace.open(location).transaction("我", "edit") as transaction:
        transaction.clear("person", {"id": "B"})
    shell.channel.arrived.emit([tables_written(["person"], "李工")])
    wait_for(lambda: "李工 has just deleted this row" in told(dialog))


@pytest.mark.proof
def test_what_was_saved_while_nothing_could_be_heard_is_shown_when_it_can(
    window, database_location, postgis, monkeypatch
):
    monkeypatch.setattr(hearing, "PAUSES_S", (0.5,))
    window.session.open(build_workspace(database_location), lambda error: None)
    wait_for(lambda: postgis.run(LISTENING, (NAME,)))
    wait_for(tasks_done)
    wait_for(all_opened)
    shown = []
    layer_of("unit_grid").repaintRequested.connect(lambda *_: shown.append(1))
    postgis.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", (NAME,))
    wait_for(lambda: not postgis.run(LISTENING, (NAME,)))
    with Workspace.open(database_location).transaction("我", "edit") as transaction:
        transaction.set_column("unit_grid", "note", np.array([1]), ["x"])
    assert not shown
    wait_for(lambda: shown)
    assert postgis.run(LISTENING, (NAME,))
