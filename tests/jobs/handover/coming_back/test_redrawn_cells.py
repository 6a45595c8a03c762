"""A package whose unit grids are drawn otherwise: told first, then on the planner's word taken over in one act."""

from __future__ import annotations

import random
import shutil

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.handover.coming_back import import_package as job
from gridmgmt_plugin.jobs.handover.coming_back.import_package import import_package
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.cell_change import follow_cells, write_cells
from gridmgmt_plugin.workspace.changes.lineage import Causes
from gridmgmt_plugin.workspace.changes.take_back import last_save, take_back_last
from gridmgmt_plugin.workspace.changes.touched_cells import compared_cells
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.rehearsal import rehearsed
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.handover.coming_back.test_others_into_a_full_workspace import write_units
from tests.jobs.handover.exports import export
from tests.jobs.package_workspace import COMMUNITIES, X0, Y0, district, dump, make_workspace

FIRST = COMMUNITIES[0]
# What tells of the way rather than of the state.
_OF_THE_WAY = ("change_log", "take_back", "unit_grid_history")
_OF_THE_MOMENT = ("row_version", "changed_at", "changed_by")


def state_of(workspace):
    """Return what every table says but for history and log, rows in any order."""
    found = {}
    for name, rows in workspace.read_all().items():
        if name not in _OF_THE_WAY:
            shapes = (
                [None] * len(rows) if rows.geometry is None else shapely.to_wkt(shapely.normalize(rows.shapes), -1)
            )
            columns = [column.tolist() for key, column in rows.columns.items() if key not in _OF_THE_MOMENT]
            found[name] = sorted(map(repr, zip(shapes, *columns)))
    return found


def redraw(workspace, after, origin):
    """Have unit grids as ``after`` has them, with all that follows, as a save does."""
    before, act = workspace.read("unit_grid"), Act.now("test", "李工")
    with workspace.transaction("李工", "test") as transaction:
        store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid")
        touched = compared_cells(before, after, origin)
        change = follow_cells(workspace, touched, store, Causes({}, "merge"), act)
        write_cells(transaction, change, act, ("merge",), otherwise="merge")


def merge(workspace, one=0, two=1):
    units = workspace.read("unit_grid")
    shapes = units.shapes.copy()
    shapes[one] = shapely.union(shapes[one], shapes[two])
    kept = np.setdiff1d(np.arange(len(units)), [two])
    sizes = as_column(np.round(shapely.area(shapes), 3).tolist())
    redraw(workspace, units.with_geometry(shapes).with_columns(area_m2=sizes).take(kept), kept)


def split(workspace, at):
    units = workspace.read("unit_grid")
    west, south, east, north = units.shapes[at].bounds
    middle = (west + east) / 2
    half = shapely.intersection(units.shapes[at], shapely.box(west, south, middle, north))
    rest = shapely.difference(units.shapes[at], half)
    if {half.geom_type, rest.geom_type} != {"Polygon"}:
        return
    store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid")
    code = store.register.allocate(units["code"][at][:12], 1)[0]
    new = units.take([at]).with_columns(code=[code], name=["新格"], state=["draft"])
    columns = {name: np.append(units[name], new[name]) for name in units.columns}
    shapes = np.append(units.shapes, rest)
    shapes[at] = half
    columns["area_m2"] = as_column(np.round(shapely.area(shapes), 3).tolist())
    redraw(workspace, Rows(columns, shapes), np.append(np.arange(len(units)), -1))


def recode(workspace, at):
    units = workspace.read("unit_grid")
    store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid")
    codes = units["code"].copy()
    codes[at] = store.register.allocate(units["code"][at][:12], 1)[0]
    redraw(workspace, units.with_columns(code=codes), np.arange(len(units)))


def edit_at_random(workspace, seed):
    """Split, merge and recode a few unit grids, whatever comes."""
    chance = random.Random(seed)
    for _ in range(4):
        units = workspace.read("unit_grid")
        at = chance.randrange(len(units))
        kind = chance.choice(("split", "merge", "merge", "recode"))
        beside = [
            other
            for other in range(len(units))
            if other != at
            and units["area_code"][other] == units["area_code"][at]
            and shapely.length(shapely.intersection(units.shapes[at], units.shapes[other])) > 0
        ]
        if kind == "merge" and beside:
            merge(workspace, at, chance.choice(beside))
        elif kind == "split":
            split(workspace, at)
        else:
            recode(workspace, at)


def texts_of(report):
    return "\n".join(note.text("zh_CN") for note in report.notes)


@pytest.fixture
def released(delivered, tmp_path):
    """Return a copy of the workspace as it was after its release, and the package."""
    place = tmp_path / "副本 库.gpkg"
    shutil.copy(delivered[0].path, place)
    return Workspace.open(place), delivered[1].package


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.proof) for seed in range(3, 40))])
def test_whatever_was_done_to_cells_since_the_package_brings_back_every_table(released, seed):
    workspace, package = released
    before = state_of(workspace)
    edit_at_random(workspace, seed)
    edited = state_of(workspace)
    assert edited != before
    import_package(workspace, package, redraw=True, author="王工")
    assert state_of(workspace) == before
    take_back_last(workspace, "王工")
    assert state_of(workspace) == edited
    import_package(workspace, package, redraw=True)
    again = import_package(workspace, package, redraw=True)
    assert "nothing_changed" in [note.code for note in again.notes]


def test_the_same_in_a_file_and_in_a_database(workspace_in_both, folder):
    sent = export(workspace_in_both, folder, formats=("gpkg",))
    before = state_of(workspace_in_both)
    merge(workspace_in_both)
    split(workspace_in_both, 7)
    edited = state_of(workspace_in_both)
    import_package(workspace_in_both, sent.package, redraw=True)
    assert state_of(workspace_in_both) == before
    assert last_save(workspace_in_both).gestures == ("import_package",)
    take_back_last(workspace_in_both, "王工")
    assert state_of(workspace_in_both) == edited


def test_what_differs_is_told_cell_by_cell_and_nothing_is_written_unasked(released):
    workspace, package = released
    merge(workspace)
    split(workspace, 4)
    before = dump(workspace)
    with pytest.raises(InputError) as refused:
        import_package(workspace, package)
    details = refused.value.message.details
    assert (details["new"], details["gone"], details["reshaped"], details["areas"]) == (1, 1, 2, FIRST)
    assert {row.reason for row in details["report"].rejected_rows} == {
        "package_cell_new", "package_cell_gone", "package_cell_reshaped",
    }  # fmt: skip
    told = import_package(rehearsed(workspace), package, redraw=True)
    assert "新增 1 个，撤销 1 个，边界改变 2 个" in texts_of(told)
    assert dump(workspace) == before


def test_points_and_ledger_items_lie_in_the_cells_of_the_package_and_that_is_told(released):
    workspace, package = released
    here = district()["component"]["unit_grid"].tolist()
    merge(workspace, 0, 4)
    assert workspace.read("component")["unit_grid"].tolist() == [f"{FIRST}001"] * 2
    report = import_package(workspace, package, redraw=True)
    assert workspace.read("component")["unit_grid"].tolist() == here
    assert "cells_points_moved" in [note.code for note in report.notes]


def test_a_cell_that_goes_is_in_the_history_and_its_code_out_of_use(released):
    workspace, package = released
    split(workspace, 0)
    code = workspace.read("unit_grid")["code"][-1]
    with workspace.transaction("李工", "test") as transaction:  # as if it had been handed over
        register = workspace.read("code_register", where={"code": code})
        units = workspace.read("unit_grid", ["row_version"], {"code": code}, geometry=False)
        transaction.update("code_register", Rows({"state": as_column(["valid"])}, None, register.fid))
        transaction.update(
            "unit_grid", Rows({"state": as_column(["valid"]), "row_version": units["row_version"]}, None, units.fid)
        )
    import_package(workspace, package, redraw=True)
    (entry,) = workspace.read("code_register", where={"code": code}).records()
    assert (entry["state"], entry["reason"], entry["successors"]) == ("retired", "import_package", f"{FIRST}001")
    closed = workspace.read("unit_grid_history")
    assert closed["cause"][closed["code"] == code].tolist() == ["import_package"]


def test_a_code_whose_end_a_later_release_told_does_not_come_back(released, folder):
    workspace, package = released
    merge(workspace)
    export(workspace, folder, formats=("gpkg",), profile={"receiver": "示例平台"})
    before = dump(workspace)
    with pytest.raises(InputError) as refused:
        import_package(workspace, package, redraw=True)
    assert refused.value.code == "package_back_retired"
    assert dump(workspace) == before


def test_a_package_of_some_areas_needs_no_word_where_nothing_is_drawn_otherwise(tmp_path):
    workspace = make_workspace(tmp_path / "库.gpkg")
    units = workspace.read("unit_grid")
    mine = units["area_code"] == FIRST
    before = dump(workspace)
    report = import_package(workspace, colleague(tmp_path, units.shapes[mine], units["code"][mine]), scheme="cg")
    assert "8 个单元网格保留不动" in texts_of(report)
    assert dump(workspace) == before


def colleague(tmp_path, shapes, codes, **columns):
    """Return the folder of a layer of unit grids without a manifest."""
    folder = tmp_path / "同事 草稿"
    folder.mkdir()
    write_units(folder, codes, shapes, **columns)
    return folder


def halves():
    """Return two cells in the place of the eight of the first community."""
    return [shapely.box(X0 + 200 * at, Y0, X0 + 200 * at + 200, Y0 + 200) for at in (0, 1)]


def test_a_draft_of_one_community_leaves_the_others_untouched_and_says_so(tmp_path):
    workspace = make_workspace(tmp_path / "库.gpkg")
    other = workspace.read("unit_grid", where={"area_code": COMMUNITIES[1]})
    folder = colleague(tmp_path, halves(), [f"{FIRST}001", f"{FIRST}020"])
    report = import_package(workspace, folder, scheme="cg", redraw=True)
    assert (
        f"成果包在 1 个区划内没有单元网格（{COMMUNITIES[1]}），网格库里这些区划的 8 个单元网格保留不动"
        in texts_of(report)
    )
    units = workspace.read("unit_grid")
    mine = units.take(units["area_code"] == FIRST)
    assert mine["code"].tolist() == [f"{FIRST}001", f"{FIRST}020"]
    assert mine["area_m2"].tolist() == [40000.0, 40000.0]
    assert mine["rg_cg"].tolist() == [f"{FIRST}001", f"{FIRST}002"]
    stays = units.take(units["area_code"] == COMMUNITIES[1])
    assert stays["code"].tolist() == other["code"].tolist()
    assert shapely.coverage_is_valid(units.shapes) if hasattr(shapely, "coverage_is_valid") else True
    counts = dict(
        zip(workspace.read("responsibility_grid")["code"], workspace.read("responsibility_grid")["unit_count"])
    )
    assert (counts[f"{FIRST}001"], counts[f"{FIRST}002"]) == (1, 1)


def test_a_responsibility_grid_without_unit_grids_is_told_with_the_posts_on_it(tmp_path):
    workspace = make_workspace(tmp_path / "库.gpkg")
    grids = [f"{FIRST}001", f"{FIRST}001"]
    report = import_package(
        workspace,
        colleague(tmp_path, halves(), [f"{FIRST}001", f"{FIRST}020"], grids=grids),
        scheme="cg",
        redraw=True,
    )
    assert f"1 个责任网格不再有单元网格（{FIRST}002），其上有 1 个岗位" in texts_of(report)


def test_a_package_without_a_cell_changes_something_though_all_else_is_the_same(tmp_path):
    workspace = make_workspace(tmp_path / "库.gpkg")
    mine = workspace.read("unit_grid").take(range(7))
    report = import_package(workspace, colleague(tmp_path, mine.shapes, mine["code"]), scheme="cg", redraw=True)
    assert "撤销 1 个" in texts_of(report)
    assert "nothing_changed" not in [note.code for note in report.notes]


def test_cells_that_only_pass_to_another_responsibility_grid_are_counted_and_told(tmp_path):
    workspace = make_workspace(tmp_path / "库.gpkg")
    mine = workspace.read("unit_grid").take(range(7))
    grids = [f"{FIRST}002", *mine["rg_cg"][1:]]
    folder = colleague(tmp_path, mine.shapes, mine["code"], grids=grids)
    report = import_package(workspace, folder, scheme="cg", redraw=True)
    assert workspace.read("unit_grid", where={"code": f"{FIRST}001"})["rg_cg"].tolist() == [f"{FIRST}002"]
    assert report.figures["layers"]["unit_grid"]["updated"] == 1
    assert "有 1 个单元网格按成果包改归别的责任网格" in texts_of(report)


def test_a_scheme_that_a_database_has_not_comes_with_unit_grids_drawn_anew(database_location, tmp_path):
    workspace = make_workspace(database_location)
    codes, grids = [f"{FIRST}001", f"{FIRST}020"], [f"{FIRST}101", f"{FIRST}102"]
    import_package(workspace, colleague(tmp_path, halves(), codes, grids=grids), scheme="xx", redraw=True)
    units = workspace.read("unit_grid", where={"area_code": FIRST}, geometry=False)
    assert dict(zip(units["code"], units["rg_xx"])) == dict(zip(codes, grids))
    made = workspace.read("responsibility_grid", where={"scheme": "xx"}, geometry=False)
    assert dict(zip(made["code"], made["unit_count"])) == dict.fromkeys(grids, 1)


@pytest.mark.parametrize(
    ("shapes", "codes", "reason"),
    [
        ([shapely.box(X0, Y0, X0 + 250, Y0 + 200), halves()[1]], ("001", "002"), "cell_overlap"),
        ([halves()[0], shapely.box(X0 + 200, Y0, X0 + 430, Y0 + 200)], ("001", "002"), "cell_overshoot"),
    ],
)  # fmt: skip
def test_cells_that_are_no_sound_ground_are_refused_with_a_list(tmp_path, shapes, codes, reason):
    workspace = make_workspace(tmp_path / "库.gpkg")
    before = dump(workspace)
    folder = colleague(tmp_path, shapes, [FIRST + code for code in codes])
    with pytest.raises(InputError) as refused:
        import_package(workspace, folder, redraw=True)
    assert refused.value.code in ("package_back_cells_refused", "package_back_cells_unusable")
    if refused.value.code == "package_back_cells_refused":
        assert reason in {row.reason for row in refused.value.message.details["report"].rejected_rows}
    assert dump(workspace) == before


def test_a_code_of_another_area_is_refused(tmp_path):
    workspace = make_workspace(tmp_path / "库.gpkg")
    folder = colleague(tmp_path, halves(), [f"{FIRST}001", f"{COMMUNITIES[1]}099"])
    with pytest.raises(InputError) as refused:
        import_package(workspace, folder, redraw=True)
    assert refused.value.code == "unit_grid_codes_faulty"


def test_somebody_who_saves_meanwhile_keeps_what_was_saved(workspace_in_both, folder, monkeypatch):
    sent = export(workspace_in_both, folder, formats=("gpkg",))
    merge(workspace_in_both)
    before, compare = [], job.merged

    def compared_slowly(*given, **chosen):
        found = compare(*given, **chosen)
        split(Workspace.open(workspace_in_both.location), 9)
        before.append(state_of(workspace_in_both))
        return found

    monkeypatch.setattr(job, "merged", compared_slowly)
    with pytest.raises(WorkspaceError):
        import_package(workspace_in_both, sent.package, redraw=True)
    assert state_of(workspace_in_both) == before[0]


def test_what_breaks_off_while_it_is_written_leaves_nothing_behind(released, monkeypatch):
    workspace, package = released
    merge(workspace)
    before = dump(workspace)

    def broken(*given, **chosen):
        write_cells(*given, **chosen)
        raise KeyboardInterrupt

    monkeypatch.setattr("gridmgmt_plugin.jobs.handover.coming_back.redrawn_cells.write_cells", broken)
    with pytest.raises(KeyboardInterrupt):
        import_package(workspace, package, redraw=True)
    assert dump(workspace) == before
