"""Atoms: the smallest ground that stays together, before cutting and merging."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.linework import dissolve
from gridmgmt_plugin.core.geometry.pairs import connected_groups
from gridmgmt_plugin.core.geometry.segments import SharedSegments, shared_segments
from gridmgmt_plugin.core.partition.arrangement import Faces
from gridmgmt_plugin.core.partition.inputs import CleanInput
from gridmgmt_plugin.core.partition.merging import is_sliver
from gridmgmt_plugin.core.partition.model import BLOCK, ROAD, PartitionOptions
from gridmgmt_plugin.core.partition.regions import RegionGraph
from gridmgmt_plugin.core.partition.street_grades import segment_grades
from gridmgmt_plugin.core.partition.strips import between_carriageways
from gridmgmt_plugin.core.rows import is_null

# A face takes part in a compound's front when this share of its perimeter is compound wall.
_WALL_SHARE = 0.3
# Between two carriageways both sides are about as long; one side is preferred, so that it stays the same one.
_SAME_SIDE = 1.2
# Ground between carriageways rather joins a block than more of its kind.
_MEDIAN = 0.3
# An island of less than this many target areas makes no cell; the ground around it would be a ring.
_ISLAND_SIZE = 0.7


@dataclass(frozen=True)
class Atoms:
    """n pieces of ground that no cut divides, except those that are ``cuttable``.

    ``geometry``: Polygons. ``area``: int64. ``covered``, ``road``, ``cuttable``: bool. ``target_m2``: float64.
    ``kind``, ``land_use``, ``grade``: object, the value of most of the known ground; ``land_use_m2``, ``grade_m2``:
    how much ground has it. ``block_m2``: float64, area of the largest block with ground in the atom.
    """

    geometry: np.ndarray
    area: np.ndarray
    covered: np.ndarray
    road: np.ndarray
    cuttable: np.ndarray
    target_m2: np.ndarray
    block_m2: np.ndarray
    kind: np.ndarray
    land_use: np.ndarray
    land_use_m2: np.ndarray
    grade: np.ndarray
    grade_m2: np.ndarray
    blocks: int


def form_atoms(faces: Faces, clean: CleanInput, options: PartitionOptions, tick: Callable[[], None]) -> Atoms:
    """Return the atoms of ``faces``: compounds in one piece, street fronts with them, thin faces gone."""
    segments = shared_segments(faces.geometry, options.precision_m)
    both = segments.right >= 0
    inner = both.copy()
    inner[both] = _same_ground(faces, segments.left[both], segments.right[both])
    group = _kept_whole(faces, clean)
    joined = inner.copy()
    joined[inner] = group[segments.left[inner]] == group[segments.right[inner]]
    joined[inner] &= group[segments.left[inner]] >= 0
    first = connected_groups(len(faces), segments.left[joined], segments.right[joined])
    grade = segment_grades(segments, inner, clean, options.precision_m)
    median = between_carriageways(faces.geometry, segments, grade, options) & (group < 0) & faces.covered
    label = _with_thin_faces(faces, first, segments, inner, median, clean, options, tick)
    block = _block_areas(faces, segments, inner, grade)
    return _described(faces, label, block, clean, options)


def _same_ground(faces: Faces, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.asarray((faces.area[left] == faces.area[right]) & faces.covered[left] & faces.covered[right])


def _kept_whole(faces: Faces, clean: CleanInput) -> np.ndarray:
    """Return a number per thing that stays in one piece, −1 for ground that need not."""
    group = np.full(len(faces), -1, dtype=np.int64)
    whole = faces.compound >= 0
    whole[whole] = clean.compound_whole[faces.compound[whole]]
    group[whole] = 3 * faces.compound[whole]
    group[faces.road >= 0] = 3 * faces.road[faces.road >= 0] + 1
    group[faces.building >= 0] = 3 * faces.building[faces.building >= 0] + 2
    return group


def _with_thin_faces(
    faces: Faces,
    first: np.ndarray,
    segments: SharedSegments,
    inner: np.ndarray,
    median: np.ndarray,
    clean: CleanInput,
    options: PartitionOptions,
    tick: Callable[[], None],
) -> np.ndarray:
    """Return the label of each face once slivers, street fronts and loose buildings have joined a neighbour."""
    count = int(first.max()) + 1 if len(first) else 0
    area = np.bincount(first, weights=shapely.area(faces.geometry), minlength=count)
    between = inner & (first[segments.left] != first[segments.right])
    within = inner & ~between
    perimeter = np.bincount(first, weights=shapely.length(faces.geometry), minlength=count)
    perimeter = perimeter - 2.0 * np.bincount(
        first[segments.left[within]], segments.length_m[within], minlength=count
    )
    group = _kept_whole(faces, clean)
    compound, road, building = (_any(first, (group >= 0) & (group % 3 == kind), count) for kind in range(3))
    graph = RegionGraph(area, perimeter, area / options.target_area_m2)
    of_regions = SharedSegments(
        segments.coordinates, first[segments.left], first[segments.right], segments.length_m, segments.crowded
    )
    # −1 beside a compound, so that between equal edges the compound on this side of the street wins.
    wall = compound[of_regions.left] | compound[of_regions.right]
    graph.connect(of_regions, between, np.where(wall, -1, 0), options.major_grade)
    centre = np.zeros((count, 2))
    centre[first] = shapely.get_coordinates(shapely.centroid(faces.geometry))
    thin = _ThinFaces(graph, compound, road, building, _any(first, median, count), centre, options)
    graph.absorb(thin.urgency, thin.neighbour, tick)
    return np.asarray(graph.labels()[first])


class _ThinFaces:
    """The rules for faces that cannot be ground of their own, whatever street lies between."""

    def __init__(
        self,
        graph: RegionGraph,
        compound: np.ndarray,
        road: np.ndarray,
        building: np.ndarray,
        median: np.ndarray,
        centre: np.ndarray,
        options: PartitionOptions,
    ) -> None:
        self._graph = graph
        self._x: list[float] = centre[:, 0].tolist()
        self._y: list[float] = centre[:, 1].tolist()
        self._compound: list[bool] = compound.tolist()
        self._road: list[bool] = road.tolist()
        self._building: list[bool] = building.tolist()
        self._median: list[bool] = median.tolist()
        self._options = options

    def urgency(self, i: int) -> float | None:
        if self._compound[i] or self._road[i]:
            return None
        if self._walls(i) is not None:
            return -1.0 / self._graph.mean_width_m(i)  # fronts first: a sliver beside one would hide its wall
        loose = self._building[i] or self._median[i] or self._is_enclosed(i)
        return self._graph.mean_width_m(i) if loose or is_sliver(self._graph, i, self._options) else None

    def neighbour(self, i: int) -> int | None:
        """Return the compound whose front this is, else the neighbour with the longest edge."""
        front = self._walls(i)
        if front is not None:
            return front
        lengths = {
            j: border.length_m * (_SAME_SIDE if self._is_east(j, i) else 1.0) * (_MEDIAN if self._median[j] else 1.0)
            for j, border in self._graph.borders[i].items()
            if not self._road[j]
        }
        partner = max(lengths, key=lambda j: (lengths[j], -j), default=None)
        if partner is not None:
            self._building[i] = self._building[partner] = False
            self._median[i] = self._median[partner] = self._median[i] and self._median[partner]
        return partner

    def _is_east(self, j: int, i: int) -> bool:
        """Tell whether j lies to the east of i (to the north, where neither does)."""
        return self._x[j] - self._x[i] + 0.5 * (self._y[j] - self._y[i]) > 0

    def _is_enclosed(self, i: int) -> bool:
        """Tell whether i is a small island in one neighbour, such as the inside of a loop of estate lanes."""
        if len(self._graph.borders[i]) != 1 or self._graph.size[i] >= _ISLAND_SIZE:
            return False
        ((neighbour, border),) = self._graph.borders[i].items()
        whole = self._compound[neighbour] or self._road[neighbour]
        return not whole and border.length_m > 0.999 * self._graph.perimeter_m[i]

    def _walls(self, i: int) -> int | None:
        if self._graph.mean_width_m(i) >= self._options.strip_width_m:
            return None
        walls = {j: border.length_m for j, border in self._graph.borders[i].items() if self._compound[j]}
        if not walls or sum(walls.values()) < _WALL_SHARE * self._graph.perimeter_m[i]:
            return None
        return max(walls, key=lambda j: (walls[j], -j))


def _any(label: np.ndarray, flag: np.ndarray, count: int) -> np.ndarray:
    result = np.zeros(count, dtype=bool)
    result[label[flag]] = True
    return result


def _block_areas(
    faces: Faces, segments: SharedSegments, inner: np.ndarray, grade: np.ndarray
) -> tuple[np.ndarray, int]:
    """Return the area of the block of each face, and how many blocks there are."""
    no_street = inner & (grade < 0)
    block = connected_groups(len(faces), segments.left[no_street], segments.right[no_street])
    area = np.bincount(block, weights=shapely.area(faces.geometry))
    return np.asarray(area[block]), len(np.unique(block[faces.covered]))


def _described(
    faces: Faces, label: np.ndarray, block: tuple[np.ndarray, int], clean: CleanInput, options: PartitionOptions
) -> Atoms:
    count = int(label.max()) + 1 if len(label) else 0
    member = np.zeros(count, dtype=np.int64)
    member[label] = np.arange(len(label))
    known = faces.compound >= 0
    owner, compound = label[known], faces.compound[known]
    ground = shapely.area(faces.geometry)
    target = np.full(len(faces), options.target_area_m2)
    target[known] = options.profile.targets_m2(
        clean.compound_land_use[compound], clean.compound_grade[compound], options.target_area_m2
    )
    target = target * clean.factor[faces.area]
    road = _any(label, faces.road >= 0, count)
    whole = _any(owner, clean.compound_whole[compound], count)
    kind, kind_m2 = leading_value(owner, clean.compound_kind[compound], ground[known], count)
    geometry = dissolve(faces.geometry, label, count)
    area_m2 = shapely.area(geometry)
    kind[2 * kind_m2 < area_m2] = BLOCK
    kind[road] = ROAD
    land_use, land_use_m2 = leading_value(owner, clean.compound_land_use[compound], ground[known], count)
    grade, grade_m2 = leading_value(owner, clean.compound_grade[compound], ground[known], count)
    block_m2 = np.zeros(count)
    np.maximum.at(block_m2, label, block[0])
    return Atoms(
        geometry,
        faces.area[member],
        faces.covered[member],
        road,
        ~whole & faces.covered[member],
        area_m2 / np.bincount(label, weights=ground / target, minlength=count),
        block_m2,
        kind,
        land_use,
        land_use_m2,
        grade,
        grade_m2,
        block[1],
    )


def leading_value(
    owner: np.ndarray, value: np.ndarray, weight: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return for owners 0 … ``count`` − 1 the value (object) with the most weight, and that weight.

    ``owner``: int64; ``value``: object, ``None`` rows do not count; ``weight``: float64. Equal weights go by the
    value; an owner without any value has ``None`` and 0.
    """
    best, total = np.full(count, None, dtype=object), np.zeros(count)
    given = ~is_null(value)
    if not given.any():
        return best, total
    names, number = np.unique(value[given].astype(str), return_inverse=True)
    pair, where = np.unique(owner[given] * len(names) + number.reshape(-1), return_inverse=True)
    sums = np.bincount(where.reshape(-1), weights=weight[given])
    order = np.lexsort((-pair, sums))
    best[pair[order] // len(names)] = names[pair[order] % len(names)].astype(object)
    total[pair[order] // len(names)] = sums[order]
    return best, total
