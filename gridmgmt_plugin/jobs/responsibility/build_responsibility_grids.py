"""Group unit grids into contiguous, balanced responsibility grids of one scheme."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely

from gridmgmt_plugin.core.adjacency import rook_adjacency
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.geometry.linework import dissolve
from gridmgmt_plugin.core.grouping import Grouping, group_units
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.responsibility.codes import replaced_codes
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.responsibility.grouping_zones import GroupingZones, grouping_zones
from gridmgmt_plugin.jobs.responsibility.unit_weights import unit_weights
from gridmgmt_plugin.jobs.unchanged import refuse_changed
from gridmgmt_plugin.workspace.register_store import RegisterStore, now_text
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.workspace import Workspace


@dataclass(frozen=True)
class _Scheme:
    """A scheme as the workspace has it: ``column`` of the unit grids, ``present`` grids, ``before`` per unit grid."""

    key: str
    title: str
    column: str
    is_new: bool
    present: Rows
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
        shapely.get_coordinates(shapely.centroid(units.geometry)),
        shapely.area(units.geometry),
        rook_adjacency(units.geometry, precision_m=workspace.info.precision_m),
        zones.of_unit,
        count=count,
        units_per_grid=units_per_grid,
        tolerance=tolerance_percent / 100.0,
        seed=seed,
        zone_names=zones.title,
        progress=progress.part(0.1, 0.9),
    )
    rows = _write(workspace, units, grouping, zones, found, language, author, progress)
    notes = (*zones.notes, *weights.notes, *grouping.notes, *_replaced_notes(workspace, found))
    return _report(rows, grouping, notes, tolerance_percent)


def _scheme(workspace: Workspace, units: Rows, key: str, title: str, column: str, *, replace: bool) -> _Scheme:
    entries = workspace.read("scheme", where={"key": key}, geometry=False)
    if len(entries) and entries["base"][0] not in (None, "unit_grid"):
        raise WorkspaceError("scheme_not_of_unit_grids", scheme=key, base=entries["base"][0])
    present = workspace.read("responsibility_grid", where={"scheme": key}, geometry=False)
    if len(present) and not replace:
        raise WorkspaceError("responsibility_grids_exist", scheme=key, count=len(present))
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
) -> Rows:
    """Store assignment, grids and codes in one transaction; the change log keeps the grids that were there."""
    store = RegisterStore(workspace, workspace.info.responsibility_layout, scheme.column)
    area_code = as_column(zones.area_code[zone] for zone in grouping.zone)
    codes = replaced_codes(store.register, scheme.before, grouping.label, area_code, at=now_text(), by=author)
    sequence = [store.register.layout.parse(code).sequence for code in codes]
    titles = as_column(
        Message("responsibility_grid_name", {"area": zones.title[zone], "number": number}).text(language)
        for zone, number in zip(grouping.zone, sequence)
    )
    rows = _rows(units, grouping, scheme.key, codes, titles, area_code)
    with workspace.transaction(author, "build_responsibility_grids") as transaction:
        refuse_changed(workspace, transaction, "unit_grid", units)
        if scheme.is_new:
            entry = {"key": scheme.key, "title": scheme.title, "base": "unit_grid"}
            transaction.insert("scheme", Rows.from_records([entry]))
        transaction.add_column("unit_grid", scheme.column, "text")
        transaction.clear("responsibility_grid", {"scheme": scheme.key})
        transaction.insert("responsibility_grid", rows)
        transaction.set_column("unit_grid", scheme.column, units.fid, codes[grouping.label])
        store.write(transaction)
        gone = json.dumps(scheme.present.records(), ensure_ascii=False) if len(scheme.present) else None
        transaction.log("responsibility_grid", scheme.key, gone, json.dumps({"rows": len(rows)}))
        progress.report(1.0)  # the last moment to cancel: what follows is written
    return rows


def _rows(
    units: Rows, grouping: Grouping, scheme: str, codes: np.ndarray, titles: np.ndarray, area_code: np.ndarray
) -> Rows:
    outlines = dissolve(units.geometry, grouping.label, len(codes))
    columns = {
        "scheme": as_column([scheme] * len(codes)),
        "code": codes,
        "name": titles,
        "area_code": area_code,
        "expected_parts": as_column(shapely.get_num_geometries(outlines).tolist()),
        "unit_count": as_column(grouping.unit_count.tolist()),
        "area_m2": as_column(np.round(shapely.area(outlines), 3).tolist()),
        "state": as_column(["draft"] * len(codes)),
        "valid_from": as_column([date.today().isoformat()] * len(codes)),
    }
    return Rows(columns, outlines)


def _replaced_notes(workspace: Workspace, scheme: _Scheme) -> list[Message]:
    """Tell which posts name grids that were replaced: their codes may stand for other ground now."""
    if len(scheme.present) == 0:
        return []
    codes = set(scheme.present["code"])
    posts = workspace.read("post", ["target_code"], {"target": "responsibility_grid", "scheme": scheme.key})
    staffed = sum(code in codes for code in posts["target_code"])
    notes = [Message("responsibility_grids_replaced", {"count": len(codes), "scheme": scheme.key})]
    return [*notes, Message("responsibility_posts_to_check", {"count": staffed})] if staffed else notes


def _report(rows: Rows, grouping: Grouping, notes: tuple[Message, ...], tolerance_percent: float) -> Report:
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
    }
    if beyond.any():
        details = {"count": int(beyond.sum()), "tolerance": tolerance_percent, "worst": worst}
        notes = (*notes, Message("responsibility_beyond_tolerance", details))
    return Report("buildresponsibilitygrids", accepted=len(rows), figures=figures, notes=notes)
