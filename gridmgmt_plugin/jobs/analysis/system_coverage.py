"""How far the grid system reaches in each street office: ground, staff, lanes, and how fresh its ledgers are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core import columns
from gridmgmt_plugin.core.codes.areas import STREET_OFFICE
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.roster import Roster, read_roster
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.ground import areas_in_force, covered_extent, rows_in_force
from gridmgmt_plugin.core.lanes.lane_edit import lanes_on
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column, numbers_or_none
from gridmgmt_plugin.core.titles import LAYERS, column_titles
from gridmgmt_plugin.core.validation.catalogue import default_parameters
from gridmgmt_plugin.core.value_lists import lane_roles
from gridmgmt_plugin.exchange.package.fields import INTEGER, REAL, TEXT, FieldSpec
from gridmgmt_plugin.jobs.checks.validate_workspace import refuse_unknown_scheme
from gridmgmt_plugin.jobs.people.people_tables import PeopleTable, refuse_formats, write_tables
from gridmgmt_plugin.workspace.workspace import Workspace

COVERAGE_COLUMNS: dict[str, type] = {
    "code": str, "name": str, "area_ha": float, "gridded_ha": float, "gridded_share": float, "unit_grids": int,
    "grids": int, "staffed_grids": int, "staffed_share": float, "lanes": int, "lanes_staffed": int,
    "lanes_share": float, "components": int, "surveyed_on": str, "surveyed_share": float, "ledger_items": int,
    "ledger_changed_on": str, "ledger_share": float, "liaisons": int, "liaisons_fit": int,
}  # fmt: skip
_HECTARE_M2, _PERCENT, _YEAR = 10_000.0, 100.0, np.timedelta64(365, "D")
_TYPES = {int: INTEGER, float: REAL, str: TEXT}
_AREA, _GRID, _LANE, _LIAISON = "area", "responsibility_grid", "lane", "liaison"


@dataclass(frozen=True, eq=False)
class SystemCoverage:
    """``rows``: one per street office with :data:`COVERAGE_COLUMNS` and its geometry, shares in percent, ``None``
    where there is nothing to divide by; ``report``: counts of the district and what could not be counted."""

    rows: Rows
    report: Report


def system_coverage(
    workspace: Workspace,
    *,
    scheme: str | None = None,
    on: str | None = None,
    folder: Path | str | None = None,
    overwrite: bool = False,
    language: str = "zh",
    progress: Progress | None = None,
) -> SystemCoverage:
    """Return how far the system reaches on a day (default: today); nothing is written into the workspace.

    Ground that is to have unit grids lies inside the covered extent, where one is drawn. A grid or lane is staffed
    where somebody who is at work holds a post in force there. Components are fresh that were surveyed, ledger items
    that were changed, within a year before the day. Liaisons are counted as persons, at the office or its
    communities; ``liaisons_fit`` is 1 where there are as many as the check asks for (one or two), else 0.

    :param scheme: whose responsibility grids are counted; those of all schemes without. :param folder: where the
        table goes as a workbook (xlsx) too; none is written without.
    :raises InputError: ``scheme_not_there``, ``day_unclear``.
    :raises WorkspaceError: ``coverage_without_offices``. :raises CapabilityError: ``openpyxl_missing``.
    """
    progress = progress or Progress()
    if folder is not None:
        refuse_formats(["xlsx"])
    if scheme:
        refuse_unknown_scheme(workspace, scheme)
    day = day_of(on)
    with workspace.reading() as state:
        offices = _Offices(state, day)
        progress.report(0.2)
        made = {**offices.named(), **_ground(state, offices)}
        progress.report(0.5)
        roster = read_roster(state.read("post", geometry=False), state.read("person", geometry=False))
        at_work = roster.present(day)
        made |= _grids(state, offices, roster, at_work, scheme)
        made |= _lanes(state, offices, roster, at_work, day)
        made |= _liaisons(offices, roster, at_work)
        progress.report(0.7)
        made |= _fresh(state, offices, day)
    rows = Rows({name: made[name] for name in COVERAGE_COLUMNS}, offices.rows.shapes)
    if folder is not None:
        _write(folder, rows, language, progress.part(0.8, 1.0), overwrite=overwrite)
    progress.report(1.0)
    return SystemCoverage(rows, _report(rows, offices, day))


class _Offices:
    """The n street offices in force, and to which of them a code belongs; ``nowhere``: what belongs to none."""

    def __init__(self, state: Workspace, day: np.datetime64) -> None:
        areas = state.read(_AREA, ["code", "name", "level", "parent_code", "valid_from", "valid_to"])
        self.day: date = day.astype("datetime64[D]").tolist()
        self.nowhere = dict[str, int]()
        self.tree = AreaTree(areas)
        there = areas.take(areas_in_force(areas, self.day))
        codes = columns.texts(there, "code").tolist()
        self.rows = there.take(
            np.array([self.tree.at_level(code, STREET_OFFICE) == code for code in codes], dtype=bool)
        )
        if not len(self.rows):
            raise WorkspaceError("coverage_without_offices", path=state.title)
        self._position = {code: at for at, code in enumerate(columns.texts(self.rows, "code").tolist())}
        units = state.read("unit_grid", ["code", "area_code"])
        self.units = units
        self.office_of_unit = self.of(columns.texts(units, "area_code"))
        self._of_unit = dict(zip(columns.texts(units, "code").tolist(), self.office_of_unit.tolist()))

    def __len__(self) -> int:
        return len(self.rows)

    def named(self) -> dict[str, np.ndarray]:
        return {name: self.rows[name] for name in ("code", "name")}

    def of(self, areas: np.ndarray) -> np.ndarray:
        """Return the office of each area code, int64, −1 for none."""
        distinct, which = columns.numbered(areas)
        home = [self._position.get(self.tree.street_office(code), -1) for code in distinct]
        return np.asarray(np.array(home, dtype=np.int64)[which])

    def of_units(self, units: np.ndarray) -> np.ndarray:
        """Return the office of each unit grid's code, int64, −1 for none."""
        return np.array([self._of_unit.get(code, -1) for code in units.tolist()], dtype=np.int64)

    def count(self, office: np.ndarray, what: str) -> np.ndarray:
        """Return how many things lie in each office, int64 (n,), and remember how many lie in none."""
        self.nowhere[what] = int((office < 0).sum())
        return np.bincount(office[office >= 0], minlength=len(self)).astype(np.int64)


def _ground(state: Workspace, offices: _Offices) -> dict[str, np.ndarray]:
    extent = covered_extent(state.read("covered_extent"), offices.day)
    ground = offices.rows.shapes
    area = shapely.area(ground if extent is None else shapely.intersection(ground, extent))
    inside = offices.office_of_unit >= 0
    sizes = np.nan_to_num(shapely.area(offices.units.shapes[inside]))
    gridded = np.bincount(offices.office_of_unit[inside], weights=sizes, minlength=len(offices))
    return {
        "area_ha": _rounded(area / _HECTARE_M2),
        "gridded_ha": _rounded(gridded / _HECTARE_M2),
        "gridded_share": _share(gridded, area),
        "unit_grids": _counted(offices.count(offices.office_of_unit, "unit_grid")),
    }


def _grids(
    state: Workspace, offices: _Offices, roster: Roster, at_work: np.ndarray, scheme: str | None
) -> dict[str, np.ndarray]:
    names = ["scheme", "code", "area_code", "valid_from", "valid_to"]
    grids = state.read(_GRID, names, {"scheme": scheme} if scheme else None, geometry=False)
    grids = grids.take(rows_in_force(grids, offices.day))
    held = at_work & (roster.target == _GRID)
    staffed = set(zip(roster.scheme[held].tolist(), roster.target_code[held].tolist()))
    keys = list(zip(columns.texts(grids, "scheme").tolist(), columns.texts(grids, "code").tolist()))
    is_staffed = np.array([key in staffed or ("", key[1]) in staffed for key in keys], dtype=bool)
    office = offices.of(columns.texts(grids, "area_code"))
    held_there, there = offices.count(office[is_staffed], _GRID), offices.count(office, _GRID)
    return {
        "grids": _counted(there), "staffed_grids": _counted(held_there), "staffed_share": _share(held_there, there),
    }  # fmt: skip


def _lanes(
    state: Workspace, offices: _Offices, roster: Roster, at_work: np.ndarray, day: np.datetime64
) -> dict[str, np.ndarray]:
    lanes = state.read(_LANE, ["code", "street_code", "state", "valid_from", "valid_to"], geometry=False)
    lanes = lanes.take(lanes_on(lanes, day))
    held = at_work & (roster.target == _LANE) & np.isin(roster.role.astype(str), lane_roles())
    staffed = np.isin(columns.texts(lanes, "code").astype(str), roster.target_code[held].astype(str))
    office = offices.of(columns.texts(lanes, "street_code"))
    with_officer, there = offices.count(office[staffed], _LANE), offices.count(office, _LANE)
    return {
        "lanes": _counted(there), "lanes_staffed": _counted(with_officer), "lanes_share": _share(with_officer, there),
    }  # fmt: skip


def _liaisons(offices: _Offices, roster: Roster, at_work: np.ndarray) -> dict[str, np.ndarray]:
    held = at_work & (roster.target == _AREA) & (roster.role == _LIAISON)
    office = offices.of(roster.target_code[held])
    persons = {(at, person) for at, person in zip(office.tolist(), roster.person_id[held].tolist()) if at >= 0}
    found = np.bincount(np.array([at for at, _ in persons], dtype=np.int64), minlength=len(offices))
    needed = default_parameters()
    fit = (found >= needed["liaisons_min"]) & (found <= needed["liaisons_max"])
    return {"liaisons": _counted(found), "liaisons_fit": _counted(fit.astype(np.int64))}


def _fresh(state: Workspace, offices: _Offices, day: np.datetime64) -> dict[str, np.ndarray]:
    made = {}
    for table, seen, count, newest, share in (
        ("component", "surveyed_on", "components", "surveyed_on", "surveyed_share"),
        ("ledger_item", "changed_on", "ledger_items", "ledger_changed_on", "ledger_share"),
    ):
        rows = state.read(table, ["unit_grid", seen], geometry=False)
        office, when = offices.of_units(columns.texts(rows, "unit_grid")), columns.days(rows, seen)
        there = offices.count(office, table)
        known = (office >= 0) & ~np.isnat(when) & (when <= day)
        fresh = np.bincount(office[known & (when > day - _YEAR)], minlength=len(offices))
        last = np.full(len(offices), np.datetime64("0001-01-01", "D"))
        np.maximum.at(last, office[known], when[known])
        seen_there = np.bincount(office[known], minlength=len(offices)) > 0
        made[count], made[share] = _counted(there), _share(fresh, there)
        made[newest] = as_column(str(one) if is_known else None for one, is_known in zip(last, seen_there))
    return made


def _counted(values: np.ndarray) -> np.ndarray:
    return as_column(values.tolist())


def _rounded(values: np.ndarray) -> np.ndarray:
    return numbers_or_none(np.round(values, 2))


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return _rounded(np.where(whole > 0, _PERCENT * part / whole, np.nan))


def _write(folder: Path | str, rows: Rows, language: str, progress: Progress, *, overwrite: bool) -> None:
    """Write the table as a workbook with headings in the reader's language."""
    titles = column_titles(LAYERS, language)
    fields = [FieldSpec(titles[c], titles[c], titles[c], c, _TYPES[kind]) for c, kind in COVERAGE_COLUMNS.items()]
    table = PeopleTable(Message("coverage_table").text(language), rows.with_geometry(None), fields)
    write_tables(folder, [table], ["xlsx"], progress, overwrite=overwrite)


def _report(rows: Rows, offices: _Offices, day: np.datetime64) -> Report:
    totals = ("unit_grids", "grids", "staffed_grids", "lanes", "lanes_staffed", "components", "ledger_items")
    figures: dict[str, Any] = {"day": str(day), "offices": len(rows)}
    figures |= {name: int(sum(rows[name])) for name in totals}
    area, gridded = (float(sum(value or 0.0 for value in rows[name])) for name in ("area_ha", "gridded_ha"))
    figures["gridded_share"] = round(_PERCENT * gridded / area, 2) if area else None
    figures["liaisons_fit"] = int(sum(rows["liaisons_fit"]))
    lost = {what: count for what, count in offices.nowhere.items() if count}
    notes = [Message(f"coverage_nowhere_{what}", {"count": count}) for what, count in lost.items()]
    return Report("systemcoverage", len(rows), figures=figures, notes=tuple(notes))
