"""Unit grids of a file beside those of the workspace: which areas they touch, what is replaced, what stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core.coverage.health.snapping import with_known_vertices
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.ground import Ground, areas_in_force, some, unit_ground
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.responsibility.boundaries import lie_within
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.text import clean_codes
from gridmgmt_plugin.core.unit_grids.area_fit import area_of_cells
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.file_columns import choose_columns
from gridmgmt_plugin.jobs.intake.placed_shapes import POLYGONS, is_of_kind, place_shapes
from gridmgmt_plugin.jobs.intake.rejections import Rejections
from gridmgmt_plugin.jobs.intake.shifted_layers import refuse_shifted_layer
from gridmgmt_plugin.jobs.intake.typed_columns import typed_columns
from gridmgmt_plugin.workspace.workspace import Workspace

NEW, UPDATE, REPLACE = "new", "update", "replace"
MODES = (NEW, UPDATE, REPLACE)
COMPUTED = ("area_code", "area_m2", "state")


@dataclass(frozen=True)
class CellInput:
    """The cells of a file. ``columns``: attributes, without the code; ``codes``: as written, cleaned; ``raw_codes``:
    the cells of the code column. ``position``: int64, row of the source of each cell taken.
    """

    geometry: np.ndarray
    codes: np.ndarray
    raw_codes: np.ndarray
    columns: Mapping[str, np.ndarray]
    position: np.ndarray
    notes: tuple[Message, ...]

    def __len__(self) -> int:
        return len(self.geometry)

    def take(self, kept: np.ndarray) -> CellInput:
        """Return the cells at positions."""
        columns = {name: column[kept] for name, column in self.columns.items()}
        raw = self.raw_codes[kept]
        return CellInput(self.geometry[kept], self.codes[kept], raw, columns, self.position[kept], self.notes)


@dataclass(frozen=True)
class Situation:
    """What an import meets. ``ground``: the areas to be covered. ``present``: the unit grids of the workspace;
    ``replaced``: bool per present cell, its ground is given anew. ``area``, ``present_area``: int64, position in
    ``ground`` of each incoming and present cell. ``touched``: int64, areas whose cells change.
    """

    ground: Ground
    cells: CellInput
    area: np.ndarray
    present: Rows
    present_area: np.ndarray
    replaced: np.ndarray
    touched: np.ndarray


def read_cells(
    source: Source,
    code_field: str | None,
    field_map: Mapping[str, str] | None,
    coordinates: str,
    workspace: Workspace,
    rejections: Rejections,
) -> CellInput:
    """Return the polygons of a layer in the workspace's frame, with code and attributes; a row without a usable one
    is rejected.

    :raises InputError: ``unit_grids_not_polygons``, that the layer fits as another kind of coordinates
        (:func:`refuse_shifted_layer`), or what fields and coordinates raise.
    """
    if not len(source) or not is_of_kind(source.rows.geometry, POLYGONS):
        raise InputError("unit_grids_not_polygons", path=source.path, layer=source.name)
    named = {**(field_map or {}), **({"code": code_field} if code_field else {})}
    fields = choose_columns(source, "unit_grid", named=named, computed=COMPUTED)
    typed = typed_columns(source, "unit_grid", fields.fields)
    codes = clean_codes(typed.columns.pop("code", as_column([None] * len(source))))
    raw = source.rows[fields.fields["code"]] if "code" in fields else codes
    placed = place_shapes(source, POLYGONS, coordinates, workspace.info.frame)
    areas = workspace.read("area", []).shapes
    refuse_shifted_layer(source, placed.geometry, coordinates, workspace.info.frame, areas, lines=False)
    rejections.add(placed.bad, placed.reasons[placed.bad], codes[placed.bad])
    notes = (*source.notes, *fields.notes, *typed.notes)
    return CellInput(placed.geometry, codes, raw, typed.columns, np.arange(len(source)), notes)


def situation(
    workspace: Workspace, cells: CellInput, mode: str, scope: str | None, rejections: Rejections
) -> Situation:
    """Return what the cells meet; cells outside the district or the scope are rejected.

    :raises WorkspaceError: ``unit_grids_there`` (mode new), ``workspace_without_unit_grids`` (other modes),
        ``workspace_without_areas``.
    :raises InputError: ``import_mode_unknown``, ``scope_unknown``, ``unit_grids_outside``, ``update_codes_unknown``.
    """
    if mode not in MODES:
        raise InputError("import_mode_unknown", value=mode, known=", ".join(MODES))
    present = workspace.read("unit_grid")
    if mode == NEW and len(present):
        raise WorkspaceError("unit_grids_there", count=len(present))
    if mode != NEW and len(present) == 0:
        raise WorkspaceError("workspace_without_unit_grids", path=workspace.title)
    ground = ground_to_cover(workspace)
    # What was given out in degrees or with fewer digits comes back beside where it was by far less than anybody sees.
    known = np.concatenate([present.shapes, ground.geometry])
    cells = replace(cells, geometry=with_known_vertices(cells.geometry, known, workspace.info.precision_m))
    in_scope = lie_within(ground.codes, scope)
    if not in_scope.any():
        raise InputError("scope_unknown", scope=scope)
    area = area_of_cells(cells.geometry, ground.geometry, ground.codes)
    rejections.add(np.flatnonzero(area < 0), "outside_district", cells.codes[area < 0])
    beyond = (area >= 0) & ~in_scope[area]
    rejections.add(np.flatnonzero(beyond), "cell_outside_scope", cells.codes[beyond])
    kept = rejections.kept
    if len(kept) == 0:
        raise InputError("unit_grids_outside", count=len(cells))
    cells, area = cells.take(kept), area[kept]
    present_area = area_of_cells(present.shapes, ground.geometry, ground.codes)
    if mode == UPDATE:
        replaced = _updated(cells, present)
        touched = np.unique(np.concatenate([area, present_area[replaced]]))
    else:
        replaced = in_scope[present_area] & (present_area >= 0)
        everything = area if mode == NEW else np.concatenate([area, present_area[replaced]])
        touched = np.unique(everything)
    return Situation(ground, cells, area, present, present_area, replaced, touched[touched >= 0])


def ground_to_cover(workspace: Workspace) -> Ground:
    """Return the areas that unit grids cover, inside the covered extent where there is one.

    :raises WorkspaceError: ``workspace_without_areas``.
    """
    areas, extents = workspace.read("area"), workspace.read("covered_extent")
    if len(areas_in_force(areas)) == 0:
        raise WorkspaceError("workspace_without_areas", path=workspace.title)
    return unit_ground(areas, extents, workspace.info.precision_m)


def _updated(cells: CellInput, present: Rows) -> np.ndarray:
    known = set(present["code"].tolist())
    unknown = [str(code or "–") for code in cells.codes if code not in known]
    if unknown:
        raise InputError("update_codes_unknown", count=len(unknown), shown=some(unknown))
    given = set(cells.codes.tolist())
    return np.array([code in given for code in present["code"]], dtype=bool)
