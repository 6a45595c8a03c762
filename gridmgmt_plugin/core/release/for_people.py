"""What a release will change for people: which grids, lanes and posts pass to whom, and what lies there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import geometries, texts
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.release.changes import ADDED, NODED, REMOVED, RESHAPED, Change
from gridmgmt_plugin.core.release.frozen import FrozenLayer
from gridmgmt_plugin.core.rows import Rows

#: Nothing of the grid or lane itself changes, but who answers for it.
STAFFED = "staffed"
_GRIDS = ("responsibility_grid", "unit_grid")
_LANE = "lane"
_STAFF = ("posts", "persons", "departments", "duty_rules", "duty_zone", "ownership_rulings")
_POLYGON = 2


@dataclass(frozen=True)
class Hands:
    """Who gives up and who takes over, ids and codes, sorted."""

    persons_out: tuple[str, ...] = ()
    persons_in: tuple[str, ...] = ()
    departments_out: tuple[str, ...] = ()
    departments_in: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.persons_out or self.persons_in or self.departments_out or self.departments_in)


@dataclass(frozen=True)
class PlaceChange:
    """One grid or lane for which something changes.

    ``layer``: ``responsibility_grid``, ``unit_grid`` or ``lane``; ``kinds``: as in the list of changes, ``staffed``
    for other hands alone. ``cases``, ``components``, ``lane_m``: open cases, components and metres of lane on the
    ground that changes: what was won and lost of a reshaped grid, all of any other. ``ground``: that ground, metres
    of the workspace's frame.
    """

    layer: str
    code: str
    name: str
    kinds: tuple[str, ...]
    cases: int
    components: int
    lane_m: float
    hands: Hands
    ground: shapely.Geometry | None


@dataclass(frozen=True)
class StaffChange:
    """One row of a table of people and duties that comes, goes or changes; the values as in the list of changes."""

    table: str
    code: str
    change: str
    before: str
    after: str


@dataclass(frozen=True)
class ForPeople:
    """Everything that changes for people; ``places``: responsibility grids, then unit grids, then lanes, by code.

    ``cases``, ``components``, ``lane_m``: what passes into other hands, each counted once. ``persons``,
    ``departments``: who gives something up or takes something over.
    """

    places: tuple[PlaceChange, ...]
    staff: tuple[StaffChange, ...]
    cases: int
    components: int
    lane_m: float
    persons: tuple[str, ...]
    departments: tuple[str, ...]


@dataclass(frozen=True)
class StaffLine:
    """A change of staff or duties in words: title of the table, key of the row, kind of change, values."""

    table: str
    code: str
    change: str
    values: str


@dataclass(frozen=True)
class Foretold:
    """What would change with the next release, with the words to tell it.

    ``scheme``: title of the grid scheme; ``receiver``: "" for none; ``base``: the release that it has, ``None`` for
    the first; ``day``: first day of validity; ``names``: ``person`` and ``department`` → id or code → name;
    ``kinds``: kind of change → what it is called; ``warnings``, ``exempted``: what the checks found and what goes out
    all the same; ``notes``: what else to tell of the release.
    """

    scheme: str
    receiver: str
    base: str | None
    day: date
    changes: ForPeople
    staff: tuple[StaffLine, ...]
    names: Mapping[str, Mapping[str, str]]
    kinds: Mapping[str, str]
    warnings: int
    exempted: int
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class OnTheGround:
    """What lies in the district now: places of open cases and of components (object arrays of points, ``None`` lies
    nowhere), metres of the workspace's frame.
    """

    cases: np.ndarray
    components: np.ndarray


def for_people(
    changes: Sequence[Change],
    base: Mapping[str, FrozenLayer],
    now: Mapping[str, FrozenLayer],
    there: OnTheGround,
    precision_m: float,
) -> ForPeople:
    """Return what changes for people from ``base`` to ``now``.

    :param changes: what :func:`~gridmgmt_plugin.core.release.changes.compare` says of the two, whose layers and
        tables have the names of the package; a base of nothing gives everything as new.
    """
    lie = _Lying(there, now)
    told: list[PlaceChange] = []
    for layer in (*_GRIDS, _LANE):
        of_layer: dict[str, list[Change]] = defaultdict(list)
        for change in changes:
            if change.layer == layer and change.change != NODED:
                of_layer[change.code].append(change)
        sides = _Side(base.get(layer)), _Side(now.get(layer))
        hands = _hands(layer, base, now, sides, precision_m)
        # A unit grid in which nothing changes passes on with its responsibility grid.
        staffed = set() if layer == "unit_grid" else {code for code in hands if all(code in side for side in sides)}
        for code in sorted({*of_layer, *staffed}):
            told.append(_place(layer, code, of_layer[code], hands.get(code, Hands()), sides, lie, precision_m))
    staff = tuple(
        StaffChange(change.layer, change.code, change.change, change.before, change.after)
        for change in changes
        if change.layer in _STAFF
    )
    passing = [place for place in told if place.hands]
    grounds = shapely.union_all([one.ground for one in passing if one.ground is not None and one.layer != _LANE])
    lanes_m = sum(one.lane_m for one in passing if one.layer == _LANE)
    return ForPeople(
        tuple(told),
        staff,
        *lie.points_on(grounds),
        max(lie.lane_m_on(grounds), lanes_m),
        _all(one.hands.persons_out + one.hands.persons_in for one in passing),
        _all(one.hands.departments_out + one.hands.departments_in for one in passing),
    )


class _Lying:
    """Looks up what lies on a ground."""

    def __init__(self, there: OnTheGround, now: Mapping[str, FrozenLayer]) -> None:
        self._points = [shapely.STRtree(_there(points)) for points in (there.cases, there.components)]
        self._lines = _there(geometries(now[_LANE].rows)) if _LANE in now else np.empty(0, dtype=object)
        self._tree = shapely.STRtree(self._lines)

    def points_on(self, ground: shapely.Geometry | None) -> tuple[int, int]:
        """Return the number of cases and of components on a ground."""
        if ground is None or ground.is_empty:
            return 0, 0
        cases, components = (len(tree.query(ground, predicate="intersects")) for tree in self._points)
        return cases, components

    def lane_m_on(self, ground: shapely.Geometry | None) -> float:
        """Return the metres of lane on a ground."""
        if ground is None or ground.is_empty:
            return 0.0
        found = self._lines[self._tree.query(ground, predicate="intersects")]
        return float(shapely.length(shapely.intersection(found, ground)).sum())


class _Side:
    """The grids or lanes of one of the two releases by their codes."""

    def __init__(self, layer: FrozenLayer | None) -> None:
        rows = Rows() if layer is None else layer.rows
        self._codes = [] if layer is None else list(layer.keys)
        self._at = {code: at for at, code in enumerate(self._codes)}
        self._shapes, self._names = geometries(rows), texts(rows, "name")

    def __contains__(self, code: str) -> bool:
        return code in self._at

    def shape(self, code: str) -> shapely.Geometry | None:
        """Return the outline or line of a code, ``None`` where it is not there."""
        return self._shapes[self._at[code]] if code in self._at else None

    def codes_on(self, ground: shapely.Geometry | None, precision_m: float) -> list[str]:
        """Return the codes of the grids that have more of a ground than a sliver."""
        if ground is None or shapely.get_dimensions(ground) != _POLYGON:
            return []
        near = self._tree.query(ground, predicate="intersects")
        shared = shapely.intersection(shapely.make_valid(self._shapes[near]), shapely.make_valid(ground))
        has_part = shapely.area(shared) > precision_m * shapely.length(shared)
        return [self._codes[at] for at in near[has_part].tolist()]

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._shapes)

    def name(self, code: str) -> str:
        """Return the name of a code, "" for none."""
        return str(self._names[self._at[code]]) if code in self._at else ""


def _place(
    layer: str,
    code: str,
    changes: Sequence[Change],
    hands: Hands,
    sides: tuple[_Side, _Side],
    lie: _Lying,
    precision_m: float,
) -> PlaceChange:
    kinds = tuple(dict.fromkeys(change.change for change in changes)) or (STAFFED,)
    was, is_ = (side.shape(code) for side in sides)
    ground = _ground(kinds, was, is_, bool(hands), precision_m)
    name = sides[1].name(code) or sides[0].name(code)
    if layer == _LANE:
        return PlaceChange(layer, code, name, kinds, 0, 0, 0.0 if ground is None else ground.length, hands, ground)
    return PlaceChange(layer, code, name, kinds, *lie.points_on(ground), lie.lane_m_on(ground), hands, ground)


def _ground(
    kinds: Sequence[str],
    was: shapely.Geometry | None,
    is_: shapely.Geometry | None,
    passes: bool,  # noqa: FBT001  private
    precision_m: float,
) -> shapely.Geometry | None:
    """Return where something changes: all of what comes, goes or passes to others, the difference of what is
    reshaped alone.
    """
    if was is None or is_ is None or ADDED in kinds or REMOVED in kinds:
        return was if is_ is None else is_
    if RESHAPED in kinds and not passes and shapely.get_dimensions(is_) == _POLYGON:
        apart = shapely.symmetric_difference(shapely.make_valid(was), shapely.make_valid(is_))
        parts = [part for part in shapely.get_parts(apart) if part.area > precision_m * part.length]
        return shapely.union_all(parts)
    return is_


def _hands(
    layer: str,
    base: Mapping[str, FrozenLayer],
    now: Mapping[str, FrozenLayer],
    sides: tuple[_Side, _Side],
    precision_m: float,
) -> dict[str, Hands]:
    """Return code → who gives up and takes over, for the grids or lanes where anybody does.

    For the ground of a grid that comes or goes those answer on the other side who answer for what lies there.
    """
    answering = tuple(_answering(layer, side) for side in (base, now))
    found = {}
    for code in {*answering[0], *answering[1]}:
        was, is_ = (side.shape(code) for side in sides)
        old, new = (
            _together(known, [code] if code in side else side.codes_on(ground, precision_m))
            for known, side, ground in zip(answering, sides, (is_, was))
        )
        (out, into), (bodies_out, bodies_in) = ((a - b, b - a) for a, b in zip(old, new))
        hands = Hands(*(tuple(sorted(group)) for group in (out, into, bodies_out, bodies_in)))
        if hands:
            found[code] = hands
    return found


def _together(answering: Mapping[str, tuple[set[str], set[str]]], codes: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return the persons and departments that answer for any of some grids."""
    found = [answering[code] for code in codes if code in answering]
    return set().union(*(persons for persons, _ in found)), set().union(*(bodies for _, bodies in found))


def _answering(layer: str, side: Mapping[str, FrozenLayer]) -> dict[str, tuple[set[str], set[str]]]:
    """Return code → persons and departments that answer there."""
    table, column = ("lane_chiefs", "lane_code") if layer == _LANE else ("responsibility", layer)
    rows = side[table].rows if table in side else Rows()
    found: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for code, person, department in zip(*(texts(rows, name) for name in (column, "person_id", "department_code"))):
        for group, value in zip(found[code], (person, department)):
            if value:
                group.add(value)
    found.pop("", None)
    return found


def _there(shapes: np.ndarray) -> np.ndarray:
    return np.asarray(shapes[~shapely.is_missing(shapes)], dtype=object)


def _all(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({one for group in groups for one in group}))
