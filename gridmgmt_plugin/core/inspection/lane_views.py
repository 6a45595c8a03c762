"""Lanes put into classes for the map by what inspections and cases say: by one item, or by how they fell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

#: What a class of one item stands for.
FAILED, HAS_CASES, PASSED, NOT_JUDGED = "failed", "has_cases", "passed", "not_judged"
#: What a class of falls stands for: fell again after it was restored, fell, better or worse than before, the rest.
RELAPSED, FELL, WORSE, BETTER, SAME = "relapsed", "fell", "worse", "better", "same"


@dataclass(frozen=True)
class LaneRecord:
    """What is known of a lane by a day. ``items``: item → passed of the last round in which items were judged;
    ``cases``: item → cases that count against it; ``months``: (month, lowest deciding score), the latest last;
    ``falls``: how often it fell below the standard; ``relapses``: of these, how often after it was restored.
    """

    items: Mapping[str, bool] = field(default_factory=dict)
    cases: Mapping[str, int] = field(default_factory=dict)
    months: tuple[tuple[str, float], ...] = ()
    falls: int = 0
    relapses: int = 0

    @property
    def trend(self) -> int:
        """Return 1 where the last month is better than the one before it, −1 where it is worse, 0 for neither."""
        if len(self.months) < 2:
            return 0
        before, last = self.months[-2][1], self.months[-1][1]
        return (last > before) - (last < before)


def classes_of_item(records: Mapping[str, LaneRecord], item: str) -> dict[str, Sequence[str]]:
    """Return class → codes of lanes, by the last verdict of an item and its cases; every lane in one."""

    def of(record: LaneRecord) -> str:
        if record.items.get(item) is False:
            return FAILED
        if record.cases.get(item):
            return HAS_CASES
        return PASSED if item in record.items else NOT_JUDGED

    return _grouped(records, of, (FAILED, HAS_CASES, PASSED, NOT_JUDGED))


def classes_of_falls(records: Mapping[str, LaneRecord]) -> dict[str, Sequence[str]]:
    """Return class → codes of lanes, by how often they fell and where they are heading; every lane in one."""

    def of(record: LaneRecord) -> str:
        if not record.months:
            return NOT_JUDGED
        if record.relapses:
            return RELAPSED
        if record.falls:
            return FELL
        return {1: BETTER, -1: WORSE, 0: SAME}[record.trend]

    return _grouped(records, of, (RELAPSED, FELL, WORSE, SAME, BETTER, NOT_JUDGED))


def _grouped(
    records: Mapping[str, LaneRecord], of: Callable[[LaneRecord], str], order: Sequence[str]
) -> dict[str, Sequence[str]]:
    found: dict[str, list[str]] = {kind: [] for kind in order}
    for code, record in records.items():
        found[of(record)].append(code)
    return {kind: codes for kind, codes in found.items() if codes}
