"""How many items of a ledger lie in each grid, area or street-lane, and how they stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.lanes.address_ties import lanes_of_points
from gridmgmt_plugin.core.lanes.lane_edit import lanes_in_use
from gridmgmt_plugin.core.ledgers.ledger import Ledger
from gridmgmt_plugin.core.ledgers.standing import FIGURES, Standing, stand
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.analysis.evaluated_places import AREAS, TODAY, places_of_cases
from gridmgmt_plugin.jobs.areas.listed_places import listed_places
from gridmgmt_plugin.jobs.ledgers.ledger_areas import AreaFinder
from gridmgmt_plugin.workspace.workspace import Workspace

LEVELS = ("unit_grid", "responsibility_grid", "lane", *AREAS)
#: Columns of the rows that come out, with their types.
COUNT_COLUMNS: dict[str, type] = {
    "ledger": str,
    "ledger_title": str,
    "code": str,
    "name": str,
    **dict.fromkeys(FIGURES, int),
}


@dataclass(frozen=True)
class LedgerCounts:
    """``rows``: one per ledger and place, with :data:`COUNT_COLUMNS` and the shape of the place. ``report``: the
    figures of the ledgers as a whole, also of the items that lie in no place of the level (``nowhere``).
    """

    rows: Rows
    report: Report


def known_ledgers(workspace: Workspace) -> dict[str, Ledger]:
    """Return the ledgers of a workspace by key, in the order of their making."""
    return {row["key"]: Ledger.of_row(row) for row in workspace.read("ledger", geometry=False).records()}


def ledger_named(workspace: Workspace, key: str) -> Ledger:
    """Return one ledger.

    :raises InputError: ``ledger_unknown``. :raises WorkspaceError: ``ledgers_none``.
    """
    known = known_ledgers(workspace)
    if not known:
        raise WorkspaceError("ledgers_none")
    if key not in known:
        raise InputError("ledger_unknown", key=key, known=listing(known))
    return known[key]


def ledger_counts(
    workspace: Workspace,
    ledger: str = "",
    level: str = "unit_grid",
    scheme: str = "",
    listed: Source | None = None,
    progress: Progress | None = None,
) -> LedgerCounts:
    """Count the items of one ledger by place, all places included; or of every ledger, only places with something.

    Items count where they lie today: by their unit grid, for street-lanes by the nearest one, for areas by the one
    that they name where nothing else is known. New, changed and gone are those of the last import.

    :param level: one of :data:`LEVELS`. :param scheme: of responsibility grids. :param listed: the layer whose places
        are listed, see :func:`.listed_places`; only what lies in them is counted then.
    :raises InputError: ``ledger_unknown``, ``evaluation_level_unknown``, ``evaluation_scheme_missing``.
    :raises WorkspaceError: ``ledgers_none``.
    """
    progress = progress or Progress()
    progress.report(0.0)
    with workspace.reading() as state:
        chosen = [ledger_named(state, ledger)] if ledger else list(known_ledgers(state).values())
        if not chosen:
            raise WorkspaceError("ledgers_none")
        if level not in LEVELS:
            raise InputError("evaluation_level_unknown", value=level, known=", ".join(LEVELS))
        items = state.read("ledger_item", where={"ledger": [one.key for one in chosen]})
        lanes = _lanes_of(state, items) if level == "lane" else as_column([None] * len(items))
        progress.report(0.5)
        nothing = as_column([None] * len(items))
        where = {"unit_grid": items["unit_grid"], "lane_code": lanes}
        asked = Rows({**where, "reported_grid": nothing, "department_code": nothing})
        undated = np.full(len(items), "NaT", dtype="datetime64[s]")
        places = places_of_cases(state, asked, undated, level, TODAY, scheme or None)
        of_items, rows = places.place, places.rows
        if level in AREAS:
            of_items = np.where(of_items < 0, _by_area(state, chosen, items, level, rows), of_items)
        if listed is not None:
            shown = listed_places(listed, rows, state.info.frame)
            number = np.append(np.where(shown, np.cumsum(shown) - 1, -1), -1)
            there = number[of_items] >= 0
            items, of_items, rows = items.take(there), number[of_items[there]], rows.take(shown)
    today = clock.today().isoformat()
    parts, totals = [], dict.fromkeys((*FIGURES, "nowhere"), 0)
    for one in chosen:
        mine = items["ledger"] == one.key
        standing = stand(items.take(mine), one.done, today, one.imported_on)
        place = of_items[mine]
        for name, count in standing.counts().items():
            totals[name] += count
        totals["nowhere"] += int((standing.listed & (place < 0)).sum())
        parts.append(_rows(one, rows, place, standing, everywhere=bool(ledger)))
    progress.report(1.0)
    joined = _joined(parts)
    return LedgerCounts(joined, Report("ledgercounts", len(joined), figures={"ledgers": len(chosen), **totals}))


def _by_area(workspace: Workspace, ledgers: list[Ledger], items: Rows, level: str, places: Rows) -> np.ndarray:
    """Return the area of each item of which no more than an area is told, int64: a row of ``places``, −1 for none."""
    finder, row = AreaFinder(workspace), {code: number for number, code in enumerate(places["code"])}
    found = np.full(len(items), -1, dtype=np.int64)
    for one in ledgers:
        mine = np.flatnonzero((items["ledger"] == one.key) & is_null(items["unit_grid"]))
        codes = finder.of_items(one, items["attributes"][mine])
        found[mine] = [row.get(finder.at_level(code, level), -1) for code in codes]
    return found


def _lanes_of(workspace: Workspace, items: Rows) -> np.ndarray:
    """Return the nearest lane of each item, ``None`` where none is near."""
    lanes = workspace.read("lane", ["code", "state", "valid_to"])
    lanes = lanes.take(lanes_in_use(lanes))
    found = np.full(len(items), None, dtype=object)
    there = np.flatnonzero(~shapely.is_missing(items.shapes))
    if len(there) and len(lanes):
        spots = shapely.point_on_surface(items.shapes[there])
        found[there] = lanes.pick_or_none("code", lanes_of_points(spots, None, lanes)[0])
    return found


def _rows(ledger: Ledger, places: Rows, place: np.ndarray, standing: Standing, *, everywhere: bool) -> Rows:
    inside = place >= 0
    count = len(places)
    columns = {
        name: as_column(np.bincount(place[inside & getattr(standing, name)], minlength=count).tolist())
        for name in FIGURES
    }
    about = {"ledger": as_column([ledger.key] * count), "ledger_title": as_column([ledger.title] * count)}
    rows = Rows({**about, "code": places["code"], "name": places["name"], **columns}, places.shapes)
    if everywhere:
        return rows
    return rows.take(np.bincount(place[inside], minlength=count) > 0)


def _joined(parts: list[Rows]) -> Rows:
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0].columns}
    return Rows(columns, np.concatenate([part.shapes for part in parts]))
