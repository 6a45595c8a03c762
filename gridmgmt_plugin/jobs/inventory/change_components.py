"""Give many components another state, department or owner in one act, with a reason; it can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.inventory.changing import Planned, plan_change
from gridmgmt_plugin.core.inventory.components import component_arrays
from gridmgmt_plugin.core.inventory.counting import chosen
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.known_people import department_code
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.jobs.inventory.inventory import Asked, asked_components, units_in
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "change_components"
_TABLE = "component"
_ENDED = ("closed", "void")


@dataclass(frozen=True)
class NewValues:
    """What components get; "" leaves as it is. Departments by code, name or short name."""

    state: str = ""
    department: str = ""
    owner: str = ""
    maintainer: str = ""
    owner_state: str = ""

    def columns(self, departments: Rows) -> dict[str, str]:
        """Return column → value of what is to be set.

        :raises InputError: ``change_without_values``, ``change_value_unknown``, ``department_not_known``.
        """
        found = {}
        for column, of, value in (
            ("state", "component_state", self.state),
            ("owner_state", "owner_state", self.owner_state),
        ):
            known = [key for key, _ in value_list(of)]
            if value and value not in known:
                raise InputError("change_value_unknown", value=value, known=", ".join(known))
            found[column] = value
        for column, value in (
            ("department_code", self.department),
            ("owner_code", self.owner),
            ("maintainer_code", self.maintainer),
        ):
            found[column] = department_code(departments, value) if value else ""
        found = {column: value for column, value in found.items() if value}
        if not found:
            raise InputError("change_without_values")
        return found


@dataclass(frozen=True)
class Meant:
    """Which components are meant: those named by ``codes`` or row ``numbers``, and of them, or of all where neither
    is given, those that the rest describes: see :func:`.inventory.asked_components`.
    """

    codes: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    scope: str = ""
    class_prefix: str = ""
    state: str = ""
    department: str = ""
    owner_state: str = ""

    def __bool__(self) -> bool:
        return any(vars(self).values())


def change_components(
    workspace: Workspace,
    meant: Meant,
    new: NewValues,
    *,
    reason: str,
    on: str = "",
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Set the new values in all components that are meant.

    Components that have them already stay as they are. The ownership of one about which a case is open is settled at
    the ownership desk: it is left out when owner or state of ownership are set. Codes that are not there are listed.

    :param reason: why (拆迁, 更新改造 …); it goes into the note of each component, and so into the change log.
    :param on: since when it is so, today when "".
    :raises InputError: ``change_without_reason``, ``change_without_components``, ``change_day_ahead``,
        ``day_unclear``, ``scope_unknown``, and what :meth:`NewValues.columns` raises.
    :raises WorkspaceError: ``row_changed_meanwhile`` and what keeps the workspace from being written.
    """
    progress = progress or Progress()
    progress.report(0.0)
    reason, day = " ".join(reason.split()), day_of(on)
    if not reason:
        raise InputError("change_without_reason")
    if not meant:
        raise InputError("change_without_components")
    if day > np.datetime64(clock.today(), "D"):
        raise InputError("change_day_ahead", day=str(day))
    act = Act.now(GESTURE, author)
    with workspace.transaction(author, GESTURE) as transaction:
        transaction.hold(_TABLE)
        values = new.columns(workspace.read("department", geometry=False))
        parts, missing = meant_rows(workspace, meant)
        rulings = workspace.read("ownership_ruling", ["component_code"], {"ruled_on": None}, geometry=False)
        planned = plan_change(parts, values, frozenset(texts(rulings, "component_code")), reason, str(day))
        progress.report(0.6)
        open_cases = _open_cases(workspace, set(texts(parts, "code")[planned.changed].tolist()))
        write_rows(transaction, [_change(parts.take(planned.changed), planned.columns)], act)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    return _report(parts, planned, missing, open_cases)


def meant_rows(workspace: Workspace, meant: Meant) -> tuple[Rows, list[str]]:
    """Return the components that are meant, whole, and the codes that no component has."""
    parts = workspace.read(_TABLE)
    mask: np.ndarray = np.ones(len(parts), dtype=bool)
    missing = list[str]()
    if meant.codes or meant.numbers:
        codes = texts(parts, "code")
        named = np.isin(codes.astype(str), meant.codes)
        mask = named | np.isin(parts.fids, np.array(meant.numbers, dtype=np.int64))
        there = set(codes[named].tolist())
        missing = [code for code in dict.fromkeys(meant.codes) if code not in there]
    asked = asked_components(
        workspace, meant.scope, meant.class_prefix, meant.state, meant.department, meant.owner_state
    )
    return parts.take(mask & _described(workspace, parts, asked)), missing


def _described(workspace: Workspace, parts: Rows, asked: Asked) -> np.ndarray:
    arrays = component_arrays(parts)
    mask = chosen(len(parts), arrays.columns, asked.wanted, asked.class_prefix)
    if asked.areas:
        units = units_in(workspace, asked.areas)
        words = arrays.columns["unit_grid"]
        mask &= words.which(word in units for word in words.words)
    return mask


def _change(before: Rows, columns: Mapping[str, np.ndarray]) -> TableChange:
    if len(before) == 0:
        return TableChange(_TABLE)
    updated = Rows({**columns, "row_version": before["row_version"]}, None, before.fid)
    return TableChange(_TABLE, before=before, updated=updated)


def _report(parts: Rows, planned: Planned, missing: Sequence[str], open_cases: int) -> Report:
    codes = texts(parts, "code")
    left = codes[planned.in_dispute].tolist()
    rejected = [*_rows(left, "component_under_ruling"), *_rows(missing, "component_not_there")]
    changed, same = int(planned.changed.sum()), int(planned.same.sum())
    figures = {
        "meant": len(parts),
        "changed": changed,
        "same": same,
        "in_dispute": len(left),
        "missing": len(missing),
    }
    notes = [Message("components_changed", {"count": changed, "same": same})]
    if open_cases:
        notes.append(Message("components_changed_with_cases", {"count": open_cases}))
    reasons = {
        code: count
        for code, count in (("component_under_ruling", len(left)), ("component_not_there", len(missing)))
        if count
    }
    return Report("changecomponents", changed, len(rejected), reasons, rejected, figures=figures, notes=notes)


def _rows(codes: Iterable[str], reason: str) -> list[RejectedRow]:
    return [RejectedRow(number, code, reason) for number, code in enumerate(codes, start=1)]


def _open_cases(workspace: Workspace, codes: set[str]) -> int:
    """Return how many open cases name one of some components."""
    cases = workspace.read("cases", ["component_code", "status"], {"kind": "component"}, geometry=False)
    is_open = ~np.isin(texts(cases, "status").astype(str), _ENDED)
    return sum(code in codes for code in texts(cases, "component_code")[is_open].tolist() if code)
