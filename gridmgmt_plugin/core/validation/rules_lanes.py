"""Rules on street-lanes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from gridmgmt_plugin.core.validation.catalogue import parameter
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import rule


def _in_use(context: Context) -> np.ndarray:
    gone = np.isin(context.text("lane", "state").astype(str), parameter("lane_gone_states"))
    return np.asarray(context.in_force("lane") & ~gone)


@rule("lane_without_officer")
def without_officer(context: Context) -> Iterator[Issue]:
    """Find lanes in use for which no street-lane officer holds a post today."""
    held = context.in_force("post") & (context.text("post", "target") == "lane")
    held &= context.text("post", "person_id") != ""
    staffed = set(context.text("post", "target_code")[held])
    codes, names = context.text("lane", "code"), context.text("lane", "name")
    for row in np.flatnonzero(_in_use(context)):
        if codes[row] and codes[row] not in staffed:
            place = context.geometry("lane")[row]
            yield context.issue("lane_without_officer", "lane", (codes[row],), place, name=names[row] or "–")


@rule("lane_length_differs")
def length_differs(context: Context) -> Iterator[Issue]:
    """Find lanes whose stored length is not that of the line."""
    stored, drawn = context.number("lane", "length_m"), shapely.length(context.geometry("lane"))
    limit = np.maximum(parameter("length_tolerance_m"), parameter("length_tolerance_share") * drawn)
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
