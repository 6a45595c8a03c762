"""Whether the codes of every community can number its cells: where they cannot, its cells are drawn larger."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.capacity import cell_count_margin, find_overflows
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.ground import Ground, some
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.partition import CompoundLayer, PartitionOptions
from gridmgmt_plugin.core.rows import as_column

_SHOWN = 20
# A second try must bring something: cells grow by this at least.
_LEAST_STEP = 1.1


@dataclass(frozen=True)
class TargetFactors:
    """``factor``: float64, one per row of the ground, how much larger than asked for its cells are drawn, 1 at most
    places.
    """

    ground: Ground
    factor: np.ndarray

    def grown(self, area_index: np.ndarray, register: CodeRegister) -> TargetFactors | None:
        """Return larger factors where more cells were drawn than there are numbers; ``None`` where all find one.

        :param area_index: int64 (n,), row of the ground of each cell drawn.
        """
        cells = np.bincount(area_index, minlength=len(self.ground))
        free = _free_numbers(self.ground, register)
        over = cells > free
        if not over.any():
            return None
        factor = self.factor.copy()
        step = cells[over] / np.maximum(free[over], 1) * (1.0 + cell_count_margin() / 4.0)
        factor[over] *= np.maximum(step, _LEAST_STEP)
        return TargetFactors(self.ground, factor)

    def note(self, area_index: np.ndarray, target_m2: float, register: CodeRegister) -> tuple[Message, ...]:
        """Tell where cells were drawn larger: how many there are, how many numbers, which target."""
        larger = np.flatnonzero(self.factor > 1.0)
        if len(larger) == 0:
            return ()
        cells, free = np.bincount(area_index, minlength=len(self.ground)), _free_numbers(self.ground, register)
        listed = [
            f"{self.ground.codes[row]} ({cells[row]} ≤ {free[row]}, {self.targets_m2(target_m2)[row]:.0f})"
            for row in larger.tolist()
        ]
        return (Message("cells_larger_for_numbers", {"count": len(larger), "shown": some(listed, _SHOWN)}),)

    def targets_m2(self, target_m2: float) -> np.ndarray:
        """Return the target area of each row of the ground, float64, whole square metres."""
        return np.asarray(np.rint(self.factor * target_m2))


def fitting_factors(
    ground: Ground,
    extent: shapely.Geometry | None,
    compounds: CompoundLayer | None,
    options: PartitionOptions,
    register: CodeRegister,
) -> TargetFactors:
    """Return by how much cells must be larger for every area to have numbers enough for those to be expected.

    Compounds stay whole: one above its target makes one cell, however large it is.

    :raises InputError: ``cells_without_numbers`` with the areas that have no number left at all.
    """
    shapes = ground.geometry if extent is None else shapely.intersection(ground.geometry, extent)
    area_m2 = shapely.area(shapes)
    expected = _expected_cells(shapes, area_m2, compounds, options)
    there = np.flatnonzero(area_m2 > 0)
    mean_m2 = area_m2[there] / expected[there]
    found = find_overflows(ground.codes[there].tolist(), area_m2[there], mean_m2, register.layout, register=register)
    full = [item.community_code for item in found if item.fitting_target_m2 is None]
    if full:
        raise InputError("cells_without_numbers", count=len(full), shown=some(full, _SHOWN))
    factor = np.ones(len(ground))
    mean_of = dict(zip(ground.codes[there].tolist(), mean_m2.tolist()))
    row_of = {code: row for row, code in enumerate(ground.codes.tolist())}
    for item in found:
        factor[row_of[item.community_code]] = (item.fitting_target_m2 or 0.0) / mean_of[item.community_code]
    return TargetFactors(ground, factor)


def too_many(factors: TargetFactors, area_index: np.ndarray, target_m2: float, register: CodeRegister) -> InputError:
    """Return the refusal when even much larger cells find no numbers: streets and compounds leave too many."""
    free, cells = _free_numbers(factors.ground, register), np.bincount(area_index, minlength=len(factors.ground))
    lines = [f"{factors.ground.codes[row]} ({cells[row]} > {free[row]})" for row in np.flatnonzero(cells > free)]
    proposed = int(factors.targets_m2(target_m2)[cells > free].max(initial=target_m2))
    return InputError("cells_overflow_drawn", count=len(lines), shown=some(lines, _SHOWN), target_m2=proposed)


def _free_numbers(ground: Ground, register: CodeRegister) -> np.ndarray:
    prefixes = [register.layout.prefix_for_area(code) for code in ground.codes.tolist()]
    return np.array([register.free_count(prefix) for prefix in prefixes], dtype=np.int64)


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
