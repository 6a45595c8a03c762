"""Opening, recognising, closing a workspace in QGIS's project; the sample; who is working."""

from __future__ import annotations

import gc
import shutil
import sqlite3
import time
from contextlib import closing

import pytest
from qgis.core import QgsProject, QgsUnitTypes, QgsVectorLayer
from qgis.PyQt.QtWidgets import QWidget

from gridmgmt_plugin.core.errors import CapabilityError, GridError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.gui.frame import author
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.opening import local_frame, sample, session, workspace_actions
from gridmgmt_plugin.gui.opening.recent import (
    known_name,
    recent_labels,
    recent_workspaces,
    remember_name,
    remember_workspace,
)
from gridmgmt_plugin.project import project_file as project
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import (
    TABLE_PROPERTY,
    shown_group,
    shown_layer,
    shown_layers,
    shown_location,
)
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.schema import SCHEMA_VERSION
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.workspace_window import MapIface, build_workspace, built_shell, forget_settings, tasks_done, wait_for
from tests.workspace.killed_writer import kill_while_writing


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return build_workspace(tmp_path_factory.mktemp("原件") / "网格 库.gpkg")


@pytest.fixture
def path(original, tmp_path):
    return shutil.copyfile(original, tmp_path / "网格 库.gpkg")


@pytest.fixture
def iface(qgis_app):
    forget_settings()
    return MapIface()


@pytest.fixture
def shell(iface):
    with built_shell(iface, ["validate"]) as made:
        yield made


def _refused(shell, path):
    with pytest.raises(GridError) as caught:
        shell.session.open(path)
    assert shell.session.path is None
    assert shown_layers(QgsProject.instance()) == {}
    return caught.value.code


@pytest.mark.proof
def test_an_opened_workspace_is_shown_and_zoomed_to(shell, path, iface):
    shell.session.open(path)
    assert shown_location(QgsProject.instance()) == shell.session.location == GeoPackageLocation(path)
    assert shell.session.path == path
    assert shown_layer(QgsProject.instance(), "unit_grid").featureCount() == 24
    district = shown_layer(QgsProject.instance(), "area").extent()
    wait_for(lambda: iface.mapCanvas().extent().contains(district))
    assert iface.mapCanvas().extent().width() < 2 * district.width()


def test_what_a_crash_left_half_written_is_taken_back_and_told(shell, path, iface):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO department (code, name) VALUES (?, ?)", [(f"D{n}", "科") for n in range(999)]
        )
    kill_while_writing(path)
    shell.session.open(path)
    assert shown_layer(QgsProject.instance(), "unit_grid").featureCount() == 24
    assert any(path.name in text for text in iface.messages())
    assert set(Workspace.open(path).read("department")["name"]) == {"科"}


@pytest.mark.proof
def test_a_local_frame_is_measured_in_metres(shell, path, iface):
    shell.session.open(path)
    crs = QgsProject.instance().crs()
    assert (crs.mapUnits(), crs.authid()) == (QgsUnitTypes.DistanceUnit.DistanceMeters, "")
    assert crs.toWkt().startswith("LOCAL_CS")


@pytest.mark.proof
def test_that_a_local_frame_leads_nowhere_is_not_told_as_an_error(shell, path, iface):
    shell.session.open(path)
    bar = iface.messageBar()
    bar.pushCritical("", f"No transform is available between {local_frame.NAME} and EPSG:4326")
    bar.pushCritical("", "something else")
    wait_for(lambda: len(bar.items()) == 1)
    assert iface.messages() == ["something else"]


@pytest.mark.proof
def test_what_qgis_says_of_a_local_frame_late_on_a_busy_computer_is_no_error_either(shell, path, iface, monkeypatch):
    monkeypatch.setattr(local_frame, "_LOOK_MS", 20)
    shell.session.open(path)
    time.sleep(20 * local_frame._LOOKS / 1000.0 + 0.2)  # the window stands still for longer than is looked
    settle()
    iface.messageBar().pushCritical("", f"No transform is available between {local_frame.NAME} and EPSG:4326")
    wait_for(lambda: not iface.messageBar().items())


def test_grids_can_be_seen_through_what_is_selected(shell, path):
    shell.session.open(path)
    assert QgsProject.instance().selectionColor().alpha() < 150


def test_actions_that_need_a_workspace_become_usable_and_grey_again(shell, path):
    assert not shell.action("validate").isEnabled()
    assert "Open a workspace first" in shell.action("validate").toolTip()
    shell.session.open(path)
    assert shell.action("validate").isEnabled()
    assert "Open a workspace first" not in shell.action("validate").toolTip()
    shell.action("close_workspace").trigger()
    assert not shell.action("validate").isEnabled()


def test_closing_takes_the_layers_out_and_leaves_the_rest(shell, path):
    other = QgsVectorLayer("Point", "其他", "memory")
    QgsProject.instance().addMapLayer(other)
    shell.session.open(path)
    shell.session.close_workspace()
    assert list(QgsProject.instance().mapLayers()) == [other.id()]
    assert shown_location(QgsProject.instance()) is None
    assert shown_group(QgsProject.instance()) is None


@pytest.mark.proof
def test_another_workspace_takes_the_place_of_the_first(shell, path, tmp_path):
    second = shutil.copyfile(path, tmp_path / "second.gpkg")
    shell.session.open(path)
    shell.session.open(second)
    assert shell.session.path == second
    assert {layer.source().split("|")[0] for layer in shown_layers(QgsProject.instance()).values()} == {str(second)}


@pytest.mark.proof
def test_opening_the_open_one_again_changes_nothing(shell, path):
    shell.session.open(path)
    before = set(QgsProject.instance().mapLayers())
    shell.session.open(path)
    assert set(QgsProject.instance().mapLayers()) == before


@pytest.mark.daily(1)
@pytest.mark.parametrize("act", ["open", "close"])
@pytest.mark.proof
def test_the_project_made_with_a_workspace_is_not_written_over_with_another_one(shell, path, original, tmp_path, act):
    ready = project.write_project(Workspace.open(path), path.with_suffix(".qgz"), "zh_CN")
    QgsProject.instance().read(str(ready))
    wait_for(lambda: shell.session.path == path)
    second = shutil.copyfile(original, tmp_path / "另一个.gpkg")
    shell.session.open(second) if act == "open" else shell.session.close_workspace()
    assert QgsProject.instance().fileName() == "", "the next save asks for a name"


@pytest.mark.proof
def test_a_project_that_the_planner_named_shows_one_workspace_after_the_other(shell, path, original, tmp_path):
    QgsProject.instance().setFileName(str(tmp_path / "我的工程.qgz"))
    shell.session.open(path)
    shell.session.open(shutil.copyfile(original, tmp_path / "另一个.gpkg"))
    assert QgsProject.instance().fileName() == str(tmp_path / "我的工程.qgz")


@pytest.mark.daily(1)
@pytest.mark.parametrize("act", ["open", "close"])
def test_unsaved_edits_are_not_thrown_away(shell, path, tmp_path, act):
    shell.session.open(path)
    layer = shown_layer(QgsProject.instance(), "person")
    layer.startEditing()
    layer.changeAttributeValue(1, layer.fields().lookupField("name"), "改")
    other = shutil.copyfile(path, tmp_path / "second.gpkg")
    with pytest.raises(GridError) as caught:
        shell.session.open(other) if act == "open" else shell.session.close_workspace()
    assert caught.value.code == "workspace_edits_pending"
    assert layer.name() in caught.value.text("zh")
    assert layer.isModified()
    layer.rollBack()


def test_missing_foreign_and_damaged_files_are_refused(shell, tmp_path):
    foreign, damaged = tmp_path / "foreign.gpkg", tmp_path / "damaged.gpkg"
    sqlite3.connect(foreign).execute("CREATE TABLE a (b)").connection.close()
    damaged.write_bytes(b"\0" * 5000)
    assert _refused(shell, tmp_path / "none.gpkg") == "workspace_missing"
    assert _refused(shell, foreign) == "workspace_not_ours"
    assert _refused(shell, damaged) in ("workspace_unreadable", "workspace_not_ours")


def test_a_locked_workspace_is_told_at_once(shell, path):
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert _refused(shell, path) == "workspace_locked"
    holder.close()


def test_a_project_that_shows_a_workspace_is_recognised_when_it_is_read(shell, path, tmp_path):
    file = project.write_project(Workspace.open(path), tmp_path / "示例.qgz", "zh_CN")
    assert QgsProject.instance().read(str(file))
    wait_for(lambda: shell.session.path is not None)
    assert shell.session.path == path
    assert shell.action("validate").isEnabled()
    assert not QgsProject.instance().isDirty(), "on closing it is asked whether to save what nobody changed"
    QgsProject.instance().clear()
    assert shell.session.path is None
    assert not shell.action("validate").isEnabled()


@pytest.mark.proof
def test_a_dock_that_computes_is_made_only_once_the_libraries_are_loaded_as_they_must_be(iface, path, monkeypatch):
    """Shapely from pip computes wrongly once anything has imported it without care, and may not be here at all."""
    asked = []

    def require():
        asked.append("libraries")
        raise CapabilityError("library_missing", names="shapely")

    monkeypatch.setattr("gridmgmt_plugin.gui.frame.shell.require_libraries", require)
    with built_shell(iface, ["tree", "lane_officers"]) as shell:
        shell.session.open(path)
        wait_for(tasks_done)
        shell.action("lane_officers").trigger()
        assert asked == ["libraries"]
        assert iface.mainWindow().findChild(QWidget, "gridmgmt_dock") is not None
        assert iface.mainWindow().findChild(QWidget, "gridmgmt_officers_dock") is None


def test_a_dock_that_follows_a_workspace_stays_closed_until_it_is_wanted(iface, path, monkeypatch):
    def add_as_qgis_does(area, dock):
        iface.mainWindow().addDockWidget(area, dock)
        dock.show()

    monkeypatch.setattr(iface, "addDockWidget", add_as_qgis_does)
    with built_shell(iface, ["tree", "lane_officers"]) as shell:
        shell.session.open(path)
        wait_for(tasks_done)
        assert shell.controller("lane_officers").dock.isHidden()
        assert not shell.action("lane_officers").isChecked()


@pytest.mark.proof
def test_a_plugin_that_is_loaded_later_recognises_what_is_open(iface, path):
    project.add_workspace(QgsProject.instance(), Workspace.open(path), "en")
    shell = Shell(iface, [])
    shell.build()
    assert shell.session.path == path
    wait_for(tasks_done)
    shell.take_down()
    QgsProject.instance().clear()


@pytest.mark.proof
def test_removing_the_layers_by_hand_closes_the_workspace(shell, path):
    shell.session.open(path)
    QgsProject.instance().removeAllMapLayers()
    assert shell.session.path is None


def _old(path):
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE workspace_info SET value = '0' WHERE key = 'schema_version'")
    connection.close()
    return path


def test_an_old_workspace_is_left_alone_unless_the_planner_agrees(shell, path, upgrade_asked):
    before = _old(path).read_bytes()
    upgrade_asked["answer"] = "Cancel"
    shell.session.open(path)
    assert "version 0" in upgrade_asked["text"]
    assert shell.session.path is None
    assert path.read_bytes() == before


def test_an_old_workspace_is_upgraded_with_a_copy_kept(shell, path, upgrade_asked, iface, monkeypatch):
    from gridmgmt_plugin.workspace import migrations

    _old(path)
    real = migrations.migrate
    steps = {version: lambda connection: None for version in range(SCHEMA_VERSION)}
    monkeypatch.setattr(migrations, "migrate", lambda file: real(file, steps))
    upgrade_asked["answer"] = "Upgrade"
    shell.session.open(path)
    assert shell.session.path == path
    assert path.with_name("网格 库.v0.gpkg").is_file()
    assert "网格 库.v0.gpkg" in iface.messages()[0]


@pytest.mark.proof
def test_without_shapely_the_project_beside_the_workspace_is_opened(shell, path, monkeypatch):
    monkeypatch.setattr(session, "missing_libraries", lambda: ("shapely",))
    project.write_project(Workspace.open(path), path.with_suffix(".qgz"), "zh_CN")
    shell.session.open(path)
    wait_for(lambda: shell.session.path is not None)
    assert shell.session.path == path
    shell.session.close_workspace()
    assert shown_layers(QgsProject.instance()) == {}


def test_without_shapely_and_project_the_missing_library_is_named(shell, path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "shapely", None)
    with pytest.raises(GridError) as caught:
        shell.session.open(path)
    assert caught.value.code == "library_missing"


@pytest.mark.proof
def test_what_a_job_wrote_is_shown_after_reloading(shell, path):
    shell.session.open(path)
    with Workspace.open(path).transaction("测试", "test") as transaction:
        transaction.clear("unit_grid", {"rg_cg": None})
        transaction.add_column("unit_grid", "rg_yl", "text")
    told = []
    shell.session.data_changed.connect(lambda: told.append(1))
    shell.session.reload()
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    assert layer.featureCount() == 23
    assert layer.fields().lookupField("rg_yl") >= 0
    assert told == [1]


@pytest.mark.proof
def test_an_edit_saved_in_qgis_is_noticed(shell, path):
    shell.session.open(path)
    told = []
    shell.session.data_changed.connect(lambda: told.append(1))
    layer = shown_layer(QgsProject.instance(), "person")
    layer.startEditing()
    layer.changeAttributeValue(1, layer.fields().lookupField("name"), "改名")
    remember("author", "示例员")  # who saves is asked otherwise
    assert layer.commitChanges()
    assert told == [1]


def test_the_light_way_and_the_full_way_see_the_same(path):
    opened = QgsProject()
    opened_layers = project.add_workspace(opened, Workspace.open(path), "en")
    assert shown_location(opened) == GeoPackageLocation(path)
    assert shown_layer(opened, "lane").customProperty(TABLE_PROPERTY) == "lane"
    assert set(shown_layers(opened)) == set(opened_layers)
    assert shown_group(opened) is not None
    opened.clear()


def test_the_latest_workspaces_are_remembered_once_each(qgis_app, tmp_path):
    forget_settings()
    files = [GeoPackageLocation(tmp_path / f"{n}.gpkg") for n in range(10)]
    for file in (*files, files[4]):
        file.path.touch()
        remember_workspace(file)
    assert recent_workspaces()[:2] == [files[4], files[9]]
    assert len(recent_workspaces()) == 8
    files[9].path.unlink()
    assert files[9] not in recent_workspaces()


# The sample.


@pytest.fixture
def ready_sample(tmp_path, monkeypatch, path):
    folder = tmp_path / "plugin" / "resources" / "sample" / "workspace"
    folder.mkdir(parents=True)
    shutil.copyfile(path, folder / sample.WORKSPACE)
    project.write_project(Workspace.open(folder / sample.WORKSPACE), folder / sample.PROJECT, "zh_CN")
    monkeypatch.setattr(sample, "resource_root", lambda: tmp_path / "plugin" / "resources")
    return folder


def test_the_sample_is_copied_before_it_is_opened(ready_sample, tmp_path, monkeypatch):
    monkeypatch.setattr(sample, "language", lambda: "zh")
    workspace, fresh = sample.copy_sample(tmp_path / "我的 示例")
    assert fresh
    assert workspace.read_bytes() == (ready_sample / sample.WORKSPACE).read_bytes()
    assert {file.name for file in workspace.parent.iterdir()} == {sample.WORKSPACE, sample.PROJECT}


@pytest.mark.proof
def test_an_english_reader_gets_english_names_and_the_original_stays(ready_sample, tmp_path):
    original = (ready_sample / sample.WORKSPACE).read_bytes()
    workspace, _ = sample.copy_sample(tmp_path / "sample")
    names = Workspace.open(workspace).read("area", ["name"], geometry=False)["name"]
    assert "Huyang Subdistrict" in names.tolist()
    assert (ready_sample / sample.WORKSPACE).read_bytes() == original


@pytest.mark.proof
def test_a_sample_that_somebody_worked_on_is_not_overwritten(ready_sample, tmp_path):
    workspace, _ = sample.copy_sample(tmp_path / "a")
    workspace.write_bytes(b"worked on")
    assert sample.copy_sample(tmp_path / "a") == (workspace, False)
    assert workspace.read_bytes() == b"worked on"


@pytest.mark.proof
def test_a_checkout_takes_what_the_demo_made(ready_sample, tmp_path, monkeypatch):
    demo = tmp_path / "plugin" / "out" / "demo"
    demo.mkdir(parents=True)
    (ready_sample / sample.WORKSPACE).rename(demo / sample.WORKSPACE)
    assert sample.sample_folder() == demo


@pytest.mark.proof
def test_a_missing_sample_and_a_folder_that_refuses_are_told(tmp_path, monkeypatch, ready_sample):
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(GridError) as caught:
        sample.copy_sample(blocked / "in it")
    assert caught.value.code == "workspace_not_created"
    monkeypatch.setattr(sample, "resource_root", lambda: tmp_path / "nowhere")
    with pytest.raises(GridError) as caught:
        sample.sample_folder()
    assert caught.value.code == "sample_missing"


@pytest.mark.proof
def test_the_action_copies_opens_and_says_where(shell, ready_sample, tmp_path, iface, monkeypatch):
    target = tmp_path / "桌面" / "示例"
    monkeypatch.setattr(workspace_actions.WorkspaceActions, "_ask_folder", lambda self: target)
    shell.action("open_sample").trigger()
    assert shell.session.path == target / sample.WORKSPACE
    assert target.name in iface.messages()[0]


# Who is working.


def test_who_is_working_is_asked_once(qgis_app, monkeypatch):
    forget_settings()
    asked = []
    monkeypatch.setattr(author, "ask_author", lambda parent: asked.append(1) or remember("author", "王工") or "王工")
    assert author.known_author(None) == "王工"
    assert author.known_author(None) == "王工"
    assert asked == [1]


def test_nobody_is_taken_from_the_operating_system(qgis_app):
    forget_settings()
    assert author.author() == ""


@pytest.mark.proof
def test_a_workspace_with_a_known_frame_sets_it(shell, tmp_path):
    frame = Frame(kind="epsg", epsg=4548, label="CGCS2000")
    shell.session.open(build_workspace(tmp_path / "epsg.gpkg", 4, frame))
    assert QgsProject.instance().crs().postgisSrid() == 4548


@pytest.mark.proof
def test_a_workspace_is_called_by_its_district_and_its_place_in_lists_and_title(shell, tmp_path):
    one, other = (build_workspace(tmp_path / name / "workspace.gpkg") for name in ("东", "西"))
    QgsProject.instance().clear()
    shell.session.open(one)
    assert QgsProject.instance().title() == "示例区 – 东 / workspace.gpkg"
    remember_name(GeoPackageLocation(one), "示例区")
    assert recent_labels()[GeoPackageLocation(one)] == "示例区 – 东 / workspace.gpkg"
    shell.session.open(other)
    remember_name(GeoPackageLocation(other), "示例区")
    assert recent_labels()[GeoPackageLocation(other)] == "示例区 – 西 / workspace.gpkg"
    assert known_name(GeoPackageLocation(other)) == "示例区"
    shell.session.close_workspace()
    assert QgsProject.instance().title() == ""


@pytest.mark.proof
def test_the_window_hears_of_the_title_of_each_workspace(shell, tmp_path):
    project, heard = QgsProject.instance(), []
    project.clear()
    shell.session.open(build_workspace(tmp_path / "workspace.gpkg"))
    hearing = project.isDirtyChanged.connect(lambda _: heard.append(project.title()))
    shell.session.close_workspace()
    assert heard[-1] == ""
    shell.session.open(GeoPackageLocation(tmp_path / "workspace.gpkg").path)
    assert heard[-1] == f"示例区 – {tmp_path.name} / workspace.gpkg"
    project.disconnect(hearing)  # the project outlives this test


def test_garbage_that_knows_the_project_takes_away_nothing_that_is_heard_of_it(shell):
    """Python's collector clears whatever hangs on it: in Qt that is which functions are connected to the project."""
    heard = []
    hearing = QgsProject.instance().cleared.connect(lambda: heard.append(True))
    garbage = [QgsProject.instance()]
    garbage.append(garbage)
    del garbage
    gc.collect()
    QgsProject.instance().clear()
    QgsProject.instance().disconnect(hearing)
    assert heard == [True]
