"""A workspace opened in QGIS: every table dressed for the planner, grouped, related; a project made from it."""

from __future__ import annotations

import re
import sqlite3
import zipfile

import pytest
from qgis.core import QgsProject, QgsVectorLayer

from gridmgmt_plugin.project.forms.relations import form_relations
from gridmgmt_plugin.project.layers import open_layers
from gridmgmt_plugin.project.map.clusters import cluster_layer
from gridmgmt_plugin.project.project_file import add_workspace, remove_workspace, write_project
from gridmgmt_plugin.project.schema_relations import relations
from gridmgmt_plugin.project.shown_workspace import shown_layer, shown_location
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.workspace.conftest import EPSG_FRAME, LOCAL_FRAME, unit_rows

FRAMES = {"epsg": EPSG_FRAME, "local": LOCAL_FRAME}


def _made(place, frame):
    with Workspace.create(place, WorkspaceInfo(frame, "990101", "示例区")) as (_, transaction):
        transaction.insert("unit_grid", unit_rows())
    return Workspace.open(place)


def _text_of(project_file):
    with zipfile.ZipFile(project_file) as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith(".qgs"))).decode()


@pytest.fixture(params=FRAMES)
def file_workspace(request, tmp_path):
    return _made(tmp_path / "示例 库.gpkg", FRAMES[request.param])


@pytest.fixture(params=[f"{kind}-{frame}" for kind in ("file", "database") for frame in FRAMES])
def workspace(request, tmp_path):
    kind, _, frame = request.param.partition("-")
    place = tmp_path / "示例 库.gpkg" if kind == "file" else request.getfixturevalue("database_location")
    return _made(place, FRAMES[frame])


@pytest.fixture
def project():
    project = QgsProject()
    yield project
    project.clear()


@pytest.mark.daily(1)
@pytest.mark.proof
def test_every_table_opens_with_a_title_in_the_planners_language(workspace):
    chinese, english = open_layers(workspace, "zh_CN"), open_layers(workspace, "en")
    assert set(chinese) == set(tables())
    assert chinese["unit_grid"].name() == "单元网格"
    assert english["unit_grid"].name() == "Unit grids"


@pytest.mark.daily(1)
def test_every_column_has_an_alias(workspace):
    for name, layer in open_layers(workspace, "zh_CN").items():
        for column in tables()[name].columns:
            assert layer.attributeAlias(layer.fields().lookupField(column.name)) == column.zh


@pytest.mark.daily(1)
def test_a_value_list_shows_labels_and_stores_keys(workspace):
    layer = open_layers(workspace, "zh_CN")["unit_grid"]
    setup = layer.editorWidgetSetup(layer.fields().lookupField("state"))
    assert setup.type() == "ValueMap"
    assert {"草稿": "draft"} in setup.config()["map"]


@pytest.mark.daily(1)
@pytest.mark.proof
def test_row_numbers_and_versions_are_not_shown_in_forms(workspace):
    layer = open_layers(workspace, "en")["unit_grid"]
    for name in ("fid", "row_version"):
        assert layer.editorWidgetSetup(layer.fields().lookupField(name)).type() == "Hidden"


@pytest.mark.daily(1)
def test_a_reference_offers_the_names_of_the_parents(workspace):
    layers = open_layers(workspace, "en")
    setup = layers["unit_grid"].editorWidgetSetup(layers["unit_grid"].fields().lookupField("area_code"))
    assert setup.type() == "ValueRelation"
    assert setup.config()["Layer"] == layers["area"].id()


def test_relations_point_at_columns_that_exist():
    for relation in relations():
        assert relation.column in tables()[relation.child].column_names
        assert relation.parent_column in tables()[relation.parent].column_names


@pytest.mark.daily(1)
def test_a_project_gets_groups_relations_and_the_frame(workspace, project):
    layers = add_workspace(project, workspace, "zh_CN")
    titles = [group.name() for group in project.layerTreeRoot().findGroups(True)]
    assert titles[0] == "示例区"
    assert titles[1:] == ["常用", "台账", "记录"]
    assert set(project.mapLayers()) == {layer.id() for layer in (*layers.values(), cluster_layer(project))}
    assert len(project.relationManager().relations()) == len(form_relations(layers))
    assert project.crs().postgisSrid() == (workspace.info.frame.epsg or 0)
    assert shown_location(project) == workspace.location


@pytest.mark.daily(1)
@pytest.mark.proof
def test_lengths_and_areas_are_plain_metres_in_a_local_frame(workspace, project):
    add_workspace(project, workspace, "en")
    assert project.crs().isValid() == (workspace.info.frame.epsg is not None)
    assert shown_layer(project, "unit_grid").crs().isValid() == project.crs().isValid()
    if workspace.info.frame.epsg is None:
        assert project.ellipsoid() == "NONE"


@pytest.mark.proof
def test_a_project_of_a_local_frame_asks_proj_for_nothing(tmp_path, capfd):
    workspace = _made(tmp_path / "示例.gpkg", LOCAL_FRAME)
    text = _text_of(write_project(workspace, tmp_path / "示例.qgz", "en"))
    assert not any(word in text for word in ("ENGCRS", "LOCAL_CS", "Undefined Cartesian"))
    assert "proj_" not in capfd.readouterr().err


@pytest.mark.daily(1)
@pytest.mark.proof
def test_a_layer_is_found_again_after_the_planner_renamed_it(workspace, project):
    add_workspace(project, workspace, "en")["unit_grid"].setName("我的网格")
    assert shown_layer(project, "unit_grid").name() == "我的网格"


@pytest.mark.daily(1)
def test_taking_a_workspace_out_leaves_the_rest_of_the_project(workspace, project):
    other = QgsVectorLayer("Point", "其他", "memory")
    project.addMapLayer(other)
    add_workspace(project, workspace, "en")
    remove_workspace(project)
    assert list(project.mapLayers()) == [other.id()]
    assert project.relationManager().relations() == {}
    assert project.layerTreeRoot().findGroups() == []
    assert shown_location(project) is None


@pytest.mark.daily(1)
@pytest.mark.proof
def test_opening_a_workspace_does_not_change_its_file(file_workspace, project):
    before = file_workspace.path.read_bytes()
    add_workspace(project, file_workspace, "en")
    project.clear()
    assert file_workspace.path.read_bytes() == before
    assert not list(file_workspace.path.parent.glob("*-wal"))


@pytest.mark.daily(1)
@pytest.mark.proof
def test_a_project_file_opens_again_beside_a_moved_workspace(file_workspace, tmp_path):
    path = write_project(file_workspace, file_workspace.path.with_suffix(".qgz"), "zh_CN")
    elsewhere = tmp_path / "别处"
    elsewhere.mkdir()
    for file in (path, file_workspace.path):
        file.rename(elsewhere / file.name)
    project = QgsProject()
    assert project.read(str(elsewhere / path.name))
    assert all(layer.isValid() for layer in project.mapLayers().values())
    assert shown_layer(project, "unit_grid").featureCount() == 4
    assert shown_location(project).path == elsewhere / file_workspace.path.name
    project.clear()


@pytest.mark.daily(1)
def test_the_lists_of_forms_are_in_a_project_file_in_every_style(file_workspace):
    """Read in QGIS, where the project that is written is not the one that QGIS shows."""
    path = write_project(file_workspace, file_workspace.path.with_suffix(".qgz"), "zh_CN")
    named = re.findall(r"<attributeEditorRelation [^>]*?relation=\"([^\"]*)\"", _text_of(path))
    assert len(named) > 20
    assert all(named), f"{named.count('')} of {len(named)} lists have no relation"


def test_a_project_file_holds_no_path_and_no_user_name(file_workspace):
    import getpass

    text = _text_of(write_project(file_workspace, file_workspace.path.with_suffix(".qgz"), "en"))
    assert str(file_workspace.path.parent) not in text
    assert f'saveUser="{getpass.getuser()}"' not in text


@pytest.mark.daily(1)
def test_cases_can_be_shown_as_heat_map_or_as_points(workspace, project):
    layer = add_workspace(project, workspace, "zh_CN")["cases"]
    assert layer.renderer().type() == "singleSymbol"
    assert len(layer.styleManager().styles()) == 2
    layer.styleManager().setCurrentStyle("热力图")
    assert layer.renderer().type() == "heatmapRenderer"


def test_a_workspace_without_rows_keeps_its_journal_small(file_workspace):
    connection = sqlite3.connect(file_workspace.path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()
