"""A job tried out: the report that it would end with, and nothing written."""

from __future__ import annotations

import shapely

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.rehearsal import rehearsed
from gridmgmt_plugin.workspace.workspace import Workspace


def _workspace(path):
    frame = Frame(kind="local", epsg=None, label="示例")
    with Workspace.create(path, WorkspaceInfo(frame, "990101", "示例区")) as (made, transaction):
        shape = as_column([shapely.MultiPolygon([shapely.box(0, 0, 10, 10)])])
        transaction.insert(
            "area", Rows.from_records([{"code": "990101", "level": "county", "name": "示例区"}], shape)
        )
    return made


def test_nothing_of_a_transaction_stays(tmp_path):
    workspace = _workspace(tmp_path / "a.gpkg")
    before = (tmp_path / "a.gpkg").read_bytes()
    trial = rehearsed(workspace)
    with trial.transaction("甲", "试") as transaction:
        transaction.hold("area")
        numbers = transaction.insert("person", Rows.from_records([{"id": "A"}, {"id": "B"}]))
        transaction.clear("area")
        transaction.set_info("county_name", "别处")
        transaction.add_column("unit_grid", "rg_x", "text")
    assert len(set(numbers.tolist())) == 2
    assert (tmp_path / "a.gpkg").read_bytes() == before
    assert trial.count("area") == 1


def test_a_trial_runs_while_another_program_writes(tmp_path):
    workspace = _workspace(tmp_path / "a.gpkg")
    with workspace.transaction("乙", "写"), rehearsed(workspace).transaction("甲", "试") as transaction:
        transaction.insert("person", Rows.from_records([{"id": "A"}]))
    assert workspace.count("person") == 0


def test_many_reads_in_a_row_still_write_nothing(tmp_path):
    with rehearsed(_workspace(tmp_path / "a.gpkg")).reading() as trial:
        with trial.transaction("甲", "试") as transaction:
            transaction.insert("person", Rows.from_records([{"id": "A"}]))
        assert trial.count("person") == 0
