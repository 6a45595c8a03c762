"""Who answers for what lies at these points (查责): grid, department, person on duty, lane and its officer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.dates.asked import moment_of
from gridmgmt_plugin.core.duty.answers import CLEAR, DISPUTED, FALLBACK, Answers, Points, who_answers
from gridmgmt_plugin.core.duty.lane_grids import LANE
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.text import clean_codes, clean_texts
from gridmgmt_plugin.exchange.column_roles import named_field
from gridmgmt_plugin.exchange.headings import unique_names
from gridmgmt_plugin.exchange.points import points_from_source
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.checks.validate_workspace import refuse_unknown_scheme
from gridmgmt_plugin.jobs.intake.other_kind import refuse_other_kind
from gridmgmt_plugin.jobs.intake.point_rows import district_outline
from gridmgmt_plugin.workspace.changes.reformed_names import names_before
from gridmgmt_plugin.workspace.workspace import Workspace

ANSWER_FIELDS = (
    "unit_grid",
    "responsibility_grid",
    "department_code",
    "person",
    "lane_code",
    "lane_officer",
    "status",
    "rule",
)
STATUSES = (CLEAR, DISPUTED, FALLBACK)
NAME_FIELDS = ("department_name", "person_name", "lane_name", "lane_officer_name")
_KINDS = {"event": "event", "事件": "event", "component": "component", "部件": "component"}
_WITH_GEOMETRY = ("unit_grid", "area", "duty_zone", "lane")
_WITHOUT_GEOMETRY = ("duty_rule", "post", "person", "department")
# Few enough for one look-up, many enough to tell component codes from numbers that happen to be the same.
_SAMPLED_CODES = 200
_SHARE_OF_CODES = 0.5


@dataclass(frozen=True)
class Responsibility:
    """``rows``: one per point with :data:`ANSWER_FIELDS`, :data:`NAME_FIELDS`, the columns of the input (renamed
    where they would hide an answer: ``status`` becomes ``status_2``) and the point in the workspace's frame;
    ``report``: figures, notes and the points that could not be placed."""

    rows: Rows
    report: Report


def who_is_responsible(
    workspace: Workspace,
    points: Source,
    *,
    class_field: str | None = None,
    kind_field: str | None = None,
    component_field: str | None = None,
    x_field: str | None = None,
    y_field: str | None = None,
    coordinates: str = "crs",
    scheme: str = "",
    at: str | None = None,
    progress: Progress | None = None,
) -> Responsibility:
    """Say for every point who answers there by the one rule of the contract; the workspace is only read.

    :param class_field: column with class codes; without one, rules for a class do not apply.
    :param kind_field: column that says event (事件) or component (部件), for classes numbered alike.
    :param component_field: column with component codes, whose owner and maintainer go before any rule.
    :param scheme: key of the scheme whose grids, posts and rules are asked; "" asks none.
    :param at: date and time asked about, in any form that offices write; now when ``None``.
    :raises InputError: ``moment_unreadable``, ``scheme_not_there``, ``coordinates_fit_other_district``,
        ``coordinates_fit_other_streets``, or what fields, coordinates and tables raise.
    :raises WorkspaceError: ``workspace_without_unit_grids``.
    """
    progress = progress or Progress()
    moment = moment_of(at)
    if workspace.count("unit_grid") == 0:
        raise WorkspaceError("workspace_without_unit_grids", path=workspace.title)
    over_lanes = bool(scheme) and refuse_unknown_scheme(workspace, scheme)["base"] == LANE
    placed = points_from_source(
        points, x_field, y_field, coordinates, workspace.info.frame, None, progress.part(0, 0.2)
    )
    refuse_other_kind(workspace, placed, coordinates, district_outline(workspace))
    has_place = np.isfinite(placed.x) & np.isfinite(placed.y)
    usable = np.flatnonzero(has_place)
    given = points.rows.take(usable)
    tables = {name: workspace.read(name) for name in _WITH_GEOMETRY}
    without = (*_WITHOUT_GEOMETRY, "component") if component_field else _WITHOUT_GEOMETRY
    tables.update({name: workspace.read(name, geometry=False) for name in without})
    if over_lanes:
        tables["scheme"] = workspace.read("scheme", geometry=False)
        tables["responsibility_grid"] = workspace.read(
            "responsibility_grid", where={"scheme": scheme}, geometry=False
        )
    tables = names_before(workspace, tables, moment.astype("datetime64[D]"))
    progress.report(0.3)
    x, y = placed.x[usable], placed.y[usable]
    shapes = _points_at(x, y, given.geometry)
    answers = who_answers(
        Points(
            x,
            y,
            _codes(given, class_field),
            _codes(given, component_field),
            np.full(len(usable), moment, dtype="datetime64[s]"),
            _kinds(given, kind_field),
            shapes,
        ),
        tables,
        scheme,
        precision_m=workspace.info.precision_m,
        progress=progress.part(0.3, 0.95),
    )
    rows = _rows(tables, answers, given, shapes)
    rejected = tuple(
        RejectedRow(int(points.row_numbers[row]), "", str(placed.reasons[row]))
        for row in np.flatnonzero(~has_place).tolist()
    )
    hints = () if component_field else _columns_of_components(workspace, points)
    progress.report(1.0)
    notes = (*points.notes, *placed.notes, *answers.notes, *hints)
    return Responsibility(rows, _report(notes, answers, rejected, moment))


def _points_at(x: np.ndarray, y: np.ndarray, given: np.ndarray | None) -> np.ndarray:
    """Return the places as shapely points: those of the input where they lie there already."""
    are_points = given is not None and bool((shapely.get_type_id(given) == shapely.GeometryType.POINT).all())
    if given is not None and are_points and np.array_equal(shapely.get_coordinates(given), np.column_stack([x, y])):
        return given
    return np.asarray(shapely.points(x, y)) if len(x) else np.zeros(0, dtype=object)


def _codes(given: Rows, field: str | None) -> np.ndarray:
    return np.full(len(given), None, dtype=object) if not field else clean_codes(given[named_field(given, field)])


def _kinds(given: Rows, field: str | None) -> np.ndarray | None:
    if not field:
        return None
    return as_column(_KINDS.get(text or "") for text in clean_texts(given[named_field(given, field)]))


def _columns_of_components(workspace: Workspace, points: Source) -> tuple[Message, ...]:
    """Return a note that names the columns in which component codes of the workspace stand, whatever they are called:
    they could be ``component_field``, and then other departments may answer."""
    if workspace.count("component") == 0:
        return ()
    found = []
    for name, column in points.rows.columns.items():
        codes = {code for code in clean_codes(column[:: max(1, len(column) // _SAMPLED_CODES)]) if code}
        known = workspace.count("component", {"code": sorted(codes)}) if codes else 0
        if known and known >= _SHARE_OF_CODES * len(codes):
            found.append(points.title_of(name))
    return (Message("duty_components_not_asked", {"fields": listing(found)}),) if found else ()


def _rows(tables: Mapping[str, Rows], answers: Answers, given: Rows, shapes: np.ndarray) -> Rows:
    columns = {
        "unit_grid": answers.unit_grid,
        "responsibility_grid": answers.responsibility_grid,
        "department_code": answers.department_code,
        "person": answers.person_id,
        "lane_code": answers.lane_code,
        "lane_officer": answers.lane_officer,
        "status": answers.status,
        "rule": answers.rule,
        # A street office without a department of its own is named by its area code.
        "department_name": _names(answers.department_code, (tables["area"], "code"), (tables["department"], "code")),
        "person_name": _names(answers.person_id, (tables["person"], "id")),
        "lane_name": _names(answers.lane_code, (tables["lane"], "code")),
        "lane_officer_name": _names(answers.lane_officer, (tables["person"], "id")),
    }
    renamed = unique_names((*columns, *given.columns))[len(columns) :]
    columns.update(zip(renamed, given.columns.values()))
    return Rows(columns, shapes)


def _names(keys: np.ndarray, *sources: tuple[Rows, str]) -> np.ndarray:
    """Return the name of each key; a later source goes before an earlier one."""
    known: dict[str, str | None] = {}
    for rows, key in sources:
        known.update(zip(rows[key], rows["name"]))
    return as_column(map(known.get, keys.tolist()))


def _report(
    notes: tuple[Message, ...], answers: Answers, rejected: tuple[RejectedRow, ...], moment: np.datetime64
) -> Report:
    figures = {"at": str(moment), **{status: int((answers.status == status).sum()) for status in STATUSES}}
    reasons = Counter(row.reason for row in rejected)
    return Report("whoisresponsible", len(answers), len(rejected), dict(reasons), rejected, figures, notes)
