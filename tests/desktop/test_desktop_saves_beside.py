"""A colleague saves while a planner works in the same database, in a real QGIS window."""

from __future__ import annotations

import threading
import time

import pytest

from gridmgmt_plugin.gui.opening.sample import WORKSPACE
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.colleague import Colleague
from tests.copied_workspace import copy_workspace

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def seen(desktop, postgis, sample, tmp_path_factory):
    workspace = copy_workspace(Workspace.open(sample / WORKSPACE), postgis.location())
    folder = tmp_path_factory.mktemp("beside")
    wanted, saved = folder / "wanted", folder / "saved"
    colleague = Colleague(workspace.location)

    def save() -> None:
        while not wanted.exists():
            time.sleep(0.05)
        time.sleep(0.2)
        mine, beside = wanted.read_text(encoding="utf-8").split("\n")
        colleague.save("unit_grid", "code", beside, note="同事的备注")
        colleague.save("unit_grid", "code", mine, name="同事起的名")
        saved.touch()

    threading.Thread(target=save, daemon=True).start()
    yield desktop("saves_beside.py", place=str(workspace.location), wanted=str(wanted), saved=str(saved))
    colleague.leave()
    postgis.drop(workspace.location.schema)


def test_a_form_shows_what_he_saved(seen):
    assert "同事起的名" in seen["form"]


def test_the_line_that_is_half_drawn_is_finished_and_saved_beside_his(seen):
    assert (seen["same_tool"], seen["steps"], seen["split"]) == (True, 0, 1)
    assert seen["kept"] == "同事的备注"
