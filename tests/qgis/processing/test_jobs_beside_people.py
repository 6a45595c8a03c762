"""A job in a database whose planners save on: it begins anew where it was overtaken, and in the end has a pause."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from qgis.core import QgsProcessingException

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.titles import JobTitle
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.postgis.backend import PostgresBackend
from gridmgmt_plugin.workspace.postgis.connection import connected
from gridmgmt_plugin.workspace.postgis.job_locks import jobs_at_work
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.small_district import Listener, write_areas, write_streets

ANEW, PAUSE = (Message(code, {}).text(language()) for code in ("algorithm_begins_anew", "algorithm_asks_for_a_pause"))


@pytest.fixture
def district(database_location, run, tmp_path):
    """Return where unit grids in two responsibility grids lie."""
    at = str(database_location)
    made = run("createworkspace", AREAS=write_areas(tmp_path), OUTPUT=at)["OUTPUT"]
    run("generateunitgrids", WORKSPACE=made, STREETS=write_streets(tmp_path), AUTHOR="王工")
    run("buildresponsibilitygrids", WORKSPACE=made, SCHEME="cg", COUNT=2, AUTHOR="王工")
    return made


class Painter:
    """A colleague's program that gives a unit grid to the other responsibility grid whenever a job has read it."""

    def __init__(self, monkeypatch, at: str, times: int) -> None:
        self._at, self._left, self._job = at, times, threading.get_ident()
        self.saved, self.refused, self.seen = 0, [], []
        monkeypatch.setattr(PostgresBackend, "read_rows", self._after(PostgresBackend.read_rows))

    def _after(self, read):
        def read_and_paint(place, table, *given, **more):
            rows = read(place, table, *given, **more)
            if table == "unit_grid" and self._left and threading.get_ident() == self._job:
                self._left -= 1
                painting = threading.Thread(target=self._paint)
                painting.start()
                painting.join()
            return rows

        return read_and_paint

    def _paint(self) -> None:
        workspace = Workspace.open(self._at)
        with connected(workspace.location) as connection:
            self.seen += jobs_at_work(connection, workspace.location)
        units = workspace.read("unit_grid", ["rg_cg", "row_version"], geometry=False)
        other = next(code for code in units["rg_cg"] if code != units["rg_cg"][0])
        try:
            with workspace.transaction("同事", "save_unit_grids") as transaction:
                first = units.take(np.array([0])).with_columns(rg_cg=as_column([other]))
                transaction.update("unit_grid", first)
            self.saved += 1
        except GridError as error:
            self.refused.append(error)


def group(run, at, heard) -> dict:
    return run("buildresponsibilitygrids", heard, WORKSPACE=at, SCHEME="cg", COUNT=2, REPLACE=True, AUTHOR="王工")


def test_a_job_that_was_overtaken_once_begins_anew(district, run, monkeypatch):
    painter, heard = Painter(monkeypatch, district, 1), Listener()
    assert group(run, district, heard)
    assert painter.saved == 1
    assert [job.who for job in painter.seen] == ["王工"]
    assert heard.infos.count(ANEW) == 1
    assert PAUSE not in heard.infos


@pytest.mark.daily(1)
def test_a_job_that_is_overtaken_all_the_time_has_a_pause_and_ends(district, run, monkeypatch):
    painter, heard = Painter(monkeypatch, district, 50), Listener()
    assert group(run, district, heard)
    assert (heard.infos.count(ANEW), heard.infos.count(PAUSE)) == (1, 1)
    assert painter.saved >= 2
    paused = [error for error in painter.refused if error.code == "workspace_paused"]
    assert paused
    assert "王工（划分责任网格" in paused[0].text("zh")
    assert [job.has_a_pause for job in painter.seen][-1]
    painter._paint()
    assert painter.saved >= 3, "after the job everybody saves again"


def test_a_job_that_comes_into_the_pause_of_another_one_begins_anew(district, run, monkeypatch):
    monkeypatch.setattr(patience, "BEHIND", replace(patience.BEHIND, queue_s=0.2, pause_s=0.2))
    heard, workspace, begun = Listener(), Workspace.open(district), threading.Event()

    def pause() -> None:
        with workspace.announced("李工", "generateunitgrids", with_pause=True):
            begun.set()
            end = time.monotonic() + 20
            while ANEW not in heard.infos and time.monotonic() < end:
                time.sleep(0.02)

    other = threading.Thread(target=pause)
    other.start()
    assert begun.wait(20)
    assert group(run, district, heard)
    other.join()
    assert heard.infos.count(ANEW) == 1


def test_a_check_keeps_nobody_off_and_says_nothing(district, run, monkeypatch):
    painter = Painter(monkeypatch, district, 50)
    assert run("validate", WORKSPACE=district)
    assert painter.saved
    assert (painter.refused, painter.seen) == ([], [])


def test_what_is_wrong_with_the_job_itself_is_told_at_once(district, run):
    heard = Listener()
    with pytest.raises(QgsProcessingException):
        run("buildresponsibilitygrids", heard, WORKSPACE=district, SCHEME="cg", COUNT=2, AUTHOR="王工")
    assert ANEW not in heard.infos


def test_every_job_that_writes_has_a_title_for_colleagues(run):
    without = []
    for algorithm in run.algorithms().values():
        if algorithm.writes and algorithm.NEEDS_WORKSPACE:
            title = JobTitle(algorithm.KEY)
            without += [algorithm.KEY] if algorithm.KEY in (title.text("zh"), title.text("en")) else []
    assert without == []
