"""Rules that a grid scheme sets itself: the areas its grids keep within, how far loads may be apart, contracts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.responsibility.boundaries import bounds_of_units
from gridmgmt_plugin.core.responsibility.scheme_rules import COMMUNITY, COUNTY, STREET_OFFICE, ZONE
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import rule
from gridmgmt_plugin.core.validation.rules_responsibility import grid_rows

_GRID = "responsibility_grid"
_WITHIN = {
    COMMUNITY: Message("within_community"),
    ZONE: Message("within_zone"),
    STREET_OFFICE: Message("within_street_office"),
}


@rule("responsibility_across_bounds")
def across_bounds(context: Context) -> Iterator[Issue]:
    """Find responsibility grids in more than one of the areas that their scheme keeps them within."""
    outlines = context.geometry(_GRID)
    for scheme, labels in context.schemes():
        within = context.scheme_rules(scheme).within
        if within == COUNTY:
            continue
        bounds = bounds_of_units(context.rows("area"), context.text("unit_grid", "area_code"), within)
        known = grid_rows(context, scheme)
        found: dict[str, set[str]] = {}
        for code, area in zip(labels.tolist(), bounds.tolist()):
            if code and area:
                found.setdefault(code, set()).add(area)
        for code in sorted(found):
            areas = sorted(found[code])
            if len(areas) > 1:
                place = outlines[known[code]] if code in known else None
                told: dict[str, Any] = {"count": len(areas), "areas": listing(areas), "within": _WITHIN[within]}
                yield context.issue(
                    "responsibility_across_bounds", _GRID, (code,), place, scheme=context.scheme_title(scheme), **told
                )


@rule("responsibility_load_beyond")
def load_beyond(context: Context) -> Iterator[Issue]:
    """Find responsibility grids whose number of unit grids is further from the mean than their scheme allows."""
    outlines = context.geometry(_GRID)
    for scheme, labels in context.schemes():
        tolerance = context.scheme_rules(scheme).tolerance_percent
        codes, number = np.unique(labels[labels != ""].astype(str), return_counts=True)
        if not tolerance or len(codes) < 2:
            continue
        off = 100 * (number / number.mean() - 1)
        known = grid_rows(context, scheme)
        for at in np.flatnonzero(np.abs(off) > tolerance + 1e-9).tolist():
            code = str(codes[at])
            place = outlines[known[code]] if code in known else None
            yield context.issue(
                "responsibility_load_beyond",
                _GRID,
                (code,),
                place,
                float(off[at]),
                scheme=context.scheme_title(scheme),
                count=int(number[at]),
                tolerance=tolerance,
            )


@rule("responsibility_contract_over")
def contract_over(context: Context) -> Iterator[Issue]:
    """Find responsibility grids in force whose contract ended before today."""
    last, open_ = context.days(_GRID, "contract_to"), context.in_force(_GRID)
    codes, schemes = context.text(_GRID, "code"), context.text(_GRID, "scheme")
    number, outlines = context.text(_GRID, "contract_no"), context.geometry(_GRID)
    for row in np.flatnonzero(open_ & (last < context.today)).tolist():
        yield context.issue(
            "responsibility_contract_over",
            _GRID,
            (codes[row],),
            outlines[row],
            scheme=context.scheme_title(schemes[row]),
            contract=number[row] or "–",
            day=str(last[row]),
        )
