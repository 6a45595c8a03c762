"""The first unit grids of a workspace: what refuses them as ground, and what they leave bare."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.health.examine import examine, is_coverage
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.ground import some, unit_ground
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.unit_grids.area_fit import area_of_cells
from gridmgmt_plugin.core.unit_grids.codes import refuse_faulty_codes
from gridmgmt_plugin.jobs.handover.coming_back.content_back import UNIT, Content
from gridmgmt_plugin.jobs.handover.coming_back.drawn_ground import joined_areas
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.workspace import Workspace

# Kinds of faults that are ground without a unit grid.
_BARE = ("gap", "hole", "uncovered")


def refuse_faulty(workspace: Workspace, content: Content, cells: Rows) -> None:
    """Refuse first unit grids that are no sound ground, or whose codes nobody looked at before.

    :raises InputError: ``package_back_cells_unusable``, ``package_back_cells_faulty``, ``unit_grid_codes_faulty``.
    """
    refuse_unusable(content)
    if not is_coverage(cells.shapes):
        raise InputError("package_back_cells_faulty")
    if not content.is_ours:
        store = RegisterStore(workspace, workspace.info.code_layout, UNIT)
        numbers = range(1, len(cells) + 1)
        refuse_faulty_codes(cells["code"], cells["code"], cells["area_code"], store.register, set(), numbers)


def refuse_unusable(content: Content) -> None:
    """Refuse unit grids some of which could not be read: without them ground would be missing.

    :raises InputError: ``package_back_cells_unusable``.
    """
    unusable = content.unusable
    if unusable:
        raise InputError("package_back_cells_unusable", count=len(unusable), shown=some(list(unusable)))


def bare_ground(workspace: Workspace, content: Content, cells: Rows) -> list[Message]:
    """Return what to tell of ground that first unit grids of another hand leave bare in the areas that they lie in.

    A package of ours has passed the check that finds it.
    """
    if content.is_ours:
        return []
    precision_m = workspace.info.precision_m
    areas = joined_areas(workspace.read("area"), content.rows.get("area"))
    ground = unit_ground(areas, workspace.read("covered_extent"), precision_m)
    lying = area_of_cells(cells.shapes, ground.geometry, ground.codes)
    touched = np.unique(lying[lying >= 0])
    outline = shapely.union_all(ground.geometry[touched])
    bare = examine(cells.shapes, outline, precision_m).of(*_BARE)
    if not len(bare):
        return []
    found = area_of_cells(bare.geometry, ground.geometry, ground.codes)
    codes = sorted({str(code) for code in ground.codes[found[found >= 0]]})
    told = {"count": len(bare), "area_m2": float(bare.measure.sum()), "shown": some(codes)}
    return [Message("package_back_ground_bare", told)]
