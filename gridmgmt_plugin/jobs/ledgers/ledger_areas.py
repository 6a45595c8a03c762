"""In which area a row of a ledger lies of which no more is told: a community, or the street office alone."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from gridmgmt_plugin.core.areas.named_places import named_places
from gridmgmt_plugin.core.codes.areas import COMMUNITY
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.ground import rows_in_force
from gridmgmt_plugin.core.ledgers.ledger import Ledger
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.core.text import clean_texts
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.workspace.workspace import Workspace

#: Columns that tell it: of communities (or whatever areas a list has), and of the street offices above them.
AREA, OFFICE = "area", "office"
_TOLD = (AREA, OFFICE)


class AreaFinder:
    """The areas in force of a workspace, as rows name them: by code, or by a name that is their own; a community also
    by a name that is its own within the street office that the row names.
    """

    def __init__(self, workspace: Workspace) -> None:
        columns = ["code", "name", "level", "parent_code", "valid_from", "valid_to"]
        areas = workspace.read("area", columns, geometry=False)
        self._areas = areas.take(np.flatnonzero(rows_in_force(areas)))
        self._tree = AreaTree(areas)

    def find(self, told: Mapping[str, np.ndarray], count: int) -> np.ndarray:
        """Return the code of each row's area, ``None`` for none: object (n,).

        :param told: texts by :data:`AREA` and :data:`OFFICE`, as far as there are such columns.
        """
        nothing = as_column([None] * count)
        offices = self._codes(told.get(OFFICE, nothing), self._areas)
        areas = self._codes(told.get(AREA, nothing), self._areas)
        communities = self._areas.take(self._areas["level"] == COMMUNITY)
        above = np.array([self._tree.street_office(code) for code in communities["code"]], dtype=object)
        for office in set(offices[~is_null(offices)].tolist()):
            rows = np.flatnonzero((offices == office) & is_null(areas))
            if AREA in told and len(rows):
                areas[rows] = self._codes(told[AREA][rows], communities.take(above == office))
        without = is_null(told.get(AREA, nothing))
        areas[without] = offices[without]
        return areas

    def of_items(self, ledger: Ledger, attributes: np.ndarray) -> np.ndarray:
        """Return the same of stored items of a ledger, by what it keeps of its columns."""
        kept = [json.loads(text or "{}") for text in attributes]
        there = [role for role in _TOLD if role in ledger.fields]
        told = {role: as_column(row.get(ledger.fields[role]) for row in kept) for role in there}
        return self.find(told, len(kept))

    def at_level(self, code: str | None, level: str) -> str:
        """Return the area of a level that an area is or lies in, "" for none."""
        return self._tree.at_level(code, level) if code else ""

    @staticmethod
    def _codes(named: np.ndarray, areas: Rows) -> np.ndarray:
        at = named_places(named, areas)
        found = as_column([None] * len(named))
        found[at >= 0] = areas["code"][at[at >= 0]]
        return found


def in_areas(workspace: Workspace, source: Source, fields: Mapping[str, str]) -> np.ndarray:
    """Return which rows of a file name an area, bool (n,); ``fields``: column → heading."""
    told = {role: clean_texts(source.rows[fields[role]]) for role in _TOLD if role in fields}
    if not told:
        return np.zeros(len(source), dtype=bool)
    return ~is_null(AreaFinder(workspace).find(told, len(source)))
