"""Without a window: two steps of the work through ``qgis_process``, as a nightly job on a server runs them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig

import pytest

from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.small_district import write_areas, write_streets
from tools.install import enable, install

# Debian's wrapper "qgis_process" passes an option that the program refuses.
PROGRAM = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="qgis_process is not installed")


class Headless:
    """``qgis_process`` with a profile of its own in which the plugin is installed."""

    def __init__(self, folder):
        self._environment = {
            **os.environ,
            "QGIS_CUSTOM_CONFIG_PATH": str(folder),
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "PYTHONPATH": sysconfig.get_path("purelib"),
            "LC_ALL": "C.UTF-8",
        }
        (folder / "run").mkdir(mode=0o700, parents=True)
        profile = folder / "profiles" / "default"
        install(profile)
        enable(profile)
        self.settings = profile / "QGIS" / "QGIS3.ini"

    def __call__(self, algorithm, *options, **parameters):
        """Run an algorithm; return the exit code, what ``--json`` printed, and what was complained about."""
        given = [f"--{name}={value}" for name, value in parameters.items()]
        command = [PROGRAM, *options, "run", f"gridmgmt:{algorithm}", *given]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, timeout=900, check=False, encoding="utf-8"
        )
        content = json.loads(done.stdout) if "--json" in options and done.returncode == 0 else None
        return done.returncode, content, done.stdout + done.stderr


@pytest.fixture(scope="module")
def headless(tmp_path_factory):
    return Headless(tmp_path_factory.mktemp("qgis 配置"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("headless") / "示例 区"
    write_areas(made)
    write_streets(made)
    return made


@pytest.fixture(scope="module")
def chain(headless, folder):
    workspace = folder / "网格 库.gpkg"
    areas = f"{folder / '社区 界线.gpkg'}|layername=社区 界线"
    first = headless("createworkspace", "--json", AREAS=areas, COORDINATES="crs", OUTPUT=workspace)
    streets = folder / "道路 中心线.gpkg"
    second = headless(
        "generateunitgrids", "--json", WORKSPACE=workspace, STREETS=streets, REPORT=folder / "报告.json"
    )
    return workspace, first, second


def test_two_steps_give_coded_unit_grids(chain):
    workspace, (first, created, complaint), (second, drawn, more) = chain
    assert first == 0, complaint
    assert second == 0, more
    assert created["results"]["OUTPUT"] == str(workspace)
    cells = Workspace.open(workspace).read("unit_grid")
    assert drawn["results"]["COUNT"] == len(cells) > 20
    assert all(len(code) == 15 for code in cells["code"])


@pytest.mark.proof
def test_a_sign_is_made_without_a_window(chain, headless, folder):
    code, lanes, told = headless("importlanes", "--json", WORKSPACE=chain[0], STREETS=folder / "道路 中心线.gpkg")
    assert code == 0, told
    code, made, told = headless("lanepapers", "--json", WORKSPACE=chain[0], KIND="sign", FOLDER=folder / "公示牌")
    assert code == 0, told
    assert made["results"]["COUNT"] == lanes["results"]["COUNT"] > 0
    (sign,) = (folder / "公示牌").glob("*.pdf")
    assert sign.read_bytes().startswith(b"%PDF")


def test_the_report_lies_where_it_was_asked_for(chain, folder):
    content = json.loads((folder / "报告.json").read_text(encoding="utf-8"))
    assert content["accepted"] == chain[2][1]["results"]["COUNT"]


def test_what_is_wrong_is_told_in_chinese_with_an_exit_code(chain, headless, folder):
    before = headless.settings.read_text(encoding="utf-8") if headless.settings.exists() else ""
    chosen = "\n[locale]\noverrideFlag=true\nuserLocale=zh-Hans\n"
    headless.settings.write_text(before + chosen, encoding="utf-8")
    try:
        code, _, told = headless("generateunitgrids", WORKSPACE=chain[0], STREETS=folder / "道路 中心线.gpkg")
    finally:
        headless.settings.write_text(before, encoding="utf-8")
    assert code == 1
    assert "所选范围内已有" in told
    assert "Traceback" not in told


@pytest.mark.proof
def test_a_choice_that_is_unknown_is_told_with_those_there_are(headless, folder):
    target = folder / "另一个.gpkg"
    areas = folder / "社区 界线.gpkg"
    code, _, told = headless("createworkspace", AREAS=areas, COORDINATES="gps", OUTPUT=target)
    assert code == 1
    assert "crs, lonlat, gcj02, bd09" in told
    assert not target.exists()
