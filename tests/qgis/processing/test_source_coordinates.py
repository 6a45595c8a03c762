"""What QGIS's own toolbox passes for a choice that nobody made says nothing against a kind of source."""

from __future__ import annotations

from gridmgmt_plugin.core.intake.source_profiles import known_profiles
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.small_district import write_areas


def test_the_kind_of_coordinates_that_a_source_has_is_followed_and_stays_unless_another_is_chosen(run, tmp_path):
    workspace, path = tmp_path / "库.gpkg", tmp_path / "热线.csv"
    run("createworkspace", AREAS=write_areas(tmp_path), OUTPUT=workspace)
    path.write_text("编号,类别,上报时间,x,y\n1,暴露垃圾,2025-03-07,117.005,36.13\n", encoding="utf-8")
    untouched = run.algorithms()["importcases"].parameterDefinition("COORDINATES").defaultValue()
    asked = {"WORKSPACE": workspace, "INPUT": path, "SOURCE_PROFILE": "热线"}
    kept = []
    for chosen in ("gcj02", untouched, "lonlat", untouched):
        run("importcases", COORDINATES=chosen, **asked)
        kept.append(known_profiles(Workspace.open(workspace).info.more)["热线"].coordinates)
    assert kept == ["gcj02", "gcj02", "lonlat", "lonlat"]
