"""The quality report that goes with a package: six quality classes, every rule, every exemption."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.validation.catalogue import RuleInfo, quality_classes, rule_infos
from gridmgmt_plugin.core.validation.issue import ERROR, Issue
from gridmgmt_plugin.core.validation.registry import ValidationResult
from gridmgmt_plugin.jobs.handover.cleaning import plain_line

PASS, FAIL, NOT_RUN = "PASS", "FAIL", "NOT_RUN"
_SEPARATOR = "; "


def quality_rows(result: ValidationResult, exemptions: Rows) -> Rows:
    """Return one row per quality class (without a rule) and one per rule, in the order of the report.

    A class or rule fails by errors that nobody exempted; warnings are counted and do not fail it.

    :param exemptions: the ``exemption`` table, for the reasons.
    """
    reasons = _reasons(exemptions)
    found, exempted = Counter[str](), defaultdict(list)
    for issue in result.issues:
        if issue.exempted:
            exempted[issue.rule].append(_told(issue, reasons))
        else:
            found[issue.rule] += 1
    records = []
    for key, titles in quality_classes().items():
        rules = [info for info in rule_infos().values() if info.quality_class == key]
        figures = result.figures["classes"][key]
        records.append(
            {
                "quality": key,
                **_titles(titles),
                "found": figures["errors"] + figures["warnings"] + figures["infos"],
                "exempted": figures["exempted"],
                "result": FAIL if figures["errors"] else PASS if figures["rules_run"] else NOT_RUN,
            }
        )
        for info in rules:
            records.append(
                {
                    "quality": key,
                    "rule": info.code,
                    **_titles(info.title),
                    "severity": info.severity,
                    "checked": result.figures["objects"].get(info.needs[0]) if info.needs else None,
                    "found": found[info.code],
                    "exempted": len(exempted[info.code]),
                    "result": _result(info, found, result),
                    "exemptions": _SEPARATOR.join(exempted[info.code]) or None,
                }
            )
    return Rows.from_records(records)


def _titles(titles: Mapping[str, str]) -> dict[str, str]:
    return {"title_zh": titles["zh"], "title_en": titles["en"]}


def _result(info: RuleInfo, found: Mapping[str, int], result: ValidationResult) -> str:
    if info.code in result.figures["not_run"]:
        return NOT_RUN
    return FAIL if info.severity == ERROR and found[info.code] else PASS


def _reasons(exemptions: Rows) -> dict[tuple[str, str], str]:
    if "rule" not in exemptions:
        return {}
    columns = (exemptions[name] for name in ("rule", "object_key", "reason"))
    return {(rule, key): plain_line(redact(reason or "")) or "" for rule, key, reason in zip(*columns)}


def _told(issue: Issue, reasons: Mapping[tuple[str, str], str]) -> str:
    keys = (*issue.object_keys, "|".join(issue.object_keys), "|".join(reversed(issue.object_keys)))
    reason = next((reasons[issue.rule, key] for key in keys if (issue.rule, key) in reasons), "")
    return f"{'|'.join(issue.object_keys)}: {reason} ({issue.exempted_by})"
