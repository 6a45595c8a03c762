"""Read a file that was chosen, in the background, and say what its columns seem to be."""

from __future__ import annotations

from collections.abc import Callable

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.gui.issues.job_task import JobTask
from gridmgmt_plugin.jobs.intake.column_proposal import ColumnProposal, propose_columns
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.light.opening import read_entries
from gridmgmt_plugin.workspace.location import Location

Proposed = Callable[["ColumnProposal | None", "GridError | None"], None]


def read_proposal(
    location: Location, path: str, kind: str, encoding: str, coordinates: str, on_done: Proposed
) -> JobTask:
    """Begin to read ``path``; ``on_done`` gets the proposal, or what stands in the way."""

    def job(progress: Progress) -> ColumnProposal:
        from gridmgmt_plugin.exchange.reading import read_source  # noqa: PLC0415  needs numpy

        frame = WorkspaceInfo.from_entries(read_entries(location)).frame
        source = read_source(path, encoding=encoding, progress=progress)
        return propose_columns(source, kind, frame, coordinates)

    return JobTask(tr("Reading the file"), job, on_done).start()
