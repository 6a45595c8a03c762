"""A database is opened with few waits for its server; tables that nobody has asked for are opened later."""

from __future__ import annotations

import time
import zipfile
from contextlib import closing
from dataclasses import replace
from functools import partial
from unittest.mock import Mock

import pytest
from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)
from qgis.gui import QgsAttributeDialog, QgsAttributeEditorContext, QgsGui, QgsProcessingAlgorithmDialogBase
from qgis.PyQt.QtCore import QCoreApplication, QEvent, Qt, QTimer
from qgis.PyQt.QtWidgets import QApplication, QPushButton

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.gui.beside.burst import Burst
from gridmgmt_plugin.gui.beside.fresh_layers import show_burst
from gridmgmt_plugin.gui.forms.list_widget import ShortListWidget
from gridmgmt_plugin.gui.opening import late_tables
from gridmgmt_plugin.gui.opening.open_tables import read_again
from gridmgmt_plugin.processing.algorithms.who_is_responsible import WhoIsResponsible
from gridmgmt_plugin.processing.sources import take_input
from gridmgmt_plugin.project import opened_apart
from gridmgmt_plugin.project.forms.field_widgets import LISTED_AT_MOST
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.project.layers import LayerOpening, open_layers
from gridmgmt_plugin.project.map.ledger_overlays import overlays
from gridmgmt_plugin.project.map.themes import apply_theme
from gridmgmt_plugin.project.postponed import is_postponed, knows_all_rows, outdate_all
from gridmgmt_plugin.project.shown_workspace import shown_layer, shown_layers
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.network_proxy import NetworkProxy
from tests.qgis.gui.form_tools import FormTools
from tests.qgis.workspace_window import (
    LISTS_OF_NAMES,
    MapIface,
    built_shell,
    forget_settings,
    tasks_done,
    wait_for,
)


class ToolOfQgis(QgsProcessingAlgorithmDialogBase):
    """The dialog of one of QGIS's own processing tools."""


AT_ONCE = {"area", "unit_grid", "responsibility_grid"}
NAMED = {"department": "name", "scheme": "title", "person": "name"}


@pytest.fixture
def still(monkeypatch):
    """Have nobody wait for the planner's mouse to lie still."""
    monkeypatch.setattr(late_tables, "_STILL_S", 0.0)
    monkeypatch.setattr(late_tables, "_LOOKS_MS", 20)


def is_said(shell, message):
    return message.text(language()) in shell.iface.messages()


def opened(shell, place):
    told = []
    shell.session.open(place, told.append)
    wait_for(lambda: told)
    assert told == [None]
    return shown_layers(QgsProject.instance())


def waiting():
    return {name for name, layer in shown_layers(QgsProject.instance()).items() if is_postponed(layer)}


def not_known():
    """Return the tables that wait and of which not every row is in memory."""
    layers = shown_layers(QgsProject.instance())
    return {name for name in waiting() if not knows_all_rows(layers[name])}


def look_of(layer):
    """Return what a planner sees of the columns of a layer before he sees a row."""
    form = layer.editFormConfig()
    return [
        (
            field.name(),
            layer.attributeDisplayName(at),
            layer.editorWidgetSetup(at).type(),
            layer.defaultValueDefinition(at).expression(),
            form.readOnly(at),
        )
        for at, field in enumerate(layer.fields())
    ]


def test_opening_and_opening_again_wait_for_few_answers(shell, place, network, busy):
    """Each of 33 tables would be fourteen messages; what reads behind the window meanwhile is counted too.

    Three tables are 26 each, over connections of their own, but at the same time.
    """
    far, counted = replace(place, port=network.port), []
    for most in (160, 140):
        network.set("messages", 0)
        shell.session.open(far, lambda error: counted.append((error, network.ask("messages"))))
        wait_for(lambda: counted)
        (error, messages) = counted.pop()
        assert error is None
        assert messages <= most
        assert set(shown_layers(QgsProject.instance())) == set(tables())
        wait_for(tasks_done)
        shell.session.close_workspace()


def test_an_opening_stays_out_of_the_middle_of_what_the_planner_does_meanwhile(shell, place, busy, monkeypatch):
    waits, told, open_next = [False], [], LayerOpening.open_next

    def begins_to_wait(opening):
        open_next(opening)
        waits[0] = True

    monkeypatch.setattr(LayerOpening, "open_next", begins_to_wait)
    monkeypatch.setattr("gridmgmt_plugin.gui.frame.background_task.is_waiting", lambda: waits[0])
    shell.session.open(place, told.append)
    wait_for(lambda: waits[0])
    monkeypatch.setattr(LayerOpening, "open_next", open_next)
    until = time.monotonic() + 0.3
    wait_for(lambda: time.monotonic() > until)
    assert not told
    waits[0] = False
    wait_for(lambda: told)
    assert told == [None]


def test_only_what_the_map_shows_first_is_opened_at_once(shell, place, busy):
    assert set(opened(shell, place)) - waiting() == AT_ONCE


def test_a_table_looks_the_same_before_it_is_opened_and_after(shell, place, busy):
    layers = opened(shell, place)
    before = {name: (look_of(layer), layer.name(), layer.displayExpression()) for name, layer in layers.items()}
    for name in layers:
        assert shown_layer(QgsProject.instance(), name).isValid()
    after = {name: (look_of(layer), layer.name(), layer.displayExpression()) for name, layer in layers.items()}
    assert before == after
    # What QGIS opened without any waiting has the same columns, sources and shapes.
    for name, layer in open_layers(Workspace.open(place), "zh_CN").items():
        assert layer.source() == layers[name].source()
        assert [field.name() for field in layer.fields()] == [field.name() for field in layers[name].fields()]
        assert (layer.wkbType(), layer.crs()) == (layers[name].wkbType(), layers[name].crs())
        assert not layers[name].readOnly()


def test_what_the_planner_turns_to_is_opened(shell, place, busy):
    layers = opened(shell, place)
    shell.iface.layerTreeView().setCurrentLayer(layers["department"])
    assert not is_postponed(layers["department"])
    QgsProject.instance().layerTreeRoot().findLayer(layers["lane"]).setItemVisibilityChecked(True)
    assert not is_postponed(layers["lane"])
    assert layers["lane"].featureCount() == 1
    apply_theme(QgsProject.instance(), "manage")
    assert not waiting() & {"station", "component", "cases"}
    assert layers["component"].featureCount() == 25


def test_to_open_a_table_waits_for_one_answer_more_than_qgis_asks_for(shell, place, network, busy):
    layers = opened(shell, replace(place, port=network.port))
    for table in ("department", "lane"):  # with the first QGIS makes the connection that all of them share
        wait_for(tasks_done)
        network.set("messages", 0)
        shell.iface.layerTreeView().setCurrentLayer(layers[table])
        assert not is_postponed(layers[table])
    assert network.ask("messages") <= 16


@pytest.mark.proof
def test_while_the_planner_does_nothing_all_tables_are_opened(shell, place, still):
    layers = opened(shell, place)
    wait_for(lambda: not not_known())
    assert {layer.providerType() for name, layer in layers.items() if name not in waiting()} == {"postgres"}
    stored = Workspace.open(place)
    assert {name for name in waiting() - LISTS_OF_NAMES if stored.count(name)} == set()


def test_a_table_without_rows_is_opened_when_a_colleague_has_written_one(shell, place, still):
    """To open each that is empty would hold the window for sixteen messages."""
    layers = opened(shell, place)
    wait_for(lambda: not not_known())
    assert {"exemption", "duty_zone", "patrol"} <= waiting()
    with Workspace.open(place).transaction("test", "test") as transaction:
        transaction.insert("exemption", Rows.from_records([{"rule": "G001"}]))
    show_burst(layers, Burst(rows={"exemption": None}))
    wait_for(lambda: "exemption" not in waiting())
    assert layers["exemption"].featureCount() == 1
    outdate_all()  # a job of QGIS's toolbox has written something else
    assert "patrol" in not_known()
    wait_for(lambda: not not_known())
    assert "patrol" in waiting()


def test_lists_of_names_stay_in_memory_and_are_read_again_when_a_colleague_or_a_job_writes_one(shell, place, still):
    """To open one would hold the window for sixteen messages."""
    layers = opened(shell, place)
    wait_for(lambda: not not_known())
    written = Workspace.open(place)
    for code, tell in (("D1", lambda: show_burst(layers, Burst(rows={"department": None}))), ("D2", outdate_all)):
        with written.transaction("test", "test") as transaction:
            transaction.insert("department", Rows.from_records([{"code": code, "name": "市容科"}]))
        tell()
        wait_for(partial(is_listed, layers["department"], code))
    assert waiting() >= LISTS_OF_NAMES


def is_listed(layer, code):
    return code in {row["code"] for row in layer.getFeatures()}


@pytest.mark.proof
def test_a_list_of_names_that_has_got_long_is_opened(shell, place, still):
    layers = opened(shell, place)
    wait_for(lambda: not not_known())
    with Workspace.open(place).transaction("test", "test") as transaction:
        many = [{"code": f"D{number}", "name": "市容科"} for number in range(LISTED_AT_MOST + 1)]
        transaction.insert("department", Rows.from_records(many))
    show_burst(layers, Burst(rows={"department": None}))
    wait_for(lambda: "department" not in waiting())
    assert layers["department"].featureCount() == LISTED_AT_MOST + 1


def test_a_form_asks_the_server_for_no_list_of_names_that_is_in_memory(shell, place, network, still):
    layers = opened(shell, replace(place, port=network.port))
    wait_for(lambda: not not_known())
    wait_for(tasks_done)
    unit = QgsFeature(next(layers["unit_grid"].getFeatures()))
    QgsGui.editorWidgetRegistry().initEditors()
    for _ in range(2):  # for the first one QGIS makes a connection to read over
        surroundings = QgsAttributeEditorContext()
        surroundings.setFormMode(QgsAttributeEditorContext.FormMode.StandaloneDialog)
        network.set("messages", 0)
        form = QgsAttributeDialog(layers["unit_grid"], unit, False, None, True, surroundings)
        form.show()
        messages = network.ask("messages")
        form.close()
    assert messages <= 24  # of areas and of the grids of two schemes; departments would be 18 more


def test_in_a_window_that_would_find_tables_empty_they_are_opened_though_the_mouse_moves_and_that_is_said(
    shell, place, busy, monkeypatch
):
    monkeypatch.setattr(late_tables, "_LOOKS_MS", 20)
    opened(shell, place)
    expected = len(waiting())
    tool = ToolOfQgis(shell.iface.mainWindow())
    tool.show()
    QApplication.setActiveWindow(tool)
    begun, ended = Message("tables_still_wait", {"count": expected}), Message("tables_all_open")
    for message in (begun, ended):
        wait_for(partial(is_said, shell, message))
    tool.close()
    assert not waiting()


def test_forms_name_what_is_in_a_table_that_waits(shell, place, busy):
    with Workspace.open(place).transaction("test", "test") as transaction:
        transaction.insert("department", Rows.from_records([{"code": "D1", "name": "市容科"}]))
    units = opened(shell, place)["unit_grid"]
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(units))
    setup = units.editorWidgetSetup(units.fields().lookupField("responsible_code"))
    assert setup.type() == "ValueRelation"
    unit = next(units.getFeatures())
    unit["responsible_code"] = "D1"
    context.setFeature(unit)
    assert QgsExpression('represent_value("responsible_code")').evaluate(context) == "市容科"
    assert "department" in waiting()


@pytest.mark.proof
def test_a_project_that_is_saved_meanwhile_has_every_table(shell, place, busy, tmp_path):
    opened(shell, place)
    file = tmp_path / "项目.qgz"
    assert QgsProject.instance().write(str(file))
    with zipfile.ZipFile(file) as archive:
        text = archive.read(next(name for name in archive.namelist() if name.endswith(".qgs"))).decode()
    assert text.count(">postgres</provider>") == len(tables())
    again = QgsProject()
    assert again.read(str(file))
    layers = shown_layers(again)
    assert {layer.providerType() for layer in layers.values()} == {"postgres"}
    assert not any(layer.readOnly() for layer in layers.values())
    assert layers["component"].featureCount() == 25


def test_edits_of_a_table_that_was_opened_late_are_saved(shell, place, busy):
    opened(shell, place)
    layer = shown_layer(QgsProject.instance(), "department")
    assert layer.startEditing()
    layer.addFeature(_department(layer))
    assert layer.commitChanges(), layer.commitErrors()
    assert Workspace.open(place).read("department")["name"].tolist() == ["园林科"]


def _department(layer):
    row = QgsFeature(layer.fields())
    row["code"], row["name"], row["row_version"] = "D9", "园林科", 1
    return row


def test_the_window_shows_that_it_waits_while_a_table_is_opened(shell, place, busy, monkeypatch):
    shown, set_source = [], QgsVectorLayer.setDataSource

    def looked_at(layer, *given):
        shown.append(QgsApplication.overrideCursor().shape())
        set_source(layer, *given)

    monkeypatch.setattr(QgsVectorLayer, "setDataSource", looked_at)
    layers = opened(shell, place)
    shell.iface.layerTreeView().setCurrentLayer(layers["lane"])
    assert shown == [Qt.CursorShape.WaitCursor]
    assert QgsApplication.overrideCursor() is None
    assert not is_postponed(layers["lane"])


def test_a_table_that_waits_is_opened_when_somebody_begins_to_edit_it(shell, place, busy):
    layer = opened(shell, place)["component"]
    assert layer.startEditing()
    assert layer.providerType() == "postgres"
    assert layer.featureCount() == 25
    layer.rollBack()


def test_another_style_of_a_table_that_was_opened_late_can_be_edited_too(shell, place, busy):
    """A style that QGIS keeps knows as well whether its layer may be edited."""
    layer = opened(shell, place)["cases"]
    styles = layer.styleManager().styles()
    for style in styles:
        layer.styleManager().setCurrentStyle(style)
    shown_layer(QgsProject.instance(), "cases")
    for style in styles:
        layer.styleManager().setCurrentStyle(style)
        assert layer.startEditing()
        layer.rollBack()


def test_a_table_that_somebody_holds_is_told_and_waits_on(shell, place, busy, postgis):
    layers = opened(shell, place)
    with closing(postgis.connect()) as other, other.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {place.schema}.lane IN ACCESS EXCLUSIVE MODE")
        node = QgsProject.instance().layerTreeRoot().findLayer(layers["lane"])
        node.setItemVisibilityChecked(True)
        assert not node.itemVisibilityChecked()
        assert is_postponed(layers["lane"])
        other.rollback()
    node.setItemVisibilityChecked(True)
    assert layers["lane"].featureCount() == 1


def test_a_server_that_falls_silent_is_told_and_the_table_waits_on(shell, place, busy, monkeypatch):
    layers = opened(shell, place)

    refused = WorkspaceError("editing_layer_silent", layer=layers["lane"].name())

    def silent(*_):
        raise refused

    monkeypatch.setattr("gridmgmt_plugin.project.postponed.refuse_unreadable", silent)
    node = QgsProject.instance().layerTreeRoot().findLayer(layers["lane"])
    node.setItemVisibilityChecked(True)
    assert not node.itemVisibilityChecked()
    assert is_postponed(layers["lane"])
    assert shell.iface.messageBar().currentItem().text()[:30] == refused.text(language())[:30]


def test_ledgers_come_to_the_map_with_their_items(shell, place, still):
    with Workspace.open(place).transaction("test", "test") as transaction:
        ledger = {"key": "trees", "title": "行道树", "geometry_kind": "point"}
        transaction.insert("ledger", Rows.from_records([ledger]))
    opened(shell, place)
    assert not overlays(QgsProject.instance())
    wait_for(lambda: overlays(QgsProject.instance()))


def test_ledgers_come_to_the_map_too_when_the_planner_has_opened_their_items_himself(shell, place, busy):
    with Workspace.open(place).transaction("test", "test") as transaction:
        ledger = {"key": "trees", "title": "行道树", "geometry_kind": "point"}
        transaction.insert("ledger", Rows.from_records([ledger]))
    layers = opened(shell, place)
    for name in ("ledger_item", "ledger"):
        shell.iface.layerTreeView().setCurrentLayer(layers[name])
        assert not is_postponed(layers[name])
    assert not overlays(QgsProject.instance())
    wait_for(lambda: overlays(QgsProject.instance()))


def test_an_algorithm_reads_a_table_that_waits_and_not_what_stands_for_it(shell, place, busy):
    layer = opened(shell, place)["component"]
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    given = take_input(layer.id(), context)
    assert len(given.read("utf-8", Progress()).rows) == 25


def test_an_algorithm_tells_who_holds_the_table_that_it_needs(shell, place, busy, postgis):
    layer = opened(shell, place)["component"]
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    context.setProject(QgsProject.instance())
    asked = {"WORKSPACE": str(place), "POINTS": layer.id(), "OUTPUT": "TEMPORARY_OUTPUT"}
    algorithm = WhoIsResponsible()
    algorithm.initAlgorithm({})
    with closing(postgis.connect()) as other, other.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {place.schema}.component IN ACCESS EXCLUSIVE MODE")
        assert algorithm.prepare(asked, context, feedback)
        other.rollback()
    with pytest.raises(QgsProcessingException):
        algorithm.processAlgorithm(asked, context, feedback)
    assert algorithm.refusal.code == "workspace_locked"


def test_what_was_written_is_shown_though_somebody_holds_a_table_that_waits(shell, place, busy, postgis):
    layers, told = opened(shell, place), []
    shell.session.data_changed.connect(lambda: told.append(True))
    with closing(postgis.connect()) as other, other.cursor() as cursor:
        for table in ("lane", "ledger"):
            cursor.execute(f"LOCK TABLE {place.schema}.{table} IN ACCESS EXCLUSIVE MODE")
        shell.session.reload()
        other.rollback()
    assert told == [True]
    assert is_postponed(layers["lane"])


def test_whoever_switches_the_plugin_off_keeps_every_table(qgis_app, place, busy):
    forget_settings()
    with built_shell(MapIface()) as shell:
        layers = opened(shell, place)
        assert waiting()
        shell.session.stop()
        assert not waiting()
        assert layers["component"].featureCount() == 25
        shell.session.start()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_tables_that_cannot_be_opened_when_the_plugin_is_switched_off_are_kept_and_opened_later(
    qgis_app, place, busy, monkeypatch, tmp_path
):
    forget_settings()
    with built_shell(MapIface()) as shell:
        layers = opened(shell, place)
        refused = WorkspaceError("editing_layer_silent", layer=layers["lane"].name())
        with monkeypatch.context() as away:
            away.setattr("gridmgmt_plugin.project.postponed.refuse_unreadable", Mock(side_effect=refused))
            shell.session.stop()
        assert waiting()
        file = tmp_path / "项目.qgs"
        assert QgsProject.instance().write(str(file))
        assert file.read_text(encoding="utf-8").count(">postgres</provider>") == len(tables())
        shell.session.start()
        shell.iface.layerTreeView().setCurrentLayer(layers["department"])
        assert not is_postponed(layers["department"])
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.mark.proof
def test_a_form_says_why_a_list_of_a_table_that_waits_cannot_be_read(shell, place, busy, postgis):
    area = opened(shell, place)["area"]
    QgsGui.editorWidgetRegistry().initEditors()
    tools, surroundings = FormTools(), QgsAttributeEditorContext()
    surroundings.setVectorLayerTools(tools)
    surroundings.setFormMode(QgsAttributeEditorContext.FormMode.StandaloneDialog)
    form = QgsAttributeDialog(area, QgsFeature(next(area.getFeatures())), False, None, True, surroundings)
    with closing(postgis.connect()) as other, other.cursor() as cursor:
        for table in waiting():
            cursor.execute(f"LOCK TABLE {place.schema}.{table} IN ACCESS EXCLUSIVE MODE")
        form.show()
        QCoreApplication.processEvents()
        for one in form.findChildren(ShortListWidget):
            one._read()
        told = [one._count.text() for one in form.findChildren(ShortListWidget)]
        form.close()
        other.rollback()
    held = WorkspaceError("workspace_locked", path=place.label).text(language())
    assert told.count(held) >= 3


def test_between_two_layers_the_planner_gets_his_turn(shell, place, busy, monkeypatch):
    turns, between, open_next = [0], [], LayerOpening.open_next

    def counted(opening):
        between.append(turns[0])
        open_next(opening)

    monkeypatch.setattr(LayerOpening, "open_next", counted)
    clicks = QTimer()
    clicks.timeout.connect(lambda: turns.__setitem__(0, turns[0] + 1))
    clicks.start(1)
    told = []
    shell.session.open(place, lambda error: told.append((error, turns[0])))
    wait_for(lambda: told)
    ((error, last),) = told
    assert error is None
    assert all(one < two for one, two in zip(between, [*between[1:], last]))


def test_what_a_job_wrote_is_named_in_forms_without_opening_the_tables_that_wait(shell, place, network, busy):
    """Each that is opened for it would be sixteen messages."""
    layers = opened(shell, replace(place, port=network.port))
    wait_for(tasks_done)
    before = waiting()
    with Workspace.open(place).transaction("test", "test") as transaction:
        transaction.insert("department", Rows.from_records([{"code": "D1", "name": "市容科"}]))
        transaction.insert("scheme", Rows.from_records([{"key": "yl", "title": "园林养护"}]))
    network.set("messages", 0)
    read_again(layers, shell.session.location)
    assert network.ask("messages") <= 6
    assert waiting() == before
    names = {table: {row[column] for row in layers[table].getFeatures()} for table, column in NAMED.items()}
    assert names["department"] == {"市容科"}
    assert {"园林养护", "城管巡查"} <= names["scheme"]
    assert len(names["person"]) == 2


def test_what_a_job_wrote_is_shown_without_opening_again_what_got_no_column(shell, place, network, busy):
    """To look for new columns QGIS would ask 29 times in the window's thread."""
    far = replace(place, port=network.port)
    layers = opened(shell, far)
    for table in layers:
        assert shown_layer(QgsProject.instance(), table) is layers[table]
    wait_for(tasks_done)
    network.set("messages", 0)
    read_again(layers, far)
    assert network.ask("messages") <= 4
    with Workspace.open(place).transaction("测试", "test") as transaction:
        transaction.add_column("unit_grid", "rg_yl", "text")
    read_again(layers, far)
    assert layers["unit_grid"].fields().lookupField("rg_yl") >= 0


@pytest.fixture
def held(postgis):
    """Yield a network that stops where QGIS asks about the first tables."""
    with NetworkProxy(postgis.port) as between:
        between.hold_at = b"qgis_editor_widget_styles"
        yield between
    idle_connections.close_all()


def test_the_window_lives_on_while_qgis_opens_what_is_shown_first(shell, place, held, busy, monkeypatch):
    in_the_window, turns, told = [], [], []
    monkeypatch.setattr("gridmgmt_plugin.project.layers._open", lambda *given, **_: in_the_window.append(given))
    shell.session.open(replace(place, port=held.port), told.append)
    wait_for(lambda: held.is_holding)
    beat = QTimer()
    beat.timeout.connect(lambda: turns.append(True))
    beat.start(5)
    wait_for(lambda: len(turns) > 20)
    assert not told
    held.let_go()
    wait_for(lambda: told)
    assert (told, in_the_window) == ([None], [])


def connections_of(postgis):
    """Return how many connections QGIS has to the server."""
    with closing(postgis.connect()) as other, other.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name NOT LIKE 'gridmgmt%'"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def test_layers_that_were_opened_apart_are_edited_and_leave_no_connection_behind(shell, place, busy, postgis):
    before = connections_of(postgis)
    units = opened(shell, place)["unit_grid"]
    assert units.thread() is QCoreApplication.instance().thread()
    assert units.startEditing()
    row, note = next(units.getFeatures()), units.fields().lookupField("note")
    units.changeAttributeValue(row.id(), note, "改")
    units.undoStack().undo()
    assert not units.isModified()
    units.undoStack().redo()
    assert units.commitChanges(), units.commitErrors()
    assert "改" in Workspace.open(place).read("unit_grid", ["note"], geometry=False)["note"]
    wait_for(tasks_done)
    shell.session.close_workspace()
    wait_for(lambda: connections_of(postgis) <= before + 1)  # QGIS keeps one for a minute for what it draws


def test_an_opening_that_is_given_up_in_the_middle_leaves_no_connection_behind(shell, place, held, busy, postgis):
    before, told = connections_of(postgis), []
    shell.session.open(replace(place, port=held.port), told.append)
    wait_for(lambda: held.is_holding)
    wait_for(lambda: connections_of(postgis) > before)  # the server lists it a moment later
    shell.session.cancel_opening()
    held.let_go()
    wait_for(lambda: connections_of(postgis) <= before)
    assert not told


def test_an_opening_that_takes_its_time_is_shown_and_can_be_given_up(shell, place, held, busy):
    far = replace(place, port=held.port)
    shown = Message("database_being_opened", {"place": far.place}).text(language())[:8]

    def bar():
        item = shell.iface.messageBar().currentItem()
        return item if item is not None and item.text().startswith(shown) else None

    shell.session.open(far)
    wait_for(bar)
    bar().findChild(QPushButton, "gridmgmt_opening_cancel").click()
    wait_for(lambda: bar() is None)
    held.let_go()
    wait_for(tasks_done)
    assert shell.session.location is None
    shell.session.open(far)
    wait_for(lambda: shell.session.location is not None)
    assert bar() is None


def test_a_server_that_falls_silent_while_qgis_opens_a_table_is_told(shell, place, held, busy, monkeypatch):
    monkeypatch.setattr(opened_apart, "_LIMIT_S", 0.5)
    told = []
    shell.session.open(replace(place, port=held.port), told.append)
    wait_for(lambda: told)
    assert held.is_holding
    assert [error.code for error in told] == ["editing_layer_silent"]


def test_where_qgis_gets_no_connection_more_it_opens_a_table_in_the_window(shell, place, busy, monkeypatch):
    monkeypatch.setattr(opened_apart.OpenedApart, "take_provider", lambda _: None)
    assert opened(shell, place)["unit_grid"].featureCount() == 24
