"""What has to be right before a package is made: all rules, or those that a change of staff alone can break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gridmgmt_plugin.core.duty.successors import named_on
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.release.frozen import FrozenLayer, layers_of
from gridmgmt_plugin.core.release.sensitive import sensitive_of
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.validation.catalogue import rule_infos
from gridmgmt_plugin.core.validation.issue import ERROR
from gridmgmt_plugin.jobs.checks.validate_workspace import ValidationReport, validate_rows, validation_settings
from gridmgmt_plugin.jobs.handover.content import ContentOptions, PackageContent, build_content
from gridmgmt_plugin.jobs.handover.outlines_digest import outlines_digest
from gridmgmt_plugin.jobs.handover.package_request import Order
from gridmgmt_plugin.workspace.changes.reformed_names import names_before
from gridmgmt_plugin.workspace.handover.ledger import OutlinesChecked, outlines_checked
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace

_PLACES_SHOWN = 5


@dataclass(frozen=True)
class Passed:
    """``content``: what may go out; ``outlines``: with which release its outlines and assignments have been checked
    as they are, this one where they have been checked now. ``named``: the workspace's tables with the departments of
    the first day of validity; ``base``: the layers of the release that the receiver has, if any.
    """

    content: PackageContent
    checked: ValidationReport
    outlines: OutlinesChecked
    named: Mapping[str, Rows]
    base: Mapping[str, FrozenLayer]


def pass_gate(
    workspace: Workspace,
    order: Order,
    tables: Mapping[str, Rows],
    progress: Progress,
    language: str,
) -> Passed:
    """Check a workspace before a package is made of it.

    Where all that the rules about outlines look at is as it was when the base passed them, they are left out, and a
    change of staff takes seconds.

    :param tables: the tables of the workspace that rules look at, and ``contact`` where contacts go out.
    :raises InputError: ``package_validation_failed`` with the number by rule and the first places; what the content
        refuses.
    """
    named = named_on(names_before(workspace, tables, order.day), order.day)
    day = date.fromisoformat(str(order.day))
    digest = outlines_digest(tables, validation_settings(workspace.info, order.key, day), order.scheme)
    before = None if order.base is None else outlines_checked(workspace, order.base.number)
    standing = before is not None and before.digest == digest
    checked = validate_rows(tables, workspace.info, order.key, day, progress, outlines=not standing)
    _refuse_errors(checked, language)
    now = OutlinesChecked(order.number, "" if _exempts_outlines(checked) else digest)
    outlines = before if before is not None and standing else now
    content = package_content(order, named, workspace.info)
    return Passed(content, checked, outlines, named, _base_layers(workspace, order))


def _exempts_outlines(checked: ValidationReport) -> bool:
    """Tell whether a fault of outlines is exempted: that ends some day, and every package has to tell it."""
    infos = rule_infos()
    return any(issue.exempted and infos[issue.rule].outlines for issue in checked.issues)


def _base_layers(workspace: Workspace, order: Order) -> Mapping[str, FrozenLayer]:
    if order.base is None:
        return {}
    return layers_of(workspace.read("release_item", where={"release_number": order.base.number}))


def package_content(order: Order, tables: Mapping[str, Rows], info: WorkspaceInfo) -> PackageContent:
    """Return what a package will hold.

    :raises InputError: what the content refuses.
    """
    sensitive = sensitive_of(info.component_catalogue, info.event_catalogue, tables)
    options = ContentOptions(order.key, order.day, order.receiver, info.precision_m, order.with_contacts)
    return build_content(tables, options, sensitive)


def _refuse_errors(checked: ValidationReport, language: str) -> None:
    """Refuse to deliver with errors.

    :raises InputError: ``package_validation_failed`` with the number by rule and the first places.
    """
    if not checked.errors:
        return
    tongue = tongue_of(language)
    errors = [issue for issue in checked.issues if issue.severity == ERROR and not issue.exempted]
    counts = Counter(issue.rule for issue in errors)
    infos = rule_infos()
    by_rule = "; ".join(f"{infos[rule].title[tongue]} ({rule}) × {number}" for rule, number in counts.items())
    # The sentence that names them ends by itself.
    first = " | ".join(issue.message.text(language).rstrip("。.") for issue in errors[:_PLACES_SHOWN])
    raise InputError(
        "package_validation_failed", count=checked.errors, by_rule=by_rule, first=first, rules=dict(counts)
    )
