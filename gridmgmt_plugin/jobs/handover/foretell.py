"""What a release would change for people, told before anything is frozen: the same content and the same checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.collecting import collecting_seldom
from gridmgmt_plugin.core.columns import geometries, table, texts
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.core.release.for_people import Foretold, OnTheGround, for_people
from gridmgmt_plugin.core.release.sensitive import sensitive_of
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.package.fields import code_list
from gridmgmt_plugin.exchange.package.profile_reading import read_profile
from gridmgmt_plugin.jobs.checks.validate_workspace import checked_tables, refuse_unknown_scheme
from gridmgmt_plugin.jobs.handover.comparison import find_changes, told_cases, told_components
from gridmgmt_plugin.jobs.handover.gate import pass_gate
from gridmgmt_plugin.jobs.handover.package_request import Form, make_order, other_form
from gridmgmt_plugin.jobs.handover.staff_words import staff_in_words
from gridmgmt_plugin.workspace.workspace import Workspace


def foretell_report(told: Foretold) -> Report:
    """Return the outcome as every job reports it."""
    changes = told.changes
    figures: dict[str, Any] = {
        "base": told.base,
        "places": len(changes.places),
        "staff": len(changes.staff),
        "cases": changes.cases,
        "components": changes.components,
        "lane_m": round(changes.lane_m, 1),
        "persons": list(changes.persons),
        "departments": list(changes.departments),
        "warnings": told.warnings,
        "exempted": told.exempted,
    }
    return Report("foretell", accepted=len(changes.places) + len(changes.staff), figures=figures, notes=told.notes)


@collecting_seldom()
def foretell(
    workspace: Workspace,
    *,
    scheme: str,
    folder: Path | str,
    formats: Sequence[str] | None = None,
    encoding: str | None = None,
    target_crs: int | str | None = None,
    profile: Path | str | Mapping[str, Any] | None = None,
    effective_from: str | date | None = None,
    language: str = "zh_CN",
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Foretold:
    """Check the workspace as for a package and compare it with the release that the receiver has; write nothing.

    :raises InputError: whatever refuses a package of the same order: ``package_validation_failed``,
        ``scheme_not_there``, ``package_folder_missing``, ``profile_invalid``, ``package_date_unclear`` …
    """
    progress = progress or Progress()
    row = refuse_unknown_scheme(workspace, scheme)
    form = Form(formats, encoding, target_crs, effective_from=effective_from, language=language)
    order = make_order(workspace, row, Path(folder), read_profile(profile), form, now or clock.now())
    tables = checked_tables(workspace)
    progress.report(0.1)
    passed = pass_gate(workspace, order, tables, progress.part(0.1, 0.7), language)
    info = workspace.info
    sensitive = sensitive_of(info.component_catalogue, info.event_catalogue, tables)
    there = OnTheGround(
        geometries(told_cases(tables, sensitive)),
        geometries(told_components(tables, sensitive)),
    )
    now_layers = passed.content.frozen
    changes = find_changes(passed.base, now_layers, info.precision_m)
    progress.report(0.8)
    told = for_people(changes, passed.base, now_layers, there, info.precision_m)
    progress.report(1.0)
    names = {name: _names(tables, name, key) for name, key in (("person", "id"), ("department", "code"))}
    return Foretold(
        scheme=redact(str(row["title"] or scheme)),
        receiver=order.receiver,
        base=order.base.number if order.base else None,
        day=date.fromisoformat(str(order.day)),
        changes=told,
        names=names,
        kinds={key: labels[tongue_of(language)] for key, labels in code_list("change_kind")},
        staff=staff_in_words(told.staff, {**names, **_named_places(tables)}, language),
        warnings=passed.checked.warnings,
        exempted=passed.checked.exempted,
        notes=tuple(other_form(workspace, order)),
    )


def _names(tables: Mapping[str, Rows], name: str, key: str, title: str = "name") -> dict[str, str]:
    rows = table(tables, name)
    return dict(zip(texts(rows, key).tolist(), map(redact, texts(rows, title))))


def _named_places(tables: Mapping[str, Rows]) -> dict[str, Mapping[str, str]]:
    """Return kind of place → code → name, and the titles of the grid schemes."""
    places = ("responsibility_grid", "lane", "area", "station", "duty_zone")
    return {
        **{name: _names(tables, name, "code") for name in places},
        "scheme": _names(tables, "scheme", "key", "title"),
    }
