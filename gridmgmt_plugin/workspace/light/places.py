"""What the tree of a workspace is made of: places with figures, and finding one by what somebody types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gridmgmt_plugin.core.letters import folded

COMMUNITY = "community"
AREA_LEVELS = ("county", "street_office", COMMUNITY)
RESPONSIBILITY_GRID, UNIT_GRID = "responsibility_grid", "unit_grid"
LANES, LANES_OF, LANE = "lanes", "lanes_of", "lane"
PERSONS, PERSONS_OF, PERSON = "persons", "persons_of", "person"
#: Headings: they hold others and are nothing themselves.
HEADINGS = (LANES, LANES_OF, PERSONS, PERSONS_OF)
_SHORTEST_END = 2


@dataclass(frozen=True)
class Figures:
    """How much lies in one place; ``None`` where the workspace does not say (a lane has no unit grid)."""

    unit_grids: int | None = None
    responsibility_grids: int | None = None
    lanes: int | None = None
    components: int | None = None
    cases: int | None = None
    officers: int | None = None


@dataclass(frozen=True)
class Place:
    """One node of the tree: its level, code and name, its parent's position (−1 for a root) and its figures."""

    level: str
    code: str
    name: str
    parent: int
    figures: Figures = Figures()


@dataclass(frozen=True)
class Summary:
    """The whole tree. A parent stands before its children in ``places``; ``children[i]`` are positions, in order.

    ``schemes``: (key, title) of each grid scheme; ``scheme``: the one whose responsibility grids are in the tree.
    ``components_outside``, ``cases_outside``: how many lie in no unit grid and are therefore counted nowhere.
    ``county``: the name of the district, or its code.
    """

    schemes: tuple[tuple[str, str], ...]
    scheme: str | None
    places: tuple[Place, ...]
    roots: tuple[int, ...]
    children: tuple[tuple[int, ...], ...]
    components_outside: int = 0
    cases_outside: int = 0
    county: str = ""

    def find(self, text: str) -> tuple[int, ...]:
        """Return the positions that ``text`` names, in the order of the tree, beginnings of codes before all else.

        A code is found by its beginning or by its end, a name by any part of it; at least two characters of an end
        are needed, or every place would be found. Full-width digits and letters are read like plain ones; upper and
        lower case are the same.
        """
        wanted = folded(text)
        if not wanted:
            return ()
        first, second = set(), set()
        for position, place in enumerate(self.places):
            if place.level in HEADINGS:
                continue
            code = place.code.casefold()
            if code.startswith(wanted):
                first.add(position)
            elif wanted in folded(place.name) or (len(wanted) >= _SHORTEST_END and code.endswith(wanted)):
                second.add(position)
        if not first and not second:
            return ()
        order = tuple(self.in_order())
        return (*(at for at in order if at in first), *(at for at in order if at in second))

    def in_order(self) -> Iterator[int]:
        """Yield every position as the tree shows them from top to bottom."""
        waiting = list(reversed(self.roots))
        while waiting:
            position = waiting.pop()
            yield position
            waiting.extend(reversed(self.children[position]))
