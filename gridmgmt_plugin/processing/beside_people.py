"""Jobs in a database whose planners save on: they are announced, and begin anew where they were overtaken."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.workspace.location import GeoPackageLocation

if TYPE_CHECKING:
    from gridmgmt_plugin.workspace.workspace import Workspace

# What is told to a job that others were quicker than, or that did not get its turn.
_OVERTAKEN = (
    "row_changed_meanwhile",
    "package_workspace_changed",
    "workspace_locked",
    "workspace_paused",
    "pause_held",
    "workspace_table_held",
    "workspace_part_held",
)


@dataclass
class Reading:
    """What a run of an algorithm reads, from its beginning until ``ends`` is closed.

    ``holds_off``: nobody may write to a file until the job does, nor to a database until it has ended.
    ``opened``: the workspaces that the job may write to, each in one state.
    """

    ends: ExitStack
    holds_off: bool = False
    opened: list[Workspace] = field(default_factory=list)

    def in_one_state(self, algorithm: Any, workspace: Workspace, author: Callable[[], str]) -> Workspace:
        """Return a workspace that was opened as the job reads it; one that writes is announced to everybody in the
        same database.

        :raises WorkspaceError: see :meth:`gridmgmt_plugin.workspace.workspace.Workspace.announced`.
        """
        rehearses = getattr(algorithm, "rehearses", False)
        if algorithm.writes and not rehearses and not self.opened:
            self.ends.enter_context(workspace.announced(author(), algorithm.KEY, with_pause=self.holds_off))
        state = self.ends.enter_context(workspace.reading() if self.holds_off else workspace.steady())
        if rehearses:
            from gridmgmt_plugin.workspace.rehearsal import rehearsed  # noqa: PLC0415  needs numpy

            return rehearsed(state)
        self.opened.append(state)
        return state

    def may_begin_anew(self, algorithm: Any, refused: GridError) -> bool:
        """Tell whether the job may begin anew: others kept it from writing to a database, and nothing of it is
        written or sent.
        """
        is_shared = self.opened and not any(isinstance(one.location, GeoPackageLocation) for one in self.opened)
        overtaken = is_shared and algorithm.BEGINS_ANEW and refused.code in _OVERTAKEN
        return bool(overtaken) and not any(workspace.has_written for workspace in self.opened)
