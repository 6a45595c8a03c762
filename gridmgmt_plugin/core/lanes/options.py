"""What a city may set when lanes are built: distances, words and orders, with the defaults of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gridmgmt_plugin.core.resources import load_json

CATALOGUE = "catalogues/lanes.json"


def _default(key: str) -> Any:
    return load_json(CATALOGUE)[key]


@dataclass(frozen=True)
class LaneOptions:
    """Distances in metres and the language of the words that stand in ``from_place``, ``to_place``, ``direction``.

    ``precision_m``: nodes nearer than this are one node. ``join_gap_m``: pieces of one name whose ends lie this near
    to the other piece are one lane (a lane interrupted by a main road, the two carriageways of a street); 0 joins
    only what touches. ``boundary_tolerance_m``: how far from the boundary of two areas a centre line may be drawn and
    still run along it; a lane runs along it when at least ``boundary_share`` of its length and ``boundary_length_m``
    lie so near. ``share_piece_m``: near a boundary a lane is shared out in pieces of this length.
    ``outline_tolerance_m``: an end this near to the outline of all areas leads out of them; so does one that would
    reach it within ``outline_reach_m`` straight on. ``straight_on_deg``: a street of another name that goes on within
    this angle is the same street going on, not one that crosses.
    """

    precision_m: float = 0.001
    join_gap_m: float = field(default_factory=lambda: float(_default("join_gap_m")))
    boundary_tolerance_m: float = field(default_factory=lambda: float(_default("boundary_tolerance_m")))
    boundary_share: float = field(default_factory=lambda: float(_default("boundary_share")))
    boundary_length_m: float = field(default_factory=lambda: float(_default("boundary_length_m")))
    share_piece_m: float = field(default_factory=lambda: float(_default("share_piece_m")))
    outline_tolerance_m: float = field(default_factory=lambda: float(_default("outline_tolerance_m")))
    outline_reach_m: float = field(default_factory=lambda: float(_default("outline_reach_m")))
    straight_on_deg: float = field(default_factory=lambda: float(_default("straight_on_deg")))
    language: str = "zh"

    def word(self, key: str) -> str:
        """Return a word of the catalogue (``dead_end``, ``unnamed_road``, ``outline``) in the language."""
        return str(_default("words")[key][self.language])


@dataclass(frozen=True)
class Areas:
    """Administrative areas of one level: ``codes`` (object array of n texts), ``geometry`` (n polygons)."""

    codes: np.ndarray
    geometry: np.ndarray

    def __post_init__(self) -> None:
        if len(self.codes) != len(self.geometry):
            raise ValueError(f"{len(self.codes)} codes, {len(self.geometry)} geometries")

    def __len__(self) -> int:
        return len(self.codes)
