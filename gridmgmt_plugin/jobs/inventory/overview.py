"""What the dock of the inventory shows: components to be counted, and what is wrong with them, of one moment."""

from __future__ import annotations

from dataclasses import dataclass

from gridmgmt_plugin.jobs.inventory.code_pairs import CodePair, find_pairs
from gridmgmt_plugin.jobs.inventory.component_problems import Problems, find_problems
from gridmgmt_plugin.jobs.inventory.inventory import Inventory
from gridmgmt_plugin.workspace.workspace import Workspace


@dataclass(frozen=True, eq=False)
class Overview:
    """The components, what is wrong with them, and which of them bore another code."""

    inventory: Inventory
    problems: Problems
    pairs: tuple[CodePair, ...]


def read_overview(workspace: Workspace, scheme: str | None) -> Overview:
    """Read all in one state. ``scheme``: see :class:`.Inventory`.

    :raises WorkspaceError: ``inventory_empty``.
    """
    with workspace.reading() as state:
        return Overview(Inventory(state, scheme), find_problems(state), find_pairs(state))
