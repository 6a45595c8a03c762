"""Read what was chosen, a file or a layer, in the background, and say what its columns seem to be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingContext, QgsProject

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.exchange.reading import list_layers
from gridmgmt_plugin.gui.issues.job_task import JobTask
from gridmgmt_plugin.jobs.intake.column_proposal import ColumnProposal, propose_columns
from gridmgmt_plugin.processing.sources import FileInput, read_input, take_input
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.light.opening import read_entries
from gridmgmt_plugin.workspace.location import Location

if TYPE_CHECKING:
    from gridmgmt_plugin.processing.sources import LayerInput

Offered = Callable[["list[str] | None", "GridError | None"], None]
Proposed = Callable[["ColumnProposal | None", "GridError | None"], None]


@dataclass(frozen=True)
class Chosen:
    """What is to be read: a path, or with ``is_layer`` a path or the id of a layer; ``kind``: what it fills."""

    given: str
    kind: str
    encoding: str
    is_layer: bool


def layers_to_choose(path: str, shapes: Sequence[str]) -> list[str]:
    """Return the layers of a file that could be meant, by name; none where the file says it all, or cannot be read.

    :param shapes: words of GDAL's types of geometry that are wanted (``Line``), none for any layer.
    """
    try:
        found = list_layers(path)
    except GridError:
        return []  # the job says why, when it reads the file
    fitting = [layer.name for layer in found if _fits(layer.geometry, shapes)]
    return fitting if len(found) > 1 else []


def read_layers_to_choose(path: str, shapes: Sequence[str], on_done: Offered) -> JobTask:
    """Begin to look what a file holds; ``on_done`` gets the answer of :func:`layers_to_choose`."""
    title = tr("Reading the file")
    return JobTask(title, lambda _: layers_to_choose(path, shapes), on_done, only_looks=True).start()


def _fits(geometry: str | None, shapes: Sequence[str]) -> bool:
    if not shapes:
        return True
    return geometry is not None and any(word in geometry for word in (*shapes, "Unknown", "Geometry"))


def read_proposal(location: Location | None, chosen: Chosen, coordinates: str, on_done: Proposed) -> JobTask:
    """Begin to read; ``on_done`` gets the proposal, or what stands in the way.

    :param location: the workspace in whose frame coordinates are looked for, ``None`` while there is none.
    """
    source = _input(chosen)

    def job(progress: Progress) -> ColumnProposal:
        frame = Frame(kind="local", epsg=None, label="")
        if location is not None:
            frame = WorkspaceInfo.from_entries(read_entries(location)).frame
        return propose_columns(
            read_input(source, location, chosen.encoding, progress), chosen.kind, frame, coordinates
        )

    return JobTask(tr("Reading the file"), job, on_done, only_looks=True).start()


def _input(chosen: Chosen) -> LayerInput:
    """Take what was chosen as the algorithm itself takes it; no layer crosses into a thread."""
    if chosen.is_layer:
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        taken = take_input(chosen.given, context)
        if taken is not None:
            return taken
    return FileInput(chosen.given)
