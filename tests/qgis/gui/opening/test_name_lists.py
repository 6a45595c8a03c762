"""Lists of names in forms ask the server for nothing, and follow what is edited and what colleagues write."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

import pytest
from qgis.core import QgsFeature, QgsProject, QgsValueRelationFieldFormatter, QgsVectorLayer
from qgis.gui import QgsAttributeDialog, QgsAttributeEditorContext, QgsGui
from qgis.PyQt.QtCore import QCoreApplication, QEvent

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.gui.beside.burst import Burst
from gridmgmt_plugin.gui.beside.fresh_layers import show_burst
from gridmgmt_plugin.gui.forms.list_widget import ShortListWidget
from gridmgmt_plugin.project.forms.name_copies import list_layer
from gridmgmt_plugin.project.postponed import is_postponed, outdate_all
from gridmgmt_plugin.project.shown_workspace import shown_layer, shown_layers
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import MapIface, build_workspace, built_shell, forget_settings, tasks_done, wait_for


def opened(shell, place, *tables):
    """Return the layers; QGIS has opened the tables that are named, all of them where none is."""
    told = []
    shell.session.open(place, told.append)
    wait_for(lambda: told)
    assert told == [None]
    layers = shown_layers(QgsProject.instance())
    for table in tables or layers:
        shown_layer(QgsProject.instance(), table)
    wait_for(tasks_done)
    return layers


def offered(layer: QgsVectorLayer, column: str) -> dict[str, str]:
    """Return what a form offers in a list of a layer: names by key."""
    setup = layer.editorWidgetSetup(layer.fields().lookupField(column))
    assert setup.type() == "ValueRelation"
    config = setup.config()
    made_of = QgsProject.instance().mapLayer(config["Layer"])
    offers = len(QgsValueRelationFieldFormatter.createCache(config))  # QGIS 3.44 hands out no content of these
    names = {row[config["Key"]]: row[config["Value"]] for row in made_of.getFeatures()}
    assert len(names) == offers
    return names


def put(place, table, *records):
    with Workspace.open(place).transaction("同事", "test") as transaction:
        transaction.insert(table, Rows.from_records(list(records)))


def _is_after(moment_s):
    return time.monotonic() > moment_s


def _wait_until_quiet(network):
    """Wait until nothing is asked any more of what came before, in threads of QGIS's too."""
    counted, since = network.ask("messages"), time.monotonic()
    while time.monotonic() < since + 0.3:
        wait_for(partial(_is_after, time.monotonic() + 0.05))
        if network.ask("messages") != counted:
            counted, since = network.ask("messages"), time.monotonic()


def messages_of_a_form(network, layer):
    """Return how many messages a form needs until it is on the screen, and with what comes a moment later."""
    QgsGui.editorWidgetRegistry().initEditors()
    row = QgsFeature(next(layer.getFeatures()))
    counted = []
    for _ in range(2):  # for the first one QGIS makes a connection to read over
        surroundings = QgsAttributeEditorContext()
        surroundings.setFormMode(QgsAttributeEditorContext.FormMode.StandaloneDialog)
        _wait_until_quiet(network)
        network.set("messages", 0)
        form = QgsAttributeDialog(layer, row, False, None, True, surroundings)
        form.show()
        at_once, until = network.ask("messages"), time.monotonic() + 0.3
        wait_for(partial(_is_after, until))
        counted.append((at_once, network.ask("messages")))
        form.close()
    return counted[-1]


@pytest.mark.parametrize(("table", "most"), [("unit_grid", 4), ("component", 36), ("area", 4), ("cases", 50)])
def test_a_form_asks_for_nothing_before_it_is_on_the_screen_though_all_tables_are_opened(
    shell, place, network, busy, table, most
):
    """What is referred to in large tables, and rows of lists, QGIS asks for afterwards, some of it in threads."""
    layers = opened(shell, replace(place, port=network.port))
    at_once, later = messages_of_a_form(network, layers[table])
    assert at_once == 0
    assert later <= most


def test_a_form_opens_no_table_whose_rows_are_in_memory(shell, place, busy):
    layers = opened(shell, place, "area", "post")
    before = {table for table, layer in layers.items() if is_postponed(layer)}
    QgsGui.editorWidgetRegistry().initEditors()
    surroundings = QgsAttributeEditorContext()
    surroundings.setFormMode(QgsAttributeEditorContext.FormMode.StandaloneDialog)
    for table in ("person", "area"):
        row = QgsFeature(next(layers[table].getFeatures()))
        form = QgsAttributeDialog(layers[table], row, False, None, True, surroundings)
        form.show()
        for one in form.findChildren(ShortListWidget):
            one._read()
        form.close()
    opened_now = before - {table for table, layer in layers.items() if is_postponed(layer)}
    stored = Workspace.open(place)
    assert [table for table in opened_now if not stored.count(table)] == []
    assert "patrol" in before - opened_now


def test_a_list_offers_what_is_edited_and_not_saved(shell, place, busy):
    put(place, "department", {"code": "D1", "name": "市容科"}, {"code": "D2", "name": "园林科"})
    layers = opened(shell, place, "department")
    units, departments = layers["unit_grid"], layers["department"]
    assert offered(units, "responsible_code") == {"D1": "市容科", "D2": "园林科"}
    rows = {row["code"]: row.id() for row in departments.getFeatures()}
    assert departments.startEditing()
    new = QgsFeature(departments.fields())
    new["code"], new["name"], new["row_version"] = "D3", "环卫科", 1
    departments.addFeature(new)
    departments.changeAttributeValue(rows["D1"], departments.fields().lookupField("name"), "城管科")
    departments.deleteFeature(rows["D2"])
    wait_for(lambda: offered(units, "responsible_code") == {"D1": "城管科", "D3": "环卫科"})
    departments.rollBack()
    wait_for(lambda: offered(units, "responsible_code") == {"D1": "市容科", "D2": "园林科"})


def test_a_list_offers_what_was_saved(shell, place, busy):
    layers = opened(shell, place, "department")
    departments = layers["department"]
    assert departments.startEditing()
    new = QgsFeature(departments.fields())
    new["code"], new["name"], new["row_version"] = "D3", "环卫科", 1
    departments.addFeature(new)
    assert departments.commitChanges(), departments.commitErrors()
    assert "D3" in Workspace.open(place).read("department")["code"]
    wait_for(tasks_done)
    wait_for(lambda: offered(layers["unit_grid"], "responsible_code") == {"D3": "环卫科"})


def test_a_list_offers_what_others_wrote(shell, place, busy):
    layers = opened(shell, place, "department")
    put(place, "department", {"code": "D1", "name": "市容科"})
    show_burst(layers, Burst(rows={"department": None}))
    wait_for(lambda: offered(layers["unit_grid"], "responsible_code") == {"D1": "市容科"})
    put(place, "department", {"code": "D2", "name": "园林科"})
    outdate_all()  # a job of QGIS's toolbox has written
    wait_for(lambda: "D2" in offered(layers["unit_grid"], "responsible_code"))
    put(place, "department", {"code": "D3", "name": "环卫科"})
    shell.session.reload()
    wait_for(lambda: "D3" in offered(layers["unit_grid"], "responsible_code"))


def test_a_project_that_is_saved_has_lists_of_the_tables_and_no_copy(shell, place, busy, tmp_path):
    layers = opened(shell, place, "department")
    copies = [list_layer(layers[table]).id() for table in ("area", "department", "responsibility_grid")]
    assert not set(copies) & {layer.id() for layer in layers.values()}
    assert set(copies) <= set(QgsProject.instance().mapLayers())
    file = tmp_path / "项目.qgs"
    assert QgsProject.instance().write(str(file))
    text = file.read_text(encoding="utf-8")
    assert not [copy for copy in copies if copy in text]
    again = QgsProject()
    assert again.read(str(file))
    hidden = {list_layer(layer).id() for layer in layers.values()} - {layer.id() for layer in layers.values()}
    assert set(again.mapLayers()) == set(QgsProject.instance().mapLayers()) - hidden
    units = shown_layers(again)["unit_grid"]
    for style in units.styleManager().styles():
        units.styleManager().setCurrentStyle(style)
        setup = units.editorWidgetSetup(units.fields().lookupField("responsible_code"))
        assert setup.config()["Layer"] == layers["department"].id()


def test_whoever_switches_the_plugin_off_keeps_lists_of_the_tables(qgis_app, place, busy):
    put(place, "department", {"code": "D1", "name": "市容科"})
    forget_settings()
    with built_shell(MapIface()) as shell:
        layers = opened(shell, place, "department")
        shell.session.stop()
        units = layers["unit_grid"]
        for style in units.styleManager().styles():
            units.styleManager().setCurrentStyle(style)
            setup = units.editorWidgetSetup(units.fields().lookupField("responsible_code"))
            assert setup.config()["Layer"] == layers["department"].id()
        assert list_layer(layers["department"]) is layers["department"]
        assert offered(units, "responsible_code") == {"D1": "市容科"}
        shell.session.start()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_names_are_copied_for_no_workspace_in_a_file(shell, tmp_path):
    shell.session.open(build_workspace(tmp_path / "district.gpkg"))
    layers = shown_layers(QgsProject.instance())
    assert all(list_layer(layer) is layer for layer in layers.values())
