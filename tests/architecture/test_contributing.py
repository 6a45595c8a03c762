"""What the guides for engineers name is there: files, folders, commands."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.imports import nodes_of
from tools.draw_house import LAYERS

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ("CONTRIBUTING.md", "docs/design.md", "README.md", "README.zh-CN.md")
# Where a path in a guide may begin.
STARTS = (ROOT, ROOT / "gridmgmt_plugin", ROOT / "resources")
SUFFIXES = "py|md|json|toml|txt|yaml|svg|ts|sh"
RECIPES = (
    *("An algorithm", "A rule", "A gesture", "A table or a column"),
    *("A message", "A dock", "A catalogue of a city"),
)
_PATH = re.compile(rf"[\w.-]+(/[\w.-]+)*(/|\.({SUFFIXES}))|[\w-]+(/[\w-]+)+")
# What guides name of SQL, SQLite and QGIS.
FOREIGN = {"DEFERRABLE", "unnest", "rtreecheck", "anonymize_saved_projects"}
_NAME = re.compile(rf"({'|'.join(LAYERS)})((\.[a-z_]+)+)(\.[A-Z]\w*|\(.*\))?")


def paths_in(text: str) -> set[str]:
    """Return what a guide names: files and folders in backticks, modules by dotted names, and what links lead to."""
    marked = re.findall(r"`([^`\n]+)`", text)
    paths = {word for word in marked if _PATH.fullmatch(word)}
    names = [match for match in map(_NAME.fullmatch, marked) if match]
    modules = {f"{match[1]}{match[2].replace('.', '/')}.py" for match in names}
    links = {link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link}
    return paths | modules | links


def missing(text: str, folder: Path) -> list[str]:
    """Return the paths that do not exist, seen from the guide's folder, the repository, the package or resources."""
    starts = (folder, *STARTS)
    return sorted(path for path in paths_in(text) if not any((start / path).exists() for start in starts))


@pytest.mark.parametrize("guide", GUIDES)
def test_every_path_that_a_guide_names_exists(guide):
    path = ROOT / guide
    assert missing(path.read_text(encoding="utf-8"), path.parent) == []


def test_a_path_that_is_gone_is_noticed():
    there = "`core/rows.py`, `core.rows.Rows`, `core/`, `tr()`, `.gpkg`, `a < b`, `v0.1`"
    gone = "`core/gone.py`, `jobs/gone/`, `docs/gone`, `core.gone.Rows`, [here](docs/gone.md)"
    assert missing(there, ROOT) == []
    assert missing(gone, ROOT) == ["core/gone.py", "docs/gone", "docs/gone.md", "jobs/gone/"]
    assert missing("`core.gone.Rows`", ROOT) == ["core/gone.py"]


@cache
def names_in(path):
    """Return every name that a module defines or uses, and every text in it that could be one."""
    parts = ("name", "id", "attr", "arg", "value")
    names = (getattr(node, part, None) for node in nodes_of(path) for part in parts)
    return frozenset(name for name in names if isinstance(name, str) and name.isidentifier())


@cache
def words_in(path):
    """Return every word of a module, of its comments too: quicker than to parse those that have none of the names."""
    return frozenset(re.findall(r"\w+", path.read_text(encoding="utf-8")))


def unknown(names):
    """Return those of the names that no code of ours has; only the files that hold one as text are parsed."""
    left = set(names)
    for folder in ("gridmgmt_plugin", "tools", "tests"):
        for path in (path for path in (ROOT / folder).rglob("*.py") if path != Path(__file__)):
            if left and not left.isdisjoint(words_in(path)):
                left -= names_in(path)
    return left


def strangers(text):
    """Return the names in code letters that no code has: classes, functions, constants."""
    marked = re.findall(r"`@?([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?:\([^`]*\))?`", text)
    last = {name.rsplit(".", 1)[-1] for name in marked if not _PATH.fullmatch(name)}
    return sorted(unknown(last - FOREIGN))


@pytest.mark.parametrize("guide", ["CONTRIBUTING.md", "docs/design.md", "docs/privacy.md"])
def test_every_name_of_code_in_a_guide_exists(guide):
    assert strangers((ROOT / guide).read_text(encoding="utf-8")) == []


def test_a_name_that_no_code_has_is_noticed():
    assert strangers('`Workspace.reading()`, `core.rows.Rows`, `tr()`, `CHANGELOG.md`, `@rule("code")`') == []
    assert strangers("`Workspace.never_there()`, `NOT_THERE`") == ["NOT_THERE", "never_there"]


def test_there_are_as_many_rules_as_the_guides_say():
    rules = json.loads((ROOT / "resources" / "catalogues" / "rules.json").read_text(encoding="utf-8"))["rules"]
    assert 70 < len(rules) < 90
    told = {
        "README.md": "more than seventy rules",
        "README.zh-CN.md": "七十多条规则",
        "docs/design.md": "More than seventy",
    }
    for guide, words in told.items():
        assert words in (ROOT / guide).read_text(encoding="utf-8")


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_names_its_files_in_steps(recipe):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split(f"\n## {recipe}\n")[1].split("\n## ")[0]
    steps = re.findall(r"^\d+\. .*(?:\n {3}.*)*", section, re.MULTILINE)
    assert len(steps) >= 3
    assert len(paths_in(section)) >= 3
    assert "tests/" in section


@pytest.mark.parametrize("guide", GUIDES)
def test_every_make_target_that_a_guide_names_exists(guide):
    text = (ROOT / guide).read_text(encoding="utf-8")
    targets = set(re.findall(r"(?:`|^ {4})make ([a-z-]+)", text, re.MULTILINE))
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert targets <= known


def test_the_hooks_run_what_is_here_and_fetch_nothing():
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"repo: (\S+)", text)) == {"local"}
    assert set(re.findall(r"language: (\S+)", text)) == {"system"}
    entries = re.findall(r"entry: (.*)", text)
    assert {entry.split()[2] for entry in entries} == {"ruff", "mypy", "pytest", "tools.changelog"}
    assert all(entry.startswith(".venv/bin/python -m ") for entry in entries)
    assert not [path for path in re.findall(r"tests/\S+", text) if not (ROOT / path).is_file()]
