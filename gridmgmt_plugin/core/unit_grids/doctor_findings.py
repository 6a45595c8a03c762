"""The doctor's report on unit grids that come in: what is wrong with which cell, and what a repair would move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.health.doctor import REPAIRABLE, Diagnosis
from gridmgmt_plugin.core.coverage.health.faults import OUTLINE, CoverageFaults
from gridmgmt_plugin.core.messages import Message, listing_in, tongue_of
from gridmgmt_plugin.core.report import RejectedRow
from gridmgmt_plugin.core.validation.catalogue import rule_infos

# Ground that no repair can give to anybody.
BARE = ("hole", "uncovered")
BLOCKING = (*REPAIRABLE, *BARE)


@dataclass(frozen=True)
class CellFindings:
    """``rows``: one entry per fault and cell, as a list of rows; ``counts``: faults by kind; ``figures``: totals in
    m² and what a repair would move. ``blocking``: how many faults keep the cells from being a coverage.
    """

    rows: tuple[RejectedRow, ...]
    counts: dict[str, int]
    figures: dict[str, Any]
    blocking: int

    def summary(self) -> Message:
        """Return the faults that stand in the way, by the titles of their rules, as a text for a sentence."""
        return _CountedFaults("faults", {kind: count for kind, count in self.counts.items() if kind in BLOCKING})


@dataclass(frozen=True)
class _CountedFaults(Message):
    """How many faults of each kind there are (``details``: kind → count)."""

    def text(self, language: str = "en") -> str:
        """Return the titles of their rules in ``language``, each with its count; – without any."""
        titles = {kind: rule_infos()[f"unit_{kind}"].title[tongue_of(language)] for kind in self.details}
        return listing_in((f"{titles[kind]} {count}" for kind, count in self.details.items()), language) or "–"


def findings(
    diagnosis: Diagnosis, strays: np.ndarray, wide: np.ndarray, numbers: Sequence[int], keys: Sequence[str]
) -> CellFindings:
    """Return what is wrong with each cell.

    :param strays: float64 per cell, m² in other areas than its own; ``wide``: bool, too wide for inexact drawing.
    :param numbers, keys: row number in the file and code of each cell.
    """
    faults = diagnosis.faults
    rows = [fault_row(faults, at, numbers, keys) for at in range(len(faults)) if faults.kind[at] in BLOCKING]
    told = np.flatnonzero(wide)
    rows += [
        RejectedRow(numbers[i], keys[i], "cell_across_areas", f"{strays[i]:.1f}", {"area_m2": f"{strays[i]:.1f}"})
        for i in told.tolist()
    ]
    counts = dict(diagnosis.counts)
    if len(told):
        counts["across_areas"] = len(told)
    repaired = diagnosis.repair
    figures = {
        "faults": counts,
        "overlap_m2": round(faults.total("overlap") + faults.total("duplicate"), 3),
        "gap_m2": round(faults.total("gap"), 3),
        "bare_m2": round(sum(faults.total(kind) for kind in BARE), 3),
        "overshoot_m2": round(faults.total("overshoot"), 3),
        "repair_moves_m2": round(repaired.moved_m2, 3),
        "repair_moves_vertices": repaired.vertices_moved,
        "repair_largest_move_m": round(repaired.largest_move_m, 4),
    }
    return CellFindings(tuple(rows), counts, figures, len(faults.of(*BLOCKING)) + len(told))


def changes_by_repair(diagnosis: Diagnosis, numbers: Sequence[int], keys: Sequence[str]) -> tuple[RejectedRow, ...]:
    """Return the cells that a repair changes, with the m² that each gains and gives up."""
    repaired = diagnosis.repair
    changed = np.flatnonzero((repaired.gained_m2 > 0) | (repaired.lost_m2 > 0))
    return tuple(
        RejectedRow(
            numbers[i],
            keys[i],
            "cell_repaired",
            f"+{repaired.gained_m2[i]:.3f} −{repaired.lost_m2[i]:.3f}",
            {"gained_m2": f"{repaired.gained_m2[i]:.3f}", "lost_m2": f"{repaired.lost_m2[i]:.3f}"},
        )
        for i in changed.tolist()
    )


def fault_row(faults: CoverageFaults, at: int, numbers: Sequence[int], keys: Sequence[str]) -> RejectedRow:
    """Return one fault as a row of a list. ``numbers``, ``keys``: row number and code of each cell."""
    first, second = int(faults.first[at]), int(faults.second[at])
    place = faults.geometry[at]
    point = None if place is None or shapely.is_empty(place) else shapely.point_on_surface(place)
    details = {
        "measure": f"{faults.measure[at]:.3f}",
        "other": keys[second] if second != OUTLINE else "–",
        "place": "–" if point is None else f"{point.x:.2f} {point.y:.2f}",
    }
    known = first != OUTLINE
    return RejectedRow(
        numbers[first] if known else 0,
        keys[first] if known else "–",
        f"cell_{faults.kind[at]}",
        details["measure"],
        details,
    )
