"""Tables for people, written as csv and xlsx beside their places, read back, and put in place all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import CapabilityError, InputError, WorkspaceError
from gridmgmt_plugin.core.files import clear_away, replace_file, staging_paths
from gridmgmt_plugin.core.letters import half_width
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_text, plain_text
from gridmgmt_plugin.exchange.package.csv_files import csv_cell, workbooks_possible, write_csv, write_workbook
from gridmgmt_plugin.exchange.package.fields import FieldSpec
from gridmgmt_plugin.exchange.reading import read_source

FORMATS = ("csv", "xlsx")


@dataclass(frozen=True)
class PeopleTable:
    """One table to write: ``stem`` of its files, also the name of the sheet; ``rows`` and their ``fields``."""

    stem: str
    rows: Rows
    fields: Sequence[FieldSpec]


def refuse_formats(formats: Sequence[str]) -> None:
    """Do nothing for formats that can be written here.

    :raises InputError: ``export_format_unknown``. :raises CapabilityError: ``openpyxl_missing``.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise InputError("export_format_unknown", value=unknown[0], known=", ".join(FORMATS))
    if "xlsx" in formats and not workbooks_possible():
        raise CapabilityError("openpyxl_missing")


def write_tables(
    folder: Path | str,
    tables: Sequence[PeopleTable],
    formats: Sequence[str],
    progress: Progress,
    *,
    overwrite: bool = False,
    before_placing: Callable[[], None] = lambda: None,
) -> list[str]:
    """Write every table in every format and return the names of the files; all of them appear, or none.

    :param overwrite: replace files of that name; else they are left alone, because somebody may have filled them in.
    :param before_placing: called when everything is written and read back, before a file gets its name.
    :raises InputError: ``export_files_exist``.
    :raises WorkspaceError: ``export_not_written``, ``export_not_read_back``.
    """
    with staged_tables(folder, tables, formats, progress, overwrite=overwrite) as names:
        before_placing()
    return names


@contextmanager
def staged_tables(
    folder: Path | str,
    tables: Sequence[PeopleTable],
    formats: Sequence[str],
    progress: Progress,
    *,
    overwrite: bool = False,
    only_tried: bool = False,
) -> Iterator[list[str]]:
    """Write every table beside its place and give the names of the files; they appear when the block has ended well.

    :param only_tried: refuse what would be refused, and write nothing.

    See :func:`write_tables` for what is given and raised.
    """
    planned = [(table, Path(folder) / f"{table.stem}.{name}") for table in tables for name in formats]
    paths = [path for _, path in planned]
    _refuse_overwriting(paths, overwrite=overwrite)
    if only_tried:
        yield [path.name for path in paths]
        return
    unfinished = staging_paths(paths)
    try:
        for number, ((table, path), beside) in enumerate(zip(planned, unfinished), start=1):
            with told_of(path):
                _write(table, path, beside)
            progress.report(number / len(paths))  # the last moment to cancel: what follows is there to stay
        yield [path.name for path in paths]
        for path, beside in zip(paths, unfinished):
            with told_of(path):
                replace_file(beside, path)
    finally:
        for beside in unfinished:
            clear_away(beside)


@contextmanager
def told_of(path: Path) -> Iterator[None]:
    """Say of a refusal of the disk which file was not written.

    :raises WorkspaceError: ``export_not_written``.
    """
    try:
        yield
    except OSError as error:
        raise WorkspaceError("export_not_written", path=str(path), reason=str(error.strerror)) from error


def _write(table: PeopleTable, path: Path, beside: Path) -> None:
    """Write a table beside its place and read it back."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        write_csv(beside, table.rows, table.fields)
        _compare(beside, path, table.rows, table.fields, csv_cell)
    else:
        write_workbook(beside, table.stem, table.rows, table.fields, "zh", clock.now())
        _compare(beside, path, table.rows, table.fields, plain_text)


def _refuse_overwriting(paths: Sequence[Path], *, overwrite: bool) -> None:
    there = [path.name for path in paths if path.exists()]
    if there and not overwrite:
        raise InputError("export_files_exist", names=listing(there))


def _compare(
    written: Path, path: Path, rows: Rows, fields: Sequence[FieldSpec], as_cell: Callable[[Any], str]
) -> None:
    """Read a file back and compare every cell; a table without rows has nothing to compare."""
    encoding = "UTF-8" if written.suffix == ".csv" else "auto"
    back = read_source(written, encoding=encoding, as_written=True).rows
    headings = [half_width(clean_text(field.name) or "") for field in fields]  # as a heading is read
    same = list(back.columns) == headings and len(back) == len(rows)
    for field, heading in zip(fields, headings):
        if not same:
            break
        wanted = [None if value is None else clean_text(as_cell(value)) for value in rows[field.column]]
        same = bool(np.all([one == clean_text(two) for one, two in zip(wanted, back[heading])]))
    if not same:
        raise WorkspaceError("export_not_read_back", path=str(path))
