"""The duty rules (权责清单): which of them wins for a class in a place on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.codes.code_text import is_digits
from gridmgmt_plugin.core.columns import distinct_rows, in_force, numbered, numbers, periods, texts
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.successors import Successors
from gridmgmt_plugin.core.duty.times import CATALOGUE, days
from gridmgmt_plugin.core.duty.zones import Over, Zones
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows

# Rules are matched in blocks of about this many (place, rule) pairs, so that memory stays small.
_BLOCK_CELLS = 1_000_000


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
    """The winning rule of n places. ``entry``: int64, −1 where no rule applies; ``department``: object array of
    texts, "" there; ``named``: the same, as the rule names it, before anybody took its work over; ``disputed``: mask.
    """

    entry: np.ndarray
    department: np.ndarray
    named: np.ndarray
    disputed: np.ndarray


@dataclass(frozen=True)
class Candidate:
    """A rule that applies to a place: its id, the department that answers by it ("" = one that it cannot name, as no
    zone there is managed), whether it is as good as the best one, and whether it is open (争议, 协商中).
    """

    rule_id: str
    department: str
    is_best: bool
    is_open: bool


@dataclass(frozen=True)
class _Block:
    """Distinct places of one period, n of them by their ``numbers``, and e entries of the book: ``fits``: bool (n, e)
    which apply, ``department``: int64 (n, e) who answers by them; ``over``: the zones, ``zone_set``: of each place.
    """

    numbers: np.ndarray
    fits: np.ndarray
    department: np.ndarray
    over: Over
    zone_set: np.ndarray


class RuleBook:
    """The duty rules of one scheme, best first.

    A rule applies where its class prefix, area and zone kind fit (an empty one fits everything) and on its days.
    Classes of events and of components are numbered apart, so a rule may be for one kind only (``class_kind``); a
    point of unknown kind asks both. Of those that apply the best is the one with a zone kind, then with the longest
    class prefix, then with the smallest area, then with the smallest priority (none = last). Of rules equal in all of
    that the smaller id answers, and the answer is disputed when they name different departments. A rule with a zone
    kind and without a department speaks for the manager of the zone that the point lies in; of several managers the
    smaller code answers, disputed. A department that has passed its work on by the day is its successor there.

    ``rule_id``, ``role``: object arrays, one per entry. ``unusable``: ids of rules that name no department and get
    none from a zone. ``not_asked``: the scheme of each rule that belongs to one, where no scheme was named.
    """

    def __init__(
        self, rules: Rows, zones: Rows, areas: AreaTree, scheme: str, successors: Successors | None = None
    ) -> None:
        own = texts(rules, "scheme")
        self.not_asked = () if scheme else tuple(own[own != ""].tolist())
        rules = rules.take((own == "") | (own == scheme))
        self._successors = successors or Successors(Rows())
        self._zones = Zones(zones, texts(rules, "department_code"), self._successors)
        rules, self.unusable = self._usable(rules)
        ids, prefix, area, kind = (texts(rules, name) for name in ("id", "class_prefix", "area_code", "zone_kind"))
        priority = numbers(rules, "priority")
        priority[np.isnan(priority)] = np.inf
        shortness = -np.array([len(text) for text in prefix], dtype=np.int64)
        height = -np.array([areas.depth(code) for code in area], dtype=np.int64)
        order = np.lexsort((_id_ranks(ids), priority, height, shortness, kind == ""))
        grades = np.column_stack([kind == "", shortness, height, priority])[order]
        self._grade = np.cumsum(np.append(False, (grades[1:] != grades[:-1]).any(axis=1))) if len(order) else order
        self._class_kind, self._prefix = texts(rules, "class_kind")[order], prefix[order]
        self._area, self._kind = area[order], self._zones.kind_numbers(kind[order])
        self._department = self._zones.department_numbers(texts(rules, "department_code")[order])
        self._managed = self._department == 0
        self.rule_id, self.role = ids[order], texts(rules, "role")[order]
        states = texts(rules, "state")[order].astype(str)
        self._open = np.isin(states, load_json(CATALOGUE)["disputed_rule_states"])
        self._valid_from = days(rules, "duty_rule", "valid_from")[order]
        self._valid_to = days(rules, "duty_rule", "valid_to")[order]
        self._areas = areas

    def _usable(self, rules: Rows) -> tuple[Rows, tuple[str, ...]]:
        """Return the rules that can name a department, and the ids of the others."""
        kind = texts(rules, "zone_kind")
        by_zone = np.array([self._zones.has_manager(of_kind) for of_kind in kind], dtype=bool)
        usable = (texts(rules, "department_code") != "") | by_zone
        return rules.take(usable), tuple(sorted(texts(rules, "id")[~usable].tolist()))

    def candidates(self, places: Places) -> list[tuple[Candidate, ...]]:
        """Return for every place all rules that apply there, best first: why :meth:`match` says what it says.

        Meant for a few places: one object per rule and place.
        """
        if not len(self.rule_id):
            return [()] * len(places.class_code)
        which, _, blocks = self._blocks(places)
        found: dict[int, tuple[Candidate, ...]] = {}
        for block in blocks:
            for row, number in enumerate(block.numbers.tolist()):
                entries = np.flatnonzero(block.fits[row])
                best = self._grade[entries[:1]]
                found[number] = tuple(
                    Candidate(
                        self.rule_id[entry],
                        str(self._zones.departments[block.department[row, entry]]),
                        bool(self._grade[entry] == best[0]),
                        bool(self._open[entry]),
                    )
                    for entry in entries.tolist()
                )
        return [found[number] for number in which.tolist()]

    def match(self, places: Places) -> Matched:
        """Return the winning entry of every place; equal places are asked once."""
        n = len(places.class_code)
        if not len(self.rule_id) or not n:
            nobody = np.full(n, "", dtype=object)
            return Matched(np.full(n, -1, dtype=np.int64), nobody, nobody, np.zeros(n, dtype=bool))
        which, count, blocks = self._blocks(places)
        won = np.zeros((count, 4), dtype=np.int64)
        for block in blocks:
            won[block.numbers] = self._winners(block)
        entry, department, named, disputed = won[which].T
        known = self._zones.departments
        return Matched(entry, known[department], known[named], disputed.astype(bool))

    def _blocks(self, places: Places) -> tuple[np.ndarray, int, Iterator[_Block]]:
        """Return which distinct place each place is, how many of these there are, and what applies to them."""
        kinds, kind_of = numbered(places.class_kind)
        codes, code_of = numbered(places.class_code)
        areas, area_of = numbered(places.area_code)
        last_days = np.concatenate([self._valid_to, self._successors.ends])
        period_days, period_of = periods(self._valid_from, last_days, places.day)
        asked, which = distinct_rows((kind_of, code_of, area_of, period_of, places.zones))
        fits_kind = _fits(kinds, self._class_kind, lambda kind, own: not kind or not own or kind == own)
        fits_code = _fits(codes, self._prefix, str.startswith)
        fits_area = _fits(areas, self._area, lambda code, own: not own or self._areas.holds(own, code))
        fits_day = in_force(self._valid_from[None, :], self._valid_to[None, :], period_days[:, None])

        def blocks() -> Iterator[_Block]:
            step = max(1, _BLOCK_CELLS // len(self.rule_id))
            for period, day in enumerate(period_days):
                taking_over = self._zones.taking_over(day)
                over = self._zones.over(places.zone_sets, taking_over)
                of_period = np.flatnonzero(period_of[asked] == period)
                for start in range(0, len(of_period), step):
                    numbers_ = of_period[start : start + step]
                    some = asked[numbers_]
                    fits = fits_kind[kind_of[some]] & fits_code[code_of[some]]
                    fits &= fits_area[area_of[some]] & fits_day[period]
                    zone_set = places.zones[some]
                    manager = over.manager[zone_set][:, self._kind]
                    department = np.where(self._managed[None, :], manager, taking_over[self._department][None, :])
                    fits &= over.present[zone_set][:, self._kind] & (department >= 0)
                    yield _Block(numbers_, fits, department, over, zone_set)

        return which, len(asked), blocks()

    def _winners(self, block: _Block) -> np.ndarray:
        """Take the first entry of each row that fits (entries stand best first): int64 (n, 4), the entry, numbers of
        the department that answers and of the one that is named, and whether it is disputed.
        """
        rows = np.arange(len(block.fits))
        first = np.argmax(block.fits, axis=1)
        found = block.fits[rows, first]
        answering = block.department[rows, first]
        unsettled = (block.department != answering[:, None]) | self._open[None, :]
        unsettled |= self._managed[None, :] & block.over.several[block.zone_set][:, self._kind]
        equal = block.fits & (self._grade[None, :] == self._grade[first][:, None])
        disputed = found & (equal & unsettled).any(axis=1)
        manager = block.over.named[block.zone_set, self._kind[first]]
        named = np.where(self._managed[first], manager, self._department[first])
        won = np.where(found, (first, answering, named, disputed), np.array([-1, 0, 0, 0])[:, None])
        return np.asarray(won.T, dtype=np.int64)


def _fits(values: Sequence[str], conditions: np.ndarray, test: Callable[[str, str], bool]) -> np.ndarray:
    """Return the (values, entries) mask; each distinct condition is tested once."""
    distinct, which = numbered(conditions)
    table = np.array([[test(value, condition) for condition in distinct] for value in values], dtype=bool)
    return table.reshape(len(values), len(distinct))[:, which]


def _id_ranks(ids: np.ndarray) -> np.ndarray:
    """Return the order of ids: numbers by value before other texts."""
    keys = [(not is_digits(text), int(text) if is_digits(text) else 0, text) for text in ids]
    ranks = np.empty(len(ids), dtype=np.int64)
    ranks[np.array(sorted(range(len(ids)), key=keys.__getitem__), dtype=np.int64)] = np.arange(len(ids))
    return ranks
