"""The duty matrix of a workspace: read for the planner, and changed cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.class_catalogues import classes_of
from gridmgmt_plugin.core.columns import days, in_force, texts
from gridmgmt_plugin.core.duty.classes import COMPONENT, EVENT
from gridmgmt_plugin.core.duty.matrix import ClassRow, DutyMatrix, MatrixAsker, PlaceColumn
from gridmgmt_plugin.core.duty.reasons import Names
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.ground import rows_in_force
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.known_people import department_code, departments_at_work
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "edit_duty"
SIDE_BY_SIDE = "*"
_TABLES = ("duty_rule", "duty_zone", "area", "department")
_SETTLED = "明确"


@dataclass(frozen=True)
class MatrixView:
    """What a planner looks at: the matrix, names of areas and departments, and what there is to choose from.

    ``areas``: (code, name, level) of street offices and the county; ``zone_kinds``: kinds of duty zones;
    ``departments``: (code, name) of those that have not ended, ``class_names``: row → its name in Chinese and
    English; ``asker``: which rules stand behind a cell.
    """

    matrix: DutyMatrix
    names: Names
    areas: tuple[tuple[str, str, str], ...]
    zone_kinds: tuple[str, ...]
    departments: tuple[tuple[str, str], ...]
    class_names: dict[ClassRow, dict[str, str]]
    asker: MatrixAsker


def read_matrix(workspace: Workspace, *, area: str = "", zone_kind: str = "", scheme: str = "") -> MatrixView:
    """Return the matrix: every class of the catalogues, and every class that a rule names, by area or kind of zone.

    :param area: the columns are this area and those right below it; the county and its street offices when "".
    :param zone_kind: the kind of zone that is asked about, "" = outside zones, :data:`SIDE_BY_SIDE`: the columns are
        the kinds of zones within ``area``. :param scheme: whose rules are asked.
    """
    with workspace.reading() as opened:
        tables = {name: opened.read(name, geometry=False) for name in _TABLES}
    areas = tables["area"].take(rows_in_force(tables["area"]))
    parents = dict(zip(texts(areas, "code"), texts(areas, "parent_code")))
    levels = dict(zip(texts(areas, "code"), texts(areas, "level")))
    top = area or next((code for code in sorted(parents) if levels[code] == "county"), workspace.info.county_code)
    today = np.datetime64(clock.today(), "D")
    asker = MatrixAsker(tables, scheme, today)
    if zone_kind == SIDE_BY_SIDE:
        columns = [PlaceColumn(top, kind) for kind in ("", *asker.zone_kinds)]
    else:
        within = sorted(code for code, parent in parents.items() if parent == top)
        columns = [PlaceColumn(code, zone_kind) for code in (top, *within)]
    names = _class_names(workspace.info, tables["duty_rule"])
    shown = [(code, name, level) for code, name, level in zip(*(texts(areas, c) for c in ("code", "name", "level")))]
    return MatrixView(
        asker.matrix(list(names), columns),
        Names(tables),
        tuple(sorted(row for row in shown if row[2] in ("county", "street_office"))),
        tuple(asker.zone_kinds),
        departments_at_work(tables["department"], today),
        names,
        asker,
    )


def set_duty(
    workspace: Workspace,
    row: ClassRow,
    column: PlaceColumn,
    department: str,
    *,
    basis: str = "",
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Say who answers for a class in a place, from today on; "" for nobody in particular.

    The rule for just this class and place ends yesterday and begins anew with the other department, so that what held
    before can be seen; a rule of today is changed in place. Where there is none one is added. One that begins later
    (a reform that was entered ahead) stays, and the new one ends on its eve. Rules for wider or narrower classes and
    places stay.

    :param department: code, name or short name. :param basis: document, kept from the rule before when "".
    :raises InputError: ``department_not_known``, ``duty_class_unknown``, ``scope_unknown`` for an area that is not
        there, ``duty_zone_kind_unknown``.
    :raises WorkspaceError: ``row_changed_meanwhile`` and what keeps the workspace from being written.
    """
    progress = progress or Progress()
    progress.report(0.0)
    act, today = Act.now(GESTURE, author), clock.today()
    with workspace.transaction(author, GESTURE) as transaction:
        transaction.hold("duty_rule")
        code = department_code(workspace.read("department", geometry=False), department) if department else ""
        rules = workspace.read("duty_rule", geometry=False)
        _refuse_unknown(workspace, rules, row, column)
        same_place = _same_place(rules, row, column)
        first, day = days(rules, "valid_from"), np.datetime64(today, "D")
        exact = np.flatnonzero(same_place & in_force(first, days(rules, "valid_to"), np.array(day)))
        later = first[same_place & (first > day)]
        last_day = str(later.min() - np.timedelta64(1, "D")) if len(later) else None
        changes = _changes(rules, exact, row, column, _Wanted(code, basis, today, last_day))
        write_rows(transaction, changes, act)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    changed = sum(change.rows for change in changes)
    notes = (Message("duty_written" if changed else "duty_unchanged"),)
    if changed and code and last_day:
        notes = (Message("duty_written_until", {"day": last_day}),)
    return Report("setduty", changed, figures={"changed": changed}, notes=notes)


@dataclass(frozen=True)
class _Wanted:
    """Who shall answer ("" = nobody in particular), by which document, from when on, and up to which day."""

    department: str
    basis: str
    today: date
    last_day: str | None


def _refuse_unknown(workspace: Workspace, rules: Rows, row: ClassRow, column: PlaceColumn) -> None:
    """Refuse a class, an area and a kind of zone that nothing in the workspace knows."""
    known = _class_names(workspace.info, rules)
    fits = (one for one in known if row.kind in ("", one.kind) and one.code.startswith(row.code))
    if not any(fits):
        raise InputError("duty_class_unknown", code=row.code)
    if not workspace.count("area", {"code": column.area_code}):
        raise InputError("scope_unknown", scope=column.area_code)
    kinds = {key for key, _ in value_list("duty_zone_kind")} | set(texts(rules, "zone_kind"))
    kinds |= set(texts(workspace.read("duty_zone", ["kind"], geometry=False), "kind")) | {""}
    if column.zone_kind not in kinds:
        raise InputError("duty_zone_kind_unknown", kind=column.zone_kind, known=listing(sorted(kinds - {""})))


def _same_place(rules: Rows, row: ClassRow, column: PlaceColumn) -> np.ndarray:
    """Tell which rules say just this class and place: bool (n,)."""
    wanted = {
        "class_kind": row.kind,
        "class_prefix": row.code,
        "area_code": column.area_code,
        "zone_kind": column.zone_kind,
    }
    fits = np.ones(len(rules), dtype=bool)
    for name, value in wanted.items():
        fits = fits & (texts(rules, name) == value)
    return fits


def _changes(
    rules: Rows, exact: np.ndarray, row: ClassRow, column: PlaceColumn, wanted: _Wanted
) -> list[TableChange]:
    held, department, basis, today = rules.take(exact), wanted.department, wanted.basis, wanted.today
    same = (texts(held, "department_code") == department) & (texts(held, "state") == _SETTLED)
    if len(held) == 1 and same.all() and not basis:
        return []
    if not len(held):
        return [_added(rules, row, column, wanted)] if department else []
    begun = days(held, "valid_from")
    fresh = begun >= np.datetime64(today, "D")
    changes = []
    old = held.take(~fresh)
    if len(old):
        eve = (today - timedelta(days=1)).isoformat()
        ended = Rows({"valid_to": as_column([eve] * len(old)), "row_version": old["row_version"]}, None, old.fid)
        changes.append(TableChange("duty_rule", before=old, updated=ended))
    young = held.take(fresh)
    if department and len(young):
        values = {"department_code": department, "state": _SETTLED, **({"basis": basis} if basis else {})}
        columns = {name: as_column([value]) for name, value in values.items()}
        first = young.take(np.array([0]))
        updated = Rows({**columns, "row_version": first["row_version"]}, None, first.fid)
        changes.append(TableChange("duty_rule", before=first, updated=updated))
        young = young.take(np.arange(1, len(young)))
    elif department:
        changes.append(_following(rules, old, wanted))
    if len(young):
        changes.append(TableChange("duty_rule", deleted=young))
    return changes


def _added(rules: Rows, row: ClassRow, column: PlaceColumn, wanted: _Wanted) -> TableChange:
    values = {
        "id": _free_id(rules),
        "class_kind": row.kind or None,
        "class_prefix": row.code or None,
        "area_code": column.area_code or None,
        "zone_kind": column.zone_kind or None,
        "department_code": wanted.department,
        "priority": 1,
        "state": _SETTLED,
        "basis": wanted.basis or None,
        "valid_from": wanted.today.isoformat(),
        "valid_to": wanted.last_day,
    }
    return TableChange("duty_rule", inserted=Rows({name: as_column([value]) for name, value in values.items()}))


def _following(rules: Rows, old: Rows, wanted: _Wanted) -> TableChange:
    """Return the rule that takes the place of one that ends, with all else that it said."""
    first = old.take(np.array([0]))
    columns = {name: column.copy() for name, column in first.columns.items() if name != "row_version"}
    columns["id"] = as_column([_free_id(rules)])
    columns["department_code"] = as_column([wanted.department])
    columns["state"] = as_column([_SETTLED])
    columns["valid_from"] = as_column([wanted.today.isoformat()])
    columns["valid_to"] = as_column([wanted.last_day])
    if wanted.basis:
        columns["basis"] = as_column([wanted.basis])
    return TableChange("duty_rule", inserted=Rows(columns))


def _free_id(rules: Rows) -> str:
    taken, number = set(texts(rules, "id")), len(rules) + 1
    while f"Q{number:04d}" in taken:
        number += 1
    return f"Q{number:04d}"


def _class_names(info: WorkspaceInfo, rules: Rows) -> dict[ClassRow, dict[str, str]]:
    """Return every class there is with its names, in order; classes that only rules name stand among them."""
    catalogues = {COMPONENT: info.component_catalogue, EVENT: info.event_catalogue}
    found: dict[ClassRow, dict[str, str]] = {}
    for kind, catalogue in catalogues.items():
        for entry in classes_of(catalogue):
            found[ClassRow(kind, str(entry["code"]))] = {"zh": str(entry["zh"]), "en": str(entry["en"])}
    for kind, prefix in set(zip(texts(rules, "class_kind"), texts(rules, "class_prefix"))):
        if kind or not any(row.code == prefix for row in found):
            found.setdefault(ClassRow(kind, prefix), {"zh": "", "en": ""})
    order = sorted(found, key=lambda row: (row.kind == EVENT, row.kind, row.code))
    return {row: found[row] for row in order}
