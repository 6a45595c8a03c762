"""What papers say of a lane beside its officers: places, sizes, companies, the duty phone of who supervises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import numbers, table, texts
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.watch import DutyPhones
from gridmgmt_plugin.core.papers.kinds import paper_data, paper_word
from gridmgmt_plugin.core.papers.pages import listed_codes
from gridmgmt_plugin.core.redaction.numbers import holds_mobile
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.value_lists import value_label


class LaneFacts:
    """The texts of lanes, n rows of the lane table in use; asked by position."""

    def __init__(self, lanes: Rows, tables: Mapping[str, Rows], county_name: str, language: str) -> None:
        """Take ``area``, ``lane_area``, ``department`` and ``station`` besides the lanes."""
        self._lanes, self._language, self._county = lanes, language, county_name
        areas, departments = table(tables, "area"), table(tables, "department")
        self._tree, self._phones = AreaTree(areas), DutyPhones(tables)
        self._area_names = dict(zip(texts(areas, "code"), texts(areas, "name")))
        is_community = texts(areas, "level") == "community"
        self._community_names = dict(zip(texts(areas, "code")[is_community], texts(areas, "name")[is_community]))
        self._department_names = dict(zip(texts(departments, "code"), texts(departments, "name")))
        self._columns = {name: texts(lanes, name) for name in _TEXTS}
        self._communities = _by_lane(table(tables, "lane_area"))
        self._near: dict[int, str] = {}

    @property
    def codes(self) -> np.ndarray:
        """Return the codes of the lanes, object (n,)."""
        return self._columns["code"]

    def office(self, at: int) -> str:
        """Return the code of the street office that looks after a lane: by agreement, else the one it lies in."""
        return str(self._columns["managing_street_code"][at] or self._columns["street_code"][at])

    def of(self, at: int, day: np.datetime64) -> dict[str, str]:
        """Return the columns that tell of the lane."""
        column, none = self._columns, paper_word("none", self._language)
        start, end = column["from_place"][at], column["to_place"][at]
        lowest, highest = column["house_no_min"][at], column["house_no_max"][at]
        houses = "–".join(dict.fromkeys(filter(None, (lowest, highest))))
        to_be_set = paper_word("to_be_set", self._language)
        standing = column["standing"][at]
        return {
            "lane_code": column["code"][at],
            "lane_name": column["name"][at],
            "district": self._county,
            "street_office": self._area_names.get(self.office(at), ""),
            "communities": self._communities_of(column["code"][at]),
            "from_to": paper_word("from_to", self._language, start=start or "…", end=end or "…"),
            "length": self._metres("length_m", at),
            "width": self._metres("width_m", at),
            "house_numbers": houses or none,
            "property": self._department(column["property_code"][at]) or none,
            "cleaning": self._department(column["cleaning_code"][at]) or none,
            "standing": value_label("lane_standing", standing, self._language) if standing else to_be_set,
            "target_date": column["target_date"][at][:10] or to_be_set,
            "supervision_phone": self._duty_phone(at, day),
        }

    def near_codes(self, at: int) -> str:
        """Return the lanes that a map of this one names: itself and those close by."""
        if not self._near:
            tree = shapely.STRtree(self._lanes.shapes)
            one, other = tree.query(self._lanes.shapes, predicate="dwithin", distance=float(paper_data()["near_m"]))
            ends = np.cumsum(np.bincount(one, minlength=len(self._lanes)))
            others = np.split(self.codes[other[np.argsort(one, kind="stable")]], ends[:-1])
            self._near = {position: listed_codes(codes.tolist()) for position, codes in enumerate(others)}
        return self._near[at]

    def duty_mobiles(self, wanted: Iterable[int], day: np.datetime64) -> int:
        """Return how many duty phones of lanes are mobiles, which are not printed."""
        phones = {self._phones.of_area(office, day) for office in {self.office(at) for at in wanted}}
        return sum(phone is not None and holds_mobile(phone.number) for phone in phones)

    def _metres(self, column: str, at: int) -> str:
        metres = numbers(self._lanes, column)[at]
        word = "to_be_set" if np.isnan(metres) else "metres"
        return paper_word(word, self._language, metres="" if np.isnan(metres) else f"{metres:,.0f}")

    def _department(self, code: str) -> str:
        return str(self._department_names.get(code, code))

    def _communities_of(self, lane: str) -> str:
        names = [self._community_names.get(code, "") for code in self._communities.get(lane, ())]
        return ("、" if self._language.startswith("zh") else ", ").join(dict.fromkeys(filter(None, names)))

    def _duty_phone(self, at: int, day: np.datetime64) -> str:
        phone = self._phones.of_area(self.office(at), day)
        hidden = phone is None or holds_mobile(phone.number)
        return paper_word("to_be_set", self._language) if phone is None or hidden else phone.number


_TEXTS = (
    "code", "name", "from_place", "to_place", "house_no_min", "house_no_max", "street_code", "managing_street_code",
    "property_code", "cleaning_code", "standing", "target_date",
)  # fmt: skip


def _by_lane(lane_areas: Rows) -> dict[str, list[str]]:
    """Return lane → its communities, the longest stretch first."""
    found: dict[str, list[str]] = {}
    lengths = -np.nan_to_num(numbers(lane_areas, "length_m"))
    lanes, areas = texts(lane_areas, "lane_code"), texts(lane_areas, "area_code")
    for at in np.argsort(lengths, kind="stable").tolist():
        found.setdefault(lanes[at], []).append(areas[at])
    return found
