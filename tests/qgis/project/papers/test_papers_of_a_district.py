"""Papers for five hundred lanes of a real old town: in half a minute, behind a window that goes on."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pytest
from qgis.PyQt.QtCore import QTimer

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.errors import Cancelled
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.gui.issues.job_task import JobTask
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.papers.lane_papers import lane_papers
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.project.papers.paper_town import DAY, texts_of
from tests.qgis.workspace_window import wait_for

pytestmark = pytest.mark.proof
#: Seconds of one processor, and how long the window may stand still on a machine with other work to do.
LIMIT_S, STANDS_STILL_S = 30.0, 0.5
PAGES, WARDEN, CHIEFS = 500, "lane_chief", 60


@pytest.fixture(scope="module")
def district(qgis_app, shared, tmp_path_factory) -> tuple[Workspace, list[str]]:
    """Return a district and five hundred of its lanes, each with a lane chief and a steward."""
    file = shared("beijing_dongcheng/dongcheng.gpkg")
    path = tmp_path_factory.mktemp("district") / "库.gpkg"
    create_workspace([read_source(file, "subdistrict")], path, crs="EPSG:4548", repair=True)
    workspace = Workspace.open(path)
    import_lanes(workspace, read_source(file, "streets"))
    codes = sorted(texts(workspace.read("lane", ["code"], geometry=False), "code").tolist())[:PAGES]
    people = np.arange(2 * CHIEFS)
    persons = [f"P{at // 9}" for at in range(PAGES)] + [f"P{CHIEFS + at % CHIEFS}" for at in range(PAGES)]
    roles = [WARDEN] * PAGES + ["lane_steward"] * PAGES
    posts = {
        "id": [f"L{at}" for at in range(2 * PAGES)],
        "target": ["lane"] * 2 * PAGES,
        "target_code": codes * 2,
        "person_id": persons,
        "role": roles,
        "valid_from": ["2026-01-01"] * 2 * PAGES,
    }
    names = {"id": [f"P{at}" for at in people], "name": [f"示例第{at}人" for at in people]}
    with workspace.transaction("", "test") as transaction:
        transaction.insert("person", Rows({name: as_column(values) for name, values in names.items()}))
        transaction.insert("post", Rows({name: as_column(values) for name, values in posts.items()}))
    return workspace, codes


class _Window:
    """What goes on in the window's thread: how long it stood still at most."""

    def __init__(self) -> None:
        self.longest_s, self._last = 0.0, time.monotonic()
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)
        self._timer.start(10)

    def _tick(self) -> None:
        now = time.monotonic()
        self.longest_s, self._last = max(self.longest_s, now - self._last), now

    def stop(self) -> None:
        self._timer.stop()


@pytest.mark.parametrize(("kind", "pages"), [("task_letter", PAGES), ("sign", PAGES), ("weekly", 56)])
def test_five_hundred_lanes_are_printed_while_the_window_lives(
    district, kind: str, pages: int, tmp_path: Path
) -> None:
    workspace, codes = district
    window, ended = _Window(), []
    begun, clock = time.process_time(), time.monotonic()
    task = JobTask(
        "papers",
        lambda progress: lane_papers(workspace, tmp_path, kind=kind, lanes=codes, on=DAY, progress=progress),
        lambda report, error: ended.append((report, error)),
    ).start()
    wait_for(lambda: ended, seconds=300)
    window.stop()
    assert task.was_cancelled is False
    spent = {"processor_s": time.process_time() - begun, "clock_s": time.monotonic() - clock}
    # What docs/benchmarks.md says: pytest -s.
    sys.stdout.write(f"{ {**spent, 'stood_still_s': window.longest_s} }\n")
    ((report, error),) = ended
    assert error is None
    assert report.accepted == pages
    (made,) = tmp_path.iterdir()
    found = texts_of(made)
    assert len(found) == pages
    assert all("示例第" in page for page in found)
    assert spent["processor_s"] <= LIMIT_S
    assert window.longest_s <= STANDS_STILL_S


def test_a_run_of_five_hundred_is_cancelled_at_once_and_leaves_nothing(district, tmp_path: Path) -> None:
    workspace, codes = district
    ended, parts = [], []

    def print_all(progress):
        return lane_papers(workspace, tmp_path, kind="sign", lanes=codes, on=DAY, progress=progress)

    task = JobTask("papers", print_all, lambda report, error: ended.append(error))
    task.progressChanged.connect(parts.append)
    task.start()
    wait_for(lambda: any(part > 20.0 for part in parts), seconds=120)
    begun = time.monotonic()
    task.cancel()
    wait_for(lambda: ended, seconds=30)
    assert time.monotonic() - begun < 3.0
    assert isinstance(ended[0], Cancelled)
    assert list(tmp_path.iterdir()) == []
