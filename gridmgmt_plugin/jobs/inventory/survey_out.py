"""Components on their way out: a GeoPackage for a survey with QField or Mergin, which comes back another day."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.files import clear_away, replace_file, staging_path
from gridmgmt_plugin.core.inventory.survey import FILLED_IN
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.exchange.package.delivered_coordinates import Delivery
from gridmgmt_plugin.exchange.package.fields import TEXT, FieldSpec
from gridmgmt_plugin.exchange.package.layer_files import LayerToWrite, write_geopackage
from gridmgmt_plugin.jobs.inventory.change_components import Meant, meant_rows
from gridmgmt_plugin.workspace.personal_data import without_people
from gridmgmt_plugin.workspace.workspace import Workspace

#: The layer that is filled in, and the same as it was sent out, which nobody changes.
FILLED, SENT = "component", "component_sent"
#: Columns that say which component a row is; they are not filled in.
KEYS = ("number", "code", "unit_grid", "lane_code", "row_version")
COLUMNS = (*KEYS, *FILLED_IN)


def export_survey(
    workspace: Workspace, meant: Meant, output: Path | str, *, progress: Progress | None = None
) -> Report:
    """Write components for a survey into a GeoPackage in the frame of the workspace; nothing is written here.

    It holds a layer to be filled in, with the old code beside the code, and the same as it was sent out, by which it
    is told on its return what was found outside. Telephone and identity numbers in texts are masked; no contacts.

    :param meant: which components; all where it says nothing. :param output: the file, which is replaced.
    :raises InputError: ``scope_unknown``, ``department_not_known``, ``survey_without_components``,
        ``survey_no_geopackage``. :raises WorkspaceError: ``package_not_written``.
    """
    progress = progress or Progress()
    progress.report(0.0)
    path = Path(output)
    if path.suffix.lower() != ".gpkg":
        raise InputError("survey_no_geopackage", name=path.name)
    with workspace.reading() as state:
        parts, missing = meant_rows(state, meant)
    if not len(parts):
        raise InputError("survey_without_components")
    progress.report(0.3)
    rows = survey_rows(parts)
    fields = tuple(FieldSpec(name, *_titles(name), name, TEXT) for name in COLUMNS)
    layers = [LayerToWrite(name, "Point", fields, rows, ("number",)) for name in (FILLED, SENT)]
    beside = staging_path(path)
    try:
        write_geopackage(layers, beside, Delivery(workspace.info.frame), clock.now(), progress.part(0.3, 0.95))
        progress.report(1.0)  # the last moment to cancel: what follows is there to stay
        replace_file(beside, path)
    except OSError as error:
        raise WorkspaceError("package_not_written", name=path.name, reason=str(error.strerror)) from error
    finally:
        clear_away(beside)
    notes = (Message("survey_written", {"count": len(parts), "name": path.name}),)
    return Report("exportsurvey", len(parts), figures={"missing": len(missing)}, notes=notes)


def survey_rows(parts: Rows) -> Rows:
    """Return components as they go out: texts, ``number`` for the row, what belongs to people masked."""
    masked = without_people("component", parts)
    columns = {name: _texts(masked[name]) for name in COLUMNS if name != "number"}
    return Rows({"number": as_column(str(number) for number in parts.fids.tolist()), **columns}, parts.shapes)


def _texts(column: np.ndarray) -> np.ndarray:
    return as_column(None if value is None else str(value) for value in column.tolist())


def _titles(name: str) -> tuple[str, str]:
    title = Title(f"component.{name}")
    return title.text("zh"), title.text("en")
