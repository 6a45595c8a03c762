"""Exemptions: faults that somebody with the right to do so has approved, for a reason and for a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace

from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Exemption, Issue


def with_exemptions(context: Context, issues: Iterable[Issue]) -> Iterator[Issue]:
    """Yield the issues, marked where the ``exemption`` table exempts them today.

    An exemption names the rule and the key of the object, or of both objects joined by ``|`` to exempt just this
    pair. Without an end (``valid_until``) it holds for good; one whose end is not a readable date does not hold.
    """
    exempt = context.once("exemptions", lambda: _in_force(context))
    if not exempt:
        yield from issues
        return
    for issue in issues:
        keys = {*issue.object_keys, "|".join(issue.object_keys), "|".join(reversed(issue.object_keys))}
        approved = [exempt[issue.rule, key] for key in sorted(keys) if (issue.rule, key) in exempt]
        yield replace(issue, exempted_by=approved[0].by, exemption=approved[0]) if approved else issue


def _in_force(context: Context) -> dict[tuple[str, str], Exemption]:
    text = context.text
    until, end = context.days("exemption", "valid_until"), text("exemption", "valid_until")
    holds = (end == "") | (until >= context.today)
    terms = [Exemption(*row) for row in zip(*(text("exemption", field.name) for field in fields(Exemption)))]
    rows = zip(holds.tolist(), text("exemption", "rule"), text("exemption", "object_key"), terms)
    return {(rule, key): exemption for valid, rule, key, exemption in rows if valid and key}
