"""Classes and places for which nobody answers by the duty list, or for which it is disputed who does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gridmgmt_plugin.core.duty.matrix import DISPUTED, MANAGER, NOBODY, ClassRow, PlaceColumn
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message, is_chinese, tongue_of
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.jobs.checks.validate_workspace import refuse_unknown_scheme
from gridmgmt_plugin.jobs.people.duty_matrix import SIDE_BY_SIDE, MatrixView, read_matrix
from gridmgmt_plugin.workspace.workspace import Workspace

COVERAGE_COLUMNS: dict[str, type] = {
    "kind": str, "class_code": str, "class_name": str, "area_code": str, "area_name": str, "zone_kind": str,
    "zone_name": str, "status": str, "departments": str, "department_names": str, "rules": str,
}  # fmt: skip
_BETWEEN = ","


@dataclass(frozen=True, eq=False)
class Coverage:
    """``rows``: a row per class and place where the duty list has no rule (``status`` ``nobody``) or leaves open who
    answers (``disputed``; ``departments`` and ``rules`` name those between whom), columns as
    :data:`COVERAGE_COLUMNS`; ``report``: counts.
    """

    rows: Rows
    report: Report


def duty_coverage(
    workspace: Workspace, area: str = "", scheme: str = "", language: str = "zh", progress: Progress | None = None
) -> Coverage:
    """Return what the duty list of today leaves open: for an area ("" for the county) and those right below it
    outside duty zones, and for the area within each kind of duty zone. A place of which only parts have a rule is no
    gap of its own: ask for the area below.

    :param scheme: whose rules are asked, "" for those of no scheme alone.
    :raises InputError: ``scope_unknown`` for an area that is not there, ``scheme_not_there``.
    """
    progress = progress or Progress()
    progress.report(0.0)
    if area and not workspace.count("area", {"code": area}):
        raise InputError("scope_unknown", scope=area)
    if scheme:
        refuse_unknown_scheme(workspace, scheme)
    with workspace.reading() as state:
        plain = read_matrix(state, area=area, scheme=scheme)
        progress.report(0.4)
        zones = read_matrix(state, area=area, zone_kind=SIDE_BY_SIDE, scheme=scheme)
    progress.report(0.8)
    found = [*_open_cells(plain, language), *(row for row in _open_cells(zones, language) if row["zone_kind"])]
    states = [row["status"] for row in found]
    figures = {
        "gaps": states.count(NOBODY),
        "disputed": states.count(DISPUTED),
        "classes": len({(row["kind"], row["class_code"]) for row in found}),
        "places": len({(row["area_code"], row["zone_kind"]) for row in found}),
    }
    columns = {name: as_column(row[name] or None for row in found) for name in COVERAGE_COLUMNS}
    rows = Rows(columns, as_column([None] * len(found)))
    return Coverage(rows, Report("dutycoverage", len(found), figures=figures))


def _open_cells(view: MatrixView, language: str) -> Iterator[dict[str, Any]]:
    matrix = view.matrix
    for row, line in zip(matrix.rows, matrix.cells):
        for column, cell in zip(matrix.columns, line):
            if cell.status in (NOBODY, DISPUTED):
                yield _open_cell(view, row, column, cell.status, language)


def _open_cell(view: MatrixView, row: ClassRow, column: PlaceColumn, status: str, language: str) -> dict[str, Any]:
    rivals = [one for one in view.asker.candidates(row, column) if one.is_best] if status == DISPUTED else []
    departments = list(dict.fromkeys(one.department for one in rivals if one.department))
    manager = Message("duty_zone_manager").text(language)
    names = listing(manager if code == MANAGER else view.names.name(code) for code in departments)
    zone = column.zone_kind
    return {
        "kind": row.kind,
        "class_code": row.code,
        "class_name": view.class_names[row][tongue_of(language)],
        "area_code": column.area_code,
        "area_name": view.names.name(column.area_code),
        "zone_kind": zone,
        "zone_name": value_label("duty_zone_kind", zone, language) if zone else "",
        "status": status,
        "departments": _BETWEEN.join(departments),
        "department_names": str(names) if is_chinese(language) else names.with_commas(),
        "rules": _BETWEEN.join(one.rule_id for one in rivals),
    }
