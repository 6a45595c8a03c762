"""``python -m tools.demo`` as a newcomer runs it: on the sample, on real districts, on bad input."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import fiona
import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from gridmgmt_plugin.core._compat import has_coverage_validation
from gridmgmt_plugin.core.coverage.health.examine import is_coverage
from gridmgmt_plugin.core.resources import load_json, resource_path
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.gui.opening.sample_words import write_in_english
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
# What the planner meets as "outside the district" comes in three forms that the import tells apart.
OUTSIDE = ("outside_district", "coordinate_zero", "coordinates_degrees")


def run_demo(*options, language="C.UTF-8"):
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "LC_ALL": language, "LANG": language}
    return subprocess.run(
        [sys.executable, "-m", "tools.demo", *map(str, options)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=900,
    )


def complaints(text):
    """What a library says beside the table: nothing of it helps the planner, so nothing may provoke it."""
    return [line for line in text.splitlines() if any(word in line for word in ("Warning", "proj_", "ERROR"))]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo on the sample district, in a folder with a Chinese name, and in Chinese as it goes into the zip."""
    out = tmp_path_factory.mktemp("demo") / "演示 结果"
    done = run_demo("--out", out, "--language", "zh_CN")
    assert done.returncode == 0, done.stderr
    assert complaints(done.stderr) == []
    return out, done.stdout


@pytest.mark.parametrize("target", ["大", "0", "-5", "nan"])
@pytest.mark.proof
def test_a_target_that_is_none_is_refused(tmp_path, target):
    done = run_demo("--target", target, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "TARGET" in done.stderr
    assert not (tmp_path / "out").exists()


def planted():
    return json.loads(resource_path("sample/planted.json").read_text(encoding="utf-8"))


def reports(out, job):
    found = sorted((out / "reports").glob(f"*_{job}.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in found]


def package_folder(out):
    return next(path for path in (out / "package").iterdir() if path.is_dir())


CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
# What a package froze stays as its hash says; the sample that people open has none.
OF_PACKAGES = ("release", "release_item", "handover_log")


class TestTheSample:
    def test_it_prints_a_line_for_every_step_and_where_the_results_are(self, demo):
        out, printed = demo
        for step in ("区划入库", "划分单元网格", "编组责任网格", "街巷建档", "案件入库", "成果包"):
            assert any(line.startswith(step) for line in printed.splitlines()), step
        assert str(out) in printed

    def test_the_sample_in_the_zip_is_chinese_whoever_makes_it(self, demo):
        """An English reader's copy is translated when it is opened, and nobody's the other way."""
        assert "--out out/sample --no-package --language zh_CN" in (ROOT / "Makefile").read_text(encoding="utf-8")
        workspace = Workspace.open(demo[0] / "workspace.gpkg")
        for table, columns in load_json("catalogues/sample_english.json")["columns"].items():
            rows = workspace.read(table, columns, geometry=False)
            words = {word for column in columns for word in rows[column] if re.search("[A-Za-z]{3}", str(word or ""))}
            assert table == "workspace_info" or words == set(), table

    def test_it_writes_workspace_project_map_and_package(self, demo):
        out, _ = demo
        assert {"workspace.gpkg", "workspace.qgz", "hotspots.png", "hotspots.gpkg", "package", "reports"} <= {
            path.name for path in out.iterdir()
        }
        assert (out / "hotspots.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"

    def test_every_planted_fault_of_the_raw_files_is_found(self, demo):
        out, _ = demo
        (components,) = reports(out, "importcomponents")
        faults = {name: entry["count"] for name, entry in planted()["files"]["components.csv"]["faults"].items()}
        reasons = components["reasons"]
        assert reasons["damage_scientific"] == faults["code_in_scientific_form"]
        assert reasons["damage_digits_lost"] == faults["code_lost_last_digit"]
        assert reasons["duplicate_in_file"] == faults["duplicated_id"]
        without_place = (
            reasons["coordinate_missing"] + reasons["component_of_lane_alone"]
        )  # a lane is no place for one
        assert without_place == faults["empty_coordinates"]
        assert reasons["coordinates_swapped"] == faults["swapped_coordinates"]
        assert sum(reasons.get(name, 0) for name in OUTSIDE) == faults["outside_district"]

    def test_nothing_is_dropped_in_silence(self, demo):
        out, _ = demo
        for name, job in (("components.csv", "importcomponents"), ("cases_2025h1.csv", "importcases")):
            report = reports(out, job)[0]
            assert report["accepted"] + report["rejected"] == planted()["files"][name]["rows"]
            assert sum(report["reasons"].values()) == report["rejected"]
            with Path(report["rejected_rows"]).open(encoding="utf-8-sig", newline="") as stream:
                assert len(list(csv.DictReader(stream))) == report["rejected"]

    def test_no_phone_and_no_identity_number_of_the_hotline_texts_gets_in(self, demo):
        out, _ = demo
        cases = Workspace.open(out / "workspace.gpkg").read("cases", ["title", "address", "note"], geometry=False)
        text = "\n".join(str(value) for column in cases.columns.values() for value in column if value)
        assert "1990000" not in text
        assert "990101199" not in text

    def test_there_are_82_responsibility_grids_spread_as_planned(self, demo):
        out, _ = demo
        manifest = json.loads(resource_path("sample/sample.json").read_text(encoding="utf-8"))
        codes = Workspace.open(out / "workspace.gpkg").read("responsibility_grid", ["code"], geometry=False)["code"]
        found, counts = np.unique([code[:12] for code in codes], return_counts=True)
        assert dict(zip(found.tolist(), counts.tolist())) == manifest["scheme"]["grids_per_community"]

    def test_the_planted_hot_spots_are_hot(self, demo):
        out, _ = demo
        with fiona.open(out / "hotspots.gpkg") as layer:
            cells = [(shape(f["geometry"]), f["properties"]["hotspot"]) for f in layer]
        for spot in planted()["hot_spots"]:
            place = shapely.Point(spot["x"], spot["y"])
            assert max(hot for cell, hot in cells if cell.intersects(place)) == 3, spot["name"]

    def test_the_recurring_spot_is_there_all_year_on_one_lane(self, demo):
        out, _ = demo
        spot = planted()["recurring_spot"]
        cases = Workspace.open(out / "workspace.gpkg").read("cases", ["class_code", "lane_code"])
        near = shapely.dwithin(cases.geometry, shapely.Point(spot["x"], spot["y"]), spot["radius_m"] + 1)
        here = cases.take(near & (cases["class_code"] == spot["class_code"]))
        assert len(here) >= spot["cases"] - 2
        assert len(set(here["lane_code"])) == 1

    def test_the_stand_in_and_the_retiring_officer_are_in_the_books(self, demo):
        out, _ = demo
        workspace = Workspace.open(out / "workspace.gpkg")
        turns = set(workspace.read("post", ["turn"], {"target": "responsibility_grid"}, geometry=False)["turn"])
        assert "代班" in turns
        leaving = workspace.read("post", ["valid_to"], {"person_id": planted()["retiring"]["person"]})
        assert set(leaving["valid_to"]) == {planted()["retiring"]["on"]}

    def test_the_package_holds_what_the_workspace_holds(self, demo):
        out, _ = demo
        workspace = Workspace.open(out / "workspace.gpkg")
        for table, key in (("unit_grid", "BGID"), ("responsibility_grid", "RGCode"), ("lane", "LaneCode")):
            rows = workspace.read(table, ["code", "name"])
            with fiona.open(package_folder(out) / f"{table}.shp") as layer:
                delivered = {f["properties"][key]: f for f in layer}
            assert set(delivered) == set(rows["code"])
            for code, geometry in zip(rows["code"], rows.geometry):
                assert shapely.equals(shape(delivered[code]["geometry"]), geometry)

    def test_chinese_names_survive_in_the_shapefile(self, demo):
        out, _ = demo
        with fiona.open(package_folder(out) / "area.shp") as layer:
            assert "澄湖区（示例）" in {f["properties"]["AreaName"] for f in layer}

    def test_the_zip_is_whole_and_the_local_frame_only_a_label(self, demo):
        out, _ = demo
        (path,) = (out / "package").glob("*.zip")
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
        frame = (package_folder(out) / "unit_grid.prj").read_text(encoding="utf-8")
        assert frame.startswith("LOCAL_CS[")
        assert "DATUM" not in frame

    def test_no_phone_leaves_the_house(self, demo):
        out, _ = demo
        for path in package_folder(out).glob("*.csv"):
            assert "1990000" not in path.read_text(encoding="utf-8-sig"), path.name


def assert_exact(cells: np.ndarray, area: shapely.Geometry) -> None:
    union = shapely.union_all(cells)
    assert abs(union.area - area.area) < 1
    assert shapely.area(shapely.symmetric_difference(union, area)) < 1
    assert abs(shapely.area(cells).sum() - union.area) < 0.01
    if has_coverage_validation():
        assert is_coverage(cells)


def holes(geometry: shapely.Geometry) -> int:
    return sum(len(part.interiors) for part in shapely.get_parts(geometry))


class TestRealDistricts:
    @pytest.mark.proof
    def test_dongcheng_from_raw_gcj02_layers(self, shared, tmp_path):
        raw = shared("beijing_dongcheng/dongcheng_raw_gcj02.gpkg")
        done = run_demo("--areas", raw, "--streets", raw, "--coordinates", "gcj02", "--out", tmp_path / "东城")
        assert done.returncode == 0, done.stderr
        workspace = Workspace.open(tmp_path / "东城" / "workspace.gpkg")
        cells, areas = workspace.read("unit_grid"), workspace.read("area", where={"level": "street_office"})
        assert len(areas) == 17
        for code, area in zip(areas["code"], areas.geometry):
            inside: Rows = cells.take(cells["area_code"] == code)
            assert_exact(inside.geometry, area)
            assert holes(shapely.union_all(inside.geometry)) == holes(area)
            assert all(cell.startswith(f"{code}000") for cell in inside["code"])
        assert len(set(cells["code"])) == len(cells)
        assert shapely.area(cells.geometry).min() > 400
        assert "not given, left out" in done.stdout

    @pytest.mark.proof
    def test_jiangning_gets_larger_cells_where_numbers_run_out_and_is_told_where(self, shared, tmp_path):
        source = shared("nanjing_jiangning_east/jiangning_east.gpkg")
        done = run_demo("--areas", source, "--out", tmp_path, "--no-package", language="C.UTF-8")
        assert done.returncode == 0, done.stderr
        assert "15 areas have not numbers enough" in done.stdout


class TestBadInput:
    def test_a_missing_file_is_told_in_one_sentence_of_the_users_language(self, tmp_path):
        done = run_demo("--areas", tmp_path / "没有.shp", "--out", tmp_path / "out", language="zh_CN.UTF-8")
        assert done.returncode == 1
        assert "没有.shp" in done.stderr
        assert "Traceback" not in done.stderr

    @pytest.mark.proof
    def test_cases_without_areas_are_refused_with_how_to_call_it(self, tmp_path):
        done = run_demo("--cases", resource_path("sample/cases_2025h1.csv"), "--out", tmp_path)
        assert done.returncode == 1
        assert "AREAS=" in done.stderr

    @pytest.mark.proof
    def test_other_files_in_the_output_folder_are_left_alone(self, tmp_path):
        (tmp_path / "mine.txt").write_text("kept")
        run_demo("--areas", tmp_path / "missing.shp", "--out", tmp_path)
        assert (tmp_path / "mine.txt").read_text() == "kept"


def _chinese_places(workspace):
    """Return table and column where a reader of English sees Chinese: a value of a list is shown by its label."""
    found = set()
    for table, definition in tables().items():
        rows = workspace.read(table, geometry=False)
        listed = {c.name: {key for key, _ in value_list(c.values)} for c in definition.columns if c.values}
        for name in rows.columns:
            texts = {text for text in rows[name] if isinstance(text, str) and CHINESE.search(text)}
            if table == "change_log" and name in ("before", "after"):
                lists = {c.name for one in tables().values() for c in one.columns if c.values}
                states = [json.loads(text) for text in texts]
                texts = {str(value) for state in states for key, value in state.items() if key not in lists}
            if any(CHINESE.search(text) for text in texts - listed.get(name, set())):
                found.add((table, name))
    return sorted(found)


@pytest.mark.proof
def test_a_demo_without_a_language_is_english_in_all_that_it_makes(tmp_path):
    done = run_demo("--out", tmp_path / "demo", language="C.UTF-8")
    assert done.returncode == 0, done.stderr
    workspace = Workspace.open(tmp_path / "demo" / "workspace.gpkg")
    assert [place for place in _chinese_places(workspace) if place[0] not in OF_PACKAGES] == []
    names = workspace.read("responsibility_grid", ["name"], geometry=False)["name"].tolist()
    assert "Nanmen Community grid 1" in names


@pytest.mark.proof
def test_the_sample_of_an_english_reader_has_no_chinese_name_left(demo, tmp_path):
    copied = Path(shutil.copy(demo[0] / "workspace.gpkg", tmp_path / "workspace.gpkg"))
    before = {table: Workspace.open(copied).read(table) for table in ("unit_grid", "lane", "person", "cases")}
    write_in_english(copied)
    workspace = Workspace.open(copied)
    for table, columns in load_json("catalogues/sample_english.json")["columns"].items():
        rows = workspace.read(table, columns, geometry=False)
        for column in columns:
            left = {text for text in rows[column] if re.search("[\u4e00-\u9fff]", str(text or ""))}
            assert left == set(), (table, column)
    assert [place for place in _chinese_places(workspace) if place[0] not in OF_PACKAGES] == []
    translated = load_json("catalogues/sample_english.json")["columns"]
    for table, rows in before.items():
        now = workspace.read(table)
        names = [name for name in rows.columns if name not in translated.get(table, ())]
        for name in names:
            assert now[name].tolist() == rows[name].tolist(), (table, name)
    assert workspace.read("area", ["name"], {"code": "990101001001"})["name"].tolist() == ["Nanmen Community"]
    assert "Nanmen Community grid 1" in workspace.read("responsibility_grid", ["name"])["name"].tolist()
