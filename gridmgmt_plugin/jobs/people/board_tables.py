"""The staffing board as tables: posts and vacancies, what each person carries, hours in which nobody is on duty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gridmgmt_plugin.core.duty.gap_text import gaps_text
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.posts.board import FAULTS, BoardLine, Load, Place, Unwatched
from gridmgmt_plugin.core.posts.fault_words import fault_words
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.jobs.people.staff_board import read_board
from gridmgmt_plugin.workspace.workspace import Workspace

_PLACE: dict[str, type] = {"target": str, "scheme": str, "code": str, "name": str, "area_code": str}
#: Columns of the three tables, with their types.
POST_COLUMNS: dict[str, type] = {
    **_PLACE, "role": str, "role_name": str, "turn": str, "person": str, "person_name": str, "hours": str,
    "valid_from": str, "valid_to": str, "post_id": str, "faults": str, "wrong": str,
}  # fmt: skip
PERSON_COLUMNS: dict[str, type] = {
    "person": str, "person_name": str, "person_state": str, "posts": int, "kinds": str, "units": int,
    "area_m2": float, "length_m": float,
}  # fmt: skip
HOUR_COLUMNS: dict[str, type] = {**_PLACE, "unwatched": str, "phone_number": str, "phone_of": str}
_BETWEEN = ","


@dataclass(frozen=True, eq=False)
class BoardTables:
    """``posts``: a row per post in force, expired post and vacancy; ``persons``: a row per person who holds one of
    them; ``hours``: a row per staffed place with hours in which nobody is on duty, and the phone that answers then
    (none: nobody does). Without geometry; columns as :data:`POST_COLUMNS`, :data:`PERSON_COLUMNS`,
    :data:`HOUR_COLUMNS`. ``faults`` holds keys, ``wrong`` their words.
    """

    posts: Rows
    persons: Rows
    hours: Rows
    report: Report


def staffing_tables(
    workspace: Workspace,
    day: str | date | None = None,
    office: str = "",
    language: str = "zh",
    progress: Progress | None = None,
) -> BoardTables:
    """Return the staffing of an area ("" for the whole district) on a day, today when not given.

    :raises InputError: ``day_unclear``, ``scope_unknown`` for an area that is not there, and what reading hours and
        dates of posts raises.
    """
    progress = progress or Progress()
    progress.report(0.0)
    if office and not workspace.count("area", {"code": office}):
        raise InputError("scope_unknown", scope=office)
    board = read_board(workspace, day, office)
    progress.report(0.8)
    figures: dict[str, Any] = {fault: board.count(fault) for fault in FAULTS}
    figures |= {
        "day": str(board.day),
        "persons": len(board.loads),
        "in_several_schemes": sum(len(load.kinds) > 1 for load in board.loads),
        "places_unwatched": len(board.unwatched),
        "places_without_phone": sum(place.phone is None for place in board.unwatched),
    }
    return BoardTables(
        _rows(POST_COLUMNS, (_post(line, language) for line in board.lines)),
        _rows(PERSON_COLUMNS, map(_person, board.loads)),
        _rows(HOUR_COLUMNS, (_hours(place, language) for place in board.unwatched)),
        Report("staffingboard", len(board.lines), figures=figures),
    )


def _rows(columns: Mapping[str, type], records: Iterable[tuple[Any, ...]]) -> Rows:
    listed = list(records)
    parts = zip(*listed) if listed else [()] * len(columns)
    values = {name: as_column(None if value == "" else value for value in part) for name, part in zip(columns, parts)}
    return Rows(values, as_column([None] * len(listed)))


def _place(place: Place) -> tuple[str, ...]:
    return place.table, place.scheme, place.code, place.name, place.area_code


def _post(line: BoardLine, language: str) -> tuple[str, ...]:
    role = value_label("role", line.role, language) if line.role else ""
    held = (line.role, role, line.turn, line.person_id, line.person, line.hours, line.valid_from, line.valid_to)
    return (*_place(line.place), *held, line.post, _BETWEEN.join(line.faults), fault_words(line.faults, language))


def _person(load: Load) -> tuple[Any, ...]:
    kinds = _BETWEEN.join(load.kinds)
    return load.person_id, load.person, load.state, load.posts, kinds, load.units, load.area_m2, load.lane_m


def _hours(hours: Unwatched, language: str) -> tuple[str, ...]:
    phone = hours.phone
    answers = ("", "") if phone is None else (phone.number, phone.name or phone.code)
    return (*_place(hours.place), gaps_text(hours.gaps, language), *answers)
