"""Which two columns of a table hold the place of a row, where several pairs could.

A table of cases may hold the place of the event and that of who reported it, degrees beside metres, and the same
place as several map providers shift it. A pair is taken when it fits what was asked for and no other differs from it;
the place of a person is never taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.coordinates import read_coordinates
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.letters import folded_heading
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.column_roles import candidates, find_xy, is_personal, named_field

DEGREES, METRES = "degrees", "metres"
_CATALOGUE = "catalogues/coordinate_names.json"
_SAMPLE = 2000
_MOST, _SAME_SHARE = 0.5, 0.99
# Two places of one row are the same below this: about two metres.
_SAME = {DEGREES: 2e-5, METRES: 2.0}
_EVENT, _PLAIN, _OTHER = range(3)


@dataclass(frozen=True)
class ChosenPair:
    """``x``, ``y``: headings; ``notes``: which pairs were left aside; ``provider``: the kind of coordinates that the
    headings name, if any.
    """

    x: str
    y: str
    notes: tuple[Message, ...] = ()
    provider: str | None = None


@dataclass(frozen=True)
class _Pair:
    x: str
    y: str
    stem: str

    @property
    def label(self) -> str:
        return f"{self.x} + {self.y}"

    @property
    def provider(self) -> str | None:
        """Return the kind of coordinates that the headings name: lonlat, gcj02, bd09, or ``None``."""
        for kind, words in load_json(_CATALOGUE)["providers"].items():
            if self.stem in words["whole"] or any(word in self.stem for word in words["part"]):
                return str(kind)
        return None

    @property
    def rank(self) -> int:
        """Return what the headings speak of: an event or object, nothing in particular, another place."""
        names = load_json(_CATALOGUE)
        if any(word in self.stem for word in names["event"]):
            return _EVENT
        return _PLAIN if self.stem in names["plain"] or self.provider is not None else _OTHER


def choose_pair(
    rows: Rows, x_field: str | None, y_field: str | None, coordinates: str, unit: str | None = None
) -> ChosenPair:
    """Return the columns of the coordinates.

    :param x_field, y_field: what the user named; what is named is taken.
    :param coordinates: crs, lonlat, gcj02 or bd09: what was asked for.
    :param unit: ``degrees`` or ``metres``, what the numbers must be for that; ``None`` asks for neither.
    :raises InputError: as :func:`gridmgmt_plugin.exchange.column_roles.find_xy`; ``personal_place_refused`` for a
        column of a person; ``coordinate_pairs_differ`` when several pairs fit and are not the same places;
        ``coordinate_pairs_of_others`` when the headings of all name another kind.
    """
    named = [named_field(rows, field) for field in (x_field, y_field) if field]
    for field in named:
        if is_place_of_person(field):
            raise InputError("personal_place_refused", field=field)
    if len(named) == 2:
        return ChosenPair(named[0], named[1])
    personal = [field for field in rows.columns if is_place_of_person(field)]
    every = _pairs(rows)
    pairs = [pair for pair in every if not {pair.x, pair.y} & set(personal)]
    if x_field:
        pairs = [pair for pair in pairs if pair.x == named[0]]
    elif y_field:
        pairs = [pair for pair in pairs if pair.y == named[0]]
    if not pairs:
        return _without_pairs(rows, x_field, y_field, personal, every)
    chosen = pairs[0] if len(pairs) == 1 and named else _chosen(rows, pairs, coordinates, unit)
    others = [pair.label for pair in every if pair != chosen]
    notes = (
        (Message("coordinate_pair_chosen", {"pair": chosen.label, "others": "; ".join(others)}),) if others else ()
    )
    return ChosenPair(chosen.x, chosen.y, notes, chosen.provider)


def is_place_of_person(heading: str) -> bool:
    """Tell whether a heading says that its column holds where a person was or lives."""
    plain = folded_heading(heading, with_brackets=True)
    return is_personal(heading) or any(word in plain for word in load_json(_CATALOGUE)["persons"])


def _without_pairs(
    rows: Rows, x_field: str | None, y_field: str | None, personal: Sequence[str], every: Sequence[_Pair]
) -> ChosenPair:
    """Return the two best columns although their headings do not belong together."""
    try:
        x, y = find_xy(rows, x_field, y_field, taken=personal)
    except InputError as error:
        if error.code == "field_not_found" and every:
            raise InputError("personal_place_refused", field=every[0].label) from error
        raise
    return ChosenPair(x.field, y.field)


def _chosen(rows: Rows, pairs: Sequence[_Pair], coordinates: str, unit: str | None) -> _Pair:
    numbers = {pair: _numbers(rows, pair) for pair in pairs}
    fitting = [pair for pair in pairs if unit is None or _unit_of(numbers[pair]) == unit] or list(pairs)
    if unit == DEGREES:
        asked = "lonlat" if coordinates == "crs" else coordinates
        usable = [pair for pair in fitting if pair.provider in (None, asked)]
        if not usable:
            raise InputError("coordinate_pairs_of_others", asked=asked, pairs=_listed(fitting))
        fitting = [pair for pair in usable if pair.provider == asked] or usable
    best = min(pair.rank for pair in fitting)
    fitting = [pair for pair in fitting if pair.rank == best]
    first = fitting[0]
    for other in fitting[1:]:
        if not _same_places(numbers[first], numbers[other]):
            raise InputError("coordinate_pairs_differ", pairs=_listed(fitting))
    return first


def _listed(pairs: Sequence[_Pair]) -> str:
    return "; ".join(pair.label for pair in pairs)


def _pairs(rows: Rows) -> list[_Pair]:
    """Return the columns for x and y whose headings differ in nothing but that, in the order of the table.

    Words that belong together go first (经度 with 纬度), then what is left (lng with 纬度).
    """
    xs = {field: _parts(field, 0) for field in _in_order(rows, 0)}
    ys = {field: _parts(field, 1) for field in _in_order(rows, 1)}
    found: dict[str, str] = {}
    for same_words in (True, False):
        for x, (stem, words) in xs.items():
            free = [y for y in ys if x not in found and y != x and y not in found.values()]
            fits = [y for y in free if ys[y][0] == stem and (not same_words or words & ys[y][1])]
            if fits:
                found[x] = fits[0]
    return [_Pair(x, found[x], xs[x][0]) for x in xs if x in found]


def _in_order(rows: Rows, axis: int) -> list[str]:
    scores = candidates(rows, "xy"[axis])
    return [field for field in rows.columns if field in scores or _names_axis(rows, field, axis)]


def _names_axis(rows: Rows, field: str, axis: int) -> bool:
    """Tell whether a heading is made of the axis and of words of the catalogue (X_2000, 经度_高德), above numbers."""
    stem, words = _parts(field, axis)
    if not words or _Pair(field, field, stem).rank == _OTHER:
        return False
    numbers = read_coordinates(rows[field][:_SAMPLE]).values
    return bool(np.isfinite(numbers).any())


def _parts(heading: str, axis: int) -> tuple[str, frozenset[str]]:
    """Return what a heading says beside the axis (上报人 of 上报人经度, gcj of lng_gcj, "" of X), and the words for y
    that go with its word for the axis.
    """
    plain = folded_heading(heading, with_brackets=True)
    axes = load_json(_CATALOGUE)["axes"]
    word = next((pair[axis] for pair in axes if pair[axis] in plain), None)
    if word is None:
        return plain, frozenset()
    start = plain.rindex(word)
    return plain[:start] + plain[start + len(word) :], frozenset(pair[1] for pair in axes if pair[axis] == word)


def _numbers(rows: Rows, pair: _Pair) -> np.ndarray:
    """Return an n × 2 array of a sample of the pair, the same rows for every pair."""
    step = max(1, len(rows) // _SAMPLE)
    columns = [read_coordinates(rows[field][::step][:_SAMPLE]).values for field in (pair.x, pair.y)]
    numbers = np.column_stack(columns)
    numbers[(numbers == 0).all(axis=1)] = np.nan
    return numbers


def _unit_of(numbers: np.ndarray) -> str | None:
    there = numbers[np.isfinite(numbers).all(axis=1)]
    if not len(there):
        return None
    small = (np.abs(there) <= 180).all(axis=1)
    return DEGREES if float(small.mean()) >= _MOST else METRES


def _same_places(one: np.ndarray, other: np.ndarray) -> bool:
    both = np.isfinite(one).all(axis=1) & np.isfinite(other).all(axis=1)
    if not both.any():
        return True
    unit = _unit_of(one[both]) or METRES
    near = (np.abs(one[both] - other[both]) <= _SAME[unit]).all(axis=1)
    return float(near.mean()) >= _SAME_SHARE
