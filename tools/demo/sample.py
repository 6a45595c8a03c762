"""The sample district inside the project, as its manifest describes it."""

from __future__ import annotations

import json
from typing import Any

from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.workspace.schema import tables
from tools.demo.inputs import Inputs, Scheme, TableInput

_TABLES = {
    "departments": "department",
    "stations": "station",
    "persons": "person",
    "contacts": "contact",
    "duty_rules": "duty_rule",
}
_POSTS = ("posts", "area_posts", "lane_posts")
# Headings of the manifest under another name than the column of the workspace table.
_WORKSPACE_TABLE = {"components": "component"}
_RENAMED = {"duty_rule": {"kind": "class_kind"}}
# What the office calls 职责 in its duty list (权属, 养护, 处置) is no role of a person.
_LEFT_OUT = {"duty_rule": ("role",)}


def sample_inputs() -> Inputs:
    """Return the sample's raw files, read as an office would hand them over."""
    manifest = json.loads(resource_path("sample/sample.json").read_text(encoding="utf-8"))
    by_role: dict[str, list[dict[str, Any]]] = {}
    for entry in manifest["files"]:
        by_role.setdefault(entry["role"], []).append(entry)

    def first(role: str) -> TableInput:
        return _input(by_role[role][0], role)

    scheme = manifest["scheme"]
    return Inputs(
        areas=tuple(_input(entry, "areas") for entry in by_role["areas"]),
        streets=first("streets"),
        compounds=first("compounds"),
        road_areas=first("road_areas"),
        tables=tuple(_input(by_role[role][0], table) for role, table in _TABLES.items()),
        posts=tuple(_input(by_role[role][0], by_role[role][0]["target"]) for role in _POSTS),
        components=tuple(_input(entry, "components") for entry in by_role["components"]),
        cases=tuple(_input(entry, "cases") for entry in by_role["cases"]),
        local_frame=manifest["frame"]["label"],
        scheme=Scheme(scheme["key"], scheme["title"], scheme["count"], None, weight="area", within=scheme["within"]),
        is_sample=True,
    )


def _input(entry: dict[str, Any], kind: str) -> TableInput:
    table = _WORKSPACE_TABLE.get(kind, kind)
    columns = tables()[table].column_names if table in tables() else ()
    renamed = _RENAMED.get(kind, {})
    fields = {renamed.get(column, column): heading for column, heading in entry["fields"].items()}
    return TableInput(
        read_source(resource_path(f"sample/{entry['path']}")),
        {
            name: heading
            for name, heading in fields.items()
            if name in columns and name not in _LEFT_OUT.get(kind, ())
        },
        (fields.get("x"), fields.get("y")),
        kind,
    )
