"""The zip that is handed to planners: installable as it is, complete, and free of our workshop."""

from __future__ import annotations

import ast
import re
import zipfile
from configparser import ConfigParser
from pathlib import Path, PurePosixPath

import pytest

from tests.architecture.imports import nodes_of
from tests.languages import LANGUAGES
from tools import package


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with zipfile.ZipFile(package.build(tmp_path_factory.mktemp("dist"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def names(archive):
    return archive.namelist()


def test_it_is_named_after_plugin_and_version(archive):
    assert archive.filename.endswith(f"gridmgmt_plugin-{package.version()}.zip")


def test_it_holds_one_folder_and_nothing_beside_it(names):
    assert {PurePosixPath(name).parts[0] for name in names} == {"gridmgmt_plugin"}


@pytest.mark.parametrize(
    "name",
    [
        "metadata.txt",
        "LICENSE",
        "__init__.py",
        "plugin.py",
        "i18n/gridmgmt_zh_CN.qm",
        "resources/icons/plugin.svg",
        "resources/messages/general.json",
    ],
)
def test_what_qgis_and_the_plugin_look_for_is_in_it(names, name):
    assert f"gridmgmt_plugin/{name}" in names


def _topics():
    """Return what help buttons of docks and dialogs are about, as their modules name it."""
    nodes = [node for path in (package.ROOT / package.NAME / "gui").rglob("*.py") for node in nodes_of(path)]
    functions = {
        node.name: [argument.arg for argument in node.args.args].index("topic")
        for node in nodes
        if isinstance(node, ast.FunctionDef) and any(argument.arg == "topic" for argument in node.args.args)
    }
    for node in nodes:
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in functions:
            at = functions[node.func.id]
            given = node.args[at] if len(node.args) > at else None
            given = next((one.value for one in node.keywords if one.arg == "topic"), given)
            if isinstance(given, ast.Constant):
                yield given.value


def test_the_manual_is_in_it_with_the_page_of_every_help_button(names):
    topics = set(_topics())
    assert {"tree", "issues", "staff"} <= topics
    wanted = {f"resources/manual/{tongue}/{topic}.html" for tongue in LANGUAGES for topic in {"index", *topics}}
    assert {name for name in wanted if f"{package.NAME}/{name}" not in names} == set()
    assert any(name.startswith(f"{package.NAME}/resources/manual/") and name.endswith(".png") for name in names)


def test_every_module_and_resource_of_the_project_is_in_it(names):
    ours = [*(package.ROOT / "gridmgmt_plugin").rglob("*.py"), *(package.ROOT / "resources").rglob("*.json")]
    expected = {path.relative_to(package.ROOT).as_posix() for path in ours}
    expected = {name if name.startswith("gridmgmt_plugin/") else f"gridmgmt_plugin/{name}" for name in expected}
    assert expected <= set(names)


def test_caches_tests_and_sources_of_the_translation_stay_out(names):
    unwanted = [
        name for name in names if "__pycache__" in name or "/tests/" in name or name.endswith((".pyc", ".ts"))
    ]
    assert not unwanted


def test_no_file_is_hidden_or_named_in_a_way_that_windows_refuses(names):
    parts = {part for name in names for part in PurePosixPath(name).parts}
    assert not {part for part in parts if part.startswith(".") or set(part) & set('<>:"|?*\\')}


def test_the_icon_that_the_metadata_names_lies_where_it_says(archive, names):
    metadata = ConfigParser()
    metadata.read_string(archive.read("gridmgmt_plugin/metadata.txt").decode("utf-8"))
    assert f"gridmgmt_plugin/{metadata['general']['icon']}" in names


def test_no_module_in_it_names_a_tool_of_the_workshop(archive, names):
    for name in (name for name in names if name.endswith(".py")):
        path = package.ROOT / name.replace("gridmgmt_plugin/resources/", "resources/")
        assert archive.read(name) == path.read_bytes()
        nodes = nodes_of(path)
        imported = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        imported |= {a.name for node in nodes if isinstance(node, ast.Import) for a in node.names}
        assert not {module for module in imported if module.split(".")[0] in {"tools", "tests"}}, name


def test_the_same_project_gives_the_same_bytes_and_nothing_unfinished_stays_beside_it(archive, tmp_path):
    target = package.build(tmp_path)
    assert target.read_bytes() == Path(archive.filename).read_bytes()
    assert list(tmp_path.iterdir()) == [target]


def test_a_sample_workspace_that_was_built_travels_with_it(tmp_path):
    sample = tmp_path / "sample"
    sample.mkdir()
    for name in ("workspace.gpkg", "workspace.qgz", "hotspots.png"):
        (sample / name).write_bytes(name.encode())
    with zipfile.ZipFile(package.build(tmp_path / "dist", sample)) as archive:
        folder = "gridmgmt_plugin/resources/sample/workspace/"
        assert archive.read(f"{folder}workspace.gpkg") == b"workspace.gpkg"
        assert f"{folder}workspace.qgz" in archive.namelist()
        assert f"{folder}hotspots.png" not in archive.namelist()


@pytest.mark.parametrize("module", ["tools.package", "tools.install", "tools.run_qgis"])
def test_what_puts_the_sample_into_a_package_makes_it_first(module):
    """In a fresh checkout there is none yet."""
    makefile = (package.ROOT / "Makefile").read_text(encoding="utf-8")
    rule = re.search(
        rf"^[a-z]+:([^#\n]*)##[^\n]*\n(?:\t[^\n]*\n)*?\t[^\n]*-m {re.escape(module)}\b", makefile, re.MULTILINE
    )
    assert rule is not None
    assert "out/sample/workspace.qgz" in rule[1].split()
