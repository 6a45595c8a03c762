"""What befalls a database while somebody edits: the save is refused with its sentence, every edit stays, and once the
cause is gone the same save succeeds.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from qgis.core import QgsProject

from gridmgmt_plugin.gui.opening.database_login import share_login
from gridmgmt_plugin.project import answering
from gridmgmt_plugin.project.shown_workspace import WORKSPACE_ENTRY
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.logins import forget_logins
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.saving.test_database_in_trouble import sound
from tests.qgis.editing.saving.town import make_town
from tests.server_troubles import LIMITS, TROUBLES, Office, assert_right, limited, tiny_disk
from tests.stored_content import content_of


@pytest.fixture
def office(postgis, logins, monkeypatch):
    office = Office(postgis)
    office.drop()
    office.prepare()
    make_town(office.owner)
    office.grant()
    share_login(office.planner)
    logins.questions.clear()
    monkeypatch.setattr(patience, "BEHIND", patience.Patience(lock_s=1.0, statement_s=2.0))
    yield office
    office.drop()
    forget_logins()
    QgsProject.instance().clear()
    logins.questions.clear()


def shown(desk) -> None:
    """Have the project show the layer, as QGIS does."""
    QgsProject.instance().addMapLayer(desk.layer)
    QgsProject.instance().writeEntry(*WORKSPACE_ENTRY, str(desk.workspace.location))


def fill(disk: Path) -> Path:
    """Leave no room on a disk; return the file that takes it."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler


def edits(desk) -> tuple[list[str], list[tuple]]:
    """Return the steps that can be undone and the rows that the edits hold, without asking the server."""
    stack, buffer = desk.layer.undoStack(), desk.layer.editBuffer()
    steps = [stack.text(step) for step in range(stack.index())]
    added = [(feature["code"], feature.geometry().asWkt(3)) for feature in buffer.addedFeatures().values()]
    changed = [(fid, shape.asWkt(3)) for fid, shape in buffer.changedGeometries().items()]
    return steps, sorted([*map(str, added), *map(str, changed)])


@pytest.mark.daily(2)
@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
def test_a_save_is_refused_with_its_sentence_and_succeeds_once_the_cause_is_gone(
    office, open_desk, trouble, logins, monkeypatch
):
    monkeypatch.setattr(answering, "_ANSWERED_FOR_S", 0.0)
    desk = open_desk(Workspace.open(office.planner))
    shown(desk)
    desk.split(6, [(1.3, 0.5), (1.3, 2.5)])
    before, made = office.cluster.dump(office.owner), edits(desk)
    assert made[0]
    with trouble.on(office):
        assert not desk.save()
        assert [refusal.code for refusal in desk.refusals] == [trouble.code]
        assert_right(desk.refusals[-1].message)
        desk.guard.sweep()
        assert desk.layer.isEditable()
        assert edits(desk) == made
    assert office.cluster.dump(office.owner) == before
    if trouble.code == "postgres_password_wrong":
        share_login(office.planner)
    else:
        assert logins.questions == [], "nobody is asked for a login that is right"
    assert desk.save(), desk.refusals
    sound(Workspace.open(office.owner))
    assert Workspace.open(office.owner).count("unit_grid") == 33
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert desk.save(), desk.refusals
    desk.close()
    desk.close = lambda: None


@pytest.mark.proof
@pytest.mark.parametrize("limit", LIMITS)
def test_what_an_administrator_limits_for_everybody_breaks_no_save_off(office, open_desk, limit):
    desk = open_desk(Workspace.open(office.planner))
    desk.split(6, [(1.3, 0.5), (1.3, 2.5)])
    with limited(office, limit):
        assert desk.save(), desk.refusals
    sound(Workspace.open(office.owner))


@pytest.mark.proof
def test_a_save_into_a_file_on_a_full_disk_is_refused_and_succeeds_once_there_is_room(qgis_app, open_desk):
    with tiny_disk() as disk:
        town = make_town(GeoPackageLocation(disk / "town.gpkg"))
        desk = open_desk(town)
        desk.split(6, [(1.3, 0.5), (1.3, 2.5)])
        before, made = content_of(town.path), edits(desk)
        filler = fill(disk)
        assert not desk.save()
        assert [refusal.code for refusal in desk.refusals] == ["workspace_disk_full"]
        assert_right(desk.refusals[-1].message)
        desk.guard.sweep()
        assert edits(desk) == made
        filler.unlink()
        assert content_of(town.path) == before
        assert desk.save(), desk.refusals
        sound(Workspace.open(town.location))
        desk.close()
        desk.close = lambda: None
