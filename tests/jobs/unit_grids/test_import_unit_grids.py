"""Unit grids that exist already: seamless in, refused with the list of faults, or repaired with consent."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from osgeo import ogr
from pyproj import Transformer

from gridmgmt_plugin.core.coverage.health.examine import is_coverage
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.import_components import import_components
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.jobs.unit_grids.import_unit_grids import import_unit_grids, read_unit_grids
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import (
    EAST_M,
    LOCAL_CS,
    NORTH_M,
    assert_cancel_leaves_nothing,
    assert_covers,
    codes_of,
    drawn_town,
    dump,
    four_communities,
    layer,
    town,
)
from tests.jobs.refusals import refused_by
from tests.tries import tries

FIRST = "990101001001"


@pytest.fixture(scope="module")
def bare_town_file(tmp_path_factory):
    """Four communities of 400 m without unit grids."""
    return town(tmp_path_factory.mktemp("bare")).path


@pytest.fixture(scope="module")
def gridded_town_file(tmp_path_factory):
    """The same with unit grids of 100 m."""
    return drawn_town(tmp_path_factory.mktemp("gridded")).path


def copied(file, folder):
    path = folder / "网格 库.gpkg"
    path.write_bytes(file.read_bytes())
    return Workspace.open(path)


@pytest.fixture
def bare_town(bare_town_file, tmp_path):
    return copied(bare_town_file, tmp_path)


@pytest.fixture
def gridded_town(gridded_town_file, tmp_path):
    return copied(gridded_town_file, tmp_path)


@pytest.fixture
def handed_over(gridded_town):
    """The town whose codes were all handed over."""
    store = RegisterStore(gridded_town, gridded_town.info.code_layout, "unit_grid")
    store.register.hand_over(store.register.codes())
    with gridded_town.transaction("", "test") as transaction:
        store.write(transaction)
    return gridded_town


@pytest.fixture(scope="module")
def cells(gridded_town_file):
    """The drawn cells as rows: code, area_code, shape."""
    return Workspace.open(gridded_town_file).read("unit_grid")


def cell_layer(geometry, crs=LOCAL_CS, **columns) -> Source:
    return layer(columns, geometry, crs, "单元 网格.gpkg")


def ground_of(workspace):
    rows = workspace.read("area")
    return shapely.union_all(rows.geometry[rows["level"] == "community"])


def assert_sound(workspace):
    """The cells cover the district once, edge to edge, each inside its area, with a registered code of it."""
    __tracebackhide__ = True
    assert_covers(workspace, ground_of(workspace), 1e-6)
    units, found = workspace.read("unit_grid"), workspace.read("area")
    assert is_coverage(units.geometry)
    shape_of = dict(zip(found["code"], found.geometry))
    for code, area, shape in zip(units["code"], units["area_code"], units.geometry):
        assert shape.difference(shape_of[area]).area < 1e-6
        assert code.startswith(area)
    assert set(units["code"]) <= set(codes_of(workspace, "unit_grid"))
    assert np.allclose(units["area_m2"].astype(float), shapely.area(units.geometry), atol=1e-3)


def refused_cells(workspace, source, code, **options):
    return refused_by(import_unit_grids)(workspace, code, source, **options)


def shifted(shape, corner, by):
    ring = shapely.get_coordinates(shape)[:-1]
    at = int(np.argmin(np.hypot(*(ring - corner).T)))
    ring[at] += by
    return shapely.Polygon(ring)


def at_place(cells, x, y):
    return int(np.flatnonzero(shapely.intersects_xy(cells.geometry, x, y))[0])


# --- as new


def test_sound_cells_come_in_as_they_are(bare_town, cells):
    source = cell_layer(cells.geometry, code=cells["code"], 类型=["道路"] * len(cells), 备注=["原有"] * len(cells))
    report = import_unit_grids(bare_town, source, author="张")
    assert (report.accepted, report.rejected) == (64, 0)
    assert report.figures["repair_moves_m2"] == 0
    assert_sound(bare_town)
    units = bare_town.read("unit_grid")
    assert dict(zip(units["code"], units.geometry)) == dict(zip(cells["code"], cells.geometry))
    assert set(units["grid_kind"]) == {"道路"}
    assert set(units["note"]) == {"原有"}
    assert set(units["state"]) == {"draft"}


def test_codes_in_use_elsewhere_come_in_valid(bare_town, cells):
    import_unit_grids(bare_town, cell_layer(cells.geometry, code=cells["code"]), state="valid")
    assert set(bare_town.read("unit_grid")["state"]) == {"valid"}
    assert set(bare_town.read("code_register")["state"]) == {"valid"}


def test_cells_without_codes_are_numbered_as_drawn_ones_are(bare_town, cells):
    shuffled = np.random.default_rng(3).permutation(len(cells))
    report = import_unit_grids(bare_town, cell_layer(cells.geometry[shuffled]))
    assert "cells_codes_given" in [note.code for note in report.notes]
    assert "cells_kind_assumed" in [note.code for note in report.notes]
    units = bare_town.read("unit_grid")
    assert dict(zip(units["code"], units.geometry)) == dict(zip(cells["code"], cells.geometry))


def test_codes_given_for_some_cells_are_kept_and_the_rest_fill_the_numbers_left(bare_town, cells):
    codes = cells["code"].copy()
    codes[1::2] = None
    import_unit_grids(bare_town, cell_layer(cells.geometry, code=codes))
    units = bare_town.read("unit_grid")
    assert sorted(units["code"]) == sorted(cells["code"])
    assert_sound(bare_town)


def test_one_community_alone_may_come_first(bare_town, cells):
    mine = cells["area_code"] == FIRST
    report = import_unit_grids(bare_town, cell_layer(cells.geometry[mine]))
    assert report.accepted == 16
    assert set(bare_town.read("unit_grid")["area_code"]) == {FIRST}


def test_areas_get_the_vertices_of_their_cells_at_every_level(bare_town, cells):
    import_unit_grids(bare_town, cell_layer(cells.geometry))
    vertices = {tuple(v) for v in shapely.get_coordinates(bare_town.read("unit_grid").geometry)}
    for shape in bare_town.read("area").geometry:
        along = {v for v in vertices if shapely.Point(v).distance(shape.boundary) < 1e-9}
        assert along == {tuple(v) for v in shapely.get_coordinates(shape)}


def test_cells_outside_the_district_are_rejected_with_their_row(bare_town, cells):
    shapes = [*cells.geometry, shapely.box(5000, 5000, 5100, 5100)]
    report = import_unit_grids(bare_town, cell_layer(shapes))
    assert [(row.row, row.reason) for row in report.rejected_rows] == [(65, "outside_district")]


def test_a_layer_wholly_elsewhere_is_refused(bare_town):
    refused_cells(bare_town, cell_layer([shapely.box(5000, 5000, 5100, 5100)]), "unit_grids_outside")


def test_an_extent_that_is_not_in_force_yet_leaves_no_cell_outside(bare_town, cells):
    later = {"code": as_column(["1"]), "valid_from": as_column(["2099-01-01"])}
    with bare_town.transaction("", "test") as transaction:
        transaction.insert("covered_extent", Rows(later, as_column([shapely.box(0, 0, 200, 400)])))
    report = import_unit_grids(bare_town, cell_layer(cells.geometry))
    assert report.accepted == len(cells)
    assert_covers(bare_town, shapely.union_all(cells.geometry))


def test_inside_a_covered_extent_only_the_extent_is_covered(bare_town, cells):
    extent = shapely.box(0, 0, 200, 400)
    rows = Rows({"code": as_column(["1"])}, as_column([extent]))
    with bare_town.transaction("", "test") as transaction:
        transaction.insert("covered_extent", rows)
    inside = shapely.covers(extent, cells.geometry)
    report = import_unit_grids(bare_town, cell_layer(cells.geometry[inside]))
    assert report.accepted == 8
    assert_covers(bare_town, extent)


# --- what the doctor finds


def damaged(cells, kind):
    """Return the cells with one fault well inside the first community."""
    shapes = list(cells.geometry)
    mine = at_place(cells, 150, 150)
    corner = np.array([200.0, 200.0])
    if kind == "overlap":
        shapes[mine] = shifted(shapes[mine], corner, (3.0, 3.0))
    elif kind == "gap":
        shapes[mine] = shifted(shapes[mine], corner, (-0.3, -0.3))
    elif kind == "near_miss":
        shapes[mine] = shifted(shapes[mine], corner, (0.01, 0.0))
    elif kind == "invalid_ring":
        x0, y0, x1, y1 = shapes[mine].bounds
        shapes[mine] = shapely.Polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1 - 0.2), (x0 + 0.2, y1)])
    elif kind == "duplicate":
        shapes.append(shapes[mine])
    elif kind == "multipart":
        other = at_place(cells, 350, 350)
        shapes[mine] = shapely.multipolygons([shapes[mine], shapes[other]])
        del shapes[other]
    return shapes


@pytest.mark.daily(1)
@pytest.mark.parametrize("kind", ["overlap", "gap", "near_miss", "invalid_ring", "duplicate", "multipart"])
def test_a_fault_is_refused_with_its_cell_and_repaired_with_consent(bare_town, cells, kind):
    source = cell_layer(damaged(cells, kind))
    error = refused_cells(bare_town, source, "unit_grids_faulty")
    report = error.message.details["report"]
    assert report.figures["faults"].get(kind), report.figures["faults"]
    assert f"cell_{kind}" in {row.reason for row in report.rejected_rows}
    assert all("{" not in row.text(language) for row in report.rejected_rows for language in ("zh", "en"))
    repaired = import_unit_grids(bare_town, source, repair=True)
    assert_sound(bare_town)
    assert bare_town.count("unit_grid") == 64
    assert "unit_grids_repaired" in [note.code for note in repaired.notes]
    if kind in ("overlap", "gap"):
        assert repaired.figures["repair_moves_m2"] > 1
        assert "cell_repaired" in {row.reason for row in repaired.rejected_rows}


def test_the_report_of_a_refusal_can_be_written(bare_town, cells, tmp_path):
    error = refused_cells(bare_town, cell_layer(damaged(cells, "overlap")), "unit_grids_faulty")
    assert "处：网格重叠" in error.text("zh"), "faults by the names of the rules"
    assert ": Unit grids overlap" in error.text("en")
    error.message.details["report"].write(tmp_path / "体检.json", "zh")
    assert "重叠" in (tmp_path / "体检_rejected.csv").read_text(encoding="utf-8-sig")


def test_a_hole_is_refused_and_left_bare_with_consent(bare_town, cells):
    gone = at_place(cells, 150, 150)
    source = cell_layer(np.delete(cells.geometry, gone))
    refused_cells(bare_town, source, "unit_grids_faulty")
    report = import_unit_grids(bare_town, source, repair=True)
    assert report.accepted == 63
    assert report.figures["bare_m2"] == pytest.approx(10_000)


def test_a_part_of_a_cell_in_several_parts_gets_a_code_of_its_own(bare_town, cells):
    shapes = damaged(cells, "multipart")
    codes = [None] * len(shapes)
    mine = at_place(cells, 150, 150)
    codes[mine] = cells["code"][mine]
    import_unit_grids(bare_town, cell_layer(shapes, code=codes), repair=True)
    assert_sound(bare_town)
    assert bare_town.read("unit_grid")["code"].tolist().count(cells["code"][mine]) == 1


def test_a_cell_across_an_area_boundary_is_refused_even_with_consent(bare_town, cells):
    west, east = at_place(cells, 350, 150), at_place(cells, 450, 150)
    joined = shapely.union(cells.geometry[west], cells.geometry[east])
    shapes = [*np.delete(cells.geometry, [west, east]), joined]
    for repair in (False, True):
        error = refused_cells(bare_town, cell_layer(shapes), "cells_across_areas", repair=repair)
        assert error.message.details["count"] == 1


def test_cells_drawn_beside_the_area_boundary_are_brought_onto_it_with_consent(bare_town, cells):
    def bent(vertices):
        return np.column_stack([np.where(np.abs(vertices[:, 0] - 400) < 1, 400.3, vertices[:, 0]), vertices[:, 1]])

    source = cell_layer(shapely.transform(cells.geometry, bent))
    refused_cells(bare_town, source, "unit_grids_faulty")
    report = import_unit_grids(bare_town, source, repair=True)
    assert "unit_grids_fitted" in [note.code for note in report.notes]
    assert_sound(bare_town)


# --- codes


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("99010100100100", "code_wrong_length"),
        ("99010100100100A", "code_not_digit"),
        ("990101001001000", "code_part_out_of_range"),
        ("990101002001001", "unit_grid_code_elsewhere"),
        ("9.90101E+14", "damage_scientific"),
    ],
)
def test_codes_that_cannot_be_borne_are_refused_with_row_and_reason(bare_town, cells, wrong, reason):
    codes = cells["code"].copy()
    codes[at_place(cells, 150, 150)] = wrong
    error = refused_cells(bare_town, cell_layer(cells.geometry, code=codes), "unit_grid_codes_faulty")
    assert error.message.details["reason"].code == reason
    assert wrong in error.text("zh")


def test_a_code_given_twice_and_a_retired_one_are_refused(bare_town, cells):
    codes = cells["code"].copy()
    codes[1] = codes[0]
    source = cell_layer(cells.geometry, code=codes)
    twice = refused_cells(bare_town, source, "unit_grid_codes_faulty")
    assert twice.message.details["reason"].code == "code_given_twice"
    retired = {"code": cells["code"][0], "kind": "unit_grid", "state": "retired", "reason": "测试"}
    with bare_town.transaction("", "test") as transaction:
        transaction.insert("code_register", Rows.from_records([retired]))
    gone = refused_cells(bare_town, cell_layer(cells.geometry, code=cells["code"]), "unit_grid_codes_faulty")
    assert gone.message.details["reason"].code == "code_was_retired"


@pytest.mark.proof
def test_a_community_that_has_no_number_left_is_refused(tmp_path):
    workspace = town(tmp_path, shapes={"990101001001": shapely.box(0, 0, 1000, 1010)})
    x, y = np.meshgrid(np.arange(50) * 20.0, np.arange(101) * 10.0)
    shapes = shapely.box(x.ravel(), y.ravel(), x.ravel() + 20, y.ravel() + 10)
    refused_cells(workspace, cell_layer(shapes), "code_sequence_full")


# --- update and replace


def test_an_update_gives_new_shapes_and_attributes_to_the_same_codes(handed_over, cells):
    west, east = at_place(cells, 150, 150), at_place(cells, 250, 150)
    shapes = [shapely.box(100, 100, 180, 200), shapely.box(180, 100, 300, 200)]
    codes = cells["code"][[west, east]]
    report = import_unit_grids(
        handed_over, cell_layer(shapes, code=codes, 备注=["缩", "扩"]), mode="update", repair=True
    )
    assert (report.figures["updated"], report.figures["reshaped"], report.figures["added"]) == (2, 2, 0)
    assert_sound(handed_over)
    units = {row["code"]: row for row in handed_over.read("unit_grid").records()}
    assert units[codes[0]]["note"] == "缩"
    assert units[codes[0]]["area_m2"] == 8000
    assert units[codes[0]]["grid_kind"] == cells["grid_kind"][west]
    history = handed_over.read("unit_grid_history")
    assert sorted(history["code"]) == sorted(codes)
    assert set(history["cause"]) == {"import_update"}
    assert set(shapely.area(history.geometry)) == {10_000.0}


def test_an_update_of_attributes_alone_leaves_no_history(gridded_town, cells):
    mine = at_place(cells, 150, 150)
    source = cell_layer([cells.geometry[mine]], code=[cells["code"][mine]], 名称=["南门"])
    import_unit_grids(gridded_town, source, mode="update")
    assert gridded_town.count("unit_grid_history") == 0
    assert "南门" in gridded_town.read("unit_grid")["name"].tolist()


def test_an_update_names_cells_that_are_there(gridded_town, cells):
    source = cell_layer([cells.geometry[0]], code=["990101001001999"])
    refused_cells(gridded_town, source, "update_codes_unknown", mode="update")


def test_an_update_that_breaks_the_coverage_is_refused(gridded_town, cells):
    mine = at_place(cells, 150, 150)
    source = cell_layer([shapely.box(100, 100, 150, 200)], code=[cells["code"][mine]])
    refused_cells(gridded_town, source, "unit_grids_faulty", mode="update")


def quarters(cells, area):
    """Return four cells of 200 m for a community that had sixteen."""
    x0, y0, _, _ = shapely.total_bounds(cells.geometry[cells["area_code"] == area])
    return [
        shapely.box(x0 + i * 200, y0 + j * 200, x0 + i * 200 + 200, y0 + j * 200 + 200)
        for i in (0, 1)
        for j in (0, 1)
    ]


def test_a_number_that_a_cell_bears_unregistered_elsewhere_is_not_given_again(gridded_town, cells):
    stray = np.flatnonzero(cells["area_code"] != FIRST)[:1]
    with gridded_town.transaction("", "test") as transaction:
        transaction.set_column("unit_grid", "code", cells.fids[cells["code"] == f"{FIRST}003"], as_column(["旧3"]))
        transaction.set_column("unit_grid", "code", cells.fids[stray], as_column([f"{FIRST}003"]))
        registered = gridded_town.read("code_register", where={"code": f"{FIRST}003"})
        transaction.delete("code_register", registered.fids)
    import_unit_grids(gridded_town, cell_layer(quarters(cells, FIRST)), mode="replace", scope=FIRST)
    units = gridded_town.read("unit_grid")
    assert units["code"].tolist().count(f"{FIRST}003") == 1
    assert len(units) == len(set(units["code"]))


def test_a_street_office_may_be_named_with_the_zeros_of_statistics(gridded_town, cells):
    import_unit_grids(gridded_town, cell_layer(cells.geometry), mode="replace", scope=f"{FIRST[:9]}000")
    assert len(gridded_town.read("unit_grid")) == len(cells)


def test_a_replacement_in_one_area_leaves_the_others_alone(gridded_town, cells):
    report = import_unit_grids(gridded_town, cell_layer(quarters(cells, FIRST)), mode="replace", scope=FIRST)
    assert (report.figures["added"], report.figures["withdrawn"]) == (4, 16)
    assert_sound(gridded_town)
    units = gridded_town.read("unit_grid")
    assert sorted(units["code"][units["area_code"] == FIRST]) == [f"{FIRST}00{n}" for n in (1, 2, 3, 4)]
    others = cells["area_code"] != FIRST
    kept = dict(zip(units["code"], units.geometry))
    assert all(kept[code] == shape for code, shape in zip(cells["code"][others], cells.geometry[others]))
    assert gridded_town.count("unit_grid_history") == 0  # nobody ever saw the drafts
    assert len(codes_of(gridded_town, "unit_grid")) == 52


def test_codes_handed_over_are_retired_with_their_successors(handed_over, cells):
    import_unit_grids(handed_over, cell_layer(quarters(cells, FIRST)), mode="replace", scope=FIRST)
    rows = {row["code"]: row for row in handed_over.read("code_register").records()}
    assert all(rows[code]["state"] == "retired" for code in cells["code"][cells["area_code"] == FIRST])
    new = handed_over.read("unit_grid", where={"area_code": FIRST})
    assert not set(new["code"]) & set(cells["code"])
    for code, shape in zip(cells["code"], cells.geometry):
        if code.startswith(FIRST):
            (heir,) = [c for c, s in zip(new["code"], new.geometry) if s.covers(shape)]
            assert rows[code]["successors"] == heir
    history = {row["code"]: row for row in handed_over.read("unit_grid_history").records()}
    assert all(history[code]["successors"] == rows[code]["successors"] for code in history)


def test_a_replacement_may_keep_some_codes(gridded_town, cells):
    codes = [f"{FIRST}003", None, None, f"{FIRST}016"]
    report = import_unit_grids(
        gridded_town, cell_layer(quarters(cells, FIRST), code=codes), mode="replace", scope=FIRST
    )
    assert (report.figures["updated"], report.figures["added"], report.figures["withdrawn"]) == (2, 2, 14)
    kept = gridded_town.read("unit_grid", where={"area_code": FIRST})
    assert sorted(kept["code"]) == [f"{FIRST}00{n}" for n in (1, 2, 3)] + [f"{FIRST}016"]
    assert_sound(gridded_town)


def test_cells_beyond_the_scope_are_rejected(gridded_town, cells):
    report = import_unit_grids(gridded_town, cell_layer(cells.geometry), mode="replace", scope=FIRST)
    assert report.reasons == {"cell_outside_scope": 48}
    refused_cells(gridded_town, cell_layer(cells.geometry), "scope_unknown", mode="replace", scope="110101")


def test_neighbours_beyond_the_scope_share_the_new_vertices(handed_over, cells):
    x0, y0, x1, y1 = shapely.total_bounds(cells.geometry[cells["area_code"] == FIRST])
    thirds = [
        shapely.box(x0, y0, x1, y0 + 133),
        shapely.box(x0, y0 + 133, x1, y0 + 266),
        shapely.box(x0, y0 + 266, x1, y1),
    ]
    report = import_unit_grids(handed_over, cell_layer(thirds), mode="replace", scope=FIRST)
    assert report.figures["neighbours_adjusted"] > 0
    assert_sound(handed_over)
    assert handed_over.count("unit_grid_history") == 16  # a vertex more is no change of the cell


def test_points_and_responsibility_grids_follow_the_cells(gridded_town, cells, tmp_path):
    build_responsibility_grids(gridded_town, scheme="cg", units_per_grid=8)
    columns = {"标识码": as_column(["9901010101000001"]), "类别代码": as_column(["0101"]), "x": as_column([150.0])}
    source = Source(
        Rows({**columns, "y": as_column([150.0])}), "c", "c.csv", None, "utf-8", row_numbers=np.arange(2, 3)
    )
    import_components(gridded_town, source)
    report = import_unit_grids(gridded_town, cell_layer(quarters(cells, FIRST)), mode="replace", scope=FIRST)
    assert report.figures["responsibility_grids_rebuilt"] == 2
    assert "cells_points_moved" in [note.code for note in report.notes]
    units = gridded_town.read("unit_grid")
    inside = units["code"][shapely.intersects_xy(units.geometry, 150, 150)]
    assert gridded_town.read("component")["unit_grid"].tolist() == inside.tolist()
    assert None not in units["rg_cg"].tolist()
    for grid in gridded_town.read("responsibility_grid").records():
        assert grid["unit_count"] == (units["rg_cg"] == grid["code"]).sum()
    grids = gridded_town.read("responsibility_grid")
    for code, shape in zip(grids["code"], grids.geometry):
        mine = units.geometry[units["rg_cg"] == code]
        assert shapely.symmetric_difference(shape, shapely.union_all(mine)).area < 1e-6


def test_modes_ask_for_what_they_need(bare_town, gridded_town_file, cells, tmp_path):
    source = cell_layer(cells.geometry)
    refused_cells(bare_town, source, "workspace_without_unit_grids", mode="replace")
    refused_cells(bare_town, source, "import_mode_unknown", mode="mend")
    refused_cells(bare_town, cell_layer([shapely.Point(5, 5)]), "unit_grids_not_polygons")
    folder = tmp_path / "二"
    folder.mkdir()
    refused_cells(copied(gridded_town_file, folder), source, "unit_grids_there")


@pytest.mark.daily(1)
@pytest.mark.parametrize("mode", ["new", "replace"])
@pytest.mark.proof
def test_cancelling_an_import_of_cells_leaves_the_workspace_as_it_was(
    bare_town_file, gridded_town_file, cells, tmp_path, mode
):
    file = bare_town_file if mode == "new" else gridded_town_file
    path = copied(file, tmp_path).path
    assert_cancel_leaves_nothing(
        lambda w, progress: import_unit_grids(w, cell_layer(cells.geometry), mode=mode, progress=progress), path
    )


# --- where cells come from


def test_cells_in_longitude_and_latitude_are_brought_into_the_frame(tmp_path, cells):
    shapes = four_communities(400, EAST_M, NORTH_M)
    workspace = town(tmp_path, shapes=shapes, crs=4548)
    to_degrees = Transformer.from_crs(4548, 4326, always_xy=True)

    def degrees(vertices):
        return np.column_stack(to_degrees.transform(vertices[:, 0] + EAST_M, vertices[:, 1] + NORTH_M))

    source = cell_layer(shapely.transform(cells.geometry, degrees), crs=4326)
    report = import_unit_grids(workspace, source, repair=True)
    assert report.accepted == 64
    assert report.figures["repair_moves_m2"] < 0.5
    assert_sound(workspace)


def drawing(folder, cells, texts, extra=()):
    """Write a drawing: the lines between the cells on one layer, codes on another, a frame on a third."""
    path = folder / "网格 图.dxf"
    data = ogr.GetDriverByName("DXF").CreateDataSource(str(path))
    entities = data.CreateLayer("entities")

    def add(geometry, cad_layer, label=None):
        feature = ogr.Feature(entities.GetLayerDefn())
        feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(shapely.to_wkb(geometry)))
        feature.SetField("Layer", cad_layer)
        if label:
            feature.SetStyleString(f'LABEL(f:"Arial",t:"{label}",s:2g)')
        entities.CreateFeature(feature)

    for line in shapely.get_parts(shapely.line_merge(shapely.union_all(shapely.boundary(cells.geometry)))):
        add(line, "GRID")
    for shape, label in zip(cells.geometry, texts):
        if label:
            add(shape.representative_point(), "TEXT", label)
    for geometry in extra:
        add(geometry, "FRAME")
    del data
    return str(path)


def test_lines_of_a_drawing_become_cells_and_the_text_inside_their_code(bare_town, cells, tmp_path):
    frame = [shapely.LineString([(-500, -500), (1500, -500), (1500, 1500), (-500, 1500), (-500, -500)])]
    path = drawing(tmp_path, cells, cells["code"], frame)
    source = read_unit_grids(path, "GRID")
    assert len(source) == 64
    report = import_unit_grids(bare_town, source)
    assert (report.accepted, report.rejected) == (64, 0)
    units = bare_town.read("unit_grid")
    place = dict(zip(units["code"], units.geometry))
    assert all(place[code].equals(shape) for code, shape in zip(cells["code"], cells.geometry))
    assert_sound(bare_town)


def test_a_drawing_says_which_faces_have_no_code_and_which_layers_there_are(cells, tmp_path):
    texts = [None, "南门街区", *cells["code"][2:]]
    path = drawing(tmp_path, cells, texts)
    source = read_unit_grids(path)
    told = {note.code: note.details for note in source.notes}
    assert told["drawing_cells_without_code"]["count"] == 2
    assert "南门街区" in source.rows["name"].tolist()
    for chosen, code in (("没有", "drawing_layer_missing"), ("TEXT", "drawing_layer_missing")):
        with pytest.raises(GridError) as caught:
            read_unit_grids(path, chosen)
        assert caught.value.code == code
        assert "GRID" in caught.value.text("zh")


def test_a_drawing_in_which_nothing_is_enclosed_is_refused(tmp_path):
    path = tmp_path / "空.dxf"
    data = ogr.GetDriverByName("DXF").CreateDataSource(str(path))
    entities = data.CreateLayer("entities")
    feature = ogr.Feature(entities.GetLayerDefn())
    feature.SetGeometryDirectly(ogr.CreateGeometryFromWkt("LINESTRING(0 0,5 5)"))
    entities.CreateFeature(feature)
    del feature, entities, data
    with pytest.raises(GridError) as caught:
        read_unit_grids(str(path))
    assert caught.value.code == "drawing_without_cells"


# --- any damage


@tries(12)
@given(
    moves=st.lists(
        st.tuples(st.integers(0, 63), st.integers(0, 3), st.floats(-8, 8), st.floats(-8, 8)), min_size=1, max_size=5
    ),
    copies=st.lists(st.integers(0, 63), max_size=2),
)
def test_whatever_comes_in_is_sound_afterwards_or_refused(bare_town_file, tmp_path, cells, moves, copies):
    shapes = list(cells.geometry)
    for cell, corner, dx, dy in moves:
        ring = shapely.get_coordinates(shapes[cell])[:-1]
        ring[corner] += (round(dx, 3), round(dy, 3))
        shapes[cell] = shapely.Polygon(ring)
    shapes += [shapes[at] for at in copies]
    workspace = copied(bare_town_file, tmp_path)
    before = dump(workspace.path)
    try:
        report = import_unit_grids(workspace, cell_layer(shapes), repair=True)
    except GridError as error:
        refusal = error.code
    else:
        refusal = None
    if refusal is not None:
        assert refusal in ("cells_across_areas", "unit_grids_not_sound")
        assert dump(workspace.path) == before
        return
    units = workspace.read("unit_grid")
    assert is_coverage(units.geometry)
    assert shapely.is_valid(units.geometry).all()
    bare_m2 = ground_of(workspace).area - shapely.area(units.geometry).sum()
    assert bare_m2 >= -1e-6
    assert bare_m2 < 1 or "coverage_ground_left_bare" in [note.code for note in report.notes]
    assert len(set(units["code"])) == len(units) == report.accepted
