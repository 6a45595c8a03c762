"""Group unit grids into contiguous, balanced responsibility grids of one scheme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely

from gridmgmt_plugin.core.adjacency import rook_adjacency
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.grouping import Grouping, group_units
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.responsibility.codes import replaced_codes
from gridmgmt_plugin.core.responsibility.outlines import summed_grids
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.responsibility.grouping_zones import GroupingZones, grouping_zones
from gridmgmt_plugin.jobs.responsibility.unit_weights import unit_weights
from gridmgmt_plugin.jobs.unchanged import refuse_changed
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.grid_change import GridChange, Regrouping, follow_grids, write_grids
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "build_responsibility_grids"


@dataclass(frozen=True)
class _Scheme:
    """A scheme as the workspace has it: ``column`` of the unit grids, how many grids are ``present``, the grid of
    each unit grid ``before``.
    """

    key: str
    title: str
    column: str
    is_new: bool
    present: int
    before: np.ndarray


def build_responsibility_grids(
    workspace: Workspace,
    *,
    scheme: str,
    title: str = "",
    count: int | None = None,
    units_per_grid: float | None = None,
    weight: str = "units",
    tolerance_percent: float = 10.0,
    within: str = "community",
    seed: int = 0,
    replace: bool = False,
    language: str = "zh_CN",
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Assign every unit grid to a responsibility grid of ``scheme`` and derive the grids' outlines.

    Give either ``count`` or ``units_per_grid``. ``figures["max_deviation_percent"]`` of the report is the largest
    deviation of a grid's weight from the mean of all.

    :param within: areas that no responsibility grid crosses: community, zone, street_office or county.
    :param weight: units, area, components, cases, lane_length, households or population.
    :param replace: withdraw the scheme's present grids (drafts are given back, valid codes retired with successors).
    :param language: of the names that the grids get.
    :raises WorkspaceError: ``workspace_without_unit_grids``, ``responsibility_grids_exist``,
        ``scheme_key_malformed``, ``scheme_not_of_unit_grids``, ``row_changed_meanwhile``.
    :raises InputError: ``within_unknown``, ``zones_missing``, or what weights and grouping raise.
    """
    progress = progress or Progress()
    column = scheme_column(scheme)
    units = workspace.read("unit_grid")
    if len(units) == 0:
        raise WorkspaceError("workspace_without_unit_grids", path=workspace.location.label)
    found = _scheme(workspace, units, scheme, title, column, replace=replace)
    zones = grouping_zones(workspace, units, within)
    weights = unit_weights(workspace, units, weight)
    progress.report(0.05)
    grouping = group_units(
        weights.weight,
        shapely.get_coordinates(shapely.centroid(units.shapes)),
        shapely.area(units.shapes),
        rook_adjacency(units.shapes, precision_m=workspace.info.precision_m),
        zones.of_unit,
        count=count,
        units_per_grid=units_per_grid,
        tolerance=tolerance_percent / 100.0,
        seed=seed,
        zone_names=zones.title,
        progress=progress.part(0.1, 0.9),
    )
    rows, change = _write(workspace, units, grouping, zones, found, language, author, progress)
    notes = (*zones.notes, *weights.notes, *grouping.notes, *_replaced_notes(found, change))
    return _report(rows, grouping, notes, tolerance_percent, change)


def _scheme(workspace: Workspace, units: Rows, key: str, title: str, column: str, *, replace: bool) -> _Scheme:
    entries = workspace.read("scheme", where={"key": key}, geometry=False)
    if len(entries) and entries["base"][0] not in (None, "unit_grid"):
        raise WorkspaceError("scheme_not_of_unit_grids", scheme=key, base=entries["base"][0])
    present = workspace.count("responsibility_grid", {"scheme": key})
    if present and not replace:
        raise WorkspaceError("responsibility_grids_exist", scheme=key, count=present)
    before = units[column] if column in units else as_column([None] * len(units))
    return _Scheme(key, title or key, column, len(entries) == 0, present, before)


def _write(
    workspace: Workspace,
    units: Rows,
    grouping: Grouping,
    zones: GroupingZones,
    scheme: _Scheme,
    language: str,
    author: str,
    progress: Progress,
) -> tuple[Rows, GridChange]:
    """Store assignment, grids and codes in one transaction, with everything that follows from them."""
    act = Act.now(GESTURE, author)
    area_code = as_column(zones.area_code[zone] for zone in grouping.zone)
    with workspace.transaction(author, GESTURE) as transaction:
        refuse_changed(workspace, transaction, "unit_grid", units)
        for table in ("responsibility_grid", "code_register", "post"):
            transaction.hold(table)
        store = RegisterStore(workspace, workspace.info.responsibility_layout, scheme.column)
        codes = replaced_codes(store.register, scheme.before, grouping.label, area_code, at=act.at, by=author)
        rows = _rows(units, grouping, scheme.key, codes, _titles(store, codes, grouping, zones, language), area_code)
        entry = [{"key": scheme.key, "title": scheme.title, "base": "unit_grid"}] if scheme.is_new else []
        regrouping = Regrouping(
            scheme.key,
            scheme.column,
            units,
            codes[grouping.label],
            _present(workspace, scheme.key),
            rows,
            Rows.from_records(entry),
        )
        change = follow_grids(workspace, regrouping, store)
        transaction.add_column("unit_grid", scheme.column, "text")
        write_grids(transaction, change, act)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    return rows, change


def _titles(
    store: RegisterStore, codes: np.ndarray, grouping: Grouping, zones: GroupingZones, language: str
) -> np.ndarray:
    sequence = [store.register.layout.parse(code).sequence for code in codes]
    return as_column(
        Message("responsibility_grid_name", {"area": zones.title[zone], "number": number}).text(language)
        for zone, number in zip(grouping.zone, sequence)
    )


def _present(workspace: Workspace, scheme: str) -> Rows:
    return workspace.read("responsibility_grid", where={"scheme": scheme})


def _rows(
    units: Rows, grouping: Grouping, scheme: str, codes: np.ndarray, titles: np.ndarray, area_code: np.ndarray
) -> Rows:
    summed = summed_grids(units.shapes, codes[grouping.label], codes.tolist())
    columns = {
        "scheme": as_column([scheme] * len(codes)),
        "code": codes,
        "name": titles,
        "area_code": area_code,
        "expected_parts": as_column(shapely.get_num_geometries(summed.outline).tolist()),
        "unit_count": summed.unit_count,
        "area_m2": summed.area_m2,
        "state": as_column(["draft"] * len(codes)),
        "valid_from": as_column([date.today().isoformat()] * len(codes)),
    }
    return Rows(columns, summed.outline)


def _replaced_notes(scheme: _Scheme, change: GridChange) -> list[Message]:
    """Tell that grids were replaced, and which posts went to others with their ground."""
    if scheme.present == 0:
        return []
    notes = [Message("responsibility_grids_replaced", {"count": scheme.present, "scheme": scheme.key})]
    if change.posts_moved:
        notes.append(Message("responsibility_posts_followed", {"count": len(change.posts_moved)}))
    if change.posts_left:
        told = {"count": len(change.posts_left), "posts": listing(sorted(change.posts_left))}
        notes.append(Message("responsibility_posts_left", told))
    if change.exemptions:
        notes.append(Message("save_exemptions_void", {"count": len(change.exemptions.deleted)}))
    return notes


def _to_confirm(change: GridChange) -> tuple[RejectedRow, ...]:
    """Return the posts that went to other grids, as rows that a planner looks through."""
    told = ((post, {"old": post.old, "percent": round(100 * post.share)}) for post in change.posts_moved)
    return tuple(
        RejectedRow(0, post.post, "post_follows_ground", post.new, details=details) for post, details in told
    )


def _report(
    rows: Rows, grouping: Grouping, notes: tuple[Message, ...], tolerance_percent: float, change: GridChange
) -> Report:
    beyond = np.abs(grouping.deviation) > tolerance_percent / 100.0 + 1e-9
    worst = round(100 * grouping.max_deviation, 2)
    figures = {
        "max_deviation_percent": worst,
        "zone_deviation_percent": round(100 * grouping.zone_deviation, 2),
        "tolerance_percent": tolerance_percent,
        "beyond_tolerance": int(beyond.sum()),
        "units_fewest": int(grouping.unit_count.min()),
        "units_most": int(grouping.unit_count.max()),
        "not_contiguous": int((~grouping.contiguous).sum()),
        "posts_followed": len(change.posts_moved),
        "posts_left": len(change.posts_left),
    }
    if beyond.any():
        details = {"count": int(beyond.sum()), "tolerance": tolerance_percent, "worst": worst}
        notes = (*notes, Message("responsibility_beyond_tolerance", details))
    return Report(
        "buildresponsibilitygrids",
        accepted=len(rows),
        figures=figures,
        notes=notes,
        to_confirm=_to_confirm(change),
    )
