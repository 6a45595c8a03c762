"""What the workspace keeps of a hand-over, and what the next one says about it: hash, ledger, changes, moves."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from tests.jobs.handover.exports import LAYERS, export, features_of, table_of
from tests.jobs.package_workspace import (
    COMMUNITIES,
    X0,
    Y0,
    dump,
    group_rows,
    make_workspace,
    unit_rows,
)

PROFILE = {"receiver": "示例平台"}


class TestHash:
    @pytest.mark.proof
    def test_it_is_the_same_in_every_format_and_encoding(self, tmp_path, folder):
        hashes = set()
        wanted = ({}, {"encoding": "GBK", "target_crs": 4490}, {"formats": ("gpkg", "geojson"), "language": "en"})
        for number, options in enumerate(wanted):
            workspace = make_workspace(tmp_path / f"{number}.gpkg")
            target = folder / str(number)
            target.mkdir()
            hashes.add(export(workspace, target, **options).content_hash)
        assert len(hashes) == 1

    @pytest.mark.usefixtures("workbooks")
    def test_equal_content_and_time_give_equal_bytes(self, tmp_path, folder):
        packages = []
        for name in ("a", "b"):
            target = folder / name
            target.mkdir()
            workspace = make_workspace(tmp_path / f"{name}.gpkg")
            packages.append(export(workspace, target, formats=("shp", "gpkg", "geojson")).package.read_bytes())
        assert packages[0] == packages[1]

    @pytest.mark.proof
    def test_a_second_export_differs_only_in_its_number(self, workspace, folder):
        first = export(workspace, folder)
        _answer(workspace, first.release, "rejected")
        second = export(workspace, folder)
        assert (first.release, second.release) == ("r0001", "r0002")
        assert first.content_hash == second.content_hash
        different = [
            path.name
            for path in first.manifest.parent.iterdir()
            if path.read_bytes() != (second.manifest.parent / path.name).read_bytes()
        ]
        assert set(different) == {"manifest.json", "README.zh.md", "README.en.md"}
        manifests = [_manifest(report) for report in (first, second)]
        told = {key for key in manifests[0] if manifests[0][key] != manifests[1][key]}
        # The README names the release, the manifest also which one it corrects and with which the outlines passed.
        assert told == {"package", "release", "files", "validation", "replaces"}


class TestLedger:
    def test_the_release_is_frozen_whole(self, workspace, folder):
        report = export(workspace, folder, note="首次移交")
        (release,) = workspace.read("release").records()
        assert (release["number"], release["state"], release["scheme"]) == ("r0001", "handed_over", "cg")
        assert release["content_hash"] == report.content_hash
        assert release["delivered_at"] == "2026-03-02T09:30:15"
        items = workspace.read("release_item", where={"release_number": "r0001"})
        units = items.take(items["layer"] == "unit_grid")
        shapes = shapely.from_wkb(units["geometry_wkb"])
        assert shapely.equals(shapes, workspace.read("unit_grid").geometry).all()
        assert json.loads(units["content"][0])["code"] == f"{COMMUNITIES[0]}001"
        (line,) = workspace.read("handover_log").records()
        assert line["note"] == "首次移交"

    def test_delivered_codes_are_valid_from_now_on(self, delivered):
        workspace, report = delivered
        register = workspace.read("code_register")
        assert set(register["state"]) == {"valid"}
        assert report.codes_made_valid == len(register) == 22
        assert set(workspace.read("unit_grid")["state"]) == {"valid"}
        assert set(workspace.read("responsibility_grid")["state"]) == {"valid"}
        assert "export_package" in workspace.read("change_log")["gesture"].tolist()

    @pytest.mark.proof
    def test_a_code_that_the_register_did_not_know_is_entered_as_valid(self, tmp_path, folder):
        workspace = make_workspace(tmp_path / "库.gpkg", code_register=Rows())
        export(workspace, folder)
        register = workspace.read("code_register")
        assert len(register) == 22
        assert set(register["state"]) == {"valid"}

    def test_another_scheme_keeps_its_drafts(self, tmp_path, folder):
        units = unit_rows()
        units = units.with_columns(rg_hw=[code[:12] + "101" for code in units["code"]])
        groups = group_rows(units).records()
        shapes = group_rows(units).geometry
        by_community = [shapely.union_all(units.geometry[units["area_code"] == c]) for c in COMMUNITIES]
        groups += [{**groups[0], "scheme": "hw", "code": f"{c}101", "area_code": c} for c in COMMUNITIES]
        rows = Rows.from_records(groups, as_column([*shapes, *by_community]))
        workspace = make_workspace(tmp_path / "库.gpkg", unit_grid=units, responsibility_grid=rows)
        report = export(workspace, folder)
        assert report.rows["responsibility_grid"] == 4
        stored = workspace.read("responsibility_grid")
        assert set(stored["state"][stored["scheme"] == "hw"]) == {"draft"}

    @pytest.mark.proof
    def test_a_release_that_was_accepted_is_the_base_of_the_next(self, workspace, folder):
        profile = {"receiver": "示例平台"}
        first = export(workspace, folder, profile=profile)
        _accept(workspace, first.release)
        second = export(workspace, folder, profile=profile)
        assert second.base == "r0001"
        assert second.changes == {}
        assert table_of(second, "changes") == []
        assert _manifest(second)["base_state"] == "accepted"

    def test_while_no_answer_came_the_release_that_was_handed_over_is_the_base_and_a_rejected_one_never(
        self, workspace, folder
    ):
        first = export(workspace, folder)
        second = export(workspace, folder)
        assert (second.base, _manifest(second)["base_state"]) == (first.release, "handed_over")
        assert table_of(second, "changes") == []
        _answer(workspace, second.release, "rejected")
        assert export(workspace, folder).base == first.release


class TestChanges:
    def _after(self, workspace, folder, **columns):
        first = export(workspace, folder, profile=PROFILE)
        _accept(workspace, first.release)
        _push_boundary(workspace)
        return export(workspace, folder, profile=PROFILE)

    def test_without_a_base_everything_is_added(self, delivered):
        _, report = delivered
        rows = table_of(report, "changes")
        assert {row["change"] for row in rows} == {"added"}
        tables = ("departments", "persons", "posts", "responsibility", "lane_chiefs", "duty_rules", "external_codes")
        assert len(rows) == sum(LAYERS.values()) + sum(len(table_of(report, name)) for name in tables)

    @pytest.mark.proof
    def test_a_pushed_boundary_is_told_with_both_outlines(self, workspace, folder):
        report = self._after(workspace, folder)
        rows = {(row["layer"], row["code"], row["change"]): row for row in table_of(report, "changes")}
        # The neighbour to the north gets the new corner as a vertex, or its edge would no longer be shared.
        told = {(key[1][-3:], key[2]) for key in rows if key[0] == "unit_grid"}
        assert told == {("001", "noded"), ("005", "reshaped"), ("006", "reshaped")}
        row = rows["unit_grid", f"{COMMUNITIES[0]}005", "reshaped"]
        assert json.loads(row["before"])["Area"] == 10000.0
        assert json.loads(row["after"])["Area"] == 5000.0
        features = features_of(report.manifest.parent / "changes.gpkg", layer="unit_grid")
        areas = {
            (f["properties"]["code"][-1], f["properties"]["moment"]): shape(f["geometry"]).area for f in features
        }
        assert (areas["5", "before"], areas["5", "after"]) == (10000, 5000)
        assert (areas["6", "before"], areas["6", "after"]) == (10000, 15000)

    @pytest.mark.proof
    def test_objects_that_lie_elsewhere_now_are_listed_without_the_sensitive_ones(self, workspace, folder):
        report = self._after(workspace, folder)
        rows = table_of(report, "moves")
        # The component at x + 30 stays in grid 005, the open case at x + 70 goes to 006; closed cases do not move.
        assert [(row["object_kind"], row["object_code"]) for row in rows] == [
            ("component", "9901010102000002"),
            ("case", "C4"),
        ]
        assert {row["old_grid"] for row in rows} == {f"{COMMUNITIES[0]}005"}
        assert {row["new_grid"] for row in rows} == {f"{COMMUNITIES[0]}006"}

    @pytest.fixture
    def workspace(self, tmp_path):
        from tests.jobs.package_workspace import SENSITIVE_COMPONENT, case_rows, component_rows

        spots = shapely.points([(X0 + 30, Y0 + 30), (X0 + 70, Y0 + 30), (X0 + 70, Y0 + 40)])
        known = component_rows().records()
        components = Rows.from_records(
            [known[0], {**known[1], "code": SENSITIVE_COMPONENT}, {**known[0], "code": "9901010102000002"}], spots
        )
        components = Rows(components.columns, as_column([spots[0], spots[1], spots[2]]))
        cases = [*case_rows().records(), {**case_rows().records()[0], "id": "C4"}]
        places = as_column([spots[0], spots[1], spots[1], spots[1]])
        return make_workspace(tmp_path / "网格 库.gpkg", component=components, cases=Rows.from_records(cases, places))


def _accept(workspace, number):
    _answer(workspace, number, "accepted")


def _answer(workspace, number, state):
    rows = workspace.read("release", ["number", "state", "row_version"], {"number": number})
    with workspace.transaction("接收方", "import_receipt") as transaction:
        transaction.update("release", rows.with_columns(state=[state]))


def _manifest(report):
    return json.loads(report.manifest.read_text(encoding="utf-8"))


def _push_boundary(workspace):
    """Move the edge between grids 005 and 006 by 50 m to the west, and what lies there with it."""
    units = workspace.read("unit_grid")
    left, right = (int(np.flatnonzero(units["code"] == f"{COMMUNITIES[0]}{n}")[0]) for n in ("005", "006"))
    shapes = as_column([shapely.box(X0, Y0, X0 + 50, Y0 + 100), shapely.box(X0 + 50, Y0, X0 + 200, Y0 + 100)])
    # The neighbours to the north get the new vertices.
    north = [int(np.flatnonzero(units["code"] == f"{COMMUNITIES[0]}{n}")[0]) for n in ("001",)]
    upper = shapely.Polygon(
        [(X0, Y0 + 100), (X0 + 50, Y0 + 100), (X0 + 100, Y0 + 100), (X0 + 100, Y0 + 200), (X0, Y0 + 200)]
    )
    lower = shapely.Polygon(
        [(X0 + 50, Y0), (X0 + 200, Y0), (X0 + 200, Y0 + 100), (X0 + 100, Y0 + 100), (X0 + 50, Y0 + 100)]
    )
    fids = units.fid[[left, right, *north]]
    area = as_column([5000.0, 15000.0, 10000.0])
    with workspace.transaction("测试", "reshape") as transaction:
        transaction.update("unit_grid", Rows({"area_m2": area}, as_column([shapes[0], lower, upper]), fids))
        for table in ("component", "cases"):
            rows = workspace.read(table)
            moved = shapely.get_x(rows.geometry) > X0 + 50
            grid = as_column(f"{COMMUNITIES[0]}006" if m else f"{COMMUNITIES[0]}005" for m in moved)
            transaction.update(table, Rows({"unit_grid": grid}, None, rows.fid))


def test_the_report_can_be_written_as_json(workspace, folder, tmp_path):
    report = export(workspace, folder)
    path = report.report().write(tmp_path / "report.json", "zh_CN")
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["job"] == "exportpackage"
    assert content["figures"]["release"] == "r0001"
    assert [note["code"] for note in content["notes"]] == [note.code for note in report.notes]


def test_a_district_without_lanes_posts_and_rules_can_be_handed_over(tmp_path, folder):
    empty = Rows()
    workspace = make_workspace(
        tmp_path / "库.gpkg",
        lane=empty,
        post=empty,
        person=empty,
        duty_rule=empty,
        component=empty,
        cases=empty,
        contact=empty,
    )
    report = export(workspace, folder, formats=("shp", "gpkg", "geojson"))
    assert report.rows["lane"] == 0
    for suffix in ("shp", "gpkg", "geojson"):
        assert features_of(report.manifest.parent / f"lane.{suffix}") == []
    assert len(table_of(report, "responsibility")) == 16


def test_a_scheme_in_which_nothing_is_grouped_yet_can_be_handed_over(workspace, folder):
    report = export(workspace, folder, scheme="hw")
    assert report.rows["responsibility_grid"] == 0
    assert {row["responsibility_grid"] for row in table_of(report, "responsibility")} == {""}


def test_outlines_that_are_missing_are_made_of_their_members(tmp_path, folder):
    groups = group_rows(unit_rows())
    drawn = groups.geometry.copy()
    drawn[0] = None
    workspace = make_workspace(tmp_path / "库.gpkg", responsibility_grid=groups.with_geometry(drawn))
    report = export(workspace, folder)
    assert "package_outlines_derived" in [note.code for note in report.notes]
    feature = features_of(report.manifest.parent / "responsibility_grid.shp")[0]
    assert shape(feature["geometry"]).equals(groups.geometry[0])


def test_outlines_that_do_not_fit_their_members_are_not_handed_over(tmp_path, folder):
    groups = group_rows(unit_rows())
    stale = groups.geometry.copy()
    stale[0] = shapely.box(X0, Y0, X0 + 10, Y0 + 10)
    workspace = make_workspace(tmp_path / "库.gpkg", responsibility_grid=groups.with_geometry(stale))
    with pytest.raises(InputError) as caught:
        export(workspace, folder)
    assert "responsibility_outline_differs" in caught.value.text("zh")


def test_progress_runs_to_the_end_and_a_cancel_leaves_nothing(workspace, folder):
    from gridmgmt_plugin.core.errors import Cancelled
    from gridmgmt_plugin.core.progress import Progress

    seen = []
    before = dump(workspace)

    def cancelled():
        return bool(seen) and seen[-1] > 0.6

    with pytest.raises(Cancelled):
        export(workspace, folder, progress=Progress(seen.append, cancelled))
    assert list(folder.iterdir()) == []
    assert dump(workspace) == before
    seen.clear()
    export(workspace, folder, progress=Progress(seen.append))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
