"""Make a workspace from administrative areas of any level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.areas import LEVELS, area_level, kind_hint, parent_code
from gridmgmt_plugin.core.coverage.noding import node_coverage
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.area_input import AreaInput, read_areas
from gridmgmt_plugin.jobs.frame_choice import choose_frame
from gridmgmt_plugin.jobs.report import Report
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace

# Overlaps narrower than this are what conversions and separate digitising leave; wider ones need a decision.
SEAM_WIDTH_M = 1.0
_OVERLAP_TOLERATED_M2 = 0.01


def create_workspace(
    areas: Sequence[Source],
    output: Path | str,
    *,
    code_field: str | None = None,
    name_field: str | None = None,
    coordinates: str = "crs",
    crs: str | None = None,
    local_frame: str | None = None,
    repair: bool = False,
    code_layout: str = "gb30428_2013",
    split_policy: str = "larger_keeps",
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Write a new workspace whose ``area`` table holds the areas given and the parents that follow from them.

    Areas may come at any level, also several levels at once; a missing county or street office is made of its
    parts. Edges shared by neighbours get equal vertices on the workspace's precision grid.

    :param coordinates: ``crs`` (what the file says), ``lonlat``, ``gcj02`` or ``bd09``.
    :param crs: frame of the workspace as EPSG code; ``local_frame``: label of a frame without parameters.
    :param repair: make self-crossing rings valid instead of refusing them.
    :raises InputError: when the areas cannot be used; ``WorkspaceError`` when the file cannot be written.
    """
    progress = progress or Progress()
    if not areas:
        raise InputError("areas_empty", path="–")
    frame = choose_frame(areas[0], coordinates, crs, local_frame)
    given = read_areas(areas, frame, coordinates, code_field, name_field, repair=repair)
    progress.report(0.2)
    precision_m = WorkspaceInfo(frame, "").precision_m
    noded = node_coverage(
        given.rows.geometry, precision_m, given.level, sliver_width_m=SEAM_WIDTH_M, progress=progress.part(0.2, 0.7)
    )
    if noded.overlap_m2 > _OVERLAP_TOLERATED_M2:
        raise InputError("areas_overlap", area_m2=round(noded.overlap_m2, 1))
    lost = np.flatnonzero(shapely.is_empty(noded.geometry))
    if len(lost):
        raise InputError("areas_vanished", shown=", ".join(given.rows["code"][lost].tolist()))
    rows = _with_parents(replace(given, rows=given.rows.with_geometry(noded.geometry)))
    county = next(i for i, level in enumerate(rows["level"]) if level == LEVELS[0])
    info = WorkspaceInfo(
        frame,
        rows["code"][county],
        rows["name"][county] or "",
        code_layout=code_layout,
        split_policy=split_policy,
    )
    progress.report(0.8)
    with Workspace.create(output, info, author) as (_, transaction):
        transaction.insert("area", rows)
        transaction.log("area", None, None, f'{{"rows": {len(rows)}}}')
    progress.report(1.0)
    return _report(rows, given, noded.vertices_moved, float(noded.gained_m2.sum()))


def _with_parents(given: AreaInput) -> Rows:
    """Return the areas with every missing parent, made of its parts, in order of level and code."""
    records = given.rows.records()
    by_code = {record["code"]: (record, shape) for record, shape in zip(records, given.rows.geometry)}
    for level in (LEVELS[2], LEVELS[1]):
        members: dict[str, list[shapely.Geometry]] = {}
        for code, (_, shape) in by_code.items():
            parent = parent_code(code)
            if area_level(code) == level and parent is not None:
                members.setdefault(parent, []).append(shape)
        for parent, shapes in members.items():
            if parent not in by_code:
                by_code[parent] = ({"code": parent}, shapely.union_all(shapes))
    ordered = sorted(by_code, key=lambda code: (len(code), code))
    rows = Rows.from_records([by_code[code][0] for code in ordered], as_column(by_code[code][1] for code in ordered))
    names = rows.columns.get("name", as_column([None] * len(rows)))
    kinds = rows.columns.get("kind", as_column([None] * len(rows)))
    return rows.with_columns(
        name=names,
        level=[area_level(code) for code in ordered],
        kind=[kind or kind_hint(code) for kind, code in zip(kinds, ordered)],
        parent_code=[parent_code(code) for code in ordered],
    )


def _report(rows: Rows, given: AreaInput, vertices_moved: int, moved_m2: float) -> Report:
    notes = list(given.notes)
    derived = len(rows) - len(given.rows)
    if derived:
        notes.append(Message("areas_parents_derived", {"count": derived}))
    if not (rows["level"] == LEVELS[2]).any():
        notes.append(Message("areas_without_communities", {}))
    if moved_m2 > 0:
        notes.append(Message("areas_seams_closed", {"vertices": vertices_moved, "moved_m2": round(moved_m2, 3)}))
    counts = {level: int((rows["level"] == level).sum()) for level in LEVELS}
    figures = {**counts, "derived": derived, "vertices_moved": vertices_moved, "moved_m2": round(moved_m2, 6)}
    return Report("createworkspace", accepted=len(given.rows), figures=figures, notes=tuple(notes))
