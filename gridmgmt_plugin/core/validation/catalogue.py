"""The rules as data: title, severity, quality class, and the thresholds that a city may set otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from gridmgmt_plugin.core.resources import load_json

RULES = "catalogues/rules.json"


@dataclass(frozen=True)
class RuleInfo:
    """What the catalogue says of one rule.

    ``topic``: geometry, codes, attributes, responsibility, lanes or points. ``quality_class``: one of the six of
    the quality report. ``needs``: tables without which the rule does not run. ``unit``: of its measure.
    ``tool``: the action in which a planner settles it by hand, "" where none stands out.
    ``outlines``: it looks at nothing but what lies where and belongs to which: where that is as it was, so is what it
    finds.
    ``reason``: why it has its severity, in zh and en; empty where the title says it.
    """

    code: str
    topic: str
    severity: str
    quality_class: str
    needs: tuple[str, ...]
    unit: str
    fixable: bool
    tool: str
    outlines: bool
    title: Mapping[str, str]
    reason: Mapping[str, str]


@cache
def rule_infos() -> Mapping[str, RuleInfo]:
    """Return every rule of the catalogue by its code, in the order of the file."""
    return MappingProxyType(
        {
            item["code"]: RuleInfo(
                code=item["code"],
                topic=item["topic"],
                severity=item["severity"],
                quality_class=item["class"],
                needs=tuple(item["needs"]),
                unit=item.get("unit", ""),
                fixable=item.get("fixable", False),
                tool=item.get("tool", ""),
                outlines=item.get("outlines", False),
                title=MappingProxyType({"zh": item["zh"], "en": item["en"]}),
                reason=MappingProxyType(item.get("reason", {})),
            )
            for item in load_json(RULES)["rules"]
        }
    )


def quality_classes() -> dict[str, dict[str, str]]:
    """Return key → title in zh and en of the six classes of the quality report, in its order."""
    return {item["key"]: {"zh": item["zh"], "en": item["en"]} for item in load_json(RULES)["quality_classes"]}


def default_parameters() -> Mapping[str, Any]:
    """Return the thresholds as the catalogue sets them; lengths in metres, areas in m²."""
    return MappingProxyType(load_json(RULES)["parameters"])


def listed(name: str) -> Any:
    """Return one of the lists of tables, columns or states that belong to the program."""
    return load_json(RULES)["lists"][name]
