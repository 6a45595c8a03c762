"""The layer rule: imports run downward only, and each layer uses only the libraries it may."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

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


@cache
def _nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return what the rules below look at: imports, calls, handlers of errors."""
    kinds = (ast.Import, ast.ImportFrom, ast.Call, ast.ExceptHandler)
    return tuple(node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, kinds))


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


@pytest.mark.parametrize("path", [p for p in MODULES if _layer(p) in BELOW], ids=_name)
def test_a_layer_imports_only_downward(path: Path):
    layer = _layer(path)
    allowed = BELOW[layer] | {layer}
    wrong = []
    for name, line in _imports(path):
        parts = name.split(".")
        if parts[0] == "gridmgmt_plugin" and len(parts) > 1 and parts[1] not in allowed:
            wrong.append(f"line {line}: {layer} imports {name}")
    assert not wrong, wrong


@pytest.mark.parametrize("path", [p for p in MODULES if _layer(p) == "core"], ids=_name)
def test_core_knows_only_the_standard_library_numpy_shapely_and_pyproj(path: Path):
    import sys

    allowed = CORE_LIBRARIES | {"gridmgmt_plugin"} | set(sys.stdlib_module_names)
    wrong = [f"line {line}: {name}" for name, line in _imports(path) if name.split(".")[0] not in allowed]
    assert not wrong, wrong


@pytest.mark.parametrize("path", [p for p in MODULES if _layer(p) in ("core", "workspace")], ids=_name)
def test_a_workspace_needs_no_qgis(path: Path):
    wrong = [f"line {line}: {name}" for name, line in _imports(path) if name.split(".")[0] in {"qgis", "processing"}]
    assert not wrong, wrong


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_the_window_is_touched_only_in_gui_and_the_plugin_class(path: Path):
    if _layer(path) == "gui" or path.name == "plugin.py":
        return
    wrong = [
        f"line {line}: {name}"
        for name, line in _imports(path)
        if name.startswith(("qgis.gui", "qgis.utils")) or "QtWidgets" in name or name.endswith(".iface")
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_qt_is_named_only_through_qgis(path: Path):
    wrong = [
        f"line {line}: {name}" for name, line in _imports(path) if name.split(".")[0] in {"PyQt5", "PyQt6", "sip"}
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_imports_are_absolute_and_nothing_prints(path: Path):
    relative = [name for name, _ in _imports(path) if name.startswith(".")]
    prints = [n.lineno for n in _nodes(path) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "print"]
    assert not relative
    assert not prints


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_holds_one_idea_in_under_400_lines(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_no_error_is_swallowed(path: Path):
    silent = [
        handler.lineno
        for handler in _nodes(path)
        if isinstance(handler, ast.ExceptHandler)
        and (handler.type is None or (len(handler.body) == 1 and isinstance(handler.body[0], ast.Pass)))
    ]
    assert not silent, f"handlers that hide an error at lines {silent}"
