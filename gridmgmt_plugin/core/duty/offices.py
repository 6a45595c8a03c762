"""The department of a street office: what answers where nobody else does (属地兜底), under one code everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.codes.areas import COUNTY
from gridmgmt_plugin.core.columns import in_force, periods, texts
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.times import CATALOGUE, days
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.value_words import comparable

_IN_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


@dataclass(frozen=True)
class _Named:
    """Codes of departments: ``bodies``: any of them, by name; ``office_bodies``: those of kind 街镇, by the bare name
    of their area.
    """

    bodies: dict[str, str]
    office_bodies: dict[str, str]


class Offices:
    """Area codes on one side, departments on the other.

    The office of an area is the body that manages it or an area above it (``managed_by``, the smallest such area),
    else its street office. The office's department has the area's code as its own, or is of kind 街镇 and bears the
    area's name: 湖阳街道办事处 and 湖阳镇人民政府 are the departments of 湖阳街道 and 湖阳镇. Of several, one that is
    there on the day, then the smaller code. Where none is found the area's code stands in for it. Who has taken the
    work of a department over by then is asked of :class:`~gridmgmt_plugin.core.duty.successors.Successors`.
    """

    def __init__(self, areas: Rows, departments: Rows, tree: AreaTree) -> None:
        """Take the tables ``area`` and ``department``.

        :raises InputError: ``duty_date_unclear``.
        """
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
        self._first = days(departments, "department", "valid_from")
        self._last = days(departments, "department", "valid_to")
        columns = (texts(departments, name) for name in ("code", "name", "short_name", "kind"))
        self._departments = sorted(zip(*columns, range(len(departments))))
        self._named: dict[bytes, _Named] = {}

    def offices(self, area_codes: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Return :meth:`office` for n areas (texts) on n days (datetime64[D]), as an object array."""
        period_days, period_of = periods(self._first, self._last, day)
        found = np.full(len(area_codes), "", dtype=object)
        for period, of_period in enumerate(period_days):
            some = np.flatnonzero(period_of == period)
            codes = area_codes[some].tolist()
            office = {code: self.office(code, of_period) for code in set(codes)}
            found[some] = as_column(map(office.__getitem__, codes))
        return found

    def office(self, area_code: str, day: np.datetime64) -> str:
        """Return the department that answers for an area on a day, or the code of its street office; "" for ""."""
        named = self._named_on(day)
        street_office = self._tree.street_office(area_code)
        for area in self._tree.chain(area_code):
            managed_by = self._managed_by.get(area, "")
            managing = self._managing(managed_by, named) if managed_by else ""
            if managing:
                return managing
            if area == street_office:
                break
        return self._department_of(street_office, named)

    def _named_on(self, day: np.datetime64) -> _Named:
        """Return the departments by name, those first that are there on the day."""
        there = in_force(self._first, self._last, np.asarray(day))
        state = there.tobytes()
        if state not in self._named:
            named, kind = _Named({}, {}), load_json(CATALOGUE)["street_office_kind"]
            for code, name, short_name, of_kind, _ in sorted(self._departments, key=lambda row: not there[row[-1]]):
                for word in filter(None, (name, short_name)):
                    named.bodies.setdefault(comparable(word), code)
                    if of_kind == kind:
                        named.office_bodies.setdefault(self._bare(word), code)
            self._named[state] = named
        return self._named[state]

    def without_department(self, codes: Iterable[str]) -> Sequence[str]:
        """Return which of the offices given have no department that is known, sorted."""
        return sorted(code for code in set(codes) if code and code not in self._codes)

    def _managing(self, text: str, departments: _Named) -> str:
        """Return the department of a body that manages an area for another, "" when nobody is known by that name."""
        if text in self._codes:
            return text
        named = departments.bodies.get(comparable(text))
        if named:
            return named
        area = text if text in self._names else self._area_named.get(comparable(text), "")
        return self._department_of(area, departments) if area else ""

    def _department_of(self, area: str, departments: _Named) -> str:
        if area in self._codes:
            return area
        name = self._names.get(area, "")
        return (departments.office_bodies.get(self._bare(name), "") if name else "") or area

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
