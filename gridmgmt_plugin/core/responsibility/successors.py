"""Departments that pass their work on (机构改革): who has the work of a department on a day. Without numpy, for trees
and cards that are read with plain SQL; columns of codes are asked of :mod:`gridmgmt_plugin.core.duty.successors`.
"""

from __future__ import annotations

from collections.abc import Iterable


class Succession:
    """What became of departments: one that has ended and names a successor has passed its work to it.

    The department answers itself up to its last day (``valid_to``); from the day after on its ``successor_code``
    does, and whoever that one has passed its work to by then. A successor that is not known, or that leads back,
    takes nothing over. So what names a department without a date (persons, grids, components, zones) follows a reform
    on its day, and a reform can be entered before it.
    """

    def __init__(self, departments: Iterable[tuple[str, str, str]]) -> None:
        """Take code, last day (ISO text) and successor of every department; "" for nothing."""
        rows = list(departments)
        known = {code for code, _, _ in rows}
        self.passed_on: dict[str, tuple[str, str]] = {
            code: (successor, last[:10]) for code, last, successor in rows if last and successor in known
        }

    def of(self, code: str, day: str) -> str:
        """Return who has the work of a department on a day (ISO text): itself, or the last of those that took it
        over.
        """
        met = {code}
        while code in self.passed_on:
            successor, last = self.passed_on[code]
            if last >= day[:10] or successor in met:
                break
            met.add(successor)
            code = successor
        return code
