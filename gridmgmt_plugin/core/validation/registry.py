"""Run the rules over the tables of a workspace and mark what somebody with the right to do so has exempted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows

# Importing a module registers its rules.
from gridmgmt_plugin.core.validation import (  # noqa: F401
    rules_attributes,
    rules_codes,
    rules_coverage,
    rules_geometry,
    rules_lane_staff,
    rules_lanes,
    rules_points,
    rules_posts,
    rules_receipts,
    rules_references,
    rules_responsibility,
    rules_schemes,
    rules_staff,
)
from gridmgmt_plugin.core.validation.catalogue import quality_classes, rule_infos
from gridmgmt_plugin.core.validation.context import Context, ValidationSettings
from gridmgmt_plugin.core.validation.issue import ERROR, INFO, SEVERITIES, WARNING, Exemption, Issue, issue_table
from gridmgmt_plugin.core.validation.rule import Rule, registered

# A cancel is felt after so many issues at the latest.
_EVERY = 10_000


@dataclass(frozen=True)
class ValidationResult:
    """What the rules found.

    ``issues``: errors first, then by rule in the order of the catalogue, then by keys; exempted ones among them. Of a
    rule with more faults than anybody reads (``listed_per_rule``) the last issue stands for all that are not listed.
    ``figures``: ``objects`` (table → rows), ``rules`` (rule → number of faults, 0 for a rule that ran and found
    nothing), ``exempted`` (rule → number), ``not_run`` (rules whose tables were not given or that were left out),
    ``classes`` (quality class → errors, warnings, infos, exempted, and rules_run).
    """

    issues: tuple[Issue, ...]
    figures: Mapping[str, Any]

    def count(self, severity: str) -> int:
        """Return the number of faults of a severity that nobody has exempted."""
        return sum(issue.count for issue in self.issues if issue.severity == severity and not issue.exempted)

    @property
    def errors(self) -> int:
        """Return the number of errors; with any, nothing is handed over."""
        return self.count(ERROR)

    @property
    def warnings(self) -> int:
        """Return the number of warnings."""
        return self.count(WARNING)

    @property
    def exempted(self) -> int:
        """Return the number of exempted issues."""
        return sum(issue.exempted for issue in self.issues)

    def of(self, *rules: str) -> tuple[Issue, ...]:
        """Return the issues of some rules."""
        return tuple(issue for issue in self.issues if issue.rule in rules)


def all_rules() -> dict[str, Rule]:
    """Return every rule by its code, in the order of the catalogue."""
    return registered()


def validate_tables(
    tables: Mapping[str, Rows],
    settings: ValidationSettings | None = None,
    progress: Progress | None = None,
    *,
    outlines: bool = True,
) -> ValidationResult:
    """Check the tables of a workspace with every rule whose tables are there.

    :param tables: rows by table name, with the columns of the contract; geometries in the workspace's metric frame.
        A table that is missing counts as empty, but rules that compare with it do not run and are listed.
    :param outlines: ``False`` leaves out the rules about outlines, where these have been checked as they are.
    :raises InputError: ``layout_unknown`` for a code layout that does not exist.
    :raises Cancelled: through ``progress``.
    """
    context = Context(tables, settings or ValidationSettings())
    progress = progress or Progress()
    infos = rule_infos()
    found: list[Issue] = []
    ran: list[str] = []
    rules = all_rules()
    for position, (code, check) in enumerate(rules.items()):
        context.progress = progress.part(position / len(rules), (position + 1) / len(rules))
        context.progress.report(0.0)
        if all(table in tables for table in infos[code].needs) and (outlines or not infos[code].outlines):
            ran.append(code)
            found.extend(_limited(context, code, with_exemptions(context, check(context))))
    progress.report(1.0)
    place = {code: number for number, code in enumerate(infos)}
    found.sort(key=lambda issue: (SEVERITIES.index(issue.severity), place[issue.rule], _order(issue)))
    return ValidationResult(tuple(found), _figures(tables, found, ran))


def _limited(context: Context, code: str, issues: Iterable[Issue]) -> Iterator[Issue]:
    """Yield the issues of a rule up to the limit, all exempted ones, and one issue for the rest.

    A million cases beside the grids are one mistake, not a million lines.
    """
    limit = context.parameter("listed_per_rule")
    number, last = 0, None
    for issue in issues:
        number += not issue.exempted
        if issue.exempted or number <= limit:
            yield issue
        else:
            last = issue
        if number % _EVERY == 0:
            context.progress.report(0.0)
    if last is not None:
        rest = context.issue(code, last.table, ("…",))
        message = Message("issue_more_of_the_rule", {"count": number - limit, "listed": limit})
        yield replace(rest, message=message, count=number - limit)


def _order(issue: Issue) -> tuple[bool, tuple[str, ...]]:
    return issue.count > 1, issue.object_keys


def issue_rows(result: ValidationResult, language: str = "en") -> Rows:
    """Return the issues as a table (rule, title, severity, table_name, object_keys, measure, unit, message, fixable,
    exempted_by, and the geometry), with titles and sentences in ``language``.
    """
    return issue_table(result.issues, {code: dict(info.title) for code, info in rule_infos().items()}, language)


def _figures(tables: Mapping[str, Rows], issues: list[Issue], ran: list[str]) -> dict[str, Any]:
    infos = rule_infos()
    per_rule: Counter[str] = Counter()
    for issue in issues:
        per_rule[issue.rule] += issue.count
    exempted = Counter(issue.rule for issue in issues if issue.exempted)
    classes = {key: {**dict.fromkeys(("errors", "warnings", "infos", "exempted"), 0)} for key in quality_classes()}
    names = {ERROR: "errors", WARNING: "warnings", INFO: "infos"}
    for issue in issues:
        column = "exempted" if issue.exempted else names[issue.severity]
        classes[infos[issue.rule].quality_class][column] += issue.count
    for key, figures in classes.items():
        figures["rules_run"] = sum(infos[code].quality_class == key for code in ran)
    return {
        "objects": {table: len(rows) for table, rows in tables.items()},
        "rules": {code: per_rule[code] for code in ran},
        "exempted": dict(exempted),
        "not_run": [code for code in infos if code not in ran],
        "classes": classes,
    }


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
