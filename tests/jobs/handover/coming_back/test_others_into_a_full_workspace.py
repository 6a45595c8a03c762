"""A package of another hand, or an older one of ours, into a workspace at work: what nobody said changes nothing."""

from __future__ import annotations

import csv
import json
import zipfile

import fiona
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.handover.coming_back.import_package import import_package
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from tests.jobs.handover.exports import export
from tests.jobs.package_workspace import COMMUNITIES, EPSG_FRAME, area_rows, make_workspace, unit_rows

STATED = ("state", "grid_kind", "valid_from", "rg_cg")


@pytest.fixture
def full(tmp_path):
    return make_workspace(tmp_path / "网格库.gpkg")


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "外来"
    path.mkdir()
    return path


def write_units(folder, codes, shapes, grids=None):
    fields = {"BGID": "str:20", **({} if grids is None else {"RGCode": "str:20"})}
    schema, crs = {"geometry": "Polygon", "properties": fields}, f"EPSG:{EPSG_FRAME.epsg}"
    with fiona.open(folder / "DYWG.shp", "w", driver="ESRI Shapefile", crs=crs, schema=schema) as sink:
        for row, (code, shape) in enumerate(zip(codes, shapes)):
            values = {"BGID": code, **({} if grids is None else {"RGCode": grids[row]})}
            sink.write({"geometry": shapely.geometry.mapping(shape), "properties": values})


def units_of(workspace, *names):
    rows = workspace.read("unit_grid", geometry=False)
    return dict(zip(rows["code"].tolist(), zip(*(rows[name].tolist() for name in names))))


def grids_of(workspace):
    rows = workspace.read("responsibility_grid")
    return dict(zip(rows["code"].tolist(), zip(rows["unit_count"].tolist(), rows["state"].tolist())))


def hand_over(workspace):
    """Make everything valid, as it is once it was handed over, with a kind that nobody would guess."""
    with workspace.transaction("王工", "test") as transaction:
        for table in ("unit_grid", "responsibility_grid"):
            rows = workspace.read(table, geometry=False)
            columns = {"state": as_column(["valid"] * len(rows)), "row_version": rows["row_version"]}
            if table == "unit_grid":
                columns |= {"grid_kind": as_column(["院落"] * len(rows))}
            transaction.update(table, Rows(columns, None, rows.fid))


def test_what_is_assumed_of_new_rows_changes_no_row_that_is_there(full, folder):
    hand_over(full)
    units, before, grids = unit_rows(), units_of(full, *STATED), grids_of(full)
    write_units(folder, units["code"], units.shapes, units["rg_cg"])
    import_package(full, folder, scheme="cg")
    assert units_of(full, *STATED) == before
    assert grids_of(full) == grids


def test_a_package_that_says_nothing_of_responsibility_grids_takes_none_away(full, folder):
    units, before = unit_rows(), units_of(full, "rg_cg")
    half = [code if at % 2 else None for at, code in enumerate(units["rg_cg"])]
    write_units(folder, units["code"], units.shapes, half)
    import_package(full, folder, scheme="cg")
    assert units_of(full, "rg_cg") == before


def test_grids_follow_units_that_a_package_assigns_otherwise_and_come_back(full, folder):
    units, before, grids = unit_rows(), units_of(full, "rg_cg"), grids_of(full)
    given = units["rg_cg"].tolist()
    from_grid, to_grid = given[0], next(code for code in given if code != given[0])
    given[0] = to_grid
    write_units(folder, units["code"], units.shapes, given)
    report = import_package(full, folder, scheme="cg")
    now = grids_of(full)
    assert now[from_grid][0] == grids[from_grid][0] - 1
    assert now[to_grid][0] == grids[to_grid][0] + 1
    assert "1 个单元网格按成果包改归别的责任网格" in "".join(note.text("zh_CN") for note in report.notes)
    take_back_last(full, "王工")
    assert (units_of(full, "rg_cg"), grids_of(full)) == (before, grids)


def test_what_becomes_of_grids_that_a_package_takes_unit_grids_from_is_told(full, folder):
    units = unit_rows()
    given = units["rg_cg"].tolist()
    emptied, torn = given[0], next(code for code in given if code != given[0])
    given = [torn if code == emptied or row == len(given) - 1 else code for row, code in enumerate(given)]
    write_units(folder, units["code"], units.shapes, given)
    notes = {note.code: note.details for note in import_package(full, folder, scheme="cg").notes}
    assert notes["package_back_grids_emptied"]["codes"] == emptied
    assert torn in notes["save_grids_in_parts"]["codes"]


def consent_of(workspace):
    rows = workspace.read("contact", geometry=False)
    return dict(zip(rows["person_id"].tolist(), (bool(value) for value in rows["publish_consent"].tolist())))


def write_contacts(folder, *rows):
    with (folder / "contacts.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["person_id", "mobile", "publish_consent"], *rows])


def test_no_package_gives_consent_for_a_person_who_is_known_here(full, folder):
    known = full.read("contact", geometry=False)
    with full.transaction("王工", "test") as transaction:
        columns = {"publish_consent": as_column([False] * len(known)), "row_version": known["row_version"]}
        transaction.update("contact", Rows(columns, None, known.fid))
    person = known["person_id"][0]
    write_contacts(folder, [person, "13800000009", "是"])
    import_package(full, folder)
    assert consent_of(full)[person] is False


@pytest.mark.parametrize(("said", "consents"), [("是", True), ("否", False), ("", False)])
def test_a_person_of_another_hand_consents_only_where_that_is_said(full, folder, said, consents):
    with full.transaction("王工", "test") as transaction:
        transaction.delete("contact", full.read("contact", geometry=False).fids)
    person = full.read("person", geometry=False)["id"][0]
    write_contacts(folder, [person, "13800000009", said])
    import_package(full, folder)
    assert consent_of(full) == {person: consents}


@pytest.fixture
def with_areas(empty):
    workspace = empty()
    with workspace.transaction("王示例", "test") as transaction:
        transaction.insert("area", area_rows())
    return workspace


@pytest.mark.parametrize("code", ["X0", f"{COMMUNITIES[1]}999"])
def test_codes_of_another_hand_are_held_against_layout_and_area(with_areas, folder, code):
    units = unit_rows()
    codes = [code, *units["code"].tolist()[1:]]
    write_units(folder, codes, units.shapes)
    with pytest.raises(InputError) as refused:
        import_package(with_areas, folder)
    assert refused.value.code == "unit_grid_codes_faulty"
    assert len(with_areas.read("unit_grid")) == 0


def test_first_unit_grids_one_of_which_cannot_be_used_leave_no_hole(with_areas, folder):
    units = unit_rows()
    shapes = units.shapes.copy()
    x0, y0, x1, y1 = shapes[0].bounds
    shapes[0] = shapely.Polygon([(x0, y0), (x1, y1), (x1, y0), (x0, y1)])
    write_units(folder, units["code"], shapes)
    with pytest.raises(InputError) as refused:
        import_package(with_areas, folder)
    assert refused.value.code == "package_back_cells_unusable"
    assert len(with_areas.read("unit_grid")) == 0


@pytest.mark.parametrize("damage", ["half", "without names"])
def test_a_damaged_manifest_of_ours_is_not_taken_for_none(full, empty, tmp_path, damage):
    package = export(full, tmp_path).package
    place = tmp_path / "开"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(place)
    (path,) = place.rglob("manifest.json")
    text = path.read_text(encoding="utf-8")
    said = {key: value for key, value in json.loads(text).items() if key != "names"}
    path.write_text(text[: len(text) // 2] if damage == "half" else json.dumps(said), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        import_package(empty(), path.parent)
    assert refused.value.code == "package_back_manifest_odd"
