"""The areas above an area by codes alone, and what lies in areas with all below them; without numpy and shapely."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gridmgmt_plugin.core.codes.areas import area_code_problem, parent_code


class AreaChains:
    """The areas above an area: by the parents that are given, else by the digits of the code."""

    def __init__(self, parents: Mapping[str, str]) -> None:
        """``parents``: code of an area → the area above it, "" where nobody says."""
        self._parent = parents
        self._chains: dict[str, tuple[str, ...]] = {}

    def chain(self, code: str) -> tuple[str, ...]:
        """Return the area and all areas above it, smallest first; nothing for ""."""
        if code not in self._chains:
            found: list[str] = []
            current = code
            while current and current not in found:
                found.append(current)
                current = self._parent.get(current, "") or _parent_by_digits(current)
            self._chains[code] = tuple(found)
        return self._chains[code]


def lanes_of_areas(
    lanes: Iterable[tuple[str, str, str]], runs: Iterable[tuple[str, str]], areas: AreaChains
) -> dict[str, set[str]]:
    """Return area → lanes that run through it, or that its street office has or manages; areas above have them too.

    A lane on a boundary is of both sides. An area without a lane is not in it.

    :param lanes: the lanes that are there: code, street office, and the office that manages it, "" for nobody.
    :param runs: lane and area of each stretch; those of other lanes are left out.
    """
    offices = [(lane, office) for lane, *both in lanes for office in both]
    there = {lane for lane, _ in offices}
    found: dict[str, set[str]] = {}
    for lane, area in (*offices, *(pair for pair in runs if pair[0] in there)):
        for above in areas.chain(area):
            found.setdefault(above, set()).add(lane)
    return found


def _parent_by_digits(code: str) -> str:
    return "" if area_code_problem(code) else parent_code(code) or ""
