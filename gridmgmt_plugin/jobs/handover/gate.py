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
from gridmgmt_plugin.exchange.package.fields import layer_specs
from gridmgmt_plugin.jobs.checks.validate_workspace import ValidationReport, validate_rows
from gridmgmt_plugin.jobs.handover.content import ContentOptions, PackageContent, build_content
from gridmgmt_plugin.jobs.handover.package_request import Order
from gridmgmt_plugin.workspace.changes.reformed_names import names_before
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace

_PLACES_SHOWN = 5
# Not delivered, and yet it says how far the grids have to reach.
_EXTENT = "covered_extent"


@dataclass(frozen=True)
class Passed:
    """``content``: what may go out; ``outlines_of``: the release with which its outlines and assignments have been
    checked as they are, ``None`` where they have been checked now. ``named``: the workspace's tables with the
    departments of the first day of validity; ``base``: the layers of the release that the receiver has, if any.
    """

    content: PackageContent
    checked: ValidationReport
    outlines_of: str | None
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

    Where no layer has another row, value or outline than in the base, rules about outlines are left out: they passed
    the gate as they are, and a change of staff takes seconds.

    :param tables: the tables of the workspace that rules look at, and ``contact`` where contacts go out.
    :raises InputError: ``package_validation_failed`` with the number by rule and the first places; what the content
        refuses.
    """
    named = named_on(names_before(workspace, tables, order.day), order.day)
    base = _base_layers(workspace, order)
    content = _content_to_compare(workspace, order, named) if base else None
    standing = content is not None and _is_as_before(workspace, order, base, content)
    day = date.fromisoformat(str(order.day))
    checked = validate_rows(tables, workspace.info, order.key, day, progress, outlines=not standing)
    _refuse_errors(checked, language)
    content = content if content is not None else package_content(order, named, workspace.info)
    return Passed(content, checked, order.base.number if standing and order.base else None, named, base)


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


def _content_to_compare(workspace: Workspace, order: Order, named: Mapping[str, Rows]) -> PackageContent | None:
    """Return the content, ``None`` where there is none yet: the rules tell better what is wrong with it."""
    try:
        return package_content(order, named, workspace.info)
    except (InputError, ValueError):
        return None


def _is_as_before(
    workspace: Workspace, order: Order, base: Mapping[str, FrozenLayer], content: PackageContent
) -> bool:
    """Tell whether every layer, and how far it has to reach, is as it was handed over."""
    if order.base is None:
        return False
    names = [name for name in layer_specs() if name in base or name in content.frozen]
    if not all(
        name in base
        and name in content.frozen
        and base[name].is_same(content.frozen[name], workspace.info.precision_m)
        for name in names
    ):
        return False
    (delivered,) = workspace.read("release", ["delivered_at"], {"number": order.base.number})["delivered_at"]
    log = workspace.read("change_log", ["changed_at"], {"table_name": _EXTENT}, geometry=False)
    return not any((at or "") >= (delivered or "") for at in log["changed_at"])


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
    first = " | ".join(issue.message.text(language) for issue in errors[:_PLACES_SHOWN])
    raise InputError(
        "package_validation_failed", count=checked.errors, by_rule=by_rule, first=first, rules=dict(counts)
    )
