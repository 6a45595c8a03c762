"""Several reads are answered at once and find what each would have found alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.reads.asked import asked
from gridmgmt_plugin.workspace.values import Days, Highest
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.network_proxy import NetworkApart
from tests.workspace.conftest import EPSG_FRAME, made

CODE = "990101001001{:03d}".format


@pytest.fixture
def stored(place) -> Workspace:
    """Return a small workspace in each kind of place, with values of every kind and none."""
    workspace = made(place.location, EPSG_FRAME)
    with workspace.transaction("王工", "save") as transaction:
        looks = [
            {"lane_code": "1", "passed": True, "score": None, "inspected_on": "2024-01-01"},
            {"lane_code": "2", "passed": False, "score": 1.5, "note": "a\\b\"c'd,{e}\n100 %"},
        ]
        transaction.insert("lane_inspection", Rows.from_records(looks))
        frozen = {"release_number": "1", "layer": "unit_grid", "row_key": CODE(1), "geometry_wkb": b"\x00\xff\\"}
        transaction.insert("release_item", Rows.from_records([frozen]))
        transaction.set_column("unit_grid", "valid_from", np.array([1, 2]), ["2024-01-01", None])
        transaction.set_column("unit_grid", "population", np.array([1]), [7])
    return workspace


def same(one: Rows, other: Rows) -> bool:
    if (one.geometry is None) != (other.geometry is None) or set(one.columns) != set(other.columns):
        return False
    shapes = one.geometry is None or shapely.equals_exact(one.geometry, other.geometry, 0.0).all()
    values = all(one[name].tolist() == other[name].tolist() for name in one.columns)
    kinds = all([*map(type, one[name])] == [*map(type, other[name])] for name in one.columns)
    return bool(shapes and values and kinds and one.fids.tolist() == other.fids.tolist())


def test_each_finds_what_it_would_find_alone(stored):
    reads = [
        ("unit_grid", None, None, {}),
        ("unit_grid", ["code"], {"code": [CODE(1), CODE(3), "%s"]}, {"geometry": False}),
        ("unit_grid", None, {"fid": []}, {}),
        ("unit_grid", ["population"], {"valid_from": None}, {"bounds": (0.0, 0.0, 150.0, 50.0)}),
        ("unit_grid", [], {"valid_from": Days(date(2024, 1, 1), date(2024, 1, 2))}, {}),
        ("unit_grid", ["code"], {"fid": Highest()}, {"geometry": False}),
        ("area", None, {"fid": Highest()}, {}),
        ("lane_inspection", None, None, {}),
        ("release_item", None, {"layer": "unit_grid"}, {}),
        ("area", None, None, {}),
    ]
    for _ in range(2):  # the columns are known the second time
        found = stored.read_together([asked(*read, **more) for *read, more in reads])
        alone = [stored.read(*read, **more) for *read, more in reads]
        assert [same(one, other) for one, other in zip(found, alone)] == [True] * len(reads)
        assert [len(rows) for rows in found] == [4, 2, 0, 1, 1, 1, 0, 2, 1, 0]


def test_nothing_asked_is_nothing_found(stored):
    assert stored.read_together([]) == []


def test_what_was_read_ahead_is_not_read_again_until_something_is_written(stored, place):
    read = ("department", ["code"], None)
    with stored.reading() as state:
        state.read_ahead([asked(*read)])
        assert len(state.read(*read)) == 0
        with state.transaction("王工", "save") as transaction:
            transaction.insert("department", Rows.from_records([{"code": "1"}]))
        assert len(state.read(*read)) == 1
        state.read_ahead([asked(*read)])
        with stored.transaction("李工", "save") as transaction:
            transaction.insert("department", Rows.from_records([{"code": "2"}]))
        assert len(state.read(*read)) == 2


def test_what_others_are_kept_from_is_read_as_soon_as_it_is_held(stored):
    codes, areas = asked("unit_grid", ["code"]), asked("unit_grid", ["area_code"])
    with stored.transaction("王工", "save") as transaction:
        (found,) = transaction.hold_parts({"甲"}, ["unit_grid"], read=[codes])
        assert found["code"].tolist() == [CODE(n) for n in (1, 2, 3, 4)]
        transaction.delete("unit_grid", np.array([1]))
        found, other = transaction.read([codes, areas])
        assert found["code"].tolist() == [CODE(n) for n in (2, 3, 4)]
        assert len(other) == 3
    assert stored.count("unit_grid") == 3


class TestInADatabase:
    @pytest.fixture
    def far(self, postgis, database_location):
        made(database_location, EPSG_FRAME)
        with NetworkApart(postgis.port) as network:
            yield Workspace.open(replace(database_location, port=network.port)), network
        idle_connections.close_all()

    def test_one_answer_is_waited_for(self, far):
        workspace, network = far
        reads = [asked("unit_grid"), asked("area"), asked("code_register")]
        workspace.read_together(reads)
        network.set("messages", 0)
        assert [len(rows) for rows in workspace.read_together(reads)] == [4, 0, 0]
        assert network.ask("messages") == 1

    def test_a_column_that_came_meanwhile_is_there(self, far, postgis, database_location):
        workspace, _ = far
        workspace.read_together([asked("unit_grid")])
        postgis.run(f"ALTER TABLE {database_location.schema}.unit_grid ADD COLUMN rg_hw text")
        (rows,) = workspace.read_together([asked("unit_grid")])
        assert rows["rg_hw"].tolist() == [None] * 4

    def test_a_column_that_went_meanwhile_is_not_asked_for(self, far, postgis, database_location):
        workspace, _ = far
        postgis.run(f"ALTER TABLE {database_location.schema}.unit_grid ADD COLUMN rg_hw text")
        assert "rg_hw" in workspace.read_together([asked("unit_grid")])[0]
        postgis.run(f"ALTER TABLE {database_location.schema}.unit_grid DROP COLUMN rg_hw")
        assert "rg_hw" not in workspace.read_together([asked("unit_grid")])[0]

    def test_values_of_a_kind_that_is_not_ours_come_as_they_do_alone(self, far, postgis, database_location):
        workspace, _ = far
        postgis.run(f"ALTER TABLE {database_location.schema}.unit_grid ADD COLUMN more numeric[] DEFAULT '{{1,2}}'")
        (rows,) = workspace.read_together([asked("unit_grid")])
        assert same(rows, workspace.read("unit_grid"))

    def test_a_schema_that_is_gone_is_told(self, far, postgis, database_location):
        workspace, _ = far
        workspace.read_together([asked("unit_grid")])
        postgis.drop(database_location.schema)
        with pytest.raises(WorkspaceError) as told:
            workspace.read_together([asked("unit_grid")])
        assert told.value.code == "workspace_missing"
