"""Rules on street-lanes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.duty.times import CATALOGUE
from gridmgmt_plugin.core.inspection.rounds import rounds_of
from gridmgmt_plugin.core.inspection.standing import standings
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.titles import ValueTitle
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import rule
from gridmgmt_plugin.core.validation.rules_posts import staffed

# A line drawn anew lies within this distance of the old one; lanes of one name with so much of the shorter one that
# near are one lane drawn twice; a piece of street of which less lies in lanes is in none.
_BESIDE_M, _TWIN_SHARE, _COVERED_SHARE = 8.0, 0.8, 0.5


def lanes_in_force(context: Context) -> np.ndarray:
    """Return which lanes are in use today and have a code: bool (n,)."""
    gone = np.isin(context.text("lane", "state").astype(str), load_json(CATALOGUE)["lane_gone_states"])
    return np.asarray(context.in_force("lane") & ~gone & (context.text("lane", "code") != ""))


@rule("lane_without_officer")
def without_officer(context: Context) -> Iterator[Issue]:
    """Find lanes in use for which no street-lane officer who is still there holds a post today."""
    if not staffed(context, "lane", anybody=True):
        return
    held = staffed(context, "lane")
    codes, names = context.text("lane", "code"), context.text("lane", "name")
    for row in np.flatnonzero(lanes_in_force(context)):
        if ("", codes[row]) not in held:
            place = context.geometry("lane")[row]
            yield context.issue("lane_without_officer", "lane", (codes[row],), place, name=names[row] or "–")


@rule("lanes_without_officers")
def without_officers(context: Context) -> Iterator[Issue]:
    """Find counties that have lanes and not one street-lane officer."""
    lanes = int(lanes_in_force(context).sum())
    if lanes and not staffed(context, "lane", anybody=True):
        yield context.issue("lanes_without_officers", "lane", ("*",), count=lanes)


@rule("lane_unassigned")
def unassigned(context: Context) -> Iterator[Issue]:
    """Find lanes in use that are no grid of a scheme whose grids are lanes, once it has any."""
    schemes, grids = context.text("responsibility_grid", "scheme"), context.text("responsibility_grid", "code")
    codes, in_use = context.text("lane", "code"), lanes_in_force(context)
    for scheme in sorted(context.over_lanes()):
        own = grids[schemes == scheme].astype(str)
        is_asked = context.settings.scheme in (None, scheme) and not context.scheme_rules(scheme).alternative_of
        lacking = in_use & ~np.isin(codes.astype(str), own) & (is_asked and len(own) > 0)
        for row in np.flatnonzero(lacking).tolist():
            place, title = context.geometry("lane")[row], context.scheme_title(scheme)
            yield context.issue("lane_unassigned", "lane", (codes[row],), place, scheme=title)


@rule("lane_length_differs")
def length_differs(context: Context) -> Iterator[Issue]:
    """Find lanes whose stored length is not that of the line."""
    stored, drawn = context.number("lane", "length_m"), shapely.length(context.geometry("lane"))
    limit = np.maximum(context.parameter("length_tolerance_m"), context.parameter("length_tolerance_share") * drawn)
    codes, names = context.text("lane", "code"), context.text("lane", "name")
    for row in np.flatnonzero(np.abs(stored - drawn) > limit):
        yield context.issue(
            "lane_length_differs",
            "lane",
            (codes[row],),
            context.geometry("lane")[row],
            float(drawn[row] - stored[row]),
            name=names[row] or "–",
            stored=f"{stored[row]:.1f}",
            drawn=f"{drawn[row]:.1f}",
        )


@rule("lane_standing_differs")
def standing_differs(context: Context) -> Iterator[Issue]:
    """Find lanes in use whose stored standing is not the one that follows from their inspections."""
    settings = context.settings
    checklist = settings.checklists.get(settings.checklist)
    if checklist is None:
        return
    rounds = rounds_of(context.rows("lane_inspection"), settings.checklists, checklist.key)
    lanes = context.rows("lane")
    found = standings(lanes, rounds.take(rounds.days <= context.today), checklist.standing)
    codes, names, stored = (context.text("lane", name) for name in ("code", "name", "standing"))
    for row in np.flatnonzero(lanes_in_force(context)).tolist():
        standing = found[row].standing
        if standing != stored[row]:
            was = ValueTitle(f"lane_standing.{stored[row]}") if stored[row] else "–"
            told: dict[str, Any] = {
                "name": names[row] or "–",
                "stored": was,
                "due": ValueTitle(f"lane_standing.{standing}"),
            }
            told |= {"checklist": checklist.key, "day": str(context.today)}
            keys, place = (str(codes[row]), standing), context.geometry("lane")[row]
            yield context.issue("lane_standing_differs", "lane", keys, place, **told)


@rule("lanes_doubled")
def doubled(context: Context) -> Iterator[Issue]:
    """Find pairs of lanes in use that have a stretch of street in common, or are one lane drawn twice."""
    shapes = context.geometry("lane")
    rows = np.flatnonzero(lanes_in_force(context) & ~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    lines, names = shapes[rows], context.text("lane", "name")[rows]
    one, two = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=_BESIDE_M)
    one, two = one[one < two], two[one < two]
    common_m = shapely.length(shapely.intersection(lines[one], lines[two]))
    shorter_m = np.minimum(shapely.length(lines[one]), shapely.length(lines[two]))
    twins = np.flatnonzero((names[one] == names[two]) & (names[one] != ""))
    beside = shapely.intersection(lines[one[twins]], shapely.buffer(lines[two[twins]], _BESIDE_M))
    is_twin = shapely.length(beside) >= _TWIN_SHARE * shorter_m[twins]
    common_m[twins[is_twin]] = np.maximum(common_m[twins[is_twin]], shapely.length(beside[is_twin]))
    codes = context.text("lane", "code")[rows]
    for at in np.flatnonzero(common_m > float(context.parameter("lane_doubled_m"))).tolist():
        pair = sorted(((codes[one[at]], names[one[at]], one[at]), (codes[two[at]], names[two[at]], two[at])))
        told: dict[str, Any] = {"name": pair[0][1] or "–", "other_name": pair[1][1] or "–"}
        keys, place = (str(pair[0][0]), str(pair[1][0])), lines[pair[0][2]]
        yield context.issue("lanes_doubled", "lane", keys, place, float(common_m[at]), **told)


@rule("street_in_no_lane")
def street_in_no_lane(context: Context) -> Iterator[Issue]:
    """Find named pieces of the streets given beside the workspace that lie in no lane for most of their length, once
    there are lanes at all.
    """
    shapes, lanes = context.geometry("street"), context.geometry("lane")
    rows = np.flatnonzero(
        ~(shapely.is_missing(shapes) | shapely.is_empty(shapes)) & (context.text("street", "name") != "")
    )
    there = lanes[lanes_in_force(context) & ~shapely.is_missing(lanes)]
    if len(there) == 0:
        return
    names = context.text("street", "name")
    piece, lane = shapely.STRtree(there).query(shapes[rows], predicate="dwithin", distance=_BESIDE_M)
    beside = shapely.intersection(shapes[rows[piece]], shapely.buffer(there[lane], _BESIDE_M))
    covered_m = np.bincount(piece, weights=shapely.length(beside), minlength=len(rows))
    length_m = shapely.length(shapes[rows])
    for at in np.flatnonzero(covered_m < _COVERED_SHARE * length_m).tolist():
        row = int(rows[at])
        number = context.text("street", "number")[row] or str(row + 1)
        yield context.issue(
            "street_in_no_lane", "lane", (names[row], number), shapes[row], float(length_m[at]), name=names[row]
        )
