"""What was done about open hand-overs, for whoever opened the workspace to say."""

from __future__ import annotations

from gridmgmt_plugin.core.messages import Message

_TOLD: list[Message] = []


def tell(message: Message) -> None:
    """Keep a message until somebody can show it."""
    _TOLD.append(message)


def settled_handovers() -> list[Message]:
    """Return what was done about open hand-overs since this was last asked: somebody should tell the planner."""
    found = list(_TOLD)
    _TOLD.clear()
    return found
