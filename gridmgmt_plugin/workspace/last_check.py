"""The last check of a workspace, noted in the workspace itself, so that whoever opens it next knows how it stands."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gridmgmt_plugin.workspace.workspace import Workspace

#: The entry of ``workspace_info``.
ENTRY = "last_check"
_GESTURE = "validate"


@dataclass(frozen=True)
class CheckNote:
    """What a check left to be done and when it was made (ISO 8601, seconds).

    ``log_lines``: how long the change log was then. It only grows, so another length says that something was changed.
    """

    errors: int
    warnings: int
    at: str
    log_lines: int

    @classmethod
    def of(cls, entry: str) -> CheckNote:
        """Read what :func:`keep_check` wrote."""
        return cls(**json.loads(entry))


def keep_check(workspace: Workspace, errors: int, warnings: int, at: str, log_lines: int | None = None) -> None:
    """Note a check in its workspace.

    :param log_lines: how long the change log was when the tables were read; ``None`` takes its length now.
    :raises WorkspaceError: when the workspace cannot be written to.
    """
    lines = workspace.count("change_log") if log_lines is None else log_lines
    with workspace.transaction("", _GESTURE) as transaction:
        transaction.set_info(ENTRY, json.dumps(asdict(CheckNote(errors, warnings, at, lines))))
