"""Before a package counts, another program than ours reads it: the check inside it, with fiona."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gridmgmt_plugin.core.errors import Cancelled, WorkspaceError
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.package import second_reader as reader
from gridmgmt_plugin.jobs.handover import export_package as job
from tests.jobs.handover.exports import export
from tests.jobs.package_workspace import dump, make_workspace

HERE = Path(sys.executable)


def _program(tmp_path, text):
    (tmp_path / "check_package.py").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("second_reader")
def test_a_package_is_read_once_more_and_it_is_said(workspace, folder):
    assert "package_read_twice" in [note.code for note in export(workspace, folder).notes]


@pytest.mark.usefixtures("second_reader")
@pytest.mark.proof
def test_what_the_second_reader_finds_stops_the_hand_over(workspace, folder, monkeypatch):
    write, before = job.write_manifest, dump(workspace)

    def spoilt(place, content):
        (place / "README.zh.md").write_text("别的\n", encoding="utf-8")
        return write(place, content)

    monkeypatch.setattr(job, "write_manifest", spoilt)
    with pytest.raises(WorkspaceError) as refused:
        export(workspace, folder)
    assert refused.value.code == "package_check_failed"
    assert "README.zh.md" in refused.value.message.text("zh_CN")
    assert (list(folder.iterdir()), dump(workspace)) == ([], before)


def test_what_our_own_reading_finds_meanwhile_ends_the_other(tmp_path, monkeypatch):
    started, start = [], reader.subprocess.Popen

    def watched(*args, **options):
        started.append(start(*args, **options))
        return started[-1]

    monkeypatch.setattr(reader.subprocess, "Popen", watched)

    def refuse():
        raise WorkspaceError("package_not_readable", name="a", reason="b")

    place = _program(tmp_path, "import time\ntime.sleep(60)\n")
    with pytest.raises(WorkspaceError) as refused:
        reader.read_again(place, HERE, "zh_CN", Progress(), refuse)
    assert refused.value.code == "package_not_readable"
    assert [process.poll() in (None, 0) for process in started] == [False]


def test_where_it_cannot_be_read_the_reason_is_told_and_nothing_is_refused(tmp_path):
    _program(tmp_path, "import sys; print('没有 fiona（pip install fiona）。'); sys.exit(2)")
    assert reader.read_again(tmp_path, HERE, "zh_CN", Progress()) == reader.SecondReading(
        False, "没有 fiona（pip install fiona）"
    )
    _program(tmp_path, "raise OSError('no library')")
    assert "no library" in reader.read_again(tmp_path, HERE, "en", Progress()).reason
    assert not reader.read_again(tmp_path, tmp_path / "no python", "en", Progress()).done


def test_a_cancel_ends_the_second_reader(tmp_path):
    _program(tmp_path, "import time; time.sleep(60)")
    asked = []

    def stop(_):
        asked.append(1)
        if len(asked) > 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        reader.read_again(tmp_path, HERE, "en", Progress(stop))


def test_the_program_that_runs_may_be_no_python(tmp_path, monkeypatch):
    monkeypatch.setattr(reader.sys, "executable", str(tmp_path / "qgis-bin.exe"))
    monkeypatch.setattr(reader.sys, "exec_prefix", str(tmp_path))
    assert reader.python_with_fiona() is None
    (tmp_path / "python3.exe").touch()
    assert reader.python_with_fiona() == tmp_path / "python3.exe"
    # Started by QGIS, Python names as its program what comes first in the search path: another one maybe.
    monkeypatch.setattr(reader.sys, "executable", str(HERE))
    assert reader.python_with_fiona() == tmp_path / "python3.exe"
    monkeypatch.setattr(reader, "find_spec", lambda _: None)
    assert reader.python_with_fiona() is None


@pytest.mark.daily(1)
@pytest.mark.parametrize("target_crs", [4549, 3857])
@pytest.mark.usefixtures("second_reader")
def test_the_nearest_lane_is_the_same_where_another_plane_stretches_the_ground(workspace, folder, target_crs):
    report = export(workspace, folder, target_crs=target_crs, formats=("gpkg",))
    assert "package_read_twice" in [note.code for note in report.notes]


@pytest.mark.usefixtures("second_reader")
def test_a_lost_code_that_is_exempted_with_a_reason_stops_nothing(tmp_path, folder):
    post = {"id": "P9", "target": "lane", "target_code": "没有这条街巷", "person_id": "R001", "role": "lane_chief"}
    exemption = {"rule": "post_target_unknown", "object_key": "P9", "reason": "图上没有", "author": "王"}
    workspace = make_workspace(
        tmp_path / "b.gpkg", post=Rows.from_records([post]), exemption=Rows.from_records([exemption])
    )
    assert export(workspace, folder).exempted == 1
