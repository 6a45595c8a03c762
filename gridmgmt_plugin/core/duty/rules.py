"""The duty rules (权责清单): which of them wins for a class in a place on a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.codes.areas import STREET_OFFICE, area_code_problem, area_level, parent_code
from gridmgmt_plugin.core.duty.tables import days, texts
from gridmgmt_plugin.core.duty.times import CATALOGUE, in_force
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import to_numbers

# Rules are matched in blocks of about this many (place, rule) pairs, so that memory stays small.
_BLOCK_CELLS = 4_000_000


class AreaTree:
    """The areas above an area: by ``parent_code`` of the area table, else by the digits of the code."""

    def __init__(self, areas: Rows) -> None:
        self._parent = dict(zip(texts(areas, "code"), texts(areas, "parent_code")))
        self._level = dict(zip(texts(areas, "code"), texts(areas, "level")))
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

    def depth(self, code: str) -> int:
        """Return how many areas deep a code lies: the deeper, the smaller the area; 0 for ""."""
        return len(self.chain(code))

    def street_office(self, code: str) -> str:
        """Return the street office of an area, the topmost area where there is none, "" for ""."""
        chain = self.chain(code)
        return next((area for area in chain if self._level_of(area) == STREET_OFFICE), chain[-1] if chain else "")

    def _level_of(self, code: str) -> str:
        return self._level.get(code) or ("" if area_code_problem(code) else area_level(code))


def _parent_by_digits(code: str) -> str:
    return "" if area_code_problem(code) else parent_code(code) or ""


@dataclass(frozen=True)
class Places:
    """Where and when rules are asked: n rows. ``class_kind`` (``event``, ``component``, "" = not known),
    ``class_code``, ``area_code``: texts; ``zones``: int64, position in ``zone_sets``; ``day``: datetime64[D].
    ``zone_sets``: the duty zones (positions) that lie over one point.
    """

    class_kind: np.ndarray
    class_code: np.ndarray
    area_code: np.ndarray
    zones: np.ndarray
    day: np.ndarray
    zone_sets: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Matched:
    """The winning rule of n places. ``entry``: int64, −1 where no rule applies; ``disputed``: mask."""

    entry: np.ndarray
    disputed: np.ndarray


class RuleBook:
    """The duty rules of one scheme, best first.

    A rule applies where its class prefix, area and zone kind fit (an empty one fits everything) and on its days.
    Classes of events and of components are numbered apart, so a rule may be for one kind only (``class_kind``); a
    point of unknown kind asks both. Of those that apply the best is the one with a zone kind, then with the longest
    class prefix, then with the smallest area, then with the smallest priority (none = last). Of rules equal in all of
    that the smaller id answers, and the answer is disputed when they name different departments. A rule with a zone
    kind and without a department speaks for the manager of the zone that the point lies in.

    ``department``, ``rule_id``, ``role``: object arrays, one per entry (a rule, or a rule with one zone's manager).
    ``unusable``: ids of rules that name no department and get none from a zone.
    """

    def __init__(self, rules: Rows, zones: Rows, areas: AreaTree, scheme: str) -> None:
        own = texts(rules, "scheme")
        rules = rules.take((own == "") | (own == scheme))
        rule, zone, department = _entries(rules, zones)
        ids = texts(rules, "id")
        self.unusable = tuple(sorted(set(ids.tolist()) - set(ids[rule].tolist())))
        prefix, area, kind = (texts(rules, name)[rule] for name in ("class_prefix", "area_code", "zone_kind"))
        priority = to_numbers(rules["priority"])[rule] if "priority" in rules else np.full(len(rule), np.nan)
        priority[np.isnan(priority)] = np.inf
        without_zone = kind == ""
        shortness = -np.array([len(text) for text in prefix], dtype=np.int64)
        height = -np.array([areas.depth(code) for code in area], dtype=np.int64)
        order = np.lexsort((department.astype(str), _id_ranks(ids)[rule], priority, height, shortness, without_zone))
        grades = np.column_stack([without_zone, shortness, height, priority])[order]
        self._grade = np.cumsum(np.append(False, (grades[1:] != grades[:-1]).any(axis=1))) if len(order) else order
        self._rule, self._zone = rule[order], zone[order]
        class_kind = texts(rules, "class_kind")[rule]
        self._class = _paired(class_kind, prefix)[order]
        self._area, self._kind = area[order], kind[order]
        self.department, self.rule_id = department[order], ids[self._rule]
        self.role = texts(rules, "role")[self._rule]
        states = texts(rules, "state")[self._rule].astype(str)
        self._open = np.isin(states, load_json(CATALOGUE)["disputed_rule_states"])
        self._valid_from = days(rules, "duty_rule", "valid_from")[self._rule]
        self._valid_to = days(rules, "duty_rule", "valid_to")[self._rule]
        self._zone_kind = texts(zones, "kind")
        self._areas = areas

    def match(self, places: Places) -> Matched:
        """Return the winning entry of every place; equal places are asked once."""
        n = len(places.class_code)
        entry, disputed = np.full(n, -1, dtype=np.int64), np.zeros(n, dtype=bool)
        if not len(self._rule) or not n:
            return Matched(entry, disputed)
        classes, class_of = np.unique(_paired(places.class_kind, places.class_code), return_inverse=True)
        areas, area_of = np.unique(places.area_code.astype(str), return_inverse=True)
        period_days, period_of = self._periods(places.day)
        keys = np.column_stack([class_of.reshape(-1), area_of.reshape(-1), places.zones, period_of])
        distinct, which = np.unique(keys, axis=0, return_inverse=True)
        fits_class = self._fits(classes, self._class, _class_fits)
        fits_area = self._fits(areas, self._area, lambda code, area: not area or area in self._areas.chain(code))
        fits_zone = self._fits_zones(places.zone_sets)
        fits_day = in_force(self._valid_from[None, :], self._valid_to[None, :], period_days[:, None])
        found, open_ = [], []
        step = max(1, _BLOCK_CELLS // len(self._rule))
        for start in range(0, len(distinct), step):
            c, a, z, p = distinct[start : start + step].T
            block = fits_class[c] & fits_area[a] & fits_zone[z] & fits_day[p]
            won, unsettled = self._winners(block)
            found.append(won)
            open_.append(unsettled)
        which = which.reshape(-1)
        return Matched(np.concatenate(found)[which], np.concatenate(open_)[which])

    def _winners(self, fits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Take the first fitting entry of each row: entries stand best first."""
        first = np.argmax(fits, axis=1)
        none = ~fits[np.arange(len(fits)), first]
        equal = fits & (self._grade[None, :] == self._grade[first][:, None])
        department = np.unique(self.department.astype(str), return_inverse=True)[1].reshape(-1)
        others = equal & (department[None, :] != department[first][:, None])
        disputed = ~none & (others | (equal & self._open[None, :])).any(axis=1)
        return np.where(none, -1, first), disputed

    def _fits(self, values: np.ndarray, conditions: np.ndarray, test: Any) -> np.ndarray:
        """Return the (values, entries) mask; each distinct condition is tested once."""
        distinct, which = np.unique(conditions.astype(str), return_inverse=True)
        table = np.array([[test(value, condition) for condition in distinct.tolist()] for value in values.tolist()])
        return table.reshape(len(values), len(distinct))[:, which.reshape(-1)].astype(bool)

    def _fits_zones(self, zone_sets: tuple[tuple[int, ...], ...]) -> np.ndarray:
        kinds, kind_of = np.unique(self._kind.astype(str), return_inverse=True)
        fits = np.zeros((len(zone_sets), len(self._rule)), dtype=bool)
        for row, zones in enumerate(zone_sets):
            present = {"", *(self._zone_kind[zone] for zone in zones)}
            of_kind = np.array([kind in present for kind in kinds], dtype=bool)[kind_of.reshape(-1)]
            fits[row] = np.where(self._zone >= 0, np.isin(self._zone, zones), of_kind)
        return fits

    def _periods(self, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Group days between which no rule begins or ends: one day for each group, and the group of each day."""
        bounds = np.concatenate([self._valid_from, self._valid_to + np.timedelta64(1, "D")])
        bounds = np.unique(bounds[~np.isnat(bounds)])
        span = np.searchsorted(bounds, day, side="right")
        _, first, which = np.unique(span, return_index=True, return_inverse=True)
        return day[first], which.reshape(-1)


def _paired(kinds: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return kind and code as one text each, so that they are told apart and asked once together."""
    return np.array([f"{kind}/{code}" for kind, code in zip(kinds, codes)], dtype=str)


def _class_fits(asked: str, rule: str) -> bool:
    asked_kind, code = asked.split("/", 1)
    rule_kind, prefix = rule.split("/", 1)
    return code.startswith(prefix) and (not asked_kind or not rule_kind or asked_kind == rule_kind)


def _entries(rules: Rows, zones: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rule, zone (−1 = any) and department of each entry; a rule without both makes none."""
    department, kind = texts(rules, "department_code"), texts(rules, "zone_kind")
    zone_kind, manager = texts(zones, "kind"), texts(zones, "manager_code")
    managed: dict[str, list[int]] = {}
    for zone, (of_kind, code) in enumerate(zip(zone_kind, manager)):
        if code:
            managed.setdefault(of_kind, []).append(zone)
    entries: list[tuple[int, int, str]] = []
    for rule, (code, of_kind) in enumerate(zip(department, kind)):
        if code:
            entries.append((rule, -1, code))
        elif of_kind:
            entries += [(rule, zone, manager[zone]) for zone in managed.get(of_kind, ())]
    columns = list(zip(*entries)) if entries else [(), (), ()]
    departments = np.empty(len(entries), dtype=object)
    departments[:] = columns[2]
    return np.array(columns[0], dtype=np.int64), np.array(columns[1], dtype=np.int64), departments


def _id_ranks(ids: np.ndarray) -> np.ndarray:
    """Return the order of ids: numbers by value before other texts."""
    keys = [(not text.isdigit(), int(text) if text.isdigit() else 0, text) for text in ids]
    ranks = np.empty(len(ids), dtype=np.int64)
    ranks[np.array(sorted(range(len(ids)), key=keys.__getitem__), dtype=np.int64)] = np.arange(len(ids))
    return ranks


def group_zones(n: int, point: np.ndarray, zone: np.ndarray) -> tuple[np.ndarray, tuple[tuple[int, ...], ...]]:
    """Return for n points the set of zones over each, as positions in the list of distinct sets (0 = no zone).

    :param point, zone: int64 pairs ordered by point, then zone.
    """
    sets: dict[tuple[int, ...], int] = {(): 0}
    which = np.zeros(n, dtype=np.int64)
    points, start, count = np.unique(point, return_index=True, return_counts=True)
    for row, first, length in zip(points.tolist(), start.tolist(), count.tolist()):
        which[row] = sets.setdefault(tuple(zone[first : first + length].tolist()), len(sets))
    return which, tuple(sets)
