"""Check a workspace with every rule, and write the list of what was found if asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core import clock, columns
from gridmgmt_plugin.core.collecting import collecting_seldom
from gridmgmt_plugin.core.columns import geometries
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal
from gridmgmt_plugin.core.errors import GridError, InputError, WorkspaceError
from gridmgmt_plugin.core.files import clear_away, remove_file, replace_file, staging_path
from gridmgmt_plugin.core.geometry.finite import xy_of_points
from gridmgmt_plugin.core.inspection.checklists import Checklist, known_checklists
from gridmgmt_plugin.core.lanes.names import read_names
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.redaction.person_titles import with_numbers_alone
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.responsibility.scheme_rules import ENTRY, read_scheme_rules
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.validation.context import ValidationSettings
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.registry import ValidationResult, issue_rows, validate_tables
from gridmgmt_plugin.exchange.column_roles import require_field
from gridmgmt_plugin.exchange.package.csv_files import write_csv
from gridmgmt_plugin.exchange.package.delivered_coordinates import Delivery
from gridmgmt_plugin.exchange.package.fields import REAL, TEXT, FieldSpec
from gridmgmt_plugin.exchange.package.layer_files import GEOJSON, GPKG, LayerToWrite, write_layer
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.handover.refused_rows import refused_rows
from gridmgmt_plugin.jobs.unit_grids.drawing_layers import placed_layer
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.schema import tables as schema_tables
from gridmgmt_plugin.workspace.workspace import Workspace

# Tables that record what happened; no rule looks at them, and contacts are nobody's business here.
NOT_CHECKED = ("contact", "change_log", "take_back", "release", "release_item", "handover_log", "workspace_info")
OUTPUTS = (".geojson", ".json", ".csv", ".gpkg")
LAYER = "issues"
_NUMBERS = ("measure", "x", "y")


@dataclass(frozen=True)
class ValidationReport:
    """What a validation found.

    ``errors``, ``warnings``, ``exempted``: numbers of issues; ``by_rule``: rule → number of issues that nobody
    exempted; ``result``: the issues themselves and the figures of the six quality classes; ``output``: the list that
    was written, ``None`` when none was asked for. ``notes``: what could not be checked.
    """

    errors: int
    warnings: int
    exempted: int
    by_rule: Mapping[str, int]
    result: ValidationResult
    output: Path | None = None
    notes: tuple[Message, ...] = ()

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Return the issues, errors first."""
        return self.result.issues

    def report(self) -> Report:
        """Return the outcome as every job reports it."""
        figures: dict[str, Any] = {
            "errors": self.errors,
            "warnings": self.warnings,
            "exempted": self.exempted,
            "by_rule": dict(self.by_rule),
            "classes": dict(self.result.figures["classes"]),
            "not_run": list(self.result.figures["not_run"]),
        }
        checked = sum(self.result.figures["objects"].values())
        return Report("validate", accepted=checked, figures=figures, notes=self.notes)


@collecting_seldom()
def validate_workspace(
    workspace: Workspace,
    *,
    scheme: str | None = None,
    output: Path | str | None = None,
    buildings: Source | None = None,
    streets: Source | None = None,
    street_field: str | None = None,
    streets_must: bool = True,
    coordinates: str = "crs",
    today: date | None = None,
    language: str = "zh_CN",
    progress: Progress | None = None,
) -> ValidationReport:
    """Check every table of a workspace; nothing in it is changed.

    :param scheme: key of the one grid scheme to check, all of them when ``None``.
    :param output: where to list the issues: GeoJSON (longitude and latitude), csv or gpkg by the suffix.
    :param buildings: polygons that no border should cut; a workspace has no table of them.
    :param streets: named lines that should lie in street-lanes; a workspace has no table of them either.
    :param street_field: their column with names; ``None`` to have it found. :param streets_must: streets that cannot
        be used are refused, and not told and left out.
    :param coordinates: kind of the coordinates of buildings and streets.
    :raises InputError: ``scheme_not_there``, ``issue_list_format``, ``package_geojson_local_frame``, or what
        :func:`~.drawing_layers.placed_layer` raises.
    :raises WorkspaceError: when the workspace cannot be read or the list cannot be written.
    """
    progress = progress or Progress()
    path = None if output in (None, "") else checked_output(Path(str(output)), workspace.info)
    with workspace.reading() as opened:
        if scheme is not None:
            refuse_unknown_scheme(opened, scheme)
        tables = checked_tables(opened)
    notes: tuple[Message, ...] = ()
    if buildings is not None:
        tables["building"] = buildings_in_frame(buildings, tables, workspace.info, coordinates)
    if streets is not None:
        try:
            tables["street"] = streets_in_frame(streets, street_field, tables, workspace.info, coordinates)
        except InputError as error:
            if streets_must:
                raise
            notes = (streets_left_out(error),)
    progress.report(0.2)
    report = validate_rows(tables, workspace.info, scheme, today or clock.today(), progress.part(0.2, 0.9))
    if path is not None:
        write_issues(issue_rows(report.result, language), path, workspace.info, tables["person"])
    progress.report(1.0)
    return replace(report_of(report.result, path), notes=notes)


def streets_left_out(error: GridError) -> Message:
    """Say why streets were not asked."""
    return Message("streets_not_asked", {"reason": error.message})


def checked_tables(workspace: Workspace) -> dict[str, Rows]:
    """Return the tables that rules look at, and beside them as ``receipt`` what receivers refused."""
    tables = workspace.read_all([name for name in schema_tables() if name not in NOT_CHECKED])
    return {**tables, "receipt": refused_rows(workspace)}


def buildings_in_frame(buildings: Source, tables: Mapping[str, Rows], info: WorkspaceInfo, coordinates: str) -> Rows:
    """Return buildings as a table beside those of the workspace, in its frame.

    :raises InputError: what :func:`~.drawing_layers.placed_layer` raises.
    """
    cells = polygonal(columns.geometries(tables["unit_grid"]))
    return Rows({}, placed_layer("buildings", buildings, cells, info.frame, coordinates))


def streets_in_frame(
    streets: Source, field: str | None, tables: Mapping[str, Rows], info: WorkspaceInfo, coordinates: str
) -> Rows:
    """Return streets as a table beside those of the workspace, in its frame: ``name`` (the first of several),
    ``number`` of the row.

    :raises InputError: what :func:`~.drawing_layers.placed_layer` raises, ``field_not_found`` without names.
    """
    grounds = polygonal(columns.geometries(tables["area"]))
    shapes = placed_layer("streets", streets, grounds, info.frame, coordinates)
    names = read_names(streets.rows[require_field(streets.rows, "lane", field).field])
    first = as_column([*names.names, None])[names.primary]
    numbers = as_column(str(number) for number in streets.row_numbers.tolist())
    return Rows({"name": first, "number": numbers}, shapes)


def validate_rows(
    tables: Mapping[str, Rows],
    info: WorkspaceInfo,
    scheme: str | None,
    today: date,
    progress: Progress,
    *,
    outlines: bool = True,
) -> ValidationReport:
    """Check tables that were read already, by the code layouts and the precision of their workspace.

    :param outlines: ``False`` leaves out the rules about outlines, where these have been checked as they are.
    """
    settings = validation_settings(info, scheme, today)
    return report_of(validate_tables(tables, settings, progress, outlines=outlines))


def validation_settings(info: WorkspaceInfo, scheme: str | None, today: date) -> ValidationSettings:
    """Return how a workspace is checked: by its code layouts and its precision."""
    return ValidationSettings(
        precision_m=info.precision_m,
        code_layouts={"unit_grid": info.code_layout, "responsibility_grid": info.responsibility_layout},
        scheme=scheme,
        today=today,
        schemes=read_scheme_rules(info.more.get(ENTRY)),
        checklists=_readable_checklists(info),
        checklist=info.checklist,
        class_catalogues={"component": info.component_catalogue, "event": info.event_catalogue},
    )


def _readable_checklists(info: WorkspaceInfo) -> Mapping[str, Checklist]:
    """Return the checklists of a workspace, none where one is damaged: who judges lanes by them is told of it."""
    try:
        return known_checklists(info.more)
    except InputError:
        return {}


def report_of(result: ValidationResult, output: Path | None = None) -> ValidationReport:
    """Return a validation with its numbers."""
    by_rule = Counter(issue.rule for issue in result.issues if not issue.exempted)
    return ValidationReport(result.errors, result.warnings, result.exempted, dict(by_rule), result, output)


def refuse_unknown_scheme(workspace: Workspace, scheme: str) -> dict[str, Any]:
    """Return the row of a grid scheme.

    :raises InputError: ``scheme_not_there``, listing the schemes there are.
    """
    schemes = workspace.read("scheme", geometry=False).records()
    found = next((row for row in schemes if row["key"] == scheme), None)
    if found is None:
        known = listing(f"{row['key']} {row['title'] or ''}".strip() for row in schemes) or "–"
        raise InputError("scheme_not_there", scheme=scheme, known=known)
    return found


def checked_output(path: Path, info: WorkspaceInfo) -> Path:
    """Return where a list of issues can be written.

    :raises InputError: ``issue_list_format``, ``package_geojson_local_frame``, ``package_folder_missing``.
    """
    suffix = path.suffix.lower()
    if suffix not in OUTPUTS:
        raise InputError("issue_list_format", name=path.name, known=" ".join(OUTPUTS))
    if suffix in (".geojson", ".json") and info.frame.is_local:
        raise InputError("package_geojson_local_frame", label=info.frame.label)
    if not path.parent.is_dir():
        raise InputError("package_folder_missing", path=str(path.parent))
    return path


def write_issues(
    issues: Rows, path: Path, info: WorkspaceInfo, persons: Rows, titles: Mapping[str, str] | None = None
) -> None:
    """Write the list beside its place and move it there, over an older one; persons have their numbers alone in it.

    :param persons: ``id`` and ``name`` of those whom sentences may call by name.
    :param titles: column → heading in a csv for a reader; without them the columns bear the names that scripts know.
    """
    suffix = path.suffix.lower()
    names = dict(zip(columns.texts(persons, "id").tolist(), columns.texts(persons, "name").tolist()))
    told = (None if text is None else with_numbers_alone(text, names) for text in issues["message"])
    issues = issues.with_columns(message=as_column(told))
    fields = _fields(issues, (titles or {}) if suffix == ".csv" else None)
    unfinished = staging_path(path)
    try:
        remove_file(unfinished)
        if suffix == ".csv":
            write_csv(unfinished, _with_place(issues), fields)
        else:
            layer = LayerToWrite(LAYER, "Geometry", fields, _plain(issues), ())
            kind, delivery = GPKG if suffix == ".gpkg" else GEOJSON, Delivery(info.frame)
            write_layer(layer, path.parent, kind, delivery, "UTF-8", clock.now(), file=unfinished)
        replace_file(unfinished, path)
    except OSError as error:
        raise WorkspaceError("package_not_written", name=path.name, reason=str(error.strerror)) from error
    finally:
        clear_away(unfinished)


def _plain(issues: Rows) -> Rows:
    """Return the issues with yes and no as text, which every format holds."""
    return issues.with_columns(fixable=["true" if value else "false" for value in issues["fixable"]])


def _with_place(issues: Rows) -> Rows:
    points = shapely.point_on_surface(geometries(issues))
    x, y = xy_of_points(points)
    return issues.with_columns(
        x=as_column(None if np.isnan(value) else round(float(value), 3) for value in x),
        y=as_column(None if np.isnan(value) else round(float(value), 3) for value in y),
    )


def _fields(issues: Rows, titles: Mapping[str, str] | None) -> tuple[FieldSpec, ...]:
    """Return the columns of the list; in a table, which has ``titles``, with the place of each issue."""
    names = [*issues.columns, *(("x", "y") if titles is not None else ())]
    headings = {name: (titles or {}).get(name, name) for name in names}
    return tuple(
        FieldSpec(name=headings[name], column=name, zh=name, en=name, type=REAL if name in _NUMBERS else TEXT)
        for name in names
    )
