"""The lines that cell boundaries may follow, welded: no two of them run so near that only hair lies between."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.welding import weld
from gridmgmt_plugin.core.partition.inputs import CleanInput
from gridmgmt_plugin.core.partition.model import PartitionOptions


@dataclass(frozen=True)
class Linework:
    """LineStrings: ``standing``, the borders of areas, covered extent and what stays whole; ``streets``.

    The borders of areas and extent lie where they were given; the others give way to them, and streets to all.
    """

    standing: np.ndarray
    streets: np.ndarray

    def lines(self) -> np.ndarray:
        """Return all lines in one array."""
        return np.concatenate([self.standing, self.streets])


def welded_lines(clean: CleanInput, options: PartitionOptions) -> Linework:
    """Return the lines of the input; streets row by row, an empty one where a street was too short to be left."""
    borders = [shapely.boundary(clean.areas)]
    if clean.extent is not None:
        borders.append(shapely.boundary(np.array([clean.extent], dtype=object)))
    fixed = shapely.get_parts(np.concatenate(borders))
    shapes = np.concatenate([clean.compounds, clean.roads, _crossed_buildings(clean)])
    standing = weld(shapely.get_parts(shapely.boundary(shapes)), fixed, options.weld_m).all()
    welded = weld(clean.streets, standing, options.weld_m)
    return Linework(welded.fixed, welded.lines)


def with_streets(clean: CleanInput, lines: Linework) -> CleanInput:
    """Return the input with its streets where they were welded to."""
    return replace(clean, streets=lines.streets)


def _crossed_buildings(clean: CleanInput) -> np.ndarray:
    """Return the buildings that a fixed line runs through; the others need no outline in the arrangement."""
    if len(clean.buildings) == 0:
        return clean.buildings
    lines = np.concatenate([clean.streets, shapely.get_parts(shapely.boundary(clean.areas))])
    lines = np.concatenate([lines, shapely.boundary(clean.compounds), shapely.boundary(clean.roads)])
    building, line = shapely.STRtree(lines).query(clean.buildings, predicate="intersects")
    through = shapely.length(shapely.intersection(clean.buildings[building], lines[line])) > 0
    return np.asarray(clean.buildings[np.unique(building[through])])
