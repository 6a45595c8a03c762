"""Group unit grids into contiguous, balanced responsibility grids of one scheme."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import shapely

from gridmgmt_plugin.core.adjacency import rook_adjacency
from gridmgmt_plugin.core.codes.areas import normalise_area_code
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.geometry.noding import dissolve
from gridmgmt_plugin.core.grouping import Grouping, group_units
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.register_store import RegisterStore, now_text
from gridmgmt_plugin.jobs.report import Report
from gridmgmt_plugin.jobs.unit_weights import unit_weights
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.workspace import Workspace

WITHIN = ("community", "zone", "street_office", "county")
_DIGITS = {"community": 12, "street_office": 9, "county": 6}


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

    :param within: areas that no responsibility grid crosses: community, zone, street_office or county.
    :param replace: withdraw the scheme's present grids (drafts are given back, valid codes retired).
    :raises WorkspaceError: ``workspace_without_unit_grids``, ``responsibility_grids_exist``,
        ``scheme_key_malformed``.
    :raises InputError: ``within_unknown``, ``zones_missing``, or what weights and grouping raise.
    """
    progress = progress or Progress()
    column = scheme_column(scheme)
    units = workspace.read("unit_grid")
    if len(units) == 0:
        raise WorkspaceError("workspace_without_unit_grids", path=str(workspace.path))
    present = workspace.read("responsibility_grid", where={"scheme": scheme}, geometry=False)
    if len(present) and not replace:
        raise WorkspaceError("responsibility_grids_exist", scheme=scheme, count=len(present))
    zone_codes, zone_of_unit = _zones(workspace, units, within)
    grouping = group_units(
        unit_weights(workspace, units, weight),
        shapely.get_coordinates(shapely.centroid(units.geometry)),
        shapely.area(units.geometry),
        rook_adjacency(units.geometry, precision_m=workspace.info.precision_m),
        zone_of_unit,
        count=count,
        units_per_grid=units_per_grid,
        tolerance=tolerance_percent / 100.0,
        seed=seed,
        zone_names=zone_codes,
        progress=progress.part(0.1, 0.9),
    )
    rows = _write(workspace, units, grouping, zone_codes, present, scheme, title, column, language, author)
    progress.report(1.0)
    return _report(rows, grouping)


def _zones(workspace: Workspace, units: Rows, within: str) -> tuple[list[str], np.ndarray]:
    """Return the area code that each zone's codes begin with, and the zone of each unit.

    A 片区 has no code of its own: its grids are numbered under the street office that it lies in, or the county.
    """
    if within not in WITHIN:
        raise InputError("within_unknown", value=within, known=", ".join(WITHIN))
    area_codes = units["area_code"].astype(str)
    if within != "zone":
        prefixes = np.array([code[: _DIGITS[within]] for code in area_codes])
        zones, position = np.unique(prefixes, return_inverse=True)
        return zones.tolist(), position.astype(np.int64)
    areas = workspace.read("area", ["code", "zone"], geometry=False)
    zone_of_area = dict(zip(areas["code"], areas["zone"]))
    names = np.array([str(zone_of_area.get(code) or "") for code in area_codes])
    if (names == "").all():
        raise InputError("zones_missing")
    zones, position = np.unique(names, return_inverse=True)
    codes = []
    for index in range(len(zones)):
        offices = {code[:9] for code in area_codes[position == index]}
        codes.append(offices.pop() if len(offices) == 1 else area_codes[0][:6])
    return codes, position.astype(np.int64)


def _write(
    workspace: Workspace,
    units: Rows,
    grouping: Grouping,
    zone_codes: list[str],
    present: Rows,
    scheme: str,
    title: str,
    column: str,
    language: str,
    author: str,
) -> Rows:
    at = now_text()
    store = RegisterStore(workspace, workspace.info.responsibility_layout, column)
    for code in present["code"]:
        store.register.withdraw(code, "rebuilt", at=at, by=author)
    codes = _codes(store, grouping, zone_codes, at, author)
    rows = _rows(workspace, units, grouping, zone_codes, codes, scheme, language)
    with workspace.transaction(author, "build_responsibility_grids") as transaction:
        if workspace.count("scheme", {"key": scheme}) == 0:
            entry = {"key": scheme, "title": title or scheme, "base": "unit_grid"}
            transaction.insert("scheme", Rows.from_records([entry]))
        transaction.add_column("unit_grid", column, "text")
        transaction.clear("responsibility_grid", {"scheme": scheme})
        transaction.insert("responsibility_grid", rows)
        transaction.set_column("unit_grid", column, units.fid, codes[grouping.label])
        store.write(transaction)
        transaction.log("responsibility_grid", scheme, None, f'{{"rows": {len(rows)}}}')
    return rows


def _codes(store: RegisterStore, grouping: Grouping, zone_codes: list[str], at: str, author: str) -> np.ndarray:
    """Return the code of each group: groups come ordered by zone and place, numbers ascend within a prefix."""
    layout = store.register.layout
    prefixes = np.array([layout.prefix_for_area(normalise_area_code(zone_codes[zone])) for zone in grouping.zone])
    codes = np.empty(len(prefixes), dtype=object)
    for prefix in np.unique(prefixes):
        members = np.flatnonzero(prefixes == prefix)
        codes[members] = store.register.allocate(prefix, len(members), at=at, by=author)
    return codes


def _rows(
    workspace: Workspace,
    units: Rows,
    grouping: Grouping,
    zone_codes: list[str],
    codes: np.ndarray,
    scheme: str,
    language: str,
) -> Rows:
    areas = workspace.read("area", ["code", "name"], geometry=False)
    names: Mapping[str, str | None] = dict(zip(areas["code"], areas["name"]))
    area_codes = [normalise_area_code(zone_codes[zone]) for zone in grouping.zone]
    outlines = dissolve(units.geometry, grouping.label, len(codes))
    parts = shapely.get_num_geometries(outlines)
    titles = [
        Message("responsibility_grid_name", {"area": names.get(area) or area, "number": int(code[-3:])}).text(
            language
        )
        for area, code in zip(area_codes, codes)
    ]
    return Rows(
        {
            "scheme": as_column([scheme] * len(codes)),
            "code": codes,
            "name": as_column(titles),
            "area_code": as_column(area_codes),
            "expected_parts": as_column(parts.tolist()),
            "unit_count": as_column(grouping.unit_count.tolist()),
            "area_m2": as_column(np.round(shapely.area(outlines), 3).tolist()),
            "state": as_column(["draft"] * len(codes)),
            "valid_from": as_column([date.today().isoformat()] * len(codes)),
        },
        outlines,
    )


def _report(rows: Rows, grouping: Grouping) -> Report:
    figures = {
        "max_deviation_percent": round(100 * grouping.max_deviation, 2),
        "zone_deviation_percent": round(100 * grouping.zone_deviation, 2),
        "units_fewest": int(grouping.unit_count.min()),
        "units_most": int(grouping.unit_count.max()),
        "not_contiguous": int((~grouping.contiguous).sum()),
    }
    return Report("buildresponsibilitygrids", accepted=len(rows), figures=figures, notes=grouping.notes)
