"""A staffing board in words: rows for its three lists."""

from __future__ import annotations

from collections.abc import Mapping

from gridmgmt_plugin.core.duty.gap_text import gaps_text
from gridmgmt_plugin.core.posts.board import EXPIRED, GONE, VACANT, Board, BoardLine, Load, Place, Unwatched
from gridmgmt_plugin.core.posts.fault_words import fault_words
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.gui.people.model import Row
from gridmgmt_plugin.project.i18n import language, tr, translatable

_TROUBLE = (VACANT, GONE, EXPIRED)
POST_HEADINGS = (
    translatable("Place"),
    translatable("Kind"),
    translatable("Role"),
    translatable("Turn"),
    translatable("Person"),
    translatable("Hours"),
    translatable("From"),
    translatable("Until"),
    translatable("What is wrong"),
)
PERSON_HEADINGS = (
    translatable("Person"),
    translatable("Posts"),
    translatable("Unit grids"),
    translatable("Hectares"),
    translatable("Lanes in m"),
    translatable("Schemes"),
    translatable("State"),
)
HOUR_HEADINGS = (
    translatable("Place"),
    translatable("Kind"),
    translatable("Nobody on duty"),
    translatable("Who answers then"),
)


def post_rows(board: Board, schemes: Mapping[str, str]) -> list[Row]:
    """Return the rows of the list of posts. ``schemes``: key → title."""
    return [_post_row(line, schemes) for line in board.lines]


def person_rows(board: Board, schemes: Mapping[str, str]) -> list[Row]:
    """Return the rows of the list of persons."""
    return [_person_row(load, schemes) for load in board.loads]


def hour_rows(board: Board, schemes: Mapping[str, str]) -> list[Row]:
    """Return the rows of the list of hours without anybody."""
    return [_hour_row(place, schemes) for place in board.unwatched]


def _named(place: Place) -> str:
    return f"{place.name}  {place.code}" if place.name else place.code


def _kind(place: Place, schemes: Mapping[str, str]) -> str:
    return schemes.get(place.scheme) or place.scheme or Title(place.table).text(language())


def _post_row(line: BoardLine, schemes: Mapping[str, str]) -> Row:
    cells = (
        _named(line.place),
        _kind(line.place, schemes),
        value_label("role", line.role, language()) if line.role else "",
        value_label("turn", line.turn, language()) if line.turn else "",
        line.person or line.person_id,
        line.hours or (tr("round the clock") if line.post else ""),
        line.valid_from,
        line.valid_to,
        fault_words(line.faults, language()),
    )
    tone = 2 if set(line.faults) & set(_TROUBLE) else 1 if line.faults else 0
    held = EXPIRED not in line.faults
    person = (line.person_id, line.person or line.person_id) if held else ("", "")
    return Row(cells, (line.place.code, *cells[1:]), person, tone, line)


def _person_row(load: Load, schemes: Mapping[str, str]) -> Row:
    kinds = tr(", ").join(schemes.get(kind) or Title(kind).text(language()) for kind in load.kinds)
    state = value_label("person_state", load.state, language()) if load.state else ""
    cells = (
        f"{load.person}  {load.person_id}",
        str(load.posts),
        str(load.units or ""),
        f"{load.area_m2 / 10_000:,.1f}" if load.area_m2 else "",
        f"{load.lane_m:,.0f}" if load.lane_m else "",
        kinds,
        state,
    )
    order = (load.person, load.posts, load.units, load.area_m2, load.lane_m, (len(load.kinds), kinds)[1], state)
    return Row(cells, order, (load.person_id, load.person), int(len(load.kinds) > 1), load)


def _hour_row(hours: Unwatched, schemes: Mapping[str, str]) -> Row:
    phone = hours.phone
    answers = tr("nobody: no duty phone") if phone is None else f"{phone.name or phone.code}  {phone.number}"
    cells = (_named(hours.place), _kind(hours.place, schemes), gaps_text(hours.gaps, language()), answers)
    order = (hours.place.code, *cells[1:])
    return Row(cells, order, ("", ""), 0 if phone else 2, hours)
