"""Write the posts of one kind of place as a table that an office fills in and that comes back with the import."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.duty.successors import Successors
from gridmgmt_plugin.core.messages import Message, tongue_of
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.value_lists import ROLE, value_label
from gridmgmt_plugin.exchange.package.fields import FieldSpec
from gridmgmt_plugin.jobs.intake.file_columns import CATALOGUE
from gridmgmt_plugin.jobs.people.people_tables import FORMATS, PeopleTable, refuse_formats, write_tables
from gridmgmt_plugin.jobs.people.post_places import chosen_scheme, places_of
from gridmgmt_plugin.jobs.people.posts_since import Numbered, changed_since, numbered_export
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace

_CONSENT = {True: "是", False: "否"}
_CHANGE = "change"


def export_posts(
    workspace: Workspace,
    folder: Path | str,
    *,
    target: str,
    scheme: str | None = None,
    formats: Sequence[str] = FORMATS,
    with_contacts: bool = False,
    with_persons: bool = False,
    templates: bool = True,
    since: str | date | None = None,
    overwrite: bool = False,
    language: str = "zh_CN",
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Write ``<title>[_<scheme>].csv`` and ``.xlsx`` with every post of ``target``, read back before it is done.

    The headings are Chinese, as the import reads them, whatever the language; ``language`` names the files. Nothing
    is checked that has to do with ground: a change of staff goes out whatever the grids are like.

    :param with_contacts: add phones; they leave the workspace only when this is asked for.
    :param with_persons: write the persons as a table of their own, which the import of tables takes back.
    :param templates: add a row with code and name for every place that has no post yet.
    :param since: only what changed since a day (``last``: since the export before), with what it was; such an export
        is numbered, and its number is entered in the log of hand-overs and never given again.
    :param overwrite: replace files of that name; else they are left alone, because somebody may have filled them in.
    :raises InputError: ``export_format_unknown``, ``export_files_exist``, ``day_unclear``, ``export_none_before``,
        and as :func:`import_posts` about targets.
    :raises CapabilityError: ``openpyxl_missing`` when a workbook cannot be written here.
    :raises WorkspaceError: ``export_not_written``, ``export_not_read_back``.
    """
    progress = progress or Progress()
    scheme = chosen_scheme(workspace, target, scheme)
    refuse_formats(formats)
    places = places_of(workspace, target, scheme)
    posts = workspace.read("post", where={"target": target, "scheme": scheme}, geometry=False)
    numbered = None if since in (None, "") else numbered_export(workspace, target, scheme, since)
    if numbered is not None:
        posts = changed_since(workspace, posts, numbered.since, target, scheme)
    sheet = load_json(CATALOGUE)["post_sheet"]
    contacts = workspace.read("contact", geometry=False) if with_contacts else Rows()
    rows = _rows(workspace, places, posts, contacts, templates=templates and numbered is None)
    fields = _fields(sheet, target, with_contacts=with_contacts, with_change=numbered is not None)
    progress.report(0.4)
    tables = [PeopleTable(_stem(sheet[target]["title"], scheme, numbered, language), rows, fields)]
    if with_persons:
        tables.append(_persons(workspace, language))
    names = write_tables(
        folder,
        tables,
        formats,
        progress.part(0.4, 1.0),
        overwrite=overwrite,
        before_placing=lambda: None if numbered is None else numbered.enter(workspace, author, len(posts)),
    )
    figures: dict[str, Any] = {"posts": len(posts), "places": len(places), "blank_rows": len(rows) - len(posts)}
    notes = [Message("export_has_contacts")] if with_contacts else []
    if numbered is not None:
        figures["number"] = numbered.number
        told = {"number": numbered.number, "since": str(numbered.since), "count": len(posts)}
        notes.append(Message("posts_exported_since", told))
    return Report("exportposts", accepted=len(posts), figures={**figures, "files": names}, notes=tuple(notes))


def _stem(titles: dict[str, str], scheme: str | None, numbered: Numbered | None, language: str) -> str:
    stem = titles[tongue_of(language)]
    stem = stem if scheme is None else f"{stem}_{scheme}"
    return stem if numbered is None else f"{stem}_{numbered.number}"


def _fields(sheet: dict[str, Any], target: str, *, with_contacts: bool, with_change: bool) -> list[FieldSpec]:
    own = sheet[target]
    named = {"target_code": own["code"], "target_name": own["name"], "street": own.get("street")}
    listed = [*sheet["columns"], *(sheet["contacts"] if with_contacts else ())]
    headings = [(column, named.get(column, heading)) for column, heading in listed]
    headings += [(_CHANGE, sheet["change_heading"])] if with_change else []
    return [FieldSpec(heading, heading, heading, column) for column, heading in headings if heading]


def _persons(workspace: Workspace, language: str) -> PeopleTable:
    definition = definition_of("person")
    fields = [FieldSpec(column.zh, column.zh, column.zh, column.name) for column in definition.columns]
    rows = workspace.read("person", list(definition.column_names), geometry=False)
    return PeopleTable(definition.label(language), rows.take(np.argsort(rows["id"].astype(str))), fields)


def _rows(workspace: Workspace, places: Rows, posts: Rows, contacts: Rows, *, templates: bool) -> Rows:
    """Return the posts, by place, with the names of place and person, and blanks for places without a post."""
    persons = {record["id"]: record for record in workspace.read("person", geometry=False).records()}
    successors, today = Successors(workspace.read("department", geometry=False)), np.datetime64(clock.today(), "D")
    contact_of = {record["person_id"]: record for record in contacts.records()}
    offices = dict(zip(*(workspace.read("area", geometry=False)[name] for name in ("code", "name"))))
    names = dict(zip(places["code"], places["name"]))
    streets = dict(zip(places["code"], places["street_code"])) if "street_code" in places else {}
    records = posts.records()
    if templates:
        staffed = set(posts["target_code"].tolist())
        records += [{"target_code": code} for code in places["code"] if code not in staffed]
    for record in records:
        person = persons.get(record.get("person_id"), {})
        contact = contact_of.get(record.get("person_id"), {})
        consent = contact.get("publish_consent")
        record.update(
            target_name=names.get(record["target_code"]),
            street=offices.get(streets.get(record["target_code"])),
            role=value_label(ROLE, record["role"], "zh") if record.get("role") else None,
            person_name=person.get("name"),
            title=person.get("title"),
            department_code=successors.of(person.get("department_code") or "", today) or None,
            mobile=contact.get("mobile"),
            office_phone=contact.get("office_phone"),
            publish_consent=None if consent is None else _CONSENT[bool(consent)],
        )
    records.sort(key=lambda record: (str(record["target_code"]), str(record.get("id") or "")))
    wanted = [column for column, _ in (*_sheet_columns(), *load_json(CATALOGUE)["post_sheet"]["contacts"])]
    return Rows({column: as_column(record.get(column) for record in records) for column in (*wanted, _CHANGE)})


def _sheet_columns() -> list[list[str]]:
    columns: list[list[str]] = load_json(CATALOGUE)["post_sheet"]["columns"]
    return columns
