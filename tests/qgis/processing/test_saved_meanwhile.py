"""A colleague saves while a job reads table after table: the job answers about one state, the old or the new."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.workspace.gpkg.backend import GeoPackageBackend
from gridmgmt_plugin.workspace.postgis.backend import PostgresBackend
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.small_district import Listener, write_areas, write_streets
from tests.workspace.places import KINDS, place_of

AGAIN = Message("algorithm_reads_again", {})


@pytest.fixture(params=KINDS)
def district(request, run, tmp_path):
    """Return a workspace with unit grids in two responsibility grids, in each kind of place."""
    with place_of(request.param, tmp_path, request) as place:
        at = str(place.location)
        made = run("createworkspace", AREAS=write_areas(tmp_path), OUTPUT=at)["OUTPUT"]
        run("generateunitgrids", WORKSPACE=made, STREETS=write_streets(tmp_path))
        run("buildresponsibilitygrids", WORKSPACE=made, SCHEME="cg", COUNT=2)
        yield place, made


class Colleague:
    """Gives a responsibility grid another code, with all that names it, each time that the unit grids are read."""

    def __init__(self, monkeypatch, at: str, times: int) -> None:
        self._at, self._left = at, times
        self.saved = self.held_off = 0
        for place in (GeoPackageBackend, PostgresBackend):
            monkeypatch.setattr(place, "read_rows", self._after(place.read_rows))

    def _after(self, read):
        def read_and_save(place, table, *given, **more):
            rows = read(place, table, *given, **more)
            if table == "unit_grid" and self._left:
                self._left, left = 0, self._left  # he reads himself
                self._save()
                self._left = left - 1
            return rows

        return read_and_save

    def _save(self) -> None:
        workspace = Workspace.open(self._at)
        grids, units = workspace.read("responsibility_grid"), workspace.read("unit_grid", ["rg_cg"], geometry=False)
        old = grids["code"][0]
        new = f"{old[:-1]}{(int(old[-1]) + 7) % 10}"
        mine = units.fid[units["rg_cg"] == old]
        try:
            with workspace.transaction("同事", "save") as transaction:
                transaction.set_column("responsibility_grid", "code", grids.fid[:1], as_column([new]))
                transaction.set_column("unit_grid", "rg_cg", mine, as_column([new] * len(mine)))
            self.saved += 1
        except WorkspaceError as error:
            self.held_off += error.code == "workspace_locked"


def _errors(run, at, feedback=None) -> int:
    outputs = run("validate", feedback, WORKSPACE=at)
    assert outputs
    return outputs["ERRORS"]


@pytest.mark.daily(1)
@pytest.mark.parametrize("saves", [1, 2, 50])
@pytest.mark.proof
def test_a_check_finds_no_error_that_never_was(district, run, monkeypatch, saves):
    place, at = district
    before = _errors(run, at)
    colleague = Colleague(monkeypatch, at, saves)
    heard = Listener()
    assert _errors(run, at, heard) == before
    assert colleague.saved >= 1
    if place.kind == "file":
        assert heard.infos.count(AGAIN.text(language())) == min(saves, 2)
        assert colleague.held_off == (saves > 2), "the third time the file is kept as it is until it is read"
    else:
        assert AGAIN.text(language()) not in heard.infos
        assert colleague.held_off == 0


@pytest.mark.daily(1)
def test_after_the_job_everybody_can_save_again(district, run, monkeypatch):
    _, at = district
    with monkeypatch.context() as patch:
        Colleague(patch, at, 50)
        _errors(run, at)
    workspace = Workspace.open(at)
    with workspace.transaction("我", "save") as transaction:
        transaction.set_info("note", "可以保存")
