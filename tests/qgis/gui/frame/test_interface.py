"""What the plugin asks of QGIS's window exists there, in this version of QGIS; what the tests' windows answer too."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from qgis.gui import QgisInterface

from tests.qgis.fake_window import FakeIface
from tests.qgis.gui.editing.tool_window import DrawingIface
from tests.qgis.gui.opening.test_open_postgis import ManagerIface
from tests.qgis.workspace_window import MapIface

PACKAGE = Path(__file__).resolve().parents[4] / "gridmgmt_plugin"
_CALL_OF_QGIS = re.compile(r"[a-z]+[A-Z]\w*")


def _asked(path):
    """Return the attributes of whatever is called ``iface`` in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", None)
            if name in ("iface", "_iface"):
                yield node.attr


def test_everything_that_is_asked_of_qgiss_window_is_there(qgis_app):
    asked = {(path.name, name) for path in PACKAGE.rglob("*.py") for name in _asked(path)}

    assert len(asked) > 20
    assert sorted(pair for pair in asked if not hasattr(QgisInterface, pair[1])) == []


@pytest.mark.parametrize("window", [FakeIface, MapIface, DrawingIface, ManagerIface])
def test_a_window_of_the_tests_answers_nothing_that_qgiss_own_does_not(qgis_app, window):
    answered = [name for name in vars(window) if _CALL_OF_QGIS.fullmatch(name)]

    assert answered
    assert [name for name in answered if not hasattr(QgisInterface, name)] == []
