"""Responsibility grids: contiguous, balanced, compact groups of unit grids."""

from __future__ import annotations

from gridmgmt_plugin.core.grouping.build import Grouping, group_units
from gridmgmt_plugin.core.grouping.group_numbers import spatial_order
from gridmgmt_plugin.core.grouping.wishes import Wishes

__all__ = ["Grouping", "Wishes", "group_units", "spatial_order"]
