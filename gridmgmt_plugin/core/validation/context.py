"""What rules work on: the tables, the settings, and what several of them need, worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core import clock, columns
from gridmgmt_plugin.core.codes.layout import CodeLayout, layout
from gridmgmt_plugin.core.coverage.health.examine import examine
from gridmgmt_plugin.core.coverage.health.faults import CoverageFaults
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal
from gridmgmt_plugin.core.ground import Ground, areas_in_force, unit_ground
from gridmgmt_plugin.core.inspection.checklists import Checklist
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.redaction.person_titles import person_title
from gridmgmt_plugin.core.responsibility.scheme_rules import COUNTY, SchemeRules
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.core.validation.catalogue import rule_infos
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.thresholds import check_thresholds, effective_parameters

CodeCheck = Callable[[Any], "Message | None"]
_DECIMALS = {"m²": 1, "m": 3, "°": 1, "parts": 0}
# Rows of these tables belong to one scheme each ("" = to all).
_OF_A_SCHEME = ("responsibility_grid", "post", "duty_rule", "receipt")


@dataclass(frozen=True)
class ValidationSettings:
    """How to validate.

    ``precision_m``: the workspace's coordinate precision. ``code_layouts``: table → key of its code layout, or a
    function that returns what is wrong with a code; a table without one is not checked for format.
    ``scheme``: key of the grid scheme to check, ``None`` for all; grids, posts and duty rules of other schemes are
    not looked at then. ``today``: day on which posts, people and exemptions must be in force. ``thresholds``: what
    the workspace sets otherwise than the catalogue, see :func:`~.thresholds.read_thresholds`. ``schemes``: what grid
    schemes ask of their grids, by key. ``checklists``: the lists that inspections of lanes name, by key.
    ``checklist``: the one whose rule decides the standing of a lane, "" where nobody says. ``class_catalogues``: kind
    (component, event) → the catalogue by which its classes are called.

    :raises InputError: ``rules_parameter_unknown``, ``rules_parameter_wrong``.
    """

    precision_m: float = 0.001
    code_layouts: Mapping[str, str | CodeCheck] = field(default_factory=dict)
    scheme: str | None = None
    today: date = field(default_factory=clock.today)
    thresholds: Mapping[str, Any] = field(default_factory=dict)
    schemes: Mapping[str, SchemeRules] = field(default_factory=dict)
    checklists: Mapping[str, Checklist] = field(default_factory=dict)
    checklist: str = ""
    class_catalogues: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_thresholds(self.thresholds)


class Context:
    """The tables under validation with what the rules share; a table that was not given is empty."""

    def __init__(self, tables: Mapping[str, Rows], settings: ValidationSettings) -> None:
        self.whole = tables
        self.settings = settings
        self.progress = Progress()
        self._parameters = effective_parameters(settings.thresholds)
        self._row_numbers: dict[str, np.ndarray] = {}
        self.tables = {name: self._of_the_scheme(name, rows) for name, rows in tables.items()}
        self._worked_out: dict[str, Any] = {}

    def _of_the_scheme(self, name: str, rows: Rows) -> Rows:
        if self.settings.scheme is None or name not in _OF_A_SCHEME:
            return rows
        scheme = columns.texts(rows, "scheme")
        kept = np.flatnonzero((scheme == "") | (scheme == self.settings.scheme))
        self._row_numbers[name] = kept
        return rows.take(kept)

    def parameter(self, name: str) -> Any:
        """Return one threshold; lengths in metres, areas in m²."""
        return self._parameters[name]

    def rows(self, table: str) -> Rows:
        """Return a table; an empty one when it was not given."""
        return columns.table(self.tables, table)

    def row_number(self, table: str, row: int) -> int:
        """Return the number from 1 of a row in the table as it was given."""
        return int(self._row_numbers[table][row] if table in self._row_numbers else row) + 1

    def text(self, table: str, column: str) -> np.ndarray:
        """Return a column as an object array of stripped texts, "" for nothing, also for a column not there."""
        found: np.ndarray = self.once(f"text of {table}.{column}", lambda: columns.texts(self.rows(table), column))
        return found

    def number(self, table: str, column: str) -> np.ndarray:
        """Return a column as float64, nan for what is no number."""
        return columns.numbers(self.rows(table), column)

    def geometry(self, table: str) -> np.ndarray:
        """Return the geometries of a table, ``None`` where a row or the table has none."""
        return columns.geometries(self.rows(table))

    def days(self, table: str, column: str) -> np.ndarray:
        """Return a column of dates as datetime64[D]; not-a-time for nothing and for what no rule could read."""
        found: np.ndarray = self.once(f"days of {table}.{column}", lambda: columns.days(self.rows(table), column))
        return found

    @cached_property
    def today(self) -> np.datetime64:
        """Return the day of the validation."""
        return np.datetime64(self.settings.today, "D")

    def in_force(self, table: str) -> np.ndarray:
        """Return which rows are valid today by ``valid_from`` and ``valid_to``."""
        return columns.in_force(self.days(table, "valid_from"), self.days(table, "valid_to"), np.asarray(self.today))

    @cached_property
    def unit_codes(self) -> np.ndarray:
        """Return the codes of the unit grids, "" for none."""
        return self.text("unit_grid", "code")

    @cached_property
    def unit_polygons(self) -> np.ndarray:
        """Return the unit grids' sound polygons; an empty Polygon where there is none."""
        return polygonal(self.geometry("unit_grid"))

    @cached_property
    def area_polygons(self) -> dict[str, Any]:
        """Return area code → polygon, for the areas in force that have one."""
        polygons, codes = polygonal(self.geometry("area")), self.text("area", "code")
        at = areas_in_force(self.rows("area"), self.settings.today)
        return {codes[row]: polygons[row] for row in at[~shapely.is_empty(polygons[at])].tolist()}

    @cached_property
    def ground(self) -> Ground:
        """Return the ground that the unit grids must cover, area by area."""
        tables = self.rows("area"), self.rows("covered_extent")
        return unit_ground(*tables, self.settings.precision_m, self.settings.today)

    @cached_property
    def outline(self) -> Any:
        """Return what the unit grids must cover: all of :attr:`ground`.

        ``None`` when no area has a polygon: then nobody can say what is uncovered.
        """
        return polygonal(as_column([shapely.union_all(self.ground.geometry)]))[0] if self.area_polygons else None

    @cached_property
    def coverage_thresholds(self) -> dict[str, float]:
        """Return what ``core.coverage.health.examine`` is asked with, besides the precision."""
        names = ("gap_width_m", "near_m", "sliver_width_m", "spike_angle_deg", "min_edge_m")
        return {name: float(self.parameter(name)) for name in names}

    @cached_property
    def coverage(self) -> CoverageFaults:
        """Return all faults of the unit grids as a coverage of :attr:`outline`."""
        return examine(
            self.geometry("unit_grid"),
            self.outline,
            precision_m=self.settings.precision_m,
            **self.coverage_thresholds,
            progress=self.progress,
        )

    def once(self, name: str, compute: Callable[[], Any]) -> Any:
        """Return what ``compute`` gives, worked out at the first call under this name only."""
        if name not in self._worked_out:
            self._worked_out[name] = compute()
        return self._worked_out[name]

    def layout_of(self, table: str) -> CodeLayout | None:
        """Return the code layout of a table, ``None`` when none is set or only a function is."""
        chosen = self.settings.code_layouts.get(table)
        return layout(chosen) if isinstance(chosen, str) else None

    def code_check(self, table: str) -> CodeCheck | None:
        """Return the function that tells what is wrong with a code of a table, ``None`` when none is set."""
        chosen = self.settings.code_layouts.get(table)
        return layout(chosen).problem if isinstance(chosen, str) else chosen

    def schemes(self) -> Iterator[tuple[str, np.ndarray]]:
        """Yield each scheme of unit grids to check, with the responsibility grid's code per unit grid.

        A column that a deleted scheme has left empty is no scheme; an alternative is checked when it is asked for.
        """
        base = dict(zip(self.text("scheme", "key"), self.text("scheme", "base")))
        columns = [name[3:] for name in self.rows("unit_grid").columns if name.startswith("rg_")]
        keys = dict.fromkeys([*base, *columns])
        for key in keys:
            is_proposed = bool(self.scheme_rules(key).alternative_of)
            wanted = self.settings.scheme == key or (self.settings.scheme is None and not is_proposed)
            labels = self.text("unit_grid", f"rg_{key}")
            if wanted and base.get(key, "unit_grid") != "lane" and (key in base or (labels != "").any()):
                yield key, labels

    def over_lanes(self) -> frozenset[str]:
        """Return the keys of the schemes whose grids are street-lanes, under the lanes' codes."""
        bases = zip(self.text("scheme", "key"), self.text("scheme", "base"))
        return frozenset(key for key, base in bases if base == "lane")

    def scheme_rules(self, key: str) -> SchemeRules:
        """Return what a scheme asks of its grids: what all do unless it says otherwise."""
        return self.settings.schemes.get(key, SchemeRules(COUNTY))

    def scheme_title(self, key: str) -> str:
        """Return what a scheme is called, its key where it has no title."""
        titles = self.once(
            "titles of schemes", lambda: dict(zip(self.text("scheme", "key"), self.text("scheme", "title")))
        )
        return titles.get(key) or key

    def person_title(self, key: str) -> str:
        """Return what a person is called with the number that tells namesakes apart, the number where no name is."""
        return person_title(self._names("person", "id").get(key), key)

    def department_title(self, code: str) -> str:
        """Return what a department is called, its code where it has no name."""
        return self._names("department", "code").get(code) or code

    def _names(self, table: str, key: str) -> dict[str, str]:
        names: dict[str, str] = self.once(
            f"names of {table}", lambda: dict(zip(self.text(table, key), self.text(table, "name")))
        )
        return names

    @cached_property
    def _when(self) -> Message:
        day = self.settings.today
        if day == clock.today():
            return Message("validation_today")
        return Message("validation_on_day", {"day": str(day)})

    def issue(
        self,
        code: str,
        table: str,
        keys: tuple[str, ...],
        geometry: Any = None,
        measure: float | None = None,
        *,
        fixable: bool = True,
        **details: Any,
    ) -> Issue:
        """Return an issue of the rule ``code``.

        :param fixable: ``False`` for an issue that cannot be repaired though others of its rule can.
        Its sentence may name ``table`` (by its title), ``key`` and ``other`` (the first two keys), ``measure``,
        ``when`` (the day that is checked) and what is given in ``details``.
        """
        info = rule_infos()[code]
        told = {
            "table": Title(table),
            "key": keys[0] if keys and keys[0] else "–",
            "other": keys[1] if len(keys) > 1 and keys[1] else "–",
            "when": self._when,
            "measure": "" if measure is None else f"{measure:.{_DECIMALS.get(info.unit, 2)}f}",
        }
        message = Message(f"issue_{code}", {**told, **details})
        return Issue(
            code, info.severity, table, keys, message, geometry, measure, info.unit, info.fixable and fixable
        )
