"""Rules on staffing: hours that somebody answers, posts that do not clash, one or two liaisons per community."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from gridmgmt_plugin.core.codes.areas import COMMUNITY
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.gap_text import Gaps
from gridmgmt_plugin.core.duty.roster import Roster, read_roster
from gridmgmt_plugin.core.duty.times import clock_minutes, weekday_mask
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.posts.board import Unwatched, staffing_board
from gridmgmt_plugin.core.posts.clashes import TWICE, TWO_FIRST, TWO_PLACES, find_clashes
from gridmgmt_plugin.core.responsibility.scheme_rules import alternatives
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import rule
from gridmgmt_plugin.core.validation.rules_posts import GRID, staffed

_LIAISON = "liaison"


@rule("post_hours_unreadable")
def hours_unreadable(context: Context) -> Iterator[Issue]:
    """Find posts whose weekdays or hours nobody can read: whether they are on duty cannot be said."""
    columns = {name: context.text("post", name) for name in ("weekdays", "start_time", "end_time")}
    ids = context.text("post", "id")
    for row in range(len(ids)):
        for name, cells in columns.items():
            if not _is_readable(name, cells[row]):
                key = ids[row] or f"#{context.row_number('post', row)}"
                column = Title(f"post.{name}")
                yield context.issue("post_hours_unreadable", "post", (key,), column=column, value=cells[row])


@rule("post_written_twice")
def written_twice(context: Context) -> Iterator[Issue]:
    """Find posts that say the same of one person at overlapping times."""
    yield from _clashing(context, TWICE, "post_written_twice")


@rule("post_two_first")
def two_first(context: Context) -> Iterator[Issue]:
    """Find posts with two first holders (A角) at the same hours."""
    yield from _clashing(context, TWO_FIRST, "post_two_first")


@rule("post_two_places")
def two_places(context: Context) -> Iterator[Issue]:
    """Find persons who are first holder in two places of one kind at the same hours."""
    yield from _clashing(context, TWO_PLACES, "post_two_places")


@rule("hours_unanswered")
def hours_unanswered(context: Context) -> Iterator[Issue]:
    """Find street offices whose staffed places have hours with nobody on duty and no duty phone; told once each."""
    if _roster(context) is None:
        return
    held = staffed(context, GRID)  # a grid that nobody holds is a vacancy, which is told by a rule of its own
    tree = AreaTree(context.rows("area"))
    by_office: dict[str, list[Unwatched]] = defaultdict(list)
    for place in staffing_board(_readable(context), context.today, without=_proposed(context)).unwatched:
        key = (place.place.scheme, place.place.code)
        if place.phone is None and place.place.table == GRID and {key, ("", key[1])} & held:
            by_office[tree.street_office(place.place.area_code)].append(place)
    for office, places in sorted(by_office.items()):
        gaps, _ = Counter(place.gaps for place in places).most_common(1)[0]
        codes = [place.place.code for place in places]
        shape, words = context.area_polygons.get(office), Gaps(gaps=gaps)
        told: dict[str, Any] = {"count": len(places), "gaps": words, "codes": listing(codes)}
        yield context.issue("hours_unanswered", "area", (office,), shape, **told)


@rule("community_liaisons")
def community_liaisons(context: Context) -> Iterator[Issue]:
    """Find communities with fewer or more liaisons (城管联络员) than there should be, once any community has one."""
    post = {name: context.text("post", name) for name in ("target", "target_code", "role", "person_id")}
    held = (
        (post["target"] == "area") & (post["role"] == _LIAISON) & (post["person_id"] != "") & context.in_force("post")
    )
    number = Counter(post["target_code"][held].tolist())
    level, codes = context.text("area", "level"), context.text("area", "code")
    communities = codes[(level == COMMUNITY) & context.in_force("area")]
    if not any(number[code] for code in communities):
        return
    least, most = int(context.parameter("liaisons_min")), int(context.parameter("liaisons_max"))
    for code in communities:
        if not least <= number[code] <= most:
            told: dict[str, Any] = {"count": number[code], "least": least, "most": most}
            yield context.issue("community_liaisons", "area", (code,), context.area_polygons.get(code), **told)


def _proposed(context: Context) -> frozenset[str]:
    return alternatives(context.settings.schemes) - {context.settings.scheme or ""}


def _clashing(context: Context, kind: str, code: str) -> Iterator[Issue]:
    roster = _roster(context)
    if roster is None:
        return
    ids, persons = context.text("post", "id"), context.text("post", "person_id")
    still = ~(roster.valid_to < context.today)  # what is over harms nobody
    for clash in find_clashes(context.rows("post"), roster, still):
        if clash.kind == kind:
            keys = tuple(ids[at] or f"#{context.row_number('post', at)}" for at in (clash.one, clash.other))
            people = listing(map(context.person_title, dict.fromkeys((persons[clash.one], persons[clash.other]))))
            places = listing(dict.fromkeys((roster.target_code[clash.one], roster.target_code[clash.other])))
            yield context.issue(code, "post", keys, person=people, target=places)


def _roster(context: Context) -> Roster | None:
    """Return the roster, ``None`` while hours cannot be read, which is told by a rule of its own."""

    def read() -> Roster | None:
        try:
            return read_roster(_readable(context)["post"], context.rows("person"))
        except InputError:
            return None

    found: Roster | None = context.once("roster", read)
    return found


def _readable(context: Context) -> dict[str, Rows]:
    """Return the tables with the days of posts and persons as days; one that cannot be read is open, as for rules."""
    tables = dict(context.tables)
    for name, columns in (("post", ("valid_from", "valid_to")), ("person", ("left_on",))):
        if name in tables:
            days = {column: _iso(context.days(name, column)) for column in columns}
            tables[name] = tables[name].with_columns(**days)
    return tables


def _iso(days: np.ndarray) -> list[str | None]:
    return [None if np.isnat(day) else str(day) for day in days]


def _is_readable(column: str, cell: str) -> bool:
    try:
        weekday_mask(cell) if column == "weekdays" else clock_minutes(cell, 0)
    except InputError:
        return False
    return True
