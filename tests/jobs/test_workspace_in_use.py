"""Jobs on a workspace that a second process holds, and in folders that nobody may write to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.handover.export_package import export_package
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.jobs.intake.import_components import import_components
from gridmgmt_plugin.jobs.intake.import_table import import_table
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.people.import_posts import import_posts
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from tests.jobs.districts import areas, drawn_town, dump, four_communities, grid_streets, names_in, town

_HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def held():
    """Return a function that lets another process take the write lock of a workspace and keep it."""
    holders = []

    def hold(path: Path) -> None:
        holder = subprocess.Popen(
            [sys.executable, "-c", _HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        holders.append(holder)
        assert holder.stdout.readline().strip() == b"held"

    yield hold
    for holder in holders:
        holder.communicate()


def _file(folder: Path, text: str):
    path = folder / "数据 表.csv"
    path.write_text(text, encoding="utf-8")
    return read_source(path)


def _groups(workspace):
    build_responsibility_grids(workspace, scheme="cg", count=4)


JOBS = {
    "generateunitgrids": (town, lambda w, _: generate_unit_grids(w, grid_streets(800, 800, 100))),
    "buildresponsibilitygrids": (drawn_town, lambda w, _: _groups(w)),
    "importlanes": (drawn_town, lambda w, _: import_lanes(w, grid_streets(800, 800, 100))),
    "importcomponents": (
        drawn_town,
        lambda w, f: import_components(w, _file(f, "标识码,类别代码,横坐标,纵坐标\nA1,0101,50,50\n")),
    ),
    "importcases": (
        drawn_town,
        lambda w, f: import_cases(
            w, _file(f, "案件编号,类别代码,上报时间,横坐标,纵坐标\nA1,0101,2026-01-02,50,50\n")
        ),
    ),
    "importtable": (drawn_town, lambda w, f: import_table(w, _file(f, "部门编码,部门名称\nD1,甲\n"), "department")),
    "importposts": (
        drawn_town,
        lambda w, f: import_posts(w, _file(f, "区划编码,岗位,姓名\n990101001,网格长,示例甲\n"), target="area"),
    ),
}


@pytest.mark.daily(1)
@pytest.mark.parametrize("job", sorted(JOBS))
def test_a_job_says_that_another_program_is_writing_and_changes_nothing(job, held, tmp_path):
    make, run = JOBS[job]
    workspace = make(tmp_path / "库")
    before = dump(workspace.path)
    held(workspace.path)
    with pytest.raises(WorkspaceError) as caught:
        run(workspace, tmp_path)
    assert caught.value.code == "workspace_locked"
    assert "网格 库.gpkg" in caught.value.text("zh")
    assert dump(workspace.path) == before


@pytest.mark.daily(1)
@pytest.mark.parametrize("job", sorted(JOBS))
def test_the_same_job_goes_through_once_the_other_program_is_done(job, tmp_path):
    make, run = JOBS[job]
    workspace = make(tmp_path / "库")
    before = dump(workspace.path)
    run(workspace, tmp_path)
    assert dump(workspace.path) != before


def test_a_package_is_not_left_behind_when_the_release_cannot_be_recorded(held, tmp_path):
    workspace = drawn_town(tmp_path / "库")
    _groups(workspace)
    folder = tmp_path / "移交"
    folder.mkdir()
    held(workspace.path)
    with pytest.raises(WorkspaceError) as caught:
        export_package(workspace, scheme="cg", folder=folder)
    assert caught.value.code == "workspace_locked"
    assert names_in(folder) == []


@pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="needs a folder that not even the administrator can write"
)
def test_a_workspace_in_a_folder_that_cannot_be_written_is_told():
    with pytest.raises(WorkspaceError) as caught:
        create_workspace([areas(four_communities())], Path("/proc/网格 库.gpkg"))
    assert caught.value.code == "workspace_not_created"
    assert "/proc" in caught.value.text("zh")
