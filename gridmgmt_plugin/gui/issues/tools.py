"""The tools in which issues are settled by hand, where a fix would be a guess: opened with what the issue knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gridmgmt_plugin.core.validation.catalogue import rule_infos
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.issues.places import IssuePlaces
from gridmgmt_plugin.gui.issues.table import IssueTable


def tool_of(rule: str) -> str:
    """Return the action in which issues of a rule are settled by hand, "" where none stands out."""
    info = rule_infos().get(rule)
    return "" if info is None else info.tool


def open_tool(shell: Shell, places: IssuePlaces, table: IssueTable, issues: Sequence[int]) -> None:
    """Go to the first of several issues of one rule and open their tool, with their objects chosen where it can be.

    :raises GridError: why the tool cannot be used now.
    """
    places.focus(table, issues[0])
    key = tool_of(table.text("rule")[issues[0]])
    if not shell.has_action(key):
        return
    controller: Any = shell.controller(key)
    if hasattr(controller, "take_up"):
        controller.take_up(key, [table.keys(issue) for issue in issues], table.geometry[list(issues)].tolist())
    else:
        controller.trigger(key, True)
