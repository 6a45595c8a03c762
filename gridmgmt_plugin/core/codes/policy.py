"""Who keeps the code when a cell is split or cells are merged.

``larger_keeps``: the part with the largest area keeps the code, draft or valid; the planner may name another part.
``both_new``: no part keeps it; a valid code is retired with its successors, a draft is given back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.stored import DRAFT, RETIRED
from gridmgmt_plugin.core.errors import InputError

LARGER_KEEPS = "larger_keeps"
BOTH_NEW = "both_new"
SPLIT_POLICIES = (LARGER_KEEPS, BOTH_NEW)


@dataclass(frozen=True)
class SplitCodes:
    """Codes after a split. ``part_codes``: one per part, in the order of the areas given.

    ``kept_by``: the part that keeps the old code, ``None`` when none does. ``allocated``: the new codes.
    ``retired``, ``discarded``: the old code, where that became of it.
    """

    part_codes: tuple[str, ...]
    kept_by: int | None
    allocated: tuple[str, ...]
    retired: tuple[str, ...] = ()
    discarded: tuple[str, ...] = ()

    def kept_by_part(self, part: int) -> SplitCodes:
        """Return the same codes with the old one on ``part``: the planner's swap; the register stays as it is.

        :raises ValueError: when no part keeps the old code.
        """
        if self.kept_by is None:
            raise ValueError("no part keeps the old code under this policy")
        codes = list(self.part_codes)
        codes[part], codes[self.kept_by] = codes[self.kept_by], codes[part]
        return replace(self, part_codes=tuple(codes), kept_by=part)


@dataclass(frozen=True)
class MergeCodes:
    """Codes after a merge. ``code``: of the merged cell; ``kept_by``: which of the merged had it, or ``None``.

    ``retired`` and ``discarded``: what became of the others; ``allocated``: the new code, where one was needed.
    """

    code: str
    kept_by: int | None
    allocated: tuple[str, ...]
    retired: tuple[str, ...]
    discarded: tuple[str, ...]


def codes_after_split(
    register: CodeRegister,
    code: str,
    part_areas_m2: Sequence[float],
    policy: str,
    *,
    kept_by: int | None = None,
    prefix: str | None = None,
    reason: str = "split",
    at: str | None = None,
    by: str | None = None,
) -> SplitCodes:
    """Enter the codes of the parts of one cell; nothing is entered when an error is raised.

    :param part_areas_m2: two areas or more; of equal ones the first counts as the larger.
    :param kept_by: under ``larger_keeps``, the part that keeps the code instead of the largest.
    :param prefix: where new codes are counted, when not beside the old one (it does not fit the layout, say).
    :raises InputError: ``code_unknown``, ``code_was_retired`` or ``code_sequence_full``.
    :raises ValueError: fewer than two parts, an unknown policy, or ``kept_by`` out of place.
    """
    parts = len(part_areas_m2)
    keeper = _keeper(part_areas_m2, policy, kept_by)
    state = _state_in_use(register, code)
    tail = _tail(register, code)
    under = register.layout.prefix_of(code) if prefix is None else prefix
    new = register.allocate(under, parts if keeper is None else parts - 1, tail=tail, at=at, by=by)
    if keeper is not None:
        part_codes = [*new[:keeper], code, *new[keeper:]]
        if state == DRAFT:
            # Codes retired in favour of this draft have their ground in all of its parts.
            register.hand_down(code, part_codes)
        return SplitCodes(tuple(part_codes), keeper, tuple(new))
    retired = register.withdraw(code, reason, new, at, by)
    return SplitCodes(tuple(new), None, tuple(new), (code,) if retired else (), () if retired else (code,))


def codes_after_merge(
    register: CodeRegister,
    codes: Sequence[str],
    areas_m2: Sequence[float],
    policy: str,
    *,
    kept_by: int | None = None,
    prefix: str | None = None,
    reason: str = "merge",
    at: str | None = None,
    by: str | None = None,
) -> MergeCodes:
    """Enter the code of cells merged into one; nothing is entered when an error is raised.

    :param codes: the cells' codes, two or more, all different.
    :param areas_m2: their areas; of equal ones the first counts as the larger.
    :param kept_by: under ``larger_keeps``, the cell whose code is kept instead of the largest one's.
    :param prefix: where the merged cell belongs; needed when the cells lie under different prefixes.
    :raises InputError: ``code_given_twice``, ``code_unknown``, ``code_was_retired``, ``merge_across_areas`` or
        ``code_sequence_full``.
    :raises ValueError: fewer than two cells, an unknown policy, or ``kept_by`` out of place.
    """
    if len(codes) != len(areas_m2):
        raise ValueError("every merged cell needs its area")
    keeper = _keeper(areas_m2, policy, kept_by)
    for position, code in enumerate(codes):
        if code in codes[:position]:
            raise InputError("code_given_twice", value=code)
        _state_in_use(register, code)
    under = _common_prefix(register, codes) if prefix is None else prefix
    new: list[str] = []
    if keeper is None:
        new = register.allocate(under, 1, tail=_tail(register, codes[0]), at=at, by=by)
    merged = new[0] if keeper is None else codes[keeper]
    retired: list[str] = []
    discarded: list[str] = []
    for code in codes:
        if code != merged:
            (retired if register.withdraw(code, reason, [merged], at, by) else discarded).append(code)
    return MergeCodes(merged, keeper, tuple(new), tuple(retired), tuple(discarded))


def _keeper(areas_m2: Sequence[float], policy: str, kept_by: int | None) -> int | None:
    if len(areas_m2) < 2:
        raise ValueError("a split or merge has at least two parts")
    if policy not in SPLIT_POLICIES:
        raise ValueError(f"unknown split policy {policy!r}")
    if policy == BOTH_NEW:
        if kept_by is not None:
            raise ValueError("no part keeps the code under both_new")
        return None
    if kept_by is None:
        return int(np.argmax(np.asarray(areas_m2, dtype=np.float64)))
    if not 0 <= kept_by < len(areas_m2):
        raise ValueError(f"there is no part {kept_by}")
    return kept_by


def _state_in_use(register: CodeRegister, code: str) -> str:
    state = register.state(code)
    if state is None:
        raise InputError("code_unknown", value=code)
    if state == RETIRED:
        raise InputError("code_was_retired", value=code)
    return state


def _common_prefix(register: CodeRegister, codes: Sequence[str]) -> str:
    prefixes = [register.layout.prefix_of(code) for code in codes]
    for code, prefix in zip(codes, prefixes):
        if prefix != prefixes[0]:
            raise InputError("merge_across_areas", value=codes[0], other=code)
    return prefixes[0]


def _tail(register: CodeRegister, code: str) -> str:
    """Return what new codes end in: the type letter of the old one."""
    if not register.layout.tail_parts:
        return ""
    return register.layout.parse(code).tail
