"""Codes of responsibility grids when a scheme is grouped, and what becomes of the codes it had before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import numpy as np

from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.stored import DRAFT, VALID
from gridmgmt_plugin.core.rows import as_column, is_null

_REBUILT = "rebuilt"


def replaced_codes(
    register: CodeRegister,
    before: np.ndarray,
    group: np.ndarray,
    area_code: np.ndarray,
    *,
    at: str,
    by: str,
    kept: Sequence[Optional[str]] = (),
) -> np.ndarray:
    """Return the code of each new group (object array of k texts) and take the codes before out of use.

    Drafts are given back first, so that their numbers serve again; valid codes are retired, with the codes of the
    groups that their unit grids went to as successors. Retired codes whose successor was such a draft name its heirs.

    :param before: object array of n texts or ``None``, the code that each unit grid had.
    :param group: int64 (n,), its new group. ``area_code``: object array of k texts, where each group is numbered.
        Groups come ordered by zone and place; numbers ascend in that order within a prefix.
    :param kept: the code before that each new group goes on with, ``None`` = a new one; none by default.
    :raises InputError: ``code_sequence_full`` when a prefix has no number left; nothing is changed then that a caller
        must undo, because the register is written by the transaction alone.
    """
    goes_on = {code for code in kept if code}
    present = sorted({code for code in before if code} - goes_on)
    drafts = [code for code in present if register.state(code) == DRAFT]
    for code in drafts:
        register.hand_down(code, [_waiting(code)])
    register.discard(drafts)
    codes = as_column(kept or [None] * len(area_code))
    new = np.flatnonzero(is_null(codes))
    codes[new] = _allocated(register, area_code[new], at, by)
    for code in present:
        heirs = sorted(set(codes[group[before == code]].tolist()))
        if code in drafts:
            register.hand_down(_waiting(code), heirs)
        elif register.state(code) == VALID:
            register.retire(code, _REBUILT, heirs, at, by)
    return codes


def _allocated(register: CodeRegister, area_code: np.ndarray, at: str, by: str) -> np.ndarray:
    prefixes = np.array([register.layout.prefix_for_area(code) for code in area_code])
    codes = np.empty(len(prefixes), dtype=object)
    for prefix in np.unique(prefixes):
        members = np.flatnonzero(prefixes == prefix)
        codes[members] = register.allocate(prefix, len(members), at=at, by=by)
    return codes


def _waiting(code: str) -> str:
    """Return a name that no code can have, for a draft whose heirs are not numbered yet."""
    return f"?{code}"
