"""What rules work on: the tables, the settings, and what several of them need, worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.layout import CodeLayout, layout
from gridmgmt_plugin.core.coverage.examine import examine
from gridmgmt_plugin.core.coverage.faults import CoverageFaults
from gridmgmt_plugin.core.coverage.shape_faults import polygonal
from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.duty.times import in_force
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.core.validation.catalogue import parameter, rule_infos
from gridmgmt_plugin.core.validation.issue import Issue

CodeCheck = Callable[[Any], "Message | None"]
_DECIMALS = {"m²": 1, "m": 3, "°": 1, "parts": 0}


@dataclass(frozen=True)
class ValidationSettings:
    """How to validate.

    ``precision_m``: the workspace's coordinate precision. ``code_layouts``: table → key of its code layout, or a
    function that returns what is wrong with a code; a table without one is not checked for format.
    ``scheme``: key of the grid scheme to check, ``None`` for all. ``today``: day on which posts, people and
    exemptions must be in force. ``area_ranges_m2``: grid kind → (smallest, largest); kinds not named follow the
    catalogue.
    """

    precision_m: float = 0.001
    code_layouts: Mapping[str, str | CodeCheck] = field(default_factory=dict)
    scheme: str | None = None
    today: date = field(default_factory=date.today)
    area_ranges_m2: Mapping[str, tuple[float, float]] = field(default_factory=dict)


class Context:
    """The tables under validation with what the rules share; a table that was not given is empty."""

    def __init__(self, tables: Mapping[str, Rows], settings: ValidationSettings) -> None:
        self.tables = tables
        self.settings = settings
        self._worked_out: dict[str, Any] = {}

    def rows(self, table: str) -> Rows:
        """Return a table; an empty one when it was not given."""
        return self.tables.get(table, Rows())

    def text(self, table: str, column: str) -> np.ndarray:
        """Return a column as an object array of stripped texts, "" for nothing, also for a column not there."""
        rows = self.rows(table)
        if column not in rows:
            return np.full(len(rows), "", dtype=object)
        return np.array([_as_text(value) for value in rows[column]], dtype=object)

    def number(self, table: str, column: str) -> np.ndarray:
        """Return a column as float64, nan for what is no number."""
        rows = self.rows(table)
        if column not in rows:
            return np.full(len(rows), np.nan)
        return np.array([_as_number(value) for value in rows[column]], dtype=np.float64)

    def geometry(self, table: str) -> np.ndarray:
        """Return the geometries of a table, ``None`` where a row or the table has none."""
        rows = self.rows(table)
        return np.full(len(rows), None, dtype=object) if rows.geometry is None else rows.geometry

    def days(self, table: str, column: str) -> np.ndarray:
        """Return a column of dates as datetime64[D]; not-a-time for nothing and for what no rule could read."""
        rows = self.rows(table)
        if column not in rows:
            return np.full(len(rows), "NaT", dtype="datetime64[D]")
        parsed = parse_dates(rows[column])
        return np.array([None if iso is None else iso[:10] for iso in parsed.iso], dtype="datetime64[D]")

    @cached_property
    def today(self) -> np.datetime64:
        """Return the day of the validation."""
        return np.datetime64(self.settings.today, "D")

    def in_force(self, table: str) -> np.ndarray:
        """Return which rows are valid today by ``valid_from`` and ``valid_to``."""
        return in_force(self.days(table, "valid_from"), self.days(table, "valid_to"), np.asarray(self.today))

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
        """Return area code → polygon, for the areas that have one."""
        polygons = polygonal(self.geometry("area"))
        filled = np.flatnonzero(~shapely.is_empty(polygons))
        codes = self.text("area", "code")
        return {codes[at]: polygons[at] for at in filled}

    @cached_property
    def outline(self) -> Any:
        """Return what the unit grids must cover: the lowest areas, within the covered extent where one is drawn.

        ``None`` when no area has a polygon: then nobody can say what is uncovered.
        """
        parents = set(self.text("area", "parent_code"))
        lowest = [polygon for code, polygon in self.area_polygons.items() if code not in parents]
        if not lowest:
            return None
        whole = shapely.union_all(lowest)
        extents = polygonal(self.geometry("covered_extent"))[self.in_force("covered_extent")]
        if shapely.is_empty(extents).all():
            return whole
        return polygonal(np.array([shapely.intersection(whole, shapely.union_all(extents))], dtype=object))[0]

    @cached_property
    def coverage(self) -> CoverageFaults:
        """Return all faults of the unit grids as a coverage of :attr:`outline`."""
        return examine(
            self.geometry("unit_grid"),
            self.outline,
            precision_m=self.settings.precision_m,
            gap_width_m=parameter("gap_width_m"),
            near_m=parameter("near_m"),
            sliver_width_m=parameter("sliver_width_m"),
            spike_angle_deg=parameter("spike_angle_deg"),
            min_edge_m=parameter("min_edge_m"),
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
        """Yield each scheme of unit grids to check, with the responsibility grid's code per unit grid."""
        base = dict(zip(self.text("scheme", "key"), self.text("scheme", "base")))
        columns = [name[3:] for name in self.rows("unit_grid").columns if name.startswith("rg_")]
        keys = dict.fromkeys([*base, *columns])
        for key in keys:
            wanted = self.settings.scheme in (None, key)
            if wanted and base.get(key, "unit_grid") != "lane":
                yield key, self.text("unit_grid", f"rg_{key}")

    def issue(
        self,
        code: str,
        table: str,
        keys: tuple[str, ...],
        geometry: Any = None,
        measure: float | None = None,
        **details: Any,
    ) -> Issue:
        """Return an issue of the rule ``code``.

        Its sentence may name ``table`` (by its title), ``key`` and ``other`` (the first two keys), ``measure`` and
        what is given in ``details``.
        """
        info = rule_infos()[code]
        told = {
            "table": Title(table),
            "key": keys[0] if keys and keys[0] else "–",
            "other": keys[1] if len(keys) > 1 and keys[1] else "–",
            "measure": "" if measure is None else f"{measure:.{_DECIMALS.get(info.unit, 2)}f}",
        }
        message = Message(f"issue_{code}", {**told, **details})
        return Issue(code, info.severity, table, keys, message, geometry, measure, info.unit, info.fixable)


def _as_text(value: Any) -> str:
    return "" if value is None or (isinstance(value, float) and np.isnan(value)) else str(value).strip()


def _as_number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")
