"""What was ordered: which scheme, in which form, for whom, from which day on, under which number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.core.release.identity import Base, base_of, next_number, replaced_by_next
from gridmgmt_plugin.exchange.package.delivered_coordinates import Delivery
from gridmgmt_plugin.exchange.package.delivered_form import delivered_form, form_changes
from gridmgmt_plugin.exchange.package.layer_files import SHP
from gridmgmt_plugin.exchange.package.profile import ReceiverProfile, check_formats
from gridmgmt_plugin.exchange.package.staging import check_folder
from gridmgmt_plugin.exchange.package.text_fit import check_encoding
from gridmgmt_plugin.exchange.package.writing import Style
from gridmgmt_plugin.jobs.handover.cleaning import plain_line
from gridmgmt_plugin.workspace.handover import ledger
from gridmgmt_plugin.workspace.handover.package_place import PackagePlace, refuse_existing
from gridmgmt_plugin.workspace.workspace import Workspace

DEFAULT_ENCODING = "UTF-8"


@dataclass(frozen=True)
class Form:
    """What the user says about the form; ``None`` leaves it to the profile, then to the default.

    ``effective_from``: first day of validity, today when not given.
    """

    formats: Sequence[str] | None = None
    encoding: str | None = None
    target_crs: int | str | None = None
    note: str = ""
    effective_from: str | date | None = None
    with_contacts: bool = False
    author: str = ""
    language: str = "zh_CN"


@dataclass(frozen=True)
class Order:
    """A package to be made.

    ``scheme``: the row of the scheme; ``base``: the release that the receiver has, ``None`` without one;
    ``replaces``: the rejected release that this one corrects, ``None`` where there is none; ``name``: of folder and
    zip in ``folder``; ``form``: what it looks like to its receiver; ``day``: first day of validity, datetime64[D];
    ``at``: when it is made, ISO 8601.
    """

    scheme: Mapping[str, Any]
    number: str
    base: Base | None
    replaces: str | None
    receiver: str
    folder: Path
    name: str
    style: Style
    form: Mapping[str, Any]
    day: np.datetime64
    at: str
    note: str
    with_contacts: bool
    author: str

    @property
    def key(self) -> str:
        """Return the key of the scheme."""
        return str(self.scheme["key"])


def make_order(
    workspace: Workspace,
    scheme: Mapping[str, Any],
    folder: Path,
    profile: ReceiverProfile,
    form: Form,
    now: datetime,
) -> Order:
    """Work out what is to be made, and refuse what cannot be.

    :raises InputError: ``package_format_unknown``, ``package_without_format``, ``package_encoding_unknown``,
        ``local_frame_no_reprojection``, ``crs_unreadable``, ``package_date_unclear``, ``package_folder_missing``.
    :raises WorkspaceError: ``package_folder_read_only``, ``package_exists``, ``release_numbers_used_up``.
    """
    info = workspace.info
    target = form.target_crs if form.target_crs not in (None, "") else profile.target_crs
    releases = workspace.read("release", geometry=False)
    number = next_number(releases["number"])
    key = str(scheme["key"])
    style = Style(
        formats=check_formats(form.formats if form.formats is not None else profile.formats or (SHP,)),
        encoding=check_encoding(form.encoding or profile.encoding or DEFAULT_ENCODING),
        delivery=Delivery.of(info.frame, target),
        profile=profile.named(info.county_code, key, number, now),
        language=form.language,
        now=now.replace(microsecond=0),
    )
    day = _day(form.effective_from, now)
    name = profile.package_name(info.county_code, key, number, now)
    check_folder(folder)
    refuse_existing(PackagePlace(folder, name))
    return Order(
        scheme=scheme,
        number=number,
        base=base_of(releases, str(scheme["key"]), profile.receiver),
        replaces=replaced_by_next(releases, str(scheme["key"]), profile.receiver),
        receiver=profile.receiver,
        folder=folder,
        name=name,
        style=style,
        form=delivered_form(profile, style),
        day=day,
        at=style.now.isoformat(timespec="seconds"),
        note=plain_line(redact(form.note)) or "",
        with_contacts=form.with_contacts,
        author=redact(form.author.strip()),
    )


def other_form(workspace: Workspace, order: Order) -> list[Message]:
    """Return what the receiver gets in another form than in the release that it has."""
    before = None if order.base is None else ledger.delivered_form(workspace, order.base.number)
    return [] if order.base is None or before is None else form_changes(order.base.number, before, order.form)


def _day(value: str | date | None, now: datetime) -> np.datetime64:
    if value in (None, ""):
        return np.datetime64(now.date(), "D")
    parsed = parse_dates([value])
    if parsed.iso[0] is None:
        raise InputError("package_date_unclear", value=value)
    return np.datetime64(parsed.iso[0][:10], "D")
