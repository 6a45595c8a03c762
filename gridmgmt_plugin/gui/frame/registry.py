"""The controllers of the window by the names of their classes: which always live, and which answer an action.

A module is imported when its controller is built and not before.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, Protocol, cast


class Controller(Protocol):
    """A part of the window, closed when the plugin is unloaded."""

    def trigger(self, key: str, checked: bool) -> None:  # noqa: FBT001  Qt's signal hands it over by position
        """Do what the action ``key`` stands for; ``checked`` is its new state if it is checkable."""

    def close(self) -> None:
        """Take everything out of QGIS that this controller put in."""


#: Makes a controller, which is given the shell that it belongs to.
ControllerClass = Callable[[Any], Controller]

#: Built with the window, whatever the menu offers, and alive until the plugin is unloaded: the guard of every save,
#: the page in QGIS's Options, the lists in forms, the functions of expressions and the watch over tasks.
ALWAYS = (
    "gridmgmt_plugin.gui.editing.controller:Editing",
    "gridmgmt_plugin.gui.map.map_watch:MapWatch",
    "gridmgmt_plugin.gui.frame.options:Options",
    "gridmgmt_plugin.gui.forms.controller:Forms",
    "gridmgmt_plugin.gui.frame.expressions:Expressions",
    "gridmgmt_plugin.gui.frame.task_watch:TaskWatch",
)

#: Built when the first workspace is opened or somebody asks for them, and alive until the plugin is unloaded: what
#: follows colleagues. QGIS's start need not load it.
WITH_WORKSPACE = (
    "gridmgmt_plugin.gui.beside.presence_watch:PresenceWatch",
    "gridmgmt_plugin.gui.beside.controller:Beside",
    "gridmgmt_plugin.gui.beside.upgrade_watch:UpgradeWatch",
)

#: Answers to actions with an algorithm, unless CONTROLLERS names something better for the key.
ALGORITHM_CONTROLLER = "gridmgmt_plugin.gui.jobs.controller:Jobs"

#: Action key → "module:class". One object of a class serves all its keys.
CONTROLLERS: dict[str, str] = {
    "open_workspace": "gridmgmt_plugin.gui.opening.workspace_actions:WorkspaceActions",
    "open_postgis": "gridmgmt_plugin.gui.opening.open_postgis:OpenPostgis",
    "open_sample": "gridmgmt_plugin.gui.opening.workspace_actions:WorkspaceActions",
    "close_workspace": "gridmgmt_plugin.gui.opening.workspace_actions:WorkspaceActions",
    "settings": "gridmgmt_plugin.gui.opening.workspace_actions:WorkspaceActions",
    "tree": "gridmgmt_plugin.gui.tree.controller:Tree",
    "heat_map": "gridmgmt_plugin.gui.map.heat_map:HeatMap",
    "case_figures": "gridmgmt_plugin.gui.casefigures.desk:CaseFiguresDesk",
    "component_inventory": "gridmgmt_plugin.gui.inventory.desk:InventoryDesk",
    "waiting_cases": "gridmgmt_plugin.gui.intake.waiting_desk:WaitingCases",
    "ledgers": "gridmgmt_plugin.gui.ledgers.desk:LedgersDesk",
    "handover_guide": "gridmgmt_plugin.gui.handover.guide_desk:HandoverGuideDesk",
    "releases": "gridmgmt_plugin.gui.handover.desk:ReleasesDesk",
    "receiver_profiles": "gridmgmt_plugin.gui.receivers.controller:ReceiverProfiles",
    "duty_list": "gridmgmt_plugin.gui.people.duty_desk:DutyDesk",
    "ownership": "gridmgmt_plugin.gui.people.ownership_desk:OwnershipDesk",
    "ask_here": "gridmgmt_plugin.gui.people.asking:Asking",
    "inspect_lanes": "gridmgmt_plugin.gui.inspection.inspection_desk:InspectionDesk",
    "issues": "gridmgmt_plugin.gui.issues.controller:Issues",
    "lane_officers": "gridmgmt_plugin.gui.lanes.officers_desk:LaneOfficers",
    "staff": "gridmgmt_plugin.gui.people.controller:Staff",
    "paper_templates": "gridmgmt_plugin.gui.papers.controller:PaperTemplates",
    "schemes": "gridmgmt_plugin.gui.schemes.controller:Schemes",
    "manual": "gridmgmt_plugin.gui.frame.about:Manual",
    "about": "gridmgmt_plugin.gui.frame.about:About",
    "draw": "gridmgmt_plugin.gui.editing.controller:Editing",
    "split": "gridmgmt_plugin.gui.editing.controller:Editing",
    "merge": "gridmgmt_plugin.gui.editing.controller:Editing",
    "reshape": "gridmgmt_plugin.gui.editing.controller:Editing",
    "vertex": "gridmgmt_plugin.gui.editing.controller:Editing",
    "absorb": "gridmgmt_plugin.gui.editing.controller:Editing",
    "take_back": "gridmgmt_plugin.gui.editing.controller:Editing",
    "enclose": "gridmgmt_plugin.gui.editing.controller:Editing",
    "paint": "gridmgmt_plugin.gui.editing.controller:Editing",
    "lane_make": "gridmgmt_plugin.gui.editing.controller:Editing",
    "lane_draw": "gridmgmt_plugin.gui.editing.controller:Editing",
    "lane_extend": "gridmgmt_plugin.gui.editing.controller:Editing",
    "lane_split": "gridmgmt_plugin.gui.editing.controller:Editing",
    "lane_merge": "gridmgmt_plugin.gui.editing.controller:Editing",
    "lane_reverse": "gridmgmt_plugin.gui.editing.controller:Editing",
    "lane_abolish": "gridmgmt_plugin.gui.editing.controller:Editing",
}

#: Actions whose controllers are built as soon as a workspace is open: they show something of it by themselves.
FOLLOWING = ("tree", "heat_map")


def controller_class(name: str) -> ControllerClass:
    """Import and return the class named ``module:class``."""
    module, _, attribute = name.partition(":")
    return cast("ControllerClass", getattr(importlib.import_module(module), attribute))
