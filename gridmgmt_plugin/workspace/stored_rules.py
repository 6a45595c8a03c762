"""What the schemes of a workspace ask of their grids, as it is stored now."""

from __future__ import annotations

from gridmgmt_plugin.core.responsibility.scheme_rules import ENTRY, SchemeRules, read_scheme_rules
from gridmgmt_plugin.workspace.workspace import Workspace


def stored_rules(workspace: Workspace) -> dict[str, SchemeRules]:
    """Return the rules of the schemes that have any: key → rules.

    ``workspace.info`` would say what they were when the workspace was opened.

    :raises InputError: what :func:`~gridmgmt_plugin.core.responsibility.scheme_rules.read_scheme_rules` raises.
    """
    entry = workspace.read("workspace_info", ["value"], {"key": ENTRY}, geometry=False)
    return read_scheme_rules(entry["value"][0] if len(entry) else None)
