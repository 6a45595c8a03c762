"""There is one door to QGIS's message bar; what goes round it would stand beside our other message, uncut."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.imports import nodes_of

PLUGIN = Path(__file__).resolve().parents[2] / "gridmgmt_plugin"
DOOR = PLUGIN / "gui" / "frame" / "message_door.py"
SPEAKING = {"pushMessage", "pushWidget", "pushItem", "createMessage"}
SPEAKING |= {"pushInfo", "pushSuccess", "pushWarning", "pushCritical"}


def speakers():
    for path in PLUGIN.rglob("*.py"):
        calls = (node for node in nodes_of(path) if isinstance(node, ast.Call))
        names = {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}
        if names & SPEAKING:
            yield path


def test_only_the_door_speaks_in_the_message_bar():
    assert list(speakers()) == [DOOR]
