"""Cases on street-lanes: whose lane each is, how many for its length, what they are about, and who answers for it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core import columns
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.inspection.checklists import Checklist
from gridmgmt_plugin.core.lanes.address_ties import CATALOGUE, NAMING, lanes_meant
from gridmgmt_plugin.core.lanes.case_rates import PER_M, CaseRates, case_rates
from gridmgmt_plugin.core.lanes.lane_edit import lanes_in_use
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message, listing_in
from gridmgmt_plugin.core.posts.lane_staff import TABLES, LaneStaff, lane_staff
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column, differs, numbers_or_none, pick_or_none
from gridmgmt_plugin.jobs.analysis.hotspot_cases import CountedCases, counted_cases
from gridmgmt_plugin.jobs.inspection.import_inspections import resolve_checklist
from gridmgmt_plugin.jobs.unchanged import refuse_changed, refuse_changed_rows
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.hand_edits import hand_edits
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "settle_case_lanes"
_LANE_COLUMNS = ("code", *NAMING, "street_code", "state", "valid_to", "row_version")
_WORST = 3


@dataclass(frozen=True, eq=False)
class LaneCases:
    """``rows``: the lanes in use, with geometry and the columns of :func:`case_columns`; ``officers``: who answers
    for them, with :data:`OFFICER_COLUMNS`; ``report``: figures and notes.
    """

    rows: Rows
    officers: Rows
    checklist: Checklist
    report: Report


OFFICER_COLUMNS: dict[str, type] = {
    "person": str, "person_name": str, "lanes": int, "length_m": float, "count": int, "per_100m": float,
    "worst_items": str, "lane_codes": str,
}  # fmt: skip


def case_columns(checklist: Checklist) -> dict[str, type]:
    """Return the columns of the lanes and their types; ``cases_<item>``: cases that count against an item."""
    found: dict[str, type] = {
        "code": str, "name": str, "street_code": str, "length_m": float, "count": int, "per_100m": float,
        "smoothed": float, "rank": int, "p": float, "q": float, "hot": int, "worst_items": str, "officers": str,
    }  # fmt: skip
    return {**found, **{f"cases_{item.code}": int for item in checklist.items}}


def find_lane_cases(
    workspace: Workspace,
    *,
    start: str | None = None,
    end: str | None = None,
    class_prefix: str = "",
    case_kind: str = "",
    checklist: str | None = None,
    settles: bool = True,
    language: str = "zh",
    author: str = "",
    progress: Progress | None = None,
    before_writing: Callable[[LaneCases], None] = lambda _: None,
) -> LaneCases:
    """Count the cases of a period on the lanes in use and rank the lanes by their rate.

    A case lies on the nearest lane. Where another one is nearly as near (``lane_cases.json``) and the address names
    it, it lies on that one; with ``settles`` this is written into ``cases.lane_code``, in one act that can be taken
    back. What somebody set by hand stays. Rates, see :mod:`gridmgmt_plugin.core.lanes.case_rates`.

    :param start, end, class_prefix, case_kind: as for hot spots.
    :param checklist: whose items the cases count against; the workspace's when ``None``.
    :param language: of the titles of items in the result.
    :param before_writing: called with the result before the workspace is written, also when nothing will be; what
        it raises leaves the workspace as it was.
    :raises InputError: what cases and checklists raise.
    :raises WorkspaceError: ``workspace_without_cases``, ``lane_cases_no_lanes``, ``row_changed_meanwhile``, and what
        keeps it from being written.
    """
    progress = progress or Progress()
    progress.report(0.0)
    chosen, _ = resolve_checklist(workspace, checklist)
    stored = workspace.read("lane", list(_LANE_COLUMNS))
    lanes = stored.take(lanes_in_use(stored))
    if len(lanes) == 0:
        raise WorkspaceError("lane_cases_no_lanes", path=workspace.title)
    cases = counted_cases(workspace, start, end, class_prefix, case_kind, also=("id", "address", "row_version"))
    tables = {name: workspace.read(name, geometry=False) for name in TABLES}
    progress.report(0.2)
    after = _settled(workspace, cases.rows, lanes)
    moved = np.flatnonzero(differs(cases.rows["lane_code"], after))
    progress.report(0.6)
    place = {code: at for at, code in enumerate(lanes["code"].tolist())}
    at = np.array([place.get(code, -1) for code in after.tolist()], dtype=np.int64)
    count = np.bincount(at[at >= 0], minlength=len(lanes))
    length_m = shapely.length(lanes.shapes)
    rates = case_rates(count, length_m, float(load_json(CATALOGUE)["hot_q"]))
    items = _by_item(cases.rows, at, len(lanes), chosen)
    staff = lane_staff(tables, day_of(end))
    rows = _lane_rows(lanes, count, length_m, rates, items, chosen, staff, language)
    officers = _officer_rows(lanes, count, length_m, items, chosen, staff, language)
    result = LaneCases(rows, officers, chosen, _report(cases, lanes, after, moved, at, rates))
    before_writing(result)
    if settles and len(moved):
        _write(workspace, stored, cases.rows.take(moved), after[moved], author, progress)
    return result


def _settled(workspace: Workspace, cases: Rows, lanes: Rows) -> np.ndarray:
    """Return the lane code of each case, by the address where it decides: object array."""
    after = cases["lane_code"].copy()
    edits = hand_edits(workspace, "cases")
    by_hand = {key: values["lane_code"] for key, values in edits.items() if "lane_code" in values}
    free = [key not in by_hand or by_hand[key] != lane for key, lane in zip(cases["id"].tolist(), after.tolist())]
    asked = np.flatnonzero(np.array(free, dtype=bool))
    decided = lanes_meant(cases["address"][asked], cases.shapes[asked], lanes)
    found = decided >= 0
    after[asked[found]] = pick_or_none(lanes["code"], decided[found])
    return after


def _write(
    workspace: Workspace, lanes: Rows, cases: Rows, after: np.ndarray, author: str, progress: Progress
) -> None:
    before = Rows({name: cases[name] for name in ("id", "lane_code")}, None, cases.fid)
    change = TableChange("cases", before, Rows({"lane_code": after}, None, cases.fid), derived=True)
    with workspace.transaction(author, GESTURE) as transaction:
        refuse_changed(workspace, transaction, "lane", lanes)
        refuse_changed_rows(workspace, transaction, "cases", before.with_columns(row_version=cases["row_version"]))
        write_rows(transaction, (change,), Act.now(GESTURE, author))
        progress.report(1.0)  # the last moment to cancel: what follows is written


def _by_item(cases: Rows, lane: np.ndarray, lanes: int, checklist: Checklist) -> np.ndarray:
    """Return how many cases count against each item on each lane: int64 (lanes, items)."""
    kinds = list(zip(cases["kind"].tolist(), columns.texts(cases, "class_code").tolist()))
    item_of = {kind: checklist.item_of_case(*kind) for kind in set(kinds)}
    item = np.array([item_of[kind] for kind in kinds], dtype=np.int64)
    found = np.zeros((lanes, len(checklist.items)), dtype=np.int64)
    both = (lane >= 0) & (item >= 0)
    np.add.at(found, (lane[both], item[both]), 1)
    return found


def _lane_rows(
    lanes: Rows,
    count: np.ndarray,
    length_m: np.ndarray,
    rates: CaseRates,
    items: np.ndarray,
    checklist: Checklist,
    staff: LaneStaff,
    language: str,
) -> Rows:
    names = {
        lane.code: listing_in(dict.fromkeys(post.person for post in lane.posts), language) for lane in staff.lanes
    }
    result: dict[str, Any] = {
        "code": lanes["code"],
        "name": lanes["name"],
        "street_code": lanes["street_code"],
        "length_m": numbers_or_none(length_m),
        "count": count.tolist(),
        "per_100m": numbers_or_none(rates.rate),
        "smoothed": numbers_or_none(rates.smoothed),
        "rank": rates.rank.tolist(),
        "p": numbers_or_none(rates.p),
        "q": numbers_or_none(rates.q),
        "hot": rates.hot.astype(int).tolist(),
        "worst_items": [_worst(items[at], checklist, language) for at in range(len(lanes))],
        "officers": [names.get(code) or None for code in lanes["code"].tolist()],
    }
    for number, item in enumerate(checklist.items):
        result[f"cases_{item.code}"] = items[:, number].tolist()
    return Rows({name: as_column(values) for name, values in result.items()}, lanes.shapes)


def _officer_rows(
    lanes: Rows,
    count: np.ndarray,
    length_m: np.ndarray,
    items: np.ndarray,
    checklist: Checklist,
    staff: LaneStaff,
    language: str,
) -> Rows:
    """Return a row per person who holds a post at one of the lanes, those with the highest rate first; no geometry.

    A lane counts whole for everybody who answers for it or for a section of it.
    """
    place = {code: at for at, code in enumerate(lanes["code"].tolist())}
    held: dict[tuple[str, str], set[int]] = defaultdict(set)
    for lane in staff.lanes:
        for post in lane.posts:
            if post.person_id and lane.code in place:
                held[post.person_id, post.person].add(place[lane.code])
    found: list[tuple[float, tuple[Any, ...]]] = []
    for (person, name), which in held.items():
        mine = sorted(which)
        metres, cases = float(length_m[mine].sum()), int(count[mine].sum())
        rate = cases * PER_M / metres if metres > 0 else None
        worst = _worst(items[mine].sum(axis=0), checklist, language)
        codes = ",".join(sorted(lanes["code"][mine].tolist()))
        found.append((-(rate or 0.0), (person, name, len(mine), metres, cases, rate, worst, codes)))
    records = [values for _, values in sorted(found, key=lambda entry: (entry[0], entry[1][0]))]
    listed = zip(*records) if records else [()] * len(OFFICER_COLUMNS)
    return Rows(dict(zip(OFFICER_COLUMNS, map(as_column, listed))), as_column([None] * len(records)))


def _worst(counts: np.ndarray, checklist: Checklist, language: str) -> str | None:
    """Return the items with most cases, with their numbers: 无乱停车 12、无堆物堆料 5."""
    ranked = Counter({at: int(number) for at, number in enumerate(counts.tolist()) if number}).most_common(_WORST)
    return listing_in((f"{checklist.items[at].title(language)} {number}" for at, number in ranked), language) or None


def _report(
    cases: CountedCases, lanes: Rows, after: np.ndarray, moved: np.ndarray, at: np.ndarray, rates: CaseRates
) -> Report:
    notes = list(cases.notes)
    nowhere = int((at < 0).sum())
    if nowhere:
        notes.append(Message("lane_cases_nowhere", {"count": nowhere}))
    if len(moved):
        notes.append(Message("lane_cases_settled", {"count": len(moved)}))
    hot: Sequence[int] = np.flatnonzero(rates.hot).tolist()
    if hot:
        first = sorted(hot, key=lambda row: rates.rank[row])
        named = listing(f"{lanes['name'][row] or '–'} ({lanes['code'][row]})" for row in first)
        notes.append(Message("lane_cases_hot", {"count": len(hot), "names": named}))
    told = tuple(
        RejectedRow(
            number,
            str(cases.rows["id"][row]),
            "lane_case_settled",
            str(cases.rows["address"][row] or ""),
            {"before": cases.rows["lane_code"][row] or "–", "after": after[row] or "–"},
        )
        for number, row in enumerate(moved.tolist(), 1)
    )
    figures = {
        "cases": len(cases.rows),
        "on_lanes": int((at >= 0).sum()),
        "settled_by_address": len(moved),
        "lanes": len(lanes),
        "hot": len(hot),
        "per_100m": None if np.isnan(rates.overall) else round(rates.overall, 4),
    }
    return Report("lanecases", accepted=int((at >= 0).sum()), figures=figures, notes=tuple(notes), to_confirm=told)
