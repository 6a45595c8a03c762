"""How a rule is written: a function from the context to issues, registered under its stable code."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gridmgmt_plugin.core.validation.catalogue import rule_infos
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue

Rule = Callable[[Context], Iterable[Issue]]
_RULES: dict[str, Rule] = {}


def rule(code: str) -> Callable[[Rule], Rule]:
    """Register the decorated function as the rule ``code``.

    :raises ValueError: for a code that the catalogue does not know or that is taken.
    """
    if code not in rule_infos() or code in _RULES:
        raise ValueError(f"rule {code!r} is not in the catalogue, or registered twice")

    def register(function: Rule) -> Rule:
        _RULES[code] = function
        return function

    return register


def registered() -> dict[str, Rule]:
    """Return the registered rules by code, in the order of the catalogue."""
    return {code: _RULES[code] for code in rule_infos() if code in _RULES}
