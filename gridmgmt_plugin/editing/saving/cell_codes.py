"""The codes of edited cells against the rules: good ones of the right area, once, never one that was retired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.standing import is_held, prefix_and_tail, standing_problem
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import differs
from gridmgmt_plugin.workspace.changes.gestures import NATIVE, Gesture
from gridmgmt_plugin.workspace.changes.row_reading import read_any
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells
from gridmgmt_plugin.workspace.workspace import Workspace


@dataclass(frozen=True)
class CodeFault:
    """A cell (position in ``TouchedCells.after``) whose code cannot stay, and why. ``renumber``: a number that the
    plugin gave for the time being and that somebody else took meanwhile; it is replaced without asking.
    """

    position: int
    message: Message
    renumber: bool = False


def provisional_codes(gestures: Iterable[Gesture]) -> set[str]:
    """Return the codes that gestures of ours gave to new cells in this session."""
    before: set[str | None] = set()
    after: set[str | None] = set()
    for gesture in gestures:
        if gesture.kind != NATIVE:
            before.update(state.code for state in gesture.before)
            after.update(state.code for state in gesture.after)
    return {code for code in after - before if code is not None}


def code_faults(
    workspace: Workspace, register: CodeRegister, touched: TouchedCells, provisional: set[str]
) -> list[CodeFault]:
    """Return what is wrong with the codes of cells that are new or bear another code or area than before.

    Of cells that bear the same code the one that had it keeps it where the outlines tell no better: the largest.
    """
    concerned = _concerned(touched)
    codes = touched.after["code"]
    twice = _given_twice(touched, concerned, provisional)
    held = _held_elsewhere(workspace, touched, [codes[at] for at in concerned.tolist()])
    own = {code for code in touched.before["code"][_touched_before(touched)] if code is not None}
    known_areas = _known_areas(workspace, touched, concerned)
    found = []
    for at in sorted({*concerned.tolist(), *twice}):
        code = codes[at]
        taken = bool(code) and is_held(register, code, own, held)
        if (taken or at in twice) and code in provisional:
            found.append(CodeFault(at, Message("code_taken", {"value": code}), renumber=True))
            continue
        area = touched.after["area_code"][at]
        message = _problem(register, code, area)
        if message is None and area not in known_areas:
            message = Message("cell_area_unknown", {"area": area})
        if message is None and at in twice:
            message = Message("code_given_twice", {"value": code})
        if message is None and taken:
            message = Message("code_taken", {"value": code})
        if message is not None:
            found.append(CodeFault(at, message))
    return found


def free_code(
    workspace: Workspace, register: CodeRegister, area_code: str, like: str | None, at: str, by: str
) -> str:
    """Enter and return the next free number of an area; ``like``: a code whose further parts the new one shares.

    :raises InputError: ``code_sequence_full``, ``editing_code_unknown_prefix``, or what is wrong with the area code.
    """
    prefix, tail = prefix_and_tail(register.layout, area_code, like)
    while True:
        code = register.allocate(prefix, 1, tail=tail, at=at, by=by)[0]
        if not workspace.count("unit_grid", {"code": code}):
            return code
        register.discard([code])
        register.keep_off([code])  # borne by a cell, yet not in the register


def _problem(register: CodeRegister, code: str | None, area_code: str | None) -> Message | None:
    if not area_code:
        return Message("cell_area_missing")
    if not code:
        return Message("cell_code_missing")
    return standing_problem(register, code, area_code)


def _concerned(touched: TouchedCells) -> np.ndarray:
    """Return positions in ``after`` of new cells and of those with another code or area."""
    now = touched.now(touched.changed)
    given_new = np.zeros(len(now), dtype=bool)
    for name in ("code", "area_code"):
        given_new |= differs(touched.before[name][touched.changed], touched.after[name][now])
    return np.concatenate([now[given_new], touched.added])


def _known_areas(workspace: Workspace, touched: TouchedCells, concerned: np.ndarray) -> set[str]:
    """Return the areas that there are, as far as cells name them.

    Cells may come without the outlines of their areas: what a stored cell nearby names is as good.
    """
    named = {area for area in touched.after["area_code"][concerned] if area}
    near = {area for area in touched.before["area_code"] if area}
    unknown = sorted(named - near)
    if unknown and workspace.count("area"):
        return near | set(read_any(workspace, "area", "code", unknown, ["code"], geometry=False)["code"])
    return named | near


def _touched_before(touched: TouchedCells) -> np.ndarray:
    return np.concatenate([touched.changed, touched.removed])


def _given_twice(touched: TouchedCells, concerned: np.ndarray, provisional: set[str]) -> set[int]:
    """Return the positions of cells that must give up a code that several bear: all but the largest.

    A cell that nobody touched keeps its code in any case, and so does one that is stored under a number that the
    plugin gave to a new one for the time being.
    """
    codes = touched.after["code"]
    count = Counter(code for code in codes if code is not None)
    mine = set(touched.now(touched.changed).tolist()) | set(touched.added.tolist())
    losers: set[int] = set()
    for code in {codes[at] for at in concerned.tolist() if codes[at] is not None and count[codes[at]] > 1}:
        bearers = np.flatnonzero(codes == code).tolist()
        outside = [at for at in bearers if at not in mine]
        sizes = {at: touched.after["area_m2"][at] or 0.0 for at in bearers}
        stays = [at for at in bearers if code in provisional and _had(touched, at, code)]
        keeper = (outside or stays or [max(bearers, key=lambda at: (sizes[at], -at))])[0]
        losers.update(at for at in bearers if at != keeper and at in mine)
    return losers


def _held_elsewhere(workspace: Workspace, touched: TouchedCells, codes: list[str | None]) -> set[str]:
    """Return those codes that a stored cell bears which the edits do not concern."""
    wanted = sorted({code for code in codes if code})
    if not wanted:
        return set()
    rows = read_any(workspace, "unit_grid", "code", wanted, ["code"], geometry=False)
    mine = touched.before.fids[_touched_before(touched)]
    return set(rows["code"][~np.isin(rows.fids, mine)].tolist())


def _had(touched: TouchedCells, at: int, code: str) -> bool:
    """Tell whether the cell at a position in ``after`` is stored under a code."""
    origin = touched.origin[at]
    return bool(origin >= 0 and touched.before["code"][origin] == code)
