"""People follow the ground in the window: proposals with boxes, one left behind, carried out, signed, taken back."""

from __future__ import annotations

import json

import openpyxl
import pytest
from qgis.PyQt.QtCore import Qt

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.gui.editing.tool_window import answer
from tests.qgis.gui.jobs.job_window import open_job, part, press, told
from tests.qgis.workspace_window import tasks_done, wait_for

DAY = "2026-03-02"


def posts(workspace):
    rows = workspace.read("post", geometry=False).records()
    return {row["id"]: {name: row[name] for name in ("target_code", "valid_from", "valid_to")} for row in rows}


@pytest.fixture
def merged(shell):
    """Give all unit grids of two grids, each with one person, to a third, as strokes that were saved do."""
    workspace = Workspace.open(shell.session.path)
    units = workspace.read("unit_grid", ["code", "rg_cg"], geometry=False)
    gone, taker = sorted({code for code in units["rg_cg"] if code})[:2], sorted(set(filter(None, units["rg_cg"])))[2]
    moving = [at for at, code in enumerate(units["rg_cg"]) if code in gone]
    held = [
        {"id": f"9{n}", "target": "responsibility_grid", "target_code": code, "scheme": "cg", "person_id": who}
        for n, (code, who) in enumerate(zip(gone, "AB"))
    ]
    present = workspace.read("post", where={"target": "responsibility_grid"}, geometry=False)
    grids = workspace.read("responsibility_grid", geometry=False)
    with workspace.transaction("示例员", "paint") as transaction:
        transaction.delete("post", present.fids)
        transaction.delete("responsibility_grid", grids.fids[[code in gone for code in grids["code"]]])
        transaction.insert("post", Rows.from_records([{"role": "grid_leader", **post} for post in held]))
        transaction.update("unit_grid", Rows({"rg_cg": as_column([taker] * len(moving))}, None, units.fids[moving]))
        for at in moving:
            sides = [json.dumps({"attributes": {"rg_cg": code}}) for code in (units["rg_cg"][at], taker)]
            transaction.log("unit_grid", units["code"][at], *sides)
    return workspace, taker


def test_proposals_are_ticked_carried_out_signed_and_taken_back(shell, merged, tmp_path):
    workspace, taker = merged
    before = posts(workspace)
    folder = tmp_path / "签字"
    folder.mkdir()
    dialog = open_job(shell, "follow_ground")
    dialog.show_values({"ON": DAY, "FOLDER": str(folder)})
    assert "2 places" in told(dialog)
    boxes = dialog.fields["LEAVE"].widget
    assert boxes.count() == 2
    assert all("100%" in boxes.item(row).text() for row in range(2))
    assert posts(workspace) == before, "what is tried out writes nothing"
    assert list(folder.iterdir()) == []
    boxes.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.parameters()["LEAVE"] == f"91>{taker}"
    assert "1 place" in told(dialog)
    assert boxes.count() == 2, "what was left can be ticked again"
    press(dialog, "run")
    assert dialog.shows_result(), part(dialog, "forecast").text()
    after = posts(workspace)
    assert after["90"]["valid_to"] == "2026-03-01"
    (new,) = set(after) - set(before)
    assert after[new] == {"target_code": taker, "valid_from": DAY, "valid_to": None}
    assert after["91"] == before["91"]
    (sheet,) = folder.glob("*.xlsx")
    _, *lines = openpyxl.load_workbook(sheet).active.iter_rows(values_only=True)
    assert len(lines) == 1
    assert "示例甲" in lines[0]
    answer("gridmgmt_take_back_question", "gridmgmt_take_back_question_yes")
    shell.action("take_back").trigger()
    wait_for(tasks_done)
    assert posts(workspace) == before
