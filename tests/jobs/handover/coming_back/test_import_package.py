"""A package of ours comes back: exported, taken into an empty workspace and exported again it is the same."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.handover.coming_back.import_package import import_package
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.rehearsal import rehearsed
from tests.jobs.handover.exports import export
from tests.jobs.package_workspace import LOCAL_FRAME, district, dump, make_workspace

RECEIVER = {"receiver": "示例平台"}
CODES = ("unit_grid", "rg_cg", "lane")


def codes_of(report):
    return [note.code for note in report.notes]


def texts_of(report):
    return "\n".join(note.text("zh_CN") for note in report.notes)


@pytest.fixture
def package(delivered, tmp_path):
    """Return how a copy of the package is made with some of its files."""

    def copied(*kept):
        target = tmp_path / "成果"
        shutil.copytree(delivered[1].manifest.parent, target)
        for file in target.iterdir():
            if kept and file.suffix in (".shp", ".gpkg", ".geojson") and file.suffix not in kept:
                file.unlink()
        return target

    return copied


@pytest.fixture(params=["file", "database"])
def empty_in_both(request, empty):
    """Return an empty workspace in a file, then in a database."""
    return empty(None if request.param == "file" else request.getfixturevalue("database_location"))


def again(workspace, tmp_path, profile=RECEIVER):
    folder = tmp_path / "再次移交"
    folder.mkdir()
    return export(workspace, folder, formats=("gpkg",), profile=profile)


def test_export_import_export_gives_the_same_content_hash_in_both_places(delivered, empty_in_both, tmp_path):
    report = import_package(empty_in_both, delivered[1].package)
    assert report.rejected == 0
    assert again(empty_in_both, tmp_path).content_hash == delivered[1].content_hash


@pytest.mark.parametrize("kept", [".shp", ".geojson"])
@pytest.mark.proof
def test_other_formats_come_back_the_same(delivered, empty, package, tmp_path, kept):
    workspace = empty()
    import_package(workspace, package(kept))
    assert again(workspace, tmp_path).content_hash == delivered[1].content_hash


PATTERNED = {
    "receiver": "示例平台",
    "every_file": "{county}_{layer}_{yyyymmdd}",
    "single_parts": True,
    "fields": {
        "unit_grid": [
            {"from": name, **form}
            for name, form in {
                "BGID": {"name": "GridCode"}, "BGName": {}, "ParentCode": {}, "RGCode": {"name": "RG"}, "Area": {},
                "Kind": {"values": {"街区": "01", "": "99", "*": "00"}}, "LandUse": {}, "Grade": {}, "Households": {},
                "Population": {}, "RespCode": {}, "FallCode": {}, "State": {"values": {"valid": "1", "draft": "0"}},
                "CentreX": {}, "CentreY": {}, "ORDate": {"date": "YYYY年MM月DD日"}, "PriorCode": {}, "Scale": {},
                "Note": {},
            }.items()
        ],
        "posts": {"id": "编号", "person_id": "人员"},
    },
}  # fmt: skip


@pytest.mark.proof
def test_a_package_in_a_receivers_form_comes_back_in_ours(delivered, empty, tmp_path):
    folder = tmp_path / "接收方"
    folder.mkdir()
    fields = PATTERNED["fields"]["unit_grid"]
    named = [entry if entry["from"] != "Kind" else {**entry, "values": {"街区": "01"}} for entry in fields]
    profile = {**PATTERNED, "fields": {**PATTERNED["fields"], "unit_grid": named}}
    sent = export(make_workspace(tmp_path / "甲.gpkg"), folder, formats=("shp",), encoding="GBK", profile=profile)
    workspace = empty()
    import_package(workspace, sent.package)
    assert again(workspace, tmp_path).content_hash == delivered[1].content_hash == sent.content_hash


def test_a_value_that_the_receivers_form_does_not_tell_apart_is_told_as_lost(empty, tmp_path):
    folder = tmp_path / "接收方"
    folder.mkdir()
    sent = export(make_workspace(tmp_path / "甲.gpkg"), folder, formats=("gpkg",), profile=PATTERNED)
    report = import_package(empty(), sent.package)
    assert "单元网格：没有交付这些字段：Kind。" in texts_of(report)


def test_the_second_time_changes_nothing(delivered, empty):
    workspace = empty()
    import_package(workspace, delivered[1].package)
    before = dump(workspace)
    report = import_package(workspace, delivered[1].package)
    assert (report.figures["added"], report.figures["updated"]) == (0, 0)
    assert "nothing_changed" in codes_of(report)
    assert dump(workspace) == before


def test_the_workspace_that_a_package_came_from_stays_as_it_is(workspace_in_both, folder):
    sent = export(workspace_in_both, folder, formats=("gpkg",), profile=RECEIVER)
    before = dump(workspace_in_both)
    report = import_package(workspace_in_both, sent.package)
    assert (report.figures["added"], report.figures["updated"]) == (0, 0)
    assert dump(workspace_in_both) == before


@pytest.mark.proof
def test_what_says_the_same_in_other_words_stays_as_a_planner_wrote_it(folder, tmp_path):
    posts = district()["post"]
    plain = posts.with_columns(weekdays=["6,7"] * len(posts), start_time=["8:30"] * len(posts))
    workspace = make_workspace(tmp_path / "甲.gpkg", post=plain)
    sent = export(workspace, folder, formats=("gpkg",))
    assert import_package(workspace, sent.package).figures["updated"] == 0
    assert set(workspace.read("post")["weekdays"]) == {"6,7"}


@pytest.mark.proof
def test_codes_that_come_back_are_valid_for_ever_and_ended_ones_retired(empty, tmp_path):
    folder = tmp_path / "改码"
    folder.mkdir()
    unit = district()["unit_grid"]["code"][0]
    old = Rows.from_records([
        {"kind": "unit_grid", "old_code": f"{unit[:-3]}901", "new_code": unit, "share": 1.0, "cause": "recoded"},
        {"kind": "rg_cg", "old_code": f"{unit[:-3]}902", "new_code": f"{unit[:-3]}001", "cause": "recoded"},
    ])  # fmt: skip
    sent = export(make_workspace(tmp_path / "甲.gpkg", code_map=old), folder, formats=("gpkg",))
    workspace = empty()
    import_package(workspace, sent.package)
    register = workspace.read("code_register")
    states = dict(zip(zip(register["kind"], register["code"]), register["state"]))
    assert {kind for kind, _ in states} == set(CODES)
    retired = {key for key, state in states.items() if state == "retired"}
    assert retired == {("unit_grid", f"{unit[:-3]}901"), ("rg_cg", f"{unit[:-3]}902")}
    assert set(states.values()) == {"valid", "retired"}
    assert again(workspace, tmp_path, {}).content_hash == sent.content_hash


def test_one_click_takes_the_whole_import_back(delivered, empty):
    workspace = empty()
    import_package(workspace, delivered[1].package)
    take_back_last(workspace, "王示例")
    assert {name: len(workspace.read(name)) for name in ("area", "unit_grid", "post", "code_register", "scheme")} == {
        "area": 0, "unit_grid": 0, "post": 0, "code_register": 0, "scheme": 0,
    }  # fmt: skip


def test_a_trial_tells_what_would_come_and_writes_nothing(delivered, empty):
    workspace = empty()
    before = dump(workspace)
    report = import_package(rehearsed(workspace), delivered[1].package)
    assert report.figures["layers"]["unit_grid"]["added"] == 16
    assert dump(workspace) == before


def test_what_is_there_is_updated_and_what_only_the_workspace_has_stays(delivered, tmp_path):
    changed = district()
    posts = changed["post"]
    roles = posts["role"].copy()
    roles[0] = "inspector"
    more = Rows({name: np.append(column, [None]) for name, column in posts.columns.items()})
    more.columns["id"][-1], more.columns["target"][-1], more.columns["target_code"][-1] = "P999", "area", "990101001"
    units = changed["unit_grid"]
    assigned = units["rg_cg"].copy()
    assigned[0] = None
    workspace = make_workspace(
        tmp_path / "有库.gpkg",
        post=more.with_columns(role=[*roles, "grid_leader"]),
        unit_grid=units.with_columns(rg_cg=assigned),
    )
    report = import_package(workspace, delivered[1].package)
    stored = {row["id"]: row["role"] for row in workspace.read("post").records()}
    assert (stored[posts["id"][0]], stored["P999"]) == (posts["role"][0], "grid_leader")
    assert workspace.read("unit_grid")["rg_cg"].tolist() == units["rg_cg"].tolist()
    assert report.figures["layers"]["posts"] == {
        "added": 0, "updated": 1, "unchanged": 6, "older": 0, "only_here": 2,
    }  # fmt: skip
    assert set(workspace.read("unit_grid")["state"]) == {"valid"}


def test_components_lie_in_the_unit_grids_that_came(delivered, empty):
    workspace = empty()
    with workspace.transaction("王示例", "test") as transaction:
        transaction.insert("component", district()["component"].with_columns(unit_grid=[None, None]))
    import_package(workspace, delivered[1].package)
    assert workspace.read("component")["unit_grid"].tolist() == district()["component"]["unit_grid"].tolist()


def test_lanes_have_their_metres_by_area(delivered, empty):
    workspace = empty()
    import_package(workspace, delivered[1].package)
    rows = workspace.read("lane_area").records()
    assert sum(row["length_m"] for row in rows if row["lane_code"].endswith("0001")) == pytest.approx(800.0)


def test_other_unit_grids_than_those_of_the_package_are_not_overrun(delivered, tmp_path):
    units = district()["unit_grid"]
    shapes = units.shapes.copy()
    shapes[0], shapes[1] = shapely.box(*(shapes[0].bounds[:2]), *shapes[1].bounds[2:]), None
    keep = np.array([True, False] + [True] * (len(units) - 2))
    workspace = make_workspace(tmp_path / "有库.gpkg", unit_grid=units.with_geometry(shapes).take(keep))
    before = dump(workspace)
    with pytest.raises(InputError) as refused:
        import_package(workspace, delivered[1].package)
    assert refused.value.code == "package_back_ground_differs"
    assert (refused.value.message.details["new"], refused.value.message.details["reshaped"]) == (1, 1)
    assert dump(workspace) == before


@pytest.mark.parametrize(
    ("made", "code"),
    [
        ({"county": "990202"}, "package_back_other_county"),
        ({"frame": LOCAL_FRAME}, "package_back_other_frame"),
    ],
)
def test_a_package_of_another_place_is_refused(delivered, empty, made, code):
    with pytest.raises(InputError) as refused:
        import_package(empty(**made), delivered[1].package)
    assert refused.value.code == code


@pytest.mark.proof
def test_a_local_frame_comes_back_by_its_label(empty, tmp_path):
    folder = tmp_path / "地方"
    folder.mkdir()
    sent = export(make_workspace(tmp_path / "甲.gpkg", LOCAL_FRAME), folder, formats=("shp", "gpkg"))
    workspace = empty(frame=LOCAL_FRAME)
    import_package(workspace, sent.package)
    assert again(workspace, tmp_path, {}).content_hash == sent.content_hash
    other = Frame(kind="local", epsg=None, label="另一个坐标系")
    with pytest.raises(InputError) as refused:
        import_package(empty(tmp_path / "另.gpkg", frame=other), sent.package)
    assert refused.value.code == "package_back_other_frame"


def test_a_file_that_was_changed_is_refused_and_one_that_is_gone_is_told(package, empty):
    folder = package(".gpkg")
    (folder / "posts.csv").unlink()
    report = import_package(empty(), folder)
    assert "清单列有“岗位”" in texts_of(report)
    assert report.figures["missing"] == ["posts"]
    with (folder / "departments.csv").open("a", encoding="utf-8") as stream:
        stream.write("D99,改动\r\n")
    with pytest.raises(InputError) as refused:
        import_package(empty(folder.parent / "另.gpkg"), folder)
    assert refused.value.code == "package_back_changed"


def test_a_manifest_that_names_files_elsewhere_is_refused(package, empty):
    folder = package(".gpkg")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"].append({"path": "../secret.csv", "layer": None, "rows": 0, "sha256": "0"})
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        import_package(empty(), folder)
    assert refused.value.code == "package_back_escapes"


def test_columns_that_no_package_has_are_named(delivered, empty):
    report = import_package(empty(), delivered[1].package)
    assert "人员：成果包从不包含这些列，导入后为空：姓名、职务" in texts_of(report)


def test_a_retired_code_does_not_come_back_to_life(delivered, empty):
    workspace = empty()
    unit = district()["unit_grid"]["code"][0]
    entry = {"code": unit, "kind": "unit_grid", "state": "retired", "reason": "merge"}
    with workspace.transaction("王示例", "test") as transaction:
        transaction.insert("code_register", Rows.from_records([entry]))
    with pytest.raises(InputError) as refused:
        import_package(workspace, delivered[1].package)
    assert refused.value.code == "package_back_retired"
    assert workspace.count("unit_grid") == 0
