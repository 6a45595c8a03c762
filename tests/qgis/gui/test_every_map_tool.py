"""Every tool that the plugin puts on the map is laid down when the workspace goes, also one still to come."""

from __future__ import annotations

import ast
import importlib
from operator import attrgetter
from pathlib import Path

import pytest
from qgis.gui import QgsMapTool

import gridmgmt_plugin.gui
from gridmgmt_plugin.gui.editing.controller import TOOLS, ZONE_TOOLS
from tests.qgis.workspace_window import tasks_done, wait_for

GUI = Path(gridmgmt_plugin.gui.__file__).parent
OF_TOOLBAR = (*TOOLS.values(), *ZONE_TOOLS.values())
# Tools outside the editing toolbar: who holds one, by its module.
HOLDERS = {
    "people/asking.py": "ask_here",
    "people/ownership_desk.py": "ownership",
    "lanes/officers_desk.py": "lane_officers",
    "intake/waiting_desk.py": "waiting_cases",
}
#: Those that are taken up by a button of their dock: which.
PICKERS = {"ownership": "picker", "lane_officers": "assigning.brush", "waiting_cases": "picker"}


@pytest.fixture
def classes():
    """Return every class of ours that stands behind a tool in hand: map tools that no other is made from."""
    for path in sorted(GUI.rglob("*.py")):
        if path.name != "__init__.py" and "QgsMapTool" in path.read_text(encoding="utf-8"):
            importlib.import_module(".".join(("gridmgmt_plugin.gui", *path.relative_to(GUI).with_suffix("").parts)))
    for place in OF_TOOLBAR:
        module = place.partition(":")[0]
        importlib.import_module(module if "." in module else f"gridmgmt_plugin.gui.editing.{module}")
    names = {place.partition(":")[2] for place in OF_TOOLBAR}
    found, waiting = set(), [QgsMapTool]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        ours = [one for one in below if one.__module__.startswith("gridmgmt_plugin")]
        found |= {one for one in ours if one.__name__ in names or not one.__subclasses__()}
    return found


def test_no_map_tool_is_left_out(classes):
    of_toolbar = {place.partition(":")[2] for place in OF_TOOLBAR}
    others = {one.__name__ for one in classes} - of_toolbar
    assert of_toolbar <= {one.__name__ for one in classes}
    made = set()
    for path in GUI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in others:
                made.add(path.relative_to(GUI).as_posix())
    assert made == set(HOLDERS)


@pytest.mark.daily(1)
@pytest.mark.parametrize("key", HOLDERS.values())
def test_a_tool_that_asks_is_laid_down_with_the_workspace(shell, key):
    canvas = shell.iface.mapCanvas()
    shell.action(key).trigger()
    wait_for(tasks_done)
    if key in PICKERS:
        attrgetter(PICKERS[key])(shell.controller(key).dock).click()
    assert type(canvas.mapTool()).__module__.startswith("gridmgmt_plugin")
    shell.session.close_workspace()
    wait_for(tasks_done)
    assert not type(canvas.mapTool()).__module__.startswith("gridmgmt_plugin")
    if key in PICKERS:
        assert not attrgetter(PICKERS[key])(shell.controller(key).dock).isChecked()
