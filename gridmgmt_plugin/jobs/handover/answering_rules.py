"""What a receiver must know to answer as the workspace does: the parameters of the rule, as data and in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gridmgmt_plugin.core.columns import table
from gridmgmt_plugin.core.duty.lane_grids import is_over_lanes
from gridmgmt_plugin.core.duty.times import CATALOGUE
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.value_lists import ROLES
from gridmgmt_plugin.exchange.package.delivered_coordinates import DEGREE
from gridmgmt_plugin.exchange.package.delivered_rows import Delivered
from gridmgmt_plugin.exchange.package.fields import LayerSpec
from gridmgmt_plugin.exchange.package.profile import package_specs
from gridmgmt_plugin.jobs.handover.package_request import Order
from gridmgmt_plugin.workspace.info import WorkspaceInfo

# Days and hours are those of the clocks of the district.
_TIME_ZONE = "Asia/Shanghai"
_WORDS = {
    "zh": {
        "metre": "米",
        "degree": "度",
        "none": "无",
        "lane": "街巷即责任网格",
        "unit": "按单元网格",
    },
    "en": {
        "metre": "metres",
        "degree": "degrees",
        "none": "none",
        "lane": "the lane",
        "unit": "of the unit grid",
    },
}
_BETWEEN = {"zh": "、", "en": ", "}


def answering_entry(order: Order, info: WorkspaceInfo, tables: Mapping[str, Rows]) -> dict[str, Any]:
    """Return the parameters of the rule "who answers" as the manifest gives them."""
    return {
        **answering_parameters(order.key, info, table(tables, "scheme")),
        "unit": "degree" if order.style.delivery.unit == DEGREE else "metre",
    }


def answering_parameters(scheme: str, info: WorkspaceInfo, schemes: Rows) -> dict[str, Any]:
    """Return what the rule "who answers" of a grid scheme needs to know beside the content."""
    duty, roles = load_json(CATALOGUE), load_json(ROLES)
    return {
        "scheme": scheme,
        "over_lanes": is_over_lanes(schemes, scheme),
        "time_zone": _TIME_ZONE,
        "precision_m": info.precision_m,
        "lane_distance_m": duty["lane_distance_m"],
        "role_order": roles["answering_order"],
        "turn_order": [entry["key"] for entry in roles["turns"]],
        "absent_states": duty["absent_states"],
        "open_rule_states": duty["disputed_rule_states"],
        "disputed_owner_states": duty["disputed_owner_states"],
        "closed_lane_states": duty["lane_gone_states"],
    }


def delivered_names(delivered: Delivered, names: Iterable[str]) -> dict[str, Any]:
    """Return for every layer and table that is delivered its file, the fields that tell its rows apart (in the order
    in which ``changes`` joins them), and column → name of the field. ``forms``: how our values are made of those that
    went out in another form; a field from which they cannot be made is not among the ``fields``. ``rounded``: to how
    many decimals values of ours were rounded.
    """
    return {name: _names(name, delivered) for name in names}


def _names(name: str, delivered: Delivered) -> dict[str, Any]:
    spec = package_specs()[name]
    fields: dict[str, str] = {}
    made: dict[str, Any] = {}
    rounded: dict[str, int] = {}
    # What goes out as it is tells more than the same in another form.
    for form in sorted(delivered.profile.fields_of(name), key=lambda form: not form.is_plain):
        back = form.back(delivered.codes)
        if form.source is None or form.source in fields or back is None:
            continue
        fields[form.source] = form.spec.name
        if form.decimals is not None:
            rounded[form.source] = form.decimals
        if back:
            made[form.source] = back
    named: dict[str, Any] = {
        "file": delivered.profile.file_name(name),
        "key": [fields[field.column] for field in spec.fields if field.column in spec.key],
        "fields": {field.column: fields[field.column] for field in spec.fields if field.column in fields},
    }
    if made:
        named["forms"] = made
    if rounded:
        named["rounded"] = rounded
    if delivered.profile.single_parts and isinstance(spec, LayerSpec):
        named["single_parts"] = True
    return named


def explained(manifest: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return what stands in the README: the manifest's entries in words of a language."""
    tongue = tongue_of(language)
    words = _WORDS[tongue]
    specs = package_specs()
    rules = manifest["answering"]
    listed = {name: _BETWEEN[tongue].join(rules[name]) for name in rules if isinstance(rules[name], list)}
    frame = manifest["frame"].get("delivered", manifest["frame"])
    place = f"{frame['label']} (EPSG:{frame['epsg']})" if frame["epsg"] else str(frame["label"])
    order = [
        f"{number}. `{manifest['names'][name]['file']}` {getattr(specs[name], tongue)}"
        for number, name in enumerate(manifest["load_order"], start=1)
    ]
    facts = {name: value for name, value in {**manifest, **rules}.items() if not isinstance(value, (dict, list))}
    facts = {name: words["none"] if value in (None, "") else str(value) for name, value in facts.items()}
    if manifest["base_release"]:
        facts["base_release"] = f"{manifest['base_release']} ({manifest['base_state']})"
    files = {f"file_{name}": manifest["names"].get(name, {}).get("file", name) for name in specs}
    return {
        **facts,
        **listed,
        **files,
        "load_order": "\n".join(order),
        "frame": place,
        "unit": words[rules["unit"]],
        "grid_of": words["lane" if rules["over_lanes"] else "unit"],
        "role_order": _BETWEEN[tongue].join(rules["role_order"]["responsibility_grid"]),
        "lane_role_order": _BETWEEN[tongue].join(rules["role_order"]["lane"]),
    }
