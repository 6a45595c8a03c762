"""What a job says when it is tried out is what it says when it is done, and the trial leaves no trace."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.jobs.intake.import_components import import_components
from gridmgmt_plugin.jobs.intake.import_table import import_table
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.people.import_posts import import_posts
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.jobs.unit_grids.import_unit_grids import import_unit_grids
from gridmgmt_plugin.workspace.rehearsal import rehearsed
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import COMMUNITIES, build_workspace

FIRST = next(iter(COMMUNITIES))


def _source(columns, geometry=None):
    rows = Rows({name: as_column(values) for name, values in columns.items()}, geometry)
    return Source(rows, "来件", "来件.csv", None, "utf-8", (), np.arange(len(rows)) + 2)


def _points(count=8):
    return {"x": [50.0 + 100 * n for n in range(count)], "y": [50.0] * (count - 1) + [9999.0]}


def _cases(workspace):
    days = [f"2025-05-{n + 1:02d}" for n in range(8)]
    source = _source({"案件编号": [f"A{n}" for n in range(8)], "上报时间": days, "类别": ["0101"] * 8, **_points()})
    return import_cases(workspace, source)


def _components(workspace):
    return import_components(workspace, _source({"类别代码": ["0102"] * 8, **_points()}))


def _departments(workspace):
    return import_table(workspace, _source({"部门编码": ["001", "002"], "部门名称": ["城管", "环卫"]}), "department")


def _posts(workspace):
    columns = {"责任网格编码": [f"{FIRST}001"], "姓名": ["示例丙"], "角色": ["网格长"]}
    return import_posts(workspace, _source(columns), target="responsibility_grid", scheme="cg")


def _streets():
    lines = [shapely.LineString([(0, 50), (1200, 50)]), shapely.LineString([(350, 0), (350, 200)])]
    return _source({"name": ["东街", "西街"], "class": ["支路", "支路"]}, as_column(lines))


def _lanes(workspace):
    return import_lanes(workspace, _streets())


def _without_lanes(path):
    with Workspace.open(path).transaction("测试", "sample") as transaction:
        for table in ("lane", "lane_area"):
            transaction.clear(table)


def _grids(workspace):
    return build_responsibility_grids(workspace, scheme="yl", title="园林", count=4)


def _grids_anew(workspace):
    return build_responsibility_grids(workspace, scheme="cg", title="城管巡查", count=3, replace=True)


def _drawn(workspace):
    return generate_unit_grids(workspace, _streets(), mode="replace")


def _taken(workspace):
    units = workspace.read("unit_grid", ["code"])
    source = _source({"code": units["code"].tolist()}, units.geometry)
    return import_unit_grids(workspace, source, mode="update")


JOBS = (_cases, _components, _departments, _posts, _lanes, _grids, _grids_anew, _drawn, _taken)


@pytest.mark.daily(2)
@pytest.mark.parametrize("job", JOBS)
def test_a_trial_ends_with_the_report_of_the_run(job, tmp_path):
    path = build_workspace(tmp_path / "a.gpkg")
    if job is _lanes:
        _without_lanes(path)
    before = path.read_bytes()
    tried = job(rehearsed(Workspace.open(path)))
    assert path.read_bytes() == before
    done = job(Workspace.open(path))
    assert (tried.accepted, tried.rejected, tried.reasons) == (done.accepted, done.rejected, done.reasons)
    assert tried.figures == done.figures
    assert [note.code for note in tried.notes] == [note.code for note in done.notes]


@pytest.mark.daily(1)
@pytest.mark.parametrize("job", [_cases, _departments, _posts, _grids_anew])
def test_a_trial_of_the_second_time_ends_with_its_report_too(job, tmp_path):
    path = build_workspace(tmp_path / "a.gpkg")
    job(Workspace.open(path))
    tried = job(rehearsed(Workspace.open(path)))
    done = job(Workspace.open(path))
    assert (tried.accepted, tried.rejected, tried.figures) == (done.accepted, done.rejected, done.figures)
