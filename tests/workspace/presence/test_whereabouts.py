"""Where colleagues edit is read in one's own copy of the rows: shapes, and communities by name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.presence.presence import EditedRows, Presence
from gridmgmt_plugin.workspace.presence.whereabouts import read_whereabouts
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.network_proxy import NetworkApart
from tests.workspace.conftest import unit_rows

BOX = (1000.0, 1000.0, 1100.0, 1050.0)


@pytest.fixture
def workspace(place):
    return district(place.location)


def district(location):
    """Return a community with four unit grids and a lane."""
    area = Rows.from_records(
        [{"code": "990101001001", "level": "community", "name": "南门社区"}],
        as_column([shapely.multipolygons([shapely.box(0, 0, 400, 100)])]),
    )
    lanes = Rows.from_records(
        [{"code": "L1", "name": "南北胡同"}], as_column([shapely.MultiLineString([[(50, 0), (50, 90)]])])
    )
    frame = Frame(kind="local", epsg=None, label="示例地方坐标系")
    with Workspace.create(location, WorkspaceInfo(frame, "990101", "示例区")) as (_, transaction):
        for table, rows in (("area", area), ("unit_grid", unit_rows()), ("lane", lanes)):
            transaction.insert(table, rows)
    return Workspace.open(location)


def where(workspace, *edits):
    presence = Presence("李工", "a", "14:05", edits)
    found = read_whereabouts(workspace.location, [presence])[presence]
    return [shapely.from_wkb(body) for body in found.shapes], found.communities


def test_stored_rows_are_shown_as_they_are_and_new_ones_by_their_rectangle(workspace):
    second = int(workspace.read("unit_grid", ["code"]).fids[1])
    shapes, communities = where(workspace, EditedRows("unit_grid", 2, (second,), (BOX,), BOX))
    assert [shapely.bounds(shape).tolist() for shape in shapes] == [[100, 0, 200, 100], list(BOX)]
    assert communities == ("南门社区",)


def test_what_is_cut_out_of_a_stored_row_is_shown_by_that_row(workspace):
    first = int(workspace.read("unit_grid", ["code"]).fids[0])
    half = (50.0, 0.0, 100.0, 100.0)
    shapes, _ = where(workspace, EditedRows("unit_grid", 2, (first,), (half,), (0.0, 0.0, 100.0, 100.0)))
    assert [shapely.bounds(shape).tolist() for shape in shapes] == [[0, 0, 100, 100]]


def test_what_has_no_community_of_its_own_lies_in_that_of_the_unit_grid_there(workspace):
    (lane,) = workspace.read("lane", ["code"]).fids.tolist()
    shapes, communities = where(workspace, EditedRows("lane", 1, (lane,), (), (50.0, 0.0, 50.0, 90.0)))
    assert shapely.get_type_id(np.array(shapes)).tolist() == [5]
    assert communities == ("南门社区",)
    assert where(workspace, EditedRows("lane", 1, (), (BOX,), BOX))[1] == (), "nobody has a unit grid there"


def test_of_rows_that_are_too_many_to_be_named_the_rectangle_is_shown(workspace):
    shapes, communities = where(
        workspace, EditedRows("unit_grid", 9999, (), (), BOX, ("990101001001", "990101001999"))
    )
    assert [shapely.bounds(shape).tolist() for shape in shapes] == [list(BOX)]
    assert communities == ("南门社区", "990101001999"), "an area that is not here is called by its code"


@pytest.mark.parametrize("rows", [1, 4])
def test_it_takes_as_many_messages_however_many_rows_are_edited(postgis, database_location, rows):
    workspace = district(database_location)
    numbers = workspace.read("unit_grid", ["code"]).fids[:rows].tolist()
    presence = Presence("李工", "a", "14:05", (EditedRows("unit_grid", rows, tuple(numbers), (), BOX),))
    with NetworkApart(postgis.port) as network:
        distant = replace(database_location, port=network.port)
        network.set("messages", 0)
        assert len(read_whereabouts(distant, [presence])[presence].shapes) == rows
        assert network.ask("messages") <= 14
    idle_connections.close_all()


def test_rows_that_are_gone_and_tables_without_shapes_show_nothing(workspace):
    edits = (EditedRows("person", 1, (1,)), EditedRows("unit_grid", 1, (987654,), (), BOX))
    assert where(workspace, *edits) == ([], ())
