"""Rules on the officers of street-lanes: sections, terms that ran out, stewards, officers of another office."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.offices import Offices
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.lanes.names import normalise_name
from gridmgmt_plugin.core.lanes.sections import LaneAlong, Stretch, gaps, house_number, overlaps, stretches
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.titles import ValueTitle
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import rule
from gridmgmt_plugin.core.validation.rules_lanes import lanes_in_force
from gridmgmt_plugin.core.validation.rules_posts import people_gone

_STEWARD, _OF_THE_COUNTY = "lane_steward", "county_chief"
# Who stands in for another answers for the same section.
_FIRST_TURNS = ("", "A角")
# Streets this near to a lane cross it, or end at it.
_CROSSES_M = 5.0


@rule("lane_post_expired")
def post_expired(context: Context) -> Iterator[Issue]:
    """Find lanes with officers where a role that somebody had ran out, without a reason, and nobody has it today."""
    post = _posts(context)
    ends, reason = context.days("post", "valid_to"), context.text("post", "end_reason")
    held = {(post.lane[at], post.role[at]) for at in post.serving.tolist()}
    staffed_today = {lane for lane, _ in held}
    last: dict[tuple[str, str], int] = {}
    for at in np.flatnonzero(post.of_lane & (ends < context.today)).tolist():
        key = post.lane[at], post.role[at]
        # Of posts with one last day the one without a reason counts: it is the one that is to be looked at.
        if key not in last or (ends[at], not reason[at]) > (ends[last[key]], not reason[last[key]]):
            last[key] = at
    rows = _rows_of_lanes(context)
    for (lane, role), at in sorted(last.items()):
        if lane in rows and lane in staffed_today and (lane, role) not in held and not reason[at]:
            told = {
                "role": ValueTitle(f"role.{role}"),
                "person": context.person_title(post.person[at]),
                "day": str(ends[at]),
            }
            yield _issue(context, "lane_post_expired", rows[lane], (post.key[at],), None, **told)


@rule("lane_stewards")
def stewards(context: Context) -> Iterator[Issue]:
    """Find lanes with fewer or more stewards (小巷管家) than there should be, once any lane has one."""
    post = _posts(context)
    people: dict[str, set[str]] = defaultdict(set)
    for at in post.serving[post.role[post.serving] == _STEWARD].tolist():
        people[post.lane[at]].add(post.person[at])
    least, most = int(context.parameter("stewards_min")), int(context.parameter("stewards_max"))
    rows = _rows_of_lanes(context) if people else {}
    for lane, row in rows.items():
        count = len(people.get(lane, ()))
        if not least <= count <= most:
            yield _issue(context, "lane_stewards", row, (), None, count=count, least=least, most=most)


@rule("lane_officer_of_another_office")
def officer_of_another_office(context: Context) -> Iterator[Issue]:
    """Find officers who belong to a street office that neither has the lane nor manages it."""
    office_of = _offices(context)
    if office_of is None:
        return
    post, rows = _posts(context), _rows_of_lanes(context)
    department = dict(zip(context.text("person", "id"), context.text("person", "department_code")))
    above = dict(zip(context.text("department", "code"), context.text("department", "parent_code")))
    street, managing = context.text("lane", "street_code"), context.text("lane", "managing_street_code")
    known = set(office_of.values())
    for at in post.serving.tolist():
        row = rows.get(post.lane[at])
        own = _office_above(department.get(post.person[at], ""), above, known)
        if row is None or not own or post.role[at] == _OF_THE_COUNTY:
            continue
        fitting = {office_of.get(code, "") for code in (street[row], managing[row])}
        if own not in fitting:
            told = {
                "person": context.person_title(post.person[at]),
                "office": context.department_title(own),
                "role": ValueTitle(f"role.{post.role[at]}"),
            }
            yield _issue(context, "lane_officer_of_another_office", row, (post.key[at],), None, **told)


@rule("lane_sections_overlap")
def sections_overlap(context: Context) -> Iterator[Issue]:
    """Find sections of one lane that two officers of one role have in common."""
    slack_m, post = float(context.parameter("section_slack_m")), _posts(context)
    for row, role, posts, sections in _sections(context):
        for one, other, common_m in overlaps(sections, slack_m):
            pair = [posts[one.holder], posts[other.holder]]
            if post.person[pair[0]] != post.person[pair[1]]:
                people = listing(context.person_title(post.person[at]) for at in pair)
                keys = tuple(post.key[at] for at in pair)
                told = {"role": ValueTitle(f"role.{role}"), "person": people}
                yield _issue(context, "lane_sections_overlap", row, keys, common_m, **told)


@rule("lane_sections_gap")
def sections_gap(context: Context) -> Iterator[Issue]:
    """Find stretches of a lane that is shared out in sections which no section of a role covers."""
    slack_m = float(context.parameter("section_slack_m"))
    for row, role, _, sections in _sections(context):
        length_m = float(shapely.length(_axis(context.geometry("lane")[row])))
        for start_m, end_m in gaps(sections, length_m, slack_m):
            told = {"role": ValueTitle(f"role.{role}"), "start": f"{start_m:.0f}", "end": f"{end_m:.0f}"}
            yield _issue(context, "lane_sections_gap", row, (role, f"{start_m:.0f}"), end_m - start_m, **told)


class _Posts:
    """The posts at lanes: columns of all posts, ``of_lane``: bool, ``serving``: int64, those served today by somebody
    who is still there.
    """

    def __init__(self, context: Context) -> None:
        names = ("target_code", "person_id", "role", "turn")
        self.lane, self.person, self.role, self.turn = (context.text("post", name) for name in names)
        ids = context.text("post", "id")
        self.key = [key or f"#{context.row_number('post', at)}" for at, key in enumerate(ids.tolist())]
        self.of_lane = np.asarray((context.text("post", "target") == "lane") & (self.person != ""))
        gone = people_gone(context)
        there = np.array([person not in gone for person in self.person], dtype=bool)
        self.serving = np.flatnonzero(self.of_lane & there & context.in_force("post"))


def _posts(context: Context) -> _Posts:
    found: _Posts = context.once("posts at lanes", lambda: _Posts(context))
    return found


def _rows_of_lanes(context: Context) -> Mapping[str, int]:
    codes = context.text("lane", "code")
    return {str(codes[row]): row for row in np.flatnonzero(lanes_in_force(context)).tolist()}


def _issue(context: Context, code: str, row: int, more: tuple[str, ...], measure: float | None, **told: Any) -> Issue:
    keys = (str(context.text("lane", "code")[row]), *more)
    name = context.text("lane", "name")[row] or "–"
    return context.issue(code, "lane", keys, context.geometry("lane")[row], measure, name=name, **told)


def _offices(context: Context) -> Mapping[str, str] | None:
    """Return code of a street office → its department, ``None`` while departments cannot be read."""
    if not len(context.rows("department")):
        return None
    areas = context.rows("area")
    try:
        offices = Offices(areas, context.rows("department"), AreaTree(areas))
        codes = {str(code) for code in context.text("lane", "street_code") if code}
        codes |= {str(code) for code in context.text("area", "code") if code}
        level = dict(zip(context.text("area", "code"), context.text("area", "level")))
        return {
            code: offices.office(code, context.today) for code in sorted(codes) if level.get(code) == "street_office"
        }
    except InputError:  # days that cannot be read are told by a rule of their own
        return None


def _office_above(department: str, above: Mapping[str, str], offices: set[str]) -> str:
    """Return the street office's department that a department is or belongs to, "" for none."""
    seen: set[str] = set()
    while department and department not in seen:
        if department in offices:
            return department
        seen.add(department)
        department = above.get(department, "")
    return ""


def _axis(shape: Any) -> shapely.Geometry:
    """Return the longest line of a lane: along it its sections are told."""
    parts = shapely.get_parts(shape)
    return parts[int(np.argmax(shapely.length(parts)))]


def _sections(context: Context) -> Iterator[tuple[int, str, list[int], tuple[Stretch, ...]]]:
    """Yield lane, role, posts and sections, for lanes that a role shares out and whose words can all be told."""
    post, rows = _posts(context), _rows_of_lanes(context)
    first, last = context.text("post", "section_from"), context.text("post", "section_to")
    by_role: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at in post.serving.tolist():
        if post.lane[at] in rows and post.turn[at] in _FIRST_TURNS:
            by_role[post.lane[at], post.role[at]].append(at)
    for (lane, role), posts in sorted(by_role.items()):
        row, shape = rows[lane], context.geometry("lane")[rows[lane]]
        parted = [at for at in posts if first[at] or last[at]]
        if len(parted) < len(posts) or shape is None or shapely.length(shape) == 0:
            continue
        sections = stretches([(first[at], last[at]) for at in parted], _along(context, row))
        if sections is not None:
            yield row, role, parted, sections


def _along(context: Context, row: int) -> LaneAlong:
    """Return a lane as its sections are told: its ends, and the streets that cross it, in metres."""
    axis, names = _axis(context.geometry("lane")[row]), context.text("lane", "name")
    tree, drawn = context.once("tree of lanes", lambda: _tree(context))
    places: dict[str, float] = {}
    for at in drawn[tree.query(axis, predicate="dwithin", distance=_CROSSES_M)].tolist():
        name = normalise_name(names[at])
        if at != row and name:
            there = shapely.shortest_line(axis, context.geometry("lane")[at])
            places[name] = float(shapely.line_locate_point(axis, shapely.get_point(there, 0)))
    length_m = float(shapely.length(axis))
    first, last = (normalise_name(context.text("lane", name)[row]) for name in ("from_place", "to_place"))
    if _runs_back(places, first, last, length_m):
        places = {name: length_m - metres for name, metres in places.items()}
    if first != last:  # two dead ends are told apart by nobody
        places.update({first: 0.0, last: length_m})
    numbers = [house_number(context.text("lane", name)[row]) for name in ("house_no_min", "house_no_max")]
    houses = None if numbers[0] is None or numbers[1] is None else (numbers[0], numbers[1])
    return LaneAlong(length_m, places, houses)


def _runs_back(places: Mapping[str, float], first: str, last: str, length_m: float) -> bool:
    """Tell whether a line is drawn from the place where the lane ends to that where it begins."""
    middle_m = length_m / 2.0
    return places.get(first, middle_m) > places.get(last, middle_m)


def _tree(context: Context) -> tuple[shapely.STRtree, np.ndarray]:
    drawn = np.flatnonzero(lanes_in_force(context) & ~shapely.is_missing(context.geometry("lane")))
    return shapely.STRtree(context.geometry("lane")[drawn]), drawn
