"""Which objects lie in another grid of a scheme over lanes than in the base release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from gridmgmt_plugin.core.columns import as_texts, geometries, picked, positions, texts
from gridmgmt_plugin.core.duty.times import CATALOGUE
from gridmgmt_plugin.core.geometry.finite import xy_of_points
from gridmgmt_plugin.core.locate import nearest_lane, pairs_at_points
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.release.frozen import FrozenLayer, geometry_digests
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows

LANE, GRID = "lane", "responsibility_grid"


def grids_on_lanes_then_and_now(
    points: np.ndarray,
    lane_code: Iterable[str | None],
    base: Mapping[str, FrozenLayer],
    now: Mapping[str, FrozenLayer],
    precision_m: float,
    progress: Progress | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the grids of n objects in the base and now, texts, "" for none; only those near lanes that differ are
    told, all others are "" in both.

    As everywhere in a scheme over lanes, the grid is the lane that the object is recorded on, else the nearest one
    (:func:`~gridmgmt_plugin.core.locate.nearest_lane`), if that lane is a grid of the scheme. An object that was
    recorded on a lane which the base does not have lay on the lane nearest to it there.

    :param points: object array of n shapely points (``None`` lies nowhere), metres of the workspace's frame.
    :param lane_code: the lane that each is recorded on. :param base, now: the layers ``lane`` and
        ``responsibility_grid`` of two releases.
    """
    progress = progress or Progress()
    recorded = as_texts(lane_code)
    sides = [_Side(layers) for layers in (base, now)]
    nothing: np.ndarray = np.full(len(points), "", dtype=object)
    differing = sides[0].differing(sides[1], precision_m)
    if not len(points) or not differing:
        return nothing, nothing
    limit_m = float(load_json(CATALOGUE)["lane_distance_m"])
    x, y = xy_of_points(points)
    lines = np.concatenate([side.lines[np.isin(side.codes.astype(str), sorted(differing))] for side in sides])
    near, _ = pairs_at_points(x, y, lines, precision_m=limit_m, progress=progress.part(0.0, 0.4))
    asked = np.union1d(near, np.flatnonzero(np.isin(recorded.astype(str), sorted(differing))))
    found = []
    for number, side in enumerate(sides):
        grids = nothing.copy()
        step = progress.part(0.4 + 0.3 * number, 0.7 + 0.3 * number)
        grids[asked] = side.grids(x[asked], y[asked], recorded[asked], limit_m, step)
        found.append(grids)
    return found[0], found[1]


class _Side:
    """The lanes in use of a release, and which of them are grids."""

    def __init__(self, layers: Mapping[str, FrozenLayer]) -> None:
        rows = layers[LANE].rows if LANE in layers else Rows()
        gone = load_json(CATALOGUE)["lane_gone_states"]
        rows = rows.take(~np.isin(texts(rows, "state").astype(str), gone)) if len(rows) else rows
        self.codes, self.lines = texts(rows, "code"), geometries(rows)
        self._grids = set(layers[GRID].keys) if GRID in layers else set()

    def differing(self, other: _Side, precision_m: float) -> set[str]:
        """Return the codes of lanes that are drawn otherwise, or a grid on one side alone."""
        one, two = (set(side.signatures(precision_m)) for side in (self, other))
        return {code for code, _, _ in one ^ two}

    def signatures(self, precision_m: float) -> Iterable[tuple[str, str, bool]]:
        """Return code, line and whether it is a grid of every lane."""
        digests = geometry_digests(self.lines, len(self.codes), precision_m)
        return zip(self.codes.tolist(), digests, (code in self._grids for code in self.codes.tolist()))

    def grids(
        self, x: np.ndarray, y: np.ndarray, recorded: np.ndarray, limit_m: float, progress: Progress
    ) -> np.ndarray:
        lane, _ = nearest_lane(x, y, self.lines, self.codes, limit_m, progress=progress)
        there = positions(self.codes, recorded)
        lane = np.where(there >= 0, there, lane)
        codes = picked(self.codes, lane)
        return np.array([code if code in self._grids else "" for code in codes.tolist()], dtype=object)
