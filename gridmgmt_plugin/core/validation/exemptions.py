"""Exemptions: faults that somebody with the right to do so has approved, for a reason and for a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue


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
        yield replace(issue, exempted_by=approved[0]) if approved else issue


def _in_force(context: Context) -> dict[tuple[str, str], str]:
    text = context.text
    until, end = context.days("exemption", "valid_until"), text("exemption", "valid_until")
    holds = (end == "") | (until >= context.today)
    columns = (text("exemption", name) for name in ("rule", "object_key", "approved_by", "author"))
    rows = zip(holds.tolist(), *columns)
    return {(rule, key): approved_by or author for valid, rule, key, approved_by, author in rows if valid and key}
