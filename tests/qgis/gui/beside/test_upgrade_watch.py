"""A window in which a workspace is open that a colleague is going to upgrade: what is said, and what is kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QApplication, QPushButton, QTreeWidget

from gridmgmt_plugin.gui.beside import upgrade_watch
from gridmgmt_plugin.gui.frame.message_door import WHOLE
from gridmgmt_plugin.gui.opening import schema_upgrade
from gridmgmt_plugin.gui.opening.schema_upgrade import SchemaUpgrade
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layer, shown_layers
from gridmgmt_plugin.workspace.migrations import migrate
from gridmgmt_plugin.workspace.postgis import migrations
from gridmgmt_plugin.workspace.postgis.upgrade_notices import UpgradeNoticeGiven
from gridmgmt_plugin.workspace.schema import SCHEMA_VERSION
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import (
    build_workspace,
    built_shell,
    forget_settings,
    shown_window,
    tasks_done,
    wait_for,
)

PEOPLE = "gridmgmt_upgrade_people"
STEPS = {SCHEMA_VERSION: lambda runner: runner.execute("ALTER TABLE area ADD COLUMN slope REAL")}
ROOT = Path(__file__).resolve().parents[4]
GIVES_NOTICE = """
import sys
from gridmgmt_plugin.workspace.location import parse_location
from gridmgmt_plugin.workspace.postgis import migrations
from gridmgmt_plugin.workspace.postgis.upgrade_notices import UpgradeNoticeGiven
given = UpgradeNoticeGiven(parse_location(sys.argv[1]), "王工", 120)
print("given", flush=True)
sys.stdin.readline()
given.close()
"""


@pytest.fixture
def shell(qgis_app, monkeypatch):
    monkeypatch.setattr(upgrade_watch, "EVERY_MS", 200)
    monkeypatch.setattr(upgrade_watch, "SOON_MS", 100)
    forget_settings()
    remember("author", "李工")
    with built_shell(shown_window()) as made:
        yield made
        wait_for(tasks_done)


@pytest.fixture
def opened(shell, database_location):
    build_workspace(database_location)
    told = []
    shell.session.open(database_location, told.append)
    wait_for(lambda: told)
    assert told == [None]
    return shell


def said(shell) -> list[str]:
    return [str(item.property(WHOLE)) for item in shell.iface.messageBar().items()]


def edit(note: str):
    layer = shown_layer(QgsProject.instance(), "area")
    assert layer.startEditing()
    row = next(layer.getFeatures())
    assert layer.changeAttributeValue(row.id(), layer.fields().lookupField("name"), note)
    return layer


@pytest.mark.proof
def test_who_has_edits_is_told_who_upgrades_saves_with_a_click_and_hears_when_nothing_came_of_it(
    opened, database_location
):
    layer = edit("湖阳社区")
    given = UpgradeNoticeGiven(database_location, "王工", 120)
    wait_for(lambda: any("王工 upgrades this workspace at" in text for text in said(opened)))
    wait_for(lambda: [one.has_edits for one in given.answers().people] == [True])
    opened.iface.messageBar().findChild(QPushButton, "gridmgmt_upgrade_save").click()
    assert not layer.isModified()
    wait_for(lambda: given.answers().all_saved)
    assert any("王工 upgrades this workspace at" in text for text in said(opened)), (
        "it stays beside what else is said"
    )
    given.close()
    wait_for(lambda: any("王工 has not upgraded this workspace" in text for text in said(opened)))
    assert not any("upgrades this workspace at" in text for text in said(opened))


@pytest.mark.daily(1)
def test_after_the_upgrade_nothing_is_written_and_what_was_drawn_is_saved_by_a_newer_plugin(
    opened, database_location, postgis
):
    layer, info = edit("湖滨社区"), f"{database_location.schema}.workspace_info"
    given = UpgradeNoticeGiven(database_location, "王工", 0)
    wait_for(lambda: any("王工 is upgrading this workspace" in text for text in said(opened)))
    postgis.run(f"ALTER TABLE {database_location.schema}.area ADD COLUMN slope text")
    postgis.run(f"UPDATE {info} SET value = '{SCHEMA_VERSION + 1}' WHERE key = 'schema_version'")
    wait_for(lambda: any(f"to schema version {SCHEMA_VERSION + 1}" in text for text in said(opened)))
    given.close()
    assert not layer.commitChanges(False)
    assert layer.isModified()
    wait_for(lambda: any("Nothing was written" in text for text in said(opened)), 20.0)
    # The plugin is replaced by a newer one in the same window: the layers stay as they are.
    opened.session.stop()
    postgis.run(f"UPDATE {info} SET value = '{SCHEMA_VERSION}' WHERE key = 'schema_version'")
    opened.session.start()
    wait_for(lambda: opened.session.location == database_location)
    assert layer.commitChanges(False), said(opened)
    names = Workspace.open(database_location).read("area", ["name"], geometry=False)["name"].tolist()
    assert "湖滨社区" in names


@pytest.mark.proof
def test_a_notice_that_another_program_gives_is_told_at_once(opened, database_location, monkeypatch):
    opened.channel.send("test", {})  # it listens by now
    monkeypatch.setattr(upgrade_watch, "EVERY_MS", 600_000)
    monkeypatch.setattr(upgrade_watch, "SOON_MS", 600_000)
    opened.always(upgrade_watch.UpgradeWatch)._timer.start(600_000)
    command = [sys.executable, "-c", GIVES_NOTICE, str(database_location)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout.readline() == "given\n"
        wait_for(lambda: any("王工 upgrades this workspace at" in text for text in said(opened)), 20.0)
        program.communicate("\n")
    wait_for(lambda: any("王工 has not upgraded this workspace" in text for text in said(opened)), 20.0)


@pytest.mark.proof
def test_an_upgrade_waits_for_the_edits_of_an_open_window_and_goes_through_beside_its_layers(
    opened, database_location, postgis, monkeypatch
):
    real, ended = migrations.migrate_schema, []
    monkeypatch.setattr(schema_upgrade, "ANSWERED_S", 1.0)
    monkeypatch.setattr(migrations, "migrate_schema", lambda place: real(place, STEPS, SCHEMA_VERSION + 1))
    for layer in shown_layers(QgsProject.instance()).values():
        next(layer.getFeatures(), None)  # QGIS has read from each of them
    layer = edit("湖阳社区")
    kept = f"{database_location.schema}_v{SCHEMA_VERSION}"
    SchemaUpgrade(database_location, None, lambda *told: ended.append(told)).start()
    try:
        wait_for(lambda: any("upgrades this workspace at" in text for text in said(opened)))
        wait_for(lambda: any("Unsaved edits" in item for item in shown_people()))
        assert ended == []
        assert layer.commitChanges(False), said(opened)
        wait_for(lambda: ended)
        ((copy, error),) = ended
        assert error is None
        assert copy.schema == kept
        wait_for(lambda: any(f"to schema version {SCHEMA_VERSION + 1}" in text for text in said(opened)))
        for one in shown_layers(QgsProject.instance()).values():
            assert one.isValid()
    finally:
        postgis.drop(kept)


def shown_people() -> list[str]:
    trees = [tree for one in QApplication.topLevelWidgets() for tree in one.findChildren(QTreeWidget, PEOPLE)]
    return [tree.topLevelItem(at).text(2) for tree in trees for at in range(tree.topLevelItemCount())]


@pytest.mark.daily(1)
def test_a_file_that_another_program_has_upgraded_is_told(shell, tmp_path):
    path = build_workspace(tmp_path / "库.gpkg")
    shell.session.open(path)
    wait_for(tasks_done)
    migrate(path, {SCHEMA_VERSION: lambda _: None}, SCHEMA_VERSION + 1)
    wait_for(lambda: any(f"to schema version {SCHEMA_VERSION + 1}" in text for text in said(shell)))
