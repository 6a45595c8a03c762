"""A city's own templates of papers, kept as text in the information of the workspace: they travel with it, in a file
and in a database alike.
"""

from __future__ import annotations

from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.transaction import Transaction

_ENTRY = "paper_template:"


def own_template(info: WorkspaceInfo, kind: str) -> str | None:
    """Return the template that the workspace keeps for a kind of paper, ``None`` when it keeps none."""
    return info.more.get(_ENTRY + kind) or None


def keep_template(transaction: Transaction, kind: str, template: str) -> None:
    """Keep a template for a kind of paper; "" gives it up."""
    transaction.set_info(_ENTRY + kind, template)
