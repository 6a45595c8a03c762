"""The inventory of components (部件清查) of a workspace: read once, every question after that is answered at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.areas.scope import read_scope
from gridmgmt_plugin.core.casefigures.cases import Words, words_of
from gridmgmt_plugin.core.class_catalogues import class_catalogues, classes_of, majors_of
from gridmgmt_plugin.core.columns import as_texts, texts
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.inventory.components import COLUMNS, ComponentArrays, ages, component_arrays, gone_states
from gridmgmt_plugin.core.inventory.counting import NONE, chosen, count_by_all, count_by_two
from gridmgmt_plugin.core.lanes.lane_edit import lanes_in_use
from gridmgmt_plugin.core.messages import Message, tongue_of
from gridmgmt_plugin.core.posts.known_people import department_code, departments_at_work
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_code
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.jobs.lanes.lane_lengths import lane_lengths_m
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.workspace import Workspace

AREA_KINDS = ("county", "street_office", "community")
#: Kinds of places, in which components are counted per hectare and per 100 m of street-lane.
GROUND_KINDS = (*AREA_KINDS, "responsibility_grid", "unit_grid")
#: What components can be told apart by.
KINDS = ("major", "class_code", "state", "owner_state", "department_code", "age", *GROUND_KINDS, "lane_code")
_GRID = "responsibility_grid"
_HECTARE_M2, _HUNDRED_M = 10_000.0, 100.0


@dataclass(frozen=True)
class Asked:
    """Which components are counted: those that have for each kind in ``wanted`` one of its words (none = any, "" =
    components without one), whose class code begins with ``class_prefix``, that lie in one of ``areas`` (codes at
    any level, none = everywhere), with ``units`` in one of these unit grids, and, with ``only``, whose row number is
    in it.
    """

    wanted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    class_prefix: str = ""
    areas: tuple[str, ...] = ()
    only: frozenset[int] | None = None
    units: frozenset[str] | None = None


@dataclass(frozen=True, eq=False)
class InventoryTable:
    """Counts by ``rows`` and ``columns`` (words, "" for components without one), int64 (r, c).

    ``per_hectare``, ``per_100m``: float64 (r,), the components of a row per hectare of unit grids and per 100 m of
    street-lane in use: of the place that the row is, else of the areas that were asked for; NaN where there is none.
    Those that are there no longer do not count in them, unless states are asked for or told apart by the rows.
    ``total``: how many components were counted.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: np.ndarray
    per_hectare: np.ndarray
    per_100m: np.ndarray
    total: int


class Inventory:
    """The components of a workspace as they were when this was made."""

    def __init__(self, workspace: Workspace, scheme: str | None = None, today: date | None = None) -> None:
        """Read components and places; give a workspace that is in one state (:meth:`Workspace.reading`).

        :param scheme: whose responsibility grids components are told apart by, ``None`` for none.
        :raises WorkspaceError: ``inventory_empty``, ``scheme_key_malformed``.
        """
        rows = workspace.read("component", COLUMNS, geometry=False)
        if not len(rows):
            raise WorkspaceError("inventory_empty", path=workspace.title)
        self.info, self.scheme = workspace.info, scheme
        self.components: ComponentArrays = component_arrays(rows)
        column = [scheme_column(scheme)] if scheme else []
        self._units = workspace.read("unit_grid", ["code", "area_code", *column])
        self._areas = workspace.read("area", ["code", "name", "level", "parent_code"], geometry=False)
        self._lanes = workspace.read("lane", ["code", "name", "state", "valid_to"])
        self._named = {
            "department": workspace.read("department", geometry=False),
            _GRID: workspace.read(_GRID, ["code", "name"], {"scheme": scheme}, geometry=False),
        }
        units = as_texts(self._units["code"]), self._units.shapes
        self._unit_m2 = shapely.area(units[1])
        self._unit_lane_m = lane_lengths_m(workspace, *units)
        self._today = np.datetime64(today or clock.today(), "D")
        self._tree = AreaTree(self._areas)

    def __len__(self) -> int:
        return len(self.components)

    @cached_property
    def kinds(self) -> Mapping[str, Words]:
        """Return for each of :data:`KINDS` the word of each component."""
        columns, parts = self.components.columns, self.components
        classes, units = columns["class_code"], columns["unit_grid"]
        major_of = self._majors
        found = {
            **columns,
            "major": _mapped(classes, {word: major_of.get(word, word[:2]) for word in classes.words}),
            "age": ages(parts.surveyed, self._today),
        }
        for kind in (*AREA_KINDS, _GRID):
            found[kind] = _mapped(units, dict(zip(self._unit_codes, self._units_by(kind))))
        return found

    def mask(self, asked: Asked) -> np.ndarray:
        """Return which components are asked about, bool (n,).

        :raises InputError: ``inventory_kind_unknown``.
        """
        for kind in asked.wanted:
            _known(kind)
        mask = chosen(len(self), self.kinds, asked.wanted, asked.class_prefix)
        if asked.areas or asked.units is not None:
            units = self.kinds["unit_grid"]
            inside = dict(zip(self._unit_codes, self._units_in(asked).tolist()))
            mask &= units.which(inside.get(word, False) for word in units.words)
        if asked.only is not None:
            mask &= np.isin(self.components.fid, np.fromiter(asked.only, dtype=np.int64, count=len(asked.only)))
        return mask

    def table(self, rows: str, columns: str, asked: Asked) -> InventoryTable:
        """Return how many components there are by two of :data:`KINDS`; places without any are listed too.

        :raises InputError: ``inventory_kind_unknown``.
        """
        _known(rows)
        _known(columns)
        mask = self.mask(asked)
        inside = self._units_in(asked)
        always = sorted({word for word in np.asarray(self._units_by(rows))[inside] if word}) if _lists(rows) else ()
        found = count_by_two(self.kinds[rows], self.kinds[columns], mask, always)
        hectares, hundreds = self.sizes(rows, found.rows, asked)
        there = dict(count_by_all([self.kinds[rows]], self.there(mask, asked, (rows,))))
        totals = np.array([there.get((word,), 0) for word in found.rows], dtype=np.int64)
        return InventoryTable(
            found.rows,
            found.columns,
            found.counts,
            per(totals, hectares),
            per(totals, hundreds),
            int(mask.sum()),
        )

    def sizes(self, kind: str, words: Sequence[str], asked: Asked) -> tuple[np.ndarray, np.ndarray]:
        """Return the hectares of unit grids and the hundreds of metres of street-lane in use behind each word,
        float64 (w,): of the place that the word names, as far as it lies in the areas asked for, else of all these;
        0 for none.
        """
        if kind == "lane_code":
            used = self._lanes.take(lanes_in_use(self._lanes))
            length = dict(zip(texts(used, "code").tolist(), shapely.length(used.shapes).tolist()))
            metres = np.array([length.get(word, 0.0) for word in words])
            return np.zeros(len(words)), metres / _HUNDRED_M
        inside = self._units_in(asked)
        hectares, hundreds = self._unit_m2[inside] / _HECTARE_M2, self._unit_lane_m[inside] / _HUNDRED_M
        if kind not in GROUND_KINDS:
            return np.full(len(words), hectares.sum()), np.full(len(words), hundreds.sum())
        places = words_of(as_texts(np.array(self._units_by(kind), dtype=object)[inside]))
        at = places.number >= 0
        position = {word: number for number, word in enumerate(places.words)}
        wanted = np.array([position.get(word, -1) for word in words], dtype=np.int64)
        found = []
        for size in (hectares, hundreds):
            sums = np.bincount(places.number[at], weights=size[at], minlength=len(places.words))
            found.append(np.append(sums, 0.0)[wanted])
        return found[0], found[1]

    def there(self, mask: np.ndarray, asked: Asked, by: Sequence[str]) -> np.ndarray:
        """Return which of the components in ``mask`` count in densities, bool (n,): those that are there, all where
        ``asked`` or the kinds in ``by`` tell states apart.
        """
        if asked.wanted.get("state") or "state" in by:
            return mask
        states = self.kinds["state"]
        return np.asarray(mask & ~states.which(word in gone_states() for word in states.words))

    def row_numbers(self, asked: Asked, words: Mapping[str, str]) -> np.ndarray:
        """Return the row numbers of the components asked about that have a word of each kind, int64.

        :raises InputError: ``inventory_kind_unknown``.
        """
        mask = self.mask(asked) & chosen(
            len(self), self.kinds, {_known(kind): (word,) for kind, word in words.items()}
        )
        return np.asarray(self.components.fid[mask])

    def words(self, kind: str) -> tuple[str, ...]:
        """Return the words that components have of a kind, sorted, "" last where some have none."""
        words = self.kinds[_known(kind)]
        there = np.unique(words.number)
        listed = sorted(words.words[at] for at in there.tolist() if at >= 0)
        return (*listed, *((NONE,) if len(there) and there[0] < 0 else ()))

    def areas(self) -> list[tuple[str, str, str]]:
        """Return level, code and name of each area, from the county down."""
        levels = {level: at for at, level in enumerate(AREA_KINDS)}
        rows = zip(*(texts(self._areas, name).tolist() for name in ("level", "code", "name")))
        return sorted((row for row in rows if row[0] in levels), key=lambda row: row[1])

    def departments(self) -> tuple[tuple[str, str], ...]:
        """Return code and name of the departments that have not ended, to choose from."""
        return departments_at_work(self._named["department"], self._today)

    def title(self, kind: str, word: str, language: str) -> str:
        """Return what a word of a kind is called."""
        if word == NONE:
            return Message("inventory_none").text(language)
        if kind in ("state", "owner_state"):
            return value_label("component_state" if kind == "state" else kind, word, language)
        if kind == "age":
            return Message(f"inventory_age_{word}").text(language)
        name = self._names(kind, tongue_of(language)).get(word, "")
        return f"{word} {name}" if name and kind in ("class_code", "major", *GROUND_KINDS[3:]) else name or word

    # Inside.

    @cached_property
    def _unit_codes(self) -> list[str]:
        return list(texts(self._units, "code").tolist())

    @cached_property
    def _majors(self) -> Mapping[str, str]:
        """Return the major class of each class of the catalogue; none of a catalogue that this computer lacks."""
        if self.info.component_catalogue not in class_catalogues():
            return {}
        return {str(one["code"]): str(one["major"]) for one in classes_of(self.info.component_catalogue)}

    def _names(self, kind: str, tongue: str) -> Mapping[str, str]:
        if kind in ("class_code", "major"):
            if self.info.component_catalogue not in class_catalogues():
                return {}
            of = classes_of if kind == "class_code" else majors_of
            return {str(one["code"]): str(one[tongue]) for one in of(self.info.component_catalogue)}
        rows = self._areas if kind in AREA_KINDS else self._lanes if kind == "lane_code" else None
        rows = self._named.get(kind.replace("_code", ""), Rows()) if rows is None else rows
        return dict(zip(texts(rows, "code").tolist(), texts(rows, "name").tolist())) if len(rows) else {}

    def _units_by(self, kind: str) -> list[str]:
        """Return the place of each unit grid at a kind, "" for none."""
        if kind == "unit_grid":
            return self._unit_codes
        if kind == _GRID:
            column = scheme_column(self.scheme) if self.scheme else ""  # a column that is not there is empty
            return list(texts(self._units, column).tolist())
        return [self._tree.at_level(code, kind) for code in texts(self._units, "area_code").tolist()]

    def _units_in(self, asked: Asked) -> np.ndarray:
        """Return which unit grids are asked about, bool (u,); all where neither areas nor unit grids are named."""
        found = np.ones(len(self._units), dtype=bool)
        if asked.areas:
            codes = texts(self._units, "area_code").tolist()
            inside = {code: any(self._tree.holds(area, code) for area in asked.areas) for code in set(codes)}
            found &= np.array([inside[code] for code in codes], dtype=bool)
        if asked.units is not None:
            found &= np.array([code in asked.units for code in self._unit_codes], dtype=bool)
        return found


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise InputError("inventory_kind_unknown", value=kind, known=", ".join(KINDS))
    return kind


def _lists(kind: str) -> bool:
    """Tell whether places of a kind are listed that have no component: not each of twenty thousand unit grids."""
    return kind in GROUND_KINDS and kind != "unit_grid"


def _mapped(words: Words, of: Mapping[str, str]) -> Words:
    """Return for each component what its word stands for, "" for nothing."""
    names = words_of(as_texts(of.get(word, NONE) for word in words.words))
    return Words(np.append(names.number, np.int32(-1))[words.number], names.words)


def asked_components(
    workspace: Workspace,
    scope: str = "",
    class_prefix: str = "",
    state: str = "",
    department: str = "",
    owner_state: str = "",
) -> Asked:
    """Return which components are meant by what a planner names, "" for any.

    :param scope: codes of areas at any level. :param department: code, name or short name.
    :raises InputError: ``scope_unknown``, ``department_not_known``.
    """
    wanted = {"state": (state,) if state else (), "owner_state": (owner_state,) if owner_state else ()}
    if department:
        code = department_code(workspace.read("department", geometry=False), department)
        wanted["department_code"] = (code,)
    areas = read_scope(scope, workspace.read("area")).codes if scope else ()
    return Asked(wanted, clean_code(class_prefix) or "", areas)


def units_in(workspace: Workspace, areas: Sequence[str]) -> frozenset[str]:
    """Return the codes of the unit grids that lie in one of some areas, given by their codes at any level."""
    tree = AreaTree(workspace.read("area", ["code", "level", "parent_code"], geometry=False))
    units = workspace.read("unit_grid", ["code", "area_code"], geometry=False)
    pairs = zip(texts(units, "code").tolist(), texts(units, "area_code").tolist())
    return frozenset(code for code, area in pairs if any(tree.holds(one, area) for one in areas))


def per(counts: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return counts by what they are counted over, float64 (n,), NaN where that is 0."""
    over: np.ndarray = np.full(len(counts), np.nan)
    np.divide(counts, size, out=over, where=size > 0)
    return over
