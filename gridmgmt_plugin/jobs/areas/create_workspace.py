"""Make a workspace from administrative areas of any level."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.areas import LEVELS, area_level, kind_hint, parent_code
from gridmgmt_plugin.core.codes.layout import layout, layouts_of_kind
from gridmgmt_plugin.core.codes.parts import SPLIT_POLICIES
from gridmgmt_plugin.core.coordinates import COORDINATE_KINDS
from gridmgmt_plugin.core.coverage.graph.area_noding import NodedAreas, node_coverage
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.ground import Ground, finest_ground, some
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.areas.area_input import AreaInput, read_areas
from gridmgmt_plugin.jobs.areas.frame_choice import choose_frame
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import Location, parse_location
from gridmgmt_plugin.workspace.workspace import Workspace, refuse_existing

# Overlaps narrower than this are what conversions and separate digitising leave; wider ones need a decision.
SEAM_WIDTH_M = 1.0
_OVERLAP_TOLERATED_M2 = 0.01


def create_workspace(
    areas: Sequence[Source],
    output: Path | str | Location,
    *,
    code_field: str | None = None,
    name_field: str | None = None,
    coordinates: str = "crs",
    crs: str | None = None,
    local_frame: str | None = None,
    repair: bool = False,
    merge_parts: bool = False,
    code_layout: str = "gb30428_2013",
    object_code: str | None = None,
    split_policy: str | None = None,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Write a new workspace whose ``area`` table holds the areas given and the parents that follow from them.

    Areas may come at any level, also several levels at once; a missing county or street office is made of its
    parts. Edges shared by neighbours get equal vertices on the workspace's precision grid. Nothing is written unless
    everything is.

    :param output: the path of a new .gpkg file, or the ``postgresql://`` URI of a schema.
    :param coordinates: ``crs`` (what the file says), ``lonlat``, ``gcj02`` or ``bd09``.
    :param crs: frame of the workspace as EPSG code; ``local_frame``: label of a frame without parameters.
    :param repair: mend what is otherwise refused or only told: self-crossing rings are made valid, rows without a
        shape left out, and areas whose boundary disagrees with that of their parts get the outline of their parts.
    :param merge_parts: rows of one code in a layer are pieces of one area and become one; otherwise they are refused.
    :param object_code: the object class that leads the codes of a layout that has one (CJ/T 349-2010, six digits of
        CJ/T 348-2010); zeros when it is not told.
    :param split_policy: ``larger_keeps`` or ``both_new``; ``None`` = what the code layout says.
    :raises InputError: when the areas cannot be used, or an option is unknown.
    :raises WorkspaceError: ``workspace_exists``, or when the file or the database cannot be written.
    """
    progress = progress or Progress()
    policy = _checked_policy(code_layout, split_policy)
    code_layout, told = _with_object(code_layout, object_code)
    location = parse_location(output)
    refuse_existing(location)
    if not areas:
        raise InputError("areas_not_given")
    if coordinates not in COORDINATE_KINDS:
        raise InputError("coordinates_kind_unknown", value=coordinates, known=", ".join(COORDINATE_KINDS))
    frame = choose_frame(areas[0], coordinates, crs, local_frame)
    precision_m = WorkspaceInfo(frame, "").precision_m
    given = read_areas(
        areas,
        frame,
        coordinates,
        code_field,
        name_field,
        repair=repair,
        merge_parts=merge_parts,
        precision_m=precision_m,
    )
    progress.report(0.2)
    noded = node_coverage(
        given.rows.shapes, precision_m, given.level, sliver_width_m=SEAM_WIDTH_M, progress=progress.part(0.2, 0.7)
    )
    _refuse_overlaps(noded, given)
    named = {code: {"name": name} for names in given.above.values() for code, name in names.items()}
    rows = _with_parents(given.rows.with_geometry(noded.geometry), {**named, **given.derived})
    ground = finest_ground(rows["code"], rows["parent_code"], rows.shapes, precision_m)
    notes = ground.notes()
    if repair and ground.clashes:
        rows, notes = _parents_redrawn(rows, ground, precision_m)
    info = WorkspaceInfo(frame, rows["code"][0], rows["name"][0] or "", code_layout=code_layout, split_policy=policy)
    progress.report(0.8)
    with Workspace.create(location, info, author) as (_, transaction):
        transaction.insert("area", rows)
        transaction.log("area", None, None, json.dumps({"rows": len(rows)}))
        progress.report(1.0)  # the last moment to cancel: what follows is written
    return _report(rows, given, noded, (*told, *notes))


def _checked_policy(code_layout: str, split_policy: str | None) -> str:
    """Return the split policy to store.

    :raises InputError: ``layout_unknown``, ``layout_not_for_cells``, ``split_policy_unknown``.
    """
    chosen = layout(code_layout)
    usable = [item.key for item in layouts_of_kind("unit_grid")]
    if code_layout not in usable:
        raise InputError("layout_not_for_cells", key=code_layout, known=", ".join(usable))
    if split_policy is not None and split_policy not in SPLIT_POLICIES:
        raise InputError("split_policy_unknown", value=split_policy, known=", ".join(SPLIT_POLICIES))
    return split_policy or chosen.split_policy


def _with_object(key: str, object_code: str | None) -> tuple[str, tuple[Message, ...]]:
    """Return the key of the layout as the workspace stores it, and what to say of an object class not told.

    :raises InputError: ``layout_without_object``, ``code_part_value``.
    """
    chosen = layout(key)
    if not chosen.parts_beside_area and object_code is None:
        return key, ()
    if object_code is not None:
        return chosen.with_value(object_code).key, ()
    (name,) = chosen.parts_beside_area
    zeros = "0" * next(part.length for part in chosen.parts if part.name == name)
    return chosen.with_value(zeros).key, (
        Message("layout_object_not_told", {"value": zeros, "layout": chosen.label}),
    )


def _refuse_overlaps(noded: NodedAreas, given: AreaInput) -> None:
    codes = given.rows["code"]
    if noded.overlap_m2 > _OVERLAP_TOLERATED_M2:
        shown = some(_overlapping_pairs(noded.geometry, given.level, codes))
        raise InputError("areas_overlap", area_m2=round(noded.overlap_m2, 1), shown=shown)
    lost = np.flatnonzero(shapely.is_empty(noded.geometry))
    if len(lost):
        raise InputError("areas_vanished", count=len(lost), shown=some(codes[lost].tolist()))


def _overlapping_pairs(geometry: np.ndarray, level: np.ndarray, codes: np.ndarray) -> list[str]:
    first, second = shapely.STRtree(geometry).query(geometry, predicate="intersects")
    pairs = (first < second) & (level[first] == level[second])
    first, second = first[pairs], second[pairs]
    shared = shapely.intersection(geometry[first], geometry[second])
    area_m2 = shapely.area(shared)
    listed = []
    for at in np.argsort(-area_m2, kind="stable"):
        if area_m2[at] > _OVERLAP_TOLERATED_M2:
            place = shapely.point_on_surface(shared[at])
            pair = f"{codes[first[at]]} / {codes[second[at]]}"
            listed.append(f"{pair}: {area_m2[at]:.1f} ({place.x:.0f}, {place.y:.0f})")
    return listed


def _with_parents(given: Rows, told: Mapping[str, Mapping[str, Any]]) -> Rows:
    """Return the areas with every missing parent, made of its parts, the county first, then by level and code.

    :param told: code → what is known of a parent beside its shape.
    """
    by_code: dict[str, tuple[dict[str, Any], shapely.Geometry]] = {
        record["code"]: (record, shape) for record, shape in zip(given.records(), given.shapes)
    }
    for level in (LEVELS[2], LEVELS[1]):
        members: dict[str, list[shapely.Geometry]] = {}
        for code, (_, shape) in by_code.items():
            parent = parent_code(code)
            if area_level(code) == level and parent is not None:
                members.setdefault(parent, []).append(shape)
        for parent, shapes in members.items():
            if parent not in by_code:
                by_code[parent] = ({**told.get(parent, {}), "code": parent}, shapely.union_all(shapes))
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


def _parents_redrawn(rows: Rows, ground: Ground, precision_m: float) -> tuple[Rows, tuple[Message, ...]]:
    """Return the areas with clashing ones, and those around them, made of their parts and their own ground."""
    geometry = rows.shapes.copy()
    clashing = [clash.code for clash in ground.clashes]
    moved_m2 = 0.0
    for row, code in enumerate(rows["code"]):
        if any(other.startswith(code) for other in clashing):
            members = np.array([part.startswith(code) for part in ground.codes], dtype=bool)
            outline = shapely.union_all(ground.geometry[members], grid_size=precision_m)
            moved_m2 += float(shapely.area(shapely.symmetric_difference(outline, geometry[row])))
            geometry[row] = outline
    details = {"count": len(clashing), "shown": some(clashing), "moved_m2": round(moved_m2, 1)}
    rest = [note for note in ground.notes() if note.code == "ground_rest"]
    return rows.with_geometry(geometry), (*rest, Message("areas_follow_their_parts", details))


def _report(rows: Rows, given: AreaInput, noded: NodedAreas, ground_notes: tuple[Message, ...]) -> Report:
    notes = [*given.notes]
    moved_m2 = float(noded.gained_m2.sum())
    derived = len(rows) - len(given.rows) - len(given.derived)
    if derived:
        known = {*given.rows["code"], *given.derived}
        made = [code for code in rows["code"] if code not in known]
        for heading, names in given.above.items():
            called = [f"{code} {names[code]}" for code in made if code in names]
            if called:
                notes.append(
                    Message("areas_parents_named", {"count": len(called), "field": heading, "shown": some(called)})
                )
        nameless = [code for code in made if not any(code in names for names in given.above.values())]
        if nameless:
            notes.append(Message("areas_parents_derived", {"count": len(nameless), "shown": some(nameless)}))
    if not (rows["level"] == LEVELS[2]).any():
        notes.append(Message("areas_without_communities", {}))
    if moved_m2 > 0 or noded.vertices_moved:
        details = {"vertices": noded.vertices_moved, "moved_m2": round(moved_m2, 3)}
        notes.append(Message("areas_seams_closed", details))
    counts = {level: int((rows["level"] == level).sum()) for level in LEVELS}
    figures = {**counts, "derived": derived, "vertices_moved": noded.vertices_moved, "moved_m2": round(moved_m2, 6)}
    return Report(
        "createworkspace",
        accepted=given.given + len(given.derived),
        rejected=len(given.left_out),
        reasons=dict(Counter(row.reason for row in given.left_out)),
        rejected_rows=given.left_out,
        figures=figures,
        notes=(*notes, *ground_notes),
    )
