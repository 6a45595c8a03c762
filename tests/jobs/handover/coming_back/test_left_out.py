"""Packages that say less than they might: what follows from the rest is worked out, nothing fails on the way."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta

import fiona
import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.fields import layer_specs
from gridmgmt_plugin.exchange.package_back.contents import read_contents
from gridmgmt_plugin.jobs.handover.coming_back.import_package import import_package
from gridmgmt_plugin.jobs.responsibility.scheme_acts import create_scheme
from tests.jobs.handover.exports import export
from tests.jobs.package_workspace import (
    COMMUNITIES,
    EPSG_FRAME,
    OFFICE,
    area_rows,
    district,
    dump,
    lane_rows,
    make_workspace,
    unit_rows,
)


def written(path, name, geometry, columns, shapes):
    """Write a shapefile of texts into a folder; return the folder."""
    path.mkdir(exist_ok=True)
    schema = {"geometry": geometry, "properties": dict.fromkeys(columns, "str:40")}
    with fiona.open(path / f"{name}.shp", "w", crs=f"EPSG:{EPSG_FRAME.epsg}", schema=schema) as sink:
        for at, shape in enumerate(shapes):
            properties = {heading: values[at] for heading, values in columns.items()}
            sink.write({"geometry": shapely.geometry.mapping(shape), "properties": properties})
    return path


def test_lanes_alone_come_into_a_workspace_without_areas(empty, tmp_path):
    lanes = lane_rows()
    folder = written(tmp_path / "街巷", "jx", "LineString", {"LaneCode": lanes["code"]}, lanes.shapes)
    workspace = empty()
    assert import_package(workspace, folder).accepted == 2
    assert workspace.count("lane_area") == 0


def test_a_cell_outside_all_areas_is_rejected_and_the_others_come_in(empty, tmp_path):
    units, workspace = unit_rows(), empty()
    with workspace.transaction("王示例", "test") as transaction:
        transaction.insert("area", area_rows())
    shapes = units.shapes.copy()
    shapes[0] = shapely.transform(shapes[0], lambda xy: xy - (5000.0, 0.0))
    columns = {"BGID": units["code"], "RGCode": units["rg_cg"]}
    folder = written(tmp_path / "网格", "DYWG", "Polygon", columns, shapes)
    report = import_package(workspace, folder, scheme="cg")
    assert report.reasons == {"outside_district": 1}
    assert [(row.row, row.key) for row in report.rejected_rows] == [(0, units["code"][0])]
    assert workspace.count("unit_grid") == 15


def test_a_layer_of_which_no_row_can_be_taken_leaves_the_workspace_as_it_is(tmp_path):
    units, workspace = unit_rows(), make_workspace(tmp_path / "库.gpkg")
    folder = written(tmp_path / "网格", "DYWG", "Polygon", {"BGID": [""] * 16}, units.shapes)
    before = dump(workspace)
    assert import_package(workspace, folder).reasons == {"key_missing": 16}
    assert dump(workspace) == before


def fields(*names):
    return [{"from": name} for name in names]


@pytest.mark.parametrize(
    "profile",
    [
        {"fields": {"area": fields("AreaCode", "AreaName")}},
        {"fields": {"unit_grid": fields("BGID", "BGName", "RGCode")}},
        {
            "layers": ["area", "unit_grid", "departments"],
            "fields": {"unit_grid": fields("BGID", "BGName", "ParentCode", "Kind", "State", "ORDate", "Area")},
        },
    ],
)
@pytest.mark.proof
def test_fields_that_a_receiver_does_not_get_follow_from_the_others(empty, tmp_path, profile):
    folder = tmp_path / "接收方"
    folder.mkdir()
    workspace = make_workspace(tmp_path / "甲.gpkg")
    sent = export(workspace, folder, formats=("gpkg",), profile={"receiver": "甲", **profile})
    before = dump(workspace)
    import_package(workspace, sent.package)
    assert dump(workspace) == before
    new = empty()
    import_package(new, sent.package)
    units = new.read("unit_grid")
    assert sorted(set(units["area_code"])) == sorted(COMMUNITIES)
    assert (set(units["state"]), np.unique(units["area_m2"]).tolist()) == ({"valid"}, [10000.0])
    assert new.read("area")["parent_code"].tolist() == workspace.read("area")["parent_code"].tolist()


def released_ahead(tmp_path):
    """Make a release of a district in which one community takes over another's ground in a month.

    Return the export, its first day, and the community that begins then.
    """
    first = clock.today() + timedelta(days=30)
    ahead, last, folder = first.isoformat(), (first - timedelta(days=1)).isoformat(), tmp_path / "接收方"
    folder.mkdir()
    follower = f"{OFFICE}003"
    areas = area_rows()
    at = areas["code"].tolist().index(COMMUNITIES[0])
    new = areas.take([at]).with_columns(code=[follower])
    columns = {name: np.append(areas[name], new[name]) for name in areas.columns}
    days = {
        "valid_from": [ahead if code == follower else None for code in columns["code"]],
        "valid_to": [last if code == COMMUNITIES[0] else None for code in columns["code"]],
    }
    columns.update({name: as_column(column) for name, column in days.items()})
    every = Rows(columns, np.append(areas.shapes, new.shapes))
    tables = {name: recoded(rows, COMMUNITIES[0], follower) for name, rows in district().items() if name != "area"}
    workspace = make_workspace(tmp_path / "甲.gpkg", **tables, area=every)
    profile = {"receiver": "甲", "fields": {"unit_grid": fields("BGID", "RGCode")}}
    sent = export(workspace, folder, formats=("gpkg",), profile=profile, effective_from=ahead)
    return sent, ahead, follower


def test_unit_grids_of_a_release_that_is_ahead_lie_on_the_areas_of_its_first_day(empty, tmp_path):
    sent, _, follower = released_ahead(tmp_path)
    new = empty()
    import_package(new, sent.package)
    assert sorted(set(new.read("unit_grid")["area_code"])) == [COMMUNITIES[1], follower]


@pytest.mark.parametrize("redraw", [False, True])
def test_unit_grids_of_areas_that_begin_later_are_not_drawn_over_those_of_today(
    workspace_in_both, tmp_path, monkeypatch, redraw
):
    sent, ahead, follower = released_ahead(tmp_path)
    before = dump(workspace_in_both)
    with pytest.raises(InputError) as refused:
        import_package(workspace_in_both, sent.package, redraw=redraw)
    assert refused.value.code == "package_back_begins_later"
    told = refused.value.message.details
    assert (told["count"], told["areas"], told["day"]) == (8, follower, ahead)
    assert dump(workspace_in_both) == before
    if redraw:
        areas, first = workspace_in_both.read("area"), date.fromisoformat(ahead)
        last = (first - timedelta(days=1)).isoformat()
        ends = [last if code == COMMUNITIES[0] else None for code in areas["code"]]
        with workspace_in_both.transaction("王示例", "test") as transaction:
            transaction.update("area", Rows({"valid_to": as_column(ends)}, None, areas.fid))
        monkeypatch.setattr(clock, "today", lambda: first)
        import_package(workspace_in_both, sent.package, redraw=True)
        cells = workspace_in_both.read("unit_grid")["code"]
        assert {code[: len(follower)] for code in cells} == {COMMUNITIES[1], follower}


def recoded(rows, old, new):
    """Return rows in which every code that begins with the one begins with the other."""
    columns = {
        name: as_column(value.replace(old, new) if isinstance(value, str) else value for value in column)
        for name, column in rows.columns.items()
    }
    return rows.with_columns(**columns)


@pytest.fixture
def opened(delivered, tmp_path):
    """Return a copy of the package, unpacked."""
    return shutil.copytree(delivered[1].manifest.parent, tmp_path / "成果")


@pytest.mark.proof
def test_a_manifest_without_a_fact_is_refused_in_a_sentence(opened):
    place = opened / "manifest.json"
    said = place.read_text(encoding="utf-8")
    paths = [
        ("effective_from",), ("county_code",), ("frame",), ("release",), ("scheme",), ("files", 0, "sha256"),
        ("files", 0, "path"), ("names", "area", "file"), ("names", "area", "fields"),
    ]  # fmt: skip
    for path in paths:
        manifest = json.loads(said)
        inner = manifest
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]
        place.write_text(json.dumps(manifest), encoding="utf-8")
        with pytest.raises(InputError) as refused:
            read_contents(opened)
        assert refused.value.code == "package_back_manifest_odd", path


@pytest.mark.parametrize("rounded", [{"name": 1}, {"width_m": "1"}, {"valid_from": 0, "width_m": 1}])
def test_a_manifest_that_rounds_what_is_no_number_is_refused_in_a_sentence(opened, empty, rounded):
    place = opened / "manifest.json"
    manifest = json.loads(place.read_text(encoding="utf-8"))
    manifest["names"]["lane"]["rounded"] = rounded
    place.write_text(json.dumps(manifest), encoding="utf-8")
    workspace = empty()
    with pytest.raises(InputError) as refused:
        import_package(workspace, opened)
    assert refused.value.code == "package_back_manifest_odd"
    assert workspace.count("lane") == 0


def test_a_manifest_that_an_editor_saved_with_a_mark_is_read(opened, empty):
    place = opened / "manifest.json"
    place.write_bytes(b"\xef\xbb\xbf" + place.read_bytes())
    assert import_package(empty(), opened).figures["layers"]["unit_grid"]["added"] == 16


def test_codes_of_two_receivers_for_one_key_come_in_and_those_of_nobody_do_not(tmp_path, write_table):
    folder, workspace = tmp_path / "对照", make_workspace(tmp_path / "库.gpkg")
    folder.mkdir()
    rows = [[receiver, "department", "D01", f"T{receiver}"] for receiver in ("甲", "乙", "")]
    write_table(folder, "external_codes", ["receiver", "kind", "key", "external_key"], *rows)
    report = import_package(workspace, folder)
    assert report.reasons == {"external_receiver_missing": 1}
    codes = workspace.read("external_code").records()
    assert {"甲", "乙"} <= {row["receiver"] for row in codes}
    assert "" not in {row["receiver"] for row in codes}


def exported(workspace, tmp_path, **options):
    folder = tmp_path / "移交"
    folder.mkdir()
    return export(workspace, folder, formats=("gpkg",), **options)


@pytest.mark.proof
def test_a_code_map_in_other_words_than_delivered_does_not_come_twice(tmp_path):
    new = unit_rows()["code"][0]
    entry = {"kind": "unit_grid", "old_code": f"{new[:-3]}901", "new_code": new, "share": 1 / 3, "cause": "recoded"}
    more = {"effective_on": "2026-01-01", "document_no": " 文\n号"}
    workspace = make_workspace(tmp_path / "甲.gpkg", code_map=Rows.from_records([{**entry, **more}]))
    import_package(workspace, exported(workspace, tmp_path).package)
    assert workspace.count("code_map") == 1


@pytest.mark.proof
def test_what_the_register_says_of_codes_comes_back_as_no_new_pair(tmp_path):
    workspace = make_workspace(tmp_path / "甲.gpkg")
    exported(workspace, tmp_path, profile={"receiver": "示例平台"})
    units = workspace.read("unit_grid")
    old, new = units["code"][0], f"{units['code'][0][:-3]}910"
    register = workspace.read("code_register", where={"kind": "unit_grid", "code": old})
    with workspace.transaction("王示例", "test") as transaction:
        transaction.update("unit_grid", Rows({"code": as_column([new])}, None, units.fid[:1]))
        columns = {"state": as_column(["retired"]), "successors": as_column([new])}
        transaction.update("code_register", Rows(columns, None, register.fid))
    sent = export(workspace, tmp_path / "移交", formats=("gpkg",), profile={"receiver": "示例平台"})
    report = import_package(workspace, sent.package)
    assert report.figures["layers"]["code_map"] == {
        "added": 0, "updated": 0, "unchanged": 1, "older": 0, "only_here": 0,
    }  # fmt: skip
    assert workspace.count("code_map") == 0


@pytest.mark.proof
def test_a_scheme_over_lanes_stays_as_it_is(tmp_path):
    workspace = make_workspace(tmp_path / "甲.gpkg")
    create_scheme(workspace, "dl", "道路保洁", base="lane", author="王示例")
    sent = exported(workspace, tmp_path, scheme="dl")
    before = dump(workspace)
    assert import_package(workspace, sent.package).figures["updated"] == 0
    assert dump(workspace) == before


@pytest.mark.proof
def test_a_lane_that_nobody_has_drawn_comes_back(empty, tmp_path):
    lanes = lane_rows()
    shapes = lanes.shapes.copy()
    shapes[1] = None
    workspace = make_workspace(tmp_path / "甲.gpkg", lane=lanes.with_geometry(shapes))
    sent, new = exported(workspace, tmp_path), empty()
    for place in (workspace, new, new):
        assert import_package(place, sent.package).rejected == 0
    assert new.read("lane")["code"].tolist() == lanes["code"].tolist()


def test_a_package_that_lacks_a_file_is_not_called_whole(opened, empty):
    (opened / "posts.csv").unlink()
    said = [note.text("zh_CN") for note in import_package(empty(), opened).notes]
    assert any("清单所列的文件缺 1 个" in text for text in said)
    assert not any("文件与清单逐一相符" in text for text in said)


@pytest.mark.proof
def test_numbers_that_a_receiver_gets_rounded_stay_here_and_are_told_where_they_are_new(empty, tmp_path):
    lanes = lane_rows().with_columns(width_m=as_column([4.56, None]), length_m=as_column([800.04, 200.0]))
    workspace = make_workspace(tmp_path / "甲.gpkg", lane=lanes)
    form = [
        {"from": spec.name, **({"decimals": 1} if spec.name in ("Width", "Length") else {})}
        for spec in layer_specs()["lane"].fields
    ]
    sent = exported(workspace, tmp_path, profile={"receiver": "甲", "fields": {"lane": form}})
    before = dump(workspace)
    report = import_package(workspace, sent.package)
    assert dump(workspace) == before
    assert "package_back_rounded" not in {note.code for note in report.notes}
    new = empty()
    assert "package_back_rounded" in {note.code for note in import_package(new, sent.package).notes}
    assert new.read("lane")["width_m"].tolist() == [4.6, None]
