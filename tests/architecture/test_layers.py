"""The layer rule: imports run downward only, and each layer uses only the libraries it may."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from tests.architecture.imports import nodes_of

PACKAGE = Path(__file__).resolve().parents[2] / "gridmgmt_plugin"
MODULES = sorted(PACKAGE.rglob("*.py"))

# A layer may import itself and what stands to its right.
BELOW = {
    "core": set(),
    "workspace": {"core"},
    "exchange": {"workspace", "core"},
    "project": {"workspace", "core"},
    "editing": {"project", "workspace", "core"},
    "jobs": {"exchange", "project", "workspace", "core"},
    "processing": {"jobs", "exchange", "project", "workspace", "core"},
    "gui": {"processing", "jobs", "editing", "exchange", "project", "workspace", "core"},
}
CORE_LIBRARIES = {"numpy", "shapely", "pyproj"}
# What needs nothing beyond core and is of jobs all the same, with the reason.
OF_JOBS = {
    "jobs/handover/coming_back/other_cells.py": "one step of taking a package back, between others that read it",
}


@cache
def _nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return what the rules below look at: imports, calls, handlers of errors."""
    kinds = (ast.Import, ast.ImportFrom, ast.Call, ast.ExceptHandler)
    return tuple(node for node in nodes_of(path) if isinstance(node, kinds))


@cache
def _imports(path: Path) -> tuple[tuple[str, int], ...]:
    found = []
    for node in _nodes(path):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            found.append(("." * node.level + base, node.lineno))
            found += [(f"{base}.{alias.name}", node.lineno) for alias in node.names if not node.level]
    return tuple(found)


def _layer(path: Path) -> str | None:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else None


def _name(path: Path) -> str:
    return str(path.relative_to(PACKAGE.parent))


def _told(paths: Iterable[Path], wrong: Callable[[Path], list[str]]) -> list[str]:
    """Return what is wrong in which module: one test looks through all, as thousands of tests would cost more."""
    return [f"{_name(path)}: {text}" for path in paths for text in wrong(path)]


def _imports_that(path: Path, is_wrong: Callable[[str], bool]) -> list[str]:
    return [f"line {line}: {name}" for name, line in _imports(path) if is_wrong(name)]


def _of(*layers: str) -> list[Path]:
    return [path for path in MODULES if _layer(path) in layers]


def test_a_layer_imports_only_downward():
    def upward(path: Path) -> list[str]:
        layer = _layer(path)
        allowed = BELOW[layer] | {layer}
        parts = {name: name.split(".") for name, _ in _imports(path)}
        ours = {name for name, part in parts.items() if part[0] == "gridmgmt_plugin" and len(part) > 1}
        return _imports_that(path, lambda name: name in ours and parts[name][1] not in allowed)

    assert len(_of(*BELOW)) > 500
    assert _told(_of(*BELOW), upward) == []


def test_core_knows_only_the_standard_library_numpy_shapely_and_pyproj():
    allowed = CORE_LIBRARIES | {"gridmgmt_plugin"} | set(sys.stdlib_module_names)
    assert _told(_of("core"), lambda path: _imports_that(path, lambda name: name.split(".")[0] not in allowed)) == []


def test_what_a_job_works_out_with_core_alone_stands_in_core():
    """Whoever looks for it looks by its subject, and tests try it without a workspace."""

    def ours(path: Path) -> set[str]:
        return {name.split(".")[1] for name, _ in _imports(path) if name.startswith("gridmgmt_plugin.")}

    modules = [path for path in _of("jobs") if path.name != "__init__.py"]
    assert {path.relative_to(PACKAGE).as_posix() for path in modules if ours(path) <= {"core"}} == set(OF_JOBS)


def test_a_workspace_needs_no_qgis():
    foreign = {"qgis", "processing"}
    found = _told(
        _of("core", "workspace"), lambda path: _imports_that(path, lambda name: name.split(".")[0] in foreign)
    )
    assert found == []


def _is_of_the_window(name: str) -> bool:
    return name.startswith(("qgis.gui", "qgis.utils")) or "QtWidgets" in name or name.endswith(".iface")


def test_the_window_is_touched_only_in_gui_and_the_plugin_class():
    others = [path for path in MODULES if _layer(path) != "gui" and path.name != "plugin.py"]
    assert _told(others, lambda path: _imports_that(path, _is_of_the_window)) == []


def test_qt_is_named_only_through_qgis():
    direct = {"PyQt5", "PyQt6", "sip"}
    assert _told(MODULES, lambda path: _imports_that(path, lambda name: name.split(".")[0] in direct)) == []


def test_imports_are_absolute_and_nothing_prints():
    def prints(path: Path) -> list[str]:
        calls = (node for node in _nodes(path) if isinstance(node, ast.Call))
        return [f"line {call.lineno}: print" for call in calls if getattr(call.func, "id", "") == "print"]

    assert _told(MODULES, lambda path: _imports_that(path, lambda name: name.startswith("."))) == []
    assert _told(MODULES, prints) == []


def test_a_module_holds_one_idea_in_under_400_lines():
    lines = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: count for name, count in lines.items() if count > 400} == {}


def test_no_error_is_swallowed():
    def silent(path: Path) -> list[str]:
        return [
            f"line {handler.lineno}: an error is hidden"
            for handler in _nodes(path)
            if isinstance(handler, ast.ExceptHandler)
            and (handler.type is None or (len(handler.body) == 1 and isinstance(handler.body[0], ast.Pass)))
        ]

    assert _told(MODULES, silent) == []
