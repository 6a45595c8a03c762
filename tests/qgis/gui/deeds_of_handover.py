"""What a planner has written about releases through the window, as :mod:`.deeds` does it."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtWidgets import QPushButton

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.handover.release_desk import read_releases
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.gui.deeds import PART, Deed, Stage, ended, job, shown
from tests.qgis.workspace_window import tasks_done, wait_for, when_shown

RELEASE = "r0001"


def hand_over(workspace: Workspace) -> None:
    """Let a release be there that was handed over and waits for its answer."""
    handed = {
        "number": RELEASE,
        "scheme": "cg",
        "receiver": "甲平台",
        "state": "handed_over",
        "delivered_at": "2026-03-02",
    }
    frozen = {"release_number": RELEASE, "layer": "unit_grid", "row_key": "1", "content": "{}"}
    with workspace.transaction("测试", "import_tables") as transaction:
        transaction.insert("release", Rows.from_records([handed]))
        transaction.insert("release_item", Rows.from_records([frozen]))


def accept_release(stage: Stage) -> None:
    """Enter that the receiver accepted a release, in the dock of releases, which may not know of it yet."""
    dock = shown(stage, "releases")
    wait_for(lambda: tasks_done() and dock.current() is not None)
    (release,) = read_releases(stage.workspace)

    def agree(dialog: Any) -> None:
        dialog.findChild(QPushButton, "gridmgmt_release_accept").click()

    when_shown("gridmgmt_release_dialog", agree)
    dock.act_wanted.emit("accept", release)
    ended()


def import_package(stage: Stage) -> None:
    """Take in a package of another hand that has departments and nothing else."""
    folder = stage.folder / "外来"
    folder.mkdir(exist_ok=True)
    (folder / "departments.csv").write_text("code,name\nX1,一号部门\nX2,二号部门\n", encoding="utf-8")
    job("import_package", INPUT=str(folder))(stage)


DEEDS_OF_HANDOVER = (
    Deed(
        "import_package",
        import_package,
        "department",
        ("component", "code", PART, "location", "南门口"),
        "outcome_accepted",
        daily=False,
    ),
    Deed(
        "accept_release",
        accept_release,
        "release",
        ("component", "code", PART, "location", "南门口"),
        "release_not_waiting",
    ),
)
