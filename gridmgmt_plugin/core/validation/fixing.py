"""Fix issues in the tables of a workspace: worked out, checked again by every rule, and nothing written.

A fix counts only when its rule no longer finds the fault and no other fault came with it; everything else is taken
back and told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.validation.context import ValidationSettings
from gridmgmt_plugin.core.validation.fix_attempt import SAME_PLACE_M, Attempt, FaultRef, UnitGridChange
from gridmgmt_plugin.core.validation.fix_values import ValueFix
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.registry import ValidationResult, validate_tables

_ROUNDS = 4


@dataclass(frozen=True)
class FixedTables:
    """What fixing comes to.

    ``fixed``, ``refused``: the wanted issues, the latter with the reason. ``units``: what happens to the unit grids.
    ``values``: single values to write, the new areas of cells among them; ``moved``: table → rows (int64) and codes
    of points that lie in another cell now. ``gained_m2``, ``lost_m2``: code of a cell → ground. ``tables``: all
    tables afterwards. ``before``, ``after``: what the rules say of the tables.
    """

    fixed: tuple[FaultRef, ...]
    refused: tuple[tuple[FaultRef, Message], ...]
    units: UnitGridChange
    values: tuple[ValueFix, ...]
    moved: Mapping[str, tuple[np.ndarray, np.ndarray]]
    gained_m2: Mapping[str, float]
    lost_m2: Mapping[str, float]
    tables: Mapping[str, Rows]
    before: ValidationResult
    after: ValidationResult


def fix_tables(
    tables: Mapping[str, Rows],
    settings: ValidationSettings,
    wanted: Sequence[FaultRef],
    register: CodeRegister | None = None,
    author: str = "",
    at: str | None = None,
    progress: Progress | None = None,
) -> FixedTables:
    """Fix issues, in their order; nothing is written and the tables given stay as they are.

    :param tables: as for :func:`~.registry.validate_tables`.
    :param register: codes of the unit grids; it holds what was given out and taken out of use afterwards.
    :raises Cancelled: through ``progress``.
    """
    progress = progress or Progress()
    before = validate_tables(tables, settings, progress.part(0.0, 0.2))
    found = _issues_of(before.issues, wanted)
    refused = {ref: Message("fix_gone") for ref, issue in found.items() if issue is None}
    held = {ref: issue for ref, issue in found.items() if issue is not None}
    mark = 0 if register is None else register.mark()
    for turn in range(_ROUNDS):
        part = progress.part(0.2 + 0.2 * turn, 0.4 + 0.2 * turn)
        attempt = Attempt(tables, settings, register, author, at)
        failed = attempt.fix(held, part.part(0.0, 0.5))
        refused.update(failed)
        result = validate_tables(attempt.tables, settings, part.part(0.5, 1.0))
        blamed = _blamed(before, result, {ref: issue for ref, issue in held.items() if ref not in failed}, turn)
        if not blamed:
            progress.report(1.0)
            fixed = tuple(ref for ref in held if ref not in refused)
            told = tuple((ref, refused[ref]) for ref in found if ref in refused)
            gained, lost = attempt.exchanged_m2()
            return FixedTables(
                fixed,
                told,
                attempt.unit_grids(),
                tuple(attempt.values),
                attempt.moved,
                gained,
                lost,
                attempt.tables,
                before,
                result,
            )
        if register is not None:
            register.rewind(mark)
        refused.update(blamed)
        held = {ref: issue for ref, issue in held.items() if ref not in refused}
    raise AssertionError("the last round blames every fix that is left")


def _issues_of(issues: Sequence[Issue], wanted: Sequence[FaultRef]) -> dict[FaultRef, Issue | None]:
    """Return the issue that each reference means: of several with the same keys the nearest one."""
    by_key: dict[tuple[str, tuple[str, ...]], list[Issue]] = {}
    for issue in issues:
        by_key.setdefault((issue.rule, issue.object_keys), []).append(issue)
    return {ref: _nearest(by_key.get((ref.rule, ref.keys), []), ref.place) for ref in wanted}


def _nearest(issues: Sequence[Issue], place: tuple[float, float] | None) -> Issue | None:
    if len(issues) < 2 or place is None:
        return issues[0] if issues else None
    point = shapely.Point(place)
    far = [np.inf if issue.geometry is None else shapely.distance(issue.geometry, point) for issue in issues]
    return issues[int(np.argmin(far))]


def _blamed(
    before: ValidationResult, after: ValidationResult, fixed: Mapping[FaultRef, Issue], turn: int
) -> dict[FaultRef, Message]:
    """Return the fixes that did not hold or brought a fault, with the reason; in the last round all that are left."""
    left = Counter((issue.rule, issue.object_keys) for issue in after.issues)
    had = Counter((issue.rule, issue.object_keys) for issue in before.issues)
    blamed: dict[FaultRef, Message] = {}
    meant = Counter((ref.rule, ref.keys) for ref in fixed)
    for ref in fixed:
        key = ref.rule, ref.keys
        if left[key] > max(had[key] - meant[key], 0):
            blamed[ref] = Message("fix_does_not_hold")
    news = _news(before, after, set(map(id, fixed.values())))
    for issue in news:
        told = Message("fix_makes_another", {"other": issue.message})
        guilty = [ref for ref in fixed if _concerns(fixed[ref], issue)]
        blamed.update((ref, told) for ref in guilty if ref not in blamed)
        if not guilty:
            blamed.update((ref, told) for ref in fixed if ref not in blamed)
    if blamed and turn == _ROUNDS - 2:
        blamed.update((ref, Message("fix_does_not_hold")) for ref in fixed if ref not in blamed)
    return blamed


def _news(before: ValidationResult, after: ValidationResult, fixed: set[int]) -> list[Issue]:
    """Return the issues that were not there: neither under their keys, nor of the same rule in their place."""
    had = Counter((issue.rule, issue.object_keys) for issue in before.issues)
    news = []
    for issue in after.issues:
        key = issue.rule, issue.object_keys
        had[key] -= 1
        if had[key] < 0 and issue.count == 1:
            news.append(issue)
    rules = {issue.rule for issue in news}
    old: dict[str, list[Issue]] = {rule: [] for rule in rules}
    for issue in before.issues:
        if issue.rule in rules and id(issue) not in fixed:
            old[issue.rule].append(issue)
    return [issue for issue in news if not any(_in_one_place(issue, other) for other in old[issue.rule])]


def _in_one_place(one: Issue, two: Issue) -> bool:
    if one.geometry is None or two.geometry is None:
        return False
    return bool(shapely.distance(shapely.point_on_surface(one.geometry), two.geometry) <= SAME_PLACE_M)


def _concerns(fixed: Issue, new: Issue) -> bool:
    if set(fixed.object_keys) & set(new.object_keys) - {""}:
        return True
    if fixed.geometry is None or new.geometry is None:
        return False
    return bool(shapely.distance(fixed.geometry, new.geometry) <= 1.0)
