"""A folder to write into: what is typed is one that is there, or that can be made where it is said to be."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import QgsProcessingParameterFile

from gridmgmt_plugin.gui.jobs.place_fields import FolderField


@pytest.fixture
def problem_of(qgis_app):
    field = FolderField(QgsProcessingParameterFile("FOLDER", "Folder", QgsProcessingParameterFile.Behavior.Folder))

    def ask(typed):
        field.widget.setFilePath(str(typed))
        return field.problem()

    return ask


def test_a_folder_and_a_new_one_in_it_are_taken(problem_of, tmp_path):
    assert [problem_of(tmp_path), problem_of(tmp_path / "新")] == ["", ""]


def test_what_is_no_folder_is_refused_by_its_path(problem_of, tmp_path, monkeypatch):
    (tmp_path / "文件").write_text("")
    (tmp_path / "在此").mkdir()
    monkeypatch.chdir(tmp_path)
    mistyped = [tmp_path / "文件", tmp_path / "无" / "新", "在此", tmp_path / ("长" * 300)]
    told = [problem_of(one) for one in mistyped]
    assert told == [f"is not a folder that exists: {one}" for one in mistyped]


def test_a_folder_that_nobody_may_look_into_is_refused(problem_of, tmp_path, monkeypatch):
    def shut(*_):
        raise PermissionError(13, "Permission denied")

    for look in ("is_dir", "exists"):
        monkeypatch.setattr(Path, look, shut)
    assert problem_of(tmp_path / "甲") == f"is not a folder that exists: {tmp_path / '甲'}"
