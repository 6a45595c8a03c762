"""Unit grids given to a responsibility grid by a list or by polygons: the rules of painting, told row by row."""

from __future__ import annotations

import pytest
import shapely

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.jobs.responsibility.assign_units import assign_units
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.jobs.responsibility.scheme_acts import create_scheme
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from tests.jobs.districts import areas, assert_cancel_leaves_nothing, drawn_town, dump, four_communities, lines
from tests.jobs.responsibility.test_balance_again import assigned
from tests.jobs.responsibility.test_build_responsibility_grids import assert_sound
from tests.workspace.content import content


@pytest.fixture
def workspace(tmp_path):
    made = drawn_town(tmp_path)
    build_responsibility_grids(made, scheme="cg", title="城管巡查", count=12)
    return made


def two_grids(workspace):
    """Return two grids of one community, and a unit grid of the first."""
    of = assigned(workspace)
    first, second = sorted(set(of.values()))[:2]
    assert first[:12] == second[:12]
    return first, second, sorted(code for code, grid in of.items() if grid == first)


@pytest.mark.proof
def test_units_that_are_named_go_to_the_grid_and_figures_follow(workspace):
    _, second, units = two_grids(workspace)
    before = assigned(workspace)
    report = assign_units(workspace, scheme="cg", grid=second, units=f"{units[0]}，{units[1]}")
    assert (report.accepted, report.rejected) == (2, 0)
    after = assigned(workspace)
    assert {code for code in after if after[code] != before[code]} == set(units[:2])
    assert {after[code] for code in units[:2]} == {second}
    grids = workspace.read("responsibility_grid")
    for record, outline in zip(grids.records(), grids.geometry):
        mine = [code for code, grid in after.items() if grid == record["code"]]
        assert record["unit_count"] == len(mine)
        assert record["area_m2"] == pytest.approx(outline.area if outline else 0.0, abs=0.001)


def test_units_inside_polygons_are_meant_too(workspace):
    _, second, units = two_grids(workspace)
    rows = workspace.read("unit_grid")
    shape = rows.geometry[rows["code"] == units[0]][0]
    around = areas({"990101": shape.buffer(1.0)})
    assert assign_units(workspace, scheme="cg", grid=second, outlines=around).accepted == 1
    assert assigned(workspace)[units[0]] == second


def test_what_is_locked_beyond_or_not_there_stays_and_is_told_row_by_row(workspace):
    first, second, units = two_grids(workspace)
    of = assigned(workspace)
    beyond = next(code for code in of if code[:12] != first[:12])
    inside = [code for code in sorted(of) if code[:12] == first[:12]]
    locked = next(code for code in inside if of[code] not in (first, second))
    named = ",".join([units[0], beyond, locked, "999"])
    report = assign_units(workspace, scheme="cg", grid=second, units=named, locked=of[locked])
    assert report.accepted == 1
    told = {row.key: row.reason for row in report.rejected_rows}
    assert told == {beyond: "assign_unit_across", "999": "assign_unit_unknown", locked: "assign_unit_locked"}
    assert all(row.key in row.text(language) for row in report.rejected_rows for language in ("zh", "en"))
    assert assigned(workspace) == {**of, units[0]: second}


def test_nothing_enters_and_nothing_leaves_a_locked_grid(workspace):
    first, second, units = two_grids(workspace)
    before = dump(workspace.path)
    for locked in (first, second):
        with pytest.raises(GridError) as refused:
            assign_units(workspace, scheme="cg", grid=second, units=units[0], locked=locked)
        assert refused.value.code == "assign_nothing_moves"
        assert units[0] in refused.value.text("zh")
    assert dump(workspace.path) == before


def test_a_new_grid_is_numbered_named_and_registered(workspace):
    first, _, units = two_grids(workspace)
    report = assign_units(workspace, scheme="cg", grid="new", units=units[0])
    (code,) = set(report.figures["grids"]) - {first}
    assert code.startswith(first[:12])
    (row,) = workspace.read("responsibility_grid", where={"scheme": "cg", "code": code}).records()
    assert (row["unit_count"], row["state"]) == (1, "draft")
    assert row["name"]
    (entry,) = workspace.read("code_register", where={"kind": "rg_cg", "code": code}, geometry=False).records()
    assert entry["state"] == "draft"
    assert_sound(workspace)


def test_units_can_be_taken_out_of_their_grid_and_come_back_in_one_step(workspace):
    _, _, units = two_grids(workspace)
    before = content(workspace)
    assert assign_units(workspace, scheme="cg", grid="none", units=units[0], author="王示例").accepted == 1
    assert assigned(workspace)[units[0]] is None
    take_back_last(workspace, "王示例")
    assert content(workspace) == before


def test_a_line_splits_a_grid_and_what_was_cut_off_is_merged_back(workspace):
    first, _, units = two_grids(workspace)
    rows, before = workspace.read("unit_grid"), assigned(workspace)
    ground = shapely.union_all([shape for code, shape in zip(rows["code"], rows.geometry) if code in units])
    west, south, east, north = ground.bounds
    cut = lines([[((west + east) / 2, south - 9), ((west + east) / 2, north + 9)]])
    report = assign_units(workspace, scheme="cg", grid="new", grids=first, cut=cut, author="王示例")
    (made,) = set(report.figures["grids"]) - {first}
    held = [code for code, grid in assigned(workspace).items() if grid == made]
    assert 0 < len(held) < len(units)
    assert set(held) < set(units)
    assert_sound(workspace)
    merged = assign_units(workspace, scheme="cg", grid=first, grids=made, author="王示例")
    assert merged.accepted == len(held)
    assert assigned(workspace) == before
    codes = workspace.read("responsibility_grid", ["code"], {"scheme": "cg"}, geometry=False)["code"].tolist()
    assert made not in codes
    assert_sound(workspace)
    take_back_last(workspace, "王示例")
    take_back_last(workspace, "王示例")
    assert assigned(workspace) == before


def test_a_line_that_parts_nothing_and_what_is_no_line_are_refused(workspace):
    first, second, _ = two_grids(workspace)
    rows = workspace.read("unit_grid")
    x, y = rows.geometry[rows["rg_cg"] == second][0].representative_point().coords[0]
    with pytest.raises(GridError) as refused:
        assign_units(workspace, scheme="cg", grid="new", grids=first, cut=lines([[(x, y), (x + 1, y)]]))
    assert refused.value.code == "paint_split_does_not_part"
    with pytest.raises(GridError) as refused:
        assign_units(workspace, scheme="cg", grid="new", cut=areas({"990101": shapely.box(x, y, x + 9, y + 9)}))
    assert refused.value.code == "cut_wrong_geometry"


def test_a_scheme_without_grids_takes_its_first_one(tmp_path):
    workspace = drawn_town(tmp_path)
    create_scheme(workspace, "hw", "环卫作业")
    units = sorted(workspace.read("unit_grid", ["code"], geometry=False)["code"])
    assign_units(workspace, scheme="hw", grid="new", units=",".join(units[:3]))
    (row,) = workspace.read("responsibility_grid", where={"scheme": "hw"}).records()
    assert row["unit_count"] == 3


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"scheme": "zz", "grid": "new", "units": "1"}, "scheme_not_known"),
        ({"scheme": "cg", "grid": "123", "units": "1"}, "responsibility_grids_not_there"),
        ({"scheme": "cg", "grid": "new", "units": "1"}, "paint_nothing"),
        ({"scheme": "cg", "grid": "new"}, "assign_nothing_named"),
        ({"scheme": "cg", "grid": "none", "units": "1"}, "assign_nothing_moves"),
        ({"scheme": "cg", "grid": "none", "outlines": lines([[(0, 0), (9, 9)]])}, "outlines_wrong_geometry"),
        (
            {"scheme": "cg", "grid": "none", "outlines": areas({"990101": shapely.box(9e6, 9e6, 9.1e6, 9.1e6)})},
            "layer_elsewhere",
        ),
        ({"scheme": "cg", "grid": "none", "units": "1", "locked": "77"}, "responsibility_grids_not_there"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(workspace, given, code):
    before = dump(workspace.path)
    with pytest.raises(GridError) as refused:
        assign_units(workspace, **given)
    assert refused.value.code == code
    assert refused.value.text("zh") != refused.value.text("en")
    assert dump(workspace.path) == before


@pytest.mark.proof
def test_cancelled_at_any_moment_nothing_is_written(workspace):
    whole = areas({"990101": shapely.union_all(list(four_communities().values()))})

    def job(there, progress):
        assign_units(there, scheme="cg", grid="none", outlines=whole, progress=progress)

    assert_cancel_leaves_nothing(job, workspace.path)
