"""Points come in while somebody else changes the cells that they lie in: no point names a cell that is gone."""

from __future__ import annotations

import pytest
import shapely

from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.jobs.intake.import_components import import_components
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.jobs.unit_grids.import_unit_grids import import_unit_grids
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import COUNTY, areas, four_communities, grid_streets, layer
from tests.workspace.places import KINDS, place_of

PLACES = [(x, y) for x in range(30, 400, 80) for y in range(40, 400, 70)]


@pytest.fixture(params=KINDS)
def town(request, tmp_path):
    with place_of(request.param, tmp_path, request) as chosen:
        create_workspace([areas(four_communities(400.0))], chosen.location)
        workspace = Workspace.open(chosen.location)
        generate_unit_grids(workspace, grid_streets(800, 800, 100), target_area_m2=10_000)
        yield workspace


@pytest.fixture(params=["cases", "component"])
def job(request, tmp_path):
    """Return what imports points, and the table that they come into."""
    path = tmp_path / "点 清单.csv"
    rows = [f"{n},0504,2025-03-07 08:05:00,{x},{y}" for n, (x, y) in enumerate(PLACES)]
    path.write_text("\n".join(["编号,类别代码,上报时间,横坐标X,纵坐标Y", *rows, ""]), encoding="utf-8")
    run = import_cases if request.param == "cases" else import_components
    return request.param, lambda workspace, progress: run(workspace, read_source(path), progress=progress)


def when_the_places_are_found(change) -> Progress:
    """Return a progress during which somebody else calls ``change()`` after the cells were looked up."""
    done = []

    def on_fraction(fraction: float) -> None:
        if fraction >= 0.8 and not done:
            done.append(fraction)
            change()

    return Progress(on_fraction)


def replace_cells(workspace: Workspace) -> None:
    shapes = [shapely.box(0, 0, 120, 400), shapely.box(120, 0, 250, 400), shapely.box(250, 0, 400, 400)]
    import_unit_grids(workspace, layer({}, shapes, None), mode="replace", scope=f"{COUNTY}001001")


def move_a_border(workspace: Workspace) -> None:
    """Give ground from one cell to its neighbour: no code comes or goes."""
    units = workspace.read("unit_grid")
    spots = locate_points([50.0, 150.0], [50.0, 50.0], units.shapes, units["code"])
    west, east = shapely.box(0, 0, 20, 100), shapely.box(20, 0, 200, 100)
    cells = units.take(spots).with_geometry(None).with_columns(note=["x", "x"])
    with workspace.transaction("李工", "edit") as transaction:
        transaction.update("unit_grid", cells.with_geometry(shapely.from_wkb(shapely.to_wkb([west, east]))))


def take_a_cell_away(workspace: Workspace) -> None:
    units = workspace.read("unit_grid")
    (cell,) = locate_points([50.0], [50.0], units.shapes, units["code"])
    with workspace.transaction("李工", "edit") as transaction:
        transaction.delete("unit_grid", units.fids[[cell]])


@pytest.mark.daily(2)
@pytest.mark.parametrize("change", [replace_cells, move_a_border, take_a_cell_away])
def test_every_point_names_the_cell_that_it_lies_in(town, job, change):
    table, run = job
    report = run(town, when_the_places_are_found(lambda: change(Workspace.open(town.location))))
    assert report.accepted == len(PLACES)
    units, points = town.read("unit_grid"), town.read(table)
    at = locate_points(shapely.get_x(points.shapes), shapely.get_y(points.shapes), units.shapes, units["code"])
    assert points["unit_grid"].tolist() == units.pick_or_none("code", at).tolist()
    told = {note.code: note.details for note in report.notes}
    assert told.get("points_in_no_unit_grid", {"count": 0})["count"] == (at < 0).sum()
    assert report.figures["with_unit_grid"] == (at >= 0).sum()
    if table == "cases":
        assert points["reported_grid"].tolist() == points["unit_grid"].tolist()


def test_points_are_placed_once_when_nobody_interferes(town, job, monkeypatch):
    from gridmgmt_plugin.jobs.intake import point_rows

    found, asked = point_rows.cell_of, []
    monkeypatch.setattr(point_rows, "cell_of", lambda *given, **named: asked.append(1) or found(*given, **named))
    job[1](town, Progress())
    assert len(asked) == 1
