"""A workspace in a database in QGIS's window: opening, logging in, projects, recent ones, what stands in the way."""

from __future__ import annotations

import zipfile
from collections import Counter
from dataclasses import replace

import pytest
from qgis.core import QgsProject, QgsSettings
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QPushButton

from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall, nobody_asked
from gridmgmt_plugin.gui.opening import database_opening
from gridmgmt_plugin.gui.opening.database_login import has_unlocked_logins
from gridmgmt_plugin.gui.opening.database_opening import DatabaseOpening
from gridmgmt_plugin.gui.opening.late_tables import LateTables
from gridmgmt_plugin.gui.opening.recent import known_name, recent_workspaces, remember_workspace
from gridmgmt_plugin.gui.state.colleagues import JobsOfColleagues
from gridmgmt_plugin.project.postgis_source import stored_in_qgis
from gridmgmt_plugin.project.project_file import write_project
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layer, shown_layers, shown_location
from gridmgmt_plugin.workspace.light.jobs import read_jobs_of_others
from gridmgmt_plugin.workspace.location import GeoPackageLocation, PostgresLocation, parse_location
from gridmgmt_plugin.workspace.logins import Login, forget_logins, keep_login, read_stored_logins
from gridmgmt_plugin.workspace.postgis import migrations
from gridmgmt_plugin.workspace.schema import SCHEMA_VERSION
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import MapIface, build_workspace, built_shell, forget_settings, tasks_done, wait_for

PASSWORD = "s3cret-密码"


@pytest.fixture
def asked(logins):
    forget_logins()
    logins.answers, logins.questions = [], []
    yield logins
    logins.answers = []
    forget_logins()


@pytest.fixture
def iface(qgis_app):
    forget_settings()
    return MapIface()


@pytest.fixture
def shell(iface, asked):
    with built_shell(iface, ["validate"]) as made:
        yield made


@pytest.fixture
def place(database_location):
    build_workspace(database_location)
    return database_location


@pytest.fixture
def locked_place(postgis):
    """A workspace of a user with a password, another user each time: QGIS keeps logins as long as it runs."""
    place = postgis.location()
    user = f"planner_{place.schema[-6:]}"
    build_workspace(place)
    postgis.run(f"CREATE ROLE {user} LOGIN PASSWORD %s IN ROLE locked", (PASSWORD,))
    postgis.run(f"GRANT USAGE ON SCHEMA {place.schema} TO {user}")
    postgis.run(f"GRANT ALL ON ALL TABLES IN SCHEMA {place.schema} TO {user}")
    yield postgis.location(place.schema, user=user)
    postgis.drop(place.schema)
    postgis.run(f"DROP OWNED BY {user}")
    postgis.run(f"DROP ROLE {user}")


def _open(shell, place):
    """Open and wait; return what stood in the way."""
    told = []
    shell.session.open(place, told.append)
    wait_for(lambda: told)
    return told[0]


def _project_text(path):
    with zipfile.ZipFile(path) as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith(".qgs"))).decode()


@pytest.mark.proof
def test_a_database_opens_as_a_file_does(shell, place, iface):
    assert _open(shell, place) is None
    assert shell.session.location == shown_location(QgsProject.instance()) == place
    assert shell.session.path is None
    assert shown_layer(QgsProject.instance(), "unit_grid").featureCount() == 24
    assert shell.action("validate").isEnabled()
    district = shown_layer(QgsProject.instance(), "area").extent()
    wait_for(lambda: iface.mapCanvas().extent().contains(district))
    assert QgsProject.instance().crs().toWkt().startswith("LOCAL_CS")


def test_opening_returns_at_once_and_is_told_in_the_message_bar_when_it_fails(shell, postgis, iface):
    shell.session.open(postgis.location("not_there"))
    assert shell.session.location is None
    wait_for(lambda: bool(iface.messages()))
    assert "not_there" in iface.messages()[0]


@pytest.mark.proof
def test_a_known_frame_is_set(shell, database_location):
    build_workspace(database_location, 4, Frame(kind="epsg", epsg=4548, label="CGCS2000"))
    assert _open(shell, database_location) is None
    assert QgsProject.instance().crs().postgisSrid() == 4548
    assert shown_layer(QgsProject.instance(), "unit_grid").crs().postgisSrid() == 4548


@pytest.mark.proof
def test_the_tree_is_filled_from_the_database(shell, place):
    _open(shell, place)
    dock = shell.controller("tree").dock
    wait_for(lambda: dock.model.summary is not None)
    levels = Counter(found.level for found in dock.model.summary.places)
    assert levels["county"] + levels["street_office"] + levels["community"] == 4
    assert (levels["responsibility_grid"], levels["unit_grid"]) == (6, 24)
    assert "<b>示例区</b>" in dock._about.text()
    assert place.schema in dock._about.toolTip()
    assert "://" not in dock._about.toolTip()


@pytest.mark.proof
def test_closing_and_opening_a_file_instead(shell, place, tmp_path):
    _open(shell, place)
    path = build_workspace(tmp_path / "库.gpkg")
    shell.session.open(path)
    assert shell.session.path == path
    assert {layer.providerType() for layer in shown_layers(QgsProject.instance()).values()} == {"ogr"}
    shell.session.close_workspace()
    assert shown_layers(QgsProject.instance()) == {}


@pytest.mark.proof
def test_unsaved_edits_stay_when_another_workspace_is_wanted(shell, place, tmp_path):
    _open(shell, place)
    layer = shown_layer(QgsProject.instance(), "person")
    layer.startEditing()
    layer.changeAttributeValue(1, layer.fields().lookupField("name"), "改")
    with pytest.raises(GridError) as caught:
        shell.session.open(build_workspace(tmp_path / "库.gpkg"))
    assert caught.value.code == "workspace_edits_pending"
    layer.rollBack()


@pytest.mark.proof
def test_what_a_job_wrote_is_shown_after_reloading(shell, place):
    _open(shell, place)
    with Workspace.open(place).transaction("测试", "test") as transaction:
        transaction.clear("unit_grid", {"rg_cg": None})
        transaction.add_column("unit_grid", "rg_yl", "text")
    shell.session.reload()
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    assert layer.featureCount() == 23
    assert layer.fields().lookupField("rg_yl") >= 0


@pytest.mark.proof
def test_a_layer_that_gets_a_column_keeps_its_looks_its_form_and_its_edit_mode(shell, place):
    _open(shell, place)
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    layer.setName("我的网格")
    layer.startEditing()
    before = (layer.id(), layer.renderer().dump(), layer.labelsEnabled(), layer.attributeAliases()["state"])
    with Workspace.open(place).transaction("测试", "test") as transaction:
        transaction.add_column("unit_grid", "rg_yl", "text")
    shell.session.reload()
    assert (layer.id(), layer.renderer().dump(), layer.labelsEnabled(), layer.attributeAliases()["state"]) == before
    assert (layer.name(), layer.isEditable(), layer.isModified()) == ("我的网格", True, False)
    assert layer.editorWidgetSetup(layer.fields().lookupField("state")).type() == "ValueMap"
    layer.changeAttributeValue(next(layer.getFeatures()).id(), layer.fields().lookupField("rg_yl"), "x")
    layer.rollBack()


@pytest.mark.proof
def test_unsaved_edits_are_neither_saved_nor_lost_when_a_column_comes(shell, place):
    _open(shell, place)
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    layer.startEditing()
    fid = next(layer.getFeatures()).id()
    layer.changeAttributeValue(fid, layer.fields().lookupField("note"), "未保存")
    with Workspace.open(place).transaction("测试", "test") as transaction:
        transaction.add_column("unit_grid", "rg_yl", "text")
    shell.session.reload()
    assert layer.isModified()
    assert layer.getFeature(fid)["note"] == "未保存"
    assert "未保存" not in Workspace.open(place).read("unit_grid", ["note"], geometry=False)["note"]
    layer.rollBack()


@pytest.mark.proof
def test_opening_another_one_takes_back_the_wish_for_the_first(shell, place, tmp_path):
    told = []
    shell.session.open(place, told.append)
    path = build_workspace(tmp_path / "库.gpkg")
    shell.session.cancel_opening()
    shell.session.open(path)
    wait_for(tasks_done)
    assert (shell.session.path, told) == (path, [])


# Logging in.


def test_a_login_is_asked_for_once_and_serves_layers_tree_and_jobs(shell, locked_place, asked):
    asked.answers = [(locked_place.user, PASSWORD)]
    assert _open(shell, locked_place) is None
    assert len(asked.questions) == 1
    realm, user, reason = asked.questions[0]
    assert (user, "127.0.0.1" in realm) == (locked_place.user, True)
    assert reason
    dock = shell.controller("tree").dock
    wait_for(lambda: dock.model.summary is not None)
    assert Workspace.open(str(locked_place)).count("unit_grid") == 24
    assert len(asked.questions) == 1


@pytest.mark.proof
def test_a_wrong_password_is_asked_for_again_and_told_in_the_end(shell, locked_place, asked):
    asked.answers = [(locked_place.user, "falsch"), (locked_place.user, PASSWORD)]
    assert _open(shell, locked_place) is None
    assert len(asked.questions) == 2


def test_nothing_is_opened_when_the_planner_gives_no_password(shell, locked_place, asked):
    error = _open(shell, locked_place)
    assert error.code == "postgres_password_wrong"
    assert len(asked.questions) == 1
    assert shell.session.location is None
    assert shown_layers(QgsProject.instance()) == {}


def test_a_password_that_came_with_the_address_stays_out_of_everything_that_is_stored(
    shell, locked_place, asked, tmp_path
):
    given = PostgresLocation(**{**vars(locked_place), "password": PASSWORD})
    assert _open(shell, given) is None
    assert asked.questions == []
    file = write_project(Workspace.open(given), tmp_path / "库.qgz", "zh_CN")
    assert QgsProject.instance().write(str(tmp_path / "open.qgz"))
    for stored in (file, tmp_path / "open.qgz"):
        assert PASSWORD not in _project_text(stored)
        assert "s3cret" not in _project_text(stored)
    assert "s3cret" not in str(QgsSettings().value("gridmgmt/recent"))
    assert "s3cret" not in str(shell.session.location) + repr(shell.session.location)


def test_files_that_qgis_cannot_hand_on_are_named(shell, place):
    given = parse_location(f"{place}&sslrootcert=/tmp/root.crt")
    error = _open(shell, given)
    assert error.code == "postgres_option_not_in_qgis"
    assert "sslrootcert" in error.text("zh")
    assert shown_layers(QgsProject.instance()) == {}


# Projects.


@pytest.mark.proof
def test_a_project_of_a_database_is_recognised_when_it_is_read(shell, place, tmp_path):
    file = write_project(Workspace.open(place), tmp_path / "库.qgz", "zh_CN")
    assert QgsProject.instance().read(str(file))
    wait_for(lambda: shell.session.location is not None)
    assert shell.session.location == place
    assert all(layer.isValid() for layer in shown_layers(QgsProject.instance()).values())
    assert shown_layer(QgsProject.instance(), "unit_grid").featureCount() == 24


@pytest.mark.proof
def test_a_project_whose_server_is_away_is_told_and_not_asked_by_us(shell, place, tmp_path, iface, monkeypatch):
    file = write_project(Workspace.open(place), tmp_path / "库.qgz", "zh_CN")
    text = _project_text(file).replace(f"port={place.port}", "port=1").replace(f":{place.port}/", ":1/")
    (tmp_path / "away.qgs").write_text(text, encoding="utf-8")
    calls = []
    monkeypatch.setattr(database_opening, "BackgroundCall", lambda *given: calls.append(given))
    QgsProject.instance().read(str(tmp_path / "away.qgs"))
    wait_for(lambda: bool(iface.messages()))
    assert shell.session.location is None
    assert calls == []
    assert "127.0.0.1:1" in iface.messages()[0]


@pytest.mark.proof
def test_a_project_of_another_version_is_told(shell, place, tmp_path, iface):
    file = write_project(Workspace.open(place), tmp_path / "库.qgz", "zh_CN")
    with Workspace.open(place).transaction("测试", "test") as transaction:
        transaction.set_info("schema_version", "99")
    QgsProject.instance().read(str(file))
    wait_for(lambda: bool(iface.messages()))
    assert "99" in iface.messages()[0]
    assert shell.session.location is None


@pytest.mark.proof
def test_a_project_that_names_nonsense_is_told(shell, place, iface):
    _open(shell, place)
    project = QgsProject.instance()
    project.writeEntry("gridmgmt", "workspace", "postgresql://a:b:c/?schema=x")
    shell.session._forget()
    shell.session._recognise()
    assert iface.messages()
    assert shell.session.location is None


# Workspaces of an older version.


@pytest.fixture
def older(place, postgis, monkeypatch):
    """A workspace of the version before, and the step that brings it up to date."""
    postgis.run(f"UPDATE {place.schema}.workspace_info SET value = '0' WHERE key = 'schema_version'")
    real = migrations.migrate_schema

    def add_column(runner):
        runner.execute("ALTER TABLE unit_grid ADD COLUMN slope REAL")

    steps = {0: add_column, **{version: lambda runner: None for version in range(1, SCHEMA_VERSION)}}
    monkeypatch.setattr(migrations, "migrate_schema", lambda where: real(where, steps))
    yield place
    postgis.drop(f"{place.schema}_v0")


def test_an_older_workspace_in_a_database_is_left_alone_unless_the_planner_agrees(
    shell, older, upgrade_asked, postgis
):
    before = postgis.dump(older)
    upgrade_asked["answer"] = "Cancel"
    assert _open(shell, older).code == "workspace_too_old"
    assert "version 0" in upgrade_asked["text"]
    assert older.label in upgrade_asked["text"]
    assert shell.session.location is None
    assert postgis.dump(older) == before


def test_an_older_workspace_in_a_database_is_upgraded_with_a_copy_kept(shell, older, upgrade_asked, postgis, iface):
    before = postgis.dump(older)
    upgrade_asked["answer"] = "Upgrade"
    assert _open(shell, older) is None
    assert shell.session.location == older
    assert shown_layer(QgsProject.instance(), "unit_grid").fields().lookupField("slope") >= 0
    copy = PostgresLocation(**{**vars(older), "schema": f"{older.schema}_v0"})
    assert postgis.dump(copy) == before
    assert copy.schema in iface.messages()[0]


@pytest.mark.proof
def test_a_project_of_an_older_workspace_is_upgraded_when_it_is_read(shell, older, upgrade_asked, postgis, tmp_path):
    current = f"value = '{SCHEMA_VERSION}' WHERE key = 'schema_version'"
    postgis.run(f"UPDATE {older.schema}.workspace_info SET {current}")
    file = write_project(Workspace.open(older), tmp_path / "库.qgz", "zh_CN")
    postgis.run(f"UPDATE {older.schema}.workspace_info SET value = '0' WHERE key = 'schema_version'")
    upgrade_asked["answer"] = "Upgrade"
    QgsProject.instance().read(str(file))
    wait_for(lambda: shell.session.location is not None)
    layers = shown_layers(QgsProject.instance())
    assert layers["unit_grid"].fields().lookupField("slope") >= 0
    assert all(layer.isValid() for layer in layers.values())


def test_an_upgrade_that_fails_is_told_and_nothing_is_open(shell, older, upgrade_asked, postgis):
    postgis.run(f"CREATE SCHEMA {older.schema}_v0")
    before = postgis.dump(older)
    upgrade_asked["answer"] = "Upgrade"
    assert _open(shell, older).code == "upgrade_copy_exists"
    assert shell.session.location is None
    assert postgis.dump(older) == before


@pytest.mark.parametrize("fails", [False, True])
def test_the_end_of_an_upgrade_is_told_though_another_workspace_was_opened_meanwhile(
    shell, older, upgrade_asked, iface, tmp_path, monkeypatch, fails
):
    def fail(place):
        raise WorkspaceError("workspace_disk_full", path=f"{place.schema}_v0", reason="x")

    if fails:
        monkeypatch.setattr(migrations, "migrate_schema", fail)
    file = build_workspace(tmp_path / "库.gpkg")
    upgrade_asked["answer"] = "Upgrade"
    told = []
    shell.session.open(older, told.append)
    wait_for(lambda: shell.session._opening is not None and not isinstance(shell.session._opening, DatabaseOpening))
    shell.session.open(file)
    wait_for(lambda: any(f"{older.schema}_v0" in message for message in iface.messages()))
    assert shell.session.path == file
    assert told == []


# Recent ones.


def test_databases_are_among_the_recent_ones_without_being_asked(qgis_app, tmp_path):
    forget_settings()
    away = parse_location("postgresql://planner:geheim@db.example.cn:5433/grids?schema=dongcheng")
    file = GeoPackageLocation(tmp_path / "a.gpkg")
    file.path.touch()
    for one in (away, file, away):
        remember_workspace(one)
    assert recent_workspaces() == [away, file]
    assert away.place == "grids/dongcheng @ db.example.cn"
    assert "geheim" not in str(QgsSettings().value("gridmgmt/recent"))


def test_a_service_is_named_in_place_of_a_server(qgis_app):
    assert parse_location("postgresql:///?service=city&schema=xicheng").place == "city/xicheng @ city"


@pytest.mark.proof
def test_the_start_page_opens_a_recent_database(shell, place):
    _open(shell, place)
    wait_for(lambda: known_name(place) == "示例区")  # it is read in the background
    shell.session.close_workspace()
    dock = shell.controller("tree").dock
    item = dock.start._recent.item(0)
    assert item.text() == f"示例区 – {place.place}"
    assert place.schema in item.toolTip()
    assert "://" not in item.toolTip(), "nobody has to read an address"
    dock.start._clicked(item)
    wait_for(lambda: shell.session.location == place)


def test_an_entry_of_settings_that_is_no_place_is_left_out(qgis_app):
    QgsSettings().setValue("gridmgmt/recent", ["mysql://x", "postgresql://h/d?what=1"])
    assert recent_workspaces() == []
    forget_settings()


@pytest.mark.proof
def test_the_menu_of_recent_ones_lists_databases_and_opens_one(shell, place, iface):
    import gc

    from qgis.PyQt.QtWidgets import QMenu

    remember_workspace(place)
    gc.collect()  # nothing but the plugin itself keeps the menu's filler alive
    menu = iface.mainWindow().findChild(QMenu, "gridmgmt_recent_menu")
    menu.aboutToShow.emit()
    entry = menu.actions()[0]
    assert entry.text() == f"grids/{place.schema} @ 127.0.0.1"
    entry.trigger()
    wait_for(lambda: shell.session.location == place)


# Logins in QGIS's encrypted store.


@pytest.fixture
def stored_key(qgis_app, locked_place):
    from qgis.core import QgsAuthMethodConfig

    manager = qgis_app.authManager()
    assert manager.setMasterPassword("master", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("区城管数据库")
    config.setConfig("username", locked_place.user)
    config.setConfig("password", PASSWORD)
    assert manager.storeAuthenticationConfig(config)
    read_stored_logins(stored_in_qgis)  # as the provider does
    yield config.id()
    read_stored_logins(None)
    manager.removeAuthenticationConfig(config.id())


@pytest.mark.proof
def test_a_login_from_the_encrypted_store_leaves_neither_user_nor_password_in_a_project(
    shell, locked_place, asked, stored_key, tmp_path
):
    given = PostgresLocation(**{**vars(locked_place), "user": None, "options": (("authcfg", stored_key),)})
    assert _open(shell, given) is None
    assert asked.questions == []
    dock = shell.controller("tree").dock
    wait_for(lambda: dock.model.summary is not None)
    assert all(layer.isValid() for layer in shown_layers(QgsProject.instance()).values())
    file = tmp_path / "库.qgz"
    assert QgsProject.instance().write(str(file))
    text = _project_text(file)
    assert f"authcfg={stored_key}" in text
    assert locked_place.user not in text
    assert PASSWORD not in text
    QgsProject.instance().clear()
    assert QgsProject.instance().read(str(file))
    wait_for(lambda: shell.session.location == given)


def test_a_store_that_stays_locked_is_told(shell, locked_place, stored_key, iface, monkeypatch):
    from gridmgmt_plugin.gui.frame import background_call

    monkeypatch.setattr(background_call, "unlock_stored_logins", lambda place: False)
    given = PostgresLocation(**{**vars(locked_place), "options": (("authcfg", stored_key),)})
    assert _open(shell, given).code == "postgres_logins_locked"


def test_what_the_window_asks_by_itself_opens_no_dialog_and_is_not_asked_again(
    shell, locked_place, stored_key, asked, monkeypatch
):
    from gridmgmt_plugin.gui.frame import background_call

    stored = PostgresLocation(**{**vars(locked_place), "options": (("authcfg", stored_key),)})
    assert has_unlocked_logins(stored)
    monkeypatch.setattr(background_call, "unlock_stored_logins", lambda place: asked.questions.append("master"))
    monkeypatch.setattr(background_call, "has_unlocked_logins", lambda place: place.authcfg is None)
    window = QObject()
    jobs = JobsOfColleagues(window, int)
    jobs.follow(locked_place)
    wait_for(lambda: jobs._asking is None)
    jobs.look()
    assert jobs._asking is None, "a login that was refused is not tried again"
    with Workspace.open(replace(locked_place, password=PASSWORD)).announced("李工", "generateunitgrids"):
        keep_login(locked_place, Login(locked_place.user, PASSWORD))
        jobs.look()
        assert jobs._asking is not None, "another one is"
        wait_for(lambda: jobs._asking is None)
    forget_logins()
    jobs.follow(stored)
    assert jobs._asking is None
    jobs.stop()
    late = LateTables(MapIface(), locked_place, lambda *_: None)
    late._still.start()
    asking = BackgroundCall("表", locked_place, read_jobs_of_others, late._answered, asks_login=False)
    asking.start()
    wait_for(lambda: not late._still.isActive())
    assert asked.questions == []
    answers: list = []
    with nobody_asked():  # what reads again because a colleague saved
        following = BackgroundCall("树", locked_place, read_jobs_of_others, lambda *given: answers.append(given))
    following.start()
    wait_for(lambda: answers)
    assert answers[0][1].code == "postgres_password_wrong"
    assert asked.questions == []


# Without psycopg2.


@pytest.mark.proof
def test_without_psycopg2_a_project_still_shows_its_layers_and_the_library_is_named(
    shell, place, tmp_path, iface, monkeypatch
):
    import sys

    file = write_project(Workspace.open(place), tmp_path / "库.qgz", "zh_CN")
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    assert QgsProject.instance().read(str(file))
    dock = shell.controller("tree").dock
    wait_for(lambda: "psycopg2" in dock._about.text())
    assert shell.session.location == place
    assert shown_layer(QgsProject.instance(), "unit_grid").featureCount() == 24
    assert "psycopg2" in iface.messages()[0]
    shell.session.close_workspace()
    told = []
    shell.session.open(place, told.append)
    wait_for(lambda: told)
    assert told[0].code == "psycopg2_missing"


def test_a_save_under_a_password_that_is_another_by_now_offers_to_log_in_and_is_made(
    shell, locked_place, asked, postgis, iface
):
    remember("author", "王工")
    asked.answers.append((locked_place.user, PASSWORD))
    assert _open(shell, locked_place) is None
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    assert layer.startEditing()
    feature = next(layer.getFeatures())
    assert layer.changeAttributeValue(feature.id(), layer.fields().lookupField("note"), "甲")
    wait_for(tasks_done)  # what reads behind the window gives its connection back
    postgis.run(f"ALTER ROLE {locked_place.user} PASSWORD 'another'")
    of_ours = "usename = %s AND application_name LIKE 'grid%%'"
    ours = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {of_ours}"
    postgis.run(ours, (locked_place.user,))
    asked.questions.clear()
    assert not layer.commitChanges(False)
    wait_for(lambda: any("密码" in text or "password" in text for text in iface.messages()))
    assert asked.questions == [], "nobody is asked before he wants it"
    assert layer.isModified()
    asked.answers.append((locked_place.user, "another"))
    iface.messageBar().findChild(QPushButton, "gridmgmt_log_in").click()
    assert len(asked.questions) == 1
    assert not layer.isModified()
    owner = postgis.location(locked_place.schema)
    assert "甲" in Workspace.open(owner).read("unit_grid", ["note"], geometry=False)["note"].tolist()
    postgis.run(f"ALTER ROLE {locked_place.user} PASSWORD %s", (PASSWORD,))
