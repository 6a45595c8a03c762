"""Everything that the plugin says in QGIS's message bar goes through one door, which keeps it to one sentence."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.imports import nodes_of

PACKAGE = Path(__file__).resolve().parents[2] / "gridmgmt_plugin"
DOOR = "gui/frame/message_door.py"
SPEAKING = {"pushMessage", "pushWidget", "pushItem", "pushSuccess", "pushCritical", "createMessage"}


def _speakers() -> set[str]:
    return {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute) and node.attr in SPEAKING
    }


def test_nobody_but_the_door_speaks_in_the_bar():
    assert _speakers() == {DOOR}
