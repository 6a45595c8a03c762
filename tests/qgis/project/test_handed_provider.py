"""A layer of the project reads through what was opened in another thread, and is the layer that it was."""

from __future__ import annotations

import gc
import importlib
import weakref

import pytest
from qgis.core import QgsProject, QgsRelation, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication

from gridmgmt_plugin.project import handed_provider
from gridmgmt_plugin.project.opened_apart import OpenedApart
from gridmgmt_plugin.project.postgis_source import table_source
from gridmgmt_plugin.workspace.schema import tables
from tests.qgis.workspace_window import build_workspace


@pytest.fixture
def source(qgis_app, database_location):
    build_workspace(database_location)
    yield table_source(database_location, tables()["area"], None)
    QgsProject.instance().clear()


def provider_of(source):
    apart = OpenedApart(source)
    apart.wait_out()
    return apart.take_provider()


def stand_in():
    layer = QgsVectorLayer("Polygon?field=code:string", "社区", "memory")
    QgsProject.instance().addMapLayer(layer)
    return layer


def test_the_layer_keeps_its_place_in_the_project_and_its_relations(source):
    layer, child = stand_in(), stand_in()
    relation = QgsRelation()
    relation.setId("parent")
    relation.setReferencingLayer(child.id())
    relation.setReferencedLayer(layer.id())
    relation.addFieldPair("code", "code")
    QgsProject.instance().relationManager().addRelation(relation)
    name = layer.id()
    handed_provider.take_over(layer, source, provider_of(source))
    gc.collect()
    assert QgsProject.instance().mapLayer(name) is layer
    assert QgsProject.instance().relationManager().relation("parent").isValid()
    assert (layer.isValid(), layer.providerType(), layer.source()) == (True, "postgres", source)
    assert layer.dataProvider().thread() is QCoreApplication.instance().thread()
    assert len(list(layer.getFeatures())) == layer.featureCount() > 0


def test_its_edits_go_to_the_table(source):
    layer = stand_in()
    handed_provider.take_over(layer, source, provider_of(source))
    first = next(layer.getFeatures())
    assert layer.startEditing()
    layer.changeAttributeValue(first.id(), layer.fields().lookupField("name"), "新桥社区")
    assert layer.commitChanges(), layer.commitErrors()
    assert layer.getFeature(first.id())["name"] == "新桥社区"
    again = handed_provider.layer_through(source, "社区", provider_of(source))
    assert {row["code"]: row["name"] for row in again.getFeatures()}[first["code"]] == "新桥社区"


def test_a_project_that_is_saved_says_where_the_table_is(source, tmp_path):
    handed_provider.take_over(stand_in(), source, provider_of(source))
    file = tmp_path / "项目.qgs"
    assert QgsProject.instance().write(str(file))
    assert ">postgres</provider>" in file.read_text(encoding="utf-8")
    read = QgsProject()
    assert read.read(str(file))
    assert [layer.isValid() for layer in read.mapLayers().values()] == [True]


def test_a_plugin_that_was_loaded_anew_hands_over_too(source):
    """QGIS knows a kind of provider for as long as it runs."""
    assert handed_provider.layer_through(source, "社区", provider_of(source)).isValid()
    anew = importlib.reload(handed_provider)
    gc.collect()
    layer = anew.layer_through(source, "社区", provider_of(source))
    assert layer.isValid()
    assert layer.featureCount() > 0


@pytest.mark.parametrize("new", [False, True])
def test_python_keeps_nothing_of_what_was_handed_over(source, new):
    """What QGIS makes later at the same place in memory would be taken for it."""
    provider, layer = provider_of(source), stand_in()
    left = weakref.ref(provider)
    made = handed_provider.layer_through(source, "社区", provider) if new else None
    if not new:
        handed_provider.take_over(layer, source, provider)
    del provider
    assert left() is None
    assert len(list((made or layer).getFeatures())) > 0


def test_a_layer_that_goes_takes_what_it_reads_through_along(source, database_location, postgis):
    layer = stand_in()
    handed_provider.take_over(layer, source, provider_of(source))
    provider = layer.dataProvider()
    gone = []
    provider.destroyed.connect(lambda: gone.append(True))
    del provider
    QgsProject.instance().removeMapLayer(layer.id())
    del layer
    gc.collect()
    assert gone == [True]
