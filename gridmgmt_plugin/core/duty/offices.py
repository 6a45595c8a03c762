"""The department of a street office: what answers where nobody else does (属地兜底), under one code everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gridmgmt_plugin.core.codes.areas import COUNTY
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.times import CATALOGUE
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.value_words import comparable

_IN_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


class Offices:
    """Area codes on one side, departments on the other.

    The office of an area is the body that manages it or an area above it (``managed_by``, the smallest such area),
    else its street office. The office's department has the area's code as its own, or is of kind 街镇 and bears the
    area's name: 湖阳街道办事处 and 湖阳镇人民政府 are the departments of 湖阳街道 and 湖阳镇. Of several, one that
    has not ended, then the smaller code. Where none is found the area's code stands in for it.
    """

    def __init__(self, areas: Rows, departments: Rows, tree: AreaTree) -> None:
        self._tree = tree
        self._names = dict(zip(texts(areas, "code"), texts(areas, "name")))
        self._managed_by = dict(zip(texts(areas, "code"), texts(areas, "managed_by")))
        counties = (name for name, level in zip(texts(areas, "name"), texts(areas, "level")) if level == COUNTY)
        self._counties = tuple(filter(None, (comparable(_IN_BRACKETS.sub("", name)) for name in counties)))
        self._area_named = {
            comparable(name): code for code, name in sorted(self._names.items(), reverse=True) if name
        }
        self.known = len(departments) > 0
        self._codes = set(texts(departments, "code"))
        self._bodies: dict[str, str] = {}  # any department, by name
        self._office_bodies: dict[str, str] = {}  # those of kind 街镇, by the bare name of their area
        columns = ("code", "name", "short_name", "kind", "valid_to")
        rows = sorted(zip(*(texts(departments, name) for name in columns)), key=lambda row: (row[4] != "", row[0]))
        kind = load_json(CATALOGUE)["street_office_kind"]
        for code, name, short_name, of_kind, _ in rows:
            for word in filter(None, (name, short_name)):
                self._bodies.setdefault(comparable(word), code)
                if of_kind == kind:
                    self._office_bodies.setdefault(self._bare(word), code)

    def office(self, area_code: str) -> str:
        """Return the department that answers for an area, or the code of its street office; "" for ""."""
        street_office = self._tree.street_office(area_code)
        for area in self._tree.chain(area_code):
            managed_by = self._managed_by.get(area, "")
            managing = self._managing(managed_by) if managed_by else ""
            if managing:
                return managing
            if area == street_office:
                break
        return self._department_of(street_office)

    def without_department(self, codes: Iterable[str]) -> Sequence[str]:
        """Return which of the offices given have no department that is known, sorted."""
        return sorted(code for code in set(codes) if code and code not in self._codes)

    def _managing(self, text: str) -> str:
        """Return the department of a body that manages an area for another, "" when nobody is known by that name."""
        if text in self._codes:
            return text
        named = self._bodies.get(comparable(text))
        if named:
            return named
        area = text if text in self._names else self._area_named.get(comparable(text), "")
        return self._department_of(area) if area else ""

    def _department_of(self, area: str) -> str:
        if area in self._codes:
            return area
        name = self._names.get(area, "")
        return (self._office_bodies.get(self._bare(name), "") if name else "") or area

    def _bare(self, name: str) -> str:
        """Return the name of an area or of its office without county, brackets and the words for an authority."""
        words: Mapping[str, Any] = load_json(CATALOGUE)["office_words"]
        text = comparable(_IN_BRACKETS.sub("", name))
        for county in self._counties:
            text = text.rpartition(county)[2] or text
        for word in words["first"]:
            text = text.removeprefix(word) or text
        for word, instead in words["last"].items():
            if text.endswith(word) and text != word:
                return text.removesuffix(word) + str(instead)
        return text
