"""Where cases pile up more than chance explains: counts, rates, Getis-Ord Gi* and the false discovery rate."""

from __future__ import annotations

from gridmgmt_plugin.core.hotspots.analysis import HotspotResult, find_hotspots
from gridmgmt_plugin.core.hotspots.counts import NORMALISATIONS, UnitCounts, count_cases, rates

__all__ = ["NORMALISATIONS", "HotspotResult", "UnitCounts", "count_cases", "find_hotspots", "rates"]
