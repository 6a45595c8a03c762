"""Whether the codes of every community can number its cells: asked before drawing, and made sure of after it."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.capacity import cell_count_margin, find_overflows
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.ground import Ground, some
from gridmgmt_plugin.core.partition import CompoundLayer, PartitionOptions
from gridmgmt_plugin.core.rows import as_column

_SHOWN = 20


def refuse_overflow(
    ground: Ground,
    extent: shapely.Geometry | None,
    compounds: CompoundLayer | None,
    options: PartitionOptions,
    register: CodeRegister,
) -> None:
    """Do nothing when the numbers of every area suffice for the cells to be expected in it.

    Compounds stay whole: one above its target makes one cell, however large it is.

    :raises InputError: ``cells_overflow`` with the areas and a target that fits.
    """
    shapes = ground.geometry if extent is None else shapely.intersection(ground.geometry, extent)
    area_m2 = shapely.area(shapes)
    expected = _expected_cells(shapes, area_m2, compounds, options)
    there = area_m2 > 0
    target_m2 = area_m2[there] / expected[there]
    codes = ground.codes[there].tolist()
    found = find_overflows(codes, area_m2[there], target_m2, register.layout, register=register)
    if found:
        lines = [f"{item.community_code} ({item.expected_cells} > {item.capacity})" for item in found]
        fitting_m2 = int(max(item.fitting_target_m2 or 0.0 for item in found))
        raise InputError("cells_overflow", count=len(found), shown=some(lines, _SHOWN), fitting_m2=fitting_m2)


def refuse_too_many(ground: Ground, area_index: np.ndarray, target_m2: float, register: CodeRegister) -> None:
    """Do nothing when the cells drawn find numbers; streets may leave more of them than was to be expected.

    :param area_index: int64 (n,), row of ``ground`` of each cell.
    :raises InputError: ``cells_overflow_drawn`` with the areas and a target to try instead.
    """
    lines, worst = [], 1.0
    for row, cells in enumerate(np.bincount(area_index, minlength=len(ground)).tolist()):
        free = register.free_count(register.layout.prefix_for_area(ground.codes[row]))
        if cells > free:
            lines.append(f"{ground.codes[row]} ({cells} > {free})")
            worst = max(worst, cells / max(free, 1))
    if lines:
        proposed = int(np.ceil(target_m2 * worst * (1.0 + cell_count_margin()) / 1000.0)) * 1000
        raise InputError("cells_overflow_drawn", count=len(lines), shown=some(lines, _SHOWN), target_m2=proposed)


def _expected_cells(
    shapes: np.ndarray, area_m2: np.ndarray, compounds: CompoundLayer | None, options: PartitionOptions
) -> np.ndarray:
    """Return how many cells each area will have, float64: by target outside compounds, by compound inside them."""
    if compounds is None or len(compounds.geometry) == 0:
        return area_m2 / options.target_area_m2
    sound = polygonal(compounds.geometry)
    missing = as_column([None] * len(sound))
    target_m2 = options.profile.targets_m2(
        missing if compounds.land_use is None else compounds.land_use,
        missing if compounds.grade is None else compounds.grade,
        options.target_area_m2,
    )
    area, compound = shapely.STRtree(sound).query(shapes, predicate="intersects")
    inside_m2 = shapely.area(shapely.intersection(shapes[area], sound[compound]))
    cells = np.minimum(inside_m2 / target_m2[compound], 1.0)
    within_m2 = np.bincount(area, weights=inside_m2, minlength=len(shapes))
    within = np.bincount(area, weights=cells, minlength=len(shapes))
    return np.asarray(np.maximum(area_m2 - within_m2, 0.0) / options.target_area_m2 + within)
