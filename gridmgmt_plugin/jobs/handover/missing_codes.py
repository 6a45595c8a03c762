"""Codes that a receiver has yet to tell its own of: they block a hand-over, and leave a list to send to it."""

from __future__ import annotations

from typing import NoReturn

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.files import clear_away, replace_file, staging_path
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.csv_files import workbooks_possible, write_csv, write_workbook
from gridmgmt_plugin.exchange.package.delivered_rows import EXTERNAL_CODES, Delivered
from gridmgmt_plugin.exchange.package.field_forms import MissingCode
from gridmgmt_plugin.exchange.package.fields import FieldSpec, table_specs
from gridmgmt_plugin.exchange.package.grid_requests import api_codes
from gridmgmt_plugin.jobs.handover.content import PackageContent
from gridmgmt_plugin.jobs.handover.package_request import Order

_SUFFIX = "-missing-codes"
_SHOWN = 5
_WHERE = FieldSpec("field", "用于字段", "Needed in", "field")
_RECEIVER = FieldSpec("receiver", "接收方", "Receiver", "receiver")


def refuse_missing_codes(order: Order, content: PackageContent) -> None:
    """Refuse a package in which the receiver's own codes are missing.

    :raises InputError: ``package_codes_missing`` with the path of the list, an xlsx or csv in the order's folder.
    :raises WorkspaceError: ``package_not_written`` when the list cannot be written.
    """
    delivered = Delivered.of(order.style.profile, order.style.encoding, content.tables)
    contents = {**content.layers, **content.tables}
    told = {name: rows for name, rows in contents.items() if order.style.profile.delivers(name)}
    missing = list(delivered.missing_codes(told))
    if order.style.profile.grid_api is not None:
        missing += api_codes(content.layers, content.tables, order.style.profile.grid_api, delivered.codes)
    if missing:
        _refuse(order, tuple(missing))


def _refuse(order: Order, missing: tuple[MissingCode, ...]) -> NoReturn:
    """Write the list; one of an earlier try is replaced, as the folder holds one package of a name at most."""
    fields = (*table_specs()[EXTERNAL_CODES].fields, _WHERE, _RECEIVER)
    columns = {
        "kind": as_column(one.kind for one in missing),
        "key": as_column(one.key for one in missing),
        "external_key": as_column([None] * len(missing)),
        "field": as_column(one.where for one in missing),
        "receiver": as_column([order.receiver or None] * len(missing)),
    }
    rows = Rows(columns)
    style = order.style
    path = order.folder / f"{order.name}{_SUFFIX}{'.xlsx' if workbooks_possible() else '.csv'}"
    unfinished = staging_path(path)
    try:
        if path.suffix == ".xlsx":
            write_workbook(unfinished, order.receiver or order.name, rows, fields, style.language, style.now)
        else:
            write_csv(unfinished, rows, fields)
        replace_file(unfinished, path)
    finally:
        clear_away(unfinished)
    first = listing([f"{one.kind} {one.key}" for one in missing[:_SHOWN]])
    raise InputError("package_codes_missing", count=len(missing), path=str(path), first=first)
