"""Write the posts of one kind of place as a table that an office fills in and that comes back with the import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from gridmgmt_plugin.core.errors import CapabilityError, InputError, WorkspaceError
from gridmgmt_plugin.core.messages import Message, tongue_of
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.core.value_lists import ROLE, value_label
from gridmgmt_plugin.exchange.package.csv_files import csv_cell, workbooks_possible, write_csv, write_workbook
from gridmgmt_plugin.exchange.package.fields import FieldSpec
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.intake.file_columns import CATALOGUE
from gridmgmt_plugin.jobs.people.post_places import chosen_scheme, places_of
from gridmgmt_plugin.workspace.workspace import Workspace

FORMATS = ("csv", "xlsx")
_CONSENT = {True: "是", False: "否"}


def export_posts(
    workspace: Workspace,
    folder: Path | str,
    *,
    target: str,
    scheme: str | None = None,
    formats: Sequence[str] = FORMATS,
    with_contacts: bool = False,
    templates: bool = True,
    overwrite: bool = False,
    language: str = "zh_CN",
    progress: Progress | None = None,
) -> Report:
    """Write ``<title>[_<scheme>].csv`` and ``.xlsx`` with every post of ``target``, read back before it is done.

    The headings are Chinese, as the import reads them, whatever the language; ``language`` names the files.

    :param with_contacts: add phones; they leave the workspace only when this is asked for.
    :param templates: add a row with code and name for every place that has no post yet.
    :param overwrite: replace files of that name; else they are left alone, because somebody may have filled them in.
    :raises InputError: ``export_format_unknown``, ``export_files_exist``, and as :func:`import_posts` about targets.
    :raises CapabilityError: ``openpyxl_missing`` when a workbook cannot be written here.
    :raises WorkspaceError: ``export_not_written``, ``export_not_read_back``.
    """
    progress = progress or Progress()
    scheme = chosen_scheme(workspace, target, scheme)
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise InputError("export_format_unknown", value=unknown[0], known=", ".join(FORMATS))
    if "xlsx" in formats and not workbooks_possible():
        raise CapabilityError("openpyxl_missing")
    places = places_of(workspace, target, scheme)
    posts = workspace.read("post", where={"target": target, "scheme": scheme}, geometry=False)
    sheet = load_json(CATALOGUE)["post_sheet"]
    rows = _rows(workspace, places, posts, templates=templates)
    fields = _fields(sheet, target, with_contacts=with_contacts)
    progress.report(0.4)
    title = sheet[target]["title"][tongue_of(language)]
    stem = title if scheme is None else f"{title}_{scheme}"
    paths = [Path(folder) / f"{stem}.{name}" for name in formats]
    _refuse_overwriting(paths, overwrite=overwrite)
    _write_all(paths, stem, rows, fields, progress.part(0.4, 1.0))
    figures = {"posts": len(posts), "places": len(places), "blank_rows": len(rows) - len(posts)}
    notes = (Message("export_has_contacts"),) if with_contacts else ()
    names = [path.name for path in paths]
    return Report("exportposts", accepted=len(posts), figures={**figures, "files": names}, notes=notes)


def _fields(sheet: dict[str, Any], target: str, *, with_contacts: bool) -> list[FieldSpec]:
    own = sheet[target]
    named = {"target_code": own["code"], "target_name": own["name"], "street": own.get("street")}
    listed = [*sheet["columns"], *(sheet["contacts"] if with_contacts else ())]
    headings = [(column, named.get(column, heading)) for column, heading in listed]
    return [FieldSpec(heading, heading, heading, column) for column, heading in headings if heading]


def _rows(workspace: Workspace, places: Rows, posts: Rows, *, templates: bool) -> Rows:
    """Return the posts, by place, with the names of place and person, and blanks for places without a post."""
    persons = {record["id"]: record for record in workspace.read("person", geometry=False).records()}
    contacts = {record["person_id"]: record for record in workspace.read("contact", geometry=False).records()}
    offices = dict(zip(*(workspace.read("area", geometry=False)[name] for name in ("code", "name"))))
    names = dict(zip(places["code"], places["name"]))
    streets = dict(zip(places["code"], places["street_code"])) if "street_code" in places else {}
    records = posts.records()
    if templates:
        staffed = set(posts["target_code"].tolist())
        records += [{"target_code": code} for code in places["code"] if code not in staffed]
    for record in records:
        person = persons.get(record.get("person_id"), {})
        contact = contacts.get(record.get("person_id"), {})
        consent = contact.get("publish_consent")
        record.update(
            target_name=names.get(record["target_code"]),
            street=offices.get(streets.get(record["target_code"])),
            role=value_label(ROLE, record["role"], "zh") if record.get("role") else None,
            person_name=person.get("name"),
            title=person.get("title"),
            department_code=person.get("department_code"),
            mobile=contact.get("mobile"),
            office_phone=contact.get("office_phone"),
            publish_consent=None if consent is None else _CONSENT[bool(consent)],
        )
    records.sort(key=lambda record: (str(record["target_code"]), str(record.get("id") or "")))
    wanted = [column for column, _ in (*_sheet_columns(), *load_json(CATALOGUE)["post_sheet"]["contacts"])]
    return Rows({column: as_column(record.get(column) for record in records) for column in wanted})


def _sheet_columns() -> list[list[str]]:
    columns: list[list[str]] = load_json(CATALOGUE)["post_sheet"]["columns"]
    return columns


def _refuse_overwriting(paths: Sequence[Path], *, overwrite: bool) -> None:
    there = [path.name for path in paths if path.exists()]
    if there and not overwrite:
        raise InputError("export_files_exist", names="、".join(there))


def _write_all(
    paths: Sequence[Path], title: str, rows: Rows, fields: Sequence[FieldSpec], progress: Progress
) -> None:
    """Write every file beside its place and read it back; all of them appear, or none.

    :raises WorkspaceError: ``export_not_written``, ``export_not_read_back``.
    """
    unfinished = [path.with_name(f"{path.stem}.unfinished{path.suffix}") for path in paths]
    current = paths[0].parent if paths else Path()
    try:
        for number, (current, beside) in enumerate(zip(paths, unfinished)):
            current.parent.mkdir(parents=True, exist_ok=True)
            if current.suffix == ".csv":
                write_csv(beside, rows, fields)
                _compare(beside, current, rows, fields, csv_cell)
            else:
                write_workbook(beside, title, rows, fields, "zh", datetime.now())
                _compare(beside, current, rows, fields, str)
            progress.report((number + 1) / len(paths))  # the last moment to cancel: what follows is there to stay
        for current, beside in zip(paths, unfinished):
            beside.replace(current)
    except OSError as error:
        raise WorkspaceError("export_not_written", path=str(current), reason=str(error.strerror)) from error
    finally:
        for beside in unfinished:
            if beside.exists():  # never where the folder itself could not be made
                beside.unlink()


def _compare(
    written: Path, path: Path, rows: Rows, fields: Sequence[FieldSpec], as_cell: Callable[[Any], str]
) -> None:
    """Read a file back and compare every cell; a table without rows has nothing to compare."""
    encoding = "UTF-8" if written.suffix == ".csv" else "auto"
    back = read_source(written, encoding=encoding, as_written=True).rows
    same = list(back.columns) == [field.name for field in fields] and len(back) == len(rows)
    for field in fields:
        if not same:
            break
        wanted = [None if value is None else clean_text(as_cell(value)) for value in rows[field.column]]
        same = bool(np.all([one == clean_text(two) for one, two in zip(wanted, back[field.name])]))
    if not same:
        raise WorkspaceError("export_not_read_back", path=str(path))
