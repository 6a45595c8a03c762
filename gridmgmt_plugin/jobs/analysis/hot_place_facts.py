"""What a manager asks of a hot place besides its name: which class, which lane, whose grid it is, who answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import shapely

from gridmgmt_plugin.core.casefigures.cases import CaseArrays
from gridmgmt_plugin.core.casefigures.choice import Chosen
from gridmgmt_plugin.core.casefigures.figures import by_class, by_word
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.analysis.answers_at import ANSWERS, answers_at
from gridmgmt_plugin.workspace.workspace import Workspace

#: Columns that say it; of cells that are no hot place they are empty.
PLACE_FACTS = ("class_code", "kind", "lane_name", *ANSWERS)


@dataclass(frozen=True, eq=False)
class PlacedCases:
    """``chosen`` of some ``cases``; ``place``: int64 (n,) of all cases, in which place each lies, −1 for none.

    ``codes``: object (p,), the codes of the places.
    """

    cases: CaseArrays
    chosen: Chosen
    place: np.ndarray
    codes: np.ndarray


def no_facts(rows: Rows) -> Rows:
    """Return places of which none is hot, with the columns :data:`PLACE_FACTS`."""
    return rows.with_columns(**dict.fromkeys(PLACE_FACTS, np.full(len(rows), None, dtype=object)))


def with_facts(workspace: Workspace, rows: Rows, placed: PlacedCases, scheme: str) -> Rows:
    """Return places with the columns :data:`PLACE_FACTS`: of each hot place the class and lane that most of its cases
    have, and who answers for that class today where most of them lie.

    :param rows: with ``code``, ``count``, ``place_no`` (``None``: no hot place) and geometry.
    :param placed: the cases that were counted.
    :param scheme: whose grid and person are named; of "" those of the only one there is.
    :raises InputError: ``scheme_not_there``.
    """
    number = np.array([at or 0 for at in rows["place_no"]], dtype=np.int64)
    if not number.any():
        return no_facts(rows)
    units = workspace.read("unit_grid", ["code"])
    unit_at = {code: row for row, code in enumerate(units["code"])}
    lanes = workspace.read("lane", ["code", "name"], geometry=False)
    lane_names = dict(zip(lanes["code"], lanes["name"]))
    found: dict[str, list[str | None]] = {name: [] for name in ("class_code", "kind", "lane_name")}
    spots = []
    for place, cases in enumerate(_by_number(rows, number, placed), start=1):
        kind, code = next(iter(by_class(placed.cases, cases)), (None, None))
        lane = next(iter(by_word(placed.cases, cases, "lane_code")), None)
        unit = next(iter(by_word(placed.cases, cases, "unit_grid")), None)
        found["class_code"].append(code)
        found["kind"].append(kind or None)
        found["lane_name"].append(lane_names.get(lane) or lane)
        spots.append(units.shapes[unit_at[unit]] if unit in unit_at else _fullest(rows, number == place))
    asked = Rows({name: as_column(values) for name, values in found.items()}, shapely.point_on_surface(spots))
    told = answers_at(workspace, asked, scheme)
    nothing = as_column([None])
    return rows.with_columns(**{name: np.append(nothing, told[name])[number] for name in PLACE_FACTS})


def _by_number(rows: Rows, number: np.ndarray, placed: PlacedCases) -> Iterator[Chosen]:
    """Return the cases of each hot place, by its number."""
    number_of = dict(zip(rows["code"], number.tolist()))
    of_place = np.array([*(number_of.get(code, 0) for code in placed.codes), 0], dtype=np.int64)
    of_case = of_place[placed.place[placed.chosen.at]]
    at = placed.chosen.at[np.argsort(of_case, kind="stable")]
    ends = np.cumsum(np.bincount(of_case, minlength=int(number.max()) + 1))
    for begin, end in zip(ends[:-1], ends[1:]):
        yield replace(placed.chosen, at=np.sort(at[begin:end]))


def _fullest(rows: Rows, members: np.ndarray) -> shapely.Geometry:
    inside = np.flatnonzero(members)
    return rows.shapes[inside[np.argmax(rows["count"][inside].astype(np.int64))]]
