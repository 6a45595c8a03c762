"""The layer tree of a workspace: what is used daily, what is looked up, what is kept; what is internal is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qgis.core import QgsLayerTreeGroup, QgsMapLayer, QgsVectorLayer

from gridmgmt_plugin.core.messages import is_chinese
from gridmgmt_plugin.project.shown_workspace import CLUSTERS


@dataclass(frozen=True)
class LayerGroup:
    """One group: its names, its tables from top to bottom, whether it begins open."""

    zh: str
    en: str
    tables: tuple[str, ...]
    is_open: bool = False


#: From the top of the map downward: points over lines over outlines over fills.
GROUPS: tuple[LayerGroup, ...] = (
    LayerGroup(
        "常用",
        "Daily use",
        (
            *("station", CLUSTERS, "cases", "component", "lane"),
            *("covered_extent", "area", "duty_zone", "responsibility_grid", "unit_grid"),
        ),
        is_open=True,
    ),
    LayerGroup(
        "台账",
        "Ledgers",
        (
            *("person", "post", "department", "scheme", "lane_inspection", "patrol"),
            *("duty_rule", "ownership_ruling", "ledger", "ledger_item"),
        ),
    ),
    LayerGroup(
        "记录",
        "Records",
        (
            *("release", "handover_log", "change_request", "change_log", "exemption"),
            *("code_register", "code_map", "unit_grid_history"),
        ),
    ),
)
#: Kept by the plugin for itself or shown in the form of another table: QGIS lists them only when asked for.
INTERNAL = ("contact", "lane_area", "external_code", "take_back", "release_item", "workspace_info")


def fill_groups(root: QgsLayerTreeGroup, layers: Mapping[str, QgsVectorLayer], language: str) -> None:
    """Put the layers into groups below ``root``, unchecked; those that are internal come last and are hidden."""
    for group in GROUPS:
        node = root.addGroup(group.zh if is_chinese(language) else group.en)
        node.setExpanded(group.is_open)
        _fill(node, group.tables, layers)
    _fill(node, INTERNAL, layers)
    for name in INTERNAL:
        if name in layers:
            layers[name].setFlags(layers[name].flags() | QgsMapLayer.LayerFlag.Private)


def _fill(node: QgsLayerTreeGroup, tables: tuple[str, ...], layers: Mapping[str, QgsVectorLayer]) -> None:
    for name in tables:
        if name in layers:
            entry = node.addLayer(layers[name])
            entry.setItemVisibilityChecked(False)
            entry.setExpanded(False)
