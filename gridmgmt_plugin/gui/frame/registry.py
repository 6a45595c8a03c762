"""Who answers which action: names of classes, imported at the first click and not before."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from gridmgmt_plugin.gui.frame.shell import Shell


class Controller(Protocol):
    """A part of the window: built with the shell at the first click, closed when the plugin is unloaded."""

    def __init__(self, shell: Shell) -> None: ...

    def trigger(self, key: str, checked: bool) -> None:  # noqa: FBT001  Qt's signal hands it over by position
        """Do what the action ``key`` stands for; ``checked`` is its new state if it is checkable."""

    def close(self) -> None:
        """Take everything out of QGIS that this controller put in."""


#: Answers to actions with an algorithm, unless CONTROLLERS names something better for the key.
ALGORITHM_CONTROLLER = "gridmgmt_plugin.gui.frame.algorithm_dialogs:AlgorithmDialogs"

#: Action key → "module:class". One object of a class serves all its keys.
CONTROLLERS: dict[str, str] = {
    "open_workspace": "gridmgmt_plugin.gui.opening.workspace_actions:WorkspaceActions",
    "open_postgis": "gridmgmt_plugin.gui.opening.open_postgis:OpenPostgis",
    "open_sample": "gridmgmt_plugin.gui.opening.workspace_actions:WorkspaceActions",
    "close_workspace": "gridmgmt_plugin.gui.opening.workspace_actions:WorkspaceActions",
    "settings": "gridmgmt_plugin.gui.opening.workspace_actions:WorkspaceActions",
    "tree": "gridmgmt_plugin.gui.tree.controller:Tree",
    "heat_map": "gridmgmt_plugin.gui.frame.heat_map:HeatMap",
    "issues": "gridmgmt_plugin.gui.issues.controller:Issues",
    "about": "gridmgmt_plugin.gui.frame.about:About",
    "draw": "gridmgmt_plugin.gui.editing.controller:Editing",
    "split": "gridmgmt_plugin.gui.editing.controller:Editing",
    "merge": "gridmgmt_plugin.gui.editing.controller:Editing",
    "reshape": "gridmgmt_plugin.gui.editing.controller:Editing",
    "vertex": "gridmgmt_plugin.gui.editing.controller:Editing",
    "absorb": "gridmgmt_plugin.gui.editing.controller:Editing",
    "take_back": "gridmgmt_plugin.gui.editing.controller:Editing",
    "enclose": "gridmgmt_plugin.gui.editing.controller:Editing",
}

#: Actions whose controllers are built as soon as a workspace is open: they show something of it by themselves.
FOLLOWING = ("tree", "heat_map", "split")


def controller_class(name: str) -> type[Controller]:
    """Import and return the class named ``module:class``."""
    module, _, attribute = name.partition(":")
    return cast("type[Controller]", getattr(importlib.import_module(module), attribute))
