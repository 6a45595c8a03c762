"""In which order the posts of one place answer; whoever lists officers lists them so.

Needs the standard library alone, so that a workspace can be looked at in every QGIS.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.value_lists import ROLES


def place_in_order(
    target: str | None, role: str | None, turn: str | None, *, of_section: bool = False, person_id: str | None = ""
) -> tuple[int, int, bool, str]:
    """Return where a post stands among those of its place; the smallest answers first.

    The order of roles in the catalogue for what the post is for, then A角 before B角 before 代班, a post for the
    whole before one for a section, the smaller person id. A role that does not answer there comes behind those that
    do.
    """
    ranks = _role_ranks().get(target or "", {})
    turns = _turn_ranks()
    return ranks.get(role or "", len(ranks)), turns.get(turn or "", len(turns)), of_section, person_id or ""


@cache
def _role_ranks() -> Mapping[str, Mapping[str, int]]:
    orders = load_json(ROLES)["answering_order"]
    return {target: {role: rank for rank, role in enumerate(roles)} for target, roles in orders.items()}


@cache
def _turn_ranks() -> Mapping[str, int]:
    ranks = {entry["key"]: rank for rank, entry in enumerate(load_json(ROLES)["turns"])}
    return {**ranks, "": 0}  # who shares a post with nobody is its first holder
