"""What a unit grid weighs when loads are balanced: one, its area, its cases, components, lanes or people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.hotspots.counts import counting
from gridmgmt_plugin.core.letters import parts_of
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import to_numbers
from gridmgmt_plugin.core.value_words import stored_value
from gridmgmt_plugin.jobs.lanes.lane_lengths import lane_lengths_m
from gridmgmt_plugin.workspace.workspace import Workspace

_PART = re.compile(r"([^\d\W]+)(?:[:：=](\d+(?:\.\d+)?))?")

WEIGHTS = ("units", "area", "components", "cases", "lane_length", "households", "population")


@dataclass(frozen=True)
class UnitWeights:
    """``weight``: float64 (n,), per unit grid, in pieces, m² or m. ``notes``: what was missing."""

    weight: np.ndarray
    notes: tuple[Message, ...] = ()


def unit_weights(workspace: Workspace, units: Rows, weight: str) -> UnitWeights:
    """Return what each unit grid weighs.

    :param units: rows of ``unit_grid`` with geometry.
    :raises InputError: ``weight_unknown``, or ``weight_missing`` when nothing is recorded to weigh by.
    """
    if weight not in WEIGHTS:
        raise InputError("weight_unknown", value=weight, known=", ".join(WEIGHTS))
    if weight == "units":
        return UnitWeights(np.ones(len(units)))
    if weight == "area":
        return UnitWeights(np.asarray(shapely.area(units.shapes), dtype=np.float64))
    if weight == "lane_length":
        found = UnitWeights(lane_lengths_m(workspace, units["code"], units.shapes))
    elif weight == "cases":
        cases, times = workspace.count_by("cases", ["unit_grid", "status", "duplicate_of"])
        counts = counting(cases)
        found = _counted(units, cases["unit_grid"][counts], times[counts], weight)
    elif weight == "components":
        components, times = workspace.count_by("component", ["unit_grid"])
        found = _counted(units, components["unit_grid"], times, weight)
    else:
        found = _recorded(units[weight], weight)
    if not found.weight.any():
        raise InputError("weight_missing", weight=_title(weight))
    return found


def read_mix(text: str) -> dict[str, float]:
    """Return the loads of a mix such as ``cases:2, lane_length:1`` or ``案件:2, 街巷长度:1`` with their shares,
    which are 1 without a number.

    :raises InputError: ``weight_mix_malformed``, ``weight_unknown``.
    """
    mix: dict[str, float] = {}
    for part in parts_of(re.sub(r"\s*([:：=])\s*", r"\1", text), at_blanks=True):
        found = _PART.fullmatch(part)
        weight = None if found is None else stored_value("unit_weight", found[1])
        if found is None or weight in mix:
            raise InputError("weight_mix_malformed", value=part)
        if weight is None:
            raise InputError("weight_unknown", value=found[1], known=", ".join(WEIGHTS))
        mix[weight] = float(found[2] or 1.0)
    if not any(mix.values()):
        raise InputError("weight_mix_malformed", value=text)
    return mix


def mixed_weights(workspace: Workspace, units: Rows, mix: Mapping[str, float]) -> UnitWeights:
    """Return what each unit grid weighs in a mix of loads: of each its share of the whole, times the share given.

    :param mix: a name of :data:`WEIGHTS` → how much it counts, as :func:`read_mix` returns it.
    :raises InputError: what :func:`unit_weights` raises.
    """
    total = np.zeros(len(units))
    notes: list[Message] = []
    for weight, share in mix.items():
        found = unit_weights(workspace, units, weight)
        total += share * found.weight / found.weight.mean()
        notes += found.notes
    return UnitWeights(total / sum(mix.values()), tuple(notes))


def _counted(units: Rows, named: np.ndarray, times: np.ndarray, weight: str) -> UnitWeights:
    """Return how many objects each unit grid has: ``times`` (int64) of them are in the grid ``named`` (codes)."""
    position = {code: index for index, code in enumerate(units["code"])}
    unit = np.array([position.get(code, -1) for code in named], dtype=np.int64)
    inside = unit >= 0
    nowhere = int(times[~inside].sum())
    details = {"weight": _title(weight), "count": nowhere}
    notes = (Message("weight_objects_nowhere", details),) if nowhere else ()
    return UnitWeights(np.bincount(unit[inside], times[inside], len(units)).astype(np.float64), notes)


def _recorded(column: np.ndarray, weight: str) -> UnitWeights:
    values = to_numbers(column)
    missing = np.isnan(values)
    details = {"weight": _title(weight), "count": int(missing.sum())}
    notes = (Message("weight_values_missing", details),) if missing.any() else ()
    return UnitWeights(np.where(missing, 0.0, values), notes)


def _title(weight: str) -> Message:
    return Message(f"weight_{weight}")
