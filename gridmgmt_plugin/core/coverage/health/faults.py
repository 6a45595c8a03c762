"""What can be wrong with a coverage, as one flat record of arrays."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

# kind → unit of its measure. The kinds are stable names: rules, reports and exemptions refer to them.
UNITS = {
    "empty": "",  # no geometry, or none with an area
    "invalid_ring": "",  # a ring that crosses or touches itself; the point where, and ``reason``
    "multipart": "parts",  # more than one part; measure = their number
    "sliver": "m",  # a polygon thinner than the tolerance; measure = mean width
    "spike": "°",  # a needle in a ring; measure = angle at its tip
    "close_vertices": "m",  # neighbouring vertices of a ring closer than the tolerance
    "duplicate": "m²",  # two polygons that cover the same ground
    "overlap": "m²",  # two polygons that cover common ground
    "gap": "m²",  # uncovered ground between polygons, thinner than the gap width
    "hole": "m²",  # uncovered ground, wider, enclosed by polygons
    "uncovered": "m²",  # uncovered ground, wider, open to the border of the outline
    "overshoot": "m²",  # a polygon's ground beyond the outline
    "near_miss": "m",  # vertices of two polygons nearly in one place
    "missing_vertex": "m",  # a vertex on a neighbour's edge that the neighbour does not have
}
KINDS = tuple(UNITS)

OUTLINE = -1  # stands for the outline where a fault is between it and a polygon, or for "no polygon"


@dataclass(frozen=True)
class CoverageFaults:
    """The faults of a coverage; all arrays have one entry per fault.

    ``kind``: str objects of :data:`KINDS`. ``first``, ``second``: int64, positions of the polygons concerned;
    −1 for none or for the outline. ``geometry``: object array, where it is (Point or Polygon; ``None`` when the
    polygon is empty). ``measure``: float64 in the unit of :data:`UNITS`. ``reason``: str objects, for an invalid
    ring what is wrong with it, else "".
    """

    kind: np.ndarray
    first: np.ndarray
    second: np.ndarray
    geometry: np.ndarray
    measure: np.ndarray
    reason: np.ndarray

    def __len__(self) -> int:
        return len(self.kind)

    def of(self, *kinds: str) -> CoverageFaults:
        """Return the faults of some kinds."""
        return self.where(np.isin(self.kind.astype(str), kinds))

    def where(self, mask: np.ndarray) -> CoverageFaults:
        """Return the faults that ``mask`` (bool) marks."""
        return CoverageFaults(*(getattr(self, field.name)[mask] for field in fields(self)))

    def counts(self) -> dict[str, int]:
        """Return how many faults of each kind there are; kinds without one are left out."""
        found = self.kind.tolist()
        return {kind: found.count(kind) for kind in KINDS if kind in set(found)}

    def total(self, kind: str) -> float:
        """Return the sum of the measures of one kind, e.g. the m² of all gaps."""
        return float(self.of(kind).measure.sum())


def faults(
    kind: str,
    geometry: np.ndarray,
    first: np.ndarray,
    second: np.ndarray | None = None,
    measure: np.ndarray | None = None,
    reason: np.ndarray | None = None,
) -> CoverageFaults:
    """Return faults of one kind; ``second`` is −1, ``measure`` 0 and ``reason`` "" unless given."""
    count = len(first)
    places = np.empty(count, dtype=object)
    places[:] = geometry
    return CoverageFaults(
        kind=np.full(count, kind, dtype=object),
        first=np.asarray(first, dtype=np.int64),
        second=np.full(count, OUTLINE, dtype=np.int64) if second is None else np.asarray(second, dtype=np.int64),
        geometry=places,
        measure=np.zeros(count) if measure is None else np.asarray(measure, dtype=np.float64),
        reason=np.full(count, "", dtype=object) if reason is None else reason,
    )


def joined(parts: list[CoverageFaults]) -> CoverageFaults:
    """Return the faults of all parts, in their order."""
    return CoverageFaults(
        *(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(CoverageFaults))
    )
