"""What is to be saved of the unit grids' layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gridmgmt_plugin.editing.gestures.buffer import PendingEdits
from gridmgmt_plugin.editing.saving.versions import ReadVersions
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.gestures import Gesture, GridStep


@dataclass(frozen=True, eq=False)
class Edits:
    """``versions``: of the rows when they were edited. ``gestures``: those that still stand."""

    pending: PendingEdits
    versions: ReadVersions
    gestures: Sequence[Gesture]
    act: Act

    @property
    def steps(self) -> list[GridStep]:
        """Return what was painted."""
        return [gesture.grids for gesture in self.gestures if gesture.grids is not None]
