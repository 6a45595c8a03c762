"""Unit grids that pass from groups to other groups: where the ground of each old group went."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.text import to_numbers


@dataclass(frozen=True)
class GroundShare:
    """``share`` of a group's ground, 0 to 1, lies in the group ``code`` now."""

    code: str
    share: float


def heirs_of_groups(before: np.ndarray, after: np.ndarray, area_m2: np.ndarray) -> dict[str, tuple[GroundShare, ...]]:
    """Return for each old group the groups that its ground lies in now, the largest share first.

    Of equal shares the smaller code comes first. Ground that belongs to no group now is left out; a group without
    any ground has no heirs.

    :param before, after: object arrays of n codes or ``None``, the group of each unit grid. ``area_m2``: object or
        float array (n,); a unit grid without a readable area counts as 1 m².
    """
    size = to_numbers(area_m2)
    size = np.where(np.isfinite(size) & (size > 0), size, 1.0)
    ground: dict[str, dict[str, float]] = {}
    total: dict[str, float] = {}
    for old, new, m2 in zip(before, after, size.tolist()):
        if old is None:
            continue
        total[old] = total.get(old, 0.0) + m2
        if new is not None:
            held = ground.setdefault(old, {})
            held[new] = held.get(new, 0.0) + m2
    return {
        old: tuple(
            GroundShare(new, m2 / total[old]) for new, m2 in sorted(held.items(), key=lambda one: (-one[1], one[0]))
        )
        for old, held in ground.items()
    }
