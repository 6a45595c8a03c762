"""Which codes of the base release went over into which of now, and with how much of their ground."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import geometries, texts
from gridmgmt_plugin.core.geometry.overlaps import SUCCESSOR_SHARE, overlaps
from gridmgmt_plugin.core.release.frozen import FrozenLayer
from gridmgmt_plugin.core.release.lineage import Lineage

SPLIT, MERGED, REDRAWN, RECODED = "split", "merged", "redrawn", "recoded"
_SHARE_DECIMALS = 6
_POLYGON = 2
_CODED = ("area", "unit_grid", "responsibility_grid", "lane")


@dataclass(frozen=True)
class Succession:
    """One code after another: ``share`` (0–1) of what ``old_code`` was, ``None`` where it cannot be measured.

    ``cause``: ``split`` (one became several), ``merged`` (several became one), ``recoded`` (one became one),
    ``redrawn`` (several became several).
    """

    layer: str
    old_code: str
    new_code: str
    share: float | None
    cause: str


def successions(
    base: Mapping[str, FrozenLayer], now: Mapping[str, FrozenLayer], lineage: Lineage
) -> tuple[Succession, ...]:
    """Return for every code of the base that is gone, or gave ground to a code that is new, all codes that have its
    ground now, its own too; by layer and old code, the largest share first.

    Polygons are overlaid, as the ground is what a receiver has to follow; for lines, and where there is no outline,
    the recorded ``lineage`` (by layer) tells. A code of which nothing is left has no row.

    :param base, now: layers with unique codes as keys, geometry in metres.
    """
    found: list[Succession] = []
    for layer in _CODED:
        if layer in base and layer in now:
            shares = _by_ground(base[layer], now[layer])
            for old, heirs in lineage.between(layer, base[layer].keys, now[layer].keys).items():
                shares.setdefault(old, dict.fromkeys(heirs))
            found += _named(layer, shares)
    return tuple(found)


def succeeding(found: tuple[Succession, ...]) -> Lineage:
    """Return successions as lineage by layer, without those of a code after itself."""
    before, after = defaultdict(set), defaultdict(set)
    for one in found:
        if one.old_code != one.new_code:
            before[one.layer, one.new_code].add(one.old_code)
            after[one.layer, one.old_code].add(one.new_code)
    sides = [{key: tuple(sorted(codes)) for key, codes in side.items()} for side in (before, after)]
    return Lineage(*sides)


def _by_ground(base: FrozenLayer, now: FrozenLayer) -> dict[str, dict[str, float | None]]:
    """Return old code → new code → share for what is gone and what gave ground to new codes."""
    before, after = set(base.keys), set(now.keys)
    gone = np.array([key not in after for key in base.keys], dtype=bool)
    born = np.array([key not in before for key in now.keys], dtype=bool)
    if not (gone.any() or born.any()):
        return {}
    old, new = _Ground.of(base), _Ground.of(now)
    giving, _, _ = _shared(old, new.take(born[new.row]))
    told = old.take(np.isin(np.arange(len(old.row)), giving) | gone[old.row])
    shares: dict[str, dict[str, float | None]] = {}
    for one, two, share in zip(*_shared(told, new)):
        heirs = shares.setdefault(base.keys[told.row[one]], {})
        heirs[now.keys[new.row[two]]] = round(float(share), _SHARE_DECIMALS)
    return shares


@dataclass(frozen=True)
class _Ground:
    """The polygons of a layer: the row of each, its shape, and its level where polygons of several levels lie over
    each other.
    """

    row: np.ndarray
    shapes: np.ndarray
    level: np.ndarray

    @classmethod
    def of(cls, layer: FrozenLayer) -> _Ground:
        shapes = geometries(layer.rows)
        row = np.flatnonzero(shapely.get_dimensions(shapes) == _POLYGON)
        return cls(row, shapes[row], texts(layer.rows, "level")[row])

    def take(self, mask: np.ndarray) -> _Ground:
        return _Ground(self.row[mask], self.shapes[mask], self.level[mask])


def _shared(old: _Ground, new: _Ground) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pairs of one level that share more than a boundary redrawn, and the share of the old one."""
    if not len(old.row) or not len(new.row):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
    one, two, shared_m2 = overlaps(old.shapes, new.shapes)
    size_m2 = [shapely.area(side.shapes)[position] for side, position in ((old, one), (new, two))]
    real = (shared_m2 >= SUCCESSOR_SHARE * np.minimum(*size_m2)) & (old.level[one] == new.level[two])
    return one[real], two[real], np.minimum(shared_m2 / size_m2[0], 1.0)[real]


def _named(layer: str, shares: Mapping[str, Mapping[str, float | None]]) -> list[Succession]:
    came_from = Counter(new for heirs in shares.values() for new in heirs)
    found = []
    for old in sorted(shares):
        heirs = shares[old]
        for new, share in heirs.items():
            several = len(heirs) > 1
            cause = (REDRAWN if several else MERGED) if came_from[new] > 1 else SPLIT if several else RECODED
            found.append(Succession(layer, old, new, share, cause))
    return found
