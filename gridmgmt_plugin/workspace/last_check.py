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
#: Gestures and tables of the change log that change nothing of what was checked: a release, which is checked as it is
#: made, what becomes of it, and what the workspace notes about itself.
NO_CHANGE_GESTURES = ("export_package",)
ABOUT_RELEASES = ("release", "release_item", "handover_log", "workspace_info")


@dataclass(frozen=True)
class CheckNote:
    """What a check left to be done and when it was made (ISO 8601, seconds).

    ``log_lines``: how many lines of the change log told of changes then, see :func:`lines_of_changes`. They only
    become more, so another number says that something was changed.
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

    :param log_lines: :func:`lines_of_changes` when the tables were read; ``None`` counts them now.
    :raises WorkspaceError: when the workspace cannot be written to.
    """
    lines = lines_of_changes(workspace) if log_lines is None else log_lines
    with workspace.transaction("", _GESTURE) as transaction:
        transaction.set_info(ENTRY, json.dumps(asdict(CheckNote(errors, warnings, at, lines))))


def lines_of_changes(workspace: Workspace) -> int:
    """Return how many lines of the change log tell of changes of what a check looks at."""
    rows, times = workspace.count_by("change_log", ["gesture", "table_name"])
    told = zip(rows["gesture"], rows["table_name"], times.tolist()) if len(times) else ()
    return sum(
        count for gesture, table, count in told if gesture not in NO_CHANGE_GESTURES and table not in ABOUT_RELEASES
    )
