"""Rules on street-lanes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from gridmgmt_plugin.core.duty.times import CATALOGUE
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import rule
from gridmgmt_plugin.core.validation.rules_posts import staffed


def _in_use(context: Context) -> np.ndarray:
    gone = np.isin(context.text("lane", "state").astype(str), load_json(CATALOGUE)["lane_gone_states"])
    return np.asarray(context.in_force("lane") & ~gone & (context.text("lane", "code") != ""))


@rule("lane_without_officer")
def without_officer(context: Context) -> Iterator[Issue]:
    """Find lanes in use for which no street-lane officer who is still there holds a post today."""
    if not staffed(context, "lane", anybody=True):
        return
    held = staffed(context, "lane")
    codes, names = context.text("lane", "code"), context.text("lane", "name")
    for row in np.flatnonzero(_in_use(context)):
        if ("", codes[row]) not in held:
            place = context.geometry("lane")[row]
            yield context.issue("lane_without_officer", "lane", (codes[row],), place, name=names[row] or "–")


@rule("lanes_without_officers")
def without_officers(context: Context) -> Iterator[Issue]:
    """Find counties that have lanes and not one street-lane officer."""
    lanes = int(_in_use(context).sum())
    if lanes and not staffed(context, "lane", anybody=True):
        yield context.issue("lanes_without_officers", "lane", ("*",), count=lanes)


@rule("lane_unassigned")
def unassigned(context: Context) -> Iterator[Issue]:
    """Find lanes in use that are no grid of a scheme whose grids are lanes, once it has any."""
    schemes, grids = context.text("responsibility_grid", "scheme"), context.text("responsibility_grid", "code")
    codes, in_use = context.text("lane", "code"), _in_use(context)
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
