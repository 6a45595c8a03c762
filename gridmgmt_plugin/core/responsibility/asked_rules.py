"""What a division asked of its grids becomes the rules of the scheme: painting, balancing and checks keep to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.responsibility.scheme_rules import SchemeRules


@dataclass(frozen=True)
class AskedRules:
    """``within``: the areas that no grid crosses. ``tolerance_percent``: how far the number of unit grids may be from
    the mean; ``None`` when something else was balanced, of which a scheme has no rule.
    """

    within: str
    tolerance_percent: float | None


def rules_after(
    stored: Mapping[str, SchemeRules], key: str, title: str, asked: AskedRules, *, is_new: bool, is_all: bool
) -> tuple[dict[str, SchemeRules] | None, tuple[Message, ...]]:
    """Return the rules of all schemes as they are to be stored, ``None`` where they stay, and what to tell.

    A scheme that is made, or that nobody has given rules yet, gets what was asked. Rules that people set stay; what
    was asked otherwise this time is told.

    :param is_all: all grids of the scheme were divided anew: a part of them says nothing about the others.
    """
    asked_rules = SchemeRules(asked.within, True, asked.tolerance_percent or 0.0)
    if is_new or (key not in stored and is_all):
        return {**stored, key: asked_rules}, (Message("scheme_rules_stored", _told(title, asked_rules)),)
    held = stored.get(key, SchemeRules())
    if asked.tolerance_percent is None:
        asked_rules = replace(asked_rules, tolerance_percent=held.tolerance_percent)
    if (held.within, held.tolerance_percent) == (asked_rules.within, asked_rules.tolerance_percent):
        return None, ()
    now = {f"now_{name}": value for name, value in _told(title, asked_rules).items() if name != "scheme"}
    return None, (Message("scheme_rules_differ", {**_told(title, held), **now}),)


def _told(title: str, rules: SchemeRules) -> dict[str, object]:
    tolerance = rules.tolerance_percent
    limit = Message("tolerance_of", {"percent": f"{tolerance:g}"}) if tolerance else Message("tolerance_none")
    return {"scheme": title, "within": Message(f"within_{rules.within}"), "tolerance": limit}
