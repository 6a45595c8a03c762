"""Codes of unit grids that come in: good ones of the layout, of the right area, once, and free."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gridmgmt_plugin.core.codes.damaged_codes import DECIMAL_TAIL, find_damaged_codes
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.standing import is_held, standing_problem
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.ground import some
from gridmgmt_plugin.core.messages import Message


def refuse_faulty_codes(
    codes: np.ndarray,
    raw: np.ndarray,
    area_codes: np.ndarray,
    register: CodeRegister,
    going: set[str],
    numbers: Sequence[int],
) -> None:
    """Do nothing when every code given can be borne by its cell; a cell without a code is no fault.

    :param raw: the cells of the column, in which damage by a spreadsheet shows.
    :param area_codes: the area of each cell. ``going``: codes of cells that are replaced; they may be borne again.
    :param numbers: the row number of each cell in the file.
    :raises InputError: ``unit_grid_codes_faulty`` with the rows and the first reason.
    """
    problems: dict[int, Message] = {}
    damaged = find_damaged_codes(raw)
    for row, reason in zip(damaged.rows.tolist(), damaged.reasons):
        if reason != DECIMAL_TAIL:
            problems[row] = Message(reason)
    seen: set[str] = set()
    for row, code in enumerate(codes):
        if code is None or row in problems:
            continue
        found = _problem(code, str(area_codes[row]), register, going) or (
            Message("code_given_twice", {"value": code}) if code in seen else None
        )
        seen.add(code)
        if found is not None:
            problems[row] = found
    if problems:
        rows = sorted(problems)
        raise InputError(
            "unit_grid_codes_faulty",
            count=len(rows),
            shown=some([f"{numbers[row]}: {codes[row] or '–'}" for row in rows]),
            reason=problems[rows[0]],
        )


def without_decimal_tails(codes: np.ndarray) -> np.ndarray:
    """Return codes without the ``.0`` that a number column adds."""
    result = codes.copy()
    for row, code in enumerate(codes):
        if code is not None and "." in code and not code.split(".", 1)[1].strip("0"):
            result[row] = code.split(".", 1)[0]
    return result


def _problem(code: str, area_code: str, register: CodeRegister, going: set[str]) -> Message | None:
    found = standing_problem(register, code, area_code)
    if found is None and is_held(register, code, going):
        return Message("code_taken", {"value": code})
    return found
