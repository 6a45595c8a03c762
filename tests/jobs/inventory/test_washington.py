"""The components of Washington are counted, asked about by clicks, changed together, and sent out."""

from __future__ import annotations

import time

import numpy as np
import pytest

from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.intake.import_components import import_components
from gridmgmt_plugin.jobs.inventory.change_components import Meant, NewValues, change_components
from gridmgmt_plugin.jobs.inventory.component_problems import find_problems
from gridmgmt_plugin.jobs.inventory.inventory import KINDS, Asked, Inventory
from gridmgmt_plugin.jobs.inventory.survey_in import import_survey
from gridmgmt_plugin.jobs.inventory.survey_out import export_survey
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import layer

CLICK_S = 0.1


@pytest.mark.proof
def test_the_components_of_washington_are_counted_changed_and_surveyed(shared, tmp_path):
    wards = read_source(shared("washington_dc/dc_polygons.gpkg"), "ward_2012")
    codes = [f"99010100{n + 1}" for n in range(len(wards))]
    path = tmp_path / "dc.gpkg"
    names = [f"第{code[-1]}区" for code in codes]
    source = layer({"code": codes, "name": names}, wards.rows.geometry, wards.crs_wkt)
    create_workspace([source], path, crs="32618")
    workspace = Workspace.open(path)
    taken = import_components(
        workspace, read_source(shared("washington_dc/dc_components.csv.gz")), coordinates="lonlat"
    )
    inventory = Inventory(workspace)
    assert len(inventory) == taken.accepted > 62_000
    began = time.process_time()
    for rows in KINDS:
        table = inventory.table(rows, "age", Asked())
        assert table.counts.sum() == len(inventory)
    assert (time.process_time() - began) / len(KINDS) < CLICK_S
    problems = find_problems(workspace)
    assert problems.layouts["GB/T 30428.2-2013 (6+2+2+6)"] == (0, 0)
    hydrants = workspace.count("component", {"class_code": "fire_hydrant"})
    meant, torn_down = Meant(class_prefix="fire_hydrant"), NewValues(state="废弃")
    assert change_components(workspace, meant, torn_down, reason="demolition").accepted == hydrants > 9_000
    take_back_last(workspace, author="")
    assert workspace.count("component", {"state": "废弃"}) == 0
    survey = tmp_path / "survey.gpkg"
    cameras = workspace.count("component", {"class_code": "cctv_camera"})
    assert export_survey(workspace, Meant(class_prefix="cctv"), survey).accepted == cameras > 590
    assert len(import_survey(workspace, survey).rows) == 0
    assert np.isfinite(table.per_hectare).sum() == 0, "there are no unit grids"
