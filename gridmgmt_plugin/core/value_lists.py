"""The value lists: which values a column may have, in the order shown, with their Chinese and English labels.

Needs the standard library alone, so that a workspace can be looked at in every QGIS.
"""

from __future__ import annotations

from collections.abc import Mapping

from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.resources import load_json

ROLE = "role"
ROLES = "catalogues/roles.json"
_LISTS = "catalogues/value_lists.json"


def is_value_list(name: str) -> bool:
    """Tell whether there is a value list of that name."""
    return name == ROLE or name in load_json(_LISTS)


def value_list(name: str) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Return a value list as (stored value, labels by language) in display order.

    :raises KeyError: for a list that there is not, which is a mistake of ours.
    """
    entries = load_json(ROLES)["roles"] if name == ROLE else load_json(_LISTS)[name]
    return tuple((entry["key"], {"zh": entry["zh"], "en": entry["en"]}) for entry in entries)


def value_label(name: str, value: str, language: str = "en") -> str:
    """Return the label of a stored value in ``language``; the value itself when it is not in the list."""
    tongue = tongue_of(language)
    return next((labels[tongue] for key, labels in value_list(name) if key == value), value)


def lane_roles() -> tuple[str, ...]:
    """Return the roles that a lane may have, from the highest: those of the catalogue that answer at lanes."""
    catalogue = load_json(ROLES)
    known = set(catalogue["answering_order"]["lane"]) | {"county_chief"}
    return tuple(entry["key"] for entry in catalogue["roles"] if entry["key"] in known - {"liaison"})
