"""A real old town imported whole: 15 542 pieces of street in seconds, and the same file again changes nothing."""

from __future__ import annotations

import time

import pytest

from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import dump

#: Seconds of one processor; what else the machine does meanwhile does not count.
LIMIT_S = 20.0


@pytest.mark.proof
def test_a_district_is_imported_in_seconds_and_twice_is_once(shared, tmp_path):
    path = shared("beijing_dongcheng/dongcheng.gpkg")
    create_workspace([read_source(path, "subdistrict")], tmp_path / "库.gpkg", crs="EPSG:4548", repair=True)
    workspace = Workspace.open(tmp_path / "库.gpkg")
    streets = read_source(path, "streets")
    begun = time.process_time()
    first = import_lanes(workspace, streets)
    assert time.process_time() - begun <= LIMIT_S
    assert (first.figures["segments"], first.accepted) == (15542, 879)
    assert first.figures["length_km"] == pytest.approx(520, abs=0.5)
    assert first.reasons["lane_segment_fills"] == 3
    before = dump(workspace.path)
    begun = time.process_time()
    again = import_lanes(workspace, streets, mode="update")
    assert time.process_time() - begun <= LIMIT_S
    assert (again.figures["unchanged"], again.to_confirm) == (879, ())
    one_office = import_lanes(workspace, streets, scope="110101001", mode="update")
    assert (one_office.figures["unchanged"], one_office.figures["new"], one_office.to_confirm) == (108, 0, ())
    after = dump(workspace.path)
    assert {name for name in before if before[name] != after[name]} <= {"workspace_info"}
