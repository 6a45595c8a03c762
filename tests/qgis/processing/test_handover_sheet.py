"""A package comes with a sheet that two people sign: what went out, file by file."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.project.papers import handover_sheet
from tests.jobs.package_workspace import make_workspace


def test_a_package_comes_with_a_sheet_that_tells_every_file(run, tmp_path, monkeypatch):
    sheets, write = [], handover_sheet.write_sheet
    monkeypatch.setattr(handover_sheet, "write_sheet", lambda html, path: (sheets.append(html), write(html, path)))
    make_workspace(tmp_path / "库.gpkg")
    made = run("exportpackage", WORKSPACE=tmp_path / "库.gpkg", SCHEME="cg", FOLDER=tmp_path, PROFILE="plain")
    sheet = Path(made["HANDOVER_SHEET"])
    assert sheet.parent == tmp_path
    assert sheet.read_bytes().startswith(b"%PDF")
    units = Path(made["MANIFEST"]).parent / "单元网格.gpkg"
    digest, size = hashlib.sha256(units.read_bytes()).hexdigest(), f"{units.stat().st_size:,}"
    line = f"<td>单元网格.gpkg</td><td>Unit grids</td><td>16</td><td>{size}</td><td>{digest}</td>"
    for told in (line, "r0001", "EPSG:4548", "0 failed", "Received by (signature, date)", "(to be filled in)"):
        assert told in sheets[-1]


@pytest.mark.proof
def test_a_sheet_that_cannot_be_written_is_told_and_the_package_stands(run, tmp_path, monkeypatch):
    def refuse(html, path):
        raise WorkspaceError("layer_not_written", path=str(path), reason="no room")

    monkeypatch.setattr(handover_sheet, "write_sheet", refuse)
    workspace = make_workspace(tmp_path / "库.gpkg")
    made = run("exportpackage", WORKSPACE=tmp_path / "库.gpkg", SCHEME="cg", FOLDER=tmp_path)
    assert "HANDOVER_SHEET" not in made
    assert Path(made["PACKAGE"]).is_file()
    assert workspace.read("release", geometry=False)["state"].tolist() == ["handed_over"]
    assert "no room" in Path(made["REPORT"]).read_text(encoding="utf-8")
