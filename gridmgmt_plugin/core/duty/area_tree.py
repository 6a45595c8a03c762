"""The areas above an area: community, street office, county."""

from __future__ import annotations

from gridmgmt_plugin.core.codes.area_chains import AreaChains
from gridmgmt_plugin.core.codes.areas import STREET_OFFICE, area_code_problem, area_level
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.rows import Rows


class AreaTree(AreaChains):
    """The areas above an area: by ``parent_code`` of the area table, else by the digits of the code."""

    def __init__(self, areas: Rows) -> None:
        super().__init__(dict(zip(texts(areas, "code"), texts(areas, "parent_code"))))
        self._level = dict(zip(texts(areas, "code"), texts(areas, "level")))

    def depth(self, code: str) -> int:
        """Return how many areas deep a code lies: the deeper, the smaller the area; 0 for ""."""
        return len(self.chain(code))

    def street_office(self, code: str) -> str:
        """Return the street office of an area, the topmost area where there is none, "" for ""."""
        chain = self.chain(code)
        return next((area for area in chain if self._level_of(area) == STREET_OFFICE), chain[-1] if chain else "")

    def at_level(self, code: str, level: str) -> str:
        """Return the area of the table, of a level, that an area is or lies in, "" where there is none."""
        return next((area for area in self.chain(code) if self._level.get(area) == level), "")

    def _level_of(self, code: str) -> str:
        return self._level.get(code) or ("" if area_code_problem(code) else area_level(code))
