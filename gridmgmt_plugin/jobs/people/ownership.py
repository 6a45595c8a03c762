"""The ownership desk (权属认定): components whose owner is disputed or not known, cases about them, and rulings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.columns import days, geometries, texts
from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.duty.disputes import Dispute, listed_disputes
from gridmgmt_plugin.core.duty.reasons import Names
from gridmgmt_plugin.core.duty.successors import Successors
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.known_people import department_code, departments_at_work
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE_OPEN, GESTURE_RULE = "open_ownership", "rule_ownership"
SETTLED, OPEN, DISPUTED = "明确", "待认定", "争议"
#: States of ownership that the desk lists.
UNSETTLED = (DISPUTED, OPEN, "无主")
# Between what several bodies claim, as the form shows it.
_CLAIM = "；"


@dataclass(frozen=True)
class Desk:
    """``disputes``: the oldest first; ``departments``: (code, name) of those that have not ended, to choose from."""

    disputes: tuple[Dispute, ...]
    departments: tuple[tuple[str, str], ...]


def read_desk(workspace: Workspace, today: date | None = None) -> Desk:
    """Return every component whose owner is disputed, to be ruled or missing, with its open case."""
    day = np.datetime64(today or clock.today(), "D")
    with workspace.reading() as opened:
        parts = opened.read("component", where={"owner_state": list(UNSETTLED)})
        rulings, departments = (opened.read(name, geometry=False) for name in ("ownership_ruling", "department"))
    names, successors = Names({"department": departments}), Successors(departments)
    open_case = {
        row["component_code"]: row for row in _as_text_rows(rulings) if row["component_code"] and not row["ruled_on"]
    }
    changed, surveyed = days(parts, "changed_on"), days(parts, "surveyed_on")
    shapes = geometries(parts)
    found = []
    for at, row in enumerate(_as_text_rows(parts)):
        case = open_case.get(row["code"], {})
        opened = parse_dates([case.get("opened_on") or None]).iso[0]
        since = (
            np.datetime64(opened[:10], "D") if opened else changed[at] if not np.isnat(changed[at]) else surveyed[at]
        )
        shape = shapes[at]
        supervising = successors.of(row["department_code"], day)
        found.append(
            Dispute(
                row["code"],
                row["class_code"],
                row["name"],
                row["owner_state"],
                supervising,
                names.name(supervising),
                row["unit_grid"],
                "" if np.isnat(since) else str(since),
                -1 if np.isnat(since) else int((day - since).astype(int)),
                case.get("id", ""),
                case.get("claims", ""),
                successors.of(case.get("interim_code") or row["interim_code"], day),
                float("nan") if shape is None else float(shape.x),
                float("nan") if shape is None else float(shape.y),
                workspace.info.component_catalogue,
            )
        )
    found.sort(key=lambda dispute: (-dispute.age_days, dispute.component))
    return Desk(tuple(found), departments_at_work(departments, day))


def disputes_of(
    workspace: Workspace,
    *,
    department: str = "",
    state: str = "",
    longer_than: int = 0,
    progress: Progress | None = None,
) -> tuple[list[Dispute], Report]:
    """Return what a meeting is to rule on, the oldest first, and how many that are.

    :param department: code, name or short name of who supervises, "" for all. :param state: of :data:`UNSETTLED`.
    :param longer_than: it has been open for more days than that.
    :raises InputError: ``department_not_known``.
    """
    progress = progress or Progress()
    progress.report(0.0)
    with workspace.reading() as state_of_now:
        departments, desk = state_of_now.read("department", geometry=False), read_desk(state_of_now)
    code = None
    if department:  # whoever took over what a department supervised answers to its old name as well
        named = department_code(departments, department)
        code = Successors(departments).of(named, np.datetime64(clock.today(), "D"))
    found = listed_disputes(desk.disputes, code, state, longer_than)
    progress.report(0.5)
    return found, Report("meetingsheet", len(found))


def open_case(
    workspace: Workspace,
    component: str,
    *,
    claims: Sequence[str] = (),
    interim: str = "",
    opened_on: str = "",
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Open a case about the owner of a component, or write down what is new in the open one.

    The component becomes 争议 when two or more bodies are named, else 待认定; until the ruling ``interim``
    handles it.

    :param claims: bodies that claim it, or to which it is pushed: codes or names of departments, or words.
    :param interim: code or name of the department that acts meanwhile. :param opened_on: today when "".
    :raises InputError: ``place_not_on_map`` for a component that is not there, ``department_not_known``,
        ``day_unclear``.
    """
    progress = progress or Progress()
    progress.report(0.0)
    act, day = Act.now(GESTURE_OPEN, author), str(day_of(opened_on))
    with workspace.transaction(author, GESTURE_OPEN) as transaction:
        transaction.hold("ownership_ruling")
        departments = workspace.read("department", geometry=False)
        interim_code = department_code(departments, interim) if interim else None
        part = _component(workspace, component)
        rulings = workspace.read("ownership_ruling", geometry=False)
        is_new = not len(_open_of(rulings, component))
        values = {"claims": _CLAIM.join(claims) or None, "interim_code": interim_code}
        state = DISPUTED if len(claims) > 1 else OPEN
        part_change = _updated("component", part, {"owner_state": state, "interim_code": interim_code})
        write_rows(transaction, [part_change, _case_change(rulings, component, day, values)], act)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    note = Message("case_opened", {"component": component})
    return Report("opencase", 1, figures={"claims": len(claims), "opened": int(is_new)}, notes=(note,))


def rule(
    workspace: Workspace,
    component: str,
    owner: str,
    *,
    ruling: str = "",
    document_no: str = "",
    ruled_on: str = "",
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Rule who owns a component: owner and basis are written, the interim handler ends, the answer is clear.

    Where no case is open one is opened and closed at once, so that every ruling has its record.

    :param owner: code, name or short name of the department. :param ruling: its words. :param document_no: document;
        it becomes the basis of the ownership, before the words.
    :raises InputError: ``place_not_on_map``, ``department_not_known``, ``ruling_without_basis`` when neither document
        nor words are given, ``day_unclear``.
    """
    if not (ruling.strip() or document_no.strip()):
        raise InputError("ruling_without_basis")
    progress = progress or Progress()
    progress.report(0.0)
    act, day = Act.now(GESTURE_RULE, author), str(day_of(ruled_on))
    with workspace.transaction(author, GESTURE_RULE) as transaction:
        transaction.hold("ownership_ruling")
        departments = workspace.read("department", geometry=False)
        owner_code = department_code(departments, owner)
        part = _component(workspace, component)
        rulings = workspace.read("ownership_ruling", geometry=False)
        values = {
            "ruling": ruling.strip() or None,
            "owner_code": owner_code,
            "document_no": document_no.strip() or None,
            "ruled_on": day,
        }
        basis = " ".join(filter(None, (document_no.strip(), ruling.strip())))
        owned = {"owner_code": owner_code, "owner_state": SETTLED, "owner_basis": basis, "interim_code": None}
        part_change = _updated("component", part, owned)
        write_rows(transaction, [part_change, _case_change(rulings, component, day, values)], act)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    told = {"component": component, "owner": Names({"department": departments}).name(owner_code)}
    return Report("rulecase", 1, notes=(Message("ownership_ruled", told),))


def _component(workspace: Workspace, code: str) -> Rows:
    part = workspace.read("component", where={"code": code})  # whole, so that it can be taken back
    if not len(part):
        raise InputError("place_not_on_map", code=code)
    return part


def _open_of(rulings: Rows, component: str) -> np.ndarray:
    """Return the position of the newest open case about a component, none where there is none."""
    found = np.flatnonzero((texts(rulings, "component_code") == component) & (texts(rulings, "ruled_on") == ""))
    return found[-1:]


def _case_change(rulings: Rows, component: str, day: str, values: dict[str, str | None]) -> TableChange:
    """Return what is written about the open case of a component; where there is none it is opened on the day."""
    case = rulings.take(_open_of(rulings, component))
    if len(case):
        return _updated("ownership_ruling", case, values)
    new = {"id": _free_id(rulings), "component_code": component, "opened_on": day, **values}
    return TableChange("ownership_ruling", inserted=Rows({name: as_column([value]) for name, value in new.items()}))


def _updated(table: str, before: Rows, values: dict[str, str | None]) -> TableChange:
    columns = {name: as_column([value] * len(before)) for name, value in values.items()}
    if "row_version" in before:
        columns["row_version"] = before["row_version"]
    return TableChange(table, before=before, updated=Rows(columns, None, before.fid))


def _free_id(rulings: Rows) -> str:
    taken, number = set(texts(rulings, "id")), len(rulings) + 1
    while f"R{number:04d}" in taken:
        number += 1
    return f"R{number:04d}"


def _as_text_rows(rows: Rows) -> list[dict[str, str]]:
    columns = {name: texts(rows, name) for name in rows.columns}
    return [dict(zip(columns, values)) for values in zip(*columns.values())]
