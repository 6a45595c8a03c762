"""What a grid scheme (网格类别) asks of its grids, and whether it is an alternative (划分方案) of another scheme.

Kept as JSON in the entry ``schemes`` of the workspace's information: ``{"cg": {"within": "community", …}}``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from gridmgmt_plugin.core.errors import InputError

#: The entry of ``workspace_info``.
ENTRY = "schemes"
COMMUNITY, ZONE, STREET_OFFICE, COUNTY = "community", "zone", "street_office", "county"
WITHIN = (COMMUNITY, ZONE, STREET_OFFICE, COUNTY)


@dataclass(frozen=True)
class SchemeRules:
    """``within``: the areas that no grid of the scheme crosses, of :data:`WITHIN`. ``contiguous``: a grid is in one
    piece unless it says how many parts it has. ``tolerance_percent``: how far a grid's number of unit grids may be
    from the mean of the scheme; 0 = not asked. ``colour``: of the outlines on the map, ``#rrggbb`` or "".
    ``alternative_of``: the scheme that this one is an alternative of, "" for one of its own.
    """

    within: str = COMMUNITY
    contiguous: bool = True
    tolerance_percent: float = 0.0
    colour: str = ""
    alternative_of: str = ""

    def __post_init__(self) -> None:
        if self.within not in WITHIN:
            raise InputError("scheme_within_unknown", value=self.within, known=", ".join(WITHIN))
        if not 0 <= self.tolerance_percent <= 1000:
            raise InputError("scheme_tolerance_wrong", value=self.tolerance_percent)


def read_scheme_rules(text: str | None) -> dict[str, SchemeRules]:
    """Return the rules of the schemes that have any: key → rules. What a newer program wrote beside is left out.

    :raises InputError: ``scheme_rules_unreadable``, ``scheme_within_unknown``, ``scheme_tolerance_wrong``.
    """
    if not text:
        return {}
    known = {item.name for item in fields(SchemeRules)}
    try:
        content: Mapping[str, Mapping[str, Any]] = json.loads(text)
        kept = {key: {name: one for name, one in values.items() if name in known} for key, values in content.items()}
        return {key: SchemeRules(**values) for key, values in kept.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise InputError("scheme_rules_unreadable") from error


def rules_text(rules: Mapping[str, SchemeRules]) -> str:
    """Return rules as the entry holds them."""
    return json.dumps({key: asdict(rules[key]) for key in sorted(rules)}, ensure_ascii=False)


def alternatives(rules: Mapping[str, SchemeRules]) -> frozenset[str]:
    """Return the keys of the schemes that are only proposed."""
    return frozenset(key for key, one in rules.items() if one.alternative_of)
