"""The sheet of what changes for people comes before the package, or instead of it."""

from __future__ import annotations

import pytest
from qgis.core import QgsProcessingException

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.project.papers import change_sheet
from tests.jobs.package_workspace import make_workspace


@pytest.fixture
def printed(monkeypatch):
    """Return the sheets that were printed, as HTML; they are written all the same."""
    sheets, write = [], change_sheet.write_sheet
    monkeypatch.setattr(change_sheet, "write_sheet", lambda html, path: (sheets.append(html), write(html, path)))
    return sheets


@pytest.mark.proof
def test_a_preview_writes_the_sheet_and_hands_nothing_over(run, tmp_path, printed):
    workspace = make_workspace(tmp_path / "库.gpkg")
    call = {"WORKSPACE": tmp_path / "库.gpkg", "SCHEME": "cg", "FOLDER": tmp_path, "FORMATS": "gpkg"}
    sheet = tmp_path / "告知单.pdf"
    made = run("exportpackage", **call, SHEET=sheet, PREVIEW=True)
    assert sheet.read_bytes().startswith(b"%PDF")
    assert "PACKAGE" not in made
    assert len(workspace.read("release", geometry=False)) == 0
    assert "first release" in printed[-1]
    run("exportpackage", **call)
    post = workspace.read("post", where={"id": "P001"}, geometry=False)
    with workspace.transaction("王示例", "edit_rows") as transaction:
        transaction.update("post", Rows({"person_id": as_column(["R002"])}, None, post.fid))
    made = run("exportpackage", **call, SHEET=sheet)
    assert (made["RELEASE"], made["SHEET"]) == ("r0002", str(sheet))
    for told in (
        "since r0001",
        "<td>甲示例</td><td>乙示例</td>",
        "Person id: 甲示例 → 乙示例",
        "No unit grid changes",
    ):
        assert told in printed[-1]


def test_a_preview_without_a_place_for_its_sheet_is_refused_and_not_passed_over(run, tmp_path):
    make_workspace(tmp_path / "库.gpkg")
    with pytest.raises(QgsProcessingException, match=Message("sheet_place_missing").text("en")):
        run("exportpackage", WORKSPACE=tmp_path / "库.gpkg", SCHEME="cg", FOLDER=tmp_path, PREVIEW=True)
