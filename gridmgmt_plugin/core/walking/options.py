"""What a city may set for ways on foot, with the defaults of ``catalogues/walking.json``, which names its source."""

from __future__ import annotations

from dataclasses import dataclass, field

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.resources import load_json

CATALOGUE = "catalogues/walking.json"


def default(key: str) -> float:
    """Return a number of the catalogue."""
    return float(load_json(CATALOGUE)[key])


@dataclass(frozen=True)
class WalkingOptions:
    """``speed_m_min``: metres per minute on foot. ``limit_minutes``: what takes longer is beyond. ``join_gap_m``: an
    end of a street this near to another street is joined to it. ``centre_off_street_m``, ``unit_off_street_m``: no
    further from a street may a centre or the inside of a unit grid lie. ``least_connected_share``: the part of all
    streets that must hang together, 0 to 1.

    :raises InputError: ``walking_speed_wrong``, ``walking_limit_wrong`` for what is not above 0.
    """

    speed_m_min: float = field(default_factory=lambda: default("speed_m_min"))
    limit_minutes: float = field(default_factory=lambda: default("limit_minutes"))
    join_gap_m: float = field(default_factory=lambda: default("join_gap_m"))
    centre_off_street_m: float = field(default_factory=lambda: default("centre_off_street_m"))
    unit_off_street_m: float = field(default_factory=lambda: default("unit_off_street_m"))
    least_connected_share: float = field(default_factory=lambda: default("least_connected_share"))

    def __post_init__(self) -> None:
        if not self.speed_m_min > 0:
            raise InputError("walking_speed_wrong", value=self.speed_m_min)
        if not self.limit_minutes > 0:
            raise InputError("walking_limit_wrong", value=self.limit_minutes)
