"""Once a transaction has written much, nobody can read the file, not even the job itself: it must have read before.

A cache of one page makes every transaction one that writes much.
"""

from __future__ import annotations

import pytest
import shapely

from gridmgmt_plugin.core.validation.fix_attempt import FaultRef
from gridmgmt_plugin.exchange.reading import read_batches, read_source
from gridmgmt_plugin.jobs.checks.fix_issues import plan_fixes, write_fixes
from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace
from gridmgmt_plugin.jobs.handover.export_package import export_package
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.jobs.intake.import_components import import_components
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.jobs.unit_grids.import_unit_grids import import_unit_grids
from gridmgmt_plugin.workspace.changes.take_back import last_save, take_back_last
from gridmgmt_plugin.workspace.gpkg import connection
from tests.jobs.districts import COUNTY, drawn_town, grid_streets, layer, town
from tests.jobs.package_workspace import make_workspace, unit_rows


@pytest.fixture(autouse=True)
def _tiny_cache(monkeypatch):
    opened = connection.open_for_writing

    def tiny(path):
        found = opened(path)
        found.execute("PRAGMA cache_size = 1")
        return found

    monkeypatch.setattr(connection, "open_for_writing", tiny)


def test_cells_are_drawn_replaced_grouped_and_all_of_it_is_taken_back(tmp_path):
    workspace = town(tmp_path / "a")
    generate_unit_grids(workspace, grid_streets(800, 800, 50), target_area_m2=2_500)
    build_responsibility_grids(workspace, scheme="cg", count=8)
    build_responsibility_grids(workspace, scheme="cg", count=12, replace=True)
    shapes = [shapely.box(x, 0, x + 100, 400) for x in range(0, 400, 100)]
    import_unit_grids(workspace, layer({}, shapes, None), mode="replace", scope=f"{COUNTY}001001")
    import_lanes(workspace, grid_streets(800, 800, 100))
    while last_save(workspace) is not None:
        take_back_last(workspace, "")
    assert workspace.count("unit_grid") == 0


def test_points_come_in(tmp_path):
    workspace = drawn_town(tmp_path / "b")
    path = tmp_path / "点.csv"
    rows = [f"{n},0504,2025-03-07 08:05:00,{n % 390 + 1},{n // 2 % 390 + 1}" for n in range(600)]
    path.write_text("\n".join(["编号,类别代码,上报时间,横坐标X,纵坐标Y", *rows, ""]), encoding="utf-8")
    assert import_cases(workspace, read_source(path)).accepted == 600
    moved = path.with_name("又.csv")
    moved.write_text(path.read_text(encoding="utf-8").replace("08:05:00,", "08:15:00,1"), encoding="utf-8")
    parts = import_cases(workspace, read_batches(moved, most=200))
    assert (parts.figures["updated"], parts.rejected) != (0, 600)
    assert import_components(workspace, read_source(path)).accepted == 600


def test_a_release_is_handed_over_twice(tmp_path):
    workspace = make_workspace(tmp_path / "网格 库.gpkg")
    for number in ("r0001", "r0002"):
        report = export_package(workspace, scheme="cg", folder=tmp_path)
        assert f"cg-{number}" in str(report.manifest)


def test_fixes_are_written(tmp_path):
    units = unit_rows()
    x0, y0, x1, y1 = units.geometry[0].bounds
    units.geometry[0] = shapely.box(x0, y0, x1 - 0.2, y1)
    workspace = make_workspace(tmp_path / "网格 库.gpkg", unit_grid=units)
    gaps = [FaultRef.of(issue) for issue in validate_workspace(workspace).result.of("unit_gap")]
    assert write_fixes(workspace, plan_fixes(workspace, gaps, author="王工"), "王工").accepted == 1
