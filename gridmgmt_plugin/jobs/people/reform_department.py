"""A department passes its work to another on a day (机构改革): everything that names it follows, history is kept."""

from __future__ import annotations

from datetime import date

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.columns import days, texts
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.duty.successors import Successors, department_columns
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.known_people import department_code
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.reformed_names import GESTURE
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.row_reading import read_numbered
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace

_DATED = "duty_rule"
_FAR = np.datetime64("9999-12-31")
#: What is kept as it was on its day: records, and cases that are closed.
_KEPT = ("release_item", "ownership_ruling", "lane_inspection", "cases")


def reform_department(
    workspace: Workspace,
    *,
    department: str,
    successor: str,
    on: str | date | None = None,
    document_no: str = "",
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Let ``successor`` take the place of ``department`` from a day on, wherever it is named.

    The department itself ends on the eve and names its successor. Duty rules, which have a period, end on the eve and
    begin anew for the successor. What has no period (persons, responsibility grids, unit grids, components, zones,
    lanes, open cases) names the successor at once when the day has come; before a day that lies ahead it stays as it
    is. Either way whoever asks who answers gets the department that has the work on the day asked about: for later
    days by :class:`~gridmgmt_plugin.core.duty.successors.Successors`, for earlier ones by
    :func:`~gridmgmt_plugin.workspace.changes.reformed_names.names_before`. Closed cases and rulings stay.

    The same reform once more writes what is left of it: after its day, what was entered before it; nothing, where
    everything names the successor already.

    :param department, successor: code, name or short name; ``on``: today when not given, or the day of the same
        reform.
    :raises InputError: ``day_unclear``, ``department_not_known``, ``reform_into_itself``, ``reform_successor_ended``,
        ``reform_in_a_circle``, ``reform_entered_already`` when the department passes to another or on another day.
    :raises WorkspaceError: ``row_changed_meanwhile`` and what keeps the workspace from being written.
    """
    progress = progress or Progress()
    progress.report(0.0)
    given = None if on in (None, "") else day_of(on)
    act = Act.now(GESTURE, author)
    references = _references()
    with workspace.transaction(author, GESTURE) as transaction:
        transaction.hold("department", *(table for table, _ in references))
        departments = workspace.read("department", geometry=False)
        old, new = department_code(departments, department), department_code(departments, successor)
        day = _day_of_reform(departments, old, new, given)
        _refuse_impossible(departments, old, new, day)
        following = _reference_changes(workspace, references, old, new)
        is_ahead = bool(day > np.datetime64(clock.today(), "D"))
        changes = [_department_change(departments, old, new, day), *(() if is_ahead else following)]
        changes.append(_rule_change(workspace, old, new, day, document_no))
        changes = _merged_department([change for change in changes if change])
        write_rows(transaction, changes, act)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    return _report(changes, following if is_ahead else [], _told(departments, old, new, day), is_ahead=is_ahead)


def _day_of_reform(departments: Rows, old: str, new: str, given: np.datetime64 | None) -> np.datetime64:
    """Return the day from which on the new one has the work: the one given, that of the same reform, or today."""
    row = departments.take(texts(departments, "code") == old)
    successor, entered = texts(row, "successor_code")[0], Successors(departments).taken_over_on(old)
    if not successor or entered is None:
        return np.datetime64(clock.today(), "D") if given is None else given
    if successor != new or given not in (None, entered):
        raise InputError("reform_entered_already", **_told(departments, old, str(successor), entered))
    return entered


def _references() -> list[tuple[str, str]]:
    """Return the columns (table, column) that name a department, without those that stay as they were."""
    return [(table, column) for table, column in department_columns() if table not in (*_KEPT, _DATED)] + [
        ("cases", "department_code")
    ]


def _refuse_impossible(departments: Rows, old: str, new: str, day: np.datetime64) -> None:
    if old == new:
        raise InputError("reform_into_itself", department=old)
    at = texts(departments, "code").tolist().index(new)
    if days(departments, "valid_to")[at] < day:
        raise InputError("reform_successor_ended", department=new, day=str(departments["valid_to"][at]))
    if Successors(departments).of(new, _FAR) == old:
        raise InputError("reform_in_a_circle", **_told(departments, old, new, day))


def _department_change(departments: Rows, old: str, new: str, day: np.datetime64) -> TableChange:
    before = departments.take(texts(departments, "code") == old)
    eve = day - np.timedelta64(1, "D")
    if days(before, "valid_to")[0] == eve and before["successor_code"][0] == new:
        return TableChange("department")
    columns = {"valid_to": as_column([str(eve)]), "successor_code": as_column([new])}
    columns["row_version"] = before["row_version"]
    return TableChange("department", before=before, updated=Rows(columns, None, before.fid))


def _reference_changes(
    workspace: Workspace, references: list[tuple[str, str]], old: str, new: str
) -> list[TableChange]:
    """Return one change per table with every column that names the old department brought to the new one."""
    changes = []
    for table in dict.fromkeys(table for table, _ in references):
        columns = [column for of, column in references if of == table]
        parts = [workspace.read(table, where={column: old}, geometry=False) for column in columns]
        numbers = np.unique(np.concatenate([part.fids for part in parts]))
        if len(numbers) == 0:
            continue
        before = read_numbered(workspace, table, numbers.tolist())
        if table == "cases":
            before = before.take(~np.isin(texts(before, "status").astype(str), ("closed", "void")))
        if len(before) == 0:
            continue
        after = {c: as_column(new if value == old else value for value in before[c]) for c in columns}
        if table == "department":  # who takes the place of the one above is not below itself
            after["parent_code"][texts(before, "code") == new] = None
        if definition_of(table).versioned:
            after["row_version"] = before["row_version"]
        changes.append(TableChange(table, before=before, updated=Rows(after, None, before.fid)))
    return changes


def _rule_change(workspace: Workspace, old: str, new: str, day: np.datetime64, document_no: str) -> TableChange:
    rules = workspace.read(_DATED, where={"department_code": old}, geometry=False)
    last, first = days(rules, "valid_to"), days(rules, "valid_from")
    rules = rules.take(np.isnat(last) | (last >= day))
    if len(rules) == 0:
        return TableChange(_DATED)
    first = days(rules, "valid_from")
    begun = np.isnat(first) | (first < day)
    taken = set(workspace.read(_DATED, ["id"], geometry=False)["id"].tolist())
    eve = str(day - np.timedelta64(1, "D"))
    updated = {
        "valid_to": as_column(eve if b else value for b, value in zip(begun, rules["valid_to"])),
        "department_code": as_column(value if b else new for b, value in zip(begun, rules["department_code"])),
        "row_version": rules["row_version"],
    }
    following = rules.take(begun)
    columns = {name: column for name, column in following.columns.items() if name != "row_version"}
    columns["id"] = as_column(_free_id(str(value), taken) for value in following["id"])
    columns["department_code"] = as_column([new] * len(following))
    columns["valid_from"] = as_column([str(day)] * len(following))
    if document_no:
        columns["basis"] = as_column([document_no] * len(following))
    return TableChange(_DATED, before=rules, updated=Rows(updated, None, rules.fid), inserted=Rows(columns))


def _free_id(old: str, taken: set[str]) -> str:
    number = 2
    while f"{old}-{number}" in taken:
        number += 1
    taken.add(f"{old}-{number}")
    return f"{old}-{number}"


def _merged_department(changes: list[TableChange]) -> list[TableChange]:
    """Put the two changes of the department table (the one that ends, those below it) into one."""
    own, rest = [c for c in changes if c.table == "department"], [c for c in changes if c.table != "department"]
    if len(own) < 2:
        return [*own, *rest]
    first, below = own
    both = {name: np.concatenate([first.before[name], below.before[name]]) for name in first.before.columns}
    before = Rows(both, None, np.concatenate([first.before.fids, below.before.fids]))
    names = ("valid_to", "successor_code", "parent_code", "row_version")
    columns = {}
    for name in names:
        parts = [c.updated[name] if name in c.updated else c.before[name] for c in own]
        columns[name] = np.concatenate(parts)
    return [TableChange("department", before=before, updated=Rows(columns, None, before.fid)), *rest]


def _told(departments: Rows, old: str, new: str, day: np.datetime64) -> dict[str, str]:
    names = dict(zip(texts(departments, "code"), texts(departments, "name")))
    return {"old": names[old] or old, "new": names[new] or new, "day": str(day)}


def _report(
    changes: list[TableChange], following: list[TableChange], told: dict[str, str], *, is_ahead: bool
) -> Report:
    """Say what was written, and what follows by itself on the day (``following``)."""
    figures = {change.table: change.rows for change in changes}
    listed = [("reform_rows_follow", change) for change in changes]
    listed += [("reform_rows_follow_then", change) for change in following]
    rows = [
        RejectedRow(number, change.table, code, str(change.rows), {**told, "table": Title(change.table)})
        for number, (code, change) in enumerate(listed, start=1)
    ]
    count = sum(figures.values())
    code = (
        "department_reform_ahead" if is_ahead else "department_reformed" if count else "department_reformed_already"
    )
    notes = (Message(code, {**told, "count": count}),)
    return Report("reformdepartment", count, figures=figures, notes=notes, to_confirm=tuple(rows))
