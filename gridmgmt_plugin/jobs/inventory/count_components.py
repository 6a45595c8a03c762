"""The inventory of components as tables: counts by whatever is asked for, and what is wrong, also as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.inventory.counting import count_by_all
from gridmgmt_plugin.core.messages import Message, tongue_of
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column, numbers_or_none
from gridmgmt_plugin.core.titles import INVENTORY, column_titles
from gridmgmt_plugin.exchange.package.fields import INTEGER, REAL, TEXT, FieldSpec
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.areas.listed_places import listed_places
from gridmgmt_plugin.jobs.inventory.code_pairs import PAIR_COLUMNS, CodePair, find_pairs, pair_rows
from gridmgmt_plugin.jobs.inventory.component_problems import PROBLEM_COLUMNS, ProblemName, Problems, find_problems
from gridmgmt_plugin.jobs.inventory.inventory import AREA_KINDS, GROUND_KINDS, Inventory, asked_components, per
from gridmgmt_plugin.jobs.people.people_tables import PeopleTable, refuse_formats, write_tables
from gridmgmt_plugin.workspace.workspace import Workspace

#: What components are told apart by unless something else is asked for.
USUAL = ("class_code", "state")
_DENSITIES = ("per_hectare", "per_100m")
_FIGURES: dict[str, type] = {"count": int, **dict.fromkeys(_DENSITIES, float), "rank": int}
_CATALOGUE = "catalogues/inventory.json"
_DECIMALS = 3
_TYPES = {int: INTEGER, float: REAL, str: TEXT}


@dataclass(frozen=True, eq=False)
class CountedComponents:
    """``rows``: a row per combination, columns :func:`count_columns`, with the shape of the place where places alone
    are told apart (:func:`count_geometry`); ``problems``: what is wrong
    with the components of the whole workspace; ``pairs``: those that bore another code; ``report``:
    figures and notes.
    """

    rows: Rows
    problems: Problems
    pairs: tuple[CodePair, ...]
    report: Report


def count_columns(by: Sequence[str]) -> dict[str, type]:
    """Return the columns of the counts: for each kind its word and what that is called, then the figures.

    ``per_hectare``, ``per_100m``: of the place that the row names last, else of all that was asked for, without what
    is there no longer unless states are asked for or told apart; nothing where there is no ground or no street-lane.
    ``rank``: 1 for the most frequent combination.
    """
    return {**{name: str for kind in by for name in (kind, _name_column(kind))}, **_FIGURES}


def count_geometry(by: Sequence[str]) -> str:
    """Return what kind of shapes the counts have: those of the places where one kind of them is asked for alone."""
    kind = by[0] if len(by) == 1 else ""
    return {"lane_code": "MultiLineString", **dict.fromkeys(GROUND_KINDS, "MultiPolygon")}.get(kind, "NoGeometry")


def count_components(
    workspace: Workspace,
    *,
    by: Sequence[str] = USUAL,
    scope: str = "",
    class_prefix: str = "",
    state: str = "",
    department: str = "",
    owner_state: str = "",
    listed: Source | None = None,
    scheme: str | None = None,
    since: str = "",
    component_layout: str | None = None,
    folder: Path | str | None = None,
    overwrite: bool = False,
    language: str = "zh",
    progress: Progress | None = None,
) -> CountedComponents:
    """Count components by one or several of :data:`.inventory.KINDS`; nothing is written into the workspace.

    :param scope, class_prefix, state, department, owner_state: see :func:`.inventory.asked_components`.
    :param listed: only components in the unit grids of this layer, see :func:`.listed_places`.
    :param since, component_layout: see :func:`.find_problems`; ``since`` as a planner writes days.
    :param folder: where the tables go as workbooks (xlsx), old and new codes where there are any; none are written
        without.
    :raises InputError: ``inventory_kind_unknown``, ``scope_unknown``, ``department_not_known``,
        ``day_unclear``, ``layout_unknown``, ``export_files_exist``. :raises CapabilityError: ``openpyxl_missing``.
    :raises WorkspaceError: ``inventory_empty``.
    """
    progress = progress or Progress()
    progress.report(0.0)
    by = tuple(dict.fromkeys(by)) or USUAL
    if folder is not None:
        refuse_formats(["xlsx"])
    first = day_of(since) if since else None
    with workspace.reading() as opened:
        asked = asked_components(opened, scope, class_prefix, state, department, owner_state)
        if listed is not None:
            units = opened.read("unit_grid", ["code"])
            named = units["code"][listed_places(listed, units, opened.info.frame)]
            asked = replace(asked, units=frozenset(named.tolist()))
        inventory = Inventory(opened, scheme)
        mask = inventory.mask(asked)
        progress.report(0.4)
        problems = find_problems(
            opened, since=first, component_layout=component_layout, progress=progress.part(0.4, 0.8)
        )
        pairs = find_pairs(opened)
        shapes = _shapes(opened, by, scheme)
    found = count_by_all([inventory.kinds[kind] for kind in by], mask)
    counts = np.array([count for _, count in found], dtype=np.int64)
    there = dict(count_by_all([inventory.kinds[kind] for kind in by], inventory.there(mask, asked, by)))
    dense = np.array([there.get(key, 0) for key, _ in found], dtype=np.int64)
    columns = {}
    for at, kind in enumerate(by):
        words = [key[at] for key, _ in found]
        columns[kind] = as_column(word or None for word in words)
        columns[_name_column(kind)] = as_column(inventory.title(kind, word, language) for word in words)
    for name, size in zip(_DENSITIES, inventory.sizes(by[-1], [key[-1] for key, _ in found], asked)):
        columns[name] = numbers_or_none(np.round(per(dense, size), _DECIMALS))
    columns["count"] = as_column(counts.tolist())
    columns["rank"] = as_column((len(counts) - np.searchsorted(np.sort(counts), counts, side="right") + 1).tolist())
    rows = Rows(columns, as_column(shapes.get(key[0]) for key, _ in found))
    if folder is not None:
        _write(folder, rows, by, (problems, pairs), language, overwrite, progress.part(0.8, 1.0))
    progress.report(1.0)
    return CountedComponents(rows, problems, pairs, _report(rows, inventory, int(mask.sum()), problems, len(pairs)))


def _shapes(workspace: Workspace, by: Sequence[str], scheme: str | None) -> dict[str, Any]:
    """Return the shape of each place by its code; nothing where other things than places are told apart."""
    if count_geometry(by) == "NoGeometry":
        return {}
    kind = by[0]
    table = {"lane_code": "lane", **dict.fromkeys(AREA_KINDS, "area")}.get(kind, kind)
    where = {"level": kind} if table == "area" else {"scheme": scheme} if kind == "responsibility_grid" else None
    places = workspace.read(table, ["code"], where)
    return dict(zip(places["code"].tolist(), places.shapes.tolist()))


def _name_column(kind: str) -> str:
    return f"{kind.removesuffix('_code')}_name"


def _write(
    folder: Path | str,
    rows: Rows,
    by: Sequence[str],
    found: tuple[Problems, Sequence[CodePair]],
    language: str,
    overwrite: bool,  # noqa: FBT001  handed on
    progress: Progress,
) -> None:
    """Write counts, problems and pairs of codes as workbooks with headings in the reader's language."""
    titles = load_json(_CATALOGUE)
    problems, pairs = found
    tables = []
    written = [("counts", rows, count_columns(by)), ("problems", problems.rows(language), PROBLEM_COLUMNS)]
    written += [("pairs", pair_rows(pairs), PAIR_COLUMNS)] if pairs else []
    for name, table, types in written:
        headings = column_titles(INVENTORY, language)
        fields = [FieldSpec(headings[c], headings[c], headings[c], c, _TYPES[kind]) for c, kind in types.items()]
        tables.append(PeopleTable(titles["tables"][name][tongue_of(language)], table.with_geometry(None), fields))
    write_tables(folder, tables, ["xlsx"], progress, overwrite=overwrite)


def _report(rows: Rows, inventory: Inventory, counted: int, problems: Problems, pairs: int) -> Report:
    counts = problems.counts()
    figures = {
        "counted": counted,
        "components": len(inventory),
        "rows": len(rows),
        "problems": counts,
        "code_pairs": pairs,
        "gone_since": str(problems.since),
        "layouts": {label: {"code": new, "old_code": old} for label, (new, old) in problems.layouts.items()},
    }
    notes = [Message("inventory_counted", {"count": counted, "all": len(inventory)})]
    notes += [
        Message("inventory_problem", {"problem": ProblemName(kind), "count": count}) for kind, count in counts.items()
    ]
    return Report("componentinventory", len(rows), figures=figures, notes=notes)
