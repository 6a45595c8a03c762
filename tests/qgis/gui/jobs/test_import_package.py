"""The dialog that takes a package in: what will happen stands there before anything is written."""

from __future__ import annotations

from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.gui.jobs.job_window import open_job, part, press, told


def test_what_a_package_would_bring_is_told_at_once_and_comes_with_a_click(shell, tmp_path):
    folder = tmp_path / "外来"
    folder.mkdir()
    (folder / "departments.csv").write_bytes("code,name\nX1,示例部门\nX2,另一部门\n".encode("gbk"))
    content = shell.session.path.read_bytes()
    dialog = open_job(shell, "import_package")
    dialog.fields["INPUT"].show_value(str(folder))
    text = told(dialog)
    assert "2" in text
    assert shell.session.path.read_bytes() == content
    press(dialog, "run")
    assert dialog.shows_result()
    assert {"X1", "X2"} <= set(Workspace.open(shell.session.path).read("department")["code"])


def test_what_is_no_package_is_told_in_the_dialog(shell, tmp_path):
    (tmp_path / "包.zip").write_bytes(b"PK\3\4 damaged")
    dialog = open_job(shell, "import_package")
    dialog.fields["INPUT"].show_value(str(tmp_path / "包.zip"))
    assert "包.zip" in told(dialog)
    assert part(dialog, "run").isVisible()


def test_a_dialog_in_which_nothing_was_chosen_yet_complains_of_nothing(shell):
    dialog = open_job(shell, "import_package")
    assert not told(dialog)
    assert not part(dialog, "forecast").isVisible()
