"""The areas above an area by codes alone, and what lies in areas with all below them; without numpy and shapely."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gridmgmt_plugin.core.codes.areas import area_code_problem, parent_code, plain_area_code


class KnownAreas:
    """The areas of a table by their codes, with or without the zeros of statistics: 110101001000 is 110101001."""

    def __init__(self, codes: Iterable[str]) -> None:
        """``codes``: as the table has them."""
        self._codes = frozenset(codes)
        self._of_plain: dict[str, str] = {}
        for code in sorted(self._codes, key=len, reverse=True):
            self._of_plain[plain_area_code(code)] = code

    def stored(self, code: str) -> str:
        """Return the code under which the table has an area; without the zeros one that it does not have."""
        if code in self._codes:
            return code
        plain = plain_area_code(code)
        return self._of_plain.get(plain, plain)


class AreaChains:
    """The areas above an area: by the parents that are given, else by the digits of the code. Areas are called by the
    codes that the table has, whether a code that is asked for has the zeros of statistics or not.
    """

    def __init__(self, parents: Mapping[str, str]) -> None:
        """``parents``: code of an area → the area above it, "" where nobody says."""
        self._parent, self._known = parents, KnownAreas(parents)
        self._chains: dict[str, tuple[str, ...]] = {}

    def chain(self, code: str) -> tuple[str, ...]:
        """Return the area and all areas above it, smallest first; nothing for ""."""
        if code not in self._chains:
            found: list[str] = []
            current = self._known.stored(code)
            while current and current not in found:
                found.append(current)
                current = self._known.stored(self._parent.get(current, "") or _parent_by_digits(current))
            self._chains[code] = tuple(found)
        return self._chains[code]

    def holds(self, area: str, code: str) -> bool:
        """Tell whether ``code`` is the code of an area or of one that lies in it."""
        return self._known.stored(area) in self.chain(code)


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
