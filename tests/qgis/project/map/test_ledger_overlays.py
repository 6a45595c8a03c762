"""Each ledger is a layer of its own on the map: by its name and symbol, with the columns of its file."""

from __future__ import annotations

import json

import pytest
import shapely
from qgis.core import QgsProject

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.ledgers.ledger_acts import remove_ledger
from gridmgmt_plugin.project.layers import open_layers
from gridmgmt_plugin.project.map import ledger_overlays
from gridmgmt_plugin.project.map.class_symbols import class_symbol
from gridmgmt_plugin.project.map.ledger_overlays import overlays, renew_overlays
from gridmgmt_plugin.project.project_file import place_layers, remove_workspace
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.workspace.conftest import EPSG_FRAME, LOCAL_FRAME, unit_rows

LEDGER = {"key": "工'地", "title": "工地", "symbol": "star", "colour": "#112233", "done_statuses": "完工"}


def _item(key, status="在建", **more):
    return {"ledger": LEDGER["key"], "key": key, "name": f"{key}号", "status": status, **more}


@pytest.fixture(params=["file-local", "file-epsg", "database-epsg"])
def workspace(request, tmp_path):
    kind, _, frame = request.param.partition("-")
    place = tmp_path / "示例 库.gpkg" if kind == "file" else request.getfixturevalue("database_location")
    frame = LOCAL_FRAME if frame == "local" else EPSG_FRAME
    with Workspace.create(place, WorkspaceInfo(frame, "990101", "示例区")) as (_, transaction):
        transaction.insert("unit_grid", unit_rows())
        transaction.insert("ledger", Rows.from_records([{**LEDGER, "geometry_kind": "point,line,area"}]))
        items = [
            _item("1", attributes=json.dumps({"面积": "120", "名称": "甲"}, ensure_ascii=False)),
            _item("2", "完工"),
            _item("3"),
            _item("4"),
            _item("5"),
            {**_item("6"), "ledger": "别的"},
        ]
        box = shapely.box(10, 10, 20, 20)
        shapes = [shapely.Point(1, 1), shapely.Point(2, 2), shapely.LineString([(0, 0), (9, 9)]), box]
        shapes += [shapely.MultiPolygon([box, shapely.box(30, 30, 40, 40)]), shapely.Point(5, 5)]
        transaction.insert("ledger_item", Rows(Rows.from_records(items).columns, as_column(shapes)))
    return Workspace.open(place)


@pytest.fixture
def shown(workspace):
    project = QgsProject()
    layers = open_layers(workspace, "zh_CN")
    place_layers(project, workspace, layers, "zh_CN")
    yield project, layers, workspace
    project.clear()


@pytest.mark.daily(1)
@pytest.mark.proof
def test_a_ledger_is_a_layer_per_kind_of_shape_with_just_its_items(shown):
    project, layers, _ = shown
    found = overlays(project)
    assert {kind: layer.featureCount() for (_, kind), layer in found.items()} == {"point": 2, "line": 1, "area": 2}
    assert {layer.name() for layer in found.values()} == {"工地（点）", "工地（线）", "工地（面）"}
    for layer in found.values():
        assert layer.isValid()
        assert layer.readOnly()
        assert layer.isSpatial()
        assert layer.crs() == layers["component"].crs()


@pytest.mark.daily(1)
@pytest.mark.proof
def test_its_form_has_the_columns_of_its_file(shown):
    point = overlays(shown[0])[LEDGER["key"], "point"]
    (one,) = [feature for feature in point.getFeatures() if feature["key"] == "1"]
    assert (one["面积"], one["名称"]) == ("120", "甲")
    assert point.editorWidgetSetup(point.fields().lookupField("attributes")).type() == "Hidden"


@pytest.mark.daily(1)
def test_it_lies_above_the_grids_and_is_drawn_as_the_ledger_says(shown):
    project, layers, _ = shown
    point = overlays(project)[LEDGER["key"], "point"]
    order = [layer.id() for layer in project.layerTreeRoot().layerOrder()]
    assert order.index(point.id()) < order.index(layers["unit_grid"].id())
    rules = point.renderer().rootRule().children()
    assert [rule.label() for rule in rules] == ["超期", "办结", "未办结"]
    assert all(rule.symbol().color().name() == "#112233" for rule in rules)


@pytest.mark.daily(1)
@pytest.mark.proof
def test_a_ledger_may_be_drawn_with_the_sign_of_a_class_of_components(shown):
    project, layers, workspace = shown
    rows = workspace.read("ledger", geometry=False)
    with workspace.transaction("", "test") as transaction:
        toilets = {"symbol": as_column(["0301"]), "row_version": rows["row_version"]}
        transaction.update("ledger", Rows(toilets, None, rows.fid))
    layers["ledger"].reload()
    renew_overlays(project, layers, "zh_CN")
    drawn = class_symbol("0301")
    for rule in overlays(project)[LEDGER["key"], "point"].renderer().rootRule().children():
        around, sign = rule.symbol().symbolLayers()
        assert around.color().name() == "#112233"
        assert sign.path() == drawn.symbolLayer(0).path()


@pytest.mark.daily(1)
@pytest.mark.proof
def test_another_name_is_followed_and_a_ledger_that_is_gone_leaves_no_layer(shown):
    project, layers, workspace = shown
    rows = workspace.read("ledger", geometry=False)
    with workspace.transaction("", "test") as transaction:
        change = {
            "title": as_column(["在建工地"]),
            "geometry_kind": as_column(["point"]),
            "row_version": rows["row_version"],
        }
        transaction.update("ledger", Rows(change, None, rows.fid))
    layers["ledger"].reload()
    renew_overlays(project, layers, "zh_CN")
    assert [layer.name() for layer in overlays(project).values()] == ["在建工地"]
    with workspace.transaction("", "test") as transaction:
        transaction.clear("ledger")
    layers["ledger"].reload()
    renew_overlays(project, layers, "zh_CN")
    assert overlays(project) == {}
    assert not [group for group in project.layerTreeRoot().findGroups(True) if group.name() == "台账图层"]


@pytest.mark.daily(1)
def test_a_workspace_that_is_closed_takes_its_ledgers_along(shown):
    project, _, _ = shown
    remove_workspace(project)
    assert not project.mapLayers()


@pytest.mark.daily(1)
@pytest.mark.proof
def test_a_ledger_that_was_removed_comes_back_with_its_layers(shown):
    project, layers, workspace = shown
    before = {kind: layer.featureCount() for (_, kind), layer in overlays(project).items()}
    remove_ledger(workspace, LEDGER["key"], author="张三")
    layers["ledger"].reload()
    renew_overlays(project, layers, "zh_CN")
    assert overlays(project) == {}
    take_back_last(workspace, "张三")
    layers["ledger"].reload()
    renew_overlays(project, layers, "zh_CN")
    assert {kind: layer.featureCount() for (_, kind), layer in overlays(project).items()} == before


def _add_item(workspace, key, content):
    item = {**_item(key), "attributes": json.dumps(content, ensure_ascii=False)}
    rows = Rows.from_records([item])
    with workspace.transaction("", "test") as transaction:
        transaction.insert("ledger_item", Rows(rows.columns, as_column([shapely.Point(3, 3)])))


@pytest.mark.daily(1)
@pytest.mark.proof
def test_what_the_planner_drew_and_called_otherwise_stays_when_a_file_brings_one_more_column(shown):
    project, layers, workspace = shown
    point = overlays(project)[LEDGER["key"], "point"]
    point.setName("我的工地")
    point.renderer().rootRule().children()[0].setLabel("我的超期")
    _add_item(workspace, "7", {"联系单": "甲"})
    layers["ledger_item"].reload()
    renew_overlays(project, layers, "zh_CN")
    assert "联系单" in point.fields().names()
    assert point.featureCount() == 3
    assert point.name() == "我的工地"
    assert point.renderer().rootRule().children()[0].label() == "我的超期"


@pytest.mark.daily(1)
@pytest.mark.proof
def test_ledgers_whose_items_are_the_same_are_not_read_again(shown, monkeypatch):
    project, layers, workspace = shown
    read = []
    looked = ledger_overlays._headings
    monkeypatch.setattr(ledger_overlays, "_headings", lambda layer: read.append(layer.name()) or looked(layer))
    renew_overlays(project, layers, "zh_CN")
    assert read == []
    rows = workspace.read("ledger_item", ["status", "row_version"], {"key": "1"}, geometry=False)
    with workspace.transaction("", "test") as transaction:
        change = {"status": as_column(["完工"]), "row_version": rows["row_version"]}
        transaction.update("ledger_item", Rows(change, None, rows.fid))
    renew_overlays(project, layers, "zh_CN")
    assert sorted(read) == ["工地（点）", "工地（线）", "工地（面）"]
