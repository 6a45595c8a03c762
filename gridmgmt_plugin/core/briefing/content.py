"""Every figure of a briefing, once: paper, workbook and page all take them from here.

Nothing in it names who reported a case, and nothing is a phone number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from gridmgmt_plugin.core.casefigures.periods import Period
from gridmgmt_plugin.core.messages import Message, tongue_of


@dataclass(frozen=True)
class Name:
    """What something is called in each language, "" where it has no name of its own."""

    zh: str
    en: str

    def text(self, language: str) -> str:
        """Return the name in ``language``."""
        return self.zh if tongue_of(language) == "zh" else self.en


@dataclass(frozen=True)
class Figure:
    """A number of cases, by the key of its title among the columns of results: of the period, of the one before and
    of the year before; ``None`` where the records do not reach back so far.
    """

    key: str
    value: int
    before: int | None = None
    earlier: int | None = None


@dataclass(frozen=True)
class Rate:
    """A rate in percent, ``None`` where there was no case to divide by: ``of`` such cases among ``among``.

    ``before``: the rate of the period before.
    """

    key: str
    value: float | None
    of: int
    among: int
    before: float | None


@dataclass(frozen=True)
class Share:
    """How many cases have a class, state, source or department; ``before``: see :class:`Figure`; ``kind``: event or
    component, of classes alone.
    """

    code: str
    name: Name
    count: int
    before: int | None = None
    kind: str = ""


@dataclass(frozen=True)
class Spot:
    """One of the places with most cases; ``mainly``: its most frequent class."""

    code: str
    name: str
    count: int
    before: int | None
    mainly: Name


@dataclass(frozen=True)
class HotSpot:
    """A hot place: what it is called, its most frequent class, the lane that most of its cases name and the code of
    the responsibility grid in which most of them lie, "" for none.
    """

    name: Message
    mainly: Name
    lane: str
    grid: str


@dataclass(frozen=True)
class AreaLine:
    """What the cases prove of an area: numbers of cases, rates in percent, median hours of working time until they
    were closed, its rank and the one before; ``None`` where there is none.
    """

    code: str
    name: str
    filed: int
    closed: int
    overdue: int
    closing_rate: float | None
    closing_in_time_rate: float | None
    closing_hours: float | None
    rank: int | None
    rank_before: int | None


@dataclass(frozen=True)
class ComeBack:
    """Trouble that came back after its closing: ``times`` it was there, ``not_held`` closings that did not hold.

    ``p``: how often chance alone makes the like, ``None`` where that was not asked.
    """

    place: str
    mainly: Name
    unit_grid: str
    times: int
    not_held: int
    last: str
    p: float | None


@dataclass(frozen=True, eq=False)
class MapPlaces:
    """The n places of the level, as they are drawn: ``codes``, ``names`` (object arrays), ``counts`` (int64), ``hot``
    (bool: beyond chance), ``shapes`` in metres of the frame. ``area_names``, ``area_shapes``: the areas over them.
    """

    codes: np.ndarray
    names: np.ndarray
    counts: np.ndarray
    hot: np.ndarray
    shapes: np.ndarray
    area_names: np.ndarray
    area_shapes: np.ndarray

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, eq=False)
class Briefing:
    """A briefing of the cases of a period.

    ``compared``: the period before and the same days of the year before, as far as the period has run. ``moments``
    (datetime64[D] or [M]) with ``per_moment``; ``by_hour``: int64 (7, 24), Monday first; ``ages``: open cases by
    age, see :data:`~gridmgmt_plugin.core.casefigures.figures.AGES`. ``hot``: the hot places, that with
    most cases first; ``notes``: what the data cannot say, and what does not count.
    """

    district: str
    classification: str
    made_on: date
    level: str
    period: Period
    compared: tuple[Period, Period]
    figures: tuple[Figure, ...]
    rates: tuple[Rate, ...]
    moments: np.ndarray
    per_moment: np.ndarray
    by_hour: np.ndarray
    ages: tuple[int, ...]
    classes: tuple[Share, ...]
    states: tuple[Share, ...]
    sources: tuple[Share, ...]
    departments: tuple[Share, ...]
    areas: tuple[AreaLine, ...]
    places: tuple[Spot, ...]
    hot: tuple[HotSpot, ...]
    come_back: tuple[ComeBack, ...]
    map: MapPlaces
    notes: tuple[Message, ...]

    def figure(self, key: str) -> Figure:
        """Return a figure by its key."""
        return next(one for one in self.figures if one.key == key)


def name_of(names: Mapping[str, str], code: str) -> Name:
    """Return a name by language, the code where one is missing."""
    return Name(names.get("zh") or code, names.get("en") or code)
