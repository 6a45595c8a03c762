"""The sheet of what a release changes for people, as a PDF to sign before it is handed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

from gridmgmt_plugin.core.release.for_people import STAFFED, Foretold, PlaceChange, StaffLine
from gridmgmt_plugin.core.written import number
from gridmgmt_plugin.project.i18n import tr, translatable
from gridmgmt_plugin.project.papers.sheets import lined_table, write_sheet

# Unit grids go by the hundred: who signs reads responsibility grids and lanes, and how many unit grids there are.
_LISTED = ("responsibility_grid", "lane")
_PLACES = (
    translatable("No."), translatable("Grid or lane"), translatable("What changes"), translatable("Open cases"),
    translatable("Components"), translatable("Metres of lane"), translatable("Gives up"), translatable("Takes over"),
    translatable("Signature"),
)  # fmt: skip
_STAFF = (translatable("Table"), translatable("Code"), translatable("What changes"), translatable("Values"))
_SIGN = (translatable("Made by"), translatable("Checked by"), translatable("Agreed by"))


def write_change_sheet(told: Foretold, path: Path, district: str, classification: str) -> None:
    """Write the sheet on A4 across; it appears complete or not at all.

    :param district: name of the county. :param classification: mark that every paper carries, "" for none.
    :raises WorkspaceError: ``layer_not_written`` with the reason, ``file_held``.
    """
    mark = f"<p align='right'>{escape(classification)}</p>" if classification else ""
    title = tr("{district}: what changes for people in “{scheme}”", district=district, scheme=told.scheme)
    since = tr("since {release}", release=told.base) if told.base else tr("first release")
    to = told.receiver or tr("____________ (to be filled in)")
    head = tr("In force from {day}; {since}; for {receiver}", day=told.day.isoformat(), since=since, receiver=to)
    parts = [mark, f"<h2 align='center'>{escape(title)}</h2>", *map(_line, (head, _sum(told), _grids(told)))]
    places = [place for place in told.changes.places if place.layer in _LISTED]
    if places:
        lines = ((str(at), *_place(place, told)) for at, place in enumerate(places, 1))
        parts.append(lined_table(_PLACES, lines))
    if told.staff:
        parts += [_line(tr("People and duties")), lined_table(_STAFF, (_staff(one, told) for one in told.staff))]
    signed = "&nbsp;" * 12
    parts.append(f"<p>{signed.join(escape(tr(who)) + ': ______________' for who in _SIGN)}</p>")
    write_sheet("".join(parts), path)


def _line(text: str) -> str:
    return f"<p align='center'>{escape(text)}</p>"


def _sum(told: Foretold) -> str:
    changes = told.changes
    return tr(
        "Into other hands: {cases} open {cases:case|cases}, {components} {components:component|components}, "
        "{metres} m of lane; {persons} {persons:person|persons} and {departments} "
        "{departments:department|departments} are touched. The checks gave {warnings} {warnings:warning|warnings}; "
        "{exempted} {exempted:issue is|issues are} exempted.",
        cases=changes.cases,
        components=changes.components,
        metres=number(round(changes.lane_m)),
        persons=len(changes.persons),
        departments=len(changes.departments),
        warnings=told.warnings,
        exempted=told.exempted,
    )


def _grids(told: Foretold) -> str:
    kinds = Counter(kind for place in told.changes.places if place.layer == "unit_grid" for kind in place.kinds)
    if not kinds:
        return tr("No unit grid changes.")
    listed = "; ".join(f"{_kind(kind, told)} {count}" for kind, count in kinds.items())
    return tr("Unit grids: {listed}", listed=listed)


def _kind(kind: str, told: Foretold) -> str:
    return tr("other people") if kind == STAFFED else told.kinds.get(kind, kind)


def _place(place: PlaceChange, told: Foretold) -> tuple[str, ...]:
    hands = place.hands
    is_lane = place.layer == "lane"
    return (
        " ".join(filter(None, (place.code, place.name))),
        "; ".join(_kind(kind, told) for kind in place.kinds),
        "" if is_lane else str(place.cases),
        "" if is_lane else str(place.components),
        number(round(place.lane_m)),
        _named(hands.persons_out, hands.departments_out, told),
        _named(hands.persons_in, hands.departments_in, told),
        "",
    )


def _named(persons: Sequence[str], departments: Sequence[str], told: Foretold) -> str:
    kinds = (("person", persons), ("department", departments))
    return "; ".join(told.names[kind].get(one) or one for kind, codes in kinds for one in codes)


def _staff(line: StaffLine, told: Foretold) -> tuple[str, ...]:
    return line.table, line.code, told.kinds.get(line.change, line.change), line.values
