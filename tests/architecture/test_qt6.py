"""Ready for QGIS 4: every name of Qt that the plugin uses is in PyQt6 under its scope, and every module loads there.

QGIS 4 itself is not needed for that. PyQt6 never gets into this process: its type stubs are read.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.imports import tree_of
from tests.architecture.qt6_loading import NO_QT
from tests.architecture.qt6_rules import faults
from tests.architecture.qt6_stubs import installed_stubs

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "gridmgmt_plugin"
# The one place that knows how QGIS holds a missing value and the type of a column, and its test.
VARIANTS = (PACKAGE / "project" / "attributes.py", ROOT / "tests" / "qgis" / "project" / "test_attributes.py")
MODULES = sorted(
    path
    for folder in ("gridmgmt_plugin", "tools", "tests/qgis", "tests/jobs", "tests/bench")
    for path in (ROOT / folder).rglob("*.py")
    if "qgis" in path.read_text(encoding="utf-8")
)
STUBS = installed_stubs()


@pytest.mark.skipif(STUBS is None, reason="PyQt6 is not installed: make lint installs what the tests need")
def test_every_module_runs_on_qt_6_as_on_qt_5():
    found = [
        f"{path.relative_to(ROOT)}:{fault.line}: {fault.text}"
        for path in MODULES
        for fault in faults(tree_of(path), STUBS, knows_variants=path in VARIANTS)
    ]
    assert len(MODULES) > 300
    assert found == []


def test_every_module_loads_on_qt_6():
    # In a process of its own: this one may have Qt 5 in it.
    command = [sys.executable, "-m", "tests.architecture.qt6_loading"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode == NO_QT:
        pytest.skip(f"PyQt6 does not load: {done.stdout.strip()}")
    assert done.returncode == 0, done.stdout + done.stderr
