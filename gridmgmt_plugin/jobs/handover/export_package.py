"""Check a workspace and hand over one grid scheme as a package that a dispatch system imports.

Nothing is delivered that was not checked, read back and compared; nothing is written to the workspace that was not
delivered. The order: validate, work everything out, write beside the target, read back, zip; then one transaction
takes the number and freezes the content, and another hands it over and moves the package to its place last. A program
killed between the two leaves a frozen release, and the next opening of the workspace ends its hand-over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.collecting import collecting_seldom
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.errors import GridError, InputError, WorkspaceError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.package.delivered_coordinates import METRE
from gridmgmt_plugin.exchange.package.explanations import write_explanations
from gridmgmt_plugin.exchange.package.profile_reading import read_profile
from gridmgmt_plugin.exchange.package.second_reader import python_with_fiona, read_again
from gridmgmt_plugin.exchange.package.staging import Staging, staged
from gridmgmt_plugin.exchange.package.writing import Written, write_files
from gridmgmt_plugin.jobs.checks.validate_workspace import (
    ValidationReport,
    checked_tables,
    refuse_unknown_scheme,
)
from gridmgmt_plugin.jobs.handover.answering_rules import answering_entry, explained
from gridmgmt_plugin.jobs.handover.comparison import change_counts
from gridmgmt_plugin.jobs.handover.gate import Passed, pass_gate
from gridmgmt_plugin.jobs.handover.manifest import file_entries, manifest_content, write_manifest
from gridmgmt_plugin.jobs.handover.missing_codes import refuse_missing_codes
from gridmgmt_plugin.jobs.handover.one_state import refuse_another_state
from gridmgmt_plugin.jobs.handover.package_request import Form, Order, make_order, other_form
from gridmgmt_plugin.jobs.handover.preparation import Prepared, prepare
from gridmgmt_plugin.jobs.handover.refused_rows import refused_again
from gridmgmt_plugin.workspace.handover.codes import KINDS, HandedCodes
from gridmgmt_plugin.workspace.handover.ledger import Release, UnderWay, give_up, hand_over, take_number
from gridmgmt_plugin.workspace.handover.package_place import MANIFEST
from gridmgmt_plugin.workspace.workspace import Workspace

MEANS = "package"
GESTURE = "export_package"


@dataclass(frozen=True)
class ExportReport:
    """A package that was handed over.

    ``package``: the zip; ``manifest``: in the folder of the same name beside it. ``release``: its number; ``base``:
    the release that the receiver has, ``None`` without one. ``rows``: layer or table → rows delivered;
    ``changes``: layer → kind of change → number since the base; ``left_out``: reason → rows that stayed in the house.
    """

    package: Path
    manifest: Path
    release: str
    base: str | None
    content_hash: str
    rows: Mapping[str, int]
    changes: Mapping[str, Mapping[str, int]]
    left_out: Mapping[str, int]
    warnings: int
    exempted: int
    codes_made_valid: int
    notes: tuple[Message, ...] = ()

    def report(self) -> Report:
        """Return the outcome as every job reports it."""
        figures: dict[str, Any] = {
            "package": str(self.package),
            "manifest": str(self.manifest),
            "release": self.release,
            "base": self.base,
            "content_hash": self.content_hash,
            "rows": dict(self.rows),
            "changes": {layer: dict(kinds) for layer, kinds in self.changes.items()},
            "left_out": dict(self.left_out),
            "warnings": self.warnings,
            "exempted": self.exempted,
            "codes_made_valid": self.codes_made_valid,
        }
        return Report("exportpackage", accepted=sum(self.rows.values()), figures=figures, notes=self.notes)


@collecting_seldom()
def export_package(
    workspace: Workspace,
    *,
    scheme: str,
    folder: Path | str,
    formats: Sequence[str] | None = None,
    encoding: str | None = None,
    target_crs: int | str | None = None,
    profile: Path | str | Mapping[str, Any] | None = None,
    note: str = "",
    effective_from: str | date | None = None,
    with_contacts: bool = False,
    author: str = "",
    language: str = "zh_CN",
    now: datetime | None = None,
    progress: Progress | None = None,
) -> ExportReport:
    """Validate, write, prove and hand over one grid scheme; all of it, or nothing anywhere.

    :param folder: an existing folder; the package's folder and zip are made in it.
    :param formats: ``shp``, ``gpkg``, ``geojson``; :param encoding: of shapefiles, UTF-8 or GBK. What is not given
        comes from the profile, else it is ``shp`` in UTF-8.
    :param target_crs: EPSG number or WKT for shapefile, GeoPackage and tables; refused in a local frame.
    :param profile: receiver profile, a JSON file or its parsed content.
    :param effective_from: first day of validity, today when not given; :param now: the time that stands in the files.
    :raises InputError: ``package_of_working_copy``, ``scheme_not_there``, ``package_folder_missing``,
        ``package_validation_failed``, ``package_text_not_encodable``, ``package_text_too_long``,
        ``package_geojson_local_frame``, ``local_frame_no_reprojection``, ``profile_invalid`` … each with the
        workspace and the folder untouched; ``package_codes_missing`` alone leaves the list of the missing codes in
        the folder.
    :raises WorkspaceError: ``package_exists``, ``package_folder_read_only``, ``package_read_back_differs``,
        ``package_check_failed``, ``package_workspace_changed``, ``release_number_taken``, or that the workspace
        cannot be written; nothing is left behind. ``package_release_unknown`` when the server was lost in the last
        moment: the package is there, and the next opening of the workspace enters the release if that was not done.
    """
    progress = progress or Progress()
    if made_at := workspace.info.copied_at:
        raise InputError("package_of_working_copy", made_at=made_at)
    form = Form(formats, encoding, target_crs, note, effective_from, with_contacts, author, language)
    row = refuse_unknown_scheme(workspace, scheme)
    order = make_order(workspace, row, Path(folder), read_profile(profile), form, now or clock.now())
    other = other_form(workspace, order)
    tables = checked_tables(workspace)
    if with_contacts:
        tables["contact"] = workspace.read("contact")
    progress.report(0.05)
    passed = pass_gate(workspace, order, tables, progress.part(0.05, 0.35), language)
    checked = passed.checked
    refuse_missing_codes(order, passed.content)
    prepared = prepare(order, passed, workspace.info, progress.part(0.35, 0.5))
    _refuse_retired(workspace, order, prepared)
    with staged(order.folder, order.name) as staging:
        written = write_files(
            staging.folder,
            prepared.content.layers,
            prepared.tables,
            prepared.changed,
            order.style,
            progress.part(0.5, 0.75),
        )
        rules = answering_entry(order, workspace.info, passed.named)
        manifest = manifest_content(order, prepared, written, passed, workspace.info, rules)
        told = write_explanations(staging.folder, {tongue: explained(manifest, tongue) for tongue in ("zh", "en")})
        manifest["files"] = file_entries(staging.folder, [*written.files, *told])
        write_manifest(staging.folder, manifest)
        again = _prove_and_pack(staging, order, written, progress.part(0.75, 0.99))
        refused = refused_again(workspace, order.replaces, prepared.content.frozen)
        progress.report(1.0)  # the last moment for a cancel
        codes, since = _hand_over(workspace, staging, order, prepared, tables, passed)
    notes = (*other, *refused, *again)
    if since:
        notes = (*notes, Message("package_changed_since", {"count": since}))
    return _report(staging, order, prepared, written, checked, codes, notes)


def _prove_and_pack(staging: Staging, order: Order, written: Written, progress: Progress) -> tuple[Message, ...]:
    """Read the package back and pack it; where fiona is there, have it read the package at the same time, and say so.

    Not in degrees, where the check reckons with nearly the right metres: what it finds there is no proof.

    :raises WorkspaceError: what :meth:`.Written.read_back` and :meth:`.Staging.pack` raise, ``package_check_failed``.
    """
    python = python_with_fiona() if order.style.delivery.unit == METRE else None
    own, other = progress.part(0.0, 0.6 if python else 1.0), progress.part(0.6, 1.0)

    def work() -> None:
        written.read_back(own)
        staging.pack(order.style.now)

    if python is None:
        work()
        return ()
    reading = read_again(staging.folder, python, order.style.language, other, work)
    if reading.done:
        return (Message("package_read_twice"),)
    return (Message("package_not_read_twice", {"reason": reading.reason}),)


def _refuse_retired(workspace: Workspace, order: Order, prepared: Prepared) -> None:
    """Refuse codes that cannot be handed over before a file is made.

    :raises InputError: ``code_was_retired``.
    """
    frozen = prepared.content.frozen
    codes = {kind: texts(frozen[kind].rows, "code").tolist() for kind in KINDS if kind in frozen}
    HandedCodes(workspace, order.key, codes, order.at, order.author)


def _hand_over(
    workspace: Workspace,
    staging: Staging,
    order: Order,
    prepared: Prepared,
    tables: Mapping[str, Rows],
    passed: Passed,
) -> tuple[int, int]:
    """Enter the release and move the package to its place; return how many codes became valid, and how many grids
    others have changed since they were read.

    What fails is taken back: the package goes, and so does the release, but for the number of a package that was out.
    """
    started = UnderWay(_release(workspace, order, prepared), staging.place)
    try:
        with workspace.transaction(order.author, GESTURE) as transaction:
            since = refuse_another_state(workspace, transaction, tables)
            take_number(transaction, started, prepared.content.frozen, passed.outlines)
    except WorkspaceError as error:
        if error.code == "workspace_duplicate_key":
            raise WorkspaceError("release_number_taken", release=order.number) from error
        staging.is_open = error.code == "postgres_commit_unknown"
        raise
    was_out = False
    try:
        with workspace.transaction(order.author, GESTURE) as transaction:
            codes = hand_over(workspace, transaction, started)
            staging.publish()
            was_out = True
    except BaseException as error:
        if was_out and isinstance(error, WorkspaceError) and error.code == "postgres_commit_unknown":
            where = {"path": str(staging.place.zip), "release": order.number, "place": workspace.title}
            raise WorkspaceError("package_release_unknown", **where) from error
        _take_back(workspace, staging, started, was_out=was_out)
        raise
    return codes, since


def _take_back(workspace: Workspace, staging: Staging, started: UnderWay, *, was_out: bool) -> None:
    """Take away what is out and end the hand-over; what cannot be done now is done at the next opening."""
    staging.is_open = True
    with suppress(OSError, GridError):
        if was_out:
            started.place.withdraw()
        with workspace.transaction(started.release.author, GESTURE) as transaction:
            give_up(workspace, transaction, started, was_out=was_out)
        staging.is_open = False


def _release(workspace: Workspace, order: Order, prepared: Prepared) -> Release:
    return Release(
        number=order.number,
        scheme=order.key,
        receiver=order.receiver,
        base_number=order.base.number if order.base else None,
        grid_version=prepared.grid_version,
        author=order.author,
        effective_from=str(order.day),
        delivered_at=order.at,
        content_hash=prepared.content_hash,
        classification=workspace.info.classification,
        means=MEANS,
        note=order.note,
        replaces=order.replaces,
        files=order.style.profile.files,
        form=order.form,
    )


def _report(
    staging: Staging,
    order: Order,
    prepared: Prepared,
    written: Written,
    checked: ValidationReport,
    codes: int,
    again: tuple[Message, ...],
) -> ExportReport:
    rows = {name: len(layer) for name, layer in prepared.content.layers.items()}
    rows.update({name: len(table) for name, table in prepared.tables.items()})
    missing = () if written.workbooks else (Message("package_without_workbooks"),)
    return ExportReport(
        package=staging.place.zip,
        manifest=staging.place.folder / MANIFEST,
        release=order.number,
        base=order.base.number if order.base else None,
        content_hash=prepared.content_hash,
        rows=rows,
        changes=change_counts(prepared.changes),
        left_out=prepared.content.left_out,
        warnings=checked.warnings,
        exempted=checked.exempted,
        codes_made_valid=codes,
        notes=(*prepared.notes, *missing, *again),
    )
