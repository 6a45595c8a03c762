"""Jobs that change unit grids and responsibility grids are taken back in one act, exactly, on both back ends."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.jobs.unit_grids.import_unit_grids import import_unit_grids
from gridmgmt_plugin.workspace.changes import table_change
from gridmgmt_plugin.workspace.changes.take_back import last_save, take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import COUNTY, areas, four_communities, grid_streets, layer
from tests.workspace.content import content
from tests.workspace.places import KINDS, place_of

FIRST = f"{COUNTY}001001"


@pytest.fixture(params=KINDS)
def bare(request, tmp_path):
    """Return a workspace of four communities without unit grids, with things that lie in it."""
    with place_of(request.param, tmp_path, request) as chosen:
        create_workspace([areas(four_communities(400.0))], chosen.location)
        workspace = Workspace.open(chosen.location)
        spots = as_column(shapely.Point(x + 30, y + 40) for x in range(0, 800, 100) for y in range(0, 800, 100))
        count = len(spots)
        with workspace.transaction("", "test") as transaction:
            transaction.insert("component", Rows({"code": as_column(f"b{n}" for n in range(count))}, spots))
            transaction.insert("cases", Rows({"id": as_column(f"a{n}" for n in range(count))}, spots))
        yield workspace


def draw(workspace: Workspace) -> None:
    generate_unit_grids(workspace, grid_streets(800, 800, 100), target_area_m2=10_000, author="王工")


def replace(workspace: Workspace) -> None:
    shapes = [shapely.box(0, 0, 200, 400), shapely.box(200, 0, 400, 400)]
    import_unit_grids(workspace, layer({}, shapes, None), mode="replace", scope=FIRST, author="王工")


def group(workspace: Workspace, count: int = 4) -> None:
    build_responsibility_grids(workspace, scheme="cg", count=count, author="王工", replace=True)


def group_finer(workspace: Workspace) -> None:
    group(workspace, 8)


def as_it_was(workspace: Workspace) -> dict:
    """Return what a planner sees; areas by their ground, for cells lend them their vertices."""
    found = content(workspace)
    rows = workspace.read("area")
    return {**found, "area": [(code, round(shape.area, 6)) for code, shape in zip(rows["code"], rows.geometry)]}


@pytest.mark.daily(1)
def test_jobs_one_after_the_other_come_back_one_by_one(bare):
    states = [as_it_was(bare)]
    for job in (draw, group, replace, group_finer):
        job(bare)
        states.append(as_it_was(bare))
    assert len({str(state) for state in states}) == 5
    kinds = []
    for before in reversed(states[:-1]):
        kinds.append(last_save(bare).gestures[0])
        take_back_last(bare, "李工")
        assert as_it_was(bare) == before
    assert kinds == [
        "build_responsibility_grids",
        "import_replace",
        "build_responsibility_grids",
        "generate_unit_grids",
    ]
    assert last_save(bare) is None
    draw(bare)  # and everything can be done again
    assert as_it_was(bare)["unit_grid"] == states[1]["unit_grid"]


def test_points_that_were_there_first_get_the_cells_that_are_drawn_around_them(bare):
    draw(bare)
    units = bare.read("unit_grid")
    for name in ("component", "cases"):
        points = bare.read(name)
        at = shapely.STRtree(units.geometry).query(points.geometry, predicate="within")
        assert len(at[1]) == len(points)
        assert points["unit_grid"][at[0]].tolist() == units["code"][at[1]].tolist()


def test_the_log_has_a_line_for_every_cell(bare):
    draw(bare)
    lines = bare.read("change_log", where={"gesture": "generate_unit_grids"}, geometry=False)
    assert sorted(lines["row_key"]) == sorted(bare.read("unit_grid")["code"])
    replace(bare)
    lines = bare.read("change_log", where={"gesture": "import_replace"}, geometry=False).records()
    gone = {line["row_key"] for line in lines if line["after"] is None}
    made = {line["row_key"] for line in lines if line["before"] is None}
    assert len(gone) == 16
    assert len(made) == 2


def test_somebody_who_built_on_it_keeps_it(bare):
    draw(bare)
    units = bare.read("unit_grid")
    with bare.transaction("李工", "note") as transaction:
        transaction.update("unit_grid", Rows({"note": as_column(["重点"])}, None, units.fids[:1]))
    before = content(bare)
    with pytest.raises(WorkspaceError) as refused:
        take_back_last(bare, "王工")
    assert refused.value.code == "take_back_overtaken"
    assert content(bare) == before


def test_a_point_that_somebody_moved_on_keeps_the_drawing(bare):
    draw(bare)
    points = bare.read("component")
    with bare.transaction("李工", "note") as transaction:
        transaction.set_column("component", "unit_grid", points.fids[:1], ["x"])
    with pytest.raises(WorkspaceError) as refused:
        take_back_last(bare, "王工")
    assert refused.value.code == "take_back_overtaken"


@pytest.mark.daily(1)
def test_very_many_points_come_back_as_exactly(bare, monkeypatch):
    before = as_it_was(bare)
    monkeypatch.setattr(table_change, "_MANY_ROWS", 10)
    draw(bare)
    assert None not in bare.read("cases")["unit_grid"]
    take_back_last(bare, "王工")
    assert as_it_was(bare) == before


def test_points_without_a_key_come_back_by_their_row(bare):
    spots = as_column([shapely.Point(50, 60)])
    with bare.transaction("", "test") as transaction:
        transaction.insert("component", Rows({"code": as_column([None])}, spots))
    before = as_it_was(bare)
    draw(bare)
    assert np.count_nonzero(bare.read("component").is_null("unit_grid")) == 0
    take_back_last(bare, "王工")
    assert as_it_was(bare) == before
