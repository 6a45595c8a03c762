"""Receiver profiles that a workspace keeps, as text in its information: they travel with it, in a file and in a
database alike.
"""

from __future__ import annotations

import json
from typing import Any

from gridmgmt_plugin.core.release.profile_names import ENTRY, kept_names
from gridmgmt_plugin.workspace.opened_workspace import OpenedWorkspace
from gridmgmt_plugin.workspace.transaction import Transaction


def kept_profiles(workspace: OpenedWorkspace) -> dict[str, Any]:
    """Return name → content of the profiles that are kept now, by name."""
    rows = workspace.read("workspace_info", ["key", "value"], geometry=False)
    entries = dict(zip(rows["key"], rows["value"]))
    return {name: json.loads(entries[ENTRY + name]) for name in kept_names(entries)}


def keep_profile(transaction: Transaction, name: str, content: Any) -> None:
    """Keep a profile under a name in place of the one before; ``None`` gives it up."""
    transaction.set_info(ENTRY + name, "" if content is None else json.dumps(content, ensure_ascii=False))
