"""What an import of lanes does to those that are there, lane by lane, to be looked at before it is taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import shapely

from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.report import RejectedRow
from gridmgmt_plugin.core.rows import Rows

# What lies further than this from the line before is another way, not the same one drawn anew.
_BESIDE_M = 8.0


def told_new(lanes: Rows) -> Iterator[RejectedRow]:
    """Yield the lanes that are new, under their codes."""
    for code, name, metres in zip(lanes["code"], lanes["name"], lanes["length_m"]):
        yield RejectedRow(0, str(code), "lane_comes_new", str(name or "–"), {"metres": f"{metres:.0f}"})


def told_changed(before: Rows, updated: Rows) -> Iterator[RejectedRow]:
    """Yield the lanes that get another line or name; ``before`` and ``updated`` are the same rows."""
    beside = shapely.buffer(before.shapes, _BESIDE_M)
    elsewhere_m = shapely.length(shapely.difference(updated.shapes, beside))
    lengths = zip(
        shapely.length(before.shapes).tolist(), shapely.length(updated.shapes).tolist(), elsewhere_m.tolist()
    )
    rows = zip(before["code"], before["name"], updated["name"], lengths)
    for code, old, new, (old_m, new_m, away_m) in rows:
        details = {"old": old or "–", "before": f"{old_m:.0f}", "after": f"{new_m:.0f}", "elsewhere": f"{away_m:.0f}"}
        reason = "lane_changes" if old == new else "lane_changes_name"
        yield RejectedRow(0, str(code), reason, str(new or "–"), details)


def told_gone(lanes: Rows) -> Iterator[RejectedRow]:
    """Yield the lanes that the file does not have; they stay."""
    for code, name in zip(lanes["code"], lanes["name"]):
        yield RejectedRow(0, str(code), "lane_not_in_file", str(name or "–"))


def told_kept(lanes: Rows, kept: Sequence[Sequence[str]]) -> Iterator[RejectedRow]:
    """Yield the lanes of the file that are not taken, with those that people cut there."""
    for name, metres, there in zip(lanes["name"], lanes["length_m"], kept):
        details: Mapping[str, str] = {"metres": f"{metres:.0f}", "lanes": listing(there)}
        yield RejectedRow(0, "", "lane_cut_otherwise", str(name or "–"), details)
